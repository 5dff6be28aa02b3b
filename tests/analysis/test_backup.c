/* What held the queue is the same however the log was cut: buckets of hours widen by the rows the whole log needs. */
#include "analysis/backup.h"
#include "postmortem/clock/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { DEFERRALS = 250000, DOMAINS = 3000, HOURS = 60 };

static struct analysis_options options;

static void deferral(void *state, uint64_t n)
{
    char text[40];
    struct instance instance = {.id = SLICE("qmail")};
    uint64_t mixed = n * UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xD6E8FEB86659FD93) >> 20;
    int length = snprintf(text, sizeof text, "a@d%u.example", (unsigned)(mixed % DOMAINS));
    struct attempt a = {.outcome = OUTCOME_DEFERRED,
                        .time = (when)(mixed / DOMAINS % HOURS) * HOUR,
                        .count = 1,
                        .recipient = slice_of(text, (size_t)length)};
    analysis_backup.attempt(state, &instance, &a);
}

static struct buf saved_of(unsigned parts, bool backwards)
{
    void *states[8];
    struct buf out = {0};
    for (unsigned i = 0; i < parts; i++)
        states[i] = analysis_backup.open(&options);
    for (uint64_t n = 0; n < DEFERRALS; n++)
        deferral(states[n % parts], backwards ? DEFERRALS - 1 - n : n);
    for (unsigned i = 1; i < parts; i++) {
        analysis_backup.merge(states[0], states[i]);
        analysis_backup.close(states[i]);
    }
    analysis_backup.save(states[0], &out);
    analysis_backup.close(states[0]);
    return out;
}

static void buckets_widen_the_same_for_any_cut_and_order(void **context)
{
    (void)context;
    struct buf whole = saved_of(1, false);
    for (unsigned parts = 1; parts <= 8; parts += 3) {
        struct buf cut = saved_of(parts, true);
        assert_true(slice_eq(buf_slice(&whole), buf_slice(&cut)));
        buf_fini(&cut);
    }
    struct slice in = buf_slice(&whole);
    struct backup *s = analysis_backup.open(&options);
    assert_true(analysis_backup.load(s, &in, 1));
    assert_true(s->width > 0);
    assert_true(s->held.count <= 1 << 16);
    uint64_t all = 0;
    for (size_t i = 0; i < s->held.count; i++)
        all += ((const struct held *)s->held.entries[i].row)->deferrals;
    assert_int_equal(all, DEFERRALS);
    analysis_backup.close(s);
    buf_fini(&whole);
}

static void damaged_states_are_refused(void **context)
{
    (void)context;
    struct buf whole = {0};
    struct backup *s = analysis_backup.open(&options);
    for (uint64_t n = 0; n < 50; n++)
        deferral(s, n);
    analysis_backup.save(s, &whole);
    analysis_backup.close(s);
    for (size_t n = 0; n < whole.n; n++) {
        struct slice in = slice_head(buf_slice(&whole), n);
        s = analysis_backup.open(&options);
        assert_false(analysis_backup.load(s, &in, 1));
        analysis_backup.close(s);
    }
    buf_fini(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_widen_the_same_for_any_cut_and_order),
        cmocka_unit_test(damaged_states_are_refused),
    };
    options = (struct analysis_options){WHEN_NONE, WHEN_NONE, zone_fixed(0), thresholds_default};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
