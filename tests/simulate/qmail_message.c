/* qmail_message.c - where simulated messages come from and what will become of each recipient.
 *
 * Invariant: recipients of one message are distinct; the plan is drawn once, at birth.  Source: qmail's retry
 * formula, next = birth + (sqrt(age) + 10 or 20)^2; senders `<>`, `<#@[]>` and VERP as qmail-send logs them.
 * Example: a bounce to a forged sender fails, so a double bounce goes from <#@[]> to postmaster. */
#include "qmail.h"

#include <math.h>
#include <stdlib.h>

uint32_t pid_next(struct qmail *q)
{
    q->pid += 1 + chance_below(&q->chance, 3);
    if (q->pid >= q->pid_max)
        q->pid = 300 + q->pid % 7;
    return q->pid;
}

int64_t retry_at(const struct message *m, const struct recipient *r, int64_t now)
{
    int64_t age = (now - m->born) / SECOND;
    int64_t root = (int64_t)sqrt((double)(age > 0 ? age : 0)) + (r->remote ? 20 : 10);
    int64_t at = m->born + root * root * SECOND;
    return at > now ? at : now + SECOND;
}

static struct message *message_new(struct qmail *q, uint32_t count)
{
    struct message *m = wanted(calloc(1, sizeof *m + count * sizeof m->to[0]));
    m->count = m->left = count;
    m->qp = pid_next(q);
    m->uid = 89;
    m->size = 600 + (uint32_t)(chance_span(&q->chance, 0.012) % 8000000);
    return m;
}

static uint16_t geometric(struct qmail *q)
{
    uint16_t n = 1;
    while (n < 14 && chance_below(&q->chance, 2))
        n++;
    return n;
}

static void plan_recipient(struct qmail *q, struct recipient *r, bool retries)
{
    bool dead = r->remote && r->to.domain % 17 == 5;
    r->plan = chance_hit(&q->chance, dead ? 0.5 : 0.03) ? PLAN_FAIL : PLAN_DELIVER;
    if (r->remote && r->to.domain % 7 == 3 && chance_below(&q->chance, 5) == 0)
        retries = true;
    if (retries) {
        r->deferrals = geometric(q);
        if (chance_below(&q->chance, 50) == 0)
            r->plan = PLAN_EXPIRE;
    }
    r->forwards = !r->remote && r->plan == PLAN_DELIVER && chance_below(&q->chance, 16) == 0;
}

static bool has_address(const struct message *m, uint32_t n, struct address a)
{
    for (uint32_t i = 0; i < n; i++) {
        if (address_same(m->to[i].to, a))
            return true;
    }
    return false;
}

static void fill_recipients(struct qmail *q, struct message *m, bool remote)
{
    bool retries = chance_hit(&q->chance, q->o->retry);
    uint32_t n = 0;
    for (uint32_t tries = 0; n < m->count && tries < 4 * m->count; tries++) {
        bool this_remote = remote && chance_below(&q->chance, 12) != 0;
        struct address a =
            this_remote ? names_remote(&q->names, &q->chance) : names_local(&q->names, &q->chance);
        if (has_address(m, n, a))
            continue;
        if (!this_remote)
            a.form = FORM_VIRTUAL;
        else if (chance_below(&q->chance, 64) == 0)
            a.form = FORM_UPPER_DOMAIN;
        struct recipient *r = &m->to[n++];
        r->to = a;
        r->remote = this_remote;
        plan_recipient(q, r, retries && (n == 1 || chance_below(&q->chance, 2)));
    }
    m->count = m->left = n;
}

static uint32_t recipient_count(struct qmail *q)
{
    uint32_t dice = chance_below(&q->chance, 100);
    if (dice < 82)
        return 1;
    if (dice < 95)
        return 2 + chance_below(&q->chance, 3);
    return dice < 99 ? 5 + chance_below(&q->chance, 10) : 20 + chance_below(&q->chance, 60);
}

struct message *message_from_outside(struct qmail *q)
{
    uint32_t dice = chance_below(&q->chance, 1000);
    bool outbound = dice < 450;
    struct message *m = message_new(q, outbound || dice < 700 ? recipient_count(q) : 1);
    fill_recipients(q, m, outbound);
    m->sender = outbound ? names_local(&q->names, &q->chance) : names_remote(&q->names, &q->chance);
    if (dice >= 960)
        m->sender_kind = SENDER_NULL;
    else if (dice < 8)
        m->sender_kind = SENDER_VERP;
    if ((dice == 501 || dice == 502) && m->count == 1 && m->to[0].plan == PLAN_DELIVER)
        m->to[0].to.form = FORM_EMPTY;
    return m;
}

struct message *message_notice(struct qmail *q, const struct message *failed_one)
{
    struct message *m = message_new(q, 1);
    struct recipient *r = &m->to[0];
    m->uid = 7796;
    m->size = failed_one->size % 30000 + 900;
    if (failed_one->sender_kind == SENDER_NULL) {
        m->sender_kind = SENDER_DOUBLE;
        r->to = (struct address){.domain = q->names.domains, .user = 0, .form = FORM_VIRTUAL};
        r->plan = chance_below(&q->chance, 6) == 0 ? PLAN_FAIL : PLAN_DELIVER;
        return m;
    }
    m->sender_kind = SENDER_NULL;
    r->to = failed_one->sender;
    r->remote = r->to.domain < q->names.domains;
    if (!r->remote)
        r->to.form = FORM_VIRTUAL;
    plan_recipient(q, r, chance_hit(&q->chance, q->o->retry));
    r->forwards = false;
    if (r->plan == PLAN_DELIVER && chance_below(&q->chance, 5) == 0)
        r->plan = PLAN_FAIL;
    return m;
}

struct message *message_forward(struct qmail *q, const struct message *m)
{
    struct message *child = message_new(q, 1);
    child->uid = 1001;
    child->size = m->size + 120;
    child->sender = m->sender;
    child->sender_kind = m->sender_kind;
    fill_recipients(q, child, true);
    child->to[0].forwards = false;
    return child;
}
