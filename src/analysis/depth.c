/* How many messages were in the queue, minute by minute (analyses 2).
 *
 * Invariant: opening stock + everything that entered - everything that left = what is queued at the end.  A message
 * of which no end is known leaves at its last line (an estimate; the number of these is told).  Of a period that was asked
 * for, the opening stock is what stood in the queue when it began, whenever that was accepted. */
#include "fold.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

#ifndef POINTS /* a fuzz build sets it small */
#define POINTS 2000
#endif
enum { RECENT = 256 };

struct depth {
    when since, until;  /* of the period; WHEN_NONE: open */
    struct tab minutes; /* by minute number, big-endian */
    uint64_t opening, estimated;
    struct {
        int64_t number;
        struct minute *row;
    } recent
        [RECENT]; /* rows met lately, by the low bits of their number: messages enter and leave minutes apart */
};

static void *depth_open(const struct analysis_options *o)
{
    struct depth *s = mem_new(sizeof *s);
    s->since = o->since;
    s->until = o->until;
    tab_init(&s->minutes, sizeof(struct minute));
    return s;
}

static void depth_close(void *state)
{
    tab_fini(&((struct depth *)state)->minutes);
    free(state);
}

const struct tab *depth_minutes(const void *state, uint64_t *opening)
{
    const struct depth *s = state;
    *opening = s->opening;
    return &s->minutes;
}

static struct minute *minute_of(struct depth *s, when t)
{
    char key[8];
    int64_t number = bucket_of(t, MINUTE);
    size_t at = (size_t)number % RECENT;
    if (!s->recent[at].row || s->recent[at].number != number) {
        s->recent[at].number = number;
        s->recent[at].row = tab_row(&s->minutes, bucket_key(number, key));
    }
    return s->recent[at].row;
}

static when left_at(const struct message *m, bool *estimated)
{
    *estimated = m->done == WHEN_NONE;
    if (m->done != WHEN_NONE)
        return m->done;
    when last = WHEN_NONE;
    for (const struct recipient *r = m->recipients; r; r = r->next)
        if (r->ended != WHEN_NONE && r->ended > last)
            last = r->ended;
    if (m->end == MESSAGE_FINISHED && last != WHEN_NONE) {
        *estimated = false;
        return last;
    }
    return m->last;
}

/* What the evidence shows before the period begins the series with it. */
static void enter(struct depth *s, const struct message *m)
{
    if (!m->accepted) {
        s->opening++;
    } else if (s->since != WHEN_NONE && m->entry < s->since) {
        s->opening++;
        minute_of(s, s->since);
    } else {
        minute_of(s, m->entry)->in++;
    }
}

static void leave(struct depth *s, when left, bool estimated)
{
    if (s->until != WHEN_NONE && left >= s->until) {
        minute_of(s, s->until - 1); /* it stands in the queue to the end */
        return;
    }
    s->estimated += estimated;
    minute_of(s, left)->out++;
}

static void depth_message(void *state, struct instance *i, const struct message *m)
{
    struct depth *s = state;
    bool estimated;
    when left = left_at(m, &estimated);
    (void)i;
    if (m->outside || (m->accepted && m->entry == WHEN_NONE))
        return;
    bool stays = m->end == MESSAGE_QUEUED || left == WHEN_NONE;
    if (m->accepted && !stays && left < m->entry)
        left = m->entry;
    if ((m->accepted && s->until != WHEN_NONE && m->entry >= s->until) ||
        (!stays && s->since != WHEN_NONE && left < s->since))
        return;
    enter(s, m);
    if (!stays)
        leave(s, left, estimated);
}

static void minute_add(void *into, const void *from)
{
    struct minute *a = into;
    const struct minute *b = from;
    a->in += b->in;
    a->out += b->out;
}

static void depth_merge(void *into, void *from)
{
    struct depth *a = into, *b = from;
    tab_merge(&a->minutes, &b->minutes, minute_add);
    a->opening += b->opening;
    a->estimated += b->estimated;
}

static void minute_save(struct buf *out, void *row)
{
    counters_save(row, 2, out);
}

static bool minute_load(struct slice *in, void *row)
{
    return counters_load(row, 2, in);
}

static void depth_save(void *state, struct buf *out)
{
    struct depth *s = state;
    tab_save(&s->minutes, out, minute_save);
    buf_count(out, s->opening);
    buf_count(out, s->estimated);
}

static bool depth_load(void *state, struct slice *in, uint32_t sources)
{
    struct depth *s = state;
    (void)sources;
    return tab_load(&s->minutes, in, minute_load) && buckets_sound(&s->minutes, MINUTE) &&
           load_count(in, &s->opening) && load_count(in, &s->estimated);
}

/* The step, in minutes, that keeps the series within POINTS: whole divisors of an hour, then of a day, then days. */
static int64_t step_of(int64_t minutes)
{
    static const int64_t steps[] = {1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (minutes / steps[i] < POINTS)
            return steps[i];
    return (minutes / POINTS / 1440 + 1) * 1440;
}

struct walk {
    struct doc *d;
    struct list *rows;
    int64_t step, depth, peak, peak_minute, point, point_max;
};

static void point_flush(struct walk *w)
{
    struct object *o = object_new(w->d);
    object_put(w->d, o, "time", value_number(KIND_WHEN, w->point * w->step * MINUTE));
    object_put(w->d, o, "depth", value_number(KIND_COUNT, w->point_max));
    list_add(w->d, w->rows, value_object(o));
}

/* The depth is w->depth at the ends of all minutes from..to-1: tell the points they lie in. */
static void walk_constant(struct walk *w, int64_t from, int64_t to)
{
    if (to > from && w->depth > w->peak) {
        w->peak = w->depth;
        w->peak_minute = from;
    }
    while (from < to) {
        int64_t point = bucket_of(from, w->step);
        if (point != w->point) {
            point_flush(w);
            w->point = point;
            w->point_max = w->depth;
        }
        if (w->depth > w->point_max)
            w->point_max = w->depth;
        from = (point + 1) * w->step;
    }
}

static void series(struct depth *s, struct walk *w)
{
    size_t count = s->minutes.count;
    tab_sort(&s->minutes);
    int64_t first = bucket_number(s->minutes.entries[0].key);
    int64_t last = bucket_number(s->minutes.entries[count - 1].key);
    w->step = step_of(last - first + 1);
    w->depth = (int64_t)s->opening;
    w->point = bucket_of(first, w->step);
    w->peak = -1;
    for (size_t i = 0; i < count; i++) {
        const struct minute *row = s->minutes.entries[i].row;
        int64_t number = bucket_number(s->minutes.entries[i].key);
        int64_t next = i + 1 < count ? bucket_number(s->minutes.entries[i + 1].key) : number + 1;
        w->depth =
            (int64_t)((uint64_t)w->depth + row->in - row->out); /* loaded counts may be wild */
        walk_constant(w, number, next);
    }
    point_flush(w);
}

static const struct column depth_columns[] = {{"time", KIND_WHEN}, {"depth", KIND_COUNT}};

static void depth_finish(void *state, const struct finish *f)
{
    struct depth *s = state;
    struct doc *d = f->doc;
    struct object *o = object_new(d), *peak = object_new(d);
    struct walk w = {.d = d, .rows = list_new(d)};
    if (s->minutes.count)
        series(s, &w);
    bool known = s->minutes.count > 0;
    object_put(d, o, "depth", value_list(w.rows));
    object_put(d, o, "step", known ? value_number(KIND_SPAN, w.step * MINUTE) : value_null());
    object_put(d, peak, "time",
               known ? value_number(KIND_WHEN, w.peak_minute * MINUTE) : value_null());
    object_put(d, peak, "depth", known ? value_number(KIND_COUNT, w.peak) : value_null());
    object_put(d, o, "peak", value_object(peak));
    object_put(d, o, "opening", value_number(KIND_COUNT, (int64_t)s->opening));
    object_put(d, o, "estimated", value_number(KIND_COUNT, (int64_t)s->estimated));
    object_put(d, o, "backups", value_null());
    object_put(d, o, "snapshots", value_null());
    object_put(d, o, "series", value_null());
    object_put(d, d->root, "queue", value_object(o));
    if (!known)
        return;
    struct section *section = doc_section(d, "queue");
    section->facts = object_new(d);
    object_put(d, section->facts, "peak", value_number(KIND_COUNT, w.peak));
    object_put(d, section->facts, "peak_time", value_number(KIND_WHEN, w.peak_minute * MINUTE));
    object_put(d, section->facts, "opening", value_number(KIND_COUNT, (int64_t)s->opening));
    object_put(d, section->facts, "estimated", value_number(KIND_COUNT, (int64_t)s->estimated));
    section_chart(d, section, "queue.depth", CHART_AREA, w.rows, "time", "depth", NULL, NULL);
    section_table(d, section, "queue.depth", w.rows, depth_columns, 2);
}

const struct analysis analysis_depth = {.name = "depth",
                                        .of_queue = true,
                                        .whole = true,
                                        .open = depth_open,
                                        .close = depth_close,
                                        .message = depth_message,
                                        .merge = depth_merge,
                                        .save = depth_save,
                                        .load = depth_load,
                                        .finish = depth_finish};
