/* Cuts in plans, pieces in partial files.
 *
 * Invariant: cuts that were loaded lie inside their file, one behind the other, and a reader can begin with each carry;
 * whether they lie at ends of lines is seen when a piece is read.  Bytes are not trusted. */
#include "cuts.h"

#include "postmortem/base/memory.h"
#include "postmortem/base/token.h"

#include <stdlib.h>

void cuts_save(const struct run *r, struct buf *out)
{
    buf_count(out, r->cuts_count);
    for (size_t i = 0; i < r->cuts_count; i++) {
        const struct cuts *c = &r->cuts[i];
        buf_count(out, c->source);
        buf_count(out, c->count);
        for (size_t k = 1; k < c->count; k++) {
            buf_count(out, c->pieces[k].from);
            text_save(c->pieces[k].carry, out);
        }
    }
}

static void no_event(void *context, const struct event *e)
{
    (void)context;
    (void)e;
}

/* Can a reader of source begin with it? */
static bool carry_fits(const struct run *r, uint32_t source, struct slice carry)
{
    const struct surveyed *v = &r->surveyed[source];
    struct reader *reader = reader_new(v->detection.framing, &v->facts, no_event, NULL);
    bool fits = reader_load(reader, carry, source);
    reader_free(reader);
    return fits;
}

static bool cut_load(struct run *r, struct cuts *c, struct slice *in)
{
    uint64_t from, size = r->inventory.sources[c->source].bytes;
    struct slice carry;
    if (!load_below(in, size, &from) || from >= size || !text_load(in, &r->arena, &carry) ||
        from <= c->pieces[c->count - 1].from || !carry_fits(r, c->source, carry))
        return false;
    c->pieces[c->count++] = (struct piece){.from = from, .carry = carry};
    return true;
}

bool cuts_load(struct run *r, struct slice *in)
{
    uint64_t files, source, count;
    if (!load_below(in, r->inventory.sources_count, &files))
        return false;
    for (uint64_t i = 0; i < files; i++) {
        if (!load_below(in, r->inventory.sources_count - 1, &source) ||
            (i && source <= r->cuts[i - 1].source) || !can_be_cut(r, (uint32_t)source) ||
            !load_below(in, in->n, &count) || count < 2)
            return false;
        r->cuts = mem_grow(r->cuts, r->cuts_count + 1, sizeof *r->cuts);
        struct cuts *c = &r->cuts[r->cuts_count++];
        *c = (struct cuts){.source = (uint32_t)source, .count = 1};
        c->pieces = mem_new((size_t)count * sizeof *c->pieces);
        for (uint64_t k = 1; k < count; k++)
            if (!cut_load(r, c, in))
                return false;
    }
    return in->n == 0;
}

bool piece_claim(struct run *r, const struct shard *s)
{
    struct cuts *c = s->cuts;
    if (!c || s->count != 1 || s->copies || s->side_by_side)
        return false;
    bool hash = s->piece == HASH;
    if (hash ? r->inventory.no_hash : s->piece >= c->count)
        return false;
    bool *claimed = hash ? &c->hash_claimed : &c->pieces[s->piece].claimed;
    bool first = !*claimed;
    *claimed = true;
    return first;
}

bool pieces_claimed(struct run *r, uint32_t source)
{
    struct cuts *c = cuts_of(r, source);
    size_t claimed = 0;
    if (!c)
        return r->shard_of[source] != 0;
    for (size_t i = 0; i < c->count; i++)
        claimed += c->pieces[i].claimed;
    c->whole = claimed == 0 && !c->hash_claimed;
    if (c->whole || r->shard_of[source])
        return c->whole && r->shard_of[source];
    return claimed == c->count && (c->hash_claimed || r->inventory.no_hash);
}

/* But for its hashes a result of lines, with what lines_parts_join makes of it. */
static void result_save(const struct lines_result *result, struct buf *out)
{
    const uint64_t numbers[] = {result->status,     result->bytes,     result->lines,
                                result->cut_lines,  result->nul_bytes, result->nul_first,
                                result->cut_offset, result->cut_number};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        buf_count(out, numbers[i]);
    buf_count(out, result->problems_count);
    for (size_t i = 0; i < result->problems_count; i++)
        problem_save(&result->problems[i], out);
}

static bool result_load(struct lines_result *result, struct slice *in)
{
    uint64_t status;
    uint64_t *numbers[] = {&result->bytes,     &result->lines,     &result->cut_lines,
                           &result->nul_bytes, &result->nul_first, &result->cut_offset,
                           &result->cut_number};
    if (!load_below(in, STATUS_COUNT - 1, &status))
        return false;
    result->status = (enum status)status;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (!load_count(in, numbers[i]))
            return false;
    return problems_load(result, in);
}

void piece_save(const struct shard *s, struct buf *out)
{
    const struct cuts *c = s->cuts;
    if (s->piece == HASH) {
        sha256_save(c->sha256, out);
        return;
    }
    const struct piece *p = &c->pieces[s->piece];
    buf_u64(out, p->hosts);
    reader_counts_save(&p->counts, out);
    shapes_save(&p->shapes, out);
    result_save(&p->result, out);
    text_save(buf_slice(&p->end), out);
}

bool piece_load(struct run *r, const struct shard *s, struct slice *in)
{
    struct cuts *c = s->cuts;
    struct slice end;
    if (s->piece == HASH)
        return sha256_load(in, c->sha256) && in->n == 0;
    struct piece *p = &c->pieces[s->piece];
    if (!load_u64(in, &p->hosts) || !reader_counts_load(in, &p->counts) ||
        !shapes_load(in, &p->shapes) || !result_load(&p->result, in) ||
        !text_load(in, &r->arena, &end) || in->n)
        return false;
    buf_add(&p->end, end);
    p->read = true;
    return true;
}

int piece_verify(const struct run *r, const struct shard *s, struct err *e)
{
    if (s->piece == WHOLE || s->piece == HASH)
        return 0;
    const struct cuts *c = s->cuts;
    uint64_t ends[] = {c->pieces[s->piece].from, piece_end(r, c, s->piece)};
    for (size_t i = 0; i < 2; i++) {
        char before = 0;
        if (ends[i] == 0 || ends[i] == r->inventory.sources[c->source].bytes)
            continue;
        if (source_peek(&r->inventory, c->source, ends[i] - 1, &before, 1) != 1 || before != '\n')
            return err_set(
                e, ERR_USAGE,
                "%.*s: no line ends at byte %llu, where the plan cuts it: its content is "
                "another than when the plan was made",
                SLICE_ARG(slice_head(r->inventory.sources[c->source].path, 512)),
                (unsigned long long)ends[i]);
    }
    return 0;
}
