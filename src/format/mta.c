/* mta.c - what the lines of sendmail and of Exim have in common.
 *
 * Why: both put what others sent (names, replies, addresses) between their own words; where it ends is decided here once.
 * Invariant: only the IP in brackets is the server's own finding; names beside it are claims.
 * Facts: sendmail 8.18 (logdelivery), Exim 4.98 (log.c, string.c), receipts as servers of today write them.
 * Example: 250 OK id=1vKaBc-00000001AbC-2xYz */
#include "mta.h"

#include "epost.h"

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static bool alphanumeric(char c)
{
    return digit(c) || (unsigned char)((c | 32) - 'a') < 26;
}

bool ip_text(struct slice s)
{
    size_t dots = 0, colons = 0, digits = 0, letters = 0;
    s = slice_head(s, slice_chr(s, '%'));
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        dots += c == '.';
        colons += c == ':';
        digits += digit(c);
        letters += (unsigned char)((c | 32) - 'a') < 6;
    }
    if (s.n > 45 || dots + colons + digits + letters != s.n)
        return false;
    return colons >= 2 || (dots == 3 && digits >= 4 && !colons && !letters);
}

struct slice ip_in_brackets(struct slice s)
{
    if (s.n < 3 || s.p[0] != '[' || s.p[s.n - 1] != ']')
        return slice_of(NULL, 0);
    s = slice_of(s.p + 1, s.n - 2);
    EAT(&s, "IPv6:");
    return ip_text(s) ? s : slice_of(NULL, 0);
}

struct slice address_bare(struct slice s)
{
    if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
        return slice_of(s.p + 1, s.n - 2);
    return s;
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
    epost_reply(reply, e);
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

enum line_class service_told(struct event *e, enum service_event kind, struct slice text)
{
    e->kind = EVENT_SERVICE;
    e->service = kind;
    e->text = text;
    return LINE_PARSED;
}
