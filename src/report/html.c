/* report.html: one file, no network, works with scripts off and on paper.
 *
 * Invariant: a strict Content-Security-Policy names the hashes of the one style sheet and the one script, so nothing
 * from the evidence can run or load; no style attribute and no inline handler exists; every text passes html_text.
 * Sources: CSP level 3 (hash sources), HTML living standard, WCAG 2.2.  Example:
 *     <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-...'">
 */
#include "html.h"

#include "postmortem/base/sha256.h"

#include <errno.h>

enum { FOREMOST = 5, FINDINGS_ROOM = 2500000, TITLE_COLUMNS = 300, SENTENCE_COLUMNS = 1200 };

void html_raw(struct html *h, const char *markup)
{
    sink_text(&h->sink, markup);
}

void html_slice(struct html *h, struct slice s)
{
    html_text(&h->sink.out, s);
}

void html_label(struct html *h, const char *key)
{
    html_slice(h, label_text(h->r->language, key));
}

void html_value(struct html *h, const struct value *v)
{
    h->text.n = 0;
    show_value(&h->text, h->r, v);
    html_slice(h, buf_slice(&h->text));
}

static void html_told(struct html *h, const struct value *v)
{
    h->text.n = 0;
    show_told(&h->text, h->r, v);
    html_cut(h, buf_slice(&h->text), SENTENCE_COLUMNS);
}

static void html_count(struct html *h, const char *label, size_t shown, size_t total)
{
    struct member n[] = {{"shown", value_number(KIND_COUNT, (int64_t)shown)},
                         {"total", value_number(KIND_COUNT, (int64_t)total)},
                         {"more", value_number(KIND_COUNT, (int64_t)(total - shown))}};
    struct object o = {n, 3, 3};
    h->text.n = 0;
    label_fill(&h->text, h->r, label_text(h->r->language, label), &o, NULL);
    html_slice(h, buf_slice(&h->text));
}

static void html_counted(struct html *h, const char *label, size_t shown, size_t total)
{
    html_raw(h, "<p class=\"note\">");
    html_count(h, label, shown, total);
    html_raw(h, "</p>\n");
}

static void csp_hash(struct html *h, struct slice content)
{
    struct sha256 *hash = sha256_new();
    char text[SHA256_BASE64];
    sha256_add(hash, content.p, content.n);
    sha256_base64(hash, text);
    sha256_free(hash);
    html_raw(h, "'sha256-");
    html_raw(h, text);
    html_raw(h, "'");
}

static void page_head(struct html *h)
{
    html_raw(h, "<!DOCTYPE html>\n<html lang=\"");
    html_raw(h, h->r->language);
    html_raw(h, "\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                "style-src ");
    csp_hash(h, embedded_css());
    html_raw(h, "; script-src ");
    csp_hash(h, embedded_script());
    html_raw(h, "; img-src data:; base-uri 'none'; form-action 'none'\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=\"referrer\" content=\"no-referrer\">\n"
                "<meta name=\"format-detection\" content=\"telephone=no\">\n<title>");
    html_cut(h, report_title(h->r), TITLE_COLUMNS);
    html_raw(h, "</title>\n<style>");
    buf_add(&h->sink.out, embedded_css());
    html_raw(h, "</style>\n</head>\n<body data-filter=\"");
    html_label(h, "ui.filter");
    html_raw(h, "\" data-sort=\"");
    html_label(h, "ui.sort");
    html_raw(h, "\">\n<a class=\"skip\" href=\"#main\">");
    html_label(h, "ui.skip");
    html_raw(h, "</a>\n");
}

static void title_row(struct html *h, const char *label)
{
    html_raw(h, "<div><dt>");
    html_label(h, label);
    html_raw(h, "</dt><dd>");
}

static struct slice host_of(const struct list *instances, size_t i)
{
    struct arena scratch = {0};
    struct value row;
    const struct value *host = NULL;
    if (!instances->next && list_row(instances, i, &scratch, &row) && row.kind == KIND_OBJECT)
        host = object_get(row.object, "host");
    arena_fini(&scratch);
    return host && host->kind == KIND_PATH ? host->text : (struct slice){0};
}

static void title_hosts(struct html *h)
{
    const struct value *instances = object_get(h->r->doc->root, "instances");
    struct slice told[12];
    size_t count = 0, i = 0;
    if (!instances || instances->kind != KIND_LIST)
        return;
    for (; i < instances->list->count && count < sizeof told / sizeof told[0]; i++) {
        struct slice host = host_of(instances->list, i);
        size_t k = 0;
        while (k < count && !slice_eq(told[k], host))
            k++;
        if (!host.n || k < count)
            continue;
        if (!count)
            title_row(h, "ui.hosts");
        html_raw(h, count ? ", <bdi>" : "<bdi>");
        html_cut(h, host, TITLE_COLUMNS);
        html_raw(h, "</bdi>");
        told[count++] = host;
    }
    if (count)
        html_raw(h, i < instances->list->count ? " \xE2\x80\xA6</dd></div>\n" : "</dd></div>\n");
}

static void title_block(struct html *h)
{
    const struct doc *d = h->r->doc;
    html_raw(h, "<header class=\"title\">\n<p class=\"kicker\">");
    html_label(h, report_titled(h->r) ? "ui.report" : "ui.kicker");
    html_raw(h, "</p>\n<h1>");
    html_cut(h, report_title(h->r), TITLE_COLUMNS);
    html_raw(h, "</h1>\n<dl class=\"case\">\n");
    title_row(h, "ui.period");
    struct value first = value_number(KIND_WHEN, d->first), last = value_number(KIND_WHEN, d->last);
    if (first.kind == KIND_NULL) {
        html_label(h, "ui.no_period");
    } else {
        html_raw(h, "<span class=\"s\">");
        html_value(h, &first);
        html_raw(h, " \xE2\x80\x93</span> <span class=\"s\">");
        html_value(h, &last);
        html_raw(h, "</span>");
    }
    html_raw(h, "</dd></div>\n");
    title_row(h, "ui.zone");
    html_slice(h, d->zone ? zone_name(d->zone) : SLICE("UTC"));
    html_raw(h, "</dd></div>\n");
    title_hosts(h);
    title_row(h, "ui.made_with");
    const struct value *version = object_get(d->root, "tool.version");
    html_raw(h, "postmortem ");
    if (version)
        html_value(h, version);
    html_raw(h, "</dd></div>\n</dl>\n</header>\n");
}

static const struct chart *first_chart(const struct doc *d)
{
    const struct chart *first = NULL;
    for (size_t i = 0; i < d->sections_count; i++)
        for (size_t c = 0; c < d->sections[i]->charts_count; c++) {
            const struct chart *chart = d->sections[i]->charts[c];
            if (strcmp(chart->id, "dwell.volume") == 0)
                return chart;
            first = first ? first : chart;
        }
    return first;
}

static void severity_mark(struct html *h, enum severity severity)
{
    static const char *const shapes[] = {
        "<polygon points=\"5,1 11,1 15,5 15,11 11,15 5,15 1,11 1,5\"/>",
        "<polygon points=\"8,1 15.5,15 0.5,15\"/>",
        "<polygon points=\"8,0.5 15.5,8 8,15.5 0.5,8\"/>", "<circle cx=\"8\" cy=\"8\" r=\"7\"/>",
        "<rect x=\"1.5\" y=\"1.5\" width=\"13\" height=\"13\" rx=\"2\"/>"};
    buf_printf(&h->sink.out,
               "<span class=\"mark %s\"><svg viewBox=\"0 0 16 16\" width=\"14\" height=\"14\" "
               "aria-hidden=\"true\" focusable=\"false\">%s</svg>",
               severity_names[severity], shapes[severity]);
    html_slice(h, label_any(h->r->language, "severity", NULL, slice_str(severity_names[severity])));
    html_raw(h, "</span>");
}

static void finding_sentence(struct html *h, const struct finding *f, const char *part)
{
    h->text.n = 0;
    finding_part(&h->text, h->r, f, part);
    html_cut(h, buf_slice(&h->text), SENTENCE_COLUMNS);
}

/* The first finding of a kind and severity: it stands for the others on the first page. */
static size_t first_alike(const struct doc *d, size_t i)
{
    size_t first = 0;
    while (strcmp(d->findings[first]->kind, d->findings[i]->kind) != 0 ||
           d->findings[first]->severity != d->findings[i]->severity)
        first++;
    return first;
}

/* One line of the first page; how many findings it stands for. */
static size_t foremost_finding(struct html *h, size_t i)
{
    const struct doc *d = h->r->doc;
    size_t alike = 0;
    for (size_t k = i; k < d->findings_count; k++)
        alike += first_alike(d, k) == i;
    html_raw(h, "<li>");
    severity_mark(h, d->findings[i]->severity);
    buf_printf(&h->sink.out, "<span><a href=\"#f%zu\">", i + 1);
    finding_sentence(h, d->findings[i], "title");
    html_raw(h, "</a>");
    if (alike > 1)
        html_count(h, "ui.alike", 1, alike);
    html_raw(h, "</span></li>\n");
    return alike;
}

/* What a manager should see on the first page: the gravest findings by title, each kind once. */
static void foremost_findings(struct html *h)
{
    const struct doc *d = h->r->doc;
    size_t rows = 0, told = 0;
    if (!d->findings_count)
        return;
    html_raw(h, "<h3 class=\"cap\">");
    html_label(h, "ui.foremost");
    html_raw(h, "</h3>\n<ul class=\"foremost\">\n");
    for (size_t i = 0; i < d->findings_count && rows < FOREMOST; i++) {
        if (first_alike(d, i) != i)
            continue;
        told += foremost_finding(h, i);
        rows++;
    }
    html_raw(h, "</ul>\n");
    if (told < d->findings_count)
        html_counted(h, "ui.more_findings", told, d->findings_count);
}

static void summary_block(struct html *h)
{
    const struct doc *d = h->r->doc;
    html_raw(h, "<section class=\"summary\" aria-labelledby=\"summary\">\n<h2 id=\"summary\">");
    html_label(h, "ui.summary");
    html_raw(h, "</h2>\n<p class=\"lead\">");
    for (size_t i = 0; i < d->sentences_count; i++) {
        h->text.n = 0;
        label_fill(&h->text, h->r, label_text(h->r->language, d->sentences[i].label),
                   d->sentences[i].numbers, NULL);
        if (i && strcmp(h->r->language, "ja") != 0)
            html_raw(h, " ");
        html_slice(h, buf_slice(&h->text));
    }
    html_raw(h, "</p>\n<dl class=\"tiles\">\n");
    for (size_t i = 0; i < d->tiles_count; i++) {
        html_raw(h, "<div><dt>");
        html_slice(h, label_any(h->r->language, "tile", NULL, slice_str(d->tiles[i].key)));
        html_raw(h, "</dt><dd>");
        html_told(h, &d->tiles[i].value);
        html_raw(h, "</dd></div>\n");
    }
    html_raw(h, "</dl>\n");
    foremost_findings(h);
    if (first_chart(d))
        html_chart(h, first_chart(d));
    html_raw(h, "</section>\n");
}

/* The rule's own numbers stand under their own names. */
static bool number_repeated(const struct finding *f, const struct member *m)
{
    if (strcmp(m->key, "threshold") == 0 || strcmp(m->key, "observed") == 0)
        return true;
    const struct value *a = &m->value, *b = &f->observed;
    return a->kind == b->kind && (a->kind == KIND_SPAN || a->kind == KIND_COUNT) &&
           a->number == b->number;
}

static void finding_numbers(struct html *h, const struct finding *f)
{
    html_raw(h, "<dl class=\"facts\">\n");
    struct member rows[] = {{"observed", f->observed},
                            {"threshold", f->threshold},
                            {"confidence", value_token(f->confidence)},
                            {"start", value_number(KIND_WHEN, f->start)},
                            {"end", value_number(KIND_WHEN, f->end)}};
    size_t own = f->numbers ? f->numbers->count : 0;
    for (size_t i = 0; i < own + sizeof rows / sizeof rows[0]; i++) {
        const struct member *m = i < own ? &f->numbers->members[i] : &rows[i - own];
        bool named = m->value.kind == KIND_TEXT &&
                     (strcmp(m->key, "n") == 0 || strcmp(m->key, "threshold") == 0);
        if (m->value.kind == KIND_NULL || named || (i < own && number_repeated(f, m)))
            continue;
        html_raw(h, "<div><dt>");
        html_slice(h, label_any(h->r->language, "column", NULL, slice_str(m->key)));
        html_raw(h, "</dt><dd>");
        html_told(h, &m->value);
        html_raw(h, "</dd></div>\n");
    }
    html_raw(h, "</dl>\n");
}

/* However long the path is, the line number behind it stays. */
static void place_put(struct html *h, struct slice place)
{
    size_t colon = slice_rchr(place, ':');
    html_path(h, slice_head(place, colon));
    html_slice(h, slice_from(place, colon));
}

static void finding_line(struct html *h, const struct quote *q)
{
    html_raw(h, "<li><span class=\"place\">");
    h->text.n = 0;
    quote_place(&h->text, h->r->doc, q);
    place_put(h, buf_slice(&h->text));
    html_raw(h, "</span><code>");
    if (q->quoted)
        html_slice(h, slice_head(q->text, 1000));
    else
        html_label(h, "ui.not_quoted");
    html_raw(h, q->quoted && q->text.n > 1000 ? " \xE2\x80\xA6</code></li>\n" : "</code></li>\n");
}

static bool line_told(const struct finding *f, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (f->evidence[k]->source == f->evidence[i]->source &&
            f->evidence[k]->line == f->evidence[i]->line)
            return true;
    return false;
}

static void finding_lines(struct html *h, const struct finding *f)
{
    size_t shown = 0;
    if (!f->evidence_count)
        return;
    html_raw(h, "<h4>");
    html_label(h, "ui.evidence");
    html_raw(h, "</h4>\n<ol class=\"lines\">\n");
    for (size_t i = 0; i < f->evidence_count; i++)
        if (!line_told(f, i)) {
            finding_line(h, f->evidence[i]);
            shown++;
        }
    html_raw(h, "</ol>\n");
    if (f->evidence_total > f->evidence_count)
        html_counted(h, "ui.evidence_of", shown, f->evidence_total);
}

/* What to do is told at the first finding of a kind; the others point there. */
static void finding_advice(struct html *h, size_t i)
{
    const struct finding *f = h->r->doc->findings[i];
    size_t first = first_alike(h->r->doc, i);
    if (first != i) {
        buf_printf(&h->sink.out, "<p class=\"note\"><a href=\"#f%zu\">", first + 1);
        html_label(h, "ui.advice_above");
        html_raw(h, "</a></p>\n");
        return;
    }
    static const char *const parts[][2] = {{"ui.contain", "contain"},
                                           {"ui.fix", "fix"},
                                           {"ui.prevent", "prevent"},
                                           {"ui.limits", "limits"}};
    html_raw(h, "<dl class=\"advice\">\n");
    for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
        html_raw(h, "<div><dt>");
        html_label(h, parts[k][0]);
        html_raw(h, "</dt><dd>");
        finding_sentence(h, f, parts[k][1]);
        html_raw(h, "</dd></div>\n");
    }
    html_raw(h, "</dl>\n");
}

static void findings_block(struct html *h)
{
    const struct doc *d = h->r->doc;
    html_raw(h, "<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">");
    html_label(h, "ui.findings");
    html_raw(h, "</h2>\n");
    if (!d->findings_count) {
        html_raw(h, "<p>");
        html_label(h, "ui.no_findings");
        html_raw(h, "</p>\n");
    }
    size_t i = 0;
    for (; i < d->findings_count && h->sink.written < FINDINGS_ROOM; i++) {
        const struct finding *f = d->findings[i];
        buf_printf(&h->sink.out, "<article class=\"finding %s\" id=\"f%zu\">\n<h3>",
                   severity_names[f->severity], i + 1);
        severity_mark(h, f->severity);
        html_raw(h, " <span>");
        finding_sentence(h, f, "title");
        html_raw(h, "</span></h3>\n<p>");
        finding_sentence(h, f, "summary");
        html_raw(h, "</p>\n");
        finding_numbers(h, f);
        finding_lines(h, f);
        finding_advice(h, i);
        html_raw(h, "</article>\n");
        sink_push(&h->sink);
    }
    if (i < d->findings_count)
        html_counted(h, "ui.more_findings", i, d->findings_count);
    html_raw(h, "</section>\n");
}

static void facts_rows(struct html *h, const char *section, const char *prefix,
                       const struct object *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        const struct member *m = &facts->members[i];
        struct buf key = {0};
        buf_printf(&key, "%s%s%s", prefix, *prefix ? "." : "", m->key);
        buf_byte(&key, '\0');
        if (m->value.kind == KIND_OBJECT) {
            facts_rows(h, section, key.p, m->value.object);
        } else {
            html_raw(h, "<div><dt>");
            html_slice(h, label_any(h->r->language, section, "column", slice_str(key.p)));
            html_raw(h, "</dt><dd>");
            html_told(h, &m->value);
            html_raw(h, "</dd></div>\n");
        }
        buf_fini(&key);
    }
}

static void section_block(struct html *h, const struct section *s)
{
    html_raw(h, "<section aria-labelledby=\"s-");
    html_slice(h, slice_str(s->id));
    html_raw(h, "\">\n<h2 id=\"s-");
    html_slice(h, slice_str(s->id));
    html_raw(h, "\">");
    html_label(h, s->id);
    html_raw(h, "</h2>\n");
    if (s->facts && s->facts->count) {
        html_raw(h, "<dl class=\"facts\">\n");
        facts_rows(h, s->id, "", s->facts);
        html_raw(h, "</dl>\n");
    }
    for (size_t i = 0; i < s->charts_count; i++)
        if (s->charts[i] != first_chart(h->r->doc))
            html_chart(h, s->charts[i]);
    for (size_t i = 0; i < s->tables_count; i++)
        html_table(h, s->tables[i], s->id);
    html_raw(h, "</section>\n");
}

static bool section_trust(const struct section *s)
{
    return strcmp(s->id, "coverage") == 0;
}

/* Which sections stand where: 0 the questions, 1 the trust section, 2 the appendix. */
static unsigned section_rank(const struct section *s)
{
    return section_trust(s) ? 1 : s->appendix ? 2 : 0;
}

/* In the contents a section may have a shorter name. */
static void html_section_name(struct html *h, const struct section *s)
{
    struct slice name = label_any(h->r->language, "nav", NULL, slice_str(s->id));
    html_slice(h, slice_eq(name, slice_str(s->id)) ? label_text(h->r->language, s->id) : name);
}

static void contents_block(struct html *h)
{
    html_raw(h, "<nav class=\"contents\" aria-label=\"");
    html_label(h, "ui.contents");
    html_raw(h, "\">\n<a href=\"#summary\">");
    html_label(h, "ui.summary");
    html_raw(h, "</a> <a href=\"#findings\">");
    html_label(h, "ui.findings");
    html_raw(h, "</a>");
    for (unsigned rank = 0; rank < 3; rank++)
        for (size_t i = 0; i < h->r->doc->sections_count; i++) {
            const struct section *s = h->r->doc->sections[i];
            if (section_rank(s) != rank)
                continue;
            html_raw(h, " <a href=\"#s-");
            html_slice(h, slice_str(s->id));
            html_raw(h, "\">");
            html_section_name(h, s);
            html_raw(h, "</a>");
        }
    html_raw(h, " <a href=\"#glossary\">");
    html_label(h, "ui.glossary");
    html_raw(h, "</a>\n</nav>\n");
}

static void glossary_block(struct html *h)
{
    struct slice key, english, japanese;
    bool ja = strcmp(h->r->language, "ja") == 0;
    html_raw(h, "<section aria-labelledby=\"glossary\">\n<h2 id=\"glossary\">");
    html_label(h, "ui.glossary");
    html_raw(h, "</h2>\n<dl class=\"glossary\">\n");
    for (size_t i = 0; label_row(i, &key, &english, &japanese); i++) {
        if (!slice_eat(&key, SLICE("term.")))
            continue;
        html_raw(h, "<div><dt>");
        html_slice(h, ja ? japanese : english);
        html_raw(h, "</dt><dd>");
        html_slice(h, label_any(h->r->language, "meaning", NULL, key));
        html_raw(h, "</dd></div>\n");
    }
    html_raw(h, "</dl>\n</section>\n");
}

/* Bytes, up to a "/", that the paths of all sources begin with: tables leave them out. */
static size_t common_start(const struct doc *d)
{
    struct slice common = {0};
    struct arena scratch = {0};
    for (size_t i = 0; d->sources && i < d->sources->count; i++) {
        struct value row;
        const struct value *path = NULL;
        if (list_row(d->sources, i, &scratch, &row) && row.kind == KIND_OBJECT)
            path = object_get(row.object, "path");
        if (!path || path->kind != KIND_PATH)
            continue;
        size_t n = 0;
        if (i == 0)
            common = path->text;
        while (n < common.n && n < path->text.n && common.p[n] == path->text.p[n])
            n++;
        common = slice_head(common, n);
    }
    size_t slash = slice_rchr(common, '/');
    size_t n = slash < common.n ? slash + 1 : 0;
    arena_fini(&scratch);
    return n;
}

int html_write(const struct rendering *r, struct err *e)
{
    struct html h = {.sink = {.fd = r->fd}, .r = r, .common = common_start(r->doc)};
    page_head(&h);
    title_block(&h);
    contents_block(&h);
    html_raw(&h, "<main id=\"main\">\n");
    summary_block(&h);
    findings_block(&h);
    for (unsigned rank = 0; rank < 3; rank++)
        for (size_t i = 0; i < r->doc->sections_count; i++)
            if (section_rank(r->doc->sections[i]) == rank)
                section_block(&h, r->doc->sections[i]);
    glossary_block(&h);
    html_raw(&h, "</main>\n<script>");
    buf_add(&h.sink.out, embedded_script());
    html_raw(&h, "</script>\n</body>\n</html>\n");
    buf_fini(&h.text);
    if (sink_finish(&h.sink))
        return err_set(e, ERR_OUTPUT, "report.html: %s", strerror(errno));
    return 0;
}
