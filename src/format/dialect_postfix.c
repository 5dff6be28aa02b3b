/* dialect_postfix.c - the lines of Postfix: whose a line is, and those of anvil, scache, verify, master and the scripts.
 *
 * Why: one message is told by five programs under one queue id; tag and id must come out the same for all of them.
 * Invariant: one look at the start picks the line kind; no text that others chose decides which it is.
 * Facts: Postfix 3.12 (20260821) source: mail_queue.h (ids), anvil.c, scache.c, dict_cache.c, master.c; older versions by
 * real lines since 2.3.
 * Example: statistics: max connection rate 1/60s for (smtpd:192.0.2.9) at Nov 23 08:05:11 */
#include "postfix.h"

enum { SHORT_LEAST = 6, SHORT_MOST = 21, LONG_LEAST = 12, LONG_MOST = 32 };

/* The digits of a long id, base 52 without vowels: one more than each is worth; 0: it is none. */
static const unsigned char long_digits[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['B'] = 11, ['C'] = 12, ['D'] = 13, ['F'] = 14, ['G'] = 15, ['H'] = 16,
    ['J'] = 17, ['K'] = 18, ['L'] = 19, ['M'] = 20, ['N'] = 21, ['P'] = 22, ['Q'] = 23, ['R'] = 24,
    ['S'] = 25, ['T'] = 26, ['V'] = 27, ['W'] = 28, ['X'] = 29, ['Y'] = 30, ['Z'] = 31, ['b'] = 32,
    ['c'] = 33, ['d'] = 34, ['f'] = 35, ['g'] = 36, ['h'] = 37, ['j'] = 38, ['k'] = 39, ['l'] = 40,
    ['m'] = 41, ['n'] = 42, ['p'] = 43, ['q'] = 44, ['r'] = 45, ['s'] = 46, ['t'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52};

/* The length of the id at the start of s, or 0: capital hexadecimal digits, or longer than these, a long one's. */
static size_t id_run(struct slice s)
{
    size_t hex = slice_capital_hex(s), n = 0;
    if (hex < s.n && long_digits[(unsigned char)s.p[hex]])
        while (n < s.n && long_digits[(unsigned char)s.p[n]])
            n++;
    if (n <= hex) /* nothing goes on behind them, or an A or E is among them */
        return hex >= SHORT_LEAST && hex <= SHORT_MOST ? hex : 0;
    return n >= LONG_LEAST && n <= LONG_MOST && memchr(s.p, 'z', n) ? n : 0;
}

size_t postfix_id(struct slice s)
{
    size_t n = id_run(s);
    return n && n + 2 <= s.n && s.p[n] == ':' && s.p[n + 1] == ' ' ? n : 0;
}

bool postfix_id_whole(struct slice s)
{
    return s.n && id_run(s) == s.n;
}

/* A long id begins with the seconds (six digits of base 52 or more) and microseconds (four) of its making, then comes the
 * last 'z' in it. */
static bool id_instant(struct slice id, when *out)
{
    size_t z = slice_rchr(id, 'z');
    int64_t v[2] = {0, 0};
    if (z == id.n || z < 10 || z > 14)
        return false;
    for (size_t i = 0; i < z; i++) {
        int64_t *into = &v[i >= z - 4];
        unsigned digit = long_digits[(unsigned char)id.p[i]];
        if (digit == 0)
            return false;
        *into = *into * 52 + digit - 1;
    }
    if (v[1] >= SECOND || v[0] > WHEN_LAST_DATED / SECOND)
        return false;
    *out = v[0] * SECOND + v[1];
    return true;
}

bool peer_eat(struct slice *s, struct peer *p)
{
    size_t open = slice_chr(slice_head(*s, 256), '[');
    if (open >= s->n || open >= 256)
        return false;
    struct slice rest = slice_from(*s, open + 1);
    size_t close = slice_chr(rest, ']');
    if (close == rest.n || (open && memchr(s->p, ' ', open)))
        return false;
    *p = (struct peer){slice_head(*s, open), slice_head(rest, close), 0};
    rest = slice_from(rest, close + 1);
    if (rest.n > 1 && rest.p[0] == ':' && postfix_digit(rest.p[1])) {
        size_t n = 1;
        for (; n < rest.n && n < 7 && postfix_digit(rest.p[n]); n++)
            p->port = p->port * 10 + (unsigned)(rest.p[n] - '0');
        rest = slice_from(rest, n);
    }
    *s = rest;
    return true;
}

void peer_client(const struct peer *p, struct event *e)
{
    if (!slice_eq(p->name, SLICE("unknown")))
        e->client_name = slice_fresh(p->name);
    if (!slice_eq(p->address, SLICE("unknown")))
        e->client = slice_fresh(p->address);
    e->client_port = p->port;
}

static bool address_like(struct slice s)
{
    return s.n && (postfix_digit(s.p[0]) || slice_chr(s, ':') < s.n) && slice_chr(s, '/') == s.n;
}

void peer_relay(const struct peer *p, struct event *e)
{
    e->relay = slice_fresh(p->name);
    e->relay_port = p->port;
    if (address_like(p->address))
        e->relay_ip = slice_fresh(p->address);
    else
        event_fact(e, "relay_service", p->address);
    if (e->relay.n == 0)
        e->relay = p->address;
}

void postfix_codes(struct slice *s, struct event *e)
{
    const char *p = s->p;
    if (s->n > 3 && p[0] >= '2' && p[0] <= '5' && postfix_digit(p[1]) && postfix_digit(p[2]) &&
        (p[3] == ' ' || p[3] == '-')) {
        e->code = (unsigned)((p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0'));
        *s = slice_from(*s, 4);
    }
    e->status = status_at(*s);
    *s = slice_from(*s, e->status.n);
    EAT(s, " ");
}

static enum line_class service(struct event *e, enum service_event kind, struct slice text)
{
    e->kind = EVENT_SERVICE;
    e->service = kind;
    e->text = text;
    return LINE_PARSED;
}

void postfix_accepted(struct event *e)
{
    e->kind = EVENT_ACCEPT;
    e->has_id_time = id_instant(e->queue_id, &e->id_time);
}

/* Behind "QID: ". */
static enum line_class with_id(struct slice s, enum postfix_agent agent, struct event *e)
{
    if (EAT(&s, "to="))
        return postfix_delivery(s, agent, e);
    if (EAT(&s, "from=<"))
        return postfix_envelope(s, e);
    if (EAT(&s, "message-id="))
        return postfix_message_id(s, e);
    if (slice_eq(s, SLICE("removed")))
        return postfix_removed(agent, e);
    if (EAT(&s, "client=")) {
        postfix_accepted(e);
        return postfix_accept(s, e);
    }
    if (EAT(&s, "uid="))
        return postfix_picked_up(s, e);
    if (slice_starts(s, SLICE("sender ")) || slice_starts(s, SLICE("postmaster ")))
        return postfix_notification(s, e);
    if (postfix_smtp_id(s, e) == LINE_PARSED || postfix_passing(s, e) ||
        postfix_lost(s, e) == LINE_PARSED)
        return LINE_PARSED;
    return postfix_action(s, e);
}

/* Behind "NOQUEUE: ": of a session, no message. */
static enum line_class without_queue(struct slice s, struct event *e)
{
    if (!EAT(&s, "client="))
        return postfix_lost(s, e) == LINE_PARSED ? LINE_PARSED : postfix_action(s, e);
    enum line_class class = postfix_accept(s, e);
    e->kind = e->login.n ? EVENT_LOGIN : EVENT_SESSION;
    return class;
}

/* Behind "statistics: max ": "connection rate 1/60s for (smtp:192.0.2.9) at Nov 23 08:05:11", "cache size 1 at ..." */
static enum line_class anvil(struct slice s, struct event *e)
{
    static const struct slice what[] = {SLICE_LIT("connection"), SLICE_LIT("message"),
                                        SLICE_LIT("recipient"),  SLICE_LIT("newtls"),
                                        SLICE_LIT("auth"),       SLICE_LIT("cache")};
    size_t i = 0;
    while (i < sizeof what / sizeof *what && !slice_starts(s, what[i]))
        i++;
    size_t at = slice_rfind(s, SLICE(" at "));
    if (i == sizeof what / sizeof *what || at == s.n)
        return LINE_UNPARSED;
    event_fact(e, "at", slice_from(s, at + 4));
    s.n = at;
    event_fact(e, "measure", slice_head(s, slice_chr(s, ' ')));
    slice_word(&s, ' ');
    event_fact(e, "unit", slice_word(&s, ' '));
    struct slice value = slice_word(&s, ' ');
    event_fact(e, "value", slice_word(&value, '/'));
    if (value.n)
        event_fact(e, "period", value);
    if (!EAT(&s, "for (") || !cut_end(&s, SLICE(")")))
        return s.n ? LINE_UNPARSED : LINE_PARSED;
    /* "smtpd:2001:db8::1", or the service by its address: "127.0.0.1:2525:192.0.2.9" */
    at = slice_chr(s, ':');
    if (s.n && postfix_digit(s.p[0]) && at < s.n)
        at += 1 + slice_chr(slice_from(s, at + 1), ':');
    if (at >= s.n)
        return LINE_UNPARSED;
    event_fact(e, "service", slice_head(s, at));
    if (!slice_eq(slice_from(s, at + 1), SLICE("unknown")))
        e->client = slice_from(s, at + 1);
    return LINE_PARSED;
}

/* "hits=0 miss=1 success=0%": each a fact by its own name, of those known here. */
static void counters(struct slice s, struct event *e)
{
    static const char *const names[] = {"hits",      "miss",       "success",  "domains",
                                        "addresses", "connection", "retained", "dropped"};
    while (s.n) {
        struct slice value = slice_word(&s, ' ');
        struct slice name = slice_word(&value, '=');
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (slice_eq(name, slice_str(names[i])))
                event_fact(e, names[i], value);
    }
}

/* Behind "statistics: ", of scache. */
static enum line_class scache(struct slice s, struct event *e)
{
    if (EAT(&s, "start interval ")) {
        event_fact(e, "at", s);
        return LINE_PARSED;
    }
    if (!slice_starts(s, SLICE("domain lookup ")) && !slice_starts(s, SLICE("address lookup ")) &&
        !slice_starts(s, SLICE("max simultaneous ")))
        return LINE_UNPARSED;
    counters(s, e);
    return LINE_PARSED;
}

/* Behind "cache ": "btree:/var/lib/postfix/verify_cache full cleanup: retained=242 dropped=7 entries" */
static enum line_class cache(struct slice s, struct event *e)
{
    size_t at = slice_rfind(s, SLICE(" cleanup: "));
    if (at == s.n)
        return LINE_UNPARSED;
    counters(slice_from(s, at + 10), e);
    struct slice before = slice_head(s, at);
    size_t blank = slice_rchr(before, ' ');
    if (blank < before.n)
        event_fact(e, "cleanup", slice_from(before, blank + 1));
    return LINE_PARSED;
}

/* Behind "daemon started -- " and "reload -- ": "version 3.7.11, configuration /etc/postfix" */
static void version(struct slice s, struct event *e)
{
    size_t comma = slice_find(s, SLICE(", configuration "));
    if (!EAT(&s, "version ") || comma == s.n + 8)
        return;
    event_fact(e, "version", slice_head(s, comma - 8));
    event_fact(e, "configuration", slice_from(s, comma - 8 + 16));
}

static enum line_class master(struct slice body, struct event *e)
{
    struct slice s = body;
    if (EAT(&s, "daemon started -- ")) {
        version(s, e);
        return service(e, SERVICE_START, body);
    }
    if (EAT(&s, "terminating on signal ")) {
        event_fact(e, "signal", s);
        return service(e, SERVICE_STOP, body);
    }
    if (slice_starts(s, SLICE("stopping the Postfix mail system")))
        return service(e, SERVICE_STOPPING, body);
    if (!EAT(&s, "reload -- "))
        return LINE_UNPARSED;
    version(s, e);
    return LINE_PARSED;
}

/* "Deleted: 115 messages", of postsuper. */
static bool postsuper_sum(struct slice s, struct event *e)
{
    static const struct slice words[] = {SLICE_LIT("Deleted"),
                                         SLICE_LIT("Requeued"),
                                         SLICE_LIT("Placed on hold"),
                                         SLICE_LIT("Released from hold"),
                                         SLICE_LIT("Expired"),
                                         SLICE_LIT("Force-expired"),
                                         SLICE_LIT("Renamed to match inode number")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct slice rest = s;
        if (!slice_eat(&rest, words[i]) || !EAT(&rest, ": "))
            continue;
        e->text = words[i];
        event_fact(e, "count", slice_word(&rest, ' '));
        return slice_starts(rest, SLICE("message"));
    }
    return false;
}

/* Lines that say nothing about mail. */
static bool housekeeping(struct slice s)
{
    static const struct slice starts[] = {
        SLICE_LIT("table "),
        SLICE_LIT("using backwards-compatible "),
        SLICE_LIT("initializing the "),
        SLICE_LIT("starting the Postfix mail system"),
        SLICE_LIT("refreshing the Postfix mail system"),
        SLICE_LIT("the Postfix mail system is "),
        SLICE_LIT("waiting for the Postfix mail system to terminate"),
        SLICE_LIT("aborting the Postfix mail system"),
        SLICE_LIT("master exit time has arrived"),
        SLICE_LIT("Postfix is running with backwards-compatible default settings"),
        SLICE_LIT("See http"),
        SLICE_LIT("To disable backwards compatibility use "),
        SLICE_LIT("entering STRESS mode"),
        SLICE_LIT("leaving STRESS mode"),
        SLICE_LIT("tls_library_init: ")};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (slice_starts(s, starts[i]))
            return true;
    return false;
}

/* "warning: ...", "fatal: ...", with or without the id of a message behind. */
static bool level(struct slice body, enum service_event *kind, struct slice *rest)
{
    *rest = body;
    *kind = SERVICE_WARNING;
    if (EAT(rest, "warning: "))
        return true;
    *kind = SERVICE_ALERT;
    return EAT(rest, "fatal: ") || EAT(rest, "panic: ") || EAT(rest, "error: ");
}

static enum line_class levelled(struct slice body, struct slice rest, enum service_event kind,
                                struct event *e)
{
    if (kind == SERVICE_WARNING && postfix_warned(rest, e) == LINE_PARSED)
        return LINE_PARSED;
    e->queue_id = slice_head(rest, postfix_id(rest));
    return service(e, kind, body);
}

static enum line_class without_id(struct slice s, enum postfix_agent agent, struct event *e)
{
    enum service_event kind;
    struct slice rest;
    if (agent == AGENT_SMTPD && postfix_smtpd(s, e) == LINE_PARSED)
        return LINE_PARSED;
    if (agent == AGENT_POSTSCREEN && postfix_postscreen(s, e) == LINE_PARSED)
        return LINE_PARSED;
    if (level(s, &kind, &rest))
        return levelled(s, rest, kind, e);
    if (agent == AGENT_SMTP && postfix_smtp(s, e) == LINE_PARSED)
        return LINE_PARSED;
    rest = s;
    if (EAT(&rest, "statistics: "))
        return EAT(&rest, "max ") && !slice_starts(rest, SLICE("simultaneous "))
                   ? anvil(rest, e)
                   : scache(slice_from(s, 12), e);
    if (EAT(&rest, "cache "))
        return cache(rest, e);
    if (housekeeping(s) || postsuper_sum(s, e))
        return LINE_PARSED;
    return master(s, e);
}

static enum postfix_agent agent_of(struct slice service)
{
    switch (service.n) { /* asked for every line: one comparison at most for nearly all */
    case 4:
        return slice_eq(service, SLICE("smtp")) || slice_eq(service, SLICE("lmtp")) ? AGENT_SMTP
                                                                                    : AGENT_OTHER;
    case 5:
        if (slice_eq(service, SLICE("smtpd")))
            return AGENT_SMTPD;
        return slice_eq(service, SLICE("local")) ? AGENT_LOCAL : AGENT_OTHER;
    case 7:
        if (slice_eq(service, SLICE("virtual")))
            return AGENT_LOCAL;
        return slice_eq(service, SLICE("dnsblog")) ? AGENT_POSTSCREEN : AGENT_OTHER;
    case 8:
        return slice_eq(service, SLICE("tlsproxy")) ? AGENT_POSTSCREEN : AGENT_OTHER;
    case 9:
        return slice_eq(service, SLICE("postsuper")) ? AGENT_POSTSUPER : AGENT_OTHER;
    case 10:
        return slice_eq(service, SLICE("postscreen")) ? AGENT_POSTSCREEN : AGENT_OTHER;
    default:
        return AGENT_OTHER;
    }
}

/* "postfix-out/smtpd": the program behind the last slash, the instance before the first where it is not the usual one. */
static enum postfix_agent tag_split(struct event *e)
{
    struct slice tag = e->program;
    size_t name = tag.n; /* a tag is short, and every line has one: no call */
    while (name && tag.p[name - 1] != '/')
        name--;
    if (name && !slice_starts(tag, SLICE("postfix/")))
        e->session = slice_head(tag, slice_chr(tag, '/'));
    return agent_of(slice_from(tag, name));
}

enum line_class postfix_read(struct slice body, struct event *e)
{
    enum postfix_agent agent = tag_split(e);
    size_t n = postfix_id(body);
    if (n) {
        e->queue_id = slice_head(body, n);
        return with_id(slice_from(body, n + 2), agent, e);
    }
    return EAT(&body, "NOQUEUE: ") ? without_queue(body, e) : without_id(body, agent, e);
}
