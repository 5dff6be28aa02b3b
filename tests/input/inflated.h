/* inflated.h - our inflate beside zlib's: the same bytes, the same end, at the same place, whatever the data. */
#ifndef TESTS_INPUT_INFLATED_H
#define TESTS_INPUT_INFLATED_H

#include "input/inflate.h"
#include "postmortem/base/buf.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* What came of it; at: bytes of the data that were used up to its end or damage. */
struct inflated {
    struct buf bytes;
    enum inflate_result result;
    size_t at;
};

static inline struct inflated inflated_by_zlib(struct slice data)
{
    struct inflated r = {.result = INFLATE_MORE};
    z_stream z = {0};
    union {
        const char *from;
        Bytef *to;
    } in = {data.p};
    int rc = inflateInit2(&z, -15);
    z.next_in = in.to;
    z.avail_in = (uInt)data.n;
    while (rc == Z_OK) {
        z.next_out = (Bytef *)buf_room(&r.bytes, 1 << 16);
        z.avail_out = 1 << 16;
        rc = inflate(&z, Z_SYNC_FLUSH);
        r.bytes.n += (1 << 16) - z.avail_out;
    }
    if (rc == Z_STREAM_END)
        r.result = INFLATE_END;
    else if (rc != Z_BUF_ERROR)
        r.result = INFLATE_DAMAGED;
    r.at = z.total_in;
    inflateEnd(&z);
    return r;
}

/* Pieces of 1 to in_most bytes, each in memory of its own, into rooms of 1 to out_most. */
static inline struct inflated inflated_by_us(struct slice data, size_t in_most, size_t out_most,
                                             uint32_t seed)
{
    struct inflated r = {.result = INFLATE_MORE};
    struct inflater *z = malloc(sizeof *z);
    unsigned char *piece = NULL, *room = NULL;
    size_t fed = 0;
    z->in_n = 0;
    inflater_start(z);
    for (;;) {
        seed = seed * 1664525 + 1013904223;
        if (z->in_n == 0 && fed < data.n) {
            size_t n = (seed >> 8) % in_most + 1;
            if (n > data.n - fed)
                n = data.n - fed;
            free(piece);
            piece = malloc(n);
            memcpy(piece, data.p + fed, n);
            fed += n;
            z->in = piece;
            z->in_n = n;
        }
        size_t n = (seed >> 4) % out_most + 1, more = z->in_n;
        free(room);
        room = malloc(n);
        z->out = room;
        z->out_n = n;
        r.result = inflater_run(z);
        buf_add(&r.bytes, slice_of((const char *)room, n - z->out_n));
        if (r.result != INFLATE_MORE || (z->out_n == n && !more && fed == data.n))
            break;
    }
    r.at = fed - z->in_n;
    if (z->given != r.bytes.n)
        abort();
    free(room);
    free(piece);
    free(z);
    return r;
}

static inline bool inflated_alike(struct slice data, size_t in_most, size_t out_most, uint32_t seed)
{
    struct inflated a = inflated_by_zlib(data), b = inflated_by_us(data, in_most, out_most, seed);
    bool alike =
        a.result == b.result && a.at == b.at && slice_eq(buf_slice(&a.bytes), buf_slice(&b.bytes));
    buf_fini(&a.bytes);
    buf_fini(&b.bytes);
    return alike;
}

#endif
