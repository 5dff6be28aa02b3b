/* dialect_spamdyke.c - spamdyke, a filter before qmail-smtpd.
 *
 * Why: one line for each recipient says what was refused, from whom and why.
 * Invariant: origin_ip is the last one on the line: sender and recipient are the client's.
 * Facts: spamdyke 4 and 5 (log.c): unknown values are "(unknown)", "(empty)", "(none)".  ALLOWED does not prove that qmail
 * accepted.
 * Example: DENIED_RBL_MATCH from: a@example.org to: b@example.com origin_ip: 203.0.113.9 origin_rdns: (unknown) auth: (unknown)
 * encryption: TLS reason: 127.0.0.2 */
#include "fields.h"

static struct slice said(struct slice s)
{
    bool nothing = slice_eq(s, SLICE("(unknown)")) || slice_eq(s, SLICE("(empty)")) ||
                   slice_eq(s, SLICE("(none)"));
    return nothing ? slice_of(NULL, 0) : s;
}

static bool is_code(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'A' && s.p[i] <= 'Z') && s.p[i] != '_')
            return false;
    return s.n >= 5;
}

enum line_class spamdyke_read(struct slice body, struct event *e)
{
    struct slice s = body_untagged(body, e), rest = s;
    if (slice_starts(s, SLICE("ERROR: ")) || slice_starts(s, SLICE("ERROR(")))
        return event_service(e, SERVICE_WARNING, s);
    if (slice_starts(s, SLICE("FILTER_")) || slice_starts(s, SLICE("DEBUG(")) ||
        slice_starts(s, SLICE("VERBOSE(")) || slice_starts(s, SLICE("EXCESSIVE(")))
        return LINE_PARSED;
    struct slice code = slice_word(&rest, ' ');
    size_t to = slice_find(rest, SLICE(" to: ")), origin = slice_rfind(rest, SLICE(" origin_ip: "));
    if (!is_code(code) || !EAT(&rest, "from: ") || to < 6 || to > origin || origin == rest.n + 6)
        return LINE_UNPARSED;
    to -= 6;
    origin -= 6;
    struct slice sender = slice_head(rest, to), tail = slice_from(rest, origin);
    if (!slice_eq(sender, SLICE("(unknown)")))
        sender_set(e, said(sender));
    e->recipient = said(slice_of(rest.p + to + 5, origin > to + 5 ? origin - to - 5 : 0));
    client_set(e, field_last(tail, SLICE(" origin_ip: "), SLICE(" ")));
    e->client_name = said(field_last(tail, SLICE(" origin_rdns: "), SLICE(" ")));
    e->login = said(field_last(tail, SLICE(" auth: "), SLICE(" ")));
    fact_said(e, "tls", said(field_last(tail, SLICE(" encryption: "), SLICE(" "))));
    size_t reason = slice_find(tail, SLICE(" reason: "));
    fact_said(e, "reason",
              reason < tail.n ? said(slice_from(tail, reason + 9)) : slice_of(NULL, 0));
    e->text = code;
    if (slice_starts(code, SLICE("DENIED")))
        return event_reject(e, SLICE("RCPT"), code);
    if (slice_eq(code, SLICE("TIMEOUT")))
        return event_session(e, VERDICT_TIMEOUT);
    return event_session(e, slice_starts(code, SLICE("ALLOWED")) ? VERDICT_OK : VERDICT_NONE);
}
