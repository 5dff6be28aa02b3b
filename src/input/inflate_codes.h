/* inflate_codes.h - the prefix codes of a deflate block as tables.  Private to inflate. */
#ifndef POSTMORTEM_INPUT_INFLATE_CODES_H
#define POSTMORTEM_INPUT_INFLATE_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An entry is found by the next bits, the first one lowest.  Of codes longer than the main table's bits there stands the
 * start of a second table, which is found by the bits that follow. */
enum {
    CODE_BITS = 31,        /* of the code, from its first bit on */
    CODE_EXTRA_SHIFT = 5,  /* four bits: bits that follow the code */
    CODE_LITERAL = 1 << 9, /* the value is a byte, or the length of a code */
    CODE_END = 1 << 10,    /* of the block */
    CODE_SECOND = 1 << 11, /* the value is where its second table starts */
    CODE_NONE = 1 << 12,   /* no symbol has this code */
    CODE_VALUE_SHIFT = 16, /* a byte, or the least length or distance */

    LITERAL_BITS = 11,
    DISTANCE_BITS = 9,
    LENGTH_BITS = 7,
    CODE_MOST = 15,
    /* Where a second table is needed at least two codes share it. */
    LITERAL_ROOM = (1 << LITERAL_BITS) + 144 * (1 << (CODE_MOST - LITERAL_BITS)),
    DISTANCE_ROOM = (1 << DISTANCE_BITS) + 16 * (1 << (CODE_MOST - DISTANCE_BITS)),
    INFLATE_LENGTHS = 288 + 32
};

struct inflate_codes {
    uint32_t literals[LITERAL_ROOM], distances[DISTANCE_ROOM], lengths[1 << LENGTH_BITS];
};

/* Tables of n symbols from the lengths of their codes (0: has none); false where the lengths are no complete code, but for
 * what is allowed: no code at all, and (not for code lengths) a single code of one bit. */
bool codes_of_literals(struct inflate_codes *c, const uint8_t *lengths, unsigned n);
bool codes_of_distances(struct inflate_codes *c, const uint8_t *lengths, unsigned n);
bool codes_of_lengths(struct inflate_codes *c, const uint8_t *lengths, unsigned n);

#endif
