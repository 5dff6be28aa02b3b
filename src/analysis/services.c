/* What daemons say of themselves: starts, stops, alerts, warnings; steps of their clock; deliveries at their limit
 * (analyses 6).
 *
 * Invariant: every event is counted; of those with a time the first SERVICES_LISTED starts and stops are listed, and as
 * many of the others, by time and then by what they say, so that the list does not depend on how the log was cut.
 *
 *     @400000006abaee1e35a8c946 status: exiting
 *     @400000006abaee1f35a8c946 alert: cannot start: qmail-send is already running
 *     @400000006abaee2035a8c946 status: local 0/10 remote 20/20 */
#include "services.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/saved_event.h"

#include <stdlib.h>

enum { TEXT_MOST = 200, INSTANCE_MOST = 1 << 16, LIMIT_KEY = 9 };

const char *const service_event_names[SERVICE_EVENTS] = {
    "none", "start", "stopping", "stop", "alert", "warning", "bounce_lost", "clock_back"};

static int place_order(const struct place *a, const struct place *b)
{
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static int row_order(const void *a, const void *b)
{
    const struct service_row *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->event != y->event)
        return x->event < y->event ? -1 : 1;
    int order = slice_cmp(service_instance(x), service_instance(y));
    if (!order)
        order = slice_cmp(service_text(x), service_text(y));
    return order ? order : place_order(&x->place, &y->place);
}

static void *services_open(const struct analysis_options *o)
{
    struct services *s = mem_new(sizeof *s);
    s->options = o;
    s->stops = s->others =
        (struct ranking){.limit = SERVICES_LISTED, .order = row_order, .release = free};
    tab_init(&s->counts, sizeof(struct service_counts));
    tab_init(&s->limits, sizeof(struct limit_minute));
    return s;
}

static void services_close(void *state)
{
    struct services *s = state;
    ranking_fini(&s->stops);
    ranking_fini(&s->others);
    tab_fini(&s->counts);
    tab_fini(&s->limits);
    free(s);
}

static void list_event(struct ranking *r, const struct instance *i, const struct event *e)
{
    struct slice text = slice_head(e->text, TEXT_MOST);
    if (r->count == r->limit && e->time > ((const struct service_row *)r->rows[0])->time)
        return;
    struct service_row *row = mem_grow(NULL, sizeof *row + i->id.n + text.n, 1);
    *row = (struct service_row){.time = e->time,
                                .before = e->has_age ? e->age_from : WHEN_NONE,
                                .place = e->place,
                                .event = (uint8_t)e->service,
                                .instance_n = (uint32_t)i->id.n,
                                .text_n = (uint32_t)text.n};
    memcpy(row->texts, i->id.p, i->id.n);
    if (text.n)
        memcpy(row->texts + i->id.n, text.p, text.n);
    ranking_add(r, row);
}

/* The earlier line stands for the minute. */
static void limit_add(void *into, const void *from)
{
    struct limit_minute *a = into;
    const struct limit_minute *b = from;
    bool earlier = !a->lines || b->first < a->first ||
                   (b->first == a->first && place_order(&b->place, &a->place) < 0);
    a->lines += b->lines;
    if (b->limit > a->limit)
        a->limit = b->limit;
    if (!earlier)
        return;
    a->first = b->first;
    a->place = b->place;
}

static struct limit_minute *limit_row(struct services *s, const struct instance *i, int64_t minute,
                                      enum channel channel)
{
    struct buf key = {0};
    char room[8];
    buf_add(&key, bucket_key(minute, room));
    buf_byte(&key, (char)channel);
    buf_add(&key, i->id);
    struct limit_minute *row = tab_row(&s->limits, buf_slice(&key));
    buf_fini(&key);
    return row;
}

static void at_limit(struct services *s, const struct instance *i, const struct event *e,
                     enum channel channel, unsigned running, unsigned limit)
{
    if (!limit || running < limit)
        return;
    struct limit_minute one = {1, limit, e->time, e->place};
    int64_t minute = bucket_of(e->time, MINUTE);
    if (!s->met[channel].row || s->met[channel].minute != minute || s->met[channel].instance != i) {
        s->met[channel].minute = minute;
        s->met[channel].instance = i;
        s->met[channel].row = limit_row(s, i, minute, channel);
    }
    limit_add(s->met[channel].row, &one);
}

static void services_event(void *state, struct instance *i, const struct event *e)
{
    struct services *s = state;
    if (e->kind == EVENT_LOAD && e->time == WHEN_NONE)
        return;
    if (e->kind == EVENT_LOAD) {
        at_limit(s, i, e, CHANNEL_LOCAL, e->running_local, e->limit_local);
        at_limit(s, i, e, CHANNEL_REMOTE, e->running_remote, e->limit_remote);
        return;
    }
    if (!i->rows[ANALYSIS_services])
        i->rows[ANALYSIS_services] = tab_row(&s->counts, i->id);
    ((struct service_counts *)i->rows[ANALYSIS_services])->n[e->service]++;
    /* stopping is said with every delivery that ends, until it stops */
    if (e->service == SERVICE_STOPPING || e->time == WHEN_NONE)
        return;
    bool stop = e->service == SERVICE_START || e->service == SERVICE_STOP;
    list_event(stop ? &s->stops : &s->others, i, e);
}

static void counts_add(void *into, const void *from)
{
    struct service_counts *a = into;
    const struct service_counts *b = from;
    for (size_t i = 0; i < SERVICE_EVENTS; i++)
        a->n[i] += b->n[i];
}

static void services_merge(void *into, void *from)
{
    struct services *a = into, *b = from;
    ranking_merge(&a->stops, &b->stops);
    ranking_merge(&a->others, &b->others);
    tab_merge(&a->counts, &b->counts, counts_add);
    tab_merge(&a->limits, &b->limits, limit_add);
}

static void row_save(const void *row, struct buf *out)
{
    const struct service_row *r = row;
    when_save(r->time, out);
    when_save(r->before, out);
    place_save(&r->place, out);
    buf_count(out, r->event);
    buf_bytes(out, service_instance(r));
    buf_bytes(out, service_text(r));
}

static void *row_load(struct slice *in, uint32_t sources)
{
    struct service_row r = {0};
    uint64_t event;
    struct slice instance, text;
    if (!when_load(in, &r.time) || r.time == WHEN_NONE || !when_load(in, &r.before) ||
        !place_load(in, &r.place, sources) || !load_below(in, SERVICE_EVENTS - 1, &event) ||
        !load_bytes(in, &instance) || instance.n > INSTANCE_MOST || !load_bytes(in, &text) ||
        text.n > TEXT_MOST)
        return NULL;
    r.event = (uint8_t)event;
    r.instance_n = (uint32_t)instance.n;
    r.text_n = (uint32_t)text.n;
    struct service_row *row = mem_grow(NULL, sizeof *row + instance.n + text.n, 1);
    *row = r;
    if (instance.n)
        memcpy(row->texts, instance.p, instance.n);
    if (text.n)
        memcpy(row->texts + instance.n, text.p, text.n);
    return row;
}

static void counts_save(struct buf *out, void *row)
{
    counters_save(((struct service_counts *)row)->n, SERVICE_EVENTS, out);
}

static bool counts_load(struct slice *in, void *row)
{
    return counters_load(((struct service_counts *)row)->n, SERVICE_EVENTS, in);
}

static void limit_save(struct buf *out, void *row)
{
    const struct limit_minute *m = row;
    buf_count(out, m->lines);
    buf_count(out, m->limit);
    when_save(m->first, out);
    place_save(&m->place, out);
}

static bool limit_load(struct slice *in, void *row)
{
    struct limit_minute *m = row;
    return load_count(in, &m->lines) && load_below(in, UINT32_MAX, &m->limit) &&
           when_load(in, &m->first) && m->first != WHEN_NONE &&
           place_load(in, &m->place, UINT32_MAX);
}

static void services_save(void *state, struct buf *out)
{
    struct services *s = state;
    ranking_save(&s->stops, out, row_save);
    ranking_save(&s->others, out, row_save);
    tab_save(&s->counts, out, counts_save);
    tab_save(&s->limits, out, limit_save);
}

static bool limits_sound(const struct tab *limits, uint32_t sources)
{
    for (size_t i = 0; i < limits->count; i++) {
        struct slice key = limits->entries[i].key;
        const struct limit_minute *m = limits->entries[i].row;
        if (key.n < LIMIT_KEY || m->place.source >= sources || !m->lines ||
            bucket_number(key) != bucket_of(m->first, MINUTE) ||
            (key.p[8] != CHANNEL_LOCAL && key.p[8] != CHANNEL_REMOTE))
            return false;
    }
    return true;
}

static bool services_load(void *state, struct slice *in, uint32_t sources)
{
    struct services *s = state;
    return ranking_load(&s->stops, in, sources, row_load) &&
           ranking_load(&s->others, in, sources, row_load) &&
           tab_load(&s->counts, in, counts_load) && tab_load(&s->limits, in, limit_load) &&
           limits_sound(&s->limits, sources);
}

static void services_places(const void *state, place_found *found, void *context)
{
    const struct services *s = state;
    const struct ranking *rankings[] = {&s->stops, &s->others};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < rankings[k]->count; i++)
            found(context, &((const struct service_row *)rankings[k]->rows[i])->place);
    for (size_t i = 0; i < s->limits.count; i++)
        found(context, &((const struct limit_minute *)s->limits.entries[i].row)->place);
}

const struct analysis analysis_services = {.name = "services",
                                           .open = services_open,
                                           .close = services_close,
                                           .event = services_event,
                                           .merge = services_merge,
                                           .save = services_save,
                                           .load = services_load,
                                           .places = services_places,
                                           .finish = services_finish};
