/* dialect_rspamd.c - rspamd: score and action for each message, by queue id.
 *
 * Why: a milter's reject stands in Postfix's log as a bare text; the symbols behind it only here.
 * Invariant: the list of symbols is in brackets and may hold anything a header held: fields before it are read from the left.
 * Facts: rspamd 1.9 to 3.x (log_format) by public log lines.
 * Example: <a1b2c3>; task; rspamd_task_write_log: id: <m1@example.net>, qid: <4F2C1A0B12>, ip: 203.0.113.9, from:
 * <a@example.org>, (default: T (reject): [15.40/15.00] [BAYES_SPAM(5.10){99.9%;}]), len: 2048, time: 120.5ms, rcpts: <b@y> */
#include "fields.h"

static enum line_class task(struct slice s, struct event *e)
{
    size_t result = slice_find(s, SLICE(" (default: "));
    struct slice head = slice_head(s, result), rest = slice_from(s, result);
    if (!EAT(&rest, " (default: "))
        return LINE_UNPARSED;
    e->message_id = field_value(head, SLICE("id: "), ',');
    if (slice_eq(e->message_id, SLICE("undef")))
        e->message_id = slice_of(NULL, 0);
    e->queue_id = field_value(head, SLICE("qid: "), ',');
    client_set(e, field_value(head, SLICE("ip: "), ','));
    e->login = field_value(head, SLICE("user: "), ',');
    if (HAS(head, " from: "))
        sender_set(e, field_value(head, SLICE("from: "), ','));
    struct slice action = field_between(rest, SLICE("("), SLICE(")"));
    size_t open = slice_find(rest, SLICE(": ["));
    struct slice score = open < rest.n ? slice_from(rest, open + 3) : slice_of(NULL, 0);
    fact_said(e, "score", slice_head(score, slice_chr(score, ']')));
    struct slice tail = slice_from(rest, slice_rfind(rest, SLICE("]), ")));
    struct slice to = field_last(tail, SLICE(" rcpts: <"), SLICE(">"));
    *(slice_chr(to, ',') < to.n ? &e->recipients : &e->recipient) = to;
    slice_u64(field_value(tail, SLICE("len: "), ','), &e->size);
    fact_said(e, "ms",
              slice_head(field_value(tail, SLICE("time: "), ','),
                         slice_find(field_value(tail, SLICE("time: "), ','), SLICE("ms"))));
    e->text = action;
    bool refused = slice_eq(action, SLICE("reject")) || slice_eq(action, SLICE("soft reject")) ||
                   slice_eq(action, SLICE("greylist"));
    return event_session(e, refused ? VERDICT_FAILED : VERDICT_OK);
}

enum line_class rspamd_read(struct slice body, struct event *e)
{
    struct slice s = body_untagged(body, e);
    struct slice mark = SLICE("rspamd_task_write_log: ");
    size_t at = slice_find(s, mark);
    if (at < s.n)
        return task(slice_from(s, at + mark.n), e);
    if (HAS(s, " is starting now"))
        return event_service(e, SERVICE_START, s);
    if (HAS(s, "terminating after ") || HAS(s, "rspamd is terminating"))
        return event_service(e, SERVICE_STOPPING, s);
    if (HAS(s, "cannot ") || HAS(s, " abnormally ") || HAS(s, "failed to "))
        return event_service(e, SERVICE_WARNING, s);
    /* "<a1b2c3>; module; function: text", "(main) lua; function: text", "module; function: text" */
    size_t semicolon = slice_find(s, SLICE("; "));
    struct slice rest = slice_from(s, semicolon < s.n ? semicolon + 2 : s.n);
    return semicolon < 40 && HAS(rest, ": ") ? LINE_PARSED : LINE_UNPARSED;
}
