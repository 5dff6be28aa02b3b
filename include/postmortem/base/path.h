/* path.h - opening paths. */
#ifndef POSTMORTEM_BASE_PATH_H
#define POSTMORTEM_BASE_PATH_H

#include "postmortem/base/slice.h"

/* open(2) for a path of any length; -1 and errno.  The caller closes. */
int path_open(struct slice path, int flags);

#endif
