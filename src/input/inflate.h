/* inflate.h - deflate data (RFC 1951) to bytes, in pieces.  Private to input.
 *
 *     inflater_start(&z);
 *     z.in = ..., z.in_n = ...; z.out = ..., z.out_n = ...;
 *     while (inflater_run(&z) == INFLATE_MORE) { more of what is 0: z.in_n, z.out_n }
 */
#ifndef POSTMORTEM_INPUT_INFLATE_H
#define POSTMORTEM_INPUT_INFLATE_H

#include "inflate_codes.h"

enum { INFLATE_WINDOW = 32768 };

enum inflate_result {
    INFLATE_MORE,    /* out is full, or in is used up */
    INFLATE_END,     /* the last block has ended; in is behind its last byte */
    INFLATE_DAMAGED, /* see why; in is behind the byte that shows it; what was given before stays */
};

struct inflater {
    const unsigned char *in;
    size_t in_n;
    unsigned char *out;
    size_t out_n;
    uint64_t given; /* bytes since the start */
    const char *why;
    /* The rest is its own. */
    uint64_t hold; /* bits taken from in and not yet used, the next one lowest; zeros above them */
    unsigned bits; /* of them */
    unsigned state;
    bool last;
    uint32_t length, distance;               /* of a stored block or match, what is left to copy */
    unsigned literals, distances, codes, at; /* of a block's head; at: lengths read so far */
    uint8_t lengths[INFLATE_LENGTHS];
    struct inflate_codes table;
    const unsigned char *start; /* of out in this call */
    size_t window_at;           /* where the oldest byte lies */
    unsigned char window[INFLATE_WINDOW];
};

/* A new stream; in stays as it is. */
void inflater_start(struct inflater *z);
enum inflate_result inflater_run(struct inflater *z);

#endif
