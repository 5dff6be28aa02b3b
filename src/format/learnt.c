/* learnt.c - the zone and the year of a log without either, from queue ids that hold the time they were made at.
 *
 * Why: most maillogs say "Mar  8 02:59:58" and nothing else; the ids of Postfix (long ones), sendmail and Exim hold the
 * instant, so that reading and instant of one line give offset and year.
 * Invariant: one odd id moves nothing.  An offset or a year counts when two ids say it, or when one does and the clock
 * readings of that host show the step: back by an hour where summer time ends, ahead where it begins.  Between such a step and
 * the first id after it lines are read by the new offset; an id that still says the old one takes that back.
 * Each host of a file has an offset of its own, HOST_ZONES of them at most; other hosts are read by the first one's.
 * Facts: offsets of today are multiples of 15 minutes; the line that shows an id first is written within a minute of it,
 * or teaches nothing (a sender that takes minutes over its mail).  Summer time ends at night, at a week's end.
 * Example: Nov  1 01:00:10 mx postfix/smtpd[7]: 4bN2Wq1Pz3zVxT: client=... (made at 06:00:10 UTC: New York, winter) */
#include "reader.h"

#define AGREES MINUTE            /* between id and line, after rounding */
#define OFFSET_LIMIT (15 * 3600) /* seconds */
#define SUMMER 3600              /* what summer time adds */
#define SLACK (5 * MINUTE)       /* lines of one host may be out of order by so much */

struct sample {
    int64_t offset, year;
    when reading; /* as if UTC */
    when id;
};

static when apart(when a, when b)
{
    return a > b ? a - b : b - a;
}

static struct local_zone *zone_of(struct reader *r, uint64_t host)
{
    struct carry *c = &r->carry;
    for (size_t i = 0; i < c->zones_count; i++)
        if (c->zones[i].host == host)
            return &c->zones[i];
    return NULL;
}

/* A row for the host; NULL if there is no room.  They lie in order of hosts. */
static struct local_zone *zone_add(struct reader *r, uint64_t host)
{
    struct carry *c = &r->carry;
    size_t at = c->zones_count;
    if (at == HOST_ZONES)
        return NULL;
    for (c->zones_count++; at && c->zones[at - 1].host > host; at--)
        c->zones[at] = c->zones[at - 1];
    c->zones[at] = (struct local_zone){
        .host = host, .other_id = WHEN_NONE, .last = WHEN_NONE, .mark = WHEN_NONE};
    return &c->zones[at];
}

/* Does summer time ever begin or end at such a reading? */
static bool may_change(when reading)
{
    int day = civil_weekday(reading, 0), hour = civil_of(reading, 0).hour;
    return (day == 0 || day == 6) && (hour < 4 || hour == 23);
}

/* The shift that a step from one reading to the next looks like; 0: none.  Where an hour is left out, the readings of a
 * log that is never still for long pass over a whole hour of the clock. */
static int64_t shift_of(when before, when reading)
{
    if (!may_change(before))
        return 0;
    if (reading < before - SLACK && reading >= before - HOUR - SLACK)
        return -SUMMER;
    return reading >= before + HOUR && reading <= before + HOUR + SLACK &&
                   reading / HOUR > before / HOUR + 1
               ? SUMMER
               : 0;
}

/* Follow the readings of a host: did its clock change by an hour? */
static int64_t shifted(struct reader *r, struct local_zone *z, when reading)
{
    when before = r->place.offset - z->at <= ZONE_FOR ? z->last : WHEN_NONE;
    z->last = reading;
    z->at = r->place.offset;
    if (before == WHEN_NONE) {
        z->shift = 0;
        return 0;
    }
    if (reading >= before + HOUR - SLACK)
        z->ahead = 1;
    if (z->shift == 0) {
        z->shift = shift_of(before, reading);
        z->mark = before;
    } else if (z->shift < 0 && reading > before + SLACK && apart(reading, z->mark) <= SLACK) {
        z->shift = 0; /* it was one line out of order */
    }
    r->counts.folds += z->shift < 0;
    r->counts.gaps += z->shift > 0;
    return z->shift;
}

bool learnt_offset(struct reader *r, when reading, int64_t *offset)
{
    struct local_zone *z;
    if (!r->carry.zones_count || !r->facts.zone_learnt ||
        !(z = zone_of(r, slice_hash(r->line_host))) || !z->known)
        return false;
    *offset = z->offset + shifted(r, z, reading);
    return true;
}

void learnt_keep(struct reader *r, int64_t offset)
{
    struct carry *c = &r->carry;
    uint64_t host = slice_hash(r->line_host);
    if (!r->has_first_offset) {
        r->has_first_offset = true;
        r->first_offset = (int32_t)offset;
    }
    if (!c->has_offset)
        c->offset_host = host;
    if (c->offset_host != host)
        return;
    c->has_offset = 1;
    c->offset = offset;
    r->counts.has_offset = true;
    r->counts.offset = (int32_t)offset;
}

void reader_printed(struct reader *r, struct slice host, int64_t offset)
{
    if (r->has_printed || offset != offset_rounded(offset) || offset > OFFSET_LIMIT ||
        offset < -OFFSET_LIMIT || !slice_eq(host, buf_slice(&r->first_host)))
        return;
    r->has_printed = true;
    r->printed = (int32_t)offset;
}

static bool sample_in(const struct reader *r, when id, int64_t year, struct sample *s)
{
    when reading = reading_in_year(&r->reading, year);
    if (reading == WHEN_NONE || apart(reading, id) > (OFFSET_LIMIT + 60) * SECOND)
        return false;
    int64_t offset = offset_rounded((reading - id) / SECOND);
    *s = (struct sample){offset, year, reading, id};
    return apart(reading - id, offset * SECOND) <= AGREES && offset <= OFFSET_LIMIT &&
           offset >= -OFFSET_LIMIT;
}

/* Offset and year by the id; false if they cannot belong together. */
static bool sample_of(const struct reader *r, when id, struct sample *s)
{
    if (r->reading.year)
        return sample_in(r, id, r->reading.year, s);
    if (r->facts.year) /* given: only the offset may be learnt */
        return sample_in(r, id, r->read_year, s);
    int year = civil_of(id, 0).year;
    for (int y = year - 1; y <= year + 1; y++)
        if (sample_in(r, id, y, s))
            return true;
    return false;
}

/* Does the id say what the line was read by? */
static bool agrees(const struct reader *r, const struct local_zone *z, const struct sample *s)
{
    return s->year == r->read_year && (!r->facts.zone_learnt || z->known) &&
           (!r->facts.zone_learnt || s->offset == z->offset);
}

static bool proved(const struct local_zone *z, const struct sample *s, int read_year)
{
    if (z->known && s->year == read_year) {
        if (z->shift && s->offset == z->offset + z->shift)
            return true;
        if (z->ahead && s->offset == z->offset + SUMMER)
            return true;
    }
    return z->other_id != WHEN_NONE && z->other_id != s->id && z->other == s->offset &&
           z->other_year == s->year;
}

/* In order of hosts. */
static void first_note(struct host_zones *first, uint64_t host, int64_t offset)
{
    size_t at = first->count++;
    for (; at && first->of[at - 1].host > host; at--)
        first->of[at] = first->of[at - 1];
    first->of[at] = (struct host_zone){host, (int32_t)offset};
}

static void year_settle(struct reader *r, const struct sample *s)
{
    struct carry *c = &r->carry;
    if (r->reading.year || s->year == r->read_year)
        return;
    r->counts.year_steps += c->year && s->year == c->year + 1;
    c->year = s->year;
    c->walk = s->reading;
    c->far = 0;
}

/* By what the sample says from here on, this line included. */
static void settle(struct reader *r, struct local_zone *z, const struct sample *s)
{
    if (!z->known)
        first_note(&r->first_zones, z->host, s->offset);
    z->known = 1;
    z->offset = s->offset;
    z->other_id = WHEN_NONE;
    z->ahead = z->shift = 0;
    z->last = s->reading;
    z->at = r->place.offset;
    learnt_keep(r, s->offset);
    year_settle(r, s);
    if (r->anchor == WHEN_NONE)
        r->anchor = s->id;
    if (r->facts.zone_learnt) {
        r->stamp = r->carry.last = s->reading - s->offset * SECOND;
    } else if (s->year != r->read_year) {
        struct civil local = r->reading;
        r->stamp = reader_local(r, &local);
    }
}

void reader_id(struct reader *r, when instant)
{
    struct sample s;
    uint64_t host = slice_hash(r->line_host);
    r->again = WHEN_NONE;
    if (!sample_of(r, instant, &s))
        return;
    struct local_zone *z = zone_of(r, host);
    if (!z && !(z = zone_add(r, host)))
        return;
    if (agrees(r, z, &s) || proved(z, &s, r->read_year)) {
        settle(r, z, &s);
        return;
    }
    z->other = s.offset;
    z->other_year = s.year;
    z->other_id = s.id;
}
