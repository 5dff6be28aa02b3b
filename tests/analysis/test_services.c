/* What daemons said: the same state however it was folded and merged, bounded, saved and loaded. */
#include "analysis/services.h"
#include "postmortem/clock/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { EVENTS = 24000 };

static struct analysis_options options;

static void say(void *state, struct instance *i, uint64_t n)
{
    char text[40];
    uint64_t mixed = (n + 1) * UINT64_C(0x9E3779B97F4A7C15) >> 40;
    int length = snprintf(text, sizeof text, "unable to open %u", (unsigned)(mixed % 900));
    struct event e = {.kind = EVENT_SERVICE,
                      .service = mixed % 7 ? SERVICE_ALERT : SERVICE_STOP,
                      .time = (when)(mixed % 5000) * SECOND,
                      .place = {.source = 0, .line = n + 1, .offset = n * 80},
                      .text = slice_of(text, (size_t)length)};
    if (mixed % 3 == 0)
        e = (struct event){.kind = EVENT_LOAD,
                           .time = e.time,
                           .place = e.place,
                           .running_local = 10,
                           .limit_local = 10,
                           .running_remote = (unsigned)(mixed % 20),
                           .limit_remote = 20};
    analysis_services.event(state, i, &e);
}

static struct buf saved_of(unsigned parts, bool backwards)
{
    void *states[5];
    struct instance instances[5];
    struct buf out = {0};
    for (unsigned i = 0; i < parts; i++) {
        states[i] = analysis_services.open(&options);
        instances[i] = (struct instance){.id = SLICE("qmail mx")};
    }
    for (uint64_t n = 0; n < EVENTS; n++)
        say(states[n % parts], &instances[n % parts], backwards ? EVENTS - 1 - n : n);
    for (unsigned i = 1; i < parts; i++) {
        analysis_services.merge(states[0], states[i]);
        analysis_services.close(states[i]);
    }
    analysis_services.save(states[0], &out);
    analysis_services.close(states[0]);
    return out;
}

static uint64_t counted(const struct services *s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s->counts.count; i++)
        for (unsigned e = 0; e < SERVICE_EVENTS; e++)
            n += ((const struct service_counts *)s->counts.entries[i].row)->n[e];
    return n;
}

static uint64_t limit_lines(const struct services *s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s->limits.count; i++)
        n += ((const struct limit_minute *)s->limits.entries[i].row)->lines;
    return n;
}

static void the_state_is_the_same_for_any_cut_and_order(void **context)
{
    (void)context;
    struct buf whole = saved_of(1, false);
    for (unsigned parts = 1; parts <= 5; parts += 2) {
        struct buf cut = saved_of(parts, true);
        assert_true(slice_eq(buf_slice(&whole), buf_slice(&cut)));
        buf_fini(&cut);
    }
    buf_fini(&whole);
}

static void all_are_counted_and_the_first_are_listed(void **context)
{
    (void)context;
    struct buf whole = saved_of(1, false);
    struct slice in = buf_slice(&whole);
    struct services *s = analysis_services.open(&options);
    assert_true(analysis_services.load(s, &in, 1));
    assert_int_equal(in.n, 0);
    assert_int_equal(s->others.count, SERVICES_LISTED);
    assert_true(s->stops.count > 0 && s->stops.count < SERVICES_LISTED);
    assert_int_equal(counted(s) + limit_lines(s), EVENTS);
    assert_int_equal(s->limits.count, 5000 / 60 + 1); /* local alone reaches its limit */
    when last = ((const struct service_row *)s->others.rows[0])->time;
    for (size_t i = 0; i < s->others.count; i++)
        assert_true(((const struct service_row *)s->others.rows[i])->time <= last);
    analysis_services.close(s);
    buf_fini(&whole);
}

static void what_has_no_time_is_counted_and_not_listed(void **context)
{
    (void)context;
    struct instance instance = {.id = SLICE("qmail mx")};
    struct event alert = {.kind = EVENT_SERVICE, .service = SERVICE_ALERT, .time = WHEN_NONE};
    struct event full = {
        .kind = EVENT_LOAD, .time = WHEN_NONE, .running_local = 10, .limit_local = 10};
    struct services *s = analysis_services.open(&options);
    analysis_services.event(s, &instance, &alert);
    analysis_services.event(s, &instance, &full);
    assert_int_equal(counted(s), 1);
    assert_int_equal(s->others.count + s->limits.count, 0);
    analysis_services.close(s);
}

static void damaged_states_are_refused(void **context)
{
    (void)context;
    struct buf whole = {0};
    struct instance instance = {.id = SLICE("qmail mx")};
    struct services *s = analysis_services.open(&options);
    for (uint64_t n = 0; n < 40; n++)
        say(s, &instance, n);
    analysis_services.save(s, &whole);
    analysis_services.close(s);
    for (size_t n = 0; n < whole.n; n++) {
        struct slice in = slice_head(buf_slice(&whole), n);
        s = analysis_services.open(&options);
        assert_false(analysis_services.load(s, &in, 1));
        analysis_services.close(s);
    }
    struct slice in = buf_slice(&whole);
    s = analysis_services.open(&options);
    assert_false(analysis_services.load(s, &in, 0)); /* places in a source there is not */
    analysis_services.close(s);
    buf_fini(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_state_is_the_same_for_any_cut_and_order),
        cmocka_unit_test(all_are_counted_and_the_first_are_listed),
        cmocka_unit_test(what_has_no_time_is_counted_and_not_listed),
        cmocka_unit_test(damaged_states_are_refused),
    };
    options = (struct analysis_options){WHEN_NONE, WHEN_NONE, zone_fixed(0), thresholds_default};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
