/* How long mail dwelt in the queue (analyses 2): final outcome of a recipient minus entry of its message.
 *
 * Where the server logs ages (Postfix delay=, Sendmail delay=, Exim QT=) the age counts: it runs by the server's own
 * clock from the arrival, which may lie before the first line.  Where the stamps tell another span, that is counted.
 *
 * Invariant: every delivered recipient of the period is in the histogram, or among those without dwell (its message
 * began before the evidence and no line tells its age), or excluded as negative or impossible: n + n_without_dwell +
 * excluded = delivered + delivered of began_before.  Histograms are exact in n, min, max, sum. */
#include "dwell.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"

#include <stdlib.h>

static struct slice entry_id(const struct entry *e)
{
    return entry_text(e, ENTRY_ID);
}

/* Longest first.  Ties are broken by what the mail itself says, never by where its lines were found: the same logs in
 * another container give the same list. */
static int entry_order(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->dwell != y->dwell)
        return x->dwell > y->dwell ? -1 : 1;
    if (x->entry != y->entry)
        return x->entry < y->entry ? -1 : 1;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    int order = slice_cmp(entry_id(x), entry_id(y));
    if (order)
        return order;
    if (x->accepted.source != y->accepted.source)
        return x->accepted.source < y->accepted.source ? -1 : 1;
    return (x->accepted.offset > y->accepted.offset) - (x->accepted.offset < y->accepted.offset);
}

static void *dwell_open(const struct analysis_options *o)
{
    struct dwell *s = mem_new(sizeof *s);
    s->options = o;
    tab_init(&s->instances, sizeof(struct hist));
    tab_init(&s->domains, sizeof(struct domain));
    tab_init(&s->hours, sizeof(struct hour));
    s->slowest = s->open = (struct ranking){
        .limit = (size_t)o->thresholds.slowest, .order = entry_order, .release = free};
    s->hour_start = WHEN_NONE;
    return s;
}

static void dwell_close(void *state)
{
    struct dwell *s = state;
    hist_fini(&s->delivered);
    hist_fini(&s->failed);
    hist_fini(&s->message);
    hist_fini(&s->before_queue);
    hist_fini(&s->in_queue);
    hist_fini(&s->connect);
    hist_fini(&s->transfer);
    hist_fini(&s->filter);
    for (size_t i = 0; i < s->instances.count; i++)
        hist_fini(s->instances.entries[i].row);
    for (size_t i = 0; i < s->domains.count; i++)
        hist_fini(&((struct domain *)s->domains.entries[i].row)->delivered);
    for (size_t i = 0; i < s->hours.count; i++)
        hist_fini(&((struct hour *)s->hours.entries[i].row)->delivered);
    tab_fini(&s->instances);
    tab_fini(&s->domains);
    tab_fini(&s->hours);
    ranking_fini(&s->slowest);
    ranking_fini(&s->open);
    free(s);
}

static struct domain *domain_of(struct dwell *s, struct slice address)
{
    char key[256];
    return tab_row(&s->domains, address_domain_key(address, key, sizeof key));
}

static struct hour *hour_row(struct dwell *s, when t)
{
    if (s->hour && t >= s->hour_start && t < s->hour_start + HOUR)
        return s->hour;
    char key[8];
    s->hour_start = hour_start(s->options->zone, t);
    s->hour = tab_row(&s->hours, bucket_key(s->hour_start, key));
    return s->hour;
}

static struct hist *instance_row(struct dwell *s, struct instance *i)
{
    if (!i->rows[ANALYSIS_dwell])
        i->rows[ANALYSIS_dwell] = tab_row(&s->instances, i->id);
    return i->rows[ANALYSIS_dwell];
}

static void rank(struct ranking *ranking, const struct instance *i, const struct message *m,
                 const struct recipient *r, int64_t dwell)
{
    if (ranking->count == ranking->limit && ranking->limit &&
        dwell < ((const struct entry *)ranking->rows[0])->dwell)
        return; /* as nearly all are */
    struct entry probe = {.dwell = dwell,
                          .hash = r->hash,
                          .entry = m->entry,
                          .accepted = m->place,
                          .ended = r->place};
    const struct slice texts[] = {i->id,
                                  message_text(m, TEXT_ID),
                                  recipient_text(r),
                                  message_text(m, TEXT_CLIENT),
                                  message_text(m, TEXT_HELO),
                                  message_text(m, TEXT_LOGIN)};
    size_t n = 0;
    for (unsigned k = 0; k < 6; k++)
        n += texts[k].n;
    struct entry *e = mem_grow(NULL, sizeof *e + n, 1);
    *e = probe;
    e->attempts = r->attempts;
    e->end = r->end;
    e->reason = r->reason;
    e->uid = m->uid;
    e->grade = m->grade;
    char *p = e->texts;
    for (unsigned k = 0; k < 6; k++) {
        e->text_n[k] = (uint32_t)texts[k].n;
        if (texts[k].n)
            memcpy(p, texts[k].p, texts[k].n);
        p += texts[k].n;
    }
    ranking_add(ranking, e);
}

/* false: excluded, and counted so where the recipient was delivered. */
static bool span_sound(struct dwell *s, int64_t span, bool delivered)
{
    if (span >= 0 && span <= s->options->thresholds.impossible_dwell * SECOND)
        return true;
    if (delivered && span < 0)
        s->negative++;
    else if (delivered)
        s->impossible++;
    return false;
}

static void later_add(struct later *l)
{
    if (l->hist)
        hist_add(l->hist, l->value);
    l->hist = NULL;
}

static void dwell_settle(void *state)
{
    struct dwell *s = state;
    for (unsigned i = 0; i < DWELL_LATER; i++)
        later_add(&s->later[i]);
}

static void add_later(struct dwell *s, struct hist *h, uint64_t value)
{
    struct later *l = &s->later[s->next_later++ % DWELL_LATER];
    hist_expect(h, value);
    later_add(l);
    *l = (struct later){h, value};
}

static void phase_add(const struct dwell *s, struct hist *h, int64_t span)
{
    if (span >= 0 && span <= s->options->thresholds.impossible_dwell * SECOND)
        hist_add(h, (uint64_t)span);
}

static void add_phases(struct dwell *s, const struct message *m, const struct recipient *r)
{
    if (m->timed) {
        if (!r->timing || !r->timing->has_phases)
            return;
        phase_add(s, &s->before_queue, r->timing->phases.before_queue);
        phase_add(s, &s->in_queue, r->timing->phases.in_queue);
        phase_add(s, &s->connect, r->timing->phases.connect);
        phase_add(s, &s->transfer, r->timing->phases.transfer);
        if (m->hops > 1)
            phase_add(s, &s->filter, r->timing->filter);
    } else if (r->started != WHEN_NONE && r->started >= m->entry && r->ended >= r->started) {
        phase_add(s, &s->in_queue, r->started - m->entry);
        phase_add(s, &s->transfer, r->ended - r->started);
    }
}

/* span is sound: the instant it began at is one that stamps give. */
static void add_delivered(struct dwell *s, struct instance *i, struct domain *d,
                          const struct message *m, const struct recipient *r, int64_t span)
{
    hist_add(instance_row(s, i), (uint64_t)span);
    add_later(s, &d->delivered, (uint64_t)span);
    hist_add(&hour_row(s, m->entry == WHEN_NONE ? r->ended - span : m->entry)->delivered,
             (uint64_t)span);
    s->estimated += m->estimated;
    add_phases(s, m, r);
}

/* Does the span by the stamps differ from the age that was logged? */
static bool disputed(const struct message *m, const struct recipient *r, int64_t span)
{
    int64_t stamps, by;
    if (!m->timed || !m->accepted || !r->timing || r->timing->arrived == WHEN_NONE)
        return false;
    return __builtin_sub_overflow(r->ended, m->entry, &stamps) ||
           __builtin_sub_overflow(stamps, span, &by) || by > DWELL_DISPUTED || by < -DWELL_DISPUTED;
}

static void add_ended(struct dwell *s, struct instance *i, struct domain *d,
                      const struct message *m, const struct recipient *r)
{
    bool delivered = r->end == RECIPIENT_DELIVERED;
    int64_t span = -1;
    bool known = recipient_span(m, r, &span);
    bool failed = r->end == RECIPIENT_BOUNCED || r->end == RECIPIENT_EXPIRED;
    d->failed += failed;
    if (!m->accepted && !known) {
        s->without_dwell += delivered;
        return;
    }
    if ((!delivered && !failed) || !span_sound(s, span, delivered))
        return;
    s->disputed += disputed(m, r, span);
    if (delivered)
        add_delivered(s, i, d, m, r, span);
    else
        hist_add(&s->failed, (uint64_t)span);
    rank(&s->slowest, i, m, r, span);
}

/* What began at a time that no line tells is counted, but has no age. */
static void add_open(struct dwell *s, struct instance *i, struct domain *d, const struct message *m,
                     const struct recipient *r, uint64_t count)
{
    int64_t age;
    d->queued += count;
    s->open_count += count;
    if (m->entry == WHEN_NONE || m->until == WHEN_NONE ||
        __builtin_sub_overflow(m->until, m->entry, &age))
        return;
    s->stuck += age >= s->options->thresholds.stuck_age * SECOND ? count : 0;
    if (age > s->oldest)
        s->oldest = age;
    rank(&s->open, i, m, r, age);
}

/* A recipient the server counted and no line named is listed without an address, once for all of them. */
static void add_unnamed(struct dwell *s, struct instance *i, const struct message *m)
{
    static const struct recipient nobody = {.ended = WHEN_NONE, .end = RECIPIENT_QUEUED};
    struct domain *d = domain_of(s, (struct slice){0});
    d->failed += m->unnamed_end == RECIPIENT_EXPIRED ? m->unnamed : 0;
    if (m->unnamed_end == RECIPIENT_QUEUED)
        add_open(s, i, d, m, &nobody, m->unnamed);
}

/* The message's own dwell: to its end line, or the longest of its recipients where ages tell better. */
static bool message_span(const struct message *m, int64_t *span)
{
    bool known = false;
    int64_t one;
    if (!m->timed) {
        known = m->done != WHEN_NONE && m->entry != WHEN_NONE;
        *span = known ? m->done - m->entry : 0;
        return known;
    }
    for (const struct recipient *r = m->recipients; r; r = r->next)
        if (r->declared && recipient_span(m, r, &one) && (!known || one > *span)) {
            *span = one;
            known = true;
        }
    return known && m->end == MESSAGE_FINISHED;
}

static void dwell_message(void *state, struct instance *i, const struct message *m)
{
    struct dwell *s = state;
    int64_t span = 0;
    if (m->accepted && !m->outside && message_span(m, &span) && span_sound(s, span, false))
        hist_add(&s->message, (uint64_t)span);
    for (const struct recipient *r = m->recipients; r; r = r->next) {
        struct domain *d = domain_of(s, recipient_text(r));
        d->attempts += r->attempts;
        d->deferrals += r->deferrals;
        if (m->accepted ? !r->declared || m->outside : r->null_sender)
            continue;
        if (m->accepted || m->timed) {
            add_ended(s, i, d, m, r);
            if (r->end == RECIPIENT_QUEUED)
                add_open(s, i, d, m, r, 1);
        } else {
            s->without_dwell += r->end == RECIPIENT_DELIVERED;
        }
    }
    if (m->unnamed && m->accepted && !m->outside)
        add_unnamed(s, i, m);
}

/* Attempts on recipients of no message that will be folded. */
static void dwell_attempt(void *state, struct instance *i, const struct attempt *a)
{
    (void)i;
    if (a->message || !a->recipient.n)
        return;
    struct domain *d = domain_of(state, a->recipient);
    d->attempts += a->count;
    if (a->outcome == OUTCOME_DEFERRED)
        d->deferrals += a->count;
}

static void domain_add(void *into, const void *from)
{
    struct domain *a = into;
    const struct domain *b = from;
    hist_merge(&a->delivered, &b->delivered);
    a->attempts += b->attempts;
    a->deferrals += b->deferrals;
    a->failed += b->failed;
    a->queued += b->queued;
}

static void hist_row_add(void *into, const void *from)
{
    hist_merge(into, from); /* struct hour is a struct hist */
}

static void dwell_merge(void *into, void *from)
{
    struct dwell *a = into, *b = from;
    hist_merge(&a->failed, &b->failed);
    hist_merge(&a->message, &b->message);
    hist_merge(&a->before_queue, &b->before_queue);
    hist_merge(&a->in_queue, &b->in_queue);
    hist_merge(&a->connect, &b->connect);
    hist_merge(&a->transfer, &b->transfer);
    hist_merge(&a->filter, &b->filter);
    tab_merge(&a->instances, &b->instances, hist_row_add);
    tab_merge(&a->domains, &b->domains, domain_add);
    tab_merge(&a->hours, &b->hours, hist_row_add);
    ranking_merge(&a->slowest, &b->slowest);
    ranking_merge(&a->open, &b->open);
    a->without_dwell += b->without_dwell;
    a->estimated += b->estimated;
    a->negative += b->negative;
    a->impossible += b->impossible;
    a->open_count += b->open_count;
    a->stuck += b->stuck;
    a->disputed += b->disputed;
    if (b->oldest > a->oldest)
        a->oldest = b->oldest;
}

const struct analysis analysis_dwell = {.name = "dwell",
                                        .of_queue = true,
                                        .open = dwell_open,
                                        .close = dwell_close,
                                        .message = dwell_message,
                                        .attempt = dwell_attempt,
                                        .settle = dwell_settle,
                                        .merge = dwell_merge,
                                        .save = dwell_save,
                                        .load = dwell_load,
                                        .places = dwell_places,
                                        .finish = dwell_finish};
