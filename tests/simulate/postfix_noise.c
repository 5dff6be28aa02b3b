/* postfix_noise.c - what a mail host hears all day and is no mail: refusals, guessed passwords, screened clients, its own
 * restarts.
 *
 * Source: the lines of smtpd(8), postscreen(8), dnsblog(8), anvil(8), master(8) of Postfix 3.x.
 * Example: NOQUEUE: reject: RCPT from unknown[203.0.113.7]: 554 5.7.1 <b@example.org>: Relay access denied; ... */
#include "postfix.h"

static void put_peer_line(struct postfix *p, const char *service, unsigned pid, uint32_t client,
                          const char *before, const char *behind)
{
    entry_begin(p, service, pid);
    put_z(&p->line, before);
    put_client(p, client);
    put_z(&p->line, behind);
    entry_end(p);
}

static void put_screened(struct postfix *p, unsigned port, uint32_t client, const char *before,
                         const char *behind)
{
    struct text *t = &p->line;
    entry_begin(p, "postscreen", 640);
    put_z(t, before);
    PUT(t, "[203.0.113.");
    put_u64(t, client % 250);
    PUT(t, "]:");
    put_u64(t, port);
    put_z(t, behind);
    entry_end(p);
}

static void screened(struct postfix *p, uint32_t client)
{
    unsigned port = 20000 + chance_below(&p->noise, 40000);
    put_screened(p, port, client, "CONNECT from ", " to [198.51.100.1]:25");
    switch (chance_below(&p->noise, 4)) {
    case 0:
        put_screened(p, port, client, "PASS OLD ", "");
        return;
    case 1:
        put_screened(p, port, client, "PREGREET 14 after 0.11 from ", ": EHLO ylmf-pc\\r\\n");
        break;
    case 2:
        put_screened(p, port, client, "DNSBL rank 6 for ", "");
        put_screened(
            p, port, client, "NOQUEUE: reject: RCPT from ",
            ": 550 5.7.1 Service unavailable; client [203.0.113.7] blocked using "
            "zen.example.org; from=<a@example.com>, to=<b@example.jp>, proto=ESMTP, helo=<pc>");
        break;
    default:
        put_screened(p, port, client, "HANGUP after 0.4 from ", " in tests before SMTP handshake");
    }
    put_screened(p, port, client, "DISCONNECT ", "");
}

static void refused(struct postfix *p, unsigned pid, uint32_t client)
{
    put_peer_line(p, "smtpd", pid, client, "NOQUEUE: reject: RCPT from ",
                  ": 554 5.7.1 <b@example.org>: Relay access denied; from=<a@example.com> "
                  "to=<b@example.org> proto=ESMTP helo=<pc>");
    put_peer_line(p, "smtpd", pid, client, "disconnect from ",
                  " ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4");
}

static void guessed(struct postfix *p, unsigned pid, uint32_t client)
{
    put_peer_line(p, "smtpd", pid, client,
                  "warning: ", ": SASL LOGIN authentication failed: authentication failure");
    put_peer_line(p, "smtpd", pid, client, "lost connection after AUTH from ", "");
    put_peer_line(p, "smtpd", pid, client, "disconnect from ", " ehlo=1 auth=0/1 commands=1/2");
}

void noise_session(struct postfix *p)
{
    unsigned pid = 1000 + chance_below(&p->noise, 30000);
    uint32_t client = chance_below(&p->noise, 5000) / 5 * 5, dice = chance_below(&p->noise, 4);
    if (dice == 0) {
        screened(p, client);
        return;
    }
    put_peer_line(p, "smtpd", pid, client, "connect from ", "");
    if (dice == 1)
        refused(p, pid, client);
    else if (dice == 2)
        guessed(p, pid, client);
    else
        put_peer_line(p, "smtpd", pid, client, "disconnect from ", " ehlo=1 quit=1 commands=2");
}

static void daemon_line(struct postfix *p, const char *service, unsigned pid, const char *text)
{
    entry_begin(p, service, pid);
    put_z(&p->line, text);
    entry_end(p);
}

void noise_daemon(struct postfix *p)
{
    unsigned pid = 500 + chance_below(&p->noise, 400);
    daemon_line(p, "postfix-script", pid, "stopping the Postfix mail system");
    daemon_line(p, "master", 499, "terminating on signal 15");
    daemon_line(p, "postfix-script", pid + 1, "starting the Postfix mail system");
    daemon_line(p, "master", pid + 2,
                "daemon started -- version 3.7.11, configuration /etc/postfix");
}
