/* mta.c - what the lines of sendmail and of Exim have in common.
 *
 * Why: both put what others sent (names, replies, addresses) between their own words; where it ends is decided here once.
 * Invariant: only the IP in brackets is the server's own finding; names beside it are claims.
 * Facts: sendmail 8.18 (logdelivery), Exim 4.98 (log.c, string.c), receipts as servers of today write them.
 * Example: 250 OK id=1vKaBc-00000001AbC-2xYz */
#include "mta.h"

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static bool alphanumeric(char c)
{
    return digit(c) || (unsigned char)((c | 32) - 'a') < 26;
}

struct slice ip_in_brackets(struct slice s)
{
    bool bracketed = s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']';
    return bracketed ? client_of(s) : slice_of(NULL, 0);
}

/* Length of the quoted run that s begins with, both quotes included; 1 where it is not closed. */
static size_t quoted_run(struct slice s)
{
    s = slice_head(s, QUOTED_MAX);
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == '"')
            return i + 1;
        i += s.p[i] == '\\';
    }
    return 1;
}

size_t unquoted_find(struct slice s, struct slice text)
{
    for (size_t i = 0; i < s.n;) {
        struct slice rest = slice_from(s, i);
        if (slice_starts(rest, text))
            return i;
        i += rest.p[0] == '"' ? quoted_run(rest) : 1;
    }
    return s.n;
}

void reply_read(struct slice reply, struct event *e)
{
    struct slice status = e->status;
    e->reply = reply;
    field_reply(reply, e);
    if (!e->status.n)
        e->status = status;
}

static struct slice id_at(struct slice s)
{
    size_t n = 0;
    while (n < s.n && n < 40 && (alphanumeric(s.p[n]) || s.p[n] == '-'))
        n++;
    return slice_head(s, n >= 6 ? n : 0);
}

struct slice receipt_id(struct slice reply)
{
    static const struct slice before[] = {SLICE_LIT("OK id="), SLICE_LIT("queued as ")};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        size_t at = slice_find(reply, before[i]);
        if (at < reply.n)
            return id_at(slice_from(reply, at + before[i].n));
    }
    size_t at = slice_find(reply, SLICE(" Message accepted for delivery"));
    struct slice head = slice_head(reply, at);
    size_t blank = slice_rchr(head, ' ');
    if (at == reply.n)
        return slice_of(NULL, 0);
    return id_at(blank < head.n ? slice_from(head, blank + 1) : head);
}

bool notice_told(const struct notice *rows, size_t n, struct slice body, struct event *e,
                 enum line_class *class)
{
    for (size_t i = 0; i < n; i++) {
        struct slice rest = body;
        if (!slice_eat(&rest, rows[i].start))
            continue;
        *class = rows[i].read(rows[i].whole ? body : rest, e);
        return true;
    }
    return false;
}

enum line_class notice_alert(struct slice s, struct event *e)
{
    return event_service(e, SERVICE_ALERT, s);
}

enum line_class notice_warning(struct slice s, struct event *e)
{
    return event_service(e, SERVICE_WARNING, s);
}

enum line_class notice_nothing(struct slice s, struct event *e)
{
    (void)s;
    (void)e;
    return LINE_PARSED;
}
