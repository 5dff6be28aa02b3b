/* The reduce and the finish: parts of a stream are joined in rank order, workers' folds are merged, what is still open
 * is settled, and the document is made.
 *
 * Invariant: nothing here depends on which worker read what. */
#include "state.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/secret.h"

#include <stdlib.h>

/* Are the logs that would show a delivery there for every day from entry to last? (E-Post) */
struct cover {
    const struct run *run;
    const struct stream *stream;
};

static bool kind_on_day(const struct cover *c, enum epost_kind kind, int64_t day)
{
    for (size_t i = 0; i < c->stream->count; i++) {
        const struct surveyed *v = &c->run->surveyed[c->stream->sources[i]];
        if (v->detection.epost == kind && v->day == day)
            return true;
    }
    return false;
}

static bool covered(void *context, when entry, when last)
{
    const struct cover *c = context;
    const struct zone *zone = c->run->surveyed[c->stream->sources[0]].zone;
    int64_t from = (entry + zone_offset(zone, entry) * SECOND) / DAY;
    int64_t to = (last + zone_offset(zone, last) * SECOND) / DAY;
    for (int64_t day = from; day <= to; day++)
        if (!kind_on_day(c, EPOST_OUTLOG, day) || !kind_on_day(c, EPOST_OUTLOCALLOG, day))
            return false;
    return true;
}

static int by_rank(const void *a, const void *b)
{
    const struct part *x = *(struct part *const *)a, *y = *(struct part *const *)b;
    if (x->stream != y->stream)
        return x->stream < y->stream ? -1 : 1;
    if (x->first_rank != y->first_rank)
        return x->first_rank < y->first_rank ? -1 : 1;
    return x->piece < y->piece ? -1 : 1;
}

static when stream_last(const struct run *r, const struct stream *s, struct slice host)
{
    when last = WHEN_NONE;
    for (size_t i = 0; i < s->count; i++) {
        const struct source_read *told = &r->evidence.sources[s->sources[i]];
        if ((!host.n || slice_eq(told->host, host)) && told->counts.last > last)
            last = told->counts.last;
    }
    return last;
}

static bool epost_kind_there(const struct run *r, const struct stream *s, enum epost_kind kind)
{
    for (size_t i = 0; i < s->count; i++)
        if (r->surveyed[s->sources[i]].detection.epost == kind)
            return true;
    return false;
}

static void tell_instance(struct run *r, const struct stream *s, const struct machine *m)
{
    struct evidence *e = &r->evidence;
    e->instances = mem_grow(e->instances, e->instances_count + 1, sizeof *e->instances);
    struct instance_read *i = &e->instances[e->instances_count++];
    *i = (struct instance_read){.id = arena_copy(&e->arena, m->instance->id),
                                .host = arena_copy(&e->arena, m->host),
                                .label = s->label,
                                .server = m->server,
                                .joined = m->trace && m->shown & SHOWN_OWN,
                                .shown = m->shown,
                                .kind = s->kind,
                                .first = WHEN_NONE,
                                .last = stream_last(r, s, m->host),
                                .lifetime = r->options.lifetime};
    if (!i->lifetime)
        i->lifetime = trace_lifetime(m->server);
    struct buf log = {0};
    name_instance(&log, (struct slice){0}, m->host, s->label);
    i->log = arena_copy(&e->arena, buf_slice(&log));
    buf_fini(&log);
    i->has_senderlog = epost_kind_there(r, s, EPOST_SENDERLOG);
    i->has_outlocallog = epost_kind_there(r, s, EPOST_OUTLOCALLOG);
    i->has_outlog = epost_kind_there(r, s, EPOST_OUTLOG);
    i->has_faillog = epost_kind_there(r, s, EPOST_FAILLOG);
    i->has_acceptlog = epost_kind_there(r, s, EPOST_ACCEPTLOG);
    for (size_t k = 0; k < s->count; k++) {
        struct source_read *told = &e->sources[s->sources[k]];
        if (m->host.n && told->host.n && !slice_eq(told->host, m->host))
            continue;
        told->instance = i->id; /* the last told stays: see by_host_and_server */
        i->sources++;
        i->lines += told->lines;
    }
}

/* The machine of a host and server in the first part that has one. */
static struct machine *first_machine(struct part **parts, size_t n, const struct machine *like)
{
    struct machine *m = NULL;
    for (size_t i = 0; i < n && !m; i++)
        m = machine_find(parts[i], like->host, like->server);
    return m;
}

/* Join the machines of one host and server through the parts of a stream; they fold to the first worker from now on. */
static void join_machine(struct run *r, struct stream *s, struct part **parts, size_t n,
                         const struct machine *like)
{
    struct machine *whole = first_machine(parts, n, like);
    for (size_t i = 0; i < n; i++) {
        struct machine *m = machine_find(parts[i], like->host, like->server);
        if (!m)
            continue;
        machine_bind(&r->workers[0], m, s->label);
        if (m != whole && m->trace)
            trace_join(whole->trace, m->trace);
        whole->shown |= m->shown;
    }
    s->whole = s->whole || (whole->trace && trace_unfit(whole->trace));
}

/* Settle what is open. */
static void finish_machine(struct run *r, struct stream *s, struct part **parts, size_t n,
                           const struct machine *like)
{
    struct machine *whole = first_machine(parts, n, like);
    if (!whole->trace) {
        tell_instance(r, s, whole);
        return;
    }
    struct cover cover = {r, s};
    struct trace_end end = {.last = stream_last(r, s, whole->host),
                            .lifetime = r->options.lifetime,
                            .context = &cover,
                            .covered = s->side_by_side ? covered : NULL};
    if (end.last == WHEN_NONE)
        end.last = stream_last(r, s, (struct slice){0});
    trace_finish(whole->trace, &end);
    r->finished = mem_grow(r->finished, r->finished_count + 1, sizeof(struct trace *));
    r->finished[r->finished_count++] = whole->trace;
    tell_instance(r, s, whole);
}

/* Backwards, and those of no server that is joined first: so the first of the others comes last, and is what a source names
 * as its instance. */
static int by_host_and_server(const void *a, const void *b)
{
    const struct machine *x = *(const struct machine *const *)a;
    const struct machine *y = *(const struct machine *const *)b;
    if (!x->trace != !y->trace)
        return x->trace ? 1 : -1;
    int order = slice_cmp(y->host, x->host);
    return order ? order : slice_cmp(y->server, x->server);
}

typedef void each_machine(struct run *r, struct stream *s, struct part **parts, size_t n,
                          const struct machine *like);

/* Call fn for each host and server of a stream. */
static void stream_machines(struct run *r, struct part **parts, size_t n, each_machine *fn)
{
    const struct machine **all = NULL;
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        for (const struct machine *m = parts[i]->machines; m; m = m->next) {
            all = mem_grow(all, count + 1, sizeof(struct machine *));
            all[count++] = m;
        }
    if (count)
        qsort(all, count, sizeof(struct machine *), by_host_and_server);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || by_host_and_server(&all[i], &all[i - 1]) != 0)
            fn(r, &r->streams[parts[0]->stream], parts, n, all[i]);
    free(all);
}

static int by_id(const void *a, const void *b)
{
    return slice_cmp(((const struct instance_read *)a)->id, ((const struct instance_read *)b)->id);
}

void part_free(struct part *p)
{
    for (struct machine *m = p->machines; m;) {
        struct machine *next = m->next;
        trace_free(m->trace);
        free(m);
        m = next;
    }
    tab_fini(&p->by_name);
    free(p);
}

/* Call fn for each machine of each stream, the parts of a stream in their order. */
static void all_machines(struct run *r, each_machine *fn)
{
    struct part **all = NULL;
    size_t count = 0;
    for (size_t i = 0; i < r->workers_count; i++) {
        struct worker *w = &r->workers[i];
        all = mem_grow(all, count + w->parts_count + 1, sizeof(struct part *));
        if (w->parts_count)
            memcpy(all + count, w->parts, w->parts_count * sizeof(struct part *));
        count += w->parts_count;
    }
    if (count)
        qsort(all, count, sizeof(struct part *), by_rank);
    for (size_t i = 0; i < count;) {
        size_t n = 1;
        while (i + n < count && all[i + n]->stream == all[i]->stream)
            n++;
        stream_machines(r, all + i, n, fn);
        i += n;
    }
    free(all);
}

bool join_parts(struct run *r)
{
    size_t before = 0, after = 0;
    carried_join(r);
    for (size_t i = 0; i < r->streams_count; i++)
        before += r->streams[i].whole;
    all_machines(r, join_machine);
    for (size_t i = 0; i < r->streams_count; i++)
        after += r->streams[i].whole;
    r->joined = true;
    return after == before;
}

void finish_parts(struct run *r)
{
    if (r->finished_parts)
        return;
    if (!r->joined)
        join_parts(r);
    r->finished_parts = true;
    all_machines(r, finish_machine);
    traces_meet(r->finished, r->finished_count);
    free(r->finished);
    r->finished = NULL;
    r->finished_count = 0;
    for (size_t i = 0; i < r->workers_count; i++) {
        struct worker *w = &r->workers[i];
        for (size_t k = 0; k < w->parts_count; k++)
            part_free(w->parts[k]);
        w->parts_count = 0;
        if (i)
            analyses_merge(r->workers[0].analyses, w->analyses);
    }
    if (r->evidence.instances_count)
        qsort(r->evidence.instances, r->evidence.instances_count, sizeof *r->evidence.instances,
              by_id);
}

/* A whole duplicate: its lines are those of the source it repeats, in the class of their own. */
static void tell_duplicates(struct run *r)
{
    for (uint32_t i = 0; i < r->inventory.sources_count; i++) {
        struct source_read *told = &r->evidence.sources[i];
        if (told->duplicate_of == NO_SOURCE || told->read)
            continue;
        const struct source_read *first = &r->evidence.sources[told->duplicate_of];
        if (!first->read)
            continue;
        told->status = STATUS_DUPLICATE;
        told->bytes = told->counts.bytes[LINE_DUPLICATE] = first->bytes;
        told->lines = told->counts.lines[LINE_DUPLICATE] = first->lines;
        told->counts.first = first->counts.first;
        told->counts.last = first->counts.last;
        told->instance = first->instance;
        memcpy(told->sha256, first->sha256, sizeof told->sha256);
    }
}

static void tell_note(struct run *r, uint32_t source, const char *kind, uint64_t n,
                      const char *what)
{
    if (!n)
        return;
    struct slice text =
        arena_printf(&r->evidence.arena, "%llu of its stamps %s", (unsigned long long)n, what);
    struct problem p = {.input = r->inventory.sources[source].input,
                        .source = source,
                        .kind = kind,
                        .note = true,
                        .offset = NO_OFFSET,
                        .text = text};
    inventory_problem(&r->inventory, &p);
}

/* Stamps that are no date, and local ones that daylight saving makes doubtful: what is told of these was decided by a rule. */
static void tell_clock(struct run *r, uint32_t source)
{
    const struct reader_counts *c = &r->evidence.sources[source].counts;
    tell_note(r, source, "dateless", c->dateless,
              "name a date or time that no calendar has: their lines count, but at no time");
    tell_note(r, source, "dst_fold", c->folds,
              "lie in an hour that came twice: the order of the lines says which of the two, and "
              "without it the first is taken, so that they may be an hour early");
    tell_note(r, source, "dst_gap", c->gaps,
              "name an hour that was left out when the clock went forward: they are read by the "
              "offset before it");
}

static void tell_results(struct run *r)
{
    for (uint32_t i = 0; i < r->inventory.sources_count; i++) {
        struct lines_result *result = &r->results[i];
        struct input *input = &r->inventory.inputs[r->inventory.sources[i].input];
        if (!r->evidence.sources[i].read)
            continue;
        tell_clock(r, i);
        tell_zone(r, i);
        for (size_t k = 0; k < result->problems_count; k++) {
            struct problem p = result->problems[k];
            p.source = i;
            p.input = r->inventory.sources[i].input;
            inventory_problem(&r->inventory, &p);
        }
        if (result->input_sha256[0]) {
            memcpy(input->sha256, result->input_sha256, sizeof input->sha256);
            input->bytes = result->input_bytes;
        }
        if (result->status > input->status && input->status == STATUS_OK)
            input->status = result->status;
        if (result->sha256[0])
            memcpy(r->inventory.sources[i].sha256, result->sha256, sizeof result->sha256);
    }
}

static int by_place(const void *a, const void *b)
{
    const struct problem *x = a, *y = b;
    if (x->input != y->input)
        return x->input < y->input ? -1 : 1;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    int order = strcmp(x->kind, y->kind);
    return order ? order : slice_cmp(x->text, y->text);
}

struct run_result run_result(const struct run *r)
{
    struct run_result result = {0};
    for (size_t i = 0; i < r->inventory.sources_count; i++) {
        const struct source_read *told = &r->evidence.sources[i];
        result.usable += told->counts.lines[LINE_PARSED] > 0;
        result.lines += told->lines;
    }
    for (size_t i = 0; i < r->inventory.problems_count; i++)
        result.problems += !r->inventory.problems[i].note;
    return result;
}

static void root_keys(struct doc *d)
{
    static const char *const keys[] = {
        "schema",   "tool",     "case",    "evidence", "instances", "messages", "recipients",
        "attempts", "dwell",    "bursts",  "bounces",  "queue",     "logins",   "services",
        "volume",   "timeline", "compare", "findings", "outputs"};
    d->root = object_new(d);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        object_put(d, d->root, keys[i], value_null());
}

static void put_case(struct run *r, struct doc *d)
{
    struct object *o = object_new(d), *options = object_new(d);
    object_put(d, o, "title", value_copy(d, KIND_TEXT, d->title));
    object_put(d, o, "timezone", value_copy(d, KIND_TEXT, zone_name(d->zone)));
    object_put(d, o, "since", value_number(KIND_WHEN, r->options.since));
    object_put(d, o, "until", value_number(KIND_WHEN, r->options.until));
    object_put(d, o, "first", value_number(KIND_WHEN, d->first));
    object_put(d, o, "last", value_number(KIND_WHEN, d->last));
    struct list *rows = list_new(d);
    for (size_t i = 0; i < r->options.told_count; i++) {
        const struct assignment *a = &r->options.told[i];
        char *name = arena_alloc(&d->arena, a->name.n + 1);
        memcpy(name, a->name.p, a->name.n);
        object_put(d, options, name, value_copy(d, KIND_TEXT, a->value));
        struct object *row = object_new(d);
        object_put(d, row, "name", value_copy(d, KIND_TEXT, a->name));
        object_put(d, row, "value", value_copy(d, KIND_TEXT, a->value));
        list_add(d, rows, value_object(row));
    }
    object_put(d, o, "options", value_object(options));
    object_put(d, o, "own_domains", value_null());
    object_put(d, d->root, "case", value_object(o));
    static const struct column columns[] = {{"name", KIND_TEXT}, {"value", KIND_TEXT}};
    if (rows->count) {
        struct section *s = doc_section(d, "options");
        s->appendix = true;
        section_table(d, s, "rules.options", rows, columns, 2);
    }
}

static void put_span(struct run *r, struct doc *d)
{
    d->first = d->last = WHEN_NONE;
    for (size_t i = 0; i < r->inventory.sources_count; i++) {
        const struct reader_counts *c = &r->evidence.sources[i].counts;
        if (c->first != WHEN_NONE && (d->first == WHEN_NONE || c->first < d->first))
            d->first = c->first;
        if (c->last > d->last)
            d->last = c->last;
    }
}

static int by_source(const void *a, const void *b)
{
    const struct quote *x = *(struct quote *const *)a, *y = *(struct quote *const *)b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

struct quoting {
    struct quote **quotes;
    struct arena *arena;
};

static void quote_found(void *context, size_t i, struct slice text)
{
    struct quoting *q = context;
    q->quotes[i]->text = secret_masked(q->arena, text);
    q->quotes[i]->quoted = true;
}

/* Of logs that came themselves with the partial files. */
static void quote_carried(struct run *r, struct wanted *rows, struct quote **sorted, size_t count,
                          struct doc *d)
{
    for (size_t i = 0, n; i < count; i += n) {
        struct quoting quoting = {sorted + i, &d->arena};
        for (n = 0; i + n < count && rows[i + n].source == rows[i].source; n++)
            ;
        if (carried(r, rows[i].source))
            lines_fetch(r, rows + i, n, quote_found, &quoting);
    }
}

/* Fetch the raw lines of all quotes; or take them from what came with the partial files. */
static void quote_pass(struct run *r, struct doc *d)
{
    if (!d->quotes_count)
        return;
    size_t n = d->quotes_count;
    struct quote **sorted = mem_grow(NULL, n, sizeof *sorted);
    struct wanted *rows = mem_new(n * sizeof *rows);
    struct quoting quoting = {sorted, &d->arena};
    memcpy(sorted, d->quotes, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_source);
    for (size_t i = 0; i < n; i++) {
        sorted[i]->line = line_of(r, sorted[i]->source, sorted[i]->offset, sorted[i]->line);
        struct slice text;
        rows[i] = (struct wanted){.source = sorted[i]->source, .offset = sorted[i]->offset};
        if (r->planned && kept_find(r, rows[i].source, rows[i].offset, &text))
            quote_found(&quoting, i, text);
    }
    if (!r->planned)
        lines_fetch(r, rows, n, quote_found, &quoting);
    else
        quote_carried(r, rows, sorted, n, d);
    free(sorted);
    free(rows);
}

/* What was left out is said first. */
static void summary_period(struct doc *d, when since, when until)
{
    if (since == WHEN_NONE && until == WHEN_NONE)
        return;
    struct object *o = doc_sentence(d, until == WHEN_NONE   ? "summary.since"
                                       : since == WHEN_NONE ? "summary.until"
                                                            : "summary.since_until");
    object_put(d, o, "since", value_number(KIND_WHEN, since));
    object_put(d, o, "until", value_number(KIND_WHEN, until));
}

static void summary_start(struct doc *d, const struct run_result *result)
{
    struct object *o = doc_sentence(d, result->usable ? "summary.period" : "summary.none");
    object_put(d, o, "first", value_number(KIND_WHEN, d->first));
    object_put(d, o, "last", value_number(KIND_WHEN, d->last));
    object_put(d, o, "lines", value_number(KIND_COUNT, (int64_t)result->lines));
}

struct doc *run_finish(struct run *r)
{
    struct doc *d = doc_new();
    tell_results(r);
    finish_parts(r);
    tell_duplicates(r);
    tell_copies(r);
    if (r->inventory.problems_count)
        qsort(r->inventory.problems, r->inventory.problems_count, sizeof *r->inventory.problems,
              by_place);
    root_keys(d);
    d->title = r->options.title;
    d->zone = r->report_zone;
    d->top = r->options.top;
    put_span(r, d);
    struct run_result result = run_result(r);
    object_put(d, d->root, "schema", value_text(KIND_TOKEN, SLICE("postmortem/report/1")));
    put_case(r, d);
    summary_period(d, r->options.since, r->options.until);
    summary_start(d, &result);
    analyses_finish(r->workers[0].analyses, &r->evidence, d);
    quote_pass(r, d);
    return d;
}
