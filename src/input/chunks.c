/* chunks.c - reading ahead of whoever cuts the lines.
 *
 * Why: reading, inflating and hashing cost as much as parsing does; on a thread of their own they
 * cost no time. Invariant: runs come in order and are the same with and without the helper; a run
 * belongs to one side at a time, handed over under the lock (the hasher only reads, beside the
 * consumer); counts are read after the helpers were joined.  Source of facts: POSIX threads.
 *
 * Example: 3 buffers of 384 KiB: one being cut into lines, one filled, one being filled; where 8 MiB
 * are to stay readable behind the consumer, 22 more. */
#include "chunks.h"

#include <pthread.h>
#include <stdlib.h>

#include "postmortem/base/memory.h"

#define CHUNKS_AHEAD 3

struct chunk {
    unsigned char *bytes;
    size_t n;
};

struct chunks {
    struct stream *from;
    size_t size;
    struct chunk *ring;
    unsigned count;                    /* buffers in the ring */
    unsigned behind;                   /* of them for runs that the consumer is done with */
    uint64_t filled, hashed, released; /* runs since the start; run i lies in ring[i % count] */
    bool in_use;                       /* the consumer holds run `released` */
    bool ahead, hashing;               /* the helpers run */
    bool ended, stop;                  /* ended: from gave its last byte */
    struct sha256 *sha;                /* NULL: no hash */
    uint64_t place, nul_bytes, nul_first;
    pthread_t helper, hasher;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static void chunk_count_nuls(struct chunks *c, const struct chunk *k)
{
    const unsigned char *first = k->n ? memchr(k->bytes, 0, k->n) : NULL;
    if (!first)
        return;
    if (c->nul_bytes == 0)
        c->nul_first = c->place + (uint64_t)(first - k->bytes);
    size_t n = 0;
    for (const unsigned char *p = first, *end = k->bytes + k->n; p < end; p++)
        n += *p == 0;
    c->nul_bytes += n;
}

/* Fill one buffer; true if from has ended. */
static bool chunk_fill(struct chunks *c, struct chunk *k)
{
    bool ended = false;
    k->n = 0;
    if (!k->bytes)
        k->bytes = mem_grow(NULL, c->size, 1);
    while (k->n < c->size && !ended) {
        ssize_t got = stream_read(c->from, k->bytes + k->n, c->size - k->n);
        if (got <= 0)
            ended = true;
        else
            k->n += (size_t)got;
    }
    chunk_count_nuls(c, k);
    if (c->sha && !c->hashing)
        sha256_add(c->sha, k->bytes, k->n);
    c->place += k->n;
    return ended;
}

static bool chunks_full(const struct chunks *c)
{
    uint64_t done = c->released > c->behind ? c->released - c->behind : 0;
    if (c->hashing && c->hashed < done)
        done = c->hashed;
    return c->filled - done == c->count;
}

static void *chunks_help(void *context)
{
    struct chunks *c = context;
    bool ended = false;
    while (!ended) {
        pthread_mutex_lock(&c->lock);
        while (chunks_full(c) && !c->stop)
            pthread_cond_wait(&c->changed, &c->lock);
        bool stop = c->stop;
        struct chunk *k = &c->ring[c->filled % c->count];
        pthread_mutex_unlock(&c->lock);
        if (stop)
            break;
        ended = chunk_fill(c, k);
        pthread_mutex_lock(&c->lock);
        c->filled++;
        c->ended = ended;
        pthread_cond_broadcast(&c->changed);
        pthread_mutex_unlock(&c->lock);
    }
    return NULL;
}

static void *chunks_hash(void *context)
{
    struct chunks *c = context;
    pthread_mutex_lock(&c->lock);
    for (;;) {
        while (c->hashed == c->filled && !c->ended && !c->stop)
            pthread_cond_wait(&c->changed, &c->lock);
        if (c->hashed == c->filled)
            break;
        const struct chunk *k = &c->ring[c->hashed % c->count];
        pthread_mutex_unlock(&c->lock);
        sha256_add(c->sha, k->bytes, k->n);
        pthread_mutex_lock(&c->lock);
        c->hashed++;
        pthread_cond_broadcast(&c->changed);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

struct chunks *chunks_open(struct stream *from, size_t size, bool ahead, struct sha256 *sha,
                           size_t behind)
{
    struct chunks *c = mem_new(sizeof(*c));
    c->from = from;
    c->place = from->at;
    c->size = size;
    c->sha = sha;
    c->behind = (unsigned)((behind + size - 1) / size);
    c->count = (ahead ? CHUNKS_AHEAD : 1) + c->behind;
    c->ring = mem_new(c->count * sizeof *c->ring);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->changed, NULL);
    c->hashing = ahead && sha && pthread_create(&c->hasher, NULL, chunks_hash, c) == 0;
    c->ahead = ahead && pthread_create(&c->helper, NULL, chunks_help, c) == 0;
    if (c->hashing && !c->ahead) { /* no reader: hash in place too */
        bool finished;
        uint64_t none;
        chunks_stop(c, &finished, &none, &none);
    }
    return c;
}

static struct slice chunks_wait(struct chunks *c)
{
    struct slice run = {0};
    pthread_mutex_lock(&c->lock);
    if (c->in_use) {
        c->in_use = false;
        c->released++;
        pthread_cond_broadcast(&c->changed);
    }
    while (c->filled == c->released && !c->ended)
        pthread_cond_wait(&c->changed, &c->lock);
    if (c->filled != c->released) {
        const struct chunk *k = &c->ring[c->released % c->count];
        c->in_use = true;
        run = slice_of((const char *)k->bytes, k->n);
    }
    pthread_mutex_unlock(&c->lock);
    return run;
}

struct slice chunks_next(struct chunks *c)
{
    if (c->ahead)
        return chunks_wait(c);
    c->released += c->in_use;
    c->in_use = !c->ended;
    if (c->ended)
        return (struct slice){0};
    struct chunk *k = &c->ring[c->filled++ % c->count];
    c->ended = chunk_fill(c, k);
    return slice_of((const char *)k->bytes, k->n);
}

struct slice chunks_again(const struct chunks *c, uint64_t offset)
{
    uint64_t run = offset / c->size, first = c->released > c->behind ? c->released - c->behind : 0;
    if (run < first || run >= c->released + c->in_use)
        return (struct slice){0};
    const struct chunk *k = &c->ring[run % c->count];
    size_t at = (size_t)(offset % c->size);
    return at < k->n ? slice_of((const char *)k->bytes + at, k->n - at) : (struct slice){0};
}

void chunks_stop(struct chunks *c, bool *finished, uint64_t *nul_bytes, uint64_t *nul_first)
{
    pthread_mutex_lock(&c->lock);
    c->stop = true;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->lock);
    if (c->ahead)
        pthread_join(c->helper, NULL);
    if (c->hashing)
        pthread_join(c->hasher, NULL);
    c->ahead = c->hashing = false;
    *finished = c->ended;
    *nul_bytes = c->nul_bytes;
    *nul_first = c->nul_first;
}

void chunks_close(struct chunks *c)
{
    for (unsigned i = 0; i < c->count; i++)
        free(c->ring[i].bytes);
    free(c->ring);
    pthread_mutex_destroy(&c->lock);
    pthread_cond_destroy(&c->changed);
    free(c);
}
