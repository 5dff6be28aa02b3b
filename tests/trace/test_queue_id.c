/* The join by queue id, line by line: what is accepted, where a message ends and the next of its id begins, whose a
 * recipient is. */
#include "scene.h"

static void the_age_counts_where_it_is_logged(void **state)
{
    (void)state;
    begin("postfix");
    whole(100, A, "b@example.org");
    end(200);
    row("message " A " from <a@example.com> accepted 1 entry 100000000 done 102000000 end 1", 1);
    row("b@example.org=delivered,1/0,102000000,after 3000000", 1);
}

static void a_client_alone_is_no_message(void **state)
{
    (void)state;
    begin("postfix");
    client(100, A); /* lost connection */
    client(90000, B);
    other(90001, B, EVENT_REJECT); /* refused after DATA */
    client(190000, C);             /* the evidence ends while it comes in */
    end(190001);
    row("outside", 3);
    row("extra 2 ", 2);
    row("message", 0);
}

static void what_is_held_is_in_the_queue_however_long(void **state)
{
    (void)state;
    begin("postfix");
    client(100, A);
    hold(100, A, "b@example.org", true);
    message_id(100, A, "<1@example.com>");
    client(100, B);
    hold(100, B, "c@example.org", true);
    message_id(100, B, "<1@example.com>");
    client(100, C);
    hold(100, C, "d@example.org", true);
    let_go(20 * 86400, B);
    manager(20 * 86400, B, "a@example.com", 1);
    to_of(20 * 86400 + 1, B, "carol@example.org", "c@example.org", OUTCOME_SENT);
    done(20 * 86400 + 1, B, OUTCOME_NONE);
    done(20 * 86400 + 2, C, OUTCOME_DELETED);
    end(20 * 86400 + 3);
    row("message " A " from <> accepted 1 entry 100000000 done -9223372036854775808 end 2", 1);
    row("b@example.org=queued", 1);
    row("message " B " from <a@example.com> accepted 1 entry 100000000", 1);
    row(": carol@example.org=delivered,1/0,1728001000000,after 1727901000000", 1);
    row("d@example.org=deleted", 1);
    row("message", 3);
    row("extra 2 ", 0);
}

static void a_hold_before_the_text_or_undone_is_no_message(void **state)
{
    (void)state;
    begin("postfix");
    client(100, A);
    hold(100, A, "b@example.org", false); /* the client leaves */
    client(100, B);
    hold(100, B, "b@example.org", false);
    message_id(101, B, "<1@example.com>");
    client(100, C);
    message_id(100, C, "<2@example.com>");
    hold(100, C, "b@example.org", true);
    other(101, C, EVENT_REJECT);
    whole(200000, "D", "c@example.org");
    end(200002);
    row("message " B " from <> accepted 1 entry 100000000 done -9223372036854775808 end 2", 1);
    row("message", 2);
    row("outside", 2);
    row("extra 2 ", 2);
}

static void an_id_on_hold_that_comes_in_again_is_gone(void **state)
{
    (void)state;
    begin("postfix");
    client(100, A);
    hold(100, A, "b@example.org", true);
    whole(20 * 86400, A, "c@example.org");
    end(20 * 86400 + 100);
    row("b@example.org=unknown", 1);
    row("c@example.org=delivered", 1);
    row("message", 2);
}

static void two_addresses_that_aliases_make_one_are_two_recipients(void **state)
{
    (void)state;
    begin("postfix");
    client(100, A);
    manager(100, A, "a@example.com", 3);
    to_of(101, A, "b@example.org", "info@example.org", OUTCOME_DEFERRED);
    to(101, A, "b@example.org", OUTCOME_DEFERRED, 1);
    manager(200, A, "a@example.com", 3);
    to(201, A, "b@example.org", OUTCOME_SENT, 101);
    to_of(201, A, "b@example.org", "info@example.org", OUTCOME_BOUNCED);
    to_of(201, A, "c@example.org", "list@example.org", OUTCOME_SENT);
    to_of(201, A, "b@example.org", "list@example.org", OUTCOME_SENT); /* all are named */
    done(201, A, OUTCOME_NONE);
    to_of(300, B, "b@example.org", "info@example.org", OUTCOME_DEFERRED);
    to(300, B, "b@example.org", OUTCOME_SENT, -1); /* how many there are is not known */
    end(500);
    row(": b@example.org=bounced,3/1,201000000", 1);
    row(" b@example.org=delivered,2/1,201000000", 1);
    row(" c@example.org=delivered,1/0,201000000", 1);
    row("copy", 0);
    row(": b@example.org=delivered,2/1,300000000", 1);
    row("message", 2);
}

static void an_id_used_again_within_a_minute_is_another_message(void **state)
{
    (void)state;
    begin("postfix");
    whole(100, A, "b@example.org");
    whole(130, A, "c@example.org");
    message_id(150, A, "<2@example.com>"); /* a bounce */
    manager(150, A, "", 1);
    to(151, A, "a@example.com", OUTCOME_SENT, 1);
    done(151, A, OUTCOME_NONE);
    end(200);
    row("message " A, 3);
    row("end 1", 3);
    row("message " A " from <> accepted 1", 1);
}

/* An address probe begins with its Message-ID. */
static void the_id_of_refused_mail_is_used_again_without_a_client(void **state)
{
    (void)state;
    begin("postfix");
    client(100, A);
    message_id(100, A, "<1@example.com>");
    other(101, A, EVENT_REJECT);
    message_id(130, A, "<2@example.com>");
    manager(130, A, "double-bounce@example.com", 1);
    struct event probe = tried(131, A, "b@example.org", OUTCOME_SENT, 1);
    probe.probe = true;
    say(&probe);
    done(131, A, OUTCOME_NONE);
    end(200);
    row("outside", 2);
    row("extra 2 ", 1);
    row("message", 0);
}

static void removed_before_the_last_recipient_and_removed_lost(void **state)
{
    (void)state;
    begin("postfix");
    client(100, A);
    manager(100, A, "a@example.com", 2);
    to(101, A, "b@example.org", OUTCOME_SENT, 1);
    done(102, A, OUTCOME_NONE);
    to(102, A, "c@example.org", OUTCOME_BOUNCED, 2);
    client(110, B);
    manager(110, B, "a@example.com", 2);
    to(111, B, "b@example.org", OUTCOME_SENT, 1); /* then lines are lost */
    whole(120, B, "d@example.org");
    end(200);
    row("message", 3);
    row("b@example.org=delivered,1/0,101000000,after 1000000 "
        "c@example.org=bounced,1/0,102000000,after 2000000",
        1);
    row("accepted 1 entry 110000000 done -9223372036854775808 end 3", 1);
    row("and 1 unknown", 1);
}

static void declared_recipients_cost_nothing(void **state)
{
    (void)state;
    begin("postfix");
    client(100, A);
    manager(100, A, "a@example.com", 4000000000);
    client(100, B);
    manager(100, B, "a@example.com", 3);
    to(101, B, "b@example.org", OUTCOME_DEFERRED, 1);
    client(100, C);
    manager(100, C, "a@example.com", 1);
    to(101, C, "b@example.org", OUTCOME_SENT, 1);
    to(101, C, "c@example.org", OUTCOME_SENT, 1); /* local(8) expanded an alias */
    end(200);
    row("and 4000000000 queued", 1);
    row("b@example.org=queued,1/1,101000000,after 1000000 and 2 queued", 1);
    row("c@example.org=delivered,1/0,101000000,after 1000000,copy", 1);
    row("extra 0 1 ", 1);
}

static void an_expiry_ends_all_that_are_open(void **state)
{
    (void)state;
    begin("postfix");
    client(100, A);
    manager(100, A, "a@example.com", 3);
    to(101, A, "b@example.org", OUTCOME_SENT, 1);
    to(102, A, "c@example.org", OUTCOME_DEFERRED, 2);
    other(432200, A, EVENT_GIVE_UP);
    message_id(432200, B, "<9@example.com>");
    manager(432200, B, "", 1);
    linked(432200, A, B, LINK_BOUNCE);
    done(432200, A, OUTCOME_NONE);
    to(432201, B, "a@example.com", OUTCOME_SENT, 1);
    done(432201, B, OUTCOME_NONE);
    end(432300);
    row("c@example.org=expired,1/1,432200000000,after 432100000000 and 1 expired", 1);
    row("notice at 432200000000", 1);
    row("message " B " from <> accepted 1", 1);
    row("attempt", 3);
}

static void deleted_discarded_and_probes(void **state)
{
    (void)state;
    begin("postfix");
    client(100, A);
    manager(100, A, "a@example.com", 2);
    to(101, A, "b@example.org", OUTCOME_SENT, 1);
    to(101, A, "c@example.org", OUTCOME_DEFERRED, 1);
    done(300, A, OUTCOME_DELETED);
    client(100, B);
    manager(100, B, "a@example.com", 1);
    to(101, B, "d@example.org", OUTCOME_DISCARDED, 1);
    done(101, B, OUTCOME_NONE);
    message_id(110, C, "<8@example.com>");
    manager(110, C, "double-bounce@example.com", 1);
    struct event probe = tried(111, C, "e@example.org", OUTCOME_SENT, 1);
    probe.probe = true;
    say(&probe);
    done(111, C, OUTCOME_NONE);
    end(400);
    row("b@example.org=delivered,1/0,101000000,after 1000000 c@example.org=deleted,1/1,300000000",
        1);
    row("d@example.org=discarded", 1);
    row("outside " C, 1);
    row("e@example.org", 0);
    row("attempt", 2); /* what is thrown away was tried at nobody */
    row("extra", 0);
}

static void a_forward_is_a_copy_with_its_own_outcome(void **state)
{
    (void)state;
    begin("postfix");
    client(100, A);
    manager(100, A, "a@example.com", 1);
    message_id(101, B, "<1@example.com>");
    manager(101, B, "a@example.com", 1);
    struct event e = tried(101, A, "alias@example.com", OUTCOME_SENT, 1);
    e.link = LINK_FORWARD;
    e.link_id = SLICE(B);
    say(&e);
    done(101, A, OUTCOME_NONE);
    to(103, B, "far@example.org", OUTCOME_BOUNCED, 2);
    done(103, B, OUTCOME_NONE);
    end(200);
    row("message", 1);
    row("outside " B, 1);
    row("extra 0 2 ", 1);
    row("notice", 0);
}

static void what_began_before_has_its_age(void **state)
{
    (void)state;
    begin("postfix");
    manager(100, A, "a@example.com", 2);
    to(101, A, "b@example.org", OUTCOME_SENT, 90000);
    done(101, A, OUTCOME_NONE);
    done(150, B, OUTCOME_NONE);
    end(200);
    row("accepted 0", 2);
    row("b@example.org=delivered,1/0,101000000,after 90000000000", 1);
    row("extra", 0);
}

static void sendmail_ends_without_an_end_line(void **state)
{
    (void)state;
    begin("sendmail");
    to(100, A, "b@example.org,\"x,y\"@example.org", OUTCOME_SENT, 0); /* before from= */
    struct event e = at(100, A, EVENT_ACCEPT);
    e.sender = SLICE("a@example.com");
    e.has_sender = true;
    e.declared_recipients = 2;
    say(&e);
    client(4000, C);
    e = at(4500, C, EVENT_GIVE_UP); /* and its bounce, in one line; B has no from= line */
    e.outcome = OUTCOME_EXPIRED;
    e.link = LINK_BOUNCE;
    e.link_id = SLICE(B);
    say(&e);
    to(5000, B, "a@example.com", OUTCOME_SENT, 0);
    end(5100);
    row("message " A
        " from <a@example.com> accepted 1 entry 100000000 done -9223372036854775808 end 1",
        1);
    row("\"x,y\"@example.org=delivered", 1);
    row("message " B " from <> accepted 1", 1);
    row("notice at 4500000000", 1);
}

static void an_exim_recipient_is_the_original_address(void **state)
{
    (void)state;
    begin("exim");
    struct event e = at(100, A, EVENT_ACCEPT);
    e.sender = SLICE("a@example.com");
    e.has_sender = true;
    say(&e);
    to_of(101, A, "b@example.org", "list@example.com", OUTCOME_DEFERRED);
    to_of(102, A, "c@example.org", "list@example.com", OUTCOME_SENT);
    to_of(103, A, "b@example.org", "list@example.com", OUTCOME_SENT);
    to_of(103, A, "d@example.org", "d@example.org", OUTCOME_BOUNCED);
    done(104, A, OUTCOME_NONE);
    e = at(104, B, EVENT_ACCEPT);
    e.has_sender = true;
    e.link = LINK_BOUNCE;
    e.link_id = SLICE(A);
    say(&e);
    end(200);
    row("list@example.com=delivered,2/1,102000000,after 2000000 b@example.org=delivered,1/0,"
        "103000000,after 3000000,copy d@example.org=bounced",
        1);
    row("extra 0 1 ", 1);
    row("message " B " from <> accepted 1", 1);
    row("notice at 104000000", 1);
}

static void memory_follows_what_is_open(void **state)
{
    (void)state;
    char id[20];
    begin("postfix");
    for (int i = 0; i < 20000; i++) {
        snprintf(id, sizeof id, "%010X", i);
        if (i % 4 == 0)
            client(i, id); /* lost */
        else
            whole(i, id, "b@example.org");
    }
    assert_true(trace_open_count(trace) <= 62 + 5000);
    client(20000 + 86400, "FFFFFF");
    assert_int_equal(trace_open_count(trace), 1);
    end(20000 + 86400);
    row("message", 15000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_age_counts_where_it_is_logged),
        cmocka_unit_test(a_client_alone_is_no_message),
        cmocka_unit_test(what_is_held_is_in_the_queue_however_long),
        cmocka_unit_test(a_hold_before_the_text_or_undone_is_no_message),
        cmocka_unit_test(an_id_on_hold_that_comes_in_again_is_gone),
        cmocka_unit_test(two_addresses_that_aliases_make_one_are_two_recipients),
        cmocka_unit_test(an_id_used_again_within_a_minute_is_another_message),
        cmocka_unit_test(the_id_of_refused_mail_is_used_again_without_a_client),
        cmocka_unit_test(removed_before_the_last_recipient_and_removed_lost),
        cmocka_unit_test(declared_recipients_cost_nothing),
        cmocka_unit_test(an_expiry_ends_all_that_are_open),
        cmocka_unit_test(deleted_discarded_and_probes),
        cmocka_unit_test(a_forward_is_a_copy_with_its_own_outcome),
        cmocka_unit_test(what_began_before_has_its_age),
        cmocka_unit_test(sendmail_ends_without_an_end_line),
        cmocka_unit_test(an_exim_recipient_is_the_original_address),
        cmocka_unit_test(memory_follows_what_is_open),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    told_free(&told);
    return failed;
}
