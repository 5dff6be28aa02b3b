/* The survey: what is there, what it is, whose it is, in which order it was written.
 *
 * Invariant: after it nothing about a source is in doubt that a reader would need; what was guessed is marked so. */
#include "state.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

struct run *run_new(const struct run_options *o)
{
    struct run *r = mem_new(sizeof *r);
    pthread_mutex_init(&r->schedule.lock, NULL);
    pthread_cond_init(&r->schedule.progress, NULL);
    r->options = *o;
    if (!r->options.jobs)
        r->options.jobs = 1;
    r->utc = zone_fixed(0);
    inventory_init(&r->inventory, &o->limits, o->no_hash);
    if (o->exclude)
        inventory_exclude(&r->inventory, o->exclude);
    r->evidence.inventory = &r->inventory;
    return r;
}

const struct evidence *run_evidence(const struct run *r)
{
    return &r->evidence;
}

const struct surveyed *run_surveyed(const struct run *r, uint32_t source)
{
    return &r->surveyed[source];
}

const struct zone *run_zone(const struct run *r)
{
    return r->report_zone;
}

void run_period(struct run *r, when since, when until)
{
    r->options.since = since;
    r->options.until = until;
    for (size_t i = 0; i < r->inventory.sources_count; i++) {
        r->surveyed[i].facts.since = since;
        r->surveyed[i].facts.until = until;
    }
}

size_t run_shards(const struct run *r)
{
    return r->shards_count;
}

static void detect(struct run *r, uint32_t source)
{
    const struct source *s = &r->inventory.sources[source];
    struct surveyed *v = &r->surveyed[source];
    struct source_read *told = &r->evidence.sources[source];
    v->stream = NO_STREAM;
    v->first = v->from = v->to = WHEN_NONE;
    v->copies = NO_COPIES;
    told->duplicate_of = inventory_duplicate_of(&r->inventory, source);
    told->status = s->status;
    told->counts.first = told->counts.last = WHEN_NONE;
    format_detect(s->head, s->whole, s->member, &v->detection);
    told->encoding = v->detection.encoding;
    told->note = v->detection.note;
    told->epost = v->detection.epost;
    if (v->detection.framing)
        told->framing = framing_name(v->detection.framing);
    if (v->detection.host.n)
        told->host = arena_copy(&r->evidence.arena, v->detection.host);
}

/* A file that is no log: read it (all its lines are unparsed) if somebody said or its name says that it is one. */
static void judge_foreign(struct run *r, uint32_t source)
{
    const struct source *s = &r->inventory.sources[source];
    struct source_read *told = &r->evidence.sources[source];
    bool readable = s->status == STATUS_OK || s->status == STATUS_TRUNCATED ||
                    s->status == STATUS_CORRUPT || s->status == STATUS_CHANGED ||
                    s->status == STATUS_LIMITED;
    bool expected = named_like_log(s->member) || r->inventory.inputs[s->input].named;
    bool broken = !s->head.n && readable &&
                  s->status != STATUS_OK; /* nothing can be had of it: that must be said */
    told->foreign = !broken && (!expected || control_file(s->member));
    told->read = readable && !told->foreign && (s->head.n || broken);
    if (told->foreign && readable && s->head.n) {
        told->status = STATUS_UNSUPPORTED;
        told->note = control_file(s->member) ? "control_file" : "not_a_log";
    }
    if (!told->read || broken || r->surveyed[source].detection.framing)
        return;
    told->note = "not_understood";
    struct problem p = {
        .input = s->input,
        .source = source,
        .kind = "not-a-log",
        .offset = NO_OFFSET,
        .text = SLICE(
            "not recognised as a log: every line is counted as not understood: check what it is")};
    inventory_problem(&r->inventory, &p);
}

static size_t stream_find(struct run *r, const struct stream *like)
{
    for (size_t i = 0; i < r->streams_count; i++)
        if (slice_eq(r->streams[i].key, like->key))
            return i;
    r->streams = mem_grow(r->streams, r->streams_count + 1, sizeof *r->streams);
    r->streams[r->streams_count] = *like;
    return r->streams_count++;
}

static void stream_add(struct stream *s, uint32_t source)
{
    s->sources = mem_grow(s->sources, s->count + 1, sizeof *s->sources);
    s->sources[s->count++] = source;
}

static void assign(struct run *r, uint32_t source)
{
    struct surveyed *v = &r->surveyed[source];
    struct source_read *told = &r->evidence.sources[source];
    if (!v->detection.framing) {
        judge_foreign(r, source);
        return;
    }
    if (told->duplicate_of != NO_SOURCE) {
        told->status = STATUS_DUPLICATE;
        return;
    }
    struct stream like;
    stream_identity(r, source, &like);
    size_t stream = stream_find(r, &like);
    stream_add(&r->streams[stream], source);
    v->stream = (uint32_t)stream; /* until they are sorted */
    told->read = true;
}

static int by_key(const void *a, const void *b)
{
    return slice_cmp(((const struct stream *)a)->key, ((const struct stream *)b)->key);
}

/* Streams in order of their keys, so that nothing depends on the order of the inputs. */
static void sort_streams(struct run *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->streams_count; i++) {
        if (r->streams[i].part_of)
            free(r->streams[i].sources);
        else
            r->streams[kept++] = r->streams[i];
    }
    r->streams_count = kept;
    if (r->streams_count)
        qsort(r->streams, r->streams_count, sizeof *r->streams, by_key);
    for (size_t i = 0; i < r->streams_count; i++)
        for (size_t k = 0; k < r->streams[i].count; k++)
            r->surveyed[r->streams[i].sources[k]].stream = (uint32_t)i;
}

static int by_first(const void *a, const void *b, void *context)
{
    const struct run *ranked = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    when first = ranked->surveyed[x].first, second = ranked->surveyed[y].first;
    if (first != second)
        return first < second ? -1 : 1;
    int order = slice_cmp(ranked->inventory.sources[x].member, ranked->inventory.sources[y].member);
    if (order)
        return order;
    return x < y ? -1 : x > y;
}

static void rank_sources(struct run *r)
{
    for (size_t i = 0; i < r->streams_count; i++) {
        struct stream *s = &r->streams[i];
        qsort_r(s->sources, s->count, sizeof *s->sources, by_first, r);
        for (uint32_t k = 0; k < s->count; k++)
            r->surveyed[s->sources[k]].rank = r->evidence.sources[s->sources[k]].rank = k;
    }
}

void run_survey(struct run *r)
{
    for (size_t i = 0; i < r->options.paths_count; i++)
        inventory_add(&r->inventory, r->options.paths[i]);
    inventory_settle(&r->inventory);
    size_t n = r->inventory.sources_count;
    r->surveyed = mem_new((n + 1) * sizeof *r->surveyed);
    r->results = mem_new((n + 1) * sizeof *r->results);
    r->evidence.sources = mem_new((n + 1) * sizeof *r->evidence.sources);
    for (uint32_t i = 0; i < n; i++)
        detect(r, i);
    for (uint32_t i = 0; i < n; i++)
        assign(r, i);
    unite_streams(r);
    sort_streams(r);
    labels_shorten(r);
    settle_zones(r);
    settle_years(r);
    rank_sources(r);
    for (uint32_t i = 0; i < n; i++)
        if (r->surveyed[i].stream != NO_STREAM) {
            r->surveyed[i].label = r->streams[r->surveyed[i].stream].label;
            r->surveyed[i].server = r->streams[r->surveyed[i].stream].server;
        }
    run_period(r, r->options.since, r->options.until);
    find_cuts(r);
    cut_shards(r);
}
