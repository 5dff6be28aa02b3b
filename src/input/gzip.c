/* gzip.c - gzip members straight through zlib's raw inflate, so that nothing inflate gave is ever
 * lost.
 *
 * Why not libarchive: on a cut file its raw reader drops the last 64 KiB block, it gives nothing at
 * all where the trailer is missing, and it checks neither CRC-32 nor ISIZE (measured, 3.6.2).
 * Invariant: every byte inflate wrote is delivered; each member's CRC-32 and size (mod 2^32) are
 * compared; after damage reading goes on at the next plausible member header.  Source of facts: RFC
 * 1952 (headers, trailer), RFC 1951, zlib.h 1.2.13.
 *
 * Example: 1f 8b 08 08 5e 0d 8f 69 00 03 "mail.log.1" 00 ... <deflate> ... CRC32 ISIZE */
#include <stdlib.h>
#include <zlib.h>

#include "postmortem/base/memory.h"
#include "stream.h"

#ifndef GZIP_IN /* a fuzz build sets it small */
#define GZIP_IN (128U << 10)
#endif

enum gzip_state { GZIP_HEADER, GZIP_BODY, GZIP_TRAILER, GZIP_BETWEEN, GZIP_DONE };

struct gzip {
    struct stream stream;
    struct stream *from;
    z_stream z;
    unsigned char *in; /* GZIP_IN bytes; z.next_in points into it */
    enum gzip_state state;
    bool below_failed; /* from ended by a fault that is already recorded */
    bool lost;         /* between a fault and the next member */
    uint64_t header_at, lost_at;
    uint64_t given; /* of this member */
    uint32_t crc, mtime, members;
};

static uint64_t gzip_place(const struct gzip *g)
{
    return g->from->at - g->z.avail_in;
}

/* Make at least want bytes available in one run if there are as many; say how many are. */
static size_t gzip_more(struct gzip *g, size_t want)
{
    if (g->z.avail_in >= want)
        return g->z.avail_in;
    memmove(g->in, g->z.next_in, g->z.avail_in);
    g->z.next_in = g->in;
    while (g->z.avail_in < want && !g->below_failed) {
        ssize_t got = stream_read(g->from, g->in + g->z.avail_in, GZIP_IN - g->z.avail_in);
        if (got < 0)
            g->below_failed = true;
        if (got <= 0)
            break;
        g->z.avail_in += (uInt)got;
    }
    return g->z.avail_in;
}

static void gzip_skip(struct gzip *g, size_t n)
{
    g->z.next_in += n;
    g->z.avail_in -= (uInt)n;
}

static uint32_t little32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* A header that a real gzip program would write: keeps chance hits in damaged data from being
 * followed. */
static bool gzip_plausible(const unsigned char *p, size_t n)
{
    return n >= 10 && p[0] == 0x1f && p[1] == 0x8b && p[2] == 8 && (p[3] & 0xe0) == 0 &&
           (p[8] == 0 || p[8] == 2 || p[8] == 4) && (p[9] <= 13 || p[9] == 255);
}

static bool gzip_skip_text(struct gzip *g)
{
    for (;;) {
        if (gzip_more(g, 1) == 0)
            return false;
        const unsigned char *end = memchr(g->z.next_in, 0, g->z.avail_in);
        if (end) {
            gzip_skip(g, (size_t)(end - g->z.next_in) + 1);
            return true;
        }
        gzip_skip(g, g->z.avail_in);
    }
}

static bool gzip_skip_extra(struct gzip *g)
{
    if (gzip_more(g, 2) < 2)
        return false;
    size_t left = (size_t)g->z.next_in[0] | (size_t)g->z.next_in[1] << 8;
    gzip_skip(g, 2);
    while (left) {
        size_t have = gzip_more(g, 1);
        if (have == 0)
            return false;
        size_t n = have < left ? have : left;
        gzip_skip(g, n);
        left -= n;
    }
    return true;
}

/* Step over one header; false if the data ends in it. */
static bool gzip_take_header(struct gzip *g)
{
    if (gzip_more(g, 10) < 10)
        return false;
    unsigned flags = g->z.next_in[3];
    if (g->members == 0)
        g->mtime = little32(g->z.next_in + 4);
    gzip_skip(g, 10);
    if ((flags & 4) && !gzip_skip_extra(g))
        return false;
    if ((flags & 8) && !gzip_skip_text(g))
        return false;
    if ((flags & 16) && !gzip_skip_text(g))
        return false;
    if (flags & 2) {
        if (gzip_more(g, 2) < 2)
            return false;
        gzip_skip(g, 2);
    }
    return gzip_more(g, 1) > 0;
}

static void gzip_lose(struct gzip *g, uint64_t at)
{
    g->lost = true;
    g->lost_at = at;
    g->state = GZIP_BETWEEN;
}

static void gzip_header(struct gzip *g)
{
    g->header_at = gzip_place(g);
    if (gzip_more(g, 10) >= 10 && (g->z.next_in[3] & 0xe0)) {
        damage_add(g->stream.passage->damage, DAMAGE_GZIP_DAMAGED, g->header_at, 0,
                   "gzip member %u has reserved header flags set: not decoded", g->members + 1);
        gzip_skip(g, 1);
        gzip_lose(g, g->header_at);
        return;
    }
    if (!gzip_take_header(g)) {
        if (!g->below_failed)
            damage_add(g->stream.passage->damage,
                       g->members ? DAMAGE_GZIP_TRUNCATED : DAMAGE_GZIP_HEADER_ONLY, gzip_place(g),
                       0, "the data stops in the header of gzip member %u: %s", g->members + 1,
                       g->members ? "what stands before is kept" : "no data");
        g->state = GZIP_DONE;
        return;
    }
    inflateReset(&g->z);
    g->members++;
    g->given = 0;
    g->crc = 0;
    g->lost = false;
    g->state = GZIP_BODY;
}

/* Go back to just after the failed member's header where the buffer still holds it: damaged deflate
 * data may have run over the next header. */
static void gzip_step_back(struct gzip *g)
{
    uint64_t at = gzip_place(g), first = at - (uint64_t)(g->z.next_in - g->in);
    uint64_t to = g->header_at + 10 > first ? g->header_at + 10 : first;
    if (to >= at)
        return;
    g->z.next_in -= at - to;
    g->z.avail_in += (uInt)(at - to);
}

/* inflate keeps some bits back where its output is full: they are asked for first and the buffer is filled anew only when
 * they give nothing, or what is found damaged, and from where reading goes on, would depend on the size of the reads. */
static ssize_t gzip_body(struct gzip *g, unsigned char *to, size_t n)
{
    if (n > (1U << 30))
        n = 1U << 30;
    g->z.next_out = to;
    g->z.avail_out = (uInt)n;
    int rc = inflate(&g->z, Z_SYNC_FLUSH);
    bool dry = rc == Z_BUF_ERROR && g->z.avail_out == n;
    if (dry && gzip_more(g, 1)) {
        dry = false;
        rc = inflate(&g->z, Z_SYNC_FLUSH);
    }
    if (rc == Z_MEM_ERROR) /* no damage of the evidence */
        mem_exhausted();
    size_t got = n - g->z.avail_out;
    g->crc = (uint32_t)crc32(g->crc, to, (uInt)got);
    g->given += got;
    if (rc == Z_STREAM_END) {
        g->state = GZIP_TRAILER;
    } else if (rc != Z_OK && rc != Z_BUF_ERROR) {
        uint64_t at = gzip_place(g);
        damage_add(
            g->stream.passage->damage, DAMAGE_GZIP_DAMAGED, at, 0,
            "gzip member %u is damaged (%s): the %llu bytes decoded from it are kept, not verified",
            g->members, g->z.msg ? g->z.msg : "no reason given", (unsigned long long)g->given);
        gzip_step_back(g);
        gzip_lose(g, at);
    } else if (dry) {
        if (!g->below_failed)
            damage_add(
                g->stream.passage->damage, DAMAGE_GZIP_TRUNCATED, gzip_place(g), 0,
                "the data stops inside gzip member %u: the %llu bytes decoded from it are kept",
                g->members, (unsigned long long)g->given);
        g->state = GZIP_DONE;
    }
    return (ssize_t)got;
}

static void gzip_trailer(struct gzip *g)
{
    struct damage *d = g->stream.passage->damage;
    uint64_t at = gzip_place(g);
    if (gzip_more(g, 8) < 8) {
        if (!g->below_failed)
            damage_add(
                d, DAMAGE_GZIP_TRAILER, at, 0,
                "the trailer of gzip member %u is missing: all %llu bytes kept, not verified",
                g->members, (unsigned long long)g->given);
        g->state = GZIP_DONE;
        return;
    }
    if (little32(g->z.next_in) != g->crc)
        damage_add(d, DAMAGE_GZIP_CRC, at, 0,
                   "gzip member %u fails its CRC-32: its %llu bytes are kept, content not verified",
                   g->members, (unsigned long long)g->given);
    else if (little32(g->z.next_in + 4) != (uint32_t)g->given)
        damage_add(d, DAMAGE_GZIP_SIZE, at + 4, 0,
                   "gzip member %u says %u bytes (mod 2^32) but holds %llu: all kept", g->members,
                   little32(g->z.next_in + 4), (unsigned long long)g->given);
    gzip_skip(g, 8);
    g->lost_at = gzip_place(g);
    g->state = GZIP_BETWEEN;
}

static void gzip_found(struct gzip *g)
{
    uint64_t at = gzip_place(g);
    if (g->lost || at > g->lost_at)
        damage_add(g->stream.passage->damage, DAMAGE_GZIP_RESYNC, g->lost_at, 0,
                   "%llu bytes could not be decoded; reading goes on with the gzip member at "
                   "compressed offset %llu",
                   (unsigned long long)(at > g->lost_at ? at - g->lost_at : 0),
                   (unsigned long long)at);
    g->state = GZIP_HEADER;
}

/* Look for the next member: at once after a sound one, else anywhere further on. */
static void gzip_between(struct gzip *g)
{
    bool zeros = true;
    while (gzip_more(g, 10) > 0) {
        const unsigned char *p = g->z.next_in;
        size_t have = g->z.avail_in;
        bool adjacent = !g->lost && gzip_place(g) == g->lost_at;
        if (gzip_plausible(p, have) ||
            (adjacent && have >= 3 && p[0] == 0x1f && p[1] == 0x8b && p[2] == 8)) {
            gzip_found(g);
            return;
        }
        const unsigned char *hit = have > 1 ? memchr(p + 1, 0x1f, have - 1) : NULL;
        size_t step = hit ? (size_t)(hit - p) : have;
        for (size_t i = 0; zeros && i < step; i++)
            zeros = p[i] == 0;
        gzip_skip(g, step);
    }
    g->state = GZIP_DONE;
    uint64_t end = gzip_place(g);
    if (g->lost || g->below_failed || end == g->lost_at)
        return;
    damage_add(g->stream.passage->damage, zeros ? DAMAGE_TRAILING_ZEROS : DAMAGE_TRAILING_BYTES,
               g->lost_at, 0, "%llu %s after the end of the gzip data ignored",
               (unsigned long long)(end - g->lost_at), zeros ? "zero bytes" : "bytes");
}

static ssize_t gzip_read(struct stream *s, unsigned char *to, size_t n)
{
    struct gzip *g = (struct gzip *)s;
    for (;;) {
        ssize_t got;
        switch (g->state) {
        case GZIP_HEADER:
            gzip_header(g);
            break;
        case GZIP_BODY:
            got = gzip_body(g, to, n);
            if (got)
                return got;
            break;
        case GZIP_TRAILER:
            gzip_trailer(g);
            break;
        case GZIP_BETWEEN:
            gzip_between(g);
            break;
        case GZIP_DONE:
            return g->below_failed ? -1 : 0;
        }
    }
}

static void gzip_close(struct stream *s)
{
    struct gzip *g = (struct gzip *)s;
    inflateEnd(&g->z);
    free(g->in);
    stream_close(g->from);
    free(g);
}

static const struct stream_kind gzip_kind = {gzip_read, gzip_close, NULL};

struct stream *gzip_open(struct stream *from)
{
    struct gzip *g = mem_new(sizeof(*g));
    g->stream.kind = &gzip_kind;
    g->stream.passage = from->passage;
    g->from = from;
    g->in = mem_grow(NULL, GZIP_IN, 1);
    g->z.next_in = g->in;
    if (inflateInit2(&g->z, -15) != Z_OK)
        mem_exhausted();
    return &g->stream;
}

when gzip_mtime(const struct stream *s)
{
    if (s->kind != &gzip_kind)
        return WHEN_NONE;
    const struct gzip *g = (const struct gzip *)s;
    return g->mtime ? (when)g->mtime * SECOND : WHEN_NONE;
}
