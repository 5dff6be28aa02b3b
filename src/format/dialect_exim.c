/* dialect_exim.c - the steps of a message in Exim's main log.
 *
 * Why: arrival, each delivery and the end are one line each, told apart by a flag of two characters.
 * Invariant: keys count in the order Exim writes them; after id= (the sender's own text) no key is believed but the
 * subject's, which is quoted; what follows ": " is text.  A line with a message's id and without a flag is a note:
 * administrators write their own (logwrite=), so any text is one.
 * Facts: Exim 4.69 to 4.98 (receive.c, deliver.c, log.c); ids begin with six digits of base 62 that are seconds since 1970.
 * "retry time not reached" and Spool file locks are no attempts.  "(dest) <orig>": what an address was made of by aliases.
 * Example: 2026-11-23 08:05:12 1vNAbC-000000012Ab-0xYz => bob@example.net R=dnslookup T=remote_smtp H=mx.example.net
 * [192.0.2.9]:25 C="250 OK id=1vNAbd-000000034Cd-1aBc" QT=1s */
#include "exim.h"

#include "postmortem/mail/address.h"

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static int base62(char c)
{
    if (digit(c))
        return c - '0';
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'z' ? c - 'a' + 36 : -1;
}

/* "XXXXXX-YYYYYY-ZZ" or, since 4.97, "XXXXXX-YYYYYYYYYYY-ZZZZ", and a blank */
static bool id_shape(struct slice s, size_t middle, size_t tail)
{
    size_t n = 8 + middle + tail;
    if (s.n < n || (s.n > n && s.p[n] != ' '))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool dash = i == 6 || i == 7 + middle;
        if (dash ? s.p[i] != '-' : base62(s.p[i]) < 0)
            return false;
    }
    return true;
}

static bool eat_id(struct slice *s, struct slice *id)
{
    size_t n = id_shape(*s, 6, 2) ? 16 : id_shape(*s, 11, 4) ? 23 : 0;
    if (!n)
        return false;
    *id = slice_head(*s, n);
    *s = slice_from(*s, n < s->n ? n + 1 : n);
    return true;
}

/* Darwin and Cygwin count to base 36; such ids lie centuries ahead as base 62, and give none. */
static bool id_instant(struct slice id, when *out)
{
    int64_t seconds = 0;
    for (size_t i = 0; i < 6; i++)
        seconds = seconds * 62 + base62(id.p[i]);
    *out = seconds * SECOND;
    return seconds > 0 && seconds < INT64_C(4102444800); /* the year 2100 */
}

bool exim_stamp(struct slice *s, struct civil *local, when *instant)
{
    static const char shape[] = "0000-00-00 00:00:00";
    static const int scale[] = {100000, 10000, 1000, 100, 10, 1};
    int v[6] = {0}, part = 0;
    *local = (struct civil){0};
    *instant = WHEN_NONE;
    if (s->n < sizeof shape - 1)
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        if (shape[i] == '0' ? !digit(s->p[i]) : s->p[i] != shape[i])
            return false;
        if (shape[i] == '0')
            v[part] = v[part] * 10 + s->p[i] - '0';
        else
            part++;
    }
    struct slice rest = slice_from(*s, sizeof shape - 1);
    int micro = 0;
    if (EAT(&rest, "."))
        for (size_t i = 0; i < 6 && rest.n && digit(rest.p[0]); i++, rest = slice_from(rest, 1))
            micro += (rest.p[0] - '0') * scale[i];
    if (rest.n && rest.p[0] != ' ')
        return false;
    *local = (struct civil){v[0], v[1], v[2], v[3], v[4], v[5], micro};
    bool dated = civil_valid(local) && v[0] > 0;
    if (!dated)
        *local = (struct civil){0};
    uint64_t zone;
    bool signed_ = rest.n > 6 && rest.p[0] == ' ' && (rest.p[1] == '+' || rest.p[1] == '-') &&
                   (rest.n == 6 || rest.p[6] == ' ') && slice_u64(slice_of(rest.p + 2, 4), &zone) &&
                   zone / 100 < 24 && zone % 100 < 60;
    if (signed_) {
        int64_t offset = (int64_t)(zone / 100 * 3600 + zone % 100 * 60) * SECOND;
        if (dated)
            *instant = civil_when(local) - (rest.p[1] == '-' ? -offset : offset);
        rest = slice_from(rest, 6);
    }
    EAT(&rest, " ");
    *s = rest;
    return true;
}

bool exim_pid(struct slice *s, uint64_t *pid)
{
    struct slice rest = *s;
    if (!EAT(&rest, "[") || !slice_eat_u64(&rest, pid) || !EAT(&rest, "] "))
        return false;
    *s = rest;
    return true;
}

bool exim_part_eat(struct slice *s, struct exim_part *part)
{
    struct slice rest = *s;
    *part = (struct exim_part){0};
    if (!EAT(&rest, "[") || !slice_eat_u64(&rest, &part->number) || !rest.n)
        return false;
    bool slash = rest.p[0] == '/';
    if (!slash && rest.p[0] != '\\')
        return false;
    rest = slice_from(rest, 1);
    if (!slice_eat_u64(&rest, &part->of) || !EAT(&rest, "] "))
        return false;
    part->goes_on = slash && part->number < part->of;
    *s = rest;
    return true;
}

/* " [192.0.2.9]:25" at the start of *s: stepped over. */
static bool host_ip(struct slice *s, struct exim_host *h)
{
    struct slice rest = *s;
    uint64_t port;
    EAT(&rest, " ");
    size_t close = slice_chr(slice_head(rest, 64), ']');
    if (close >= 64 || close == rest.n)
        return false;
    struct slice ip = ip_in_brackets(slice_head(rest, close + 1));
    if (!ip.n)
        return false;
    h->ip = ip;
    *s = rest = slice_from(rest, close + 1);
    if (EAT(&rest, ":") && slice_eat_u64(&rest, &port) && port < 65536) {
        h->port = (unsigned)port;
        *s = rest;
    }
    return true;
}

/* Where the HELO at the start of s ends: before the last ")" that an IP in brackets follows, for it is the client's own
 * text and may look like an end.  It is looked for up to what may be others' text too: an address, a quote, a reason. */
static size_t helo_end(struct slice s, struct slice *after, struct exim_host *h)
{
    static const struct slice stops[] = {SLICE_LIT("<"), SLICE_LIT("\""), SLICE_LIT(": ")};
    struct slice part = s;
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
        part = slice_head(part, slice_find(part, stops[i]));
    for (;;) {
        size_t at = slice_rfind(part, SLICE(") ["));
        if (at == part.n)
            return s.n;
        *after = slice_from(s, at + 1);
        if (host_ip(after, h))
            return at;
        part = slice_head(part, at);
    }
}

void exim_host_read(struct slice *s, struct exim_host *h)
{
    *h = (struct exim_host){0};
    if (s->n && s->p[0] != '(' && s->p[0] != '[') {
        size_t n = slice_chr(*s, ' ');
        if (n && s->p[n - 1] == ':')
            n--;
        h->name = slice_head(*s, n);
        *s = slice_from(*s, n);
    }
    struct slice rest = *s, after;
    EAT(&rest, " ");
    if (!EAT(&rest, "(")) {
        host_ip(s, h);
        return;
    }
    size_t end = helo_end(rest, &after, h);
    if (end < rest.n) {
        h->helo = slice_head(rest, end);
        *s = after;
    }
}

void exim_client(const struct exim_host *h, struct event *e)
{
    client_set(e, h->ip);
    e->client_port = h->port;
    e->client_name = h->name;
    e->helo = h->helo;
}

bool exim_field(struct slice *s, struct slice *key, struct slice *value)
{
    size_t n = 0;
    while (n < s->n && n < 8 && base62(s->p[n]) >= 0)
        n++;
    if (!n || n == s->n || s->p[n] != '=')
        return false;
    *key = slice_head(*s, n);
    struct slice rest = slice_from(*s, n + 1);
    if (EAT(&rest, "\"")) {
        for (n = 0; n < rest.n && rest.p[n] != '"'; n++)
            n += rest.p[n] == '\\' && n + 1 < rest.n;
        *value = slice_head(rest, n);
        *s = slice_from(rest, n < rest.n ? n + 1 : rest.n);
        return true;
    }
    n = unquoted_find(rest, SLICE(" "));
    size_t text = n && n < rest.n && rest.p[n - 1] == ':' ? n - 1 : n;
    *value = slice_head(rest, text);
    *s = slice_from(rest, text);
    return true;
}

/* "2w3d", "1d5h", "4m7s", "0.432s", all of s: microseconds */
static bool span(struct slice s, int64_t *out)
{
    int64_t total = 0;
    bool any = false;
    while (s.n) {
        uint64_t n;
        int64_t unit, micro = 0, step = SECOND / 10;
        if (!slice_eat_u64(&s, &n) || n > 1000000000)
            return false;
        if (EAT(&s, "."))
            for (; s.n && digit(s.p[0]); s = slice_from(s, 1), step /= 10)
                micro += (s.p[0] - '0') * step;
        if (!s.n)
            return false;
        switch (s.p[0]) {
        case 'w':
            unit = 7 * DAY;
            break;
        case 'd':
            unit = DAY;
            break;
        case 'h':
            unit = HOUR;
            break;
        case 'm':
            unit = MINUTE;
            break;
        case 's':
            unit = SECOND;
            break;
        default:
            return false;
        }
        if (n > (uint64_t)(200000 * DAY / unit) || total > 200000 * DAY)
            return false;
        total += (int64_t)n * unit + micro;
        s = slice_from(s, 1);
        any = true;
    }
    *out = total;
    return any;
}

/* A= "plain_login:alice", "login" */
static void authenticated(struct slice value, struct event *e)
{
    size_t colon = slice_chr(value, ':');
    e->auth = VERDICT_OK;
    e->auth_method = slice_head(value, colon);
    if (colon < value.n)
        e->login = slice_from(value, colon + 1);
}

static void arrival_field(struct slice key, struct slice value, struct event *e)
{
    if (slice_eq(key, SLICE("P")))
        e->proto = value;
    else if (slice_eq(key, SLICE("A")))
        authenticated(value, e);
    else if (slice_eq(key, SLICE("S")))
        slice_u64(value, &e->size);
    else if (slice_eq(key, SLICE("id")))
        e->message_id = field_bare(value);
    else if (slice_eq(key, SLICE("U")))
        event_fact(e, "user", value);
    else if (slice_eq(key, SLICE("X")))
        event_fact(e, "tls_cipher", value);
    else if (slice_eq(key, SLICE("R"))) {
        e->link = LINK_BOUNCE;
        e->link_id = value;
    }
}

/* after " for ": recipients by blanks */
static void declared(struct slice list, struct event *e)
{
    uint64_t n = 0;
    for (struct slice rest = list; rest.n;) {
        size_t end = unquoted_find(rest, SLICE(" "));
        n += end > 0;
        rest = slice_from(rest, end < rest.n ? end + 1 : end);
    }
    e->declared_recipients = n;
    e->recipients = list;
}

/* after "<= " */
static enum line_class arrival(struct slice s, struct event *e)
{
    struct slice key, value;
    struct exim_host host;
    size_t end = unquoted_find(s, SLICE(" "));
    e->sender = field_bare(slice_head(s, end));
    e->has_sender = true;
    s = slice_from(s, end);
    while (EAT(&s, " ")) {
        if (EAT(&s, "for ")) {
            declared(s, e);
            break;
        }
        if (!e->message_id.n && EAT(&s, "H=")) {
            exim_host_read(&s, &host);
            exim_client(&host, e);
        } else if (!exim_field(&s, &key, &value)) {
            s = slice_from(s, unquoted_find(s, SLICE(" ")));
        } else if (!e->message_id.n) {
            arrival_field(key, value, e);
        }
        EAT(&s, ":"); /* no text follows here: it belongs to the value */
    }
    e->kind = EVENT_ACCEPT;
    e->client_grade = JOIN_EXACT;
    e->has_id_time = id_instant(e->queue_id, &e->id_time);
    return LINE_PARSED;
}

static void delivery_field(struct slice key, struct slice value, struct event *e)
{
    if (slice_eq(key, SLICE("C"))) {
        reply_read(value, e);
        e->link_id = receipt_id(value);
        e->link = e->link_id.n ? LINK_REINJECT : LINK_NONE;
    } else if (slice_eq(key, SLICE("QT"))) {
        e->has_delay = span(value, &e->delay);
    } else if (slice_eq(key, SLICE("R"))) {
        event_fact(e, "router", value);
    } else if (slice_eq(key, SLICE("T"))) {
        event_fact(e, "transport", value);
    } else if (slice_eq(key, SLICE("X"))) {
        event_fact(e, "tls_cipher", value);
    } else if (slice_eq(key, SLICE("DT"))) {
        event_fact(e, "delivery_time", value);
    }
}

/* Fields up to ": " (true: *s is the text after it), to a word that is none (*s stands at it), or to the end. */
static bool delivery_fields(struct slice *s, struct event *e)
{
    struct slice key, value;
    struct exim_host host;
    for (;;) {
        if (EAT(s, ": "))
            return true;
        struct slice rest = *s;
        if (!EAT(&rest, " "))
            return false;
        if (EAT(&rest, "H=")) {
            exim_host_read(&rest, &host);
            e->relay = host.name.n ? host.name : host.ip;
            e->relay_ip = host.ip;
            e->relay_port = host.port;
            e->channel = CHANNEL_REMOTE;
        } else if (exim_field(&rest, &key, &value)) {
            delivery_field(key, value, e);
        } else {
            size_t end = slice_chr(rest, ' '); /* "K", "L", "PRDR": marks in capitals */
            bool mark = end && end <= 5;
            for (size_t i = 0; i < end && mark; i++)
                mark = (rest.p[i] >= 'A' && rest.p[i] <= 'Z') || rest.p[i] == '*';
            if (!mark)
                return false;
            rest = slice_from(rest, end);
        }
        *s = rest;
    }
}

static bool same_local_part(struct slice local, struct slice address)
{
    return address.n > local.n && address.p[local.n] == '@' &&
           slice_ieq(local, slice_head(address, local.n));
}

/* "bob <bob@example.jp>", "bob@example.net (list@example.jp) <all@example.jp>", "|/usr/bin/filter -x <bob@example.jp>",
 * "/home/bob/Maildir/ <bob@example.jp>", ":blackhole: <bob@example.jp>" at the start of *s.  The recipient is what was
 * delivered to; a local part, a file, a pipe, a reply, or nothing at all stand for the address they were made of. */
static void address_read(struct slice *s, struct event *e)
{
    bool place = s->n && strchr("|/>\"", s->p[0] ? s->p[0] : ' ');
    size_t end = unquoted_find(*s, place && s->p[0] != '"' ? SLICE(" <") : SLICE(" "));
    struct slice dest = slice_head(*s, end), orig = {0}, parent;
    *s = slice_from(*s, end);
    if (dest.n > 1 && dest.p[dest.n - 1] == ':' && dest.p[0] != ':') { /* ": text" follows */
        *s = slice_of(dest.p + dest.n - 1, s->n + 1);
        dest.n--;
    }
    while (STARTS(*s, " (")) {
        size_t close = slice_find(*s, SLICE(") "));
        *s = slice_from(*s, close < s->n ? close + 1 : close);
    }
    parent = *s;
    if (EAT(&parent, " <")) {
        size_t close = slice_chr(parent, '>');
        orig = slice_head(parent, close);
        *s = slice_from(parent, close < parent.n ? close + 1 : close);
    }
    e->recipient = field_bare(dest);
    bool nowhere = slice_eq(dest, SLICE(":blackhole:")) || slice_eq(dest, SLICE("discarded"));
    if (nowhere)
        e->outcome = OUTCOME_DISCARDED;
    else if (place && slice_chr(dest, '"') == dest.n)
        e->relay = dest;
    if (orig.n && (nowhere || e->relay.n || same_local_part(dest, orig)))
        e->recipient = orig;
    else if (orig.n && !address_eq(orig, e->recipient))
        e->orig_recipient = orig;
}

/* after "=> ", "-> ", ">> ", "*> " */
static enum line_class delivered(struct slice s, struct event *e, enum outcome outcome)
{
    e->kind = EVENT_ATTEMPT;
    e->final = true;
    address_read(&s, e);
    if (e->outcome == OUTCOME_NONE) {
        e->outcome = outcome;
        e->channel = outcome == OUTCOME_SENT ? CHANNEL_LOCAL : CHANNEL_NONE;
    }
    delivery_fields(&s, e);
    return LINE_PARSED;
}

/* The remote's own words in "SMTP error from remote mail server after RCPT TO:<...>: host mx [ip]: 550 5.1.1 text". */
static void remote_words(struct slice text, struct event *e)
{
    e->reply = text;
    if (!STARTS(text, "SMTP error from remote mail server after ") &&
        !STARTS(text, "LMTP error after ") && !STARTS(text, "host "))
        return;
    for (size_t from = 0; from < text.n;) {
        size_t at = from + slice_find(slice_from(text, from), SLICE(": "));
        if (at >= text.n)
            return;
        from = at + 2;
        if (from == text.n || !digit(text.p[from]))
            continue;
        struct event codes = {0};
        reply_read(slice_from(text, from), &codes);
        if (codes.code) {
            e->code = codes.code;
            e->status = codes.status;
            return;
        }
    }
}

/* after "** ": refused, or given up; where nothing was tried any more, the line is no attempt: "retry timeout exceeded" by
 * itself comes after the line of the last try. */
static enum line_class failed(struct slice s, struct event *e)
{
    address_read(&s, e);
    bool text = delivery_fields(&s, e);
    if (!text)
        EAT(&s, " ");
    remote_words(s, e);
    bool untried = HAS(s, "have been failing for a long time");
    bool late = untried || HAS(s, "retry timeout exceeded");
    untried = untried || slice_eq(s, SLICE("retry timeout exceeded"));
    e->kind = untried ? EVENT_GIVE_UP : EVENT_ATTEMPT;
    e->final = true;
    e->outcome = late ? OUTCOME_EXPIRED : OUTCOME_BOUNCED;
    return LINE_PARSED;
}

/* after "== ": "bob@example.net R=dnslookup T=remote_smtp defer (-44) H=mx [ip]: SMTP error ..." */
static enum line_class deferred(struct slice s, struct event *e)
{
    address_read(&s, e);
    delivery_fields(&s, e);
    EAT(&s, " routing");
    if (!EAT(&s, " defer (") && !EAT(&s, "defer ("))
        return LINE_UNPARSED;
    struct slice number = slice_head(s, slice_chr(s, ')'));
    s = slice_from(s, number.n < s.n ? number.n + 1 : s.n);
    event_fact(e, "errno", number);
    bool text = delivery_fields(&s, e);
    if (!text)
        EAT(&s, " ");
    remote_words(s, e);
    if (HAS(s, "retry time not reached"))
        return LINE_PARSED;
    e->kind = EVENT_ATTEMPT;
    e->outcome = OUTCOME_DEFERRED;
    return LINE_PARSED;
}

/* after "Completed" */
static enum line_class completed(struct slice s, struct event *e)
{
    struct slice key, value;
    e->kind = EVENT_DONE;
    while (EAT(&s, " "))
        if (exim_field(&s, &key, &value) && slice_eq(key, SLICE("QT")))
            e->has_delay = span(value, &e->delay);
    return LINE_PARSED;
}

enum line_class exim_read(struct slice body, struct event *e)
{
    struct slice s = body;
    struct civil local;
    when instant;
    struct exim_part part;
    if (exim_part_eat(&s, &part) && part.number > 1)
        return LINE_CONTINUATION; /* a header, or of a line whose first part is not the record before */
    exim_stamp(&s, &local, &instant); /* through syslog: the header's stamp counts */
    exim_pid(&s, &e->pid);
    if (!eat_id(&s, &e->queue_id))
        return exim_notice(s, e);
    if (EAT(&s, "<= "))
        return arrival(s, e);
    if (EAT(&s, "=> ") || EAT(&s, "-> ") || EAT(&s, ">> "))
        return delivered(s, e, OUTCOME_SENT);
    if (EAT(&s, "*> "))
        return delivered(s, e, OUTCOME_DISCARDED);
    if (EAT(&s, "** "))
        return failed(s, e);
    if (EAT(&s, "== "))
        return deferred(s, e);
    if (EAT(&s, "Completed") && (!s.n || s.p[0] == ' '))
        return completed(s, e);
    return exim_notice(s, e);
}
