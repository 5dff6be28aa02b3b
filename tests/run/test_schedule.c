/* Who reads what: every shard is taken once, and workers meet in a log as seldom as they can. */
#include "postmortem/base/memory.h"
#include "run/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PIECES = 20, LOGS = 5 };

/* One log cut into pieces beside its hash, and LOGS files of another log, each a shard. */
static void run_fill(struct run *r, bool files)
{
    size_t sources = 1 + (files ? LOGS : 0);
    *r = (struct run){.surveyed = mem_new(sources * sizeof(struct surveyed)),
                      .shards = mem_new((PIECES + 1 + LOGS) * sizeof(struct shard)),
                      .cuts = mem_new(sizeof(struct cuts)),
                      .cuts_count = 1};
    pthread_mutex_init(&r->schedule.lock, NULL);
    r->cuts[0].count = PIECES;
    for (uint32_t i = 0; i < sources; i++) {
        r->surveyed[i].copies = NO_COPIES;
        r->surveyed[i].stream = i > 0;
        r->surveyed[i].rank = i ? i - 1 : 0;
    }
    for (uint32_t i = 0; i < PIECES + 1 + (sources - 1); i++) {
        struct shard *s = &r->shards[r->shards_count++];
        *s = (struct shard){.count = 1, .bytes = 100, .sources = mem_new(sizeof(uint32_t))};
        s->piece = i < PIECES ? i : i == PIECES ? HASH : WHOLE;
        s->sources[0] = i > PIECES ? i - PIECES : 0;
        if (i == PIECES)
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
    pthread_mutex_destroy(&r->schedule.lock);
}

/* Workers take turns, the one that has read the least next; how many shards of a log did not go on where their worker ended? */
static size_t beginnings(struct run *r, unsigned workers)
{
    uint32_t last[8];
    uint64_t spent[8] = {0};
    size_t begun = 0, taken[PIECES + 1 + LOGS] = {0}, count = 0;
    for (unsigned i = 0; i < workers; i++)
        last[i] = NO_SHARD;
    for (;;) {
        unsigned w = 0;
        for (unsigned i = 1; i < workers; i++)
            w = spent[i] < spent[w] ? i : w;
        uint32_t shard = schedule_take(r, last[w]);
        if (shard == NO_SHARD)
            break;
        taken[shard]++;
        count++;
        begun +=
            r->shards[shard].chained && (last[w] == NO_SHARD || r->shards[last[w]].next != shard);
        spent[w] += r->shards[shard].bytes;
        last[w] = shard;
    }
    assert_int_equal(count, r->shards_count);
    for (size_t i = 0; i < r->shards_count; i++)
        assert_int_equal(taken[i], 1);
    return begun;
}

static void one_worker_reads_a_log_in_one_go(void **state)
{
    (void)state;
    struct run r;
    run_fill(&r, false);
    assert_int_equal(beginnings(&r, 1), 1);
    run_empty(&r);
}

static void two_workers_meet_seldom(void **state)
{
    (void)state;
    struct run r;
    run_fill(&r, false);
    assert_in_range(beginnings(&r, 2), 2, 5);
    run_empty(&r);
}

static void files_of_a_log_are_read_in_order_too(void **state)
{
    (void)state;
    struct run r;
    run_fill(&r, true);
    assert_int_equal(beginnings(&r, 1), 2);
    run_empty(&r);
    run_fill(&r, true);
    assert_in_range(beginnings(&r, 8), 2, PIECES + LOGS);
    run_empty(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_worker_reads_a_log_in_one_go),
        cmocka_unit_test(two_workers_meet_seldom),
        cmocka_unit_test(files_of_a_log_are_read_in_order_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
