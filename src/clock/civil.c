/* civil.c - dates to instants and back, without libc's notion of time.
 *
 * Why: a forensic result must not depend on TZ, the locale or the libc of the machine that makes
 * it.
 * Invariant: every when that civil_when gives comes back from civil_of at offset 0 as the same
 * reading (a second of 60 as second 0 of the next minute).
 * Facts: the Gregorian calendar; days are counted in eras of 400 years that begin on 1 March, so
 * that the leap day is the last of its year.  RFC 3339 section 5.6 for the written form.
 * Example: 2026-11-20T08:20:45.000000Z */
#include "postmortem/clock/when.h"

#define ERA_DAYS 146097
#define EPOCH_SHIFT 719468 /* days from 0000-03-01 to 1970-01-01 */

int64_t civil_days(int year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * ERA_DAYS + days - EPOCH_SHIFT;
}

static bool leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool civil_valid(const struct civil *c)
{
    static const signed char length[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (c->year < -9999 || c->year > 9999 || c->month < 1 || c->month > 12)
        return false;
    if (c->day < 1 || c->day > length[c->month - 1])
        return false;
    if (c->month == 2 && c->day == 29 && !leap(c->year))
        return false;
    return c->hour >= 0 && c->hour <= 23 && c->minute >= 0 && c->minute <= 59 && c->second >= 0 &&
           c->second <= 60 && c->micro >= 0 && c->micro <= 999999;
}

when civil_when(const struct civil *c)
{
    int64_t seconds =
        civil_days(c->year, c->month, c->day) * 86400 + c->hour * 3600 + c->minute * 60 + c->second;
    return seconds * SECOND + c->micro;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return a % b < 0 ? q - 1 : q;
}

/* The date of a day number. */
static void date_of(int64_t days, struct civil *c)
{
    int64_t z = days + EPOCH_SHIFT;
    int64_t era = floor_div(z, ERA_DAYS);
    int64_t of_era = z - era * ERA_DAYS;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA_DAYS - 1)) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t mp = (5 * of_year + 2) / 153;
    c->day = (int)(of_year - (153 * mp + 2) / 5 + 1);
    c->month = (int)(mp < 10 ? mp + 3 : mp - 9);
    c->year = (int)(y + era * 400 + (c->month <= 2));
}

struct civil civil_of(when t, int32_t offset)
{
    struct civil c = {0};
    int64_t seconds = floor_div(t, SECOND);
    c.micro = (int)(t - seconds * SECOND);
    seconds += offset;
    int64_t days = floor_div(seconds, 86400);
    int64_t rest = seconds - days * 86400;
    date_of(days, &c);
    c.hour = (int)(rest / 3600);
    c.minute = (int)(rest / 60 % 60);
    c.second = (int)(rest % 60);
    return c;
}

int civil_month(struct slice name)
{
    static const char names[] = "jan feb mar apr may jun jul aug sep oct nov dec";
    char lower[3];
    if (name.n != sizeof lower)
        return 0;
    slice_lower(lower, name);
    size_t at = slice_find(slice_str(names), slice_of(lower, sizeof lower));
    return at < sizeof names - 1 && at % 4 == 0 ? (int)at / 4 + 1 : 0;
}

int civil_weekday(when t, int32_t offset)
{
    int64_t days = floor_div(floor_div(t, SECOND) + offset, 86400);
    return (int)(((days % 7) + 11) % 7); /* 1970-01-01 was a Thursday */
}

/* value in exactly width digits; returns what follows. */
static char *digits(char *out, int value, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + width;
}

struct slice when_rfc3339(when t, char out[40])
{
    struct civil c = civil_of(t, 0);
    char *p = out;
    bool plain = c.year >= 0 && c.year <= 9999;
    if (!plain)
        *p++ = c.year < 0 ? '-' : '+';
    p = digits(p, c.year < 0 ? -c.year : c.year, plain ? 4 : 6);
    *p++ = '-';
    p = digits(p, c.month, 2);
    *p++ = '-';
    p = digits(p, c.day, 2);
    *p++ = 'T';
    p = digits(p, c.hour, 2);
    *p++ = ':';
    p = digits(p, c.minute, 2);
    *p++ = ':';
    p = digits(p, c.second, 2);
    *p++ = '.';
    p = digits(p, c.micro, 6);
    *p++ = 'Z';
    *p = 0;
    return slice_of(out, (size_t)(p - out));
}

void when_save(when t, struct buf *out)
{
    if (t == WHEN_NONE)
        buf_byte(out, 0);
    else
        buf_count(out, ((uint64_t)t << 1 ^ (t < 0 ? UINT64_MAX : 0)) + 1);
}

bool when_load(struct slice *in, when *t)
{
    uint64_t n;
    if (!load_count(in, &n))
        return false;
    uint64_t zigzag = n - 1;
    *t = n ? (when)(zigzag >> 1 ^ (zigzag & 1 ? UINT64_MAX : 0)) : WHEN_NONE;
    return when_valid(*t) && (n == 0 || *t != WHEN_NONE);
}
