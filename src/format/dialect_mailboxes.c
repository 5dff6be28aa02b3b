/* dialect_mailboxes.c - daemons that let users at their mailboxes, other than Dovecot: Courier, UW imapd and ipop3d, popa3d,
 * qpopper, Cyrus.
 *
 * Why: logins by user and client, whatever daemon serves them.
 * Invariant: names that clients typed end where what the daemon wrote behind them begins, searched from the right.
 * Facts: log calls of UW imap-2007 (imapd.c, ipop3d.c), qpopper 4 (pop_log.c) and Cyrus 2 and 3 (imapd.c, pop3d.c); Courier-IMAP
 * and popa3d by descriptions, not verified.
 * Example: LOGIN FAILED, user=bob@example.com, ip=[::ffff:192.0.2.7] */
#include "fields.h"

/* What ends a session. */
static enum line_class ended(struct slice body, struct event *e, enum verdict verdict)
{
    static const struct {
        const char *name;
        struct slice key;
    } counts[] = {{"top", SLICE_LIT("top=")},
                  {"retr", SLICE_LIT("retr=")},
                  {"rcvd", SLICE_LIT("rcvd=")},
                  {"sent", SLICE_LIT("sent=")},
                  {"time", SLICE_LIT("time=")}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct slice value = field_value(body, counts[i].key, ',');
        if (value.n)
            event_fact(e, counts[i].name, value);
    }
    return event_session(e, verdict);
}

/* Courier: "WORD, user=U, ip=[IP], ..." */
static enum line_class courier(struct slice body, struct event *e)
{
    size_t ip = slice_rfind(body, SLICE("ip=["));
    size_t user = slice_find(body, SLICE(", user="));
    uint64_t port;
    if (ip == body.n) {
        bool limit = slice_starts(body, SLICE("Maximum connection limit reached"));
        return limit ? event_service(e, SERVICE_WARNING, body) : LINE_UNPARSED;
    }
    client_set(e, field_between(slice_from(body, ip), SLICE("["), SLICE("]")));
    if (field_number(slice_from(body, ip), SLICE("port=["), &port) && port <= 65535)
        e->client_port = (unsigned)port;
    if (user < ip)
        e->login = slice_of(body.p + user + 7, ip >= user + 9 ? ip - user - 9 : 0);
    if (slice_starts(body, SLICE("LOGIN, ")))
        return event_login(e, VERDICT_OK, e->login);
    if (slice_starts(body, SLICE("LOGIN FAILED, "))) {
        if (user > ip)
            e->auth_method = field_value(body, SLICE("method="), ',');
        return event_login(e, VERDICT_FAILED, e->login);
    }
    if (slice_starts(body, SLICE("LOGOUT, ")))
        return ended(body, e, VERDICT_OK);
    if (slice_starts(body, SLICE("TIMEOUT, ")))
        return ended(body, e, VERDICT_TIMEOUT);
    if (slice_starts(body, SLICE("DISCONNECTED, ")) || slice_starts(body, SLICE("Disconnected, ")))
        return ended(body, e, VERDICT_ABORTED);
    if (slice_starts(body, SLICE("Connection, ")))
        return event_session(e, VERDICT_NONE);
    e->text = body;
    return ip == 0 ? event_session(e, VERDICT_ABORTED) : LINE_UNPARSED;
}

/* UW: "Login user=bob host=pc.example.com [192.0.2.7] nmsgs=0/1" */
static enum line_class uw(struct slice body, struct event *e)
{
    size_t user = slice_find(body, SLICE(" user=")), host = slice_rfind(body, SLICE(" host="));
    if (slice_find(body, SLICE("service init from ")) < body.n) {
        client_set(e, slice_from(body, slice_rchr(body, ' ')));
        return e->client.n ? event_session(e, VERDICT_NONE) : LINE_UNPARSED;
    }
    if (user >= host || host == body.n)
        return LINE_UNPARSED;
    struct slice name = slice_of(body.p + user + 6, host - user - 6);
    struct slice from = slice_from(body, host + 6);
    client_named(e, slice_head(from, slice_chr(from, ']') + 1));
    name = slice_head(name, slice_find(name, SLICE(" auth=")));
    if (!slice_eq(name, SLICE("???")))
        e->login = name;
    if (slice_starts(body, SLICE("Login user=")) ||
        slice_starts(body, SLICE("Admin Login user=")) ||
        slice_starts(body, SLICE("Authenticated user=")) ||
        slice_starts(body, SLICE("Auth user=")) || slice_starts(body, SLICE("APOP user="))) {
        e->auth_method = field_value(from, SLICE("mech="), ' ');
        return event_login(e, VERDICT_OK, e->login);
    }
    if (slice_istarts(body, SLICE("Login fail")) || HAS(body, "Authentication fail") ||
        slice_istarts(body, SLICE("AUTHENTICATE ")) || slice_istarts(body, SLICE("Login disabled")))
        return event_login(e, VERDICT_FAILED, e->login);
    if (slice_starts(body, SLICE("Logout user=")))
        return event_session(e, VERDICT_OK);
    e->text = slice_head(body, user);
    return event_session(e, slice_starts(body, SLICE("Autologout")) ? VERDICT_TIMEOUT
                                                                    : VERDICT_ABORTED);
}

static enum line_class popa3d(struct slice body, struct event *e)
{
    struct slice s = body;
    if (EAT(&s, "Session from ")) {
        client_set(e, s);
        return event_session(e, VERDICT_NONE);
    }
    if (EAT(&s, "Authentication passed for "))
        return event_login(e, VERDICT_OK, s);
    if (EAT(&s, "Authentication failed for "))
        return event_login(e, VERDICT_FAILED,
                           slice_eq(s, SLICE("UNKNOWN USER")) ? slice_of(s.p, 0) : s);
    if (slice_starts(s, SLICE("Premature disconnect")) ||
        slice_starts(s, SLICE("Connection timed out")))
        return event_session(e, VERDICT_ABORTED);
    return slice_ends(s, SLICE(" loaded")) || slice_ends(s, SLICE(" left")) ? LINE_PARSED
                                                                            : LINE_UNPARSED;
}

/* "bob at pc.example.com (192.0.2.7): -ERR [AUTH] Password supplied for "bob" is incorrect. [pop_pass.c:1295]" */
static enum line_class qpopper(struct slice body, struct event *e)
{
    struct slice s = body;
    if (s.n && s.p[0] == '(' && s.n > 1 && s.p[1] == 'v')
        s = slice_trim(slice_from(s, slice_chr(s, ')') + 1 < s.n ? slice_chr(s, ')') + 1 : s.n));
    struct slice plain = slice_head(s, slice_rfind(s, SLICE(" [pop_")));
    if (EAT(&plain, "POP login by user \"")) {
        size_t end = slice_rfind(plain, SLICE("\" at "));
        client_set(e, slice_from(plain, slice_rchr(plain, ' ')));
        return event_login(e, VERDICT_OK, slice_head(plain, end));
    }
    if (EAT(&plain, "[AUTH] Failed attempted login to ")) {
        size_t end = slice_rfind(plain, SLICE(" from host "));
        client_set(e, slice_from(plain, slice_rchr(plain, ' ')));
        return event_login(e, VERDICT_FAILED, slice_head(plain, end));
    }
    if (EAT(&plain, "Servicing request from \"")) {
        size_t end = slice_rfind(plain, SLICE("\" at "));
        client_set(e, slice_from(plain, slice_rchr(plain, ' ')));
        e->client_name = slice_head(plain, end);
        return event_session(e, VERDICT_NONE);
    }
    if (EAT(&plain, "Stats: ")) {
        client_set(e, slice_from(plain, slice_rchr(plain, ' ')));
        e->login = slice_head(plain, slice_chr(plain, ' '));
        return event_session(e, VERDICT_OK);
    }
    size_t error = slice_find(s, SLICE("): -ERR "));
    if (error == s.n)
        return LINE_UNPARSED;
    struct slice who = slice_head(s, error);
    client_set(
        e, slice_from(who, slice_rchr(who, '(') + 1 < who.n ? slice_rchr(who, '(') + 1 : who.n));
    e->login = slice_head(who, slice_find(who, SLICE(" at ")));
    e->text = slice_from(plain, error + 8 < plain.n ? error + 8 : plain.n);
    if (slice_starts(e->text, SLICE("[AUTH]")) || HAS(e->text, "incorrect"))
        return event_login(e, VERDICT_FAILED, e->login);
    return event_session(e, VERDICT_ABORTED);
}

/* Cyrus: "login: pc.example.com [192.0.2.7] bob plaintext User logged in", "badlogin: pc [192.0.2.7] PLAIN [SASL(-13): ...]" */
static enum line_class cyrus(struct slice body, struct event *e)
{
    struct slice s = body;
    bool ok = EAT(&s, "login: ");
    if (!ok && !EAT(&s, "badlogin: ")) {
        if (slice_starts(s, SLICE("fatal")) || slice_starts(s, SLICE("IOERROR")) ||
            slice_starts(s, SLICE("DBERROR")))
            return event_service(e, SERVICE_WARNING, s);
        static const struct slice known[] = {SLICE_LIT("accepted connection"),
                                             SLICE_LIT("open: "),
                                             SLICE_LIT("starttls: "),
                                             SLICE_LIT("Delivered: "),
                                             SLICE_LIT("auditlog: "),
                                             SLICE_LIT("duplicate_check: "),
                                             SLICE_LIT("process "),
                                             SLICE_LIT("executed"),
                                             SLICE_LIT("ready for work"),
                                             SLICE_LIT("checkpointing "),
                                             SLICE_LIT("done "),
                                             SLICE_LIT("USAGE "),
                                             SLICE_LIT("SSL_accept() ")};
        return KNOWN(s, known) ? LINE_PARSED : LINE_UNPARSED;
    }
    size_t close = slice_find(s, SLICE("] "));
    if (close == s.n)
        return LINE_UNPARSED;
    client_named(e, slice_head(s, close + 1));
    s = slice_from(s, close + 2);
    struct slice first = slice_word(&s, ' '), second = slice_word(&s, ' ');
    bool named = slice_eq(first, SLICE("plaintext"));
    if (ok) {
        e->auth_method = second;
        return event_login(e, VERDICT_OK, first);
    }
    e->auth_method = first;
    return event_login(e, VERDICT_FAILED, named ? second : slice_of(NULL, 0));
}

enum line_class mailboxes_read(struct slice body, struct event *e)
{
    enum line_class (*const readers[])(struct slice, struct event *) = {courier, uw, popa3d,
                                                                        qpopper, cyrus};
    struct slice program = body_program(body);
    if (program.n && slice_eq(program, e->program) &&
        slice_starts(slice_from(body, program.n), SLICE(": ")))
        body = slice_from(body, program.n + 2);
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        enum line_class class = readers[i](body, e);
        if (class == LINE_PARSED)
            return class;
        event_anew(e);
    }
    return LINE_UNPARSED;
}
