/* qmail_truth.c - what the surviving lines of a qmail-send log allow to say of each message.
 *
 * Invariant: a message is folded once, when the real one left the queue; what its lines leave open waits under its
 * inode until a recorded birth there (end missing) or the end of the log (queued, if younger than seven days).
 * Source: the project's definitions of messages, recipients and dwell.
 * Example: new, start, no result, then `new msg` of the same inode: one message end_missing, one recipient unknown. */
#include "qmail.h"

#include <stdlib.h>

#define LIFETIME (7 * DAY_SECONDS * SECOND)

static uint32_t domain_of(struct address a)
{
    return a.form == FORM_EMPTY || a.form == FORM_NO_DOMAIN ? NO_DOMAIN : a.domain;
}

static void fold_begun_before(struct qmail *q, const struct message *m)
{
    if (!m->named)
        return;
    q->truth.messages.began_before++;
    for (uint32_t i = 0; i < m->count; i++) {
        q->truth.recipients.began_before += m->to[i].seen;
        q->truth.without_dwell += m->to[i].fate == FATE_DELIVERED;
    }
}

static bool all_final(const struct message *m)
{
    uint32_t seen = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->to[i].seen && m->to[i].fate == FATE_NONE)
            return false;
        seen += m->to[i].seen;
    }
    return seen > 0;
}

void fold_message(struct qmail *q, struct message *m)
{
    struct truth *t = &q->truth;
    if (!t->wanted) {
        free(m);
        return;
    }
    int64_t birth = m->new_at ? m->new_at : m->info_at;
    if (!birth) {
        fold_begun_before(q, m);
        free(m);
        return;
    }
    bool finished = m->end_at || all_final(m);
    t->messages.accepted++;
    t->messages.finished += finished;
    if (m->sender_kind == SENDER_NULL || m->sender_kind == SENDER_DOUBLE)
        t->messages.notices +=
            m->info_at && m->parent_bounced && m->info_at - m->parent_bounced <= 60 * SECOND;
    if (m->end_at)
        spans_add(&t->message, m->end_at - birth);
    for (uint32_t i = 0; i < m->count; i++) {
        const struct recipient *r = &m->to[i];
        if (!r->seen)
            continue;
        t->recipients.accepted++;
        if (r->fate != FATE_NONE)
            truth_recipient(t, r->fate, domain_of(r->to), r->fate_at - birth);
        else if (finished)
            t->recipients.unknown++;
    }
    if (finished) {
        free(m);
        return;
    }
    struct inode *inode = &q->inodes[m->inode];
    m->next = inode->unresolved;
    inode->unresolved = m;
}

static uint32_t open_recipients(const struct message *m)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < m->count; i++)
        n += m->to[i].seen && m->to[i].fate == FATE_NONE;
    return n;
}

void fold_reused(struct qmail *q, struct inode *inode)
{
    while (inode->unresolved) {
        struct message *m = inode->unresolved;
        inode->unresolved = m->next;
        q->truth.messages.end_missing++;
        q->truth.recipients.unknown += open_recipients(m);
        free(m);
    }
}

static void fold_censored(struct qmail *q, const struct message *m)
{
    int64_t birth = m->new_at ? m->new_at : m->info_at;
    if (q->last - birth >= LIFETIME) {
        q->truth.messages.end_missing++;
        q->truth.recipients.unknown += open_recipients(m);
        return;
    }
    q->truth.messages.queued++;
    q->truth.recipients.queued += open_recipients(m);
    for (uint32_t i = 0; i < m->count; i++) {
        const struct recipient *r = &m->to[i];
        if (r->seen && r->fate == FATE_NONE && domain_of(r->to) != NO_DOMAIN)
            q->truth.domain[r->to.domain].queued++;
    }
}

void fold_rest(struct qmail *q)
{
    for (uint32_t i = 0; i < q->inode_words * 64; i++) {
        struct inode *inode = &q->inodes[i];
        if (inode->open)
            fold_message(q, inode->open);
        inode->open = NULL;
        while (inode->unresolved) {
            struct message *m = inode->unresolved;
            inode->unresolved = m->next;
            fold_censored(q, m);
            free(m);
        }
    }
}
