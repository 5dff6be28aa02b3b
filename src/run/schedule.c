/* Which shard a worker takes next.
 *
 * Why: where two workers meet in the middle of a log, what is open there is carried from one to the other and joined
 * after all is read, by one thread.  So a worker reads on where it ended (and its part of the log goes on: part_at), and
 * one that comes to a log that others read begins in the middle of the longest stretch that nobody took.
 * While the first worker joins, the others have the ends of hashes to do, which are left over for that; it does some of
 * their steps itself while others still read.
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

static bool is_hash(const struct shard *s)
{
    return s->piece == HASH || s->piece == HASH_STEP;
}

static bool reach_of(const struct run *r, uint32_t shard, struct reach *out)
{
    const struct shard *s = &r->shards[shard];
    const struct surveyed *first = &r->surveyed[s->sources[0]];
    if (s->side_by_side || s->copies || s->carried || is_hash(s) || first->stream == NO_STREAM)
        return false;
    const struct surveyed *last = &r->surveyed[s->sources[s->count - 1]];
    *out = (struct reach){first->stream, first->rank, 0, last->rank + 1, 0, shard};
    if (last->stream != first->stream)
        return false;
    if (s->piece == WHOLE)
        return true;
    out->from_piece = s->piece;
    if (s->piece + 1 < s->cuts->count) {
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

/* Shard b goes on where a ends. */
static void chain(struct run *r, uint32_t a, uint32_t b)
{
    struct schedule *s = &r->schedule;
    if (!r->shards[a].chained)
        s->chains[s->chains_count++] = a;
    r->shards[a].next = b;
    r->shards[a].chained = r->shards[b].chained = true;
}

void schedule_make(struct run *r)
{
    struct schedule *s = &r->schedule;
    size_t n = 0;
    struct reach *all = mem_grow(NULL, r->shards_count + 1, sizeof *all);
    s->unread = s->passed = s->steps = 0;
    s->steps_bytes = 0;
    s->others = 0;
    for (uint32_t i = 0; i < r->shards_count; i++) {
        struct shard *shard = &r->shards[i];
        shard->next = NO_SHARD;
        shard->taken = shard->chained = false;
        s->unread += !is_hash(shard);
        if (shard->piece == HASH_STEP) {
            s->steps++;
            s->steps_bytes += shard->bytes;
        }
        n += reach_of(r, i, &all[n]);
    }
    if (n)
        qsort(all, n, sizeof *all, by_place);
    free(s->chains);
    s->chains = mem_grow(NULL, n + 1, sizeof *s->chains);
    s->chains_count = 0;
    for (size_t i = 0; i + 1 < n; i++)
        if (goes_on(&all[i], &all[i + 1]))
            chain(r, all[i].shard, all[i + 1].shard);
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

/* Whoever begins in a stretch that another reads towards leaves him so much more as he will hash besides. */
static uint32_t stretch_begin(const struct run *r, const struct stretch *s)
{
    const struct schedule *all = &r->schedule;
    uint64_t besides = all->steps_bytes / (all->others ? all->others : 1), before = 0;
    uint32_t at = s->first;
    for (uint32_t k = 1; s->behind && k < s->count; k++) {
        before += r->shards[at].bytes;
        if (before > (s->bytes + besides) / 2)
            break;
        at = r->shards[at].next;
    }
    return at;
}

/* The heaviest shard that stands alone, of those that read or those that begin a hash; NO_SHARD if all are taken. */
static uint32_t alone(struct run *r, bool hash)
{
    struct schedule *s = &r->schedule;
    while (s->passed < r->shards_count &&
           (r->shards[s->passed].taken || r->shards[s->passed].chained))
        s->passed++;
    for (uint32_t i = (uint32_t)s->passed; i < r->shards_count; i++) {
        const struct shard *shard = &r->shards[i];
        if (!shard->taken && !shard->chained && (hash ? shard->piece == HASH : !is_hash(shard)))
            return i;
    }
    return NO_SHARD;
}

/* The heavier of two, either of which may be NO_SHARD. */
static uint32_t heavier(const struct run *r, uint32_t a, uint32_t b)
{
    if (a == NO_SHARD || b == NO_SHARD)
        return a == NO_SHARD ? b : a;
    return r->shards[b].bytes > r->shards[a].bytes ? b : a;
}

/* The heaviest shard to read that begins or halves a stretch, or stands alone; NO_SHARD if all are taken. */
static uint32_t heaviest(struct run *r)
{
    const struct schedule *s = &r->schedule;
    struct stretch longest = {.first = NO_SHARD};
    for (size_t i = 0; i < s->chains_count; i++)
        stretch_longest(r, s->chains[i], &longest);
    uint32_t begin = longest.first == NO_SHARD ? NO_SHARD : stretch_begin(r, &longest);
    return heavier(r, alone(r, false), begin);
}

/* The step of a hash that has come so far. */
static uint32_t hash_step(const struct run *r)
{
    for (uint32_t i = 0; r->schedule.steps && i < r->shards_count; i++) {
        const struct shard *s = &r->shards[i];
        if (s->piece == HASH_STEP && !s->taken && s->cuts->hashed == s->hash_from)
            return i;
    }
    return NO_SHARD;
}

/* Is all read, and will others hash what is left? */
static bool may_join(const struct run *r, unsigned worker)
{
    return worker == 0 && r->schedule.others && !r->schedule.unread;
}

/* The first worker hashes only where nothing is left to read. */
static uint32_t next_of(struct run *r, unsigned worker, uint32_t last)
{
    bool leaves = worker == 0 && r->schedule.others;
    uint32_t next = last == NO_SHARD ? NO_SHARD : r->shards[last].next;
    if (next == NO_SHARD || r->shards[next].taken)
        next = leaves ? heaviest(r) : heavier(r, heaviest(r), alone(r, true));
    if (next == NO_SHARD && leaves)
        next = alone(r, true);
    if (next == NO_SHARD && !may_join(r, worker))
        next = hash_step(r);
    return next;
}

static void done(struct run *r, const struct shard *s)
{
    if (is_hash(s))
        s->cuts->hashed = s->hash_to;
    else
        r->schedule.unread--;
    pthread_cond_broadcast(&r->schedule.progress);
}

uint32_t schedule_take(struct run *r, unsigned worker, uint32_t last)
{
    pthread_mutex_lock(&r->schedule.lock);
    if (last != NO_SHARD)
        done(r, &r->shards[last]);
    uint32_t next = next_of(r, worker, last);
    if (next != NO_SHARD) {
        r->shards[next].taken = true;
        r->schedule.steps -= r->shards[next].piece == HASH_STEP;
    }
    pthread_mutex_unlock(&r->schedule.lock);
    return next;
}

/* Steps that nobody took are left, or others still read: then the first worker may be needed, and wants to know. */
static bool more(const struct run *r, unsigned worker)
{
    return !may_join(r, worker) && (r->schedule.steps || (worker == 0 && r->schedule.unread));
}

bool schedule_wait(struct run *r, unsigned worker)
{
    struct schedule *s = &r->schedule;
    pthread_mutex_lock(&s->lock);
    while (more(r, worker) && hash_step(r) == NO_SHARD)
        pthread_cond_wait(&s->progress, &s->lock);
    bool on = more(r, worker);
    s->others -= !on && worker;
    pthread_mutex_unlock(&s->lock);
    return on;
}
