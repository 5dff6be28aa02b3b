/* postmortem merge: the partial files of a plan to one report, without the evidence.  Invariant: a report is written only
 * from all shards of one plan; order and repetition of the files do not matter. */
#include "cmd.h"

#define PARTIAL_MOST (UINT64_C(1) << 36)

static int take_all(struct settings *s, struct run *r, struct err *e)
{
    for (size_t i = 0; i < s->paths_count; i++) {
        struct buf partial = {0};
        int failed = file_read(s->paths[i], PARTIAL_MOST, &partial, e) ||
                     run_take(r, buf_slice(&partial), s->paths[i], e);
        buf_fini(&partial);
        if (failed)
            return -1;
    }
    return run_taken(r, e);
}

/* Some of the evidence must be read otherwise: by a plan that knows of it. */
static int replan(struct settings *s, struct run *r, const char *why, struct slice missing,
                  struct err *e)
{
    struct buf plan = {0};
    if (!s->replan)
        return err_set(e, ERR_USAGE, "%s: %s: merge again with --replan FILE", s->plan, why);
    int failed =
        run_plan(r, &plan, e) || file_write(s->replan, buf_slice(&plan), s->report.force, e);
    buf_fini(&plan);
    if (failed)
        return -1;
    return err_set(e, ERR_USAGE, "%s: %s: go on with %s, and scan of its shards %.*s", s->plan, why,
                   s->replan, SLICE_ARG(slice_head(missing, 512)));
}

static int join(struct settings *s, struct run *r, struct err *e)
{
    struct buf missing = {0};
    if (take_all(s, r, e))
        return -1;
    const char *why = run_again(r, &missing);
    int failed = why ? replan(s, r, why, buf_slice(&missing), e) : 0;
    buf_fini(&missing);
    return failed;
}

static int merge(struct settings *s)
{
    struct err e;
    int code = EXIT_USAGE;
    bool made;
    if (report_claim(&s->report, &made, &e)) {
        say_error(&e);
        return e.code == ERR_OUTPUT ? EXIT_OUTPUT : EXIT_USAGE;
    }
    settings_confine_report(s, made);
    struct run *r = plan_open(s, &e);
    if (!r || output_is_input(s, run_evidence(r)->inventory, &e) || join(s, r, &e)) {
        say_error(&e);
        code = e.code == ERR_OUTPUT ? EXIT_OUTPUT : EXIT_USAGE;
    } else {
        code = report_make(s, r);
    }
    run_free(r);
    return code;
}

int command_merge(int argc, char **argv)
{
    struct settings s;
    struct err e;
    int code = EXIT_USAGE;
    if (settings_parse(&s, 'M', argc, argv, &e)) {
        say_error(&e);
    } else if (s.help) {
        code = command_help(
            'M', "postmortem merge --plan FILE PART... - join the partial files of a plan, "
                 "write the report");
    } else if (report_check(&s.report, &e)) {
        say_error(&e);
        code = e.code == ERR_OUTPUT ? EXIT_OUTPUT : EXIT_USAGE;
    } else {
        code = merge(&s);
        report_release();
    }
    settings_fini(&s);
    return code;
}
