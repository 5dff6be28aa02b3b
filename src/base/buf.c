/* Growing bytes, and the little-endian encoding that saved states are made of. */
#include "postmortem/base/buf.h"

#include "postmortem/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_fini(struct buf *b)
{
    free(b->p);
    *b = (struct buf){0};
}

char *buf_room(struct buf *b, size_t n)
{
    if (b->cap - b->n < n) {
        size_t want =
            b->n + n < b->n ? SIZE_MAX : b->n + n; /* an overflow asks for what no one has */
        size_t cap = b->cap < 64 ? 64 : b->cap;
        while (cap < want)
            cap = cap > SIZE_MAX / 2 ? want : cap * 2;
        b->p = mem_grow(b->p, cap, 1);
        b->cap = cap;
    }
    return b->p + b->n;
}

void buf_add(struct buf *b, struct slice s)
{
    if (s.n == 0)
        return;
    memcpy(buf_room(b, s.n), s.p, s.n);
    b->n += s.n;
}

void buf_byte(struct buf *b, char c)
{
    *buf_room(b, 1) = c;
    b->n++;
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (n <= 0)
        return;
    va_start(arguments, format);
    vsnprintf(buf_room(b, (size_t)n + 1), (size_t)n + 1, format, arguments);
    va_end(arguments);
    b->n += (size_t)n;
}

static void add_le(struct buf *b, uint64_t v, unsigned bytes)
{
    char *p = buf_room(b, bytes);
    for (unsigned i = 0; i < bytes; i++)
        p[i] = (char)(v >> (8 * i));
    b->n += bytes;
}

void buf_u32(struct buf *b, uint32_t v)
{
    add_le(b, v, 4);
}

void buf_u64(struct buf *b, uint64_t v)
{
    add_le(b, v, 8);
}

void buf_i64(struct buf *b, int64_t v)
{
    add_le(b, (uint64_t)v, 8);
}

void buf_bytes(struct buf *b, struct slice s)
{
    buf_u64(b, s.n);
    buf_add(b, s);
}

void buf_count(struct buf *b, uint64_t v)
{
    char *p = buf_room(b, 10);
    size_t n = 0;
    for (; v >= 0x80; v >>= 7)
        p[n++] = (char)(v | 0x80);
    p[n++] = (char)v;
    b->n += n;
}

void buf_signed(struct buf *b, int64_t v)
{
    buf_count(b, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

static bool load_le(struct slice *in, uint64_t *v, unsigned bytes)
{
    if (in->n < bytes)
        return false;
    *v = 0;
    for (unsigned i = 0; i < bytes; i++)
        *v |= (uint64_t)(unsigned char)in->p[i] << (8 * i);
    *in = slice_from(*in, bytes);
    return true;
}

bool load_u32(struct slice *in, uint32_t *v)
{
    uint64_t wide;
    if (!load_le(in, &wide, 4))
        return false;
    *v = (uint32_t)wide;
    return true;
}

bool load_u64(struct slice *in, uint64_t *v)
{
    return load_le(in, v, 8);
}

bool load_i64(struct slice *in, int64_t *v)
{
    uint64_t wide;
    if (!load_le(in, &wide, 8))
        return false;
    *v = (int64_t)wide;
    return true;
}

bool load_bytes(struct slice *in, struct slice *s)
{
    uint64_t n;
    if (!load_u64(in, &n) || n > in->n)
        return false;
    *s = slice_head(*in, (size_t)n);
    *in = slice_from(*in, (size_t)n);
    return true;
}

bool load_count(struct slice *in, uint64_t *v)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < in->n && i < 10; i++) {
        unsigned char c = (unsigned char)in->p[i];
        if (i == 9 && c > 1) /* beyond 64 bits */
            return false;
        sum |= (uint64_t)(c & 0x7f) << (7 * i);
        if (c & 0x80)
            continue;
        if (i && !c) /* not the shortest form */
            return false;
        *v = sum;
        *in = slice_from(*in, i + 1);
        return true;
    }
    return false;
}

bool load_signed(struct slice *in, int64_t *v)
{
    uint64_t zigzag;
    if (!load_count(in, &zigzag))
        return false;
    *v = (int64_t)(zigzag >> 1 ^ (zigzag & 1 ? UINT64_MAX : 0));
    return true;
}

bool load_below(struct slice *in, uint64_t most, uint64_t *v)
{
    return load_count(in, v) && *v <= most;
}

bool load_flag(struct slice *in, bool *v)
{
    if (!in->n || (unsigned char)in->p[0] > 1)
        return false;
    *v = in->p[0] == 1;
    *in = slice_from(*in, 1);
    return true;
}
