/* local.c - local readings to instants: the missing year, the zone, the side of the DST fold.
 *
 * Why: most evidence carries neither year nor zone, and a wrong one shifts every figure silently.
 * Invariant: one odd line never moves the base year; Feb 29 is never normalised; what cannot be
 * placed has no time.
 * Facts: a source spans less than a year unless its text proves otherwise; a step back by more
 * than half a year is a New Year once two lines in a row show it.
 * Example: "Dec 31 23:59:59", "Jan  1 00:00:03", "Jan  1 00:00:09" */
#include "reader.h"

#define FAR (180 * DAY)
#define LATE (7 * DAY)          /* how long after New Year a line of the old year may come */
#define AHEAD (2 * DAY)         /* zones and clocks: a stamp may lie so far after its file's time */
#define FOLD_SLACK (5 * MINUTE) /* lines of one log may be out of order by so much */
#define OFFSET_STEP 900
#define OFFSET_MAX (15 * 3600)

struct carry carry_start(const struct source_facts *facts)
{
    struct carry c = {.walk = WHEN_NONE,
                      .last = WHEN_NONE,
                      .entry = WHEN_NONE,
                      .trace = WHEN_NONE,
                      .date = INT64_MIN,
                      .held_epoch = WHEN_NONE,
                      .parts_stamp = WHEN_NONE,
                      .export_stamp = WHEN_NONE};
    for (size_t i = 0; facts->zone_learnt && i < facts->zones.count; i++)
        c.zones[i] = (struct local_zone){.host = facts->zones.of[i].host,
                                         .known = 1,
                                         .offset = facts->zones.of[i].offset,
                                         .other_id = WHEN_NONE,
                                         .last = WHEN_NONE,
                                         .mark = WHEN_NONE};
    c.zones_count = facts->zone_learnt ? facts->zones.count : 0;
    if (facts->date.year)
        c.date = civil_days(facts->date.year, facts->date.month, facts->date.day);
    return c;
}

when reading_in_year(const struct civil *local, int64_t year)
{
    struct civil c = *local;
    c.year = (int)year;
    return year && civil_valid(&c) ? civil_when(&c) : WHEN_NONE;
}

static when distance(when a, when b)
{
    return a > b ? a - b : b - a;
}

int source_first_year(const struct source_facts *f, const struct civil *local)
{
    if (f->year)
        return f->year;
    if (f->anchor == WHEN_NONE)
        return 0;
    int middle = civil_of(f->anchor, 0).year, best = 0;
    when nearest = 0;
    for (int y = middle + 1; y >= middle - 8; y--) {
        when t = reading_in_year(local, y);
        if (t == WHEN_NONE || (f->anchor_last && t - AHEAD > f->anchor) ||
            (best && distance(t, f->anchor) >= nearest))
            continue;
        best = y;
        nearest = distance(t, f->anchor);
    }
    return best;
}

bool reader_reading(const struct reader *r, when reading, when *out)
{
    if (r->facts.zone_learnt && r->carry.has_offset)
        *out = reading - r->carry.offset * SECOND;
    else if (reading >= r->local_from && reading < r->local_to)
        *out = reading - r->local_shift;
    else
        return false;
    return true;
}

/* reading is local as if UTC, in the year read_year */
static when by_zone(struct reader *r, const struct civil *local, when reading)
{
    when t;
    int64_t offset;
    if (learnt_offset(r, reading, &offset))
        return reading - offset * SECOND;
    if (reader_reading(r, reading, &t))
        return t;
    when after = r->carry.last == WHEN_NONE ? WHEN_NONE : r->carry.last - FOLD_SLACK;
    struct civil c = *local;
    c.year = r->read_year;
    enum zone_fit fit = zone_when(r->facts.zone, &c, after, &t);
    r->counts.folds += fit == ZONE_FOLD;
    r->counts.gaps += fit == ZONE_GAP;
    when hour = reading - (reading % HOUR + HOUR) % HOUR;
    int32_t before = zone_offset(r->facts.zone, hour - 30 * HOUR);
    if (before == zone_offset(r->facts.zone, hour + 31 * HOUR) &&
        before == zone_offset(r->facts.zone, t)) {
        r->local_from = hour;
        r->local_to = hour + HOUR;
        r->local_shift = reading - t;
    }
    return t;
}

/* As if UTC; WHEN_NONE if there is no such date.  Logs stay on one date for long. */
static when reading_of(struct reader *r, const struct civil *c)
{
    bool same = c->day == r->date.day && c->month == r->date.month && c->year == r->date.year;
    struct civil midnight = {.year = c->year, .month = c->month, .day = c->day};
    if (!same) {
        if (!civil_valid(c))
            return WHEN_NONE;
        r->date = midnight;
        r->date_start = civil_when(&midnight);
    } else if (c->hour < 0 || c->hour > 23 || c->minute < 0 || c->minute > 59 || c->second < 0 ||
               c->second > 60 || c->micro < 0 || c->micro > 999999) {
        return WHEN_NONE;
    }
    return r->date_start + (c->hour * 3600 + c->minute * 60 + c->second) * SECOND + c->micro;
}

/* The year of a yearless reading, by where the log has come to. */
static int64_t walk(struct reader *r, const struct civil *local)
{
    struct carry *c = &r->carry;
    if (c->year == 0)
        c->year = source_first_year(&r->facts, local);
    when t = reading_in_year(local, c->year);
    if (t == WHEN_NONE)
        return 0;
    if (c->walk == WHEN_NONE || distance(t, c->walk) <= FAR) {
        c->walk = t;
        c->far = 0;
        return c->year;
    }
    int64_t side = t < c->walk ? -1 : 1;
    when other = reading_in_year(local, c->year - side);
    if (side > 0 && other != WHEN_NONE && distance(other, c->walk) <= LATE)
        return c->year - 1;
    if (c->far != side) {
        c->far = side;
        return side < 0 ? c->year + 1 : c->year;
    }
    c->far = 0;
    if (side < 0) {
        c->year++;
        r->counts.year_steps++;
        t = reading_in_year(local, c->year);
    }
    if (t != WHEN_NONE)
        c->walk = t;
    return c->year;
}

/* Many lines share their second: a reading that the walk made its last step to needs no calendar when it comes again. */
static bool walked(const struct reader *r, const struct civil *local)
{
    _Static_assert(sizeof *local == 7 * sizeof(int), "no holes: compared as bytes");
    return r->carry.walk == r->yearless_reading && r->carry.far == 0 &&
           r->carry.year == r->yearless_year && r->yearless_year != 0 &&
           memcmp(local, &r->yearless, sizeof *local) == 0;
}

/* As if UTC, in the year it belongs to; WHEN_NONE if there is no such date or year. */
static when reading_settle(struct reader *r, const struct civil *local)
{
    struct civil c = *local;
    if (c.year == 0)
        c.year = (int)walk(r, local);
    r->read_year = c.year;
    when reading = c.year ? reading_of(r, &c) : WHEN_NONE;
    if (reading == WHEN_NONE)
        r->counts.dateless += c.year != 0 || r->carry.year != 0;
    if (local->year == 0 && c.year == r->carry.year && reading == r->carry.walk) {
        r->yearless = *local;
        r->yearless_year = c.year;
        r->yearless_reading = reading;
    }
    return reading;
}

bool reader_local_settled(const struct reader *r, const struct civil *local)
{
    when t;
    return r->given == WHEN_NONE && !(r->carry.zones_count && r->facts.zone_learnt) &&
           walked(r, local) && reader_reading(r, r->yearless_reading, &t) && t == r->stamp;
}

when reader_local(struct reader *r, const struct civil *local)
{
    r->again = WHEN_NONE;
    if (r->given != WHEN_NONE)
        return r->given;
    if (!r->has_local) {
        r->first_local = *local;
        r->has_local = true;
    }
    r->has_reading = true;
    r->reading = *local;
    when reading = r->yearless_reading;
    if (walked(r, local))
        r->read_year = (int)r->yearless_year;
    else
        reading = reading_settle(r, local);
    if (reading == WHEN_NONE)
        return WHEN_NONE;
    return r->carry.last = by_zone(r, local, reading);
}

int64_t offset_rounded(int64_t seconds)
{
    int64_t half = seconds < 0 ? -OFFSET_STEP / 2 : OFFSET_STEP / 2;
    return (seconds + half) / OFFSET_STEP * OFFSET_STEP;
}

/* The year that puts a yearless reading next to an instant; the walk's own year is tried first. */
static when reading_near(struct reader *r, when instant, const struct civil *local)
{
    when reading = reading_in_year(local, local->year ? local->year : r->carry.year);
    if (reading != WHEN_NONE && distance(reading, instant) <= OFFSET_MAX * SECOND)
        return reading;
    int year = civil_of(instant, 0).year;
    for (int y = year - 1; local->year == 0 && y <= year + 1; y++) {
        reading = reading_in_year(local, y);
        if (reading == WHEN_NONE || distance(reading, instant) > OFFSET_MAX * SECOND)
            continue;
        r->carry.year = y;
        return reading;
    }
    return WHEN_NONE;
}

bool reader_learn(struct reader *r, when instant, const struct civil *local)
{
    r->again = WHEN_NONE;
    if (!r->has_local) {
        r->first_local = *local;
        r->has_local = true;
    }
    when reading = reading_near(r, instant, local);
    if (reading == WHEN_NONE)
        return false;
    if (local->year == 0) {
        r->carry.walk = reading;
        r->carry.far = 0;
    }
    learnt_keep(r, offset_rounded((reading - instant) / SECOND));
    return true;
}
