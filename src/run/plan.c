/* A plan: the survey as bytes, so that shards can be read by other processes, on other machines.
 *
 * Invariant: a run made from a plan stands where run_survey left the one that wrote it: same sources, ranks, years, zones,
 * shards, and the same options wherever they change an answer.  A plan is not trusted: after it is loaded every index
 * lies in its table, every source is in one stream at its rank or in none, and every source that is to be read is in exactly
 * one shard.
 *
 *     postmortem inspect /var/log/mail --plan case7.plan */
#include "cuts.h"

#include "postmortem/base/memory.h"
#include "postmortem/base/token.h"
#include "sealed.h"

#include <stdlib.h>

static const char *const threshold_names[] = {
#define THRESHOLD(name, fallback, unit, meaning) #name,
#include "postmortem/analysis/thresholds.def"
#undef THRESHOLD
};
enum { THRESHOLDS = sizeof threshold_names / sizeof threshold_names[0] };

static void thresholds_fields(struct thresholds *t, int64_t *fields[THRESHOLDS])
{
    size_t i = 0;
#define THRESHOLD(name, fallback, unit, meaning) fields[i++] = &t->name;
#include "postmortem/analysis/thresholds.def"
#undef THRESHOLD
}

static void options_save(struct run *r, struct buf *out)
{
    struct thresholds thresholds = r->options.thresholds;
    int64_t *fields[THRESHOLDS];
    thresholds_fields(&thresholds, fields);
    text_save(zone_name(r->report_zone), out);
    when_save(r->options.since, out);
    when_save(r->options.until, out);
    buf_count(out, (uint64_t)r->options.lifetime);
    buf_count(out, r->options.shard_bytes);
    buf_count(out, THRESHOLDS);
    for (size_t i = 0; i < THRESHOLDS; i++) {
        token_save(threshold_names[i], out);
        buf_signed(out, *fields[i]);
    }
    buf_count(out, r->options.told_count);
    for (size_t i = 0; i < r->options.told_count; i++) {
        text_save(r->options.told[i].name, out);
        text_save(r->options.told[i].value, out);
    }
}

static bool thresholds_load(struct run *r, struct slice *in)
{
    int64_t *fields[THRESHOLDS];
    uint64_t count;
    const char *name;
    thresholds_fields(&r->options.thresholds, fields);
    if (!load_count(in, &count) || count != THRESHOLDS)
        return false;
    for (size_t i = 0; i < THRESHOLDS; i++)
        if (!token_load(in, &r->arena, &name) || !name || strcmp(name, threshold_names[i]) != 0 ||
            !load_signed(in, fields[i]) || *fields[i] < 0 || *fields[i] > 1 << 30)
            return false;
    return true;
}

static int told_order(const void *a, const void *b)
{
    const struct assignment *x = a, *y = b;
    int order = slice_cmp(x->name, y->name);
    return order ? order : slice_cmp(x->value, y->value);
}

/* Options told by the plan and by the command that reads it, in one order. */
static bool told_load(struct run *r, struct slice *in)
{
    uint64_t count;
    if (!load_below(in, in->n, &count))
        return false;
    size_t own = r->options.told_count;
    struct assignment *all = arena_alloc(&r->arena, (own + (size_t)count) * sizeof *all);
    if (own)
        memcpy(all, r->options.told, own * sizeof *all);
    for (uint64_t i = 0; i < count; i++)
        if (!text_load(in, &r->arena, &all[own + i].name) ||
            !text_load(in, &r->arena, &all[own + i].value))
            return false;
    r->options.told = all;
    r->options.told_count = own + (size_t)count;
    if (r->options.told_count)
        qsort(all, r->options.told_count, sizeof *all, told_order);
    return true;
}

static bool options_load(struct run *r, struct slice *in)
{
    struct slice zone;
    struct err e;
    uint64_t lifetime;
    if (!text_load(in, &r->arena, &zone) || !(r->report_zone = zone_open(zone, &e)) ||
        !when_load(in, &r->options.since) || !when_load(in, &r->options.until) ||
        !load_below(in, WHEN_MOST, &lifetime) || !load_count(in, &r->options.shard_bytes))
        return false;
    r->options.lifetime = (int64_t)lifetime;
    return thresholds_load(r, in) && told_load(r, in) && in->n == 0;
}

/* Zones are told by their names, sources by the number of theirs; 0 is none. */
struct zone_names {
    struct slice *names;
    size_t count;
};

static uint64_t zone_number(struct zone_names *z, const struct zone *zone)
{
    for (size_t i = 0; i < z->count; i++)
        if (slice_eq(z->names[i], zone_name(zone)))
            return i + 1;
    z->names = mem_grow(z->names, z->count + 1, sizeof *z->names);
    z->names[z->count++] = zone_name(zone);
    return z->count;
}

static void source_save(struct run *r, uint32_t source, uint64_t zone, struct buf *out)
{
    const struct surveyed *v = &r->surveyed[source];
    const struct source_read *told = &r->evidence.sources[source];
    token_save(v->detection.framing ? framing_name(v->detection.framing) : NULL, out);
    buf_count(out, v->detection.epost);
    token_save(told->encoding, out);
    text_save(v->detection.host, out);
    text_save(told->host, out);
    text_save(told->zone, out);
    token_save(told->zone_rule, out);
    token_save(told->year_rule, out);
    token_save(told->confidence, out);
    token_save(told->note, out);
    buf_count(out, told->status);
    buf_count(out, told->duplicate_of == NO_SOURCE ? 0 : (uint64_t)told->duplicate_of + 1);
    buf_byte(out, told->read);
    buf_byte(out, told->foreign);
    when_save(v->first, out);
    buf_signed(out, v->day);
    buf_count(out, zone);
    when_save(v->facts.anchor, out);
    buf_byte(out, v->facts.anchor_last);
    buf_count(out, (uint64_t)v->facts.year);
    buf_byte(out, v->facts.zone_learnt);
    buf_count(out, v->facts.zones.count);
    for (size_t i = 0; i < v->facts.zones.count; i++) {
        buf_u64(out, v->facts.zones.of[i].host);
        buf_signed(out, v->facts.zones.of[i].offset);
    }
    buf_count(out, (uint64_t)v->facts.date.year);
    buf_count(out, (uint64_t)v->facts.date.month);
    buf_count(out, (uint64_t)v->facts.date.day);
}

static void sources_save(struct run *r, struct buf *out)
{
    struct zone_names zones = {0};
    struct buf rows = {0};
    for (uint32_t i = 0; i < r->inventory.sources_count; i++) {
        const struct zone *zone = r->surveyed[i].zone;
        source_save(r, i, zone ? zone_number(&zones, zone) : 0, &rows);
    }
    buf_count(out, zones.count);
    for (size_t i = 0; i < zones.count; i++)
        text_save(zones.names[i], out);
    buf_add(out, buf_slice(&rows));
    buf_fini(&rows);
    free(zones.names);
}

static bool date_load(struct slice *in, struct civil *date)
{
    uint64_t year, month, day;
    if (!load_below(in, 9999, &year) || !load_below(in, 12, &month) || !load_below(in, 31, &day))
        return false;
    *date = (struct civil){.year = (int)year, .month = (int)month, .day = (int)day};
    return year == 0 || civil_valid(date);
}

static bool zones_load(struct slice *in, struct host_zones *zones)
{
    uint64_t count;
    if (!load_below(in, HOST_ZONES, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        int64_t offset;
        if (!load_u64(in, &zones->of[i].host) || !load_signed(in, &offset) || offset < -100000 ||
            offset > 100000 || (i && zones->of[i].host <= zones->of[i - 1].host))
            return false;
        zones->of[i].offset = (int32_t)offset;
    }
    zones->count = count;
    return true;
}

static bool facts_load(struct run *r, struct surveyed *v, struct slice *in)
{
    uint64_t zone, year;
    if (!when_load(in, &v->first) || !load_signed(in, &v->day) ||
        (v->day != INT64_MIN && (v->day < -WHEN_MOST / DAY - 1 || v->day > WHEN_MOST / DAY + 1)) ||
        !load_below(in, r->zones_count, &zone) || !when_load(in, &v->facts.anchor) ||
        !load_flag(in, &v->facts.anchor_last) || !load_below(in, 9999, &year) ||
        !load_flag(in, &v->facts.zone_learnt) || !zones_load(in, &v->facts.zones) ||
        !date_load(in, &v->facts.date))
        return false;
    v->zone = v->facts.zone = zone ? r->zones[zone - 1] : NULL;
    v->facts.year = (int)year;
    v->facts.epost = v->detection.epost;
    v->facts.since = r->options.since;
    v->facts.until = r->options.until;
    return true;
}

static bool source_load(struct run *r, uint32_t source, struct slice *in)
{
    struct surveyed *v = &r->surveyed[source];
    struct source_read *told = &r->evidence.sources[source];
    struct arena *a = &r->evidence.arena;
    const char *framing;
    uint64_t epost, status, duplicate;
    v->stream = NO_STREAM;
    v->from = v->to = WHEN_NONE;
    v->copies = NO_COPIES;
    told->counts.first = told->counts.last = WHEN_NONE;
    if (!token_load(in, a, &framing) || !load_below(in, EPOST_KINDS - 1, &epost) ||
        !token_load(in, a, &told->encoding) || !text_load(in, a, &v->detection.host) ||
        !text_load(in, a, &told->host) || !text_load(in, a, &told->zone) ||
        !token_load(in, a, &told->zone_rule) || !token_load(in, a, &told->year_rule) ||
        !token_load(in, a, &told->confidence) || !token_load(in, a, &told->note) ||
        !load_below(in, STATUS_COUNT - 1, &status) ||
        !load_below(in, r->inventory.sources_count, &duplicate) || !load_flag(in, &told->read) ||
        !load_flag(in, &told->foreign))
        return false;
    v->detection.framing = framing ? framing_named(slice_str(framing)) : NULL;
    v->detection.epost = told->epost = (enum epost_kind)epost;
    told->framing = v->detection.framing ? framing_name(v->detection.framing) : NULL;
    told->status = (enum status)status;
    told->duplicate_of = duplicate ? (uint32_t)(duplicate - 1) : NO_SOURCE;
    return (!framing || v->detection.framing) && facts_load(r, v, in);
}

static bool sources_load(struct run *r, struct slice *in)
{
    uint64_t zones;
    struct err e;
    if (!load_below(in, in->n, &zones))
        return false;
    for (uint64_t i = 0; i < zones; i++) {
        struct slice name;
        if (!text_load(in, &r->arena, &name))
            return false;
        struct zone *zone = zone_open(name, &e);
        if (!zone)
            return false;
        keep_zone(r, zone);
    }
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        if (!source_load(r, i, in))
            return false;
    return in->n == 0;
}

static void numbers_save(const uint32_t *numbers, size_t count, struct buf *out)
{
    buf_count(out, count);
    for (size_t i = 0; i < count; i++)
        buf_count(out, numbers[i]);
}

/* Numbers of sources, at least one. */
static bool numbers_load(const struct run *r, struct slice *in, uint32_t **numbers, size_t *count)
{
    uint64_t n, source;
    if (!load_below(in, r->inventory.sources_count, &n) || !n)
        return false;
    *numbers = mem_grow(NULL, (size_t)n, sizeof **numbers);
    for (uint64_t i = 0; i < n; i++) {
        if (!load_below(in, r->inventory.sources_count - 1, &source))
            return false;
        (*numbers)[(*count)++] = (uint32_t)source;
    }
    return true;
}

static void streams_save(const struct run *r, struct buf *out)
{
    buf_count(out, r->streams_count);
    for (size_t i = 0; i < r->streams_count; i++) {
        const struct stream *s = &r->streams[i];
        text_save(s->key, out);
        text_save(s->label, out);
        text_save(s->server, out);
        token_save(s->kind, out);
        buf_byte(out, s->by_host);
        buf_byte(out, s->side_by_side);
        numbers_save(s->sources, s->count, out);
    }
}

/* Give the sources of a stream their place in it; each has one, and was recognised. */
static bool stream_place(struct run *r, uint32_t stream)
{
    const struct stream *s = &r->streams[stream];
    for (uint32_t rank = 0; rank < s->count; rank++) {
        struct surveyed *v = &r->surveyed[s->sources[rank]];
        if (v->stream != NO_STREAM || !v->detection.framing || !v->zone)
            return false;
        v->stream = stream;
        v->rank = r->evidence.sources[s->sources[rank]].rank = rank;
        v->label = s->label;
        v->server = s->server;
    }
    return true;
}

static bool server_known(struct slice server)
{
    return dialect_server_known(server) || slice_eq(server, SLICE("none"));
}

static bool streams_load(struct run *r, struct slice *in)
{
    uint64_t count;
    if (!load_below(in, in->n, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        r->streams = mem_grow(r->streams, r->streams_count + 1, sizeof *r->streams);
        struct stream *s = &r->streams[r->streams_count++];
        *s = (struct stream){0};
        if (!text_load(in, &r->arena, &s->key) || !text_load(in, &r->arena, &s->label) ||
            !text_load(in, &r->arena, &s->server) || !server_known(s->server) ||
            !token_load(in, &r->arena, &s->kind) || !s->kind || !load_flag(in, &s->by_host) ||
            !load_flag(in, &s->side_by_side) || !numbers_load(r, in, &s->sources, &s->count) ||
            !stream_place(r, (uint32_t)i))
            return false;
    }
    return in->n == 0;
}

/* What reading a shard rests on, besides the survey: its sources, how they are read, and which are copies of one log. */
static void shard_save(const struct run *r, const struct shard *s, struct buf *out)
{
    buf_byte(out, s->side_by_side);
    buf_byte(out, s->copies);
    buf_byte(out, s->carried);
    buf_count(out, s->piece == WHOLE ? 0 : s->piece == HASH ? 1 : (uint64_t)s->piece + 2);
    numbers_save(s->sources, s->count, out);
    for (size_t i = 0; i < s->count; i++) {
        const struct surveyed *v = &r->surveyed[s->sources[i]];
        buf_count(out, v->copies == NO_COPIES ? 0 : (uint64_t)v->copies + 1);
        if (v->copies == NO_COPIES)
            continue;
        when_save(v->from, out);
        when_save(v->to, out);
    }
}

static bool copies_load(struct run *r, const struct shard *s, struct slice *in)
{
    uint64_t copies;
    for (size_t i = 0; i < s->count; i++) {
        struct surveyed *v = &r->surveyed[s->sources[i]];
        if (!load_below(in, r->inventory.sources_count, &copies) || (copies && !r->settled) ||
            (copies && (!when_load(in, &v->from) || !when_load(in, &v->to) ||
                        v->from == WHEN_NONE || v->to == WHEN_NONE)) ||
            (s->copies && !copies))
            return false;
        v->copies = copies ? (uint32_t)(copies - 1) : NO_COPIES;
    }
    return true;
}

/* One copy alone is no copy. */
static bool copies_sound(const struct run *r)
{
    size_t n = r->inventory.sources_count;
    uint32_t *sizes = mem_new((n + 1) * sizeof *sizes);
    bool sound = true;
    for (size_t i = 0; i < n; i++)
        if (r->surveyed[i].copies != NO_COPIES)
            sizes[r->surveyed[i].copies]++;
    for (size_t i = 0; i < n; i++)
        sound = sound && sizes[i] != 1;
    free(sizes);
    return sound;
}

static void shards_save(const struct run *r, struct buf *out)
{
    buf_byte(out, r->settled);
    buf_count(out, r->shards_count);
    for (size_t i = 0; i < r->shards_count; i++)
        shard_save(r, &r->shards[i], out);
}

void shard_identity(const struct run *r, const struct shard *s, char identity[SEAL])
{
    struct buf bytes = {0};
    buf_add(&bytes, slice_of(r->base_seal, SEAL));
    shard_save(r, s, &bytes);
    seal_of(buf_slice(&bytes), identity);
    buf_fini(&bytes);
}

/* Side by side only logs of one work folder are read, and copies of one stream; one after another, whatever is to be read. */
static bool shard_sound(const struct run *r, const struct shard *s)
{
    for (size_t i = 0; i < s->count; i++) {
        uint32_t stream = r->surveyed[s->sources[i]].stream;
        bool folder = stream != NO_STREAM && r->streams[stream].side_by_side;
        if (folder != s->side_by_side || !r->evidence.sources[s->sources[i]].read)
            return false;
        if ((folder || s->copies) &&
            (stream == NO_STREAM || stream != r->surveyed[s->sources[0]].stream))
            return false;
    }
    if (s->carried && (!s->side_by_side || !can_be_carried(r, s->sources, s->count)))
        return false;
    return !s->side_by_side || !s->copies;
}

static bool shard_load(struct run *r, struct shard *s, struct slice *in)
{
    uint64_t piece;
    if (!load_flag(in, &s->side_by_side) || !load_flag(in, &s->copies) ||
        !load_flag(in, &s->carried) || !load_below(in, WHOLE, &piece) ||
        !numbers_load(r, in, &s->sources, &s->count))
        return false;
    s->piece = piece == 0 ? WHOLE : piece == 1 ? HASH : (uint32_t)piece - 2;
    s->cuts = s->piece == WHOLE ? NULL : cuts_of(r, s->sources[0]);
    s->hash_to = s->piece == HASH ? r->inventory.sources[s->sources[0]].bytes : 0;
    return shard_sound(r, s) && copies_load(r, s, in);
}

/* Note what a shard reads; nothing is read by two. */
static bool shard_claim(struct run *r, size_t shard)
{
    const struct shard *s = &r->shards[shard - 1];
    if (s->piece != WHOLE)
        return piece_claim(r, s);
    for (size_t i = 0; i < s->count; i++) {
        if (r->shard_of[s->sources[i]])
            return false;
        r->shard_of[s->sources[i]] = (uint32_t)shard;
    }
    return true;
}

/* Days of a work folder: each in one shard, and no shard between those of another; or all of it in shards that carry it. */
static bool folder_sound(struct run *r, struct stream *s)
{
    uint32_t *sources = mem_grow(NULL, s->count, sizeof *sources);
    bool *met = mem_new((r->shards_count + 1) * sizeof *met), sound = true;
    uint32_t shard = 0;
    memcpy(sources, s->sources, s->count * sizeof *sources);
    qsort_r(sources, s->count, sizeof *sources, by_day, r);
    s->whole = true;
    for (size_t i = 0; i < s->count; i++) {
        uint32_t of = r->shard_of[sources[i]];
        bool carried = r->shards[of - 1].carried;
        bool first = i == 0 || r->surveyed[sources[i]].day != r->surveyed[sources[i - 1]].day;
        s->whole = s->whole && !carried && (i == 0 || of == shard);
        if (of == shard)
            continue;
        bool both = shard && carried && r->shards[shard - 1].carried;
        sound = sound && (first || both) && (carried || !met[of]);
        met[of] = true;
        shard = of;
    }
    free(sources);
    free(met);
    return sound;
}

static bool shards_load(struct run *r, struct slice *in)
{
    uint64_t count;
    if (!load_flag(in, &r->settled) || !load_below(in, in->n, &count))
        return false;
    r->shard_of = mem_new((r->inventory.sources_count + 1) * sizeof *r->shard_of);
    for (uint64_t i = 0; i < count; i++) {
        r->shards = mem_grow(r->shards, r->shards_count + 1, sizeof *r->shards);
        struct shard *s = &r->shards[r->shards_count++];
        *s = (struct shard){0};
        if (!shard_load(r, s, in) || !shard_claim(r, (size_t)i + 1))
            return false;
    }
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        if (r->evidence.sources[i].read && !pieces_claimed(r, i))
            return false;
    for (size_t i = 0; i < r->streams_count; i++)
        if (r->streams[i].side_by_side && !folder_sound(r, &r->streams[i]))
            return false;
    return in->n == 0 && copies_sound(r);
}

/* All that does not change when copies are found: what the shards are cut from. */
static int base_save(struct run *r, struct buf *out, struct err *e)
{
    size_t at = section_begin(out, "OPTS");
    options_save(r, out);
    section_end(out, at);
    at = section_begin(out, "LIST");
    if (inventory_save(&r->inventory, out, e))
        return -1;
    section_end(out, at);
    at = section_begin(out, "FACT");
    sources_save(r, out);
    section_end(out, at);
    at = section_begin(out, "FLOW");
    streams_save(r, out);
    section_end(out, at);
    at = section_begin(out, "SEAM");
    cuts_save(r, out);
    section_end(out, at);
    return 0;
}

int run_plan(struct run *r, struct buf *out, struct err *e)
{
    struct buf body = {0};
    if (!r->planned) {
        r->apart = true;
        cut_shards(r);
        if (base_save(r, &r->base, e))
            return -1;
    }
    buf_add(&body, buf_slice(&r->base));
    size_t at = section_begin(&body, "CUTS");
    shards_save(r, &body);
    section_end(&body, at);
    sealed_write(buf_slice(&body), PLAN_MAGIC, out);
    buf_fini(&body);
    return 0;
}

static bool plan_load(struct run *r, struct slice body)
{
    struct slice section, base = body;
    if (!section_next(&body, "OPTS", &section) || !options_load(r, &section) ||
        !section_next(&body, "LIST", &section) || !inventory_load(&r->inventory, &section) ||
        section.n)
        return false;
    size_t n = r->inventory.sources_count;
    r->surveyed = mem_new((n + 1) * sizeof *r->surveyed);
    r->results = mem_new((n + 1) * sizeof *r->results);
    r->evidence.sources = mem_new((n + 1) * sizeof *r->evidence.sources);
    if (!section_next(&body, "FACT", &section) || !sources_load(r, &section) ||
        !section_next(&body, "FLOW", &section) || !streams_load(r, &section) ||
        !section_next(&body, "SEAM", &section) || !cuts_load(r, &section))
        return false;
    base.n -= body.n;
    buf_add(&r->base, base);
    seal_of(base, r->base_seal);
    return section_next(&body, "CUTS", &section) && shards_load(r, &section) && body.n == 0;
}

struct run *run_from_plan(struct slice plan, const char *name, const struct run_options *o,
                          struct err *e)
{
    struct buf body = {0};
    char seal[SEAL];
    struct run_options options = *o;
    options.zone = NULL;
    struct run *r = run_new(&options);
    r->planned = r->apart = true;
    int failed = sealed_open(plan, PLAN_MAGIC, name, &body, seal, e);
    if (!failed && !plan_load(r, buf_slice(&body)))
        failed =
            err_set(e, ERR_USAGE,
                    "%s: its parts do not fit together, or a zone of it is not known here", name);
    buf_fini(&body);
    if (!failed)
        return r;
    run_free(r);
    return NULL;
}
