/* wiz98.h - what tells the log of Wiz98 from other dated texts. */
#ifndef FORMAT_WIZ98_H
#define FORMAT_WIZ98_H

#include "postmortem/base/slice.h"

/* Does the text hold words that only Wiz98 writes? */
bool wiz98_own(struct slice text);

#endif
