/* fields.h - what the dialects of many programs share: words, lists of key=value, clients, services. */
#ifndef FORMAT_FIELDS_H
#define FORMAT_FIELDS_H

#include "dialects.h"

#define EAT(s, text) slice_eat(s, SLICE(text))

static inline bool slice_has(struct slice s, struct slice needle)
{
    return slice_find(s, needle) < s.n;
}
#define HAS(s, text) slice_has(s, SLICE(text))

/* What stands between the first open in s and the next close after it; empty if there is no
 * such place. */
struct slice field_between(struct slice s, struct slice open, struct slice close);
/* The value of key ("rip=") in a list: key stands at the start of s or after a blank or a comma, the value ends before
 * stop or with s.  Without <> around it.  Empty if there is none. */
struct slice field_value(struct slice s, struct slice key, char stop);
/* The same, a number; false if there is none. */
bool field_number(struct slice s, struct slice key, uint64_t *out);
/* What stands in s between the last key and the next stop behind it, or the end of s; empty if key is not there. */
struct slice field_last(struct slice s, struct slice key, struct slice stop);
/* A fact, if it says anything. */
void fact_said(struct event *e, const char *name, struct slice value);
/* "<a@example.com>" without its brackets. */
struct slice field_bare(struct slice s);

/* Does s begin with one of n texts? */
bool starts_one_of(struct slice s, const struct slice *texts, size_t n);
#define KNOWN(s, texts) starts_one_of(s, texts, sizeof(texts) / sizeof(texts)[0])

/* "spamdyke[4242]: ..." without the program's name, which stands in the event; a pid in it goes to e. */
struct slice body_untagged(struct slice body, struct event *e);

/* The IP in s, without [], "IPv6:", "::ffff:" before IPv4, %zone; empty if it is none. */
struct slice client_of(struct slice s);
/* It is the client, if it is an IP at all. */
void client_set(struct event *e, struct slice s);
/* "name[192.0.2.1]:port", "name [192.0.2.1]", "[192.0.2.1]" -> client_name, client, client_port. */
void client_named(struct event *e, struct slice s);
/* A sender, "<>" included. */
void sender_set(struct event *e, struct slice s);

/* "550 5.1.1 text" at the start of s: code and status, as far as they stand there. */
void field_reply(struct slice s, struct event *e);

/* What was set of e is taken back, but for what it came with. */
static inline void event_anew(struct event *e)
{
    *e = (struct event){.host = e->host, .program = e->program, .pid = e->pid, .place = e->place};
}

static inline bool slice_ihas(struct slice s, struct slice needle)
{
    for (; s.n >= needle.n; s = slice_from(s, 1))
        if (slice_istarts(s, needle))
            return true;
    return false;
}

static inline enum line_class event_service(struct event *e, enum service_event kind,
                                            struct slice text)
{
    e->kind = EVENT_SERVICE;
    e->service = kind;
    e->text = text;
    return LINE_PARSED;
}

static inline enum line_class event_login(struct event *e, enum verdict verdict, struct slice login)
{
    e->kind = EVENT_LOGIN;
    e->auth = verdict;
    e->login = login;
    return LINE_PARSED;
}

static inline enum line_class event_session(struct event *e, enum verdict verdict)
{
    e->kind = EVENT_SESSION;
    e->verdict = verdict;
    return LINE_PARSED;
}

static inline enum line_class event_reject(struct event *e, struct slice stage, struct slice reason)
{
    e->kind = EVENT_REJECT;
    e->stage = stage;
    e->text = reason;
    return LINE_PARSED;
}

#endif
