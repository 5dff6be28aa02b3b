/* The table of analyses, and the walk over it.  Invariant: a worker's states are its own until they are merged. */
#include "fold.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

static const struct analysis *const rows[ANALYSIS_COUNT] = {
#define ANALYSIS(name) &analysis_##name,
#include "postmortem/analysis/analyses.def"
#undef ANALYSIS
};

const struct thresholds thresholds_default = {
#define THRESHOLD(name, fallback, unit, meaning) .name = fallback,
#include "postmortem/analysis/thresholds.def"
#undef THRESHOLD
};

struct analyses {
    struct analysis_options options;
    void *states[ANALYSIS_COUNT];
    /* those that hear every message, every attempt, the events of daemons */
    struct listeners {
        unsigned at[ANALYSIS_COUNT], count;
    } of_events, of_messages, of_attempts;
};

static void listen(struct listeners *l, unsigned row)
{
    l->at[l->count++] = row;
}

struct analyses *analyses_new(const struct analysis_options *o)
{
    struct analyses *a = mem_new(sizeof *a);
    a->options = *o;
    for (unsigned i = 0; i < ANALYSIS_COUNT; i++) {
        a->states[i] = rows[i]->open(&a->options);
        if (rows[i]->event)
            listen(&a->of_events, i);
        if (rows[i]->message)
            listen(&a->of_messages, i);
        if (rows[i]->attempt)
            listen(&a->of_attempts, i);
    }
    return a;
}

void analyses_free(struct analyses *a)
{
    if (!a)
        return;
    for (unsigned i = 0; i < ANALYSIS_COUNT; i++)
        rows[i]->close(a->states[i]);
    free(a);
}

static void settle(struct analyses *a)
{
    for (unsigned i = 0; i < ANALYSIS_COUNT; i++)
        if (rows[i]->settle)
            rows[i]->settle(a->states[i]);
}

void analyses_merge(struct analyses *into, struct analyses *from)
{
    settle(into);
    settle(from);
    for (unsigned i = 0; i < ANALYSIS_COUNT; i++)
        rows[i]->merge(into->states[i], from->states[i]);
}

void analyses_message(struct analyses *a, struct instance *instance, const struct message *m)
{
    bool inside = message_in_period(&a->options, m);
    for (unsigned i = 0; i < a->of_messages.count; i++) {
        unsigned row = a->of_messages.at[i];
        if (inside || rows[row]->whole)
            rows[row]->message(a->states[row], instance, m);
    }
}

void analyses_attempt(struct analyses *a, struct instance *instance, const struct attempt *t)
{
    if (!in_period(&a->options, t->time))
        return;
    for (unsigned i = 0; i < a->of_attempts.count; i++) {
        unsigned row = a->of_attempts.at[i];
        rows[row]->attempt(a->states[row], instance, t);
    }
}

void analyses_extra(struct analyses *a, struct instance *instance, enum extra_kind kind,
                    enum recipient_end end, when time)
{
    if (!in_period(&a->options, time))
        return;
    for (unsigned i = 0; i < ANALYSIS_COUNT; i++)
        if (rows[i]->extra)
            rows[i]->extra(a->states[i], instance, kind, end, time);
}

void analyses_notice(struct analyses *a, struct instance *instance, when time)
{
    if (!in_period(&a->options, time))
        return;
    for (unsigned i = 0; i < ANALYSIS_COUNT; i++)
        if (rows[i]->notice)
            rows[i]->notice(a->states[i], instance, time);
}

void analyses_event(struct analyses *a, struct instance *instance, const struct event *e)
{
    if (!in_period(&a->options, e->time))
        return;
    for (unsigned i = 0; i < a->of_events.count; i++) {
        unsigned row = a->of_events.at[i];
        rows[row]->event(a->states[row], instance, e);
    }
}

void analyses_hour(struct analyses *a, struct instance *instance, when hour)
{
    for (unsigned i = 0; i < ANALYSIS_COUNT; i++)
        if (rows[i]->hour)
            rows[i]->hour(a->states[i], instance, hour);
}

void analyses_save(struct analyses *a, struct buf *out)
{
    settle(a);
    for (unsigned i = 0; i < ANALYSIS_COUNT; i++) {
        struct buf state = {0};
        rows[i]->save(a->states[i], &state);
        buf_bytes(out, slice_str(rows[i]->name));
        buf_bytes(out, buf_slice(&state));
        buf_fini(&state);
    }
}

bool analyses_load(struct analyses *a, struct slice *in, uint32_t sources)
{
    for (unsigned i = 0; i < ANALYSIS_COUNT; i++) {
        struct slice name, state;
        if (!load_bytes(in, &name) || !slice_eq(name, slice_str(rows[i]->name)) ||
            !load_bytes(in, &state) || !rows[i]->load(a->states[i], &state, sources) || state.n)
            return false;
    }
    return true;
}

void analyses_places(const struct analyses *a, place_found *found, void *context)
{
    for (unsigned i = 0; i < ANALYSIS_COUNT; i++)
        if (rows[i]->places)
            rows[i]->places(a->states[i], found, context);
}

void counters_save(const uint64_t *counters, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++)
        buf_count(out, counters[i]);
}

bool counters_load(uint64_t *counters, size_t n, struct slice *in)
{
    for (size_t i = 0; i < n; i++)
        if (!load_count(in, &counters[i]))
            return false;
    return true;
}

void analyses_finish(struct analyses *a, const struct evidence *evidence, struct doc *d)
{
    settle(a);
    struct finish f = {a, &a->options, evidence, d};
    bool queue = queue_seen(evidence);
    for (unsigned i = 0; i < ANALYSIS_COUNT; i++)
        if (queue || !rows[i]->of_queue)
            rows[i]->finish(a->states[i], &f);
    doc_sort_findings(d);
}

void *analysis_state(const struct analyses *all, enum analysis_id id)
{
    return all->states[id];
}

bool has_queue(const struct instance_read *i)
{
    return i->joined && i->shown & SHOWN_QUEUE;
}

bool queue_seen(const struct evidence *e)
{
    for (size_t i = 0; i < e->instances_count; i++)
        if (has_queue(&e->instances[i]))
            return true;
    return false;
}

bool in_period(const struct analysis_options *o, when t)
{
    if (o->since != WHEN_NONE && (t == WHEN_NONE || t < o->since))
        return false;
    return o->until == WHEN_NONE || (t != WHEN_NONE && t < o->until);
}

bool message_in_period(const struct analysis_options *o, const struct message *m)
{
    return in_period(o, m->accepted ? m->entry : m->last);
}
