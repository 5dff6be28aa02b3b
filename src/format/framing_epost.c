/* framing_epost.c - the logs of an E-Post work folder: the dialect reads the whole line, the clock
 * is settled here.
 *
 * Why: every kind has its own stamp and its own trouble with it: inlog repeats the stamp of the
 * AUTH, senderlog has no date.
 * Invariant: inlog's time is the entry clock (greatest stamp so far), its printed stamp stands
 * beside it; a senderlog line takes the file's date, or the date L tells; nothing has a time that
 * was not written somewhere.
 * Facts: E-Post logs of 2007 to 2026.
 * Example: <B0000097591@m.jp> [20/Nov/2026:08:21:03] 192.0.2.77 x a@example.jp d@example.org */
#include "reader.h"

/* What a cut line of a list still holds: its last recipient may be half there. */
static struct slice uncut(const struct reader *r, struct slice line)
{
    bool list = r->f->epost == EPOST_INLOG || r->f->epost == EPOST_OUTLOG;
    return r->cut && list ? slice_head(line, slice_rchr(line, ' ')) : line;
}

static void entry_clock(struct reader *r)
{
    r->event.printed = r->stamp;
    if (r->stamp != WHEN_NONE && (r->carry.entry == WHEN_NONE || r->stamp > r->carry.entry))
        r->carry.entry = r->stamp;
    r->event.time = r->stamp == WHEN_NONE ? WHEN_NONE : r->carry.entry;
    if (!r->duplicate)
        r->fn(r->context, &r->event);
}

/* One event for each thing said: a failed login that led to no mail is a login and a session. */
static void accept_events(struct reader *r)
{
    struct event *e = &r->event;
    if (e->kind == EVENT_SESSION && e->auth == VERDICT_FAILED && e->queue_id.n == 0) {
        enum verdict verdict = e->verdict;
        e->kind = EVENT_LOGIN;
        e->verdict = VERDICT_NONE;
        reader_emit(r);
        e->kind = EVENT_SESSION;
        e->verdict = verdict;
        e->auth = VERDICT_NONE;
    }
    reader_emit(r);
}

enum line_class epost_line(struct reader *r, struct slice line)
{
    struct civil local = {0};
    reader_record(r);
    enum line_class class = r->f->read(uncut(r, line), &local, &r->event);
    if (class == LINE_CONTINUATION)
        return r->carry.has_record ? LINE_CONTINUATION : LINE_UNPARSED;
    if (class != LINE_PARSED || (r->cut && r->event.kind == EVENT_NONE))
        return LINE_UNPARSED;
    r->stamps[STAMP_EPOST]++;
    r->carry.has_record = 1;
    r->event.dialect = r->f->dialect;
    r->counts.dialect_records[r->f->dialect] += !r->duplicate;
    if (local.month)
        r->stamp = reader_local(r, &local);
    else
        r->counts.dateless++;
    if (r->f->epost == EPOST_INLOG)
        entry_clock(r);
    else
        accept_events(r);
    return LINE_PARSED;
}

/* The time of a line with a prefix: file date and time of day. */
static when dated(struct reader *r, int64_t of_day)
{
    when t;
    if (r->carry.date == INT64_MIN)
        return WHEN_NONE;
    if (r->has_local && reader_reading(r, r->carry.date * DAY + of_day, &t)) {
        r->carry.last = t;
        return t;
    }
    struct civil c = civil_of(r->carry.date * DAY + of_day, 0);
    return reader_local(r, &c);
}

/* L beside a prefix teaches the zone, and the date where the file's name has none. */
static void trace_learn(struct reader *r, int64_t of_day)
{
    when l = r->event.age_now;
    if (r->first_instant == WHEN_NONE)
        r->first_instant = l;
    if (of_day < 0)
        return;
    if (r->carry.date == INT64_MIN) {
        when reading = l + zone_offset(r->facts.zone, l) * SECOND;
        int64_t day = (reading - of_day + DAY / 2) / DAY;
        r->carry.date = day;
    }
    struct civil c = civil_of(r->carry.date * DAY + of_day, 0);
    reader_learn(r, l, &c);
}

enum line_class senderlog_line(struct reader *r, struct slice line)
{
    struct slice s = line;
    int64_t of_day = -1;
    bool prefixed = senderlog_prefix(&s, &of_day);
    reader_record(r);
    enum line_class class = epost_senderlog_read(s, &r->event);
    if (class == LINE_CONTINUATION && prefixed)
        class = LINE_PARSED;
    if (class == LINE_CONTINUATION)
        return r->carry.has_record && s.p[0] != '[' ? LINE_CONTINUATION : LINE_UNPARSED;
    if (class != LINE_PARSED || (r->cut && r->event.kind != EVENT_NONE))
        return LINE_UNPARSED;
    r->stamps[STAMP_EPOST]++;
    r->carry.has_record = 1;
    r->event.dialect = r->f->dialect;
    r->counts.dialect_records[r->f->dialect] += !r->duplicate;
    if (r->event.has_age)
        trace_learn(r, of_day);
    if (prefixed)
        r->stamp = dated(r, of_day);
    else
        r->stamp = r->event.has_age ? r->event.age_now : r->carry.trace;
    r->carry.trace = r->stamp;
    reader_emit(r);
    return LINE_PARSED;
}
