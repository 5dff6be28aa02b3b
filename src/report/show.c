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

/* "12.3 s" below two minutes, "h:mm:ss" above, days from 48 hours. */
void show_span(struct buf *out, const char *language, int64_t microseconds)
{
    uint64_t us = microseconds < 0 ? 0 - (uint64_t)microseconds : (uint64_t)microseconds;
    bool japanese = strcmp(language, "ja") == 0;
    if (microseconds < 0)
        buf_add(out, SLICE("\xE2\x88\x92"));
    if (us < 10 * 1000) {
        buf_printf(out, us == 0 ? "%d" : "%d.%03d", (int)(us / 1000000), (int)(us / 1000));
        buf_add(out, japanese ? SLICE(" 秒") : SLICE(" s"));
        return;
    }
    if (us < 2 * (uint64_t)MINUTE) {
        unsigned digits = us < 10 * (uint64_t)SECOND ? 2 : 1;
        uint64_t unit = digits == 2 ? 10000 : 100000;
        uint64_t n = (us + unit / 2) / unit, per = digits == 2 ? 100 : 10;
        buf_printf(out, "%llu.%0*llu %s", (unsigned long long)(n / per), (int)digits,
                   (unsigned long long)(n % per), japanese ? "秒" : "s");
        return;
    }
    uint64_t s = (us + 500000) / 1000000;
    uint64_t hours = s / 3600;
    if (hours >= 48) {
        show_count(out, (int64_t)(hours / 24));
        buf_add(out, japanese ? SLICE("日 ") : SLICE(" d "));
        hours %= 24;
    }
    buf_printf(out, "%llu:%02u:%02u", (unsigned long long)hours, (unsigned)(s / 60 % 60),
               (unsigned)(s % 60));
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

static void show_listed(struct buf *out, const struct rendering *r, const struct list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct arena scratch = {0};
        struct value row;
        if (i)
            buf_add(out, SLICE(", "));
        if (list_row(l, i, &scratch, &row)) {
            const struct value *line =
                row.kind == KIND_OBJECT ? object_get(row.object, "line") : NULL;
            const struct value *source = line ? object_get(row.object, "source") : NULL;
            if (source) {
                show_value(out, r, source);
                buf_byte(out, ':');
            }
            if (line)
                buf_printf(out, "%lld", (long long)line->number);
            else
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
        buf_add(out, label_any(r->language, "token", NULL, v->text));
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
        buf_add(out, v->text);
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
