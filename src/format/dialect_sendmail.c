/* dialect_sendmail.c - the lines of sendmail about messages.
 *
 * Why: reception (from=) and each delivery (to=) are one line each, written by different processes under one id.
 * Invariant: keys are read in the order sendmail writes them, and what others may choose (addresses, Message-ID, remote
 * replies) never supplies a key: a Message-ID ends where the row of keys after it begins, stat= goes to the line's end.
 * Facts: sendmail 8.12 to 8.18 (logsender, logdelivery, returntosender); ids since 8.10 hold year, month, day and time
 * of UTC in base 60, other shapes occur.  A from= line without bytes and Message-ID, or without recipients, is of a
 * transaction that came to nothing: nothing was accepted.  A to= line without mailer tells whom the mail would have
 * gone to that was refused after DATA.
 * Example: u31FFPtp032300: to=<bob@example.net>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=31234, relay=mx.example.net.
 * [192.0.2.9], dsn=2.0.0, stat=Sent (Ok: queued as 4F2C1A0B12) */
#include "sendmail.h"

#include "epost.h"

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static bool letter(char c)
{
    return (unsigned char)((c | 32) - 'a') < 26;
}

/* "u31FFPtp032300[2]: " at the start of *s: stepped over, *id without the branch. */
static bool eat_id(struct slice *s, struct slice *id)
{
    struct slice rest = *s;
    size_t n = 0, digits = 0;
    uint64_t branch;
    for (; n < rest.n && n < 24 && (digit(rest.p[n]) || letter(rest.p[n])); n++)
        digits += digit(rest.p[n]);
    if (n < 7 || digits < 2)
        return false;
    struct slice whole = slice_head(rest, n);
    rest = slice_from(rest, n);
    if (EAT(&rest, "[") && (!slice_eat_u64(&rest, &branch) || !EAT(&rest, "]")))
        return false;
    if (!EAT(&rest, ":") || (!EAT(&rest, " ") && rest.n))
        return false;
    *id = whole;
    *s = rest;
    return true;
}

static int base60(char c)
{
    if (digit(c))
        return c - '0';
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'x' ? c - 'a' + 36 : -1;
}

/* YMDhms of an id of today's shape; years 1999 to 2058, for the shape is of 1999 and the year counts to 60. */
static bool id_instant(struct slice id, when *out)
{
    int v[6];
    if (id.n < 14 || id.n > 16 || !slice_all_digits(slice_from(id, 8)))
        return false;
    for (size_t i = 0; i < 6; i++) {
        v[i] = base60(id.p[i]);
        if (v[i] < 0)
            return false;
    }
    struct civil c = {.year = v[0] >= 39 ? 1960 + v[0] : 2020 + v[0],
                      .month = v[1] + 1,
                      .day = v[2],
                      .hour = v[3],
                      .minute = v[4],
                      .second = v[5]};
    if (!civil_valid(&c) || v[3] > 23 || v[4] > 59)
        return false;
    *out = civil_when(&c);
    return true;
}

/* Length of "key=" at the start of s, without the sign; 0 where none stands. */
static size_t key_length(struct slice s)
{
    size_t n = 0;
    while (n < s.n && n < 24 && (letter(s.p[n]) || digit(s.p[n]) || s.p[n] == '_'))
        n++;
    return n && n < s.n && s.p[n] == '=' ? n : 0;
}

/* Where the value at the start of s ends: at ", key=", or s.n. */
static size_t value_end(struct slice s)
{
    for (size_t from = 0; from < s.n;) {
        size_t at = from + unquoted_find(slice_from(s, from), SLICE(", "));
        if (at >= s.n || key_length(slice_from(s, at + 2)))
            return at;
        from = at + 2;
    }
    return s.n;
}

bool sendmail_field(struct slice *s, struct slice *key, struct slice *value)
{
    size_t n = key_length(*s);
    if (!n)
        return false;
    *key = slice_head(*s, n);
    *value = slice_from(*s, n + 1);
    bool last = slice_eq(*key, SLICE("stat")) || slice_eq(*key, SLICE("reject"));
    size_t end = last ? value->n : value_end(*value);
    *s = slice_from(*value, end < value->n ? end + 2 : end);
    *value = slice_head(*value, end);
    return true;
}

void sendmail_client(struct slice s, struct event *e)
{
    static const struct slice forged = SLICE_LIT(" (may be forged)");
    s = slice_trim(s);
    if (slice_ends(s, forged)) {
        event_fact(e, "may_be_forged", slice_of(s.p + s.n - forged.n + 2, forged.n - 3));
        s.n -= forged.n;
    }
    size_t open = slice_rchr(s, '[');
    struct slice name = s;
    if (open < s.n) {
        e->client = ip_in_brackets(slice_from(s, open));
        if (e->client.n) {
            name = slice_trim(slice_head(s, open));
            e->client_grade = JOIN_EXACT;
        }
    }
    EAT(&name, "IDENT:");
    size_t at = slice_rchr(name, '@');
    if (at < name.n) {
        event_fact(e, "user", slice_head(name, at));
        name = slice_from(name, at + 1);
    }
    if (!ip_in_brackets(name).n)
        e->client_name = name;
}

/* The last key of the row after msgid=, where its value is the end of *s: cut off. */
static struct slice last_value(struct slice *s, struct slice key)
{
    size_t at = slice_rfind(*s, key);
    if (at == s->n)
        return slice_of(NULL, 0);
    struct slice value = slice_from(*s, at + key.n);
    if (slice_find(value, SLICE(", ")) < value.n)
        return slice_of(NULL, 0);
    s->n = at;
    return value;
}

/* "msgid=<..>, bodytype=8BITMIME, proto=ESMTP, daemon=MTA, tls_verify=OK, auth=PLAIN, relay=HOST [IP]", from its end on. */
static void from_tail(struct slice s, struct event *e)
{
    struct slice relay = last_value(&s, SLICE(", relay="));
    struct slice method = last_value(&s, SLICE(", auth="));
    struct slice verified = last_value(&s, SLICE(", tls_verify="));
    struct slice daemon = last_value(&s, SLICE(", daemon="));
    e->proto = last_value(&s, SLICE(", proto="));
    struct slice body = last_value(&s, SLICE(", bodytype="));
    if (EAT(&s, ", msgid="))
        e->message_id = field_bare(s);
    sendmail_client(relay, e);
    if (method.n && !slice_eq(method, SLICE("NONE"))) {
        e->auth_method = method;
        e->auth = VERDICT_OK;
    }
    const struct fact facts[] = {{"tls_verify", verified}, {"daemon", daemon}, {"body", body}};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (facts[i].value.n)
            event_fact(e, facts[i].name, facts[i].value);
}

/* after "from=" */
static enum line_class from_read(struct slice s, struct event *e)
{
    uint64_t class, priority;
    size_t end = unquoted_find(s, SLICE(", size="));
    struct slice sender = slice_head(s, end);
    s = slice_from(s, end);
    if (!EAT(&s, ", size=") || !slice_eat_u64(&s, &e->size) || !EAT(&s, ", class="))
        return LINE_UNPARSED;
    EAT(&s, "-");
    if (!slice_eat_u64(&s, &class))
        return LINE_UNPARSED;
    if (EAT(&s, ", pri=")) /* 8.9 and older */
        slice_eat_u64(&s, &priority);
    if (!EAT(&s, ", nrcpts=") || !slice_eat_u64(&s, &e->declared_recipients))
        return LINE_UNPARSED;
    if (!slice_eq(sender, SLICE("<NONE>"))) {
        e->sender = field_bare(sender);
        e->has_sender = true;
    }
    from_tail(s, e);
    if (!e->declared_recipients || !(e->size || e->message_id.n)) {
        e->kind = EVENT_SESSION;
        e->verdict = VERDICT_ABORTED;
        return LINE_PARSED;
    }
    e->kind = EVENT_ACCEPT;
    e->client_grade = JOIN_EXACT;
    e->has_id_time = id_instant(e->queue_id, &e->id_time);
    return LINE_PARSED;
}

/* "1+02:03:04" or "00:00:15", all of s: microseconds */
static bool span(struct slice s, int64_t *out)
{
    uint64_t days = 0, h, m, sec;
    struct slice rest = s;
    if (slice_chr(s, '+') < s.n && (!slice_eat_u64(&rest, &days) || !EAT(&rest, "+")))
        return false;
    if (!slice_eat_u64(&rest, &h) || !EAT(&rest, ":") || !slice_eat_u64(&rest, &m) ||
        !EAT(&rest, ":") || !slice_eat_u64(&rest, &sec) || rest.n)
        return false;
    if (days > 100000 || h > 23 || m > 59 || sec > 60)
        return false;
    *out = (int64_t)(((days * 24 + h) * 60 + m) * 60 + sec) * SECOND;
    return true;
}

static enum channel mailer_channel(struct slice mailer)
{
    static const struct slice local[] = {
        SLICE_LIT("local"),    SLICE_LIT("prog"),   SLICE_LIT("*file*"),  SLICE_LIT("*include*"),
        SLICE_LIT("procmail"), SLICE_LIT("cyrus"),  SLICE_LIT("cyrusv2"), SLICE_LIT("cyrusv2d"),
        SLICE_LIT("lmtp"),     SLICE_LIT("mailman")};
    static const struct slice remote[] = {SLICE_LIT("esmtp"), SLICE_LIT("smtp"), SLICE_LIT("smtp8"),
                                          SLICE_LIT("dsmtp"), SLICE_LIT("relay")};
    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        if (slice_eq(mailer, local[i]))
            return CHANNEL_LOCAL;
    for (size_t i = 0; i < sizeof remote / sizeof *remote; i++)
        if (slice_eq(mailer, remote[i]))
            return CHANNEL_REMOTE;
    return CHANNEL_NONE;
}

/* "mx.example.net. [192.0.2.9]", "[127.0.0.1] [127.0.0.1]", "mx.example.net." */
static void relay_read(struct slice s, struct event *e)
{
    size_t open = slice_rchr(s, '[');
    struct slice host = s;
    if (open < s.n) {
        e->relay_ip = ip_in_brackets(slice_from(s, open));
        if (e->relay_ip.n)
            host = slice_trim(slice_head(s, open));
    }
    if (host.n > 1 && host.p[host.n - 1] == '.')
        host.n--;
    struct slice ip = ip_in_brackets(host);
    e->relay = ip.n ? ip : host;
    if (!e->relay.n)
        e->relay = e->relay_ip;
}

/* What stat= says.  Whatever begins with no word of these is a failure's own text; a failure with dsn=4 is tried again
 * (I/O and operating system errors). */
static void stat_read(struct slice s, struct event *e)
{
    struct slice rest = s;
    e->reply = s;
    if (EAT(&rest, "Sent") && (!rest.n || rest.p[0] == ' ')) {
        e->outcome = OUTCOME_SENT;
        e->final = true;
        if (EAT(&rest, " (") && slice_ends(rest, SLICE(")")))
            rest.n--;
        reply_read(rest, e);
        e->link_id = receipt_id(rest);
        e->link = e->link_id.n ? LINK_REINJECT : LINK_NONE;
    } else if (EAT(&rest, "Deferred")) {
        e->outcome = OUTCOME_DEFERRED;
        if (EAT(&rest, ": "))
            reply_read(rest, e);
    } else if (e->status.n && e->status.p[0] == '4') {
        e->outcome = OUTCOME_DEFERRED;
        reply_read(s, e);
    } else {
        e->outcome = OUTCOME_BOUNCED;
        e->final = true;
        reply_read(s, e);
    }
}

/* One field of a to= line. */
static void to_field(struct slice key, struct slice value, struct slice *mailer, struct event *e)
{
    if (slice_eq(key, SLICE("delay")))
        e->has_delay = span(value, &e->delay);
    else if (slice_eq(key, SLICE("mailer")))
        *mailer = value;
    else if (slice_eq(key, SLICE("relay")))
        relay_read(value, e);
    else if (slice_eq(key, SLICE("dsn")))
        e->status = status_at(value);
    else if (slice_eq(key, SLICE("ctladdr")))
        event_fact(e, "ctladdr", value);
    else if (slice_eq(key, SLICE("xdelay")))
        event_fact(e, "xdelay", value);
    else if (slice_eq(key, SLICE("quarantine")))
        event_fact(e, "quarantine", value);
}

/* Refused after DATA: a line for each recipient it would have gone to. */
static enum line_class refused(struct slice stat, struct event *e)
{
    e->kind = EVENT_REJECT;
    e->stage = SLICE("DATA");
    reply_read(stat, e);
    e->text = stat;
    e->reply = slice_of(NULL, 0);
    return LINE_PARSED;
}

/* after "to="; one recipient goes to recipient, several as they stand to recipients */
static enum line_class to_read(struct slice s, struct event *e)
{
    struct slice key, value, mailer = {0}, stat = {0}, reply = {0};
    bool told = false;
    size_t end = value_end(s);
    struct slice to = slice_head(s, end);
    s = slice_from(s, end < s.n ? end + 2 : end);
    while (sendmail_field(&s, &key, &value)) {
        if (slice_eq(key, SLICE("stat"))) {
            stat = value;
            told = true;
        } else if (slice_eq(key, SLICE("reply"))) {
            reply = value;
        } else {
            to_field(key, value, &mailer, e);
        }
    }
    if (!told)
        return LINE_UNPARSED;
    if (slice_ends(to, SLICE(" [more]")))
        to.n -= 7;
    bool several = unquoted_find(to, SLICE(",")) < to.n;
    e->recipient = several ? slice_of(NULL, 0) : field_bare(to);
    e->recipients = several ? to : slice_of(NULL, 0);
    if (slice_eq(stat, SLICE("queued")) || slice_eq(stat, SLICE("quarantined")))
        return LINE_PARSED; /* put aside for a queue run: no attempt */
    if (!mailer.n)
        return refused(stat, e);
    e->kind = EVENT_ATTEMPT;
    e->channel = mailer_channel(mailer);
    event_fact(e, "mailer", mailer);
    stat_read(stat, e);
    if (reply.n)
        reply_read(reply, e);
    return LINE_PARSED;
}

/* After the ids of "QID: QID2: DSN: User unknown": parent and child.  Of a message that is too old it is the only line that
 * says so. */
static enum line_class child_read(struct slice s, struct event *e)
{
    e->kind = EVENT_LINK;
    if (EAT(&s, "clone: ") || EAT(&s, "clone, ")) {
        e->link = LINK_FORWARD;
        e->text = s;
        return LINE_PARSED;
    }
    bool plain = EAT(&s, "DSN: ") || EAT(&s, "return to sender: ") || EAT(&s, "sender notify: ");
    if (!plain && !EAT(&s, "postmaster notify: ") && !EAT(&s, "return receipt: "))
        return LINE_UNPARSED;
    e->text = s;
    if (STARTS(s, "Cannot send message for ") || STARTS(s, "Cannot send message within ")) {
        e->kind = EVENT_GIVE_UP;
        e->outcome = OUTCOME_EXPIRED;
    }
    bool passing = slice_istarts(s, SLICE("Warning: could not send message for past ")) ||
                   slice_istarts(s, SLICE("Return receipt"));
    if (!passing)
        e->link = plain ? LINK_BOUNCE : LINK_DOUBLE_BOUNCE;
    return LINE_PARSED;
}

enum line_class sendmail_read(struct slice body, struct event *e)
{
    struct slice s = body;
    if (!EAT(&s, "NOQUEUE: "))
        eat_id(&s, &e->queue_id);
    if (!e->queue_id.n)
        return sendmail_notice(s, e);
    if (EAT(&s, "from="))
        return from_read(s, e);
    if (EAT(&s, "to="))
        return to_read(s, e);
    if (EAT(&s, "done; delay=")) {
        e->has_delay = span(slice_word(&s, ','), &e->delay);
        e->kind = EVENT_DONE;
        return LINE_PARSED;
    }
    if (eat_id(&s, &e->link_id))
        return child_read(s, e);
    if (slice_eq(s, SLICE("discarded"))) {
        e->kind = EVENT_GIVE_UP;
        e->outcome = OUTCOME_DISCARDED;
        return LINE_PARSED;
    }
    return sendmail_notice(s, e);
}
