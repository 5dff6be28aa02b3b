/* epost_sender.c - the delivery trace (senderlog) of a simulated E-Post server.
 *
 * Invariant: a peer's reply follows its label on the same line with a time of its own; further lines of the reply
 * have no time.  Source: the project's description of the formats; L and O count seconds since 1601-01-01 UTC.
 * Example: [08:21:25:901] [B0000097587-R0002] SendGlobalMailStatus:example.net:return=1 */
#include "epost.h"

#define FILETIME_SECONDS INT64_C(11644473600)

static void sender_begin(struct epost *e, const struct message *m, uint32_t leader)
{
    put_clock(e);
    PUT(&e->line, "[");
    put_base(e, m);
    if (m->to[leader].tries > 1) {
        PUT(&e->line, "-R");
        put_padded(&e->line, leader + 1, 4);
    }
    PUT(&e->line, "] ");
}

static bool sender_end(struct epost *e, const struct message *m)
{
    return line_end(e, m->deliverer, LOG_SENDER, e->now / 1000 * 1000);
}

static const char *domain_of(const struct epost *e, const struct message *m, uint32_t leader)
{
    return e->names.domain[m->to[leader].to.domain];
}

static void write_ages(struct epost *e, const struct message *m, uint32_t leader)
{
    int64_t age = e->now / SECOND - m->data_end / SECOND;
    sender_begin(e, m, leader);
    PUT(&e->line, "[");
    put_z(&e->line, domain_of(e, m, leader));
    PUT(&e->line, "] GetTryServer:(ltime(");
    put_u64(&e->line, (uint64_t)(e->now / SECOND + FILETIME_SECONDS));
    PUT(&e->line, ")-otime(");
    put_u64(&e->line, (uint64_t)(m->data_end / SECOND + FILETIME_SECONDS));
    PUT(&e->line, "))/240=(");
    put_u64(&e->line, (uint64_t)(age / 120));
    PUT(&e->line, ")");
    sender_end(e, m);
}

/* A server's words, after the label that was written first. */
static bool write_reply(struct epost *e, const struct message *m, uint32_t leader,
                        const char *reply)
{
    sender_begin(e, m, leader);
    PUT(&e->line, "SendMailMess:");
    put_clock(e);
    e->line.n--; /* the blank after the clock comes with the reply */
    PUT(&e->line, " ");
    put_z(&e->line, reply);
    if (e->o->crlf)
        PUT(&e->line, "\r"); /* its own CR LF, and the LF once more translated */
    return sender_end(e, m);
}

static void write_continuation(struct epost *e, const struct message *m, const char *text,
                               enum line_class class)
{
    put_z(&e->line, text);
    flush_line(e, m->deliverer, LOG_SENDER, class);
}

static void write_talk(struct epost *e, const struct message *m, uint32_t leader)
{
    write_reply(e, m, leader, "220 mx1 ESMTP");
    sender_begin(e, m, leader);
    PUT(&e->line, "SendMailMess:EHLO mx.example.jp");
    sender_end(e, m);
    if (write_reply(e, m, leader, "250-mx1 greets you")) {
        write_continuation(e, m, "250-size 52428800", CLASS_CONTINUATION);
        write_continuation(e, m, "250 8bitmime", CLASS_CONTINUATION);
        if (m->counter % 11 == 0)
            write_continuation(e, m, "", CLASS_BLANK);
    }
    sender_begin(e, m, leader);
    PUT(&e->line, "SendMailMess:RCPT TO:<");
    put_address(&e->line, &e->names, m->to[leader].to);
    PUT(&e->line, ">");
    sender_end(e, m);
    write_reply(e, m, leader, "250 2.1.5 ok");
}

static void write_connect(struct epost *e, const struct message *m, uint32_t leader)
{
    sender_begin(e, m, leader);
    PUT(&e->line, "ConnectHost(mx1.");
    put_z(&e->line, domain_of(e, m, leader));
    PUT(&e->line, ")");
    sender_end(e, m);
}

void write_try(struct epost *e, const struct message *m, uint32_t leader, bool connects)
{
    if (m->counter % 4 == 0) { /* the long form of the log now and then */
        sender_begin(e, m, leader);
        PUT(&e->line, "[");
        put_z(&e->line, domain_of(e, m, leader));
        PUT(&e->line, "] GetTryServer:()");
        sender_end(e, m);
    }
    write_ages(e, m, leader);
    if (!connects || m->counter % 4 == 0)
        write_connect(e, m, leader);
    if (connects) {
        if (m->counter % 4 == 0)
            write_talk(e, m, leader);
        return;
    }
    if (m->counter % 5 == 0) {
        put_clock(e);
        PUT(&e->line, "451 Requested action aborted: error in processing. (code=10060/ffffffff)");
        sender_end(e, m);
        return;
    }
    sender_begin(e, m, leader);
    PUT(&e->line, "ConnectHost: winsock connect failed. (socket error code=10060)");
    sender_end(e, m);
}

bool write_status(struct epost *e, const struct message *m, uint32_t leader, int verdict)
{
    sender_begin(e, m, leader);
    PUT(&e->line, "SendGlobalMailStatus:");
    put_z(&e->line, domain_of(e, m, leader));
    if (verdict)
        PUT(&e->line, ":return=1");
    else
        PUT(&e->line, ":return=0");
    return sender_end(e, m);
}
