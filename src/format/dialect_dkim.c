/* dialect_dkim.c - signatures: OpenDKIM, OpenDMARC, dkim-filter, dkimproxy.
 *
 * Why: mail that others refuse for want of a signature shows here first.
 * Invariant: the text after the queue id stays whole; only what is plainly a verdict becomes one.
 * Facts: OpenDKIM 2.x, OpenDMARC 1.x, dkimproxy 1.x by their known lines, not checked against their source.
 * Example: 4F2C1A0B12: DKIM-Signature field added (s=mail, d=example.com) */
#include "fields.h"

/* "4F2C1A0B12: " or "4F2C1A0B12 " at the start of *s */
static bool eat_queue_id(struct slice *s, struct slice *id)
{
    size_t n = 0;
    bool digit = false;
    while (n < s->n && n < 32 && s->p[n] != ':' && s->p[n] != ' ') {
        char c = s->p[n];
        bool number = (unsigned char)(c - '0') < 10;
        if (!number && (unsigned char)((c | 32) - 'a') > 25)
            return false;
        digit = digit || number;
        n++;
    }
    if (n < 6 || n == s->n || !digit)
        return false;
    *id = slice_head(*s, n);
    *s = slice_from(*s, n);
    EAT(s, ":");
    EAT(s, " ");
    return true;
}

static enum verdict verdict_of(struct slice s)
{
    static const struct slice good[] = {SLICE_LIT("DKIM-Signature field added"),
                                        SLICE_LIT("DKIM-Signature header added"),
                                        SLICE_LIT("DKIM verification successful")};
    static const struct slice bad[] = {SLICE_LIT("bad signature data"), SLICE_LIT("external host "),
                                       SLICE_LIT("key retrieval failed")};
    if (KNOWN(s, good) || HAS(s, "result=\"no signature error\"") || slice_ends(s, SLICE(" pass")))
        return VERDICT_OK;
    if (KNOWN(s, bad) || slice_ends(s, SLICE(" fail")) ||
        HAS(s, "result=\"signature verification failed\""))
        return VERDICT_FAILED;
    return VERDICT_NONE;
}

/* "DKIM verify - pass; from=<a@example.net>, message-id=<m1@example.net>" */
static enum line_class dkimproxy(struct slice s, struct event *e)
{
    size_t end = slice_find(s, SLICE("; "));
    e->message_id = field_value(s, SLICE("message-id="), ',');
    if (HAS(s, " from=<"))
        sender_set(e, field_value(s, SLICE("from="), ','));
    e->text = slice_head(s, end);
    return event_session(e, HAS(e->text, "fail") || HAS(e->text, "invalid") ? VERDICT_FAILED
                                                                            : VERDICT_OK);
}

enum line_class dkim_read(struct slice body, struct event *e)
{
    static const struct slice known[] = {SLICE_LIT("implicit authentication service"),
                                         SLICE_LIT("ignoring "),
                                         SLICE_LIT("trusted authentication "),
                                         SLICE_LIT("additional trusted"),
                                         SLICE_LIT("connect from "),
                                         SLICE_LIT("no public suffix"),
                                         SLICE_LIT("Process Backgrounded"),
                                         SLICE_LIT("Setting ")};
    struct slice s = body_untagged(body, e);
    if (slice_starts(s, SLICE("DKIM verify - ")) || slice_starts(s, SLICE("DKIM signing - ")))
        return dkimproxy(s, e);
    if (eat_queue_id(&s, &e->queue_id)) {
        e->text = s;
        return event_session(e, verdict_of(s));
    }
    if (HAS(s, " starting (") || slice_starts(s, SLICE("Binding to ")))
        return event_service(e, SERVICE_START, s);
    if (HAS(s, " terminating with status ") || HAS(s, "mi_stop=1") || HAS(s, "Server closing!"))
        return event_service(e, SERVICE_STOPPING, s);
    if (HAS(s, "error") || HAS(s, "failed") || HAS(s, "can't ") || HAS(s, "unable to "))
        return event_service(e, SERVICE_WARNING, s);
    return KNOWN(s, known) ? LINE_PARSED : LINE_UNPARSED;
}
