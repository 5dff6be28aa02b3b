/* postfix.c - a Postfix that delivers simulated mail: reception, queue manager, agents, bounces, expiry, deletion.
 *
 * Invariant: every line knows its message; what a reader may note of it is noted in the step that writes it.
 * Source: Postfix 3.x: the order of the lines of smtpd, cleanup, qmgr, bounce and postsuper; retries after the message's
 * age, 300 to 4,000 s; five days.  Example: 8000012A3B: from=<a@example.net>, size=812, nrcpt=1 (queue active) */
#include "postfix.h"

#include <stdlib.h>

#define LIFETIME (5 * DAY_SECONDS * SECOND)
#define INODE_WORDS 65536

enum {
    HAPPENS_ARRIVAL,
    HAPPENS_MANAGER,
    HAPPENS_FILTERED,
    HAPPENS_RESULT,
    HAPPENS_DELETION,
    HAPPENS_RESTART
};
enum { PID_PICKUP = 700, PID_QMGR, PID_BOUNCE, PID_POSTSUPER };

static unsigned agent_pid(struct postfix *p)
{
    return 1000 + chance_below(&p->noise, 30000);
}

static void alive_add(struct postfix *p, struct message *m)
{
    m->next = p->alive;
    if (p->alive)
        p->alive->previous = m;
    p->alive = m;
}

static void message_gone(struct postfix *p, struct message *m)
{
    if (m->previous)
        m->previous->next = m->next;
    else
        p->alive = m->next;
    if (m->next)
        m->next->previous = m->previous;
    inode_free(p, m);
    postfix_fold(p, m, true);
}

/* Ends a line about m. */
static bool said(struct postfix *p, struct message *m)
{
    if (!entry_end(p))
        return false;
    m->heard = entry_shown(p);
    return true;
}

/* ... one that a message may begin with; true: it is in the log. */
static bool said_first(struct postfix *p, struct message *m)
{
    bool there = said(p, m);
    if (there && m->opened == NEVER)
        m->opened = m->heard;
    return there;
}

static void managed(struct postfix *p, struct message *m)
{
    m->managed |= said(p, m);
}

static void put_message_id(struct postfix *p, struct message *m)
{
    entry_begin_id(p, "cleanup", agent_pid(p), m);
    PUT(&p->line, "message-id=<");
    put_u64(&p->line, m->serial);
    PUT(&p->line, "@mail.example.net>");
    said_first(p, m);
}

static void to_manager(struct postfix *p, struct message *m, double after)
{
    agenda_add(&p->agenda, p->now + 20000 + chance_span(&p->chance, after), HAPPENS_MANAGER, m, 0);
}

static void put_session(struct postfix *p, const char *did, const char *service, unsigned pid,
                        uint32_t client, const char *rest)
{
    entry_begin(p, service, pid);
    put_z(&p->line, did);
    put_client(p, client);
    put_z(&p->line, rest);
    entry_end(p);
}

/* What came over the wire but never got into the queue; true: so it was. */
static bool message_fails(struct postfix *p, struct message *m, unsigned pid, uint32_t client)
{
    uint32_t dice = chance_below(&p->chance, 200);
    if (dice == 0) { /* before 3.10: no id, and so nobody knows whose end it is */
        put_session(p, "lost connection after DATA (812 bytes) from ", "smtpd", pid, client, "");
        return true;
    }
    if (dice > 3)
        return false;
    if (dice == 1) {
        entry_begin_id(p, "smtpd", pid, m);
        PUT(&p->line, "lost connection after DATA (812 bytes) from ");
        put_client(p, client);
    } else {
        entry_begin_id(p, "cleanup", agent_pid(p), m);
        PUT(&p->line, "milter-reject: END-OF-MESSAGE from ");
        put_client(p, client);
        PUT(&p->line, ": 5.7.1 Blocked by the filter; from=<");
        put_mail_address(p, m->sender);
        PUT(&p->line, "> to=<");
        put_mail_address(p, m->to[0].to);
        PUT(&p->line, "> proto=ESMTP helo=<pc>");
    }
    m->refused |= said(p, m);
    message_gone(p, m);
    return true;
}

static void arrive_by_client(struct postfix *p, struct message *m)
{
    bool login = m->origin == ORIGIN_LOGIN;
    const char *service = login ? "submission/smtpd" : "smtpd";
    unsigned pid = agent_pid(p);
    uint32_t client = chance_below(&p->noise, 5000);
    put_session(p, "connect from ", service, pid, client, "");
    if (login || chance_below(&p->noise, 2))
        put_session(
            p, "Anonymous TLS connection established from ", service, pid, client,
            ": TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 "
            "server-signature RSA-PSS (2048 bits) server-digest SHA256");
    entry_begin_id(p, service, pid, m);
    PUT(&p->line, "client=");
    put_client(p, client);
    if (login) {
        PUT(&p->line, ", sasl_method=PLAIN, sasl_username=");
        put_mail_address(p, m->sender);
    }
    m->entered = said_first(p, m);
    p->now += 40000;
    if (chance_below(&p->noise, 40) == 0) { /* one recipient of several refused: the others go on */
        entry_begin_id(p, service, pid, m);
        PUT(&p->line, "reject: RCPT from ");
        put_client(p, client);
        PUT(&p->line, ": 550 5.1.1 <nobody@example.jp>: Recipient address rejected: User unknown; "
                      "from=<> to=<nobody@example.jp> proto=ESMTP helo=<pc>");
        entry_end(p);
    }
    put_message_id(p, m);
    p->now += 60000;
    if (!login && message_fails(p, m, pid, client))
        return;
    put_session(p, "disconnect from ", service, pid, client,
                login ? " ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=8"
                      : " ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5");
    to_manager(p, m, 0.05);
}

static void arrive_by_pickup(struct postfix *p, struct message *m)
{
    entry_begin_id(p, "pickup", PID_PICKUP, m);
    PUT(&p->line, "uid=1000 from=<");
    put_mail_address(p, m->sender);
    PUT(&p->line, ">");
    m->entered = said_first(p, m);
    put_message_id(p, m);
    to_manager(p, m, 0.05);
}

static void put_sender(struct postfix *p, const struct message *m)
{
    PUT(&p->line, "from=<");
    if (m->origin == ORIGIN_PROBE)
        put_own(&p->line, p->o, "double-bounce@", "");
    else if (!m->null_sender)
        put_mail_address(p, m->sender);
    PUT(&p->line, ">");
}

static int64_t delivery_time(struct postfix *p, const struct recipient *r)
{
    if (!r->remote)
        return 20000 + chance_span(&p->chance, 0.3);
    if (r->deferrals && chance_below(&p->chance, 4) == 0)
        return 30 * SECOND + chance_span(&p->chance, 1);
    return 150000 + chance_span(&p->chance, 1.5);
}

/* The filter gives the message back over loopback before its own line is written; the old id is free at once. */
static void filter_returns(struct postfix *p, struct message *m)
{
    struct message first = *m; /* without its recipients */
    unsigned pid = agent_pid(p);
    m->born = p->now;
    id_make(p, m);
    entry_begin_id(p, "smtpd", pid, m);
    PUT(&p->line, "client=localhost[127.0.0.1]");
    if (m->serial % 2) {
        PUT(&p->line, ", orig_queue_id=");
        put_z(&p->line, first.id);
    }
    entry_end(p);
    put_message_id(p, m);
    for (uint32_t i = 0; i < m->count; i++) {
        struct recipient *r = &m->to[i];
        entry_begin_id(p, "smtp", pid + 1, &first);
        PUT(&p->line, "to=<");
        put_mail_address(p, r->to);
        PUT(&p->line, ">, relay=127.0.0.1[127.0.0.1]:10024");
        int64_t age = put_delays(p, &first);
        PUT(&p->line,
            ", dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 "
            "Ok: queued as ");
        put_z(&p->line, m->id);
        PUT(&p->line, ")");
        r->named |= said(p, m);
        r->arrived = entry_shown(p) - age;
    }
    entry_begin_id(p, "qmgr", PID_QMGR, &first);
    PUT(&p->line, "removed");
    said(p, m);
    inode_free(p, &first);
    m->filtered = true;
    to_manager(p, m, 0.02);
}

static bool to_filter(const struct postfix *p, const struct message *m)
{
    return p->o->filter && !m->filtered && m->origin <= ORIGIN_LOCAL;
}

static void manager_run(struct postfix *p, struct message *m)
{
    entry_begin_id(p, "qmgr", PID_QMGR, m);
    put_sender(p, m);
    PUT(&p->line, ", size=");
    put_u64(&p->line, m->size);
    PUT(&p->line, ", nrcpt=");
    put_u64(&p->line, m->count);
    PUT(&p->line, " (queue active)");
    managed(p, m);
    if (to_filter(p, m)) {
        agenda_add(&p->agenda, p->now + 300000 + chance_span(&p->chance, 1), HAPPENS_FILTERED, m,
                   0);
        return;
    }
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->to[i].done)
            continue;
        m->running++;
        agenda_add(&p->agenda, p->now + delivery_time(p, &m->to[i]), HAPPENS_RESULT, m, i);
    }
}

static void removed_line(struct postfix *p, struct message *m, const char *service, unsigned pid)
{
    entry_begin_id(p, service, pid, m);
    PUT(&p->line, "removed");
    managed(p, m);
}

/* A notice about m enters the queue: cleanup speaks before bounce does. */
static void notify(struct postfix *p, struct message *m, const char *what)
{
    struct message *notice = postfix_notice(p, m);
    alive_add(p, notice);
    put_message_id(p, notice);
    entry_begin_id(p, "bounce", PID_BOUNCE, m);
    put_z(&p->line, what);
    PUT(&p->line, " notification: ");
    put_z(&p->line, notice->id);
    if (said(p, m)) {
        notice->linked = true;
        notice->heard = m->heard;
        if (notice->opened == NEVER)
            notice->opened = m->heard;
    }
    to_manager(p, notice, 0.02);
}

static void message_end(struct postfix *p, struct message *m, bool removed_told)
{
    if (m->failures && !m->null_sender && m->origin != ORIGIN_PROBE)
        notify(p, m, "sender non-delivery");
    if (!removed_told)
        removed_line(p, m, "qmgr", PID_QMGR);
    message_gone(p, m);
}

/* What no line of its own ended: the stamp less the first arrival told. */
static void end_open(struct message *m, enum fate fate)
{
    for (uint32_t i = 0; i < m->count; i++) {
        struct recipient *r = &m->to[i];
        int64_t from = m->filtered ? r->arrived : m->told != NEVER ? m->told : m->opened;
        if (r->done)
            continue;
        r->done = true;
        r->fate = fate;
        r->dwell = from == NEVER ? -1 : m->heard - from;
    }
}

static void message_expire(struct postfix *p, struct message *m)
{
    entry_begin_id(p, "qmgr", PID_QMGR, m);
    put_sender(p, m);
    PUT(&p->line, ", status=expired, returned to sender");
    managed(p, m);
    end_open(m, FATE_EXPIRED);
    m->failures++;
    message_end(p, m, false);
}

static void run_end(struct postfix *p, struct message *m, bool removed_told)
{
    int64_t age = p->now - m->born, wait = age;
    if (m->left == 0) {
        message_end(p, m, removed_told);
        return;
    }
    if (age >= LIFETIME) {
        message_expire(p, m);
        return;
    }
    if (wait < 300 * SECOND)
        wait = 300 * SECOND;
    if (wait > 4000 * SECOND)
        wait = 4000 * SECOND;
    if (age > 4 * 3600 * SECOND && !m->warned && !m->null_sender) {
        m->warned = true;
        if (chance_below(&p->chance, 2))
            notify(p, m, "sender delay");
    }
    bool deleted = chance_below(&p->chance, 300) == 0;
    agenda_add(&p->agenda, p->now + (deleted ? wait / 2 : wait),
               deleted ? HAPPENS_DELETION : HAPPENS_MANAGER, m, 0);
}

static bool domain_is_out(const struct postfix *p, const struct recipient *r)
{
    if (p->o->outage_day < 0 || !r->remote || r->to.domain != 0)
        return false;
    int64_t hour = (p->now - p->o->start) / SECOND / 3600 - p->o->outage_day * 24;
    return hour >= 9 && hour < 18;
}

/* What a reader notes of a delivery line. */
static void result_seen(struct postfix *p, struct message *m, struct recipient *r,
                        enum result result, int64_t age)
{
    struct truth *t = &p->truth;
    m->managed = true;
    if (m->origin == ORIGIN_PROBE) {
        m->probed = true;
        return;
    }
    t->attempts.success += result == RESULT_SENT;
    t->attempts.deferral += result == RESULT_DEFERRED;
    t->attempts.failure += result == RESULT_BOUNCED;
    t->domain[r->to.domain].attempts++;
    t->domain[r->to.domain].deferrals += result == RESULT_DEFERRED;
    r->named = true;
    if (m->told == NEVER)
        m->told = m->heard - age;
    if (result == RESULT_DEFERRED)
        return;
    r->fate = result == RESULT_SENT ? FATE_DELIVERED : FATE_BOUNCED;
    r->dwell = m->filtered ? m->heard - r->arrived : age;
}

static struct message *forward_begin(struct postfix *p, struct message *m)
{
    struct message *child = postfix_forward(p, m);
    alive_add(p, child);
    put_message_id(p, child);
    return child;
}

static void result_line(struct postfix *p, struct message *m, struct recipient *r,
                        enum result result)
{
    struct message *child = result == RESULT_SENT && r->forwards ? forward_begin(p, m) : NULL;
    entry_begin_id(p, delivery_agent(m, r, result), agent_pid(p), m);
    PUT(&p->line, "to=<");
    put_mail_address(p, r->to);
    if (r->aliased)
        PUT(&p->line, ">, orig_to=<staff@example.jp");
    PUT(&p->line, ">, ");
    int64_t age = put_delivery(p, m, r, result, child);
    if (said(p, m)) {
        result_seen(p, m, r, result, age);
        if (child) {
            child->linked = true;
            child->heard = m->heard;
            if (child->opened == NEVER)
                child->opened = m->heard;
        }
    }
    if (child)
        to_manager(p, child, 0.02);
}

static void delivery_result(struct postfix *p, struct message *m, uint32_t i)
{
    struct recipient *r = &m->to[i];
    bool defer = r->deferrals || r->plan == PLAN_EXPIRE || domain_is_out(p, r);
    enum result result = defer                  ? RESULT_DEFERRED
                         : r->plan == PLAN_FAIL ? RESULT_BOUNCED
                                                : RESULT_SENT;
    bool last = m->running == 1 && m->left == 1 && result == RESULT_SENT && !m->failures;
    bool early = last && !r->forwards && chance_below(&p->chance, 300) == 0;
    if (early) /* the queue manager is faster than the agent's line */
        removed_line(p, m, "qmgr", PID_QMGR);
    result_line(p, m, r, result);
    m->running--;
    if (result == RESULT_DEFERRED) {
        if (r->deferrals)
            r->deferrals--;
    } else {
        r->done = true;
        m->left--;
        m->failures += result == RESULT_BOUNCED;
    }
    if (m->running == 0)
        run_end(p, m, early);
}

static void message_delete(struct postfix *p, struct message *m)
{
    removed_line(p, m, "postsuper", PID_POSTSUPER);
    end_open(m, FATE_DELETED);
    message_gone(p, m);
}

static void arrival(struct postfix *p)
{
    double weight = hour_weight(p->now / SECOND + p->o->zone);
    agenda_add(&p->agenda, p->now + chance_span(&p->chance, 1.0 / (p->rate * weight)),
               HAPPENS_ARRIVAL, NULL, 0);
    if (chance_below(&p->noise, 3) == 0)
        noise_session(p);
    p->arrived += p->now >= p->o->start;
    bool probe = chance_below(&p->chance, 150) == 0;
    struct message *m = probe ? postfix_probe(p) : postfix_message(p);
    alive_add(p, m);
    if (probe) {
        put_message_id(p, m);
        to_manager(p, m, 0.02);
    } else if (m->origin == ORIGIN_LOCAL) {
        arrive_by_pickup(p, m);
    } else {
        arrive_by_client(p, m);
    }
}

static void happen(struct postfix *p, const struct happening *h)
{
    switch (h->kind) {
    case HAPPENS_ARRIVAL:
        arrival(p);
        return;
    case HAPPENS_MANAGER:
        manager_run(p, h->what);
        return;
    case HAPPENS_FILTERED:
        filter_returns(p, h->what);
        return;
    case HAPPENS_RESULT:
        delivery_result(p, h->what, h->which);
        return;
    case HAPPENS_DELETION:
        message_delete(p, h->what);
        return;
    default:
        noise_daemon(p);
    }
}

static void postfix_open(struct postfix *p, const struct options *o)
{
    p->o = o;
    p->chance.state = o->seed * 3 + 1;
    p->noise.state = o->seed * 7 + 3;
    names_open(&p->names, o->domains, o->recipients);
    truth_open(&p->truth, &p->names, o->truth != NULL);
    p->rate = o->bytes ? 5 : (double)o->messages / (o->days * DAY_SECONDS) / 0.83;
    p->inode_words = INODE_WORDS;
    p->free_bits = wanted(malloc(INODE_WORDS * sizeof *p->free_bits));
    memset(p->free_bits, 0xff, INODE_WORDS * sizeof *p->free_bits);
    p->now = o->start - (int64_t)(o->warmup * 1e6);
    p->stamp = p->now;
    int64_t span = (int64_t)(o->days * DAY_SECONDS) * SECOND;
    for (unsigned i = 0; i < o->restarts; i++)
        agenda_add(&p->agenda, o->start + span / (o->restarts + 1) * (i + 1), HAPPENS_RESTART, NULL,
                   0);
    agenda_add(&p->agenda, p->now + SECOND, HAPPENS_ARRIVAL, NULL, 0);
    maillog_open(&p->log, o, "maillog", o->start);
}

static void postfix_close(struct postfix *p)
{
    maillog_close(&p->log);
    while (p->alive) {
        struct message *m = p->alive;
        p->alive = m->next;
        postfix_fold(p, m, false);
    }
    truth_write(&p->truth, &p->names, p->o, p->first, p->last);
    names_close(&p->names);
    free(p->agenda.heap);
    free(p->free_bits);
    free(files.all);
    free(p);
}

int simulate_postfix(const struct options *o)
{
    struct postfix *p = wanted(calloc(1, sizeof *p));
    struct happening h;
    postfix_open(p, o);
    while (agenda_next(&p->agenda, &h)) {
        if (o->bytes ? p->bytes >= o->bytes : p->arrived >= o->messages)
            break;
        p->now = h.at;
        happen(p, &h);
    }
    postfix_close(p);
    return 0;
}
