/* stream.c - the byte-stream interface and its roots: an open file, or bytes in memory.
 *
 * Why: any chain of containers must work, so each decoder sees only this.  Invariant: bytes come in
 * order, once, and a root never gives more than the size seen when it was opened (a live log may
 * grow meanwhile). Source of facts: read(2), POSIX.1-2017.
 *
 * Example: a 3-byte read error in the middle of a file gives "unreadable" at that offset and ends
 * the stream there. */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "postmortem/base/memory.h"
#include "postmortem/input/packed.h"

#define HASH_PIECE (256U << 10)
#ifndef DRAIN_ROOM /* a fuzz build sets it small */
#define DRAIN_ROOM (128U << 10)
#endif

struct file_stream {
    struct stream stream;
    int fd;
    bool endless; /* files of /proc say size 0: read to their end */
    bool said;
};

struct memory_stream {
    struct stream stream;
    struct slice bytes;
};

ssize_t stream_read(struct stream *s, void *to, size_t n)
{
    if (s->peek_n) {
        size_t m = n < s->peek_n ? n : s->peek_n;
        memcpy(to, s->peeked + s->peek_at, m);
        s->peek_at += m;
        s->peek_n -= m;
        s->at += m;
        return (ssize_t)m;
    }
    ssize_t got = n ? s->kind->read(s, to, n) : 0;
    if (got > 0)
        s->at += (uint64_t)got;
    return got;
}

struct slice stream_peek(struct stream *s, size_t n)
{
    if (!s->peeked)
        s->peeked = mem_grow(NULL, STREAM_PEEK, 1);
    if (s->peek_at) {
        memmove(s->peeked, s->peeked + s->peek_at, s->peek_n);
        s->peek_at = 0;
    }
    while (s->peek_n < n) {
        ssize_t got = s->kind->read(s, s->peeked + s->peek_n, n - s->peek_n);
        if (got <= 0)
            break;
        s->peek_n += (size_t)got;
    }
    return slice_of((const char *)s->peeked, s->peek_n < n ? s->peek_n : n);
}

int stream_seek(struct stream *s, uint64_t to)
{
    if (!s->kind->seek || s->kind->seek(s, to) != 0)
        return -1;
    s->peek_at = s->peek_n = 0;
    s->at = to;
    return 0;
}

void stream_drain(struct stream *s)
{
    char *sink = mem_grow(NULL, DRAIN_ROOM, 1);
    while (stream_read(s, sink, DRAIN_ROOM) > 0)
        ;
    free(sink);
}

void stream_close(struct stream *s)
{
    if (!s)
        return;
    free(s->peeked);
    s->peeked = NULL;
    sha256_free(s->sha);
    s->kind->close(s);
}

static void stream_init(struct stream *s, const struct stream_kind *kind, struct passage *passage,
                        uint64_t size, bool hash)
{
    s->kind = kind;
    s->passage = passage;
    s->size = size;
    s->sha = hash ? sha256_new() : NULL;
}

static ssize_t file_read(struct stream *s, unsigned char *to, size_t n)
{
    struct file_stream *f = (struct file_stream *)s;
    uint64_t place = s->at + s->peek_n;
    if (!f->endless && place >= s->size)
        return 0;
    if (!f->endless && n > s->size - place)
        n = (size_t)(s->size - place);
    if (s->sha && n > HASH_PIECE)
        n = HASH_PIECE; /* hashed while it is still in the cache */

    ssize_t got;
    do
        got = read(f->fd, to, n);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        if (!f->said)
            damage_add(s->passage->damage, place ? DAMAGE_CUT_BY_ERROR : DAMAGE_UNREADABLE, place,
                       0, "reading failed (%s): the %llu bytes before it are kept", strerror(errno),
                       (unsigned long long)place);
        f->said = true;
        return -1;
    }
    if (got == 0 && !f->endless && !f->said) {
        f->said = true;
        damage_add(s->passage->damage, DAMAGE_CHANGED, place, 0,
                   "the file shrank while it was read: %llu of %llu bytes were left",
                   (unsigned long long)place, (unsigned long long)s->size);
    }
    if (got > 0 && s->sha)
        sha256_add(s->sha, to, (size_t)got);
    s->passage->drawn += (uint64_t)(got > 0 ? got : 0);
    return got;
}

static int file_seek(struct stream *s, uint64_t to)
{
    struct file_stream *f = (struct file_stream *)s;
    if (s->sha || to > s->size)
        return -1;
    return lseek(f->fd, (off_t)to, SEEK_SET) < 0 ? -1 : 0;
}

static void file_close(struct stream *s)
{
    struct file_stream *f = (struct file_stream *)s;
    close(f->fd);
    free(f);
}

static const struct stream_kind file_kind = {file_read, file_close, file_seek};

struct stream *file_stream_open(struct passage *passage, int fd, uint64_t size, bool hash)
{
    struct file_stream *f = mem_new(sizeof(*f));
    stream_init(&f->stream, &file_kind, passage, size, hash);
    f->fd = fd;
    f->endless = size == 0;
    return &f->stream;
}

static ssize_t memory_read(struct stream *s, unsigned char *to, size_t n)
{
    struct memory_stream *m = (struct memory_stream *)s;
    uint64_t place = s->at + s->peek_n;
    if (place >= m->bytes.n)
        return 0;
    if (n > m->bytes.n - place)
        n = (size_t)(m->bytes.n - place);
    memcpy(to, m->bytes.p + place, n);
    if (s->sha)
        sha256_add(s->sha, to, n);
    s->passage->drawn += n;
    return (ssize_t)n;
}

static int memory_seek(struct stream *s, uint64_t to)
{
    return s->sha || to > s->size ? -1 : 0;
}

static void memory_close(struct stream *s)
{
    free(s);
}

static const struct stream_kind memory_kind = {memory_read, memory_close, memory_seek};

struct stream *memory_stream_open(struct passage *passage, struct slice bytes, bool hash)
{
    struct memory_stream *m = mem_new(sizeof(*m));
    stream_init(&m->stream, &memory_kind, passage, bytes.n, hash);
    m->bytes = bytes;
    return &m->stream;
}

struct blocks_stream {
    struct stream stream;
    struct slice blocks; /* still packed */
    struct buf block;    /* unpacked; what lies before at is given */
    size_t at;
};

static ssize_t blocks_read(struct stream *s, unsigned char *to, size_t n)
{
    struct blocks_stream *b = (struct blocks_stream *)s;
    struct slice packed;
    size_t count;
    if (b->at == b->block.n) {
        b->at = b->block.n = 0;
        if (!block_next(&b->blocks, &count, &packed))
            return 0;
        if (!bytes_unpack(packed, count, &b->block)) {
            b->block.n = 0;
            return -1;
        }
    }
    if (n > b->block.n - b->at)
        n = b->block.n - b->at;
    memcpy(to, b->block.p + b->at, n);
    if (s->sha)
        sha256_add(s->sha, to, n);
    b->at += n;
    s->passage->drawn += n;
    return (ssize_t)n;
}

static void blocks_close(struct stream *s)
{
    struct blocks_stream *b = (struct blocks_stream *)s;
    buf_fini(&b->block);
    free(b);
}

static const struct stream_kind blocks_kind = {blocks_read, blocks_close, NULL};

struct stream *blocks_stream_open(struct passage *passage, struct slice blocks, bool hash)
{
    struct blocks_stream *b = mem_new(sizeof(*b));
    struct slice rest = blocks, packed;
    uint64_t size = 0;
    for (size_t n; block_next(&rest, &n, &packed);)
        size += n;
    stream_init(&b->stream, &blocks_kind, passage, size, hash);
    b->blocks = blocks;
    return &b->stream;
}
