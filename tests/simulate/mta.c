/* mta.c - the queue behind the simulated logs of sendmail and Exim.
 *
 * Invariant: a run tries every recipient that is open; what the report should find is counted here as each line is
 * written.  Source: queue runs after 15, 30, 60 ... minutes, doubled up to 8 hours; five days (sendmail), four (Exim).
 * Example: a bounce to a forged sender fails: sendmail drops it, Exim freezes it for two days and ignores the next error. */
#include "mta.h"

#include <stdlib.h>

enum { HAPPENS_ARRIVAL, HAPPENS_TRY, HAPPENS_THAW, HAPPENS_RESTART, HAPPENS_REFUSAL };

uint32_t mta_pid(struct mta *s)
{
    s->pid = s->pid >= 32000 ? 300 : s->pid + 1 + chance_below(&s->chance, 3);
    return s->pid;
}

void mta_begin(struct mta *s)
{
    s->server->stamp(s);
    s->first = s->first ? s->first : s->now;
    s->last = s->now;
}

void mta_end(struct mta *s)
{
    PUT(&s->line, "\n");
    sink_write(&s->log.sink, s->line.p, s->line.n, CLASS_PARSED);
    s->bytes += s->line.n;
    s->truth.written++;
}

void put_any_ip(struct text *t, struct mta *s)
{
    put_z(t, chance_below(&s->noise, 2) ? "203.0.113." : "198.51.100.");
    put_u64(t, chance_below(&s->noise, 250) + 1);
}

void put_mx(struct text *t, const struct mta *s, uint32_t domain)
{
    PUT(t, "mx.");
    put_z(t, s->names.domain[domain]);
}

const char *any_of(struct mta *s, const char *const *texts, size_t n)
{
    return texts[chance_below(&s->noise, (uint32_t)n)];
}

void put_sender_of(struct text *t, const struct mta *s, const struct mta_message *m)
{
    PUT(t, "<");
    if (!m->null_sender)
        put_address(t, &s->names, m->sender);
    PUT(t, ">");
}

/* Births. */

static struct mta_message *message_new(struct mta *s, uint32_t count)
{
    struct mta_message *m = wanted(calloc(1, sizeof *m + count * sizeof m->to[0]));
    m->count = m->left = count;
    m->born = m->entered = s->now;
    m->size = 600 + (uint32_t)(chance_span(&s->chance, 0.012) % 8000000);
    s->server->name(s, m);
    return m;
}

static void plan(struct mta *s, struct mta_recipient *r, bool retries)
{
    bool dead = r->remote && r->to.domain % 17 == 5;
    r->plan = chance_hit(&s->chance, dead ? 0.5 : 0.03) ? MTA_FAIL : MTA_DELIVER;
    while (retries && r->deferrals < 14 && (!r->deferrals || chance_below(&s->chance, 2)))
        r->deferrals++;
    if (retries && chance_below(&s->chance, 40) == 0)
        r->plan = MTA_EXPIRE;
    if (r->remote || r->plan != MTA_DELIVER || r->deferrals)
        return;
    uint32_t dice = chance_below(&s->chance, 24);
    r->copies = dice == 0 ? (uint8_t)(2 + chance_below(&s->chance, 3)) : 0;
    if (dice == 1 && s->server->freezes)
        r->plan = MTA_DISCARD;
}

static bool has_address(const struct mta_message *m, uint32_t n, struct address a)
{
    for (uint32_t i = 0; i < n; i++)
        if (address_same(m->to[i].to, a))
            return true;
    return false;
}

static int by_domain(const void *a, const void *b)
{
    const struct mta_recipient *x = a, *y = b;
    if (x->to.domain != y->to.domain)
        return x->to.domain < y->to.domain ? -1 : 1;
    return (x->to.user > y->to.user) - (x->to.user < y->to.user);
}

static void fill(struct mta *s, struct mta_message *m, bool remote)
{
    bool retries = chance_hit(&s->chance, s->o->retry);
    uint32_t n = 0;
    for (uint32_t tries = 0; n < m->count && tries < 4 * m->count; tries++) {
        bool this_remote = remote && chance_below(&s->chance, 12) != 0;
        struct address a =
            this_remote ? names_remote(&s->names, &s->chance) : names_local(&s->names, &s->chance);
        if (has_address(m, n, a))
            continue;
        struct mta_recipient *r = &m->to[n++];
        r->to = a;
        r->remote = this_remote;
        plan(s, r, retries && (n == 1 || chance_below(&s->chance, 2)));
    }
    m->count = m->left = n;
    qsort(m->to, n, sizeof m->to[0], by_domain);
    for (uint32_t i = 0; n > 1 && i < n; i++)
        m->to[i].copies = 0; /* which of several is whose copy, no line of sendmail's tells */
}

static struct mta_message *from_outside(struct mta *s)
{
    uint32_t dice = chance_below(&s->chance, 1000);
    bool outbound = dice < 450;
    uint32_t many = chance_below(&s->chance, 100);
    uint32_t count = many < 82 || dice >= 700 ? 1 : many < 95 ? 2 + many % 3 : 5 + many * 3 % 40;
    struct mta_message *m = message_new(s, count);
    fill(s, m, outbound);
    m->local = outbound;
    m->sender = outbound ? names_local(&s->names, &s->chance) : names_remote(&s->names, &s->chance);
    m->null_sender = dice >= 980;
    for (uint32_t i = 0; m->null_sender && i < m->count; i++)
        if (m->to[i].plan == MTA_EXPIRE) /* nobody would be told */
            m->to[i].plan = MTA_FAIL;
    return m;
}

static struct mta_message *notice(struct mta *s, const struct mta_message *of)
{
    struct mta_message *m = message_new(s, 1);
    struct mta_recipient *r = &m->to[0];
    memcpy(m->parent, of->id, sizeof m->parent);
    m->null_sender = true;
    m->size = of->size % 30000 + 900;
    r->to = of->sender;
    r->remote = r->to.domain < s->names.domains;
    plan(s, r, chance_hit(&s->chance, s->o->retry));
    r->copies = 0;
    r->plan = chance_below(&s->chance, 5) == 0 ? MTA_FAIL : MTA_DELIVER;
    return m;
}

/* Runs. */

static enum mta_result result_of(struct mta *s, const struct mta_recipient *r)
{
    int64_t hour = (s->now - s->o->start) / SECOND / 3600 - s->o->outage_day * 24;
    bool out = s->o->outage_day >= 0 && r->remote && r->to.domain == 0 && hour >= 9 && hour < 18;
    if (r->deferrals || r->plan == MTA_EXPIRE || out)
        return MTA_DEFERRED;
    return r->plan == MTA_FAIL ? MTA_FAILED : r->plan == MTA_DISCARD ? MTA_DISCARDED : MTA_SENT;
}

static uint32_t told_domain(const struct mta *s, const struct mta_message *m,
                            const struct mta_recipient *r)
{
    return r->copies && s->server->local_names && !m->named ? NO_DOMAIN : r->to.domain;
}

static void end_recipient(struct mta *s, struct mta_message *m, struct mta_recipient *r,
                          enum fate fate)
{
    int64_t dwell = (s->now / SECOND - m->entered / SECOND) * SECOND;
    r->done = true;
    m->longest = dwell > m->longest ? dwell : m->longest;
    truth_recipient(&s->truth, fate, told_domain(s, m, r), dwell);
    if (--m->left)
        return;
    s->truth.messages.finished++;
    if (s->truth.wanted)
        spans_add(&s->truth.message, m->longest);
}

static void note_result(struct mta *s, struct mta_message *m, struct mta_recipient *r)
{
    static const enum fate fates[] = {FATE_DELIVERED, FATE_NONE, FATE_BOUNCED, FATE_DISCARDED};
    struct truth *t = &s->truth;
    uint32_t domain = told_domain(s, m, r);
    unsigned lines = r->result == MTA_SENT && r->copies ? r->copies : 1;
    t->attempts.success += r->result == MTA_SENT ? lines : 0;
    t->attempts.deferral += r->result == MTA_DEFERRED;
    t->attempts.failure += r->result == MTA_FAILED;
    t->recipients.derived += lines - 1;
    if (domain != NO_DOMAIN && r->result != MTA_DISCARDED) {
        t->domain[domain].attempts++;
        t->domain[domain].deferrals += r->result == MTA_DEFERRED;
    }
    if (!r->seen && !m->counted)
        t->recipients.accepted++;
    r->seen = true;
    if (r->result == MTA_DEFERRED)
        r->deferrals = r->deferrals ? (uint16_t)(r->deferrals - 1) : 0;
    else
        end_recipient(s, m, r, fates[r->result]);
}

/* Open recipients, run of one domain and result after the other. */
static bool tell_results(struct mta *s, struct mta_message *m)
{
    bool failure = false;
    for (uint32_t i = 0; i < m->count; i++)
        if (!m->to[i].done)
            m->to[i].result = (uint8_t)result_of(s, &m->to[i]);
    for (uint32_t i = 0; i < m->count; i++) {
        struct mta_recipient *r = &m->to[i];
        if (r->done)
            continue;
        uint32_t end = i + 1;
        while (end < m->count && end < i + 12 && !m->to[end].done && !r->copies &&
               m->to[end].result == r->result && m->to[end].to.domain == r->to.domain)
            end++;
        s->server->tried(s, m, i, end);
        for (; i < end; i++) {
            failure |= m->to[i].result == MTA_FAILED;
            note_result(s, m, &m->to[i]);
        }
        i--;
    }
    return failure;
}

static void message_enter(struct mta *s, struct mta_message *m)
{
    s->truth.messages.accepted++;
    s->truth.messages.notices += m->parent[0] != 0;
    if (m->counted)
        s->truth.recipients.accepted += m->count;
    agenda_add(&s->agenda, s->now + SECOND + chance_span(&s->chance, m->local ? 2 : 0.6),
               HAPPENS_TRY, m, 0);
}

static void give_rise(struct mta *s, struct mta_message *m, bool late)
{
    struct mta_message *child = notice(s, m);
    s->server->bounced(s, m, child, late);
    message_enter(s, child);
}

static void message_done(struct mta *s, struct mta_message *m)
{
    s->server->ended(s, m);
    free(m);
}

static void expire(struct mta *s, struct mta_message *m)
{
    if (m->null_sender)
        return;
    give_rise(s, m, true);
    for (uint32_t i = 0; i < m->count; i++)
        if (!m->to[i].done)
            end_recipient(s, m, &m->to[i], FATE_EXPIRED);
}

static void run(struct mta *s, struct mta_message *m)
{
    bool failure = tell_results(s, m);
    int64_t age = s->now - m->born;
    if (failure && !m->null_sender)
        give_rise(s, m, false);
    if (m->left && age > s->server->lifetime * SECOND)
        expire(s, m);
    if (!m->left && failure && m->null_sender && s->server->freezes) {
        s->server->froze(s, m);
        agenda_add(&s->agenda, s->now + 2 * DAY_SECONDS * SECOND, HAPPENS_THAW, m, 0);
    } else if (!m->left) {
        message_done(s, m);
    } else {
        int64_t wait = INT64_C(900) << (m->tries < 5 ? m->tries : 5);
        m->tries++;
        agenda_add(&s->agenda, s->now + wait * SECOND + chance_span(&s->chance, 60), HAPPENS_TRY, m,
                   0);
    }
}

/* Its last try fails as the one before. */
static void thaw(struct mta *s, struct mta_message *m)
{
    s->server->thawed(s, m);
    s->truth.attempts.failure++;
    s->truth.domain[m->to[0].to.domain].attempts++;
    message_done(s, m);
}

static void arrival(struct mta *s)
{
    struct mta_message *m = from_outside(s);
    s->arrived++;
    s->server->arrived(s, m);
    message_enter(s, m);
    double weight = hour_weight(s->now / SECOND + s->o->zone);
    agenda_add(&s->agenda, s->now + chance_span(&s->chance, 1.0 / (s->rate * weight)),
               HAPPENS_ARRIVAL, NULL, 0);
}

static void happen(struct mta *s, const struct happening *h)
{
    switch (h->kind) {
    case HAPPENS_ARRIVAL:
        arrival(s);
        return;
    case HAPPENS_TRY:
        run(s, h->what);
        return;
    case HAPPENS_THAW:
        thaw(s, h->what);
        return;
    case HAPPENS_RESTART:
        s->server->started(s);
        return;
    default:
        s->server->refused(s);
        agenda_add(&s->agenda, s->now + chance_span(&s->chance, 2.0 / s->rate), HAPPENS_REFUSAL,
                   NULL, 0);
    }
}

static void mta_open(struct mta *s, const struct options *o, const struct mta_server *server)
{
    s->o = o;
    s->server = server;
    s->chance.state = o->seed * 11 + 4;
    s->noise.state = o->seed * 13 + 5;
    s->pid = 700;
    names_open(&s->names, o->domains, o->recipients);
    truth_open(&s->truth, &s->names, o->truth != NULL);
    s->rate = o->bytes ? 5 : (double)o->messages / (o->days * DAY_SECONDS) / 0.83;
    s->now = o->start;
    int64_t span = (int64_t)(o->days * DAY_SECONDS) * SECOND;
    for (unsigned i = 0; i < o->restarts; i++)
        agenda_add(&s->agenda, o->start + span / (o->restarts + 1) * (i + 1), HAPPENS_RESTART, NULL,
                   0);
    agenda_add(&s->agenda, s->now + SECOND, HAPPENS_ARRIVAL, NULL, 0);
    agenda_add(&s->agenda, s->now + 5 * SECOND, HAPPENS_REFUSAL, NULL, 0);
    server->open(s);
    server->started(s);
}

/* What is still in the queue when the log ends. */
static void fold_queued(struct mta *s, struct mta_message *m)
{
    struct truth *t = &s->truth;
    bool late = s->last - m->entered >= s->server->lifetime * SECOND;
    t->messages.queued += !late;
    t->messages.end_missing += late;
    for (uint32_t i = 0; i < m->count; i++) {
        struct mta_recipient *r = &m->to[i];
        if (r->done || (!r->seen && !m->counted))
            continue;
        t->recipients.queued += !late;
        t->recipients.unknown += late;
        if (late)
            continue;
        if ((r->seen || m->named) && told_domain(s, m, r) != NO_DOMAIN)
            t->domain[r->to.domain].queued++;
    }
    free(m);
}

int simulate_mta(const struct options *o, const struct mta_server *server)
{
    struct mta *s = wanted(calloc(1, sizeof *s));
    struct happening h;
    mta_open(s, o, server);
    while (agenda_next(&s->agenda, &h)) {
        if (o->bytes ? s->bytes >= o->bytes : s->arrived >= o->messages)
            break;
        s->now = h.at;
        happen(s, &h);
    }
    do {
        if (h.kind == HAPPENS_TRY)
            fold_queued(s, h.what);
        else if (h.kind == HAPPENS_THAW)
            free(h.what);
    } while (agenda_next(&s->agenda, &h));
    server->close(s);
    truth_write(&s->truth, &s->names, o, s->first, s->last);
    names_close(&s->names);
    free(s->agenda.heap);
    free(files.all);
    free(s);
    return 0;
}
