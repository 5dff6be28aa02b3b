/* Where a large plain file is cut, so that several workers read it.
 *
 * Why: one log of many gigabytes is the usual evidence, and lines can be read from anywhere, but for what a reader carries
 * from line to line: the year of stamps without one, an offset learnt, a record that goes on.
 * Invariant: a cut lies behind the end of a line.  What a reader coming from the front would carry there is guessed by
 * one that sees the file's head and WINDOW bytes before each cut, from cut to cut, so that it meets every New Year; where
 * stamps step back in between it looks at the middle, too.  The guess is checked when both sides were read (pieces.c):
 * a file of which one is wrong is read whole.
 *
 *     maillog, 3 GB:  [0, 750 MB) [750 MB, 1.5 GB) ...; carry at 1.5 GB: year 2026, offset +09:00, a splogger line held back */
#include "state.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

enum {
    WINDOW = 64 << 10,  /* looked at before a cut */
    BEHIND = 128 << 10, /* in which a line must end behind the wanted place, or there is no cut */
    NEAR = 4 << 10,     /* ... first looked at */
    LEAST_CUT = 512,    /* whatever --shard-bytes says */
    HALVINGS = 10
};

/* A reader on its way from cut to cut. */
struct scout {
    const struct run *run;
    uint32_t source;
    struct reader *reader;
    uint64_t seen; /* what lies before was shown or passed over */
    bool inside;   /* seen lies in a line, not at its start */
    char *room;    /* BEHIND bytes */
};

static void no_event(void *context, const struct event *e)
{
    (void)context;
    (void)e;
}

/* Show the reader the whole lines of bytes, which begin at from with a line; how many bytes they take. */
static size_t scout_lines(struct scout *s, uint64_t from, struct slice bytes)
{
    size_t limit = s->run->inventory.limits.line, taken = 0;
    for (;;) {
        size_t n = slice_chr(bytes, '\n');
        if (n == bytes.n)
            return taken;
        struct place place = {from + taken, LINE_BEFORE, s->source};
        reader_line(s->reader, slice_head(bytes, n < limit ? n : limit), n + 1, n > limit, &place);
        bytes = slice_from(bytes, n + 1);
        taken += n + 1;
    }
}

/* Show the reader what lies before to; what is more than a window is passed over. */
static void scout_window(struct scout *s, uint64_t to)
{
    uint64_t from = to - s->seen > WINDOW ? to - WINDOW : s->seen;
    struct slice bytes = slice_of(
        s->room, source_peek(&s->run->inventory, s->source, from, s->room, (size_t)(to - from)));
    if (from != s->seen || s->inside) {
        size_t skip = slice_chr(bytes, '\n');
        reader_finish(s->reader); /* what it held back is not gone on with here */
        s->inside = skip == bytes.n;
        s->seen = to;
        if (s->inside)
            return;
        bytes = slice_from(bytes, skip + 1);
        from += skip + 1;
    }
    s->seen = from + scout_lines(s, from, bytes);
    s->inside = false;
}

/* Do the stamps step back between what was seen and the window before to?  Then there may be a New Year that shows only
 * from nearer. */
static void scout_go(struct scout *s, uint64_t to, unsigned halvings)
{
    struct buf before = {0};
    uint64_t from = s->seen;
    when last = reader_stamp(s->reader);
    bool inside = s->inside, far = to - from > 2 * WINDOW && halvings;
    if (far)
        reader_save(s->reader, &before);
    scout_window(s, to);
    when now = reader_stamp(s->reader);
    if (far && last != WHEN_NONE && now != WHEN_NONE && now < last - DAY &&
        reader_load(s->reader, buf_slice(&before), s->source)) {
        s->seen = from;
        s->inside = inside;
        scout_go(s, from + (to - from) / 2, halvings - 1);
        scout_go(s, to, halvings - 1);
    }
    buf_fini(&before);
}

/* Behind the first end of a line at or behind wanted; 0 if there is none near.  Mostly it is very near. */
static uint64_t cut_near(struct scout *s, uint64_t wanted)
{
    for (size_t room = NEAR; room <= BEHIND; room *= BEHIND / NEAR) {
        struct slice bytes =
            slice_of(s->room, source_peek(&s->run->inventory, s->source, wanted, s->room, room));
        size_t n = slice_chr(bytes, '\n');
        if (n < bytes.n)
            return wanted + n + 1;
    }
    return 0;
}

static struct piece *piece_add(struct cuts *c, uint64_t from)
{
    c->pieces = mem_grow(c->pieces, c->count + 1, sizeof *c->pieces);
    c->pieces[c->count] = (struct piece){.from = from};
    return &c->pieces[c->count++];
}

static void cut_source(struct run *r, uint32_t source, uint64_t pieces)
{
    uint64_t size = r->inventory.sources[source].bytes;
    const struct surveyed *v = &r->surveyed[source];
    struct cuts c = {.source = source};
    struct scout s = {.run = r, .source = source, .room = mem_grow(NULL, BEHIND, 1)};
    s.reader = reader_new(v->detection.framing, &v->facts, no_event, NULL);
    piece_add(&c, 0);
    scout_window(&s, WINDOW < size / pieces ? WINDOW : size / pieces);
    for (uint64_t k = 1; k < pieces; k++) {
        uint64_t at = cut_near(&s, size / pieces * k);
        if (at <= c.pieces[c.count - 1].from || at >= size)
            continue;
        struct buf carry = {0};
        scout_go(&s, at, HALVINGS);
        reader_save(s.reader, &carry);
        piece_add(&c, at)->carry = arena_copy(&r->arena, buf_slice(&carry));
        buf_fini(&carry);
    }
    reader_free(s.reader);
    free(s.room);
    if (c.count < 2) {
        free(c.pieces);
        return;
    }
    r->cuts = mem_grow(r->cuts, r->cuts_count + 1, sizeof *r->cuts);
    r->cuts[r->cuts_count++] = c;
}

bool can_be_cut(const struct run *r, uint32_t source)
{
    const struct surveyed *v = &r->surveyed[source];
    return v->stream != NO_STREAM && r->evidence.sources[source].read &&
           !r->streams[v->stream].side_by_side && source_plain(&r->inventory, source);
}

void find_cuts(struct run *r)
{
    uint64_t piece = piece_bytes(r);
    if (r->options.jobs == 1 && !r->options.shard_bytes)
        return;
    if (piece < LEAST_CUT)
        piece = LEAST_CUT;
    for (uint32_t i = 0; i < r->inventory.sources_count; i++) {
        uint64_t pieces = (r->inventory.sources[i].bytes + piece / 2) / piece;
        if (pieces > 1 && can_be_cut(r, i))
            cut_source(r, i, pieces);
    }
}

struct cuts *cuts_of(const struct run *r, uint32_t source)
{
    size_t low = 0, high = r->cuts_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->cuts[middle].source < source)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < r->cuts_count && r->cuts[low].source == source && !r->cuts[low].whole;
    return found && r->surveyed[source].copies == NO_COPIES ? &r->cuts[low] : NULL;
}

uint64_t piece_end(const struct run *r, const struct cuts *c, uint32_t piece)
{
    return piece + 1 < c->count ? c->pieces[piece + 1].from : r->inventory.sources[c->source].bytes;
}
