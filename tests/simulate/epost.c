/* epost.c - a simulated E-Post server: sessions, delivery, retries, lists, forwards, notices.
 *
 * Invariant: every line knows its message; a reader's view is noted in the same step that writes (or loses) it, and
 * a try that is put off is logged two seconds or more after the deliveries of the same session.
 * Source: the project's description of the server: retry ticks of 120 s, 5xx at once, no contact 24 h, 4xx 8 h.
 * Example: MAIL FROM at 08:20:45, end of DATA 08:20:46, mailbox 08:20:47: entry 08:20:45, dwell 2 s. */
#include "epost.h"

#include <stdlib.h>

enum {
    HAPPENS_ARRIVAL,
    HAPPENS_SESSION_MAIL,
    HAPPENS_ACCEPTED,
    HAPPENS_LOCAL,
    HAPPENS_TRY,
    HAPPENS_PUT_OFF,
    HAPPENS_FAILED,
    HAPPENS_RESEND,
    HAPPENS_NOTICE,
    HAPPENS_MEMBERS,
    HAPPENS_FORWARD,
    HAPPENS_BURST,
    HAPPENS_GUESS
};

static void later(struct epost *e, int64_t in, uint32_t kind, struct message *m, uint32_t which)
{
    m->refs++;
    agenda_add(&e->agenda, e->now + in, kind, m, which);
}

static int64_t floor_second(int64_t us)
{
    return us / SECOND * SECOND;
}

static void first_line(struct epost *e, struct message *m)
{
    if (!m->first_delivery)
        m->first_delivery = floor_second(e->now);
}

static void recipient_ends(struct epost *e, struct message *m, uint32_t i, enum fate fate,
                           bool survived)
{
    if (!survived)
        return;
    first_line(e, m);
    if (m->to[i].fate != FATE_NONE)
        return;
    m->to[i].fate = fate;
    m->to[i].fate_at = floor_second(e->now);
}

/* ---- reception */

static void mail_from(struct epost *e, struct message *m, int64_t stamp, int64_t begun,
                      int64_t data_takes)
{
    m->counter = ++e->counter;
    m->stamp = floor_second(stamp);
    m->begun = begun;
    later(e, data_takes, HAPPENS_ACCEPTED, m, 0);
}

static int64_t data_time(struct epost *e)
{
    if (chance_below(&e->chance, 60) == 0)
        return 20 * SECOND + chance_span(&e->chance, 60);
    return 300000 + chance_span(&e->chance, 1.2);
}

static void plain_session(struct epost *e)
{
    struct message *m = epost_message(e, false, 30);
    write_accept(e, m);
    mail_from(e, m, e->now, e->now, data_time(e));
}

static void auth_session(struct epost *e, uint32_t mails, bool burst)
{
    struct auth_session *s = wanted(calloc(1, sizeof *s));
    struct message *first = epost_message(e, true, burst ? BURST_RECIPIENTS : 30);
    s->computer = first->computer;
    s->begun = s->stamp = e->now;
    s->left = mails - 1;
    s->peer = burst ? 666 : first->peer;
    s->burst = burst;
    s->login = burst ? (struct address){.domain = e->names.domains, .user = 0} : first->from;
    first->authenticated = true;
    first->from = s->login;
    first->peer = s->peer;
    write_accept(e, first);
    mail_from(e, first, s->stamp, s->begun, data_time(e));
    if (s->left)
        agenda_add(&e->agenda, e->now + 2 * SECOND + chance_span(&e->chance, burst ? 0.5 : 30),
                   HAPPENS_SESSION_MAIL, s, 0);
    else
        free(s);
}

static void session_mail(struct epost *e, struct auth_session *s)
{
    struct message *m = epost_message(e, true, s->burst ? BURST_RECIPIENTS : 30);
    m->computer = s->computer;
    m->authenticated = true;
    m->from = s->login;
    m->peer = s->peer;
    mail_from(e, m, s->stamp, s->begun, s->burst ? 400000 : data_time(e));
    if (--s->left)
        agenda_add(&e->agenda, e->now + SECOND / 2 + chance_span(&e->chance, s->burst ? 0.5 : 30),
                   HAPPENS_SESSION_MAIL, s, 0);
    else
        free(s);
}

static void arrival(struct epost *e)
{
    if (chance_below(&e->chance, 100) < 60)
        plain_session(e);
    else
        auth_session(e, chance_below(&e->chance, 10) < 7 ? 1 : 2 + chance_below(&e->chance, 5),
                     false);
    double weight = hour_weight(e->now / SECOND + e->o->zone);
    agenda_add(&e->agenda, e->now + chance_span(&e->chance, 1.0 / (e->rate * weight)),
               HAPPENS_ARRIVAL, NULL, 0);
}

static int64_t local_latency(struct epost *e)
{
    int64_t usual = 700000 + chance_span(&e->chance, 1.5);
    if (e->o->backlog_day < 0)
        return usual;
    int64_t minute = (e->now - e->o->start) / SECOND / 60 - e->o->backlog_day * 1440;
    if (minute < 9 * 60 || minute >= 13 * 60)
        return usual;
    int64_t into = minute - 9 * 60; /* the backlog grows for two hours and shrinks for two */
    int64_t wait = into < 120 ? into : 240 - into;
    return usual + wait * 20 * SECOND + chance_span(&e->chance, 60);
}

static bool leads_domain(const struct message *m, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++) {
        if (!m->to[k].local && m->to[k].to.domain == m->to[i].to.domain)
            return false;
    }
    return true;
}

static void accepted(struct epost *e, struct message *m)
{
    m->data_end = e->now;
    e->arrived += e->now >= e->o->start && !m->burst;
    m->entered = write_inlog(e, m);
    if (m->entered) {
        if (m->stamp > e->clock[m->computer])
            e->clock[m->computer] = m->stamp;
        m->entry = e->clock[m->computer];
    }
    write_receive(e, m);
    bool verdict = write_verdict(e, m, m->refused ? "abort" : "ok");
    if (m->refused) {
        m->abort_seen = verdict;
        return;
    }
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->to[i].local)
            later(e, local_latency(e), HAPPENS_LOCAL, m, i);
        else if (leads_domain(m, i))
            later(e, SECOND + chance_span(&e->chance, 2), HAPPENS_TRY, m, i);
    }
}

/* ---- delivery */

static void notice_due(struct epost *e, struct message *m)
{
    if (!m->null_sender)
        later(e, 2 * SECOND + chance_span(&e->chance, 2), HAPPENS_NOTICE, m, 0);
}

static void deliver_local(struct epost *e, struct message *m, uint32_t i)
{
    struct recipient *r = &m->to[i];
    if (r->plan == PLAN_FAIL && !r->list) {
        recipient_ends(e, m, i, FATE_BOUNCED, write_fail(e, m, true, r->to, "550 User Unknown"));
        notice_due(e, m);
        return;
    }
    recipient_ends(e, m, i, FATE_DELIVERED, write_local(e, m, true, m->from, r->to));
    if (r->list)
        later(e, SECOND + chance_span(&e->chance, 2), HAPPENS_MEMBERS, m, i);
    else if (!m->null_sender && chance_below(&e->chance, 40) == 0)
        later(e, SECOND + chance_span(&e->chance, 2), HAPPENS_FORWARD, m, i);
}

static int64_t next_tick(const struct epost *e, const struct message *m, uint32_t tries)
{
    static const uint16_t ticks[] = {2, 5, 6, 14, 15, 29, 30, 59, 60, 119, 120, 239, 240};
    enum { TICKS = sizeof ticks / sizeof ticks[0] };
    int64_t tick = (int64_t)(tries - 1) / TICKS * 240 + ticks[(tries - 1) % TICKS];
    int64_t at = m->data_end + 3 * SECOND + tick * 120 * SECOND;
    return at > e->now + 120 * SECOND ? at - e->now : 120 * SECOND;
}

static bool domain_is_out(const struct epost *e, uint32_t domain)
{
    if (e->o->outage_day < 0 || domain != 0)
        return false;
    int64_t hour = (e->now - e->o->start) / SECOND / 3600 - e->o->outage_day * 24;
    return hour >= 9 && hour < 18;
}

/* What this try does to recipient i: 'k' accepted, 'z' put off, 'd' refused. */
static char try_of(struct epost *e, const struct message *m, struct recipient *r)
{
    int64_t age = e->now - m->data_end;
    if (r->plan == PLAN_NO_CONTACT)
        return age > DAY_SECONDS * SECOND ? 'd' : 'z';
    if (r->plan == PLAN_TEMPORARY)
        return age > 8 * 3600 * SECOND ? 'd' : 'z';
    if (domain_is_out(e, r->to.domain))
        return 'z';
    if (r->deferrals) {
        r->deferrals--;
        return 'z';
    }
    return r->plan == PLAN_FAIL ? 'd' : 'k';
}

static void deliver_accepted(struct epost *e, struct message *m, const uint32_t *which, uint32_t n)
{
    struct address to[64];
    for (uint32_t k = 0; k < n; k++)
        to[k] = m->to[which[k]].to;
    bool survived = write_out(e, m, true, m->from, to, n);
    for (uint32_t k = 0; k < n; k++)
        recipient_ends(e, m, which[k], FATE_DELIVERED, survived);
    if (chance_below(&e->chance, 150) == 0)
        later(e, 60 * SECOND + chance_below(&e->chance, 20000000), HAPPENS_RESEND, m, which[0]);
}

static void try_domain(struct epost *e, struct message *m, uint32_t leader)
{
    uint32_t sent[64], n = 0, put_off = 0, refused = 0;
    m->to[leader].tries++;
    for (uint32_t i = leader; i < m->count && n < 64; i++) {
        struct recipient *r = &m->to[i];
        if (r->local || r->done || r->to.domain != m->to[leader].to.domain)
            continue;
        char what = try_of(e, m, r);
        put_off += what == 'z';
        if (what == 'z')
            continue;
        r->done = true;
        if (what == 'k')
            sent[n++] = i;
        else {
            refused++;
            later(e, 3 * SECOND + chance_below(&e->chance, 2000000), HAPPENS_FAILED, m, i);
        }
    }
    write_try(e, m, leader, n > 0 || refused > 0);
    if (n)
        deliver_accepted(e, m, sent, n);
    if (refused)
        notice_due(e, m);
    if (put_off)
        later(e, (n || refused ? 8 : 2) * SECOND + chance_below(&e->chance, 1000000),
              HAPPENS_PUT_OFF, m, leader);
}

/* The attempt is one per accepted recipient of the domain that a reader still sees waiting, or one of nobody. */
static void put_off(struct epost *e, struct message *m, uint32_t leader)
{
    uint32_t domain = m->to[leader].to.domain, waiting = 0;
    if (write_status(e, m, leader, 1)) {
        for (uint32_t i = 0; i < m->count && m->entered; i++)
            waiting += domain_or_none(m->to[i].to) == domain && m->to[i].fate == FATE_NONE;
        e->truth.attempts.deferral += waiting ? waiting : 1;
        e->truth.domain[domain].attempts += waiting;
        e->truth.domain[domain].deferrals += waiting;
    }
    later(e, next_tick(e, m, m->to[leader].tries), HAPPENS_TRY, m, leader);
}

static void give_up(struct epost *e, struct message *m, uint32_t i)
{
    static const char *const refusals[] = {
        "550 User Unknown",
        "550 5.7.1 [192.0.2.1] blocked, see http://rbl.example/",
        "552 5.2.2 Mailbox full",
        "",
        "554 5.7.1 \x91\x97\x90\x4d\x8b\x91\x94\xdb",
    };
    struct recipient *r = &m->to[i];
    bool survived;
    write_status(e, m, i, 0);
    if (r->plan == PLAN_NO_CONTACT)
        survived = write_fail(e, m, true, r->to, "Unable to deliver to destination domain");
    else if (r->plan == PLAN_TEMPORARY)
        survived = write_fail(e, m, true, r->to, "451 4.2.1 Mailbox busy, try again later");
    else
        survived = write_fail(e, m, true, r->to, refusals[chance_below(&e->noise, 5)]);
    recipient_ends(e, m, i, r->plan == PLAN_FAIL ? FATE_BOUNCED : FATE_EXPIRED, survived);
}

static void resend(struct epost *e, struct message *m, uint32_t leader)
{
    recipient_ends(e, m, leader, FATE_DELIVERED,
                   write_out(e, m, true, m->from, &m->to[leader].to, 1));
}

/* ---- mail the server makes itself */

static void extra_line(struct epost *e, struct message *m, struct address to, bool with_sender,
                       struct address from)
{
    struct extra *x = epost_extra(m, to);
    bool local = to.domain >= e->names.domains;
    bool survived = local ? write_local(e, m, with_sender, from, to)
                          : write_out(e, m, with_sender, from, &to, 1);
    if (!survived)
        return;
    first_line(e, m);
    if (with_sender) {
        x->with_sender = true;
        x->fate = x->fate ? x->fate : FATE_DELIVERED;
    } else
        x->without_sender = true;
}

static void notice(struct epost *e, struct message *m)
{
    if (chance_below(&e->chance, 6) != 0) {
        extra_line(e, m, m->from, false, m->from);
        return;
    }
    struct extra *x = epost_extra(m, m->from);
    if (write_fail(e, m, false, m->from, "554 5.4.4 no such domain")) {
        x->without_sender = true;
        first_line(e, m);
    }
}

static void members(struct epost *e, struct message *m, uint32_t i)
{
    uint32_t n = 3 + m->to[i].to.user % 5;
    bool blank = m->to[i].to.user % 3 == 0;
    struct address owner = m->to[i].to;
    for (uint32_t k = 0; k < n; k++) {
        struct chance own = {owner.user * UINT64_C(31) + k};
        struct address a = k % 2 ? names_remote(&e->names, &own) : names_local(&e->names, &own);
        if (!epost_names(m, a) && !address_same(a, m->from))
            extra_line(e, m, a, !blank, owner);
    }
}

static void forward(struct epost *e, struct message *m)
{
    if (chance_below(&e->chance, 2)) {
        struct message *child = epost_forward(e, m);
        mail_from(e, child, e->now, e->now, 100000);
        return;
    }
    struct address a = names_remote(&e->names, &e->chance);
    if (!epost_names(m, a) && !address_same(a, m->from))
        extra_line(e, m, a, true, m->from);
}

/* ---- the run */

static void happen_to(struct epost *e, struct message *m, const struct happening *h)
{
    static void (*const deeds[])(struct epost *, struct message *, uint32_t) = {
        [HAPPENS_LOCAL] = deliver_local, [HAPPENS_TRY] = try_domain, [HAPPENS_PUT_OFF] = put_off,
        [HAPPENS_FAILED] = give_up,      [HAPPENS_RESEND] = resend,  [HAPPENS_MEMBERS] = members,
    };
    if (h->kind == HAPPENS_ACCEPTED)
        accepted(e, m);
    else if (h->kind == HAPPENS_NOTICE)
        notice(e, m);
    else if (h->kind == HAPPENS_FORWARD)
        forward(e, m);
    else
        deeds[h->kind](e, m, h->which);
    if (--m->refs == 0)
        epost_fold(e, m);
}

static void happen(struct epost *e, const struct happening *h)
{
    switch (h->kind) {
    case HAPPENS_ARRIVAL:
        arrival(e);
        return;
    case HAPPENS_SESSION_MAIL:
        session_mail(e, h->what);
        return;
    case HAPPENS_BURST:
        auth_session(e, e->o->burst, true);
        return;
    case HAPPENS_GUESS:
        write_guess(e, 0, 666);
        return;
    default:
        happen_to(e, h->what, h);
    }
}

static void epost_open(struct epost *e, const struct options *o)
{
    e->o = o;
    e->chance.state = o->seed * 3 + 1;
    e->loss.state = o->seed * 5 + 2;
    e->noise.state = o->seed * 7 + 3;
    e->counter = 97000;
    names_open(&e->names, o->domains, o->recipients);
    truth_open(&e->truth, &e->names, o->truth != NULL);
    e->rate = o->bytes ? 5 : (double)o->messages / (o->days * DAY_SECONDS) / 0.83 / 1.35;
    e->now = o->start - (int64_t)(o->warmup * 1e6);
    agenda_add(&e->agenda, e->now + SECOND, HAPPENS_ARRIVAL, NULL, 0);
    if (o->burst_day >= 0 && o->burst) {
        int64_t night = o->start + ((int64_t)o->burst_day * 1440 + 130) * 60 * SECOND;
        agenda_add(&e->agenda, night, HAPPENS_BURST, NULL, 0);
        for (int i = 1; i <= 40; i++)
            agenda_add(&e->agenda, night - i * 47 * SECOND, HAPPENS_GUESS, NULL, 0);
    }
    epost_files_open(e);
}

static void epost_close(struct epost *e)
{
    struct happening h;
    epost_files_close(e);
    while (agenda_next(&e->agenda, &h)) {
        if (h.kind == HAPPENS_SESSION_MAIL)
            free(h.what);
    }
    epost_fold_open(e);
    truth_write(&e->truth, &e->names, e->o, e->first, e->last);
    names_close(&e->names);
    free(e->agenda.heap);
    free(e->days_present);
    free(e->open);
    free(e->open_domains);
    free(files.all);
    free(e);
}

int simulate_epost(const struct options *o)
{
    struct epost *e = wanted(calloc(1, sizeof *e));
    struct happening h;
    epost_open(e, o);
    while (agenda_next(&e->agenda, &h)) {
        bool enough = o->bytes ? e->bytes >= o->bytes : e->arrived >= o->messages;
        if (enough) {
            if (h.kind == HAPPENS_SESSION_MAIL)
                free(h.what);
            break;
        }
        e->now = h.at;
        happen(e, &h);
    }
    epost_close(e);
    return 0;
}
