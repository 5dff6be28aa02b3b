/* wide.c - UTF-16 text to UTF-8, before lines are cut.
 *
 * Why: a log copied through PowerShell or Notepad is UTF-16; read as bytes it has no line that any
 * framing knows, and a report of "0 messages" would be a lie.  Invariant: every 16-bit unit gives
 * at least one byte (only the BOM gives none); lone surrogates and an odd last byte become U+FFFD.
 * Source of facts: RFC 2781, Unicode 15 chapter 3.9.
 *
 * Example: ff fe 4e 00 6f 00 76 00 -> "Nov" */
#include <stdlib.h>

#include "postmortem/base/memory.h"
#include "stream.h"

#ifndef WIDE_IN /* a fuzz build sets it small */
#define WIDE_IN (32U << 10)
#endif

struct wide {
    struct stream stream;
    struct stream *from;
    bool big;         /* big-endian */
    bool begun, said; /* the first unit was seen; damage was told */
    bool pending;     /* a high surrogate waits in high */
    uint32_t high;
    size_t in_n; /* 0 or 1 byte left of an odd read */
    size_t out_at, out_n;
    ssize_t ending;     /* what from said at its end: 0 or -1, 1 = not there yet */
    unsigned char *in;  /* WIDE_IN bytes, not cleared */
    unsigned char *out; /* twice as many, behind them */
};

static void wide_put(struct wide *w, uint32_t c)
{
    unsigned char *o = w->out + w->out_n;
    if (c < 0x80) {
        o[0] = (unsigned char)c;
        w->out_n += 1;
    } else if (c < 0x800) {
        o[0] = (unsigned char)(0xc0 | c >> 6);
        o[1] = (unsigned char)(0x80 | (c & 63));
        w->out_n += 2;
    } else if (c < 0x10000) {
        o[0] = (unsigned char)(0xe0 | c >> 12);
        o[1] = (unsigned char)(0x80 | (c >> 6 & 63));
        o[2] = (unsigned char)(0x80 | (c & 63));
        w->out_n += 3;
    } else {
        o[0] = (unsigned char)(0xf0 | c >> 18);
        o[1] = (unsigned char)(0x80 | (c >> 12 & 63));
        o[2] = (unsigned char)(0x80 | (c >> 6 & 63));
        o[3] = (unsigned char)(0x80 | (c & 63));
        w->out_n += 4;
    }
}

static void wide_bad(struct wide *w)
{
    wide_put(w, 0xfffd);
    if (!w->said)
        damage_add(w->stream.passage->damage, DAMAGE_WIDE_DAMAGED, w->from->at, 0,
                   "UTF-16 with lone surrogates or an odd last byte: shown as U+FFFD");
    w->said = true;
}

static void wide_unit(struct wide *w, uint32_t u)
{
    if (!w->begun) {
        w->begun = true;
        if (u == 0xfeff)
            return;
    }
    if (w->pending) {
        w->pending = false;
        if (u >= 0xdc00 && u < 0xe000) {
            wide_put(w, 0x10000 + ((w->high - 0xd800) << 10) + (u - 0xdc00));
            return;
        }
        wide_bad(w);
    }
    if (u >= 0xd800 && u < 0xdc00) {
        w->pending = true;
        w->high = u;
    } else if (u >= 0xdc00 && u < 0xe000) {
        wide_bad(w);
    } else {
        wide_put(w, u);
    }
}

/* Decode the next run into out. */
static void wide_fill(struct wide *w)
{
    w->out_at = w->out_n = 0;
    ssize_t got = stream_read(w->from, w->in + w->in_n, WIDE_IN - w->in_n);
    if (got <= 0) {
        w->ending = got;
        if (w->pending || w->in_n)
            wide_bad(w);
        w->pending = false;
        w->in_n = 0;
        return;
    }
    size_t n = w->in_n + (size_t)got, i = 0;
    for (; i + 2 <= n; i += 2) {
        uint32_t a = w->in[i], b = w->in[i + 1];
        wide_unit(w, w->big ? a << 8 | b : b << 8 | a);
    }
    w->in_n = n - i;
    if (w->in_n)
        w->in[0] = w->in[i];
}

static ssize_t wide_read(struct stream *s, unsigned char *to, size_t n)
{
    struct wide *w = (struct wide *)s;
    while (w->out_n == w->out_at) {
        if (w->ending <= 0)
            return w->ending;
        wide_fill(w);
    }
    if (n > w->out_n - w->out_at)
        n = w->out_n - w->out_at;
    memcpy(to, w->out + w->out_at, n);
    w->out_at += n;
    return (ssize_t)n;
}

static void wide_close(struct stream *s)
{
    struct wide *w = (struct wide *)s;
    stream_close(w->from);
    free(w->in);
    free(w);
}

static const struct stream_kind wide_kind = {wide_read, wide_close, NULL};

/* Are all bytes at parity nul NUL, and none of the others? */
static bool wide_pattern(struct slice s, size_t nul)
{
    if (s.n < 16)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] == '\0') != (i % 2 == nul))
            return false;
    return true;
}

struct stream *wide_open(struct stream *from, bool *wide)
{
    struct slice front = stream_peek(from, STREAM_PEEK);
    bool big = slice_starts(front, SLICE("\xfe\xff")) || wide_pattern(front, 0);
    bool little = slice_starts(front, SLICE("\xff\xfe")) || wide_pattern(front, 1);
    *wide = big || little;
    if (!*wide)
        return from;

    struct wide *w = mem_new(sizeof(*w));
    w->stream.kind = &wide_kind;
    w->stream.passage = from->passage;
    w->from = from;
    w->in = mem_grow(NULL, 3, WIDE_IN);
    w->out = w->in + WIDE_IN;
    w->big = big;
    w->ending = 1;
    damage_add(from->passage->damage, DAMAGE_WIDE, NO_OFFSET, 0,
               "UTF-16 (%s-endian) decoded to UTF-8; offsets count the decoded bytes",
               big ? "big" : "little");
    return &w->stream;
}
