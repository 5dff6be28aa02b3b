/* stamp.c - the time stamps of logs, each read at the start of a slice.
 *
 * Why: every framing begins with one, and the choice is made per line, so each reader must refuse
 * quickly what is not its own.
 * Invariant: on failure *s is untouched; on success it is stepped over the stamp only.
 * Facts: TAI64 labels as daemontools writes them (tai64n, tai64nlocal: label - 2^62 - 10, no leap
 * table); RFC 3164 4.1.2; RFC 3339 5.6; splogger; E-Post 2026 logs.
 * Example: @4000000065a0000b0b0b0b0c new msg 4711 */
#include "postmortem/clock/stamp.h"

#define TAI_BASE (UINT64_C(4611686018427387904) + 10)
#define SECONDS_MAX (WHEN_MOST / SECOND - 1) /* a part of one may follow */

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* Exactly n digits at p -> value. */
static bool number(const char *p, size_t n, int *out)
{
    int v = 0;
    for (size_t i = 0; i < n; i++) {
        if (!digit(p[i]))
            return false;
        v = v * 10 + (p[i] - '0');
    }
    *out = v;
    return true;
}

/* Microseconds of the digits at p[0..n): more than six are cut, fewer are filled up. */
static int fraction(const char *p, size_t n)
{
    int v = 0;
    for (size_t i = 0; i < 6; i++)
        v = v * 10 + (i < n ? p[i] - '0' : 0);
    return v;
}

static bool is_hex(char c)
{
    return digit(c) || (c >= 'a' && c <= 'f');
}

/* How many hex digits follow the '@': 16, 24, 32, or 0. */
static size_t tai_length(struct slice s)
{
    for (size_t n = 24; n; n = n == 24 ? 16 : n == 16 ? 32 : 0) {
        if (s.n >= n + 1 && (s.n == n + 1 || !is_hex(s.p[n + 1])))
            return n;
    }
    return 0;
}

bool stamp_tai64n(struct slice *s, when *out)
{
    if (s->n < 17 || s->p[0] != '@')
        return false;
    size_t n = s->n > 25 && s->p[25] == ' ' ? 24 : tai_length(*s);
    uint64_t high, low, nano = 0, atto = 0;
    if (n == 0 || !stamp_hex8(s->p + 1, &high) || !stamp_hex8(s->p + 9, &low))
        return false;
    if (n > 16 && (!stamp_hex8(s->p + 17, &nano) || nano >= 1000000000))
        return false;
    if (n == 32 && (!stamp_hex8(s->p + 25, &atto) || atto >= 1000000000))
        return false;
    int64_t seconds = (int64_t)((high << 32 | low) - TAI_BASE);
    if (high >> 31 || seconds > SECONDS_MAX || seconds < -SECONDS_MAX)
        return false;
    *out = seconds * SECOND + (int64_t)(nano / 1000);
    *s = slice_from(*s, n + 1);
    return true;
}

bool stamp_tai64n_after(struct stamp_second *last, struct slice *s, when *out)
{
    struct slice whole = *s;
    if (stamp_tai64n_same(last, *s, out)) {
        *s = slice_from(*s, 25);
        return true;
    }
    if (!stamp_tai64n(s, out))
        return false;
    if (whole.n - s->n == 25) {
        memcpy(last->text, whole.p, sizeof last->text);
        last->start = *out - ((*out % SECOND) + SECOND) % SECOND;
    }
    return true;
}

bool stamp_epoch(struct slice *s, when *out)
{
    size_t whole = 0, part = 0;
    int64_t seconds = 0;
    while (whole < s->n && whole < 11 && digit(s->p[whole]))
        seconds = seconds * 10 + (s->p[whole++] - '0');
    if (whole < 9 || whole > 10 || whole >= s->n || s->p[whole] != '.')
        return false;
    const char *p = s->p + whole + 1;
    size_t left = s->n - whole - 1;
    while (part < left && part < 10 && digit(p[part]))
        part++;
    if (part < 6 || part > 9)
        return false;
    *out = seconds * SECOND + fraction(p, part);
    *s = slice_from(*s, whole + 1 + part);
    return true;
}

/* "HH:MM:SS" at p. */
static bool clock_time(const char *p, struct civil *c)
{
    return p[2] == ':' && p[5] == ':' && number(p, 2, &c->hour) && number(p + 3, 2, &c->minute) &&
           number(p + 6, 2, &c->second);
}

/* "YYYY-MM-DD?HH:MM:SS" at the start of s, the byte at ? being sep. */
static bool date_time(struct slice s, char sep, struct civil *c)
{
    const char *p = s.p;
    if (s.n < 19 || p[4] != '-' || p[7] != '-' || p[10] != sep)
        return false;
    return number(p, 4, &c->year) && number(p + 5, 2, &c->month) && number(p + 8, 2, &c->day) &&
           clock_time(p + 11, c);
}

bool stamp_tailocal(struct slice *s, struct civil *out)
{
    struct civil c = {0};
    if (s->n < 26 || !date_time(*s, ' ', &c) || s->p[19] != '.')
        return false;
    size_t part = 0;
    while (20 + part < s->n && part < 10 && digit(s->p[20 + part]))
        part++;
    if (part != 6 && part != 9)
        return false;
    c.micro = fraction(s->p + 20, part);
    if (c.year == 0 || !civil_valid(&c))
        return false;
    *out = c;
    *s = slice_from(*s, 20 + part);
    return true;
}

/* The month named by three bytes ("Jan"), or 0. */
static int month_of(const char *p)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++) {
        if (memcmp(names + 3 * i, p, 3) == 0)
            return i + 1;
    }
    return 0;
}

bool stamp_rfc3164(struct slice *s, struct civil *out)
{
    struct civil c = {0};
    if (s->n < 14 || s->p[3] != ' ' || (c.month = month_of(s->p)) == 0)
        return false;
    size_t at = s->p[4] == ' ' ? 5 : 4;
    size_t n = at == 4 && digit(s->p[5]) ? 2 : 1;
    if (s->n < at + n + 9 || !number(s->p + at, n, &c.day) || s->p[at + n] != ' ')
        return false;
    if (!clock_time(s->p + at + n + 1, &c) || !civil_valid(&c))
        return false;
    at += n + 9;
    size_t part = 0;
    if (s->n > at + 1 && s->p[at] == '.' && digit(s->p[at + 1])) {
        while (at + 1 + part < s->n && digit(s->p[at + 1 + part]))
            part++;
        c.micro = fraction(s->p + at + 1, part);
        at += 1 + part;
    }
    *out = c;
    *s = slice_from(*s, at);
    return true;
}

bool stamp_rfc3164_after(struct stamp_reading *last, struct slice *s, struct civil *out)
{
    const char *p = s->p;
    bool alone = s->n > sizeof last->text && p[sizeof last->text] != '.';
    if (alone && memcmp(p, last->text, sizeof last->text) == 0) {
        *out = last->reading;
        *s = slice_from(*s, sizeof last->text);
        return true;
    }
    if (!stamp_rfc3164(s, out))
        return false;
    if (alone && s->p == p + sizeof last->text) {
        memcpy(last->text, p, sizeof last->text);
        last->reading = *out;
    }
    return true;
}

/* Abbreviations that the tz database has for one offset alone; of others (CST, IST, PST) nothing is taken. */
static const struct {
    const char *name;
    int16_t minutes;
} abbreviations[] = {{"ACDT", 630},  {"ACST", 570}, {"AEDT", 660}, {"AEST", 600}, {"AKDT", -480},
                     {"AKST", -540}, {"AWST", 480}, {"CEST", 120}, {"CET", 60},   {"EDT", -240},
                     {"EEST", 180},  {"EET", 120},  {"EST", -300}, {"GMT", 0},    {"HKT", 480},
                     {"HST", -600},  {"JST", 540},  {"KST", 540},  {"MDT", -360}, {"MSK", 180},
                     {"MST", -420},  {"NZDT", 780}, {"NZST", 720}, {"SAST", 120}, {"UTC", 0},
                     {"WEST", 60},   {"WET", 0},    {"WIB", 420},  {"WIT", 540},  {"WITA", 480}};

static bool abbreviation(struct slice s, int32_t *offset)
{
    for (size_t i = 0; i < sizeof abbreviations / sizeof *abbreviations; i++) {
        if (!slice_eq(s, slice_str(abbreviations[i].name)))
            continue;
        *offset = abbreviations[i].minutes * 60;
        return true;
    }
    return false;
}

/* "+09", "-0330": what the tz database has instead of names. */
static bool numeric_zone(struct slice s, int32_t *offset)
{
    int h, m = 0;
    if ((s.n != 3 && s.n != 5) || (s.p[0] != '+' && s.p[0] != '-') || !number(s.p + 1, 2, &h) ||
        (s.n == 5 && !number(s.p + 3, 2, &m)) || h > 23 || m > 59)
        return false;
    *offset = (h * 60 + m) * (s.p[0] == '-' ? -60 : 60);
    return true;
}

bool stamp_full(struct slice *s, struct civil *out, bool *placed, int32_t *offset)
{
    struct civil c = {0};
    if (s->n < 25 || s->p[3] != ' ' || s->p[23] != ' ' || !date_time(slice_from(*s, 4), ' ', &c) ||
        c.year == 0 || !civil_valid(&c))
        return false;
    struct slice rest = slice_from(*s, 24);
    size_t n = slice_chr(slice_head(rest, 8), ' ');
    if (n == 0 || n == 8 || n == rest.n)
        return false;
    struct slice zone = slice_head(rest, n);
    *offset = 0;
    *placed = abbreviation(zone, offset) || numeric_zone(zone, offset);
    *out = c;
    *s = slice_from(rest, n);
    return true;
}

/* "Z", "+hh:mm", "+hhmm" at the start of s: its length (0: none) and seconds east. */
static size_t offset_at(struct slice s, int32_t *out)
{
    int h, m;
    *out = 0;
    if (s.n && (s.p[0] == 'Z' || s.p[0] == 'z'))
        return 1;
    if (s.n < 5 || (s.p[0] != '+' && s.p[0] != '-') || !number(s.p + 1, 2, &h))
        return 0;
    size_t colon = s.p[3] == ':';
    if (s.n < 5 + colon || !number(s.p + 3 + colon, 2, &m) || h > 23 || m > 59)
        return 0;
    *out = (h * 60 + m) * (s.p[0] == '-' ? -60 : 60);
    return 5 + colon;
}

static bool iso(struct slice *s, char sep, when *out, int32_t *offset)
{
    struct civil c = {0};
    if (!date_time(*s, sep, &c))
        return false;
    size_t at = 19, part = 0;
    if (at < s->n && (s->p[at] == '.' || s->p[at] == ',')) {
        at++;
        while (at + part < s->n && digit(s->p[at + part]))
            part++;
        if (part == 0)
            return false;
        c.micro = fraction(s->p + at, part);
    }
    int32_t east;
    size_t n = offset_at(slice_from(*s, at + part), &east);
    if (n == 0 || !civil_valid(&c))
        return false;
    *out = civil_when(&c) - east * SECOND;
    *offset = east;
    *s = slice_from(*s, at + part + n);
    return true;
}

bool stamp_iso(struct slice *s, when *out, int32_t *offset)
{
    return iso(s, 'T', out, offset);
}

bool when_parse(struct slice s, when *out)
{
    when t;
    int32_t offset;
    if (!iso(&s, 'T', &t, &offset) && !iso(&s, ' ', &t, &offset))
        return false;
    if (s.n)
        return false;
    *out = t;
    return true;
}

bool stamp_epost(struct slice *s, struct civil *out)
{
    struct civil c = {0};
    const char *p = s->p;
    if (s->n < 20 || p[2] != '/' || p[6] != '/' || p[11] != ':')
        return false;
    if (!number(p, 2, &c.day) || (c.month = month_of(p + 3)) == 0 || !number(p + 7, 4, &c.year))
        return false;
    if (!clock_time(p + 12, &c) || c.year == 0 || !civil_valid(&c))
        return false;
    *out = c;
    *s = slice_from(*s, 20);
    return true;
}
