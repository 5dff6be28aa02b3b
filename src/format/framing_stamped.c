/* framing_stamped.c - lines that begin with a stamp and go straight to the body: multilog's family.
 *
 * Why: qmail's own loggers; one file may mix their stamps, so each line is looked at by itself.
 * Invariant: where a TAI64N label and a local reading stand together (s6-log) the reading counts,
 * for skalibs may count leap seconds in the label; the label then only tells the offset.
 * Facts: daemontools multilog, tai64nlocal, tailocal; splogger; s6-log "t T" (two blanks after the
 * reading).
 * Example: @400000006abaee1e35a8c946 2026-09-28 22:45:13.900254022  new msg 4711 */
#include "postmortem/clock/stamp.h"
#include "reader.h"

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static void skip_blanks(struct slice *s)
{
    while (s->n && s->p[0] == ' ')
        *s = slice_from(*s, 1);
}

/* '@' and 24 hex digits that are no instant. */
static bool label_shape(struct slice *s)
{
    size_t n = 1;
    while (n < s->n && n < 26 && (digit(s->p[n]) || (s->p[n] >= 'a' && s->p[n] <= 'f')))
        n++;
    if (n != 25 || (n < s->n && s->p[n] != ' '))
        return false;
    *s = slice_from(*s, n);
    return true;
}

/* Years 1 to 9999: RFC 3339 writes no others, and a label beyond them is a damaged one. */
static bool in_calendar(when t)
{
    return t > INT64_C(-62135510400) * SECOND && t < INT64_C(253402214400) * SECOND;
}

static bool label(struct reader *r, struct slice *s)
{
    when t;
    struct civil local;
    if (!stamp_tai64n_after(&r->second, s, &t)) {
        bool shaped = label_shape(s);
        r->counts.dateless += shaped;
        return shaped;
    }
    if (!in_calendar(t)) {
        r->second = (struct stamp_second){0};
        r->counts.dateless++;
        return true;
    }
    r->stamps[STAMP_TAI]++;
    if (s->n > 20 && s->p[0] == ' ' && s->p[5] == '-' && digit(s->p[1])) {
        struct slice rest = slice_from(*s, 1);
        if (stamp_tailocal(&rest, &local)) {
            *s = rest;
            if (reader_learn(r, t, &local))
                t = civil_when(&local) - r->carry.offset * SECOND;
        }
    }
    reader_instant(r, t);
    return true;
}

/* "2026-02-30 08:20:45.123456" and other readings that no calendar has. */
static bool reading_shape(struct slice *s)
{
    static const char shape[] = "0000-00-00 00:00:00.";
    if (s->n < 26)
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        if (shape[i] == '0' ? !digit(s->p[i]) : s->p[i] != shape[i])
            return false;
    }
    size_t n = sizeof shape - 1;
    while (n < s->n && digit(s->p[n]))
        n++;
    *s = slice_from(*s, n);
    return true;
}

static bool number(struct reader *r, struct slice *s, when *epoch)
{
    struct civil local;
    if (s->n > 4 && s->p[4] == '-') {
        if (stamp_tailocal(s, &local)) {
            r->stamp = reader_local(r, &local);
        } else {
            if (!reading_shape(s))
                return false;
            r->counts.dateless++;
        }
        r->stamps[STAMP_TAILOCAL]++;
        return true;
    }
    if (!stamp_epoch(s, epoch))
        return false;
    r->stamps[STAMP_EPOCH]++;
    reader_instant(r, *epoch);
    return true;
}

/* A passing status line needs no event. */
static inline enum line_class body_read(struct reader *r, struct slice body)
{
    if (!r->cut && qmail_send_passing(body)) {
        r->counts.dialect_records[DIALECT_qmail_send]++;
        return LINE_PARSED;
    }
    reader_record(r);
    return reader_body(r, body);
}

enum line_class stamped_line(struct reader *r, struct slice line)
{
    struct slice s = line;
    when t, epoch = WHEN_NONE;
    if (stamp_tai64n_same(&r->second, line, &t) && line.p[26] > '9') { /* as nearly all lines are */
        r->stamps[STAMP_TAI]++;
        reader_instant(r, t);
        return body_read(r, slice_from(line, 26));
    }
    if (s.p[0] == '@') {
        if (!label(r, &s))
            return LINE_UNPARSED;
    } else if (digit(s.p[0])) {
        if (!number(r, &s, &epoch))
            return LINE_UNPARSED;
    } else {
        enum line_class class = body_read(r, s);
        r->stamps[STAMP_NONE] += class != LINE_UNPARSED;
        return class;
    }
    if (s.n && s.p[0] == '+' && epoch != WHEN_NONE)
        return LINE_CONTINUATION;
    if (s.n && s.p[0] != ' ')
        return LINE_UNPARSED;
    skip_blanks(&s);
    if (epoch != WHEN_NONE && reader_holds(r, line, s, epoch))
        return LINE_HELD;
    return body_read(r, s);
}
