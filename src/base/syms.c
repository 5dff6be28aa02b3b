/* The interner: open addressing with linear probing over the texts; at most half full.
 * Invariant: slots[i] is 0 or the number of a text plus one. */
#include "postmortem/base/syms.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

void syms_fini(struct syms *s)
{
    arena_fini(&s->arena);
    free(s->texts);
    free(s->slots);
    *s = (struct syms){0};
}

static uint32_t *slot_of(const struct syms *s, struct slice text)
{
    uint32_t mask = s->capacity - 1;
    for (uint32_t i = (uint32_t)slice_hash(text) & mask;; i = (i + 1) & mask)
        if (!s->slots[i] || slice_eq(s->texts[s->slots[i] - 1], text))
            return &s->slots[i];
}

static void widen(struct syms *s)
{
    uint32_t capacity = s->capacity ? s->capacity * 2 : 64;
    free(s->slots);
    s->slots = mem_new((size_t)capacity * sizeof *s->slots);
    s->texts = mem_grow(s->texts, capacity, sizeof *s->texts);
    s->capacity = capacity;
    for (uint32_t i = 0; i < s->count; i++)
        *slot_of(s, s->texts[i]) = i + 1;
}

uint32_t syms_add(struct syms *s, struct slice text)
{
    if (s->count * 2 >= s->capacity)
        widen(s);
    uint32_t *slot = slot_of(s, text);
    if (*slot)
        return *slot - 1;
    s->texts[s->count] = arena_copy(&s->arena, text);
    *slot = ++s->count;
    return s->count - 1;
}
