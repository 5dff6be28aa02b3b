/* Who reads what: every shard is taken once, and workers meet in a log as seldom as they can. */
#include "postmortem/base/memory.h"
#include "run/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PIECES = 20, LOGS = 5, HASHES = 2 };

/* One log cut into pieces beside its hash and the end of that, and LOGS files of another log, each a shard. */
static void run_fill(struct run *r, bool files)
{
    size_t sources = 1 + (files ? LOGS : 0);
    *r = (struct run){.surveyed = mem_new(sources * sizeof(struct surveyed)),
                      .shards = mem_new((PIECES + HASHES + LOGS) * sizeof(struct shard)),
                      .cuts = mem_new(sizeof(struct cuts)),
                      .cuts_count = 1};
    pthread_mutex_init(&r->schedule.lock, NULL);
    pthread_cond_init(&r->schedule.all_read, NULL);
    r->cuts[0].count = PIECES;
    for (uint32_t i = 0; i < sources; i++) {
        r->surveyed[i].copies = NO_COPIES;
        r->surveyed[i].stream = i > 0;
        r->surveyed[i].rank = i ? i - 1 : 0;
    }
    for (uint32_t i = 0; i < PIECES + HASHES + (sources - 1); i++) {
        struct shard *s = &r->shards[r->shards_count++];
        *s = (struct shard){.count = 1, .bytes = 100, .sources = mem_new(sizeof(uint32_t))};
        s->piece = i < PIECES ? i : i == PIECES ? HASH : i == PIECES + 1 ? HASH_END : WHOLE;
        s->cuts = s->piece == WHOLE ? NULL : r->cuts;
        s->sources[0] = i > PIECES + 1 ? i - PIECES - 1 : 0;
        if (s->piece == HASH)
            s->bytes = 700;
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
    pthread_cond_destroy(&r->schedule.all_read);
    pthread_mutex_destroy(&r->schedule.lock);
}

struct told {
    size_t begun;         /* shards of a log that did not go on where their worker ended */
    uint64_t read, ended; /* when all was read, and when all was done */
    unsigned ended_by;    /* who took the end of the hash */
};

/* Workers take turns, the one that is done first next. */
static struct told work(struct run *r, unsigned workers)
{
    uint32_t last[8];
    uint64_t spent[8] = {0};
    bool gone[8] = {false};
    size_t taken[PIECES + HASHES + LOGS] = {0};
    struct told told = {0};
    r->schedule.others = workers - 1;
    for (unsigned i = 0; i < workers; i++)
        last[i] = NO_SHARD;
    for (;;) {
        unsigned w = workers;
        for (unsigned i = 0; i < workers; i++)
            if (!gone[i] && (w == workers || spent[i] < spent[w]))
                w = i;
        if (w == workers)
            break;
        uint32_t shard = schedule_take(r, w, last[w]);
        gone[w] = shard == NO_SHARD;
        if (gone[w])
            continue;
        const struct shard *s = &r->shards[shard];
        taken[shard]++;
        told.begun += s->chained && (last[w] == NO_SHARD || r->shards[last[w]].next != shard);
        spent[w] += s->bytes;
        if (s->piece == HASH_END)
            told.ended_by = w;
        else if (s->piece != HASH && spent[w] > told.read)
            told.read = spent[w];
        if (spent[w] > told.ended)
            told.ended = spent[w];
        last[w] = shard;
    }
    schedule_await(r);
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

/* All that is left when everything is read is the end of the hash, and the first worker, who joins then, has not got it. */
static void the_end_of_a_hash_is_left_to_others(void **state)
{
    (void)state;
    for (unsigned workers = 2; workers <= 8; workers++) {
        struct run r;
        run_fill(&r, false);
        struct told told = work(&r, workers);
        uint64_t share = (PIECES + 8) * 100 / workers, least = share > 800 ? share : 800;
        assert_int_not_equal(told.ended_by, 0);
        assert_in_range(told.ended, least, least + 200);
        assert_true(told.read <= told.ended);
        run_empty(&r);
    }
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
        cmocka_unit_test(files_of_a_log_are_read_in_order_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
