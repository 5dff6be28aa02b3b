/* dialect_postfix_delivery.c - the lines of delivery agents: one for each recipient and attempt, and what smtp and lmtp say
 * of the servers they talk to.
 *
 * Why: dwell, outcome and cause of every recipient rest on one line kind.
 * Invariant: keys are read by name, in the order they come, up to status=; the address ends only where ", orig_to=<" or
 * ", relay=" begins (quotes are stepped over), and the text in () goes to the line's end, so that neither a recipient
 * nor a remote reply supplies a key.
 * Facts: Postfix 3.12 (20260821) log_adhoc.c, format_tv.c, defer.c, bounce.c, sent.c, verify.c, smtp_connect.c,
 * smtp_proto.c, smtp_trouble.c; tls= since 3.12, addresses without <> before 2.1; delays= since 2.3.
 * Example: 4F2C1A0B12: to=<b@example.net>, relay=mx.example.net[192.0.2.9]:25, delay=1.3, delays=0.05/0.01/0.9/0.34,
 * dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5A3D2B1C0F) */
#include "postfix.h"

#include "postmortem/mail/address.h"

/* Behind the closing quote of a quoted local part at s.p[1], or 1 where there is none. */
static size_t behind_quotes(struct slice s)
{
    if (s.n < 2 || s.p[1] != '"')
        return 1;
    for (size_t i = 2; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            return i + 1;
    }
    return 1;
}

/* "<b@example.net>, " or, of old, "b@example.net, " at the start of *s, before relay= or orig_to=. */
static bool address_eat(struct slice *s, struct slice *out)
{
    bool angles = s->n && s->p[0] == '<';
    char end = angles ? '>' : ',';
    for (size_t at = angles ? behind_quotes(*s) : 0;; at++) {
        at += slice_chr(slice_from(*s, at), end);
        if (at >= s->n)
            return false;
        struct slice rest = slice_from(*s, at + angles);
        if (!EAT(&rest, ", ") ||
            (!slice_starts(rest, SLICE("relay=")) && !slice_starts(rest, SLICE("orig_to="))))
            continue;
        *out = slice_of(s->p + angles, at - angles);
        *s = rest;
        return true;
    }
}

/* Digits at p, at most that many before end: how many; their number behind what *v has. */
static size_t digits_add(const char *p, const char *end, size_t most, int64_t *v)
{
    const char *from = p;
    if ((size_t)(end - p) > most)
        end = p + most;
    for (unsigned d; p < end && (d = (unsigned char)(*p - '0')) < 10; p++)
        *v = *v * 10 + d;
    return (size_t)(p - from);
}

/* "46621", "0.05": seconds with up to six decimals, in microseconds. */
static bool span_eat(struct slice *s, int64_t *out)
{
    static const int64_t units[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    int64_t v = 0, parts = 0;
    const char *end = s->p + s->n;
    size_t n = digits_add(s->p, end, 11, &v);
    if (n == 0 || n == 11)
        return false;
    v *= SECOND;
    if (n + 1 < s->n && s->p[n] == '.' && postfix_digit(s->p[n + 1])) {
        size_t places = digits_add(s->p + n + 1, end, 6, &parts);
        v += parts * units[places];
        n += 1 + places;
    }
    *out = v;
    *s = slice_from(*s, n);
    return true;
}

/* "0.05/0.01/0.9/0.34" */
static bool phases_eat(struct slice *s, struct phases *p)
{
    return span_eat(s, &p->before_queue) && EAT(s, "/") && span_eat(s, &p->in_queue) &&
           EAT(s, "/") && span_eat(s, &p->connect) && EAT(s, "/") && span_eat(s, &p->transfer);
}

/* "mx.example.net[192.0.2.9]:25", "local", "none" */
static void relay_read(struct slice relay, struct event *e)
{
    struct peer p;
    if (slice_eq(relay, SLICE("none")))
        return;
    if (peer_eat(&relay, &p))
        peer_relay(&p, e);
    else
        e->relay = relay;
}

/* "... queued as 5A3D2B1C0F", "forwarded as 5A3D2B1C0F", at the text's end. */
static void link_read(struct event *e)
{
    struct slice s = e->reply;
    size_t blank = slice_rchr(s, ' ');
    if (blank == s.n || !postfix_id_whole(slice_from(s, blank + 1)))
        return;
    struct slice before = slice_head(s, blank);
    if (slice_ends(before, SLICE("queued as")))
        e->link = LINK_REINJECT;
    else if (slice_eq(before, SLICE("forwarded as")))
        e->link = LINK_FORWARD;
    else
        return;
    e->link_id = slice_from(s, blank + 1);
}

/* "(in reply to RCPT TO command)" at the end of *s, cut off it: the stage. */
static void stage_cut(struct slice *s, struct event *e)
{
    if (!slice_ends(*s, SLICE(" command)")))
        return;
    size_t at = slice_rfind(*s, SLICE(" (in reply to "));
    if (at + 14 + 9 > s->n)
        return;
    e->stage = slice_of(s->p + at + 14, s->n - at - 14 - 9);
    s->n = at;
}

/* "550 5.1.1 ...", "host mx.example.net[192.0.2.9] said: 550 5.1.1 ...": the remote's code. */
static void code_read(struct slice text, struct event *e)
{
    struct slice status = e->status;
    stage_cut(&text, e);
    if (EAT(&text, "host ")) {
        size_t at = slice_find(text, SLICE(" said: "));
        size_t refused =
            at == text.n ? slice_find(text, SLICE(" refused to talk to me: ")) : text.n;
        text = slice_from(text, at < text.n ? at + 7 : refused < text.n ? refused + 24 : text.n);
    }
    postfix_codes(&text, e);
    if (status.n)
        e->status = status;
}

static const struct end {
    struct slice word;
    enum outcome outcome;
    bool final, probe;
} ends[] = {{SLICE_LIT("sent"), OUTCOME_SENT, true, false},
            {SLICE_LIT("deferred"), OUTCOME_DEFERRED, false, false},
            {SLICE_LIT("bounced"), OUTCOME_BOUNCED, true, false},
            {SLICE_LIT("deliverable"), OUTCOME_SENT, true, true},
            {SLICE_LIT("undeliverable"), OUTCOME_BOUNCED, true, true},
            {SLICE_LIT("undeliverable-but-not-cached"), OUTCOME_BOUNCED, true, true},
            {SLICE_LIT("SOFTBOUNCE"), OUTCOME_DEFERRED, false, false}};

/* Behind "status=": "sent (text to the line's end)" */
static enum line_class status_read(struct slice s, struct event *e)
{
    struct slice word = slice_word(&s, ' ');
    size_t i = 0;
    while (i < sizeof ends / sizeof *ends && !slice_eq(word, ends[i].word))
        i++;
    if (i == sizeof ends / sizeof *ends)
        return LINE_UNPARSED;
    e->outcome = ends[i].outcome;
    e->final = ends[i].final;
    e->probe = ends[i].probe;
    if (e->probe)
        event_fact(e, "verified", word);
    if (EAT(&s, "(")) {
        if (s.n && s.p[s.n - 1] == ')')
            s.n--;
        e->reply = s;
    }
    if (e->outcome == OUTCOME_SENT && !e->probe) {
        if (!e->relay.n) /* discard(8) gives it to nobody */
            e->outcome = OUTCOME_DISCARDED;
        link_read(e);
    }
    code_read(e->reply, e);
    return LINE_PARSED;
}

/* One "key=value, " behind relay=; false at status= and where the line is none of ours. */
static bool key_eat(struct slice *s, struct event *e)
{
    struct slice rest = *s;
    if (EAT(&rest, "delay=")) {
        e->has_delay = span_eat(&rest, &e->delay);
    } else if (EAT(&rest, "delays=")) {
        e->has_phases = phases_eat(&rest, &e->phases);
    } else if (EAT(&rest, "dsn=")) {
        e->status = slice_head(rest, slice_chr(rest, ','));
    } else if (slice_starts(rest, SLICE("status="))) {
        return false;
    } else {
        size_t comma = slice_chr(rest, ',');
        if (EAT(&rest, "tls="))
            event_fact(e, "tls", slice_head(rest, comma - 4));
        else if (EAT(&rest, "conn_use="))
            event_fact(e, "conn_use", slice_head(rest, comma - 9));
    }
    size_t comma = slice_chr(rest, ',');
    if (comma + 2 > rest.n || rest.p[comma + 1] != ' ')
        return false;
    *s = slice_from(rest, comma + 2);
    return true;
}

/* A socket leads into mailboxes of this host, if not to a filter that gives the mail back. */
static void channel_read(enum postfix_agent agent, bool socket, struct event *e)
{
    if (agent == AGENT_LOCAL || (agent == AGENT_SMTP && socket && e->link == LINK_NONE))
        e->channel = CHANNEL_LOCAL;
    else if (agent == AGENT_SMTP && e->relay_port && !address_loopback(e->relay_ip))
        e->channel = CHANNEL_REMOTE;
}

enum line_class postfix_delivery(struct slice s, enum postfix_agent agent, struct event *e)
{
    if (!address_eat(&s, &e->recipient))
        return LINE_UNPARSED;
    if (EAT(&s, "orig_to=") && !address_eat(&s, &e->orig_recipient))
        return LINE_UNPARSED;
    size_t comma = slice_chr(s, ',');
    if (!EAT(&s, "relay=") || comma < 6)
        return LINE_UNPARSED;
    relay_read(slice_head(s, comma - 6), e);
    bool socket = e->facts_n > 0;
    s = slice_from(s, comma - 6);
    if (!EAT(&s, ", "))
        return LINE_UNPARSED;
    while (key_eat(&s, e))
        ;
    if (!EAT(&s, "status="))
        return LINE_UNPARSED;
    e->kind = EVENT_ATTEMPT;
    enum line_class class = status_read(s, e);
    channel_read(agent, socket, e);
    return class;
}

/* One server at the start of *s. */
static bool server(struct slice *s, struct event *e)
{
    struct peer p;
    if (!peer_eat(s, &p))
        return false;
    peer_relay(&p, e);
    return true;
}

/* Behind "host ": one server of several said no, which ends nothing. */
static enum line_class said(struct slice s, struct event *e)
{
    if (!server(&s, e) || (!EAT(&s, " said: ") && !EAT(&s, " refused to talk to me: ")))
        return LINE_UNPARSED;
    stage_cut(&s, e);
    e->reply = s;
    postfix_codes(&s, e);
    return LINE_PARSED;
}

enum line_class postfix_smtp_id(struct slice s, struct event *e)
{
    static const struct slice plain[] = {
        SLICE_LIT("Cannot start TLS: "),      SLICE_LIT("TLS is required, "),
        SLICE_LIT("Server certificate not "), SLICE_LIT("Sender requested REQUIRETLS"),
        SLICE_LIT("breaking line > "),        SLICE_LIT("got ")};
    struct slice rest = s;
    if (EAT(&rest, "host "))
        return said(rest, e);
    if ((EAT(&rest, "lost connection with ") || EAT(&rest, "conversation with "))) {
        e->text = s;
        return server(&rest, e) ? LINE_PARSED : LINE_UNPARSED;
    }
    if (EAT(&rest, "enabling PIX workarounds: ")) {
        size_t at = slice_rfind(rest, SLICE(" for "));
        event_fact(e, "pix_workarounds", slice_head(rest, at));
        rest = slice_from(rest, at);
        return EAT(&rest, " for ") && server(&rest, e) ? LINE_PARSED : LINE_UNPARSED;
    }
    if (EAT(&rest, "SASL authentication failed; server ")) {
        if (!server(&rest, e) || !EAT(&rest, " said: "))
            return LINE_UNPARSED;
        e->reply = rest;
        postfix_codes(&rest, e);
        e->text = s;
        e->kind = EVENT_SERVICE;
        e->service = SERVICE_WARNING;
        return LINE_PARSED;
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (slice_starts(s, plain[i]))
            return LINE_PARSED;
    return LINE_UNPARSED;
}

enum line_class postfix_smtp(struct slice s, struct event *e)
{
    if (EAT(&s, "connect to ") || EAT(&s, "SSL_connect error to ") ||
        EAT(&s, "certificate verification failed for ") ||
        EAT(&s, "setting up TLS connection to ")) {
        if (!server(&s, e))
            return LINE_UNPARSED;
        if (EAT(&s, ": "))
            e->text = s;
        return LINE_PARSED;
    }
    if (postfix_tls(s, e) == LINE_PARSED)
        return LINE_PARSED;
    if (EAT(&s, "discarding EHLO keywords: ")) {
        event_fact(e, "ehlo_discarded", s);
        return LINE_PARSED;
    }
    return slice_starts(s, SLICE("certificate peer name verification failed for ")) ||
                   slice_starts(s, SLICE("host ")) || slice_starts(s, SLICE("TLS SNI "))
               ? LINE_PARSED
               : LINE_UNPARSED;
}
