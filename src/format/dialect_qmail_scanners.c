/* dialect_qmail_scanners.c - scanners in qmail's QMAILQUEUE: simscan and qmail-scanner.
 *
 * Why: what they refuse or drop after DATA never enters qmail-send's log.
 * Invariant: the subject is the sender's: three fields are cut from the left, three from the right.
 * Facts: simscan 1.4 (simscan.c), qmail-scanner 2 (not verified); the number in [] is qmail-smtpd's pid.
 * Example: simscan:[800]:CLEAN (0.10/5.00):0.5120s:hello: again:198.51.100.7:a@example.com:b@example.net */
#include "fields.h"

/* What stands behind the last ':' of *s, which is cut there; an IPv6 address keeps its own. */
static struct slice last_field(struct slice *s)
{
    size_t colon = slice_rchr(*s, ':');
    struct slice field = colon < s->n ? slice_from(*s, colon + 1) : *s;
    *s = slice_head(*s, colon < s->n ? colon : 0);
    return field;
}

static struct slice last_ip(struct slice *s)
{
    size_t from = s->n, found = s->n;
    for (int part = 0; part < 8 && from; part++) {
        from = slice_rchr(slice_head(*s, from), ':');
        if (from == s->n)
            break;
        if (client_of(slice_from(*s, from + 1)).n)
            found = from;
    }
    return found < s->n ? slice_from(*s, found + 1) : slice_of(NULL, 0);
}

static enum line_class simscan(struct slice s, struct event *e)
{
    static const struct slice debug[] = {
        SLICE_LIT("starting: "), SLICE_LIT("cdb "),    SLICE_LIT("checking "),
        SLICE_LIT("calling "),   SLICE_LIT("done, "),  SLICE_LIT("normal "),
        SLICE_LIT("lookup"),     SLICE_LIT("runned "), SLICE_LIT("pelookup")};
    EAT(&s, "[");
    if (!slice_eat_u64(&s, &e->pid) || !EAT(&s, "]:")) {
        s = slice_trim(s);
        return KNOWN(s, debug) ? LINE_PARSED : LINE_UNPARSED;
    }
    struct slice state = slice_word(&s, ':'), seconds = slice_word(&s, ':');
    if (s.n == 0 || !slice_ends(seconds, SLICE("s")))
        return LINE_UNPARSED;
    struct slice to = last_field(&s);
    *(slice_chr(to, ',') < to.n ? &e->recipients : &e->recipient) = to;
    sender_set(e, last_field(&s));
    client_set(e, last_ip(&s));
    struct slice score = field_between(state, SLICE("("), SLICE(")"));
    state = slice_trim(slice_head(state, slice_chr(state, '(')));
    fact_said(e, "score", score);
    fact_said(e, "seconds", slice_head(seconds, seconds.n - 1));
    e->text = state;
    if (slice_starts(state, SLICE("ERROR")))
        return event_session(e, VERDICT_ABORTED);
    if (HAS(state, "REJECT") || slice_eq(state, SLICE("VIRUS")) ||
        slice_starts(state, SLICE("REGEX")) || slice_starts(state, SLICE("ATTACH")))
        return event_reject(e, SLICE("END-OF-MESSAGE"), state);
    if (HAS(state, "DROPPED")) /* and qmail-smtpd told that it was queued */
        e->outcome = OUTCOME_DISCARDED;
    bool bad = slice_starts(state, SLICE("SPAM")) || slice_starts(state, SLICE("VIRUS"));
    return event_session(e, bad && !HAS(state, "CLEAN") ? VERDICT_FAILED : VERDICT_OK);
}

/* "Clear:RC:0(198.51.100.7):SA:0(0.1/5.0): 0.5 2048 a@example.net b@example.com subject <m1@example.net> 1:x" */
static enum line_class qmail_scanner(struct slice s, struct event *e)
{
    size_t relay = slice_find(s, SLICE(":RC:"));
    if (relay == s.n)
        return LINE_UNPARSED;
    struct slice state = slice_head(s, relay), rest = slice_from(s, relay + 4);
    client_set(e, field_between(rest, SLICE("("), SLICE(")")));
    fact_said(
        e, "score",
        field_between(slice_from(rest, slice_find(rest, SLICE(":SA:"))), SLICE("("), SLICE(")")));
    rest = slice_from(rest, slice_find(rest, SLICE("): ")));
    if (EAT(&rest, "): ")) {
        fact_said(e, "seconds", slice_word(&rest, ' '));
        slice_u64(slice_word(&rest, ' '), &e->size);
        sender_set(e, slice_word(&rest, ' '));
        struct slice to = slice_word(&rest, ' ');
        *(slice_chr(to, ',') < to.n ? &e->recipients : &e->recipient) = to;
        e->message_id =
            field_between(slice_from(rest, slice_rchr(rest, '<')), SLICE("<"), SLICE(">"));
    }
    e->text = state;
    return event_session(e, slice_starts(state, SLICE("Clear")) ? VERDICT_OK : VERDICT_FAILED);
}

enum line_class qmail_scanners_read(struct slice body, struct event *e)
{
    struct slice s = body_untagged(body, e);
    if (slice_eq(e->program, SLICE("simscan"))) {
        s = body;
        EAT(&s, "simscan:");
        return simscan(s, e);
    }
    return qmail_scanner(s, e);
}
