/* dialect_epost_receivelog.c - the trace of the E-Post receiver, and its sisters of IMAP and POP.
 *
 * Why: it counts every refusal and failed login, which acceptlog does not.
 * Invariant: commands are never quoted in an event, for they hold passwords; only replies of the
 * server are.
 * Facts: E-Post receiver; a reply starts with three digits; a session's number is an address,
 * reused after its closesocket; a line without stamp continues a reply.
 * Example: [20/Nov/2026:08:20:45], 01a2b3c0, 550 5.1.1 <nobody@example.jp> ... User unknown. */
#include "epost.h"

/* "[STAMP], hhhhhhhh, text" -> the text. */
static enum line_class traced(struct slice line, struct civil *local, struct event *e,
                              struct slice *text)
{
    struct slice s = line;
    if (s.n == 0 || s.p[0] != '[')
        return LINE_CONTINUATION;
    if (!epost_stamp(&s, local) || !slice_eat(&s, SLICE(", ")) || s.n < 9 || s.p[8] != ',')
        return LINE_UNPARSED;
    for (size_t i = 0; i < 8; i++) {
        char c = s.p[i];
        if (!(c >= '0' && c <= '9') && !((c | 32) >= 'a' && (c | 32) <= 'f'))
            return LINE_UNPARSED;
    }
    e->session = slice_head(s, 8);
    s = slice_from(s, 9);
    slice_eat(&s, SLICE(" "));
    *text = s;
    return LINE_PARSED;
}

/* What stands between the first '<' and '>' of a reply, if it is an address. */
static struct slice bracketed(struct slice s)
{
    size_t open = slice_chr(s, '<');
    if (open == s.n)
        return slice_of(NULL, 0);
    s = slice_from(s, open + 1);
    size_t close = slice_chr(s, '>');
    return close == s.n ? slice_of(NULL, 0) : slice_head(s, close);
}

/* "Sorry b@example.net, I don't allow unauthorized relaying." */
static struct slice relayed(struct slice s)
{
    size_t at = slice_find(s, SLICE("Sorry "));
    size_t end = slice_find(s, SLICE(", I don't allow"));
    return end < s.n && at + 6 < end ? slice_of(s.p + at + 6, end - at - 6) : slice_of(NULL, 0);
}

static void reply_event(struct slice text, struct event *e)
{
    epost_reply(text, e);
    if (e->code == 354) {
        struct slice id = bracketed(text);
        if (epost_id(id, &e->queue_id))
            e->kind = EVENT_SESSION;
        return;
    }
    if (e->code == 535 || (e->code == 503 && slice_iends(slice_trim(text), SLICE("not enabled")))) {
        e->kind = EVENT_LOGIN;
        e->auth = VERDICT_FAILED;
        return;
    }
    bool refusal = e->code == 503 ? slice_find(text, SLICE("Need AUTH")) < text.n
                                  : e->code == 421 || (e->code >= 450 && e->code <= 452) ||
                                        (e->code >= 550 && e->code <= 554);
    if (!refusal)
        return;
    e->kind = EVENT_REJECT;
    e->text = text;
    e->recipient = bracketed(text);
    if (e->recipient.n == 0)
        e->recipient = relayed(text);
}

enum line_class epost_receivelog_read(struct slice line, struct civil *local, struct event *e)
{
    struct slice text;
    enum line_class class = traced(line, local, e, &text);
    if (class != LINE_PARSED)
        return class;
    if (text.n >= 3 && slice_all_digits(slice_head(text, 3))) {
        reply_event(text, e);
    } else if (slice_starts(text, SLICE("closesocket()"))) {
        e->kind = EVENT_SESSION;
        e->text = text;
    } else if (slice_starts(text, SLICE("get_reply() SOCKET_ERROR OTHER CODE=0"))) {
        e->kind = EVENT_SESSION;
        e->verdict = VERDICT_TIMEOUT;
        e->text = text;
    } else if (slice_eat(&text, SLICE("reject address = ["))) {
        e->kind = EVENT_REJECT;
        e->client = slice_head(text, slice_chr(text, ']'));
        e->client_grade = JOIN_EXACT;
        e->text = SLICE("reject address");
    }
    return LINE_PARSED;
}

/* The server's "a1 OK LOGIN completed", "a1 NO LOGIN fails": what imap4log tells with user and client. */
enum line_class epost_receiveimap4_read(struct slice line, struct civil *local, struct event *e)
{
    struct slice text;
    enum line_class class = traced(line, local, e, &text);
    if (class != LINE_PARSED)
        return class;
    slice_word(&text, ' ');
    bool ok = slice_eat(&text, SLICE("OK "));
    if (!ok && !slice_eat(&text, SLICE("NO ")))
        return LINE_PARSED;
    struct slice command = slice_word(&text, ' ');
    if (!slice_ieq(command, SLICE("LOGIN")) && !slice_ieq(command, SLICE("AUTHENTICATE")))
        return LINE_PARSED;
    e->kind = EVENT_LOGIN;
    e->auth = ok ? VERDICT_OK : VERDICT_FAILED;
    e->auth_method = command;
    e->echo = true;
    return LINE_PARSED;
}

enum line_class epost_receivepop3_read(struct slice line, struct civil *local, struct event *e)
{
    struct slice text;
    return traced(line, local, e, &text);
}
