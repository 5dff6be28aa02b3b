/* An E-Post work folder: the logs of a day are read side by side, in order of time, day after day.
 *
 * Days may be read apart, as parts of the folder: what is in the queue at the end of one is gone on with on the next.
 *
 * Reception (inlog) and delivery (outlocallog, outlog, faillog) stand in different files; read one after the other, every
 * message of a day would be open at once.  Side by side only what is in the queue is held.
 *
 * Invariant: the order is (second, kind of log, path), where a file's second never steps back; acceptance comes
 * before delivery within a second, delivery before the sender's notes of failure.  It is the same for any order of
 * the inputs. */
#include "copies.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

enum { HELD = 4 };

struct opened {
    struct copies *copies; /* of one log: mostly one */
    void **contexts;
    struct event events[HELD]; /* of the line last read */
    size_t count, taken;
    int64_t second; /* never steps back */
    int rank;       /* of the kind */
};

static int kind_rank(enum epost_kind kind)
{
    static const int ranks[EPOST_KINDS] = {
        [EPOST_INLOG] = 0,  [EPOST_ACCEPTLOG] = 1, [EPOST_RECEIVELOG] = 2, [EPOST_OUTLOCALLOG] = 3,
        [EPOST_OUTLOG] = 4, [EPOST_FAILLOG] = 5,   [EPOST_SENDERLOG] = 6};
    return kind == EPOST_NONE ? 9 : ranks[kind] || kind == EPOST_INLOG ? ranks[kind] : 8;
}

static void opened_event(void *context, const struct event *e)
{
    struct opened *c = context;
    if (c->count == HELD)
        return;
    event_copy(&c->events[c->count++], e);
}

/* Read until a line gives an event, or the end. */
static void opened_fill(struct opened *c)
{
    c->count = c->taken = 0;
    while (!c->count && copies_step(c->copies))
        ;
    if (!c->count) {
        copies_close(c->copies);
        free(c->contexts);
        return;
    }
    when t = c->events[0].time;
    if (t != WHEN_NONE && t / SECOND > c->second)
        c->second = t / SECOND;
}

static void opened_open(struct worker *w, struct opened *c, const uint32_t *sources, size_t n)
{
    const struct surveyed *v = &w->run->surveyed[sources[0]];
    *c = (struct opened){.second = INT64_MIN, .rank = kind_rank(v->detection.epost)};
    c->contexts = mem_new(n * sizeof *c->contexts);
    for (size_t i = 0; i < n; i++)
        c->contexts[i] = c;
    c->copies = copies_open(w, sources, n, opened_event, c->contexts);
    opened_fill(c);
}

static bool before(const struct opened *a, const struct opened *b)
{
    if (a->second != b->second)
        return a->second < b->second;
    return a->rank != b->rank ? a->rank < b->rank : a < b; /* sorted by path */
}

/* Sources of the same copies as the i-th, by first stamp; none if an earlier one stands for them. */
static size_t copies_of(const struct run *r, const uint32_t *sources, size_t n, size_t i,
                        uint32_t *out)
{
    uint32_t number = r->surveyed[sources[i]].copies;
    size_t count = 0;
    for (size_t k = 0; k < n; k++) {
        if (k != i && (number == NO_COPIES || r->surveyed[sources[k]].copies != number))
            continue;
        if (k < i)
            return 0;
        size_t at = count++;
        for (; at && r->surveyed[out[at - 1]].from > r->surveyed[sources[k]].from; at--)
            out[at] = out[at - 1];
        out[at] = sources[k];
    }
    return count;
}

/* The log whose event comes first, of all but one. */
static struct opened *first_of(struct opened *logs, size_t n, const struct opened *but)
{
    struct opened *first = NULL;
    for (size_t i = 0; i < n; i++)
        if (logs[i].count && &logs[i] != but && (!first || before(&logs[i], first)))
            first = &logs[i];
    return first;
}

static void take(struct machine *m, struct opened *from)
{
    const struct event *e = &from->events[from->taken++];
    shown_note(&m->shown, e);
    if (e->kind >= EVENT_SERVICE)
        analyses_event(m->analyses, m->instance, e);
    trace_event(m->trace, e);
    if (from->taken == from->count)
        opened_fill(from);
}

static void day_read(struct worker *w, struct machine *m, const uint32_t *sources, size_t n)
{
    struct opened *logs = mem_new(n * sizeof *logs);
    uint32_t *copies = mem_new(n * sizeof *copies);
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        size_t of = copies_of(w->run, sources, n, i, copies);
        if (of)
            opened_open(w, &logs[count++], copies, of);
    }
    free(copies);
    for (struct opened *next; (next = first_of(logs, count, NULL));) {
        const struct opened *rival = first_of(logs, count, next);
        do
            take(m, next);
        while (next->count && (!rival || before(next, rival)));
    }
    free(logs);
}

int by_day(const void *a, const void *b, void *context)
{
    const struct run *ordered = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int64_t first = ordered->surveyed[x].day, second = ordered->surveyed[y].day;
    if (first != second)
        return first < second ? -1 : 1;
    int order =
        slice_cmp(ordered->inventory.sources[x].member, ordered->inventory.sources[y].member);
    return order ? order : (x > y) - (x < y);
}

uint32_t folder_piece(const struct run *r, const struct shard *s)
{
    const struct stream *stream = &r->streams[r->surveyed[s->sources[0]].stream];
    int64_t first = INT64_MAX;
    uint32_t before = 0;
    for (size_t i = 0; i < s->count; i++)
        if (r->surveyed[s->sources[i]].day < first)
            first = r->surveyed[s->sources[i]].day;
    for (size_t i = 0; i < stream->count; i++)
        before += r->surveyed[stream->sources[i]].day < first;
    return before;
}

void folder_read(struct worker *w, const struct shard *s)
{
    struct run *r = w->run;
    struct part *part = part_new(w, r->surveyed[s->sources[0]].stream, 0, folder_piece(r, s));
    struct machine *m = machine_of(w, part, (struct slice){0}, SLICE("epost"));
    m->shown |= SHOWN_OWN;
    uint32_t *sources = mem_grow(NULL, s->count, sizeof *sources);
    memcpy(sources, s->sources, s->count * sizeof *sources);
    qsort_r(sources, s->count, sizeof *sources, by_day, r);
    for (size_t i = 0; i < s->count;) {
        size_t n = 1;
        while (i + n < s->count && r->surveyed[sources[i + n]].day == r->surveyed[sources[i]].day)
            n++;
        day_read(w, m, sources + i, n);
        i += n;
    }
    free(sources);
}
