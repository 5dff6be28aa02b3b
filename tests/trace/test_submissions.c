/* Who gave a message to qmail: each grade, and what is not to be joined. */
#include "scene.h"

#include "trace/submissions.h"

static struct event smtp(int64_t second, uint64_t pid, const char *ip, const char *sender)
{
    struct event e = at(second, "", EVENT_SESSION);
    e.pid = pid;
    e.client = slice_str(ip);
    e.sender = slice_str(sender ? sender : "");
    e.has_sender = sender != NULL;
    return e;
}

static void session(int64_t second, uint64_t pid, const char *ip, const char *sender)
{
    struct event e = smtp(second, pid, ip, sender);
    say(&e);
}

/* qlogreceived */
static void received(int64_t second, uint64_t qp, const char *ip, const char *sender)
{
    struct event e = smtp(second, 790, ip, sender);
    e.qp = qp;
    e.helo = SLICE("pc");
    e.login = SLICE("alice");
    e.verdict = VERDICT_OK;
    say(&e);
}

static void new_msg(int64_t second, const char *id)
{
    struct event e = at(second, id, EVENT_ACCEPT);
    say(&e);
}

static void info(int64_t second, const char *id, const char *sender, uint64_t qp)
{
    struct event e = at(second, id, EVENT_ENVELOPE);
    e.sender = slice_str(sender);
    e.has_sender = true;
    e.size = 2048;
    e.qp = qp;
    say(&e);
}

static void message(int64_t second, const char *id, const char *sender, uint64_t qp)
{
    new_msg(second, id);
    info(second, id, sender, qp);
}

static void delivery(int64_t second, const char *id, uint64_t number, uint64_t forwarded)
{
    struct event e = at(second, id, EVENT_START);
    e.delivery_id = number;
    e.recipient = SLICE("b@example.jp");
    say(&e);
    e = at(second, "", EVENT_ATTEMPT);
    e.delivery_id = number;
    e.outcome = OUTCOME_SENT;
    e.final = true;
    e.link = forwarded ? LINK_FORWARD : LINK_NONE;
    e.qp = forwarded;
    say(&e);
}

static void the_line_with_the_qp_is_exact(void **state)
{
    (void)state;
    begin("qmail");
    session(99, 801, "192.0.2.9", "a@example.jp");
    received(100, 812, "192.0.2.7", "a@example.jp");
    message(101, "11", "a@example.jp", 812);
    end(200);
    row("11 from <a@example.jp>", 1);
    row("given by 192.0.2.7 helo pc login alice grade 3", 1);
}

static void it_may_come_after_the_message(void **state)
{
    (void)state;
    begin("qmail");
    session(99, 801, "192.0.2.7", "a@example.jp");
    message(100, "11", "a@example.jp", 812);
    message(100, "12", "c@example.jp", 813);
    received(160, 812, "192.0.2.7", "a@example.jp");
    end(200);
    row("message 11 from <a@example.jp> accepted 1", 1);
    row("given by 192.0.2.7 helo pc login alice grade 3", 1);
    row("grade", 1);
}

static void but_not_too_late_nor_after_its_end(void **state)
{
    (void)state;
    begin("qmail");
    message(100, "11", "a@example.jp", 812);
    message(100, "12", "c@example.jp", 813);
    done(102, "12", OUTCOME_NONE);
    received(103, 813, "192.0.2.7", "c@example.jp");
    new_msg(104, "12"); /* the id is used again, and has no envelope yet */
    received(105, 813, "192.0.2.7", "c@example.jp");
    received(161, 812, "192.0.2.7", "a@example.jp");
    end(200);
    row("grade", 0);
}

static void a_pid_used_again_by_another_sender_is_not_joined(void **state)
{
    (void)state;
    begin("qmail");
    received(100, 812, "192.0.2.7", "a@example.jp");
    message(101, "11", "x@example.jp", 812);
    message(101, "12", "y@example.jp", 813);
    received(102, 813, "192.0.2.7", "a@example.jp");
    end(200);
    row("grade", 0);
}

static void of_two_lines_with_the_qp_the_newest_counts(void **state)
{
    (void)state;
    begin("qmail");
    received(100, 812, "192.0.2.6", "a@example.jp");
    received(140, 812, "192.0.2.7", "a@example.jp");
    message(141, "11", "a@example.jp", 812);
    end(200);
    row("given by 192.0.2.7 helo pc login alice grade 3", 1);
}

static void offers_live_for_a_minute(void **state)
{
    (void)state;
    begin("qmail");
    received(100, 812, "192.0.2.7", "a@example.jp");
    message(160, "11", "a@example.jp", 812);
    message(161, "12", "a@example.jp", 812);
    end(200);
    row("message 11 from <a@example.jp> accepted 1 entry 160000000", 1);
    row("grade", 1);
}

static void a_clock_set_back_ends_them(void **state)
{
    (void)state;
    begin("qmail");
    received(100, 812, "192.0.2.7", "a@example.jp");
    message(98, "11", "a@example.jp", 812);
    message(101, "12", "a@example.jp", 812);
    end(200);
    row("grade", 0);
    begin("qmail");
    received(100, 812, "192.0.2.7", "a@example.jp");
    message(99, "11", "a@example.jp", 812); /* processes overtake each other */
    end(200);
    row("grade 3", 1);
}

static void without_times_nothing_is_joined(void **state)
{
    (void)state;
    begin("qmail");
    struct event e = smtp(0, 801, "192.0.2.7", "a@example.jp");
    e.qp = 812;
    e.time = WHEN_NONE;
    say(&e);
    e = at(0, "11", EVENT_ENVELOPE);
    e.time = WHEN_NONE;
    e.sender = SLICE("a@example.jp");
    e.has_sender = true;
    e.qp = 812;
    say(&e);
    received(100, 813, "192.0.2.7", "a@example.jp");
    e.queue_id = SLICE("12");
    e.qp = 813;
    say(&e);
    end(200);
    row("from <a@example.jp>", 2);
    row("grade", 0);
}

static void the_nearest_session_that_named_the_sender_is_joined_by_pid(void **state)
{
    (void)state;
    begin("qmail");
    session(90, 801, "192.0.2.6", NULL);
    session(91, 801, "192.0.2.6", "a@example.jp");
    session(92, 805, "192.0.2.7", NULL);
    session(93, 805, "192.0.2.7", "a@example.jp");
    session(94, 813, "192.0.2.8", "a@example.jp"); /* after qmail-queue */
    message(100, "11", "a@example.jp", 812);
    end(200);
    row("given by 192.0.2.7 helo  login  grade 2", 1);
}

static void a_session_brings_its_helo_and_its_only_login(void **state)
{
    (void)state;
    begin("qmail");
    struct event e = smtp(90, 805, "192.0.2.7", "a@example.jp");
    e.helo = SLICE("pc");
    say(&e);
    e.kind = EVENT_LOGIN;
    e.auth = VERDICT_OK;
    e.helo = SLICE("");
    e.login = SLICE("alice");
    say(&e);
    message(100, "11", "a@example.jp", 812);
    e.login = SLICE("bob");
    say(&e);
    message(100, "12", "a@example.jp", 813);
    end(200);
    row("given by 192.0.2.7 helo pc login alice grade 2", 1);
    row("given by 192.0.2.7 helo pc login  grade 2", 1);
}

static void the_nearest_session_did_not_name_the_sender(void **state)
{
    (void)state;
    begin("qmail");
    session(90, 804, "192.0.2.6", "a@example.jp");
    session(91, 803, "192.0.2.7", "a@example.jp");
    session(92, 805, "192.0.2.8", NULL);
    session(93, 805, "192.0.2.8", "x@example.jp");
    session(93, 806, "192.0.2.8", NULL);
    message(100, "11", "a@example.jp", 812);
    end(200);
    row("grade", 0); /* neither by pid, nor by time: two clients named it */
}

static void a_pid_given_out_anew_is_another_session(void **state)
{
    (void)state;
    begin("qmail");
    session(90, 805, "192.0.2.7", "a@example.jp");
    session(91, 805, "192.0.2.8", NULL);
    session(92, 700, "192.0.2.9", "a@example.jp");
    message(100, "11", "a@example.jp", 812);
    end(200);
    row("grade", 0);
}

static void pids_too_far_apart_prove_nothing(void **state)
{
    (void)state;
    begin("qmail");
    session(90, 812 - SUBMISSION_NEAR, "192.0.2.7", "a@example.jp");
    session(90, 100, "192.0.2.8", "a@example.jp");
    message(100, "11", "a@example.jp", 812);
    message(100, "12", "a@example.jp", 813);
    message(100, "13", "a@example.jp", 20); /* pids began anew */
    end(200);
    row("given by 192.0.2.7 helo  login  grade 2", 1);
    row("grade", 1);
}

static void one_client_of_the_sender_is_joined_by_time(void **state)
{
    (void)state;
    begin("qmail");
    session(90, 0, "192.0.2.7", "A_b@Example.jp");
    session(91, 0, "192.0.2.7", "a%b@example.jp"); /* as qmail-send writes it */
    session(92, 0, "192.0.2.8", "x@example.jp");
    message(100, "11", "a_b@example.jp", 812);
    end(200);
    row("given by 192.0.2.7 helo  login  grade 1", 1);
}

static void two_clients_of_one_sender_are_none(void **state)
{
    (void)state;
    begin("qmail");
    session(90, 0, "192.0.2.7", "a@example.jp");
    session(91, 0, "192.0.2.8", "a@example.jp");
    message(100, "11", "a@example.jp", 812);
    message(151, "12", "a@example.jp", 813); /* the first is forgotten */
    end(200);
    row("message 12 from <a@example.jp> accepted 1", 1);
    row("given by 192.0.2.8 helo  login  grade 1", 1);
    row("grade", 1);
}

static void what_was_refused_or_thrown_away_offers_nothing(void **state)
{
    (void)state;
    begin("qmail");
    struct event e = smtp(90, 805, "192.0.2.7", "a@example.jp");
    e.kind = EVENT_REJECT;
    say(&e);
    e.kind = EVENT_LOGIN;
    e.auth = VERDICT_FAILED;
    say(&e);
    e.kind = EVENT_SESSION;
    e.verdict = VERDICT_TIMEOUT;
    say(&e);
    e.verdict = VERDICT_ABORTED;
    say(&e);
    e.verdict = VERDICT_FAILED;
    e.outcome = OUTCOME_DISCARDED;
    say(&e);
    e.outcome = OUTCOME_NONE;
    e.client = SLICE("");
    say(&e);
    message(100, "11", "a@example.jp", 812);
    end(200);
    row("grade", 0);
}

static void bounces_and_forwards_take_nothing(void **state)
{
    (void)state;
    begin("qmail");
    received(90, 812, "192.0.2.7", "a@example.jp");
    message(91, "11", "a@example.jp", 812);
    delivery(92, "11", 1, 820);
    session(93, 819, "192.0.2.8", "a@example.jp");
    message(94, "12", "a@example.jp", 820);
    struct event e = at(95, "11", EVENT_LINK);
    e.link = LINK_BOUNCE;
    e.qp = 830;
    say(&e);
    received(95, 830, "192.0.2.9", "");
    message(96, "13", "", 830);
    message(97, "14", "#@[]", 830);
    received(98, 830, "192.0.2.9", "");
    end(200);
    row("message 11 from <a@example.jp> accepted 1", 1);
    row("given by 192.0.2.7 helo pc login alice grade 3", 1);
    row("grade", 1);
    row("notice at", 1);
}

static void a_line_with_the_qp_after_a_forward_is_another_message_s(void **state)
{
    (void)state;
    begin("qmail");
    message(91, "11", "a@example.jp", 812);
    delivery(92, "11", 1, 820);
    received(93, 820, "192.0.2.7", "a@example.jp");
    message(94, "12", "a@example.jp", 820);
    end(200);
    row("grade 3", 1);
}

static void an_envelope_told_again_keeps_its_client(void **state)
{
    (void)state;
    begin("qmail");
    received(90, 812, "192.0.2.7", "a@example.jp");
    message(91, "11", "a@example.jp", 812);
    session(200, 0, "192.0.2.8", "a@example.jp");
    info(201, "11", "a@example.jp", 812); /* the daemon was started anew */
    end(300);
    row("given by 192.0.2.7 helo pc login alice grade 3", 1);
}

static void what_is_kept_is_bounded(void **state)
{
    (void)state;
    begin("qmail");
    char name[600];
    memset(name, 'x', sizeof name);
    session(100, 0, "192.0.2.6", "a@example.jp");
    session(100, 0, "192.0.2.5", "c@example.jp");
    for (unsigned i = 0; i < SUBMISSION_MOST - 1; i++) {
        struct event e = smtp(100, 0, "192.0.2.7", "x@example.jp");
        e.helo = slice_of(name, sizeof name);
        say(&e);
    }
    message(100, "11", "a@example.jp", 812); /* the oldest is gone */
    message(100, "12", "c@example.jp", 813);
    message(100, "13", "x@example.jp", 814);
    struct buf bytes = {0};
    trace_save(trace, &bytes);
    assert_true(bytes.n < SUBMISSION_MOST * 320);
    buf_fini(&bytes);
    end(200);
    row("message 12 from <c@example.jp>", 1);
    row("given by 192.0.2.5", 1);
    row("given by 192.0.2.7", 1);
    row("grade", 2);
}

static void names_that_are_too_long_are_cut_or_name_nobody(void **state)
{
    (void)state;
    begin("qmail");
    char name[1200];
    memset(name, 'x', sizeof name);
    struct event e = smtp(100, 0, "192.0.2.7", "a@example.jp");
    e.helo = slice_of(name, sizeof name);
    say(&e);
    message(100, "11", "a@example.jp", 812);
    e.sender = slice_of(name, sizeof name);
    say(&e);
    struct event envelope = at(101, "12", EVENT_ENVELOPE);
    envelope.sender = e.sender;
    envelope.has_sender = true;
    say(&envelope);
    end(200);
    struct buf want = {0};
    buf_printf(&want, "helo %.*s login  grade 1", 255, name);
    buf_byte(&want, '\0');
    row(want.p, 1);
    row("grade", 1);
    buf_fini(&want);
}

static void a_trace_goes_on_where_it_was_saved(void **state)
{
    (void)state;
    begin("qmail");
    received(100, 812, "192.0.2.7", "a@example.jp");
    message(100, "11", "c@example.jp", 813);
    struct buf bytes = {0}, again = {0};
    trace_save(trace, &bytes);
    struct slice in = buf_slice(&bytes);
    struct trace *loaded = trace_load(SLICE("qmail"), 0, true, &in, 1);
    assert_non_null(loaded);
    assert_int_equal(in.n, 0);
    trace_save(loaded, &again);
    assert_true(slice_eq(buf_slice(&bytes), buf_slice(&again)));
    struct trace_sink sink = told_sink(&told);
    trace_sink_set(loaded, &sink);
    trace_free(trace);
    trace = loaded;
    message(101, "12", "a@example.jp", 812);
    received(102, 813, "192.0.2.8", "c@example.jp");
    end(200);
    row("given by 192.0.2.7", 1);
    row("given by 192.0.2.8", 1);
    buf_fini(&bytes);
    buf_fini(&again);
}

/* The same lines in one part and cut before each of them. */
static void a_cut_between_the_lines_changes_nothing(void **state)
{
    (void)state;
    struct event log[10];
    size_t n = 0;
    begin("qmail");
    log[n++] = smtp(100, 801, "192.0.2.7", "a@example.jp");
    log[n++] = at(101, "11", EVENT_ACCEPT);
    log[n] = at(101, "11", EVENT_ENVELOPE);
    log[n].sender = SLICE("a@example.jp");
    log[n].has_sender = true;
    log[n++].qp = 803;
    log[n] = smtp(102, 801, "192.0.2.7", "a@example.jp");
    log[n++].qp = 803;
    log[n++] = at(103, "11", EVENT_DONE);
    log[n++] = smtp(104, 805, "192.0.2.8", "c@example.jp");
    log[n++] = at(164, "12", EVENT_ACCEPT);
    log[n] = at(164, "12", EVENT_ENVELOPE);
    log[n].sender = SLICE("c@example.jp");
    log[n].has_sender = true;
    log[n++].qp = 806;
    trace_free(trace);
    for (size_t cut = 0; cut <= n; cut++) {
        begin("qmail");
        struct trace_sink sink = told_sink(&told);
        struct trace *later = trace_new(SLICE("qmail"), 0, false);
        trace_sink_set(later, &sink);
        for (size_t i = 0; i < n; i++)
            trace_event(i < cut ? trace : later, &log[i]);
        trace_join(trace, later);
        trace_free(later);
        end(200);
        row("given by 192.0.2.7 helo  login  grade 3", 1);
        row("given by 192.0.2.8 helo  login  grade 2", 1);
    }
}

static void bounce(when time, uint64_t qp, when child)
{
    struct event e = at(0, "11", EVENT_LINK);
    e.time = time;
    e.link = LINK_BOUNCE;
    e.qp = qp;
    say(&e);
    e = at(0, "12", EVENT_ENVELOPE);
    e.time = child;
    e.has_sender = true;
    e.qp = qp;
    say(&e);
}

static void a_bounce_without_time_is_its_parent_s_if_that_has_none(void **state)
{
    (void)state;
    begin("qmail");
    bounce(WHEN_NONE, 830, WHEN_NONE);
    bounce(WHEN_NONE, 831, WHEN_NONE);
    bounce(100 * SECOND, 832, WHEN_NONE);
    bounce(WHEN_NONE, 833, 100 * SECOND);
    end(200);
    row("notice at", 2);
}

/* How many notices are told where a line with that stamp stands between a bounce at 1000 s and its child. */
static void notices_are(size_t n, when between, when child)
{
    begin("qmail");
    struct event e = at(1000, "11", EVENT_LINK), load = at(0, "", EVENT_LOAD);
    e.link = LINK_BOUNCE;
    e.qp = 830;
    say(&e);
    load.time = between;
    load.running_local = 1;
    say(&load);
    for (unsigned twice = 0; twice < 2; twice++) {
        e = at(0, "12", EVENT_ENVELOPE);
        e.time = child;
        e.has_sender = true;
        e.qp = 830;
        say(&e);
    }
    end(2000);
    row("notice at", n);
}

static void a_bounce_is_its_parent_s_once_and_for_a_minute_of_the_log(void **state)
{
    (void)state;
    notices_are(1, 1000 * SECOND, 1060 * SECOND);
    notices_are(0, 1000 * SECOND, 1061 * SECOND);
    notices_are(0, 1061 * SECOND, 1001 * SECOND);
    notices_are(1, 940 * SECOND, 1001 * SECOND);
    notices_are(0, 939 * SECOND, 1001 * SECOND);
    notices_are(1, WHEN_NONE, 1001 * SECOND);
}

static void damage_is_refused(const struct buf *whole)
{
    for (size_t n = 0; n < whole->n; n++) {
        struct slice in = slice_head(buf_slice(whole), n);
        assert_null(trace_load(SLICE("qmail"), 0, true, &in, 1));
    }
}

static void saved_offers_that_are_cut_are_refused(void **state)
{
    (void)state;
    begin("qmail");
    received(100, 812, "192.0.2.7", "a@example.jp");
    struct buf bytes = {0};
    trace_save(trace, &bytes);
    damage_is_refused(&bytes);
    message(101, "12", "a@example.jp", 812);
    bytes.n = 0;
    trace_save(trace, &bytes);
    damage_is_refused(&bytes);
    buf_fini(&bytes);
    end(200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_with_the_qp_is_exact),
        cmocka_unit_test(it_may_come_after_the_message),
        cmocka_unit_test(but_not_too_late_nor_after_its_end),
        cmocka_unit_test(a_pid_used_again_by_another_sender_is_not_joined),
        cmocka_unit_test(of_two_lines_with_the_qp_the_newest_counts),
        cmocka_unit_test(offers_live_for_a_minute),
        cmocka_unit_test(a_clock_set_back_ends_them),
        cmocka_unit_test(without_times_nothing_is_joined),
        cmocka_unit_test(the_nearest_session_that_named_the_sender_is_joined_by_pid),
        cmocka_unit_test(a_session_brings_its_helo_and_its_only_login),
        cmocka_unit_test(the_nearest_session_did_not_name_the_sender),
        cmocka_unit_test(a_pid_given_out_anew_is_another_session),
        cmocka_unit_test(pids_too_far_apart_prove_nothing),
        cmocka_unit_test(one_client_of_the_sender_is_joined_by_time),
        cmocka_unit_test(two_clients_of_one_sender_are_none),
        cmocka_unit_test(what_was_refused_or_thrown_away_offers_nothing),
        cmocka_unit_test(bounces_and_forwards_take_nothing),
        cmocka_unit_test(a_line_with_the_qp_after_a_forward_is_another_message_s),
        cmocka_unit_test(an_envelope_told_again_keeps_its_client),
        cmocka_unit_test(what_is_kept_is_bounded),
        cmocka_unit_test(names_that_are_too_long_are_cut_or_name_nobody),
        cmocka_unit_test(a_trace_goes_on_where_it_was_saved),
        cmocka_unit_test(a_cut_between_the_lines_changes_nothing),
        cmocka_unit_test(a_bounce_without_time_is_its_parent_s_if_that_has_none),
        cmocka_unit_test(a_bounce_is_its_parent_s_once_and_for_a_minute_of_the_log),
        cmocka_unit_test(saved_offers_that_are_cut_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
