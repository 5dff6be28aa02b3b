/* Who reads what: every shard is taken once, and workers meet in a log as seldom as they can. */
#include "postmortem/base/memory.h"
#include "run/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PIECES = 20, LOGS = 5, STEPS = 4, HASHES = 1 + STEPS, HASH_BYTES = 700, STEP_BYTES = 25 };

/* One log cut into pieces beside its hash and the steps that end it, and LOGS files of another log, each a shard. */
static void run_fill(struct run *r, bool files)
{
    size_t sources = 1 + (files ? LOGS : 0);
    *r = (struct run){.surveyed = mem_new(sources * sizeof(struct surveyed)),
                      .shards = mem_new((PIECES + HASHES + LOGS) * sizeof(struct shard)),
                      .cuts = mem_new(sizeof(struct cuts)),
                      .cuts_count = 1};
    pthread_mutex_init(&r->schedule.lock, NULL);
    pthread_cond_init(&r->schedule.progress, NULL);
    r->cuts[0].count = PIECES;
    for (uint32_t i = 0; i < sources; i++) {
        r->surveyed[i].copies = NO_COPIES;
        r->surveyed[i].stream = i > 0;
        r->surveyed[i].rank = i ? i - 1 : 0;
    }
    for (uint32_t i = 0; i < PIECES + HASHES + (sources - 1); i++) {
        struct shard *s = &r->shards[r->shards_count++];
        *s = (struct shard){.count = 1, .bytes = 100, .sources = mem_new(sizeof(uint32_t))};
        s->piece = i < PIECES ? i : i == PIECES ? HASH : i < PIECES + HASHES ? HASH_STEP : WHOLE;
        s->cuts = s->piece == WHOLE ? NULL : r->cuts;
        s->sources[0] = s->piece == WHOLE ? i - PIECES - HASHES + 1 : 0;
        if (s->piece == HASH)
            s->bytes = s->hash_to = HASH_BYTES;
        if (s->piece == HASH_STEP) {
            s->bytes = STEP_BYTES;
            s->hash_from = HASH_BYTES + (i - PIECES - 1) * STEP_BYTES;
            s->hash_to = s->hash_from + STEP_BYTES;
        }
    }
    schedule_make(r);
}

static void run_empty(struct run *r)
{
    for (size_t i = 0; i < r->shards_count; i++)
        free(r->shards[i].sources);
    free(r->shards);
    free(r->surveyed);
    free(r->cuts);
    free(r->schedule.chains);
    pthread_cond_destroy(&r->schedule.progress);
    pthread_mutex_destroy(&r->schedule.lock);
}

struct told {
    size_t begun;         /* shards of a log that did not go on where their worker ended */
    uint64_t read, ended; /* when all was read, and when all was done */
    uint64_t left;        /* when the first worker left */
};

static bool step_ready(const struct run *r)
{
    for (size_t i = 0; i < r->shards_count; i++) {
        const struct shard *s = &r->shards[i];
        if (s->piece == HASH_STEP && !s->taken && s->cuts->hashed == s->hash_from)
            return true;
    }
    return false;
}

/* Would a worker that got nothing wait?  Then what it waits for is not there yet. */
static bool waits(const struct run *r, unsigned w)
{
    const struct schedule *s = &r->schedule;
    bool joins = w == 0 && s->others && !s->unread;
    bool on = !joins && (s->steps || (w == 0 && s->unread));
    if (on)
        assert_false(step_ready(r));
    return on;
}

enum { MOST_WORKERS = 8 };

struct acting {
    uint32_t last;
    uint64_t spent;
    bool idle, gone;
};

/* The worker that is done first; of those that are done at once, one that did something. */
static unsigned first_done(const struct acting *all, unsigned workers)
{
    unsigned first = workers;
    for (unsigned i = 0; i < workers; i++) {
        if (all[i].gone)
            continue;
        if (first == workers || all[i].spent < all[first].spent ||
            (all[i].spent == all[first].spent && all[first].idle && !all[i].idle))
            first = i;
    }
    return first;
}

/* Until the next of the others is done. */
static void idle(struct acting *all, unsigned workers, unsigned w)
{
    uint64_t next = UINT64_MAX;
    for (unsigned i = 0; i < workers; i++)
        if (!all[i].gone && !all[i].idle && i != w && all[i].spent < next)
            next = all[i].spent;
    assert_true(next != UINT64_MAX); /* else all wait for each other */
    all[w] = (struct acting){.last = NO_SHARD, .spent = next, .idle = true};
}

/* Workers take turns, the one that is done first next. */
static struct told work(struct run *r, unsigned workers)
{
    struct acting all[MOST_WORKERS] = {{0}};
    size_t taken[PIECES + HASHES + LOGS] = {0};
    struct told told = {0};
    r->schedule.others = workers - 1;
    for (unsigned i = 0; i < workers; i++)
        all[i].last = NO_SHARD;
    for (unsigned w; (w = first_done(all, workers)) < workers;) {
        uint32_t last = all[w].last, shard = schedule_take(r, w, last);
        if (shard == NO_SHARD) {
            if (waits(r, w)) {
                idle(all, workers, w);
                continue;
            }
            assert_false(schedule_wait(r, w));
            all[w].gone = true;
            if (w == 0)
                told.left = all[w].spent;
            continue;
        }
        const struct shard *s = &r->shards[shard];
        taken[shard]++;
        told.begun += s->chained && (last == NO_SHARD || r->shards[last].next != shard);
        all[w].spent += s->bytes;
        if (s->piece != HASH && s->piece != HASH_STEP && all[w].spent > told.read)
            told.read = all[w].spent;
        if (all[w].spent > told.ended)
            told.ended = all[w].spent;
        all[w].last = shard;
        all[w].idle = false;
    }
    for (size_t i = 0; i < r->shards_count; i++)
        assert_int_equal(taken[i], 1);
    return told;
}

static void one_worker_reads_a_log_in_one_go(void **state)
{
    (void)state;
    struct run r;
    run_fill(&r, false);
    assert_int_equal(work(&r, 1).begun, 1);
    run_empty(&r);
}

static void two_workers_meet_seldom(void **state)
{
    (void)state;
    struct run r;
    run_fill(&r, false);
    assert_in_range(work(&r, 2).begun, 2, 5);
    run_empty(&r);
}

/* The first worker joins as soon as all is read, or when it has done a step of the hash; what is left of that when everything
 * is read is left to the others. */
static void the_end_of_a_hash_is_left_to_others(void **state)
{
    (void)state;
    for (unsigned workers = 2; workers <= MOST_WORKERS; workers++) {
        struct run r;
        run_fill(&r, false);
        struct told told = work(&r, workers);
        uint64_t hash = HASH_BYTES + STEPS * STEP_BYTES, share = (PIECES * 100 + hash) / workers;
        uint64_t least = share > hash ? share : hash;
        assert_in_range(told.left, told.read, told.read + STEP_BYTES);
        assert_in_range(told.ended, least, least + 200);
        run_empty(&r);
    }
}

/* ... but not all of it, where it has nothing else to do. */
static void who_waits_hashes_meanwhile(void **state)
{
    (void)state;
    struct run r;
    run_fill(&r, false);
    r.schedule.others = 1;
    r.schedule.unread = 1; /* the other reads the last piece, and the hash has come to its end */
    r.cuts[0].hashed = HASH_BYTES;
    for (uint32_t i = 0; i < r.shards_count; i++)
        r.shards[i].taken = r.shards[i].piece != HASH_STEP;
    uint32_t first = schedule_take(&r, 0, NO_SHARD), second = schedule_take(&r, 0, first);
    assert_int_equal(r.shards[first].hash_from, HASH_BYTES);
    assert_int_equal(r.shards[second].hash_from, HASH_BYTES + STEP_BYTES);
    r.schedule.unread = 0;
    assert_int_equal(schedule_take(&r, 0, second), NO_SHARD);
    assert_false(schedule_wait(&r, 0));
    run_empty(&r);
}

static void files_of_a_log_are_read_in_order_too(void **state)
{
    (void)state;
    struct run r;
    run_fill(&r, true);
    assert_int_equal(work(&r, 1).begun, 2);
    run_empty(&r);
    run_fill(&r, true);
    assert_in_range(work(&r, 8).begun, 2, PIECES + LOGS);
    run_empty(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_worker_reads_a_log_in_one_go),
        cmocka_unit_test(two_workers_meet_seldom),
        cmocka_unit_test(the_end_of_a_hash_is_left_to_others),
        cmocka_unit_test(who_waits_hashes_meanwhile),
        cmocka_unit_test(files_of_a_log_are_read_in_order_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
