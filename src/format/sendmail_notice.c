/* sendmail_notice.c - the lines of sendmail that say nothing of a message's way.
 *
 * Why: refusals, logins and what the daemon says of itself are in the same file, with a queue id or without.
 * Invariant: a queue id goes along only where the message under it ends by the line; one recipient refused at RCPT does not
 * end it, and the id is a fact then.  Arguments of clients ("<-- AUTH PLAIN ...") are read past, never kept.
 * Facts: sendmail 8.12 to 8.18 (srvrsmtp.c, milter.c, tls.c, daemon.c, collect.c, conf.c).
 * Example: u31FFPtp032300: ruleset=check_rcpt, arg1=<bob@example.net>, relay=[192.0.2.7], reject=550 5.7.1 <bob@example.net>...
 * Relaying denied */
#include "sendmail.h"

/* The line is not of the message's way: its id is but a fact. */
static void aside(struct event *e)
{
    if (e->queue_id.n)
        event_fact(e, "queue_id", e->queue_id);
    e->queue_id = slice_of(NULL, 0);
}

static enum line_class abandoned(struct slice s, struct event *e, enum verdict verdict)
{
    e->kind = EVENT_SESSION;
    e->verdict = verdict;
    e->text = s;
    aside(e);
    return LINE_PARSED;
}

/* A refusal before DATA leaves the message be. */
static enum line_class refusal(struct event *e, struct slice stage, struct slice reason)
{
    e->kind = EVENT_REJECT;
    e->stage = stage;
    reply_read(reason, e);
    e->reply = slice_of(NULL, 0);
    e->text = reason;
    if (!slice_eq(stage, SLICE("DATA")) && !slice_eq(stage, SLICE("END-OF-MESSAGE")))
        aside(e);
    return LINE_PARSED;
}

/* The SMTP stage by a word that sendmail has for it; what is none of them is a check of a header. */
static struct slice stage_of(struct slice word)
{
    static const struct {
        struct slice word, stage;
    } stages[] = {{SLICE_LIT("check_relay"), SLICE_LIT("CONNECT")},
                  {SLICE_LIT("connect"), SLICE_LIT("CONNECT")},
                  {SLICE_LIT("tls_client"), SLICE_LIT("STARTTLS")},
                  {SLICE_LIT("tls_server"), SLICE_LIT("STARTTLS")},
                  {SLICE_LIT("tls_rcpt"), SLICE_LIT("RCPT")},
                  {SLICE_LIT("helo"), SLICE_LIT("HELO")},
                  {SLICE_LIT("check_mail"), SLICE_LIT("MAIL")},
                  {SLICE_LIT("from"), SLICE_LIT("MAIL")},
                  {SLICE_LIT("mail"), SLICE_LIT("MAIL")},
                  {SLICE_LIT("check_rcpt"), SLICE_LIT("RCPT")},
                  {SLICE_LIT("check_compat"), SLICE_LIT("RCPT")},
                  {SLICE_LIT("to"), SLICE_LIT("RCPT")},
                  {SLICE_LIT("rcpt"), SLICE_LIT("RCPT")},
                  {SLICE_LIT("check_vrfy"), SLICE_LIT("VRFY")},
                  {SLICE_LIT("check_expn"), SLICE_LIT("EXPN")},
                  {SLICE_LIT("check_etrn"), SLICE_LIT("ETRN")},
                  {SLICE_LIT("trust_auth"), SLICE_LIT("AUTH")},
                  {SLICE_LIT("check_data"), SLICE_LIT("DATA")},
                  {SLICE_LIT("data"), SLICE_LIT("DATA")}};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (slice_eq(word, stages[i].word))
            return stages[i].stage;
    return SLICE("END-OF-MESSAGE");
}

/* The argument of a check: whom or what it was of. */
static void argument(struct slice stage, struct slice value, struct event *e)
{
    if (slice_eq(stage, SLICE("RCPT"))) {
        e->recipient = field_bare(value);
    } else if (slice_eq(stage, SLICE("MAIL"))) {
        e->sender = field_bare(value);
        e->has_sender = true;
    } else if (slice_eq(stage, SLICE("HELO"))) {
        e->helo = value;
    }
}

/* after "ruleset=": "check_rcpt, arg1=<a@example.jp>, relay=HOST [IP], reject=550 5.7.1 text", or "..., discard" */
static enum line_class ruleset(struct slice s, struct event *e)
{
    struct slice key, value, name = slice_word(&s, ','), stage = stage_of(name);
    EAT(&s, " ");
    event_fact(e, "ruleset", name);
    while (sendmail_field(&s, &key, &value)) {
        if (slice_eq(key, SLICE("arg1")))
            argument(stage, value, e);
        else if (slice_eq(key, SLICE("relay")))
            sendmail_client(slice_head(value, unquoted_find(value, SLICE(", "))), e);
        else if (slice_eq(key, SLICE("reject")))
            return refusal(e, stage, value);
    }
    return LINE_PARSED; /* discard, quarantine, and the like: the mail goes on, or a line of its own says where */
}

/* after "AUTH failure (": "LOGIN): authentication failure (-13) ..., user=alice, relay=HOST [IP]" */
static enum line_class auth_failure(struct slice s, struct event *e)
{
    size_t close = slice_find(s, SLICE("): "));
    if (close == s.n)
        return LINE_UNPARSED;
    e->kind = EVENT_LOGIN;
    e->auth = VERDICT_FAILED;
    e->auth_method = slice_head(s, close);
    s = slice_from(s, close + 3);
    size_t relay = slice_rfind(s, SLICE(", relay="));
    if (relay < s.n) {
        sendmail_client(slice_from(s, relay + 8), e);
        s = slice_head(s, relay);
    }
    size_t user = slice_rfind(s, SLICE(", user="));
    if (user < s.n) {
        e->login = slice_from(s, user + 7);
        s = slice_head(s, user);
    }
    e->text = s;
    return LINE_PARSED;
}

/* after "AUTH=": "server, relay=HOST [IP], authid=alice, mech=LOGIN, bits=0"; "client" is our own login elsewhere */
static enum line_class auth_success(struct slice s, struct event *e)
{
    struct slice key, value;
    if (EAT(&s, "client, "))
        return LINE_PARSED;
    if (!EAT(&s, "server, "))
        return LINE_UNPARSED;
    e->kind = EVENT_LOGIN;
    e->auth = VERDICT_OK;
    while (sendmail_field(&s, &key, &value)) {
        if (slice_eq(key, SLICE("relay")))
            sendmail_client(value, e);
        else if (slice_eq(key, SLICE("authid")))
            e->login = value;
        else if (slice_eq(key, SLICE("mech")))
            e->auth_method = value;
    }
    return LINE_PARSED;
}

/* after "STARTTLS=": "server, relay=HOST [IP], version=TLSv1.3, verify=NO, cipher=..., bits=256/256" */
static enum line_class starttls(struct slice s, struct event *e)
{
    static const struct {
        struct slice key;
        const char *name;
    } facts[] = {{SLICE_LIT("version"), "tls_version"},
                 {SLICE_LIT("cipher"), "tls_cipher"},
                 {SLICE_LIT("bits"), "tls_bits"},
                 {SLICE_LIT("verify"), "tls_verify"}};
    struct slice key, value, text = s;
    if (!EAT(&s, "server, ") || STARTS(s, "error: ")) {
        if (!STARTS(text, "server, "))
            return LINE_PARSED; /* ours, as client */
        size_t at = slice_rfind(text, SLICE(", relay="));
        if (at < text.n)
            sendmail_client(slice_from(text, at + 8), e);
        return abandoned(slice_head(s, slice_find(s, SLICE(", relay="))), e, VERDICT_FAILED);
    }
    while (sendmail_field(&s, &key, &value)) {
        if (slice_eq(key, SLICE("relay")))
            sendmail_client(value, e);
        for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
            if (slice_eq(key, facts[i].key))
                event_fact(e, facts[i].name, value);
    }
    e->kind = e->client.n || e->client_name.n ? EVENT_SESSION : EVENT_NONE;
    return LINE_PARSED;
}

/* What a milter's line says the message came to; s is it from the stage on: "data, reject=550 5.7.1 text", "to=<a@example.jp>,
 * reject=451 4.7.1 text", "connect: host=x, addr=192.0.2.7, rejecting commands", "quarantine=text". */
static enum line_class milter_verdict(struct slice s, struct event *e)
{
    size_t n = 0;
    while (n < s.n && s.p[n] != '=' && s.p[n] != ',' && s.p[n] != ':' && s.p[n] != ' ')
        n++;
    struct slice word = slice_head(s, n), stage = stage_of(word);
    size_t reject = slice_rfind(s, SLICE(", reject="));
    if (reject < s.n) {
        if (n < reject && s.p[n] == '=')
            argument(stage, slice_of(s.p + n + 1, reject - n - 1), e);
        return refusal(e, stage, slice_from(s, reject + 9));
    }
    if (EAT(&s, "reject="))
        return refusal(e, SLICE("END-OF-MESSAGE"), s);
    if (slice_ends(s, SLICE(", rejecting commands"))) {
        size_t addr = slice_find(s, SLICE(", addr="));
        struct slice ip = slice_from(s, addr < s.n ? addr + 7 : s.n);
        ip = slice_head(ip, slice_chr(ip, ','));
        client_set(e, ip);
        return refusal(e, SLICE("CONNECT"), SLICE("rejecting commands"));
    }
    if (slice_ends(s, SLICE("discard")) && slice_eq(stage, SLICE("DATA"))) {
        e->kind = EVENT_GIVE_UP;
        e->outcome = OUTCOME_DISCARDED;
    }
    return LINE_PARSED;
}

/* "Milter: ...", "Milter (name): ...", "Milter add: header: ..." */
static enum line_class milter(struct slice s, struct event *e)
{
    struct slice whole = s;
    EAT(&s, "Milter");
    if (EAT(&s, ": "))
        return milter_verdict(s, e);
    if (STARTS(s, " (") &&
        (slice_find(s, SLICE("error")) < s.n || slice_find(s, SLICE("timeout")) < s.n))
        return event_service(e, SERVICE_WARNING, whole);
    return STARTS(s, " ") ? LINE_PARSED : LINE_UNPARSED;
}

/* after "milter=": "name, action=mail, reject=550 5.7.1 text", "name, reject=...", "name, quarantine=..." */
static enum line_class milter_named(struct slice s, struct event *e)
{
    struct slice key, value, stage = SLICE("END-OF-MESSAGE"), name = slice_word(&s, ',');
    EAT(&s, " ");
    event_fact(e, "milter", name);
    while (sendmail_field(&s, &key, &value)) {
        if (slice_eq(key, SLICE("action")))
            stage = stage_of(slice_head(value, slice_chr(value, ',')));
        else if (slice_eq(key, SLICE("reject")))
            return refusal(e, stage, value);
    }
    return LINE_PARSED;
}

static enum line_class lost(struct slice s, struct event *e)
{
    struct slice peer = s;
    EAT(&peer, "lost input channel from ");
    sendmail_client(slice_head(peer, slice_rfind(peer, SLICE(" to "))), e);
    return abandoned(s, e, VERDICT_ABORTED);
}

static enum line_class timeout(struct slice s, struct event *e)
{
    struct slice peer = s;
    EAT(&peer, "timeout waiting for input from ");
    sendmail_client(slice_head(peer, slice_find(peer, SLICE(" during "))), e);
    return abandoned(s, e, VERDICT_TIMEOUT);
}

/* DATA was cut off: what was received is dropped. */
static enum line_class collect(struct slice s, struct event *e)
{
    size_t from = slice_find(s, SLICE(" from "));
    if (from < s.n) {
        struct slice peer = slice_from(s, from + 6);
        sendmail_client(slice_head(peer, slice_chr(peer, ',')), e);
    }
    return refusal(e, SLICE("DATA"), s);
}

static enum line_class pregreeting(struct slice s, struct event *e)
{
    size_t at = slice_find(s, SLICE(" due to "));
    if (at == s.n)
        return LINE_UNPARSED;
    sendmail_client(slice_head(s, at), e);
    return refusal(e, SLICE("CONNECT"), slice_from(s, at + 1));
}

/* after "starting daemon (": "8.15.2): SMTP+queueing@01:00:00" */
static enum line_class started(struct slice s, struct event *e)
{
    return event_service(e, SERVICE_START, s);
}

static enum line_class stopped(struct slice s, struct event *e)
{
    return event_service(e, SERVICE_STOP, s);
}

static enum line_class restarting(struct slice s, struct event *e)
{
    return event_service(e, SERVICE_STOPPING, s);
}

static const struct notice notices[] = {
    {SLICE_LIT("ruleset="), ruleset, false},
    {SLICE_LIT("AUTH failure ("), auth_failure, false},
    {SLICE_LIT("AUTH="), auth_success, false},
    {SLICE_LIT("STARTTLS="), starttls, false},
    {SLICE_LIT("STARTTLS: "), notice_warning, true},
    {SLICE_LIT("Milter"), milter, true},
    {SLICE_LIT("milter="), milter_named, false},
    {SLICE_LIT("lost input channel from "), lost, true},
    {SLICE_LIT("timeout waiting for input from "), timeout, true},
    {SLICE_LIT("timeout writing message to "), notice_nothing, false},
    {SLICE_LIT("collect: "), collect, false},
    {SLICE_LIT("rejecting commands from "), pregreeting, false},
    {SLICE_LIT("rejecting connections on daemon "), notice_warning, true},
    {SLICE_LIT("deferring connections on daemon "), notice_warning, true},
    {SLICE_LIT("accepting connections again for daemon "), notice_nothing, false},
    {SLICE_LIT("starting daemon ("), started, true},
    {SLICE_LIT("started as: "), notice_nothing, false},
    {SLICE_LIT("stopping daemon, reason="), stopped, true},
    {SLICE_LIT("restarting "), restarting, true},
    {SLICE_LIT("low on space"), notice_alert, true},
    {SLICE_LIT("SYSERR"), notice_alert, true},
    {SLICE_LIT("Losing "), notice_alert, true},
    {SLICE_LIT("daemon "), notice_warning, true},
    {SLICE_LIT("problem creating SMTP socket"), notice_alert, true},
    {SLICE_LIT("runqueue: Skipping "), notice_warning, true},
    {SLICE_LIT("runqueue: Aborting "), notice_warning, true},
    {SLICE_LIT("runqueue: "), notice_nothing, false},
    {SLICE_LIT("error: "), notice_warning, true},
    {SLICE_LIT("warning: "), notice_warning, true},
    {SLICE_LIT("WARNING: "), notice_warning, true},
    {SLICE_LIT("My unqualified host name "), notice_warning, true},
    {SLICE_LIT("unable to qualify my own domain name "), notice_warning, true},
    {SLICE_LIT("hash map "), notice_warning, true},
    {SLICE_LIT("alias database "), notice_nothing, false},
    {SLICE_LIT("grew WorkList for "), notice_nothing, false},
    {SLICE_LIT("SMTP outgoing connect on "), notice_nothing, false},
    {SLICE_LIT("SMTP connect from "), notice_nothing, false},
    {SLICE_LIT("Authentication-Warning: "), notice_nothing, false},
    {SLICE_LIT("gethostbyaddr("), notice_nothing, false},
    {SLICE_LIT("setsender: "), notice_nothing, false},
    {SLICE_LIT("makeconnection "), notice_nothing, false},
    {SLICE_LIT("forward "), notice_nothing, false},
    {SLICE_LIT("split: "), notice_nothing, false},
    {SLICE_LIT("File descriptors missing on startup: "), notice_nothing, false},
    {SLICE_LIT("--- "), notice_nothing, false},
    {SLICE_LIT("<-- "), notice_nothing, false},
    {SLICE_LIT("--> "), notice_nothing, false}};

/* "HOST [IP] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA", "HOST [IP]: possible SMTP attack: command=AUTH,
 * count=5", "HOST [IP]: VRFY bob [rejected]" */
static enum line_class of_client(struct slice body, struct event *e)
{
    static const struct slice idle = SLICE_LIT(" did not issue MAIL/EXPN/VRFY/ETRN during ");
    size_t at = slice_find(body, idle);
    if (at < body.n) {
        sendmail_client(slice_head(body, at), e);
        return abandoned(slice_from(body, at + 1), e, VERDICT_NONE);
    }
    at = slice_find(body, SLICE("]"));
    struct slice rest = slice_from(body, at < body.n ? at + 1 : at);
    EAT(&rest, " (may be forged)");
    struct slice peer = slice_head(body, body.n - rest.n);
    if (!EAT(&rest, ": "))
        return LINE_UNPARSED;
    bool attack = STARTS(rest, "possible SMTP attack: ") || STARTS(rest, "probable open proxy: ");
    bool probe = (STARTS(rest, "VRFY ") || STARTS(rest, "EXPN ") || STARTS(rest, "ETRN ")) &&
                 slice_ends(rest, SLICE(" [rejected]"));
    if (!attack && !probe)
        return LINE_UNPARSED;
    sendmail_client(peer, e);
    if (probe)
        return refusal(e, slice_head(rest, 4), rest);
    return abandoned(rest, e, VERDICT_FAILED);
}

/* "<bob@example.net>... User unknown", "bob... Relaying denied": said to the client at RCPT */
static enum line_class said_of(struct slice body, struct event *e)
{
    size_t at = slice_find(body, SLICE("... "));
    struct slice address = slice_head(body, at);
    if (at == body.n || !address.n || slice_chr(address, ' ') < address.n)
        return LINE_UNPARSED;
    e->recipient = field_bare(address);
    return refusal(e, SLICE("RCPT"), slice_from(body, at + 4));
}

enum line_class sendmail_notice(struct slice body, struct event *e)
{
    enum line_class class;
    if (notice_told(notices, sizeof notices / sizeof *notices, body, e, &class))
        return class;
    class = of_client(body, e);
    if (class == LINE_UNPARSED)
        class = said_of(body, e);
    bool table = slice_find(body, SLICE(" aliases, longest ")) < body.n && STARTS(body, "/");
    return table ? LINE_PARSED : class;
}
