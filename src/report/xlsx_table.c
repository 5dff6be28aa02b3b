/* Tables of the workbook: every row, a sheet or more to a table.
 *
 * Invariant: rows pass through in constant memory; column widths come from what was written (the first WIDTH_ROWS
 * rows); the only formula is SUBTOTAL, with its value beside it.
 * Sources: libxlsxwriter 1.1.4, ECMA-376.  Example of a total: =SUBTOTAL(109,B4:B96) with 2333 stored beside it.
 */
#include "xlsx.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    ROW_LIMIT = 1000000,
    WIDTH_ROWS = 2000,
    WIDTH_MOST = 60,
    WRAP_AT = 55,
    HASH_SPARE = 6,
    COLUMNS = 64
};

/* One table on its way into a sheet. */
struct page {
    struct book *b;
    lxw_worksheet *sheet;
    const struct table *table;
    struct slice databars, totals; /* column keys with commas */
    lxw_row_t row, limit;
    int64_t sums[COLUMNS];
    size_t widths[2 * COLUMNS]; /* by column of the sheet */
    size_t head_lines;
};

/* A SPAN takes two columns: [h]:mm:ss and seconds. */
static size_t kind_columns(enum kind kind)
{
    return kind == KIND_SPAN ? 2 : 1;
}

static size_t table_columns(const struct table *t)
{
    return t->columns_count < COLUMNS ? t->columns_count : COLUMNS;
}

static size_t table_width(const struct table *t)
{
    size_t n = 0;
    for (size_t i = 0; i < table_columns(t); i++)
        n += kind_columns(t->columns[i].kind);
    return n;
}

static bool key_listed(struct slice keys, const char *key)
{
    while (keys.n)
        if (slice_eq(slice_word(&keys, ','), slice_str(key)))
            return true;
    return false;
}

static void width_note(struct page *p, size_t column, size_t width)
{
    size_t most = WIDTH_MOST + HASH_SPARE * (width == 64 + 2); /* a SHA-256 stays on one line */
    if (width > p->widths[column])
        p->widths[column] = width < most ? width : most;
}

/* Is the column likely wider than its head? */
static bool kind_wide(enum kind kind)
{
    return kind == KIND_WHEN || kind >= KIND_TOKEN;
}

/* A head may wrap at its blanks: it needs its longest word, and room for the filter's arrow. */
static void head_put(struct page *p, size_t at, struct slice label, struct slice unit, bool wide)
{
    struct buf whole = {0};
    buf_add(&whole, label);
    if (unit.n) {
        buf_add(&whole, SLICE(" ("));
        buf_add(&whole, unit);
        buf_add(&whole, SLICE(")"));
    }
    struct slice words = buf_slice(&whole);
    book_text(p->b, p->sheet, HEAD - 1, at, words, p->b->head);
    while (words.n) {
        size_t width = width_of(slice_word(&words, ' '));
        width_note(p, at, (width > 20 ? 20 : width) + 3);
    }
    size_t room = p->widths[at] < 4 ? 4 : p->widths[at] - 2;
    size_t lines = (width_of(buf_slice(&whole)) + room - 1) / room;
    p->head_lines = !wide && lines > p->head_lines ? lines : p->head_lines;
    buf_fini(&whole);
}

static void page_head(struct page *p)
{
    const struct doc *d = p->b->r->doc;
    const char *language = p->b->r->language;
    size_t at = 0;
    memset(p->widths, 0, sizeof p->widths);
    memset(p->sums, 0, sizeof p->sums);
    p->head_lines = 1;
    for (size_t i = 0; i < table_columns(p->table); i++) {
        const struct column *c = &p->table->columns[i];
        struct slice label = label_any(language, p->table->id, "column", slice_str(c->key));
        width_note(p, at, c->kind == KIND_WHEN ? 20 : 8);
        bool zoned = c->kind == KIND_WHEN && d->zone;
        head_put(p, at, label, zoned ? zone_name(d->zone) : (struct slice){0}, kind_wide(c->kind));
        if (c->kind == KIND_SPAN) {
            head_put(p, at + 1, label, label_text(language, "ui.seconds"), false);
            width_note(p, at, 11);
            width_note(p, at + 1, 11);
        }
        at += kind_columns(c->kind);
    }
    book_height(p->b, p->sheet, HEAD - 1, p->head_lines < 4 ? p->head_lines : 4);
    worksheet_freeze_panes(p->sheet, HEAD, 1);
    p->row = HEAD;
}

/* Widths of numbers follow their digits; of texts, what book_value just showed. */
static size_t value_width(struct page *p, const struct value *v)
{
    int64_t number = v->number < 0 ? -v->number : v->number;
    size_t digits = 2;
    switch (v->kind) {
    case KIND_COUNT:
    case KIND_BYTES:
        for (; number > 0; number /= 10)
            digits++;
        return digits + digits / 3;
    case KIND_NULL:
    case KIND_SPAN:
    case KIND_WHEN:
    case KIND_SHARE:
    case KIND_REAL:
        return 0;
    default:
        return width_of(buf_slice(&p->b->value_buf)) + 2;
    }
}

static void page_row(struct page *p, const struct object *o)
{
    size_t at = 0, lines = 1;
    bool measured = p->row < HEAD + WIDTH_ROWS;
    for (size_t i = 0; i < table_columns(p->table); i++) {
        const struct value *v = object_get(o, p->table->columns[i].key);
        if (v) {
            book_value(p->b, p->sheet, p->row, at, v);
            size_t width = value_width(p, v);
            if (measured)
                width_note(p, at, width);
            lines = width > WIDTH_MOST + HASH_SPARE && width > lines * WRAP_AT
                        ? (width + WRAP_AT - 1) / WRAP_AT
                        : lines;
            if (v->kind == KIND_SPAN)
                book_number(p->b, p->sheet, p->row, at + 1, (double)v->number / 1e6, p->b->seconds);
            if (v->kind == KIND_COUNT || v->kind == KIND_BYTES)
                p->sums[i] += v->number;
        }
        at += kind_columns(p->table->columns[i].kind);
    }
    if (lines > 1)
        book_height(p->b, p->sheet, p->row, lines);
    p->row++;
}

static void databar_put(struct page *p, size_t at)
{
    lxw_conditional_format bar = {.type = LXW_CONDITIONAL_DATA_BAR,
                                  .bar_color = 0x9DC3E6,
                                  .bar_solid = LXW_TRUE,
                                  .data_bar_2010 = LXW_TRUE};
    book_kept(p->b, worksheet_conditional_format_range(p->sheet, HEAD, (lxw_col_t)at, p->row - 1,
                                                       (lxw_col_t)at, &bar));
}

/* SUBTOTAL with its value beside the formula: a reader that does not calculate shows the same. */
static void total_put(struct page *p, size_t at, int64_t sum)
{
    char formula[80], first[16], last[16];
    lxw_rowcol_to_cell(first, HEAD, (lxw_col_t)at);
    lxw_rowcol_to_cell(last, p->row - 1, (lxw_col_t)at);
    snprintf(formula, sizeof formula, "=SUBTOTAL(109,%s:%s)", first, last);
    book_kept(p->b, worksheet_write_formula_num(p->sheet, p->row, (lxw_col_t)at, formula, p->b->sum,
                                                (double)sum));
}

static void page_extras(struct page *p)
{
    size_t at = 0;
    for (size_t i = 0; i < table_columns(p->table); i++) {
        const struct column *c = &p->table->columns[i];
        if (key_listed(p->databars, c->key))
            databar_put(p, at);
        if (i && key_listed(p->totals, c->key))
            total_put(p, at, p->sums[i]);
        at += kind_columns(c->kind);
    }
    if (p->totals.n)
        book_label(p->b, p->sheet, p->row, 0, "ui.total", p->b->sum);
}

static size_t column_of(const struct table *t, const char *key)
{
    size_t at = 0;
    for (size_t i = 0; i < table_columns(t); i++) {
        if (strcmp(t->columns[i].key, key) == 0)
            return at + (t->columns[i].kind == KIND_SPAN); /* seconds */
        at += kind_columns(t->columns[i].kind);
    }
    return SIZE_MAX;
}

static void chart_axes(struct page *p, const struct chart *c, lxw_chart *chart, bool timed)
{
    struct buf *text = &p->b->text_buf;
    const char *language = p->b->r->language;
    chart_title_set_name(chart, cell_text(text, label_text(language, c->id)));
    chart_axis_set_name(chart->x_axis,
                        cell_text(text, label_any(language, c->id, NULL, SLICE("x"))));
    chart_axis_set_name(chart->y_axis,
                        cell_text(text, label_any(language, c->id, NULL, SLICE("y"))));
    if (timed)
        chart_axis_set_num_format(chart->x_axis, "mm/dd hh:mm");
    if (!c->y[1])
        chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
    else
        chart_legend_set_position(chart, LXW_CHART_LEGEND_BOTTOM);
}

static void page_chart(struct page *p, const struct chart *c, unsigned number)
{
    static const uint8_t types[] = {LXW_CHART_LINE, LXW_CHART_COLUMN, LXW_CHART_AREA};
    static const lxw_color_t colours[] = {0x1F5C99, 0xC2571A, 0x2F7F79};
    const char *sheet = p->b->names[p->b->sheets - 1];
    size_t x = column_of(p->table, c->x);
    lxw_chart *chart = x == SIZE_MAX ? NULL : workbook_add_chart(p->b->workbook, types[c->form]);
    if (!chart)
        return;
    for (size_t i = 0; i < 3 && c->y[i]; i++) {
        size_t y = column_of(p->table, c->y[i]);
        lxw_chart_series *s = y == SIZE_MAX ? NULL : chart_add_series(chart, NULL, NULL);
        if (!s)
            continue;
        lxw_chart_line line = {.color = colours[i], .width = 1.5};
        lxw_chart_fill fill = {.color = colours[i]};
        chart_series_set_categories(s, sheet, HEAD, (lxw_col_t)x, p->row - 1, (lxw_col_t)x);
        chart_series_set_values(s, sheet, HEAD, (lxw_col_t)y, p->row - 1, (lxw_col_t)y);
        if (c->form == CHART_LINE)
            chart_series_set_line(s, &line);
        else
            chart_series_set_fill(s, &fill);
        struct slice name = label_any(p->b->r->language, c->id, "column", slice_str(c->y[i]));
        chart_series_set_name(s, cell_text(&p->b->text_buf, name));
    }
    bool timed = false;
    for (size_t i = 0; i < table_columns(p->table); i++)
        timed = timed || (strcmp(p->table->columns[i].key, c->x) == 0 &&
                          p->table->columns[i].kind == KIND_WHEN);
    chart_axes(p, c, chart, timed);
    lxw_chart_options options = {.x_scale = 1.6, .y_scale = 1.2};
    book_kept(p->b,
              worksheet_insert_chart_opt(p->sheet, HEAD + number * 19,
                                         (lxw_col_t)(table_width(p->table) + 1), chart, &options));
}

static void page_charts(struct page *p)
{
    const struct doc *d = p->b->r->doc;
    unsigned number = 0;
    for (size_t i = 0; i < d->sections_count; i++)
        for (size_t c = 0; c < d->sections[i]->charts_count; c++)
            if (d->sections[i]->charts[c]->rows == p->table->rows)
                page_chart(p, d->sections[i]->charts[c], number++);
}

static void page_end(struct page *p)
{
    size_t width = table_width(p->table);
    for (size_t i = 0; i < width; i++)
        book_width(p->b, p->sheet, i, (double)p->widths[i]);
    if (p->row == HEAD || width == 0)
        return;
    book_kept(p->b,
              worksheet_autofilter(p->sheet, HEAD - 1, 0, p->row - 1, (lxw_col_t)(width - 1)));
    page_extras(p);
    page_charts(p);
}

static bool page_full(const struct page *p)
{
    return p->row >= HEAD + p->limit;
}

void book_table(struct book *b, const struct table *t, struct slice label, struct slice databars,
                struct slice totals)
{
    struct arena scratch = {0};
    struct slice title = label_text(b->r->language, t->id);
    struct page *p = calloc(1, sizeof *p);
    size_t total = t->rows ? t->rows->count : 0;
    unsigned part = 1;
    if (!p || !(p->sheet = book_sheet(b, label, title, 1))) {
        book_kept(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        free(p);
        return;
    }
    *p = (struct page){.b = b, .sheet = p->sheet, .table = t, .databars = databars};
    p->totals = totals;
    p->limit = b->r->row_limit ? b->r->row_limit : ROW_LIMIT;
    page_head(p);
    for (size_t i = 0; i < total && !b->error; i++) {
        struct value row;
        if (page_full(p)) {
            page_end(p);
            book_label(b, p->sheet, p->row + 1, 0, "ui.continued", b->note);
            if (!(p->sheet = book_sheet(b, label, title, ++part)))
                break;
            page_head(p);
        }
        if (list_row(t->rows, i, &scratch, &row) && row.kind == KIND_OBJECT)
            page_row(p, row.object);
        if (scratch.used)
            arena_fini(&scratch);
    }
    if (p->sheet)
        page_end(p);
    free(p);
    arena_fini(&scratch);
}

/* Recipients by weekday (0 = Monday) and hour of acceptance, by the report's clock.  false: there are none. */
static bool heat_counts(const struct doc *d, int64_t n[7][24])
{
    const struct value *hours = object_get(d->root, "dwell.by_hour");
    struct arena scratch = {0};
    bool any = false;
    for (size_t i = 0; hours && hours->kind == KIND_LIST && i < hours->list->count; i++) {
        struct value row;
        if (!list_row(hours->list, i, &scratch, &row) || row.kind != KIND_OBJECT)
            continue;
        const struct value *hour = object_get(row.object, "hour"),
                           *count = object_get(row.object, "n");
        if (!hour || hour->kind != KIND_WHEN || !count || count->kind != KIND_COUNT)
            continue;
        int64_t local = hour->number / SECOND + (d->zone ? zone_offset(d->zone, hour->number) : 0);
        int64_t at = local / 3600 - (local % 3600 < 0), day = at / 24 - (at % 24 < 0);
        n[((day + 3) % 7 + 7) % 7][at - day * 24] += count->number; /* 1970-01-01 was a Thursday */
        any = true;
    }
    arena_fini(&scratch);
    return any;
}

static void heat_rows(struct book *b, lxw_worksheet *s, int64_t n[7][24])
{
    static const char *const days[7] = {"ui.monday", "ui.tuesday",  "ui.wednesday", "ui.thursday",
                                        "ui.friday", "ui.saturday", "ui.sunday"};
    book_label(b, s, HEAD - 1, 0, "ui.weekday", b->head);
    for (size_t hour = 0; hour < 24; hour++)
        book_number(b, s, HEAD - 1, hour + 1, (double)hour, b->head);
    for (lxw_row_t day = 0; day < 7; day++) {
        book_label(b, s, HEAD + day, 0, days[day], b->text);
        for (size_t hour = 0; hour < 24; hour++)
            if (n[day][hour])
                book_number(b, s, HEAD + day, hour + 1, (double)n[day][hour], b->count);
    }
}

void book_heat(struct book *b)
{
    int64_t n[7][24] = {{0}};
    struct slice label = label_text(b->r->language, "sheet.heat");
    lxw_worksheet *s = heat_counts(b->r->doc, n) ? book_sheet(b, label, label, 1) : NULL;
    if (!s)
        return;
    heat_rows(b, s, n);
    lxw_conditional_format scale = {.type = LXW_CONDITIONAL_3_COLOR_SCALE,
                                    .min_color = 0xF4F8FC,
                                    .mid_color = 0x9DC3E6,
                                    .max_color = 0xC2571A};
    book_kept(b, worksheet_conditional_format_range(s, HEAD, 1, HEAD + 6, 24, &scale));
    book_kept(b, worksheet_set_column(s, 1, 24, 6.5, NULL));
    book_width(b, s, 0, 10);
    worksheet_freeze_panes(s, HEAD, 1);
    const struct zone *zone = b->r->doc->zone;
    struct member zone_told = {"zone",
                               value_text(KIND_TEXT, zone ? zone_name(zone) : SLICE("UTC"))};
    struct object numbers = {&zone_told, 1, 1};
    b->value_buf.n = 0;
    label_fill(&b->value_buf, b->r, label_text(b->r->language, "ui.heat_note"), &numbers, NULL);
    book_text(b, s, HEAD + 8, 0, buf_slice(&b->value_buf), b->note);
}
