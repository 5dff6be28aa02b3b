/* when.h - instants and civil time, without libc's notion of time (no strptime, mktime, localtime, TZ).
 *
 * A `when` is microseconds since 1970-01-01 00:00:00 UTC, leap seconds not counted (POSIX).  Civil dates are
 * proleptic Gregorian; years -9999..9999. */
#ifndef POSTMORTEM_CLOCK_WHEN_H
#define POSTMORTEM_CLOCK_WHEN_H

#include "postmortem/base/buf.h"

typedef int64_t when;
#define WHEN_NONE INT64_MIN
#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* No stamp gives an instant that is farther: the difference of any two lies within int64_t. */
#define WHEN_MOST (INT64_C(4000000000000) * SECOND)
static inline bool when_valid(when t)
{
    return t == WHEN_NONE || (t >= -WHEN_MOST && t <= WHEN_MOST);
}

/* The last second that has a date of four digits in its year. */
#define WHEN_LAST_DATED (INT64_C(253402300799) * SECOND)

/* A wall-clock reading.  year 0 means "the stamp carries no year". */
struct civil {
    int year, month, day, hour, minute, second, micro;
};

/* Days from 1970-01-01 to the date. */
int64_t civil_days(int year, int month, int day);
/* Is it a date and time that exists (month lengths, leap years; second 60 accepted)?  Year 0 counts as leap. */
bool civil_valid(const struct civil *c);
/* The reading taken as UTC.  c must be valid and have a year. */
when civil_when(const struct civil *c);
/* The civil reading of t at an offset of seconds east of UTC. */
struct civil civil_of(when t, int32_t offset);
/* "Nov", in any case -> 11; 0 if it is no month's name of three letters. */
int civil_month(struct slice name);
/* 0 = Sunday. */
int civil_weekday(when t, int32_t offset);
/* "2026-11-20T08:20:45.000000Z": always UTC, always six digits; out has room for 40 bytes; returns the slice.
 * Years beyond four digits get a sign and six digits (RFC 3339 has none). */
struct slice when_rfc3339(when t, char out[40]);
/* An RFC 3339 instant, "2026-11-20T08:20:45[.f]Z|+09:00" (blank or T), whole slice.  false if it is not one. */
bool when_parse(struct slice s, when *out);
/* An instant as bytes, short where it is WHEN_NONE.  when_load: false unless when_valid. */
void when_save(when t, struct buf *out);
bool when_load(struct slice *in, when *t);

#endif
