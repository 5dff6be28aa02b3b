/* Raw lines kept while a compressed source is read, so that it need not be inflated again for those that the report quotes.
 *
 * Why: the analyses keep places, not texts, and the slowest messages stand all over a log: fetching 4,400 lines of 200 MB of
 * multilog took as long as reading it.  How: the reader holds its last BEHIND bytes.  A line becomes worth quoting when its
 * message is accepted, when an attempt ends, or when an analysis takes it; so each stretch is swept once before it is gone,
 * and what is still open or was taken then is copied.  An attempt on a message from before the stretch is copied at once.
 *
 * Invariant: what is kept decides only whether a source is read again, never what is quoted.  Of what can still be quoted
 * MOST bytes are kept at most, and half as much again that no longer can.
 *
 *     new msg 4711                            copied by the sweep if 4711 is still open then, or among the slowest
 *     delivery 9: deferral: ...               copied at once if 4711 was accepted before the last sweep */
#include "state.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

/* MARGIN: room for lines that are long.  GARBAGE: what is dropped at once, at least. */
enum {
    BEHIND = 4 << 20,
    MARGIN = 512 << 10,
    MOST = 12 << 20,
    GARBAGE = 4 << 20,
    WORTH = 256 << 10
};

struct row {
    uint64_t offset;
    uint32_t source, n;
};

/* A set of places, by hash: what is in it is found, and now and then what is not. */
struct marks {
    uint64_t *slots; /* 0: empty */
    size_t count, capacity;
};

static uint64_t mark_of(uint32_t source, uint64_t offset)
{
    uint64_t h = (offset + ((uint64_t)source << 44)) * UINT64_C(0x9e3779b97f4a7c15);
    return (h ^ h >> 29) | 1;
}

static size_t mark_slot(const struct marks *m, uint64_t mark)
{
    size_t i = (size_t)(mark >> 1) & (m->capacity - 1);
    while (m->slots[i] && m->slots[i] != mark)
        i = (i + 1) & (m->capacity - 1);
    return i;
}

static void marks_grow(struct marks *m)
{
    struct marks old = *m;
    m->capacity = old.capacity ? old.capacity * 2 : 1 << 14;
    m->slots = mem_new(m->capacity * sizeof *m->slots);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i])
            m->slots[mark_slot(m, old.slots[i])] = old.slots[i];
    free(old.slots);
}

static void mark_add(void *context, const struct place *p)
{
    struct marks *m = context;
    if (m->count * 2 >= m->capacity)
        marks_grow(m);
    size_t i = mark_slot(m, mark_of(p->source, p->offset));
    m->count += m->slots[i] == 0;
    m->slots[i] = mark_of(p->source, p->offset);
}

static void row_add(struct keep *k, uint64_t offset, struct slice text)
{
    struct row row = {offset, k->source, (uint32_t)text.n};
    char *to = buf_room(&k->rows, sizeof row + text.n);
    memcpy(to, &row, sizeof row);
    if (text.n)
        memcpy(to + sizeof row, text.p, text.n);
    k->rows.n += sizeof row + text.n;
}

/* The row at *at, and step over it; false at the end. */
static bool row_next(const struct keep *k, size_t *at, struct row *row, struct slice *text)
{
    if (*at == k->rows.n)
        return false;
    memcpy(row, k->rows.p + *at, sizeof *row);
    *text = slice_of(k->rows.p + *at + sizeof *row, row->n);
    *at += sizeof *row + row->n;
    return true;
}

static void keep_place(struct keep *k, const struct place *p)
{
    struct slice text;
    if (p->offset == k->line->offset)
        row_add(k, p->offset, slice_head(k->line->text, QUOTE_BYTES));
    else if (lines_again(k->lines, p->offset, QUOTE_BYTES, &text))
        row_add(k, p->offset, text);
}

static void sweep_place(void *context, const struct place *p)
{
    struct keep *k = context;
    if (p->source == k->source && p->offset >= k->from)
        keep_place(k, p);
}

/* Nothing is kept by this worker any more; what it read so far is read again where it is quoted. */
static void give_up(struct keep *k)
{
    k->given_up = true;
    k->lines = NULL;
    k->due = UINT64_MAX;
    buf_fini(&k->rows);
}

/* Drop what can no longer be quoted; give up where that does not help. */
static void keep_compact(struct worker *w)
{
    struct keep *k = &w->keep;
    struct marks marks = {0};
    size_t open = 0, at = 0, to = 0;
    for (size_t i = 0; i < w->parts_count; i++)
        for (const struct machine *m = w->parts[i]->machines; m; m = m->next)
            open += m->trace ? trace_open_count(m->trace) : 0;
    if (open > MOST / sizeof(struct row)) {
        give_up(k);
        return;
    }
    analyses_places(w->analyses, mark_add, &marks);
    for (size_t i = 0; i < w->parts_count; i++)
        for (const struct machine *m = w->parts[i]->machines; m; m = m->next)
            if (m->trace)
                trace_places(m->trace, mark_add, &marks);
    struct row row;
    struct slice text;
    for (size_t from = 0; row_next(k, &at, &row, &text); from = at) {
        if (!marks.count || !marks.slots[mark_slot(&marks, mark_of(row.source, row.offset))])
            continue;
        memmove(k->rows.p + to, k->rows.p + from, at - from);
        to += at - from;
    }
    k->rows.n = to;
    k->full = to + (to / 2 > GARBAGE ? to / 2 : GARBAGE);
    free(marks.slots);
    if (to > MOST)
        give_up(k);
}

size_t keep_behind(const struct worker *w, uint32_t source)
{
    const struct inventory *v = &w->run->inventory;
    bool worth = v->sources[source].compressed >= WORTH && !source_plain(v, source);
    return worth && !w->keep.given_up ? BEHIND : 0;
}

void keep_open(struct worker *w, const struct part *part, uint32_t source, struct lines *lines,
               const struct line *line)
{
    struct keep *k = &w->keep;
    bool keeps = keep_behind(w, source) > 0;
    k->lines = keeps ? lines : NULL;
    k->line = line;
    k->part = part;
    k->source = source;
    k->from = 0;
    k->due = keeps ? BEHIND - MARGIN : UINT64_MAX;
}

void keep_sweep(struct worker *w, uint64_t offset)
{
    struct keep *k = &w->keep;
    analyses_places(w->analyses, sweep_place, k);
    for (struct machine *m = k->part->machines; m; m = m->next)
        if (m->trace)
            trace_places_since(m->trace, k->source, k->from, &m->head_swept, sweep_place, k);
    k->from = offset;
    k->due = offset + BEHIND - MARGIN;
    if (k->rows.n > (k->full ? k->full : GARBAGE))
        keep_compact(w);
}

void keep_told(struct keep *k)
{
    if (k->lines)
        keep_place(k, &k->event->place);
}

void keep_attempt(struct keep *k, const struct attempt *a)
{
    const struct message *m = a->message;
    if (k->lines && m && (m->place.source != k->source || m->place.offset < k->from))
        keep_told(k);
}

void keep_close(struct worker *w)
{
    if (w->keep.lines)
        keep_sweep(w, UINT64_MAX);
    w->keep.lines = NULL;
}

void keep_fini(struct keep *k)
{
    buf_fini(&k->rows);
}

static int by_place(const void *a, const void *b)
{
    const struct wanted *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Hand text to all that ask for the place of *at, of rows sorted by place. */
static void row_give(struct wanted *rows, size_t count, const struct wanted *at, struct slice text)
{
    size_t i = (size_t)(at - rows);
    while (i && by_place(&rows[i - 1], at) == 0)
        i--;
    for (; i < count && by_place(&rows[i], at) == 0; i++) {
        rows[i].text = text;
        rows[i].kept = true;
    }
}

static void rows_give(const struct keep *k, struct wanted *rows, size_t count)
{
    size_t at = 0;
    struct row row;
    struct slice text;
    while (row_next(k, &at, &row, &text)) {
        struct wanted key = {.source = row.source, .offset = row.offset};
        const struct wanted *asked = bsearch(&key, rows, count, sizeof key, by_place);
        if (asked && !asked->kept)
            row_give(rows, count, asked, text);
    }
}

struct fetching {
    const struct wanted *rows; /* of one source */
    size_t told;               /* of them */
    size_t *missing;           /* numbers of those that were not kept */
    size_t before;             /* rows of other sources */
    line_wanted *found;
    void *context;
};

/* Tell the kept rows before number n. */
static void kept_tell(struct fetching *f, size_t n)
{
    for (; f->told < n; f->told++)
        if (f->rows[f->told].kept)
            f->found(f->context, f->before + f->told, f->rows[f->told].text);
}

static void missing_tell(void *context, size_t i, struct slice text)
{
    struct fetching *f = context;
    kept_tell(f, f->missing[i]);
    f->found(f->context, f->before + f->missing[i], text);
}

void lines_fetch(struct run *r, struct wanted *rows, size_t count, line_wanted *found,
                 void *context)
{
    for (size_t i = 0; count && i < r->workers_count; i++)
        rows_give(&r->workers[i].keep, rows, count);
    uint64_t *offsets = mem_grow(NULL, count + 1, sizeof *offsets);
    size_t *missing = mem_grow(NULL, count + 1, sizeof *missing);
    struct cursors *cursors = cursors_new();
    for (size_t i = 0, n; i < count; i += n) {
        size_t asked = 0;
        for (n = 0; i + n < count && rows[i + n].source == rows[i].source; n++)
            if (!rows[i + n].kept) {
                missing[asked] = n;
                offsets[asked++] = rows[i + n].offset;
            }
        struct fetching f = {rows + i, 0, missing, i, found, context};
        lines_quote(&r->inventory, rows[i].source, cursors, offsets, asked, QUOTE_BYTES,
                    missing_tell, &f);
        kept_tell(&f, n);
    }
    cursors_free(cursors);
    free(offsets);
    free(missing);
}
