/* When mail backed up, and why (analyses 2): periods in which the queue was deeper, or dwell longer, than three times what
 * is usual at that hour of the day and than a floor, for half an hour or more.
 *
 * Invariant: the usual is the median of that hour of the day where it was seen on three days or more, else that of the
 * whole log.  A verdict is given by rule alone, from counts of the period beside those of the rest of the log at the
 * same hours; where no rule holds, or there is no rest to compare with, there is none.
 *
 *     retry          the domain that held most (a quarter or more) was deferred three times as often as usual; or
 *                    deferrals in all three times the usual, and twice as many for each recipient accepted
 *     volume         twice the usual messages or recipients accepted
 *     local_backlog  more than 5 % of the messages into local mailboxes late, without either */
#include "backup.h"
#include "dwell.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"

#include <stdlib.h>

#ifndef CELLS         /* a fuzz build sets it small */
#define CELLS 1048576 /* the log is looked at by the minute, or wider where that would need more */
#endif
enum {
    JOIN = 60, /* minutes: periods nearer than this are one */
    TIMES = 3,
    DAYS = 3,        /* that an hour must have been seen, for a usual of its own */
    LEAST_N = 20,    /* deliveries in an hour, for a percentile worth comparing */
    LEAST_LATE = 10, /* messages, and ... */
    LEAST_DEFERRALS = 10,
    LATE_PCT = 5, /* ... of an hour: what its 95th percentile leaves above */
    TOP_DOMAINS = 5,
    TOP_FINDINGS = 20,
    QUOTES = 5,
    OF_DAY = 24
};

static const int64_t depth_most = INT64_MAX / 4; /* loaded counts may be wild */

/* Why a cell is above. */
enum { BY_DEPTH = 1, BY_DWELL = 2, BY_LOCAL = 4 };

struct cells {
    int64_t first, width; /* in minutes */
    size_t count;
    int64_t *depth;        /* greatest, of the minutes' ends */
    uint8_t *hour;         /* of the day, in the report's zone */
    uint8_t *above;        /* BY_ bits; 0: not above */
    int64_t usual[OF_DAY]; /* depth */
    bool own[OF_DAY];      /* usual is that of this hour */
};

struct totals {
    struct slot sum;
    int64_t minutes;
};

/* An hour that was late: its 95th percentile of dwell, or its share of late messages in millionths. */
struct late_hour {
    when from, to; /* of its first slot that was late to its last */
    int64_t level, threshold;
    uint8_t by;
};

struct period {
    when start, end;
    when from, to; /* the same, out to whole slots */
    int64_t peak, usual;
    uint8_t by;
    const struct late_hour *worst; /* NULL: none late */
    struct slot sum;
    bool compared;                          /* there are other hours to compare with: */
    double messages, recipients, deferrals; /* usual, in the same time at these hours */
    const char *verdict;                    /* NULL: none */
    bool own;                               /* compared with its own hours */
    struct list *domains;
    struct slice domain; /* that held most */
    bool
        domain_deferred; /* ... a quarter or more, and was deferred three times as often as usual */
    struct quote *quotes[QUOTES];
    size_t quotes_count;
};

struct told {
    const struct finish *f;
    struct backup *s;
    struct cells cells;
    struct late_hour *late;
    size_t late_count;
    struct period *periods;
    size_t count;
};

static int hour_of_day(const struct zone *zone, when t)
{
    int64_t hour = bucket_of(t + zone_offset(zone, t) * SECOND, HOUR) % OF_DAY;
    return (int)(hour < 0 ? hour + OF_DAY : hour);
}

static when cell_start(const struct cells *c, size_t cell)
{
    return (c->first + (int64_t)cell * c->width) * MINUTE;
}

/* The first entry of a sorted table whose key is not before this one. */
static size_t entry_from(const struct tab *t, int64_t number)
{
    char room[8];
    struct slice key = bucket_key(number, room);
    size_t low = 0, high = t->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (slice_cmp(t->entries[mid].key, key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The lower median; the values change places.  Each round parts those below a pivot, equal to it, and above, and goes on
 * with the part that holds the median; pivots are taken from all over, so that no order of the values is a bad one. */
static int64_t median(int64_t *values, size_t n)
{
    size_t from = 0, to = n, middle = (n - 1) / 2;
    uint64_t dice = n;
    if (!n)
        return 0;
    for (;;) {
        dice = dice * UINT64_C(6364136223846793005) + 1;
        int64_t pivot = values[from + (size_t)(dice >> 33) % (to - from)];
        size_t below = from, above = to;
        for (size_t i = from; i < above;) {
            int64_t v = values[i];
            if (v == pivot)
                i++;
            else if (v < pivot) {
                values[i++] = values[below];
                values[below++] = v;
            } else {
                values[i] = values[--above];
                values[above] = v;
            }
        }
        if (middle >= below && middle < above)
            return pivot;
        if (middle < below)
            to = below;
        else
            from = above;
    }
}

/* The depth of every cell, from what entered and left. */
static bool cells_fill(struct cells *c, const struct tab *minutes, uint64_t opening)
{
    if (!minutes->count)
        return false;
    int64_t last = bucket_number(minutes->entries[minutes->count - 1].key);
    c->first = bucket_number(minutes->entries[0].key);
    c->width = (last - c->first) / CELLS + 1;
    c->count = (size_t)((last - c->first) / c->width) + 1;
    c->depth = mem_new(c->count * sizeof *c->depth);
    c->hour = mem_new(c->count);
    c->above = mem_new(c->count);
    uint64_t sum = opening;
    for (size_t i = 0; i < minutes->count; i++) {
        const struct minute *m = minutes->entries[i].row;
        int64_t from = bucket_number(minutes->entries[i].key);
        int64_t to = i + 1 < minutes->count ? bucket_number(minutes->entries[i + 1].key) : from + 1;
        sum += m->in - m->out;
        int64_t depth = (int64_t)sum < depth_most ? (int64_t)sum : depth_most;
        size_t end = (size_t)((to - 1 - c->first) / c->width);
        for (size_t cell = (size_t)((from - c->first) / c->width); cell <= end; cell++)
            if (depth > c->depth[cell])
                c->depth[cell] = depth;
    }
    return true;
}

/* What each hour of the day is used to. */
static void cells_usual(struct cells *c, const struct zone *zone)
{
    uint64_t days[OF_DAY] = {0};
    int64_t *values = mem_new(c->count * sizeof *values);
    when hour = WHEN_NONE;
    for (size_t i = 0; i < c->count; i++) {
        when t = cell_start(c, i);
        if (hour != WHEN_NONE && t >= hour && t < hour + HOUR) {
            c->hour[i] = c->hour[i - 1];
            continue;
        }
        hour = hour_start(zone, t);
        c->hour[i] = (uint8_t)hour_of_day(zone, t);
        days[c->hour[i]]++;
    }
    memcpy(values, c->depth, c->count * sizeof *values);
    int64_t all = median(values, c->count);
    size_t ends[OF_DAY] = {0}, from = 0;
    for (size_t i = 0; i < c->count; i++)
        ends[c->hour[i]]++;
    for (unsigned h = 0; h < OF_DAY; h++) {
        size_t n = ends[h];
        ends[h] = from;
        from += n;
    }
    for (size_t i = 0; i < c->count; i++)
        values[ends[c->hour[i]]++] = c->depth[i];
    for (unsigned h = 0; h < OF_DAY; h++) {
        size_t first = h ? ends[h - 1] : 0;
        c->own[h] = days[h] >= DAYS;
        c->usual[h] = c->own[h] ? median(values + first, ends[h] - first) : all;
    }
    free(values);
}

static bool is_above(int64_t value, int64_t floor, int64_t usual)
{
    return value > floor && value / TIMES >= usual && value > TIMES * usual;
}

static void mark_depth(struct cells *c, int64_t floor)
{
    for (size_t i = 0; i < c->count; i++)
        if (is_above(c->depth[i], floor, c->usual[c->hour[i]]))
            c->above[i] |= BY_DEPTH;
}

static void mark_late(struct told *t, const struct late_hour *l)
{
    struct cells *c = &t->cells;
    int64_t from = (bucket_of(l->from, MINUTE) - c->first) / c->width;
    int64_t to = (bucket_of(l->to - 1, MINUTE) - c->first) / c->width;
    for (int64_t cell = from < 0 ? 0 : from; cell <= to && cell < (int64_t)c->count; cell++)
        c->above[cell] |= l->by;
    t->late = mem_grow(t->late, t->late_count + 1, sizeof *t->late);
    t->late[t->late_count++] = *l;
}

/* The messages of an hour beside the level that is compared. */
struct hour_late {
    when hour;
    int64_t level;
    uint64_t n, late;
    int of_day;
};

struct lateness_of_log {
    struct hour_late *rows;
    size_t count;
    int64_t floor, usual[OF_DAY]; /* of the level */
    double share;                 /* late ones of all, in the whole log */
    uint8_t by;
};

static bool slot_late(const struct slot *s, uint8_t by, uint64_t *n, uint64_t *late)
{
    *n = by == BY_LOCAL ? s->local : s->messages;
    *late = by == BY_LOCAL ? s->local_late : s->late;
    return *late >= 2 && *late > *n * LATE_PCT / 100;
}

/* The first slot of the hour, or the first after it. */
static size_t slot_at(const struct tab *slots, when t)
{
    return entry_from(slots, bucket_of(t, BACKUP_SLOT));
}

static when slot_start(const struct tab_entry *e)
{
    return bucket_number(e->key) * BACKUP_SLOT;
}

/* In an hour that was late: from its first slot in which more than 5 % were to its last. */
static void mark_hour(struct told *t, const struct lateness_of_log *l, const struct hour_late *h)
{
    const struct tab *slots = &t->s->slots;
    struct late_hour found = {.from = WHEN_NONE, .level = h->level, .by = l->by};
    int64_t usual = l->usual[h->of_day];
    found.threshold = TIMES * usual > l->floor ? TIMES * usual : l->floor;
    for (size_t i = slot_at(slots, h->hour); i < slots->count; i++) {
        uint64_t all, late;
        when start = slot_start(&slots->entries[i]);
        if (start >= h->hour + HOUR)
            break;
        if (!slot_late(slots->entries[i].row, l->by, &all, &late))
            continue;
        found.from = found.from == WHEN_NONE ? start : found.from;
        found.to = start + BACKUP_SLOT;
    }
    if (found.from != WHEN_NONE)
        mark_late(t, &found);
}

static void hour_count(const struct told *t, struct hour_late *h, uint8_t by)
{
    const struct tab *slots = &t->s->slots;
    for (size_t i = slot_at(slots, h->hour); i < slots->count; i++) {
        uint64_t all, late;
        if (slot_start(&slots->entries[i]) >= h->hour + HOUR)
            break;
        slot_late(slots->entries[i].row, by, &all, &late);
        h->n += all;
        h->late += late;
    }
}

static int64_t usual_level(const struct lateness_of_log *l, int of_day, int64_t *values)
{
    size_t count = 0;
    for (size_t i = 0; i < l->count; i++)
        if (l->rows[i].of_day == of_day)
            values[count++] = l->rows[i].level;
    if (count >= DAYS)
        return median(values, count);
    for (size_t i = 0; i < l->count; i++)
        values[i] = l->rows[i].level;
    return median(values, l->count);
}

/* Hours with enough deliveries, by their 95th percentile of dwell. */
static void hours_by_dwell(struct told *t, struct tab *hours, struct lateness_of_log *l)
{
    tab_sort(hours);
    l->rows = mem_new((hours->count + 1) * sizeof *l->rows);
    for (size_t i = 0; i < hours->count; i++) {
        const struct hist *h = &((const struct hour *)hours->entries[i].row)->delivered;
        if (h->n < LEAST_N)
            continue;
        struct hour_late *row = &l->rows[l->count++];
        row->hour = bucket_number(hours->entries[i].key);
        row->level = (int64_t)hist_quantile(h, 950);
        hour_count(t, row, l->by);
    }
}

/* Hours with enough messages into local mailboxes, by their share of late ones. */
static void hours_by_local(struct told *t, struct lateness_of_log *l)
{
    const struct tab *slots = &t->s->slots;
    l->rows = mem_new((slots->count + 1) * sizeof *l->rows);
    for (size_t i = 0; i < slots->count;) {
        struct hour_late *row = &l->rows[l->count];
        *row = (struct hour_late){0};
        row->hour = hour_start(t->f->options->zone, slot_start(&slots->entries[i]));
        for (; i < slots->count && slot_start(&slots->entries[i]) < row->hour + HOUR; i++) {
            const struct slot *s = slots->entries[i].row;
            row->n += s->local;
            row->late += s->local_late;
        }
        if (row->n < LEAST_N)
            continue;
        row->level = (int64_t)((double)row->late / (double)row->n * 1e6);
        l->count++;
    }
}

static void lateness_usual(const struct told *t, struct lateness_of_log *l)
{
    int64_t *values = mem_new((l->count + 1) * sizeof *values);
    double n = 0, late = 0;
    for (size_t i = 0; i < l->count; i++) {
        l->rows[i].of_day = hour_of_day(t->f->options->zone, l->rows[i].hour);
        n += (double)l->rows[i].n;
        late += (double)l->rows[i].late;
    }
    l->share = n > 0 ? late / n : 0;
    for (int h = 0; h < OF_DAY; h++)
        l->usual[h] = usual_level(l, h, values);
    free(values);
}

/* So many late ones in an hour are no chance, by sigmas standard deviations of a count. */
static bool no_chance(const struct lateness_of_log *l, const struct hour_late *h, double sigmas)
{
    double usual = l->share * (double)h->n, more = (double)h->late - usual;
    return h->late >= LEAST_LATE && more > 0 && more * more > sigmas * sigmas * (usual + 1);
}

static bool joins(const struct lateness_of_log *l, size_t i, size_t marked)
{
    when apart = l->rows[i].hour - l->rows[marked].hour;
    return apart >= -HOUR && apart <= HOUR && l->rows[i].level > l->floor &&
           no_chance(l, &l->rows[i], 2);
}

/* Hours whose level is above the floor and three times the usual, by more messages than chance gives; and their
 * neighbours that are above the floor and rather late. */
static void mark_lateness(struct told *t, struct lateness_of_log *l)
{
    lateness_usual(t, l);
    bool *marked = mem_new((l->count + 1) * sizeof *marked);
    for (size_t i = 0; i < l->count; i++) {
        const struct hour_late *h = &l->rows[i];
        marked[i] = is_above(h->level, l->floor, l->usual[h->of_day]) && no_chance(l, h, 4);
    }
    for (size_t i = 1; i < l->count; i++)
        marked[i] = marked[i] || (marked[i - 1] && joins(l, i, i - 1));
    for (size_t i = l->count; i-- > 1;)
        marked[i - 1] = marked[i - 1] || (marked[i] && joins(l, i - 1, i));
    for (size_t i = 0; i < l->count; i++)
        if (marked[i])
            mark_hour(t, l, &l->rows[i]);
    free(marked);
    free(l->rows);
}

static void mark_dwell(struct told *t)
{
    struct dwell *dwell = analysis_state(t->f->all, ANALYSIS_dwell);
    struct lateness_of_log all = {.by = BY_DWELL}, local = {.by = BY_LOCAL};
    all.floor = t->f->options->thresholds.backup_dwell * SECOND;
    local.floor = LATE_PCT * 10000;
    hours_by_dwell(t, &dwell->hours, &all);
    mark_lateness(t, &all);
    hours_by_local(t, &local);
    mark_lateness(t, &local);
}

static void period_add(struct told *t, size_t first, size_t last)
{
    const struct cells *c = &t->cells;
    struct period p = {.start = cell_start(c, first), .end = cell_start(c, last + 1), .peak = -1};
    for (size_t i = first; i <= last; i++) {
        p.by |= c->above[i];
        if (c->depth[i] <= p.peak)
            continue;
        p.peak = c->depth[i];
        p.usual = c->usual[c->hour[i]];
        p.own = c->own[c->hour[i]];
    }
    p.from = bucket_of(p.start, BACKUP_SLOT) * BACKUP_SLOT;
    p.to = (bucket_of(p.end - 1, BACKUP_SLOT) + 1) * BACKUP_SLOT;
    for (size_t i = 0; i < t->late_count; i++) {
        const struct late_hour *l = &t->late[i];
        if (l->from < p.end && l->to > p.start &&
            (!p.worst || (l->by == p.worst->by && l->level > p.worst->level)))
            p.worst = l;
    }
    t->periods = mem_grow(t->periods, t->count + 1, sizeof *t->periods);
    t->periods[t->count++] = p;
}

/* Runs of cells above, the near ones joined, the short ones dropped. */
static void find_periods(struct told *t)
{
    const struct cells *c = &t->cells;
    int64_t least = t->f->options->thresholds.backup_minutes;
    for (size_t i = 0; i < c->count; i++) {
        if (!c->above[i])
            continue;
        size_t last = i;
        for (size_t k = i; k < c->count && (int64_t)(k - last) * c->width <= JOIN; k++)
            if (c->above[k])
                last = k;
        if ((int64_t)(last + 1 - i) * c->width >= least)
            period_add(t, i, last);
        i = last;
    }
}

/* The period that t lies in, of those from *at on; NULL: none. */
static struct period *period_at(struct told *t, size_t *at, when time)
{
    while (*at < t->count && t->periods[*at].to <= time)
        ++*at;
    return *at < t->count && t->periods[*at].from <= time ? &t->periods[*at] : NULL;
}

/* Slots in a period to it, the others to their hour of the day; and how long these hours were, periods left out. */
static void sum_slots(struct told *t, struct totals others[OF_DAY + 1])
{
    const struct cells *c = &t->cells;
    const struct tab *slots = &t->s->slots;
    size_t at = 0;
    for (size_t i = 0; i < slots->count; i++) {
        when start = slot_start(&slots->entries[i]);
        struct period *p = period_at(t, &at, start);
        if (p) {
            backup_slot_add(&p->sum, slots->entries[i].row);
            continue;
        }
        backup_slot_add(&others[hour_of_day(t->f->options->zone, start)].sum,
                        slots->entries[i].row);
        backup_slot_add(&others[OF_DAY].sum, slots->entries[i].row);
    }
    at = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (period_at(t, &at, cell_start(c, i)))
            continue;
        others[c->hour[i]].minutes += c->width;
        others[OF_DAY].minutes += c->width;
    }
}

/* What would have come in the period's time, at its hours, as the rest of the log goes. */
static void expect(struct told *t, const struct totals others[OF_DAY + 1])
{
    const struct cells *c = &t->cells;
    size_t at = 0;
    for (size_t i = 0; i < c->count; i++) {
        struct period *p = period_at(t, &at, cell_start(c, i));
        const struct totals *o = &others[c->hour[i]];
        if (!o->minutes)
            o = &others[OF_DAY];
        if (!p || !o->minutes)
            continue;
        double part = (double)c->width / (double)o->minutes;
        p->compared = true;
        p->messages += (double)o->sum.messages * part;
        p->recipients += (double)o->sum.recipients * part;
        p->deferrals += (double)o->sum.deferrals * part;
    }
}

static bool deferred_more(const struct period *p)
{
    double n = (double)p->sum.deferrals, usual = p->deferrals;
    return p->compared && n >= LEAST_DEFERRALS && n >= TIMES * usual &&
           n * p->recipients >= 2 * usual * (double)p->sum.recipients;
}

static bool more_came(const struct period *p)
{
    return p->compared && p->sum.messages &&
           ((double)p->sum.messages >= 2 * p->messages ||
            (double)p->sum.recipients >= 2 * p->recipients);
}

static const char *verdict_of(const struct period *p)
{
    if (p->domain_deferred || deferred_more(p))
        return "retry";
    if (more_came(p))
        return "volume";
    return p->sum.local_late > p->sum.local * LATE_PCT / 100 ? "local_backlog" : NULL;
}

/* Domains. */

static int held_most(const void *a, const void *b)
{
    const struct tab_entry *x = a, *y = b;
    uint64_t m = ((const struct held *)x->row)->seconds, n = ((const struct held *)y->row)->seconds;
    return m != n ? (m > n ? -1 : 1) : slice_cmp(x->key, y->key);
}

static void put_count(struct doc *d, struct object *o, const char *key, uint64_t n)
{
    object_put(d, o, key, value_number(KIND_COUNT, (int64_t)n));
}

static int64_t span_of(uint64_t seconds)
{
    return seconds < (uint64_t)(INT64_MAX / SECOND) ? (int64_t)seconds * SECOND : INT64_MAX;
}

/* Was the domain deferred three times as often as in the rest of the log? */
static bool domain_deferred(const struct told *t, const struct period *p, struct slice domain,
                            uint64_t here)
{
    const struct tab *held = &t->s->held;
    const struct cells *c = &t->cells;
    int64_t from = backup_bucket(t->s, p->start), to = backup_bucket(t->s, p->end - 1);
    double inside = (double)(to - from + 1), elsewhere = 0;
    double all = (double)(backup_bucket(t->s, cell_start(c, c->count - 1)) -
                          backup_bucket(t->s, cell_start(c, 0)) + 1);
    if (here < LEAST_DEFERRALS || all - inside < 1)
        return false;
    for (size_t i = 0; i < held->count; i++) {
        int64_t bucket = bucket_number(slice_head(held->entries[i].key, 8));
        if ((bucket < from || bucket > to) && slice_eq(slice_from(held->entries[i].key, 8), domain))
            elsewhere += (double)((const struct held *)held->entries[i].row)->deferrals;
    }
    return (double)here / inside >= TIMES * elsewhere / (all - inside);
}

/* What the recipients that entered in the period's buckets held, by domain; the sum of all is given back. */
static double sum_held(const struct told *t, const struct period *p, struct tab *sums)
{
    const struct tab *held = &t->s->held;
    int64_t last = backup_bucket(t->s, p->end - 1);
    double all = 0;
    for (size_t i = entry_from(held, backup_bucket(t->s, p->start)); i < held->count; i++) {
        const struct tab_entry *e = &held->entries[i];
        if (bucket_number(slice_head(e->key, 8)) > last)
            break;
        backup_held_add(tab_row(sums, slice_from(e->key, 8)), e->row);
        all += (double)((const struct held *)e->row)->seconds;
    }
    return all;
}

static struct value domain_value(struct doc *d, struct slice name, const struct held *row,
                                 double all)
{
    struct object *o = object_new(d);
    object_put(d, o, "domain", value_copy(d, KIND_DOMAIN, name));
    object_put(d, o, "held", value_number(KIND_SPAN, span_of(row->seconds)));
    object_put(d, o, "share", value_real(KIND_SHARE, (double)row->seconds / all));
    put_count(d, o, "deferrals", row->deferrals);
    return value_object(o);
}

static void put_domains(struct told *t, struct period *p)
{
    struct doc *d = t->f->doc;
    struct tab sums;
    tab_init(&sums, sizeof(struct held));
    double all = sum_held(t, p, &sums);
    if (sums.count)
        qsort(sums.entries, sums.count, sizeof *sums.entries, held_most);
    p->domains = list_new(d);
    for (size_t i = 0; i < sums.count && i < TOP_DOMAINS; i++) {
        const struct held *row = sums.entries[i].row;
        if (!row->seconds)
            break;
        struct value v = domain_value(d, sums.entries[i].key, row, all);
        list_add(d, p->domains, v);
        if (i)
            continue;
        p->domain = object_get(v.object, "domain")->text;
        p->domain_deferred =
            (double)row->seconds * 4 >= all && domain_deferred(t, p, p->domain, row->deferrals);
    }
    tab_fini(&sums);
}

/* The slowest recipients that entered shortly before or in the period, of the domains that held it. */
static void quote_slowest(struct told *t, struct period *p, const struct ranking *ranking)
{
    for (size_t i = 0; i < ranking->count && p->quotes_count < QUOTES; i++) {
        const struct entry *e = ranking->rows[i];
        bool known = false, again = false;
        char key[256];
        struct slice domain = address_domain_key(entry_text(e, ENTRY_RECIPIENT), key, sizeof key);
        if (e->entry < p->start - HOUR || e->entry >= p->end)
            continue;
        for (size_t k = 0; k < p->domains->count; k++)
            known =
                known || slice_eq(object_get(p->domains->items[k].object, "domain")->text, domain);
        for (size_t k = 0; k < p->quotes_count; k++)
            again = again || (p->quotes[k]->source == e->accepted.source &&
                              p->quotes[k]->offset == e->accepted.offset);
        if (known && !again)
            p->quotes[p->quotes_count++] =
                doc_quote(t->f->doc, e->accepted.source, e->accepted.line, e->accepted.offset);
    }
}

/* The document. */

static struct value usual_value(const struct period *p, double usual)
{
    if (!p->compared || usual >= (double)depth_most)
        return value_null();
    return value_number(KIND_COUNT, (int64_t)(usual + 0.5));
}

/* What a row and a finding say alike. */
static void put_numbers(struct doc *d, struct object *o, const struct period *p)
{
    put_count(d, o, "peak", (uint64_t)p->peak);
    put_count(d, o, "usual", (uint64_t)p->usual);
    put_count(d, o, "messages", p->sum.messages);
    object_put(d, o, "usual_messages", usual_value(p, p->messages));
    put_count(d, o, "deferrals", p->sum.deferrals);
    object_put(d, o, "usual_deferrals", usual_value(p, p->deferrals));
    put_count(d, o, "local_late", p->sum.local_late);
}

static struct value period_row(struct doc *d, struct period *p)
{
    struct object *o = object_new(d);
    object_put(d, o, "start", value_number(KIND_WHEN, p->start));
    object_put(d, o, "end", value_number(KIND_WHEN, p->end));
    object_put(d, o, "verdict", value_token(p->verdict));
    object_put(d, o, "domain", p->domain.n ? value_text(KIND_DOMAIN, p->domain) : value_null());
    put_numbers(d, o, p);
    object_put(d, o, "domains", value_list(p->domains));
    object_put(d, o, "causes", value_null());
    object_put(d, o, "evidence", value_quotes(d, p->quotes, p->quotes_count));
    return value_object(o);
}

static struct value late_value(uint8_t by, int64_t level)
{
    return by == BY_LOCAL ? value_real(KIND_SHARE, (double)level / 1e6)
                          : value_number(KIND_SPAN, level);
}

/* The rule that made the period one: depth, else dwell, else local dwell. */
static void put_rule(struct finding *x, const struct period *p, int64_t floor)
{
    if (p->by & BY_DEPTH || !p->worst) {
        x->test = "backup_depth";
        x->threshold =
            value_number(KIND_COUNT, TIMES * p->usual > floor ? TIMES * p->usual : floor);
        x->observed = value_number(KIND_COUNT, p->peak);
        return;
    }
    x->test = p->worst->by == BY_LOCAL ? "backup_local" : "backup_dwell";
    x->threshold = late_value(p->worst->by, p->worst->threshold);
    x->observed = late_value(p->worst->by, p->worst->level);
}

static enum severity severity_of(const struct period *p)
{
    if (!p->verdict)
        return SEVERITY_LOW;
    return strcmp(p->verdict, "local_backlog") == 0 ? SEVERITY_HIGH : SEVERITY_MEDIUM;
}

static void put_finding(const struct told *t, struct period *p)
{
    struct doc *d = t->f->doc;
    struct finding *x = doc_finding(d, "queue_backup", severity_of(p));
    char text[40];
    x->key =
        p->domain.n ? value_text(KIND_DOMAIN, p->domain) : value_text(KIND_TEXT, SLICE("queue"));
    x->id = arena_printf(&d->arena, "queue_backup:%.*s:%.*s", SLICE_ARG(x->key.text),
                         SLICE_ARG(when_rfc3339(p->start, text)));
    x->confidence = p->own ? "high" : "low";
    x->start = p->start;
    x->end = p->end;
    put_numbers(d, x->numbers, p);
    object_put(d, x->numbers, "span", value_number(KIND_SPAN, p->end - p->start));
    object_put(d, x->numbers, "verdict", value_token(p->verdict ? p->verdict : "unexplained"));
    put_rule(x, p, t->f->options->thresholds.backup_depth);
    x->evidence = arena_alloc(&d->arena, QUOTES * sizeof(struct quote *));
    memcpy(x->evidence, p->quotes, sizeof p->quotes);
    x->evidence_count = p->quotes_count;
    x->evidence_total = p->sum.recipients;
}

static int longest_first(const void *a, const void *b)
{
    const struct period *x = a, *y = b;
    if (x->end - x->start != y->end - y->start)
        return x->end - x->start > y->end - y->start ? -1 : 1;
    return x->start < y->start ? -1 : x->start > y->start;
}

static const struct column columns[] = {{"start", KIND_WHEN},       {"end", KIND_WHEN},
                                        {"verdict", KIND_TOKEN},    {"peak", KIND_COUNT},
                                        {"usual", KIND_COUNT},      {"domain", KIND_DOMAIN},
                                        {"messages", KIND_COUNT},   {"usual_messages", KIND_COUNT},
                                        {"deferrals", KIND_COUNT},  {"usual_deferrals", KIND_COUNT},
                                        {"local_late", KIND_COUNT}, {"evidence", KIND_LIST}};

static void put_periods(struct told *t)
{
    struct doc *d = t->f->doc;
    struct list *rows = list_new(d);
    struct totals others[OF_DAY + 1] = {0};
    const struct dwell *dwell = analysis_state(t->f->all, ANALYSIS_dwell);
    sum_slots(t, others);
    expect(t, others);
    for (size_t i = 0; i < t->count; i++) {
        struct period *p = &t->periods[i];
        put_domains(t, p);
        p->verdict = verdict_of(p);
        quote_slowest(t, p, &dwell->slowest);
        quote_slowest(t, p, &dwell->open);
        list_add(d, rows, period_row(d, p));
    }
    const struct value *queue = object_get(d->root, "queue");
    object_put(d, queue->object, "backups", value_list(rows));
    if (!t->count)
        return;
    section_table(d, doc_section_of(d, "queue"), "queue.backups", rows, columns,
                  sizeof columns / sizeof columns[0]);
    qsort(t->periods, t->count, sizeof *t->periods, longest_first);
    for (size_t i = 0; i < t->count && i < TOP_FINDINGS; i++)
        put_finding(t, &t->periods[i]);
}

void backup_finish(void *state, const struct finish *f)
{
    struct told t = {.f = f, .s = state};
    uint64_t opening;
    const struct tab *minutes = depth_minutes(analysis_state(f->all, ANALYSIS_depth), &opening);
    if (!cells_fill(&t.cells, minutes, opening))
        return;
    tab_sort(&t.s->slots);
    tab_sort(&t.s->held);
    cells_usual(&t.cells, f->options->zone);
    mark_depth(&t.cells, f->options->thresholds.backup_depth);
    mark_dwell(&t);
    find_periods(&t);
    put_periods(&t);
    free(t.periods);
    free(t.late);
    free(t.cells.depth);
    free(t.cells.hour);
    free(t.cells.above);
}
