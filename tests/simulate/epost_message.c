/* epost_message.c - the mail of a simulated E-Post cluster and what will become of it.
 *
 * Invariant: recipients of one message are distinct; members of lists and targets of forwards are never among them.
 * Example: alice@example.com writes to tanaka@example.jp and ml-sato1@example.jp, a list of five. */
#include "epost.h"

#include <stdlib.h>

bool epost_names(const struct message *m, struct address a)
{
    for (uint32_t i = 0; i < m->count; i++) {
        if (address_same(m->to[i].to, a))
            return true;
    }
    return false;
}

static void plan(struct epost *e, struct recipient *r, bool retries)
{
    bool dead = !r->local && r->to.domain % 17 == 5;
    r->plan = chance_hit(&e->chance, dead ? 0.4 : 0.02) ? PLAN_FAIL : PLAN_DELIVER;
    if (r->local || !retries)
        return;
    r->deferrals = 1;
    while (r->deferrals < 12 && chance_below(&e->chance, 2))
        r->deferrals++;
    if (chance_below(&e->chance, 25) == 0)
        r->plan = chance_below(&e->chance, 3) ? PLAN_NO_CONTACT : PLAN_TEMPORARY;
}

static uint32_t recipient_count(struct epost *e, uint32_t most)
{
    uint32_t dice = chance_below(&e->chance, 100), n = 1;
    if (dice >= 75)
        n = 2 + chance_below(&e->chance, 3);
    if (dice >= 95)
        n = 5 + chance_below(&e->chance, 25);
    return n < most ? n : most;
}

static void fill(struct epost *e, struct message *m, bool outbound)
{
    double remotes = outbound ? 0.8 : 0.0;
    bool retries = chance_hit(&e->chance, outbound ? e->o->retry / 0.40 : 0);
    uint32_t wish = m->count, tries = 0;
    for (m->count = 0; m->count < wish && tries < 4 * wish; tries++) {
        bool remote =
            outbound && (m->burst || chance_hit(&e->chance, remotes) || (retries && m->count == 0));
        struct address a =
            remote ? names_remote(&e->names, &e->chance) : names_local(&e->names, &e->chance);
        uint32_t odd = chance_below(&e->chance, 200);
        if (!remote && odd < 8 && !m->null_sender)
            a.form = FORM_LIST;
        else if (!remote && odd == 9)
            a = (struct address){.domain = e->names.domains, .form = FORM_NO_DOMAIN};
        if (epost_names(m, a))
            continue;
        if (a.form == FORM_PLAIN && odd > 194)
            a.form = odd & 1 ? FORM_UPPER_DOMAIN : FORM_UPPER_USER;
        struct recipient *r = &m->to[m->count++];
        r->to = a;
        r->local = !remote;
        r->list = a.form == FORM_LIST;
        plan(e, r, retries && (m->count == 1 || chance_below(&e->chance, 2)));
    }
    m->doubled = m->to[0].to.form == FORM_PLAIN && chance_below(&e->chance, 300) == 0;
}

static struct message *blank_message(struct epost *e, uint32_t count)
{
    struct message *m = wanted(calloc(1, sizeof *m + count * sizeof m->to[0]));
    m->count = count;
    m->next = e->alive;
    if (m->next)
        m->next->previous = m;
    e->alive = m;
    m->computer = e->o->flat ? 0 : (int)chance_below(&e->chance, 2);
    m->deliverer = e->o->flat || chance_below(&e->chance, 10) < 7 ? m->computer : 1 - m->computer;
    m->peer = chance_below(&e->chance, 250) + 1;
    return m;
}

struct message *epost_message(struct epost *e, bool outbound, uint32_t most)
{
    bool burst = most == BURST_RECIPIENTS;
    struct message *m =
        blank_message(e, burst ? 12 + chance_below(&e->chance, 14) : recipient_count(e, most));
    m->burst = burst;
    m->from = outbound ? names_local(&e->names, &e->chance) : names_remote(&e->names, &e->chance);
    m->null_sender = !outbound && chance_below(&e->chance, 25) == 0;
    m->refused = !outbound && chance_below(&e->chance, 60) == 0;
    fill(e, m, outbound);
    return m;
}

struct message *epost_forward(struct epost *e, const struct message *m)
{
    struct message *child = blank_message(e, 1);
    child->peer = 0;
    child->from = m->from;
    fill(e, child, true);
    return child;
}

struct extra *epost_extra(struct message *m, struct address to)
{

    for (uint32_t i = 0; i < m->extras; i++) {
        if (address_same(m->extra[i].to, to))
            return &m->extra[i];
    }
    if ((m->extras & (m->extras - 1)) == 0)
        m->extra = wanted(realloc(m->extra, (m->extras ? 2 * m->extras : 1) * sizeof *m->extra));
    m->extra[m->extras] = (struct extra){.to = to};
    return &m->extra[m->extras++];
}
