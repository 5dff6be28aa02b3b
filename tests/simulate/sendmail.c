/* sendmail.c - what a simulated sendmail writes.
 *
 * Invariant: an id tells its instant in base 60 and is never used twice; delay= counts whole seconds from the id's instant.
 * Source: sendmail 8.15 (logsender, logdelivery, returntosender), LogLevel 10: done; lines, no from= line of notices.
 * Example: Nov 16 09:00:01 mx1 sm-mta[711]: 6AG0010a000711: from=<a@example.net>, size=812, class=0, nrcpts=1, ... */
#include "mta.h"

static void begin_as(struct mta *s, const char *tag, uint32_t pid)
{
    mta_begin(s);
    put_z(&s->line, tag);
    put_u64(&s->line, pid);
    PUT(&s->line, "]: ");
}

static void begin(struct mta *s, uint32_t pid)
{
    begin_as(s, "sm-mta[", pid);
}

static void begin_of(struct mta *s, const struct mta_message *m)
{
    begin(s, mta_pid(s));
    put_z(&s->line, m->id);
    PUT(&s->line, ": ");
}

static void stamp(struct mta *s)
{
    maillog_rotate(&s->log, s->now);
    s->line.n = 0;
    maillog_stamp(&s->log, &s->line, s->now);
}

static void log_open(struct mta *s)
{
    maillog_open(&s->log, s->o, "maillog", s->now);
}

static void log_close(struct mta *s)
{
    maillog_close(&s->log);
}

static void id_name(struct mta *s, char id[24])
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx";
    struct day_time d = day_time_of(s->now / SECOND);
    uint32_t pid = mta_pid(s), serial = s->serial++ % 3600;
    const unsigned v[] = {(unsigned)(d.year - 1900) % 60,
                          d.month - 1,
                          d.day,
                          d.hour,
                          d.minute,
                          d.second,
                          serial / 60,
                          serial % 60};
    for (size_t i = 0; i < 8; i++)
        id[i] = digits[v[i]];
    struct text t = {0};
    put_padded(&t, pid, 6);
    memcpy(id + 8, t.p, 6);
    id[14] = 0;
}

static void name(struct mta *s, struct mta_message *m)
{
    id_name(s, m->id);
}

static void put_delay(struct text *t, int64_t seconds)
{
    if (seconds >= DAY_SECONDS) {
        put_u64(t, (uint64_t)(seconds / DAY_SECONDS));
        PUT(t, "+");
    }
    put_padded(t, (uint64_t)(seconds % DAY_SECONDS / 3600), 2);
    PUT(t, ":");
    put_padded(t, (uint64_t)(seconds % 3600 / 60), 2);
    PUT(t, ":");
    put_padded(t, (uint64_t)(seconds % 60), 2);
}

static int64_t age(const struct mta *s, const struct mta_message *m)
{
    return s->now / SECOND - m->born / SECOND;
}

static void put_client(struct mta *s, const struct mta_message *m)
{
    struct text *t = &s->line;
    if (!m->local)
        put_mx(t, s, m->sender.domain);
    else
        PUT(t, "pc7.example.jp");
    PUT(t, " [");
    if (m->local)
        PUT(t, "192.0.2.77");
    else
        put_any_ip(t, s);
    PUT(t, "]");
    if (!m->local && chance_below(&s->noise, 16) == 0)
        PUT(t, " (may be forged)");
}

static void put_arrival(struct mta *s, const struct mta_message *m, const char *first_id)
{
    struct text *t = &s->line;
    PUT(t, ", size=");
    put_u64(t, m->size);
    PUT(t, ", class=0, nrcpts=");
    put_u64(t, m->count);
    PUT(t, ", msgid=<");
    put_z(t, first_id);
    PUT(t, "@client.example>");
}

/* From a program on this host: the submission queue hands it to the daemon at once. */
static void submitted(struct mta *s, const struct mta_message *m, const char *id, uint32_t pid,
                      bool accepted)
{
    struct text *t = &s->line;
    begin_as(s, "sendmail[", pid);
    put_z(t, id);
    if (!accepted) {
        PUT(t, ": from=");
        put_address(t, &s->names, m->sender);
        put_arrival(s, m, id);
        PUT(t, ", relay=www@localhost");
        mta_end(s);
        return;
    }
    PUT(t, ": to=");
    for (uint32_t i = 0; i < m->count; i++) {
        if (i)
            PUT(t, ",");
        put_address(t, &s->names, m->to[i].to);
    }
    PUT(t, ", ctladdr=www (33/33), delay=00:00:00, xdelay=00:00:00, mailer=relay, pri=30311, "
           "relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (");
    put_z(t, m->id);
    PUT(t, " Message accepted for delivery)");
    mta_end(s);
}

static void arrived(struct mta *s, struct mta_message *m)
{
    struct text *t = &s->line;
    char first_id[24];
    uint32_t pid = 0;
    bool here = m->local && m->size % 2;
    m->counted = true;
    memcpy(first_id, m->id, sizeof first_id);
    if (here) {
        m->named = true;
        id_name(s, first_id);
        pid = mta_pid(s);
        submitted(s, m, first_id, pid, false);
    }
    begin_of(s, m);
    PUT(t, "from=");
    put_sender_of(t, s, m);
    put_arrival(s, m, first_id);
    PUT(t, ", proto=ESMTP, daemon=MTA, relay=");
    if (here)
        PUT(t, "localhost [127.0.0.1]");
    else
        put_client(s, m);
    mta_end(s);
    if (here)
        submitted(s, m, first_id, pid, true);
}

static void put_users(struct mta *s, const struct mta_recipient *r)
{
    for (unsigned i = 0; i < r->copies; i++) {
        if (i)
            PUT(&s->line, ",");
        PUT(&s->line, "user");
        put_u64(&s->line, r->to.user * 8 + i);
    }
    PUT(&s->line, ", ctladdr=<");
    put_address(&s->line, &s->names, r->to);
    PUT(&s->line, "> (8/0)");
}

static void put_stat(struct mta *s, const struct mta_recipient *r)
{
    static const char *const deferred[] = {
        "dsn=4.3.5, stat=Deferred: 451 4.3.5 Server configuration problem",
        "dsn=4.2.0, stat=Deferred: Connection timed out with mx.example.net.",
        "dsn=4.7.1, stat=Deferred: 451 4.7.1 Greylisting in action, please come back later",
        "dsn=4.0.0, stat=Deferred"};
    static const char *const refused[] = {
        "dsn=5.1.1, stat=User unknown", "dsn=5.7.1, stat=Service unavailable",
        "dsn=5.1.2, stat=Host unknown (Name server: nowhere.example: host not found)",
        "dsn=5.7.1, reply=554 5.7.1 Spam, no thanks, stat=Service unavailable"};
    static const char *const sent[] = {"dsn=2.0.0, stat=Sent (Ok: queued as 4F2C1A0B12)",
                                       ("dsn=2.0.0, stat=Sent (6AG0010a000711 Message accepted for "
                                        "delivery)"),
                                       "dsn=2.0.0, stat=Sent (ok:  Message 40279894 accepted)"};
    if (r->result == MTA_DEFERRED)
        put_z(&s->line, ANY_OF(s, deferred));
    else if (r->result == MTA_FAILED)
        put_z(&s->line, r->remote ? ANY_OF(s, refused) : refused[0]);
    else
        put_z(&s->line, r->remote ? ANY_OF(s, sent) : "dsn=2.0.0, stat=Sent");
}

static void tried(struct mta *s, struct mta_message *m, uint32_t first, uint32_t last)
{
    struct text *t = &s->line;
    const struct mta_recipient *r = &m->to[first];
    begin_of(s, m);
    PUT(t, "to=");
    for (uint32_t i = first; i < last && !r->copies; i++) {
        put_z(t, i > first ? ",<" : "<");
        put_address(t, &s->names, m->to[i].to);
        PUT(t, ">");
    }
    if (r->copies)
        put_users(s, r);
    PUT(t, ", delay=");
    put_delay(t, age(s, m));
    PUT(t, ", xdelay=00:00:01, mailer=");
    put_z(t, r->remote ? "esmtp" : "local");
    PUT(t, ", pri=");
    put_u64(t, m->size + 30000 * m->count);
    if (r->remote) {
        PUT(t, ", relay=");
        put_mx(t, s, r->to.domain);
        PUT(t, ". [");
        put_any_ip(t, s);
        PUT(t, "]");
    }
    PUT(t, ", ");
    put_stat(s, r);
    mta_end(s);
}

static void bounced(struct mta *s, struct mta_message *m, struct mta_message *child, bool late)
{
    begin_of(s, m);
    put_z(&s->line, child->id);
    put_z(&s->line,
          late ? ": sender notify: Cannot send message for 5 days" : ": DSN: User unknown");
    mta_end(s);
}

static void ended(struct mta *s, struct mta_message *m)
{
    begin_of(s, m);
    PUT(&s->line, "done; delay=");
    put_delay(&s->line, age(s, m));
    PUT(&s->line, ", ntries=");
    put_u64(&s->line, m->tries + 1);
    mta_end(s);
}

static void started(struct mta *s)
{
    begin(s, mta_pid(s));
    PUT(&s->line, "starting daemon (8.15.2): SMTP+queueing@00:15:00");
    mta_end(s);
}

/* What happens to those who are not let in; none of it is a message. */
static void refused(struct mta *s)
{
    static const char *const texts[] = {
        "ruleset=check_rcpt, arg1=<probe@example.net>, relay=[203.0.113.7], reject=550 5.7.1 "
        "<probe@example.net>... Relaying denied",
        "<nobody@example.jp>... User unknown",
        "lost input channel from host.example.org [203.0.113.14] to MTA after rcpt",
        "host.example.org [203.0.113.12] did not issue MAIL/EXPN/VRFY/ETRN during connection to "
        "MTA",
        "from=<spam@example.org>, size=0, class=0, nrcpts=0, proto=ESMTP, daemon=MTA, "
        "relay=[203.0.113.5]",
        "AUTH failure (LOGIN): authentication failure (-13) SASL(-13): authentication failure: "
        "checkpass failed, relay=[203.0.113.10]",
        "Milter: to=<bob@example.jp>, reject=451 4.7.1 Greylisting in action",
        "STARTTLS=server, relay=[192.0.2.77], version=TLSv1.3, verify=NO, "
        "cipher=TLS_AES_256_GCM_SHA384, bits=256/256"};
    char id[24];
    id_name(s, id);
    begin(s, mta_pid(s));
    put_z(&s->line, id);
    PUT(&s->line, ": ");
    put_z(&s->line, ANY_OF(s, texts));
    mta_end(s);
}

const struct mta_server sendmail_server = {.lifetime = 5 * DAY_SECONDS,
                                           .local_names = true,
                                           .open = log_open,
                                           .close = log_close,
                                           .name = name,
                                           .started = started,
                                           .arrived = arrived,
                                           .tried = tried,
                                           .bounced = bounced,
                                           .ended = ended,
                                           .refused = refused,
                                           .stamp = stamp};
