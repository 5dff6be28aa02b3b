/* qmail_reply.c - what deliveries end with: the texts of a qmail-remote, a qmail-local and the hosts they meet.
 *
 * Invariant: a text holds no blank (`_`) and no newline (`/`), as qmail-send writes reports; the keyword, never the
 * digits, tells the outcome.  Source: the texts of qmail-remote.c and qmail-local.c 1.03, facts only.
 * Example: delivery 7: deferral: Connected_to_192.0.2.9_but_connection_died._(#4.4.2)/ */
#include "qmail.h"

#include <stdlib.h>

/* $ stands for an address of the test networks, % for a queue number. */
static const char *const accepted[] = {
    "$_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_%/",
    "$_accepted_message./Remote_host_said:_250_ok_1795000000_qp_%/",
    "$_accepted_message./Remote_host_said:_250_2.6.0_<%@mx.example>_Queued_mail_for_delivery/",
    "$_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/",
};
static const char *const deferred_remote[] = {
    "Connected_to_$_but_connection_died._(#4.4.2)/",
    "Connected_to_$_but_connection_died._Possible_duplicate!_(#4.4.2)/",
    "Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/",
    "CNAME_lookup_failed_temporarily._(#4.4.3)/",
    "Sorry,_I_couldn't_find_any_host_by_that_name._(#4.1.2)/",
    "$_does_not_like_recipient./"
    "Remote_host_said:_451_4.7.1_Greylisting_in_action,_please_come_back_later/Giving_up_on_$./",
    "Connected_to_$_but_sender_was_rejected./"
    "Remote_host_said:_421_4.7.0_Too_many_connections_from_your_address/",
    "Connected_to_$_but_greeting_failed./Remote_host_said:_421_4.3.2_Service_not_available/",
    "$_failed_on_DATA_command./Remote_host_said:_452_4.2.2_Mailbox_full/",
    "System_resources_temporarily_unavailable._(#4.3.0)/",
};
static const char *const failed_remote[] = {
    "$_does_not_like_recipient./Remote_host_said:_550_5.1.1_User_unknown/Giving_up_on_$./",
    "$_does_not_like_recipient./Remote_host_said:_552_5.2.2_Mailbox_over_quota/Giving_up_on_$./",
    "$_failed_after_I_sent_the_message./Remote_host_said:_554_5.7.1_Message_refused_as_spam/",
    "$_does_not_like_recipient./"
    "Remote_host_said:_554_5.7.1_Service_unavailable;_Client_host_[192.0.2.1]_blocked_using_rbl."
    "example/Giving_up_on_$./",
    "Sorry,_I_couldn't_find_any_host_named_nohost.example._(#5.1.2)/",
    "Sorry,_I_couldn't_find_a_mail_exchanger_or_IP_address._(#5.4.4)/",
    "Connected_to_$_but_sender_was_rejected./Remote_host_said:_550_5.7.1_SPF_check_failed/",
};
static const char *const deferred_local[] = {
    "Unable_to_chdir_to_maildir._(#4.2.1)/",
    "Timeout_on_maildir_delivery._(#4.3.0)/",
    "Home_directory_is_sticky:_user_is_editing_his_.qmail_file._(#4.2.1)/",
    "Uh-oh:_home_directory_is_writable._(#4.7.0)/",
    "File_has_been_locked_for_30_seconds_straight._(#4.3.0)/",
};
static const char *const failed_local[] = {
    "Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/",
    "This_message_is_looping:_it_already_has_my_Delivered-To_line._(#5.4.6)/",
    "user_is_over_quota/",
    "Sorry,_no_mailbox_here_by_that_name._vpopmail_(#5.1.1)/",
};
static const char *const delivered_local[] = {
    "did_1+0+0/",
    "did_1+0+0/",
    "did_0+0+1/",
    "Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/",
};

static void put_filled(struct qmail *q, const char *pattern)
{
    uint64_t any = chance_u64(&q->noise);
    const char *from = pattern;
    for (const char *p = pattern; *p; p++) {
        if (*p != '$' && *p != '%')
            continue;
        put(&q->body, from, (size_t)(p - from));
        from = p + 1;
        if (*p == '$') {
            PUT(&q->body, "203.0.113.");
            put_u64(&q->body, any % 250 + 1);
        } else
            put_hex(&q->body, any >> 16, 10);
    }
    put_z(&q->body, from);
}

#define ANY(q, list) (list)[chance_below(&(q)->noise, sizeof(list) / sizeof(list)[0])]

/* A remote that says far too much: longer than one splogger chunk. */
static void put_long_reply(struct qmail *q)
{
    put_filled(q, "$_does_not_like_recipient./Remote_host_said:_");
    for (unsigned i = 0; i < 14; i++)
        PUT(&q->body,
            "550-5.7.1_Our_policy_is_long_and_this_host_tells_all_of_it_to_everybody_who_asks/");
    put_filled(q, "550_5.7.1_Refused/Giving_up_on_$./");
}

static void put_success(struct qmail *q, const struct recipient *r, uint32_t child_qp)
{
    PUT(&q->body, "success: ");
    if (r->remote) {
        put_filled(q, ANY(q, accepted));
        return;
    }
    if (!child_qp) {
        put_z(&q->body, ANY(q, delivered_local));
        return;
    }
    if (r->to.user & 1)
        PUT(&q->body, "did_0+1+0/qp_");
    else
        PUT(&q->body, "did_1+1+0/qp_");
    put_u64(&q->body, child_qp);
    PUT(&q->body, "/");
}

void put_result(struct qmail *q, const struct recipient *r, enum result result, uint32_t child_qp)
{
    switch (result) {
    case RESULT_SUCCESS:
        put_success(q, r, child_qp);
        return;
    case RESULT_DEFERRAL:
        PUT(&q->body, "deferral: ");
        put_filled(q, r->remote ? ANY(q, deferred_remote) : ANY(q, deferred_local));
        return;
    case RESULT_MANGLED:
        PUT(&q->body, "report mangled, will defer");
        return;
    case RESULT_FAILURE:
        PUT(&q->body, "failure: ");
        if (r->remote && chance_below(&q->noise, 40) == 0)
            put_long_reply(q);
        else
            put_filled(q, r->remote ? ANY(q, failed_remote) : ANY(q, failed_local));
        return;
    case RESULT_EXPIRED:
        PUT(&q->body, "failure: ");
        put_filled(q, r->remote ? ANY(q, deferred_remote) : ANY(q, deferred_local));
        PUT(&q->body, "I'm_not_going_to_try_again;_this_message_has_been_in_the_queue_too_long./");
        return;
    }
}
