/* lines.c - a source cut into lines, each a slice into the chunk it was read in.
 *
 * Why: one line costs one memchr and no copy; only a line across two chunks is put together in a
 * buffer of limits.line bytes, so that a line of 1 GiB takes no more memory than a short one.
 * Invariant: every byte of the stream lies in exactly one line (its `bytes`, terminator included),
 * whatever the chunk size. Source of facts: POSIX.1-2017 3.206 (line); a UTF-8 BOM is U+FEFF at
 * offset 0.
 *
 * Example: "Nov 20 08:20:45 mx1 qmail: ...\n" at offset 4096: text without LF, bytes with it. */
#include "postmortem/input/lines.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chunks.h"
#include "lines_sized.h"
#include "plain.h"
#include "postmortem/base/memory.h"
#include "walk.h"
#include "way.h"

#define CHUNK_AHEAD (384U << 10) /* three of them stay in the cache that cores share */
#define CHUNK_INLINE (256U << 10)

struct lines {
    const struct inventory *v;
    uint32_t source;
    struct way *way; /* NULL: nothing to read */
    struct cursors *cursors;
    struct chunks *chunks;
    struct slice run; /* what is left of the chunk */
    size_t limit;
    char *carry;        /* the start of a line that goes on in the next chunk */
    size_t carry_n;     /* of it kept */
    size_t carry_bytes; /* of it met */
    char *again;        /* a line of lines_again; NULL before the first */
    uint64_t from, offset, number, cut_lines, cut_offset, cut_number;
    bool hash, ended;
    bool part;        /* of a plain file */
    bool chunks_hash; /* the chunks carry the content's hash, not the way */
    struct damage damage;
    struct sha256 *sha; /* with chunks_hash */
};

struct lines *lines_open_sized(const struct inventory *v, uint32_t source, struct cursors *cursors,
                               bool ahead, bool hash, size_t chunk, size_t behind)
{
    const struct source *src = &v->sources[source];
    struct lines *l = mem_new(sizeof(*l));
    l->v = v;
    l->source = source;
    l->cursors = cursors;
    l->limit = v->limits.line;
    l->hash = hash && src->locator.n == 0;
    l->damage.muted = src->locator.n != 0; /* the inventory read archives whole and told all */
    if (src->shut)
        return l;
    l->chunks_hash = l->hash && ahead && !src->wide;
    if (l->chunks_hash)
        l->sha = sha256_new();
    l->way = way_open(v, source, cursors, &l->damage, l->hash, l->hash && !l->chunks_hash);
    if (l->way->stream)
        l->chunks = chunks_open(l->way->stream, chunk, ahead, l->sha, behind);
    return l;
}

struct lines *lines_open(const struct inventory *v, uint32_t source, struct cursors *cursors,
                         bool ahead, size_t behind)
{
    return lines_open_sized(v, source, cursors, ahead, !v->no_hash,
                            ahead ? CHUNK_AHEAD : CHUNK_INLINE, behind);
}

bool lines_again(struct lines *l, uint64_t offset, size_t limit, struct slice *text)
{
    size_t most = limit + 3 < l->limit ? limit + 3 : l->limit; /* 3: of a byte order mark */
    if (offset < l->from || offset >= l->offset)
        return false;
    if (most > l->offset - offset)
        most = (size_t)(l->offset - offset);
    if (!l->again)
        l->again = mem_grow(NULL, l->limit, 1);
    size_t n = 0;
    for (bool whole = false; n < most && !whole;) {
        struct slice run = slice_head(chunks_again(l->chunks, offset - l->from + n), most - n);
        if (!run.n)
            return false;
        struct slice part = slice_head(run, slice_chr(run, '\n'));
        memcpy(l->again + n, run.p, part.n);
        n += part.n;
        whole = part.n < run.n;
    }
    *text = slice_of(l->again, n);
    if (offset == 0)
        slice_eat(text, SLICE("\xef\xbb\xbf"));
    *text = slice_head(*text, limit);
    return true;
}

struct lines *lines_open_part(const struct inventory *v, uint32_t source, uint64_t from,
                              uint64_t to)
{
    struct lines *l = mem_new(sizeof(*l));
    l->v = v;
    l->source = source;
    l->limit = v->limits.line;
    l->part = true;
    l->from = l->offset = from;
    if (!source_plain(v, source))
        return l;
    l->way = way_open(v, source, NULL, &l->damage, false, false);
    struct stream *s = l->way->stream;
    if (!s || s != l->way->root || s->size < to || stream_seek(s, from) != 0)
        return l; /* no longer what it was */
    s->size = to;
    l->chunks = chunks_open(s, CHUNK_INLINE, false, NULL, 0);
    return l;
}

/* Keep the start of a line whose end is not in this chunk. */
static void lines_carry(struct lines *l, struct slice part)
{
    size_t keep = l->limit - l->carry_n;
    if (keep > part.n)
        keep = part.n;
    if (!l->carry)
        l->carry = mem_grow(NULL, l->limit, 1);
    if (keep)
        memcpy(l->carry + l->carry_n, part.p, keep);
    l->carry_n += keep;
    l->carry_bytes += part.n;
}

/* text: the line as far as it was kept; length: without its LF. */
static int lines_give(struct lines *l, struct line *out, struct slice text, size_t length,
                      bool terminated)
{
    *out = (struct line){.text = slice_head(text, l->limit),
                         .bytes = length + terminated,
                         .offset = l->offset,
                         .number = ++l->number,
                         .cut = length > l->limit,
                         .unterminated = !terminated};
    if (__builtin_expect(out->cut, 0) && l->cut_lines++ == 0) {
        l->cut_offset = l->offset;
        l->cut_number = l->number;
    }
    if (__builtin_expect(l->offset == 0, 0))
        slice_eat(&out->text, SLICE("\xef\xbb\xbf"));
    l->offset += out->bytes;
    return 1;
}

static int lines_give_carried(struct lines *l, struct line *out, bool terminated)
{
    struct slice text = slice_of(l->carry, l->carry_n);
    size_t length = l->carry_bytes;
    l->carry_n = l->carry_bytes = 0;
    return lines_give(l, out, text, length, terminated);
}

int lines_next(struct lines *l, struct line *out)
{
    while (!l->ended) {
        const char *end = l->run.n ? memchr(l->run.p, '\n', l->run.n) : NULL;
        if (end) {
            struct slice text = slice_of(l->run.p, (size_t)(end - l->run.p));
            l->run = slice_from(l->run, text.n + 1);
            if (__builtin_expect(l->carry_bytes == 0, 1))
                return lines_give(l, out, text, text.n, true);
            lines_carry(l, text);
            return lines_give_carried(l, out, true);
        }
        if (l->run.n)
            lines_carry(l, l->run);
        l->run = l->chunks ? chunks_next(l->chunks) : (struct slice){0};
        l->ended = l->run.n == 0;
    }
    return l->carry_bytes ? lines_give_carried(l, out, false) : 0;
}

/* Hashes of what was read to its end. */
static void lines_hash(struct lines *l, bool finished, struct lines_result *r)
{
    const struct source *src = &l->v->sources[l->source];
    struct way *w = l->way;
    if (!finished || l->v->no_hash)
        return;
    if (src->locator.n && l->offset == src->bytes)
        memcpy(r->sha256, src->sha256, sizeof(r->sha256));
    if (!l->hash)
        return;
    stream_drain(w->root);
    bool whole = w->root->at >= w->root->size;
    bool plain = w->meter == w->root;
    struct sha256 *content = l->chunks_hash ? l->sha : w->meter->sha;
    if (plain || l->damage.status != STATUS_LIMITED)
        sha256_text(content, r->sha256);
    if (whole && plain)
        memcpy(r->input_sha256, r->sha256, sizeof(r->sha256));
    else if (whole && w->root->sha)
        sha256_text(w->root->sha, r->input_sha256);
}

static void lines_finish(struct lines *l, struct lines_result *r)
{
    const struct source *src = &l->v->sources[l->source];
    bool finished = false;
    if (l->chunks) {
        chunks_stop(l->chunks, &finished, &r->nul_bytes, &r->nul_first);
        finished = finished && l->ended; /* and all of it was taken */
        lines_hash(l, finished, r);
        l->damage.muted = false; /* what concerns lines is told for members of archives too */
        if (!l->part)
            lines_tell(&l->damage, r, l->limit);
        if (finished && src->locator.n && l->offset != src->bytes)
            damage_add(&l->damage, DAMAGE_CHANGED, NO_OFFSET, 0,
                       "gave %llu bytes, and %llu when it was listed",
                       (unsigned long long)l->offset, (unsigned long long)src->bytes);
    }
    if (l->way && l->way->root)
        r->input_bytes = l->way->root->at;
    r->status = l->damage.status;
    if ((src->locator.n && src->status != STATUS_DUPLICATE) || src->shut)
        r->status = status_graver(r->status, src->status);
    if (finished && r->status == STATUS_OK && l->offset == 0 && !l->part)
        r->status = STATUS_EMPTY;
}

void lines_close(struct lines *l, struct lines_result *r)
{
    *r = (struct lines_result){.lines = l->number,
                               .cut_lines = l->cut_lines,
                               .cut_offset = l->cut_offset,
                               .cut_number = l->cut_number};
    lines_finish(l, r);
    r->bytes = l->offset - l->from;
    if (l->chunks)
        chunks_close(l->chunks);
    if (l->way)
        way_close(l->way, l->cursors);
    damage_sum(&l->damage);
    for (size_t i = 0; i < l->damage.count; i++) {
        l->damage.rows[i].input = l->v->sources[l->source].input;
        l->damage.rows[i].source = l->source;
    }
    r->problems = l->damage.rows;
    r->problems_count = l->damage.count;
    r->arena = l->damage.arena;
    free(l->carry);
    free(l->again);
    sha256_free(l->sha);
    free(l);
}

void lines_result_fini(struct lines_result *r)
{
    free(r->problems);
    arena_fini(&r->arena);
    *r = (struct lines_result){0};
}
