/* Which sources are copies of one log, in whole or in part.
 *
 * Only the first reading shows how far a source goes.  Sources of one stream that share a host and overlap in time, with
 * what overlaps these, are read again as one.
 *
 * Invariant: the numbers follow from spans, ranks and names alone.  A rotation's seconds are no overlap: two files that
 * follow one another may both have lines of the second between them.  An excerpt (Exim's rejectlog, mail.warn) has
 * another name than the log it repeats: one instant they share is an overlap. */
#include "state.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

static const int64_t rotation = 2 * SECOND;

/* Sources met so far that overlap one another. */
struct bunch {
    uint32_t number, source; /* the first of them */
    when to;
    uint64_t hosts;
};

/* Of an E-Post log: the folder it stands in (the kind, or the computer) is part of what it is. */
static struct slice folder_name(const struct run *r, uint32_t source)
{
    struct slice path = r->inventory.sources[source].member;
    path = slice_head(path, slice_rchr(path, '/'));
    size_t at = slice_rchr(path, '/');
    return at < path.n ? slice_from(path, at + 1) : path;
}

static bool same_log(const struct run *r, const struct stream *s, const struct bunch *b,
                     uint32_t source)
{
    const struct surveyed *v = &r->surveyed[source], *w = &r->surveyed[b->source];
    if (!s->side_by_side)
        return (v->hosts & b->hosts) != 0;
    return v->detection.epost == w->detection.epost && v->day == w->day &&
           slice_ieq(folder_name(r, source), folder_name(r, b->source));
}

/* b begins before v, the source, does. */
static bool overlaps(const struct run *r, const struct bunch *b, uint32_t source)
{
    const struct surveyed *v = &r->surveyed[source];
    when to = b->to < v->to ? b->to : v->to;
    bool excerpt =
        excerpt_of(r->inventory.sources[b->source].path, r->inventory.sources[source].path);
    return to - v->from > (excerpt ? -1 : rotation) || v->to + rotation < b->to;
}

static uint32_t root_of(const uint32_t *parents, uint32_t number)
{
    while (parents[number] != number)
        number = parents[number];
    return number;
}

struct sweep {
    struct run *run;
    const struct stream *stream;
    struct bunch *open;
    size_t open_count;
    uint32_t *parents; /* by number: the bunch it was found to belong to */
    uint32_t numbers;
};

/* Put source into the bunches it overlaps, which become one; or into one of its own. */
static void sweep_source(struct sweep *s, uint32_t source)
{
    struct surveyed *v = &s->run->surveyed[source];
    struct bunch merged = {s->numbers, source, v->to, v->hosts};
    size_t kept = 0;
    bool any = false;
    for (size_t i = 0; i < s->open_count; i++) {
        struct bunch *b = &s->open[i];
        if (b->to < v->from)
            continue;
        if (!same_log(s->run, s->stream, b, source) || !overlaps(s->run, b, source)) {
            s->open[kept++] = *b;
            continue;
        }
        if (any)
            s->parents[root_of(s->parents, b->number)] = root_of(s->parents, merged.number);
        else
            merged.number = b->number, merged.source = b->source;
        any = true;
        merged.hosts |= b->hosts;
        merged.to = b->to > merged.to ? b->to : merged.to;
    }
    if (!any) {
        s->parents[s->numbers] = s->numbers;
        s->numbers++;
    }
    s->open[kept++] = merged;
    s->open_count = kept;
    v->copies = merged.number;
}

static void sweep_stream(struct sweep *s, const struct stream *stream)
{
    struct run *r = s->run;
    uint32_t *sources = mem_new((stream->count + 1) * sizeof *sources);
    size_t count = 0;
    for (size_t i = 0; i < stream->count; i++)
        if (r->surveyed[stream->sources[i]].from != WHEN_NONE)
            sources[count++] = stream->sources[i];
    if (count)
        qsort_r(sources, count, sizeof *sources, by_start, r);
    s->stream = stream;
    s->open = mem_new((count + 1) * sizeof *s->open);
    s->open_count = 0;
    for (size_t i = 0; i < count; i++)
        sweep_source(s, sources[i]);
    free(s->open);
    free(sources);
}

/* A bunch of one is no copy. */
static bool keep_bunches(struct run *r, const struct sweep *s)
{
    uint32_t *sizes = mem_new(((size_t)s->numbers + 1) * sizeof *sizes);
    bool any = false;
    for (size_t i = 0; i < r->inventory.sources_count; i++) {
        struct surveyed *v = &r->surveyed[i];
        if (v->copies != NO_COPIES)
            sizes[v->copies = root_of(s->parents, v->copies)]++;
    }
    for (size_t i = 0; i < r->inventory.sources_count; i++) {
        struct surveyed *v = &r->surveyed[i];
        if (v->copies != NO_COPIES && sizes[v->copies] < 2)
            v->copies = NO_COPIES;
        any = any || v->copies != NO_COPIES;
    }
    free(sizes);
    return any;
}

bool find_copies(struct run *r)
{
    size_t n = r->inventory.sources_count;
    for (size_t i = 0; i < n; i++) {
        r->surveyed[i].from = r->evidence.sources[i].counts.first;
        r->surveyed[i].to = r->evidence.sources[i].counts.last;
    }
    struct sweep s = {.run = r};
    s.parents = mem_new((n + 1) * sizeof *s.parents);
    for (size_t i = 0; i < r->streams_count; i++)
        sweep_stream(&s, &r->streams[i]);
    bool any = keep_bunches(r, &s);
    free(s.parents);
    return any;
}

static void tell_source(struct run *r, uint32_t source, const struct overlap *o)
{
    const struct source *s = &r->inventory.sources[source];
    uint64_t n = r->evidence.sources[source].counts.lines[LINE_DUPLICATE];
    if (!n)
        return;
    struct problem p = {
        .input = s->input,
        .source = source,
        .kind = "overlap",
        .note = true,
        .offset = NO_OFFSET,
        .text = arena_printf(&r->evidence.arena,
                             "%llu of its lines stand in another copy too and count once: "
                             "%llu sources overlap, the first is %.*s",
                             (unsigned long long)n, (unsigned long long)o->sources,
                             SLICE_ARG(r->inventory.sources[o->first].path))};
    inventory_problem(&r->inventory, &p);
}

/* Two logs of one name that run side by side for a tenth of the smaller or more, and share less than a tenth of that, are
 * no copies.  Less than that is a rotation whose old log was written to for a while. */
static void compare(const struct run *r, const uint32_t *sources, size_t n, struct overlap *o)
{
    enum { ONE_IN = 10, LEAST = 10 };
    uint64_t lines = 0, most_lines = 0, most_beside = 0;
    for (size_t i = 0; i < n; i++) {
        const struct source_read *told = &r->evidence.sources[sources[i]];
        lines += told->lines;
        o->beside += told->beside;
        o->shared += told->shared;
        most_lines = told->lines > most_lines ? told->lines : most_lines;
        most_beside = told->beside > most_beside ? told->beside : most_beside;
    }
    o->beside -= most_beside;
    o->unlike = o->beside >= LEAST && o->shared * ONE_IN < o->beside &&
                o->beside * ONE_IN >= lines - most_lines;
}

/* The sources of one bunch, by first stamp. */
static void tell_bunch(struct run *r, const uint32_t *sources, size_t n)
{
    struct evidence *e = &r->evidence;
    struct overlap o = {
        .first = sources[0], .sources = n, .start = r->surveyed[sources[1]].from, .end = WHEN_NONE};
    when last = WHEN_NONE;
    for (size_t i = 0; i < n; i++) {
        when to = r->surveyed[sources[i]].to;
        if (to > last)
            o.end = last, last = to;
        else if (to > o.end)
            o.end = to;
        o.duplicates += e->sources[sources[i]].counts.lines[LINE_DUPLICATE];
    }
    compare(r, sources, n, &o);
    e->overlaps = mem_grow(e->overlaps, e->overlaps_count + 1, sizeof *e->overlaps);
    e->overlaps[e->overlaps_count++] = o;
    for (size_t i = 0; i < n; i++)
        tell_source(r, sources[i], &o);
}

static int by_number(const void *a, const void *b, void *context)
{
    const struct run *r = context;
    uint32_t x = r->surveyed[*(const uint32_t *)a].copies;
    uint32_t y = r->surveyed[*(const uint32_t *)b].copies;
    return x != y ? x < y ? -1 : 1 : by_start(a, b, context);
}

void tell_copies(struct run *r)
{
    uint32_t *sources = mem_new((r->inventory.sources_count + 1) * sizeof *sources);
    size_t count = 0;
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        if (r->surveyed[i].copies != NO_COPIES)
            sources[count++] = i;
    if (count)
        qsort_r(sources, count, sizeof *sources, by_number, r);
    for (size_t i = 0; i < count;) {
        size_t n = 1;
        while (i + n < count &&
               r->surveyed[sources[i + n]].copies == r->surveyed[sources[i]].copies)
            n++;
        tell_bunch(r, sources + i, n);
        i += n;
    }
    free(sources);
}
