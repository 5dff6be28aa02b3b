/* How far the evidence can be trusted: every line in one class, every equation shown with both sides, gaps, damage, and
 * what these logs cannot tell (analyses 1, 6).
 *
 * Invariant: the sides of an equation are counted apart; nothing here is made to fit.  A log is silent for a gap when
 * it has no line at all for gap_hours whole hours or more, and for three times what is usual for it. */
#include "fold.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

struct rhythm {
    struct tab hours; /* hours in which a line was written, big-endian; rows are empty */
};

static void *coverage_open(const struct analysis_options *o)
{
    (void)o;
    struct tab *t = mem_new(sizeof *t);
    tab_init(t, sizeof(struct rhythm));
    return t;
}

static void coverage_close(void *state)
{
    struct tab *t = state;
    for (size_t i = 0; i < t->count; i++)
        tab_fini(&((struct rhythm *)t->entries[i].row)->hours);
    tab_fini(t);
    free(t);
}

static void rhythm_note(struct rhythm *r, int64_t hour)
{
    char key[8];
    if (!r->hours.row_size)
        tab_init(&r->hours, 1);
    tab_row(&r->hours, bucket_key(hour, key));
}

static void coverage_hour(void *state, struct instance *i, when hour)
{
    if (!i->rows[ANALYSIS_coverage])
        i->rows[ANALYSIS_coverage] = tab_row(state, i->id);
    rhythm_note(i->rows[ANALYSIS_coverage], bucket_of(hour, HOUR));
}

static void rhythm_add(void *into, const void *from)
{
    const struct rhythm *r = from;
    for (size_t i = 0; i < r->hours.count; i++)
        rhythm_note(into, bucket_number(r->hours.entries[i].key));
}

static void coverage_merge(void *into, void *from)
{
    tab_merge(into, from, rhythm_add);
}

static void hour_save(struct buf *out, void *row)
{
    (void)out;
    (void)row;
}

static bool hour_load(struct slice *in, void *row)
{
    (void)in;
    (void)row;
    return true;
}

static void rhythm_save(struct buf *out, void *row)
{
    tab_save(&((struct rhythm *)row)->hours, out, hour_save);
}

static bool rhythm_load(struct slice *in, void *row)
{
    struct rhythm *r = row;
    tab_init(&r->hours, 1);
    return tab_load(&r->hours, in, hour_load) && buckets_sound(&r->hours, HOUR);
}

static void coverage_save(void *state, struct buf *out)
{
    tab_save(state, out, rhythm_save);
}

static bool coverage_load(void *state, struct slice *in, uint32_t sources)
{
    (void)sources;
    return tab_load(state, in, rhythm_load);
}

static struct value count_value(uint64_t n)
{
    return value_number(KIND_COUNT, (int64_t)n);
}

static struct value copy_or_null(struct doc *d, enum kind kind, struct slice s)
{
    return s.n ? value_copy(d, kind, s) : value_null();
}

static struct value text_or_null(enum kind kind, const char *s)
{
    return s && *s ? value_text(kind, slice_str(s)) : value_null();
}

/* Gaps. */

static int int64_order(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* The silence, in whole hours, that is usual for an instance: the 98th percentile between active hours. */
static int64_t usual_silence(const struct tab *hours)
{
    size_t n = hours->count - 1;
    int64_t *silences = mem_grow(NULL, n, sizeof *silences);
    for (size_t i = 0; i < n; i++)
        silences[i] =
            bucket_number(hours->entries[i + 1].key) - bucket_number(hours->entries[i].key) - 1;
    qsort(silences, n, sizeof *silences, int64_order);
    int64_t usual = silences[(n - 1) * 98 / 100];
    free(silences);
    return usual;
}

/* Does a row of the first n tell of the same time already? */
static bool gap_told(const struct list *rows, size_t n, struct slice instance, when start, when end)
{
    for (size_t i = 0; i < n; i++) {
        const struct object *o = rows->items[i].object;
        if (slice_eq(object_get(o, "instance")->text, instance) &&
            object_get(o, "start")->number < end && object_get(o, "end")->number > start)
            return true;
    }
    return false;
}

static void gaps_of(struct doc *d, struct slice instance, struct rhythm *r, int64_t least,
                    struct list *rows)
{
    size_t rotations = rows->count;
    tab_sort(&r->hours);
    if (r->hours.count < 3)
        return;
    int64_t usual = usual_silence(&r->hours);
    for (size_t i = 0; i + 1 < r->hours.count; i++) {
        int64_t from = bucket_number(r->hours.entries[i].key) + 1;
        int64_t to = bucket_number(r->hours.entries[i + 1].key);
        if (to - from < least || to - from < 3 * (usual + 1) ||
            gap_told(rows, rotations, instance, from * HOUR, to * HOUR))
            continue;
        struct object *o = object_new(d);
        object_put(d, o, "instance", value_copy(d, KIND_PATH, instance));
        object_put(d, o, "start", value_number(KIND_WHEN, from * HOUR));
        object_put(d, o, "end", value_number(KIND_WHEN, to * HOUR));
        object_put(d, o, "why", value_token("silence"));
        object_put(d, o, "missing", value_null());
        object_put(d, o, "name", value_null());
        list_add(d, rows, value_object(o));
    }
}

static int by_instance(const void *a, const void *b)
{
    const struct object *x = ((const struct value *)a)->object;
    const struct object *y = ((const struct value *)b)->object;
    int order = slice_cmp(object_get(x, "instance")->text, object_get(y, "instance")->text);
    when from = object_get(x, "start")->number, other = object_get(y, "start")->number;
    return order ? order : (from > other) - (from < other);
}

/* A log, and the instances of it: several servers may write one. */
struct log {
    size_t
        spokesman; /* number from 1 of the instance its gaps are told of: the first that is joined, else the first */
    bool gap;
};

static void logs_of(const struct evidence *e, struct tab *logs)
{
    tab_init(logs, sizeof(struct log));
    for (size_t i = 0; i < e->instances_count; i++) {
        struct log *log = tab_row(logs, e->instances[i].log);
        if (!log->spokesman || (e->instances[i].joined && !e->instances[log->spokesman - 1].joined))
            log->spokesman = i + 1;
    }
}

static struct list *gap_rows(struct tab *state, const struct finish *f, const struct tab *logs)
{
    struct list *rows = list_new(f->doc);
    rotations_missing(f, rows);
    for (size_t i = 0; i < f->evidence->instances_count; i++) {
        const struct instance_read *n = &f->evidence->instances[i];
        struct rhythm *r = tab_find(state, n->log);
        const struct log *log = tab_find(logs, n->log);
        if (r && log->spokesman == i + 1)
            gaps_of(f->doc, n->id, r, f->options->thresholds.gap_hours, rows);
    }
    if (rows->count)
        qsort(rows->items, rows->count, sizeof *rows->items, by_instance);
    return rows;
}

/* Counts of the instances of a log that has a gap are at least so high. */
static void put_at_least(const struct evidence *e, struct doc *d, const struct list *gaps,
                         const struct tab *logs)
{
    const struct list *instances = object_get(d->root, "instances")->list;
    struct tab by_id;
    tab_init(&by_id, sizeof(struct log *));
    for (size_t i = 0; i < e->instances_count; i++)
        *(struct log **)tab_row(&by_id, e->instances[i].id) = tab_find(logs, e->instances[i].log);
    for (size_t i = 0; i < gaps->count; i++) {
        struct log **log = tab_find(&by_id, object_get(gaps->items[i].object, "instance")->text);
        if (log)
            (*log)->gap = true;
    }
    for (size_t i = 0; i < e->instances_count; i++) {
        const struct log *log = tab_find(logs, e->instances[i].log);
        object_put(d, instances->items[i].object, "at_least", value_number(KIND_BOOL, log->gap));
    }
    tab_fini(&by_id);
    if (!gaps->count)
        return;
    struct object *said = doc_sentence(d, "summary.at_least");
    object_put(d, said, "gaps", count_value(gaps->count));
}

/* Inventory. */

static struct object *class_object(struct doc *d, const uint64_t n[LINE_CLASSES], enum kind kind)
{
    struct object *o = object_new(d);
    uint64_t read = 0;
    for (unsigned c = 0; c < LINE_CLASSES; c++)
        read += n[c];
    object_put(d, o, "read", value_number(kind, (int64_t)read));
    for (unsigned c = 0; c < LINE_CLASSES; c++)
        object_put(d, o, line_class_names[c], value_number(kind, (int64_t)n[c]));
    return o;
}

static struct value input_row(struct doc *d, const struct input *in, size_t id)
{
    struct object *o = object_new(d);
    object_put(d, o, "id", count_value(id));
    object_put(d, o, "path", value_copy(d, KIND_PATH, in->path));
    object_put(d, o, "bytes", value_number(KIND_BYTES, (int64_t)in->bytes));
    object_put(d, o, "sha256", text_or_null(KIND_HASH, in->sha256));
    object_put(d, o, "status", value_token(status_names[in->status]));
    object_put(d, o, "note", copy_or_null(d, KIND_TEXT, in->note));
    return value_object(o);
}

static struct value dialects_value(struct doc *d, const struct reader_counts *counts)
{
    struct object *o = object_new(d);
    for (unsigned i = 0; i < DIALECT_COUNT; i++)
        if (counts->dialect_records[i])
            object_put(d, o, dialect_name(i), count_value(counts->dialect_records[i]));
    return value_object(o);
}

static void source_identity(struct doc *d, struct object *o, const struct source_read *r)
{
    object_put(d, o, "framing", text_or_null(KIND_TOKEN, r->framing));
    object_put(d, o, "dialects", dialects_value(d, &r->counts));
    object_put(d, o, "host", copy_or_null(d, KIND_PATH, r->host));
    object_put(d, o, "instance", copy_or_null(d, KIND_PATH, r->instance));
    object_put(d, o, "encoding", text_or_null(KIND_TOKEN, r->encoding));
    object_put(d, o, "zone", copy_or_null(d, KIND_TEXT, r->zone));
    object_put(d, o, "zone_rule", value_token(r->zone_rule));
    object_put(d, o, "year_rule", value_token(r->year_rule));
    object_put(d, o, "confidence", value_token(r->confidence));
}

static struct value source_row(struct doc *d, const struct source *s, const struct source_read *r,
                               size_t id)
{
    struct object *o = object_new(d);
    object_put(d, o, "id", count_value(id));
    object_put(d, o, "input", count_value(s->input));
    object_put(d, o, "path", value_copy(d, KIND_PATH, s->path));
    source_identity(d, o, r);
    object_put(d, o, "first", value_number(KIND_WHEN, r->counts.first));
    object_put(d, o, "last", value_number(KIND_WHEN, r->counts.last));
    object_put(d, o, "bytes", value_number(KIND_BYTES, (int64_t)r->bytes));
    object_put(d, o, "sha256", text_or_null(KIND_HASH, r->sha256));
    object_put(d, o, "lines", value_object(class_object(d, r->counts.lines, KIND_COUNT)));
    object_put(d, o, "bytes_by_class", value_object(class_object(d, r->counts.bytes, KIND_BYTES)));
    object_put(d, o, "status", value_token(status_names[r->status]));
    object_put(d, o, "note", text_or_null(KIND_TOKEN, r->note));
    return value_object(o);
}

static struct value problem_row(struct doc *d, const struct problem *p)
{
    struct object *o = object_new(d);
    object_put(d, o, "input", count_value(p->input));
    object_put(d, o, "source", p->source == NO_SOURCE ? value_null() : count_value(p->source));
    object_put(d, o, "kind", value_token(p->kind));
    object_put(d, o, "offset", p->offset == NO_OFFSET ? value_null() : count_value(p->offset));
    object_put(d, o, "line", p->line ? count_value(p->line) : value_null());
    object_put(d, o, "text", value_copy(d, KIND_TEXT, p->text));
    object_put(d, o, "note", value_number(KIND_BOOL, p->note));
    return value_object(o);
}

struct totals {
    uint64_t lines[LINE_CLASSES], bytes[LINE_CLASSES], all_bytes, problems, notes;
};

static void totals_of(const struct evidence *e, struct totals *t)
{
    *t = (struct totals){0};
    for (size_t i = 0; i < e->inventory->sources_count; i++) {
        const struct source_read *r = &e->sources[i];
        for (unsigned c = 0; c < LINE_CLASSES; c++) {
            t->lines[c] += r->counts.lines[c];
            t->bytes[c] += r->counts.bytes[c];
        }
        t->all_bytes += r->bytes;
    }
    for (size_t i = 0; i < e->inventory->problems_count; i++)
        *(e->inventory->problems[i].note ? &t->notes : &t->problems) += 1;
}

static struct value totals_value(struct doc *d, const struct evidence *e, const struct totals *t)
{
    struct object *o = object_new(d);
    object_put(d, o, "inputs", count_value(e->inventory->inputs_count));
    object_put(d, o, "sources", count_value(e->inventory->sources_count));
    object_put(d, o, "bytes", value_number(KIND_BYTES, (int64_t)t->all_bytes));
    object_put(d, o, "lines", value_object(class_object(d, t->lines, KIND_COUNT)));
    object_put(d, o, "bytes_by_class", value_object(class_object(d, t->bytes, KIND_BYTES)));
    object_put(d, o, "problems", count_value(t->problems));
    object_put(d, o, "notes", count_value(t->notes));
    return value_object(o);
}

/* What the evidence can answer. */

enum { NOT_OBSERVABLE, PARTIAL, FULL };
static const char *const answer_names[] = {"not_observable", "partial", "full"};

/* What one instance answers, and why not more. */
struct answer {
    int answer;
    const char *why; /* NULL: it has nothing to do with the question */
};

static const struct answer nothing_asked = {NOT_OBSERVABLE, NULL}, all_there = {FULL, "all_there"};

static bool of_server(const struct instance_read *n, const char *server)
{
    return slice_eq(n->server, slice_str(server));
}

/* What times of delivery tell; where all are there, why says how exactly. */
static struct answer times_of(const struct instance_read *n, const char *why)
{
    if (!has_queue(n))
        return nothing_asked;
    if (!of_server(n, "epost"))
        return all_there;
    return n->has_outlocallog ? (struct answer){FULL, why}
                              : (struct answer){PARTIAL, "log_kind_absent_outlocallog"};
}

static struct answer dwell_answer(const struct instance_read *n)
{
    return times_of(n, "second_resolution");
}

static struct answer depth_answer(const struct instance_read *n)
{
    return times_of(n, "estimated_starts");
}

static struct answer queued_answer(const struct instance_read *n)
{
    return times_of(n, "all_there");
}

static struct answer deferrals_answer(const struct instance_read *n)
{
    if (!has_queue(n))
        return nothing_asked;
    return !of_server(n, "epost") || n->has_senderlog
               ? all_there
               : (struct answer){NOT_OBSERVABLE, "log_kind_absent_senderlog"};
}

/* qmail's own log tells nothing of it; lines of its neighbours may. */
static struct answer qmail_answer(const struct instance_read *n, unsigned beside)
{
    return n->shown & beside ? (struct answer){PARTIAL, "apart_from_mail"}
                             : (struct answer){NOT_OBSERVABLE, "stock_qmail_logs_none"};
}

static struct answer client_answer(const struct instance_read *n)
{
    if (!has_queue(n))
        return nothing_asked;
    if (of_server(n, "qmail"))
        return qmail_answer(n, SHOWN_CLIENT_BESIDE);
    /* a log of Postfix may be its queue manager's and deliveries alone */
    if (of_server(n, "postfix") && !(n->shown & SHOWN_CLIENT))
        return (struct answer){NOT_OBSERVABLE, "not_in_logs"};
    return all_there;
}

static struct answer login_answer(const struct instance_read *n)
{
    if (of_server(n, "epost") && has_queue(n) && !n->has_acceptlog)
        return (struct answer){NOT_OBSERVABLE, "not_in_logs"};
    if (of_server(n, "sendmail") && has_queue(n))
        return (struct answer){PARTIAL, "apart_from_mail"};
    return client_answer(n);
}

static struct answer refusals_answer(const struct instance_read *n)
{
    if (of_server(n, "qmail"))
        return has_queue(n) || n->shown & SHOWN_REFUSAL_BESIDE
                   ? qmail_answer(n, SHOWN_REFUSAL_BESIDE)
                   : nothing_asked;
    if (of_server(n, "epost") && has_queue(n))
        return (struct answer){n->has_acceptlog ? PARTIAL : NOT_OBSERVABLE, "not_in_logs"};
    return n->joined && n->shown & SHOWN_REFUSAL ? all_there : client_answer(n);
}

/* What all instances answer together: as much as the one that tells most, but in part where another tells less, for the
 * reason of the one that tells least. */
static struct answer answer_of(const struct evidence *e,
                               struct answer (*ask)(const struct instance_read *n))
{
    struct answer least = nothing_asked;
    int most = NOT_OBSERVABLE;
    for (size_t i = 0; i < e->instances_count; i++) {
        struct answer a = ask(&e->instances[i]);
        if (!a.why)
            continue;
        most = a.answer > most ? a.answer : most;
        bool less = !least.why || a.answer < least.answer;
        if (less || (a.answer == least.answer && strcmp(least.why, "all_there") == 0))
            least = a;
    }
    if (!least.why)
        return (struct answer){NOT_OBSERVABLE, "no_queue"};
    return (struct answer){least.answer == most ? most : PARTIAL, least.why};
}

static struct list *question_rows(const struct finish *f)
{
    static const struct {
        const char *name;
        struct answer (*ask)(const struct instance_read *n);
    } questions[] = {{"dwell", dwell_answer},         {"queue_depth", depth_answer},
                     {"deferrals", deferrals_answer}, {"queued_at_end", queued_answer},
                     {"client", client_answer},       {"login", login_answer},
                     {"refusals", refusals_answer}};
    struct doc *d = f->doc;
    struct list *rows = list_new(d);
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        struct answer a = answer_of(f->evidence, questions[i].ask);
        struct object *o = object_new(d);
        object_put(d, o, "question", value_token(questions[i].name));
        object_put(d, o, "answer", value_token(answer_names[a.answer]));
        object_put(d, o, "why", value_token(a.why));
        list_add(d, rows, value_object(o));
    }
    return rows;
}

/* Equations. */

static void equation(struct doc *d, struct list *rows, const char *name, uint64_t left,
                     uint64_t right)
{
    struct object *o = object_new(d);
    object_put(d, o, "equation", value_token(name));
    object_put(d, o, "left", count_value(left));
    object_put(d, o, "right", count_value(right));
    object_put(d, o, "difference", value_number(KIND_COUNT, (int64_t)(left - right)));
    object_put(d, o, "holds", value_token(left == right ? "yes" : "no"));
    list_add(d, rows, value_object(o));
}

static uint64_t sum(const uint64_t n[LINE_CLASSES])
{
    uint64_t all = 0;
    for (unsigned c = 0; c < LINE_CLASSES; c++)
        all += n[c];
    return all;
}

static struct list *equation_rows(const struct finish *f, const struct totals *t)
{
    struct doc *d = f->doc;
    struct list *rows = list_new(d);
    struct counts c;
    uint64_t lines = 0, ends = 0;
    counts_total(analysis_state(f->all, ANALYSIS_counts), &c);
    for (size_t i = 0; i < f->evidence->inventory->sources_count; i++)
        lines += f->evidence->sources[i].lines;
    for (unsigned end = RECIPIENT_DELIVERED; end < RECIPIENT_ENDS; end++)
        ends += c.ends[end];
    equation(d, rows, "lines_balance", lines, sum(t->lines));
    equation(d, rows, "bytes_balance", t->all_bytes, sum(t->bytes));
    if (!queue_seen(f->evidence))
        return rows;
    equation(d, rows, "messages_balance", c.accepted, c.finished + c.queued + c.end_missing);
    equation(d, rows, "recipients_balance", c.recipients, ends);
    equation(d, rows, "dwell_balance", dwell_accounted(analysis_state(f->all, ANALYSIS_dwell)),
             c.ends[RECIPIENT_DELIVERED] + c.delivered_before);
    return rows;
}

static struct list *class_rows(struct doc *d, const struct totals *t)
{
    struct list *rows = list_new(d);
    uint64_t all = sum(t->lines);
    for (unsigned c = 0; c < LINE_CLASSES; c++) {
        struct object *o = object_new(d);
        object_put(d, o, "class", value_token(line_class_names[c]));
        object_put(d, o, "lines", count_value(t->lines[c]));
        object_put(d, o, "bytes", value_number(KIND_BYTES, (int64_t)t->bytes[c]));
        object_put(d, o, "share",
                   value_real(KIND_SHARE, all ? (double)t->lines[c] / (double)all : 0));
        list_add(d, rows, value_object(o));
    }
    return rows;
}

/* The document. */

static const struct column input_columns[] = {{"id", KIND_COUNT},     {"path", KIND_PATH},
                                              {"bytes", KIND_BYTES},  {"sha256", KIND_HASH},
                                              {"status", KIND_TOKEN}, {"note", KIND_TEXT}};
static const struct column source_columns[] = {
    {"id", KIND_COUNT},           {"path", KIND_PATH},
    {"framing", KIND_TOKEN},      {"host", KIND_PATH},
    {"instance", KIND_PATH},      {"encoding", KIND_TOKEN},
    {"zone", KIND_TEXT},          {"zone_rule", KIND_TOKEN},
    {"year_rule", KIND_TOKEN},    {"confidence", KIND_TOKEN},
    {"first", KIND_WHEN},         {"last", KIND_WHEN},
    {"bytes", KIND_BYTES},        {"lines.read", KIND_COUNT},
    {"lines.parsed", KIND_COUNT}, {"lines.unparsed", KIND_COUNT},
    {"status", KIND_TOKEN},       {"sha256", KIND_HASH},
    {"note", KIND_TOKEN}};
static const struct column equation_columns[] = {{"equation", KIND_TOKEN},
                                                 {"left", KIND_COUNT},
                                                 {"right", KIND_COUNT},
                                                 {"difference", KIND_COUNT},
                                                 {"holds", KIND_TOKEN}};
static const struct column class_columns[] = {
    {"class", KIND_TOKEN}, {"lines", KIND_COUNT}, {"bytes", KIND_BYTES}, {"share", KIND_SHARE}};
static const struct column question_columns[] = {
    {"question", KIND_TOKEN}, {"answer", KIND_TOKEN}, {"why", KIND_TOKEN}};
static const struct column problem_columns[] = {{"input", KIND_COUNT},
                                                {"kind", KIND_TOKEN},
                                                {"offset", KIND_COUNT},
                                                {"line", KIND_COUNT},
                                                {"text", KIND_TEXT}};
static const struct column gap_columns[] = {{"instance", KIND_PATH}, {"start", KIND_WHEN},
                                            {"end", KIND_WHEN},      {"why", KIND_TOKEN},
                                            {"missing", KIND_COUNT}, {"name", KIND_PATH}};
static const struct column threshold_columns[] = {
    {"kind", KIND_TOKEN}, {"threshold", KIND_TEXT}, {"observed_meaning", KIND_TOKEN}};
#define TABLE(doc, section, id, rows, columns)                                                     \
    section_table(doc, section, id, rows, columns, sizeof columns / sizeof columns[0])

static struct value threshold_value(int64_t n, const char *unit)
{
    if (unit[0] == 's')
        return value_number(KIND_SPAN, n * SECOND);
    return unit[0] == 'p' ? value_real(KIND_SHARE, (double)n / 100) : value_number(KIND_COUNT, n);
}

static struct list *threshold_rows(const struct finish *f)
{
    struct doc *d = f->doc;
    struct list *rows = list_new(d);
    struct object *o;
#define THRESHOLD(name, fallback, unit, meaning)                                                   \
    o = object_new(d);                                                                             \
    object_put(d, o, "kind", value_token(#name));                                                  \
    object_put(d, o, "threshold", threshold_value(f->options->thresholds.name, unit));             \
    object_put(d, o, "observed_meaning", value_token("threshold." #name));                         \
    list_add(d, rows, value_object(o));
#include "postmortem/analysis/thresholds.def"
#undef THRESHOLD
    return rows;
}

static void coverage_summary(struct doc *d, const struct totals *t)
{
    uint64_t parsed = t->lines[LINE_PARSED], unparsed = t->lines[LINE_UNPARSED];
    double share = parsed + unparsed ? (double)parsed / (double)(parsed + unparsed) : 0;
    doc_tile(d, "evidence_share", value_real(KIND_SHARE, share));
    struct object *o = doc_sentence(d, "summary.trust");
    object_put(d, o, "share", value_real(KIND_SHARE, share));
    object_put(d, o, "lines", count_value(sum(t->lines)));
    object_put(d, o, "problems", count_value(t->problems));
}

static void coverage_finish(void *state, const struct finish *f)
{
    struct doc *d = f->doc;
    const struct evidence *e = f->evidence;
    struct object *o = object_new(d);
    struct tab logs;
    logs_of(e, &logs);
    struct list *inputs = list_new(d), *problems = list_new(d), *gaps = gap_rows(state, f, &logs);
    struct totals t;
    totals_of(e, &t);
    for (size_t i = 0; i < e->inventory->inputs_count; i++)
        list_add(d, inputs, input_row(d, &e->inventory->inputs[i], i));
    d->sources = list_new(d);
    for (size_t i = 0; i < e->inventory->sources_count; i++)
        list_add(d, d->sources, source_row(d, &e->inventory->sources[i], &e->sources[i], i));
    for (size_t i = 0; i < e->inventory->problems_count; i++)
        list_add(d, problems, problem_row(d, &e->inventory->problems[i]));
    struct list *questions = question_rows(f);
    object_put(d, o, "inputs", value_list(inputs));
    object_put(d, o, "sources", value_list(d->sources));
    object_put(d, o, "totals", totals_value(d, e, &t));
    object_put(d, o, "problems", value_list(problems));
    object_put(d, o, "gaps", value_list(gaps));
    object_put(d, o, "coverage", value_list(questions));
    struct list *shapes = shape_rows(d, e);
    object_put(d, o, "shapes", value_list(shapes));
    object_put(d, d->root, "evidence", value_object(o));
    object_put(d, o, "at_least", value_number(KIND_BOOL, gaps->count > 0));
    put_at_least(e, d, gaps, &logs);
    tab_fini(&logs);
    counts_section(d);
    struct section *s = doc_section(d, "coverage");
    TABLE(d, s, "coverage.reconciliation", equation_rows(f, &t), equation_columns);
    TABLE(d, s, "coverage.lines", class_rows(d, &t), class_columns);
    TABLE(d, s, "coverage.questions", questions, question_columns);
    if (problems->count)
        TABLE(d, s, "coverage.problems", problems, problem_columns);
    if (gaps->count)
        TABLE(d, s, "coverage.gaps", gaps, gap_columns);
    struct section *appendix = doc_section(d, "evidence");
    appendix->appendix = true;
    TABLE(d, appendix, "evidence.inputs", inputs, input_columns);
    TABLE(d, appendix, "evidence.sources", d->sources, source_columns);
    shapes_table(d, appendix, shapes);
    struct section *rules = doc_section(d, "rules");
    rules->appendix = true;
    TABLE(d, rules, "rules.findings", threshold_rows(f), threshold_columns);
    coverage_summary(d, &t);
    coverage_findings(f, gaps);
}

const struct analysis analysis_coverage = {.name = "coverage",
                                           .open = coverage_open,
                                           .close = coverage_close,
                                           .hour = coverage_hour,
                                           .merge = coverage_merge,
                                           .save = coverage_save,
                                           .load = coverage_load,
                                           .finish = coverage_finish};
