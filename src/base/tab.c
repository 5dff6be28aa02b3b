/* Keyed rows: entries in an array (stable order, sortable), keys and rows side by side in an arena (stable addresses),
 * and open-addressed slots, at most half full, that hold copies of the entries. */
#include "postmortem/base/tab.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

void tab_init(struct tab *t, size_t row_size)
{
    *t = (struct tab){.row_size = row_size};
}

void tab_fini(struct tab *t)
{
    arena_fini(&t->arena);
    free(t->entries);
    free(t->slots);
    tab_init(t, t->row_size);
}

static struct tab_entry *slot_of(const struct tab *t, struct slice key, uint64_t hash)
{
    size_t mask = t->capacity - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct tab_entry *slot = &t->slots[i];
        if (!slot->row || (slot->hash == hash && slice_eq(slot->key, key)))
            return slot;
    }
}

static void widen(struct tab *t)
{
    free(t->slots);
    t->capacity = t->capacity ? t->capacity * 2 : 64;
    t->slots = mem_new(t->capacity * sizeof *t->slots);
    for (size_t i = 0; i < t->count; i++)
        *slot_of(t, t->entries[i].key, t->entries[i].hash) = t->entries[i];
}

void *tab_find(const struct tab *t, struct slice key)
{
    return t->count ? slot_of(t, key, slice_hash(key))->row : NULL;
}

void *tab_row(struct tab *t, struct slice key)
{
    if (t->count * 2 >= t->capacity)
        widen(t);
    uint64_t hash = slice_hash(key);
    struct tab_entry *slot = slot_of(t, key, hash);
    if (slot->row)
        return slot->row;
    if (t->count == t->room) {
        t->room = t->room ? t->room * 2 : 32;
        t->entries = mem_grow(t->entries, t->room, sizeof *t->entries);
    }
    struct slice copy = arena_copy(&t->arena, key);
    *slot = (struct tab_entry){copy, hash, arena_alloc(&t->arena, t->row_size)};
    t->entries[t->count++] = *slot;
    return slot->row;
}

static int by_key(const void *a, const void *b)
{
    return slice_cmp(((const struct tab_entry *)a)->key, ((const struct tab_entry *)b)->key);
}

void tab_sort(struct tab *t)
{
    if (t->count < 2)
        return;
    qsort(t->entries, t->count, sizeof *t->entries, by_key);
}

void tab_merge(struct tab *into, const struct tab *from, void (*fold)(void *into, const void *from))
{
    for (size_t i = 0; i < from->count; i++)
        fold(tab_row(into, from->entries[i].key), from->entries[i].row);
}

void tab_save(struct tab *t, struct buf *out, void (*save_row)(struct buf *out, void *row))
{
    tab_sort(t);
    buf_count(out, t->count);
    for (size_t i = 0; i < t->count; i++) {
        buf_count(out, t->entries[i].key.n);
        buf_add(out, t->entries[i].key);
        save_row(out, t->entries[i].row);
    }
}

bool tab_load(struct tab *t, struct slice *in, bool (*load_row)(struct slice *in, void *row))
{
    uint64_t count, n;
    struct slice last = {0};
    if (!load_below(in, UINT32_MAX / 4, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (!load_below(in, in->n, &n) || n > in->n)
            return false;
        struct slice key = slice_head(*in, (size_t)n);
        *in = slice_from(*in, key.n);
        if ((i && slice_cmp(key, last) <= 0) || !load_row(in, tab_row(t, key)))
            return false;
        last = key;
    }
    return true;
}
