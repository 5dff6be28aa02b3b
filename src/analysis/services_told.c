/* The services section: what daemons said, and when deliveries were at their limit; with the findings (analyses 6).
 *
 * Invariant: a period at the limit goes from the first status line that says so to the last, of one channel of one
 * instance; minutes with such a line that are less than JOIN apart are one period.  qmail tells no limit between its status
 * lines: what happens there is not known, and not claimed. */
#include "services.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

enum { JOIN = 5, QUOTES = 5, LONG_MINUTES = 60 };

struct at_limit {
    struct slice instance;
    char channel;
    int64_t first, last; /* minutes */
    uint64_t minutes, lines, limit;
    when start;
    struct quote *quotes[QUOTES];
    size_t quotes_count;
};

struct told {
    const struct finish *f;
    struct services *s;
    struct at_limit *periods;
    size_t count;
};

static struct value count_value(uint64_t n)
{
    return value_number(KIND_COUNT, (int64_t)n);
}

static const struct instance_read *instance_read_of(const struct finish *f, struct slice id)
{
    for (size_t i = 0; i < f->evidence->instances_count; i++)
        if (slice_eq(f->evidence->instances[i].id, id))
            return &f->evidence->instances[i];
    return NULL;
}

static struct value copy_or_null(struct doc *d, enum kind kind, struct slice s)
{
    return s.n ? value_copy(d, kind, s) : value_null();
}

static struct value service_value(const struct finish *f, const struct service_row *r)
{
    struct doc *d = f->doc;
    struct object *o = object_new(d);
    const struct instance_read *i = instance_read_of(f, service_instance(r));
    struct quote *quote = doc_quote(d, r->place.source, r->place.line, r->place.offset);
    object_put(d, o, "time", value_number(KIND_WHEN, r->time));
    object_put(d, o, "host", i ? copy_or_null(d, KIND_PATH, i->host) : value_null());
    object_put(d, o, "service", i ? value_copy(d, KIND_TOKEN, i->server) : value_null());
    object_put(d, o, "event", value_token(service_event_names[r->event]));
    object_put(d, o, "text", copy_or_null(d, KIND_TEXT, service_text(r)));
    object_put(d, o, "instance", value_copy(d, KIND_PATH, service_instance(r)));
    object_put(d, o, "back",
               r->before == WHEN_NONE ? value_null()
                                      : value_number(KIND_SPAN, r->before - r->time));
    object_put(d, o, "evidence", value_quotes(d, &quote, 1));
    return value_object(o);
}

static int by_time(const void *a, const void *b)
{
    const struct service_row *x = *(struct service_row *const *)a;
    const struct service_row *y = *(struct service_row *const *)b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->event != y->event)
        return x->event < y->event ? -1 : 1;
    int order = slice_cmp(service_instance(x), service_instance(y));
    if (!order)
        order = slice_cmp(service_text(x), service_text(y));
    if (order || x->place.source != y->place.source)
        return order ? order : x->place.source < y->place.source ? -1 : 1;
    return (x->place.offset > y->place.offset) - (x->place.offset < y->place.offset);
}

/* Starts, stops and the others in one row; the caller frees. */
static struct service_row **rows_by_time(const struct services *s, size_t *count)
{
    struct service_row **rows =
        mem_new((s->stops.count + s->others.count + 1) * sizeof(struct service_row *));
    for (size_t i = 0; i < s->stops.count; i++)
        rows[(*count)++] = s->stops.rows[i];
    for (size_t i = 0; i < s->others.count; i++)
        rows[(*count)++] = s->others.rows[i];
    if (*count)
        qsort(rows, *count, sizeof(struct service_row *), by_time);
    return rows;
}

static const struct column service_columns[] = {
    {"time", KIND_WHEN}, {"instance", KIND_PATH}, {"service", KIND_TOKEN}, {"event", KIND_TOKEN},
    {"text", KIND_TEXT}, {"back", KIND_SPAN},     {"evidence", KIND_LIST},
};
static const struct column count_columns[] = {
    {"instance", KIND_PATH}, {"event", KIND_TOKEN}, {"n", KIND_COUNT}};
static const struct column limit_columns[] = {
    {"start", KIND_WHEN},    {"end", KIND_WHEN},      {"instance", KIND_PATH},
    {"channel", KIND_TOKEN}, {"limit", KIND_COUNT},   {"minutes", KIND_COUNT},
    {"lines", KIND_COUNT},   {"evidence", KIND_LIST},
};
#define TABLE(doc, section, id, rows, columns)                                                     \
    section_table(doc, section, id, rows, columns, sizeof columns / sizeof columns[0])

static struct list *count_rows(struct told *t)
{
    struct doc *d = t->f->doc;
    struct list *rows = list_new(d);
    tab_sort(&t->s->counts);
    for (size_t i = 0; i < t->s->counts.count; i++) {
        const struct service_counts *c = t->s->counts.entries[i].row;
        for (unsigned e = SERVICE_NONE + 1; e < SERVICE_EVENTS; e++) {
            if (!c->n[e])
                continue;
            struct object *o = object_new(d);
            object_put(d, o, "instance", value_copy(d, KIND_PATH, t->s->counts.entries[i].key));
            object_put(d, o, "event", value_token(service_event_names[e]));
            object_put(d, o, "n", count_value(c->n[e]));
            list_add(d, rows, value_object(o));
        }
    }
    return rows;
}

/* Deliveries at their limit. */

static struct at_limit *period_of(struct told *t, struct slice instance, char channel)
{
    for (size_t i = t->count; i-- > 0;)
        if (t->periods[i].channel == channel && slice_eq(t->periods[i].instance, instance))
            return &t->periods[i];
    return NULL;
}

static void minute_add(struct told *t, const struct tab_entry *e)
{
    const struct limit_minute *m = e->row;
    int64_t minute = bucket_number(e->key);
    struct slice instance = slice_from(e->key, 9);
    struct at_limit *p = period_of(t, instance, e->key.p[8]);
    if (!p || minute - p->last >= JOIN) {
        t->periods = mem_grow(t->periods, t->count + 1, sizeof *t->periods);
        p = &t->periods[t->count++];
        *p = (struct at_limit){
            .instance = instance, .channel = e->key.p[8], .first = minute, .start = m->first};
    }
    p->last = minute;
    p->minutes++;
    p->lines += m->lines;
    if (m->limit > p->limit)
        p->limit = m->limit;
    if (p->quotes_count < QUOTES)
        p->quotes[p->quotes_count++] =
            doc_quote(t->f->doc, m->place.source, m->place.line, m->place.offset);
}

/* Periods of limit_minutes or more. */
static void find_limits(struct told *t)
{
    size_t kept = 0;
    tab_sort(&t->s->limits);
    for (size_t i = 0; i < t->s->limits.count; i++)
        minute_add(t, &t->s->limits.entries[i]);
    for (size_t i = 0; i < t->count; i++)
        if (t->periods[i].minutes >= (uint64_t)t->f->options->thresholds.limit_minutes)
            t->periods[kept++] = t->periods[i];
    t->count = kept;
}

static struct value channel_value(char channel)
{
    return value_token(channel == CHANNEL_LOCAL ? "local" : "remote");
}

static struct list *limit_rows(struct told *t)
{
    struct doc *d = t->f->doc;
    struct list *rows = list_new(d);
    for (size_t i = 0; i < t->count; i++) {
        struct at_limit *p = &t->periods[i];
        struct object *o = object_new(d);
        object_put(d, o, "instance", value_copy(d, KIND_PATH, p->instance));
        object_put(d, o, "channel", channel_value(p->channel));
        object_put(d, o, "limit", count_value(p->limit));
        object_put(d, o, "start", value_number(KIND_WHEN, p->start));
        object_put(d, o, "end", value_number(KIND_WHEN, (p->last + 1) * MINUTE));
        object_put(d, o, "minutes", count_value(p->minutes));
        object_put(d, o, "lines", count_value(p->lines));
        object_put(d, o, "evidence", value_quotes(d, p->quotes, p->quotes_count));
        list_add(d, rows, value_object(o));
    }
    return rows;
}

/* Findings. */

static struct finding *finding_of(struct doc *d, const char *kind, enum severity severity,
                                  struct slice instance, when start)
{
    struct finding *x = doc_finding(d, kind, severity);
    char text[40];
    x->key = value_copy(d, KIND_PATH, instance);
    x->start = start;
    x->id = arena_printf(&d->arena, "%s:%.*s:%.*s", kind, SLICE_ARG(instance),
                         SLICE_ARG(when_rfc3339(start, text)));
    x->confidence = "high";
    x->evidence = arena_alloc(&d->arena, QUOTES * sizeof(struct quote *));
    return x;
}

static void quote_row(struct doc *d, struct finding *x, const struct service_row *r)
{
    if (x->evidence_count < QUOTES)
        x->evidence[x->evidence_count++] =
            doc_quote(d, r->place.source, r->place.line, r->place.offset);
}

static void put_limit_findings(struct told *t)
{
    struct doc *d = t->f->doc;
    for (size_t i = 0; i < t->count; i++) {
        struct at_limit *p = &t->periods[i];
        enum severity severity = p->minutes >= LONG_MINUTES ? SEVERITY_MEDIUM : SEVERITY_LOW;
        struct finding *x = finding_of(d, "delivery_limit", severity, p->instance, p->start);
        bool local = p->channel == CHANNEL_LOCAL;
        x->id = arena_printf(&d->arena, "%.*s:%s", SLICE_ARG(x->id), local ? "local" : "remote");
        x->end = (p->last + 1) * MINUTE;
        object_put(d, x->numbers, "channel", channel_value(p->channel));
        object_put(d, x->numbers, "limit", count_value(p->limit));
        object_put(d, x->numbers, "minutes", count_value(p->minutes));
        object_put(d, x->numbers, "lines", count_value(p->lines));
        x->test = "limit_minutes";
        x->threshold = value_number(KIND_COUNT, t->f->options->thresholds.limit_minutes);
        x->observed = count_value(p->minutes);
        memcpy(x->evidence, p->quotes, sizeof p->quotes);
        x->evidence_count = p->quotes_count;
        x->evidence_total = p->lines;
    }
}

/* All of one event in one instance: one finding. */
static struct finding *put_all(struct told *t, struct service_row **rows, size_t n,
                               struct slice instance, unsigned event, const char *kind,
                               enum severity severity)
{
    struct doc *d = t->f->doc;
    struct finding *x = NULL;
    int64_t most = 0;
    for (size_t i = 0; i < n; i++) {
        const struct service_row *r = rows[i];
        if (r->event != event || !slice_eq(service_instance(r), instance))
            continue;
        if (!x)
            x = finding_of(d, kind, severity, instance, r->time);
        x->end = r->time;
        quote_row(d, x, r);
        if (r->before != WHEN_NONE && r->before - r->time > most)
            most = r->before - r->time;
    }
    if (!x)
        return NULL;
    const struct service_counts *c = tab_find(&t->s->counts, instance);
    x->evidence_total = c ? c->n[event] : 0;
    object_put(d, x->numbers, "n", count_value(x->evidence_total));
    object_put(d, x->numbers, "back", most ? value_number(KIND_SPAN, most) : value_null());
    return x;
}

static void put_event_findings(struct told *t, struct service_row **rows, size_t n)
{
    for (size_t i = 0; i < t->s->counts.count; i++) {
        struct slice instance = t->s->counts.entries[i].key;
        struct finding *alert =
            put_all(t, rows, n, instance, SERVICE_ALERT, "service_alert", SEVERITY_MEDIUM);
        if (alert) {
            alert->test = "service_alert";
            alert->threshold = count_value(1);
            alert->observed = count_value(alert->evidence_total);
        }
        struct finding *step =
            put_all(t, rows, n, instance, SERVICE_CLOCK_BACK, "clock_step", SEVERITY_LOW);
        if (step) {
            step->test = "clock_step";
            step->threshold = value_number(KIND_SPAN, SECOND);
            step->observed = *object_get(step->numbers, "back");
        }
    }
}

static bool is_stop(const struct service_row *r, struct slice instance)
{
    return r->event == SERVICE_STOP && slice_eq(service_instance(r), instance);
}

/* The first run of stops of one instance of which any so many lie within an hour. */
static void put_restarts(struct told *t, struct service_row **rows, size_t n, struct slice instance)
{
    struct doc *d = t->f->doc;
    size_t least = (size_t)t->f->options->thresholds.restarts, count = 0, from = 0, most = 0;
    struct service_row **stops = mem_new((n + 1) * sizeof(struct service_row *));
    for (size_t i = 0; i < n; i++)
        if (is_stop(rows[i], instance))
            stops[count++] = rows[i];
    struct finding *x = NULL;
    for (size_t i = 0; i < count; i++) {
        while (stops[i]->time - stops[from]->time > HOUR)
            from++;
        if (i - from + 1 < least)
            continue;
        if (!x)
            x = finding_of(d, "service_restarts", SEVERITY_MEDIUM, instance, stops[from]->time);
        x->end = stops[i]->time;
        if (i - from + 1 > most)
            most = i - from + 1;
    }
    for (size_t i = 0; x && i < count; i++)
        if (stops[i]->time >= x->start && stops[i]->time <= x->end) {
            quote_row(d, x, stops[i]);
            x->evidence_total++;
        }
    if (x) {
        object_put(d, x->numbers, "n", count_value(x->evidence_total));
        object_put(d, x->numbers, "most", count_value(most));
        x->test = "restarts";
        x->threshold = count_value(least);
        x->observed = count_value(most);
    }
    free(stops);
}

void services_finish(void *state, const struct finish *f)
{
    struct told t = {.f = f, .s = state};
    struct doc *d = f->doc;
    size_t n = 0;
    struct service_row **rows = rows_by_time(t.s, &n);
    struct list *services = list_new(d), *counts = count_rows(&t);
    for (size_t i = 0; i < n; i++)
        list_add(d, services, service_value(f, rows[i]));
    find_limits(&t);
    struct list *limits = limit_rows(&t);
    object_put(d, d->root, "services", value_list(services));
    const struct value *queue = object_get(d->root, "queue");
    if (queue->kind == KIND_OBJECT)
        object_put(d, queue->object, "at_limit", value_list(limits));
    if (services->count || counts->count || limits->count) {
        struct section *section = doc_section(d, "services");
        if (counts->count)
            TABLE(d, section, "services.counts", counts, count_columns);
        if (services->count)
            TABLE(d, section, "services", services, service_columns);
        if (limits->count)
            TABLE(d, section, "services.at_limit", limits, limit_columns);
    }
    put_limit_findings(&t);
    put_event_findings(&t, rows, n);
    for (size_t i = 0; i < t.s->counts.count; i++)
        put_restarts(&t, rows, n, t.s->counts.entries[i].key);
    free(rows);
    free(t.periods);
}
