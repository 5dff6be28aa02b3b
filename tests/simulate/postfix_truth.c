/* postfix_truth.c - what a reader can know of each message from the lines that are in the log.
 *
 * Invariant: a message is accepted once the queue manager (or what follows it) speaks of one whose beginning is in the log; one
 * whose beginning is not, began before; one that the queue manager never sees was refused or lost on the way in.
 * The dwell is the age that the final line prints; of what expired or was deleted, the stamp less the first arrival told.
 * Source: the project's definitions.  Example: client=, no queue manager, lost connection: refused after DATA. */
#include "postfix.h"

#include <stdlib.h>

#define LIFETIME (5 * DAY_SECONDS * SECOND)
#define HOUR (3600 * SECOND)

static void fold_attempted(struct postfix *p, const struct message *m)
{
    struct truth *t = &p->truth;
    t->messages.began_before++;
    for (uint32_t i = 0; i < m->count; i++) {
        const struct recipient *r = &m->to[i];
        if (!r->named)
            continue;
        t->recipients.began_before++;
        if (r->fate == FATE_DELIVERED) {
            spans_add(&t->delivered, r->dwell);
            spans_add(&t->domain[r->to.domain].dwell, r->dwell);
        } else if (r->fate == FATE_BOUNCED || r->fate == FATE_EXPIRED) {
            if (r->dwell >= 0)
                spans_add(&t->failed, r->dwell);
            t->domain[r->to.domain].failed++;
        }
    }
}

static void fold_recipients(struct postfix *p, const struct message *m, bool queued)
{
    struct truth *t = &p->truth;
    int64_t longest = -1;
    bool finished = true;
    for (uint32_t i = 0; i < m->count; i++) {
        const struct recipient *r = &m->to[i];
        t->recipients.accepted++;
        if (r->fate != FATE_NONE) {
            truth_recipient(t, r->fate, r->to.domain, r->dwell);
            longest = r->dwell > longest ? r->dwell : longest;
            continue;
        }
        finished = false;
        t->recipients.queued += queued;
        t->recipients.unknown += !queued;
        t->domain[r->to.domain].queued += queued && r->named;
    }
    if (finished && longest >= 0)
        spans_add(&t->message, longest);
}

static bool all_ended(const struct message *m)
{
    for (uint32_t i = 0; i < m->count; i++)
        if (m->to[i].fate == FATE_NONE)
            return false;
    return true;
}

static void fold(struct postfix *p, const struct message *m, bool finished)
{
    struct truth *t = &p->truth;
    if (m->heard == NEVER || m->probed)
        return;
    if (!m->managed) {
        bool coming_in = !finished && p->last < m->heard + HOUR;
        t->messages.refused += m->opened != NEVER && (m->refused || (m->entered && !coming_in));
        return;
    }
    if (m->opened == NEVER) {
        fold_attempted(p, m);
        return;
    }
    if (m->origin == ORIGIN_FORWARD && m->linked) {
        t->recipients.derived += m->count;
        return;
    }
    finished = finished || all_ended(m);
    bool queued = !finished && p->last - m->opened < LIFETIME;
    t->messages.accepted++;
    t->messages.finished += finished;
    t->messages.queued += queued;
    t->messages.end_missing += !finished && !queued;
    t->messages.notices += m->origin == ORIGIN_NOTICE && m->linked;
    fold_recipients(p, m, queued);
}

void postfix_fold(struct postfix *p, struct message *m, bool finished)
{
    if (p->truth.wanted)
        fold(p, m, finished);
    free(m);
}
