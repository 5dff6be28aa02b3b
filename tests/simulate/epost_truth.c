/* epost_truth.c - what the surviving lines of an E-Post work folder allow to say of each message.
 *
 * Invariant: a message is folded when its last line is behind it; recipients without an end wait for the end of the
 * log: queued if younger than 24 hours and both delivery logs exist for all days since, else unknown.
 * Source: the project's definitions; the entry clock is the greatest stamp so far in the inlog file.
 * Example: inlog line lost, outlog line kept: one message and one recipient began_before. */
#include "epost.h"

#include <stdlib.h>

uint32_t domain_or_none(struct address a)
{
    return a.form == FORM_NO_DOMAIN || a.form == FORM_EMPTY ? NO_DOMAIN : a.domain;
}

static void fold_begun_before(struct epost *e, const struct message *m)
{
    struct truth *t = &e->truth;
    uint64_t named = 0, delivered = 0, made = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        named += m->to[i].fate != FATE_NONE;
        delivered += m->to[i].fate == FATE_DELIVERED;
    }
    if (m->null_sender) {
        made = named;
        named = delivered = 0;
    }
    for (uint32_t i = 0; i < m->extras; i++) {
        named += m->extra[i].with_sender;
        delivered += m->extra[i].with_sender && m->extra[i].fate == FATE_DELIVERED;
        made += m->extra[i].without_sender;
    }
    t->messages.began_before += named > 0;
    t->recipients.began_before += named;
    t->without_dwell += delivered;
    t->messages.server_made += made;
    t->recipients.server_made += made;
}

static void fold_extras(struct epost *e, const struct message *m)
{
    for (uint32_t i = 0; i < m->extras; i++) {
        e->truth.recipients.derived += m->extra[i].with_sender;
        e->truth.recipients.server_made += m->extra[i].without_sender;
        e->truth.messages.server_made += m->extra[i].without_sender;
    }
}

static void keep_open(struct epost *e, const struct message *m)
{
    if (e->open_n == e->open_cap) {
        e->open_cap = e->open_cap ? 2 * e->open_cap : 64;
        e->open = wanted(realloc(e->open, e->open_cap * sizeof *e->open));
    }
    struct open_entry *o = &e->open[e->open_n++];
    *o = (struct open_entry){.entry = m->entry, .first_domain = (uint32_t)e->open_domains_n};
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->to[i].fate != FATE_NONE)
            continue;
        if (e->open_domains_n == e->open_domains_cap) {
            e->open_domains_cap = e->open_domains_cap ? 2 * e->open_domains_cap : 256;
            e->open_domains =
                wanted(realloc(e->open_domains, e->open_domains_cap * sizeof *e->open_domains));
        }
        e->open_domains[e->open_domains_n++] = domain_or_none(m->to[i].to);
        o->recipients++;
    }
}

static void fold_accepted(struct epost *e, struct message *m)
{
    struct truth *t = &e->truth;
    int64_t end = 0;
    bool finished = true;
    if (m->first_delivery && m->first_delivery < m->entry)
        m->entry = m->first_delivery;
    t->messages.accepted++;
    t->recipients.accepted += m->count;
    for (uint32_t i = 0; i < m->count; i++) {
        const struct recipient *r = &m->to[i];
        if (r->fate == FATE_NONE) {
            finished = false;
            continue;
        }
        truth_recipient(t, r->fate, domain_or_none(r->to), r->fate_at - m->entry);
        t->estimated += r->fate == FATE_DELIVERED && m->entry != m->stamp;
        end = r->fate_at > end ? r->fate_at : end;
    }
    int64_t error = m->data_end - m->entry;
    t->real_n++;
    t->real_abs_sum += (uint64_t)(error < 0 ? -error : error);
    t->real_max = error > t->real_max ? error : t->real_max;
    t->messages.finished += finished;
    if (finished)
        spans_add(&t->message, end - m->entry);
    else
        keep_open(e, m);
}

void epost_fold(struct epost *e, struct message *m)
{
    if (m->previous)
        m->previous->next = m->next;
    else
        e->alive = m->next;
    if (m->next)
        m->next->previous = m->previous;
    if (e->truth.wanted) {
        if (!m->entered)
            fold_begun_before(e, m);
        else if (!m->abort_seen) {
            fold_accepted(e, m);
            fold_extras(e, m);
        }
    }
    free(m->extra);
    free(m);
}

static int64_t local_day(const struct epost *e, int64_t us)
{
    return (us / SECOND + e->o->zone) / DAY_SECONDS;
}

static bool logs_present(const struct epost *e, int64_t from)
{
    for (int64_t d = local_day(e, from); d <= local_day(e, e->last); d++) {
        int64_t i = d - e->first_day;
        if (i < 0 || (size_t)i >= e->days_n || e->days_present[i] != 3)
            return false;
    }
    return true;
}

void epost_fold_open(struct epost *e)
{
    struct truth *t = &e->truth;
    while (e->alive)
        epost_fold(e, e->alive);
    for (size_t k = 0; k < e->open_n; k++) {
        const struct open_entry *o = &e->open[k];
        bool queued = e->last - o->entry < DAY_SECONDS * SECOND && logs_present(e, o->entry);
        t->messages.queued += queued;
        t->messages.end_missing += !queued;
        if (!queued) {
            t->recipients.unknown += o->recipients;
            continue;
        }
        t->recipients.queued += o->recipients;
        for (uint32_t i = 0; i < o->recipients; i++) {
            uint32_t d = e->open_domains[o->first_domain + i];
            if (d != NO_DOMAIN)
                t->domain[d].queued++;
        }
    }
}
