/* framing_syslog.c - syslog lines: RFC 3164 and ISO stamps, with splogger's epoch inside or not.
 *
 * Why: what most hosts keep; one file holds many programs, so the tag picks the reader.
 * Invariant: an epoch in the text is the instant (the header has no year and no zone); header and
 * epoch together teach the zone, and set the year for the other programs of the file.
 * Facts: RFC 3164, RFC 5424 header, BSD syslogd -v, Solaris message ids, splogger(8); repeats
 * never make ids.
 * Example: Jan 11 12:00:00 mx qmail: 1704974400.123456 delivery 77: success: did_1+0+0/ */
#include "postmortem/clock/stamp.h"
#include "reader.h"

struct header {
    struct civil local;
    when instant;
    bool has_local, iso, dateless; /* iso: an ISO 8601 stamp, or the shape of one */
    struct slice host, tag, body;
    uint64_t pid;
};

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static bool reading(struct slice at)
{
    return at.n >= 9 && at.p[0] == ' ' && at.p[3] == ':' && at.p[6] == ':' && digit(at.p[1]) &&
           digit(at.p[2]) && digit(at.p[4]) && digit(at.p[5]) && digit(at.p[7]) && digit(at.p[8]);
}

/* "Feb 30 10:00:00": the shape without the date. */
static bool rfc3164_shape(struct slice *s)
{
    if (s->n < 15 || s->p[3] != ' ' || !reading(slice_of(s->p + 6, s->n - 6)))
        return false;
    for (int i = 0; i < 3; i++) {
        if ((unsigned char)((s->p[i] | 32) - 'a') > 25)
            return false;
    }
    *s = slice_from(*s, 15);
    return true;
}

/* "2026-13-11T08:05:11+09:00": likewise. */
static bool iso_shape(struct slice *s)
{
    static const char shape[] = "0000-00-00T00:00:00";
    if (s->n < sizeof shape)
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        if (shape[i] == '0' ? !digit(s->p[i]) : s->p[i] != shape[i])
            return false;
    }
    size_t end = slice_chr(slice_head(*s, 64), ' ');
    if (end >= 64 || end == s->n)
        return false;
    *s = slice_from(*s, end);
    return true;
}

static void skip_priority(struct slice *s)
{
    if (s->n < 3 || s->p[0] != '<')
        return;
    size_t close = slice_chr(slice_head(*s, 24), '>');
    if (close < s->n && close < 24)
        *s = slice_from(*s, close + 1);
}

static bool header_stamp(struct slice *s, struct header *h)
{
    int32_t offset;
    h->instant = WHEN_NONE;
    skip_priority(s);
    if (s->n > 2 && s->p[0] == '1' && s->p[1] == ' ')
        *s = slice_from(*s, 2);
    h->iso = s->n && digit(s->p[0]);
    if (h->iso) {
        if (stamp_iso(s, &h->instant, &offset))
            return true;
        h->dateless = iso_shape(s);
        return h->dateless;
    }
    if (stamp_rfc3164(s, &h->local)) {
        h->has_local = true;
        return true;
    }
    h->dateless = rfc3164_shape(s);
    return h->dateless;
}

/* "tag[pid]: " at the start of *s. */
static bool header_tag(struct slice *s, struct header *h)
{
    size_t n = 0;
    while (n < s->n && s->p[n] != ':' && s->p[n] != '[' && s->p[n] != ' ')
        n++;
    if (n == 0 || n == s->n || s->p[n] == ' ')
        return false;
    h->tag = slice_of(s->p, n);
    *s = slice_from(*s, n);
    if (slice_eat(s, SLICE("["))) {
        slice_eat_u64(s, &h->pid);
        size_t end = slice_chr(*s, ':');
        if (end == s->n)
            return false;
        *s = slice_from(*s, end);
    }
    if (!slice_eat(s, SLICE(":")))
        return false;
    slice_eat(s, SLICE(" "));
    if (slice_starts(*s, SLICE("[ID "))) {
        size_t end = slice_find(*s, SLICE("] "));
        if (end < s->n)
            *s = slice_from(*s, end + 2);
    }
    return true;
}

/* RFC 5424 after the host: "app procid msgid - text". */
static bool header_5424(struct slice *s, struct header *h)
{
    h->tag = slice_word(s, ' ');
    struct slice pid = slice_word(s, ' ');
    slice_u64(pid, &h->pid);
    slice_word(s, ' ');
    if (!slice_eat(s, SLICE("-"))) {
        size_t end = slice_find(*s, SLICE("] "));
        if (end == s->n)
            return false;
        *s = slice_from(*s, end + 1);
    }
    slice_eat(s, SLICE(" "));
    slice_eat(s, SLICE("\xEF\xBB\xBF"));
    return h->tag.n > 0;
}

/* The header of a line; false without a stamp.  A line with a stamp but no tag has an empty tag. */
static bool header_read(struct slice line, struct header *h)
{
    struct slice s = line;
    *h = (struct header){0};
    bool numbered = s.n > 5 && s.p[0] == '<' && slice_find(slice_head(s, 8), SLICE(">1 ")) < 8 &&
                    slice_find(slice_head(s, 8), SLICE(">1 ")) < s.n;
    if (!header_stamp(&s, h) || !slice_eat(&s, SLICE(" ")))
        return false;
    skip_priority(&s);
    slice_eat(&s, SLICE(" "));
    h->host = slice_word(&s, ' ');
    h->body = s;
    if (slice_starts(s, SLICE("last message repeated ")))
        return true;
    bool tagged = numbered && h->iso ? header_5424(&s, h) : header_tag(&s, h);
    if (!tagged)
        h->tag = slice_of(NULL, 0);
    else
        h->body = s;
    return true;
}

bool splogger_split(struct slice line, struct splogger *out)
{
    struct header h;
    struct slice s = line;
    *out = (struct splogger){0};
    if (s.n == 0 || !digit(s.p[0]) || !stamp_epoch(&s, &out->epoch)) {
        if (!header_read(line, &h) || h.tag.n == 0)
            return false;
        out->tag = h.tag;
        s = h.body;
        if (!stamp_epoch(&s, &out->epoch))
            return false;
    }
    out->plus = s.n && s.p[0] == '+';
    if (s.n)
        s = slice_from(s, 1);
    out->body = s;
    return true;
}

static bool repeat(struct slice body)
{
    return slice_starts(body, SLICE("last message repeated ")) ||
           slice_starts(body, SLICE("message repeated "));
}

enum line_class syslog_line(struct reader *r, struct slice line)
{
    struct header h;
    if (!header_read(line, &h))
        return LINE_UNPARSED;
    reader_record(r);
    r->stamps[h.instant != WHEN_NONE ? STAMP_ISO : STAMP_RFC3164]++;
    r->counts.dateless += h.dateless;
    if (r->first_host.n == 0)
        r->first_host = h.host;
    struct slice body = h.body;
    when epoch = WHEN_NONE;
    bool spliced = h.tag.n && body.n && digit(body.p[0]) && stamp_epoch(&body, &epoch);
    if (spliced) {
        if (h.has_local)
            reader_learn(r, epoch, &h.local);
        reader_instant(r, epoch);
    } else if (h.instant != WHEN_NONE) {
        reader_instant(r, h.instant);
    } else if (h.has_local) {
        r->stamp = reader_local(r, &h.local);
    }
    if (repeat(h.body))
        return LINE_CONTINUATION;
    if (h.tag.n == 0)
        return LINE_UNPARSED;
    if (spliced && body.n && body.p[0] == '+')
        return LINE_CONTINUATION;
    if (spliced)
        slice_eat(&body, SLICE(" "));
    if (spliced && reader_holds(r, line, body, epoch))
        return LINE_HELD;
    r->event.host = h.host;
    r->event.program = h.tag;
    r->event.pid = h.pid;
    return reader_tagged(r, h.tag, body);
}
