/* encoding.h - what bytes a head is made of. */
#ifndef FORMAT_ENCODING_H
#define FORMAT_ENCODING_H

#include "postmortem/base/slice.h"

/* "ascii", "utf-8", "utf-8-bom", "cp932", "utf-16le", "utf-16be", "binary" or "8bit". */
const char *encoding_of(struct slice head);

#endif
