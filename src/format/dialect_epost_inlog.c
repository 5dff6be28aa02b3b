/* dialect_epost_inlog.c - accepted mail of the E-Post receiver.
 *
 * Why: it is the entry clock of every E-Post dwell figure and the only list of all recipients.
 * Invariant: fields are split at exactly one blank, so an empty sender or HELO keeps its place.
 * Facts: E-Post receiver, one line per message, written at the end of DATA; stamp of MAIL FROM or
 * AUTH.
 * Example: <B0000097588@mx.jp> [20/Nov/2026:08:24:00] 192.0.2.20 example.net  a@example.jp */
#include "epost.h"

/* A HELO that holds blanks shifts the fields: the sender is then the first field that is empty or
 * has an '@' and leaves recipients behind it. */
static bool shifted(struct slice from, struct slice rest, struct event *e)
{
    if (from.n == 0 || slice_chr(from, '@') < from.n)
        return false;
    while (rest.n) {
        struct slice field = slice_word(&rest, ' ');
        if (field.n && slice_chr(field, '@') == field.n)
            continue;
        if (slice_trim(rest).n == 0)
            return false;
        e->helo.n = (size_t)(field.p - 1 - e->helo.p);
        e->sender = field;
        e->recipients = slice_trim(rest);
        return true;
    }
    return false;
}

enum line_class epost_inlog_read(struct slice line, struct civil *local, struct event *e)
{
    struct slice s = line;
    if (!slice_eat(&s, SLICE("<")))
        return LINE_UNPARSED;
    size_t end = slice_chr(s, '>');
    if (end == s.n || !epost_id(slice_head(s, end), &e->queue_id))
        return LINE_UNPARSED;
    s = slice_from(s, end + 1);
    if (!slice_eat(&s, SLICE(" ")) || !epost_stamp(&s, local) || !slice_eat(&s, SLICE(" ")))
        return LINE_UNPARSED;
    e->client = slice_word(&s, ' ');
    e->helo = slice_word(&s, ' ');
    struct slice from = slice_word(&s, ' ');
    e->kind = EVENT_ACCEPT;
    e->has_sender = true;
    e->client_grade = JOIN_EXACT;
    if (shifted(from, s, e))
        return LINE_PARSED;
    e->sender = from;
    e->recipients = slice_trim(s);
    return e->client.n && e->recipients.n ? LINE_PARSED : LINE_UNPARSED;
}
