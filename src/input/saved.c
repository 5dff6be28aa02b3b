/* saved.c - an inventory as bytes: what one process tells others of the evidence it surveyed.
 *
 * Why: a survey reads every head and every archive; whoever reads one shard must not do that again, yet must notice
 * that the evidence is no longer what was surveyed.  Invariant: what was saved and loaded reads the same sources with the
 * same numbers; indices that come back lie within their tables.  Bytes are not trusted.
 *
 * Example: /var/log/mail.log, 4096 bytes, edges sha256 (the whole file, as it is short): size and hash must agree. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "postmortem/base/memory.h"
#include "postmortem/base/path.h"
#include "postmortem/base/token.h"
#include "stream.h"
#include "survey.h"
#include "way.h"

enum { EDGE = 64 << 10, LOCATOR_MOST = 64 };

static void index_save(uint32_t index, struct buf *out)
{
    buf_count(out, index == NO_SOURCE ? 0 : (uint64_t)index + 1);
}

/* An index below count, or NO_SOURCE. */
static bool index_load(struct slice *in, size_t count, uint32_t *index)
{
    uint64_t n;
    if (!load_below(in, count < UINT32_MAX ? count : UINT32_MAX - 1, &n))
        return false;
    *index = n ? (uint32_t)(n - 1) : NO_SOURCE;
    return true;
}

static bool status_load(struct slice *in, enum status *status)
{
    uint64_t n;
    if (!load_below(in, STATUS_COUNT - 1, &n))
        return false;
    *status = (enum status)n;
    return true;
}

void sha256_save(const char sha256[65], struct buf *out)
{
    buf_byte(out, sha256[0] != 0);
    buf_add(out, slice_str(sha256));
}

bool sha256_load(struct slice *in, char sha256[65])
{
    bool there;
    memset(sha256, 0, 65);
    if (!load_flag(in, &there))
        return false;
    if (!there)
        return true;
    if (in->n < 64)
        return false;
    for (size_t i = 0; i < 64; i++)
        if (!(in->p[i] >= '0' && in->p[i] <= '9') && !(in->p[i] >= 'a' && in->p[i] <= 'f'))
            return false;
    memcpy(sha256, in->p, 64);
    *in = slice_from(*in, 64);
    return true;
}

void problem_save(const struct problem *p, struct buf *out)
{
    token_save(p->kind, out);
    buf_byte(out, p->note);
    buf_count(out, p->offset == NO_OFFSET ? 0 : p->offset + 1);
    buf_count(out, p->line);
    text_save(p->text, out);
}

bool problem_load(struct slice *in, struct arena *a, struct problem *p)
{
    *p = (struct problem){0};
    if (!token_load(in, a, &p->kind) || !p->kind || !load_flag(in, &p->note) ||
        !load_count(in, &p->offset) || !load_count(in, &p->line) || !text_load(in, a, &p->text))
        return false;
    p->offset = p->offset ? p->offset - 1 : NO_OFFSET;
    return true;
}

static int edge_read(int fd, unsigned char *room, uint64_t from, size_t n, struct sha256 *sha)
{
    size_t got = 0;
    while (got < n) {
        ssize_t some = pread(fd, room + got, n - got, (off_t)(from + got));
        if (some < 0 && errno == EINTR)
            continue;
        if (some <= 0)
            return -1;
        got += (size_t)some;
    }
    sha256_add(sha, room, n);
    return 0;
}

/* Open an input and hash its edges; st is what the open file says of itself.  -1: errno tells, or 0 where it is no file. */
static int edges_of(const struct input *in, char edges[65], struct stat *st)
{
    memset(edges, 0, 65);
    int fd = path_open(in->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (in->named ? 0 : O_NOFOLLOW));
    if (fd < 0)
        return -1;
    int failed = fstat(fd, st);
    if (!failed && !S_ISREG(st->st_mode)) {
        errno = 0;
        failed = -1;
    }
    if (!failed) {
        uint64_t size = (uint64_t)st->st_size, head = size < EDGE ? size : EDGE;
        uint64_t tail = size - head < EDGE ? size - head : EDGE;
        unsigned char *room = mem_grow(NULL, EDGE, 1);
        struct sha256 *sha = sha256_new();
        failed = edge_read(fd, room, 0, (size_t)head, sha) ||
                 edge_read(fd, room, size - tail, (size_t)tail, sha);
        sha256_text(sha, edges);
        sha256_free(sha);
        free(room);
    }
    int error = errno;
    close(fd);
    errno = error;
    return failed ? -1 : 0;
}

static void limits_fields(struct limits *l, uint64_t *fields[6], uint64_t *depth, uint64_t *line)
{
    uint64_t *all[6] = {depth, &l->entries, &l->ratio, &l->ratio_after, &l->total, &l->memory};
    memcpy(fields, all, sizeof all);
    *depth = l->depth;
    *line = l->line;
}

static void limits_save(struct limits l, struct buf *out)
{
    uint64_t *fields[6], depth, line;
    limits_fields(&l, fields, &depth, &line);
    for (size_t i = 0; i < 6; i++)
        buf_count(out, *fields[i]);
    buf_count(out, line);
}

static bool limits_load(struct slice *in, struct limits *l)
{
    uint64_t *fields[6], depth, line;
    limits_fields(l, fields, &depth, &line);
    for (size_t i = 0; i < 6; i++)
        if (!load_below(in, UINT64_C(1) << 50, fields[i]))
            return false;
    if (depth > 32 || !load_below(in, 16 << 20, &line) || !line)
        return false;
    l->depth = (unsigned)depth;
    l->line = (size_t)line;
    return true;
}

static void input_save(const struct input *in, struct buf *out)
{
    text_save(in->path, out);
    text_save(in->relative, out);
    buf_byte(out, in->named);
    buf_count(out, in->bytes);
    buf_count(out, in->size_seen);
    when_save(in->mtime, out);
    sha256_save(in->sha256, out);
    sha256_save(in->edges, out);
    buf_count(out, in->status);
    text_save(in->note, out);
    token_save(in->container, out);
    index_save(in->duplicate_of, out);
}

static bool input_load(struct inventory *v, struct slice *from, size_t count)
{
    v->inputs = mem_grow(v->inputs, v->inputs_count + 1, sizeof *v->inputs);
    struct input *in = &v->inputs[v->inputs_count++];
    *in = (struct input){0};
    return text_load(from, &v->arena, &in->path) && in->path.n &&
           !memchr(in->path.p, 0, in->path.n) && text_load(from, &v->arena, &in->relative) &&
           load_flag(from, &in->named) && load_count(from, &in->bytes) &&
           load_count(from, &in->size_seen) && when_load(from, &in->mtime) &&
           sha256_load(from, in->sha256) && sha256_load(from, in->edges) &&
           status_load(from, &in->status) && text_load(from, &v->arena, &in->note) &&
           token_load(from, &v->arena, &in->container) && in->container &&
           index_load(from, count, &in->duplicate_of);
}

static void source_save(const struct source *s, struct buf *out)
{
    size_t levels = s->locator.n / sizeof(uint32_t);
    buf_count(out, s->input);
    text_save(s->path, out);
    text_save(s->member, out);
    buf_count(out, levels);
    for (size_t i = 0; i < levels; i++) {
        uint32_t index;
        memcpy(&index, s->locator.p + i * sizeof index, sizeof index);
        buf_count(out, index);
    }
    buf_count(out, s->bytes);
    buf_count(out, s->compressed);
    when_save(s->mtime, out);
    token_save(s->mtime_from, out);
    sha256_save(s->sha256, out);
    buf_count(out, s->status);
    index_save(s->duplicate_of, out);
    const bool flags[] = {s->streamed, s->shut, s->wide, s->whole};
    for (size_t i = 0; i < sizeof flags; i++)
        buf_byte(out, flags[i]);
}

static bool locator_load(struct slice *in, struct arena *a, struct slice *locator)
{
    uint32_t indices[LOCATOR_MOST];
    uint64_t levels, index;
    if (!load_below(in, LOCATOR_MOST, &levels))
        return false;
    for (uint64_t i = 0; i < levels; i++) {
        if (!load_below(in, UINT32_MAX - 1, &index))
            return false;
        indices[i] = (uint32_t)index;
    }
    *locator = arena_copy(a, slice_of((const char *)indices, (size_t)levels * sizeof *indices));
    return true;
}

static bool source_load(struct inventory *v, struct slice *in, size_t count)
{
    uint64_t input;
    if (!v->inputs_count || !load_below(in, v->inputs_count - 1, &input))
        return false;
    struct source *s = inventory_source_new(v, (uint32_t)input);
    bool *flags[] = {&s->streamed, &s->shut, &s->wide, &s->whole};
    if (!text_load(in, &v->arena, &s->path) || !text_load(in, &v->arena, &s->member) ||
        !locator_load(in, &v->arena, &s->locator) || !load_count(in, &s->bytes) ||
        !load_count(in, &s->compressed) || !when_load(in, &s->mtime) ||
        !token_load(in, &v->arena, &s->mtime_from) || !sha256_load(in, s->sha256) ||
        !status_load(in, &s->status) || !index_load(in, count, &s->duplicate_of))
        return false;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (!load_flag(in, flags[i]))
            return false;
    return true;
}

static bool told_load(struct inventory *v, struct slice *in)
{
    struct problem p;
    uint32_t input, source;
    if (!index_load(in, v->inputs_count, &input) || input == NO_SOURCE ||
        !index_load(in, v->sources_count, &source) || !problem_load(in, &v->arena, &p))
        return false;
    p.input = input;
    p.source = source;
    inventory_problem(v, &p);
    return true;
}

int inventory_save(struct inventory *v, struct buf *out, struct err *e)
{
    struct stat st;
    limits_save(v->limits, out);
    buf_byte(out, v->no_hash);
    buf_count(out, v->inputs_count);
    for (size_t i = 0; i < v->inputs_count; i++) {
        struct input *in = &v->inputs[i];
        if (in->memory.p)
            return err_set(e, ERR_USAGE,
                           "standard input cannot be read by other processes: save it as a file");
        if (edges_of(in, in->edges, &st))
            in->edges[0] = 0;
        input_save(in, out);
    }
    buf_count(out, v->sources_count);
    for (size_t i = 0; i < v->sources_count; i++)
        source_save(&v->sources[i], out);
    buf_count(out, v->problems_count);
    for (size_t i = 0; i < v->problems_count; i++) {
        index_save(v->problems[i].input, out);
        index_save(v->problems[i].source, out);
        problem_save(&v->problems[i], out);
    }
    return 0;
}

bool inventory_load(struct inventory *v, struct slice *in)
{
    uint64_t count;
    *v = (struct inventory){.limits = limits_default};
    if (!limits_load(in, &v->limits) || !load_flag(in, &v->no_hash) ||
        !load_below(in, in->n, &count))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!input_load(v, in, (size_t)count))
            return false;
    v->inputs_room = v->inputs_count;
    if (!load_below(in, in->n, &count))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!source_load(v, in, (size_t)count))
            return false;
    if (!load_below(in, in->n, &count))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!told_load(v, in))
            return false;
    return true;
}

/* The hash of all of it, where it was known. */
static int whole_verify(struct inventory *v, uint32_t input, struct err *e)
{
    struct input *in = &v->inputs[input];
    char sha256[65] = "";
    if (in->sha256[0])
        input_hash(v, input, sha256);
    return strcmp(sha256, in->sha256) == 0
               ? 0
               : err_set(e, ERR_USAGE, "%.*s: its content is another than when the plan was made",
                         SLICE_ARG(slice_head(in->path, 512)));
}

int inventory_verify(struct inventory *v, uint32_t input, struct err *e)
{
    struct input *in = &v->inputs[input];
    struct slice path = slice_head(in->path, 512);
    struct stat st;
    char edges[65];
    if (edges_of(in, edges, &st))
        return err_set(e, ERR_USAGE, "%.*s: cannot be read: %s", SLICE_ARG(path),
                       errno ? strerror(errno) : "is no longer a regular file");
    if ((uint64_t)st.st_size != in->size_seen)
        return err_set(e, ERR_USAGE, "%.*s: %llu bytes, and %llu when the plan was made",
                       SLICE_ARG(path), (unsigned long long)st.st_size,
                       (unsigned long long)in->size_seen);
    if (strcmp(edges, in->edges) != 0)
        return err_set(e, ERR_USAGE, "%.*s: begins or ends otherwise than when the plan was made",
                       SLICE_ARG(path));
    in->mtime = (when)st.st_mtim.tv_sec * SECOND + st.st_mtim.tv_nsec / 1000;
    return whole_verify(v, input, e);
}
