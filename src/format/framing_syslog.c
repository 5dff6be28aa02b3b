/* framing_syslog.c - a record by its syslog header, with splogger's epoch inside or not.
 *
 * Why: what most hosts keep; one file holds many programs, so the tag picks the reader.
 * Invariant: an epoch in the text is the instant (the header has no year and no zone); header and epoch together teach the
 * zone, and set the year for the other programs of the file.
 * Facts: splogger(8); headers as in syslog_header.c.
 * Example: Jan 11 12:00:00 mx qmail: 1704974400.123456 delivery 77: success: did_1+0+0/ */
#include "syslog.h"

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
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

/* The instant of the record: the epoch's in its text, the stamp's, or what its local reading comes to. */
static void instant_settle(struct reader *r, const struct header *h, when epoch)
{
    r->stamps[h->stamp]++;
    r->counts.dateless += h->dateless;
    if (epoch != WHEN_NONE) {
        if (h->has_local)
            reader_learn(r, epoch, &h->local);
        reader_instant(r, epoch);
    } else if (h->instant != WHEN_NONE) {
        reader_instant(r, h->instant);
    } else if (h->alike && r->again != WHEN_NONE) {
        r->has_reading = true;
        r->stamp = r->carry.last = r->again;
    } else if (h->has_local) {
        r->stamp = reader_local(r, &h->local);
        if (reader_local_settled(r, &h->local))
            r->again = r->stamp;
    }
}

static enum line_class record_told(struct reader *r, struct slice line, const struct header *h)
{
    reader_record(r);
    if (r->first_host.n == 0 && h->host.n)
        buf_add(&r->first_host, h->host);
    struct slice body = slice_fresh(h->body);
    when epoch = WHEN_NONE;
    bool spliced = h->tag.n && body.n && digit(body.p[0]) && stamp_epoch(&body, &epoch);
    if (h->placed)
        reader_printed(r, h->host, h->offset);
    r->line_host = slice_fresh(h->host);
    r->said_by = slice_fresh(h->tag);
    r->said = slice_fresh(h->body);
    instant_settle(r, h, epoch);
    if (repeat_told(r, h))
        return LINE_CONTINUATION;
    if (h->tag.n == 0)
        return LINE_UNPARSED;
    if (spliced && body.n && body.p[0] == '+')
        return LINE_CONTINUATION;
    if (spliced)
        slice_eat(&body, SLICE(" "));
    if (spliced && reader_holds(r, line, body, epoch))
        return LINE_HELD;
    if (exim_goes_on(h) && reader_hold(r, line, WHEN_NONE))
        return LINE_HELD;
    r->event.host = slice_fresh(h->host);
    r->event.program = slice_fresh(h->tag);
    r->event.pid = h->pid;
    return reader_tagged(r, h->tag, body);
}

enum line_class syslog_told(struct reader *r, struct slice line, const struct header *h)
{
    enum line_class class = record_told(r, line, h);
    if (class != LINE_CONTINUATION)
        repeat_note(r, h, class);
    return class;
}

enum line_class syslog_line(struct reader *r, struct slice line)
{
    if (header_read_next(&r->start, line))
        return syslog_told(r, line, &r->start.header);
    r->said = slice_of(NULL, 0);
    return journal_remark(line) ? LINE_OTHER : LINE_UNPARSED;
}
