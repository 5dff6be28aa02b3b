/* epost_log.c - the lines of a simulated E-Post work folder, as its receiver and delivery programs write them.
 *
 * Invariant: a line goes to the file of the local day on which it is written, whatever its stamp says; a lost line
 * leaves no trace, not even an empty file.  Source: the project's description of the formats.
 * Example: B0000097587@mx.example.jp sent on [20/Nov/2026:08:21:06] to  mx1.example.com from a@example.jp to b@example.com */
#include "epost.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const folders[LOG_KINDS] = {"inlog",     "outlog",    "outlocallog", "faillog",
                                               "acceptlog", "senderlog", "receivelog"};
static const char host[] = "mx.example.jp";

void epost_files_open(struct epost *e)
{
    for (int c = 0; c < 2; c++) {
        for (int k = 0; k < LOG_KINDS; k++) {
            e->sinks[c][k] = wanted(calloc(1, sizeof(struct sink)));
            e->day[c][k] = INT64_MIN;
        }
    }
    e->second = INT64_MIN;
    e->first_day = (e->o->start / SECOND + e->o->zone) / DAY_SECONDS;
}

void epost_files_close(struct epost *e)
{
    for (int c = 0; c < 2; c++) {
        for (int k = 0; k < LOG_KINDS; k++) {
            sink_close(e->sinks[c][k]);
            free(e->sinks[c][k]);
        }
    }
}

static void note_day(struct epost *e, enum log_kind kind, int64_t day)
{
    size_t i = (size_t)(day - e->first_day);
    if (i >= e->days_n) {
        e->days_present = wanted(realloc(e->days_present, i + 1));
        memset(e->days_present + e->days_n, 0, i + 1 - e->days_n);
        e->days_n = i + 1;
    }
    if (kind == LOG_OUT)
        e->days_present[i] |= 1;
    if (kind == LOG_LOCAL)
        e->days_present[i] |= 2;
}

static struct sink *sink_today(struct epost *e, int computer, enum log_kind kind)
{
    struct sink *s = e->sinks[computer][kind];
    int64_t local = e->now / SECOND + e->o->zone, day = local / DAY_SECONDS;
    if (day == e->day[computer][kind])
        return s;
    struct day_time d = day_time_of(local);
    char path[80];
    sink_close(s);
    if (e->o->flat)
        snprintf(path, sizeof path, "%s/%02d%02u%02u.log", folders[kind], d.year % 100, d.month,
                 d.day);
    else
        snprintf(path, sizeof path, "%s/MAIL%d/%02d%02u%02u.log", folders[kind], computer + 1,
                 d.year % 100, d.month, d.day);
    sink_open(s, e->o->out, path, false);
    e->day[computer][kind] = day;
    if (kind == LOG_IN)
        e->clock[computer] = 0;
    note_day(e, kind, day);
    return s;
}

void flush_line(struct epost *e, int computer, enum log_kind kind, enum line_class class)
{
    if (e->o->crlf)
        PUT(&e->line, "\r\n");
    else
        PUT(&e->line, "\n");
    sink_write(sink_today(e, computer, kind), e->line.p, e->line.n, class);
    e->bytes += e->line.n;
    e->line.n = 0;
}

/* The line in e->line, stamped so: written, or lost. */
bool line_end(struct epost *e, int computer, enum log_kind kind, int64_t stamp)
{
    bool lost = chance_hit(&e->loss, e->o->lose);
    if (e->now < e->o->start) {
        e->line.n = 0;
        return false;
    }
    e->truth.written += !lost;
    e->truth.lost += lost;
    if (lost) {
        e->line.n = 0;
        return false;
    }
    flush_line(e, computer, kind, CLASS_PARSED);
    if (!e->first || stamp < e->first)
        e->first = stamp;
    if (stamp > e->last)
        e->last = stamp;
    return true;
}

static void put_stamp(struct epost *e, int64_t us)
{
    int64_t second = us / SECOND + e->o->zone;
    struct text *t = &e->stamp_text;
    if (second != e->second) {
        struct day_time d = day_time_of(second);
        t->n = 0;
        PUT(t, "[");
        put_padded(t, d.day, 2);
        PUT(t, "/");
        put_z(t, month_names[d.month - 1]);
        PUT(t, "/");
        put_padded(t, (uint64_t)d.year, 4);
        PUT(t, ":");
        put_time_of_day(t, &d);
        PUT(t, "]");
        e->second = second;
    }
    put(&e->line, t->p, t->n);
}

void put_clock(struct epost *e)
{
    int64_t of_day = (e->now / SECOND + e->o->zone) % DAY_SECONDS;
    struct text *t = &e->line;
    PUT(t, "[");
    put_padded(t, (uint64_t)of_day / 3600, 2);
    PUT(t, ":");
    put_padded(t, (uint64_t)of_day / 60 % 60, 2);
    PUT(t, ":");
    put_padded(t, (uint64_t)of_day % 60, 2);
    PUT(t, ":");
    put_padded(t, (uint64_t)(e->now % SECOND / 1000), 3);
    PUT(t, "] ");
}

void put_base(struct epost *e, const struct message *m)
{
    PUT(&e->line, "B");
    put_padded(&e->line, m->counter, 10);
}

static void put_id(struct epost *e, const struct message *m)
{
    put_base(e, m);
    PUT(&e->line, "@");
    put_z(&e->line, host);
}

static void put_peer(struct epost *e, unsigned peer)
{
    if (peer == 0) {
        PUT(&e->line, "127.0.0.1");
        return;
    }
    if (peer % 29 == 0)
        PUT(&e->line, "2001:db8::");
    else if (peer == 666)
        PUT(&e->line, "198.51.100.");
    else
        PUT(&e->line, "192.0.2.");
    put_u64(&e->line, peer == 666 ? 66 : peer);
}

static void put_helo(struct epost *e, const struct message *m)
{
    switch (m->peer % 13) {
    case 0:
        put_z(&e->line, host);
        return;
    case 3:
        PUT(&e->line,
            "\x83\x81\x81\x5b\x83\x8b-PC"); /* a Japanese word in CP932; its second byte is `[` */
        return;
    case 4:
        return; /* no HELO at all */
    case 5:
        PUT(&e->line, "WIN-PC");
        return;
    case 6:
        PUT(&e->line, "[192.168.0.5]");
        return;
    default:
        PUT(&e->line, "mail");
        put_u64(&e->line, m->peer);
        PUT(&e->line, ".example.com");
    }
}

bool write_inlog(struct epost *e, const struct message *m)
{
    PUT(&e->line, "<");
    put_id(e, m);
    PUT(&e->line, "> ");
    put_stamp(e, m->stamp);
    PUT(&e->line, " ");
    put_peer(e, m->peer);
    PUT(&e->line, " ");
    put_helo(e, m);
    PUT(&e->line, " ");
    if (!m->null_sender)
        put_address(&e->line, &e->names, m->from);
    for (uint32_t i = 0; i < m->count; i++) {
        PUT(&e->line, " ");
        put_address(&e->line, &e->names, m->to[i].to);
    }
    if (m->doubled) {
        struct address again = m->to[0].to;
        again.form = FORM_UPPER_USER;
        PUT(&e->line, " ");
        put_address(&e->line, &e->names, again);
    }
    return line_end(e, m->computer, LOG_IN, m->stamp);
}

static void put_accept_head(struct epost *e, int64_t stamp)
{
    put_stamp(e, stamp);
    PUT(&e->line, ", (");
    put_z(&e->line, host);
    PUT(&e->line, "), ");
}

void write_accept(struct epost *e, const struct message *m)
{
    put_accept_head(e, e->now);
    PUT(&e->line, "[");
    put_peer(e, m->peer);
    if (m->authenticated)
        PUT(&e->line, "]:587, Client accept now.");
    else
        PUT(&e->line, "]:25, Client accept now.");
    line_end(e, m->computer, LOG_ACCEPT, e->now / SECOND * SECOND);
}

bool write_verdict(struct epost *e, const struct message *m, const char *status)
{
    put_accept_head(e, m->stamp);
    put_peer(e, m->peer);
    PUT(&e->line, "[");
    put_peer(e, m->peer);
    PUT(&e->line, "], ");
    if (m->authenticated)
        PUT(&e->line, "AUTH-LOGIN:");
    if (!m->null_sender)
        put_address(&e->line, &e->names, m->from);
    if (m->authenticated)
        PUT(&e->line, " [success]");
    PUT(&e->line, ",<");
    put_base(e, m);
    PUT(&e->line, ">,");
    put_z(&e->line, status);
    return line_end(e, m->computer, LOG_ACCEPT, m->stamp);
}

void write_guess(struct epost *e, int computer, unsigned peer)
{
    put_accept_head(e, e->now);
    put_peer(e, peer);
    PUT(&e->line, "[");
    put_peer(e, peer);
    PUT(&e->line, "], AUTH-LOGIN:tanaka0@example.jp [failed],<B0000000000>,abort");
    line_end(e, computer, LOG_ACCEPT, e->now / SECOND * SECOND);
    put_stamp(e, e->now);
    PUT(&e->line, ", 01a2b9f0, 535 5.7.0 Authentication failed.");
    line_end(e, computer, LOG_RECEIVE, e->now / SECOND * SECOND);
}

static void receive_begin(struct epost *e, const struct message *m)
{
    put_stamp(e, e->now);
    PUT(&e->line, ", ");
    put_hex(&e->line, 0x01a20000u + (m->counter % 64) * 0x110u, 8);
    PUT(&e->line, ", ");
}

/* The end of one DATA in the receiver's trace; a refusal of several lines is continued without stamps. */
void write_receive(struct epost *e, const struct message *m)
{
    int64_t second = e->now / SECOND * SECOND;
    if (m->counter % 3) /* a trace of everything would drown the rest */
        return;
    receive_begin(e, m);
    PUT(&e->line, "354 Start mail input;id <");
    put_base(e, m);
    PUT(&e->line, "> end with <CRLF>.<CRLF>");
    line_end(e, m->computer, LOG_RECEIVE, second);
    receive_begin(e, m);
    if (!m->refused) {
        PUT(&e->line, "250 2.6.0 Message received OK.");
        line_end(e, m->computer, LOG_RECEIVE, second);
        return;
    }
    PUT(&e->line, "554-5.7.1 refused by the content filter");
    if (!line_end(e, m->computer, LOG_RECEIVE, second))
        return;
    PUT(&e->line, "554 5.7.1 ask your administrator");
    flush_line(e, m->computer, LOG_RECEIVE, CLASS_CONTINUATION);
}

static void put_sent(struct epost *e, const struct message *m, bool remote, uint32_t domain)
{
    put_id(e, m);
    PUT(&e->line, " sent on ");
    put_stamp(e, e->now);
    PUT(&e->line, " to ");
    if (m->deliverer == 1 && remote) {
        PUT(&e->line, "203.0.113.");
        put_u64(&e->line, domain % 250 + 1);
    }
    PUT(&e->line, " ");
    if (remote)
        PUT(&e->line, "mx1.");
    put_z(&e->line, e->names.domain[domain]);
    PUT(&e->line, " from ");
}

static void count_named(struct epost *e, struct address a)
{
    if (domain_or_none(a) != NO_DOMAIN)
        e->truth.domain[a.domain].attempts++;
}

static void put_from(struct epost *e, const struct message *m, bool with_sender,
                     struct address from)
{
    if (with_sender && !m->null_sender)
        put_address(&e->line, &e->names, from);
    else
        PUT(&e->line, "-");
    PUT(&e->line, " to ");
}

bool write_local(struct epost *e, const struct message *m, bool with_sender, struct address from,
                 struct address to)
{
    put_sent(e, m, false, to.domain);
    put_from(e, m, with_sender, from);
    put_address(&e->line, &e->names, to);
    if (!line_end(e, m->deliverer, LOG_LOCAL, e->now / SECOND * SECOND))
        return false;
    e->truth.attempts.success++;
    count_named(e, to);
    return true;
}

bool write_out(struct epost *e, const struct message *m, bool with_sender, struct address from,
               const struct address *to, uint32_t n)
{
    put_sent(e, m, true, to[0].domain);
    put_from(e, m, with_sender, from);
    for (uint32_t i = 0; i < n; i++) {
        put_address(&e->line, &e->names, to[i]);
        PUT(&e->line, " ");
    }
    if (!line_end(e, m->deliverer, LOG_OUT, e->now / SECOND * SECOND))
        return false;
    e->truth.attempts.success += n;
    for (uint32_t i = 0; i < n; i++)
        count_named(e, to[i]);
    return true;
}

bool write_fail(struct epost *e, const struct message *m, bool with_sender, struct address to,
                const char *reason)
{
    put_id(e, m);
    PUT(&e->line, " send fail on ");
    put_stamp(e, e->now);
    PUT(&e->line, " from ");
    if (with_sender && !m->null_sender)
        put_address(&e->line, &e->names, m->from);
    PUT(&e->line, " to ");
    put_address(&e->line, &e->names, to);
    PUT(&e->line, " [");
    put_z(&e->line, reason);
    PUT(&e->line, "]");
    if (!line_end(e, m->deliverer, LOG_FAIL, e->now / SECOND * SECOND))
        return false;
    e->truth.attempts.failure++;
    count_named(e, to);
    return true;
}
