/* events.h - an event as one line of text: every field that was said, in a fixed order. */
#ifndef TESTS_EVENTS_H
#define TESTS_EVENTS_H

#include "postmortem/base/buf.h"
#include "postmortem/format/format.h"

static const char *const event_kinds[] = {"NONE",    "ACCEPT", "ENVELOPE", "MESSAGE_ID", "START",
                                          "ATTEMPT", "LINK",   "GIVE_UP",  "DONE",       "HOLD",
                                          "REJECT",  "LOGIN",  "SESSION",  "SERVICE",    "LOAD"};
static const char *const event_outcomes[] = {"-",       "sent",    "deferred", "bounced",
                                             "expired", "deleted", "discarded"};
static const char *const event_channels[] = {"-", "local", "remote"};
static const char *const event_verdicts[] = {"-", "ok", "failed", "aborted", "timeout"};
static const char *const event_links[] = {"-",       "bounce",   "double-bounce",
                                          "forward", "reinject", "rename"};
static const char *const event_services[] = {"-",     "start",   "stopping",    "stop",
                                             "alert", "warning", "bounce-lost", "clock-back"};

static void event_text(struct buf *out, const char *name, struct slice s)
{
    if (s.n == 0)
        return;
    buf_printf(out, " %s={", name);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 32 || c > 126)
            buf_printf(out, "\\x%02X", c);
        else
            buf_byte(out, (char)c);
    }
    buf_byte(out, '}');
}

static void event_word(struct buf *out, const char *name, const char *const *names, unsigned value)
{
    if (value)
        buf_printf(out, " %s=%s", name, names[value]);
}

static void event_number(struct buf *out, const char *name, uint64_t value)
{
    if (value)
        buf_printf(out, " %s=%llu", name, (unsigned long long)value);
}

static void event_time(struct buf *out, const char *name, when t)
{
    char text[40];
    if (t == WHEN_NONE)
        buf_printf(out, " %s=none", name);
    else
        buf_printf(out, " %s=%s", name, when_rfc3339(t, text).p);
}

static inline void event_print(struct buf *out, const struct event *e)
{
    buf_printf(out, "    %s", event_kinds[e->kind]);
    event_time(out, "time", e->time);
    if (e->printed != e->time)
        event_time(out, "printed", e->printed);
    event_text(out, "host", e->host);
    event_text(out, "program", e->program);
    event_number(out, "pid", e->pid);
    event_text(out, "id", e->queue_id);
    event_number(out, "delivery", e->delivery_id);
    event_text(out, "session", e->session);
    event_text(out, "client", e->client);
    event_number(out, "client-port", e->client_port);
    event_text(out, "client-name", e->client_name);
    event_text(out, "helo", e->helo);
    event_text(out, "login", e->login);
    event_text(out, "method", e->auth_method);
    event_word(out, "auth", event_verdicts, e->auth);
    event_number(out, "tries", e->tries);
    if (e->echo)
        buf_printf(out, " echo");
    event_word(out, "verdict", event_verdicts, e->verdict);
    if (e->has_uid)
        buf_printf(out, " uid=%llu", (unsigned long long)e->uid);
    if (e->has_sender && e->sender.n == 0)
        buf_printf(out, " sender={}");
    event_text(out, "sender", e->sender);
    event_text(out, "message-id", e->message_id);
    event_text(out, "recipient", e->recipient);
    event_text(out, "recipients", e->recipients);
    event_text(out, "orig-recipient", e->orig_recipient);
    event_number(out, "declared", e->declared_recipients);
    event_text(out, "domain", e->domain);
    event_number(out, "size", e->size);
    event_word(out, "channel", event_channels, e->channel);
    event_text(out, "relay", e->relay);
    event_text(out, "relay-ip", e->relay_ip);
    event_number(out, "relay-port", e->relay_port);
    event_text(out, "stage", e->stage);
    event_text(out, "proto", e->proto);
    event_word(out, "outcome", event_outcomes, e->outcome);
    if (e->final)
        buf_printf(out, " final");
    if (e->mangled)
        buf_printf(out, " mangled");
    if (e->probe)
        buf_printf(out, " probe");
    event_text(out, "status", e->status);
    event_number(out, "code", e->code);
    event_text(out, "reply", e->reply);
    if (e->has_age) {
        event_time(out, "now", e->age_now);
        event_time(out, "from", e->age_from);
    }
    if (e->has_delay)
        buf_printf(out, " delay=%lldus", (long long)e->delay);
    if (e->has_phases)
        buf_printf(out, " phases=%lld/%lld/%lld/%lldus", (long long)e->phases.before_queue,
                   (long long)e->phases.in_queue, (long long)e->phases.connect,
                   (long long)e->phases.transfer);
    if (e->has_id_time)
        event_time(out, "id-time", e->id_time);
    event_word(out, "link", event_links, e->link);
    event_number(out, "qp", e->qp);
    event_text(out, "link-id", e->link_id);
    event_word(out, "service", event_services, e->service);
    event_text(out, "text", e->text);
    event_number(out, "repeated", e->repeated);
    for (unsigned i = 0; i < e->facts_n; i++)
        event_text(out, e->facts[i].name, e->facts[i].value);
    if (e->kind == EVENT_LOAD)
        buf_printf(out, " load=%u/%u,%u/%u", e->running_local, e->limit_local, e->running_remote,
                   e->limit_remote);
    buf_byte(out, '\n');
}

#endif
