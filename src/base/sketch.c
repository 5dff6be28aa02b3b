/* k-minimum-values: the sorted SKETCH_K smallest hashes met.  Below that many the count is exact (64-bit hashes); at it,
 * the k-th smallest h estimates (k - 1) * 2^64 / h.  The set of the k smallest does not depend on order. */
#include "postmortem/base/sketch.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

void sketch_fini(struct sketch *s)
{
    free(s->hashes);
    *s = (struct sketch){0};
}

static void add_hash(struct sketch *s, uint64_t hash)
{
    if (s->count == SKETCH_K && hash > s->hashes[SKETCH_K - 1]) {
        s->full = true;
        return;
    }
    uint32_t low = 0, high = s->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (s->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < s->count && s->hashes[low] == hash)
        return;
    if (s->count == SKETCH_K) {
        s->full = true;
        s->count--;
    }
    if (s->count == s->room) {
        s->room = s->room ? s->room * 2 : 16;
        s->hashes = mem_grow(s->hashes, s->room, sizeof *s->hashes);
    }
    memmove(s->hashes + low + 1, s->hashes + low, (s->count - low) * sizeof *s->hashes);
    s->hashes[low] = hash;
    s->count++;
}

void sketch_add(struct sketch *s, struct slice value)
{
    add_hash(s, slice_hash(value));
}

void sketch_merge(struct sketch *into, const struct sketch *from)
{
    into->full = into->full || from->full;
    for (uint32_t i = 0; i < from->count; i++)
        add_hash(into, from->hashes[i]);
}

uint64_t sketch_estimate(const struct sketch *s)
{
    if (!s->full)
        return s->count;
    __extension__ typedef unsigned __int128 wide;
    wide range = (wide)1 << 64;
    return (uint64_t)((SKETCH_K - 1) * range / s->hashes[SKETCH_K - 1]);
}

void sketch_save(const struct sketch *s, struct buf *out)
{
    buf_u32(out, s->count);
    buf_u32(out, s->full);
    for (uint32_t i = 0; i < s->count; i++)
        buf_u64(out, s->hashes[i]);
}

bool sketch_load(struct sketch *s, struct slice *in)
{
    uint32_t count, full;
    uint64_t hash, last = 0;
    *s = (struct sketch){0};
    if (!load_u32(in, &count) || !load_u32(in, &full) || count > SKETCH_K || full > 1 ||
        (full && count != SKETCH_K))
        return false;
    for (uint32_t i = 0; i < count; i++, last = hash) {
        if (!load_u64(in, &hash) || (i && hash <= last))
            return false;
        add_hash(s, hash);
    }
    s->full = full;
    return true;
}
