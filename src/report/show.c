/* Values as people read them, the same in HTML and in sentences; nothing is escaped here.
 *
 * Invariant: integer arithmetic up to the last digit shown, no locale; an absent value is a dash, never 0.
 * Source: reports/labels.tsv for words; RFC 3339 for the order of a date.  Example: a span of 5025000000 us reads
 *     1:23:45
 */
#include "render.h"

#include <math.h>

void show_count(struct buf *out, int64_t n)
{
    char digits[32];
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    size_t at = sizeof digits;
    for (unsigned i = 0; left || i == 0; i++) {
        if (i && i % 3 == 0)
            digits[--at] = ',';
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    }
    if (n < 0)
        digits[--at] = '-';
    buf_add(out, slice_of(digits + at, sizeof digits - at));
}

static void show_fine(struct buf *out, uint64_t us, bool japanese)
{
    unsigned digits = us < (uint64_t)SECOND ? 3 : 1; /* of a second */
    uint64_t unit = digits == 3 ? 1000 : 100000, per = digits == 3 ? 1000 : 10;
    uint64_t n = (us + unit / 2) / unit;
    if (us == 0)
        buf_add(out, SLICE("0"));
    else if (us < 1000)
        buf_add(out, SLICE("< 0.001"));
    else
        buf_printf(out, "%llu.%0*llu", (unsigned long long)(n / per), (int)digits,
                   (unsigned long long)(n % per));
    buf_add(out, japanese ? SLICE(" 秒") : SLICE(" s"));
}

/* For columns: "57.9 s" below two minutes, "h:mm:ss" above, days from 48 hours. */
void show_span(struct buf *out, const char *language, int64_t microseconds)
{
    uint64_t us = microseconds < 0 ? 0 - (uint64_t)microseconds : (uint64_t)microseconds;
    bool japanese = strcmp(language, "ja") == 0;
    if (microseconds < 0)
        buf_add(out, SLICE("\xE2\x88\x92"));
    if (us < 2 * (uint64_t)MINUTE) {
        show_fine(out, us, japanese);
        return;
    }
    uint64_t s = (us + 500000) / 1000000;
    uint64_t hours = s / 3600;
    if (hours >= 48) {
        show_count(out, (int64_t)(hours / 24));
        buf_add(out, japanese ? SLICE(" 日 ") : SLICE(" d "));
        hours %= 24;
    }
    buf_printf(out, "%llu:%02u:%02u", (unsigned long long)hours, (unsigned)(s / 60 % 60),
               (unsigned)(s % 60));
}

/* For sentences and tiles: "12 min 22 s", "24 h 1 min 39 s", "3 d 4 h 5 min"; parts that are 0 are left out. */
static void show_span_words(struct buf *out, const char *language, int64_t microseconds)
{
    static const char *const words[2][4] = {{"d", "h", "min", "s"}, {"日", "時間", "分", "秒"}};
    uint64_t us = microseconds < 0 ? 0 - (uint64_t)microseconds : (uint64_t)microseconds;
    bool japanese = strcmp(language, "ja") == 0;
    if (microseconds < 0)
        buf_add(out, SLICE("\xE2\x88\x92"));
    if (us < 2 * (uint64_t)MINUTE) {
        show_fine(out, us, japanese);
        return;
    }
    uint64_t s = (us + 500000) / 1000000;
    bool days = s >= 48 * 3600;
    if (days)
        s = (s + 30) / 60 * 60;
    uint64_t parts[4] = {days ? s / 86400 : 0, days ? s / 3600 % 24 : s / 3600, s / 60 % 60,
                         s % 60};
    bool any = false;
    for (size_t i = 0; i < 4; i++) {
        if (!parts[i])
            continue;
        buf_add(out, any ? SLICE(" ") : SLICE(""));
        show_count(out, (int64_t)parts[i]);
        buf_printf(out, " %s", words[japanese][i]);
        any = true;
    }
}

void show_told(struct buf *out, const struct rendering *r, const struct value *v)
{
    if (v->kind == KIND_SPAN)
        show_span_words(out, r->language, v->number);
    else
        show_value(out, r, v);
}

void show_when(struct buf *out, const struct zone *z, when t, bool with_offset)
{
    int32_t offset = z ? zone_offset(z, t) : 0;
    struct civil c = civil_of(t, offset);
    buf_printf(out, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
               c.second);
    if (!with_offset)
        return;
    int32_t east = offset < 0 ? -offset : offset;
    buf_printf(out, " %c%02d:%02d", offset < 0 ? '-' : '+', east / 3600, east / 60 % 60);
}

void show_bytes(struct buf *out, int64_t n)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    if (n < 1024) {
        show_count(out, n);
        buf_add(out, SLICE(" B"));
        return;
    }
    size_t unit = 0;
    uint64_t whole = (uint64_t)n, below = 1024;
    while (unit < 4 && whole / below >= 1024) {
        below *= 1024;
        unit++;
    }
    uint64_t tenths = whole / below * 10 + whole % below * 10 / below;
    buf_printf(out, "%llu.%llu %s", (unsigned long long)(tenths / 10),
               (unsigned long long)(tenths % 10), units[unit]);
}

static void show_real(struct buf *out, double x, const char *after, int digits)
{
    if (!isfinite(x)) {
        buf_add(out, SLICE("\xE2\x80\x93"));
        return;
    }
    buf_printf(out, "%.*f%s", digits, x, after);
}

static void show_share(struct buf *out, double x)
{
    /* never "100.0 %" for less than all, nor "0.0 %" for more than nothing */
    if (x < 1 && x > 0.9995)
        buf_add(out, SLICE("> 99.9 %"));
    else if (x > 0 && x < 0.0005)
        buf_add(out, SLICE("< 0.1 %"));
    else
        show_real(out, x * 100, " %", 1);
}

/* A row of an evidence list: its source's path and its line; false if the row is something else. */
bool place_of(const struct doc *d, const struct object *row, struct slice *path, int64_t *line)
{
    const struct value *source = object_get(row, "source"), *at = object_get(row, "line");
    struct value listed;
    if (!source || !at || source->kind != KIND_COUNT || at->kind != KIND_COUNT)
        return false;
    struct arena scratch = {0};
    bool found = list_row(d->sources, (size_t)source->number, &scratch, &listed) &&
                 listed.kind == KIND_OBJECT;
    const struct value *v = found ? object_get(listed.object, "path") : NULL;
    found = v && v->kind >= KIND_TOKEN && v->kind <= KIND_RAW;
    if (found)
        *path = v->text; /* the document's, not the row's */
    *line = at->number;
    arena_fini(&scratch);
    return found;
}

static void show_listed(struct buf *out, const struct rendering *r, const struct list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct arena scratch = {0};
        struct value row;
        struct slice path;
        int64_t line;
        if (i)
            buf_add(out, SLICE(", "));
        if (!list_row(l, i, &scratch, &row)) {
        } else if (row.kind == KIND_OBJECT && place_of(r->doc, row.object, &path, &line)) {
            buf_add(out, path);
            buf_printf(out, ":%lld", (long long)line);
        } else {
            show_value(out, r, &row);
        }
        arena_fini(&scratch);
    }
}

void show_value(struct buf *out, const struct rendering *r, const struct value *v)
{
    switch (v->kind) {
    case KIND_NULL:
        buf_add(out, SLICE("\xE2\x80\x93"));
        break;
    case KIND_BOOL:
        buf_add(out, label_text(r->language, v->number ? "word.yes" : "word.no"));
        break;
    case KIND_COUNT:
        show_count(out, v->number);
        break;
    case KIND_BYTES:
        show_bytes(out, v->number);
        break;
    case KIND_SPAN:
        show_span(out, r->language, v->number);
        break;
    case KIND_WHEN:
        show_when(out, r->doc->zone, v->number, true);
        break;
    case KIND_SHARE:
        show_share(out, v->real);
        break;
    case KIND_REAL:
        show_real(out, v->real, "", 2);
        break;
    case KIND_TOKEN:
        buf_add(out, label_token(r->language, v->text));
        break;
    case KIND_OBJECT:
        for (size_t i = 0; i < v->object->count; i++) {
            buf_printf(out, "%s%s ", i ? ", " : "", v->object->members[i].key);
            show_value(out, r, &v->object->members[i].value);
        }
        break;
    case KIND_LIST:
        show_listed(out, r, v->list);
        break;
    default:
        buf_add(out, v->text.n ? v->text : label_text(r->language, "ui.empty"));
    }
}

void quote_place(struct buf *out, const struct doc *d, const struct quote *q)
{
    struct arena scratch = {0};
    struct value row;
    const struct value *path = NULL;
    if (list_row(d->sources, q->source, &scratch, &row) && row.kind == KIND_OBJECT)
        path = object_get(row.object, "path");
    if (path && path->kind >= KIND_TOKEN && path->kind <= KIND_RAW)
        buf_add(out, path->text);
    else
        buf_printf(out, "#%u", (unsigned)q->source);
    buf_printf(out, ":%llu", (unsigned long long)q->line);
    arena_fini(&scratch);
}

bool report_titled(const struct rendering *r)
{
    return r->doc->title.n && !slice_eq(r->doc->title, SLICE("postmortem"));
}

struct slice report_title(const struct rendering *r)
{
    return report_titled(r) ? r->doc->title : label_text(r->language, "ui.report");
}
