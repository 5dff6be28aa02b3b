/* What the dwell analysis tells: the object of report.json, its tables and charts, the findings of late and stuck mail.
 * Invariant: nothing is computed here that the fold does not hold. */
#include "dwell.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"

#include <stdlib.h>

static void put_span(struct doc *d, struct object *o, const char *key, bool known, uint64_t v)
{
    object_put(d, o, key, known ? value_number(KIND_SPAN, (int64_t)v) : value_null());
}

enum { P50, P90, P95, P99, QUANTILES };

/* Where all values are whole seconds (logs without fractions) the quantiles are whole seconds: exact below 134 s, at most
 * one second off above, which is within 1 %. */
static void quantiles(const struct hist *h, uint64_t out[QUANTILES])
{
    static const unsigned asked[QUANTILES] = {500, 900, 950, 990};
    const uint64_t second = SECOND;
    hist_quantiles(h, asked, QUANTILES, out);
    if (h->min % second || h->max % second || h->sum % second)
        return;
    for (size_t i = 0; i < QUANTILES; i++)
        out[i] = (out[i] + second / 2) / second * second;
}

static void put_hist(struct doc *d, struct object *o, const struct hist *h)
{
    bool known = h->n > 0;
    uint64_t q[QUANTILES];
    quantiles(h, q);
    object_put(d, o, "n", value_number(KIND_COUNT, (int64_t)h->n));
    put_span(d, o, "min", known, h->min);
    put_span(d, o, "p50", known, q[P50]);
    put_span(d, o, "p90", known, q[P90]);
    put_span(d, o, "p95", known, q[P95]);
    put_span(d, o, "p99", known, q[P99]);
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
    for (size_t i = 0; i < s->domains.count; i++) {
        const struct domain *row = all[i].row;
        if (row->delivered.n + row->attempts + row->failed + row->queued)
            list_add(d, rows, domain_row(d, &all[i]));
    }
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
        uint64_t q[QUANTILES];
        quantiles(h, q);
        object_put(d, o, "hour", value_number(KIND_WHEN, bucket_number(s->hours.entries[i].key)));
        put_count(d, o, "n", h->n);
        put_span(d, o, "p50", true, q[P50]);
        put_span(d, o, "p95", true, q[P95]);
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
    object_put(d, o, "instance", value_copy(d, KIND_PATH, entry_text(e, ENTRY_INSTANCE)));
    object_put(d, o, "id", value_copy(d, KIND_HASH, entry_text(e, ENTRY_ID)));
    object_put(d, o, "recipient", value_copy(d, KIND_ADDRESS, entry_text(e, ENTRY_RECIPIENT)));
    return o;
}

static void put_text(struct doc *d, struct object *o, const char *key, enum kind kind,
                     struct slice text)
{
    object_put(d, o, key, text.n ? value_copy(d, kind, text) : value_null());
}

/* Who gave it to us, and how surely that belongs to this message; without a grade no client is named. */
static void put_client(struct doc *d, struct object *o, const struct entry *e)
{
    static const char *const grades[] = {NULL, "time_envelope", "pid", "exact"};
    struct slice none = {0};
    put_text(d, o, "client", KIND_CLIENT, e->grade ? entry_text(e, ENTRY_CLIENT) : none);
    put_text(d, o, "helo", KIND_TEXT, e->grade ? entry_text(e, ENTRY_HELO) : none);
    put_text(d, o, "login", KIND_LOGIN, entry_text(e, ENTRY_LOGIN));
    struct slice uid = e->uid == NO_UID ? none : arena_printf(&d->arena, "%u", e->uid);
    put_text(d, o, "uid", KIND_TEXT, uid); /* a name, not a number to add up */
    bool client = e->grade && entry_text(e, ENTRY_CLIENT).n;
    object_put(d, o, "client_grade", client ? value_token(grades[e->grade]) : value_null());
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
        put_client(d, o, e);
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
        put_client(d, o, e);
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
/* HELO, uid and the grade stand in the JSON: a page has no room for more columns than these. */
static const struct column slowest_columns[] = {
    {"instance", KIND_PATH}, {"id", KIND_HASH},        {"recipient", KIND_ADDRESS},
    {"dwell", KIND_SPAN},    {"attempts", KIND_COUNT}, {"outcome", KIND_TOKEN},
    {"client", KIND_CLIENT}, {"login", KIND_LOGIN},    {"evidence", KIND_LIST}};
static const struct column open_domain_columns[] = {{"domain", KIND_DOMAIN}, {"n", KIND_COUNT}};
static const struct column open_columns[] = {
    {"instance", KIND_PATH}, {"id", KIND_HASH},        {"recipient", KIND_ADDRESS},
    {"age", KIND_SPAN},      {"attempts", KIND_COUNT}, {"reason", KIND_TOKEN},
    {"client", KIND_CLIENT}, {"login", KIND_LOGIN},    {"evidence", KIND_LIST}};
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
    if (s->before_queue.n)
        summary_add(d, summary, "before_queue", &s->before_queue);
    if (s->in_queue.n)
        summary_add(d, summary, "in_queue", &s->in_queue);
    if (s->connect.n)
        summary_add(d, summary, "connect", &s->connect);
    if (s->transfer.n)
        summary_add(d, summary, "transfer", &s->transfer);
    if (s->filter.n)
        summary_add(d, summary, "filter", &s->filter);
    section->facts = object_new(d);
    put_count(d, section->facts, "n_without_dwell", s->without_dwell);
    put_count(d, section->facts, "estimated", s->estimated);
    put_count(d, section->facts, "excluded", s->negative + s->impossible);
    if (s->disputed)
        put_count(d, section->facts, "disputed", s->disputed);
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

/* A line of several recipients is evidence once. */
static void quote_once(struct doc *d, struct finding *f, struct place at)
{
    for (size_t i = 0; i < f->evidence_count; i++)
        if (f->evidence[i]->source == at.source && f->evidence[i]->offset == at.offset)
            return;
    f->evidence[f->evidence_count++] = doc_quote(d, at.source, at.line, at.offset);
}

static void find_late(struct doc *d, const struct dwell *s)
{
    const struct thresholds *t = &s->options->thresholds;
    for (size_t i = 0; i < s->domains.count; i++) {
        const struct domain *row = s->domains.entries[i].row;
        uint64_t q[QUANTILES];
        if (row->delivered.n < (uint64_t)t->late_n)
            continue;
        quantiles(&row->delivered, q);
        int64_t p95 = (int64_t)q[P95];
        if (p95 < t->late_p95 * SECOND)
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
            struct slice address = entry_text(e, ENTRY_RECIPIENT);
            if (e->end == RECIPIENT_DELIVERED && e->ended.line &&
                slice_eq(address_domain_key(address, key, sizeof key), s->domains.entries[i].key))
                quote_once(d, f, e->ended);
        }
        f->evidence_total = row->delivered.n;
    }
}

static void find_stuck(struct doc *d, const struct dwell *s, when last)
{
    const struct thresholds *t = &s->options->thresholds;
    uint64_t stuck = s->stuck;
    if (!stuck ||
        last == WHEN_NONE) /* a forged partial file may tell of the one without the other */
        return;
    bool grave = stuck >= (uint64_t)t->stuck_many;
    struct finding *f = doc_finding(d, "stuck_at_end", grave ? SEVERITY_HIGH : SEVERITY_MEDIUM);
    f->key = value_text(KIND_TEXT, SLICE("queue"));
    char text[40];
    f->id = arena_printf(&d->arena, "stuck_at_end:queue:%.*s", SLICE_ARG(when_rfc3339(last, text)));
    f->confidence = "medium";
    if (__builtin_sub_overflow(last, s->oldest, &f->start))
        f->start = WHEN_NONE;
    f->end = last;
    put_count(d, f->numbers, "n", stuck);
    object_put(d, f->numbers, "oldest", value_number(KIND_SPAN, s->oldest));
    put_count(d, f->numbers, "queued", s->open_count);
    f->test = "age_at_end";
    f->threshold = value_number(KIND_SPAN, t->stuck_age * SECOND);
    object_put(d, f->numbers, "threshold", f->threshold);
    f->observed = value_number(KIND_SPAN, s->oldest);
    f->evidence = arena_alloc(&d->arena, 5 * sizeof(struct quote *));
    for (size_t i = 0; i < s->open.count && f->evidence_count < 5; i++)
        quote_once(d, f, ((const struct entry *)s->open.rows[i])->accepted);
    f->evidence_total = stuck;
}

static void phase_put(struct doc *d, struct object *o, const char *key, const struct hist *h)
{
    object_put(d, o, key, h->n ? value_object(hist_object(d, h)) : value_null());
}

static struct object *phases_object(struct doc *d, const struct dwell *s)
{
    struct object *o = object_new(d);
    phase_put(d, o, "before_queue", &s->before_queue);
    phase_put(d, o, "in_queue", &s->in_queue);
    phase_put(d, o, "connect", &s->connect);
    phase_put(d, o, "transfer", &s->transfer);
    phase_put(d, o, "filter", &s->filter);
    return o;
}

static void summary_say(struct doc *d, const struct dwell *s)
{
    bool known = s->delivered.n > 0;
    uint64_t q[QUANTILES];
    quantiles(&s->delivered, q);
    doc_tile(d, "dwell_p50", known ? value_number(KIND_SPAN, (int64_t)q[P50]) : value_null());
    doc_tile(d, "dwell_p95", known ? value_number(KIND_SPAN, (int64_t)q[P95]) : value_null());
    doc_tile(d, "queued", value_number(KIND_COUNT, (int64_t)s->open_count));
    if (s->delivered.n)
        put_hist(d, doc_sentence(d, "summary.dwell"), &s->delivered);
    if (s->open_count) {
        struct object *o = doc_sentence(d, "summary.queue");
        put_count(d, o, "queued", s->open_count);
        object_put(d, o, "oldest", value_number(KIND_SPAN, s->oldest));
    }
}

void dwell_finish(void *state, const struct finish *f)
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
    put_count(d, o, "disputed", s->disputed);
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
