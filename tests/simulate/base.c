/* base.c - chance, civil time, text: what the simulator's two servers share.
 *
 * Invariant: the same seed gives the same numbers on every machine; no clock, locale or libc generator is asked.
 * Source: splitmix64 (S. Vigna, public domain description); days from civil: proleptic Gregorian arithmetic.
 * Example: start 2026-11-16T00:00:00+09:00 is 1794754800 seconds after 1970. */
#include "sim.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void failed(const char *what, const char *which)
{
    fprintf(stderr, "simulate: %s: %s: %s\n", what, which, strerror(errno));
    exit(1);
}

void *wanted(void *p)
{
    if (!p)
        failed("memory", "none left");
    return p;
}

uint64_t chance_u64(struct chance *c)
{
    uint64_t z = c->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

int64_t chance_span(struct chance *c, double mean_seconds)
{
    return (int64_t)(-log(1.0 - chance_unit(c)) * mean_seconds * 1e6) + 1;
}

void put_u64(struct text *t, uint64_t v)
{
    char digits[20];
    size_t n = sizeof digits;
    do
        digits[--n] = (char)('0' + v % 10);
    while (v /= 10);
    put(t, digits + n, sizeof digits - n);
}

void put_padded(struct text *t, uint64_t v, unsigned width)
{
    char digits[20];
    for (unsigned i = width; i-- > 0; v /= 10)
        digits[i] = (char)('0' + v % 10);
    put(t, digits, width);
}

void put_hex(struct text *t, uint64_t v, unsigned width)
{
    char digits[16];
    for (unsigned i = width; i-- > 0; v >>= 4)
        digits[i] = "0123456789abcdef"[v & 15];
    put(t, digits, width);
}

int64_t days_from_civil(int year, unsigned month, unsigned day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct day_time day_time_of(int64_t seconds)
{
    int64_t days = seconds / DAY_SECONDS, rest = seconds % DAY_SECONDS;
    if (rest < 0) {
        rest += DAY_SECONDS;
        days--;
    }
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t of_era = z - era * 146097;
    int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
    int64_t shifted = (5 * of_year + 2) / 153;
    struct day_time d;
    d.day = (unsigned)(of_year - (153 * shifted + 2) / 5 + 1);
    d.month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9);
    d.year = (int)(years + era * 400 + (d.month <= 2));
    d.hour = (unsigned)(rest / 3600);
    d.minute = (unsigned)(rest / 60 % 60);
    d.second = (unsigned)(rest % 60);
    return d;
}

bool zone_parse(const char *offset, long *out)
{
    unsigned h, m;
    char sign;
    if (!strcmp(offset, "Z")) {
        *out = 0;
        return true;
    }
    if (sscanf(offset, "%c%2u:%2u", &sign, &h, &m) != 3 || (sign != '+' && sign != '-'))
        return false;
    *out = (long)(h * 3600 + m * 60) * (sign == '-' ? -1 : 1);
    return true;
}

bool start_parse(const char *rfc3339, int64_t *out)
{
    int year, used = 0;
    unsigned month, day, h, m, s;
    long zone;
    if (sscanf(rfc3339, "%4d-%2u-%2uT%2u:%2u:%2u%n", &year, &month, &day, &h, &m, &s, &used) != 6)
        return false;
    if (!zone_parse(rfc3339 + used, &zone))
        return false;
    int64_t seconds =
        days_from_civil(year, month, day) * DAY_SECONDS + h * 3600 + m * 60 + s - zone;
    *out = seconds * SECOND;
    return true;
}

double hour_weight(int64_t local_seconds)
{
    static const double by_hour[24] = {0.30, 0.25, 0.20, 0.20, 0.25, 0.35, 0.60, 0.90,
                                       1.60, 2.00, 2.00, 1.80, 1.30, 1.70, 1.90, 1.80,
                                       1.70, 1.50, 1.10, 0.80, 0.60, 0.50, 0.40, 0.35};
    int64_t day = local_seconds / DAY_SECONDS;
    unsigned weekday = (unsigned)((day + 4) % 7); /* 1970-01-01 was a Thursday; 0 = Sunday */
    double w = by_hour[local_seconds % DAY_SECONDS / 3600];
    return weekday == 0 || weekday == 6 ? w * 0.4 : w;
}

void agenda_add(struct agenda *a, int64_t at, uint32_t kind, void *what, uint32_t which)
{
    if (a->n == a->cap) {
        a->cap = a->cap ? 2 * a->cap : 1024;
        a->heap = wanted(realloc(a->heap, a->cap * sizeof *a->heap));
    }
    struct happening h = {at, a->order++, what, kind, which};
    size_t i = a->n++;
    while (i > 0) {
        size_t up = (i - 1) / 2;
        if (a->heap[up].at <= at)
            break;
        a->heap[i] = a->heap[up];
        i = up;
    }
    a->heap[i] = h;
}

static bool before(const struct happening *a, const struct happening *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

bool agenda_next(struct agenda *a, struct happening *out)
{
    if (a->n == 0)
        return false;
    *out = a->heap[0];
    struct happening last = a->heap[--a->n];
    size_t i = 0;
    for (;;) {
        size_t down = 2 * i + 1;
        if (down >= a->n)
            break;
        if (down + 1 < a->n && before(&a->heap[down + 1], &a->heap[down]))
            down++;
        if (!before(&a->heap[down], &last))
            break;
        a->heap[i] = a->heap[down];
        i = down;
    }
    if (a->n)
        a->heap[i] = last;
    return true;
}
