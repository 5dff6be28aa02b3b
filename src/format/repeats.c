/* repeats.c - lines that stand for others: counted, never made into mail.
 *
 * Why: syslog folds what comes again and again, and what does so is what an attacker does: failed logins, refusals,
 * connections.  Left out, a night of guessing counts as two.
 * Invariant: only refusals, logins and sessions are told again, without any id; the line itself belongs to the record
 * before it.  "Last message" is the line before of the same host, of any program: of other kinds it is told as nothing.
 * Limits: a record of more than REMEMBERED_BYTES is not remembered, none is for more than REMEMBERED_FOR bytes of the log
 * (so that a log cut in pieces is read alike), and of REMEMBERED hosts at most, those that were met last.  The number is the
 * writer's word: REPEATED_MAX at most.
 * Facts: syslogd and sysklogd write "last message repeated N times" without a tag, and N does not count the line before;
 * rsyslog (RepeatedMsgReduction) "message repeated N times: [ text]" with the tag, the text maybe cut, N likewise.
 * Example: Nov 23 08:06:00 mx postfix/smtpd[7]: message repeated 4 times: [ warning: unknown[192.0.2.1]: SASL ...] */
#include "syslog.h"

/* " 4 times" or " 1 time" at the start of *s. */
static bool times_of(struct slice *s, uint64_t *n)
{
    size_t digits = 0;
    *n = 0;
    for (; digits < s->n && (unsigned char)(s->p[digits] - '0') < 10; digits++)
        if (*n < REPEATED_MAX)
            *n = *n * 10 + (uint64_t)(s->p[digits] - '0');
    if (digits == 0)
        return false;
    *s = slice_from(*s, digits);
    return slice_eat(s, SLICE(" times")) || slice_eat(s, SLICE(" time"));
}

static bool rememberable(const struct reader *r, enum line_class class)
{
    enum event_kind kind = r->event.kind;
    return class == LINE_PARSED &&
           (kind == EVENT_REJECT || kind == EVENT_LOGIN || kind == EVENT_SESSION);
}

static bool there(const struct reader *r, const struct remembered *m)
{
    return m->text.n && r->place.offset - m->offset <= REMEMBERED_FOR;
}

/* What is remembered of the host, or NULL; *room is where else it may be: what is free, or was remembered first. */
static struct remembered *find(struct reader *r, uint64_t host, struct remembered **room)
{
    struct remembered *last = &r->remembered[r->remembered_last];
    if (last->host == host) { /* as in the log of one host: no other row can be there for it */
        *room = last;
        return there(r, last) ? last : NULL;
    }
    *room = &r->remembered[0];
    for (size_t i = 0; i < REMEMBERED; i++) {
        struct remembered *m = &r->remembered[i];
        bool used = there(r, m);
        if (used && m->host == host)
            return m;
        if (there(r, *room) && (!used || m->offset < (*room)->offset))
            *room = m;
    }
    return NULL;
}

void repeat_note(struct reader *r, const struct header *h, enum line_class class)
{
    bool keep = rememberable(r, class) && h->rest.n <= REMEMBERED_BYTES && !r->cut;
    if (h->stamp != STAMP_RFC3164 || !(keep || r->remembering))
        return;
    uint64_t host = reader_host(r, h->host);
    struct remembered *room, *m = find(r, host, &room);
    if (!m && !keep)
        return;
    m = m ? m : room;
    r->remembering = true;
    m->host = host;
    m->offset = r->place.offset;
    m->text.n = 0;
    r->remembered_last = (size_t)(m - r->remembered);
    if (keep)
        buf_add(&m->text, h->rest);
}

/* The record before, as its header and body. */
static bool remembered_read(struct reader *r, const struct header *h, struct header *before)
{
    struct remembered *room, *m = find(r, reader_host(r, h->host), &room);
    if (!m)
        return false;
    struct slice text = buf_slice(&m->text);
    *before = *h;
    before->pid = 0;
    if (!header_tag(&text, before))
        return false;
    before->body = text;
    return true;
}

static void told_again(struct reader *r, const struct header *h, uint64_t times)
{
    if (times == 0 || r->cut)
        return;
    r->event.host = h->host;
    r->event.program = h->tag;
    r->event.pid = h->pid;
    r->repeats = times;
    reader_tagged(r, h->tag, h->body);
    r->repeats = 0;
}

bool repeat_told(struct reader *r, const struct header *h)
{
    if (h->body.n == 0 || (h->body.p[0] != 'l' && h->body.p[0] != 'm')) /* as nearly all are */
        return false;
    struct slice s = h->body;
    uint64_t times;
    bool last = slice_eat(&s, SLICE("last message repeated "));
    if (!last && !slice_eat(&s, SLICE("message repeated ")))
        return false;
    struct header again = *h;
    if (!times_of(&s, &times))
        return true;
    if (last) {
        if (remembered_read(r, h, &again))
            told_again(r, &again, times);
    } else if (slice_eat(&s, SLICE(": [ ")) || slice_eat(&s, SLICE(": ["))) {
        again.body = s.n && s.p[s.n - 1] == ']' ? slice_head(s, s.n - 1) : s;
        told_again(r, &again, times);
    }
    return true;
}

/* In order of their offsets, so that it does not matter where they lie. */
void remembered_save(const struct reader *r, struct buf *out)
{
    const struct remembered *sorted[REMEMBERED];
    size_t n = 0;
    for (size_t i = 0; i < REMEMBERED; i++) {
        const struct remembered *m = &r->remembered[i];
        size_t at = n;
        if (!there(r, m))
            continue;
        for (n++; at && sorted[at - 1]->offset > m->offset; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = m;
    }
    buf_count(out, n);
    for (size_t i = 0; i < n; i++) {
        buf_u64(out, sorted[i]->host);
        buf_u64(out, sorted[i]->offset);
        buf_bytes(out, buf_slice(&sorted[i]->text));
    }
}

bool remembered_load(struct reader *r, struct slice *in)
{
    struct remembered loaded[REMEMBERED];
    struct slice texts[REMEMBERED] = {0};
    uint64_t n;
    if (!load_below(in, REMEMBERED, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!load_u64(in, &loaded[i].host) || !load_u64(in, &loaded[i].offset) ||
            !load_bytes(in, &texts[i]) || texts[i].n > REMEMBERED_BYTES)
            return false;
    if (in->n)
        return false;
    for (size_t i = 0; i < REMEMBERED; i++) {
        struct remembered *m = &r->remembered[i];
        m->text.n = 0;
        if (i >= n)
            continue;
        m->host = loaded[i].host;
        m->offset = loaded[i].offset;
        buf_add(&m->text, texts[i]);
    }
    r->remembering = n > 0;
    r->remembered_last = 0;
    return true;
}
