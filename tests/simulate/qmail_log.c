/* qmail_log.c - how a qmail-send line reaches the disk: multilog files or a syslog maillog, and which lines do not.
 *
 * Invariant: stamps never step back, at least 30 microseconds lie between lines; a multilog `.s` file is named by
 * the time it was finished.  Source: multilog(8) and splogger(8) behaviour: TAI64N label = 2^62 + 10 + unix seconds;
 * splogger cuts after 799 bytes and marks the rest with `+`; logrotate's dateext and numbered names.
 * Example: @400000006a1b2c3d0b0b0b0c new msg 4711 */
#include "qmail.h"

#include <stdio.h>
#include <stdlib.h>

#define SPLOGGER_CHUNK 799

void log_stamp(struct qmail *q)
{
    int64_t t = q->stamp + 30;
    q->stamp = q->now > t ? q->now : t;
}

static void put_tai(struct text *t, int64_t us, unsigned extra_ns)
{
    put_hex(t, (UINT64_C(1) << 62) + 10 + (uint64_t)(us / SECOND), 16);
    put_hex(t, (uint64_t)(us % SECOND) * 1000 + extra_ns, 8);
}

static void rotate_multilog(struct qmail *q)
{
    struct text *t = &q->line;
    t->n = 0;
    PUT(t, "@");
    put_tai(t, q->stamp + 10, 0);
    PUT(t, ".s");
    put(t, "", 1);
    sink_close(&q->log.sink);
    sink_rename(q->o->out, q->log.sink.index, t->p);
    maillog_open(&q->log, q->o, "current", q->stamp);
}

static void rotate_if_due(struct qmail *q)
{
    if (q->o->server == SERVER_SYSLOG)
        maillog_rotate(&q->log, q->stamp);
    else if (maillog_due(&q->log, q->stamp))
        rotate_multilog(q);
}

void log_open(struct qmail *q)
{
    q->stamp = q->now;
    maillog_open(&q->log, q->o, q->o->server == SERVER_MULTILOG ? "current" : "maillog", q->now);
}

void log_close(struct qmail *q)
{
    maillog_close(&q->log);
}

static void put_syslog_stamp(struct qmail *q)
{
    maillog_stamp(&q->log, &q->line, q->stamp);
}

static void write_line(struct qmail *q, enum line_class class)
{
    PUT(&q->line, "\n");
    sink_write(&q->log.sink, q->line.p, q->line.n, class);
    q->bytes += q->line.n;
}

static void write_syslog(struct qmail *q)
{
    size_t at = 0;
    do {
        size_t n = q->body.n - at < SPLOGGER_CHUNK ? q->body.n - at : SPLOGGER_CHUNK;
        q->line.n = 0;
        put_syslog_stamp(q);
        PUT(&q->line, "qmail: ");
        put_u64(&q->line, (uint64_t)(q->stamp / SECOND));
        PUT(&q->line, ".");
        put_padded(&q->line, (uint64_t)(q->stamp % SECOND), 6);
        if (at)
            PUT(&q->line, "+");
        else
            PUT(&q->line, " ");
        put(&q->line, q->body.p + at, n);
        write_line(q, at ? CLASS_CONTINUATION : CLASS_PARSED);
        at += n;
    } while (at < q->body.n);
}

static void write_multilog(struct qmail *q)
{
    q->line.n = 0;
    PUT(&q->line, "@");
    put_tai(&q->line, q->stamp, chance_below(&q->noise, 500));
    PUT(&q->line, " ");
    put(&q->line, q->body.p, q->body.n);
    write_line(q, CLASS_PARSED);
}

bool log_unless(struct qmail *q, bool lost)
{
    if (q->stamp < q->o->start)
        return false;
    q->truth.written += !lost;
    q->truth.lost += lost;
    if (lost)
        return false;
    rotate_if_due(q);
    if (q->o->server == SERVER_SYSLOG)
        write_syslog(q);
    else
        write_multilog(q);
    if (!q->first)
        q->first = q->stamp;
    q->last = q->stamp;
    if (q->o->server == SERVER_SYSLOG && chance_below(&q->noise, 16) == 0)
        log_noise(q);
    return true;
}

bool log_line(struct qmail *q)
{
    return log_unless(q, chance_hit(&q->loss, q->o->lose));
}

bool log_surely(struct qmail *q)
{
    return log_unless(q, false);
}

static enum line_class put_noise(struct qmail *q, unsigned which, unsigned pid)
{
    struct text *t = &q->line;
    switch (which) {
    case 0:
        PUT(t, "sshd[");
        put_u64(t, pid);
        PUT(t, "]: Failed password for invalid user admin from 198.51.100.");
        put_u64(t, pid % 250 + 1);
        PUT(t, " port 40022 ssh2");
        return CLASS_OTHER;
    case 1:
        PUT(t, "CRON[");
        put_u64(t, pid);
        PUT(t, "]: (root) CMD (test -x /usr/sbin/anacron || run-parts /etc/cron.hourly)");
        return CLASS_OTHER;
    case 2:
        PUT(t, "spamd[");
        put_u64(t, pid);
        PUT(t, "]: spamd: clean message (0.1/5.0) for tanaka:1001 in 0.4 seconds, 2048 bytes.");
        return CLASS_PARSED;
    case 3:
        PUT(t, "systemd[1]: Started Session ");
        put_u64(t, pid);
        PUT(t, " of user root.");
        return CLASS_OTHER;
    default:
        PUT(t, "dovecot: imap-login: Login: user=<tanaka@example.jp>, method=PLAIN, rip=192.0.2.");
        put_u64(t, pid % 250 + 1);
        PUT(t, ", lip=192.0.2.1, mpid=");
        put_u64(t, pid);
        PUT(t, ", TLS");
        return CLASS_PARSED;
    }
}

/* A neighbour of the mail server in the same file. */
void log_noise(struct qmail *q)
{
    unsigned which = chance_below(&q->noise, 7), pid = 1000 + chance_below(&q->noise, 30000);
    q->line.n = 0;
    put_syslog_stamp(q);
    write_line(q, put_noise(q, which, pid));
    if (which != 0 || chance_below(&q->noise, 8) != 0)
        return;
    q->line.n = 0;
    put_syslog_stamp(q);
    PUT(&q->line, "last message repeated 3 times");
    write_line(q, CLASS_CONTINUATION);
}
