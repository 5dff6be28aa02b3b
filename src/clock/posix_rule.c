/* posix_rule.c - the footer of a TZif file.
 *
 * Why: tables end in 2037 (or with the last change of law); later stamps follow the footer's rule.
 * Invariant: signs are turned once, here: POSIX counts west, everything else in postmortem east.
 * Facts: POSIX.1-2017 8.3 (TZ), RFC 8536 3.3.1 (hours -167..167 in rule times).
 * Example: CET-1CEST,M3.5.0,M10.5.0/3 */
#include "posix_rule.h"

#include "postmortem/clock/when.h"

static bool name(struct slice *s)
{
    size_t n = 0;
    if (s->n && s->p[0] == '<') {
        n = slice_chr(*s, '>');
        if (n == s->n)
            return false;
        *s = slice_from(*s, n + 1);
        return true;
    }
    while (n < s->n && ((s->p[n] | 32) >= 'a' && (s->p[n] | 32) <= 'z'))
        n++;
    *s = slice_from(*s, n);
    return n >= 3;
}

static bool small(struct slice *s, uint64_t max, int *out)
{
    uint64_t v;
    if (!slice_eat_u64(s, &v) || v > max)
        return false;
    *out = (int)v;
    return true;
}

/* [+-]hh[:mm[:ss]] -> seconds, sign as written. */
static bool hms(struct slice *s, int32_t *out)
{
    int sign = slice_eat(s, SLICE("-")) ? -1 : 1;
    int h, m = 0, sec = 0;
    if (sign == 1)
        slice_eat(s, SLICE("+"));
    if (!small(s, 167, &h))
        return false;
    if (slice_eat(s, SLICE(":")) && !small(s, 59, &m))
        return false;
    if (slice_eat(s, SLICE(":")) && !small(s, 59, &sec))
        return false;
    *out = sign * (h * 3600 + m * 60 + sec);
    return true;
}

static bool date(struct slice *s, struct posix_date *d)
{
    *d = (struct posix_date){.kind = 'N', .time = 7200};
    if (slice_eat(s, SLICE("M"))) {
        d->kind = 'M';
        if (!small(s, 12, &d->month) || d->month < 1 || !slice_eat(s, SLICE(".")) ||
            !small(s, 5, &d->week) || d->week < 1 || !slice_eat(s, SLICE(".")) ||
            !small(s, 6, &d->day))
            return false;
    } else {
        if (slice_eat(s, SLICE("J")))
            d->kind = 'J';
        if (!small(s, 365, &d->day) || (d->kind == 'J' && d->day < 1))
            return false;
    }
    return !slice_eat(s, SLICE("/")) || hms(s, &d->time);
}

bool posix_rule_read(struct slice s, struct posix_rule *out)
{
    struct posix_rule r = {0};
    if (!name(&s) || !hms(&s, &r.standard))
        return false;
    r.standard = -r.standard;
    r.summer = r.standard + 3600;
    if (s.n) {
        r.has_summer = true;
        if (!name(&s))
            return false;
        if (s.n && s.p[0] != ',') {
            if (!hms(&s, &r.summer))
                return false;
            r.summer = -r.summer;
        }
        if (!slice_eat(&s, SLICE(",")) || !date(&s, &r.start) || !slice_eat(&s, SLICE(",")) ||
            !date(&s, &r.end))
            return false;
    }
    *out = r;
    return s.n == 0;
}

/* The local second (as if UTC) at which d falls in a year. */
static int64_t date_in(const struct posix_date *d, int year)
{
    int64_t january = civil_days(year, 1, 1);
    int64_t day;
    if (d->kind == 'M') {
        int64_t first = civil_days(year, d->month, 1);
        int64_t next =
            d->month == 12 ? civil_days(year + 1, 1, 1) : civil_days(year, d->month + 1, 1);
        int weekday = (int)(((first % 7) + 11) % 7);
        day = first + (d->day - weekday + 7) % 7 + 7 * (d->week - 1);
        while (day >= next)
            day -= 7;
    } else if (d->kind == 'J') {
        bool leap = civil_days(year + 1, 1, 1) - january == 366;
        day = january + d->day - 1 + (leap && d->day >= 60);
    } else {
        day = january + d->day;
    }
    return day * 86400 + d->time;
}

int32_t posix_rule_offset(const struct posix_rule *rule, int64_t t)
{
    if (!rule->has_summer)
        return rule->standard;
    int year = civil_of(t * SECOND, rule->standard).year;
    int64_t start = date_in(&rule->start, year) - rule->standard;
    int64_t end = date_in(&rule->end, year) - rule->summer;
    bool summer = start < end ? t >= start && t < end : t >= start || t < end;
    return summer ? rule->summer : rule->standard;
}
