/* html.h - the parts of the HTML renderer.  Private to report. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "render.h"

struct html {
    struct sink sink;
    struct buf text; /* one value, before it is escaped */
    const struct rendering *r;
    unsigned charts, tables;
    size_t common; /* bytes that the paths of all sources begin with */
};

/* Is there room for more rows?  A page is at most 5 MB, whatever the evidence. */
static inline bool html_room(const struct html *h)
{
    return h->sink.written + h->sink.out.n < 4000000;
}

/* Markup of ours, as it is. */
void html_raw(struct html *h, const char *markup);
/* Escaped: text, a label, a value. */
void html_slice(struct html *h, struct slice s);
void html_label(struct html *h, const char *key);
void html_value(struct html *h, const struct value *v);
bool kind_is_number(enum kind kind);
void html_path(struct html *h, struct slice path);
/* Escaped, at most so many columns of it (wide characters take two), the cut shown. */
void html_cut(struct html *h, struct slice s, size_t columns);
void html_table(struct html *h, const struct table *t, const char *section);
void html_chart(struct html *h, const struct chart *c);

#endif
