/* evidence.h - damaged inputs made in code, in a folder of their own, and what reading them gave.
 */
#ifndef TESTS_INPUT_EVIDENCE_H
#define TESTS_INPUT_EVIDENCE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "input/lines_sized.h"
#include "postmortem/base/buf.h"
#include "postmortem/input/lines.h"

static char folder[64];
static char path_text[4][512];

static inline int folder_make(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/postmortem-input-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static inline void folder_empty(const char *name)
{
    DIR *d = opendir(name);
    const struct dirent *e;
    while (d && (e = readdir(d))) {
        char below[2048];
        struct stat st;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (snprintf(below, sizeof(below), "%s/%s", name, e->d_name) >= (int)sizeof(below))
            continue;
        if (lstat(below, &st) == 0 && S_ISDIR(st.st_mode))
            folder_empty(below);
        remove(below);
    }
    if (d)
        closedir(d);
}

static inline int folder_remove(void **state)
{
    (void)state;
    folder_empty(folder);
    return rmdir(folder);
}

static inline const char *in_folder(const char *name)
{
    static unsigned turn;
    char *text = path_text[turn++ % 4];
    snprintf(text, sizeof(path_text[0]), "%s/%s", folder, name);
    return text;
}

static inline const char *write_file(const char *name, struct slice bytes)
{
    const char *path = in_folder(name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    assert_int_equal(fclose(f), 0);
    return path;
}

static inline void buf_lines(struct buf *b, unsigned from, unsigned to)
{
    uint32_t noise = from * 7919 + 17;
    for (unsigned i = from; i < to; i++) {
        noise = noise * 1664525 + 1013904223;
        buf_printf(b,
                   "Nov 20 08:%02u:%02u mx1.example.jp postfix/smtp[%u]: %08X: "
                   "to=<u%u@example.com>, status=sent\n",
                   i / 60 % 60, i % 60, noise >> 16, noise, i);
    }
}

/* Deflate: window bits 31 = gzip, -15 = raw. */
static inline void buf_deflate(struct buf *b, struct slice from, int bits)
{
    z_stream z = {0};
    union {
        const char *from;
        Bytef *to;
    } in = {from.p};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = in.to;
    z.avail_in = (uInt)from.n;
    size_t room = deflateBound(&z, from.n) + 64;
    z.next_out = (Bytef *)buf_room(b, room);
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    b->n += z.total_out;
    deflateEnd(&z);
}

static inline void buf_gzip(struct buf *b, struct slice from)
{
    buf_deflate(b, from, 31);
}

/* One ustar entry; type '0' file, '2' link, '1' hard link, '6' FIFO. */
static inline void buf_tar(struct buf *b, const char *name, char type, struct slice content)
{
    char h[512] = {0};
    unsigned sum = 0;
    snprintf(h, 100, "%s", name);
    snprintf(h + 100, 8, "%07o", 0644);
    snprintf(h + 108, 8, "%07o", 0);
    snprintf(h + 116, 8, "%07o", 0);
    snprintf(h + 124, 12, "%011o", (unsigned)content.n);
    snprintf(h + 136, 12, "%011o", 1763600000U);
    memset(h + 148, ' ', 8);
    h[156] = type;
    if (type == '1' || type == '2')
        strcpy(h + 157, "/etc/passwd");
    memcpy(h + 257, "ustar\00000", 8);
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)h[i];
    snprintf(h + 148, 8, "%06o", sum);
    buf_add(b, slice_of(h, 512));
    buf_add(b, content);
    while (b->n % 512)
        buf_byte(b, '\0');
}

static inline void buf_tar_end(struct buf *b)
{
    for (unsigned i = 0; i < 1024; i++)
        buf_byte(b, '\0');
}

static inline void buf_u16(struct buf *b, unsigned v)
{
    buf_byte(b, (char)(v & 255));
    buf_byte(b, (char)(v >> 8));
}

/* A zip in the making: local entries in body, their records in central. */
struct zip {
    struct buf body, central;
    unsigned count;
};

struct zip_lie {
    unsigned flags;
    uint32_t size_off, crc_off;
};

static inline void zip_header(struct buf *b, unsigned flags, unsigned method, uint32_t crc,
                              size_t packed, size_t size, size_t name)
{
    buf_u16(b, 20);
    buf_u16(b, flags);
    buf_u16(b, method);
    buf_u16(b, 0);
    buf_u16(b, 0x5b74);
    buf_u32(b, crc);
    buf_u32(b, (uint32_t)packed);
    buf_u32(b, (uint32_t)size);
    buf_u16(b, (unsigned)name);
    buf_u16(b, 0);
}

static inline void zip_central(struct zip *z, struct slice name, struct zip_lie lie, uint32_t crc,
                               size_t packed, size_t size, size_t at)
{
    buf_add(&z->central, SLICE("PK\1\2"));
    buf_u16(&z->central, 20);
    zip_header(&z->central, lie.flags, 8, crc, packed, size, name.n);
    buf_u16(&z->central, 0);
    buf_u16(&z->central, 0);
    buf_u16(&z->central, 0);
    buf_u32(&z->central, 0);
    buf_u32(&z->central, (uint32_t)at);
    buf_add(&z->central, name);
    z->count++;
}

static inline void zip_add(struct zip *z, const char *name, struct slice content,
                           struct zip_lie lie)
{
    struct buf packed = {0};
    size_t at = z->body.n;
    buf_deflate(&packed, content, -15);
    uint32_t crc = (uint32_t)crc32(0, (const Bytef *)content.p, (uInt)content.n) + lie.crc_off;
    size_t size = content.n + lie.size_off;
    buf_add(&z->body, SLICE("PK\3\4"));
    zip_header(&z->body, lie.flags, 8, crc, packed.n, size, strlen(name));
    buf_add(&z->body, slice_str(name));
    buf_add(&z->body, buf_slice(&packed));
    zip_central(z, slice_str(name), lie, crc, packed.n, size, at);
    buf_fini(&packed);
}

static inline struct slice zip_end(struct zip *z)
{
    size_t at = z->body.n, n = z->central.n;
    buf_add(&z->body, buf_slice(&z->central));
    buf_add(&z->body, SLICE("PK\5\6"));
    buf_u16(&z->body, 0);
    buf_u16(&z->body, 0);
    buf_u16(&z->body, z->count);
    buf_u16(&z->body, z->count);
    buf_u32(&z->body, (uint32_t)n);
    buf_u32(&z->body, (uint32_t)at);
    buf_u16(&z->body, 0);
    return buf_slice(&z->body);
}

static inline void zip_fini(struct zip *z)
{
    buf_fini(&z->body);
    buf_fini(&z->central);
}

/* What reading a source gave: its lines put together again, and the result. */
struct reading {
    struct buf text;
    struct lines_result result;
    uint64_t bytes; /* sum of line.bytes */
    uint64_t cut;
};

static inline struct reading read_sized(const struct inventory *v, uint32_t source,
                                        struct cursors *cursors, bool ahead, size_t chunk)
{
    struct reading r = {0};
    struct line line;
    struct lines *l = lines_open_sized(v, source, cursors, ahead, true, chunk, 0);
    while (lines_next(l, &line) == 1) {
        assert_int_equal(line.offset, r.bytes);
        buf_add(&r.text, line.text);
        if (!line.unterminated)
            buf_byte(&r.text, '\n');
        r.bytes += line.bytes;
        r.cut += line.cut;
    }
    lines_close(l, &r.result);
    assert_int_equal(r.bytes, r.result.bytes);
    return r;
}

static inline struct reading read_source(const struct inventory *v, uint32_t source)
{
    return read_sized(v, source, NULL, false, 65536);
}

static inline void reading_fini(struct reading *r)
{
    buf_fini(&r->text);
    lines_result_fini(&r->result);
}

static inline bool told(const struct reading *r, const char *kind)
{
    for (size_t i = 0; i < r->result.problems_count; i++)
        if (strcmp(r->result.problems[i].kind, kind) == 0)
            return true;
    return false;
}

static inline const struct problem *listed(const struct inventory *v, const char *kind)
{
    for (size_t i = 0; i < v->problems_count; i++)
        if (strcmp(v->problems[i].kind, kind) == 0)
            return &v->problems[i];
    return NULL;
}

/* The source whose path ends so, or NO_SOURCE. */
static inline uint32_t source_of(const struct inventory *v, const char *suffix)
{
    for (size_t i = 0; i < v->sources_count; i++)
        if (slice_ends(v->sources[i].path, slice_str(suffix)))
            return (uint32_t)i;
    return NO_SOURCE;
}

static inline void take(struct inventory *v, const char *path)
{
    inventory_init(v, NULL, false);
    inventory_add(v, path);
    inventory_settle(v);
}

static inline void assert_text(const struct reading *r, struct slice want)
{
    assert_int_equal(r->text.n, want.n);
    if (want.n)
        assert_memory_equal(r->text.p, want.p, want.n);
}

#endif
