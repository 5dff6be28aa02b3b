/* zone.h - offsets from UTC, from the system's TZif files (RFC 8536) read by ourselves, or fixed ("+09:00", "UTC", "Z").
 * A zone is immutable after zone_open and may be shared between threads. */
#ifndef POSTMORTEM_CLOCK_ZONE_H
#define POSTMORTEM_CLOCK_ZONE_H

#include "postmortem/base/err.h"
#include "postmortem/clock/when.h"

struct zone;

/* "UTC", "Z", "+09:00", "-0530", "Asia/Tokyo".  NULL and e ("unknown zone X") if there is no such zone: never a
 * silent UTC.  Names that leave the zoneinfo folder (.., leading /) are refused.  Free with zone_free. */
struct zone *zone_open(struct slice name, struct err *e);
/* A fixed offset, seconds east; its name is "+09:00" form, or "UTC" for 0. */
struct zone *zone_fixed(int32_t offset);
void zone_free(struct zone *z);
/* The name as opened; owned by the zone. */
struct slice zone_name(const struct zone *z);
/* Seconds east of UTC in force at t (the footer's POSIX TZ rule rules beyond the table). */
int32_t zone_offset(const struct zone *z, when t);
/* How a local reading maps to instants. */
enum zone_fit { ZONE_UNIQUE, ZONE_FOLD, ZONE_GAP };
/* The instant of a valid local reading.  In the autumn fold (the reading occurs twice) the first instant >= after is
 * taken, so that file order decides (after == WHEN_NONE: the earlier one); in the spring gap the offset before the
 * change is used. */
enum zone_fit zone_when(const struct zone *z, const struct civil *c, when after, when *out);

#endif
