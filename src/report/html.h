/* html.h - the parts of the HTML renderer.  Private to report. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "render.h"

struct html {
    struct sink sink;
    struct buf text; /* one value, before it is escaped */
    const struct rendering *r;
    unsigned charts;
};

/* Markup of ours, as it is. */
void html_raw(struct html *h, const char *markup);
/* Escaped: text, a label, a value. */
void html_slice(struct html *h, struct slice s);
void html_label(struct html *h, const char *key);
void html_value(struct html *h, const struct value *v);
bool kind_is_number(enum kind kind);
void html_table(struct html *h, const struct table *t);
void html_chart(struct html *h, const struct chart *c);

#endif
