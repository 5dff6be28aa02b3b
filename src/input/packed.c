/* packed.c - plans and partial files in fewer bytes.
 *
 * Why: a partial file crosses a network and is mostly text; packed it is a third.  Invariant: no more is allocated than
 * deflate can have made of the bytes that are there (1,032 to 1).  Source of facts: zlib 1.2.13's manual.
 *
 * Example: 4,781,325 bytes of a shard's state become 1.2 million. */
#include "postmortem/input/packed.h"

#include <limits.h>
#include <zlib.h>

#include "postmortem/base/memory.h"

enum { RATIO_MOST = 1032 };

/* zlib counts in unsigned int. */
static uInt step_of(size_t n)
{
    return n < UINT_MAX / 2 ? (uInt)n : UINT_MAX / 2;
}

void bytes_pack(struct slice bytes, struct buf *out)
{
    z_stream z = {0};
    if (deflateInit(&z, Z_DEFAULT_COMPRESSION) != Z_OK)
        mem_grow(NULL, SIZE_MAX, 2); /* zlib fails here for want of memory alone */
    z.next_in = (z_const Bytef *)(uintptr_t)bytes.p;
    int state = Z_OK;
    while (state == Z_OK) {
        enum { STEP = 1 << 16 };
        if (z.avail_in == 0) {
            z.avail_in = step_of(bytes.n);
            bytes = slice_from(bytes, z.avail_in);
        }
        z.next_out = (Bytef *)buf_room(out, STEP);
        z.avail_out = STEP;
        state = deflate(&z, bytes.n ? Z_NO_FLUSH : Z_FINISH);
        out->n += STEP - z.avail_out;
    }
    deflateEnd(&z);
}

bool bytes_unpack(struct slice packed, uint64_t n, struct buf *out)
{
    z_stream z = {0};
    if (n / RATIO_MOST > packed.n || inflateInit(&z) != Z_OK)
        return false;
    uint64_t left = n;
    int state = Z_OK;
    char *to = buf_room(out, (size_t)n + 1); /* one more shows what is too long */
    z.next_in = (z_const Bytef *)(uintptr_t)packed.p;
    z.next_out = (Bytef *)to;
    left++;
    while (state == Z_OK && (z.avail_in || packed.n)) {
        if (z.avail_in == 0) {
            z.avail_in = step_of(packed.n);
            packed = slice_from(packed, z.avail_in);
        }
        uInt room = z.avail_out = step_of((size_t)left);
        if (!room)
            break;
        state = inflate(&z, Z_NO_FLUSH);
        left -= room - z.avail_out;
    }
    bool whole = state == Z_STREAM_END && left == 1 && z.avail_in == 0 && packed.n == 0;
    inflateEnd(&z);
    if (whole)
        out->n += (size_t)n;
    return whole;
}

void block_pack(struct slice bytes, struct buf *out)
{
    struct buf packed = {0};
    bytes_pack(bytes, &packed);
    buf_count(out, bytes.n);
    buf_bytes(out, buf_slice(&packed));
    buf_fini(&packed);
}

bool block_next(struct slice *blocks, size_t *n, struct slice *packed)
{
    uint64_t count;
    if (!blocks->n || !load_below(blocks, PACKED_BLOCK, &count) || !count ||
        !load_bytes(blocks, packed))
        return false;
    *n = (size_t)count;
    return true;
}
