/* xlsx.h - the parts of the workbook renderer.  Private to report. */
#ifndef REPORT_XLSX_H
#define REPORT_XLSX_H

#include "render.h"

#include <xlsxwriter.h>

enum { HEAD = 3, SHEETS = 64 }; /* rows above the data: title, period, column heads */

struct book {
    const struct rendering *r;
    lxw_workbook *workbook;
    lxw_format *title, *note, *head, *text, *mono, *count, *share, *real, *span, *seconds, *when;
    lxw_format *sum, *severity[5], *shade[5];
    struct buf text_buf, value_buf;
    lxw_error error; /* the first; the rest of the book is then not worth writing */
    int failure;     /* errno of that, where it is known */
    char names[SHEETS][128];
    size_t sheets;
};

void book_kept(struct book *b, lxw_error error);
/* A sheet with its title and period; part 2, 3, ... of a table is named "Name (2)".  NULL: b->error says why. */
lxw_worksheet *book_sheet(struct book *b, struct slice label, struct slice title, unsigned part);
void book_text(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t column, struct slice t,
               lxw_format *f);
void book_label(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t column, const char *key,
                lxw_format *f);
void book_number(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t column, double x,
                 lxw_format *f);
void book_value(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t column,
                const struct value *v);
/* A row as high as that many lines of text (at most 12); in the row being written only. */
void book_height(struct book *b, lxw_worksheet *s, lxw_row_t row, size_t lines);
void book_width(struct book *b, lxw_worksheet *s, size_t column, double width);
/* Words of a column in the colours of their severity, however it is sorted. */
void book_severities(struct book *b, lxw_worksheet *s, lxw_row_t last, size_t column);
/* Characters a text takes in a column, full-width ones counted twice, at most 600. */
size_t width_of(struct slice s);
/* All rows of a table, on as many sheets as they need; databars, totals: column keys with commas. */
void book_table(struct book *b, const struct table *t, struct slice label, struct slice databars,
                struct slice totals);
/* Deliveries by weekday and hour of acceptance. */
void book_heat(struct book *b);

#endif
