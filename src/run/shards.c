/* Cutting the evidence into shards, and the order they are read in.
 *
 * Invariant: every source that is to be read is in exactly one shard.  How a stream is cut changes nothing in the
 * answer (the law of trace); it changes memory and time: with one thread a stream is one shard, read in rank order,
 * so that only what is really open is held. */
#include "state.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

enum { LEAST_PIECE = 4 << 20 };

static uint64_t weight(const struct run *r, uint32_t source)
{
    return r->inventory.sources[source].compressed + 1;
}

static struct shard *shard_add(struct run *r, bool side_by_side)
{
    r->shards = mem_grow(r->shards, r->shards_count + 1, sizeof *r->shards);
    r->shards[r->shards_count] = (struct shard){.side_by_side = side_by_side};
    return &r->shards[r->shards_count++];
}

static void shard_source(struct run *r, struct shard *s, uint32_t source)
{
    s->sources = mem_grow(s->sources, s->count + 1, sizeof *s->sources);
    s->sources[s->count++] = source;
    s->bytes += weight(r, source);
}

static bool copy(const struct run *r, uint32_t source)
{
    return r->surveyed[source].copies != NO_COPIES;
}

static void cut_stream(struct run *r, const struct stream *stream, uint64_t piece)
{
    struct shard *shard = NULL;
    bool whole = stream->side_by_side || (r->options.jobs == 1 && !r->options.shard_bytes);
    for (size_t i = 0; i < stream->count; i++) {
        uint32_t source = stream->sources[i];
        if (!stream->side_by_side && (r->inventory.sources[source].streamed || copy(r, source)))
            continue;
        bool next = !shard || (!whole && shard->bytes + weight(r, source) / 2 > piece);
        if (next)
            shard = shard_add(r, stream->side_by_side);
        shard_source(r, shard, source);
    }
}

/* Members of an archive that can only be read front to back: one shard per input, in the archive's order. */
static void cut_archives(struct run *r)
{
    uint32_t last = NO_SOURCE;
    struct shard *shard = NULL;
    for (uint32_t i = 0; i < r->inventory.sources_count; i++) {
        const struct surveyed *v = &r->surveyed[i];
        if (!r->inventory.sources[i].streamed || v->stream == NO_STREAM ||
            r->streams[v->stream].side_by_side || copy(r, i))
            continue;
        if (r->inventory.sources[i].input != last || !shard)
            shard = shard_add(r, false);
        last = r->inventory.sources[i].input;
        shard_source(r, shard, i);
    }
}

int by_start(const void *a, const void *b, void *context)
{
    const struct run *r = context;
    const struct surveyed *x = &r->surveyed[*(const uint32_t *)a];
    const struct surveyed *y = &r->surveyed[*(const uint32_t *)b];
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* Copies of one log: a shard each, in order of their first stamps; those of a work folder stay in it. */
static void cut_copies(struct run *r)
{
    size_t count = 0;
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        if (copy(r, i) && r->surveyed[i].copies >= count)
            count = r->surveyed[i].copies + (size_t)1;
    size_t *at = mem_new((count + 1) * sizeof *at); /* shard of a number, from 1 */
    for (uint32_t i = 0; i < r->inventory.sources_count; i++) {
        if (!copy(r, i) || r->streams[r->surveyed[i].stream].side_by_side)
            continue;
        size_t *shard = &at[r->surveyed[i].copies];
        if (!*shard) {
            shard_add(r, false)->copies = true;
            *shard = r->shards_count;
        }
        shard_source(r, &r->shards[*shard - 1], i);
    }
    for (size_t i = 0; i < r->shards_count; i++)
        if (r->shards[i].copies)
            qsort_r(r->shards[i].sources, r->shards[i].count, sizeof(uint32_t), by_start, r);
    free(at);
}

static bool loose(const struct run *r, uint32_t source)
{
    return r->surveyed[source].stream == NO_STREAM && r->evidence.sources[source].read;
}

static int heavy_first(const void *a, const void *b)
{
    const struct shard *x = a, *y = b;
    if (x->bytes != y->bytes)
        return x->bytes > y->bytes ? -1 : 1;
    return x->sources[0] < y->sources[0] ? -1 : 1;
}

void cut_shards(struct run *r)
{
    uint64_t total = 0;
    for (size_t i = 0; i < r->shards_count; i++)
        free(r->shards[i].sources);
    r->shards_count = 0;
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        total += r->evidence.sources[i].read ? r->inventory.sources[i].compressed : 0;
    uint64_t piece = total / (r->options.jobs * 2) + 1;
    if (piece < LEAST_PIECE)
        piece = LEAST_PIECE;
    if (r->options.shard_bytes)
        piece = r->options.shard_bytes;
    for (size_t i = 0; i < r->streams_count; i++)
        cut_stream(r, &r->streams[i], piece);
    cut_archives(r);
    cut_copies(r);
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        if (loose(r, i))
            shard_source(r, shard_add(r, false), i);
    if (r->shards_count)
        qsort(r->shards, r->shards_count, sizeof *r->shards, heavy_first);
    r->bytes_total = total;
}
