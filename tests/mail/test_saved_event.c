/* Events as bytes: what is saved is loaded again, and what no event can hold is refused. */
#include "postmortem/mail/saved_event.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void an_event_saved_and_loaded_is_the_same(void **context)
{
    struct event e = {.kind = EVENT_ATTEMPT,
                      .time = 5 * SECOND,
                      .printed = WHEN_NONE,
                      .recipient = SLICE("a@example.jp"),
                      .code = 250,
                      .delay = 3 * SECOND,
                      .has_delay = true,
                      .has_phases = true,
                      .phases = {SECOND, 0, SECOND, SECOND}};
    struct event told;
    struct buf out = {0};
    (void)context;
    event_save(&e, &out);
    struct slice in = buf_slice(&out);
    assert_true(event_load(&in, &told));
    assert_int_equal(in.n, 0);
    assert_int_equal(told.time, e.time);
    assert_int_equal(told.printed, WHEN_NONE);
    assert_true(slice_eq(told.recipient, e.recipient));
    assert_int_equal(told.delay, e.delay);
    assert_true(told.has_phases);
    assert_int_equal(told.phases.transfer, SECOND);
    buf_fini(&out);
}

/* Fields 34 to 39 are the delay and its phases; only instants may be WHEN_NONE. */
static void a_span_that_is_none_is_refused(void **context)
{
    (void)context;
    for (char field = 34; field < 40; field++) {
        struct buf out = {0};
        struct event e;
        buf_byte(&out, 1);
        buf_byte(&out, field);
        buf_signed(&out, WHEN_NONE);
        struct slice in = buf_slice(&out);
        assert_false(event_load(&in, &e));
        buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_saved_and_loaded_is_the_same),
        cmocka_unit_test(a_span_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
