/* Log-linear buckets: values below 128 have one each; above, an octave [2^k, 2^(k+1)) is cut into 128 equal parts.
 * Invariant: buckets are sorted by index, their counts add up to n. */
#include "postmortem/base/hist.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

enum {
    PARTS_BITS = 7,
    PARTS = 1 << PARTS_BITS,
    BUCKETS = (64 - PARTS_BITS + 1) * PARTS,
    DENSE_FROM = 16384
};

void hist_fini(struct hist *h)
{
    free(h->indexes);
    free(h->counts);
    *h = (struct hist){0};
}

static uint32_t index_of(uint64_t v)
{
    if (v < PARTS)
        return (uint32_t)v;
    unsigned octave = 63u - (unsigned)__builtin_clzll(v);
    unsigned shift = octave - PARTS_BITS;
    return (uint32_t)((shift + 1) * PARTS + ((v >> shift) & (PARTS - 1)));
}

/* The middle of a bucket. */
static uint64_t value_of(uint32_t index)
{
    if (index < PARTS)
        return index;
    unsigned shift = index / PARTS - 1;
    uint64_t low = ((uint64_t)PARTS + index % PARTS) << shift;
    return low + ((UINT64_C(1) << shift) >> 1);
}

static bool dense(const struct hist *h)
{
    return h->counts && !h->indexes;
}

void hist_dense(struct hist *h)
{
    if (dense(h))
        return;
    uint64_t *counts = mem_new(BUCKETS * sizeof *counts);
    for (uint32_t i = 0; i < h->count; i++)
        counts[h->indexes[i]] = h->counts[i];
    free(h->indexes);
    free(h->counts);
    h->indexes = NULL;
    h->counts = counts;
    h->count = h->room = 0;
}

static void insert(struct hist *h, uint32_t at, uint32_t index, uint64_t count)
{
    if (h->count == h->room) {
        h->room = h->room ? h->room * 2 : 8;
        h->indexes = mem_grow(h->indexes, h->room, sizeof *h->indexes);
        h->counts = mem_grow(h->counts, h->room, sizeof *h->counts);
    }
    memmove(h->indexes + at + 1, h->indexes + at, (h->count - at) * sizeof *h->indexes);
    memmove(h->counts + at + 1, h->counts + at, (h->count - at) * sizeof *h->counts);
    h->indexes[at] = (uint16_t)index;
    h->counts[at] = count;
    h->count++;
}

static void add_count(struct hist *h, uint32_t index, uint64_t count)
{
    if (dense(h)) {
        h->counts[index] += count;
        return;
    }
    uint32_t low = 0;
    for (uint32_t n = h->count; n;) { /* the first bucket not below index */
        uint32_t half = n / 2;
        low = h->indexes[low + half] < index ? low + n - half : low;
        n = half;
    }
    if (low < h->count && h->indexes[low] == index)
        h->counts[low] += count;
    else
        insert(h, low, index, count);
}

/* Walk the buckets that hold something: *at is the walk's own, 0 to begin with. */
static bool next_bucket(const struct hist *h, uint32_t *at, uint32_t *index, uint64_t *count)
{
    uint32_t end = dense(h) ? BUCKETS : h->count;
    while (*at < end && dense(h) && !h->counts[*at])
        ++*at;
    if (*at >= end)
        return false;
    *index = dense(h) ? *at : h->indexes[*at];
    *count = h->counts[(*at)++];
    return true;
}

static void add_summary(struct hist *h, uint64_t n, uint64_t min, uint64_t max, uint64_t sum)
{
    if (h->n == 0 || min < h->min)
        h->min = min;
    if (h->n == 0 || max > h->max)
        h->max = max;
    h->n += n;
    if (__builtin_add_overflow(h->sum, sum, &h->sum))
        h->sum = UINT64_MAX;
}

void hist_add(struct hist *h, uint64_t value)
{
    if (h->n == DENSE_FROM)
        hist_dense(h);
    add_count(h, index_of(value), 1);
    add_summary(h, 1, value, value, value);
}

void hist_merge(struct hist *into, const struct hist *from)
{
    if (!from->n)
        return;
    uint32_t at = 0, index;
    uint64_t count;
    if (dense(from))
        hist_dense(into);
    while (next_bucket(from, &at, &index, &count))
        add_count(into, index, count);
    add_summary(into, from->n, from->min, from->max, from->sum);
}

uint64_t hist_quantile(const struct hist *h, unsigned per_mille)
{
    if (!h->n)
        return 0;
    uint64_t whole = h->n / 1000 * per_mille, rest = h->n % 1000 * per_mille;
    uint64_t rank = whole + (rest + 999) / 1000;
    if (rank <= 1)
        return h->min;
    if (rank >= h->n)
        return h->max;
    uint64_t below = 0, count;
    uint32_t at = 0, index;
    while (next_bucket(h, &at, &index, &count)) {
        below += count;
        if (below < rank)
            continue;
        uint64_t v = value_of(index);
        return v < h->min ? h->min : v > h->max ? h->max : v;
    }
    return h->max;
}

void hist_save(const struct hist *h, struct buf *out)
{
    buf_u64(out, h->n);
    buf_u64(out, h->min);
    buf_u64(out, h->max);
    buf_u64(out, h->sum);
    uint32_t at = 0, index, buckets = 0;
    uint64_t count;
    while (next_bucket(h, &at, &index, &count))
        buckets++;
    buf_u32(out, buckets);
    for (at = 0; next_bucket(h, &at, &index, &count);) {
        buf_u32(out, index);
        buf_u64(out, count);
    }
}

bool hist_load(struct hist *h, struct slice *in)
{
    uint64_t n, min, max, sum, seen = 0, count;
    uint32_t buckets, index, last = 0;
    *h = (struct hist){0};
    if (!load_u64(in, &n) || !load_u64(in, &min) || !load_u64(in, &max) || !load_u64(in, &sum) ||
        !load_u32(in, &buckets) || buckets > in->n / 12 || min > max)
        return false;
    for (uint32_t i = 0; i < buckets; i++, last = index) {
        if (!load_u32(in, &index) || !load_u64(in, &count) || index >= BUCKETS || count == 0 ||
            (i && index <= last) || __builtin_add_overflow(seen, count, &seen))
            return false;
        add_count(h, index, count);
    }
    if (seen != n)
        return false;
    h->n = n, h->min = min, h->max = max, h->sum = sum;
    return true;
}
