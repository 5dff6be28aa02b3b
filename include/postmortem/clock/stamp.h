/* stamp.h - the time stamps of logs: each function reads one kind at the start of *s, and on success steps *s over
 * it (not over the blank after it).  On failure: false, *s untouched.  No allocation, no state.
 * A stamp that has the right shape but no such date (Feb 30, 24:00:00, nanoseconds >= 10^9) fails. */
#ifndef POSTMORTEM_CLOCK_STAMP_H
#define POSTMORTEM_CLOCK_STAMP_H

#include "postmortem/clock/when.h"

/* "@" + 24 lower-case hex (TAI64N; also 16 = TAI64, 32 = TAI64NA).  unix = seconds - 2^62 - 10 as daemontools writes
 * it (no leap table); nanoseconds are cut to microseconds. */
bool stamp_tai64n(struct slice *s, when *out);
/* The same, remembering the last second: of labels that share their first 17 bytes only the nanoseconds are decoded
 * (a busy log writes dozens of lines a second; it saves a tenth of reading).  A zeroed *last is ready. */
struct stamp_second {
    char text[17];
    when start;
};
bool stamp_tai64n_after(struct stamp_second *last, struct slice *s, when *out);
/* Is s a label of 24 digits of the last second, a blank and at least one byte more?  *out is its instant. */
bool stamp_tai64n_same(const struct stamp_second *last, struct slice s, when *out);
/* "1504688557.399386": 9 or 10 digits, a dot, 6 to 9 digits (splogger writes 6). */
bool stamp_epoch(struct slice *s, when *out);
/* "2026-11-20 08:20:45.123456789": tai64nlocal (9 digits) or tailocal (6); local time. */
bool stamp_tailocal(struct slice *s, struct civil *out);
/* "Nov  3 09:00:01" (RFC 3164; day padded with a blank, a zero or not at all); local time, out->year = 0. */
bool stamp_rfc3164(struct slice *s, struct civil *out);
/* "2026-11-23T08:05:11[.f]Z|+hh:mm|+hhmm": an instant; *offset gets its seconds east. */
bool stamp_iso(struct slice *s, when *out, int32_t *offset);
/* "20/Nov/2026:08:20:45": E-Post; local time. */
bool stamp_epost(struct slice *s, struct civil *out);

#endif
