/* Log-linear buckets: values below 128 have one each; above, an octave [2^k, 2^(k+1)) is cut into 128 equal parts.
 * Invariant: the counts of all slots add up to n; a count stays below 2^48. */
#include "postmortem/base/hist.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

#define COUNT_MOST ((UINT64_C(1) << COUNT_BITS) - 1)

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

static uint32_t home_of(const struct hist *h, uint32_t index)
{
    return index * UINT32_C(0x9e3779b1) >> 16 & (h->capacity - 1);
}

static uint64_t *slot_of(const struct hist *h, uint32_t index)
{
    uint32_t mask = h->capacity - 1;
    for (uint32_t i = home_of(h, index);; i = (i + 1) & mask)
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
    uint64_t room = COUNT_MOST - (*slot & COUNT_MOST);
    *slot += count < room ? count : room;
}

static uint64_t count_of(uint64_t slot)
{
    return slot & COUNT_MOST;
}

static uint32_t index_in(uint64_t slot)
{
    return (uint32_t)(slot >> COUNT_BITS) - 1;
}

/* The counts of all buckets from that of min to that of max, in order; the caller frees. */
static uint64_t *counts_in_order(const struct hist *h, uint32_t *first, uint32_t *n)
{
    *first = index_of(h->min);
    *n = index_of(h->max) - *first + 1;
    uint64_t *counts = mem_new(*n * sizeof *counts);
    for (uint32_t i = 0; i < h->capacity; i++)
        if (h->slots[i])
            counts[index_in(h->slots[i]) - *first] = count_of(h->slots[i]);
    return counts;
}

static void add_summary(struct hist *h, uint64_t n, uint64_t min, uint64_t max, uint64_t sum)
{
    if (min < h->min || h->n == 0)
        h->min = min;
    if (max > h->max || h->n == 0)
        h->max = max;
    if (__builtin_add_overflow(h->n, n, &h->n))
        h->n = UINT64_MAX;
    if (__builtin_add_overflow(h->sum, sum, &h->sum))
        h->sum = UINT64_MAX;
}

void hist_add(struct hist *h, uint64_t value)
{
    uint32_t index = index_of(value);
    if (h->capacity) {
        uint64_t *slot = slot_of(h, index);
        if (*slot) { /* as most are */
            ++*slot;
            add_summary(h, 1, value, value, value);
            return;
        }
    }
    add_count(h, index, 1);
    add_summary(h, 1, value, value, value);
}

void hist_expect(const struct hist *h, uint64_t value)
{
    if (h->capacity)
        __builtin_prefetch(&h->slots[home_of(h, index_of(value))], 1);
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

/* The rank, from 1, of the value that per_mille asks for. */
static uint64_t rank_of(const struct hist *h, unsigned per_mille)
{
    uint64_t whole = h->n / 1000 * per_mille, rest = h->n % 1000 * per_mille;
    uint64_t rank = whole + (rest + 999) / 1000;
    return rank ? rank : 1;
}

static uint64_t clamped(const struct hist *h, uint64_t rank, uint64_t value)
{
    if (rank <= 1 || value < h->min)
        return h->min;
    return rank >= h->n || value > h->max ? h->max : value;
}

void hist_quantiles(const struct hist *h, const unsigned *per_mille, size_t n, uint64_t *out)
{
    memset(out, 0, n * sizeof *out);
    if (!h->n)
        return;
    uint32_t first, buckets, bucket = 0;
    uint64_t *counts = counts_in_order(h, &first, &buckets), below = counts[0];
    for (size_t i = 0; i < n; i++) {
        uint64_t rank = rank_of(h, per_mille[i]);
        while (below < rank && bucket + 1 < buckets)
            below += counts[++bucket];
        out[i] = clamped(h, rank, value_of(first + bucket));
    }
    free(counts);
}

uint64_t hist_quantile(const struct hist *h, unsigned per_mille)
{
    uint64_t value;
    hist_quantiles(h, &per_mille, 1, &value);
    return value;
}

void hist_save(const struct hist *h, struct buf *out)
{
    buf_count(out, h->n);
    if (!h->n)
        return;
    buf_count(out, h->min);
    buf_count(out, h->max - h->min);
    buf_count(out, h->sum);
    buf_count(out, h->count);
    uint32_t first, n, last = 0;
    uint64_t *counts = counts_in_order(h, &first, &n);
    for (uint32_t i = 0; i < n; i++) {
        if (!counts[i])
            continue;
        buf_count(out, first + i - last);
        buf_count(out, counts[i]);
        last = first + i;
    }
    free(counts);
}

static bool load_buckets(struct hist *h, struct slice *in)
{
    uint64_t buckets, step, count, seen = 0, index = 0;
    if (!load_below(in, BUCKETS, &buckets))
        return false;
    for (uint64_t i = 0; i < buckets; i++) {
        if (!load_below(in, BUCKETS, &step) || !load_below(in, COUNT_MOST, &count) || !count ||
            (i && !step) || (index += step) < index_of(h->min) || index > index_of(h->max))
            return false;
        add_count(h, (uint32_t)index, count);
        seen += count;
    }
    return seen == h->n;
}

bool hist_load(struct hist *h, struct slice *in)
{
    uint64_t span;
    *h = (struct hist){0};
    if (!load_count(in, &h->n))
        return false;
    if (!h->n)
        return true;
    if (!load_count(in, &h->min) || !load_count(in, &span) ||
        __builtin_add_overflow(h->min, span, &h->max) || !load_count(in, &h->sum))
        return false;
    return load_buckets(h, in);
}
