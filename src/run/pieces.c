/* Pieces of one plain file: read apart, checked against each other, added up.
 *
 * Invariant: what the pieces of a source add up to is what reading it whole would have given, or it is read whole.  A piece
 * begins with a carry that was guessed (cuts.c); it was right if the piece before ended with it.  A piece that did not
 * get all its bytes, or met a fault of the file, fits nothing.
 *
 * Lines are counted from the start of the piece.  That is what traces and analyses keep and partial files carry; with the
 * places that a report names the lines of the pieces before are added.  A record that was held back at a cut has its place
 * before the cut: its number is known to the carry which the piece before ended with.
 *
 *     piece 1 ends with the line "1793998801.000123 delivery 7: deferral: ..." of 800 bytes held back, its line 88,012
 *     piece 2 begins with what goes on with it, and tells the event: place of piece 1, line LINE_BEFORE */
#include "state.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

static void hash_read(const struct run *r, const struct shard *s)
{
    struct cuts *c = s->cuts;
    if (!s->hash_from)
        c->hashing = hashing_open(&r->inventory, c->source);
    bool reached = c->hashing && hashing_go(c->hashing, s->hash_to);
    if (s->hash_to < r->inventory.sources[c->source].bytes)
        return;
    if (reached)
        hashing_text(c->hashing, c->sha256);
    hashing_close(c->hashing);
    c->hashing = NULL;
}

static void lines_read(struct worker *w, const struct cuts *c, struct piece *p, uint64_t to)
{
    struct run *r = w->run;
    const struct surveyed *v = &r->surveyed[c->source];
    uint32_t index = (uint32_t)(p - c->pieces);
    struct part *part = part_at(w, v->stream, v->rank, index, index + 1 == c->count);
    struct route route = route_to(w, part, c->source, &p->hosts);
    struct reader *reader = reader_new(v->detection.framing, &v->facts, route_event, &route);
    struct hours_of hours;
    hours_follow(w, c->source, &hours, reader);
    reader_shapes(reader, &p->shapes);
    if (p->carry.n)
        reader_load(reader, p->carry, c->source);
    struct lines *lines = lines_open_part(&r->inventory, c->source, p->from, to);
    struct line line;
    struct place place = {.source = c->source};
    while (lines_next(lines, &line) == 1) {
        place.offset = line.offset;
        place.line = line.number;
        reader_line(reader, line.text, line.bytes, line.cut, &place);
    }
    if (p + 1 == c->pieces + c->count)
        reader_finish(reader);
    else
        reader_save(reader, &p->end);
    p->counts = *reader_counts(reader);
    p->read = true;
    lines_close(lines, &p->result);
    reader_free(reader);
    progress_tell(w, to - p->from);
}

void piece_read(struct worker *w, const struct shard *s)
{
    struct cuts *c = s->cuts;
    if (s->piece == HASH || s->piece == HASH_STEP)
        hash_read(w->run, s);
    else
        lines_read(w, c, &c->pieces[s->piece], piece_end(w->run, c, s->piece));
}

static void piece_forget(struct piece *p)
{
    buf_fini(&p->end);
    lines_result_fini(&p->result);
    shapes_fini(&p->shapes);
    *p = (struct piece){.from = p->from, .carry = p->carry, .claimed = p->claimed};
}

void forget_pieces(struct run *r)
{
    for (size_t i = 0; i < r->cuts_count; i++) {
        struct cuts *c = &r->cuts[i];
        hashing_close(c->hashing);
        c->hashing = NULL;
        c->hashed = 0;
        c->sha256[0] = 0;
        for (size_t k = 0; k < c->count; k++)
            piece_forget(&c->pieces[k]);
    }
}

static bool piece_whole(const struct piece *p, uint64_t to)
{
    if (!p->read || p->result.bytes != to - p->from)
        return false;
    for (size_t i = 0; i < p->result.problems_count; i++)
        if (!p->result.problems[i].note)
            return false;
    return true;
}

static bool fits(const struct run *r, const struct cuts *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        const struct piece *p = &c->pieces[i];
        if (!piece_whole(p, piece_end(r, c, i)) ||
            (i && !carry_same(buf_slice(&p[-1].end), p->carry)))
            return false;
    }
    return true;
}

static void counts_add(struct reader_counts *sum, const struct reader_counts *c)
{
    for (size_t i = 0; i < LINE_CLASSES; i++) {
        sum->lines[i] += c->lines[i];
        sum->bytes[i] += c->bytes[i];
    }
    for (size_t i = 0; i < DIALECT_COUNT; i++)
        sum->dialect_records[i] += c->dialect_records[i];
    if (c->first != WHEN_NONE && (sum->first == WHEN_NONE || c->first < sum->first))
        sum->first = c->first;
    if (c->last > sum->last) /* WHEN_NONE is below every stamp */
        sum->last = c->last;
    sum->dateless += c->dateless;
    sum->year_steps += c->year_steps;
    sum->clock_back += c->clock_back;
    sum->folds += c->folds;
    sum->gaps += c->gaps;
    if (c->has_offset) {
        sum->has_offset = true;
        sum->offset = c->offset;
    }
}

static void add_up(struct run *r, const struct cuts *c)
{
    struct source_read *told = &r->evidence.sources[c->source];
    struct lines_result *whole = &r->results[c->source];
    const struct lines_result **parts = mem_grow(NULL, c->count, sizeof *parts);
    told->counts = (struct reader_counts){.first = WHEN_NONE, .last = WHEN_NONE};
    uint64_t before = 0;
    shapes_fini(&told->shapes);
    for (size_t i = 0; i < c->count; i++) {
        shapes_add(&told->shapes, &c->pieces[i].shapes, before);
        before += c->pieces[i].result.lines;
        counts_add(&told->counts, &c->pieces[i].counts);
        parts[i] = &c->pieces[i].result;
        r->surveyed[c->source].hosts |= c->pieces[i].hosts;
    }
    lines_result_fini(whole);
    lines_parts_join(&r->inventory, parts, c->count, whole);
    told->status = whole->status;
    told->bytes = whole->bytes;
    told->lines = whole->lines;
    free(parts);
}

bool join_pieces(struct run *r)
{
    bool all = true;
    for (size_t i = 0; i < r->cuts_count; i++) {
        struct cuts *c = &r->cuts[i];
        if (!cuts_of(r, c->source))
            continue;
        if (fits(r, c))
            add_up(r, c);
        else
            c->whole = true;
        all = all && !c->whole;
    }
    return all;
}

bool join_hashes(struct run *r)
{
    bool all = true;
    for (size_t i = 0; i < r->cuts_count && !r->inventory.no_hash; i++) {
        struct cuts *c = &r->cuts[i];
        if (!cuts_of(r, c->source))
            continue;
        struct lines_result *whole = &r->results[c->source];
        memcpy(whole->sha256, c->sha256, sizeof c->sha256);
        memcpy(whole->input_sha256, c->sha256, sizeof c->sha256);
        memcpy(r->evidence.sources[c->source].sha256, c->sha256, sizeof c->sha256);
        c->whole = !c->sha256[0];
        all = all && !c->whole;
    }
    return all;
}

/* The piece that offset lies in, and the lines of those before it. */
static const struct piece *piece_at(const struct cuts *c, uint64_t offset, uint64_t *before)
{
    const struct piece *p = c->pieces;
    *before = 0;
    for (; p + 1 < c->pieces + c->count && p[1].from <= offset; p++)
        *before += p->result.lines;
    return p;
}

uint64_t line_of(const struct run *r, uint32_t source, uint64_t offset, uint64_t line)
{
    const struct cuts *c = cuts_of(r, source);
    if (!c)
        return line;
    uint64_t before;
    const struct piece *p = piece_at(c, offset, &before);
    return before + (line == LINE_BEFORE ? carry_held_line(buf_slice(&p->end)) : line);
}
