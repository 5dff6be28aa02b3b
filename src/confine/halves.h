/* halves.h - the two halves of a confinement.  Each returns 0, or an errno and has then done nothing. */
#ifndef CONFINE_HALVES_H
#define CONFINE_HALVES_H

#include "postmortem/base/sanitized.h"
#include "postmortem/confine/confine.h"

int confine_files(const struct confinement *c);
int confine_calls(void);

#endif
