/* codec.c - bzip2, xz and zstd through libarchive: its raw reader with exactly one filter enabled.
 *
 * Why one filter: with all enabled, libarchive peels as deep as it likes and past our limits.
 * Invariant: whole blocks are delivered before any fault is told (archive_read_data_block, never
 * archive_read_data).  Concatenated streams are read through by libarchive itself.  Source of
 * facts: xz-file-format-1.1.0 3.1 and 5.3.1 (dictionary size), RFC 8878 3.1.1.1.2 (window),
 * libarchive 3.6.2 as measured.
 *
 * Example: fd 37 7a 58 5a 00 ... "xz"; cut in half it gives its whole blocks, then
 * "stream-truncated". */
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

#include "feed.h"
#include "postmortem/base/memory.h"

struct codec {
    struct stream stream;
    struct archive *a; /* NULL until the first read, and where it is refused */
    int (*enable)(struct archive *);
    const char *name;
    bool begun, done;
    ssize_t ending;
    const unsigned char *block;
    size_t left;
    struct feed feed;
};

/* What the first block asks for, in bytes; 0 if the front does not say. */
static uint64_t xz_window(struct slice front)
{
    const unsigned char *p = (const unsigned char *)front.p;
    if (front.n < 18 || p[12] == 0)
        return 0;
    size_t at = 14;
    for (unsigned i = 0; i < 2; i++) /* optional packed and unpacked sizes */
        if (p[13] & (i ? 0x80 : 0x40)) {
            while (at < front.n && (p[at] & 0x80))
                at++;
            at++;
        }
    for (unsigned filter = 0; filter <= (p[13] & 3U); filter++) {
        if (at + 3 > front.n)
            return 0;
        if (p[at] == 0x21) {
            unsigned bits = p[at + 2] & 63U;
            return bits >= 40 ? UINT32_MAX : (uint64_t)(2 | (bits & 1)) << (bits / 2 + 11);
        }
        at += 2 + (size_t)p[at + 1];
    }
    return 0;
}

static uint64_t zstd_window(struct slice front)
{
    const unsigned char *p = (const unsigned char *)front.p;
    if (front.n < 6 || (p[4] & 0x20)) /* a single segment asks for its content size at most */
        return 0;
    uint64_t base = UINT64_C(1) << (10 + (p[5] >> 3));
    return base + base / 8 * (p[5] & 7U);
}

static void codec_fault(struct codec *c)
{
    c->done = true;
    c->ending = -1;
    if (c->feed.failed)
        return;
    bool cut = feed_cut_short(&c->feed, c->a);
    damage_add(c->stream.passage->damage, cut ? DAMAGE_CODEC_TRUNCATED : DAMAGE_CODEC_DAMAGED,
               c->feed.from->at, 0, "%s data %s (%s): the %llu bytes decoded before it are kept",
               c->name, cut ? "stops early" : "is damaged", feed_why(c->a),
               (unsigned long long)c->stream.at);
}

static void codec_begin(struct codec *c)
{
    c->begun = true;
    struct slice front = stream_peek(c->feed.from, 256);
    uint64_t window = c->enable == archive_read_support_filter_xz     ? xz_window(front)
                      : c->enable == archive_read_support_filter_zstd ? zstd_window(front)
                                                                      : 0;
    if (window > c->stream.passage->limits->memory) {
        damage_add(
            c->stream.passage->damage, DAMAGE_MEMORY_LIMIT, 0, 0,
            "%s asks for %llu bytes of memory: not read; raise the memory limit if it is wanted",
            c->name, (unsigned long long)window);
        c->done = true;
        c->ending = -1;
        return;
    }
    struct archive_entry *entry;
    c->a = archive_read_new();
    if (!c->a)
        mem_exhausted();
    archive_read_support_format_empty(c->a);
    archive_read_support_format_raw(c->a);
    c->enable(c->a);
    int rc = feed_open(&c->feed, c->a);
    if (rc >= ARCHIVE_WARN)
        rc = archive_read_next_header(c->a, &entry);
    if (rc == ARCHIVE_EOF)
        c->done = true;
    else if (rc < ARCHIVE_WARN)
        codec_fault(c);
}

static void codec_end(struct codec *c)
{
    c->done = true;
    c->ending = c->feed.failed ? -1 : 0;
    stream_drain(c->feed.from);
    int64_t used = archive_filter_bytes(c->a, -1);
    if (used > 0 && (uint64_t)used < c->feed.from->at)
        damage_add(c->stream.passage->damage, DAMAGE_TRAILING_BYTES, (uint64_t)used, 0,
                   "%llu bytes after the end of the %s data ignored",
                   (unsigned long long)(c->feed.from->at - (uint64_t)used), c->name);
}

static ssize_t codec_read(struct stream *s, unsigned char *to, size_t n)
{
    struct codec *c = (struct codec *)s;
    if (!c->begun)
        codec_begin(c);
    while (c->left == 0) {
        if (c->done)
            return c->ending;
        const void *block = NULL;
        size_t size = 0;
        la_int64_t offset;
        int rc = archive_read_data_block(c->a, &block, &size, &offset);
        if (rc == ARCHIVE_EOF) {
            codec_end(c);
        } else if (rc < ARCHIVE_WARN) {
            codec_fault(c);
        } else {
            c->block = block;
            c->left = size;
        }
    }
    if (n > c->left)
        n = c->left;
    memcpy(to, c->block, n);
    c->block += n;
    c->left -= n;
    return (ssize_t)n;
}

static void codec_close(struct stream *s)
{
    struct codec *c = (struct codec *)s;
    if (c->a)
        archive_read_free(c->a);
    stream_close(c->feed.from);
    free(c);
}

static const struct stream_kind codec_kind = {codec_read, codec_close, NULL};

static struct stream *codec_open(struct stream *from, const char *name,
                                 int (*enable)(struct archive *))
{
    struct codec *c = mem_new(sizeof(*c));
    c->stream.kind = &codec_kind;
    c->stream.passage = from->passage;
    c->feed.from = from;
    c->name = name;
    c->enable = enable;
    return &c->stream;
}

struct stream *bzip2_open(struct stream *from)
{
    return codec_open(from, "bzip2", archive_read_support_filter_bzip2);
}

struct stream *xz_open(struct stream *from)
{
    return codec_open(from, "xz", archive_read_support_filter_xz);
}

struct stream *zstd_open(struct stream *from)
{
    return codec_open(from, "zstd", archive_read_support_filter_zstd);
}
