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

static void cut_stream(struct run *r, const struct stream *stream, uint64_t piece)
{
    struct shard *shard = NULL;
    for (size_t i = 0; i < stream->count; i++) {
        uint32_t source = stream->sources[i];
        if (r->inventory.sources[source].streamed && !stream->side_by_side)
            continue;
        bool next = !shard || (!stream->side_by_side && r->options.jobs > 1 &&
                               shard->bytes + weight(r, source) / 2 > piece);
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
            r->streams[v->stream].side_by_side)
            continue;
        if (r->inventory.sources[i].input != last || !shard)
            shard = shard_add(r, false);
        last = r->inventory.sources[i].input;
        shard_source(r, shard, i);
    }
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
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        total += r->evidence.sources[i].read ? r->inventory.sources[i].compressed : 0;
    uint64_t piece = total / (r->options.jobs * 2) + 1;
    if (piece < LEAST_PIECE)
        piece = LEAST_PIECE;
    for (size_t i = 0; i < r->streams_count; i++)
        cut_stream(r, &r->streams[i], piece);
    cut_archives(r);
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        if (loose(r, i))
            shard_source(r, shard_add(r, false), i);
    if (r->shards_count)
        qsort(r->shards, r->shards_count, sizeof *r->shards, heavy_first);
    r->bytes_total = total;
}
