/* dialect_plesk.c - what Plesk puts around qmail: relaylock, smtp_auth, queue handlers, SPF.
 *
 * Why: with Plesk the client and the login of a message stand here, and "submitter[Q]" names qmail-queue's pid.
 * Invariant: the client is the last [IP] of the line.
 * Facts: Plesk 8 to 12 with qmail, public log lines; tags may be whole paths.
 * Example: smtp_auth[4242]: SMTP user bob : logged in from pc.example.net [198.51.100.7] */
#include "fields.h"

static struct slice quoted(struct slice s)
{
    return field_between(s, SLICE("'"), SLICE("'"));
}

/* "mail from 198.51.100.7:40123 (pc.example.net)", after the path */
static enum line_class relaylock(struct slice s, struct event *e)
{
    uint64_t port;
    if (!EAT(&s, "mail from "))
        return LINE_UNPARSED;
    struct slice where = slice_word(&s, ' ');
    size_t colon = slice_rchr(where, ':');
    client_set(e, slice_head(where, colon));
    if (colon < where.n && slice_u64(slice_from(where, colon + 1), &port) && port <= 65535)
        e->client_port = (unsigned)port;
    struct slice name = field_between(s, SLICE("("), SLICE(")"));
    if (!slice_eq(name, SLICE("not defined")) && !slice_eq(name, SLICE("unknown")))
        e->client_name = name;
    return e->client.n ? event_session(e, VERDICT_NONE) : LINE_UNPARSED;
}

/* "[bob]" or "bob" */
static struct slice unbracketed(struct slice s)
{
    s = slice_trim(s);
    if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
        s = slice_of(s.p + 1, s.n - 2);
    return s;
}

static enum line_class smtp_auth(struct slice s, struct event *e)
{
    size_t from = slice_rfind(s, SLICE(" from "));
    struct slice where = slice_from(s, from < s.n ? from + 6 : s.n);
    if (slice_starts(s, SLICE("SMTP connect from "))) {
        client_named(e, slice_from(s, 18));
        return event_session(e, VERDICT_NONE);
    }
    if (slice_starts(s, SLICE("Invalid mail address '")) ||
        slice_starts(s, SLICE("No such user '")))
        return event_login(e, VERDICT_FAILED, quoted(s));
    client_named(e, where);
    if (EAT(&s, "SMTP user ")) {
        struct slice user = unbracketed(slice_head(s, slice_rfind(s, SLICE(" : "))));
        bool ok = HAS(s, " : logged in from ");
        return from < s.n + 10 ? event_login(e, ok ? VERDICT_OK : VERDICT_FAILED, user)
                               : LINE_UNPARSED;
    }
    if (!EAT(&s, "FAILED: "))
        return LINE_UNPARSED;
    size_t why = slice_rfind(s, SLICE(" - "));
    e->text = why < s.n ? slice_from(s, why + 3) : s;
    e->text = slice_trim(slice_head(e->text, slice_rfind(e->text, SLICE(" from "))));
    return event_login(e, VERDICT_FAILED, unbracketed(slice_head(s, why)));
}

/* qmail-queue-handlers and its kin */
static enum line_class handlers(struct slice s, struct event *e)
{
    static const struct slice known[] = {
        SLICE_LIT("Handlers Filter "),  SLICE_LIT("handlers dir = "),
        SLICE_LIT("hook_dir = "),       SLICE_LIT("call_handlers: "),
        SLICE_LIT("handlers_stderr: "), SLICE_LIT("SKIP during call "),
        SLICE_LIT("PASS during call "), SLICE_LIT("recipient["),
        SLICE_LIT("starter: "),         SLICE_LIT("handler "),
        SLICE_LIT("Starting the "),     SLICE_LIT("mailfrom "),
        SLICE_LIT("mailto "),           SLICE_LIT("Unable to get "),
        SLICE_LIT("additional ")};
    if (EAT(&s, "from=")) {
        sender_set(e, s);
        return event_session(e, VERDICT_NONE);
    }
    if (EAT(&s, "to=")) {
        e->recipient = field_bare(s);
        return event_session(e, VERDICT_NONE);
    }
    struct slice rest = s;
    if (EAT(&rest, "starter: submitter[") && slice_eat_u64(&rest, &e->qp) && EAT(&rest, "] "))
        return event_session(e, HAS(rest, "exited normally") ? VERDICT_OK : VERDICT_ABORTED);
    e->qp = 0;
    if (slice_starts(s, SLICE("REJECT during call "))) {
        fact_said(e, "handler", quoted(s));
        return event_reject(e, SLICE("END-OF-MESSAGE"), s);
    }
    return KNOWN(s, known) ? LINE_PARSED : LINE_UNPARSED;
}

static enum line_class spf(struct slice s, struct event *e)
{
    static const struct slice known[] = {
        SLICE_LIT("Starting "),    SLICE_LIT("Error code: "), SLICE_LIT("Failed to query"),
        SLICE_LIT("SPF result: "), SLICE_LIT("SPF status: "), SLICE_LIT("PASS"),
        SLICE_LIT("SKIP")};
    if (slice_eq(s, SLICE("SPF status: REJECT")))
        return event_reject(e, SLICE("MAIL"), s);
    return KNOWN(s, known) ? LINE_PARSED : LINE_UNPARSED;
}

enum line_class plesk_read(struct slice body, struct event *e)
{
    struct slice program = e->program, s = body_untagged(body, e);
    if (program.n && program.p[0] == '/')
        program = slice_from(program, slice_rchr(program, '/') + 1);
    if (s.n && s.p[0] == '/') { /* "/var/qmail/bin/relaylock: ..." */
        size_t colon = slice_find(s, SLICE(": "));
        s = colon < s.n ? slice_from(s, colon + 2) : s;
    }
    EAT(&s, "smtp_auth: ");
    if (slice_starts(s, SLICE("mail from ")))
        return relaylock(s, e);
    if (slice_eq(program, SLICE("smtp_auth")) || slice_eq(program, SLICE("relaylock")))
        return smtp_auth(s, e);
    return slice_eq(program, SLICE("spf")) ? spf(s, e) : handlers(s, e);
}
