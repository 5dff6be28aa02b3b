/* Following one log instance, cutting it and joining the parts again.
 *
 * Worked example.  qmail's message 4711 is accepted at the end of `@...1.s` and delivered at the start of `current`;
 * two workers read the two files at once:
 *
 *   part 1 (first)                          part 2
 *     new msg 4711                            delivery 1: success: ...     -> number 1 was not started here: head
 *     info msg 4711: bytes 2048 ...           end msg 4711                 -> 4711 was not accepted here: head
 *     starting delivery 1: msg 4711 ...       new msg 4711                 -> accepted here: own, 4711 is "seen"
 *     (end: 4711 open, delivery 1 running)    (end: the second 4711 open)
 *
 *   trace_join: the head of part 2 is replayed into part 1 with the code that reads a log in one pass: delivery 1 belongs
 *   to 4711, which is delivered and ends.  Had it stayed open, "seen" would have sealed it: an id accepted anew is
 *   another message.  Then the second 4711 moves over, still open.
 *
 * Invariant: joining parts in rank order, in any grouping, folds the same messages as one pass. */
#include "chains.h"
#include "links.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

static const struct join joins[] = {
#define JOIN(name, code, seconds, traits, source)                                                  \
    {SLICE_LIT(#name),      (seconds)*SECOND,    (traits),                                         \
     join_##code##_event,   join_##code##_adopt, join_##code##_close,                              \
     join_##code##_release, join_##code##_save,  join_##code##_load},
#include "joins.def"
#undef JOIN
};

static const struct join *join_of(struct slice server)
{
    for (size_t i = 0; i < sizeof joins / sizeof joins[0]; i++)
        if (slice_eq(joins[i].server, server))
            return &joins[i];
    return NULL;
}

int64_t trace_lifetime(struct slice server)
{
    const struct join *join = join_of(server);
    return join ? join->lifetime : 0;
}

struct trace *trace_new(struct slice server, int64_t lifetime, bool first)
{
    const struct join *join = join_of(server);
    if (!join)
        return NULL;
    struct trace *t = mem_new(sizeof *t);
    t->join = join;
    t->lifetime = lifetime ? lifetime : join->lifetime;
    t->first = first;
    t->now = t->began = t->head_clock = WHEN_NONE;
    t->least = WHEN_MOST;
    links_begin(t);
    return t;
}

void trace_free(struct trace *t)
{
    if (!t)
        return;
    while (t->oldest)
        message_drop(t, t->oldest);
    t->join->release(t);
    slabs_free(t);
    keymap_fini(&t->open);
    keymap_fini(&t->seen);
    keymap_fini(&t->foreign);
    head_fini(&t->head);
    free(t);
}

void trace_sink_set(struct trace *t, const struct trace_sink *sink)
{
    t->sink = *sink;
}

void trace_keep(struct trace *t, const struct event *e)
{
    head_add(&t->head, e, t->now);
}

void trace_event(struct trace *t, const struct event *e)
{
    if (e->time != WHEN_NONE) {
        if (t->began == WHEN_NONE)
            t->began = e->time;
        if (e->time > t->now)
            t->now = e->time;
    }
    t->join->event(t, e);
}

void trace_join(struct trace *earlier, struct trace *later)
{
    struct head_reader head = head_read(&later->head, 0);
    struct event e;
    when now;
    earlier->unfit = earlier->unfit || later->unfit;
    if (earlier->join->traits & TRAIT_TOMBS && !join_epost_fit(earlier, later))
        earlier->unfit = true;
    while (head_next(&head, &e, &now)) {
        if (now > earlier->now)
            earlier->now = now;
        earlier->join->event(earlier, &e);
    }
    head_fini(&later->head);
    earlier->join->adopt(earlier, later);
    if (later->now > earlier->now)
        earlier->now = later->now;
    if (earlier->began == WHEN_NONE)
        earlier->began = later->began;
}

/* A message that is open at the end of the evidence: still in the queue, as far as its age and the logs allow to say? */
static void close_open(struct trace *t, struct message *m, const struct trace_end *end,
                       int64_t lifetime)
{
    if (message_settled(m) || !m->accepted) {
        t->join->close(t, m, MESSAGE_END_MISSING, UNKNOWN_END_MISSING);
        return;
    }
    m->until = end->last;
    bool held = (t->join->traits & TRAIT_QUEUE_ID) && join_queue_id_held(m);
    int snapshot = end->snapshot ? end->snapshot(end->context, m, NULL) : -1;
    if (snapshot == 1)
        t->join->close(t, m, MESSAGE_QUEUED, UNKNOWN_NONE);
    else if (snapshot == 0)
        t->join->close(t, m, MESSAGE_END_MISSING, UNKNOWN_END_MISSING);
    else if (m->entry == WHEN_NONE || end->last == WHEN_NONE ||
             (!held && end->last - m->entry >= lifetime))
        t->join->close(t, m, MESSAGE_END_MISSING, UNKNOWN_TOO_OLD);
    else if (end->covered && !end->covered(end->context, m->entry, end->last))
        t->join->close(t, m, MESSAGE_END_MISSING, UNKNOWN_LOG_KIND_ABSENT);
    else
        t->join->close(t, m, MESSAGE_QUEUED, UNKNOWN_NONE);
}

void trace_finish(struct trace *t, const struct trace_end *end)
{
    if (!t->first) { /* no earlier part came: what its head kept began before the evidence */
        struct trace *whole = trace_new(t->join->server, t->lifetime, true);
        trace_sink_set(whole, &t->sink);
        trace_peers_set(whole, t->peers, t->own);
        trace_join(whole, t);
        trace_finish(whole, end);
        chains_adopt(t, whole);
        trace_free(whole);
        return;
    }
    int64_t lifetime = end->lifetime ? end->lifetime : t->lifetime;
    while (t->waiting_count)
        t->join->close(t, t->waiting[0].message, MESSAGE_QUEUED, UNKNOWN_NONE);
    if (t->join->traits & TRAIT_TOMBS)
        join_epost_expire(t);
    while (t->oldest)
        close_open(t, t->oldest, end, lifetime);
    chains_end(t);
}

bool trace_unfit(const struct trace *t)
{
    return t->unfit;
}

size_t trace_open_count(const struct trace *t)
{
    return t->open_count + t->tomb_count + t->hops_count;
}
