/* secret.h - passwords and tokens that programs write into their logs, so that none reaches a report. */
#ifndef POSTMORTEM_MAIL_SECRET_H
#define POSTMORTEM_MAIL_SECRET_H

#include "postmortem/base/arena.h"

/* The first secret in line at or after from: *secret is it, without what announces it ("pass: '", "given password: ",
 * "AUTH PLAIN ").  false if there is none. */
bool secret_find(struct slice line, size_t from, struct slice *secret);
/* What stands before the first secret, without blanks, quotes and brackets at its end; all of line if it holds none. */
struct slice secret_cut(struct slice line);
/* line[0, n) with a '*' for every byte of a secret: its length stays, so that places stay true. */
void secret_mask(char *line, size_t n);
/* A copy of line, owned by a, so masked. */
struct slice secret_masked(struct arena *a, struct slice line);

#endif
