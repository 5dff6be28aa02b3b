/* framing_exim.c - Exim's own files: mainlog, rejectlog, paniclog.
 *
 * Why: where Exim does not log through syslog, stamp, zone and pid are its own, and no host is named.
 * Invariant: without an offset the reading is local; what stands between the lines of rejectlog is the headers of the
 * message refused above, and belongs to that line.
 * Facts: Exim 4.69 to 4.98 (log.c): the stamp by log_timezone and +millisec, "[pid]" by +pid.  A refusal goes to
 * mainlog and rejectlog with one stamp, the same bytes: read as copies of one log, it counts once.
 * Example: 2026-11-23 08:05:11.123 +0900 [4711] 1vNAbC-000000012Ab-0xYz Completed */
#include "exim.h"
#include "syslog.h"

static bool letter(char c)
{
    return (unsigned char)((c | 32) - 'a') < 26;
}

/* "Envelope-from: <a@example.jp>", "P Received: from ...", "  Subject: x", "\tfor <b@example.jp>", "------" */
static bool header_line(struct slice line)
{
    if (line.p[0] == '\t' || line.p[0] == ' ' || STARTS(line, "Envelope-") || STARTS(line, "-----"))
        return true;
    if (line.n < 4 || line.p[1] != ' ' || !(letter(line.p[0]) || line.p[0] == '*'))
        return false;
    size_t n = 2;
    while (n < line.n && (letter(line.p[n]) || line.p[n] == '-'))
        n++;
    return n > 2 && n < line.n && line.p[n] == ':';
}

/* Does the line speak for Exim?  Many programs write such stamps, and warnings and failures behind them. */
static bool telling(struct slice body, const struct event *e)
{
    static const struct slice own[] = {SLICE_LIT("Start queue run: "),
                                       SLICE_LIT("End queue run: "),
                                       SLICE_LIT("exim "),
                                       SLICE_LIT("no host name found for IP address "),
                                       SLICE_LIT("SMTP "),
                                       SLICE_LIT("TLS "),
                                       SLICE_LIT("rejected "),
                                       SLICE_LIT("cwd="),
                                       SLICE_LIT("socket bind() to port "),
                                       SLICE_LIT("Failed to create spool file "),
                                       SLICE_LIT("Cannot open main log"),
                                       SLICE_LIT("failed to expand "),
                                       SLICE_LIT("Tainted ")};
    return e->queue_id.n || e->client.n || KNOWN(body, own);
}

enum line_class exim_line(struct reader *r, struct slice line)
{
    struct slice s = line;
    struct civil local;
    when instant;
    if (!exim_stamp(&s, &local, &instant))
        return r->carry.has_record && header_line(line) ? LINE_CONTINUATION : LINE_UNPARSED;
    reader_record(r);
    if (instant != WHEN_NONE) {
        reader_printed(r, slice_of(NULL, 0), (civil_when(&local) - instant) / SECOND);
        reader_instant(r, instant);
    } else if (local.month) {
        r->stamp = reader_local(r, &local);
    } else {
        r->counts.dateless++;
    }
    r->event.program = SLICE("exim");
    exim_pid(&s, &r->event.pid);
    enum line_class class = reader_tagged(r, r->event.program, s);
    r->stamps[STAMP_EXIM] += class != LINE_UNPARSED && telling(s, &r->event);
    r->carry.has_record = class == LINE_PARSED;
    return class;
}

bool exim_goes_on(const struct header *h)
{
    if (h->body.n == 0 || h->body.p[0] != '[') /* as nearly all are */
        return false;
    struct slice body = h->body;
    struct exim_part part;
    enum dialect_id dialect;
    return exim_part_eat(&body, &part) && part.number == 1 && part.goes_on &&
           program_class(h->tag, &dialect) == LINE_PARSED && dialect == DIALECT_exim;
}

bool exim_continues(const struct reader *r, struct slice line, struct slice *rest, bool *last)
{
    struct header here, held;
    struct exim_part part, first;
    if (r->carry.held_epoch != WHEN_NONE || !header_read(line, &here) ||
        !header_read(buf_slice(&r->held), &held))
        return false;
    if (!slice_eq(here.tag, held.tag) || here.pid != held.pid || !slice_eq(here.host, held.host))
        return false;
    if (!exim_part_eat(&here.body, &part) || !exim_part_eat(&held.body, &first) ||
        part.number < 2 || part.of != first.of)
        return false;
    *rest = here.body;
    *last = !part.goes_on;
    return true;
}
