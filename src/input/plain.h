/* plain.h - a plain file read at will.  Private to input. */
#ifndef POSTMORTEM_INPUT_PLAIN_H
#define POSTMORTEM_INPUT_PLAIN_H

#include "damage.h"
#include "postmortem/input/lines.h"

/* The file of a source, where it is a plain one, and its size now; -1 where it is not, or cannot be opened. */
int plain_open(const struct inventory *v, uint32_t source, uint64_t *size);
/* n bytes at an offset; fewer at the end or where reading fails. */
size_t plain_read(int fd, char *to, size_t n, uint64_t at);
/* Tell what a result counts of its lines. */
void lines_tell(struct damage *d, const struct lines_result *r, size_t limit);

#endif
