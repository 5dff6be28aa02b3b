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
/* Numbers that are mostly small: seven bits a byte, the lowest first (1 to 10 bytes); signed ones zigzag. */
void buf_count(struct buf *b, uint64_t v);
void buf_signed(struct buf *b, int64_t v);
/* The reverse, from untrusted bytes: false (in is then undefined) if they are too short or claim too much. */
bool load_u32(struct slice *in, uint32_t *v);
bool load_u64(struct slice *in, uint64_t *v);
bool load_i64(struct slice *in, int64_t *v);
bool load_bytes(struct slice *in, struct slice *s);
/* Only the shortest form is taken, so that equal numbers are equal bytes. */
bool load_count(struct slice *in, uint64_t *v);
bool load_signed(struct slice *in, int64_t *v);
/* A count (as buf_count writes it) of at most most. */
bool load_below(struct slice *in, uint64_t most, uint64_t *v);
/* One byte, 0 or 1. */
bool load_flag(struct slice *in, bool *v);

#endif
