/* postmortem scan: one shard of a plan, read by a process of its own.  Invariant: a partial file is there whole or not at
 * all; evidence that is not what the plan saw gives none.  Damage inside the evidence is no failure of scan: it is in the
 * partial file, and merge tells it. */
#include "cmd.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

#define PLAN_MOST (UINT64_C(1) << 32)

struct run *plan_open(struct settings *s, struct err *e)
{
    struct buf plan = {0};
    struct run *r = NULL;
    if (!file_read(s->plan, PLAN_MOST, &plan, e))
        r = run_from_plan(buf_slice(&plan), s->plan, &s->run, e);
    buf_fini(&plan);
    return r;
}

/* From here on the plan's evidence may be read, and the partial file's folder written. */
static void confine_scan(const struct settings *s, const struct run *r)
{
    const struct inventory *v = run_evidence(r)->inventory;
    char **paths = mem_new((v->inputs_count + 1) * sizeof(char *)),
         *folder = parent_folder(s->part);
    for (size_t i = 0; i < v->inputs_count; i++)
        paths[i] = mem_text(v->inputs[i].path.p, v->inputs[i].path.n);
    settings_confine(s, &(struct confinement){.readable = (const char *const *)paths,
                                              .readable_count = v->inputs_count,
                                              .output = folder});
    for (size_t i = 0; i < v->inputs_count; i++)
        free(paths[i]);
    free(paths);
    free(folder);
}

static int scan(struct settings *s, struct err *e)
{
    struct buf partial = {0};
    if (file_same(s->plan, s->part))
        return err_set(e, ERR_USAGE, "%s: is the plan", s->part);
    progress_set(s);
    struct run *r = plan_open(s, e);
    int failed = !r || file_is_input(s->part, run_evidence(r)->inventory, e);
    if (!failed) {
        confine_scan(s, r);
        failed = run_scan(r, (size_t)s->shard, &partial, e);
    }
    progress_end(s);
    if (!failed)
        failed = file_write(s->part, buf_slice(&partial), s->report.force, e);
    buf_fini(&partial);
    run_free(r);
    return failed ? -1 : 0;
}

int command_scan(int argc, char **argv)
{
    struct settings s;
    struct err e;
    int code = EXIT_FINE;
    if (settings_parse(&s, 'S', argc, argv, &e)) {
        say_error(&e);
        code = EXIT_USAGE;
    } else if (s.help) {
        code = command_help(
            'S', "postmortem scan --plan FILE --shard K -o PART - read one shard of a plan, "
                 "write a partial file");
    } else if (file_check(s.part, s.report.force, &e) || scan(&s, &e)) {
        say_error(&e);
        code = e.code == ERR_OUTPUT ? EXIT_OUTPUT : EXIT_USAGE;
    }
    settings_fini(&s);
    return code;
}
