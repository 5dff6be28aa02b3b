/* dialect_dovecot.c - Dovecot: logins, sessions, deliveries into mailboxes, its processes.
 *
 * Why: who logged in from where, whose password was guessed, and what the mailboxes refused.
 * Invariant: what a client typed never decides where a field ends: user=<> is closed by what follows the last rip=, and given
 * passwords are in no field.  Verdicts of auth are echoes of the login process's.
 * Facts: Dovecot 1.x to 2.4 by its known lines and real ones of others (tests/format/data), not checked against its source (log
 * prefixes service:, service(user):, service(user)<pid><session>:).
 * Example: imap-login: Disconnected (auth failed, 2 attempts in 6 secs): user=<a@example.com>, method=PLAIN, rip=192.0.2.7,
 * lip=192.0.2.1, TLS, session=<x1y2> */
#include "fields.h"

enum kind { OTHER, LOGIN, AUTH, SESSION, DELIVERY, MASTER };

static const struct {
    struct slice name;
    enum kind kind;
} services[] = {
    {SLICE_LIT("imap-login"), LOGIN},
    {SLICE_LIT("pop3-login"), LOGIN},
    {SLICE_LIT("managesieve-login"), LOGIN},
    {SLICE_LIT("submission-login"), LOGIN},
    {SLICE_LIT("sieve-login"), LOGIN},
    {SLICE_LIT("auth"), AUTH},
    {SLICE_LIT("auth-worker"), AUTH},
    {SLICE_LIT("dovecot-auth"), AUTH},
    {SLICE_LIT("imap"), SESSION},
    {SLICE_LIT("pop3"), SESSION},
    {SLICE_LIT("managesieve"), SESSION},
    {SLICE_LIT("submission"), SESSION},
    {SLICE_LIT("imap-hibernate"), SESSION},
    {SLICE_LIT("lmtp"), DELIVERY},
    {SLICE_LIT("lda"), DELIVERY},
    {SLICE_LIT("deliver"), DELIVERY},
    {SLICE_LIT("dovecot-lda"), DELIVERY},
    {SLICE_LIT("sieve"), DELIVERY},
    {SLICE_LIT("master"), MASTER},
    {SLICE_LIT("dovecot"), MASTER},
    {SLICE_LIT("anvil"), OTHER},
    {SLICE_LIT("config"), OTHER},
    {SLICE_LIT("dict"), OTHER},
    {SLICE_LIT("director"), OTHER},
    {SLICE_LIT("doveadm"), OTHER},
    {SLICE_LIT("dsync-local"), OTHER},
    {SLICE_LIT("dsync-server"), OTHER},
    {SLICE_LIT("indexer"), OTHER},
    {SLICE_LIT("indexer-worker"), OTHER},
    {SLICE_LIT("log"), OTHER},
    {SLICE_LIT("old-stats"), OTHER},
    {SLICE_LIT("quota-status"), OTHER},
    {SLICE_LIT("replicator"), OTHER},
    {SLICE_LIT("ssl-params"), OTHER},
    {SLICE_LIT("ssl-build-param"), OTHER},
    {SLICE_LIT("stats"), OTHER},
    {SLICE_LIT("lmtp-login"), LOGIN},
};
enum { SERVICES = sizeof services / sizeof services[0] };

enum level { LEVEL_NONE, LEVEL_DEBUG, LEVEL_INFO, LEVEL_WARNING, LEVEL_ERROR, LEVEL_FATAL };

/* A record's prefix, split. */
struct prefix {
    enum kind kind;
    struct slice service; /* "imap-login" */
    struct slice user;    /* of "(user)" or "(pid, user)" */
    struct slice client;  /* of "(user,ip)" */
    struct slice session; /* of the last "<...>" that is no pid */
    enum level level;
};

static bool service_named(struct slice name, struct prefix *p)
{
    for (size_t i = 0; i < SERVICES; i++) {
        if (slice_ieq(name, services[i].name)) {
            p->kind = services[i].kind;
            p->service = name;
            return true;
        }
    }
    return false;
}

static bool is_number(struct slice s)
{
    uint64_t number;
    return slice_u64(s, &number);
}

/* "bob@example.com", "4242, bob@example.com", "bob 4242", "bob,192.0.2.7,sasl:plain", "4242" */
static void prefix_args(struct slice args, struct prefix *p)
{
    size_t comma = slice_chr(args, ',');
    struct slice first = slice_head(args, comma);
    if (is_number(first)) {
        if (comma < args.n)
            p->user = slice_trim(slice_from(args, comma + 1));
        return;
    }
    if (comma < args.n) {
        struct slice rest = slice_from(args, comma + 1);
        p->client = client_of(slice_head(rest, slice_chr(rest, ',')));
        p->user = p->client.n ? first : args;
        return;
    }
    size_t blank = slice_rchr(args, ' ');
    p->user =
        blank < args.n && is_number(slice_from(args, blank + 1)) ? slice_head(args, blank) : args;
}

/* "imap(bob)<4242><x1y2>: " at the start of *s; false (and *s untouched) if no known service stands there. */
static bool prefix_service(struct slice *s, struct prefix *p)
{
    size_t n = 0;
    while (n < s->n && !strchr(":(< ", s->p[n] ? s->p[n] : ' '))
        n++;
    struct slice rest = slice_from(*s, n);
    struct prefix found = {0};
    if (!service_named(slice_head(*s, n), &found))
        return false;
    if (rest.n && rest.p[0] == '(') {
        size_t colon = slice_find(rest, SLICE("):")), angle = slice_find(rest, SLICE(")<"));
        size_t end = colon < angle ? colon : angle;
        if (end == rest.n)
            return false;
        prefix_args(slice_of(rest.p + 1, end - 1), &found);
        rest = slice_from(rest, end + 1);
    }
    while (rest.n && rest.p[0] == '<') {
        size_t end = slice_chr(rest, '>');
        if (end == rest.n)
            return false;
        struct slice group = slice_of(rest.p + 1, end - 1);
        if (!is_number(group))
            found.session = group;
        rest = slice_from(rest, end + 1);
    }
    if (!EAT(&rest, ":"))
        return false;
    EAT(&rest, " ");
    *p = found;
    *s = rest;
    return true;
}

static enum level prefix_level(struct slice *s)
{
    static const struct {
        struct slice name;
        enum level level;
    } levels[] = {{SLICE_LIT("Info: "), LEVEL_INFO},   {SLICE_LIT("Warning: "), LEVEL_WARNING},
                  {SLICE_LIT("Error: "), LEVEL_ERROR}, {SLICE_LIT("Fatal: "), LEVEL_FATAL},
                  {SLICE_LIT("Panic: "), LEVEL_FATAL}, {SLICE_LIT("Debug: "), LEVEL_DEBUG}};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        if (slice_eat(s, levels[i].name))
            return levels[i].level;
    return LEVEL_NONE;
}

/* A record that says no more than its level does. */
static enum line_class by_level(const struct prefix *p, struct slice body, struct event *e)
{
    if (p->level == LEVEL_FATAL)
        return event_service(e, SERVICE_ALERT, body);
    if (p->level == LEVEL_ERROR || p->level == LEVEL_WARNING)
        return event_service(e, SERVICE_WARNING, body);
    return p->level == LEVEL_DEBUG ? LINE_PARSED : LINE_UNPARSED;
}

/* user=, method=, rip= ... of a login process: list begins with "user=<" or " rip=". */
static void login_fields(struct slice list, struct event *e)
{
    size_t rip = slice_rfind(list, SLICE(" rip="));
    struct slice head = slice_head(list, rip), tail = slice_from(list, rip);
    if (EAT(&head, "user=<")) {
        size_t method = slice_rfind(head, SLICE(">, method="));
        size_t end = method < head.n ? method : slice_rchr(head, '>');
        e->login = slice_head(head, end);
        if (method < head.n)
            e->auth_method = field_value(slice_from(head, end + 3), SLICE("method="), ',');
    }
    if (slice_starts(list, SLICE("rip=")))
        tail = list;
    client_set(e, field_value(tail, SLICE("rip="), ','));
    e->session = field_value(tail, SLICE("session="), ',');
    event_fact(e, "local_ip", field_value(tail, SLICE("lip="), ','));
    size_t from = slice_find(tail, SLICE(", TLS"));
    if (from < tail.n || HAS(tail, ", secured"))
        event_fact(e, "tls", from < tail.n ? SLICE("TLS") : SLICE("secured"));
}

static enum line_class login(const struct prefix *p, struct slice body, struct event *e)
{
    size_t user = slice_find(body, SLICE(": user=<")), rip = slice_find(body, SLICE(": rip="));
    size_t at = user < rip ? user : rip;
    if (at == body.n)
        return by_level(p, body, e);
    struct slice reason = slice_head(body, at);
    event_fact(e, "service", p->service);
    login_fields(slice_from(body, at + 2), e);
    if (slice_eq(reason, SLICE("Login")) || slice_eq(reason, SLICE("Logged in")) ||
        HAS(reason, "started proxying to "))
        return event_login(e, VERDICT_OK, e->login);
    e->text = reason;
    size_t failed = slice_find(reason, SLICE("auth failed"));
    if (failed == reason.n)
        return event_session(e, HAS(reason, "nactivity") ? VERDICT_TIMEOUT : VERDICT_ABORTED);
    struct slice rest = slice_from(reason, failed);
    if (EAT(&rest, "auth failed, "))
        slice_eat_u64(&rest, &e->tries);
    return event_login(e, VERDICT_FAILED, e->login);
}

/* "bob@example.com,192.0.2.7,<x1y2>": the user may hold commas. */
static void auth_args(struct slice args, struct event *e)
{
    size_t open = slice_rfind(args, SLICE(",<"));
    if (open < args.n && args.p[args.n - 1] == '>') {
        e->session = slice_of(args.p + open + 2, args.n - open - 3);
        args = slice_head(args, open);
    }
    size_t comma = slice_rchr(args, ',');
    struct slice client = comma < args.n ? slice_from(args, comma + 1) : slice_of(NULL, 0);
    client_set(e, client);
    if (e->client.n || (comma < args.n && client.n == 0))
        args = slice_head(args, comma);
    if (!slice_eq(args, SLICE("?")))
        e->login = args;
}

static bool refused(struct slice text)
{
    static const struct slice said[] = {
        SLICE_LIT("unknown user"),           SLICE_LIT("assword mismatch"),
        SLICE_LIT("Authentication failure"), SLICE_LIT("authentication failure"),
        SLICE_LIT("nvalid credentials"),     SLICE_LIT("User is disabled"),
        SLICE_LIT("user disabled"),          SLICE_LIT("expired"),
        SLICE_LIT("isallowed character"),    SLICE_LIT("character disallowed"),
        SLICE_LIT("login not allowed"),      SLICE_LIT("allow_nets check failed"),
        SLICE_LIT("Empty username"),         SLICE_LIT("Unknown user"),
    };
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        if (slice_has(text, said[i]))
            return true;
    return false;
}

/* "pam_unix(dovecot:auth): authentication failure; logname= uid=0 ... rhost=192.0.2.7  user=bob" */
static enum line_class auth_pam(struct slice s, struct event *e)
{
    if (!HAS(s, "authentication failure"))
        return LINE_PARSED;
    client_set(e, field_value(s, SLICE("rhost="), ' '));
    struct slice user = field_value(s, SLICE("user="), ' ');
    if (!user.n)
        user = field_value(s, SLICE("ruser="), ' ');
    e->echo = true;
    e->auth_method = SLICE("pam");
    e->text = SLICE("authentication failure");
    return event_login(e, VERDICT_FAILED, user);
}

static enum line_class auth(const struct prefix *p, struct slice body, struct event *e)
{
    struct slice s = body;
    struct prefix inner = {0};
    if (slice_starts(s, SLICE("conn "))) {
        size_t at = slice_find(s, SLICE("): auth-worker<"));
        s = slice_from(s, at < s.n ? at + 3 : 0);
        prefix_service(&s, &inner);
    }
    if (slice_starts(s, SLICE("pam_")))
        return auth_pam(s, e);
    size_t open = slice_chr(s, '('), close = slice_find(s, SLICE("): "));
    bool named = p->client.n && !(open < 16 && close < s.n);
    if (named) {
        e->login = p->user;
        e->client = p->client;
        e->client_grade = JOIN_EXACT;
        e->session = p->session;
        close = 0;
    } else if (open < 24 && close > open && close < s.n) {
        auth_args(slice_of(s.p + open + 1, close - open - 1), e);
        close += 3;
    }
    if (!named && open >= 24)
        return by_level(p, body, e);
    struct slice text = slice_from(s, close < s.n ? close : 0);
    if (!refused(text) || p->level >= LEVEL_ERROR) {
        *e = (struct event){
            .host = e->host, .program = e->program, .pid = e->pid, .place = e->place};
        enum line_class class = by_level(p, body, e);
        return close < s.n ? LINE_PARSED : class;
    }
    if (!named)
        event_fact(e, "backend", slice_head(s, open));
    e->text = slice_head(text, slice_find(text, SLICE(" (given password")));
    e->text = slice_head(e->text, slice_find(e->text, SLICE(" (SHA1 of given password")));
    e->echo = true;
    return event_login(e, VERDICT_FAILED, e->login);
}

static void fact_of(struct event *e, const char *name, struct slice text, struct slice key)
{
    struct slice value = field_value(text, key, ' ');
    while (value.n && (value.p[value.n - 1] == ',' || value.p[value.n - 1] == ')' ||
                       value.p[value.n - 1] == ']'))
        value.n--;
    if (value.n)
        event_fact(e, name, value);
}

static enum line_class session(const struct prefix *p, struct slice body, struct event *e)
{
    static const struct slice ends[] = {SLICE_LIT("Disconnected"), SLICE_LIT("Logged out"),
                                        SLICE_LIT("Connection closed"),
                                        SLICE_LIT("Server shutting down"), SLICE_LIT("Inactivity")};
    static const struct slice told[] = {
        SLICE_LIT("delete: "),        SLICE_LIT("expunge: "),      SLICE_LIT("copy "),
        SLICE_LIT("copy: "),          SLICE_LIT("save: "),         SLICE_LIT("append: "),
        SLICE_LIT("flag_change: "),   SLICE_LIT("undelete: "),     SLICE_LIT("mailbox_"),
        SLICE_LIT("Mailbox "),        SLICE_LIT("Effective uid="), SLICE_LIT("Namespace "),
        SLICE_LIT("sieve: "),         SLICE_LIT("Hibernat"),       SLICE_LIT("Unhibernat"),
        SLICE_LIT("Unexpected disco")};
    size_t i = 0;
    while (i < 5 && !slice_starts(body, ends[i]))
        i++;
    if (i == 5 || p->level > LEVEL_INFO) {
        for (size_t k = 0; k < sizeof told / sizeof told[0]; k++)
            if (p->level <= LEVEL_INFO && slice_starts(body, told[k]))
                return LINE_PARSED;
        return by_level(p, body, e);
    }
    static const struct {
        const char *name;
        struct slice key;
    } counts[] = {{"in", SLICE_LIT("in=")},       {"out", SLICE_LIT("out=")},
                  {"top", SLICE_LIT("top=")},     {"retr", SLICE_LIT("retr=")},
                  {"del", SLICE_LIT("del=")},     {"size", SLICE_LIT("size=")},
                  {"bytes", SLICE_LIT("bytes=")}, {"deleted", SLICE_LIT("deleted=")}};
    event_fact(e, "service", p->service);
    for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++)
        fact_of(e, counts[k].name, body, counts[k].key);
    e->login = p->user;
    e->session = p->session;
    e->text = body;
    if (HAS(body, "nactivity"))
        return event_session(e, VERDICT_TIMEOUT);
    return event_session(e, HAS(body, "Logged out") ? VERDICT_OK : VERDICT_ABORTED);
}

/* What became of a message, by words the default format puts after "msgid=<...>: ". */
static const struct {
    struct slice said;
    enum outcome outcome;
    bool final, relay;
    enum link_kind link;
} deliveries[] = {
    {SLICE_LIT("saved mail to "), OUTCOME_SENT, true, true, LINK_NONE},
    {SLICE_LIT("stored mail into mailbox "), OUTCOME_SENT, true, true, LINK_NONE},
    {SLICE_LIT("stored mail to "), OUTCOME_SENT, true, true, LINK_NONE},
    {SLICE_LIT("fileinto action: "), OUTCOME_SENT, true, false, LINK_NONE},
    {SLICE_LIT("forwarded to "), OUTCOME_SENT, true, true, LINK_FORWARD},
    {SLICE_LIT("redirect action: "), OUTCOME_SENT, true, false, LINK_FORWARD},
    {SLICE_LIT("save failed to open mailbox "), OUTCOME_DEFERRED, false, true, LINK_NONE},
    {SLICE_LIT("save failed to "), OUTCOME_DEFERRED, false, true, LINK_NONE},
    {SLICE_LIT("failed to store into mailbox "), OUTCOME_DEFERRED, false, true, LINK_NONE},
    {SLICE_LIT("Rejected: "), OUTCOME_BOUNCED, true, false, LINK_NONE},
    {SLICE_LIT("rejected: "), OUTCOME_BOUNCED, true, false, LINK_NONE},
    {SLICE_LIT("rejected message"), OUTCOME_BOUNCED, true, false, LINK_NONE},
    {SLICE_LIT("marked message to be discarded"), OUTCOME_DISCARDED, true, false, LINK_NONE},
    {SLICE_LIT("discarded"), OUTCOME_DISCARDED, true, false, LINK_NONE},
};
enum { DELIVERIES = sizeof deliveries / sizeof deliveries[0] };

/* "INBOX", "'Junk'", "<a@example.org>", then maybe ": why" */
static struct slice mailbox_of(struct slice s)
{
    if (s.n && s.p[0] == '\'')
        return field_between(s, SLICE("'"), SLICE("'"));
    if (s.n && s.p[0] == '<')
        return field_between(s, SLICE("<"), SLICE(">"));
    return slice_head(s, slice_find(s, SLICE(": ")));
}

/* The row of deliveries whose words stand in s, first; *at where they begin. */
static size_t delivery_said(struct slice s, size_t *at)
{
    size_t i = 0;
    while (i < DELIVERIES && (*at = slice_find(s, deliveries[i].said)) == s.n)
        i++;
    return i;
}

static bool delivered(const struct prefix *p, struct slice body, struct event *e)
{
    size_t id_at = slice_find(body, SLICE("msgid=")), at;
    if (id_at == body.n)
        return false;
    struct slice id = field_value(slice_from(body, id_at), SLICE("msgid="), ',');
    struct slice s = slice_from(body, id_at + 6); /* the id is the sender's: look behind it first */
    s = slice_from(s, s.n && s.p[0] == '<' && id.n + 2 <= s.n ? id.n + 2 : 0);
    size_t i = delivery_said(s, &at);
    if (i == DELIVERIES) {
        s = slice_head(body, id_at);
        i = delivery_said(s, &at);
    }
    if (i == DELIVERIES)
        return false;
    e->kind = EVENT_ATTEMPT;
    e->channel = deliveries[i].link == LINK_NONE ? CHANNEL_LOCAL : CHANNEL_NONE;
    e->message_id = slice_head(id, slice_find(id, SLICE(": ")));
    e->recipient = p->user;
    e->session = p->session;
    e->outcome = deliveries[i].outcome;
    e->final = deliveries[i].final;
    e->link = deliveries[i].link;
    e->reply = slice_from(s, at);
    if (deliveries[i].relay)
        e->relay = mailbox_of(slice_from(e->reply, deliveries[i].said.n));
    return true;
}

static enum line_class delivery(const struct prefix *p, struct slice body, struct event *e)
{
    if (p->level == LEVEL_DEBUG)
        return LINE_PARSED;
    if (delivered(p, body, e))
        return LINE_PARSED;
    struct slice s = body;
    bool connect = EAT(&s, "Connect from "), disconnect = !connect && EAT(&s, "Disconnect from ");
    if (connect || disconnect) {
        struct slice client = slice_head(s, slice_find(s, SLICE(": ")));
        client_set(e, slice_head(client, slice_chr(client, ' ')));
        event_fact(e, "service", p->service);
        e->text = disconnect ? slice_from(s, client.n) : slice_of(NULL, 0);
        EAT(&e->text, ": ");
        bool clean = HAS(s, "Successful quit") || HAS(s, "Logged out") ||
                     HAS(s, "Client has quit the connection") || HAS(s, "clean");
        return event_session(e, connect ? VERDICT_NONE : clean ? VERDICT_OK : VERDICT_ABORTED);
    }
    EAT(&s, "sieve: ");
    if (p->level <= LEVEL_INFO && HAS(s, "msgid="))
        return LINE_PARSED; /* flags set, vacation sent: nothing became of the message */
    return by_level(p, body, e);
}

static enum line_class master(const struct prefix *p, struct slice body, struct event *e)
{
    if (HAS(body, " starting up"))
        return event_service(e, SERVICE_START, body);
    if (slice_starts(body, SLICE("Killed with signal ")))
        return event_service(e, SERVICE_STOP, body);
    if (slice_starts(body, SLICE("SIGHUP received")))
        return event_service(e, SERVICE_START, body);
    if (slice_starts(body, SLICE("SIGINT received")))
        return event_service(e, SERVICE_STOPPING, body);
    if (slice_starts(body, SLICE("service(")) || HAS(body, "time moved") ||
        slice_starts(body, SLICE("Time ")))
        return event_service(e, p->level == LEVEL_FATAL ? SERVICE_ALERT : SERVICE_WARNING, body);
    return by_level(p, body, e);
}

enum line_class dovecot_read(struct slice body, struct event *e)
{
    struct prefix p = {0};
    struct slice s = body;
    EAT(&s, "dovecot: ");
    enum level before = prefix_level(&s); /* 1.x wrote the level first */
    if (!prefix_service(&s, &p) && !service_named(e->program, &p))
        p.kind = MASTER;
    p.level = prefix_level(&s);
    if (p.level == LEVEL_NONE)
        p.level = before;
    if (p.level == LEVEL_DEBUG)
        return LINE_PARSED;
    switch (p.kind) {
    case LOGIN:
        return login(&p, s, e);
    case AUTH:
        return auth(&p, s, e);
    case SESSION:
        return session(&p, s, e);
    case DELIVERY:
        return delivery(&p, s, e);
    case MASTER:
        return master(&p, s, e);
    case OTHER:
        break;
    }
    return p.level >= LEVEL_WARNING ? by_level(&p, s, e) : LINE_PARSED;
}
