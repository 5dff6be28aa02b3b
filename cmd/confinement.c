/* What a command may still do once it reads evidence, a plan or partial files: read what was named, write below the folder
 * its output goes to. */
#include "cmd.h"

#include "postmortem/base/memory.h"
#include "postmortem/confine/confine.h"

#include <stdio.h>
#include <stdlib.h>

char *parent_folder(const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    while (n > 0 && path[n - 1] != '/')
        n--;
    return n ? mem_text(path, n) : mem_text(".", 1);
}

static void say_unconfined(const char *what, int error)
{
    struct err e;
    if (error) {
        err_set(&e, ERR_NONE, "not confined: %s cannot be restricted here (%s)", what,
                strerror(error));
        say_error(&e);
    }
}

void settings_confine(const struct settings *s, const struct confinement *c)
{
    struct confined told;
    confine(c, &told);
    if (s->verbose) {
        say_unconfined("files", told.files_error);
        say_unconfined("system calls", told.calls_error);
    }
}

void settings_confine_report(const struct settings *s, bool made)
{
    const char **readable = mem_new((s->paths_count + 1) * sizeof(const char *));
    size_t n = 0;
    for (; n < s->paths_count; n++)
        readable[n] = s->paths[n];
    if (s->plan)
        readable[n++] = s->plan;
    char *parent = made ? parent_folder(s->report.folder) : NULL;
    char *also = s->replan ? parent_folder(s->replan) : NULL;
    struct confinement c = {.readable = readable,
                            .readable_count = n,
                            .output = s->report.folder,
                            .output_also = also,
                            .output_parent = parent};
    settings_confine(s, &c);
    free(readable);
    free(parent);
    free(also);
}
