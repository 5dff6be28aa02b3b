/* Tables of the HTML report: the first rows for a reader, the whole is in the workbook.
 *
 * Invariant: one row is made, written and forgotten at a time; every text passes html_text.
 * Source: HTML living standard (caption, scope).  Example of a cell: <td class="n" data-v="4.2">4.20 s</td>
 */
#include "html.h"

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
    if (kind == KIND_RAW || kind == KIND_HASH || kind == KIND_CLIENT || kind == KIND_PATH)
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

static void table_head(struct html *h, const struct table *t)
{
    html_raw(h, "<thead><tr>");
    for (size_t i = 0; i < t->columns_count; i++) {
        buf_printf(&h->sink.out, "<th scope=\"col\" class=\"%s\">", cell_class(t->columns[i].kind));
        html_slice(h, label_any(h->r->language, t->id, "column", slice_str(t->columns[i].key)));
        html_raw(h, "</th>");
    }
    html_raw(h, "</tr></thead>\n<tbody>\n");
}

static void table_cell(struct html *h, const struct column *c, const struct object *row)
{
    const struct value *v = row ? object_get(row, c->key) : NULL;
    struct value none = value_null();
    v = v ? v : &none;
    buf_printf(&h->sink.out, "<td class=\"%s\"", cell_class(c->kind));
    cell_sort_key(h, v);
    html_raw(h, ">");
    html_value(h, v);
    html_raw(h, "</td>");
}

static void table_rows(struct html *h, const struct table *t, size_t shown)
{
    struct arena scratch = {0};
    for (size_t i = 0; i < shown; i++) {
        struct value row;
        if (list_row(t->rows, i, &scratch, &row) && row.kind == KIND_OBJECT) {
            html_raw(h, "<tr>");
            for (size_t c = 0; c < t->columns_count; c++)
                table_cell(h, &t->columns[c], row.object);
            html_raw(h, "</tr>\n");
        }
        if (scratch.used)
            arena_fini(&scratch);
        sink_push(&h->sink);
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
    html_raw(h, "<p class=\"note\">");
    html_text(&h->sink.out, buf_slice(&h->text));
    html_raw(h, "</p>\n");
}

void html_table(struct html *h, const struct table *t)
{
    size_t total = t->rows ? t->rows->count : 0;
    size_t shown = total < h->r->doc->top ? total : h->r->doc->top;
    html_raw(h, "<div class=\"table\">\n");
    html_raw(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    html_label(h, t->id);
    html_raw(h, "\"><table>\n<caption>");
    html_label(h, t->id);
    if (t->note) {
        html_raw(h, "<span class=\"note\">");
        html_label(h, t->note);
        html_raw(h, "</span>");
    }
    html_raw(h, "</caption>\n");
    table_head(h, t);
    table_rows(h, t, shown);
    if (!total) {
        buf_printf(&h->sink.out, "<tr><td class=\"none\" colspan=\"%zu\">", t->columns_count);
        html_label(h, "ui.no_rows");
        html_raw(h, "</td></tr>\n");
    }
    html_raw(h, "</tbody></table></div>\n");
    if (shown < total)
        table_cut(h, shown, total);
    html_raw(h, "</div>\n");
}
