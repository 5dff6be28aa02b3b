/* postfix_message.c - where the mail of a simulated Postfix comes from and what will become of each recipient.
 *
 * Invariant: recipients of one message are distinct; the plan is drawn once, at birth. */
#include "postfix.h"

#include <stdlib.h>

static struct message *message_new(struct postfix *p, enum origin origin, uint32_t count)
{
    struct message *m = wanted(calloc(1, sizeof *m + count * sizeof m->to[0]));
    m->count = m->left = count;
    m->origin = origin;
    m->size = 600 + (uint32_t)(chance_span(&p->chance, 0.012) % 8000000);
    m->born = p->now;
    m->serial = ++p->serial;
    m->opened = m->told = m->heard = NEVER;
    id_make(p, m);
    return m;
}

static uint16_t geometric(struct postfix *p)
{
    uint16_t n = 1;
    while (n < 14 && chance_below(&p->chance, 2))
        n++;
    return n;
}

static void plan_recipient(struct postfix *p, struct recipient *r, bool retries)
{
    bool dead = r->remote && r->to.domain % 17 == 5;
    r->plan = chance_hit(&p->chance, dead ? 0.5 : 0.03) ? PLAN_FAIL : PLAN_DELIVER;
    if (r->remote && r->to.domain % 7 == 3 && chance_below(&p->chance, 5) == 0)
        retries = true;
    if (retries) {
        r->deferrals = geometric(p);
        if (chance_below(&p->chance, 50) == 0)
            r->plan = PLAN_EXPIRE;
    }
    r->forwards = !r->remote && r->plan == PLAN_DELIVER && chance_below(&p->chance, 16) == 0;
    r->aliased = !r->remote && !r->forwards && chance_below(&p->chance, 8) == 0;
}

static bool has_address(const struct message *m, uint32_t n, struct address a)
{
    for (uint32_t i = 0; i < n; i++) {
        if (address_same(m->to[i].to, a))
            return true;
    }
    return false;
}

static void fill_recipients(struct postfix *p, struct message *m, bool remote)
{
    bool retries = chance_hit(&p->chance, p->o->retry);
    uint32_t n = 0;
    for (uint32_t tries = 0; n < m->count && tries < 4 * m->count; tries++) {
        bool away = remote && chance_below(&p->chance, 12) != 0;
        struct address a =
            away ? names_remote(&p->names, &p->chance) : names_local(&p->names, &p->chance);
        if (has_address(m, n, a))
            continue;
        struct recipient *r = &m->to[n++];
        r->to = a;
        r->remote = away;
        plan_recipient(p, r, retries && (n == 1 || chance_below(&p->chance, 2)));
    }
    m->count = m->left = n;
}

static uint32_t recipient_count(struct postfix *p)
{
    uint32_t dice = chance_below(&p->chance, 100);
    if (dice < 82)
        return 1;
    if (dice < 95)
        return 2 + chance_below(&p->chance, 3);
    return dice < 99 ? 5 + chance_below(&p->chance, 10) : 20 + chance_below(&p->chance, 60);
}

struct message *postfix_message(struct postfix *p)
{
    uint32_t dice = chance_below(&p->chance, 1000);
    enum origin origin = dice < 400 ? ORIGIN_LOGIN : dice < 450 ? ORIGIN_LOCAL : ORIGIN_CLIENT;
    bool outbound = origin != ORIGIN_CLIENT;
    struct message *m = message_new(p, origin, dice < 700 ? recipient_count(p) : 1);
    fill_recipients(p, m, outbound);
    m->sender = outbound ? names_local(&p->names, &p->chance) : names_remote(&p->names, &p->chance);
    m->null_sender = dice >= 970;
    return m;
}

struct message *postfix_notice(struct postfix *p, const struct message *parent)
{
    struct message *m = message_new(p, ORIGIN_NOTICE, 1);
    struct recipient *r = &m->to[0];
    m->null_sender = true;
    m->size = parent->size % 30000 + 900;
    r->to = parent->sender;
    r->remote = r->to.domain < p->names.domains;
    plan_recipient(p, r, chance_hit(&p->chance, p->o->retry));
    r->forwards = r->aliased = false;
    return m;
}

struct message *postfix_forward(struct postfix *p, const struct message *parent)
{
    struct message *m = message_new(p, ORIGIN_FORWARD, 1);
    m->size = parent->size + 120;
    m->sender = parent->sender;
    m->null_sender = parent->null_sender;
    fill_recipients(p, m, true);
    m->to[0].forwards = false;
    return m;
}

struct message *postfix_probe(struct postfix *p)
{
    struct message *m = message_new(p, ORIGIN_PROBE, 1);
    m->sender = (struct address){.domain = p->names.domains};
    m->to[0].to = names_remote(&p->names, &p->chance);
    m->to[0].remote = true;
    m->to[0].plan = chance_below(&p->chance, 4) == 0 ? PLAN_FAIL : PLAN_DELIVER;
    return m;
}
