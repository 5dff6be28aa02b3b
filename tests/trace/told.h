/* told.h - everything a trace tells its sink, as sorted text: what the law compares. */
#ifndef TESTS_TRACE_TOLD_H
#define TESTS_TRACE_TOLD_H

#include "postmortem/base/buf.h"
#include "postmortem/base/memory.h"
#include "postmortem/trace/trace.h"

#include <stdlib.h>

struct told {
    char **rows;
    size_t count;
};

static inline void told_add(struct told *t, struct buf *row)
{
    t->rows = mem_grow(t->rows, t->count + 1, sizeof(char *));
    t->rows[t->count++] = mem_text(row->p, row->n);
    buf_fini(row);
}

static inline void told_message(void *context, const struct message *m)
{
    struct buf b = {0};
    struct slice id = message_text(m, TEXT_ID), sender = message_text(m, TEXT_SENDER);
    buf_printf(&b,
               "%s %.*s from <%.*s> accepted %d entry %lld done %lld end %d crossed %d at %llu:",
               m->outside ? "outside" : "message", SLICE_ARG(id), SLICE_ARG(sender), m->accepted,
               (long long)m->entry, (long long)m->done, m->end, m->crossed,
               (unsigned long long)m->place.offset);
    for (const struct recipient *r = m->recipients; r; r = r->next) {
        int64_t span = -1;
        buf_printf(&b, " %.*s=%s,%u/%u,%lld", SLICE_ARG(recipient_text(r)),
                   recipient_end_names[r->end], r->attempts, r->deferrals, (long long)r->ended);
        if (m->timed && recipient_span(m, r, &span))
            buf_printf(&b, ",after %lld", (long long)span);
        if (!r->declared)
            buf_printf(&b, ",copy");
    }
    if (m->unnamed)
        buf_printf(&b, " and %u %s", m->unnamed, recipient_end_names[m->unnamed_end]);
    if (m->timed && m->hops > 1)
        buf_printf(&b, " hops %d until %lld", m->hops, (long long)m->until);
    if (m->timed && m->notice)
        buf_printf(&b, " notice");
    if (m->grade) {
        struct slice client = message_text(m, TEXT_CLIENT), helo = message_text(m, TEXT_HELO),
                     login = message_text(m, TEXT_LOGIN);
        buf_printf(&b, " given by %.*s helo %.*s login %.*s grade %d", SLICE_ARG(client),
                   SLICE_ARG(helo), SLICE_ARG(login), m->grade);
    }
    told_add(context, &b);
}

static inline void told_attempt(void *context, const struct attempt *a)
{
    struct buf b = {0};
    buf_printf(&b, "attempt %d at %lld of %.*s started %lld", a->outcome, (long long)a->time,
               SLICE_ARG(a->recipient), (long long)a->started);
    told_add(context, &b);
}

static inline void told_extra(void *context, enum extra_kind kind, enum recipient_end end,
                              when time)
{
    struct buf b = {0};
    buf_printf(&b, "extra %d %d at %lld", kind, end, (long long)time);
    told_add(context, &b);
}

static inline void told_notice(void *context, when time)
{
    struct buf b = {0};
    buf_printf(&b, "notice at %lld", (long long)time);
    told_add(context, &b);
}

static inline struct trace_sink told_sink(struct told *t)
{
    return (struct trace_sink){t, told_message, told_attempt, told_extra, told_notice};
}

static inline int told_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void told_sort(struct told *t)
{
    if (t->count)
        qsort(t->rows, t->count, sizeof(char *), told_order);
}

static inline void told_free(struct told *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->rows[i]);
    free(t->rows);
    *t = (struct told){0};
}

#endif
