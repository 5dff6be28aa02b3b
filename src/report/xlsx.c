/* report.xlsx: the desk's copy, every row of every table, in constant memory.
 *
 * Invariant: text goes through cell_text and worksheet_write_string only, numbers are finite, every return code is
 * kept (the first failure decides); the creation date comes from the evidence or SOURCE_DATE_EPOCH, so that the same
 * document gives the same bytes.
 * Sources: libxlsxwriter 1.1.4 (xlsxwriter.h), ECMA-376.  Example of a row of sheets.tsv:
 *     dwell.by_hour<TAB>sheet.by_hour<TAB>n,p95
 */
#include "render.h"

#include <math.h>
#include <stdlib.h>
#include <xlsxwriter.h>

enum { ROW_LIMIT = 1000000, HEAD = 3, SHEETS = 64 };

struct book {
    const struct rendering *r;
    lxw_workbook *workbook;
    lxw_format *title, *note, *head, *text, *mono, *count, *share, *real, *span, *seconds, *when;
    lxw_format *severity[5];
    struct buf text_buf, value_buf;
    lxw_error error;
    char names[SHEETS][128];
    size_t sheets;
};

/* One table on its way into a sheet. */
struct page {
    struct book *b;
    lxw_worksheet *sheet;
    const struct table *table;
    lxw_row_t row;
    int64_t *totals;
};

static void kept(struct book *b, lxw_error error)
{
    if (b->error == LXW_NO_ERROR)
        b->error = error;
}

static lxw_format *format_new(struct book *b, const char *number)
{
    lxw_format *f = workbook_add_format(b->workbook);
    format_set_font_name(f, strcmp(b->r->language, "ja") == 0 ? "游ゴシック" : "Calibri");
    format_set_font_size(f, 11);
    format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    if (number)
        format_set_num_format(f, number);
    return f;
}

static void formats_make(struct book *b)
{
    static const lxw_color_t colours[] = {0x8F1220, 0xB23A12, 0x8A6100, 0x2D6A4F, 0x3D5A80};
    b->title = format_new(b, NULL);
    format_set_bold(b->title);
    format_set_font_size(b->title, 14);
    b->note = format_new(b, NULL);
    format_set_font_color(b->note, 0x566072);
    b->head = format_new(b, NULL);
    format_set_bold(b->head);
    format_set_bg_color(b->head, 0xDCE6F1);
    format_set_bottom(b->head, LXW_BORDER_THIN);
    format_set_text_wrap(b->head);
    b->text = format_new(b, NULL);
    format_set_text_wrap(b->text);
    b->mono = format_new(b, "@");
    b->count = format_new(b, "#,##0");
    b->share = format_new(b, "0.0%");
    b->real = format_new(b, "0.00");
    b->span = format_new(b, "[h]:mm:ss");
    b->seconds = format_new(b, "#,##0.0##");
    b->when = format_new(b, "yyyy/mm/dd hh:mm:ss");
    for (size_t i = 0; i < 5; i++) {
        b->severity[i] = format_new(b, NULL);
        format_set_bold(b->severity[i]);
        format_set_font_color(b->severity[i], colours[i]);
    }
}

static void put_text(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t column, struct slice t,
                     lxw_format *f)
{
    kept(b, worksheet_write_string(s, row, (lxw_col_t)column, cell_text(&b->text_buf, t), f));
}

static void put_label(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t column,
                      const char *key, lxw_format *f)
{
    put_text(b, s, row, column, label_text(b->r->language, key), f);
}

static void put_number(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t column, double x,
                       lxw_format *f)
{
    if (isfinite(x))
        kept(b, worksheet_write_number(s, row, (lxw_col_t)column, x, f));
}

/* The name cleaned of what spreadsheets refuse, at most 28 characters, unique ("Name (2)"). */
static void sheet_name(struct book *b, struct slice label, unsigned part, char out[128])
{
    size_t n = 0, characters = 0;
    while (label.n && characters < 24 && n < 110) {
        uint32_t code;
        size_t length = utf8_next(label, &code);
        bool fine = length && code >= 0x20 && (length > 1 || !strchr("[]:*?/\\'", (int)code));
        if (fine)
            memcpy(out + n, label.p, length);
        n += fine ? length : 0;
        characters += fine;
        label = slice_from(label, length ? length : 1);
    }
    if (n == 0)
        out[n++] = 'S';
    out[n] = '\0';
    unsigned number = part > 1 ? part : 1;
    for (size_t i = 0; i < b->sheets + 1; i++) {
        if (number > 1)
            snprintf(out + n, 128 - n, " (%u)", number % 1000);
        bool taken = false;
        for (size_t s = 0; s < b->sheets; s++)
            taken = taken || strcasecmp(b->names[s], out) == 0;
        if (!taken)
            break;
        number++;
    }
    if (b->sheets < SHEETS)
        memcpy(b->names[b->sheets++], out, 128);
}

static lxw_worksheet *sheet_new(struct book *b, struct slice label, struct slice title,
                                unsigned part)
{
    char name[128];
    sheet_name(b, label, part, name);
    lxw_worksheet *s = workbook_add_worksheet(b->workbook, name);
    if (!s) {
        kept(b, LXW_ERROR_PARAMETER_VALIDATION);
        return NULL;
    }
    worksheet_set_landscape(s);
    worksheet_set_paper(s, 9);
    worksheet_fit_to_pages(s, 1, 0);
    kept(b, worksheet_set_footer(s, "&C&P / &N"));
    kept(b, worksheet_repeat_rows(s, 0, HEAD - 1));
    put_text(b, s, 0, 0, title, b->title);
    const struct doc *d = b->r->doc;
    b->value_buf.n = 0;
    if (d->first != WHEN_NONE && d->last != WHEN_NONE) {
        show_when(&b->value_buf, d->zone, d->first, true);
        buf_add(&b->value_buf, SLICE(" \xE2\x80\x93 "));
        show_when(&b->value_buf, d->zone, d->last, true);
    }
    put_text(b, s, 1, 0, buf_slice(&b->value_buf), b->note);
    return s;
}

/* A spreadsheet's day number of the wall clock in the report's zone. */
static double day_number(const struct book *b, when t)
{
    int32_t offset = b->r->doc->zone ? zone_offset(b->r->doc->zone, t) : 0;
    return (double)(t + offset * SECOND) / (double)DAY + 25569.0;
}

static void put_value(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t column,
                      const struct value *v)
{
    switch (v->kind) {
    case KIND_NULL:
        break;
    case KIND_COUNT:
    case KIND_BYTES:
        put_number(b, s, row, column, (double)v->number, b->count);
        break;
    case KIND_SPAN:
        put_number(b, s, row, column, (double)v->number / (double)DAY, b->span);
        break;
    case KIND_WHEN:
        put_number(b, s, row, column, day_number(b, v->number), b->when);
        break;
    case KIND_SHARE:
        put_number(b, s, row, column, v->real, b->share);
        break;
    case KIND_REAL:
        put_number(b, s, row, column, v->real, b->real);
        break;
    default:
        b->value_buf.n = 0;
        show_value(&b->value_buf, b->r, v);
        put_text(b, s, row, column, buf_slice(&b->value_buf),
                 v->kind == KIND_TOKEN || v->kind == KIND_TEXT ? b->text : b->mono);
    }
}

static double kind_width(enum kind kind)
{
    switch (kind) {
    case KIND_WHEN:
        return 21;
    case KIND_ADDRESS:
    case KIND_DOMAIN:
    case KIND_TEXT:
        return 30;
    case KIND_PATH:
    case KIND_TOKEN:
        return 26;
    case KIND_RAW:
        return 80;
    case KIND_HASH:
    case KIND_CLIENT:
        return 20;
    default:
        return 13;
    }
}

/* A SPAN takes two columns: [h]:mm:ss and seconds. */
static size_t kind_columns(enum kind kind)
{
    return kind == KIND_SPAN ? 2 : 1;
}

static size_t table_width(const struct table *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->columns_count; i++)
        n += kind_columns(t->columns[i].kind);
    return n;
}

static void page_head(struct page *p)
{
    struct book *b = p->b;
    size_t at = 0;
    for (size_t i = 0; i < p->table->columns_count; i++) {
        const struct column *c = &p->table->columns[i];
        struct slice label = label_any(b->r->language, p->table->id, "column", slice_str(c->key));
        struct buf whole = {0};
        buf_add(&whole, label);
        if (c->kind == KIND_WHEN && b->r->doc->zone) {
            buf_add(&whole, SLICE(" ("));
            buf_add(&whole, zone_name(b->r->doc->zone));
            buf_add(&whole, SLICE(")"));
        }
        put_text(b, p->sheet, HEAD - 1, at, buf_slice(&whole), b->head);
        if (c->kind == KIND_SPAN) {
            whole.n = 0;
            buf_add(&whole, label);
            buf_add(&whole, SLICE(" ("));
            buf_add(&whole, label_text(b->r->language, "ui.seconds"));
            buf_add(&whole, SLICE(")"));
            put_text(b, p->sheet, HEAD - 1, at + 1, buf_slice(&whole), b->head);
        }
        buf_fini(&whole);
        kept(b, worksheet_set_column(p->sheet, (lxw_col_t)at,
                                     (lxw_col_t)(at + kind_columns(c->kind) - 1),
                                     kind_width(c->kind), NULL));
        at += kind_columns(c->kind);
    }
    worksheet_freeze_panes(p->sheet, HEAD, 1);
}

static void page_row(struct page *p, const struct object *o)
{
    size_t at = 0;
    for (size_t i = 0; i < p->table->columns_count; i++) {
        const struct value *v = object_get(o, p->table->columns[i].key);
        if (v) {
            put_value(p->b, p->sheet, p->row, at, v);
            if (v->kind == KIND_SPAN)
                put_number(p->b, p->sheet, p->row, at + 1, (double)v->number / 1e6, p->b->seconds);
            if (v->kind == KIND_COUNT)
                p->totals[i] += v->number;
        }
        at += kind_columns(p->table->columns[i].kind);
    }
    p->row++;
}

static void page_databars(struct page *p, struct slice keys)
{
    while (keys.n) {
        struct slice key = slice_word(&keys, ',');
        size_t at = 0;
        for (size_t i = 0; i < p->table->columns_count; i++) {
            if (slice_eq(key, slice_str(p->table->columns[i].key))) {
                lxw_conditional_format bar = {.type = LXW_CONDITIONAL_DATA_BAR,
                                              .bar_color = 0x9DC3E6,
                                              .bar_solid = LXW_TRUE,
                                              .data_bar_2010 = LXW_TRUE};
                kept(p->b, worksheet_conditional_format_range(p->sheet, HEAD, (lxw_col_t)at,
                                                              p->row - 1, (lxw_col_t)at, &bar));
            }
            at += kind_columns(p->table->columns[i].kind);
        }
    }
}

/* SUBTOTAL with its value beside the formula: a reader that does not calculate shows the same. */
static void page_totals(struct page *p)
{
    size_t at = 0;
    bool sums = strcmp(p->table->id, "dwell.by_domain") == 0 ||
                strcmp(p->table->id, "dwell.by_hour") == 0 ||
                strcmp(p->table->id, "coverage.lines") == 0;
    if (!sums || p->row == HEAD)
        return;
    put_label(p->b, p->sheet, p->row, 0, "ui.total", p->b->head);
    for (size_t i = 0; i < p->table->columns_count; i++) {
        char formula[80], first[16], last[16];
        if (i && p->table->columns[i].kind == KIND_COUNT) {
            lxw_rowcol_to_cell(first, HEAD, (lxw_col_t)at);
            lxw_rowcol_to_cell(last, p->row - 1, (lxw_col_t)at);
            snprintf(formula, sizeof formula, "=SUBTOTAL(109,%s:%s)", first, last);
            kept(p->b, worksheet_write_formula_num(p->sheet, p->row, (lxw_col_t)at, formula,
                                                   p->b->count, (double)p->totals[i]));
        }
        at += kind_columns(p->table->columns[i].kind);
    }
}

static size_t column_of(const struct table *t, const char *key)
{
    size_t at = 0;
    for (size_t i = 0; i < t->columns_count; i++) {
        if (strcmp(t->columns[i].key, key) == 0)
            return at + (t->columns[i].kind == KIND_SPAN); /* seconds */
        at += kind_columns(t->columns[i].kind);
    }
    return SIZE_MAX;
}

static void page_chart(struct page *p, const struct chart *c, unsigned number)
{
    static const uint8_t types[] = {LXW_CHART_LINE, LXW_CHART_COLUMN, LXW_CHART_AREA};
    lxw_chart *chart = workbook_add_chart(p->b->workbook, types[c->form]);
    const char *sheet = p->b->names[p->b->sheets - 1];
    size_t x = column_of(p->table, c->x);
    if (!chart || x == SIZE_MAX)
        return;
    for (size_t i = 0; i < 3 && c->y[i]; i++) {
        size_t y = column_of(p->table, c->y[i]);
        lxw_chart_series *s = y == SIZE_MAX ? NULL : chart_add_series(chart, NULL, NULL);
        if (!s)
            continue;
        chart_series_set_categories(s, sheet, HEAD, (lxw_col_t)x, p->row - 1, (lxw_col_t)x);
        chart_series_set_values(s, sheet, HEAD, (lxw_col_t)y, p->row - 1, (lxw_col_t)y);
        chart_series_set_name(
            s, cell_text(&p->b->text_buf,
                         label_any(p->b->r->language, c->id, "column", slice_str(c->y[i]))));
    }
    chart_title_set_name(chart, cell_text(&p->b->text_buf, label_text(p->b->r->language, c->id)));
    lxw_chart_options options = {.x_scale = 1.6, .y_scale = 1.2};
    kept(p->b, worksheet_insert_chart_opt(p->sheet, HEAD + number * 19,
                                          (lxw_col_t)(table_width(p->table) + 1), chart, &options));
}

static void page_end(struct page *p, struct slice databars)
{
    size_t width = table_width(p->table);
    if (p->row == HEAD || width == 0)
        return;
    kept(p->b, worksheet_autofilter(p->sheet, HEAD - 1, 0, p->row - 1, (lxw_col_t)(width - 1)));
    page_databars(p, databars);
    page_totals(p);
    const struct doc *d = p->b->r->doc;
    unsigned number = 0;
    for (size_t i = 0; i < d->sections_count; i++)
        for (size_t c = 0; c < d->sections[i]->charts_count; c++)
            if (d->sections[i]->charts[c]->rows == p->table->rows)
                page_chart(p, d->sections[i]->charts[c], number++);
}

static void table_sheets(struct book *b, const struct table *t, struct slice label,
                         struct slice databars)
{
    struct arena scratch = {0};
    struct slice title = label_text(b->r->language, t->id);
    struct page p = {.b = b, .table = t, .row = HEAD};
    p.totals = calloc(t->columns_count + 1, sizeof *p.totals);
    p.sheet = sheet_new(b, label, title, 1);
    size_t total = t->rows ? t->rows->count : 0;
    unsigned part = 1;
    if (p.sheet)
        page_head(&p);
    for (size_t i = 0; p.sheet && p.totals && i < total && !b->error; i++) {
        struct value row;
        if (p.row == HEAD + ROW_LIMIT) {
            page_end(&p, databars);
            put_label(b, p.sheet, p.row + 1, 0, "ui.continued", b->note);
            p.sheet = sheet_new(b, label, title, ++part);
            p.row = HEAD;
            memset(p.totals, 0, t->columns_count * sizeof *p.totals);
            if (!p.sheet)
                break;
            page_head(&p);
        }
        if (list_row(t->rows, i, &scratch, &row) && row.kind == KIND_OBJECT)
            page_row(&p, row.object);
        if (scratch.used)
            arena_fini(&scratch);
    }
    if (p.sheet && p.totals)
        page_end(&p, databars);
    free(p.totals);
    arena_fini(&scratch);
}

static void summary_sheet(struct book *b)
{
    const struct doc *d = b->r->doc;
    struct slice title = d->title.n ? d->title : label_text(b->r->language, "ui.report");
    lxw_worksheet *s = sheet_new(b, label_text(b->r->language, "sheet.summary"), title, 1);
    lxw_row_t row = HEAD;
    if (!s)
        return;
    kept(b, worksheet_set_column(s, 0, 0, 34, NULL));
    kept(b, worksheet_set_column(s, 1, 1, 24, NULL));
    for (size_t i = 0; i < d->tiles_count; i++) {
        struct slice label = label_any(b->r->language, "tile", NULL, slice_str(d->tiles[i].key));
        put_text(b, s, row, 0, label, b->head);
        put_value(b, s, row++, 1, &d->tiles[i].value);
    }
    row++;
    for (size_t i = 0; i < d->sentences_count; i++) {
        b->value_buf.n = 0;
        label_fill(&b->value_buf, b->r, label_text(b->r->language, d->sentences[i].label),
                   d->sentences[i].numbers, NULL);
        put_text(b, s, row++, 0, buf_slice(&b->value_buf), b->note);
    }
}

static void findings_sheet(struct book *b)
{
    static const char *const heads[] = {
        "ui.severity", "column.title", "column.summary", "ui.subject", "ui.start",
        "ui.end",      "ui.contain",   "ui.fix",         "ui.prevent", "ui.limits"};
    static const double widths[] = {14, 40, 60, 26, 21, 21, 50, 50, 50, 50};
    static const char *const parts[] = {"contain", "fix", "prevent", "limits"};
    const struct doc *d = b->r->doc;
    struct slice label = label_text(b->r->language, "sheet.findings");
    lxw_worksheet *s = sheet_new(b, label, label, 1);
    if (!s)
        return;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        put_label(b, s, HEAD - 1, i, heads[i], b->head);
        kept(b, worksheet_set_column(s, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL));
    }
    worksheet_freeze_panes(s, HEAD, 2);
    for (size_t i = 0; i < d->findings_count; i++) {
        const struct finding *f = d->findings[i];
        lxw_row_t row = HEAD + (lxw_row_t)i;
        struct value start = value_number(KIND_WHEN, f->start),
                     end = value_number(KIND_WHEN, f->end);
        put_text(
            b, s, row, 0,
            label_any(b->r->language, "severity", NULL, slice_str(severity_names[f->severity])),
            b->severity[f->severity]);
        for (size_t k = 0; k < 2; k++) {
            b->value_buf.n = 0;
            finding_part(&b->value_buf, b->r, f, k ? "summary" : "title");
            put_text(b, s, row, 1 + k, buf_slice(&b->value_buf), b->text);
        }
        put_value(b, s, row, 3, &f->key);
        put_value(b, s, row, 4, &start);
        put_value(b, s, row, 5, &end);
        for (size_t k = 0; k < 4; k++) {
            b->value_buf.n = 0;
            finding_part(&b->value_buf, b->r, f, parts[k]);
            put_text(b, s, row, 6 + k, buf_slice(&b->value_buf), b->text);
        }
    }
    if (d->findings_count)
        kept(b, worksheet_autofilter(s, HEAD - 1, 0, HEAD + (lxw_row_t)d->findings_count - 1, 9));
}

static void glossary_sheet(struct book *b)
{
    struct slice key, english, japanese, label = label_text(b->r->language, "sheet.glossary");
    bool ja = strcmp(b->r->language, "ja") == 0;
    lxw_worksheet *s = sheet_new(b, label, label, 1);
    lxw_row_t row = HEAD;
    if (!s)
        return;
    kept(b, worksheet_set_column(s, 0, 0, 24, NULL));
    kept(b, worksheet_set_column(s, 1, 1, 90, NULL));
    put_label(b, s, HEAD - 1, 0, "ui.term", b->head);
    put_label(b, s, HEAD - 1, 1, "ui.meaning", b->head);
    for (size_t i = 0; label_row(i, &key, &english, &japanese); i++) {
        if (!slice_eat(&key, SLICE("term.")))
            continue;
        put_text(b, s, row, 0, ja ? japanese : english, b->text);
        put_text(b, s, row++, 1, label_any(b->r->language, "meaning", NULL, key), b->text);
    }
}

static const struct table *table_find(const struct doc *d, struct slice id)
{
    for (size_t i = 0; i < d->sections_count; i++)
        for (size_t t = 0; t < d->sections[i]->tables_count; t++)
            if (slice_eq(id, slice_str(d->sections[i]->tables[t]->id)))
                return d->sections[i]->tables[t];
    return NULL;
}

static void table_all(struct book *b)
{
    struct slice rows = embedded_sheets();
    slice_word(&rows, '\n');
    while (rows.n && !b->error) {
        struct slice line = slice_word(&rows, '\n');
        const struct table *t = table_find(b->r->doc, slice_word(&line, '\t'));
        struct slice sheet = slice_word(&line, '\t');
        if (t)
            table_sheets(b, t, label_any(b->r->language, "sheet", NULL, slice_from(sheet, 6)),
                         line);
    }
}

static void properties_set(struct book *b)
{
    uint64_t epoch = 0;
    const char *given = getenv("SOURCE_DATE_EPOCH");
    if (!given || !slice_u64(slice_str(given), &epoch))
        epoch = b->r->doc->last > 0 ? (uint64_t)(b->r->doc->last / SECOND) : 0;
    if (epoch == 0 || epoch > 253402300799U)
        epoch = 315532800; /* 1980: libxlsxwriter takes 0 for "now" */
    lxw_doc_properties properties = {.created = (time_t)epoch};
    kept(b, workbook_set_properties(b->workbook, &properties));
}

int xlsx_write(const struct rendering *r, struct err *e)
{
    struct book *b = calloc(1, sizeof *b);
    char *scratch = strdup(r->scratch);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = scratch};
    if (b && scratch)
        b->workbook = workbook_new_opt(r->path, &options);
    if (!b || !b->workbook) {
        free(scratch);
        free(b);
        return err_set(e, ERR_OUTPUT, "report.xlsx: cannot be made");
    }
    b->r = r;
    formats_make(b);
    properties_set(b);
    summary_sheet(b);
    findings_sheet(b);
    table_all(b);
    glossary_sheet(b);
    lxw_error closed = workbook_close(b->workbook);
    lxw_error error = b->error ? b->error : closed;
    buf_fini(&b->text_buf);
    buf_fini(&b->value_buf);
    free(scratch);
    free(b);
    if (error)
        return err_set(e, ERR_OUTPUT, "report.xlsx: %s", lxw_strerror(error));
    return 0;
}
