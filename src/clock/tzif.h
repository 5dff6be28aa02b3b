/* tzif.h - a zone out of the bytes of a TZif file (RFC 8536), wherever they came from. */
#ifndef CLOCK_TZIF_H
#define CLOCK_TZIF_H

#include "postmortem/clock/zone.h"

/* NULL if the bytes are no sound TZif file.  The name is copied; free with zone_free. */
struct zone *zone_of_tzif(struct slice name, struct slice bytes);

#endif
