/* data_postfix.h - Postfix: the fields of postfix-grok-patterns and of CrowdSec's parser in our words. */
#ifndef TESTS_FORMAT_DATA_POSTFIX_H
#define TESTS_FORMAT_DATA_POSTFIX_H

#include "data.h"

#define FACT(function, name)                                                                       \
    static void function(const struct event *e, struct slice want, struct buf *got)                \
    {                                                                                              \
        (void)want;                                                                                \
        buf_add(got, data_fact(e, name));                                                          \
    }
#define MEMBER(function, member)                                                                   \
    static void function(const struct event *e, struct slice want, struct buf *got)                \
    {                                                                                              \
        (void)want;                                                                                \
        buf_add(got, e->member);                                                                   \
    }
#define NUMBER(function, member)                                                                   \
    static void function(const struct event *e, struct slice want, struct buf *got)                \
    {                                                                                              \
        (void)want;                                                                                \
        if (e->member)                                                                             \
            buf_printf(got, "%llu", (unsigned long long)e->member);                                \
    }

FACT(pf_at, "at")
FACT(pf_service, "service")
FACT(pf_period, "period")
FACT(pf_value, "value")
FACT(pf_action_text, "action_text")
FACT(pf_content, "content")
FACT(pf_trigger, "trigger")
FACT(pf_commands, "commands")
FACT(pf_dnsbl, "dnsbl")
FACT(pf_dnsbl_result, "dnsbl_result")
FACT(pf_version, "version")
FACT(pf_configuration, "configuration")
FACT(pf_signal, "signal")
FACT(pf_retained, "retained")
FACT(pf_dropped, "dropped")
FACT(pf_cleanup, "cleanup")
FACT(pf_did, "did")
FACT(pf_after, "after")
FACT(pf_rank, "dnsbl_rank")
FACT(pf_action, "action")
FACT(pf_thing, "thing")
FACT(pf_count, "count")
FACT(pf_relay_service, "relay_service")
FACT(pf_hits, "hits")
FACT(pf_miss, "miss")
FACT(pf_domains, "domains")
FACT(pf_addresses, "addresses")
FACT(pf_connection, "connection")
FACT(pf_trust, "tls_trust")
FACT(pf_tls_version, "tls_version")
FACT(pf_cipher, "tls_cipher")
FACT(pf_key_exchange, "tls_key_exchange")
FACT(pf_signature, "tls_server_signature")
FACT(pf_curve, "tls_server_signature_detail")
FACT(pf_digest, "tls_server_digest")
FACT(pf_pix, "pix_workarounds")
FACT(pf_keywords, "ehlo_discarded")
MEMBER(pf_link, link_id)
MEMBER(pf_message_id, message_id)
MEMBER(pf_client, client)
MEMBER(pf_sender, sender)
MEMBER(pf_reply, reply)
MEMBER(pf_stage, stage)
MEMBER(pf_text, text)
MEMBER(pf_relay, relay)
MEMBER(pf_relay_ip, relay_ip)
MEMBER(pf_status, status)
MEMBER(pf_proto, proto)
NUMBER(pf_client_port, client_port)
NUMBER(pf_relay_port, relay_port)
NUMBER(pf_code, code)

static void pf_success(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    struct slice s = data_fact(e, "success");
    buf_add(got, slice_head(s, slice_chr(s, '%')));
}

static void pf_queue_id(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_add(got, e->queue_id.n ? e->queue_id : SLICE("NOQUEUE"));
}

static void pf_client_name(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_add(got, e->client_name.n ? e->client_name : SLICE("unknown"));
}

static void pf_no_client(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_add(got, e->client.n ? e->client : SLICE("unknown"));
}

/* "[192.0.2.1]:25" */
static void pf_server(const struct event *e, bool port, struct buf *got)
{
    struct slice s = data_fact(e, "server");
    size_t close = slice_chr(s, ']');
    if (close + 2 < s.n)
        buf_add(got, port ? slice_from(s, close + 2) : slice_of(s.p + 1, close - 1));
}

static void pf_server_ip(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    pf_server(e, false, got);
}

static void pf_server_port(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    pf_server(e, true, got);
}

/* Of "sender non-delivery notification" */
static void pf_bounce_to(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_add(got, slice_head(e->text, slice_chr(e->text, ' ')));
}

static void pf_bounce_reason(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    struct slice s = e->text;
    slice_word(&s, ' ');
    buf_add(got, slice_head(s, slice_find(s, SLICE(" notification"))));
}

static void pf_verdict_of(const char *prefix, const struct event *e, struct buf *got)
{
    struct slice action = data_fact(e, "action");
    slice_eat(&action, slice_str(prefix));
    buf_add(got, action);
}

static void pf_milter(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    pf_verdict_of("milter-", e, got);
}

static void pf_proxy(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    pf_verdict_of("proxy-", e, got);
}

/* "550 5.1.1 text" */
static void pf_whole_reply(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    if (e->code)
        buf_printf(got, "%u ", e->code);
    if (e->status.n)
        buf_printf(got, "%.*s ", SLICE_ARG(e->status));
    buf_add(got, e->text);
}

static void pf_milter_message(const struct event *e, struct slice want, struct buf *got)
{
    if (data_fact(e, "content").n) {
        buf_add(got, e->text);
        return;
    }
    buf_printf(got, "%.*s from %.*s[%.*s]: ", SLICE_ARG(e->stage), SLICE_ARG(e->client_name),
               SLICE_ARG(e->client));
    pf_whole_reply(e, want, got);
}

/* What stands behind "warning: ", "fatal: ", or the text of a rule. */
static void pf_message(const struct event *e, struct slice want, struct buf *got)
{
    struct slice s = e->text;
    if (e->kind == EVENT_SERVICE)
        s = slice_from(s, slice_find(s, SLICE(": ")) + 2);
    if (e->kind == EVENT_DONE)
        s = SLICE("removed");
    if (e->queue_id.n && e->kind == EVENT_SERVICE && !slice_starts(want, e->queue_id))
        s = slice_from(s, e->queue_id.n + 2);
    if (slice_eq(data_fact(e, "did"), SLICE("unverified name")))
        buf_printf(got, "hostname %.*s does not resolve to address %.*s",
                   SLICE_ARG(data_fact(e, "hostname")), SLICE_ARG(e->client));
    else
        buf_add(got, s);
}

static void pf_level(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    if (data_fact(e, "action").n)
        buf_add(got, data_fact(e, "action"));
    else if (e->kind == EVENT_SERVICE)
        buf_add(got, slice_head(e->text, slice_chr(e->text, ':')));
    else
        buf_add(got, SLICE("warning"));
}

/* Of "ehlo=1 rcpt=0/1": cmd_rcpt=1, cmd_rcpt_accepted=0; the total is called count. */
static void pf_counter(const struct event *e, const char *command, bool accepted, struct buf *got)
{
    struct slice s = data_fact(e, "commands");
    while (s.n) {
        struct slice value = slice_word(&s, ' '), name = slice_word(&value, '=');
        size_t slash = slice_chr(value, '/');
        if (!slice_eq(name, slice_str(command)))
            continue;
        if (accepted)
            buf_add(got, slice_head(value, slash));
        else
            buf_add(got, slash < value.n ? slice_from(value, slash + 1) : value);
    }
}

#define COUNTER(command)                                                                           \
    static void pf_cmd_##command(const struct event *e, struct slice want, struct buf *got)        \
    {                                                                                              \
        (void)want;                                                                                \
        pf_counter(e, #command, false, got);                                                       \
    }                                                                                              \
    static void pf_cmd_##command##_accepted(const struct event *e, struct slice want,              \
                                            struct buf *got)                                       \
    {                                                                                              \
        (void)want;                                                                                \
        pf_counter(e, #command, true, got);                                                        \
    }
COUNTER(helo)
COUNTER(ehlo)
COUNTER(starttls)
COUNTER(auth)
COUNTER(mail)
COUNTER(rcpt)
COUNTER(data)
COUNTER(rset)
COUNTER(quit)
COUNTER(unknown)
COUNTER(commands)

/* Seconds as Postfix prints them: no zeros at the end. */
static void pf_span(int64_t us, struct buf *got)
{
    char text[40];
    int n = snprintf(text, sizeof text, "%lld.%06lld", (long long)(us / SECOND),
                     (long long)(us % SECOND));
    while (text[n - 1] == '0')
        n--;
    if (text[n - 1] == '.')
        n--;
    buf_add(got, slice_of(text, (size_t)n));
}

#define PHASE(function, member)                                                                    \
    static void function(const struct event *e, struct slice want, struct buf *got)                \
    {                                                                                              \
        (void)want;                                                                                \
        pf_span(e->phases.member, got);                                                            \
    }
PHASE(pf_before, before_queue)
PHASE(pf_in_queue, in_queue)
PHASE(pf_setup, connect)
PHASE(pf_transfer, transfer)

static void pf_outcome(const struct event *e, struct slice want, struct buf *got)
{
    static const char *const words[] = {"",        "sent",    "deferred", "bounced",
                                        "expired", "deleted", "sent"};
    (void)want;
    if (e->probe)
        buf_add(got, data_fact(e, "verified"));
    else
        buf_add(got, slice_str(words[e->outcome]));
}

static void pf_postsuper(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_add(got, e->outcome == OUTCOME_DELETED ? SLICE("removed") : e->text);
}

/* Their reason of a block list begins behind the brackets. */
static void pf_reason(const struct event *e, struct slice want, struct buf *got)
{
    size_t at = slice_find(e->text, SLICE("blocked using "));
    buf_add(got, slice_starts(want, SLICE("blocked ")) ? slice_from(e->text, at) : e->text);
}

static void pf_lost(const struct event *e, struct slice want, struct buf *got)
{
    buf_add(got, slice_starts(e->text, want) ? want : e->text);
}

static void pf_lost_while(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    size_t at = slice_find(e->text, SLICE(" while "));
    if (at < e->text.n)
        buf_add(got, slice_from(e->text, at + 7));
}

static void pf_bits(struct slice s, struct buf *got)
{
    buf_add(got, slice_head(s, slice_chr(s, ' ')));
}

static void pf_cipher_bits(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    pf_bits(data_fact(e, "tls_bits"), got);
}

static void pf_signature_bits(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    pf_bits(data_fact(e, "tls_server_signature_detail"), got);
}

/* tls=level[/[!]requiretls][?|:downgrade] */
static void pf_tls_level(const struct event *e, struct slice want, struct buf *got)
{
    struct slice s = data_fact(e, "tls");
    (void)want;
    for (size_t i = 0; i < s.n && !strchr("/?:", s.p[i]); i++)
        buf_byte(got, s.p[i]);
}

static void pf_tls_downgrade(const struct event *e, struct slice want, struct buf *got)
{
    struct slice s = data_fact(e, "tls");
    size_t colon = slice_chr(s, ':');
    (void)want;
    if (colon < s.n)
        buf_add(got, slice_from(s, colon + 1));
}

static void pf_tls_mark(const struct event *e, struct slice want, struct buf *got)
{
    if (slice_find(data_fact(e, "tls"), want) < data_fact(e, "tls").n)
        buf_add(got, want);
}

static void pf_relay_print(const struct event *e, struct buf *got)
{
    struct slice service = data_fact(e, "relay_service");
    buf_add(got, e->relay.n ? e->relay : SLICE("none"));
    if (e->relay_ip.n || service.n)
        buf_printf(got, "[%.*s]", SLICE_ARG(e->relay_ip.n ? e->relay_ip : service));
    if (e->relay_port)
        buf_printf(got, ":%u", e->relay_port);
}

static void pf_delivery(const struct event *e, struct slice want, struct buf *got)
{
    const char *open = slice_starts(want, SLICE("to=<")) ? "<" : "", *close = *open ? ">" : "";
    buf_printf(got, "to=%s%.*s%s, ", open, SLICE_ARG(e->recipient), close);
    if (e->orig_recipient.n)
        buf_printf(got, "orig_to=%s%.*s%s, ", open, SLICE_ARG(e->orig_recipient), close);
    buf_add(got, SLICE("relay="));
    pf_relay_print(e, got);
    buf_add(got, SLICE(", delay="));
    pf_span(e->delay, got);
    buf_add(got, SLICE(", delays="));
    pf_span(e->phases.before_queue, got);
    buf_byte(got, '/');
    pf_span(e->phases.in_queue, got);
    buf_byte(got, '/');
    pf_span(e->phases.connect, got);
    buf_byte(got, '/');
    pf_span(e->phases.transfer, got);
    if (data_fact(e, "tls").n)
        buf_printf(got, ", tls=%.*s", SLICE_ARG(data_fact(e, "tls")));
    buf_printf(got, ", dsn=%.*s", SLICE_ARG(e->status));
    if (slice_ends(want, SLICE(",")))
        buf_byte(got, ',');
}

/* from=<> to=<> proto= helo=<>, blanks or commas between */
static void pf_envelope(const struct event *e, struct slice want, struct buf *got)
{
    const char *between = slice_find(want, SLICE(">, ")) < want.n ? ", " : " ";
    if (e->has_sender)
        buf_printf(got, "from=<%.*s>%s", SLICE_ARG(e->sender), between);
    if (e->recipient.n)
        buf_printf(got, "to=<%.*s>%s", SLICE_ARG(e->recipient), between);
    if (e->proto.n)
        buf_printf(got, "proto=%.*s%s", SLICE_ARG(e->proto), between);
    if (e->helo.n)
        buf_printf(got, "helo=<%.*s>%s", SLICE_ARG(e->helo), between);
    got->n -= got->n > strlen(between) ? strlen(between) : 0;
}

static void pf_keyvalue(const struct event *e, struct slice want, struct buf *got)
{
    if (e->kind == EVENT_ATTEMPT)
        pf_delivery(e, want, got);
    else if (e->kind == EVENT_ENVELOPE)
        buf_printf(got, "from=<%.*s>, size=%llu, nrcpt=%llu", SLICE_ARG(e->sender),
                   (unsigned long long)e->size, (unsigned long long)e->declared_recipients);
    else if (e->kind == EVENT_ACCEPT && e->has_uid)
        buf_printf(got, "uid=%llu from=<%.*s>", (unsigned long long)e->uid, SLICE_ARG(e->sender));
    else if (e->kind == EVENT_ACCEPT)
        buf_printf(got, "client=%.*s[%.*s]", SLICE_ARG(e->client_name), SLICE_ARG(e->client));
    else
        pf_envelope(e, want, got);
}

static const struct data_field postfix_grok_fields[] = {
    {"postfix_anvil_cache_size", pf_value},
    {"postfix_anvil_conn_count", pf_value},
    {"postfix_anvil_conn_rate", pf_value},
    {"postfix_anvil_conn_period", pf_period},
    {"postfix_anvil_timestamp", pf_at},
    {"postfix_service", pf_service},
    {"postfix_client_ip", pf_client},
    {"postfix_client_ip_unknown", pf_no_client},
    {"postfix_client_port", pf_client_port},
    {"postfix_client_hostname", pf_client_name},
    {"postfix_server_ip", pf_server_ip},
    {"postfix_server_port", pf_server_port},
    {"postfix_queueid", pf_queue_id},
    {"postfix_bounce_queueid", pf_link},
    {"postfix_bounce_recipient", pf_bounce_to},
    {"postfix_bounce_reason", pf_bounce_reason},
    {"postfix_message-id", pf_message_id},
    {"postfix_message", pf_message},
    {"postfix_message_level", pf_level},
    {"postfix_milter_result", pf_milter},
    {"postfix_milter_message", pf_milter_message},
    {"postfix_milter_data", pf_action_text},
    {"postfix_keyvalue_data", pf_keyvalue},
    {"postfix_prepend_type", pf_content},
    {"postfix_prepend_trigger", pf_trigger},
    {"postfix_prepend_value", pf_action_text},
    {"postfix_command_counter_data", pf_commands},
    {"postfix_cmd_helo", pf_cmd_helo},
    {"postfix_cmd_helo_accepted", pf_cmd_helo_accepted},
    {"postfix_cmd_ehlo", pf_cmd_ehlo},
    {"postfix_cmd_ehlo_accepted", pf_cmd_ehlo_accepted},
    {"postfix_cmd_starttls", pf_cmd_starttls},
    {"postfix_cmd_starttls_accepted", pf_cmd_starttls_accepted},
    {"postfix_cmd_auth", pf_cmd_auth},
    {"postfix_cmd_auth_accepted", pf_cmd_auth_accepted},
    {"postfix_cmd_mail", pf_cmd_mail},
    {"postfix_cmd_mail_accepted", pf_cmd_mail_accepted},
    {"postfix_cmd_rcpt", pf_cmd_rcpt},
    {"postfix_cmd_rcpt_accepted", pf_cmd_rcpt_accepted},
    {"postfix_cmd_data", pf_cmd_data},
    {"postfix_cmd_data_accepted", pf_cmd_data_accepted},
    {"postfix_cmd_rset", pf_cmd_rset},
    {"postfix_cmd_rset_accepted", pf_cmd_rset_accepted},
    {"postfix_cmd_quit", pf_cmd_quit},
    {"postfix_cmd_quit_accepted", pf_cmd_quit_accepted},
    {"postfix_cmd_unknown", pf_cmd_unknown},
    {"postfix_cmd_unknown_accepted", pf_cmd_unknown_accepted},
    {"postfix_cmd_count", pf_cmd_commands},
    {"postfix_cmd_count_accepted", pf_cmd_commands_accepted},
    {"postfix_delay_before_qmgr", pf_before},
    {"postfix_delay_in_qmgr", pf_in_queue},
    {"postfix_delay_conn_setup", pf_setup},
    {"postfix_delay_transmission", pf_transfer},
    {"postfix_status", pf_outcome},
    {"postfix_from", pf_sender},
    {"postfix_smtp_response", pf_reply},
    {"postfix_error_response", pf_reply},
    {"postfix_local_response", pf_reply},
    {"postfix_pipe_response", pf_reply},
    {"postfix_smtp_stage", pf_stage},
    {"postfix_dnsbl_domain", pf_dnsbl},
    {"postfix_dnsbl_result", pf_dnsbl_result},
    {"postfix_version", pf_version},
    {"postfix_config_path", pf_configuration},
    {"postfix_termination_signal", pf_signal},
    {"postfix_postscreen_cache_retained", pf_retained},
    {"postfix_postscreen_cache_dropped", pf_dropped},
    {"postfix_postscreen_access", pf_did},
    {"postfix_postscreen_violation", pf_did},
    {"postfix_postscreen_violation_time", pf_after},
    {"postfix_postscreen_dnsbl_rank", pf_rank},
    {"postfix_postscreen_toobusy_data", pf_text},
    {"postfix_action", pf_action},
    {"postfix_status_code", pf_code},
    {"postfix_status_code_enhanced", pf_status},
    {"postfix_status_data", pf_thing},
    {"postfix_status_message", pf_reason},
    {"postfix_postsuper_action", pf_postsuper},
    {"postfix_postsuper_summary_action", pf_text},
    {"postfix_postsuper_summary_count", pf_count},
    {"postfix_relay_hostname", pf_relay},
    {"postfix_relay_ip", pf_relay_ip},
    {"postfix_relay_port", pf_relay_port},
    {"postfix_relay_service", pf_relay_service},
    {"postfix_scache_hits", pf_hits},
    {"postfix_scache_miss", pf_miss},
    {"postfix_scache_success", pf_success},
    {"postfix_scache_timestamp", pf_at},
    {"postfix_scache_domains", pf_domains},
    {"postfix_scache_addresses", pf_addresses},
    {"postfix_scache_connection", pf_connection},
    {"postfix_smtp_lostconn_data", pf_lost},
    {"postfix_smtp_lostconn_reason", pf_lost_while},
    {"postfix_smtpd_lostconn_data", pf_did},
    {"postfix_tls_error", pf_text},
    {"postfix_tls_trustlevel", pf_trust},
    {"postfix_tls_version", pf_tls_version},
    {"postfix_tls_cipher", pf_cipher},
    {"postfix_tls_cipher_size", pf_cipher_bits},
    {"postfix_tls_key_exchange", pf_key_exchange},
    {"postfix_tls_server_signature", pf_signature},
    {"postfix_tls_server_signature_curve", pf_curve},
    {"postfix_tls_server_signature_size", pf_signature_bits},
    {"postfix_tls_server_digest", pf_digest},
    {"postfix_tls_security_level", pf_tls_level},
    {"postfix_tls_downgrade_level", pf_tls_downgrade},
    {"postfix_tls_policy_undecided", pf_tls_mark},
    {"postfix_requiretls", pf_tls_mark},
    {"postfix_requiretls_policy_undecided", pf_tls_mark},
    {"postfix_requiretls_policy_violation", pf_tls_mark},
    {"postfix_requiretls_downgrade_level", pf_tls_downgrade},
    {"postfix_pix_workaround", pf_pix},
    {"postfix_proxy_result", pf_proxy},
    {"postfix_proxy_smtp_stage", pf_stage},
    {"postfix_proxy_message", pf_whole_reply},
    {"postfix_proxy_status_code", pf_code},
    {"postfix_proxy_status_code_enhanced", pf_status},
    {"postfix_discarded_ehlo_keywords", pf_keywords},
    {"postfix_verify_cleanup_type", pf_cleanup},
    {"postfix_verify_cache_retained", pf_retained},
    {"postfix_verify_cache_dropped", pf_dropped},
    {NULL, NULL},
};

static const struct data_excuse postfix_grok_excuses[] = {
    {"smtpd_0029.yaml",
     "what a login ended with, in base64, is never carried: it may be a client's"},
    {NULL, NULL},
};

static const struct data_set postfix_grok = {postfix_read, postfix_grok_fields,
                                             postfix_grok_excuses};

/* Patterns that are part of a line: the lines they are part of. */
static const struct {
    const char *pattern, *program, *before, *behind;
} postfix_grok_parts[] = {
    {"POSTFIX_COMMAND_COUNTER_DATA", "postfix/smtpd", "disconnect from unknown[192.0.2.1] ", ""},
    {"POSTFIX_DELAYS", "postfix/smtp",
     "4F2C1A0B12: to=<a@example.com>, relay=none, delay=1, delays=",
     ", dsn=2.0.0, status=sent (ok)"},
    {"POSTFIX_RELAY", "postfix/lmtp", "4F2C1A0B12: to=<a@example.com>, relay=",
     ", delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (ok)"},
    {"POSTFIX_TLS_FEATURES", "postfix/smtp",
     "4F2C1A0B12: to=<a@example.com>, relay=none, delay=1, delays=1/0/0/0, tls=",
     ", dsn=2.0.0, status=sent (ok)"},
    {"POSTFIX_SCRIPT", "postfix/postfix-script", "", ""},
};

static void postfix_grok_line(struct data_case *c, struct slice pattern, struct slice text)
{
    buf_printf(&c->program, "postfix/%.*s", SLICE_ARG(pattern));
    for (size_t i = 0; i < sizeof postfix_grok_parts / sizeof *postfix_grok_parts; i++) {
        if (!slice_eq(pattern, slice_str(postfix_grok_parts[i].pattern)))
            continue;
        c->program.n = 0;
        buf_add(&c->program, slice_str(postfix_grok_parts[i].program));
        buf_add(&c->body, slice_str(postfix_grok_parts[i].before));
        buf_add(&c->body, text);
        buf_add(&c->body, slice_str(postfix_grok_parts[i].behind));
        return;
    }
    buf_add(&c->body, text);
}

/* cases.tsv: name, pattern, text, field=value;field=value - values hold ';' but never ";postfix_". */
static bool postfix_grok_cases(struct data_tally *t)
{
    struct buf file = {0};
    struct slice rest = data_file("tests/format/data/postfix-grok/cases.tsv", &file);
    bool well = rest.n > 0;
    while (rest.n) {
        struct data_case c = {0};
        struct slice row = slice_word(&rest, '\n');
        struct slice name = slice_word(&row, '\t');
        struct slice pattern = slice_word(&row, '\t');
        struct slice text = slice_word(&row, '\t');
        snprintf(c.name, sizeof c.name, "%.*s", SLICE_ARG(name));
        postfix_grok_line(&c, pattern, text);
        data_case_read(&c, &postfix_grok, t);
        while (row.n) {
            size_t end = slice_find(row, SLICE(";postfix_"));
            struct slice value = slice_head(row, end);
            struct slice theirs = slice_word(&value, '=');
            data_expect(&c, &postfix_grok, theirs, value);
            row = slice_from(row, end + (end < row.n));
        }
        well &= data_case_end(&c, &postfix_grok, t);
    }
    buf_fini(&file);
    return well;
}

static void pf_source_name(const struct event *e, struct slice want, struct buf *got)
{
    pf_client_name(e, want, got);
}

static void pf_failure(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_printf(got, " %.*s", SLICE_ARG(e->text));
}

static void pf_codes(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_printf(got, "%u %.*s", e->code, SLICE_ARG(e->status));
}

static void pf_angled_sender(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_printf(got, "<%.*s>", SLICE_ARG(e->sender));
}

static void pf_angled_recipient(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_printf(got, "<%.*s>", SLICE_ARG(e->recipient));
}

/* Their "helo" of a refusal is what the reason is about, and in the unmarshalled pairs the name with its brackets. */
static void pf_their_helo(const struct event *e, struct slice want, struct buf *got)
{
    if (slice_starts(want, SLICE("<")))
        buf_printf(got, "<%.*s>", SLICE_ARG(e->helo));
    else
        buf_add(got, data_fact(e, "thing"));
}

/* What a client sent in place of a command is not carried: right where no text of the event holds it. */
static void pf_command(const struct event *e, struct slice want, struct buf *got)
{
    bool held = slice_find(e->text, want) < e->text.n || slice_find(e->reply, want) < e->reply.n;
    for (unsigned i = 0; i < e->facts_n; i++)
        held |= slice_find(e->facts[i].value, want) < e->facts[i].value.n;
    if (!slice_eq(data_fact(e, "did"), SLICE("non-SMTP command")))
        buf_add(got, e->stage);
    else if (!held)
        buf_add(got, want);
}

static const struct data_field postfix_crowdsec_fields[] = {
    {"remote_addr", pf_client},
    {"remote_host", pf_source_name},
    {"source_ip", pf_client},
    {"source_hostname", pf_source_name},
    {"message_failure", pf_failure},
    {"action", pf_action},
    {"command", pf_command},
    {"reason", pf_reason},
    {"smtp_basic_status_code", pf_code},
    {"smtp_enhanced_status_code", pf_status},
    {"smtp_return_codes", pf_codes},
    {"kvItems", pf_keyvalue},
    {"helo", pf_their_helo},
    {"from", pf_angled_sender},
    {"to", pf_angled_recipient},
    {"proto", pf_proto},
    {NULL, NULL},
};

static const struct data_excuse no_excuses[] = {{NULL, NULL}};
static const struct data_set postfix_crowdsec = {postfix_read, postfix_crowdsec_fields, no_excuses};

#endif
