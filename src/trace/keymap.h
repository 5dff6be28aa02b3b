/* keymap.h - 64-bit keys to pointers; a key is a hash already.  Private to trace. */
#ifndef POSTMORTEM_TRACE_KEYMAP_H
#define POSTMORTEM_TRACE_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct keymap_slot {
    uint64_t key;
    void *value; /* NULL: empty */
};

struct keymap {
    struct keymap_slot *slots;
    size_t count, capacity;
};

/* A zeroed struct keymap is empty and ready. */
void keymap_fini(struct keymap *k);
/* The key will be asked for soon: its slot is fetched into the cache meanwhile. */
void keymap_await(const struct keymap *k, uint64_t key);
/* NULL where there is none. */
void *keymap_get(const struct keymap *k, uint64_t key);
/* Set or replace; value must not be NULL. */
void keymap_put(struct keymap *k, uint64_t key, void *value);
/* Remove and return, or NULL. */
void *keymap_take(struct keymap *k, uint64_t key);
void keymap_clear(struct keymap *k);
/* The keys in ascending order; the caller frees. */
uint64_t *keymap_sorted(const struct keymap *k);

#endif
