/* dialect_postfix_queue.c - the life of a message in the queue: pickup, cleanup, qmgr, bounce, postsuper.
 *
 * Why: entry, envelope, children and end of every message stand in these lines.
 * Invariant: addresses may imitate what follows them, so the numbers and words of Postfix are taken off the line's end.
 * Facts: Postfix 3.12 (20260821) pickup.c, cleanup_message.c, qmgr_active.c, bounce_notify_service.c, bounce_warn_service.c,
 * bounce_trace_service.c, postsuper.c.
 * Example: 4F2C1A0B12: from=<a@example.com>, size=2231, nrcpt=1 (queue active) */
#include "postfix.h"

/* The number at the end of *s behind word; s is cut before the word. */
static bool last_number(struct slice *s, struct slice word, uint64_t *out)
{
    size_t n = s->n;
    while (n && postfix_digit(s->p[n - 1]))
        n--;
    if (n < word.n || memcmp(s->p + n - word.n, word.p, word.n) != 0 ||
        !slice_u64(slice_from(*s, n), out))
        return false;
    s->n = n - word.n;
    return true;
}

/* Behind "from=<": "a@example.com>, size=2231, nrcpt=1 (queue active)", or "...>, status=expired, returned to sender". */
enum line_class postfix_envelope(struct slice s, struct event *e)
{
    e->has_sender = true;
    if (cut_end(&s, SLICE(" (queue active)"))) {
        if (!last_number(&s, SLICE(", nrcpt="), &e->declared_recipients) ||
            !last_number(&s, SLICE(">, size="), &e->size))
            return LINE_UNPARSED;
        e->kind = EVENT_ENVELOPE;
    } else if (cut_end(&s, SLICE(", returned to sender")) &&
               (cut_end(&s, SLICE(">, status=expired")) ||
                cut_end(&s, SLICE(">, status=force-expired")))) {
        e->kind = EVENT_GIVE_UP;
        e->outcome = OUTCOME_EXPIRED;
    } else {
        return LINE_UNPARSED;
    }
    e->sender = s;
    return LINE_PARSED;
}

/* Behind "uid=": "0 from=<root>", "0 from=<root> orig_id=4F2C1A0B12" */
enum line_class postfix_picked_up(struct slice s, struct event *e)
{
    if (!slice_eat_u64(&s, &e->uid) || !EAT(&s, " from=<"))
        return LINE_UNPARSED;
    if (!cut_end(&s, SLICE(">"))) {
        size_t at = slice_rfind(s, SLICE("> orig_id="));
        if (at == s.n)
            return LINE_UNPARSED;
        e->link = LINK_RENAME;
        e->link_id = slice_from(s, at + 10);
        s.n = at;
    }
    e->has_uid = true;
    e->has_sender = true;
    e->sender = s;
    postfix_accepted(e);
    return LINE_PARSED;
}

enum line_class postfix_message_id(struct slice s, struct event *e)
{
    if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
        s = slice_of(s.p + 1, s.n - 2);
    e->kind = EVENT_MESSAGE_ID;
    e->message_id = s;
    return LINE_PARSED;
}

/* "sender non-delivery notification: 5A3D2B1C0F": delay warnings and success notices are no bounces. */
enum line_class postfix_notification(struct slice s, struct event *e)
{
    size_t at = slice_rfind(s, SLICE(" notification: "));
    if (at == s.n || !postfix_id_whole(slice_from(s, at + 15)))
        return LINE_UNPARSED;
    e->kind = EVENT_LINK;
    e->link_id = slice_from(s, at + 15);
    e->text = slice_head(s, at + 13);
    e->link = slice_find(e->text, SLICE(" non-delivery ")) < e->text.n ? LINK_BOUNCE : LINK_NONE;
    return LINE_PARSED;
}

/* "removed": by qmgr the end of a message, by postsuper its deletion. */
enum line_class postfix_removed(enum postfix_agent agent, struct event *e)
{
    e->kind = EVENT_DONE;
    if (agent == AGENT_POSTSUPER)
        e->outcome = OUTCOME_DELETED;
    return LINE_PARSED;
}

/* By postsuper. */
static bool held_or_let_go(struct slice s, struct event *e)
{
    e->final = slice_eq(s, SLICE("released from hold"));
    if (!e->final && !slice_eq(s, SLICE("placed on hold")))
        return false;
    e->kind = EVENT_HOLD;
    e->verdict = VERDICT_OK;
    e->text = s;
    return true;
}

/* What is known of a message and needs no join, or next to none. */
bool postfix_passing(struct slice s, struct event *e)
{
    static const struct slice texts[] = {SLICE_LIT("skipped, still being delivered"),
                                         SLICE_LIT("requeued"), SLICE_LIT("expired")};
    if (held_or_let_go(s, e))
        return true;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (slice_eq(s, texts[i])) {
            e->text = s;
            return true;
        }
    }
    if (EAT(&s, "resent-message-id=")) {
        event_fact(e, "resent_message_id", s);
        return true;
    }
    if (EAT(&s, "status=deferred (bounce failed)")) {
        e->outcome = OUTCOME_DEFERRED;
        e->reply = SLICE("bounce failed");
        return true;
    }
    return EAT(&s, "ignoring redundant or conflicting milter reply: ");
}
