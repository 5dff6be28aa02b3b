/* Spans and periods of the command line.  The clock of this machine is asked for one thing, by the caller: to resolve a
 * relative period once. */
#include "cmd.h"

bool span_parse(struct slice s, int64_t *out)
{
    uint64_t n;
    if (!slice_eat_u64(&s, &n) || n > 1000000000)
        return false;
    int64_t unit = SECOND;
    if (slice_eq(s, SLICE("d")))
        unit = DAY;
    else if (slice_eq(s, SLICE("h")))
        unit = HOUR;
    else if (slice_eq(s, SLICE("m")))
        unit = MINUTE;
    else if (s.n && !slice_eq(s, SLICE("s")))
        return false;
    *out = (int64_t)n * unit;
    return true;
}

static when start_of(const struct zone *zone, int year, int month, int day)
{
    when out;
    struct civil c = {.year = year, .month = month, .day = day};
    zone_when(zone, &c, WHEN_NONE, &out);
    return out;
}

static when day_after(const struct zone *zone, when t, int64_t days)
{
    struct civil c = civil_of(t + 12 * HOUR + days * DAY, zone_offset(zone, t));
    return start_of(zone, c.year, c.month, c.day);
}

static bool date_parse(struct slice s, struct civil *c)
{
    uint64_t year, month, day;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !slice_u64(slice_head(s, 4), &year) ||
        !slice_u64(slice_of(s.p + 5, 2), &month) || !slice_u64(slice_of(s.p + 8, 2), &day))
        return false;
    *c = (struct civil){.year = (int)year, .month = (int)month, .day = (int)day};
    return c->year && civil_valid(c);
}

bool period_parse(struct slice s, const struct zone *zone, when now, bool end, when *out)
{
    struct civil c;
    int64_t span;
    if (when_parse(s, out))
        return true;
    if (date_parse(s, &c)) { /* half-open: --until a date leaves that day out */
        *out = start_of(zone, c.year, c.month, c.day);
        return true;
    }
    c = civil_of(now, zone_offset(zone, now));
    when today = start_of(zone, c.year, c.month, c.day);
    if (slice_eq(s, SLICE("today")))
        *out = end ? day_after(zone, today, 1) : today;
    else if (slice_eq(s, SLICE("yesterday")))
        *out = end ? today : day_after(zone, today, -1);
    else if (slice_eq(s, SLICE("this-month")))
        *out = end ? start_of(zone, c.year + (c.month == 12), c.month % 12 + 1, 1)
                   : start_of(zone, c.year, c.month, 1);
    else if (slice_eq(s, SLICE("last-month")))
        *out = end ? start_of(zone, c.year, c.month, 1)
                   : start_of(zone, c.year - (c.month == 1), c.month == 1 ? 12 : c.month - 1, 1);
    else if (s.n > 1 && s.p[0] == '-' && span_parse(slice_from(s, 1), &span))
        *out = now - span;
    else
        return false;
    return true;
}
