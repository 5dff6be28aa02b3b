/* dialect_epost_faillog.c - recipients the E-Post sender gave up.
 *
 * Why: the only log that says a recipient is final without success.
 * Invariant: the reason runs from the first " [" after the recipient to the last ']', for replies
 * hold both.
 * Facts: E-Post sender, one line per recipient, written when the bounce is made; no [reason]
 * before 2007-09.
 * Example: B0000055692@mx.jp send fail on [21/Nov/2026:09:12:30] from  to a@b.jp [554 no] */
#include "epost.h"

/* 4xx after the time limit and the text of the time limit itself are expiries; everything else is
 * a refusal. */
static enum outcome outcome_of(const struct event *e)
{
    if (slice_starts(e->reply, SLICE("Unable to deliver")) || (e->code >= 400 && e->code < 500))
        return OUTCOME_EXPIRED;
    return OUTCOME_BOUNCED;
}

enum line_class epost_faillog_read(struct slice line, struct civil *local, struct event *e)
{
    struct slice s = line;
    if (!epost_id(slice_word(&s, ' '), &e->queue_id) || !slice_eat(&s, SLICE("send fail on ")) ||
        !epost_stamp(&s, local) || !slice_eat(&s, SLICE(" from ")))
        return LINE_UNPARSED;
    size_t to = slice_find(s, SLICE(" to "));
    if (to == s.n)
        return LINE_UNPARSED;
    e->sender = slice_head(s, to);
    e->has_sender = true;
    s = slice_from(s, to + 4);
    size_t reason = slice_find(s, SLICE(" ["));
    e->recipient = slice_trim(slice_head(s, reason));
    if (reason < s.n) {
        s = slice_from(s, reason + 2);
        epost_reply(slice_head(s, slice_rchr(s, ']')), e);
    }
    e->kind = EVENT_ATTEMPT;
    e->outcome = outcome_of(e);
    e->final = true;
    return e->recipient.n ? LINE_PARSED : LINE_UNPARSED;
}
