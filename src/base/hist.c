/* Log-linear buckets: values below 128 have one each; above, an octave [2^k, 2^(k+1)) is cut into 128 equal parts.
 * Invariant: the counts of all slots add up to n; a count stays below 2^48. */
#include "postmortem/base/hist.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

enum {
    PARTS_BITS = 7,
    PARTS = 1 << PARTS_BITS,
    BUCKETS = (64 - PARTS_BITS + 1) * PARTS,
    COUNT_BITS = 48
};

void hist_fini(struct hist *h)
{
    free(h->slots);
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

static uint64_t *slot_of(const struct hist *h, uint32_t index)
{
    uint32_t mask = h->capacity - 1;
    for (uint32_t i = index * UINT32_C(0x9e3779b1) >> 16 & mask;; i = (i + 1) & mask)
        if (!h->slots[i] || h->slots[i] >> COUNT_BITS == index + 1)
            return &h->slots[i];
}

static void widen(struct hist *h)
{
    struct hist old = *h;
    h->capacity = old.capacity ? old.capacity * 2 : 8;
    h->slots = mem_new(h->capacity * sizeof *h->slots);
    for (uint32_t i = 0; i < old.capacity; i++)
        if (old.slots[i])
            *slot_of(h, (uint32_t)(old.slots[i] >> COUNT_BITS) - 1) = old.slots[i];
    free(old.slots);
}

static void add_count(struct hist *h, uint32_t index, uint64_t count)
{
    if (h->count * 4 >= h->capacity * 3)
        widen(h);
    uint64_t *slot = slot_of(h, index);
    if (!*slot) {
        *slot = (uint64_t)(index + 1) << COUNT_BITS;
        h->count++;
    }
    *slot += count;
}

static int by_index(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* The buckets that hold something, in order; the caller frees. */
static uint64_t *sorted(const struct hist *h)
{
    uint64_t *all = mem_new((h->count + 1) * sizeof *all);
    uint32_t n = 0;
    for (uint32_t i = 0; i < h->capacity; i++)
        if (h->slots[i])
            all[n++] = h->slots[i];
    qsort(all, n, sizeof *all, by_index);
    return all;
}

static uint64_t count_of(uint64_t slot)
{
    return slot & ((UINT64_C(1) << COUNT_BITS) - 1);
}

static uint32_t index_in(uint64_t slot)
{
    return (uint32_t)(slot >> COUNT_BITS) - 1;
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
    add_count(h, index_of(value), 1);
    add_summary(h, 1, value, value, value);
}

void hist_merge(struct hist *into, const struct hist *from)
{
    if (!from->n)
        return;
    for (uint32_t i = 0; i < from->capacity; i++)
        if (from->slots[i])
            add_count(into, index_in(from->slots[i]), count_of(from->slots[i]));
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
    uint64_t below = 0, value = h->max, *buckets = sorted(h);
    for (uint32_t i = 0; i < h->count && below < rank; i++) {
        below += count_of(buckets[i]);
        value = value_of(index_in(buckets[i]));
    }
    free(buckets);
    return value < h->min ? h->min : value > h->max ? h->max : value;
}

void hist_save(const struct hist *h, struct buf *out)
{
    buf_u64(out, h->n);
    buf_u64(out, h->min);
    buf_u64(out, h->max);
    buf_u64(out, h->sum);
    uint64_t *buckets = sorted(h);
    buf_u32(out, h->count);
    for (uint32_t i = 0; i < h->count; i++) {
        buf_u32(out, index_in(buckets[i]));
        buf_u64(out, count_of(buckets[i]));
    }
    free(buckets);
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
            count >> COUNT_BITS || (i && index <= last) ||
            __builtin_add_overflow(seen, count, &seen))
            return false;
        add_count(h, index, count);
    }
    if (seen != n)
        return false;
    h->n = n, h->min = min, h->max = max, h->sum = sum;
    return true;
}
