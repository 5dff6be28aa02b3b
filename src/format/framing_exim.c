/* framing_exim.c - Exim's own files: mainlog, rejectlog, paniclog.
 *
 * Why: where Exim does not log through syslog, stamp, zone and pid are its own, and no host is named.
 * Invariant: without an offset the reading is local; what stands between the lines of rejectlog is the headers of the
 * message refused above, and belongs to that line.
 * Facts: Exim 4.69 to 4.98 (log.c): the stamp by log_timezone and +millisec, "[pid]" by +pid.  A refusal goes to
 * mainlog and rejectlog with one stamp, the same bytes: read as copies of one log, it counts once.
 * Example: 2026-11-23 08:05:11.123 +0900 [4711] 1vNAbC-000000012Ab-0xYz Completed */
#include "exim.h"
#include "reader.h"

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

enum line_class exim_line(struct reader *r, struct slice line)
{
    struct slice s = line;
    struct civil local;
    when instant;
    if (!exim_stamp(&s, &local, &instant))
        return r->carry.has_record && header_line(line) ? LINE_CONTINUATION : LINE_UNPARSED;
    reader_record(r);
    if (instant != WHEN_NONE)
        reader_instant(r, instant);
    else if (local.month)
        r->stamp = reader_local(r, &local);
    else
        r->counts.dateless++;
    r->event.program = SLICE("exim");
    exim_pid(&s, &r->event.pid);
    enum line_class class = reader_tagged(r, r->event.program, s);
    r->stamps[STAMP_EXIM] += class != LINE_UNPARSED; /* many programs write such stamps */
    r->carry.has_record = class == LINE_PARSED;
    return class;
}
