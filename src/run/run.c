/* Threads: workers take shards until none is left (schedule.c).  When all is read the first one joins, while others may
 * still hash.
 *
 * Invariant: the schedule and the count of bytes for the progress bar are all that is shared; everything else a worker
 * writes is its own, or the row of a source that only its shard holds.  The hash of a source that is cut is read by
 * nobody before its thread has ended. */
#include "state.h"

#include "postmortem/base/heap.h"
#include "postmortem/base/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static void worker_init(struct worker *w, struct run *r, unsigned number)
{
    struct analysis_options o = {r->options.since, r->options.until, r->report_zone,
                                 r->options.thresholds};
    *w = (struct worker){.run = r, .number = number};
    w->analyses = analyses_new(&o);
    w->cursors = cursors_new();
    tab_init(&w->instances, sizeof(struct instance));
}

static void *work(void *context)
{
    struct worker *w = context;
    uint32_t shard;
    void *skipped = w->number ? heap_of_thread() : NULL;
    do {
        shard = NO_SHARD;
        while ((shard = schedule_take(w->run, w->number, shard)) != NO_SHARD)
            shard_read(w, &w->run->shards[shard]);
    } while (schedule_wait(w->run, w->number));
    free(skipped);
    return NULL;
}

static int by_name(const void *a, const void *b)
{
    return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

/* The hosts that the survey found, each once. */
static struct trace_peers *peers_of(const struct run *r)
{
    struct slice *names = mem_new((r->inventory.sources_count + 1) * sizeof *names);
    size_t n = 0, distinct = 0;
    for (size_t i = 0; i < r->inventory.sources_count; i++)
        if (r->evidence.sources[i].host.n)
            names[n++] = r->evidence.sources[i].host;
    if (n)
        qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++)
        if (!distinct || !slice_eq(names[distinct - 1], names[i]))
            names[distinct++] = names[i];
    struct trace_peers *peers = trace_peers_new(names, distinct);
    free(names);
    return peers;
}

void workers_start(struct run *r, size_t count)
{
    if (!r->peers)
        r->peers = peers_of(r);
    r->workers_count = count ? count : 1;
    r->workers = mem_new(r->workers_count * sizeof *r->workers);
    for (unsigned i = 0; i < r->workers_count; i++)
        worker_init(&r->workers[i], r, i);
}

static void map(struct run *r)
{
    schedule_make(r);
    workers_start(r, r->options.jobs < r->shards_count ? r->options.jobs : r->shards_count);
    pthread_mutex_lock(&r->schedule.lock); /* none begins before it is known how many there are */
    for (unsigned i = 1; i < r->workers_count; i++) {
        struct worker *w = &r->workers[i];
        w->running =
            pthread_create(&w->thread, NULL, work, w) == 0; /* if not, others do its work */
        r->schedule.others += w->running;
    }
    pthread_mutex_unlock(&r->schedule.lock);
    work(&r->workers[0]);
}

/* Until those that still hash have ended. */
static void workers_await(struct run *r)
{
    for (size_t i = 0; i < r->workers_count; i++)
        if (r->workers[i].running)
            pthread_join(r->workers[i].thread, NULL);
    for (size_t i = 0; i < r->workers_count; i++)
        r->workers[i].running = false;
}

static void worker_fini(struct worker *w)
{
    for (size_t i = 0; i < w->parts_count; i++)
        part_free(w->parts[i]);
    analyses_free(w->analyses);
    cursors_free(w->cursors);
    tab_fini(&w->instances);
    keep_fini(&w->keep);
    arena_fini(&w->arena);
    free(w->parts);
}

/* Forget what was read, but for the spans. */
static void unmap(struct run *r)
{
    for (size_t i = 0; i < r->workers_count; i++)
        worker_fini(&r->workers[i]);
    free(r->workers);
    r->workers = NULL;
    r->workers_count = 0;
    r->joined = r->finished_parts = false;
    r->evidence.instances_count = 0;
    forget_pieces(r);
    for (size_t i = 0; i < r->inventory.sources_count; i++) {
        struct source_read *told = &r->evidence.sources[i];
        lines_result_fini(&r->results[i]);
        r->results[i] = (struct lines_result){0};
        told->counts = (struct reader_counts){.first = WHEN_NONE, .last = WHEN_NONE};
        shapes_fini(&told->shapes);
        told->instance = (struct slice){0};
        told->bytes = told->lines = told->beside = told->shared = 0;
        r->surveyed[i].hosts = 0;
    }
}

/* Cut anew, as what was read showed to be right. */
static void cut_again(struct run *r)
{
    unmap(r);
    uint64_t before = r->bytes_total;
    cut_shards(r);
    r->bytes_total += before;
}

void run_read(struct run *r)
{
    bool sought = false, fit;
    for (;;) {
        map(r);
        fit = join_pieces(r);
        if (fit && !sought) {
            sought = true;
            fit = !find_copies(r);
        }
        fit = fit && join_parts(r);
        if (fit)
            finish_parts(r);
        workers_await(r);
        if (join_hashes(r) && fit)
            return;
        cut_again(r);
    }
}

void run_free(struct run *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->workers_count; i++)
        worker_fini(&r->workers[i]);
    for (size_t i = 0; i < r->streams_count; i++)
        free(r->streams[i].sources);
    for (size_t i = 0; i < r->shards_count; i++)
        free(r->shards[i].sources);
    for (size_t i = 0; i < r->zones_count; i++)
        zone_free(r->zones[i]);
    for (size_t i = 0; r->results && i < r->inventory.sources_count; i++)
        lines_result_fini(&r->results[i]);
    for (size_t i = 0; r->evidence.sources && i < r->inventory.sources_count; i++)
        shapes_fini(&r->evidence.sources[i].shapes);
    if (r->report_zone != r->options.zone)
        zone_free(r->report_zone);
    zone_free(r->utc);
    free(r->workers);
    trace_peers_free(r->peers);
    free(r->streams);
    forget_pieces(r);
    for (size_t i = 0; i < r->cuts_count; i++)
        free(r->cuts[i].pieces);
    free(r->cuts);
    free(r->shards);
    free(r->schedule.chains);
    pthread_cond_destroy(&r->schedule.progress);
    pthread_mutex_destroy(&r->schedule.lock);
    free(r->zones);
    free(r->results);
    free(r->surveyed);
    free(r->evidence.sources);
    free(r->evidence.instances);
    free(r->evidence.overlaps);
    free(r->shard_of);
    free(r->identities);
    free(r->taken);
    buf_fini(&r->base);
    free(r->there);
    free(r->parted);
    free(r->pieced);
    free(r->kept);
    arena_fini(&r->evidence.arena);
    arena_fini(&r->arena);
    inventory_fini(&r->inventory);
    free(r);
}
