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

/* Eight bytes as they lie in memory. */
static inline uint64_t stamp_word(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

#define STAMP_EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* Eight lower-case hex digits at p -> value, all at once: this is the hottest spot of reading
 * multilog.  Letters are the bytes with bit 6; a nibble is valid where the digit rebuilt from it is
 * the digit read. */
static inline bool stamp_hex8(const char *p, uint64_t *out)
{
    uint64_t v = stamp_word(p);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    uint64_t letters = v >> 6 & STAMP_EACH_BYTE(1);
    uint64_t nibbles = (v & STAMP_EACH_BYTE(15)) + letters * 9;
    bool valid = nibbles + STAMP_EACH_BYTE(0x30) + letters * 0x27 == v &&
                 !(nibbles & STAMP_EACH_BYTE(16)) &&
                 ((nibbles + STAMP_EACH_BYTE(6)) & STAMP_EACH_BYTE(16)) == letters << 4;
    nibbles = (nibbles | nibbles >> 4) & UINT64_C(0x00ff00ff00ff00ff);
    nibbles = (nibbles | nibbles >> 8) & UINT64_C(0x0000ffff0000ffff);
    *out = (nibbles | nibbles >> 16) & UINT64_C(0xffffffff);
    return valid;
}

/* Is s a label of 24 digits of the last second, a blank and at least one byte more?  *out is its instant. */
static inline bool stamp_tai64n_same(const struct stamp_second *last, struct slice s, when *out)
{
    if (s.n <= 26)
        return false;
    uint64_t nano, other = (stamp_word(s.p) ^ stamp_word(last->text)) |
                           (stamp_word(s.p + 8) ^ stamp_word(last->text + 8)) |
                           (uint64_t)(unsigned char)(s.p[16] ^ last->text[16]) |
                           (uint64_t)(unsigned char)(s.p[25] ^ ' ');
    if (other || s.p[0] != '@' || !stamp_hex8(s.p + 17, &nano) || nano >= 1000000000)
        return false;
    *out = last->start + (when)(nano / 1000);
    return true;
}

/* "1504688557.399386": 9 or 10 digits, a dot, 6 to 9 digits (splogger writes 6). */
bool stamp_epoch(struct slice *s, when *out);
/* "2026-11-20 08:20:45.123456789": tai64nlocal (9 digits) or tailocal (6); local time. */
bool stamp_tailocal(struct slice *s, struct civil *out);
/* "Nov  3 09:00:01[.f]" (RFC 3164; day padded with a blank, a zero or not at all); local time, out->year = 0. */
bool stamp_rfc3164(struct slice *s, struct civil *out);
/* The same, remembering the last one of 15 bytes and no fraction: a busy log writes dozens of lines a second.  A zeroed
 * *last is ready. */
struct stamp_reading {
    char text[15];
    struct civil reading;
};
bool stamp_rfc3164_after(struct stamp_reading *last, struct slice *s, struct civil *out);
/* "Mon 2026-11-23 08:05:11 JST" (journalctl -o short-full): a local reading; *placed where its zone is UTC, a number or an
 * abbreviation that only one offset has: then *offset is its seconds east. */
bool stamp_full(struct slice *s, struct civil *out, bool *placed, int32_t *offset);
/* "2026-11-23T08:05:11[.f]Z|+hh:mm|+hhmm": an instant; *offset gets its seconds east. */
bool stamp_iso(struct slice *s, when *out, int32_t *offset);
/* "20/Nov/2026:08:20:45": E-Post; local time. */
bool stamp_epost(struct slice *s, struct civil *out);

#endif
