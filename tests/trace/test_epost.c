/* The join of E-Post: who is the message's own recipient, what is a copy, what the server made itself. */
#include "told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ID "B0000097586@mx.example.jp"

struct scene {
    struct trace *trace;
    struct told told;
    uint64_t line;
};

static void begin(struct scene *s)
{
    *s = (struct scene){.trace = trace_new(SLICE("epost"), 0, true)};
    struct trace_sink sink = told_sink(&s->told);
    trace_sink_set(s->trace, &sink);
}

/* 0, or after how many lines the trace goes on in another process, so to speak. */
static uint64_t handed_over_every;

static void hand_over(struct scene *s)
{
    struct buf bytes = {0}, again = {0};
    struct trace_sink sink = told_sink(&s->told);
    trace_save(s->trace, &bytes);
    trace_free(s->trace);
    struct slice in = buf_slice(&bytes);
    s->trace = trace_load(SLICE("epost"), 0, true, &in, 1);
    assert_non_null(s->trace);
    assert_int_equal(in.n, 0);
    trace_save(s->trace, &again);
    assert_true(slice_eq(buf_slice(&bytes), buf_slice(&again)));
    trace_sink_set(s->trace, &sink);
    buf_fini(&bytes);
    buf_fini(&again);
}

static struct event at(struct scene *s, int64_t second)
{
    s->line++;
    if (handed_over_every && s->line % handed_over_every == 0)
        hand_over(s);
    return (struct event){
        .time = second * SECOND, .printed = second * SECOND, .place = {s->line * 100, s->line, 0}};
}

static void inlog(struct scene *s, int64_t second, const char *id, const char *sender,
                  const char *recipients)
{
    struct event e = at(s, second);
    e.kind = EVENT_ACCEPT;
    e.queue_id = slice_str(id);
    e.sender = slice_str(sender);
    e.has_sender = true;
    e.recipients = slice_str(recipients);
    trace_event(s->trace, &e);
}

static void outcome(struct scene *s, int64_t second, const char *id, const char *sender,
                    const char *recipients, enum outcome result)
{
    struct event e = at(s, second);
    e.kind = EVENT_ATTEMPT;
    e.queue_id = slice_str(id);
    e.sender = slice_str(sender);
    e.has_sender = true;
    e.recipients = slice_str(recipients);
    e.outcome = result;
    e.final = true;
    trace_event(s->trace, &e);
}

static void verdict(struct scene *s, int64_t second, const char *id, enum verdict told)
{
    struct event e = at(s, second);
    e.kind = EVENT_SESSION;
    e.queue_id = slice_str(id);
    e.client = SLICE("192.0.2.10");
    e.login = SLICE("tanaka@example.jp");
    e.verdict = told;
    trace_event(s->trace, &e);
}

static bool not_covered(void *context, when entry, when last)
{
    (void)context;
    (void)entry;
    (void)last;
    return false;
}

static void end(struct scene *s, int64_t second, bool covered)
{
    struct trace_end finish = {.last = second * SECOND, .covered = covered ? NULL : not_covered};
    trace_finish(s->trace, &finish);
    trace_free(s->trace);
}

static size_t rows_with(const struct scene *s, const char *text)
{
    size_t n = 0;
    for (size_t i = 0; i < s->told.count; i++)
        n += strstr(s->told.rows[i], text) != NULL;
    return n;
}

static void reception_and_delivery_make_the_dwell(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    inlog(&s, 100, ID, "alice@example.com", "tanaka@example.jp suzuki@example.jp");
    outcome(&s, 102, ID, "alice@example.com", "tanaka@example.jp", OUTCOME_SENT);
    outcome(&s, 109, ID, "alice@example.com", "SUZUKI@example.jp", OUTCOME_SENT);
    assert_int_equal(rows_with(&s, "message"), 1); /* folded at once */
    end(&s, 200, true);
    assert_int_equal(rows_with(&s, "accepted 1 entry 100000000 done 109000000 end 1"), 1);
    assert_int_equal(rows_with(&s, "suzuki@example.jp=delivered,1/0,109000000"), 1);
    told_free(&s.told);
}

static void a_null_sender_line_of_a_mail_that_has_one_is_the_servers_own(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    inlog(&s, 100, ID, "tanaka@example.jp", "nobody@example.com");
    outcome(&s, 200, ID, "tanaka@example.jp", "nobody@example.com", OUTCOME_BOUNCED);
    outcome(&s, 201, ID, "", "tanaka@example.jp",
            OUTCOME_SENT); /* the bounce, under the same id, after the end */
    outcome(&s, 202, ID, "", "tanaka@example.jp", OUTCOME_SENT); /* once more: still one */
    end(&s, 300, true);
    assert_int_equal(rows_with(&s, "extra 1 "), 1); /* EXTRA_SERVER_MADE */
    assert_int_equal(rows_with(&s, "nobody@example.com=bounced"), 1);
    assert_int_equal(rows_with(&s, "attempt"), 3);
    told_free(&s.told);
}

static void members_of_a_list_are_derived_and_a_resend_is_not(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    inlog(&s, 100, ID, "carol@example.org", "ml-all@example.jp");
    outcome(&s, 104, ID, "carol@example.org", "ml-all@example.jp", OUTCOME_SENT);
    outcome(&s, 105, ID, "ml-all-request@example.jp", "member1@example.com", OUTCOME_SENT);
    outcome(&s, 106, ID, "ml-all-request@example.jp", "member2@example.com", OUTCOME_SENT);
    outcome(&s, 107, ID, "carol@example.org", "ml-all@example.jp", OUTCOME_SENT);
    end(&s, 300, true);
    assert_int_equal(rows_with(&s, "extra 0 "), 2); /* EXTRA_DERIVED */
    assert_int_equal(rows_with(&s, "ml-all@example.jp=delivered,1/0,104000000"), 1);
    told_free(&s.told);
}

static void an_aborted_message_without_delivery_was_never_accepted(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    inlog(&s, 100, ID, "bob@example.net", "tanaka@example.jp");
    verdict(&s, 100, ID, VERDICT_ABORTED);
    inlog(&s, 110, "B0000097587@mx.example.jp", "bob@example.net", "sato@example.jp");
    verdict(&s, 110, "B0000097587", VERDICT_ABORTED);
    outcome(&s, 111, "B0000097587@mx.example.jp", "bob@example.net", "sato@example.jp",
            OUTCOME_SENT);
    end(&s, 300, true);
    assert_int_equal(rows_with(&s, "extra 2 "), 1); /* EXTRA_REFUSED */
    assert_int_equal(rows_with(&s, "message"), 1);
    assert_int_equal(rows_with(&s, "sato@example.jp=delivered"), 1);
    told_free(&s.told);
}

static void a_deferral_concerns_whoever_of_the_domain_still_waits(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    inlog(&s, 100, ID, "tanaka@example.jp", "a@example.com b@example.com c@example.net");
    outcome(&s, 101, ID, "tanaka@example.jp", "a@example.com", OUTCOME_SENT);
    struct event e = at(&s, 102);
    e.kind = EVENT_ATTEMPT;
    e.queue_id = SLICE("B0000097586"); /* senderlog names the base alone */
    e.domain = SLICE("EXAMPLE.COM");
    e.outcome = OUTCOME_DEFERRED;
    trace_event(s.trace, &e);
    end(&s, 300, true);
    assert_int_equal(rows_with(&s, "b@example.com=queued,1/1"), 1);
    assert_int_equal(rows_with(&s, "c@example.net=queued,0/0"), 1);
    assert_int_equal(rows_with(&s, "attempt 2 "), 1);
    told_free(&s.told);
}

static void queued_is_said_only_where_the_logs_and_the_age_allow(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    inlog(&s, 100, ID, "a@example.jp", "x@example.com");
    end(&s, 100 + 23 * 3600, true);
    assert_int_equal(rows_with(&s, "x@example.com=queued"), 1);
    told_free(&s.told);
    begin(&s);
    inlog(&s, 100, ID, "a@example.jp", "x@example.com");
    end(&s, 100 + 24 * 3600, true); /* given up by now: the end was not seen */
    assert_int_equal(rows_with(&s, "x@example.com=unknown"), 1);
    told_free(&s.told);
    begin(&s);
    inlog(&s, 100, ID, "a@example.jp", "x@example.com");
    end(&s, 200, false); /* outlog is not there */
    assert_int_equal(rows_with(&s, "x@example.com=unknown"), 1);
    told_free(&s.told);
}

static void an_id_without_reception_began_before(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    outcome(&s, 101, ID, "old@example.jp", "x@example.com", OUTCOME_SENT);
    outcome(&s, 102, "B0000097600@mx.example.jp", "", "y@example.jp", OUTCOME_SENT);
    end(&s, 200, true);
    assert_int_equal(rows_with(&s, "message"), 1);
    assert_int_equal(rows_with(&s, "accepted 0"), 2); /* and one outside */
    assert_int_equal(rows_with(&s, "x@example.com=delivered"), 1);
    assert_int_equal(rows_with(&s, "extra 1 "), 1);
    told_free(&s.told);
}

static void a_delivery_seen_before_its_reception_caps_the_entry(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    outcome(&s, 105, ID, "a@example.jp", "x@example.com",
            OUTCOME_SENT); /* another computer's clock */
    struct event e = at(&s, 110);
    e.kind = EVENT_ACCEPT;
    e.printed =
        100 * SECOND; /* a later mail of an authenticated session repeats the stamp of the login */
    e.queue_id = SLICE(ID);
    e.sender = SLICE("a@example.jp");
    e.has_sender = true;
    e.recipients = SLICE("x@example.com");
    trace_event(s.trace, &e);
    end(&s, 200, true);
    assert_int_equal(rows_with(&s, "accepted 1 entry 105000000 done 105000000 end 1"), 1);
    told_free(&s.told);
}

static void settled_ids_are_forgotten_when_no_line_of_them_can_follow(void **state)
{
    (void)state;
    struct scene s;
    char id[40];
    begin(&s);
    handed_over_every *= 97;
    for (int i = 0; i < 5000; i++) {
        snprintf(id, sizeof id, "B%010d@mx.example.jp", i + 1);
        inlog(&s, i * 60, id, "a@example.jp", "x@example.com");
        outcome(&s, i * 60 + 1, id, "a@example.jp", "x@example.com", OUTCOME_SENT);
    }
    assert_true(trace_open_count(s.trace) <= 25 * 60 + 2); /* a minute each: 25 hours of them */
    end(&s, 5000 * 60, true);
    handed_over_every /= 97;
    assert_int_equal(rows_with(&s, "message"), 5000);
    told_free(&s.told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reception_and_delivery_make_the_dwell),
        cmocka_unit_test(a_null_sender_line_of_a_mail_that_has_one_is_the_servers_own),
        cmocka_unit_test(members_of_a_list_are_derived_and_a_resend_is_not),
        cmocka_unit_test(an_aborted_message_without_delivery_was_never_accepted),
        cmocka_unit_test(a_deferral_concerns_whoever_of_the_domain_still_waits),
        cmocka_unit_test(queued_is_said_only_where_the_logs_and_the_age_allow),
        cmocka_unit_test(an_id_without_reception_began_before),
        cmocka_unit_test(a_delivery_seen_before_its_reception_caps_the_entry),
        cmocka_unit_test(settled_ids_are_forgotten_when_no_line_of_them_can_follow),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    handed_over_every =
        1; /* whatever holds in one go holds when the trace is saved and loaded before every line */
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
