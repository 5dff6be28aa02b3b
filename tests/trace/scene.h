/* scene.h - lines of a server that names the queue id in each, said one by one, and what the trace told of them. */
#ifndef TESTS_TRACE_SCENE_H
#define TESTS_TRACE_SCENE_H

#include "told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define A "4F2C1A0B12"
#define B "5A11B2C3D4"
#define C "6B22C3D4E5"

static struct trace *trace;
static struct told told;
static uint64_t line;
static struct slice instance; /* of the lines that follow */

static inline void begin(const char *server)
{
    trace = trace_new(slice_str(server), 0, true);
    told_free(&told);
    line = 0;
    instance = (struct slice){0};
    struct trace_sink sink = told_sink(&told);
    trace_sink_set(trace, &sink);
}

static inline struct event at(int64_t second, const char *id, enum event_kind kind)
{
    line++;
    return (struct event){.kind = kind,
                          .time = second * SECOND,
                          .printed = second * SECOND,
                          .queue_id = slice_str(id),
                          .session = instance,
                          .place = {line * 100, line, 0}};
}

static inline void say(const struct event *e)
{
    trace_event(trace, e);
}

static inline void client(int64_t second, const char *id)
{
    struct event e = at(second, id, EVENT_ACCEPT);
    e.client = SLICE("192.0.2.10");
    e.client_grade = JOIN_EXACT;
    say(&e);
}

static inline void message_id(int64_t second, const char *id, const char *text)
{
    struct event e = at(second, id, EVENT_MESSAGE_ID);
    e.message_id = slice_str(text);
    say(&e);
}

static inline void manager(int64_t second, const char *id, const char *sender, uint64_t recipients)
{
    struct event e = at(second, id, EVENT_ENVELOPE);
    e.sender = slice_str(sender);
    e.has_sender = true;
    e.size = 2048;
    e.declared_recipients = recipients;
    say(&e);
}

static inline struct event tried(int64_t second, const char *id, const char *recipient,
                                 enum outcome outcome, int64_t delay)
{
    struct event e = at(second, id, EVENT_ATTEMPT);
    if (strchr(recipient, ','))
        e.recipients = slice_str(recipient);
    else
        e.recipient = slice_str(recipient);
    e.outcome = outcome;
    e.final = outcome != OUTCOME_DEFERRED;
    e.has_delay = delay >= 0;
    e.delay = delay >= 0 ? delay * SECOND : 0;
    return e;
}

static inline void to(int64_t second, const char *id, const char *recipient, enum outcome outcome,
                      int64_t delay)
{
    struct event e = tried(second, id, recipient, outcome, delay);
    say(&e);
}

static inline void to_of(int64_t second, const char *id, const char *recipient,
                         const char *original, enum outcome outcome)
{
    struct event e = tried(second, id, recipient, outcome, -1);
    e.orig_recipient = slice_str(original);
    say(&e);
}

static inline void done(int64_t second, const char *id, enum outcome outcome)
{
    struct event e = at(second, id, EVENT_DONE);
    e.outcome = outcome;
    say(&e);
}

static inline void linked(int64_t second, const char *id, const char *child, enum link_kind link)
{
    struct event e = at(second, id, EVENT_LINK);
    e.link_id = slice_str(child);
    e.link = link;
    say(&e);
}

static inline void other(int64_t second, const char *id, enum event_kind kind)
{
    struct event e = at(second, id, kind);
    if (kind == EVENT_GIVE_UP)
        e.outcome = OUTCOME_EXPIRED;
    say(&e);
}

static inline void hold(int64_t second, const char *id, const char *recipient, bool text_there)
{
    struct event e = at(second, id, EVENT_HOLD);
    e.verdict = text_there ? VERDICT_OK : VERDICT_NONE;
    e.recipient = slice_str(recipient);
    say(&e);
}

static inline void let_go(int64_t second, const char *id)
{
    struct event e = at(second, id, EVENT_HOLD);
    e.verdict = VERDICT_OK;
    e.final = true;
    say(&e);
}

static inline void end(int64_t second)
{
    struct trace_end finish = {.last = second * SECOND};
    trace_finish(trace, &finish);
    traces_meet(&trace, 1);
    trace_free(trace);
}

static inline size_t rows_with(const char *text)
{
    size_t n = 0;
    for (size_t i = 0; i < told.count; i++)
        n += strstr(told.rows[i], text) != NULL;
    return n;
}

static inline void row(const char *text, size_t times)
{
    if (rows_with(text) == times)
        return;
    for (size_t i = 0; i < told.count; i++)
        print_message("  %s\n", told.rows[i]);
    fail_msg("%zu times, not %zu: %s", rows_with(text), times, text);
}

static inline void whole(int64_t second, const char *id, const char *recipient)
{
    client(second, id);
    message_id(second, id, "<1@example.com>");
    manager(second, id, "a@example.com", 1);
    to(second + 2, id, recipient, OUTCOME_SENT, 3);
    done(second + 2, id, OUTCOME_NONE);
}

#endif
