/* data_mta.h - sendmail and Exim: the fields of fluent-plugin-sendmail and of CrowdSec's parser in our words. */
#ifndef TESTS_FORMAT_DATA_MTA_H
#define TESTS_FORMAT_DATA_MTA_H

#include "data.h"

#define MTA_MEMBER(function, member)                                                               \
    static void function(const struct event *e, struct slice want, struct buf *got)                \
    {                                                                                              \
        (void)want;                                                                                \
        buf_add(got, e->member);                                                                   \
    }
#define MTA_NUMBER(function, member)                                                               \
    static void function(const struct event *e, struct slice want, struct buf *got)                \
    {                                                                                              \
        (void)want;                                                                                \
        buf_printf(got, "%llu", (unsigned long long)e->member);                                    \
    }
#define MTA_FACT(function, name)                                                                   \
    static void function(const struct event *e, struct slice want, struct buf *got)                \
    {                                                                                              \
        (void)want;                                                                                \
        buf_add(got, data_fact(e, name));                                                          \
    }

MTA_MEMBER(mta_id, queue_id)
MTA_MEMBER(mta_client, client)
MTA_MEMBER(mta_client_name, client_name)
MTA_MEMBER(mta_helo, helo)
MTA_MEMBER(mta_sender, sender)
MTA_MEMBER(mta_proto, proto)
MTA_MEMBER(mta_status, status)
MTA_MEMBER(mta_relay_ip, relay_ip)
MTA_MEMBER(mta_method, auth_method)
MTA_NUMBER(mta_port, client_port)
MTA_NUMBER(mta_size, size)
MTA_NUMBER(mta_declared, declared_recipients)
MTA_NUMBER(mta_seconds, delay / SECOND)
MTA_FACT(mta_tls, "tls_cipher")
MTA_FACT(mta_daemon, "daemon")
MTA_FACT(mta_mailer, "mailer")
MTA_FACT(mta_ctladdr, "ctladdr")
MTA_FACT(mta_xdelay, "xdelay")

/* Whom a login or a refused mail was for. */
static void mta_target(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_add(got, e->kind == EVENT_LOGIN ? e->login : e->recipient);
}

/* What is a part of our text. */
static void mta_within(const struct event *e, struct slice want, struct buf *got)
{
    if (slice_find(e->text, want) < e->text.n)
        buf_add(got, want);
}

static void mta_stage(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_add(got, e->stage);
    slice_lower(got->p, buf_slice(got));
}

static void mta_bracketed(struct slice s, struct buf *got)
{
    buf_printf(got, "<%.*s>", SLICE_ARG(s));
}

static void mta_from(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    mta_bracketed(e->sender, got);
}

static void mta_message_id(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    mta_bracketed(e->message_id, got);
}

/* "1+00:00:15" */
static void mta_delay(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    long long s = (long long)(e->delay / SECOND);
    if (s >= 86400)
        buf_printf(got, "%lld+", s / 86400);
    buf_printf(got, "%02lld:%02lld:%02lld", s % 86400 / 3600, s % 3600 / 60, s % 60);
}

static void mta_stat(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    if (e->outcome == OUTCOME_SENT && e->reply.n)
        buf_printf(got, "Sent (%.*s)", SLICE_ARG(e->reply));
    else if (e->outcome == OUTCOME_SENT)
        buf_printf(got, "Sent");
    else if (e->outcome == OUTCOME_DEFERRED)
        buf_printf(got, "Deferred: %.*s", SLICE_ARG(e->reply));
}

static void mta_outcome(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_printf(got, "%s%s", e->outcome == OUTCOME_SENT ? "sent" : "deferred",
               e->channel == CHANNEL_LOCAL ? "_local" : "");
}

/* A JSON list: "<a@example.jp>", "<b@example.jp>" */
static void mta_to(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    struct slice list = e->recipients;
    bool bare = slice_find(want, SLICE("<")) == want.n;
    if (e->recipient.n)
        buf_printf(got, bare ? "\"%.*s\"" : "\"<%.*s>\"", SLICE_ARG(e->recipient));
    while (list.n) {
        struct slice one = slice_word(&list, ',');
        buf_printf(got, "%s\"%.*s\"", got->n ? ", " : "", SLICE_ARG(one));
    }
}

static const struct data_excuse mta_no_excuses[] = {{NULL, NULL}};

static const struct data_field exim_crowdsec_fields[] = {
    {"source_ip", mta_client},
    {"source_port", mta_port},
    {"source_dns", mta_client_name},
    {"source_helo", mta_helo},
    {"source_user", mta_sender},
    {"target_user", mta_target},
    {"username", mta_target},
    {"tls_cipher", mta_tls},
    {"exim_auth", mta_method},
    {"acl", mta_stage},
    {"rate_limit", mta_within},
    {"rbl_url", mta_within},
    {"target_port", mta_within},
    {"date", NULL}, /* the stamp, which the framing reads */
    {"exim_year", NULL},
    {"exim_month", NULL},
    {"exim_day", NULL},
    {"exim_time", NULL},
    {NULL, NULL}};
static const struct data_set exim_crowdsec = {exim_read, exim_crowdsec_fields, mta_no_excuses};

static const struct data_field sendmail_from_fields[] = {
    {"qid", mta_id},          {"from", mta_from},         {"size", mta_size},
    {"nrcpts", mta_declared}, {"msgid", mta_message_id},  {"proto", mta_proto},
    {"daemon", mta_daemon},   {"relay_from", mta_client}, {NULL, NULL}};
static const struct data_set sendmail_from = {sendmail_read, sendmail_from_fields, mta_no_excuses};

static const struct data_field sendmail_to_fields[] = {{"qid", mta_id},
                                                       {"to", mta_to},
                                                       {"ctladdr", mta_ctladdr},
                                                       {"delay", mta_delay},
                                                       {"delay_in_sec", mta_seconds},
                                                       {"xdelay", mta_xdelay},
                                                       {"mailer", mta_mailer},
                                                       {"relay_to", mta_relay_ip},
                                                       {"dsn", mta_status},
                                                       {"stat", mta_stat},
                                                       {"status_canonical", mta_outcome},
                                                       {NULL, NULL}};
static const struct data_set sendmail_to = {sendmail_read, sendmail_to_fields, mta_no_excuses};

/* The value of a key in a line of JSON without escapes: a string or a list without its marks, a number; of an object its
 * "ip".  false if the key is not there. */
static bool mta_json(struct slice line, const char *name, struct slice *value)
{
    char key[40];
    struct slice quoted = slice_of(key, (size_t)snprintf(key, sizeof key, "\"%s\":", name));
    size_t at = slice_find(line, quoted);
    if (at == line.n)
        return false;
    struct slice s = slice_from(line, at + quoted.n);
    slice_eat(&s, SLICE("{\"ip\":"));
    if (slice_eat(&s, SLICE("\"")))
        *value = slice_head(s, slice_chr(s, '"'));
    else if (slice_eat(&s, SLICE("[")))
        *value = slice_head(s, slice_chr(s, ']'));
    else
        *value = slice_head(s, slice_chr(s, s.n && slice_chr(s, ',') < s.n ? ',' : '}'));
    return true;
}

/* One line of the log against one of the results. */
static bool sendmail_case(struct slice line, struct slice result, unsigned number,
                          const struct data_set *set, struct data_tally *t)
{
    struct data_case c = {0};
    struct slice want;
    snprintf(c.name, sizeof c.name, "sendmail-fluent %u", number);
    buf_add(&c.program, SLICE("sendmail"));
    buf_add(&c.body, slice_from(line, slice_find(line, SLICE("]: ")) + 3));
    data_case_read(&c, set, t);
    for (const struct data_field *f = set->fields; f->theirs; f++)
        if (mta_json(result, f->theirs, &want))
            data_expect(&c, set, slice_str(f->theirs), want);
    return data_case_end(&c, set, t);
}

/* Each result tells of one to= line, in their order, and of the from= line before them. */
static inline bool sendmail_fluent_cases(const char *log, const char *results, struct data_tally *t)
{
    struct buf lines = {0}, told = {0};
    struct slice rest = data_file(log, &lines), wanted = data_file(results, &told), from = {0};
    bool well = rest.n && wanted.n;
    unsigned number = 0;
    while (rest.n) {
        struct slice line = slice_word(&rest, '\n');
        if (slice_find(line, SLICE(": from=")) < line.n)
            from = line;
        if (slice_find(line, SLICE(": to=")) == line.n)
            continue;
        struct slice result = slice_word(&wanted, '\n');
        well &= sendmail_case(line, result, ++number, &sendmail_to, t);
        well &= sendmail_case(from, result, ++number, &sendmail_from, t);
    }
    well &= wanted.n == 0;
    buf_fini(&lines);
    buf_fini(&told);
    return well;
}

#endif
