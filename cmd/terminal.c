/* What goes to a terminal: evidence may hold escape sequences, so every byte of it is made inert first (terminal or not). */
#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Length of a valid UTF-8 sequence at p, and its code point; 0 if it is none (overlong, surrogate, beyond U+10FFFF). */
static size_t utf8_sequence(const unsigned char *p, size_t n, uint32_t *c)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = p[0] < 0x80                   ? 1
                    : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                    : p[0] >= 0xe0                ? 3
                    : p[0] >= 0xc2                ? 2
                                                  : 0;
    if (!length || length > n || p[0] >= 0xf5)
        return 0;
    *c = length == 1 ? p[0] : p[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        *c = *c << 6 | (p[i] & 0x3f);
    }
    return *c < least[length] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000) ? 0 : length;
}

static bool deceptive(uint32_t c)
{
    return (c >= 0x80 && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           c == 0x61c || c == 0xad || (c >= 0xe0000 && c <= 0xe007f) || (c & 0xfffe) == 0xfffe;
}

void terminal_text(struct buf *out, struct slice s)
{
    for (size_t i = 0; i < s.n;) {
        const unsigned char *p = (const unsigned char *)s.p + i;
        uint32_t c = 0;
        size_t n = utf8_sequence(p, s.n - i, &c);
        if (!n || c < 0x20 || c == 0x7f) {
            buf_printf(out, "\\x%02X", *p);
            i++;
            continue;
        }
        if (deceptive(c))
            buf_printf(out, "\\u{%04X}", c);
        else
            buf_add(out, slice_of(s.p + i, n));
        i += n;
    }
}

static void line_add(struct buf *out, struct slice text)
{
    buf_add(out, SLICE("postmortem: "));
    terminal_text(out, text);
    buf_byte(out, '\n');
}

void say_error(const struct err *e)
{
    struct buf out = {0};
    line_add(&out, slice_str(e->text));
    fwrite(out.p, 1, out.n, stderr);
    buf_fini(&out);
}

static void problem_text(const struct evidence *evidence, const struct problem *p, struct buf *to)
{
    const struct inventory *v = evidence->inventory;
    struct slice path = p->source != NO_SOURCE       ? v->sources[p->source].path
                        : p->input < v->inputs_count ? v->inputs[p->input].path
                                                     : SLICE("-");
    struct buf out = {0};
    buf_add(&out, path);
    buf_printf(&out, ": %s: ", p->kind);
    if (p->offset != NO_OFFSET)
        buf_printf(&out, "at byte %llu: ", (unsigned long long)p->offset);
    if (p->line)
        buf_printf(&out, "line %llu: ", (unsigned long long)p->line);
    buf_add(&out, p->text);
    line_add(to, buf_slice(&out));
    buf_fini(&out);
}

static bool same_kind(const struct problem *a, const struct problem *b)
{
    return a->input == b->input && a->source == b->source && strcmp(a->kind, b->kind) == 0;
}

void problems_text(const struct evidence *evidence, struct buf *out)
{
    const struct inventory *v = evidence->inventory;
    size_t run = 0;
    for (size_t i = 0; i < v->problems_count; i++) {
        const struct problem *p = &v->problems[i];
        if (p->note)
            continue;
        run = i && same_kind(p, p - 1) ? run + 1 : 0;
        if (run < 10)
            problem_text(evidence, p, out);
        bool last = i + 1 == v->problems_count || !same_kind(p, p + 1);
        if (last && run >= 10) {
            char text[64];
            int n = snprintf(text, sizeof text, "... and %zu more of this kind", run - 9);
            line_add(out, slice_of(text, (size_t)n));
        }
    }
}

void say_problems(const struct evidence *evidence)
{
    struct buf out = {0};
    problems_text(evidence, &out);
    if (out.n)
        fwrite(out.p, 1, out.n, stderr);
    buf_fini(&out);
}

static void progress_draw(void *context, uint64_t done, uint64_t total)
{
    const struct settings *s = context;
    static int shown = -1;
    int percent = total ? (int)(done * 100 / total) : 100;
    if (percent > 100)
        percent = 100;
    if (percent == shown)
        return;
    shown = percent;
    if (s->progress == PROGRESS_JSON)
        fprintf(stderr, "{\"done\":%llu,\"total\":%llu}\n", (unsigned long long)done,
                (unsigned long long)total);
    else
        fprintf(stderr, "\r[%-40.*s] %3d %%", percent * 2 / 5,
                "########################################", percent);
    fflush(stderr);
}

void progress_set(struct settings *s)
{
    bool wanted = s->progress == PROGRESS_JSON ||
                  (s->progress == PROGRESS_AUTO && !s->quiet && isatty(STDERR_FILENO));
    s->run.progress = wanted ? progress_draw : NULL;
    s->run.progress_context = s;
}

void progress_end(const struct settings *s)
{
    if (s->run.progress && s->progress == PROGRESS_AUTO)
        fputs("\r\033[K", stderr);
}
