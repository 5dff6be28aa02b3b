/* fuzz_stream.c - libFuzzer entry of the decoder that CODEC names: the first byte is the size of the reads, the rest is the
 * compressed stream.
 *
 * Decoding ends, tells why it ended where that was early, and gives the same bytes whatever the size of the reads. */
#include "bzip2_small.h"
#include "input/stream.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { LIMIT = 1 << 15 };
enum { CODEC_gzip, CODEC_bzip2, CODEC_xz, CODEC_zstd, CODEC_utf16, CODECS };

struct outcome {
    uint64_t given, hash;
    bool failed;
    enum status status;
};

static struct outcome decode(unsigned codec, struct slice s, size_t step)
{
    static struct stream *(*const openers[])(struct stream *) = {gzip_open, bzip2_open, xz_open,
                                                                 zstd_open};
    struct limits limits = limits_default;
    struct damage d = {0};
    struct outcome o = {0};
    limits.memory = 1 << 17;
    struct passage passage = {.damage = &d, .limits = &limits};
    struct stream *below = memory_stream_open(&passage, s, false);
    bool wide;
    struct stream *top = codec < CODEC_utf16 ? openers[codec](below) : wide_open(below, &wide);
    static unsigned char room[8192];
    for (;;) {
        ssize_t got = stream_read(top, room, step);
        if (got <= 0) {
            o.failed = got < 0;
            break;
        }
        if ((size_t)got > step)
            abort();
        for (ssize_t i = 0; i < got; i++)
            o.hash = o.hash * 1099511628211u + room[i];
        o.given += (uint64_t)got;
        if (o.given > LIMIT)
            break;
    }
    if (o.failed && !d.count)
        abort();
    o.status = d.status;
    stream_close(top);
    damage_fini(&d);
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 1)
        return 0;
    static char room[8192];
    struct slice s = bzip2_small(bytes + 1, n - 1, room);
    struct outcome whole = decode(CODEC, s, 8192), parts = decode(CODEC, s, 1 + bytes[0] % 64u);
    if (whole.given <= LIMIT && (whole.given != parts.given || whole.hash != parts.hash))
        abort();
    return 0;
}
