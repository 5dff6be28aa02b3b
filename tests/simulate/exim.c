/* exim.c - what a simulated Exim writes into its own mainlog.
 *
 * Invariant: an id begins with its instant in base 62 and is never used twice; half of the messages tell QT=.
 * Source: Exim 4.97 (receive.c, deliver.c), the default log selectors and, of half of the lines, +queue_time.
 * Example: 2026-11-16 09:00:02 1xT2Ab-00000000001-0001 => a@example.net R=dnslookup T=remote_smtp H=mx.example.net [192.0.2.9] */
#include "mta.h"

static void stamp(struct mta *s)
{
    struct text *t = &s->line;
    maillog_rotate(&s->log, s->now);
    struct day_time d = day_time_of(s->now / SECOND + s->o->zone);
    t->n = 0;
    put_padded(t, (uint64_t)d.year, 4);
    PUT(t, "-");
    put_padded(t, d.month, 2);
    PUT(t, "-");
    put_padded(t, d.day, 2);
    PUT(t, " ");
    put_time_of_day(t, &d);
    PUT(t, " ");
}

static void log_open(struct mta *s)
{
    maillog_open(&s->log, s->o, "mainlog", s->now);
}

static void log_close(struct mta *s)
{
    maillog_close(&s->log);
}

static void base62(char *to, uint64_t v, unsigned width)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (unsigned i = width; i-- > 0; v /= 62)
        to[i] = digits[v % 62];
}

static void name(struct mta *s, struct mta_message *m)
{
    base62(m->id, (uint64_t)(s->now / SECOND), 6);
    base62(m->id + 7, mta_pid(s), 11);
    base62(m->id + 19, s->serial++ % 14776336, 4);
    m->id[6] = m->id[18] = '-';
    m->id[23] = 0;
}

static void begin_of(struct mta *s, const struct mta_message *m, const char *flag)
{
    mta_begin(s);
    put_z(&s->line, m->id);
    put_z(&s->line, flag);
}

static void put_queue_time(struct mta *s, const struct mta_message *m)
{
    static const struct {
        int64_t seconds;
        const char *unit;
    } units[] = {{7 * DAY_SECONDS, "w"}, {DAY_SECONDS, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}};
    int64_t left = s->now / SECOND - m->entered / SECOND;
    if (m->size % 2)
        return;
    PUT(&s->line, " QT=");
    if (left == 0)
        PUT(&s->line, "0s");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (left < units[i].seconds)
            continue;
        put_u64(&s->line, (uint64_t)(left / units[i].seconds));
        put_z(&s->line, units[i].unit);
        left %= units[i].seconds;
    }
}

static void arrived(struct mta *s, struct mta_message *m)
{
    struct text *t = &s->line;
    begin_of(s, m, " <= ");
    if (m->null_sender)
        PUT(t, "<>");
    else
        put_address(t, &s->names, m->sender);
    PUT(t, " H=");
    if (m->local) {
        PUT(t, "pc7.example.jp (pc7) [192.0.2.77]:40000 P=esmtpsa "
               "X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no "
               "A=plain_login:");
        put_address(t, &s->names, m->sender);
    } else {
        put_mx(t, s, m->sender.domain);
        PUT(t, " [");
        put_any_ip(t, s);
        PUT(t, "] P=esmtp");
    }
    PUT(t, " S=");
    put_u64(t, m->size);
    PUT(t, " id=");
    put_z(t, m->id);
    PUT(t, "@client.example");
    m->counted = m->size % 3 == 0; /* as with +received_recipients */
    if (m->counted)
        PUT(t, " T=\"for whom\" for");
    for (uint32_t i = 0; m->counted && i < m->count; i++) {
        PUT(t, " ");
        put_address(t, &s->names, m->to[i].to);
    }
    mta_end(s);
}

static void put_host(struct mta *s, uint32_t domain)
{
    PUT(&s->line, " H=");
    put_mx(&s->line, s, domain);
    PUT(&s->line, " [");
    put_any_ip(&s->line, s);
    PUT(&s->line, "]");
}

static void put_local_part(struct mta *s, struct address a)
{
    size_t from = s->line.n;
    put_address(&s->line, &s->names, a);
    const char *at = memchr(s->line.p + from, '@', s->line.n - from);
    s->line.n = at ? (size_t)(at - s->line.p) : s->line.n;
}

static void put_original(struct mta *s, struct address a)
{
    PUT(&s->line, " <");
    put_address(&s->line, &s->names, a);
    PUT(&s->line, ">");
}

static void sent(struct mta *s, const struct mta_message *m, const struct mta_recipient *r,
                 bool further)
{
    static const char *const receipts[] = {
        " C=\"250 2.0.0 Ok: queued as 4F2C1A0B12\"",
        (" X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes C=\"250 OK "
         "id=1xT2Ab-00000000001-0001\""),
        ""};
    begin_of(s, m, further ? " -> " : " => ");
    if (r->remote) {
        put_address(&s->line, &s->names, r->to);
        PUT(&s->line, " R=dnslookup T=remote_smtp");
        put_host(s, r->to.domain);
        put_z(&s->line, ANY_OF(s, receipts));
    } else {
        put_local_part(s, r->to);
        put_original(s, r->to);
        PUT(&s->line, " R=local_user T=maildir_home");
    }
    put_queue_time(s, m);
    mta_end(s);
}

static void sent_copies(struct mta *s, const struct mta_message *m, const struct mta_recipient *r)
{
    for (unsigned i = 0; i < r->copies; i++) {
        begin_of(s, m, i ? " -> " : " => ");
        PUT(&s->line, "user");
        put_u64(&s->line, r->to.user * 8 + i);
        PUT(&s->line, " (team@example.jp)");
        put_original(s, r->to);
        PUT(&s->line, " R=local_user T=maildir_home");
        put_queue_time(s, m);
        mta_end(s);
    }
}

static void not_sent(struct mta *s, const struct mta_message *m, const struct mta_recipient *r)
{
    static const char *const deferred[] = {
        " defer (110): Connection timed out",
        (" defer (-44): SMTP error from remote mail server after RCPT TO:<x@example.net>: 451 "
         "4.7.1 "
         "Greylisted: come back later"),
        " defer (-18): Remote host closed connection in response to initial connection"};
    static const char *const refused[] = {
        (": SMTP error from remote mail server after RCPT TO:<x@example.net>: 550 5.1.1 User "
         "unknown"),
        ": SMTP error from remote mail server after end of data: 554 5.7.1 Spam: no thanks",
        ": all relevant MX records point to non-existent hosts"};
    bool later = r->result == MTA_DEFERRED;
    begin_of(s, m, later ? " == " : " ** ");
    put_address(&s->line, &s->names, r->to);
    if (r->remote) {
        PUT(&s->line, " R=dnslookup T=remote_smtp");
        put_host(s, r->to.domain);
        put_z(&s->line, later ? ANY_OF(s, deferred) : ANY_OF(s, refused));
    } else {
        put_z(&s->line, later ? " R=local_user T=maildir_home defer (-22): mailbox is full"
                              : ": Unrouteable address");
    }
    mta_end(s);
}

static void tried(struct mta *s, struct mta_message *m, uint32_t first, uint32_t last)
{
    const struct mta_recipient *r = &m->to[first];
    if (r->result == MTA_SENT && r->copies) {
        sent_copies(s, m, r);
        return;
    }
    for (uint32_t i = first; i < last; i++) {
        if (r->result == MTA_SENT) {
            sent(s, m, &m->to[i], i > first);
        } else if (r->result == MTA_DISCARDED) {
            begin_of(s, m, " => :blackhole:");
            put_original(s, m->to[i].to);
            PUT(&s->line, " R=system_aliases");
            mta_end(s);
        } else {
            not_sent(s, m, &m->to[i]);
        }
    }
}

static void bounced(struct mta *s, struct mta_message *m, struct mta_message *child, bool late)
{
    for (uint32_t i = 0; late && i < m->count; i++) {
        if (m->to[i].done)
            continue;
        begin_of(s, m, " ** ");
        put_address(&s->line, &s->names, m->to[i].to);
        PUT(&s->line, ": retry timeout exceeded");
        mta_end(s);
    }
    begin_of(s, child, " <= <> R=");
    put_z(&s->line, m->id);
    PUT(&s->line, " U=Debian-exim P=local S=");
    put_u64(&s->line, child->size);
    mta_end(s);
}

static void froze(struct mta *s, struct mta_message *m)
{
    begin_of(s, m, " *** Frozen (delivery error message)");
    mta_end(s);
}

static void thawed(struct mta *s, struct mta_message *m)
{
    begin_of(s, m, " Unfrozen by errmsg timer");
    mta_end(s);
    not_sent(s, m, &m->to[0]);
    begin_of(s, m, " ");
    put_address(&s->line, &s->names, m->to[0].to);
    PUT(&s->line, ": error ignored");
    mta_end(s);
}

static void ended(struct mta *s, struct mta_message *m)
{
    begin_of(s, m, " Completed");
    put_queue_time(s, m);
    mta_end(s);
}

static void started(struct mta *s)
{
    mta_begin(s);
    PUT(&s->line, "exim 4.97 daemon started: pid=");
    put_u64(&s->line, mta_pid(s));
    PUT(&s->line, ", -q15m, listening for SMTP on port 25 (IPv4)");
    mta_end(s);
}

static void refused(struct mta *s)
{
    static const char *const texts[] = {
        "H=(x) [203.0.113.7]:4711 F=<a@example.org> rejected RCPT <probe@example.net>: relay not "
        "permitted",
        "H=host.example.org [203.0.113.7]:4712 sender verify fail for <a@nowhere.example>: "
        "Unrouteable address",
        "plain_login authenticator failed for (pc7) [203.0.113.8]:5555: 535 Incorrect "
        "authentication data (set_id=alice@example.jp)",
        "no host name found for IP address 203.0.113.11",
        "SMTP connection from host.example.org [203.0.113.9]:1234 lost",
        "TLS error on connection from host.example.org [203.0.113.13]:44 (SSL_accept): wrong "
        "version number",
        "Start queue run: pid=911",
        "End queue run: pid=911"};
    mta_begin(s);
    put_z(&s->line, ANY_OF(s, texts));
    mta_end(s);
}

const struct mta_server exim_server = {.lifetime = 4 * DAY_SECONDS,
                                       .freezes = true,
                                       .open = log_open,
                                       .close = log_close,
                                       .name = name,
                                       .started = started,
                                       .arrived = arrived,
                                       .tried = tried,
                                       .bounced = bounced,
                                       .froze = froze,
                                       .thawed = thawed,
                                       .ended = ended,
                                       .refused = refused,
                                       .stamp = stamp};
