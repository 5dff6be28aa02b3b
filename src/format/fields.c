/* fields.c - what the dialects of many programs share.
 *
 * Why: some twenty programs write key=value lists, clients and replies in nearly the same way.
 * Invariant: nothing is taken for a client that is no IP address; a helper that finds nothing gives an empty slice.
 * Facts: RFC 4291 and 5321 (address literals), RFC 3463 (status codes).
 * Example: user=<a@example.com>, method=PLAIN, rip=::ffff:192.0.2.7, lip=192.0.2.1, session=<x> */
#include "fields.h"

#include "epost.h"

struct slice field_between(struct slice s, struct slice open, struct slice close)
{
    size_t from = slice_find(s, open);
    if (from == s.n)
        return slice_of(NULL, 0);
    s = slice_from(s, from + open.n);
    size_t to = slice_find(s, close);
    return to < s.n ? slice_head(s, to) : slice_of(NULL, 0);
}

struct slice field_bare(struct slice s)
{
    if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
        return slice_of(s.p + 1, s.n - 2);
    return s;
}

/* Where the value of key begins; s.n if it is not there. */
static size_t value_at(struct slice s, struct slice key)
{
    for (size_t from = 0; from < s.n;) {
        size_t at = from + slice_find(slice_from(s, from), key);
        if (at >= s.n)
            return s.n;
        if (at == 0 || s.p[at - 1] == ' ' || s.p[at - 1] == ',' || s.p[at - 1] == '(')
            return at + key.n;
        from = at + 1;
    }
    return s.n;
}

struct slice field_value(struct slice s, struct slice key, char stop)
{
    size_t at = value_at(s, key);
    s = slice_from(s, at);
    if (s.n && s.p[0] == '<') {
        size_t close = slice_chr(s, '>');
        if (close < s.n)
            return slice_of(s.p + 1, close - 1);
    }
    return slice_head(s, slice_chr(s, stop));
}

bool field_number(struct slice s, struct slice key, uint64_t *out)
{
    s = slice_from(s, value_at(s, key));
    return slice_eat_u64(&s, out);
}

struct slice field_last(struct slice s, struct slice key, struct slice stop)
{
    size_t at = slice_rfind(s, key);
    if (at == s.n)
        return slice_of(NULL, 0);
    s = slice_from(s, at + key.n);
    return slice_head(s, slice_find(s, stop));
}

void fact_said(struct event *e, const char *name, struct slice value)
{
    if (value.n)
        event_fact(e, name, value);
}

struct slice body_untagged(struct slice body, struct event *e)
{
    struct slice s = body;
    uint64_t pid = e->pid;
    if (!e->program.n || !slice_eat(&s, e->program))
        return body;
    if (EAT(&s, "[") && (!slice_eat_u64(&s, &pid) || !EAT(&s, "]")))
        return body;
    if (!EAT(&s, ":"))
        return body;
    EAT(&s, " ");
    e->pid = pid;
    return s;
}

bool starts_one_of(struct slice s, const struct slice *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (slice_starts(s, texts[i]))
            return true;
    return false;
}

static bool v4(struct slice s)
{
    for (int part = 0; part < 4; part++) {
        uint64_t number;
        if ((part && !EAT(&s, ".")) || s.n == 0 || !slice_eat_u64(&s, &number) || number > 255)
            return false;
    }
    return s.n == 0;
}

static bool v6(struct slice s)
{
    size_t colons = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        colons += c == ':';
        if (c != ':' && c != '.' && !((unsigned char)(c - '0') < 10) &&
            !((unsigned char)((c | 32) - 'a') < 6))
            return false;
    }
    return colons >= 2 && s.n <= 45;
}

struct slice client_of(struct slice s)
{
    s = slice_trim(s);
    if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
        s = slice_of(s.p + 1, s.n - 2);
    if (slice_istarts(s, SLICE("IPv6:")))
        s = slice_from(s, 5);
    if (slice_istarts(s, SLICE("::ffff:")) && v4(slice_from(s, 7)))
        s = slice_from(s, 7);
    s = slice_head(s, slice_chr(s, '%'));
    return v4(s) || v6(s) ? s : slice_of(NULL, 0);
}

void client_set(struct event *e, struct slice s)
{
    e->client = client_of(s);
    if (e->client.n)
        e->client_grade = JOIN_EXACT;
}

void client_named(struct event *e, struct slice s)
{
    size_t open = slice_rchr(s, '['), close = slice_rchr(s, ']');
    uint64_t port;
    if (open == s.n || close == s.n || close < open) {
        client_set(e, s);
        if (!e->client.n)
            e->client_name = slice_trim(s);
        return;
    }
    client_set(e, slice_of(s.p + open + 1, close - open - 1));
    struct slice name = slice_trim(slice_head(s, open)), rest = slice_from(s, close + 1);
    if (!slice_eq(name, SLICE("unknown")) && !slice_eq(name, SLICE("unknown@")) &&
        !slice_starts(name, SLICE("(null)")))
        e->client_name = name;
    if (EAT(&rest, ":") && slice_eat_u64(&rest, &port) && port <= 65535)
        e->client_port = (unsigned)port;
}

void sender_set(struct event *e, struct slice s)
{
    e->sender = field_bare(s);
    e->has_sender = true;
}

void field_reply(struct slice s, struct event *e)
{
    uint64_t code;
    struct slice digits = slice_head(s, 3);
    if (s.n < 3 || !slice_u64(digits, &code) || code < 200 || code > 599 ||
        (s.n > 3 && s.p[3] != ' ' && s.p[3] != '-'))
        return;
    e->code = (unsigned)code;
    if (s.n > 4)
        e->status = status_at(slice_from(s, 4));
}
