/* Which zone a source's stamps are in, and which year (analyses 8).
 *
 * Invariant: the machine's own zone and clock have no part in it.  An offset learnt from lines that carry both a local
 * reading and an instant (splogger through syslog, E-Post's senderlog) serves the other sources of the same stream, by
 * the nearest day, so that summer time shows as a change of offset. */
#include "state.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>
#include <string.h>

#define UNKNOWN_YEAR                                                                               \
    1972 /* any with a Feb 29: sources without a year are still ranked by month and day */

const struct zone *keep_zone(struct run *r, struct zone *z)
{
    r->zones = mem_grow(r->zones, r->zones_count + 1, sizeof *r->zones);
    r->zones[r->zones_count++] = z;
    return z;
}

static const struct zone *fixed_zone(struct run *r, int32_t offset)
{
    for (size_t i = 0; i < r->zones_count; i++)
        if (zone_offset(r->zones[i], 0) == offset)
            return r->zones[i];
    return keep_zone(r, zone_fixed(offset));
}

static const struct zone *option_zone(const struct run *r, uint32_t source)
{
    const struct source *s = &r->inventory.sources[source];
    const struct surveyed *v = &r->surveyed[source];
    const struct zone *found = NULL;
    for (size_t i = 0; i < r->options.input_zones.count; i++) {
        const struct assignment *a = &r->options.input_zones.rows[i];
        if (a->name.n == 0 || slice_eq(a->name, v->detection.host) ||
            slice_eq(a->name, r->evidence.sources[source].host) || slice_starts(s->path, a->name))
            found = a->zone;
    }
    return found;
}

static int64_t day_of(const struct surveyed *v)
{
    const struct detection *d = &v->detection;
    if (d->has_name_date)
        return civil_days(d->name_date.year, d->name_date.month, d->name_date.day);
    if (d->has_local && d->first_local.year)
        return civil_days(d->first_local.year, d->first_local.month, d->first_local.day);
    return d->first != WHEN_NONE ? d->first / DAY : INT64_MIN;
}

/* The learnt offset of the stream's source whose day is nearest; the earlier of two equally near. */
static bool learnt_offset(const struct run *r, const struct stream *s, int64_t day, int32_t *offset)
{
    uint64_t best = UINT64_MAX;
    for (size_t i = 0; i < s->count; i++) {
        const struct surveyed *v = &r->surveyed[s->sources[i]];
        if (!v->detection.has_offset)
            continue;
        uint64_t far =
            v->day > day ? (uint64_t)(v->day - day) * 2 + 1 : (uint64_t)(day - v->day) * 2;
        if (far < best) {
            best = far;
            *offset = v->detection.offset;
        }
    }
    return best != UINT64_MAX;
}

/* The report's zone: --tz, else the offset most sources taught, else UTC. */
static void settle_report_zone(struct run *r)
{
    if (r->options.zone) {
        r->report_zone = r->options.zone;
        return;
    }
    int32_t best = 0;
    size_t most = 0;
    for (size_t i = 0; i < r->inventory.sources_count; i++) {
        const struct detection *d = &r->surveyed[i].detection;
        size_t n = 0;
        for (size_t k = 0; d->has_offset && k < r->inventory.sources_count; k++)
            n +=
                r->surveyed[k].detection.has_offset && r->surveyed[k].detection.offset == d->offset;
        if (n > most || (n == most && n && d->offset < best)) {
            most = n;
            best = d->offset;
        }
    }
    r->report_zone = zone_fixed(best);
}

static void settle_zone(struct run *r, uint32_t source)
{
    struct surveyed *v = &r->surveyed[source];
    struct source_read *told = &r->evidence.sources[source];
    const struct stream *stream = &r->streams[v->stream];
    int32_t offset;
    if ((v->zone = option_zone(r, source))) {
        told->zone_rule = "option";
    } else if (learnt_offset(r, stream, v->day, &offset)) {
        v->zone = fixed_zone(r, offset);
        told->zone_rule = "learnt";
    } else if (r->options.zone) {
        v->zone = r->options.zone;
        told->zone_rule = "report_zone";
    } else {
        v->zone = r->utc;
        told->zone_rule = "assumed_utc";
    }
    told->confidence = told->zone_rule[0] == 'a'   ? "low"
                       : told->zone_rule[0] == 'r' ? "medium"
                                                   : "high";
    bool instants = !v->detection.has_local;
    if (instants) { /* TAI64N, epoch, ISO: no zone needed */
        told->zone_rule = "in_text";
        told->confidence = "high";
    }
    told->zone = instants ? SLICE("UTC") : zone_name(v->zone);
}

void settle_zones(struct run *r)
{
    settle_report_zone(r);
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        r->surveyed[i].day = day_of(&r->surveyed[i]);
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        if (r->surveyed[i].stream != NO_STREAM)
            settle_zone(r, i);
}

static int year_option(const struct run *r, uint32_t source)
{
    int year = 0;
    for (size_t i = 0; i < r->options.years.count; i++) {
        const struct assignment *a = &r->options.years.rows[i];
        if (a->name.n == 0 || slice_starts(r->inventory.sources[source].path, a->name))
            year = a->year;
    }
    return year;
}

/* An instant near the source's first stamp, and the rule that gave it. */
static when anchor_of(const struct run *r, uint32_t source, const char **rule)
{
    const struct source *s = &r->inventory.sources[source];
    const struct detection *d = &r->surveyed[source].detection;
    *rule = "in_text";
    if (d->first != WHEN_NONE)
        return d->first;
    *rule = "name_date";
    if (d->has_name_date) {
        struct civil c = d->name_date;
        return civil_when(&c);
    }
    *rule = "member_time";
    if (s->mtime != WHEN_NONE && s->mtime_from && s->mtime_from[0] != 'f')
        return s->mtime;
    const struct stream *stream = &r->streams[r->surveyed[source].stream];
    *rule = "neighbour";
    for (size_t i = 0; i < stream->count; i++)
        if (r->surveyed[stream->sources[i]].detection.first != WHEN_NONE)
            return r->surveyed[stream->sources[i]].detection.first;
    *rule = s->mtime != WHEN_NONE ? "mtime" : "none";
    return s->mtime;
}

/* The first stamp as an instant, good enough to rank by. */
static when first_instant(const struct surveyed *v)
{
    if (v->detection.first != WHEN_NONE)
        return v->detection.first;
    if (!v->detection.has_local)
        return WHEN_NONE;
    struct civil c = v->detection.first_local;
    when out = WHEN_NONE;
    if (!c.year)
        c.year = source_first_year(&v->facts, &c);
    if (!c.year)
        c.year = UNKNOWN_YEAR;
    if (civil_valid(&c))
        zone_when(v->zone, &c, WHEN_NONE, &out);
    return out;
}

void settle_years(struct run *r)
{
    for (uint32_t i = 0; i < r->inventory.sources_count; i++) {
        struct surveyed *v = &r->surveyed[i];
        struct source_read *told = &r->evidence.sources[i];
        if (v->stream == NO_STREAM)
            continue;
        int year = year_option(r, i);
        when anchor = anchor_of(r, i, &told->year_rule);
        bool yearless = v->detection.has_local && v->detection.first_local.year == 0;
        if (!yearless)
            told->year_rule = "in_text";
        else if (year)
            told->year_rule = "option";
        if (yearless && told->year_rule[0] == 'm' && told->year_rule[1] == 't')
            told->confidence = "low";
        bool of_file =
            strcmp(told->year_rule, "mtime") == 0 || strcmp(told->year_rule, "member_time") == 0;
        v->facts = (struct source_facts){.zone = v->zone,
                                         .anchor = anchor,
                                         .anchor_last = of_file,
                                         .year = year,
                                         .epost = v->detection.epost};
        v->first = first_instant(v);
        v->facts.zone_learnt =
            told->zone_rule[0] == 'a' || told->zone_rule[0] == 'r' || told->zone_rule[0] == 'l';
        if (v->detection.has_name_date)
            v->facts.date = v->detection.name_date;
    }
}
