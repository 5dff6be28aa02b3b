/* exim_notice.c - Exim's lines that are no step of a message: refusals, logins, connections, the daemon.
 *
 * Why: mainlog holds them between the messages, rejectlog repeats the refusals, paniclog the alerts.
 * Invariant: of "host (helo) [ip]" only the IP is Exim's own finding; a login's name is what the client claimed.
 * Facts: Exim 4.69 to 4.98 (smtp_in.c, acl.c, daemon.c, tls-openssl.c, queue.c).  Fields stand before the verdict,
 * the reason after ": "; what a client sent as a command is never kept.
 * Example: 2026-11-23 08:05:11 H=(x) [192.0.2.7]:4711 F=<a@example.com> rejected RCPT <probe@example.net>: relay not permitted */
#include "exim.h"

static enum line_class session(struct event *e, enum verdict verdict, struct slice text)
{
    e->kind = EVENT_SESSION;
    e->verdict = verdict;
    e->text = text;
    return LINE_PARSED;
}

/* Whether a queue id goes along: only what is refused after DATA ends the message. */
static enum line_class refusal(struct event *e, struct slice stage, struct slice text)
{
    e->kind = EVENT_REJECT;
    e->stage = stage;
    e->text = text;
    if (!slice_eq(stage, SLICE("END-OF-MESSAGE")) && e->queue_id.n) {
        event_fact(e, "queue_id", e->queue_id);
        e->queue_id = slice_of(NULL, 0);
    }
    return LINE_PARSED;
}

/* "<bob@example.net>" at the start of *s: stepped over. */
static struct slice eat_address(struct slice *s)
{
    struct slice rest = *s;
    if (!EAT(&rest, "<"))
        return slice_of(NULL, 0);
    size_t close = unquoted_find(rest, SLICE(">"));
    struct slice address = slice_head(rest, close);
    *s = slice_from(rest, close < rest.n ? close + 1 : close);
    return address;
}

/* after "rejected ": "RCPT <a@example.net>: reason", "after DATA: reason", "EHLO or HELO x: reason", "connection ..." */
static enum line_class rejected(struct slice s, struct event *e)
{
    struct slice word = slice_head(s, slice_chr(s, ' ')), rest = slice_from(s, word.n);
    EAT(&rest, " ");
    if (slice_eq(word, SLICE("RCPT"))) {
        e->recipient = eat_address(&rest);
    } else if (slice_eq(word, SLICE("MAIL"))) {
        if (STARTS(rest, "<"))
            e->has_sender = true;
        e->sender = eat_address(&rest);
    } else if (slice_eq(word, SLICE("after")) || slice_eq(word, SLICE("by")) ||
               slice_eq(word, SLICE("during")) || slice_eq(word, SLICE("from")) ||
               slice_eq(word, SLICE("DATA"))) {
        word = SLICE("END-OF-MESSAGE");
    } else if (slice_eq(word, SLICE("EHLO")) || slice_eq(word, SLICE("HELO"))) {
        EAT(&rest, "or HELO ");
        if (!e->helo.n)
            e->helo = slice_head(rest, slice_find(rest, SLICE(": ")));
        word = SLICE("HELO");
    } else if (STARTS(word, "connection")) {
        word = SLICE("CONNECT");
    }
    size_t at = unquoted_find(rest, SLICE(": "));
    if (EAT(&rest, "in \"connect\" ACL: "))
        return refusal(e, word, rest);
    return refusal(e, word, at < rest.n ? slice_from(rest, at + 2) : rest);
}

/* "host (helo) [ip]:port ..." at the start of *s: the client; *s is what follows it. */
static void client(struct slice *s, struct event *e)
{
    struct exim_host host;
    exim_host_read(s, &host);
    exim_client(&host, e);
}

/* Fields before the verdict. */
static void verdict_fields(struct slice *s, struct event *e)
{
    struct slice key, value;
    while (s->n) {
        EAT(s, " ");
        if (EAT(s, "H=")) {
            client(s, e);
            continue;
        }
        if (!exim_field(s, &key, &value))
            return;
        if (slice_eq(key, SLICE("F"))) {
            e->sender = field_bare(value);
            e->has_sender = true;
        } else if (slice_eq(key, SLICE("A"))) {
            size_t colon = slice_chr(value, ':');
            e->auth_method = slice_head(value, colon);
            e->login = slice_from(value, colon < value.n ? colon + 1 : colon);
        } else if (slice_eq(key, SLICE("X"))) {
            event_fact(e, "tls_cipher", value);
        } else if (slice_eq(key, SLICE("P"))) {
            e->proto = value;
        } else if (slice_eq(key, SLICE("U"))) {
            event_fact(e, "user", value);
        }
    }
}

/* What is said of a client once its fields are read. */
static enum line_class verdict(struct slice s, struct event *e)
{
    if (EAT(&s, "temporarily ")) {
        event_fact(e, "temporary", SLICE("temporarily"));
        return EAT(&s, "rejected ") ? rejected(s, e) : LINE_UNPARSED;
    }
    if (EAT(&s, "rejected "))
        return rejected(s, e);
    struct slice rest = s;
    if (EAT(&rest, "sender verify ") && (EAT(&rest, "fail for ") || EAT(&rest, "defer for "))) {
        e->sender = eat_address(&rest); /* the refusal itself has a line of its own */
        e->has_sender = true;
    }
    return session(e, VERDICT_NONE, s);
}

/* "H=host (helo) [ip]:port X=... F=<a@example.jp> rejected ...", "U=www-data ..." */
static enum line_class of_client(struct slice body, struct event *e)
{
    struct slice s = body;
    verdict_fields(&s, e);
    return STARTS(body, "H=") && !e->client.n ? LINE_UNPARSED : verdict(s, e);
}

/* after "AUTHNAME authenticator failed for ": "host (helo) [ip]:port I=[..]:25: 535 Incorrect authentication data
 * (set_id=alice)" */
static enum line_class login_failed(struct slice method, struct slice s, struct event *e)
{
    static const struct slice said = SLICE_LIT(" (set_id=");
    client(&s, e);
    size_t at = slice_find(s, SLICE(": "));
    s = slice_from(s, at < s.n ? at + 2 : s.n);
    e->kind = EVENT_LOGIN;
    e->auth = VERDICT_FAILED;
    e->auth_method = method;
    at = slice_rfind(s, said);
    if (at < s.n && slice_ends(s, SLICE(")"))) {
        e->login = slice_of(s.p + at + said.n, s.n - at - said.n - 1);
        s = slice_head(s, at);
    }
    reply_read(s, e);
    e->text = s;
    e->reply = slice_of(NULL, 0);
    return LINE_PARSED;
}

/* after "SMTP connection from " */
static enum line_class connection(struct slice s, struct event *e)
{
    client(&s, e);
    bool lost = slice_ends(s, SLICE(" lost")) || slice_find(s, SLICE(" lost ")) < s.n;
    bool ended = slice_find(s, SLICE(" closed by QUIT")) < s.n;
    EAT(&s, " ");
    return session(e, lost ? VERDICT_ABORTED : ended ? VERDICT_OK : VERDICT_NONE, s);
}

/* The client stands after a word: "... from host (helo) [ip] ..." */
static void client_after(struct slice s, struct slice word, struct event *e)
{
    size_t at = slice_find(s, word);
    if (at < s.n) {
        s = slice_from(s, at + word.n);
        client(&s, e);
    }
}

static enum line_class timeout(struct slice s, struct event *e)
{
    client_after(s, SLICE("connection from "), e);
    return session(e, VERDICT_TIMEOUT, slice_head(s, slice_find(s, SLICE(" on "))));
}

static enum line_class cut_off(struct slice s, struct event *e)
{
    client_after(s, SLICE(" from "), e);
    return session(e, VERDICT_ABORTED, slice_head(s, slice_find(s, SLICE(" from "))));
}

static enum line_class protocol(struct slice s, struct event *e)
{
    size_t at = slice_rfind(s, SLICE(" H="));
    if (at < s.n)
        client_after(slice_from(s, at), SLICE(" H="), e);
    else
        client_after(s, SLICE(" from "), e);
    return session(e, VERDICT_FAILED, slice_head(s, slice_find(s, SLICE(" in \""))));
}

/* after "SMTP call from ": "host [ip] dropped: too many syntax or protocol errors (last command was "...")" */
static enum line_class dropped(struct slice s, struct event *e)
{
    client(&s, e);
    EAT(&s, " ");
    return session(e, VERDICT_ABORTED, slice_head(s, slice_find(s, SLICE(" (last "))));
}

/* "SMTP protocol synchronization error (...): rejected connection from H=[ip] input=..." */
static enum line_class synchronization(struct slice s, struct event *e)
{
    client_after(s, SLICE("H="), e);
    return refusal(e, SLICE("CONNECT"), slice_head(s, slice_find(s, SLICE("): ")) + 1));
}

/* after "Connection from ": "host [ip] refused: too many connections" */
static enum line_class refused(struct slice s, struct event *e)
{
    client(&s, e);
    EAT(&s, " ");
    return EAT(&s, "refused: ") ? refusal(e, SLICE("CONNECT"), s) : LINE_UNPARSED;
}

static enum line_class refused_from(struct slice s, struct event *e)
{
    client(&s, e);
    return refusal(e, SLICE("CONNECT"), SLICE("refused connection"));
}

static enum line_class idle(struct slice s, struct event *e)
{
    client(&s, e);
    return session(e, VERDICT_NONE, SLICE("no MAIL in SMTP connection"));
}

static enum line_class tls(struct slice s, struct event *e)
{
    client_after(s, SLICE("connection from "), e);
    return e->client.n ? session(e, VERDICT_FAILED, s) : LINE_PARSED;
}

/* after "rejected EHLO from ": "[ip]: syntactically invalid argument(s): x" */
static enum line_class rejected_helo(struct slice s, struct event *e)
{
    client(&s, e);
    EAT(&s, ": ");
    return refusal(e, SLICE("HELO"), s);
}

static const struct notice notices[] = {
    {SLICE_LIT("H="), of_client, true},
    {SLICE_LIT("U="), of_client, true},
    {SLICE_LIT("SMTP connection from "), connection, false},
    {SLICE_LIT("TLS connection from "), connection, false},
    {SLICE_LIT("SMTP connection "), notice_nothing, false},
    {SLICE_LIT("SMTP command timeout "), timeout, true},
    {SLICE_LIT("SMTP data timeout "), timeout, true},
    {SLICE_LIT("SMTP call from "), dropped, false},
    {SLICE_LIT("SMTP protocol synchronization error"), synchronization, true},
    {SLICE_LIT("SMTP protocol "), protocol, true},
    {SLICE_LIT("SMTP syntax error "), protocol, true},
    {SLICE_LIT("unexpected disconnection "), cut_off, true},
    {SLICE_LIT("unexpected end of file "), cut_off, true},
    {SLICE_LIT("lost incoming connection"), cut_off, true},
    {SLICE_LIT("no MAIL in SMTP connection from "), idle, false},
    {SLICE_LIT("no MAIL in TLS connection from "), idle, false},
    {SLICE_LIT("Connection from "), refused, false},
    {SLICE_LIT("refused connection from "), refused_from, false},
    {SLICE_LIT("rejected EHLO from "), rejected_helo, false},
    {SLICE_LIT("rejected HELO from "), rejected_helo, false},
    {SLICE_LIT("rejected "), rejected, false},
    {SLICE_LIT("TLS error "), tls, true},
    {SLICE_LIT("TLS client disconnected cleanly"), tls, true},
    {SLICE_LIT("TLS session"), tls, true},
    {SLICE_LIT("no host name found for IP address "), notice_nothing, false},
    {SLICE_LIT("no IP address found for host "), notice_nothing, false},
    {SLICE_LIT("Start queue run: "), notice_nothing, false},
    {SLICE_LIT("End queue run: "), notice_nothing, false},
    {SLICE_LIT("cwd="), notice_nothing, false},
    {SLICE_LIT("list matching forced to fail: "), notice_nothing, false},
    {SLICE_LIT("DNS list lookup "), notice_nothing, false},
    {SLICE_LIT("ident connection to "), notice_nothing, false},
    {SLICE_LIT("Could not complete sender verify"), notice_nothing, false},
    {SLICE_LIT("sender verify "), notice_nothing, false},
    {SLICE_LIT("created log directory "), notice_nothing, false},
    {SLICE_LIT("socket bind() to port "), notice_alert, true},
    {SLICE_LIT("Failed "), notice_alert, true},
    {SLICE_LIT("failed "), notice_alert, true},
    {SLICE_LIT("Cannot "), notice_alert, true},
    {SLICE_LIT("unable to "), notice_alert, true},
    {SLICE_LIT("Exim configuration error"), notice_alert, true},
    {SLICE_LIT("Tainted "), notice_alert, true},
    {SLICE_LIT("spool space check"), notice_alert, true},
    {SLICE_LIT("log space check"), notice_alert, true},
    {SLICE_LIT("spool directory space check"), notice_alert, true},
    {SLICE_LIT("daemon: "), notice_alert, true},
    {SLICE_LIT("exim user lost privilege "), notice_warning, true},
    {SLICE_LIT("Warning: "), notice_warning, true},
    {SLICE_LIT("WARNING: "), notice_warning, true}};

/* "exim 4.96 daemon started: pid=1234, -q30m, listening for SMTP on port 25 (IPv6 and IPv4)" */
static bool daemon_line(struct slice body, struct event *e)
{
    struct slice s = body;
    uint64_t pid;
    if (EAT(&s, "exim ") && slice_find(s, SLICE(" daemon started: pid=")) < s.n)
        event_service(e, SERVICE_START, body);
    else if (EAT(&s, "pid ") && slice_eat_u64(&s, &pid) && EAT(&s, ": SIGHUP received: "))
        event_service(e, SERVICE_STOPPING, body);
    return e->kind == EVENT_SERVICE;
}

/* What a note on a message may end; any other text is just a note. */
static enum line_class note(struct slice s, struct event *e)
{
    bool timed = STARTS(s, "cancelled by timeout_frozen_after"), gone = STARTS(s, "removed by ");
    if (timed || gone) {
        e->kind = EVENT_GIVE_UP;
        e->outcome = timed ? OUTCOME_EXPIRED : OUTCOME_DELETED;
        e->text = s;
        return LINE_PARSED;
    }
    if (STARTS(s, "H=") || STARTS(s, "U=")) {
        of_client(s, e);
        if (e->kind != EVENT_REJECT)
            e->kind = EVENT_NONE; /* a host that was tried */
        return LINE_PARSED;
    }
    return EAT(&s, "rejected ") ? rejected(s, e) : LINE_PARSED;
}

enum line_class exim_notice(struct slice body, struct event *e)
{
    if (e->queue_id.n)
        return note(body, e);
    size_t login = slice_find(body, SLICE(" authenticator failed for "));
    if (login < body.n && slice_chr(slice_head(body, login), ' ') == login)
        return login_failed(slice_head(body, login), slice_from(body, login + 26), e);
    enum line_class class;
    if (notice_told(notices, sizeof notices / sizeof *notices, body, e, &class))
        return class;
    return daemon_line(body, e) ? LINE_PARSED : LINE_UNPARSED;
}
