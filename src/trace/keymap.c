/* Open addressing, linear probing, at most half full; removal shifts back, so there are no graves to sweep. */
#include "keymap.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>
#include <string.h>

void keymap_fini(struct keymap *k)
{
    free(k->slots);
    *k = (struct keymap){0};
}

static size_t home_of(const struct keymap *k, uint64_t key)
{
    return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & (k->capacity - 1);
}

static struct keymap_slot *slot_of(const struct keymap *k, uint64_t key)
{
    size_t i = home_of(k, key);
    while (k->slots[i].value && k->slots[i].key != key)
        i = (i + 1) & (k->capacity - 1);
    return &k->slots[i];
}

void keymap_await(const struct keymap *k, uint64_t key)
{
    if (k->count)
        __builtin_prefetch(&k->slots[home_of(k, key)]);
}

void *keymap_get(const struct keymap *k, uint64_t key)
{
    return k->count ? slot_of(k, key)->value : NULL;
}

static void widen(struct keymap *k)
{
    struct keymap old = *k;
    k->capacity = old.capacity ? old.capacity * 2 : 64;
    k->slots = mem_new(k->capacity * sizeof *k->slots);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].value)
            *slot_of(k, old.slots[i].key) = old.slots[i];
    free(old.slots);
}

void keymap_put(struct keymap *k, uint64_t key, void *value)
{
    if (k->count * 2 >= k->capacity)
        widen(k);
    struct keymap_slot *slot = slot_of(k, key);
    if (!slot->value)
        k->count++;
    *slot = (struct keymap_slot){key, value};
}

void *keymap_take(struct keymap *k, uint64_t key)
{
    if (!k->count)
        return NULL;
    struct keymap_slot *slot = slot_of(k, key);
    void *value = slot->value;
    if (!value)
        return NULL;
    size_t hole = (size_t)(slot - k->slots), mask = k->capacity - 1;
    for (size_t i = (hole + 1) & mask; k->slots[i].value; i = (i + 1) & mask) {
        if (((i - home_of(k, k->slots[i].key)) & mask) < ((i - hole) & mask))
            continue; /* it would come to lie before its home */
        k->slots[hole] = k->slots[i];
        hole = i;
    }
    k->slots[hole].value = NULL;
    k->count--;
    return value;
}

void keymap_clear(struct keymap *k)
{
    if (k->count)
        memset(k->slots, 0, k->capacity * sizeof *k->slots);
    k->count = 0;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

uint64_t *keymap_sorted(const struct keymap *k)
{
    uint64_t *keys = mem_new((k->count + 1) * sizeof *keys);
    size_t n = 0;
    for (size_t i = 0; i < k->capacity; i++)
        if (k->slots[i].value)
            keys[n++] = k->slots[i].key;
    qsort(keys, n, sizeof *keys, by_number);
    return keys;
}
