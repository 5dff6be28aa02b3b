/* Which zone a source's stamps are in, and which year (analyses 8).
 *
 * Invariant: the machine's own zone and clock have no part in it.  An offset learnt from lines that carry both a local
 * reading and an instant (splogger through syslog, E-Post's senderlog, ids of Postfix, sendmail and Exim) serves the other
 * sources of the same stream and host, by the nearest day, so that summer time shows as a change of offset; so does one that a
 * stamp prints, but for that of UTC. */
#include "state.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>
#include <string.h>

#define UNKNOWN_YEAR                                                                               \
    1972 /* any with a Feb 29: sources without a year are still ranked by month and day */

#define ROTATION_SLACK                                                                             \
    (3 * DAY) /* of the day in a rotated file's name, in any zone, and of a quiet night */

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
    const struct assignment *a = assigned(r, &r->options.input_zones, source, true);
    return a ? a->zone : NULL;
}

static int year_option(const struct run *r, uint32_t source)
{
    const struct assignment *a = assigned(r, &r->options.years, source, false);
    return a ? a->year : 0;
}

/* An instant that stands in the text itself, near its first stamp. */
static when instant_in(const struct detection *d)
{
    return d->first != WHEN_NONE ? d->first : d->anchor;
}

/* Is no line younger than the anchor which that rule gave? */
static bool anchors_last(const char *rule, const struct detection *d)
{
    return strcmp(rule, "mtime") == 0 || strcmp(rule, "member_time") == 0 ||
           (strcmp(rule, "name_date") == 0 && d->name_date_latest);
}

/* Does a log without a year begin when another of its stream was rotated away, by that one's name? */
static bool follows(const struct detection *d, when rotated)
{
    struct civil c = d->first_local;
    struct source_facts f = {.anchor = rotated};
    c.year = d->has_local ? source_first_year(&f, &c) : 0;
    if (!c.year || !civil_valid(&c))
        return false;
    when first = civil_when(&c);
    return first >= rotated - ROTATION_SLACK && first <= rotated + ROTATION_SLACK;
}

/* Of the sources of the same stream and host: the latest day by a name, if the source goes on where that log ends (a copy is
 * often younger than its last line by years); failing that the latest instant in a text. */
static when neighbour_of(const struct run *r, uint32_t source)
{
    const struct surveyed *v = &r->surveyed[source];
    const struct stream *stream = &r->streams[v->stream];
    when latest = WHEN_NONE, rotated = WHEN_NONE;
    for (size_t i = 0; i < stream->count; i++) {
        const struct detection *d = &r->surveyed[stream->sources[i]].detection;
        if (!slice_eq(d->host, v->detection.host))
            continue;
        when there = instant_in(d), day = d->has_name_date ? civil_when(&d->name_date) : WHEN_NONE;
        latest = there > latest ? there : latest;
        rotated = day > rotated ? day : rotated;
    }
    return rotated != WHEN_NONE && follows(&v->detection, rotated) ? rotated : latest;
}

/* An instant near the source's first stamp, and the rule that gave it. */
static when anchor_of(const struct run *r, uint32_t source, const char **rule)
{
    const struct source *s = &r->inventory.sources[source];
    const struct detection *d = &r->surveyed[source].detection;
    *rule = "in_text";
    if (instant_in(d) != WHEN_NONE)
        return instant_in(d);
    *rule = "name_date";
    if (d->has_name_date) {
        struct civil c = d->name_date;
        return civil_when(&c);
    }
    *rule = "member_time";
    if (s->mtime != WHEN_NONE && s->mtime_from && s->mtime_from[0] != 'f')
        return s->mtime;
    *rule = "neighbour";
    when neighbour = neighbour_of(r, source);
    if (neighbour != WHEN_NONE)
        return neighbour;
    *rule = s->mtime != WHEN_NONE ? "mtime" : "none";
    return s->mtime;
}

/* The date of its first stamp as well as it is known, for what changes with the days. */
static int64_t day_of(const struct run *r, uint32_t source)
{
    const struct detection *d = &r->surveyed[source].detection;
    const char *rule;
    bool stamped = d->has_local || d->first != WHEN_NONE;
    if (d->has_name_date && (d->epost != EPOST_NONE || !stamped))
        return civil_days(d->name_date.year, d->name_date.month, d->name_date.day);
    if (!d->has_local)
        return d->first != WHEN_NONE ? d->first / DAY : INT64_MIN;
    struct civil c = d->first_local;
    if (!c.year) {
        struct source_facts f = {.anchor = anchor_of(r, source, &rule),
                                 .year = year_option(r, source)};
        f.anchor_last = anchors_last(rule, d);
        c.year = source_first_year(&f, &c);
    }
    return c.year && civil_valid(&c) ? civil_days(c.year, c.month, c.day) : INT64_MIN;
}

/* How a zone was learnt: from instants in the lines (or not at all), or from offsets in their stamps as well. */
enum lesson { BY_INSTANTS, BY_STAMPS };

/* What a source's lines teach of the zone of a host; false: nothing. */
static bool teaches(const struct detection *d, struct slice host, enum lesson by, int32_t *offset)
{
    for (size_t i = 0; i < d->zones.count; i++) {
        if (d->zones.of[i].host == slice_hash(host)) {
            *offset = d->zones.of[i].offset;
            return true;
        }
    }
    *offset = d->has_offset ? d->offset : d->printed;
    return (d->has_offset || (by == BY_STAMPS && d->has_printed)) && slice_eq(d->host, host);
}

/* How far a source's day is from another's; of two equally near the earlier is nearer. */
static uint64_t days_apart(int64_t day, int64_t other)
{
    if (day == INT64_MIN)
        return (uint64_t)(other + WHEN_MOST);
    return other > day ? (uint64_t)(other - day) * 2 + 1 : (uint64_t)(day - other) * 2;
}

/* Of the sources of the same stream and host the one that teaches and whose day is nearest, the earlier of two equally near;
 * NULL: none does. */
static const struct detection *nearest_teacher(const struct run *r, uint32_t source, enum lesson by,
                                               int32_t *offset)
{
    const struct surveyed *v = &r->surveyed[source];
    const struct stream *s = &r->streams[v->stream];
    const struct detection *teacher = NULL;
    uint64_t best = UINT64_MAX;
    for (size_t i = 0; i < s->count; i++) {
        const struct surveyed *t = &r->surveyed[s->sources[i]];
        int32_t taught;
        if (t->day == INT64_MIN || !teaches(&t->detection, v->detection.host, by, &taught))
            continue;
        uint64_t far = days_apart(v->day, t->day);
        if (far > best || (far == best && (!teacher || taught >= *offset)))
            continue;
        best = far;
        teacher = &t->detection;
        *offset = taught;
    }
    return teacher;
}

/* The offset that a source's own lines show; false: none. */
static bool shown_offset(const struct detection *d, int32_t *offset)
{
    *offset = d->has_offset ? d->offset : d->printed;
    return d->has_offset || (d->has_printed && d->printed);
}

/* The source whose lines teach a source's zone: itself, else the nearest.  UTC in the nearest's stamps is no lesson, but shows
 * that those farther off print what need not be so here (London in summer). */
static const struct detection *teacher_of(const struct run *r, uint32_t source, int32_t *offset)
{
    const struct detection *own = &r->surveyed[source].detection;
    if (shown_offset(own, offset))
        return own;
    const struct detection *teacher = nearest_teacher(r, source, BY_STAMPS, offset);
    if (teacher && !teacher->has_offset && !teacher->printed)
        return nearest_teacher(r, source, BY_INSTANTS, offset);
    return teacher;
}

/* The report's zone: --tz, else the offset most sources show, else UTC. */
static void settle_report_zone(struct run *r)
{
    if (r->options.zone) {
        r->report_zone = r->options.zone;
        return;
    }
    int32_t best = 0;
    size_t most = 0;
    for (size_t i = 0; i < r->inventory.sources_count; i++) {
        int32_t offset, other;
        size_t n = 0;
        if (!shown_offset(&r->surveyed[i].detection, &offset))
            continue;
        for (size_t k = 0; k < r->inventory.sources_count; k++)
            n += shown_offset(&r->surveyed[k].detection, &other) && other == offset;
        if (n > most || (n == most && offset < best)) {
            most = n;
            best = offset;
        }
    }
    r->report_zone = zone_fixed(best);
}

static void settle_zone(struct run *r, uint32_t source)
{
    struct surveyed *v = &r->surveyed[source];
    struct source_read *told = &r->evidence.sources[source];
    int32_t offset;
    const struct detection *teacher = teacher_of(r, source, &offset);
    if ((v->zone = option_zone(r, source))) {
        told->zone_rule = "option";
    } else if (teacher) {
        v->zone = fixed_zone(r, offset);
        v->facts.zones = teacher->zones;
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
        r->surveyed[i].day = r->surveyed[i].stream != NO_STREAM ? day_of(r, i) : INT64_MIN;
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        if (r->surveyed[i].stream != NO_STREAM)
            settle_zone(r, i);
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
        v->facts =
            (struct source_facts){.zone = v->zone,
                                  .zones = v->facts.zones,
                                  .anchor = anchor,
                                  .anchor_last = anchors_last(told->year_rule, &v->detection),
                                  .year = year,
                                  .epost = v->detection.epost};
        v->first = first_instant(v);
        v->facts.zone_learnt =
            told->zone_rule[0] == 'a' || told->zone_rule[0] == 'r' || told->zone_rule[0] == 'l';
        if (v->detection.has_name_date)
            v->facts.date = v->detection.name_date;
    }
}

static struct slice offset_name(struct run *r, int32_t offset)
{
    struct zone *z = zone_fixed(offset);
    struct slice name = arena_copy(&r->evidence.arena, zone_name(z));
    zone_free(z);
    return name;
}

/* Are there lines of hosts of which the survey learnt nothing, so that they were read by another's zone, or some of them? */
static bool strangers_in(const struct run *r, uint32_t source)
{
    const struct surveyed *v = &r->surveyed[source];
    const struct host_zones *known = &v->facts.zones;
    if (!slice_eq(r->evidence.sources[source].host, v->detection.host))
        return false; /* all lines are one host's, by an option */
    uint64_t hosts = known->count ? 0 : UINT64_C(1) << slice_hash(v->detection.host) % 64;
    for (size_t i = 0; i < known->count; i++)
        hosts |= UINT64_C(1) << known->of[i].host % 64;
    return v->hosts & ~hosts;
}

void tell_zone(struct run *r, uint32_t source)
{
    const struct surveyed *v = &r->surveyed[source];
    struct source_read *told = &r->evidence.sources[source];
    const struct reader_counts *c = &told->counts;
    if (told->zone_rule && told->zone_rule[0] == 'l' && told->confidence[0] == 'h' &&
        strangers_in(r, source))
        told->confidence = "medium";
    if (!c->has_offset || !told->zone_rule || !v->facts.zone_learnt || !v->zone)
        return;
    struct slice last = offset_name(r, c->offset);
    if (told->zone_rule[0] == 'a' || told->zone_rule[0] == 'r') {
        told->zone_rule =
            "learnt"; /* behind the head: what came before is read by the rule before */
        told->confidence = "medium";
        told->zone = last;
    } else if (told->zone_rule[0] == 'l' && !slice_eq(told->zone, last)) {
        told->zone =
            arena_printf(&r->evidence.arena, "%.*s, %.*s", SLICE_ARG(told->zone), SLICE_ARG(last));
    }
}
