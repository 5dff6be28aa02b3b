/* buf.h - bytes that grow.  Invariant: n <= cap, and p[0..n) is defined; never NUL-terminated by itself. */
#ifndef POSTMORTEM_BASE_BUF_H
#define POSTMORTEM_BASE_BUF_H

#include "postmortem/base/slice.h"

struct buf {
    char *p;
    size_t n, cap;
};

void buf_fini(struct buf *b);
/* Room for n more bytes; returns where they go.  The caller adds to b->n what it wrote. */
char *buf_room(struct buf *b, size_t n);
void buf_add(struct buf *b, struct slice s);
void buf_byte(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline struct slice buf_slice(const struct buf *b)
{
    return slice_of(b->p, b->n);
}

/* Little-endian fixed-width numbers and length-prefixed bytes: what tables, histograms and sketches save as. */
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
void buf_i64(struct buf *b, int64_t v);
void buf_bytes(struct buf *b, struct slice s);
/* The reverse, from untrusted bytes: false (in is then undefined) if they are too short or claim too much. */
bool load_u32(struct slice *in, uint32_t *v);
bool load_u64(struct slice *in, uint64_t *v);
bool load_i64(struct slice *in, int64_t *v);
bool load_bytes(struct slice *in, struct slice *s);

#endif
