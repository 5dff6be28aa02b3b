/* stream.h - bytes to be read, one at the front of another: file -> gzip -> tar member -> gzip ->
 * UTF-16.
 *
 * stream_read gives > 0 bytes, 0 at the end, -1 where a fault (already recorded) ends it.  Every
 * stage owns the stage it reads from and closes it. */
#ifndef POSTMORTEM_INPUT_STREAM_H
#define POSTMORTEM_INPUT_STREAM_H

#include <sys/types.h>

#include "damage.h"
#include "postmortem/base/sha256.h"

struct stream;

struct stream_kind {
    ssize_t (*read)(struct stream *s, unsigned char *to, size_t n);
    void (*close)(struct stream *s);
    int (*seek)(struct stream *s, uint64_t to); /* NULL: front to back only */
};

/* What all stages of one chain share. */
struct passage {
    struct damage *damage; /* of the source being read now */
    const struct limits *limits;
    uint64_t drawn; /* bytes read from the input itself */
};

struct stream {
    const struct stream_kind *kind;
    struct passage *passage;
    unsigned char *peeked; /* read from below but not yet taken */
    size_t peek_at, peek_n;
    uint64_t at;        /* position of the next byte to be taken */
    uint64_t size;      /* of a root stream; else 0 */
    struct sha256 *sha; /* of a root or meter that hashes what it gives, front to back; else NULL */
};

#define STREAM_PEEK 4096

ssize_t stream_read(struct stream *s, void *to, size_t n);
/* Up to n (<= STREAM_PEEK) bytes from the front, left in place. */
struct slice stream_peek(struct stream *s, size_t n);
/* Move to an absolute position; -1 where the kind cannot. */
int stream_seek(struct stream *s, uint64_t to);
static inline bool stream_can_seek(const struct stream *s)
{
    return s->kind->seek != NULL;
}
/* Read to the end for the sake of a hash. */
void stream_drain(struct stream *s);
void stream_close(struct stream *s);

/* An open file of the size seen at its opening; owns fd.  hash: keep the SHA-256 of what is read.
 */
struct stream *file_stream_open(struct passage *passage, int fd, uint64_t size, bool hash);
/* Bytes in memory, not owned. */
struct stream *memory_stream_open(struct passage *passage, struct slice bytes, bool hash);

/* What block_pack made of a file, not owned; damaged blocks end it. */
struct stream *blocks_stream_open(struct passage *passage, struct slice blocks, bool hash);

/* hash: of what it gives, in sha; judged: bytes drawn from the input are counted against bytes given, and the ratio limit
 * ends the stream. */
struct stream *meter_open(struct stream *from, bool hash, bool judged);

/* UTF-16 to UTF-8, if the front says so (a BOM, or every other byte NUL); else from itself. */
struct stream *wide_open(struct stream *from, bool *wide);

/* Decoders; each takes from and never fails to open. */
struct stream *gzip_open(struct stream *from);
struct stream *bzip2_open(struct stream *from);
struct stream *xz_open(struct stream *from);
struct stream *zstd_open(struct stream *from);
/* The stamp of the first gzip header as a when; WHEN_NONE if it has none or s is no gzip stream. */
when gzip_mtime(const struct stream *s);

#endif
