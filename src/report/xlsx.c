/* report.xlsx: the desk's copy, every row of every table, in constant memory.
 *
 * Invariant: text goes through cell_text and worksheet_write_string only, numbers are finite, every return code is
 * kept (the first failure decides); the creation date comes from the evidence or SOURCE_DATE_EPOCH, so that the same
 * document gives the same bytes.
 * Sources: libxlsxwriter 1.1.4 (xlsxwriter.h), ECMA-376.  Example of a row of sheets.tsv:
 *     dwell.by_hour<TAB>sheet.by_hour<TAB>n,p95<TAB>n
 */
#include "xlsx.h"
#include "streams.h"

#include "postmortem/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

void book_kept(struct book *b, lxw_error error)
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
    static const lxw_color_t pale[] = {0xF9DDE1, 0xFBE5DB, 0xFBF0D5, 0xDFF1E8, 0xE3EBF4};
    b->title = format_new(b, NULL);
    format_set_bold(b->title);
    format_set_font_size(b->title, 14);
    b->note = format_new(b, NULL);
    format_set_font_color(b->note, 0x566072);
    b->head = format_new(b, NULL);
    format_set_bold(b->head);
    format_set_bg_color(b->head, 0xDCE6F1);
    format_set_align(b->head, LXW_ALIGN_VERTICAL_BOTTOM);
    format_set_bottom(b->head, LXW_BORDER_THIN);
    format_set_text_wrap(b->head);
    b->text = format_new(b, NULL);
    format_set_indent(b->text, 1);
    format_set_text_wrap(b->text);
    b->mono = format_new(b, "@");
    format_set_text_wrap(b->mono);
    format_set_indent(b->mono, 1);
    b->count = format_new(b, "#,##0");
    b->share = format_new(b, "0.0%");
    b->real = format_new(b, "0.00");
    b->span = format_new(b, "[h]:mm:ss");
    b->seconds = format_new(b, "#,##0.0##");
    b->when = format_new(b, "yyyy/mm/dd hh:mm:ss");
    b->sum = format_new(b, "#,##0");
    format_set_bold(b->sum);
    format_set_top(b->sum, LXW_BORDER_THIN);
    for (size_t i = 0; i < 5; i++) {
        b->shade[i] = workbook_add_format(b->workbook);
        format_set_font_color(b->shade[i], colours[i]);
        format_set_bg_color(b->shade[i], pale[i]);
        b->severity[i] = format_new(b, NULL);
        format_set_bold(b->severity[i]);
        format_set_font_color(b->severity[i], colours[i]);
    }
}

void book_text(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t column, struct slice t,
               lxw_format *f)
{
    book_kept(b, worksheet_write_string(s, row, (lxw_col_t)column, cell_text(&b->text_buf, t), f));
}

void book_label(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t column, const char *key,
                lxw_format *f)
{
    book_text(b, s, row, column, label_text(b->r->language, key), f);
}

void book_number(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t column, double x,
                 lxw_format *f)
{
    if (isfinite(x))
        book_kept(b, worksheet_write_number(s, row, (lxw_col_t)column, x, f));
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

/* Can a file be made in the scratch folder?  The library crashes on a sheet that gets none (1.1.4, measured). */
static bool scratch_works(struct book *b)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/probe", b->r->scratch);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        b->failure = b->failure ? b->failure : errno;
        book_kept(b, LXW_ERROR_CREATING_TMPFILE);
        return false;
    }
    close(fd);
    unlink(path);
    return true;
}

lxw_worksheet *book_sheet(struct book *b, struct slice label, struct slice title, unsigned part)
{
    char name[128];
    if (b->error || !scratch_works(b))
        return NULL;
    sheet_name(b, label, part, name);
    lxw_worksheet *s = workbook_add_worksheet(b->workbook, name);
    if (!s) {
        book_kept(b, LXW_ERROR_PARAMETER_VALIDATION);
        return NULL;
    }
    worksheet_set_landscape(s);
    worksheet_set_paper(s, 9);
    worksheet_fit_to_pages(s, 1, 0);
    book_kept(b, worksheet_set_footer(s, "&C&P / &N"));
    book_kept(b, worksheet_repeat_rows(s, 0, HEAD - 1));
    book_text(b, s, 0, 0, title, b->title);
    book_kept(b, worksheet_set_row(s, 0, 26, NULL));
    const struct doc *d = b->r->doc;
    b->value_buf.n = 0;
    if (d->first != WHEN_NONE && d->last != WHEN_NONE) {
        show_when(&b->value_buf, d->zone, d->first, true);
        buf_add(&b->value_buf, SLICE(" \xE2\x80\x93 "));
        show_when(&b->value_buf, d->zone, d->last, true);
    }
    book_text(b, s, 1, 0, buf_slice(&b->value_buf), b->note);
    book_kept(b, worksheet_set_row(s, 1, 22, NULL));
    return s;
}

/* A spreadsheet's day number of the wall clock in the report's zone. */
static double day_number(const struct book *b, when t)
{
    int32_t offset = b->r->doc->zone ? zone_offset(b->r->doc->zone, t) : 0;
    return (double)(t + offset * SECOND) / (double)DAY + 25569.0;
}

void book_value(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t column,
                const struct value *v)
{
    switch (v->kind) {
    case KIND_NULL:
        break;
    case KIND_COUNT:
    case KIND_BYTES:
        book_number(b, s, row, column, (double)v->number, b->count);
        break;
    case KIND_SPAN:
        book_number(b, s, row, column, (double)v->number / (double)DAY, b->span);
        break;
    case KIND_WHEN:
        book_number(b, s, row, column, day_number(b, v->number), b->when);
        break;
    case KIND_SHARE:
        book_number(b, s, row, column, v->real, b->share);
        break;
    case KIND_REAL:
        book_number(b, s, row, column, v->real, b->real);
        break;
    default:
        b->value_buf.n = 0;
        show_value(&b->value_buf, b->r, v);
        book_text(b, s, row, column, buf_slice(&b->value_buf),
                  v->kind == KIND_TOKEN || v->kind == KIND_TEXT ? b->text : b->mono);
    }
}

void book_width(struct book *b, lxw_worksheet *s, size_t column, double width)
{
    book_kept(b, worksheet_set_column(s, (lxw_col_t)column, (lxw_col_t)column, width, NULL));
}

void book_height(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t lines)
{
    double line = strcmp(b->r->language, "ja") == 0 ? 18.75 : 15;
    book_kept(b, worksheet_set_row(s, row, line * (double)(lines < 12 ? lines : 12), NULL));
}

size_t width_of(struct slice s)
{
    size_t n = 0;
    while (s.n && n < 600) {
        uint32_t code = 0;
        size_t length = utf8_next(s, &code);
        n += code >= 0x1100 ? 2 : 1;
        s = slice_from(s, length ? length : 1);
    }
    return n;
}

void book_severities(struct book *b, lxw_worksheet *s, lxw_row_t last, size_t column)
{
    for (size_t i = 0; i < 5; i++) {
        struct buf word = {0};
        buf_byte(&word, '"');
        buf_add(&word, label_any(b->r->language, "severity", NULL, slice_str(severity_names[i])));
        buf_byte(&word, '"');
        buf_byte(&word, '\0');
        lxw_conditional_format rule = {.type = LXW_CONDITIONAL_TYPE_CELL,
                                       .criteria = LXW_CONDITIONAL_CRITERIA_EQUAL_TO,
                                       .value_string = word.p,
                                       .format = b->shade[i]};
        book_kept(b, worksheet_conditional_format_range(s, HEAD, (lxw_col_t)column, last,
                                                        (lxw_col_t)column, &rule));
        buf_fini(&word);
    }
}

static void summary_sheet(struct book *b)
{
    const struct doc *d = b->r->doc;
    struct slice title = report_title(b->r);
    lxw_worksheet *s = book_sheet(b, label_text(b->r->language, "sheet.summary"), title, 1);
    lxw_row_t row = HEAD;
    if (!s)
        return;
    book_width(b, s, 0, 96);
    book_width(b, s, 1, 22);
    book_label(b, s, HEAD - 1, 0, "ui.key_figures", b->head);
    book_label(b, s, HEAD - 1, 1, "column.value", b->head);
    for (size_t i = 0; i < d->tiles_count; i++) {
        struct slice label = label_any(b->r->language, "tile", NULL, slice_str(d->tiles[i].key));
        book_text(b, s, row, 0, label, b->text);
        book_value(b, s, row++, 1, &d->tiles[i].value);
    }
    row++;
    for (size_t i = 0; i < d->sentences_count; i++) {
        b->value_buf.n = 0;
        label_fill(&b->value_buf, b->r, label_text(b->r->language, d->sentences[i].label),
                   d->sentences[i].numbers, NULL);
        book_height(b, s, row, (width_of(buf_slice(&b->value_buf)) + 93) / 94);
        book_text(b, s, row++, 0, buf_slice(&b->value_buf), b->text);
    }
}

enum { FINDING_COLUMNS = 11 };

static void finding_head(struct book *b, lxw_worksheet *s, size_t column, const char *key)
{
    const struct zone *zone = b->r->doc->zone;
    bool timed = strcmp(key, "ui.start") == 0 || strcmp(key, "ui.end") == 0;
    b->value_buf.n = 0;
    buf_add(&b->value_buf, label_text(b->r->language, key));
    if (timed && zone) {
        buf_add(&b->value_buf, SLICE(" ("));
        buf_add(&b->value_buf, zone_name(zone));
        buf_add(&b->value_buf, SLICE(")"));
    }
    book_text(b, s, HEAD - 1, column, buf_slice(&b->value_buf), b->head);
}

/* Lines that the longest sentence of a finding takes in its column. */
static size_t finding_lines(struct book *b, const struct finding *f)
{
    static const struct {
        const char *part;
        size_t width;
    } parts[] = {{"title", 28}, {"summary", 38}, {"contain", 25},
                 {"fix", 25},   {"prevent", 25}, {"limits", 25}};
    size_t lines = 1;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        b->value_buf.n = 0;
        finding_part(&b->value_buf, b->r, f, parts[i].part);
        size_t n = 1 + width_of(buf_slice(&b->value_buf)) / parts[i].width;
        lines = n > lines ? n : lines;
    }
    return lines;
}

static void findings_sheet(struct book *b)
{
    static const char *const heads[] = {
        "ui.severity", "column.title", "column.summary", "ui.subject", "ui.start",   "ui.end",
        "ui.contain",  "ui.fix",       "ui.prevent",     "ui.limits",  "ui.evidence"};
    static const double widths[] = {14, 32, 44, 24, 20, 20, 30, 30, 30, 30, 44};
    static const char *const parts[] = {"contain", "fix", "prevent", "limits"};
    const struct doc *d = b->r->doc;
    struct slice label = label_text(b->r->language, "sheet.findings");
    lxw_worksheet *s = book_sheet(b, label, label, 1);
    if (!s)
        return;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        finding_head(b, s, i, heads[i]);
        book_kept(b, worksheet_set_column(s, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL));
    }
    worksheet_freeze_panes(s, HEAD, 2);
    for (size_t i = 0; i < d->findings_count; i++) {
        const struct finding *f = d->findings[i];
        lxw_row_t row = HEAD + (lxw_row_t)i;
        struct value start = value_number(KIND_WHEN, f->start),
                     end = value_number(KIND_WHEN, f->end);
        book_text(
            b, s, row, 0,
            label_any(b->r->language, "severity", NULL, slice_str(severity_names[f->severity])),
            b->severity[f->severity]);
        for (size_t k = 0; k < 2; k++) {
            b->value_buf.n = 0;
            finding_part(&b->value_buf, b->r, f, k ? "summary" : "title");
            book_text(b, s, row, 1 + k, buf_slice(&b->value_buf), b->text);
        }
        book_value(b, s, row, 3, &f->key);
        book_value(b, s, row, 4, &start);
        book_value(b, s, row, 5, &end);
        for (size_t k = 0; k < 4; k++) {
            b->value_buf.n = 0;
            finding_part(&b->value_buf, b->r, f, parts[k]);
            book_text(b, s, row, 6 + k, buf_slice(&b->value_buf), b->text);
        }
        size_t lines = finding_lines(b, f);
        b->value_buf.n = 0;
        for (size_t k = 0; k < f->evidence_count; k++) {
            buf_add(&b->value_buf, k ? SLICE(", ") : SLICE(""));
            quote_place(&b->value_buf, d, f->evidence[k]);
        }
        book_text(b, s, row, 10, buf_slice(&b->value_buf), b->mono);
        size_t evidence = 1 + width_of(buf_slice(&b->value_buf)) / 38;
        book_height(b, s, row, lines > evidence ? lines : evidence);
    }
    if (!d->findings_count)
        return;
    lxw_row_t last = HEAD + (lxw_row_t)d->findings_count - 1;
    book_kept(b, worksheet_autofilter(s, HEAD - 1, 0, last, FINDING_COLUMNS - 1));
    book_severities(b, s, last, 0);
}

static void glossary_sheet(struct book *b)
{
    struct slice key, english, japanese, label = label_text(b->r->language, "sheet.glossary");
    bool ja = strcmp(b->r->language, "ja") == 0;
    lxw_worksheet *s = book_sheet(b, label, label, 1);
    lxw_row_t row = HEAD;
    if (!s)
        return;
    book_kept(b, worksheet_set_column(s, 0, 0, 24, NULL));
    book_kept(b, worksheet_set_column(s, 1, 1, 90, NULL));
    book_label(b, s, HEAD - 1, 0, "ui.term", b->head);
    book_label(b, s, HEAD - 1, 1, "ui.meaning", b->head);
    for (size_t i = 0; label_row(i, &key, &english, &japanese); i++) {
        if (!slice_eat(&key, SLICE("term.")))
            continue;
        book_text(b, s, row, 0, ja ? japanese : english, b->text);
        book_text(b, s, row++, 1, label_any(b->r->language, "meaning", NULL, key), b->text);
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
        struct slice id = slice_word(&line, '\t');
        const struct table *t = table_find(b->r->doc, id);
        struct slice sheet = slice_word(&line, '\t'), databars = slice_word(&line, '\t');
        slice_eat(&sheet, SLICE("sheet."));
        if (t)
            book_table(b, t, label_any(b->r->language, "sheet", NULL, sheet), databars, line);
        if (slice_eq(id, SLICE("dwell.by_hour")))
            book_heat(b);
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
    book_kept(b, workbook_set_properties(b->workbook, &properties));
}

static void book_fill(struct book *b)
{
    formats_make(b);
    properties_set(b);
    summary_sheet(b);
    findings_sheet(b);
    table_all(b);
    glossary_sheet(b);
}

/* The whole book through the library; its error, and in *failure an errno where one is known. */
static lxw_error book_write(const struct rendering *r, int *failure)
{
    struct book *b = mem_new(sizeof *b);
    char *scratch = mem_text(r->scratch, strlen(r->scratch));
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = scratch};
    lxw_error error = LXW_ERROR_CREATING_XLSX_FILE;
    b->r = r;
    b->workbook = workbook_new_opt(r->path, &options);
    if (b->workbook) {
        book_fill(b);
        errno = 0;
        error = workbook_close(b->workbook);
        *failure = b->error ? b->failure : errno;
        error = b->error ? b->error : error;
    }
    buf_fini(&b->text_buf);
    buf_fini(&b->value_buf);
    free(scratch);
    free(b);
    return error;
}

/* The library prints its own words, paths unescaped, to standard error: they are caught here (glibc lets stderr be set),
 * and what went wrong is told by the error. */
int xlsx_write(const struct rendering *r, struct err *e)
{
    char said[512];
    int failure = 0;
    streams_lost();
    FILE *before = stderr, *caught = fmemopen(said, sizeof said, "w");
    if (caught)
        stderr = caught;
    lxw_error error = book_write(r, &failure);
    stderr = before;
    if (streams_lost() && !error)
        error = LXW_ERROR_CREATING_TMPFILE;
    if (caught)
        fclose(caught);
    if (!error)
        return 0;
    return err_set(e, ERR_OUTPUT, "report.xlsx: %s%s%s", lxw_strerror(error), failure ? " " : "",
                   failure ? strerror(failure) : "");
}
