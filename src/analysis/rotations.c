/* Logs that a rotation made and that are not among the evidence: maillog.1 and maillog.3 without maillog.2, or a day left
 * out of mail-20260901, mail-20260902, ...
 *
 * Invariant: a log is missed only where its name is left out of a row of names, the two logs beside it do not join, and
 * no other log of the same instance was written to in between.  Numbers run without a break; of dates one in four may be
 * left out of a row of five or more, for a rotation of an empty log makes no file.
 *
 *     maillog.3.gz   ends    2026-11-02 03:10
 *     maillog.1      begins  2026-11-09 03:10    -> maillog.2 is missing */
#include "fold.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

enum { JOIN = 60, DATES_LEAST = 5, DATES_OF = 4, NUMBER_MOST = 9999 };

struct rotated {
    struct slice series; /* path before the number or date, with what parts them */
    int64_t order;       /* days since 1970, or the number below zero: rises with time */
    bool dated;
    uint32_t source;
};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct slice without_packing(struct slice path)
{
    static const char *const packings[] = {".gz", ".bz2", ".xz", ".zst", ".Z", ".lz4"};
    for (size_t i = 0; i < sizeof packings / sizeof packings[0]; i++)
        if (slice_iends(path, slice_str(packings[i])))
            return slice_head(path, path.n - strlen(packings[i]));
    return path;
}

static bool date_order(struct slice digits, int64_t *order)
{
    struct civil c = {0};
    for (size_t i = 0; i < 4; i++)
        c.year = c.year * 10 + (digits.p[i] - '0');
    c.month = (digits.p[4] - '0') * 10 + digits.p[5] - '0';
    c.day = (digits.p[6] - '0') * 10 + digits.p[7] - '0';
    if (c.year < 1970 || !civil_valid(&c))
        return false;
    *order = civil_days(c.year, c.month, c.day);
    return true;
}

/* A log that was not rotated yet has the number 0. */
static bool rotated_of(struct slice path, struct rotated *out)
{
    size_t n = 0;
    path = without_packing(path);
    while (n < path.n && digit(path.p[path.n - 1 - n]))
        n++;
    struct slice digits = slice_from(path, path.n - n), before = slice_head(path, path.n - n);
    char parted = before.n ? before.p[before.n - 1] : 0;
    out->series = before;
    out->dated = n == 8 && (parted == '-' || parted == '.') && date_order(digits, &out->order);
    if (out->dated)
        return true;
    uint64_t number = 0;
    if (parted == '.' && slice_u64(digits, &number) && number <= NUMBER_MOST) {
        out->order = -(int64_t)number;
        out->series.n--;
        return true;
    }
    out->series = path;
    out->order = 0;
    return n == 0;
}

static int by_series(const void *a, const void *b)
{
    const struct rotated *x = a, *y = b;
    int order = slice_cmp(x->series, y->series);
    if (order)
        return order;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return x->source < y->source ? -1 : x->source > y->source;
}

/* Was another log of the instance written to between the two? */
static bool filled(const struct evidence *e, const struct source_read *from, when start, when end)
{
    for (size_t i = 0; i < e->inventory->sources_count; i++) {
        const struct source_read *r = &e->sources[i];
        if (r->counts.first != WHEN_NONE && slice_eq(r->instance, from->instance) &&
            r->counts.first < end && r->counts.last > start)
            return true;
    }
    return false;
}

static struct slice name_of(struct doc *d, const struct rotated *of, int64_t order)
{
    size_t slash = slice_rchr(of->series, '/');
    struct slice name = slash < of->series.n ? slice_from(of->series, slash + 1) : of->series;
    if (!of->dated)
        return arena_printf(&d->arena, "%.*s.%lld", SLICE_ARG(name), (long long)-order);
    struct civil c = civil_of(order * DAY, 0);
    return arena_printf(&d->arena, "%.*s%04d%02d%02d", SLICE_ARG(name), c.year, c.month, c.day);
}

static void missing_put(const struct finish *f, struct list *rows, const struct rotated *a,
                        const struct rotated *b, int64_t step)
{
    struct doc *d = f->doc;
    const struct source_read *from = &f->evidence->sources[a->source];
    const struct source_read *to = &f->evidence->sources[b->source];
    when start = from->counts.last, end = to->counts.first;
    int64_t missing = (b->order - a->order) / step - 1;
    int64_t least = a->dated ? missing * step * DAY / 2 : JOIN * SECOND;
    if (!from->instance.n || !slice_eq(from->instance, to->instance) || end - start <= least ||
        filled(f->evidence, from, start, end))
        return;
    struct slice name = name_of(d, b, a->order + step);
    if (missing > 1)
        name = arena_printf(&d->arena, "%.*s - %.*s", SLICE_ARG(name),
                            SLICE_ARG(name_of(d, b, b->order - step)));
    struct object *o = object_new(d);
    object_put(d, o, "instance", value_copy(d, KIND_PATH, from->instance));
    object_put(d, o, "start", value_number(KIND_WHEN, start));
    object_put(d, o, "end", value_number(KIND_WHEN, end));
    object_put(d, o, "why", value_token(a->dated ? "rotation_by_date" : "rotation"));
    object_put(d, o, "missing", value_number(KIND_COUNT, missing));
    object_put(d, o, "name", value_text(KIND_PATH, name));
    list_add(d, rows, value_object(o));
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* The step between the dates of a series; 0: none is usual. */
static int64_t usual_step(const struct rotated *all, size_t n)
{
    if (!all[0].dated)
        return 1;
    if (n < DATES_LEAST)
        return 0;
    int64_t *steps = mem_new(n * sizeof *steps);
    for (size_t i = 0; i + 1 < n; i++)
        steps[i] = all[i + 1].order - all[i].order;
    qsort(steps, n - 1, sizeof *steps, by_number);
    int64_t usual = steps[(n - 1) / 2];
    size_t skips = 0;
    for (size_t i = 0; i + 1 < n; i++)
        skips += steps[i] != usual;
    free(steps);
    return usual && skips * DATES_OF <= n - 1 ? usual : 0;
}

static void series_missing(const struct finish *f, struct list *rows, struct rotated *all, size_t n)
{
    size_t kept = 1;
    for (size_t i = 1; i < n; i++) /* maillog.1 and maillog.1.gz are one */
        if (all[i].order != all[kept - 1].order)
            all[kept++] = all[i];
    int64_t step = usual_step(all, kept);
    for (size_t i = 0; step && i + 1 < kept; i++)
        if (all[i + 1].order - all[i].order >= 2 * step)
            missing_put(f, rows, &all[i], &all[i + 1], step);
}

void rotations_missing(const struct finish *f, struct list *rows)
{
    const struct evidence *e = f->evidence;
    size_t count = 0;
    if (!e->inventory->sources_count)
        return;
    struct rotated *all = mem_new(e->inventory->sources_count * sizeof *all);
    for (size_t i = 0; i < e->inventory->sources_count; i++) {
        const struct source_read *r = &e->sources[i];
        if (r->counts.first == WHEN_NONE || r->epost != EPOST_NONE ||
            !rotated_of(e->inventory->sources[i].path, &all[count]))
            continue;
        all[count++].source = (uint32_t)i;
    }
    qsort(all, count, sizeof *all, by_series);
    for (size_t i = 0; i < count;) {
        size_t n = 1;
        while (i + n < count && slice_eq(all[i + n].series, all[i].series) &&
               all[i + n].dated == all[i].dated)
            n++;
        series_missing(f, rows, all + i, n);
        i += n;
    }
    free(all);
}
