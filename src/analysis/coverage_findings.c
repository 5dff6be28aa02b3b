/* What is wrong with the evidence itself, as findings: damage, missing ends, silences, absent log kinds, overlaps, logs
 * that were not understood.  Invariant: each names its place and the threshold it passed (thresholds.def). */
#include "fold.h"

static struct value count_value(uint64_t n)
{
    return value_number(KIND_COUNT, (int64_t)n);
}

static struct finding *finding_of(struct doc *d, const char *kind, enum severity severity,
                                  struct slice key, struct slice id_key)
{
    struct finding *f = doc_finding(d, kind, severity);
    f->key = value_copy(d, KIND_PATH, key);
    f->id = arena_printf(&d->arena, "%s:%.*s:-", kind, SLICE_ARG(id_key));
    f->confidence = "high";
    f->evidence = arena_alloc(&d->arena, 5 * sizeof(struct quote *));
    return f;
}

static void find_damage(const struct finish *f)
{
    const struct inventory *v = f->evidence->inventory;
    for (size_t i = 0; i < v->problems_count;) { /* sorted by input */
        uint64_t n = 0;
        uint32_t input = v->problems[i].input;
        for (; i < v->problems_count && v->problems[i].input == input; i++)
            n += !v->problems[i].note && strcmp(v->problems[i].kind, "overlap") != 0;
        if (!n || input >= v->inputs_count)
            continue;
        struct slice path = v->inputs[input].path;
        struct finding *x = finding_of(f->doc, "evidence_damaged", SEVERITY_MEDIUM, path, path);
        object_put(f->doc, x->numbers, "problems", count_value(n));
        x->test = "problems";
        x->threshold = count_value(1);
        x->observed = count_value(n);
        x->evidence_total = n;
    }
}

static void find_ends_missing(const struct finish *f)
{
    struct counts c;
    counts_total(analysis_state(f->all, ANALYSIS_counts), &c);
    if (!c.end_missing ||
        c.end_missing * 100 < c.accepted * (uint64_t)f->options->thresholds.end_missing_share)
        return;
    struct finding *x =
        finding_of(f->doc, "ends_missing", SEVERITY_LOW, SLICE("ends"), SLICE("ends"));
    object_put(f->doc, x->numbers, "n", count_value(c.end_missing));
    object_put(f->doc, x->numbers, "accepted", count_value(c.accepted));
    x->test = "end_missing_share";
    x->threshold = value_real(KIND_SHARE, (double)f->options->thresholds.end_missing_share / 100);
    x->observed = value_real(KIND_SHARE, (double)c.end_missing / (double)c.accepted);
    x->evidence_total = c.end_missing;
}

static void find_rotation(const struct finish *f, struct finding *x, const struct object *gap)
{
    bool dated = slice_eq(object_get(gap, "why")->text, SLICE("rotation_by_date"));
    object_put(f->doc, x->numbers, "n", *object_get(gap, "name"));
    object_put(f->doc, x->numbers, "what", value_token("rotation"));
    x->confidence = dated ? "medium" : "high";
    x->test = "rotation";
    x->threshold = count_value(1);
    x->observed = *object_get(gap, "missing");
}

static void find_silence(const struct finish *f, struct finding *x)
{
    object_put(f->doc, x->numbers, "n", value_number(KIND_SPAN, x->end - x->start));
    object_put(f->doc, x->numbers, "what", value_token("silence"));
    x->test = "silence";
    x->threshold = value_number(KIND_SPAN, f->options->thresholds.gap_hours * HOUR);
    x->observed = value_number(KIND_SPAN, x->end - x->start);
}

static void find_gaps(const struct finish *f, const struct list *gaps)
{
    for (size_t i = 0; i < gaps->count; i++) {
        const struct object *gap = gaps->items[i].object;
        struct slice instance = object_get(gap, "instance")->text;
        when start = object_get(gap, "start")->number;
        struct finding *x =
            finding_of(f->doc, "evidence_missing", SEVERITY_MEDIUM, instance, instance);
        char text[40];
        x->id = arena_printf(&f->doc->arena, "evidence_missing:%.*s:%.*s", SLICE_ARG(instance),
                             SLICE_ARG(when_rfc3339(start, text)));
        x->start = start;
        x->end = object_get(gap, "end")->number;
        if (slice_eq(object_get(gap, "why")->text, SLICE("silence")))
            find_silence(f, x);
        else
            find_rotation(f, x, gap);
        x->evidence_total = 1;
    }
}

static void find_absent_kind(const struct finish *f, struct slice instance, bool there,
                             const char *kind)
{
    if (there)
        return;
    struct finding *x = finding_of(f->doc, "evidence_missing", SEVERITY_LOW, instance, instance);
    x->id = arena_printf(&f->doc->arena, "evidence_missing:%.*s %s:-", SLICE_ARG(instance), kind);
    object_put(f->doc, x->numbers, "n", value_text(KIND_TEXT, slice_str(kind)));
    object_put(f->doc, x->numbers, "what", value_token("log_kind"));
    x->test = "log_kind";
    x->threshold = value_text(KIND_TEXT, slice_str(kind));
    x->observed = value_null();
    x->evidence_total = 0;
}

/* E-Post logs that are switched on one by one: without them deliveries, failures or tries are not seen. */
static void find_absent_kinds(const struct finish *f)
{
    for (size_t i = 0; i < f->evidence->instances_count; i++) {
        const struct instance_read *n = &f->evidence->instances[i];
        if (!slice_eq(n->server, SLICE("epost")))
            continue;
        find_absent_kind(f, n->id, n->has_outlocallog, "outlocallog");
        find_absent_kind(f, n->id, n->has_outlog, "outlog");
        find_absent_kind(f, n->id, n->has_faillog, "faillog");
        find_absent_kind(f, n->id, n->has_senderlog, "senderlog");
    }
}

/* What was taken for copies of one log and hardly shares a line. */
static void find_unlike(const struct finish *f, const struct overlap *o, struct finding *x)
{
    object_put(f->doc, x->numbers, "n", count_value(o->shared));
    object_put(f->doc, x->numbers, "lines", count_value(o->beside));
    x->confidence = "medium";
    x->test = "shared_lines";
    x->threshold = value_real(KIND_SHARE, 0.1);
    x->observed = value_real(KIND_SHARE, (double)o->shared / (double)o->beside);
    x->evidence_total = o->beside;
}

/* Copies that were read as one: worth knowing, nothing to mend. */
static void find_copied(const struct finish *f, const struct overlap *o, struct finding *x)
{
    object_put(f->doc, x->numbers, "n", count_value(o->duplicates));
    x->test = "overlap";
    x->threshold = value_number(KIND_SPAN, 2 * SECOND);
    x->observed = value_number(KIND_SPAN, o->end - o->start);
    x->evidence_total = o->duplicates;
}

static void find_overlaps(const struct finish *f)
{
    for (size_t i = 0; i < f->evidence->overlaps_count; i++) {
        const struct overlap *o = &f->evidence->overlaps[i];
        struct slice path = f->evidence->inventory->sources[o->first].path;
        if (!o->unlike && !o->duplicates)
            continue;
        struct finding *x = o->unlike
                                ? finding_of(f->doc, "name_shared", SEVERITY_MEDIUM, path, path)
                                : finding_of(f->doc, "evidence_overlap", SEVERITY_INFO, path, path);
        object_put(f->doc, x->numbers, "sources", count_value(o->sources));
        x->start = o->start;
        x->end = o->end;
        if (o->unlike)
            find_unlike(f, o, x);
        else
            find_copied(f, o, x);
    }
}

static void find_not_understood(const struct finish *f)
{
    for (size_t i = 0; i < f->evidence->inventory->sources_count; i++) {
        const struct source_read *r = &f->evidence->sources[i];
        uint64_t unparsed = r->counts.lines[LINE_UNPARSED], parsed = r->counts.lines[LINE_PARSED];
        if (!r->read || unparsed < 2 ||
            unparsed * 100 < (unparsed + parsed) * (uint64_t)f->options->thresholds.unparsed_share)
            continue;
        struct slice path = f->evidence->inventory->sources[i].path;
        struct finding *x = finding_of(f->doc, "log_not_understood", SEVERITY_LOW, path, path);
        object_put(f->doc, x->numbers, "n", count_value(unparsed));
        object_put(f->doc, x->numbers, "lines", count_value(r->lines));
        x->test = "unparsed_share";
        x->threshold = value_real(KIND_SHARE, (double)f->options->thresholds.unparsed_share / 100);
        x->observed = value_real(KIND_SHARE, (double)unparsed / (double)(unparsed + parsed));
        x->evidence_total = unparsed;
    }
}

/* A year goes by the first line; a log of more than a year shows by its last. */
static void find_dated_late(const struct finish *f)
{
    static const int64_t ahead = 2 * DAY; /* as for its first line: zones and clocks */
    for (size_t i = 0; i < f->evidence->inventory->sources_count; i++) {
        const struct source_read *r = &f->evidence->sources[i];
        const struct source *s = &f->evidence->inventory->sources[i];
        bool by_file = r->year_rule && (strcmp(r->year_rule, "mtime") == 0 ||
                                        strcmp(r->year_rule, "member_time") == 0);
        int64_t late;
        if (!r->read || !by_file || s->mtime == WHEN_NONE || r->counts.last == WHEN_NONE ||
            __builtin_sub_overflow(r->counts.last, s->mtime, &late) || late <= ahead)
            continue;
        struct finding *x = finding_of(f->doc, "dated_late", SEVERITY_MEDIUM, s->path, s->path);
        object_put(f->doc, x->numbers, "n", value_number(KIND_SPAN, late));
        x->confidence = "medium";
        x->start = r->counts.first;
        x->end = r->counts.last;
        x->test = "after_file";
        x->threshold = value_number(KIND_SPAN, ahead);
        x->observed = value_number(KIND_SPAN, late);
        x->evidence_total = r->lines;
    }
}

void coverage_findings(const struct finish *f, const struct list *gaps)
{
    find_damage(f);
    find_ends_missing(f);
    find_gaps(f, gaps);
    find_absent_kinds(f);
    find_overlaps(f);
    find_not_understood(f);
    find_dated_late(f);
}
