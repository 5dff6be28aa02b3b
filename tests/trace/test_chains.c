/* Chains: a message that leaves one queue for the next is one message, with the entry of its first hop and the outcomes of
 * its last. */
#include "scene.h"

static void handed_on(int64_t second, const char *id, const char *recipient, const char *child,
                      int64_t delay)
{
    struct event e = tried(second, id, recipient, OUTCOME_SENT, delay);
    e.relay = SLICE("127.0.0.1");
    e.relay_ip = SLICE("127.0.0.1");
    e.relay_port = 10024;
    e.link = LINK_REINJECT;
    e.link_id = slice_str(child);
    e.has_phases = true;
    e.phases = (struct phases){SECOND / 10, 0, 0, delay * SECOND - SECOND / 10};
    say(&e);
}

static void from_filter(int64_t second, const char *id, const char *parent)
{
    struct event e = at(second, id, EVENT_ACCEPT);
    e.client = SLICE("127.0.0.1");
    if (parent) {
        e.link = LINK_REINJECT;
        e.link_id = slice_str(parent);
    }
    say(&e);
    manager(second, id, "alice@example.com", 1);
}

static void a_content_filter_is_one_message(void **state)
{
    (void)state;
    begin("postfix");
    client(2, A);
    manager(2, A, "alice@example.com", 1);
    from_filter(3, B, NULL);
    handed_on(3, A, "bob@example.org", B, 1);
    done(3, A, OUTCOME_NONE);
    to(5, B, "bob@example.org", OUTCOME_SENT, 2);
    done(5, B, OUTCOME_NONE);
    end(200);
    row("message", 1);
    row("message " A " from <alice@example.com> accepted 1 entry 2000000 done 5000000 end 1", 1);
    row("bob@example.org=delivered,1/0,5000000,after 3000000 hops 2", 1);
    row("attempt", 1);
    row("extra", 0);
}

static void a_filter_that_splits_and_orig_queue_id(void **state)
{
    (void)state;
    begin("postfix");
    client(2, A);
    manager(2, A, "alice@example.com", 3);
    from_filter(3, B, A);
    from_filter(3, C, A);
    handed_on(3, A, "b@example.org", B, 1);
    handed_on(3, A, "c@example.org", B, 1); /* of two ids the reply names one */
    done(3, A, OUTCOME_NONE);
    to(4, C, "c@example.org", OUTCOME_BOUNCED, 1);
    to(4, C, "d@example.org", OUTCOME_SENT,
       1); /* whose own line was lost: a copy of C, which declared one */
    to(5, B, "b@example.org", OUTCOME_SENT, 2);
    done(5, B, OUTCOME_NONE);
    done(5, C, OUTCOME_NONE);
    end(200);
    row("message", 1);
    row("b@example.org=delivered,1/0,5000000,after 3000000 c@example.org=bounced,1/0,4000000,after "
        "2000000 "
        "d@example.org=delivered,1/0,4000000,after 2000000,copy and 1 unknown hops 2",
        1);
    row("extra 0 1 ", 1);
}

static void three_hops_and_a_rewritten_address(void **state)
{
    (void)state;
    begin("postfix");
    client(1, A);
    manager(1, A, "alice@example.com", 1);
    from_filter(2, B, NULL);
    handed_on(2, A, "list@example.org", B, 1);
    done(2, A, OUTCOME_NONE);
    struct event e = at(3, C, EVENT_ACCEPT);
    e.client = SLICE("127.0.0.1");
    say(&e);
    manager(3, C, "alice@example.com", 2);
    handed_on(3, B, "list@example.org", C, 1);
    done(3, B, OUTCOME_NONE);
    to(9, C, "one@example.org", OUTCOME_SENT, 6);
    to(9, C, "two@example.org", OUTCOME_DEFERRED, 6);
    end(200);
    row("message", 1);
    row("list@example.org=delivered,1/0,9000000,after 8000000 two@example.org=queued,1/1,9000000,"
        "after 8000000,copy hops 3",
        1);
    row("end 1", 1); /* the recipient is delivered, a copy of it waits */
    row("extra 0 6 ", 1);
}

static void what_no_line_shows_to_have_arrived_is_unknown(void **state)
{
    (void)state;
    begin("postfix");
    client(2, A);
    manager(2, A, "alice@example.com", 1);
    handed_on(3, A, "bob@example.org", B, 1);
    done(3, A, OUTCOME_NONE);
    assert_int_equal(trace_open_count(trace), 2);
    client(90000, C);
    assert_int_equal(trace_open_count(trace), 1);
    row("bob@example.org=unknown", 1);
    end(90000);
    row("message", 1);
    row("extra", 0);
}

static void another_host_is_the_end_and_a_socket_is_not(void **state)
{
    (void)state;
    begin("postfix");
    client(2, A);
    manager(2, A, "alice@example.com", 1);
    struct event e = tried(3, A, "bob@example.org", OUTCOME_SENT, 1);
    e.relay = SLICE("mx.example.org");
    e.relay_ip = SLICE("198.51.100.9");
    e.link = LINK_REINJECT;
    e.link_id = SLICE(B);
    say(&e);
    done(3, A, OUTCOME_NONE);
    client(2, C);
    manager(2, C, "alice@example.com", 1);
    from_filter(3, B, NULL);
    e = tried(3, C, "bob@example.org", OUTCOME_SENT, 1);
    e.relay = SLICE("private/filter");
    e.link = LINK_REINJECT;
    e.link_id = SLICE(B);
    say(&e);
    end(200);
    row("message", 2);
    row("bob@example.org=delivered,1/0,3000000", 1);
    row("message " C
        " from <alice@example.com> accepted 1 entry 2000000 done -9223372036854775808 end 2",
        1);
    row("queued", 1);
}

static void a_new_name_is_the_same_message(void **state)
{
    (void)state;
    begin("postfix");
    client(2, A);
    manager(2, A, "alice@example.com", 2);
    to(3, A, "b@example.org", OUTCOME_SENT, 1);
    to(4, A, "c@example.org", OUTCOME_DEFERRED, 2);
    struct event e = at(100, B, EVENT_ACCEPT); /* postsuper -r */
    e.link = LINK_RENAME;
    e.link_id = SLICE(A);
    say(&e);
    message_id(100, B, "<1@example.com>");
    manager(100, B, "alice@example.com", 1);
    to(102, B, "c@example.org", OUTCOME_SENT, 100);
    done(102, B, OUTCOME_NONE);
    end(200);
    row("message", 1);
    row("message " A " from <alice@example.com> accepted 1 entry 2000000 done 102000000 end 1", 1);
    row("c@example.org=delivered,2/1,102000000,after 100000000 hops 2", 1);
    row("extra", 0);
}

static void sendmail_hands_from_the_submission_queue_to_the_other(void **state)
{
    (void)state;
    begin("sendmail");
    struct event e = at(1, A, EVENT_ACCEPT);
    e.sender = SLICE("root");
    e.has_sender = true;
    e.declared_recipients = 2;
    say(&e);
    e = tried(2, A, "x@example.org,y@example.org", OUTCOME_SENT, 1);
    e.relay = SLICE("localhost");
    e.relay_ip = SLICE("127.0.0.1");
    e.link = LINK_REINJECT;
    e.link_id = SLICE(B);
    say(&e); /* before from= of the other */
    e = at(2, B, EVENT_ACCEPT);
    e.sender = SLICE("root@example.com");
    e.has_sender = true;
    e.client = SLICE("127.0.0.1");
    e.declared_recipients = 2;
    say(&e);
    to(4, B, "x@example.org", OUTCOME_SENT, 2);
    to(9, B, "y@example.org", OUTCOME_BOUNCED, 7);
    end(200);
    row("message", 1);
    row("message " A " from <root> accepted 1 entry 1000000", 1);
    row("x@example.org=delivered,1/0,4000000,after 3000000 y@example.org=bounced,1/0,9000000,after "
        "8000000 hops 2",
        1);
}

static void ids_that_claim_each_other_are_told_once(void **state)
{
    (void)state;
    begin("postfix");
    client(1, A);
    client(1, B);
    handed_on(2, A, "b@example.org", B, 1);
    handed_on(2, B, "b@example.org", A, 1);
    handed_on(2, C, "c@example.org", C, 1);
    end(200);
    row("message", 2);
    row("unknown", 2);
}

/* Two hosts: what mx1 gave to mx2. */
static void given_to_mx2(int64_t second, const char *id, const char *recipient, const char *child)
{
    struct event e = tried(second, id, recipient, OUTCOME_SENT, 1);
    e.relay = SLICE("mx2.example.jp");
    e.relay_ip = SLICE("192.0.2.2");
    e.link = LINK_REINJECT;
    e.link_id = slice_str(child);
    say(&e);
}

static void came_from_mx1(int64_t second, const char *id)
{
    struct event e = at(second, id, EVENT_ACCEPT);
    e.client = SLICE("192.0.2.1");
    e.client_name = SLICE("mx1.example.jp");
    say(&e);
    manager(second, id, "alice@example.com", 1);
}

static void what_one_host_hands_to_another_is_one_message(void **state)
{
    (void)state;
    static const struct slice names[] = {SLICE_LIT("mx1"), SLICE_LIT("mx2")};
    struct trace_peers *peers = trace_peers_new(names, 2);
    struct trace_end finish = {.last = 4000 * SECOND};
    begin("postfix");
    struct trace *two[2] = {trace};
    trace_peers_set(trace, peers, names[0]);
    client(100, A);
    manager(100, A, "alice@example.com", 3);
    given_to_mx2(101, A, "b@example.jp", B);
    given_to_mx2(101, A, "c@example.jp", C);
    to(102, A, "d@example.org", OUTCOME_SENT, 2);
    done(102, A, OUTCOME_NONE);
    client(200, A);
    manager(200, A, "alice@example.com", 1);
    given_to_mx2(201, A, "e@example.jp", "7C33D4E5F6"); /* of which the other log knows nothing */
    done(201, A, OUTCOME_NONE);
    two[1] = trace = trace_new(SLICE("postfix"), 0, true);
    struct trace_sink sink = told_sink(&told);
    trace_sink_set(trace, &sink);
    trace_peers_set(trace, peers, names[1]);
    line = 1000;
    came_from_mx1(100, B); /* its clock is a little behind */
    to(105, B, "b@example.jp", OUTCOME_SENT, 5);
    done(105, B, OUTCOME_NONE);
    came_from_mx1(101, C);
    to(109, C, "c@example.jp", OUTCOME_BOUNCED, 8);
    done(109, C, OUTCOME_NONE);
    came_from_mx1(3900, B); /* the id again, of another message: its first hop is not there */
    done(3901, B, OUTCOME_NONE);
    trace_finish(two[0], &finish);
    trace_finish(two[1], &finish);
    row("message", 0);
    traces_meet(two, 2);
    row("message", 3);
    row("message " A " from <alice@example.com> accepted 1 entry 100000000 done 109000000 end 1",
        1);
    row("b@example.jp=delivered,1/0,105000000,after 5000000 "
        "c@example.jp=bounced,1/0,109000000,after "
        "9000000 d@example.org=delivered,1/0,102000000,after 2000000 hops 2",
        1);
    row("e@example.jp=delivered,1/0,201000000,after 1000000", 1);
    row("message " B, 1);
    row("attempt", 4);
    trace_free(two[0]);
    trace_free(two[1]);
    trace_peers_free(peers);
}

/* Several instances of Postfix on one host. */
static void within(const char *name)
{
    instance = slice_str(name);
}

static void received(const char *name, int64_t second, const char *id)
{
    within(name);
    client(second, id);
    message_id(second, id, "<1@example.com>");
    manager(second, id, "alice@example.com", 1);
}

static void reinjected(const char *name, int64_t second, const char *id, const char *parent)
{
    within(name);
    from_filter(second, id, parent);
}

static void handed_over(const char *name, int64_t second, const char *id, const char *child)
{
    within(name);
    if (child)
        handed_on(second, id, "bob@example.org", child, 1);
    done(second, id, OUTCOME_NONE);
}

static void delivered(const char *name, int64_t second, const char *id)
{
    within(name);
    to(second, id, "bob@example.org", OUTCOME_SENT, 2);
    done(second, id, OUTCOME_NONE);
}

static void from_instance_to_instance(const char *in, const char *out, bool as, bool origin)
{
    begin("postfix");
    received(in, 2, A);
    reinjected(out, 3, B, origin ? A : NULL);
    if (as)
        handed_over(in, 3, A, B);
    delivered(out, 5, B);
    end(200);
    row("message", 1);
    row("message " A " from <alice@example.com> accepted 1 entry 2000000", 1);
    row("hops 2", 1);
    row("outside", 0);
    row("attempt", 1);
    if (as)
        row("done 5000000 end 1", 1);
    if (as)
        row("bob@example.org=delivered,1/0,5000000,after 3000000 hops 2", 1);
}

static void from_instance_to_instance_is_one_message(void **state)
{
    (void)state;
    static const char *const names[] = {"postfix-in", "", "postfix-out"};
    for (unsigned i = 0; i < 3; i++)
        for (unsigned k = 0; k < 3; k++) {
            from_instance_to_instance(names[i], names[k], true, false);
            from_instance_to_instance(names[i], names[k], false, true);
            from_instance_to_instance(names[i], names[k], true, true);
        }
}

static void three_instances_are_three_hops(void **state)
{
    (void)state;
    begin("postfix");
    received("postfix-in", 1, A);
    reinjected("", 2, B, NULL);
    handed_over("postfix-in", 2, A, B);
    reinjected("postfix-out", 3, C, B);
    handed_over("", 4, B, C);
    delivered("postfix-out", 9, C);
    end(200);
    row("message", 1);
    row("message " A " from <alice@example.com> accepted 1 entry 1000000 done 9000000 end 1", 1);
    row("bob@example.org=delivered,1/0,9000000,after 8000000 hops 3", 1);
}

static void of_two_that_have_an_id_the_last_to_take_it_is_meant(void **state)
{
    (void)state;
    begin("postfix");
    received("postfix-in", 1, B); /* another message */
    received("postfix-in", 2, A);
    reinjected("postfix-out", 3, B, NULL);
    handed_over("postfix-in", 3, A, B);
    delivered("postfix-out", 5, B);
    delivered("postfix-in", 7, B);
    end(200);
    row("message", 2);
    row("message " A " from <alice@example.com> accepted 1 entry 2000000 done 5000000 end 1", 1);
    row("hops 2", 1);
    row("message " B " from <alice@example.com> accepted 1 entry 1000000 done 7000000 end 1", 1);
}

static void an_id_that_no_instance_took_is_waited_for_in_ones_own(void **state)
{
    (void)state;
    begin("postfix");
    received("postfix-out", 1, C);
    received("postfix-in", 2, A);
    handed_over("postfix-in", 3, A, B);
    delivered("postfix-out", 5, C);
    within("postfix-out");
    from_filter(6, "7C33D4E5F6", "8D44E5F6A7"); /* of an instance whose log is not there */
    delivered("postfix-out", 8, "7C33D4E5F6");
    end(200);
    row("message", 3);
    row("bob@example.org=unknown", 1);
    row("bob@example.org=delivered", 2);
}

/* master.cf: -o syslog_name=postfix-again, of the smtpd that a filter gives mail back to. */
static void a_service_with_a_name_of_its_own_is_no_instance(void **state)
{
    (void)state;
    begin("postfix");
    received("", 2, A);
    within("postfix-again");
    struct event e = at(3, B, EVENT_ACCEPT);
    e.client = SLICE("127.0.0.1");
    say(&e);
    within("");
    message_id(3, B, "<1@example.com>");
    manager(3, B, "alice@example.com", 1);
    handed_over("", 3, A, B);
    delivered("", 5, B);
    end(200);
    row("message", 1);
    row("bob@example.org=delivered,1/0,5000000,after 3000000 hops 2", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_content_filter_is_one_message),
        cmocka_unit_test(a_filter_that_splits_and_orig_queue_id),
        cmocka_unit_test(three_hops_and_a_rewritten_address),
        cmocka_unit_test(what_no_line_shows_to_have_arrived_is_unknown),
        cmocka_unit_test(another_host_is_the_end_and_a_socket_is_not),
        cmocka_unit_test(a_new_name_is_the_same_message),
        cmocka_unit_test(sendmail_hands_from_the_submission_queue_to_the_other),
        cmocka_unit_test(what_one_host_hands_to_another_is_one_message),
        cmocka_unit_test(ids_that_claim_each_other_are_told_once),
        cmocka_unit_test(from_instance_to_instance_is_one_message),
        cmocka_unit_test(three_instances_are_three_hops),
        cmocka_unit_test(of_two_that_have_an_id_the_last_to_take_it_is_meant),
        cmocka_unit_test(an_id_that_no_instance_took_is_waited_for_in_ones_own),
        cmocka_unit_test(a_service_with_a_name_of_its_own_is_no_instance),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    told_free(&told);
    return failed;
}
