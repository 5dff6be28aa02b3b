/* Deflate data to bytes.
 *
 * Why our own: zlib's inflate took longer than all the rest of reading a .gz, and isa-l, which is twice as fast, goes on where
 * zlib sees damage (it takes incomplete codes), so that what a report says of damaged evidence would depend on the build.
 * Invariant: bytes given, end or damage, and where in the data it shows are those of zlib's inflate, for any input and any
 * sizes of the pieces (tests/input/test_inflate.c, fuzz_inflate.c).  To that end the careful road takes from its input no
 * byte more than it needs, and the fast one gives back what it took too many.
 * Sources of facts: RFC 1951; zlib 1.2.13 as tried.
 *
 * Example: 4b 4c 4a 06 00 is a last block with the fixed codes: "abc". */
#include "inflate.h"

#include <endian.h>
#include <string.h>

enum state {
    AT_BLOCK,
    AT_STORED,
    IN_STORED,
    AT_TABLE,
    IN_CODES,
    IN_LENGTHS,
    IN_DATA,
    IN_MATCH,
    AT_END,
    AT_DAMAGE
};

/* Of the fast road: in an iteration at most so many bytes are looked at and given. */
enum { FAST_IN = 24, FAST_OUT = 2 + 258 + 32 };

void inflater_start(struct inflater *z)
{
    z->given = z->hold = 0;
    z->bits = 0;
    z->state = AT_BLOCK;
    z->last = false;
    z->length = 0;
    z->window_at = 0;
    z->why = NULL;
}

/* Bits. */

static uint64_t load64(const unsigned char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return le64toh(v);
}

/* Have n bits at least, taking no byte more than that needs; false: in is used up. */
static bool need(struct inflater *z, unsigned n)
{
    while (z->bits < n) {
        if (!z->in_n)
            return false;
        z->hold |= (uint64_t)*z->in++ << z->bits;
        z->in_n--;
        z->bits += 8;
    }
    return true;
}

static unsigned low(uint64_t hold, unsigned n)
{
    return (unsigned)(hold & ((UINT64_C(1) << n) - 1));
}

static unsigned take(struct inflater *z, unsigned n)
{
    unsigned v = low(z->hold, n);
    z->hold >>= n;
    z->bits -= n;
    return v;
}

static inline uint32_t found(const uint32_t *table, unsigned bits, uint64_t hold)
{
    uint32_t e = table[low(hold, bits)];
    if (__builtin_expect(e & CODE_SECOND, 0))
        e = table[(e >> CODE_VALUE_SHIFT) + low(hold >> bits, CODE_MOST - bits)];
    return e;
}

/* The next code and its extra bits, not yet taken; false: in is used up. */
static bool look(struct inflater *z, const uint32_t *table, unsigned bits, uint32_t *entry)
{
    for (;;) {
        *entry = found(table, bits, z->hold);
        if ((*entry & CODE_BITS) <= z->bits)
            return true;
        if (!need(z, z->bits + 1))
            return false;
    }
}

static unsigned extra_of(uint32_t entry)
{
    return entry >> CODE_EXTRA_SHIFT & 15;
}

/* Steps: each does one thing and says how reading goes on. */

enum step { GO_ON, WANT_IN, WANT_OUT };

static enum step damaged(struct inflater *z, const char *why)
{
    z->why = why;
    z->state = AT_DAMAGE;
    return GO_ON;
}

static void fixed_codes(struct inflater *z)
{
    uint8_t lengths[288];
    for (unsigned i = 0; i < sizeof lengths; i++)
        lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    codes_of_literals(&z->table, lengths, 288);
    memset(lengths, 5, 32);
    codes_of_distances(&z->table, lengths, 32);
}

static enum step block(struct inflater *z)
{
    if (z->last) {
        z->hold = 0;
        z->bits = 0;
        z->state = AT_END;
        return GO_ON;
    }
    if (!need(z, 3))
        return WANT_IN;
    z->last = take(z, 1);
    switch (take(z, 2)) {
    case 0:
        take(z, z->bits & 7);
        z->state = AT_STORED;
        break;
    case 1:
        fixed_codes(z);
        z->state = IN_DATA;
        break;
    case 2:
        z->state = AT_TABLE;
        break;
    default:
        return damaged(z, "a block of no known type");
    }
    return GO_ON;
}

static enum step stored(struct inflater *z)
{
    if (!need(z, 32))
        return WANT_IN;
    unsigned n = take(z, 16);
    if (n != (take(z, 16) ^ 0xffff))
        return damaged(z, "the length of a stored block differs from its repetition");
    z->length = n;
    z->state = IN_STORED;
    return GO_ON;
}

static enum step copy_stored(struct inflater *z)
{
    size_t n = z->length;
    if (n == 0) {
        z->state = AT_BLOCK;
        return GO_ON;
    }
    if (n > z->in_n)
        n = z->in_n;
    if (n > z->out_n)
        n = z->out_n;
    if (n == 0)
        return z->out_n ? WANT_IN : WANT_OUT;
    memcpy(z->out, z->in, n);
    z->in += n;
    z->in_n -= n;
    z->out += n;
    z->out_n -= n;
    z->length -= (uint32_t)n;
    return GO_ON;
}

static enum step table(struct inflater *z)
{
    if (!need(z, 14))
        return WANT_IN;
    z->literals = 257 + take(z, 5);
    z->distances = 1 + take(z, 5);
    z->codes = 4 + take(z, 4);
    z->at = 0;
    if (z->literals > 286 || z->distances > 30)
        return damaged(z, "more lengths or distances than there are");
    memset(z->lengths, 0, 19);
    z->state = IN_CODES;
    return GO_ON;
}

static enum step codes(struct inflater *z)
{
    static const uint8_t order[19] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                      11, 4,  12, 3, 13, 2, 14, 1, 15};
    for (; z->at < z->codes; z->at++) {
        if (!need(z, 3))
            return WANT_IN;
        z->lengths[order[z->at]] = (uint8_t)take(z, 3);
    }
    if (!codes_of_lengths(&z->table, z->lengths, 19))
        return damaged(z, "the code of the code lengths is none");
    z->at = 0;
    z->state = IN_LENGTHS;
    return GO_ON;
}

static enum step tables_of_lengths(struct inflater *z)
{
    if (!z->lengths[256])
        return damaged(z, "no code for the end of the block");
    if (!codes_of_literals(&z->table, z->lengths, z->literals))
        return damaged(z, "the code of bytes and lengths is none");
    if (!codes_of_distances(&z->table, z->lengths + z->literals, z->distances))
        return damaged(z, "the code of distances is none");
    z->state = IN_DATA;
    return GO_ON;
}

static enum step lengths(struct inflater *z)
{
    static const struct {
        uint8_t bits, least;
    } repeats[] = {{2, 3}, {3, 3}, {7, 11}}; /* 16: the length before; 17, 18: zero */
    unsigned all = z->literals + z->distances;
    while (z->at < all) {
        uint32_t entry;
        if (!look(z, z->table.lengths, LENGTH_BITS, &entry))
            return WANT_IN;
        unsigned value = entry >> CODE_VALUE_SHIFT, n = entry & CODE_BITS;
        if (value < 16) {
            take(z, n);
            z->lengths[z->at++] = (uint8_t)value;
            continue;
        }
        unsigned bits = repeats[value - 16].bits, times = repeats[value - 16].least;
        if (!need(z, n + bits))
            return WANT_IN;
        take(z, n);
        times += take(z, bits);
        if ((value == 16 && z->at == 0) || z->at + times > all)
            return damaged(z, "a repeated length without a first, or more of them than there are");
        memset(z->lengths + z->at, value == 16 ? z->lengths[z->at - 1] : 0, times);
        z->at += times;
    }
    return tables_of_lengths(z);
}

/* Copy what there is room for of a match that may reach into the window. */
static enum step match(struct inflater *z)
{
    while (z->length && z->out_n) {
        size_t made = (size_t)(z->out - z->start), n = z->length;
        if (n > z->out_n)
            n = z->out_n;
        if (z->distance > made) {
            size_t back = z->distance - made, at = (z->window_at - back) % INFLATE_WINDOW;
            if (n > back)
                n = back;
            if (n > INFLATE_WINDOW - at)
                n = INFLATE_WINDOW - at;
            memcpy(z->out, z->window + at, n);
            z->out += n;
        } else {
            for (size_t i = 0; i < n; i++, z->out++)
                *z->out = *(z->out - z->distance);
        }
        z->out_n -= n;
        z->length -= (uint32_t)n;
    }
    if (z->length)
        return WANT_OUT;
    z->state = IN_DATA;
    return GO_ON;
}

static bool too_far(const struct inflater *z, size_t distance)
{
    return distance > z->given + (size_t)(z->out - z->start);
}

/* One byte or match; length: of a match whose distance could not be read yet. */
static enum step symbol(struct inflater *z)
{
    uint32_t entry;
    if (!z->length) {
        if (!look(z, z->table.literals, LITERAL_BITS, &entry))
            return WANT_IN;
        unsigned n = entry & CODE_BITS, extra = extra_of(entry);
        if (entry & CODE_LITERAL) {
            if (!z->out_n)
                return WANT_OUT;
            *z->out++ = (unsigned char)(entry >> CODE_VALUE_SHIFT);
            z->out_n--;
            take(z, n);
            return GO_ON;
        }
        if (!(entry & (CODE_END | CODE_NONE)) && !need(z, n + extra))
            return WANT_IN;
        take(z, n);
        if (entry & CODE_NONE)
            return damaged(z, "a code that is no byte or length");
        if (entry & CODE_END) {
            z->state = AT_BLOCK;
            return GO_ON;
        }
        z->length = (entry >> CODE_VALUE_SHIFT) + take(z, extra);
    }
    if (!look(z, z->table.distances, DISTANCE_BITS, &entry))
        return WANT_IN;
    unsigned n = entry & CODE_BITS, extra = extra_of(entry);
    if (!(entry & CODE_NONE) && !need(z, n + extra))
        return WANT_IN;
    take(z, n);
    if (entry & CODE_NONE)
        return damaged(z, "a code that is no distance");
    z->distance = (entry >> CODE_VALUE_SHIFT) + take(z, extra);
    if (too_far(z, z->distance))
        return damaged(z, "a distance to before the start");
    z->state = IN_MATCH;
    return GO_ON;
}

/* The fast road: as long as there is plenty of both, without asking for each bit and byte. */

/* May write up to 31 bytes more. */
static inline unsigned char *copy_near(unsigned char *to, size_t distance, size_t length)
{
    unsigned char *end = to + length;
    const unsigned char *from = to - distance;
    if (__builtin_expect(distance >= 16, 1)) {
        memcpy(to, from, 16); /* most are not longer than both */
        memcpy(to + 16, from + 16, 16);
        for (to += 32, from += 32; to < end; to += 16, from += 16)
            memcpy(to, from, 16);
    } else if (distance == 1) {
        memset(to, *from, length);
    } else {
        while (to < end)
            *to++ = *from++;
    }
    return end;
}

/* Of a match that begins before this call. */
static unsigned char *copy_far(struct inflater *z, unsigned char *to, size_t distance,
                               size_t length)
{
    for (; length; length--, to++) {
        size_t made = (size_t)(to - z->start);
        *to = distance > made ? z->window[(z->window_at + made - distance) % INFLATE_WINDOW]
                              : *(to - distance);
    }
    return to;
}

struct bits {
    const unsigned char *in;
    uint64_t hold; /* what stands above bits is what follows in in */
    unsigned bits;
};

/* 56 bits at least. */
static inline void refill(struct bits *b)
{
    b->hold |= load64(b->in) << b->bits;
    b->in += (63 - b->bits) >> 3;
    b->bits |= 56;
}

static inline void drop(struct bits *b, unsigned n)
{
    b->hold >>= n;
    b->bits -= n;
}

/* The value of a code with its extra bits. */
static inline size_t value(struct bits *b, uint32_t entry)
{
    unsigned n = entry & CODE_BITS, extra = extra_of(entry);
    size_t v = (entry >> CODE_VALUE_SHIFT) + low(b->hold >> n, extra);
    drop(b, n + extra);
    return v;
}

static inline uint32_t second(const struct bits *b, const uint32_t *table, unsigned bits,
                              uint32_t entry)
{
    return table[(entry >> CODE_VALUE_SHIFT) + low(b->hold >> bits, CODE_MOST - bits)];
}

static inline void give(struct bits *b, uint32_t entry, unsigned char **out)
{
    *(*out)++ = (unsigned char)(entry >> CODE_VALUE_SHIFT);
    drop(b, entry & CODE_BITS);
}

/* Bytes that stand by themselves, three at most.  Gives the entry of the match that follows; 0: look again; or one with
 * CODE_END or CODE_NONE. */
static inline uint32_t bytes(struct bits *b, const uint32_t *table, uint32_t entry,
                             unsigned char **out)
{
    for (unsigned i = 0; i < 2 && (entry & CODE_LITERAL); i++) {
        give(b, entry, out);
        entry = table[low(b->hold, LITERAL_BITS)];
    }
    if (__builtin_expect(entry & CODE_SECOND, 0))
        entry = second(b, table, LITERAL_BITS, entry);
    if (!(entry & CODE_LITERAL))
        return entry;
    give(b, entry, out);
    return 0;
}

/* Where anything is amiss, what is amiss is left to the careful road. */
static void fast(struct inflater *z)
{
    struct bits b = {z->in, z->hold, z->bits};
    const uint32_t *table = z->table.literals;
    const unsigned char *in_most = z->in + z->in_n - FAST_IN;
    unsigned char *out = z->out, *out_most = out + z->out_n - FAST_OUT;
    refill(&b);
    uint32_t entry = table[low(b.hold, LITERAL_BITS)];
    while (b.in <= in_most && out <= out_most) {
        entry = bytes(&b, table, entry, &out);
        struct bits before = b;
        if (__builtin_expect(entry & (CODE_END | CODE_NONE), 0))
            break;
        if (!entry) {
            refill(&b);
            entry = table[low(b.hold, LITERAL_BITS)];
            continue;
        }
        size_t length = value(&b, entry), made = (size_t)(out - z->start);
        refill(&b);
        entry = z->table.distances[low(b.hold, DISTANCE_BITS)];
        if (__builtin_expect(entry & CODE_SECOND, 0))
            entry = second(&b, z->table.distances, DISTANCE_BITS, entry);
        size_t distance = value(&b, entry);
        if (__builtin_expect((entry & CODE_NONE) || distance > made + z->given, 0)) {
            b = before;
            break;
        }
        refill(&b); /* and look already, while the match is copied */
        entry = table[low(b.hold, LITERAL_BITS)];
        out =
            distance > made ? copy_far(z, out, distance, length) : copy_near(out, distance, length);
    }
    size_t spare = b.bits >> 3, taken = (size_t)(b.in - z->in);
    if (spare > taken)
        spare = taken;
    b.bits -= 8 * (unsigned)spare;
    z->in_n -= taken - spare;
    z->in = b.in - spare;
    z->hold = b.hold & ((UINT64_C(1) << b.bits) - 1);
    z->bits = b.bits;
    z->out_n -= (size_t)(out - z->out);
    z->out = out;
}

/* The last of what was given, for matches of the next call. */
static void window_keep(struct inflater *z)
{
    size_t n = (size_t)(z->out - z->start);
    z->given += n;
    if (n > INFLATE_WINDOW)
        n = INFLATE_WINDOW;
    size_t first = INFLATE_WINDOW - z->window_at;
    if (first > n)
        first = n;
    if (n) {
        memcpy(z->window + z->window_at, z->out - n, first);
        memcpy(z->window, z->out - n + first, n - first);
    }
    z->window_at = (z->window_at + n) % INFLATE_WINDOW;
}

enum inflate_result inflater_run(struct inflater *z)
{
    static enum step (*const steps[])(struct inflater * z) = {
        [AT_BLOCK] = block, [AT_STORED] = stored,   [IN_STORED] = copy_stored, [AT_TABLE] = table,
        [IN_CODES] = codes, [IN_LENGTHS] = lengths, [IN_DATA] = symbol,        [IN_MATCH] = match};
    enum step step = GO_ON;
    z->start = z->out;
    while (step == GO_ON && z->state < AT_END) {
        if (z->state == IN_DATA && !z->length && z->in_n >= FAST_IN && z->out_n >= FAST_OUT)
            fast(z);
        step = steps[z->state](z);
    }
    window_keep(z);
    return z->state == AT_END      ? INFLATE_END
           : z->state == AT_DAMAGE ? INFLATE_DAMAGED
                                   : INFLATE_MORE;
}
