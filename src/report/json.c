/* report.json: the machine's copy, streamed, one row of a list to a line so that it stays greppable.
 *
 * Invariant: keys in the order of the tree; the same document gives the same bytes; a list's rows are made, written
 * and forgotten one at a time.  Absent knowledge is null, a number that JSON cannot hold is null too.
 * Sources: RFC 8259, RFC 3339; the contract of the schema postmortem/report/1.  Example of a row:
 *     {"time":"2026-11-20T08:20:00.000000Z","depth":14}
 */
#include "render.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

enum { RAW_LIMIT = 1000, WIDE_LEVELS = 3 };

struct json {
    struct sink sink;
    const struct rendering *rendering;
};

static void json_value(struct json *j, const struct value *v, unsigned level, bool flat);

static void show_whole(struct buf *out, uint64_t v)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    buf_add(out, slice_of(digits + at, sizeof digits - at));
}

static void show_number(struct buf *out, int64_t v)
{
    if (v < 0)
        buf_byte(out, '-');
    show_whole(out, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void show_seconds(struct buf *out, int64_t microseconds)
{
    uint64_t magnitude = microseconds < 0 ? 0 - (uint64_t)microseconds : (uint64_t)microseconds;
    uint64_t part = magnitude % 1000000;
    if (microseconds < 0)
        buf_byte(out, '-');
    show_whole(out, magnitude / 1000000);
    if (part == 0)
        return;
    char digits[6];
    size_t n = sizeof digits;
    for (size_t i = n; i-- > 0; part /= 10)
        digits[i] = (char)('0' + part % 10);
    while (digits[n - 1] == '0')
        n--;
    buf_byte(out, '.');
    buf_add(out, slice_of(digits, n));
}

static void json_real(struct buf *out, double x)
{
    if (!isfinite(x)) {
        buf_add(out, SLICE("null"));
        return;
    }
    char text[48];
    int n = snprintf(text, sizeof text, "%.9g", x);
    for (int i = 0; i < n; i++)
        if (text[i] == ',')
            text[i] = '.'; /* whatever the locale says */
    buf_add(out, slice_of(text, (size_t)n));
}

/* The first RAW_LIMIT characters; never a part of one. */
static struct slice raw_head(struct slice s)
{
    size_t at = s.n <= RAW_LIMIT ? s.n : 0; /* each has a byte at least */
    for (size_t i = 0; i < RAW_LIMIT && at < s.n; i++) {
        uint32_t code;
        size_t length = utf8_next(slice_from(s, at), &code);
        at += length ? length : 1;
    }
    return slice_head(s, at);
}

static void json_indent(struct json *j, unsigned level)
{
    buf_byte(&j->sink.out, '\n');
    for (unsigned i = 0; i < level; i++)
        buf_add(&j->sink.out, SLICE("  "));
}

static void json_key(struct json *j, const char *key)
{
    json_string(&j->sink.out, slice_str(key));
    buf_byte(&j->sink.out, ':');
}

static void json_object(struct json *j, const struct object *o, unsigned level, bool flat)
{
    flat = flat || level >= WIDE_LEVELS;
    buf_byte(&j->sink.out, '{');
    for (size_t i = 0; i < o->count; i++) {
        if (i)
            buf_byte(&j->sink.out, ',');
        if (!flat)
            json_indent(j, level + 1);
        json_key(j, o->members[i].key);
        json_value(j, &o->members[i].value, level + 1, flat);
    }
    if (!flat && o->count)
        json_indent(j, level);
    buf_byte(&j->sink.out, '}');
}

static void json_list(struct json *j, const struct list *l, unsigned level, bool flat)
{
    struct arena scratch = {0};
    bool any = false;
    buf_byte(&j->sink.out, '[');
    for (size_t i = 0; i < l->count; i++) {
        struct value row;
        if (list_row(l, i, &scratch, &row)) {
            if (any)
                buf_byte(&j->sink.out, ',');
            if (!flat)
                json_indent(j, level + 1);
            json_value(j, &row, level + 1, true);
            any = true;
        }
        if (scratch.used)
            arena_fini(&scratch);
        sink_push(&j->sink);
    }
    arena_fini(&scratch);
    if (!flat && any)
        json_indent(j, level);
    buf_byte(&j->sink.out, ']');
}

static void json_value(struct json *j, const struct value *v, unsigned level, bool flat)
{
    struct buf *out = &j->sink.out;
    char stamp[40];
    switch (v->kind) {
    case KIND_NULL:
        buf_add(out, SLICE("null"));
        break;
    case KIND_BOOL:
        buf_add(out, v->number ? SLICE("true") : SLICE("false"));
        break;
    case KIND_COUNT:
    case KIND_BYTES:
        show_number(out, v->number);
        break;
    case KIND_SPAN:
        show_seconds(out, v->number);
        break;
    case KIND_WHEN:
        json_string(out, when_rfc3339(v->number, stamp));
        break;
    case KIND_SHARE:
    case KIND_REAL:
        json_real(out, v->real);
        break;
    case KIND_OBJECT:
        json_object(j, v->object, level, flat);
        break;
    case KIND_LIST:
        json_list(j, v->list, level, flat);
        break;
    case KIND_RAW:
        json_string(out, raw_head(v->text));
        break;
    default:
        json_string(out, v->text);
    }
}

static void json_member(struct json *j, const char *key, const struct value *v)
{
    buf_byte(&j->sink.out, ',');
    json_key(j, key);
    json_value(j, v, 2, true);
}

static void json_sentence(struct json *j, const struct finding *f, const char *part)
{
    struct buf text = {0};
    finding_part(&text, j->rendering, f, part);
    json_string(&j->sink.out, buf_slice(&text));
    buf_fini(&text);
}

static void json_labelled(struct json *j, const char *lead, const struct finding *f,
                          const char *part)
{
    sink_text(&j->sink, lead);
    json_sentence(j, f, part);
}

static void json_evidence(struct json *j, const struct finding *f)
{
    const struct doc *d = j->rendering->doc;
    struct buf *out = &j->sink.out;
    sink_text(&j->sink, ",\"evidence\":[");
    for (size_t i = 0; i < f->evidence_count; i++) {
        const struct quote *q = f->evidence[i];
        struct arena scratch = {0};
        struct value row;
        const struct value *id = NULL;
        if (list_row(d->sources, q->source, &scratch, &row) && row.kind == KIND_OBJECT)
            id = object_get(row.object, "id");
        sink_text(&j->sink, i ? ",{\"source\":" : "{\"source\":");
        struct value number = value_number(KIND_COUNT, q->source);
        json_value(j, id ? id : &number, 3, true);
        buf_printf(out, ",\"line\":%llu,\"offset\":%llu,\"text\":", (unsigned long long)q->line,
                   (unsigned long long)q->offset);
        struct value text = q->quoted ? value_text(KIND_RAW, q->text) : value_null();
        json_value(j, &text, 3, true);
        buf_byte(out, '}');
        arena_fini(&scratch);
    }
    uint64_t total = f->evidence_total ? f->evidence_total : f->evidence_count;
    buf_printf(out, "],\"evidence_total\":%llu", (unsigned long long)total);
}

static void json_finding(struct json *j, const struct finding *f)
{
    struct value id = value_text(KIND_TEXT, f->id), kind = value_token(f->kind);
    struct value severity = value_token(severity_names[f->severity]);
    struct value confidence = value_token(f->confidence), test = value_token(f->test);
    struct value start = value_number(KIND_WHEN, f->start), end = value_number(KIND_WHEN, f->end);
    struct value numbers = value_object(f->numbers);
    sink_text(&j->sink, "{\"id\":");
    json_value(j, &id, 2, true);
    json_member(j, "kind", &kind);
    json_member(j, "severity", &severity);
    json_member(j, "confidence", &confidence);
    json_labelled(j, ",\"title\":", f, "title");
    json_labelled(j, ",\"summary\":", f, "summary");
    json_member(j, "start", &start);
    json_member(j, "end", &end);
    json_member(j, "key", &f->key);
    json_member(j, "numbers", &numbers);
    sink_text(&j->sink, ",\"rule\":{\"test\":");
    json_value(j, &test, 3, true);
    json_member(j, "threshold", &f->threshold);
    json_member(j, "observed", &f->observed);
    buf_byte(&j->sink.out, '}');
    json_evidence(j, f);
    json_labelled(j, ",\"advice\":{\"contain\":", f, "contain");
    json_labelled(j, ",\"fix\":", f, "fix");
    json_labelled(j, ",\"prevent\":", f, "prevent");
    json_labelled(j, "},\"limits\":", f, "limits");
    buf_byte(&j->sink.out, '}');
}

static void json_findings(struct json *j)
{
    const struct doc *d = j->rendering->doc;
    sink_text(&j->sink, "[");
    for (size_t i = 0; i < d->findings_count; i++) {
        sink_text(&j->sink, i ? ",\n    " : "\n    ");
        json_finding(j, d->findings[i]);
        sink_push(&j->sink);
    }
    sink_text(&j->sink, d->findings_count ? "\n  ]" : "]");
}

static void json_outputs(struct json *j)
{
    sink_text(&j->sink, "[");
    for (size_t i = 0; i < j->rendering->outputs_count; i++) {
        const struct output *o = &j->rendering->outputs[i];
        sink_text(&j->sink, i ? ",\n    {\"path\":" : "\n    {\"path\":");
        json_string(&j->sink.out, slice_str(o->name));
        buf_printf(&j->sink.out, ",\"bytes\":%lld,\"sha256\":\"%s\"}", (long long)o->bytes,
                   o->sha256);
    }
    sink_text(&j->sink, j->rendering->outputs_count ? "\n  ]" : "]");
}

int json_write(const struct rendering *r, struct err *e)
{
    struct json j = {.sink = {.fd = r->fd}, .rendering = r};
    const struct object *root = r->doc->root;
    sink_text(&j.sink, "{");
    for (size_t i = 0; i < root->count; i++) {
        const struct member *m = &root->members[i];
        if (strcmp(m->key, "findings") == 0 || strcmp(m->key, "outputs") == 0)
            continue;
        json_indent(&j, 1);
        json_key(&j, m->key);
        json_value(&j, &m->value, 1, false);
        buf_byte(&j.sink.out, ',');
        sink_push(&j.sink);
    }
    sink_text(&j.sink, "\n  \"findings\":");
    json_findings(&j);
    sink_text(&j.sink, ",\n  \"outputs\":");
    json_outputs(&j);
    sink_text(&j.sink, "\n}\n");
    if (sink_finish(&j.sink))
        return err_set(e, ERR_OUTPUT, "report.json: %s", strerror(errno));
    return 0;
}
