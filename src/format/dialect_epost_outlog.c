/* dialect_epost_outlog.c - mail handed to other hosts by the E-Post sender, and the grammar it
 * shares with outlocallog.
 *
 * Why: it holds the instant of success per session and its recipients.
 * Invariant: between "to " and " from " stand none, one or two words (IP, host); the last is the
 * relay.
 * Facts: E-Post sender; the IP is blank in IPv6-capable builds; "-" is the null sender; the
 * recipient list ends in a blank and is cut at 2047 bytes.
 * Example: B0000097587@m.jp sent on [20/Nov/2026:08:21:06] to  mx.c.jp from a@b.jp to b@c.jp */
#include "epost.h"

enum line_class epost_sent(struct slice line, struct civil *local, struct event *e)
{
    struct slice s = line;
    if (!epost_id(slice_word(&s, ' '), &e->queue_id) || !slice_eat(&s, SLICE("sent on ")) ||
        !epost_stamp(&s, local) || !slice_eat(&s, SLICE(" to")))
        return LINE_UNPARSED;
    size_t from = slice_find(s, SLICE(" from "));
    if (from == s.n)
        return LINE_UNPARSED;
    struct slice host = slice_trim(slice_head(s, from));
    size_t blank = slice_rchr(host, ' ');
    e->relay = blank < host.n ? slice_from(host, blank + 1) : host;
    s = slice_from(s, from + 6);
    size_t to = slice_find(s, SLICE(" to "));
    if (to == s.n)
        return LINE_UNPARSED;
    e->sender = slice_head(s, to);
    if (slice_eq(e->sender, SLICE("-")))
        e->sender.n = 0;
    e->has_sender = true;
    e->recipients = slice_trim(slice_from(s, to + 4));
    e->kind = EVENT_ATTEMPT;
    e->outcome = OUTCOME_SENT;
    e->final = true;
    return e->recipients.n ? LINE_PARSED : LINE_UNPARSED;
}

enum line_class epost_outlog_read(struct slice line, struct civil *local, struct event *e)
{
    e->channel = CHANNEL_REMOTE;
    return epost_sent(line, local, e);
}
