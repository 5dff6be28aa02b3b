/* What a command may still do once it reads evidence: read what was named, write below the output folder. */
#include "cmd.h"

#include "postmortem/base/memory.h"
#include "postmortem/confine/confine.h"

#include <stdio.h>
#include <stdlib.h>

/* The folder a path lies in, as text to free. */
static char *parent_of(const char *path)
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

void settings_confine(const struct settings *s, const char *output, bool made)
{
    char *parent = made ? parent_of(output) : NULL;
    struct confinement c = {.readable = s->paths,
                            .readable_count = s->paths_count,
                            .output = output,
                            .output_parent = parent};
    struct confined told;
    confine(&c, &told);
    if (s->verbose) {
        say_unconfined("files", told.files_error);
        say_unconfined("system calls", told.calls_error);
    }
    free(parent);
}
