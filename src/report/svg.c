/* Charts as inline SVG.
 *
 * Invariant: at most MARKS marks whatever the number of rows (each the greatest of its group, and the chart says so);
 * no style attribute; colours come from the style sheet, series differ in dash or shade too.
 * Source: SVG 1.1 (title, desc, role img), the 1-2-5 rule for ticks.  Example: <path class="line s0" d="M64 200L70 190"/>
 */
#include "html.h"

#include <math.h>

enum { MARKS = 400, WIDTH = 900, HEIGHT = 280, LEFT = 72, RIGHT = 18, TOP = 34, BOTTOM = 58 };

struct plot {
    const struct chart *chart;
    double x[MARKS], y[3][MARKS];
    struct slice names[MARKS];
    struct arena text;
    size_t count, per, series;
    bool timed, spans, log;
    double x0, x1, y0, y1, unit, step;
    double gap; /* between neighbours, the least */
    const char *unit_label;
};

static double plot_number(const struct value *v)
{
    if (!v)
        return NAN;
    if (v->kind == KIND_COUNT || v->kind == KIND_BYTES || v->kind == KIND_SPAN)
        return (double)v->number;
    return v->kind == KIND_SHARE || v->kind == KIND_REAL ? v->real : NAN;
}

static void plot_row(struct plot *p, const struct object *o, size_t row)
{
    size_t at = row / p->per;
    if (at >= p->count) {
        const struct value *x = object_get(o, p->chart->x);
        p->timed = p->timed || (x && x->kind == KIND_WHEN);
        p->x[at] = x && x->kind == KIND_WHEN ? (double)x->number : (double)at;
        if (x && x->kind >= KIND_TOKEN && x->kind <= KIND_RAW)
            p->names[at] = arena_copy(&p->text, slice_head(x->text, 60));
        for (size_t s = 0; s < p->series; s++)
            p->y[s][at] = NAN;
        p->count = at + 1;
    }
    for (size_t s = 0; s < p->series; s++) {
        const struct value *v = object_get(o, p->chart->y[s]);
        p->spans = p->spans || (v && v->kind == KIND_SPAN);
        p->y[s][at] = fmax(p->y[s][at], plot_number(v));
    }
}

static void plot_read(struct plot *p)
{
    const struct list *rows = p->chart->rows;
    size_t total = rows ? rows->count : 0;
    struct arena scratch = {0};
    while (p->series < 3 && p->chart->y[p->series])
        p->series++;
    p->per = total > MARKS ? (total + MARKS - 1) / MARKS : 1;
    for (size_t i = 0; i < total; i++) {
        struct value row;
        if (list_row(rows, i, &scratch, &row) && row.kind == KIND_OBJECT)
            plot_row(p, row.object, i);
        if (scratch.used)
            arena_fini(&scratch);
    }
    arena_fini(&scratch);
}

static double nice_step(double range, unsigned ticks)
{
    double raw = range / ticks, power = pow(10, floor(log10(raw)));
    double n = raw / power;
    return power * (n <= 1 ? 1 : n <= 2 ? 2 : n <= 5 ? 5 : 10);
}

static double least_gap(const struct plot *p)
{
    double gap = INFINITY;
    for (size_t i = 1; i < p->count; i++)
        if (p->x[i] > p->x[i - 1])
            gap = fmin(gap, p->x[i] - p->x[i - 1]);
    return isfinite(gap) ? gap : 1;
}

static void plot_scale(struct plot *p)
{
    double least = INFINITY, most = 0;
    for (size_t s = 0; s < p->series; s++)
        for (size_t i = 0; i < p->count; i++) {
            most = fmax(most, p->y[s][i]);
            if (p->y[s][i] > 0)
                least = fmin(least, p->y[s][i]);
        }
    p->unit = 1;
    if (p->spans) {
        static const struct {
            double us;
            const char *label;
        } units[] = {
            {86400e6, "ui.days"}, {3600e6, "ui.hours"}, {60e6, "ui.minutes"}, {1e6, "ui.seconds"}};
        size_t u = 0;
        while (u < 3 && most < 2 * units[u].us)
            u++;
        p->unit = units[u].us;
        p->unit_label = units[u].label;
    }
    p->log = p->spans && isfinite(least) && most / least > 1000;
    p->step = nice_step(most > 0 ? most / p->unit : 1, 5);
    if (!p->spans && p->step < 1)
        p->step = 1;
    p->y1 = p->log ? pow(10, ceil(log10(most * 1.02)))
                   : ceil(fmax(most / p->unit, p->step) / p->step) * p->step * p->unit;
    p->y0 = p->log ? pow(10, floor(log10(least))) : 0;
    p->x0 = p->count ? p->x[0] : 0;
    p->x1 = p->count ? p->x[p->count - 1] : 1;
    p->gap = least_gap(p);
}

static double slot_width(const struct plot *p)
{
    double slots = p->count > 1 ? (p->x1 - p->x0) / p->gap + 1 : 1;
    return (double)(WIDTH - LEFT - RIGHT) / fmax(slots, 1);
}

static double plot_x(const struct plot *p, double x)
{
    double inset = fmin(slot_width(p) / 2, 24), room = WIDTH - LEFT - RIGHT - 2 * inset;
    if (p->x1 <= p->x0)
        return LEFT + (WIDTH - LEFT - RIGHT) / 2.0;
    return LEFT + inset + room * (x - p->x0) / (p->x1 - p->x0);
}

static double plot_y(const struct plot *p, double y)
{
    double part =
        p->log ? (log10(fmax(y, p->y0)) - log10(p->y0)) / (log10(p->y1) - log10(p->y0)) : y / p->y1;
    return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM);
}

static void grid_line(struct html *h, const struct plot *p, double y)
{
    buf_printf(&h->sink.out, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, plot_y(p, y),
               WIDTH - RIGHT);
    buf_printf(&h->sink.out, "<text class=\"tick end\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
               LEFT - 8, plot_y(p, y) + 4);
}

static void axis_y(struct html *h, const struct plot *p)
{
    static const struct {
        double us;
        int n;
        const char *unit;
    } marks[] = {{1e3, 0, "0.001"},         {1e4, 0, "0.01"},         {1e5, 0, "0.1"},
                 {1e6, 1, "ui.seconds"},    {1e7, 10, "ui.seconds"},  {60e6, 1, "ui.minutes"},
                 {600e6, 10, "ui.minutes"}, {3600e6, 1, "ui.hours"},  {36000e6, 10, "ui.hours"},
                 {86400e6, 1, "ui.days"},   {864000e6, 10, "ui.days"}};
    if (p->log) {
        double last = HEIGHT;
        for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
            if (marks[i].us < p->y0 || marks[i].us > p->y1 || last - plot_y(p, marks[i].us) < 13)
                continue;
            last = plot_y(p, marks[i].us);
            grid_line(h, p, marks[i].us);
            if (marks[i].n)
                buf_printf(&h->sink.out, "%d ", marks[i].n);
            else
                buf_printf(&h->sink.out, "%s ", marks[i].unit);
            html_label(h, marks[i].n ? marks[i].unit : "ui.seconds");
            html_raw(h, "</text>\n");
        }
        return;
    }
    for (double y = 0; y <= p->y1 / p->unit * 1.0001; y += p->step) {
        grid_line(h, p, y * p->unit);
        if (p->step >= 1)
            show_count(&h->sink.out, (int64_t)llround(y));
        else
            buf_printf(&h->sink.out, "%.*f", p->step >= 0.1 ? 1 : p->step >= 0.01 ? 2 : 3, y);
        html_raw(h, "</text>\n");
    }
}

static void tick_x(struct html *h, double x, unsigned line, const char *text)
{
    buf_printf(&h->sink.out,
               "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", x,
               HEIGHT - BOTTOM + 17 + (int)line * 14, text);
}

static void axis_time(struct html *h, const struct plot *p)
{
    static const int64_t steps[] = {1,     2,     5,     10,    15,     30,     60,
                                    120,   180,   360,   720,   1440,   2880,   7200,
                                    10080, 20160, 43200, 86400, 172800, 525600, 1051200};
    const struct zone *z = h->r->doc->zone;
    when first = (when)p->x0, last = (when)p->x1;
    size_t s = 0;
    while (s + 1 < sizeof steps / sizeof steps[0] && (last - first) / (steps[s] * MINUTE) > 9)
        s++;
    int64_t step = steps[s] * MINUTE, offset = (z ? zone_offset(z, first) : 0) * SECOND;
    int64_t at = (first + offset) / step * step - offset;
    int day = 0;
    for (at += at < first ? step : 0; at <= last && step > 0; at += step) {
        struct civil c = civil_of(at, z ? zone_offset(z, at) : 0);
        char text[32];
        double x = plot_x(p, (double)at);
        buf_printf(&h->sink.out, "<path class=\"axis\" d=\"M%.1f %dv5\"/>", x, HEIGHT - BOTTOM);
        struct buf b = {0};
        buf_printf(&b, "%02u:%02u", (unsigned)c.hour % 100, (unsigned)c.minute % 100);
        buf_byte(&b, '\0');
        memcpy(text, b.p, b.n < sizeof text ? b.n : sizeof text);
        if (step < DAY)
            tick_x(h, x, 0, text);
        b.n = 0;
        buf_printf(&b, "%04d-%02u-%02u", c.year, (unsigned)c.month % 100, (unsigned)c.day % 100);
        buf_byte(&b, '\0');
        memcpy(text, b.p, b.n < sizeof text ? b.n : sizeof text);
        if (day != c.day || step >= DAY)
            tick_x(h, x, step < DAY, text);
        day = c.day;
        buf_fini(&b);
    }
}

static void axis_names(struct html *h, const struct plot *p)
{
    size_t every = (p->count + 7) / 8;
    for (size_t i = 0; i < p->count; i += every ? every : 1) {
        buf_printf(&h->sink.out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">",
                   plot_x(p, p->x[i]), HEIGHT - BOTTOM + 17);
        html_slice(h, slice_head(p->names[i], 16));
        html_raw(h, "</text>");
    }
}

static void draw_bars(struct html *h, const struct plot *p)
{
    double slot = slot_width(p), each = fmin(fmax(slot * 0.78, 1.2), 36) / (double)p->series;
    for (size_t i = 0; i < p->count; i++)
        for (size_t s = 0; s < p->series; s++) {
            if (!(p->y[s][i] > 0))
                continue;
            double top = plot_y(p, p->y[s][i]);
            double left = plot_x(p, p->x[i]) + each * ((double)s - (double)p->series / 2.0);
            buf_printf(&h->sink.out,
                       "<rect class=\"bar s%zu\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" "
                       "height=\"%.1f\"/>",
                       s, left, top, fmax(each, 1), HEIGHT - BOTTOM - top);
        }
    html_raw(h, "\n");
}

/* Does the line end at i?  Hours without a value are left open, never bridged. */
static bool line_breaks(const struct plot *p, size_t i)
{
    return i == 0 || p->x[i] - p->x[i - 1] > 2.5 * p->gap;
}

static void draw_dots(struct html *h, const struct plot *p, size_t s)
{
    for (size_t i = 0; i < p->count; i++) {
        bool alone = line_breaks(p, i) && (i + 1 == p->count || line_breaks(p, i + 1));
        if (isnan(p->y[s][i]) || (p->count > 60 && !alone))
            continue;
        buf_printf(&h->sink.out, "<circle class=\"dot s%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"/>", s,
                   plot_x(p, p->x[i]), plot_y(p, p->y[s][i]), p->count == 1 ? "5" : "2.4");
    }
    html_raw(h, "\n");
}

static void draw_line(struct html *h, const struct plot *p, size_t s)
{
    bool pen = false;
    html_raw(h, "<path class=\"line");
    buf_printf(&h->sink.out, " s%zu\" d=\"", s);
    for (size_t i = 0; i < p->count; i++) {
        if (isnan(p->y[s][i])) {
            pen = false;
            continue;
        }
        pen = pen && !line_breaks(p, i);
        buf_printf(&h->sink.out, "%c%.1f %.1f", pen ? 'L' : 'M', plot_x(p, p->x[i]),
                   plot_y(p, p->y[s][i]));
        pen = true;
    }
    html_raw(h, "\"/>\n");
    if (p->chart->form == CHART_LINE)
        draw_dots(h, p, s);
}

static void draw_area(struct html *h, const struct plot *p)
{
    if (p->count > 1) {
        buf_printf(&h->sink.out, "<path class=\"fill s0\" d=\"M%.1f %d", plot_x(p, p->x[0]),
                   HEIGHT - BOTTOM);
        for (size_t i = 0; i < p->count; i++)
            buf_printf(&h->sink.out, "L%.1f %.1f", plot_x(p, p->x[i]),
                       plot_y(p, isnan(p->y[0][i]) ? p->y0 : p->y[0][i]));
        buf_printf(&h->sink.out, "V%dZ\"/>", HEIGHT - BOTTOM);
    }
    draw_line(h, p, 0);
}

static void legend(struct html *h, const struct plot *p)
{
    double x = LEFT;
    buf_printf(&h->sink.out, "<text class=\"unit\" x=\"%d\" y=\"16\" text-anchor=\"%s\">",
               p->series > 1 ? WIDTH - RIGHT : LEFT, p->series > 1 ? "end" : "start");
    html_slice(h, label_any(h->r->language, p->chart->id, NULL, SLICE("y")));
    if (p->unit_label && !p->log) {
        html_raw(h, " (");
        html_label(h, p->unit_label);
        html_raw(h, ")");
    }
    html_raw(h, "</text>\n");
    for (size_t s = 0; p->series > 1 && s < p->series; s++) {
        struct slice name =
            label_any(h->r->language, p->chart->id, "column", slice_str(p->chart->y[s]));
        buf_printf(&h->sink.out,
                   "<path class=\"line s%zu\" d=\"M%.0f 12h24\"/>"
                   "<text class=\"legend\" x=\"%.0f\" y=\"16\">",
                   s, x, x + 30);
        html_slice(h, name);
        html_raw(h, "</text>\n");
        x += 56;
        for (size_t i = 0; i < name.n; i++)
            x += ((unsigned char)name.p[i] & 0xC0) == 0x80 ? 0
                 : (unsigned char)name.p[i] > 0x7F         ? 13
                                                           : 7;
    }
}

static void chart_caption(struct html *h, const struct plot *p)
{
    html_raw(h, "<figcaption>");
    html_label(h, p->chart->id);
    html_raw(h, "<span class=\"note\">");
    html_slice(h, label_any(h->r->language, p->chart->id, NULL, SLICE("alt")));
    if (p->log) {
        html_raw(h, " ");
        html_label(h, "ui.log_scale");
    }
    if (p->per > 1) {
        struct member n[] = {{"n", value_number(KIND_COUNT, (int64_t)p->per)}};
        struct object o = {n, 1, 1};
        h->text.n = 0;
        label_fill(&h->text, h->r, label_text(h->r->language, "ui.marks"), &o, NULL);
        html_raw(h, " ");
        html_slice(h, buf_slice(&h->text));
    }
    html_raw(h, "</span></figcaption>\n");
}

static void chart_axes(struct html *h, const struct plot *p)
{
    axis_y(h, p);
    buf_printf(&h->sink.out, "<path class=\"axis\" d=\"M%d %dH%d\"/>\n", LEFT, HEIGHT - BOTTOM,
               WIDTH - RIGHT);
    if (p->timed)
        axis_time(h, p);
    else
        axis_names(h, p);
    buf_printf(&h->sink.out, "<text class=\"unit\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">",
               (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6);
    html_slice(h, label_any(h->r->language, p->chart->id, NULL, SLICE("x")));
    if (p->timed && h->r->doc->zone) {
        html_raw(h, " (");
        html_slice(h, zone_name(h->r->doc->zone));
        html_raw(h, ")");
    }
    html_raw(h, "</text>\n");
}

void html_chart(struct html *h, const struct chart *c)
{
    static struct plot p; /* large, and written by one thread */
    p = (struct plot){.chart = c};
    plot_read(&p);
    plot_scale(&p);
    unsigned id = h->charts++;
    html_raw(h, "<figure class=\"chart\">\n");
    chart_caption(h, &p);
    html_raw(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    html_label(h, c->id);
    buf_printf(&h->sink.out,
               "\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"c%ut c%ud\">"
               "<title id=\"c%ut\">",
               WIDTH, HEIGHT, id, id, id);
    html_label(h, c->id);
    buf_printf(&h->sink.out, "</title><desc id=\"c%ud\">", id);
    html_slice(h, label_any(h->r->language, c->id, NULL, SLICE("alt")));
    html_raw(h, "</desc>\n");
    if (p.count) {
        chart_axes(h, &p);
        legend(h, &p);
        if (c->form == CHART_BARS)
            draw_bars(h, &p);
        else if (c->form == CHART_AREA)
            draw_area(h, &p);
        else
            for (size_t s = 0; s < p.series; s++)
                draw_line(h, &p, s);
    } else {
        html_raw(h, "<text class=\"unit\" x=\"450\" y=\"150\" text-anchor=\"middle\">");
        html_label(h, "ui.no_values");
        html_raw(h, "</text>");
    }
    html_raw(h, "</svg></div>\n</figure>\n");
    arena_fini(&p.text);
    sink_push(&h->sink);
}
