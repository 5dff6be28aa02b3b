/* Tables of the HTML report: the first rows for a reader, the whole is in the workbook.
 *
 * Invariant: one row is made, written and forgotten at a time; every text passes html_text; no cell is longer than
 * CELL_CHARACTERS, and rows stop where the page nears its limit (the note under the table says so).
 * A table of few rows and many columns stands upright, one of many of both becomes records: neither fits a page.
 * Source: HTML living standard (scope, aria-labelledby).  Example of a cell: <td class="n" data-v="4.2">4.2 s</td>
 */
#include "html.h"

enum {
    CELL_CHARACTERS = 400,
    PATH_CHARACTERS = 600,
    UNBROKEN = 30,
    UPRIGHT_ROWS = 4,
    UPRIGHT_FROM = 12
};

bool kind_is_number(enum kind kind)
{
    return kind == KIND_COUNT || kind == KIND_BYTES || kind == KIND_SPAN || kind == KIND_SHARE ||
           kind == KIND_REAL;
}

static const char *cell_class(enum kind kind)
{
    if (kind_is_number(kind))
        return "n";
    if (kind == KIND_WHEN)
        return "t";
    if (kind == KIND_RAW || kind == KIND_HASH || kind == KIND_CLIENT || kind == KIND_PATH ||
        kind == KIND_LIST)
        return "m";
    return "x";
}

static void cell_sort_key(struct html *h, const struct value *v)
{
    if (v->kind == KIND_COUNT || v->kind == KIND_BYTES || v->kind == KIND_SPAN ||
        v->kind == KIND_WHEN)
        buf_printf(&h->sink.out, " data-v=\"%lld\"", (long long)v->number);
    else if (v->kind == KIND_SHARE || v->kind == KIND_REAL)
        buf_printf(&h->sink.out, " data-v=\"%.9f\"", v->real);
}

/* Columns that a text takes (wide characters take two), counted up to most; *end: the bytes of that much. */
static size_t text_columns(struct slice s, size_t most, size_t *end)
{
    size_t n = 0, at = 0;
    while (at < s.n && n < most) {
        uint32_t code = 0;
        size_t length = utf8_next(slice_from(s, at), &code);
        n += length > 2 && code >= 0x1100 ? 2 : 1;
        at += length ? length : 1;
    }
    *end = at;
    return n;
}

/* A path may wrap behind each of its separators. */
void html_path(struct html *h, struct slice path)
{
    size_t from = 0, end;
    text_columns(path, PATH_CHARACTERS, &end);
    bool cut = end < path.n;
    path = slice_head(path, end);
    for (size_t i = 0; i < path.n; i++) {
        if (path.p[i] != '/' && path.p[i] != '!' && path.p[i] != '@')
            continue;
        html_slice(h, slice_of(path.p + from, i + 1 - from));
        html_raw(h, "<wbr>");
        from = i + 1;
    }
    html_slice(h, slice_from(path, from));
    if (cut)
        html_raw(h, "\xE2\x80\xA6");
}

static void cell_places(struct html *h, const struct list *l)
{
    for (size_t i = 0; i < l->count && i < 5; i++) {
        struct arena scratch = {0};
        struct value row;
        struct slice path;
        int64_t line;
        if (list_row(l, i, &scratch, &row) && row.kind == KIND_OBJECT &&
            place_of(h->r->doc, row.object, &path, &line)) {
            html_raw(h, "<span class=\"at\">");
            html_path(h, slice_from(path, path.n > h->common ? h->common : 0));
            buf_printf(&h->sink.out, ":%lld</span>", (long long)line);
        }
        arena_fini(&scratch);
    }
}

void html_cut(struct html *h, struct slice s, size_t columns)
{
    size_t end;
    text_columns(s, columns, &end);
    html_slice(h, slice_head(s, end));
    if (end < s.n)
        html_raw(h, " \xE2\x80\xA6");
}

static void cell_text_shown(struct html *h, const struct value *v)
{
    size_t end;
    text_columns(buf_slice(&h->text), CELL_CHARACTERS, &end);
    struct slice shown = slice_head(buf_slice(&h->text), end);
    if (v->kind == KIND_PATH || v->kind == KIND_HASH || v->kind == KIND_ADDRESS)
        html_path(h, shown);
    else
        html_slice(h, shown);
    if (end < h->text.n)
        html_raw(h, " \xE2\x80\xA6");
}

static void cell_show(struct html *h, const struct value *v)
{
    h->text.n = 0;
    if (v->kind == KIND_WHEN)
        show_when(&h->text, h->r->doc->zone, v->number, false);
    else if (v->kind != KIND_LIST)
        show_value(&h->text, h->r, v);
}

static void table_cell(struct html *h, const char *tag, const struct column *c,
                       const struct object *row)
{
    const struct value *v = row ? object_get(row, c->key) : NULL;
    struct value none = value_null();
    size_t end;
    v = v ? v : &none;
    cell_show(h, v);
    bool whole =
        v->kind != KIND_LIST && text_columns(buf_slice(&h->text), UNBROKEN + 1, &end) <= UNBROKEN;
    buf_printf(&h->sink.out, "<%s class=\"%s%s\"", tag, cell_class(c->kind), whole ? " s" : "");
    if (*tag == 't')
        cell_sort_key(h, v);
    html_raw(h, ">");
    if (v->kind == KIND_LIST)
        cell_places(h, v->list);
    else
        cell_text_shown(h, v);
    buf_printf(&h->sink.out, "</%s>", tag);
}

static void column_label(struct html *h, const struct table *t, const struct column *c)
{
    html_slice(h, label_any(h->r->language, t->id, "column", slice_str(c->key)));
    if (c->kind == KIND_WHEN && h->r->doc->zone) {
        html_raw(h, " (");
        html_slice(h, zone_name(h->r->doc->zone));
        html_raw(h, ")");
    }
}

static void table_head(struct html *h, const struct table *t)
{
    html_raw(h, "<thead><tr>");
    for (size_t i = 0; i < t->columns_count; i++) {
        buf_printf(&h->sink.out, "<th scope=\"col\" class=\"%s\">",
                   kind_is_number(t->columns[i].kind) ? "n" : "x");
        column_label(h, t, &t->columns[i]);
        html_raw(h, "</th>");
    }
    html_raw(h, "</tr></thead>\n<tbody>\n");
}

static void row_lying(struct html *h, const struct table *t, const struct object *row)
{
    html_raw(h, "<tr>");
    for (size_t c = 0; c < t->columns_count; c++)
        table_cell(h, "td", &t->columns[c], row);
    html_raw(h, "</tr>\n");
}

/* One row as a record: its first path is the heading, what it does not know is left out. */
static void row_record(struct html *h, const struct table *t, const struct object *row)
{
    size_t head = 0;
    while (head < t->columns_count && t->columns[head].kind != KIND_PATH)
        head++;
    html_raw(h, "<li><dl>");
    for (size_t c = 0; c < t->columns_count; c++) {
        const struct value *v = object_get(row, t->columns[c].key);
        if (!v || v->kind == KIND_NULL)
            continue;
        buf_printf(&h->sink.out, "<div class=\"%s\"><dt>",
                   c == head                         ? "head"
                   : t->columns[c].kind == KIND_HASH ? "wide"
                                                     : "");
        column_label(h, t, &t->columns[c]);
        html_raw(h, "</dt>");
        table_cell(h, "dd", &t->columns[c], row);
        html_raw(h, "</div>");
    }
    html_raw(h, "</dl></li>\n");
}

static size_t table_rows(struct html *h, const struct table *t, size_t shown,
                         void (*write)(struct html *, const struct table *, const struct object *))
{
    struct arena scratch = {0};
    size_t i = 0;
    for (; i < shown && html_room(h); i++) {
        struct value row;
        if (list_row(t->rows, i, &scratch, &row) && row.kind == KIND_OBJECT)
            write(h, t, row.object);
        if (scratch.used)
            arena_fini(&scratch);
        sink_push(&h->sink);
    }
    arena_fini(&scratch);
    return i;
}

/* Few rows of many columns: the columns become rows. */
static void table_upright(struct html *h, const struct table *t, size_t shown)
{
    struct arena scratch = {0};
    struct value rows[UPRIGHT_ROWS];
    const struct column *c = t->columns;
    for (size_t i = 0; i < shown; i++)
        if (!list_row(t->rows, i, &scratch, &rows[i]) || rows[i].kind != KIND_OBJECT)
            rows[i] = value_object(object_on(&scratch));
    html_raw(h, "<thead><tr><th scope=\"col\" class=\"x\">");
    column_label(h, t, c);
    html_raw(h, "</th>");
    for (size_t i = 0; i < shown; i++)
        table_cell(h, "th", c, rows[i].object);
    html_raw(h, "</tr></thead>\n<tbody>\n");
    while (++c < t->columns + t->columns_count) {
        html_raw(h, "<tr><th scope=\"row\" class=\"x\">");
        column_label(h, t, c);
        html_raw(h, "</th>");
        struct column as = {c->key, kind_is_number(c->kind) ? c->kind : KIND_COUNT};
        for (size_t i = 0; i < shown; i++)
            table_cell(h, "td", &as, rows[i].object);
        html_raw(h, "</tr>\n");
    }
    arena_fini(&scratch);
}

static void table_cut(struct html *h, size_t shown, size_t total)
{
    struct member numbers[] = {{"shown", value_number(KIND_COUNT, (int64_t)shown)},
                               {"total", value_number(KIND_COUNT, (int64_t)total)}};
    struct object o = {numbers, 2, 2};
    h->text.n = 0;
    label_fill(&h->text, h->r, label_text(h->r->language, "ui.rows_cut"), &o, NULL);
    html_raw(h, "<p class=\"note cut\">");
    html_text(&h->sink.out, buf_slice(&h->text));
    html_raw(h, "</p>\n");
}

/* The title over a table; hidden from the eye where the section's heading says the same. */
static void table_title(struct html *h, const struct table *t, const char *section)
{
    bool same = slice_eq(label_text(h->r->language, t->id), label_text(h->r->language, section));
    buf_printf(&h->sink.out, "<h3 class=\"cap%s\" id=\"t%u\">", same ? " vh" : "", h->tables);
    html_label(h, t->id);
    html_raw(h, "</h3>\n");
    if (!t->note)
        return;
    html_raw(h, "<p class=\"note\">");
    html_label(h, t->note);
    html_raw(h, "</p>\n");
}

static size_t table_body(struct html *h, const struct table *t, size_t shown)
{
    if (t->columns_count > UPRIGHT_FROM + 2 && shown > UPRIGHT_ROWS) {
        buf_printf(&h->sink.out, "<ol class=\"records\" aria-labelledby=\"t%u\">\n", h->tables);
        shown = table_rows(h, t, shown, row_record);
        html_raw(h, "</ol>\n");
        return shown;
    }
    bool upright = t->columns_count >= UPRIGHT_FROM && shown && shown <= UPRIGHT_ROWS;
    const char *form = upright ? "upright" : t->columns_count <= 3 ? "narrow" : "";
    buf_printf(&h->sink.out,
               "<div class=\"scroll%s\" tabindex=\"0\" role=\"region\" aria-labelledby=\"t%u\">"
               "<table class=\"%s\" aria-labelledby=\"t%u\">\n",
               *form ? " fit" : "", h->tables, form, h->tables);
    if (upright) {
        table_upright(h, t, shown);
    } else {
        table_head(h, t);
        shown = table_rows(h, t, shown, row_lying);
    }
    if (!t->rows || !t->rows->count) {
        buf_printf(&h->sink.out, "<tr><td class=\"none\" colspan=\"%zu\">", t->columns_count);
        html_label(h, "ui.no_rows");
        html_raw(h, "</td></tr>\n");
    }
    html_raw(h, "</tbody></table></div>\n");
    return shown;
}

void html_table(struct html *h, const struct table *t, const char *section)
{
    size_t total = t->rows ? t->rows->count : 0;
    size_t shown = total < h->r->doc->top ? total : h->r->doc->top;
    html_raw(h, "<div class=\"table\">\n");
    table_title(h, t, section);
    shown = table_body(h, t, shown);
    if (shown < total)
        table_cut(h, shown, total);
    html_raw(h, "</div>\n");
    h->tables++;
}
