/* postmortem inspect: what is there, what a report would rest on.  One block per source, one per instance, on standard
 * output; the last line says how many shards the evidence falls into.  All sources are read, but with --plan: that is the
 * survey alone, without what only reading tells. */
#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>

static void row(struct buf *out, const char *name, struct slice text)
{
    if (!text.n)
        return;
    buf_printf(out, "  %-9s ", name);
    terminal_text(out, text);
    buf_byte(out, '\n');
}

static void span_row(struct buf *out, const struct reader_counts *c)
{
    char first[40], last[40];
    if (c->first == WHEN_NONE)
        return;
    struct slice from = when_rfc3339(c->first, first), to = when_rfc3339(c->last, last);
    buf_printf(out, "  %-9s %.*s .. %.*s\n", "span", SLICE_ARG(from), SLICE_ARG(to));
}

static void lines_row(struct buf *out, const struct source_read *r)
{
    const uint64_t *n = r->counts.lines;
    uint64_t known = n[LINE_PARSED] + n[LINE_UNPARSED];
    buf_printf(out, "  %-9s %llu lines, %llu bytes", "content", (unsigned long long)r->lines,
               (unsigned long long)r->bytes);
    for (unsigned c = 0; c < LINE_CLASSES; c++)
        if (n[c])
            buf_printf(out, ", %llu %s", (unsigned long long)n[c], line_class_names[c]);
    if (known)
        buf_printf(out, "; %.1f %% understood", 100.0 * (double)n[LINE_PARSED] / (double)known);
    buf_byte(out, '\n');
}

/* Who wrote the lines that were understood. */
static void dialects_row(struct buf *out, const struct reader_counts *c)
{
    const char *before = "";
    for (unsigned i = 0; i < DIALECT_COUNT; i++) {
        if (!c->dialect_records[i])
            continue;
        if (!*before)
            buf_printf(out, "  %-9s ", "read as");
        buf_printf(out, "%s%s %llu", before, dialect_name(i),
                   (unsigned long long)c->dialect_records[i]);
        before = ", ";
    }
    if (*before)
        buf_byte(out, '\n');
}

/* The most frequent kinds of lines that were not understood. */
static void shapes_rows(struct buf *out, const struct shapes *s)
{
    const struct shape *top[SHAPES_TOLD];
    size_t n = shapes_top(s, top, SHAPES_TOLD);
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, "  %-9s %llu x ", i ? "" : "unparsed", (unsigned long long)top[i]->lines);
        terminal_text(out, slice_of(top[i]->text, top[i]->n));
        buf_printf(out, " (line %llu)\n", (unsigned long long)top[i]->line);
    }
    if (s->count > n || s->more)
        buf_printf(out, "  %-9s ... and %zu more kinds%s\n", "", s->count - n,
                   s->more ? " that were counted, and others that were not" : "");
}

static void source_block(const struct evidence *e, uint32_t i, struct buf *out)
{
    const struct source *s = &e->inventory->sources[i];
    const struct source_read *r = &e->sources[i];
    terminal_text(out, s->path);
    buf_printf(out, "\n  %-9s %s", "status", status_names[r->status]);
    if (r->note)
        buf_printf(out, " (%s)", r->note);
    buf_byte(out, '\n');
    if (r->framing) {
        buf_printf(out, "  %-9s %s, %s\n", "format", r->framing, r->encoding);
        row(out, "instance", r->instance);
        buf_printf(out, "  %-9s %.*s (%s), year: %s, confidence: %s, rank %u\n", "clock",
                   SLICE_ARG(r->zone), r->zone_rule ? r->zone_rule : "-",
                   r->year_rule ? r->year_rule : "-", r->confidence ? r->confidence : "-",
                   r->rank + 1);
        span_row(out, &r->counts);
    }
    if (r->duplicate_of != NO_SOURCE)
        row(out, "repeats", e->inventory->sources[r->duplicate_of].path);
    if (r->lines)
        lines_row(out, r);
    dialects_row(out, &r->counts);
    shapes_rows(out, &r->shapes);
    row(out, "sha256", slice_str(r->sha256));
}

/* A log instance: its sources in the order they were written. */
static void instance_block(const struct run *r, const struct instance_read *n, struct buf *out)
{
    enum { NAMED = 20 };
    const struct evidence *e = run_evidence(r);
    uint32_t named[NAMED] = {0}, stream = NO_STREAM, all = 0;
    for (uint32_t i = 0; i < e->inventory->sources_count; i++) {
        const struct surveyed *v = run_surveyed(r, i);
        if (v->stream == NO_STREAM || !slice_eq(v->label, n->label) ||
            (stream != NO_STREAM && v->stream != stream))
            continue;
        stream = v->stream;
        all++;
        if (v->rank < NAMED)
            named[v->rank] = i;
    }
    terminal_text(out, n->id);
    buf_printf(out, "\n  %-9s %s%s\n", "log", n->kind,
               n->joined ? "" : ", its messages are not followed");
    for (uint32_t rank = 0; rank < all && rank < NAMED; rank++) {
        const struct source_read *told = &e->sources[named[rank]];
        buf_printf(out, "  %-9s %u ", rank ? "" : "sources", rank + 1);
        terminal_text(out, e->inventory->sources[named[rank]].path);
        buf_printf(out, "%s%s\n", told->epost ? " " : "", told->epost ? told->framing : "");
    }
    if (all > NAMED)
        buf_printf(out, "  %-9s ... and %u more\n", "", all - NAMED);
}

static int print_all(const struct settings *s, struct run *r)
{
    const struct evidence *e = run_evidence(r);
    struct buf out = {0};
    struct doc *d = run_finish(r); /* joins, so that instances and duplicates are told */
    struct run_result result = run_result(r);
    for (uint32_t i = 0; i < e->inventory->sources_count; i++)
        source_block(e, i, &out);
    for (size_t i = 0; i < e->instances_count; i++)
        instance_block(r, &e->instances[i], &out);
    buf_printf(&out, "%zu inputs, %zu sources, %zu logs, %zu instances, %zu shards\n",
               e->inventory->inputs_count, e->inventory->sources_count, result.usable,
               e->instances_count, run_shards(r));
    bool written = fwrite(out.p, 1, out.n, stdout) == out.n && fflush(stdout) == 0;
    buf_fini(&out);
    if (!s->quiet)
        say_problems(e);
    doc_free(d);
    if (!written)
        return EXIT_OUTPUT;
    return !result.usable ? EXIT_NOTHING : result.problems ? EXIT_DAMAGED : EXIT_FINE;
}

/* The survey alone, as a plan. */
static int write_plan(struct settings *s, struct run *r)
{
    struct buf plan = {0}, out = {0};
    struct err e;
    size_t logs = 0;
    int failed = settings_survey(s, r, &e) ||
                 file_is_input(s->plan, run_evidence(r)->inventory, &e) || run_plan(r, &plan, &e);
    if (!failed)
        failed = file_write(s->plan, buf_slice(&plan), s->report.force, &e);
    buf_fini(&plan);
    if (failed) {
        say_error(&e);
        return e.code == ERR_OUTPUT ? EXIT_OUTPUT : EXIT_USAGE;
    }
    const struct evidence *evidence = run_evidence(r);
    for (uint32_t i = 0; i < evidence->inventory->sources_count; i++) {
        source_block(evidence, i, &out);
        logs += evidence->sources[i].read && evidence->sources[i].framing;
    }
    buf_printf(&out, "%zu inputs, %zu sources, %zu logs, %zu shards\n",
               evidence->inventory->inputs_count, evidence->inventory->sources_count, logs,
               run_shards(r));
    bool written = fwrite(out.p, 1, out.n, stdout) == out.n && fflush(stdout) == 0;
    buf_fini(&out);
    if (!s->quiet)
        say_problems(evidence);
    return !written ? EXIT_OUTPUT : !logs ? EXIT_NOTHING : EXIT_FINE;
}

static int inspect(struct settings *s)
{
    struct err e;
    if (s->plan && file_check(s->plan, s->report.force, &e)) {
        say_error(&e);
        return e.code == ERR_OUTPUT ? EXIT_OUTPUT : EXIT_USAGE;
    }
    if (s->plan && !s->run.shard_bytes)
        s->run.shard_bytes = 64 << 20;
    progress_set(s);
    char *folder = s->plan ? parent_folder(s->plan) : NULL;
    settings_confine(s, &(struct confinement){.readable = s->paths,
                                              .readable_count = s->paths_count,
                                              .output = folder});
    free(folder);
    struct run *r = run_new(&s->run);
    int code = EXIT_USAGE;
    if (s->plan)
        code = write_plan(s, r);
    else if (settings_run(s, r, &e))
        say_error(&e);
    else
        code = print_all(s, r);
    run_free(r);
    return code;
}

int command_inspect(int argc, char **argv)
{
    struct settings s;
    struct err e;
    int code = EXIT_USAGE;
    if (settings_parse(&s, 'I', argc, argv, &e))
        say_error(&e);
    else
        code = s.help ? command_help('I', "postmortem inspect PATH... - list every source found")
                      : inspect(&s);
    settings_fini(&s);
    return code;
}
