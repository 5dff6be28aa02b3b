/* qmail.c - a qmail-send that delivers simulated mail: inodes, delivery numbers, concurrency, restarts.
 *
 * Invariant: every line knows its message; a reader's view is noted in the same step that writes (or loses) it.
 * Loss never makes the truth undecidable: after a lost `end msg` the next birth in that inode is kept, daemon start
 * and stop lines are kept, a notice loses both of its birth lines or none.
 * Source: qmail-send 1.03's order of lines.  Example: starting delivery 7: msg 4711 to remote bob@example.net */
#include "qmail.h"

#include <stdlib.h>

#define FIRST_INODE 4711
#define INODE_WORDS 16384

enum { HAPPENS_ARRIVAL, HAPPENS_CHILD, HAPPENS_TRY, HAPPENS_RESULT, HAPPENS_HALT, HAPPENS_START };

static uint32_t inode_take(struct qmail *q)
{
    uint32_t w = q->lowest_word;
    while (w < q->inode_words && q->free_bits[w] == 0)
        w++;
    if (w == q->inode_words)
        failed("simulated queue", "full");
    q->lowest_word = w;
    uint32_t bit = (uint32_t)__builtin_ctzll(q->free_bits[w]);
    q->free_bits[w] &= q->free_bits[w] - 1;
    return w * 64 + bit;
}

static void inode_give(struct qmail *q, uint32_t i)
{
    q->free_bits[i / 64] |= UINT64_C(1) << (i % 64);
    if (i / 64 < q->lowest_word)
        q->lowest_word = i / 64;
}

static void line_begin(struct qmail *q)
{
    log_stamp(q);
    q->body.n = 0;
}

static void put_id(struct qmail *q, const struct message *m)
{
    put_u64(&q->body, FIRST_INODE + m->inode);
}

static void status_line(struct qmail *q, bool surely)
{
    line_begin(q);
    PUT(&q->body, "status: local ");
    put_u64(&q->body, q->used[0]);
    PUT(&q->body, "/");
    put_u64(&q->body, q->limit[0]);
    PUT(&q->body, " remote ");
    put_u64(&q->body, q->used[1]);
    PUT(&q->body, "/");
    put_u64(&q->body, q->limit[1]);
    if (q->state == DAEMON_STOPPING)
        PUT(&q->body, " exitasap");
    if (surely)
        log_surely(q);
    else
        log_line(q);
}

static void waiting_push(struct waiting *w, struct message *m, uint32_t i)
{
    if (w->n == w->cap) {
        size_t cap = w->cap ? 2 * w->cap : 1024;
        void *ring = wanted(calloc(cap, sizeof *w->ring));
        struct waiting grown = {.ring = ring, .cap = cap};
        for (size_t k = 0; k < w->n; k++)
            grown.ring[k] = w->ring[(w->head + k) % w->cap];
        grown.n = w->n;
        free(w->ring);
        *w = grown;
    }
    size_t at = (w->head + w->n++) % w->cap;
    w->ring[at].message = m;
    w->ring[at].recipient = i;
}

static int64_t delivery_time(struct qmail *q, const struct recipient *r)
{
    if (!r->remote)
        return 20000 + chance_span(&q->chance, 0.3);
    if (r->deferrals && chance_below(&q->chance, 4) == 0)
        return 60 * SECOND + chance_span(&q->chance, 1);
    return 150000 + chance_span(&q->chance, 1.5);
}

static void delivery_start(struct qmail *q, struct message *m, uint32_t i)
{
    struct recipient *r = &m->to[i];
    uint32_t slot = 0;
    while (q->running[slot].used)
        slot++;
    q->running[slot] = (struct running){m, i, ++q->number, true};
    q->used[r->remote]++;
    line_begin(q);
    PUT(&q->body, "starting delivery ");
    put_u64(&q->body, q->number);
    PUT(&q->body, ": msg ");
    put_id(q, m);
    if (r->remote)
        PUT(&q->body, " to remote ");
    else
        PUT(&q->body, " to local ");
    put_address(&q->body, &q->names, r->to);
    r->start_seen = log_line(q);
    r->seen |= r->start_seen;
    m->named |= r->start_seen;
    status_line(q, false);
    agenda_add(&q->agenda, q->now + delivery_time(q, r), HAPPENS_RESULT, NULL,
               q->generation << 16 | slot);
}

static void delivery_ready(struct qmail *q, struct message *m, uint32_t i)
{
    bool remote = m->to[i].remote;
    if (q->state == DAEMON_UP && q->used[remote] < q->limit[remote] && q->waiting[remote].n == 0)
        delivery_start(q, m, i);
    else
        waiting_push(&q->waiting[remote], m, i);
}

static void waiting_pump(struct qmail *q)
{
    for (int c = 0; c < 2; c++) {
        struct waiting *w = &q->waiting[c];
        while (q->state == DAEMON_UP && w->n && q->used[c] < q->limit[c]) {
            size_t at = w->head;
            w->head = (w->head + 1) % w->cap;
            w->n--;
            delivery_start(q, w->ring[at].message, w->ring[at].recipient);
        }
    }
}

static void put_sender(struct qmail *q, const struct message *m)
{
    if (m->sender_kind == SENDER_NULL)
        return;
    if (m->sender_kind == SENDER_DOUBLE) {
        PUT(&q->body, "#@[]");
        return;
    }
    if (m->sender_kind == SENDER_VERP) {
        PUT(&q->body, "list-return-12-@example.org-@[]");
        return;
    }
    put_address(&q->body, &q->names, m->sender);
}

struct birth_loss {
    bool new_lost, info_lost;
};

static struct birth_loss birth_loss(struct qmail *q, const struct message *m,
                                    const struct inode *inode)
{
    struct birth_loss lost = {chance_hit(&q->loss, q->o->lose), chance_hit(&q->loss, q->o->lose)};
    if (chance_hit(&q->loss, q->o->lose * 0.5))
        lost.new_lost = lost.info_lost = true;
    if (m->announced)
        lost.info_lost = lost.new_lost;
    if (inode->end_lost)
        lost.new_lost = lost.info_lost = false;
    return lost;
}

static void message_accept(struct qmail *q, struct message *m)
{
    m->inode = inode_take(q);
    m->born = q->now;
    struct inode *inode = &q->inodes[m->inode];
    struct birth_loss lost = birth_loss(q, m, inode);
    inode->open = m;
    inode->end_lost = false;
    line_begin(q);
    PUT(&q->body, "new msg ");
    put_id(q, m);
    if (log_unless(q, lost.new_lost)) {
        m->new_at = q->stamp;
        fold_reused(q, inode);
    }
    line_begin(q);
    PUT(&q->body, "info msg ");
    put_id(q, m);
    PUT(&q->body, ": bytes ");
    put_u64(&q->body, m->size);
    PUT(&q->body, " from <");
    put_sender(q, m);
    PUT(&q->body, "> qp ");
    put_u64(&q->body, m->qp);
    PUT(&q->body, " uid ");
    put_u64(&q->body, m->uid);
    if (log_unless(q, lost.info_lost))
        m->info_at = q->stamp;
    m->named = m->new_at || m->info_at;
    for (uint32_t i = 0; i < m->count; i++)
        delivery_ready(q, m, i);
}

static void message_arrive(struct qmail *q, struct message *m)
{
    if (q->state == DAEMON_UP) {
        message_accept(q, m);
        return;
    }
    m->next = NULL;
    *q->backlog_end = m;
    q->backlog_end = &m->next;
}

static void bounce_line(struct qmail *q, struct message *m)
{
    line_begin(q);
    if (m->sender_kind == SENDER_DOUBLE) {
        PUT(&q->body, "triple bounce: discarding bounce/");
        put_id(q, m);
        log_line(q);
        return;
    }
    struct message *notice = message_notice(q, m);
    PUT(&q->body, "bounce msg ");
    put_id(q, m);
    PUT(&q->body, " qp ");
    put_u64(&q->body, notice->qp);
    notice->announced = true;
    if (log_line(q)) {
        m->named = true;
        notice->parent_bounced = q->stamp;
    }
    agenda_add(&q->agenda, q->now + 40000 + chance_span(&q->chance, 0.15), HAPPENS_CHILD, notice,
               0);
}

static void message_end(struct qmail *q, struct message *m)
{
    if (m->failures)
        bounce_line(q, m);
    line_begin(q);
    PUT(&q->body, "end msg ");
    put_id(q, m);
    if (log_line(q)) {
        m->end_at = q->stamp;
        m->named = true;
    }
    struct inode *inode = &q->inodes[m->inode];
    inode->open = NULL;
    inode->end_lost = !m->end_at;
    inode_give(q, m->inode);
    fold_message(q, m);
}

static bool domain_is_out(const struct qmail *q, const struct recipient *r)
{
    if (q->o->outage_day < 0 || !r->remote || r->to.domain != 0)
        return false;
    int64_t hour = (q->now - q->o->start) / SECOND / 3600 - q->o->outage_day * 24;
    return hour >= 9 && hour < 18;
}

static enum result result_of(struct qmail *q, const struct message *m, const struct recipient *r)
{
    bool old = q->now - m->born > 7 * DAY_SECONDS * SECOND;
    bool defer = r->deferrals || r->plan == PLAN_EXPIRE || domain_is_out(q, r);
    if (defer && old)
        return RESULT_EXPIRED;
    if (defer)
        return chance_below(&q->chance, 400) == 0 ? RESULT_MANGLED : RESULT_DEFERRAL;
    return r->plan == PLAN_FAIL ? RESULT_FAILURE : RESULT_SUCCESS;
}

/* What a reader may note of a result line that survived. */
static void result_seen(struct qmail *q, struct message *m, struct recipient *r, enum result result)
{
    struct truth *t = &q->truth;
    bool deferral = result == RESULT_DEFERRAL || result == RESULT_MANGLED;
    t->attempts.success += result == RESULT_SUCCESS;
    t->attempts.deferral += deferral;
    t->attempts.failure += result == RESULT_FAILURE || result == RESULT_EXPIRED;
    if (!r->start_seen)
        return;
    if (r->to.form != FORM_EMPTY && r->to.form != FORM_NO_DOMAIN) {
        t->domain[r->to.domain].attempts++;
        t->domain[r->to.domain].deferrals += deferral;
    }
    m->named = true;
    if (deferral)
        return;
    r->fate = result == RESULT_SUCCESS   ? FATE_DELIVERED
              : result == RESULT_FAILURE ? FATE_BOUNCED
                                         : FATE_EXPIRED;
    r->fate_at = q->stamp;
}

static void daemon_exit(struct qmail *q);

static void delivery_result(struct qmail *q, uint32_t slot)
{
    struct running run = q->running[slot];
    struct message *m = run.message;
    struct recipient *r = &m->to[run.recipient];
    enum result result = result_of(q, m, r);
    struct message *child = NULL;
    if (result == RESULT_SUCCESS && r->forwards)
        child = message_forward(q, m);
    q->running[slot].used = false;
    q->used[r->remote]--;
    line_begin(q);
    PUT(&q->body, "delivery ");
    put_u64(&q->body, run.number);
    PUT(&q->body, ": ");
    put_result(q, r, result, child ? child->qp : 0);
    if (log_line(q))
        result_seen(q, m, r, result);
    status_line(q, false);
    if (child)
        agenda_add(&q->agenda, q->now + 1000 + chance_span(&q->chance, 0.05), HAPPENS_CHILD, child,
                   0);
    if (result == RESULT_DEFERRAL || result == RESULT_MANGLED) {
        if (r->deferrals)
            r->deferrals--;
        agenda_add(&q->agenda, retry_at(m, r, q->now), HAPPENS_TRY, m, run.recipient);
    } else {
        r->done = true;
        m->failures += result != RESULT_SUCCESS;
        if (--m->left == 0)
            message_end(q, m);
    }
    waiting_pump(q);
    if (q->state == DAEMON_STOPPING && q->used[0] + q->used[1] == 0)
        daemon_exit(q);
}

static void daemon_down(struct qmail *q)
{
    q->state = DAEMON_DOWN;
    agenda_add(&q->agenda, q->now + (3 + (int64_t)chance_below(&q->chance, 200)) * SECOND,
               HAPPENS_START, NULL, 0);
}

static void daemon_exit(struct qmail *q)
{
    line_begin(q);
    PUT(&q->body, "status: exiting");
    log_surely(q);
    daemon_down(q);
}

static void daemon_crash(struct qmail *q)
{
    for (uint32_t slot = 0; slot < q->limit[0] + q->limit[1]; slot++) {
        struct running *run = &q->running[slot];
        if (!run->used)
            continue;
        run->used = false;
        agenda_add(&q->agenda, q->now + SECOND, HAPPENS_TRY, run->message, run->recipient);
    }
    q->used[0] = q->used[1] = 0;
    daemon_down(q);
}

static void daemon_halt(struct qmail *q)
{
    if (q->state != DAEMON_UP)
        return;
    q->crash_next = !q->crash_next;
    if (q->crash_next) {
        daemon_crash(q);
        return;
    }
    q->state = DAEMON_STOPPING;
    status_line(q, true);
    if (q->used[0] + q->used[1] == 0)
        daemon_exit(q);
}

static void daemon_start(struct qmail *q)
{
    q->state = DAEMON_UP;
    q->generation++;
    q->number = 0;
    status_line(q, true);
    struct message *m = q->backlog;
    q->backlog = NULL;
    q->backlog_end = &q->backlog;
    while (m) {
        struct message *next = m->next;
        m->next = NULL;
        message_accept(q, m);
        m = next;
    }
    waiting_pump(q);
}

static void arrival(struct qmail *q)
{
    q->arrived += q->now >= q->o->start;
    message_arrive(q, message_from_outside(q));
    double weight = hour_weight(q->now / SECOND + q->o->zone);
    agenda_add(&q->agenda, q->now + chance_span(&q->chance, 1.0 / (q->rate * weight)),
               HAPPENS_ARRIVAL, NULL, 0);
}

static void happen(struct qmail *q, const struct happening *h)
{
    switch (h->kind) {
    case HAPPENS_ARRIVAL:
        arrival(q);
        return;
    case HAPPENS_CHILD:
        message_arrive(q, h->what);
        return;
    case HAPPENS_TRY:
        delivery_ready(q, h->what, h->which);
        return;
    case HAPPENS_RESULT:
        if (h->which >> 16 == (q->generation & 0xffff) && q->running[h->which & 0xffff].used)
            delivery_result(q, h->which & 0xffff);
        return;
    case HAPPENS_HALT:
        daemon_halt(q);
        return;
    default:
        daemon_start(q);
    }
}

static void qmail_open(struct qmail *q, const struct options *o)
{
    q->o = o;
    q->chance.state = o->seed * 3 + 1;
    q->loss.state = o->seed * 5 + 2;
    q->noise.state = o->seed * 7 + 3;
    names_open(&q->names, o->domains, o->recipients);
    truth_open(&q->truth, &q->names, o->truth != NULL);
    q->rate = o->bytes ? 5 : (double)o->messages / (o->days * DAY_SECONDS) / 0.83;
    double peak = q->rate * 2;
    q->limit[0] = peak * 2 > 10 ? (unsigned)(peak * 2) : 10;
    q->limit[1] = peak * 6 > 20 ? (unsigned)(peak * 6) : 20;
    q->running = wanted(calloc(q->limit[0] + q->limit[1], sizeof *q->running));
    q->pid = 800;
    q->pid_max = peak > 20 ? 4194304 : 32768;
    q->inode_words = INODE_WORDS;
    q->free_bits = wanted(malloc(INODE_WORDS * sizeof *q->free_bits));
    memset(q->free_bits, 0xff, INODE_WORDS * sizeof *q->free_bits);
    q->inodes = wanted(calloc((size_t)INODE_WORDS * 64, sizeof *q->inodes));
    q->backlog_end = &q->backlog;
    q->now = o->start - (int64_t)(o->warmup * 1e6);
    int64_t span = (int64_t)(o->days * DAY_SECONDS) * SECOND;
    for (unsigned i = 0; i < o->restarts; i++)
        agenda_add(&q->agenda,
                   o->start + span / (o->restarts + 1) * (i + 1) + chance_span(&q->chance, 300),
                   HAPPENS_HALT, NULL, 0);
    agenda_add(&q->agenda, q->now + SECOND, HAPPENS_ARRIVAL, NULL, 0);
    log_open(q);
    status_line(q, true);
}

static void qmail_close(struct qmail *q)
{
    struct happening h;
    log_close(q);
    fold_rest(q);
    while (agenda_next(&q->agenda, &h)) {
        if (h.kind == HAPPENS_CHILD)
            free(h.what);
    }
    while (q->backlog) {
        struct message *next = q->backlog->next;
        free(q->backlog);
        q->backlog = next;
    }
    truth_write(&q->truth, &q->names, q->o, q->first, q->last);
    names_close(&q->names);
    free(q->waiting[0].ring);
    free(q->waiting[1].ring);
    free(q->agenda.heap);
    free(q->running);
    free(q->free_bits);
    free(q->inodes);
    free(files.all);
    free(q);
}

int simulate_qmail(const struct options *o)
{
    struct qmail *q = wanted(calloc(1, sizeof *q));
    struct happening h;
    qmail_open(q, o);
    while (agenda_next(&q->agenda, &h)) {
        bool enough = o->bytes ? q->bytes >= o->bytes : q->arrived >= o->messages;
        if (enough)
            break;
        q->now = h.at;
        happen(q, &h);
    }
    qmail_close(q);
    return 0;
}
