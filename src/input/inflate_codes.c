/* The prefix codes of a deflate block as tables.
 *
 * Invariant: what is taken and what is refused is what zlib takes and refuses: over-subscribed and incomplete codes are
 * damage, but for a block without distances or with one, and for a code that is nowhere used.  Sources of facts: RFC 1951
 * 3.2.5 to 3.2.7; zlib 1.2.13 where the RFC is silent, as tried (tests/input/test_inflate.c).
 *
 * Example: lengths 2, 1, 0, 2 are the codes 10, 0, -, 11. */
#include "inflate_codes.h"

#include <string.h>

#define ENTRY(flags, value, extra)                                                                 \
    ((uint32_t)(flags) | (uint32_t)(value) << CODE_VALUE_SHIFT |                                   \
     (uint32_t)(extra) << CODE_EXTRA_SHIFT)

/* Symbols 257 to 285. */
static const struct {
    uint16_t least;
    uint8_t extra;
} match_lengths[] = {{3, 0},   {4, 0},   {5, 0},   {6, 0},   {7, 0},  {8, 0},  {9, 0},  {10, 0},
                     {11, 1},  {13, 1},  {15, 1},  {17, 1},  {19, 2}, {23, 2}, {27, 2}, {31, 2},
                     {35, 3},  {43, 3},  {51, 3},  {59, 3},  {67, 4}, {83, 4}, {99, 4}, {115, 4},
                     {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0}};

static uint32_t literal_entry(unsigned symbol)
{
    if (symbol < 256)
        return ENTRY(CODE_LITERAL, symbol, 0);
    if (symbol == 256)
        return CODE_END;
    if (symbol > 285)
        return CODE_NONE;
    return ENTRY(0, match_lengths[symbol - 257].least, match_lengths[symbol - 257].extra);
}

/* Two symbols for each number of extra bits, each with twice the span of the pair before. */
static uint32_t distance_entry(unsigned symbol)
{
    if (symbol > 29)
        return CODE_NONE;
    if (symbol < 4)
        return ENTRY(0, symbol + 1, 0);
    unsigned extra = symbol / 2 - 1;
    return ENTRY(0, ((2 + symbol % 2) << extra) + 1, extra);
}

static uint32_t length_entry(unsigned symbol)
{
    return ENTRY(CODE_LITERAL, symbol, 0);
}

/* The n bits of code, the first one lowest. */
static unsigned reversed(unsigned code, unsigned n)
{
    code = (code & 0x5555) << 1 | (code >> 1 & 0x5555);
    code = (code & 0x3333) << 2 | (code >> 2 & 0x3333);
    code = (code & 0x0f0f) << 4 | (code >> 4 & 0x0f0f);
    code = (code & 0x00ff) << 8 | (code >> 8 & 0x00ff);
    return code >> (16 - n);
}

struct table {
    uint32_t *entries;
    unsigned bits; /* of the main table */
    unsigned used;
};

/* An entry wherever the n bits of code come first. */
static void put(uint32_t *entries, unsigned bits, unsigned code, unsigned n, uint32_t entry)
{
    for (unsigned i = code; i < 1U << bits; i += 1U << n)
        entries[i] = entry;
}

/* Of a code longer than the main table's bits; where it begins there stands 0 or its second table. */
static void put_second(struct table *t, unsigned code, unsigned n, uint32_t entry)
{
    uint32_t *first = &t->entries[code & ((1U << t->bits) - 1)];
    if (!*first) {
        *first = ENTRY(CODE_SECOND, t->used, 0);
        t->used += 1U << (CODE_MOST - t->bits);
    }
    put(t->entries + (*first >> CODE_VALUE_SHIFT), CODE_MOST - t->bits, code >> t->bits,
        n - t->bits, entry);
}

/* How the lengths fill the space of codes. */
enum fill { FILL_OVER, FILL_WHOLE, FILL_PART, FILL_ONE, FILL_NONE };

static enum fill lengths_fill(const unsigned count[CODE_MOST + 1], unsigned n)
{
    int left = 1;
    for (unsigned i = 1; i <= CODE_MOST; i++) {
        left = left * 2 - (int)count[i];
        if (left < 0)
            return FILL_OVER;
    }
    if (count[0] == n)
        return FILL_NONE;
    if (left == 0)
        return FILL_WHOLE;
    return count[0] + 1 == n && count[1] == 1 ? FILL_ONE : FILL_PART;
}

static inline enum fill table_fill(struct table *t, const uint8_t *lengths, unsigned n,
                                   uint32_t (*entry)(unsigned symbol))
{
    unsigned count[CODE_MOST + 1] = {0}, next[CODE_MOST + 2] = {0};
    for (unsigned i = 0; i < n; i++)
        count[lengths[i]]++;
    enum fill fill = lengths_fill(count, n);
    if (fill == FILL_OVER || fill == FILL_PART)
        return fill;
    if (fill != FILL_WHOLE)
        put(t->entries, t->bits, 0, 0, CODE_NONE | 1);
    for (unsigned i = 1; i <= CODE_MOST; i++)
        next[i + 1] = (next[i] + count[i]) << 1;
    unsigned codes[INFLATE_LENGTHS], longer = 0;
    for (unsigned i = 0; i < n; i++) {
        if (!lengths[i])
            continue;
        codes[i] = reversed(next[lengths[i]]++, lengths[i]);
        if (lengths[i] <= t->bits)
            put(t->entries, t->bits, codes[i], lengths[i], entry(i) | lengths[i]);
        else
            t->entries[codes[i] & ((1U << t->bits) - 1)] = 0, longer++;
    }
    t->used = 1U << t->bits;
    for (unsigned i = 0; longer && i < n; i++)
        if (lengths[i] > t->bits)
            put_second(t, codes[i], lengths[i], entry(i) | lengths[i]);
    return fill;
}

bool codes_of_literals(struct inflate_codes *c, const uint8_t *lengths, unsigned n)
{
    struct table t = {c->literals, LITERAL_BITS, 0};
    enum fill fill = table_fill(&t, lengths, n, literal_entry);
    return fill != FILL_OVER && fill != FILL_PART;
}

bool codes_of_distances(struct inflate_codes *c, const uint8_t *lengths, unsigned n)
{
    struct table t = {c->distances, DISTANCE_BITS, 0};
    enum fill fill = table_fill(&t, lengths, n, distance_entry);
    return fill != FILL_OVER && fill != FILL_PART;
}

bool codes_of_lengths(struct inflate_codes *c, const uint8_t *lengths, unsigned n)
{
    struct table t = {c->lengths, LENGTH_BITS, 0};
    enum fill fill = table_fill(&t, lengths, n, length_entry);
    if (fill == FILL_NONE) /* every bit is a length of 0 then */
        for (unsigned i = 0; i < 1U << LENGTH_BITS; i++)
            c->lengths[i] = CODE_LITERAL | 1;
    return fill == FILL_WHOLE || fill == FILL_NONE;
}
