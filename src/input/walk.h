/* walk.h - opening paths and finding what lies below a folder. */
#ifndef POSTMORTEM_INPUT_WALK_H
#define POSTMORTEM_INPUT_WALK_H

#include <sys/stat.h>

#include "postmortem/base/slice.h"

struct walk {
    void *context;
    /* A thing that is no folder; path is relative to where the walk began. */
    void (*found)(void *context, struct slice path, const struct stat *st);
    /* A folder or name that cannot be looked at; why is static or from strerror. */
    void (*failed)(void *context, struct slice path, const char *why);
    /* Whether to stay out of a folder. */
    bool (*excluded)(void *context, const struct stat *st);
};

/* Everything below the open folder fd (which is closed), in byte order of the names within each
 * folder; links are found, not followed. */
void walk_folder(const struct walk *w, int fd);

#endif
