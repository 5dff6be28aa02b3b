/* How long mail dwelt in the queue (analyses 2): final outcome of a recipient minus entry of its message.
 *
 * Invariant: every delivered recipient of the period is in the histogram, or among those without dwell (its message
 * began before the evidence), or excluded as negative or impossible: n + n_without_dwell + excluded = delivered +
 * delivered of began_before.  Histograms are exact in n, min, max, sum. */
#include "fold.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"

#include <stdlib.h>

struct domain {
    struct hist delivered;
    uint64_t attempts, deferrals, failed, queued;
};

struct hour {
    struct hist delivered;
};

/* One of the slowest recipients, or one still open. */
struct entry {
    int64_t dwell; /* microseconds; of an open one its age at the end of its log */
    uint64_t hash;
    when entry; /* into the queue */
    struct place accepted, ended;
    uint32_t attempts;
    uint8_t end, reason;
    uint32_t instance_n, id_n;
    uint32_t recipient_n;
    char texts[]; /* instance, id, recipient */
};

struct dwell {
    const struct analysis_options *options;
    struct hist delivered; /* of all instances together; made in finish */
    struct hist failed, message, in_queue, transfer;
    struct tab instances; /* struct hist by instance id */
    struct tab domains;   /* struct domain by domain key */
    struct tab hours;     /* struct hour by start of the hour, big-endian */
    struct ranking slowest, open;
    uint64_t without_dwell, estimated, negative, impossible, open_count, stuck;
    int64_t oldest; /* age of the oldest queued recipient at the end of its log */
    struct hour *hour;
    when hour_start;
};

static struct slice entry_id(const struct entry *e)
{
    return slice_of(e->texts + e->instance_n, e->id_n);
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
    hist_fini(&s->in_queue);
    hist_fini(&s->transfer);
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

/* The start of the hour t lies in, by the report's zone. */
static when hour_of(const struct dwell *s, when t)
{
    int64_t offset = zone_offset(s->options->zone, t) * SECOND, local = t + offset;
    int64_t into = local % HOUR;
    return t - (into < 0 ? into + HOUR : into);
}

static struct hour *hour_row(struct dwell *s, when t)
{
    if (s->hour && t >= s->hour_start && t < s->hour_start + HOUR)
        return s->hour;
    char key[8];
    s->hour_start = hour_of(s, t);
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
    struct entry probe = {.dwell = dwell,
                          .hash = r->hash,
                          .entry = m->entry,
                          .accepted = m->place,
                          .ended = r->place};
    if (ranking->count == ranking->limit && ranking->limit &&
        dwell < ((const struct entry *)ranking->rows[0])->dwell)
        return;
    struct slice id = message_text(m, TEXT_ID), recipient = recipient_text(r);
    struct entry *e = mem_grow(NULL, sizeof *e + i->id.n + id.n + recipient.n, 1);
    *e = probe;
    e->attempts = r->attempts;
    e->end = r->end;
    e->reason = r->reason;
    e->instance_n = (uint32_t)i->id.n;
    e->id_n = (uint32_t)id.n;
    e->recipient_n = (uint32_t)recipient.n;
    char *p = e->texts;
    memcpy(p, i->id.p, i->id.n);
    if (id.n)
        memcpy(p + i->id.n, id.p, id.n);
    if (recipient.n)
        memcpy(p + i->id.n + id.n, recipient.p, recipient.n);
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

static void add_delivered(struct dwell *s, struct instance *i, const struct message *m,
                          const struct recipient *r, int64_t span)
{
    hist_add(instance_row(s, i), (uint64_t)span);
    hist_add(&domain_of(s, recipient_text(r))->delivered, (uint64_t)span);
    hist_add(&hour_row(s, m->entry)->delivered, (uint64_t)span);
    s->estimated += m->estimated;
    if (r->started == WHEN_NONE || r->started < m->entry || r->ended < r->started)
        return;
    hist_add(&s->in_queue, (uint64_t)(r->started - m->entry));
    hist_add(&s->transfer, (uint64_t)(r->ended - r->started));
}

static void add_ended(struct dwell *s, struct instance *i, const struct message *m,
                      const struct recipient *r)
{
    bool delivered = r->end == RECIPIENT_DELIVERED;
    int64_t span = m->entry == WHEN_NONE || r->ended == WHEN_NONE ? -1 : r->ended - m->entry;
    bool failed = r->end == RECIPIENT_BOUNCED || r->end == RECIPIENT_EXPIRED;
    if (failed)
        domain_of(s, recipient_text(r))->failed++;
    if ((!delivered && !failed) || !span_sound(s, span, delivered))
        return;
    if (delivered)
        add_delivered(s, i, m, r, span);
    else
        hist_add(&s->failed, (uint64_t)span);
    rank(&s->slowest, i, m, r, span);
}

static void add_open(struct dwell *s, struct instance *i, const struct message *m,
                     const struct recipient *r)
{
    if (r->end != RECIPIENT_QUEUED)
        return;
    int64_t age = m->until - m->entry;
    domain_of(s, recipient_text(r))->queued++;
    s->open_count++;
    s->stuck += age >= s->options->thresholds.stuck_age * SECOND;
    if (age > s->oldest)
        s->oldest = age;
    rank(&s->open, i, m, r, age);
}

static void dwell_message(void *state, struct instance *i, const struct message *m)
{
    struct dwell *s = state;
    if (!m->accepted) {
        for (const struct recipient *r = m->recipients; r; r = r->next)
            s->without_dwell += !r->null_sender && r->end == RECIPIENT_DELIVERED;
        return;
    }
    if (m->done != WHEN_NONE && m->entry != WHEN_NONE && span_sound(s, m->done - m->entry, false))
        hist_add(&s->message, (uint64_t)(m->done - m->entry));
    for (const struct recipient *r = m->recipients; r; r = r->next) {
        if (!r->declared)
            continue;
        add_ended(s, i, m, r);
        add_open(s, i, m, r);
    }
}

static void dwell_attempt(void *state, struct instance *i, const struct attempt *a)
{
    (void)i;
    if (!a->message && !a->recipient.n)
        return; /* nobody knows whose it was */
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
    hist_merge(&a->in_queue, &b->in_queue);
    hist_merge(&a->transfer, &b->transfer);
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
    if (b->oldest > a->oldest)
        a->oldest = b->oldest;
}

static void put_span(struct doc *d, struct object *o, const char *key, bool known, uint64_t v)
{
    object_put(d, o, key, known ? value_number(KIND_SPAN, (int64_t)v) : value_null());
}

static void put_hist(struct doc *d, struct object *o, const struct hist *h)
{
    bool known = h->n > 0;
    object_put(d, o, "n", value_number(KIND_COUNT, (int64_t)h->n));
    put_span(d, o, "min", known, h->min);
    put_span(d, o, "p50", known, hist_quantile(h, 500));
    put_span(d, o, "p90", known, hist_quantile(h, 900));
    put_span(d, o, "p95", known, hist_quantile(h, 950));
    put_span(d, o, "p99", known, hist_quantile(h, 990));
    put_span(d, o, "max", known, h->max);
    put_span(d, o, "mean", known, known ? (h->sum + h->n / 2) / h->n : 0);
}

struct object *hist_object(struct doc *d, const struct hist *h)
{
    struct object *o = object_new(d);
    put_hist(d, o, h);
    return o;
}

struct object *dwell_of(struct doc *d, const void *state, struct slice instance)
{
    static const struct hist empty;
    const struct hist *h = tab_find(&((const struct dwell *)state)->instances, instance);
    return hist_object(d, h ? h : &empty);
}

uint64_t dwell_accounted(const void *state)
{
    const struct dwell *s = state;
    return s->delivered.n + s->without_dwell + s->negative + s->impossible;
}

static void put_count(struct doc *d, struct object *o, const char *key, uint64_t n)
{
    object_put(d, o, key, value_number(KIND_COUNT, (int64_t)n));
}

static struct value domain_row(struct doc *d, const struct tab_entry *e)
{
    const struct domain *row = e->row;
    struct object *o = object_new(d);
    object_put(d, o, "domain", value_copy(d, KIND_DOMAIN, e->key));
    put_hist(d, o, &row->delivered);
    put_count(d, o, "attempts", row->attempts);
    put_count(d, o, "deferrals", row->deferrals);
    put_count(d, o, "failed", row->failed);
    put_count(d, o, "queued", row->queued);
    return value_object(o);
}

/* Most delivered first, then by name. */
static int domain_order(const void *a, const void *b)
{
    const struct tab_entry *x = a, *y = b;
    uint64_t m = ((const struct domain *)x->row)->delivered.n,
             n = ((const struct domain *)y->row)->delivered.n;
    if (m != n)
        return m > n ? -1 : 1;
    return slice_cmp(x->key, y->key);
}

static struct tab_entry *sorted_domains(const struct dwell *s)
{
    struct tab_entry *all = mem_grow(NULL, s->domains.count, sizeof *all);
    if (s->domains.count)
        memcpy(all, s->domains.entries, s->domains.count * sizeof *all);
    qsort(all, s->domains.count, sizeof *all, domain_order);
    return all;
}

static struct list *domain_rows(struct doc *d, const struct dwell *s)
{
    struct list *rows = list_new(d);
    struct tab_entry *all = sorted_domains(s);
    for (size_t i = 0; i < s->domains.count; i++)
        list_add(d, rows, domain_row(d, &all[i]));
    free(all);
    return rows;
}

static struct list *hour_rows(struct doc *d, struct dwell *s)
{
    struct list *rows = list_new(d);
    tab_sort(&s->hours);
    for (size_t i = 0; i < s->hours.count; i++) {
        const struct hist *h = s->hours.entries[i].row;
        struct object *o = object_new(d);
        object_put(d, o, "hour", value_number(KIND_WHEN, bucket_number(s->hours.entries[i].key)));
        put_count(d, o, "n", h->n);
        put_span(d, o, "p50", true, hist_quantile(h, 500));
        put_span(d, o, "p95", true, hist_quantile(h, 950));
        put_span(d, o, "max", true, h->max);
        list_add(d, rows, value_object(o));
    }
    return rows;
}

static struct value evidence_of(struct doc *d, const struct entry *e)
{
    struct quote **quotes = arena_alloc(&d->arena, 2 * sizeof(struct quote *));
    size_t n = 0;
    quotes[n++] = doc_quote(d, e->accepted.source, e->accepted.line, e->accepted.offset);
    if (e->ended.source != e->accepted.source || e->ended.offset != e->accepted.offset)
        if (e->ended.line)
            quotes[n++] = doc_quote(d, e->ended.source, e->ended.line, e->ended.offset);
    return value_quotes(d, quotes, n);
}

static struct object *entry_object(struct doc *d, const struct entry *e)
{
    struct object *o = object_new(d);
    const char *p = e->texts;
    object_put(d, o, "instance", value_copy(d, KIND_PATH, slice_of(p, e->instance_n)));
    object_put(d, o, "id", value_copy(d, KIND_HASH, slice_of(p + e->instance_n, e->id_n)));
    object_put(d, o, "recipient",
               value_copy(d, KIND_ADDRESS, slice_of(p + e->instance_n + e->id_n, e->recipient_n)));
    return o;
}

static struct list *slowest_rows(struct doc *d, struct dwell *s)
{
    struct list *rows = list_new(d);
    ranking_sort(&s->slowest);
    for (size_t i = 0; i < s->slowest.count; i++) {
        const struct entry *e = s->slowest.rows[i];
        struct object *o = entry_object(d, e);
        object_put(d, o, "dwell", value_number(KIND_SPAN, e->dwell));
        put_count(d, o, "attempts", e->attempts);
        object_put(d, o, "outcome", value_token(recipient_end_names[e->end]));
        object_put(d, o, "evidence", evidence_of(d, e));
        list_add(d, rows, value_object(o));
    }
    return rows;
}

static struct list *open_rows(struct doc *d, struct dwell *s)
{
    struct list *rows = list_new(d);
    ranking_sort(&s->open);
    for (size_t i = 0; i < s->open.count; i++) {
        const struct entry *e = s->open.rows[i];
        struct object *o = entry_object(d, e);
        object_put(d, o, "age", value_number(KIND_SPAN, e->dwell));
        put_count(d, o, "attempts", e->attempts);
        object_put(d, o, "reason", value_token(recipient_end_names[e->end]));
        object_put(d, o, "evidence", evidence_of(d, e));
        list_add(d, rows, value_object(o));
    }
    return rows;
}

static struct list *open_domains(struct doc *d, const struct dwell *s)
{
    struct list *rows = list_new(d);
    struct tab_entry *all = sorted_domains(s);
    for (size_t i = 0; i < s->domains.count; i++) {
        const struct domain *row = all[i].row;
        if (!row->queued)
            continue;
        struct object *o = object_new(d);
        object_put(d, o, "domain", value_copy(d, KIND_DOMAIN, all[i].key));
        put_count(d, o, "n", row->queued);
        list_add(d, rows, value_object(o));
    }
    free(all);
    return rows;
}

static const struct column summary_columns[] = {
    {"measure", KIND_TOKEN}, {"n", KIND_COUNT},  {"min", KIND_SPAN},
    {"p50", KIND_SPAN},      {"p90", KIND_SPAN}, {"p95", KIND_SPAN},
    {"p99", KIND_SPAN},      {"max", KIND_SPAN}, {"mean", KIND_SPAN}};
static const struct column domain_columns[] = {
    {"domain", KIND_DOMAIN},  {"n", KIND_COUNT},         {"min", KIND_SPAN},
    {"p50", KIND_SPAN},       {"p90", KIND_SPAN},        {"p95", KIND_SPAN},
    {"p99", KIND_SPAN},       {"max", KIND_SPAN},        {"mean", KIND_SPAN},
    {"attempts", KIND_COUNT}, {"deferrals", KIND_COUNT}, {"failed", KIND_COUNT},
    {"queued", KIND_COUNT}};
static const struct column hour_columns[] = {{"hour", KIND_WHEN},
                                             {"n", KIND_COUNT},
                                             {"p50", KIND_SPAN},
                                             {"p95", KIND_SPAN},
                                             {"max", KIND_SPAN}};
static const struct column slowest_columns[] = {
    {"instance", KIND_PATH}, {"id", KIND_HASH},        {"recipient", KIND_ADDRESS},
    {"dwell", KIND_SPAN},    {"attempts", KIND_COUNT}, {"outcome", KIND_TOKEN},
    {"evidence", KIND_LIST}};
static const struct column open_domain_columns[] = {{"domain", KIND_DOMAIN}, {"n", KIND_COUNT}};
static const struct column open_columns[] = {{"instance", KIND_PATH},     {"id", KIND_HASH},
                                             {"recipient", KIND_ADDRESS}, {"age", KIND_SPAN},
                                             {"attempts", KIND_COUNT},    {"reason", KIND_TOKEN},
                                             {"evidence", KIND_LIST}};
#define TABLE(doc, section, id, rows, columns)                                                     \
    section_table(doc, section, id, rows, columns, sizeof columns / sizeof columns[0])

static void summary_add(struct doc *d, struct list *rows, const char *measure, const struct hist *h)
{
    struct object *o = object_new(d);
    object_put(d, o, "measure", value_token(measure));
    put_hist(d, o, h);
    list_add(d, rows, value_object(o));
}

static void dwell_section(struct doc *d, const struct dwell *s, struct list *domains,
                          struct list *hours, struct list *slowest, struct list *open,
                          struct list *open_by_domain)
{
    struct section *section = doc_section(d, "dwell");
    struct list *summary = list_new(d);
    summary_add(d, summary, "delivered", &s->delivered);
    summary_add(d, summary, "failed", &s->failed);
    summary_add(d, summary, "message", &s->message);
    if (s->in_queue.n) {
        summary_add(d, summary, "in_queue", &s->in_queue);
        summary_add(d, summary, "transfer", &s->transfer);
    }
    section->facts = object_new(d);
    put_count(d, section->facts, "n_without_dwell", s->without_dwell);
    put_count(d, section->facts, "estimated", s->estimated);
    put_count(d, section->facts, "excluded", s->negative + s->impossible);
    section_chart(d, section, "dwell.volume", CHART_BARS, hours, "hour", "n", NULL, NULL);
    section_chart(d, section, "dwell.by_hour", CHART_LINE, hours, "hour", "p50", "p95", NULL);
    TABLE(d, section, "dwell.summary", summary, summary_columns);
    TABLE(d, section, "dwell.by_domain", domains, domain_columns);
    TABLE(d, section, "dwell.by_hour", hours, hour_columns);
    TABLE(d, section, "dwell.slowest", slowest, slowest_columns);
    if (s->open_count) {
        TABLE(d, section, "dwell.open_by_domain", open_by_domain, open_domain_columns);
        TABLE(d, section, "dwell.open_list", open, open_columns);
    }
}

static void find_late(struct doc *d, const struct dwell *s)
{
    const struct thresholds *t = &s->options->thresholds;
    for (size_t i = 0; i < s->domains.count; i++) {
        const struct domain *row = s->domains.entries[i].row;
        int64_t p95 = (int64_t)hist_quantile(&row->delivered, 950);
        if (row->delivered.n < (uint64_t)t->late_n || p95 < t->late_p95 * SECOND)
            continue;
        bool grave = p95 >= t->very_late_p95 * SECOND;
        struct finding *f =
            doc_finding(d, "very_late_domain", grave ? SEVERITY_HIGH : SEVERITY_MEDIUM);
        f->key = value_copy(d, KIND_DOMAIN, s->domains.entries[i].key);
        f->id = arena_printf(&d->arena, "very_late_domain:%.*s:-",
                             SLICE_ARG(s->domains.entries[i].key));
        f->confidence = "high";
        put_hist(d, f->numbers, &row->delivered);
        put_count(d, f->numbers, "deferrals", row->deferrals);
        f->test = "p95_dwell";
        f->threshold = value_number(KIND_SPAN, t->late_p95 * SECOND);
        f->observed = value_number(KIND_SPAN, p95);
        object_put(d, f->numbers, "threshold", f->threshold);
        f->evidence = arena_alloc(&d->arena, 5 * sizeof(struct quote *));
        char key[256];
        for (size_t k = 0; k < s->slowest.count && f->evidence_count < 5; k++) {
            const struct entry *e = s->slowest.rows[k];
            struct slice address = slice_of(e->texts + e->instance_n + e->id_n, e->recipient_n);
            if (e->end == RECIPIENT_DELIVERED && e->ended.line &&
                slice_eq(address_domain_key(address, key, sizeof key), s->domains.entries[i].key))
                f->evidence[f->evidence_count++] =
                    doc_quote(d, e->ended.source, e->ended.line, e->ended.offset);
        }
        f->evidence_total = row->delivered.n;
    }
}

static void find_stuck(struct doc *d, const struct dwell *s, when last)
{
    const struct thresholds *t = &s->options->thresholds;
    uint64_t stuck = s->stuck;
    if (!stuck)
        return;
    bool grave = stuck >= (uint64_t)t->stuck_many;
    struct finding *f = doc_finding(d, "stuck_at_end", grave ? SEVERITY_HIGH : SEVERITY_MEDIUM);
    f->key = value_text(KIND_TEXT, SLICE("queue"));
    char text[40];
    f->id = arena_printf(&d->arena, "stuck_at_end:queue:%.*s", SLICE_ARG(when_rfc3339(last, text)));
    f->confidence = "medium";
    f->start = last - s->oldest;
    f->end = last;
    put_count(d, f->numbers, "n", stuck);
    object_put(d, f->numbers, "oldest", value_number(KIND_SPAN, s->oldest));
    put_count(d, f->numbers, "queued", s->open_count);
    f->test = "age_at_end";
    f->threshold = value_number(KIND_SPAN, t->stuck_age * SECOND);
    object_put(d, f->numbers, "threshold", f->threshold);
    f->observed = value_number(KIND_SPAN, s->oldest);
    f->evidence = arena_alloc(&d->arena, 5 * sizeof(struct quote *));
    for (size_t i = 0; i < s->open.count && i < 5; i++) {
        const struct entry *e = s->open.rows[i];
        f->evidence[f->evidence_count++] =
            doc_quote(d, e->accepted.source, e->accepted.line, e->accepted.offset);
    }
    f->evidence_total = stuck;
}

static struct object *phases_object(struct doc *d, const struct dwell *s)
{
    struct object *o = object_new(d);
    object_put(d, o, "before_queue", value_null());
    object_put(d, o, "in_queue",
               s->in_queue.n ? value_object(hist_object(d, &s->in_queue)) : value_null());
    object_put(d, o, "connect", value_null());
    object_put(d, o, "transfer",
               s->transfer.n ? value_object(hist_object(d, &s->transfer)) : value_null());
    return o;
}

static void summary_say(struct doc *d, const struct dwell *s)
{
    doc_tile(d, "dwell_p50",
             s->delivered.n ? value_number(KIND_SPAN, (int64_t)hist_quantile(&s->delivered, 500))
                            : value_null());
    doc_tile(d, "dwell_p95",
             s->delivered.n ? value_number(KIND_SPAN, (int64_t)hist_quantile(&s->delivered, 950))
                            : value_null());
    doc_tile(d, "queued", value_number(KIND_COUNT, (int64_t)s->open_count));
    if (s->delivered.n)
        put_hist(d, doc_sentence(d, "summary.dwell"), &s->delivered);
    if (s->open_count) {
        struct object *o = doc_sentence(d, "summary.queue");
        put_count(d, o, "queued", s->open_count);
        object_put(d, o, "oldest", value_number(KIND_SPAN, s->oldest));
    }
}

static void dwell_finish(void *state, const struct finish *f)
{
    struct dwell *s = state;
    struct doc *d = f->doc;
    struct object *o = object_new(d), *excluded = object_new(d), *open = object_new(d);
    for (size_t i = 0; i < s->instances.count; i++)
        hist_merge(&s->delivered, s->instances.entries[i].row);
    tab_sort(&s->domains);
    struct list *domains = domain_rows(d, s), *hours = hour_rows(d, s),
                *slowest = slowest_rows(d, s);
    struct list *open_list = open_rows(d, s), *open_by_domain = open_domains(d, s);
    object_put(d, o, "relative_error", value_real(KIND_REAL, 0.01));
    put_count(d, o, "n_without_dwell", s->without_dwell);
    put_count(d, o, "estimated", s->estimated);
    object_put(d, o, "delivered", value_object(hist_object(d, &s->delivered)));
    object_put(d, o, "failed", value_object(hist_object(d, &s->failed)));
    object_put(d, o, "message", value_object(hist_object(d, &s->message)));
    object_put(d, o, "phases", value_object(phases_object(d, s)));
    object_put(d, o, "by_domain", value_list(domains));
    object_put(d, o, "by_hour", value_list(hours));
    put_count(d, open, "n", s->open_count);
    object_put(d, open, "oldest",
               s->open_count ? value_number(KIND_SPAN, s->oldest) : value_null());
    object_put(d, open, "by_domain", value_list(open_by_domain));
    object_put(d, open, "list", value_list(open_list));
    object_put(d, o, "open", value_object(open));
    object_put(d, o, "slowest", value_list(slowest));
    put_count(d, excluded, "negative", s->negative);
    put_count(d, excluded, "impossible", s->impossible);
    object_put(d, o, "excluded", value_object(excluded));
    object_put(d, d->root, "dwell", value_object(o));
    dwell_section(d, s, domains, hours, slowest, open_list, open_by_domain);
    summary_say(d, s);
    find_late(d, s);
    find_stuck(d, s, d->last);
}

const struct analysis analysis_dwell = {"dwell",       dwell_open,  dwell_close, dwell_message,
                                        dwell_attempt, NULL,        NULL,        NULL,
                                        dwell_merge,   dwell_finish};
