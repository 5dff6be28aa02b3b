/* lines_sized.h - lines_open with the sizes in the caller's hand: for tests and for quoting. */
#ifndef POSTMORTEM_INPUT_LINES_SIZED_H
#define POSTMORTEM_INPUT_LINES_SIZED_H

#include "postmortem/input/lines.h"

struct lines *lines_open_sized(const struct inventory *v, uint32_t source, struct cursors *cursors,
                               bool ahead, bool hash, size_t chunk, size_t behind);

#endif
