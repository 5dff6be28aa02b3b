/* data_dovecot.h - Dovecot: the fields of CrowdSec's parser in our words. */
#ifndef TESTS_FORMAT_DATA_DOVECOT_H
#define TESTS_FORMAT_DATA_DOVECOT_H

#include "data.h"

static void dc_login(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_add(got, e->login);
}

static void dc_client(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_add(got, e->client);
}

static void dc_local(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_add(got, data_fact(e, "local_ip"));
}

static void dc_backend(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_add(got, data_fact(e, "backend"));
}

static void dc_protocol(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    struct slice service = data_fact(e, "service");
    buf_add(got, slice_head(service, slice_find(service, SLICE("-login"))));
}

static void dc_result(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    if (e->kind == EVENT_LOGIN && e->auth == VERDICT_FAILED)
        buf_add(got, SLICE("auth_failed"));
}

static void dc_function(const struct event *e, struct slice want, struct buf *got)
{
    (void)want;
    buf_add(got, slice_head(e->text, slice_find(e->text, SLICE(" failed: "))));
}

/* Theirs has the level before it, no function in it, and the password that was given behind it: the last is not read. */
static void dc_message(const struct event *e, struct slice want, struct buf *got)
{
    struct slice text = e->text;
    size_t failed = slice_find(text, SLICE(" failed: "));
    if (slice_starts(want, SLICE("Info: ")))
        buf_add(got, SLICE("Info: "));
    if (failed < text.n)
        text = slice_from(text, failed + 9);
    if (e->kind == EVENT_LOGIN && e->auth == VERDICT_OK)
        text = SLICE("Login");
    buf_add(got, text);
    struct slice rest = slice_from(want, got->n < want.n ? got->n : want.n);
    if (slice_starts(rest, SLICE(" (given password: ")) ||
        slice_starts(rest, SLICE(" (SHA1 of given password: ")))
        buf_add(got, rest);
}

static const struct data_field dovecot_crowdsec_fields[] = {
    {"dovecot_user", dc_login},
    {"dovecot_remote_ip", dc_client},
    {"source_ip", dc_client},
    {"dovecot_local_ip", dc_local},
    {"dovecot_user_backend", dc_backend},
    {"protocol", dc_protocol},
    {"dovecot_login_result", dc_result},
    {"dovecot_login_message", dc_message},
    {"auth_func", dc_function},
    {NULL, NULL},
};

static const struct data_excuse dovecot_excuses[] = {{NULL, NULL}};
static const struct data_set dovecot_crowdsec = {dovecot_read, dovecot_crowdsec_fields,
                                                 dovecot_excuses};

#endif
