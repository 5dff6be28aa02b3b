/* Which shard a worker takes next.
 *
 * Why: where two workers meet in the middle of a log, what is open there is carried from one to the other and joined
 * after all is read, by one thread.  So a worker reads on where it ended (and its part of the log goes on: part_at), and
 * one that comes to a log that others read begins in the middle of the longest stretch that nobody took.
 * Invariant: every shard is taken once; who takes it changes nothing in the answer.
 *
 *     a log of 20 pieces, two workers: 0 1 2 ... 9 and 10 11 12 ... 19, one place where they meet instead of nineteen */
#include "state.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

/* What comes behind a shard in its log, if that is a log's: rank of the source, piece of it. */
struct reach {
    uint32_t stream, from_rank, from_piece, to_rank, to_piece;
    uint32_t shard;
};

static bool reach_of(const struct run *r, uint32_t shard, struct reach *out)
{
    const struct shard *s = &r->shards[shard];
    const struct surveyed *first = &r->surveyed[s->sources[0]];
    if (s->side_by_side || s->copies || s->carried || s->piece == HASH ||
        first->stream == NO_STREAM)
        return false;
    const struct surveyed *last = &r->surveyed[s->sources[s->count - 1]];
    *out = (struct reach){first->stream, first->rank, 0, last->rank + 1, 0, shard};
    if (last->stream != first->stream)
        return false;
    if (s->piece == WHOLE)
        return true;
    out->from_piece = s->piece;
    if (s->piece + 1 < cuts_of(r, s->sources[0])->count) {
        out->to_rank = first->rank;
        out->to_piece = s->piece + 1;
    }
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct reach *x = a, *y = b;
    if (x->stream != y->stream)
        return x->stream < y->stream ? -1 : 1;
    if (x->from_rank != y->from_rank)
        return x->from_rank < y->from_rank ? -1 : 1;
    return x->from_piece < y->from_piece ? -1 : 1;
}

static bool goes_on(const struct reach *x, const struct reach *y)
{
    return x->stream == y->stream && x->to_rank == y->from_rank && x->to_piece == y->from_piece;
}

void schedule_make(struct run *r)
{
    struct schedule *s = &r->schedule;
    size_t n = 0;
    struct reach *all = mem_grow(NULL, r->shards_count + 1, sizeof *all);
    for (uint32_t i = 0; i < r->shards_count; i++) {
        r->shards[i].next = NO_SHARD;
        r->shards[i].taken = r->shards[i].chained = false;
        n += reach_of(r, i, &all[n]);
    }
    if (n)
        qsort(all, n, sizeof *all, by_place);
    free(s->chains);
    s->chains = mem_grow(NULL, n + 1, sizeof *s->chains);
    s->chains_count = s->passed = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        if (!goes_on(&all[i], &all[i + 1]))
            continue;
        struct shard *a = &r->shards[all[i].shard], *b = &r->shards[all[i + 1].shard];
        if (!a->chained)
            s->chains[s->chains_count++] = all[i].shard;
        a->next = all[i + 1].shard;
        a->chained = b->chained = true;
    }
    free(all);
}

/* Consecutive shards that nobody took. */
struct stretch {
    uint32_t first, count;
    uint64_t bytes;
    bool behind; /* somebody took the one before, and may read on */
};

static void stretch_longest(const struct run *r, uint32_t chain, struct stretch *longest)
{
    struct stretch now = {.first = NO_SHARD};
    bool before = false;
    for (uint32_t i = chain; i != NO_SHARD; i = r->shards[i].next) {
        const struct shard *s = &r->shards[i];
        if (s->taken) {
            now.first = NO_SHARD;
        } else {
            if (now.first == NO_SHARD)
                now = (struct stretch){.first = i, .behind = before};
            now.count++;
            now.bytes += s->bytes;
            if (longest->first == NO_SHARD || now.bytes > longest->bytes)
                *longest = now;
        }
        before = s->taken;
    }
}

static uint32_t stretch_begin(const struct run *r, const struct stretch *s)
{
    uint32_t at = s->first;
    for (uint32_t k = 0; s->behind && k < s->count / 2; k++)
        at = r->shards[at].next;
    return at;
}

/* The heaviest shard that begins or halves a stretch, or stands alone; NO_SHARD if all are taken. */
static uint32_t heaviest(struct run *r)
{
    struct schedule *s = &r->schedule;
    struct stretch longest = {.first = NO_SHARD};
    while (s->passed < r->shards_count &&
           (r->shards[s->passed].taken || r->shards[s->passed].chained))
        s->passed++;
    uint32_t alone = s->passed < r->shards_count ? (uint32_t)s->passed : NO_SHARD;
    for (size_t i = 0; i < s->chains_count; i++)
        stretch_longest(r, s->chains[i], &longest);
    if (longest.first == NO_SHARD)
        return alone;
    uint32_t at = stretch_begin(r, &longest);
    return alone == NO_SHARD || r->shards[at].bytes > r->shards[alone].bytes ? at : alone;
}

uint32_t schedule_take(struct run *r, uint32_t last)
{
    pthread_mutex_lock(&r->schedule.lock);
    uint32_t next = last == NO_SHARD ? NO_SHARD : r->shards[last].next;
    if (next == NO_SHARD || r->shards[next].taken)
        next = heaviest(r);
    if (next != NO_SHARD)
        r->shards[next].taken = true;
    pthread_mutex_unlock(&r->schedule.lock);
    return next;
}
