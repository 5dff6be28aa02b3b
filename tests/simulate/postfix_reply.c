/* postfix_reply.c - the delivery line of a simulated Postfix from relay= on: where, how long, what the other side said.
 *
 * Invariant: the words of a reply never decide; texts hold what a reader could take for something else: parentheses, ids of
 * other hosts, keys.  Source: log_adhoc.c 3.x for the keys and their order; texts of smtp(8), local(8), lmtp(8), error(8).
 * Example: relay=mx.d7.example[192.0.2.9]:25, delay=1.3, delays=0.05/0.01/0.9/0.34, dsn=2.0.0, status=sent (250 2.0.0 Ok) */
#include "postfix.h"

struct reply {
    const char *dsn,
        *text; /* in text: $ a host and its address, % an id of another host, @ the recipient */
};

static const struct reply sent_remote[] = {
    {"2.0.0", "250 2.0.0 Ok: queued as %"},
    {"2.0.0", "250 2.0.0 OK  1795000000 d2e1a72fcca58-1 - gsmtp"},
    {"2.6.0",
     "250 2.6.0 <%@mx.example> [InternalId=1234, Hostname=mx.example] Queued mail for delivery"},
    {"2.0.0", "250 ok (status=deferred is not what this is)"},
};
static const struct reply deferred_remote[] = {
    {"4.4.1", "connect to $:25: Connection timed out"},
    {"4.4.2", "lost connection with $ while sending RCPT TO"},
    {"4.4.3", "Host or domain name not found. Name service error for name=mx.example type=MX: Host "
              "not found, try again"},
    {"4.7.1", "host $ said: 451 4.7.1 <@>: Recipient address rejected: Greylisted (try later) (in "
              "reply to RCPT TO command)"},
    {"4.7.0", "host $ refused to talk to me: 421 4.7.0 Too many connections"},
    {"4.4.2", "delivery temporarily suspended: conversation with $ timed out while receiving the "
              "initial server greeting"},
};
static const struct reply bounced_remote[] = {
    {"5.1.1", "host $ said: 550 5.1.1 <@>: Recipient address rejected: User unknown in virtual "
              "mailbox table (in reply to RCPT TO command)"},
    {"5.7.1", "host $ said: 554 5.7.1 Message refused, status=sent (250 Ok) is not to be had (in "
              "reply to end of DATA command)"},
    {"5.4.4", "Host or domain name not found. Name service error for name=nohost.example type=A: "
              "Host not found"},
};
static const struct reply sent_local[] = {
    {"2.0.0", "delivered to mailbox"},
    {"2.0.0", "delivered to command: procmail -a \"$EXTENSION\""},
};
static const struct reply sent_lmtp[] = {{"2.0.0", "250 2.0.0 <@> qYyyBMsl9FRuZQAAA15QOA Saved"}};
static const struct reply deferred_local[] = {
    {"4.2.2", "host ^[private/dovecot-lmtp] said: 452 4.2.2 <@> Mailbox is full (in "
              "reply to end of DATA command)"},
    {"4.3.0", "temporary failure. Command output: lda: Error: (quota) exceeded"},
};
static const struct reply bounced_local[] = {{"5.1.1", "unknown user: \"@\""}};

static void put_host(struct text *t, uint32_t domain)
{
    PUT(t, "mx.d");
    put_u64(t, domain);
    PUT(t, ".example[192.0.2.");
    put_u64(t, domain % 250 + 1);
    PUT(t, "]");
}

static void put_reply(struct postfix *p, const struct recipient *r, const char *text)
{
    struct text *t = &p->line;
    for (; *text; text++) {
        if (*text == '$' && text[1] != 'E') {
            put_host(t, r->to.domain);
        } else if (*text == '@') {
            put_mail_address(p, r->to);
        } else if (*text == '^') {
            put_own(t, p->o, "", "");
        } else if (*text == '%') {
            put_hex(t, 0xA0000 + chance_below(&p->noise, 0x5ffff), 5);
            PUT(t, "77");
        } else {
            put(t, text, 1);
        }
    }
}

#define PICK(list) (list)[chance_below(&p->noise, sizeof(list) / sizeof *(list))]

static struct reply reply_of(struct postfix *p, const struct recipient *r, enum result result)
{
    if (r->remote)
        return result == RESULT_SENT       ? PICK(sent_remote)
               : result == RESULT_DEFERRED ? PICK(deferred_remote)
                                           : PICK(bounced_remote);
    if (result == RESULT_SENT)
        return r->to.user % 3 ? PICK(sent_lmtp) : PICK(sent_local);
    return result == RESULT_DEFERRED ? PICK(deferred_local) : PICK(bounced_local);
}

const char *delivery_agent(const struct message *m, const struct recipient *r, enum result result)
{
    if (r->remote)
        return result == RESULT_DEFERRED && m->size % 16 == 0 ? "error" : "smtp";
    return r->to.user % 3 && !r->forwards ? "lmtp" : "local";
}

static void put_relay(struct postfix *p, const struct message *m, const struct recipient *r,
                      enum result result, const struct reply *reply)
{
    struct text *t = &p->line;
    bool none =
        result == RESULT_DEFERRED && (strncmp(reply->text, "host ", 5) != 0 || m->size % 16 == 0);
    if (none)
        PUT(t, "none");
    else if (r->remote) {
        put_host(t, r->to.domain);
        PUT(t, ":25");
    } else if (r->to.user % 3 && !r->forwards)
        put_own(t, p->o, "", "[private/dovecot-lmtp]");
    else
        PUT(t, "local");
}

/* Rounded each for itself; what is left of the age goes to the time before the queue manager. */
int64_t put_delays(struct postfix *p, const struct message *m)
{
    struct text *t = &p->line;
    int64_t age = p->stamp - m->born, own[3] = {10000, 250000, 340000};
    for (int i = 0; i < 3; i++)
        own[i] = chance_span(&p->noise, 0.2) % (age / 4 + 1);
    PUT(t, ", delay=");
    int64_t shown = put_span(t, age);
    PUT(t, ", delays=");
    put_span(t, age - own[0] - own[1] - own[2]);
    for (int i = 0; i < 3; i++) {
        PUT(t, "/");
        put_span(t, own[i]);
    }
    return shown;
}

int64_t put_delivery(struct postfix *p, const struct message *m, const struct recipient *r,
                     enum result result, const struct message *child)
{
    static const char *const words[] = {"sent", "deferred", "bounced"};
    static const char *const probed[] = {"deliverable", "undeliverable", "undeliverable"};
    struct text *t = &p->line;
    struct reply reply = reply_of(p, r, result);
    PUT(t, "relay=");
    put_relay(p, m, r, result, &reply);
    if (r->remote && chance_below(&p->noise, 10) == 0)
        PUT(t, ", conn_use=2");
    int64_t shown = put_delays(p, m);
    if (r->remote && chance_below(&p->noise, 10) == 0)
        PUT(t, ", tls=may");
    PUT(t, ", dsn=");
    put_z(t, reply.dsn);
    PUT(t, ", status=");
    put_z(t, m->origin == ORIGIN_PROBE ? probed[result] : words[result]);
    PUT(t, " (");
    if (child) {
        PUT(t, "forwarded as ");
        put_z(t, child->id);
    } else {
        put_reply(p, r, reply.text);
    }
    PUT(t, ")");
    return shown;
}
