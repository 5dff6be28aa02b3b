/* Cutting the evidence into shards, and the order they are read in.
 *
 * Invariant: every source that is to be read is in exactly one shard.  How a stream is cut changes nothing in the
 * answer (the law of trace); it changes memory and time: with one thread a stream is one shard, read in rank order,
 * so that only what is really open is held. */
#include "state.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

enum {
    LEAST_PIECE = 4 << 20,
    PIECES = 24,    /* per thread: threads end within one of each other */
    HASH_SPEED = 5, /* times as fast as reading lines, in halves */
    HASH_ENDS = 16, /* that part of a hash is left to be done while parts are joined */
    HASH_STEPS =
        16 /* ... in so many steps, none of them empty: what is cut has more bytes than HASH_ENDS * HASH_STEPS */
};

static uint64_t weight(const struct run *r, uint32_t source)
{
    return r->inventory.sources[source].compressed + 1;
}

static struct shard *shard_add(struct run *r, bool side_by_side)
{
    r->shards = mem_grow(r->shards, r->shards_count + 1, sizeof *r->shards);
    r->shards[r->shards_count] = (struct shard){.side_by_side = side_by_side, .piece = WHOLE};
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

static struct shard *cut_piece(struct run *r, struct cuts *c, uint32_t piece)
{
    struct shard *s = shard_add(r, false);
    shard_source(r, s, c->source);
    s->cuts = c;
    s->piece = piece;
    return s;
}

static void cut_hash(struct run *r, struct cuts *c, uint32_t piece, uint64_t from, uint64_t to)
{
    struct shard *s = cut_piece(r, c, piece);
    s->hash_from = from;
    s->hash_to = to;
    s->bytes = (to - from) * 2 / HASH_SPEED;
}

/* A source that is cut: a shard for each piece, and what hashes it. */
static void cut_pieces(struct run *r, struct cuts *c)
{
    uint64_t size = r->inventory.sources[c->source].bytes;
    for (uint32_t i = 0; i < c->count; i++)
        cut_piece(r, c, i)->bytes = size / c->count; /* equal, so that they are read in order */
    if (r->inventory.no_hash)
        return;
    unsigned steps = r->apart ? 0 : HASH_STEPS;
    uint64_t at = steps ? size - size / HASH_ENDS : size;
    cut_hash(r, c, HASH, 0, at);
    for (unsigned left = steps; left; left--) {
        uint64_t to = at + (size - at) / left;
        cut_hash(r, c, HASH_STEP, at, to);
        at = to;
    }
}

/* Is a stream one shard: because one thread reads all, or because its parts must not be read apart? */
static bool stream_whole(const struct run *r, const struct stream *stream)
{
    bool whole = stream->whole || (r->options.jobs == 1 && !r->options.shard_bytes);
    for (size_t i = 0; i < stream->count && stream->side_by_side; i++)
        whole = whole || r->inventory.sources[stream->sources[i]].streamed;
    return whole;
}

/* A day of a work folder, by kinds of logs: each in a shard of its own, or in several. */
static void cut_day(struct run *r, const uint32_t *sources, size_t count, uint64_t piece)
{
    for (unsigned kind = 0; kind < EPOST_KINDS; kind++) {
        struct shard *shard = NULL;
        for (size_t i = 0; i < count; i++) {
            if ((unsigned)r->surveyed[sources[i]].detection.epost != kind)
                continue;
            if (!shard || shard->bytes + weight(r, sources[i]) / 2 > piece) {
                shard = shard_add(r, true);
                shard->carried = true;
            }
            shard_source(r, shard, sources[i]);
        }
    }
}

/* A work folder: by days. */
static void cut_folder(struct run *r, const struct stream *stream, uint64_t piece)
{
    struct shard *shard = NULL;
    uint32_t *sources = mem_grow(NULL, stream->count, sizeof *sources);
    bool whole = stream_whole(r, stream);
    memcpy(sources, stream->sources, stream->count * sizeof *sources);
    qsort_r(sources, stream->count, sizeof *sources, by_day, r);
    for (size_t i = 0; i < stream->count;) {
        size_t n = 0;
        uint64_t bytes = 0;
        int64_t day = r->surveyed[sources[i]].day;
        for (; i + n < stream->count && r->surveyed[sources[i + n]].day == day; n++)
            bytes += weight(r, sources[i + n]);
        if (!whole && r->apart && bytes > piece + piece / 2 && n > 1 &&
            can_be_carried(r, sources + i, n)) {
            cut_day(r, sources + i, n, piece);
            shard = NULL;
            i += n;
            continue;
        }
        if (!shard || (!whole && shard->bytes + bytes / 2 > piece))
            shard = shard_add(r, true);
        for (size_t k = 0; k < n; k++)
            shard_source(r, shard, sources[i + k]);
        i += n;
    }
    free(sources);
}

static void cut_stream(struct run *r, const struct stream *stream, uint64_t piece)
{
    struct shard *shard = NULL;
    bool whole = stream_whole(r, stream);
    for (size_t i = 0; i < stream->count; i++) {
        uint32_t source = stream->sources[i];
        if (r->inventory.sources[source].streamed || copy(r, source))
            continue;
        struct cuts *cuts = cuts_of(r, source);
        if (cuts) {
            cut_pieces(r, cuts);
            shard = NULL;
            continue;
        }
        bool next = !shard || (!whole && shard->bytes + weight(r, source) / 2 > piece);
        if (next)
            shard = shard_add(r, false);
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
    if (x->sources[0] != y->sources[0])
        return x->sources[0] < y->sources[0] ? -1 : 1;
    return x->piece < y->piece ? -1 : 1;
}

uint64_t piece_bytes(const struct run *r)
{
    uint64_t total = 0;
    if (r->options.shard_bytes)
        return r->options.shard_bytes;
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        total += r->evidence.sources[i].read ? r->inventory.sources[i].compressed : 0;
    uint64_t piece = total / (r->options.jobs * PIECES) + 1;
    return piece < LEAST_PIECE ? LEAST_PIECE : piece;
}

void cut_shards(struct run *r)
{
    uint64_t total = 0;
    for (size_t i = 0; i < r->shards_count; i++)
        free(r->shards[i].sources);
    r->shards_count = 0;
    for (uint32_t i = 0; i < r->inventory.sources_count; i++)
        total += r->evidence.sources[i].read ? r->inventory.sources[i].compressed : 0;
    uint64_t piece = piece_bytes(r);
    for (size_t i = 0; i < r->streams_count; i++)
        if (r->streams[i].side_by_side)
            cut_folder(r, &r->streams[i], piece);
        else
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
