/* plain.c - a plain file read in parts: looks at it, its parts added up, its hash.
 *
 * Why: one file of many gigabytes must not be the work of one thread.  Lines of a part come from lines_open_part; what is
 * said of the whole file (its hash, its first NUL, its first line that is too long) only shows when all parts are there.
 * Invariant: parts that touch and were read to their ends add up to what reading the file front to back gives.
 * Source of facts: pread(2).
 *
 * Example: parts [0, 4096) and [4096, 9000), the second with a NUL at 5000: "1 NUL bytes, the first here" at 5000. */
#include "plain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "postmortem/base/memory.h"
#include "postmortem/base/path.h"
#include "postmortem/input/packed.h"
#include "way.h"

bool source_plain(const struct inventory *v, uint32_t source)
{
    const struct source *s = &v->sources[source];
    const struct input *in = &v->inputs[s->input];
    return !s->locator.n && !s->wide && !s->shut && !in->memory.p && !in->blocks &&
           strcmp(in->container, "file") == 0;
}

int plain_open(const struct inventory *v, uint32_t source, uint64_t *size)
{
    const struct input *in = &v->inputs[v->sources[source].input];
    struct stat st;
    if (!source_plain(v, source))
        return -1;
    int fd = path_open(in->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (in->named ? 0 : O_NOFOLLOW));
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        return -1;
    }
    if (fd >= 0)
        *size = (uint64_t)st.st_size;
    return fd;
}

size_t plain_read(int fd, char *to, size_t n, uint64_t at)
{
    size_t have = 0;
    while (have < n) {
        ssize_t got = pread(fd, to + have, n - have, (off_t)(at + have));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        have += (size_t)got;
    }
    return have;
}

size_t source_peek(const struct inventory *v, uint32_t source, uint64_t from, char *to, size_t n)
{
    uint64_t size;
    int fd = plain_open(v, source, &size);
    if (fd < 0)
        return 0;
    size_t got = plain_read(fd, to, n, from);
    close(fd);
    return got;
}

struct hashing {
    struct damage damage;
    struct passage passage;
    struct stream *stream;
};

struct hashing *hashing_open(const struct inventory *v, uint32_t source)
{
    if (!source_plain(v, source))
        return NULL;
    struct hashing *h = mem_new(sizeof *h);
    h->damage.muted = true;
    h->passage = (struct passage){.damage = &h->damage, .limits = &v->limits};
    h->stream = input_open(v, v->sources[source].input, &h->passage, true);
    if (h->stream)
        return h;
    hashing_close(h);
    return NULL;
}

bool hashing_go(struct hashing *h, uint64_t to)
{
    h->stream->size = to;
    stream_drain(h->stream);
    return h->stream->at == to;
}

void hashing_text(struct hashing *h, char sha256[65])
{
    sha256_text(h->stream->sha, sha256);
}

void hashing_close(struct hashing *h)
{
    if (!h)
        return;
    if (h->stream)
        stream_close(h->stream);
    damage_fini(&h->damage);
    free(h);
}

void lines_tell(struct damage *d, const struct lines_result *r, size_t limit)
{
    if (r->nul_bytes)
        damage_add(d, DAMAGE_NUL_BYTES, r->nul_first, 0, "%llu NUL bytes, the first here",
                   (unsigned long long)r->nul_bytes);
    if (r->cut_lines)
        damage_add(
            d, DAMAGE_LINE_LIMIT, r->cut_offset, r->cut_number,
            "%llu lines are longer than %zu bytes: their heads are kept, the rest is counted",
            (unsigned long long)r->cut_lines, limit);
}

static void part_add(struct lines_result *whole, const struct lines_result *part)
{
    if (part->nul_bytes && !whole->nul_bytes)
        whole->nul_first = part->nul_first;
    if (part->cut_lines && !whole->cut_lines) {
        whole->cut_offset = part->cut_offset;
        whole->cut_number = whole->lines + part->cut_number;
    }
    whole->nul_bytes += part->nul_bytes;
    whole->cut_lines += part->cut_lines;
    whole->bytes += part->bytes;
    whole->lines += part->lines;
    whole->status = status_graver(whole->status, part->status);
}

void lines_parts_join(const struct inventory *v, const struct lines_result *const *parts, size_t n,
                      struct lines_result *whole)
{
    struct damage d = {0};
    *whole = (struct lines_result){0};
    for (size_t i = 0; i < n; i++)
        part_add(whole, parts[i]);
    d.status = whole->status;
    for (size_t i = 0; i < parts[0]->problems_count; i++) { /* the same of every part */
        const struct problem *p = &parts[0]->problems[i];
        damage_add(&d, DAMAGE_CHANGED, p->offset, p->line, "%.*s", SLICE_ARG(p->text));
    }
    lines_tell(&d, whole, v->limits.line);
    whole->status = d.status;
    whole->input_bytes = whole->bytes;
    whole->problems = d.rows;
    whole->problems_count = d.count;
    whole->arena = d.arena;
}

int inventory_pack(const struct inventory *v, uint32_t input, struct buf *out)
{
    struct damage d = {.muted = true};
    struct passage passage = {.damage = &d, .limits = &v->limits};
    struct stream *s = input_open(v, input, &passage, false);
    unsigned char *room = mem_grow(NULL, PACKED_BLOCK, 1);
    size_t n = 0;
    ssize_t got = s ? 1 : -1;
    while (got > 0) {
        got = stream_read(s, room + n, PACKED_BLOCK - n);
        n += got > 0 ? (size_t)got : 0;
        if (n == PACKED_BLOCK || (got <= 0 && n)) {
            block_pack(slice_of((const char *)room, n), out);
            n = 0;
        }
    }
    bool whole = s && got == 0 && s->at == v->inputs[input].size_seen;
    if (s)
        stream_close(s);
    damage_fini(&d);
    free(room);
    return whole ? 0 : -1;
}

void inventory_carry(struct inventory *v, uint32_t input, struct slice packed)
{
    v->inputs[input].memory = packed;
    v->inputs[input].blocks = true;
}

bool inventory_carried(const struct inventory *v, uint32_t input)
{
    return v->inputs[input].blocks;
}
