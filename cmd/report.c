/* postmortem report: the main job.  Invariant: nothing is written before everything was read and judged; whatever the
 * exit code, the old report is whole or the new one is. */
#include "cmd.h"

#include "postmortem/base/sha256.h"
#include "postmortem/input/libraries.h"

#include <stdio.h>

static void put_tool(struct doc *d)
{
    struct object *tool = object_new(d), *libraries = object_new(d);
    object_put(d, libraries, "zlib", value_text(KIND_TEXT, slice_str(input_zlib_version())));
    object_put(d, libraries, "libarchive",
               value_copy(d, KIND_TEXT, slice_str(input_libarchive_version())));
    object_put(d, libraries, "openssl", value_text(KIND_TEXT, slice_str(sha256_library_version())));
    object_put(d, libraries, "libxlsxwriter",
               value_text(KIND_TEXT, slice_str(report_libxlsxwriter_version())));
    object_put(d, tool, "name", value_text(KIND_TEXT, SLICE("postmortem")));
    object_put(d, tool, "version", value_text(KIND_TEXT, SLICE(POSTMORTEM_VERSION)));
    object_put(d, tool, "libraries", value_object(libraries));
    object_put(d, d->root, "tool", value_object(tool));
}

static void drop_findings_below(struct doc *d, int severity)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->findings_count; i++)
        if ((int)d->findings[i]->severity <= severity)
            d->findings[kept++] = d->findings[i];
    d->findings_count = kept;
}

static bool finding_at(const struct doc *d, int severity)
{
    for (size_t i = 0; i < d->findings_count; i++)
        if ((int)d->findings[i]->severity <= severity)
            return true;
    return false;
}

static void say_summary(const struct settings *s, const struct doc *d,
                        const struct run_result *result)
{
    const struct value *messages = object_get(d->root, "messages.accepted");
    fprintf(stderr, "postmortem: %zu logs, %llu lines, ", result->usable,
            (unsigned long long)result->lines);
    if (messages)
        fprintf(stderr, "%lld messages", (long long)messages->number);
    else
        fputs("no mail queue's log", stderr);
    fprintf(stderr, ", %zu findings, %zu problems: %s\n", d->findings_count, result->problems,
            s->report.folder);
}

static int write_report(const struct settings *s, struct run *r)
{
    struct err e;
    struct doc *d = run_finish(r);
    struct run_result result = run_result(r);
    put_tool(d);
    drop_findings_below(d, s->min_severity);
    struct buf problems = {0};
    if (!s->quiet) /* now: once the report is in its place nothing may want memory */
        problems_text(run_evidence(r), &problems);
    int code = EXIT_FINE;
    if (report_write(d, &s->report, &e)) {
        say_error(&e);
        code = EXIT_OUTPUT;
    } else {
        if (problems.n)
            fwrite(problems.p, 1, problems.n, stderr);
        if (s->verbose)
            say_summary(s, d, &result);
        if (s->fail_on >= 0 && finding_at(d, s->fail_on))
            code = EXIT_FINDING;
        else if (result.problems || !result.usable)
            code = EXIT_DAMAGED;
    }
    buf_fini(&problems);
    doc_free(d);
    return code;
}

/* Would a file of the report replace a piece of the evidence, under whatever name? */
bool output_is_input(const struct settings *s, const struct inventory *v, struct err *e)
{
    static const char *const names[] = {"report.html", "report.en.html", "report.ja.html",
                                        "report.xlsx", "report.en.xlsx", "report.ja.xlsx",
                                        "report.json"};
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", s->report.folder, names[n]);
        if (file_is_input(path, v, e))
            return true;
    }
    return false;
}

/* Logs were recognised, but nothing of them lies in the period: false if that is not so. */
static bool say_outside(const struct evidence *e)
{
    size_t logs = 0;
    when first = WHEN_NONE, last = WHEN_NONE; /* the latter is before every instant */
    for (size_t i = 0; i < e->inventory->sources_count; i++) {
        const struct reader_counts *c = &e->sources[i].counts;
        if (!e->sources[i].read || !c->lines[LINE_OUTSIDE])
            continue;
        logs++;
        first = first == WHEN_NONE || c->first < first ? c->first : first;
        last = c->last > last ? c->last : last;
    }
    if (!logs)
        return false;
    char from[40], to[40];
    struct slice begin = when_rfc3339(first, from), end = when_rfc3339(last, to);
    fprintf(
        stderr,
        "postmortem: no usable evidence: %zu log%s recognised, and no mail line of %s lies in the "
        "period asked for (--since, --until): what was read is from %.*s to %.*s; nothing was "
        "written (--allow-empty writes a report all the same)\n",
        logs, logs == 1 ? " was" : "s were", logs == 1 ? "it" : "theirs", SLICE_ARG(begin),
        SLICE_ARG(end));
    return true;
}

static int nothing_usable(const struct settings *s, struct run *r)
{
    doc_free(run_finish(r)); /* gathers what reading met */
    if (!s->quiet)
        say_problems(run_evidence(r));
    if (!say_outside(run_evidence(r)))
        fputs("postmortem: no usable evidence: no log was recognised in what was named; nothing "
              "was written "
              "(inspect shows what was found, --allow-empty writes a report all the same)\n",
              stderr);
    return EXIT_NOTHING;
}

int report_make(struct settings *s, struct run *r)
{
    struct run_result result = run_result(r);
    return !result.usable && !s->allow_empty ? nothing_usable(s, r) : write_report(s, r);
}

static int run_report(struct settings *s)
{
    s->run.exclude = s->report.folder;
    progress_set(s);
    struct err e;
    bool made;
    if (report_claim(&s->report, &made, &e)) {
        say_error(&e);
        return e.code == ERR_OUTPUT ? EXIT_OUTPUT : EXIT_USAGE;
    }
    settings_confine_report(s, made);
    struct run *r = run_new(&s->run);
    if (settings_run(s, r, &e) || output_is_input(s, run_evidence(r)->inventory, &e)) {
        say_error(&e);
        run_free(r);
        return EXIT_USAGE;
    }
    int code = report_make(s, r);
    run_free(r);
    return code;
}

int command_help(char command, const char *head)
{
    struct buf out = {0};
    buf_add(&out, slice_str(head));
    buf_add(&out, SLICE("\n\n"));
    settings_help(command, &out);
    bool written = fwrite(out.p, 1, out.n, stdout) == out.n && fflush(stdout) == 0;
    buf_fini(&out);
    return written ? EXIT_FINE : EXIT_OUTPUT;
}

int command_report(int argc, char **argv)
{
    struct settings s;
    struct err e;
    int code = EXIT_USAGE;
    if (settings_parse(&s, 'R', argc, argv, &e)) {
        say_error(&e);
    } else if (s.help) {
        code =
            command_help('R', "postmortem report PATH... - read the evidence, write report.html, "
                              "report.xlsx and report.json");
    } else if (report_check(&s.report, &e)) {
        say_error(&e);
        code = e.code == ERR_OUTPUT ? EXIT_OUTPUT : EXIT_USAGE;
    } else {
        code = run_report(&s);
        report_release();
    }
    settings_fini(&s);
    return code;
}
