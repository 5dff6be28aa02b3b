/* Days of an E-Post work folder that are too large for one shard.
 *
 * Why: who was accepted (inlog) and who was delivered (outlocallog) stand in different files.  Read apart, no line of either
 * means anything, and all of it may be asked for: the join needs every event, the report may quote every line.  So a shard of
 * some of a day's logs counts and hashes them, and its partial file carries them, packed; whoever has all shards of the day
 * reads them side by side as one process would have.
 * Invariant: joining carried logs tells what reading the folder tells; of what the shards counted only the classes are told
 * anew, for copies among the logs show only then.
 *
 *     inspect --plan --shard-bytes 10M:  inlog of a day | outlocallog of that day | outlog of that day ... */
#include "state.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

static void no_event(void *context, const struct event *e)
{
    (void)context;
    (void)e;
}

void carried_read(struct worker *w, const struct shard *s)
{
    for (size_t i = 0; i < s->count; i++) {
        uint32_t source = s->sources[i];
        const struct surveyed *v = &w->run->surveyed[source];
        struct reader *reader = reader_new(v->detection.framing, &v->facts, no_event, NULL);
        struct lines *lines = lines_open(&w->run->inventory, source, w->cursors, false, 0);
        struct line line;
        struct place place = {.source = source};
        while (lines_next(lines, &line) == 1) {
            place.offset = line.offset;
            place.line = line.number;
            reader_line(reader, line.text, line.bytes, line.cut, &place);
        }
        reader_finish(reader);
        source_done(w, source, lines, reader);
        reader_free(reader);
    }
}

int carried_save(const struct run *r, const struct shard *s, struct buf *out, struct err *e)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct source *source = &r->inventory.sources[s->sources[i]];
        struct buf packed = {0};
        int failed = inventory_pack(&r->inventory, source->input, &packed);
        buf_bytes(out, buf_slice(&packed));
        buf_fini(&packed);
        if (failed)
            return err_set(e, ERR_USAGE, "%.*s: cannot be read whole",
                           SLICE_ARG(slice_head(source->path, 512)));
    }
    return 0;
}

bool carried_load(struct run *r, const struct shard *s, struct slice *in)
{
    struct slice packed;
    for (size_t i = 0; i < s->count; i++) {
        if (!load_bytes(in, &packed))
            return false;
        inventory_carry(&r->inventory, r->inventory.sources[s->sources[i]].input,
                        arena_copy(&r->arena, packed));
    }
    return in->n == 0;
}

bool can_be_carried(const struct run *r, const uint32_t *sources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct source *s = &r->inventory.sources[sources[i]];
        if (s->locator.n || s->shut || r->surveyed[sources[i]].day != r->surveyed[sources[0]].day)
            return false;
    }
    return true;
}

/* Read the logs of a day; of what is told of its sources all but the classes stays. */
static void day_join(struct run *r, const struct shard *day)
{
    struct source_read *told = mem_grow(NULL, day->count, sizeof *told);
    struct lines_result *results = mem_grow(NULL, day->count, sizeof *results);
    for (size_t i = 0; i < day->count; i++) {
        told[i] = r->evidence.sources[day->sources[i]];
        results[i] = r->results[day->sources[i]];
        r->results[day->sources[i]] = (struct lines_result){0};
    }
    folder_read(&r->workers[0], day);
    for (size_t i = 0; i < day->count; i++) {
        uint32_t source = day->sources[i];
        told[i].counts = r->evidence.sources[source].counts;
        r->evidence.sources[source] = told[i];
        lines_result_fini(&r->results[source]);
        r->results[source] = results[i];
    }
    free(told);
    free(results);
}

bool carried(const struct run *r, uint32_t source)
{
    return inventory_carried(&r->inventory, r->inventory.sources[source].input);
}

/* The day that begins with sources[0], if all of it was carried and came; gives how many sources it has. */
static size_t day_take(struct run *r, uint32_t *sources, size_t count)
{
    size_t n = 0, there = 0;
    for (; n < count && r->surveyed[sources[n]].day == r->surveyed[sources[0]].day; n++)
        there += carried(r, sources[n]);
    struct shard day = {.sources = sources, .count = n, .side_by_side = true, .piece = WHOLE};
    if (there == n)
        day_join(r, &day);
    return n;
}

void carried_join(struct run *r)
{
    for (size_t i = 0; i < r->streams_count && r->planned; i++) {
        const struct stream *s = &r->streams[i];
        if (!s->side_by_side)
            continue;
        uint32_t *sources = mem_grow(NULL, s->count, sizeof *sources);
        memcpy(sources, s->sources, s->count * sizeof *sources);
        qsort_r(sources, s->count, sizeof *sources, by_day, r);
        for (size_t k = 0; k < s->count;)
            k += day_take(r, sources + k, s->count - k);
        free(sources);
    }
}
