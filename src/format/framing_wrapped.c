/* framing_wrapped.c - what containers put around a line: Docker's json-file, the CRI's prefix, docker compose's, and the time
 * that `docker logs -t` and `kubectl logs --timestamps` put before it.
 *
 * Why: a mail server in a container writes to its standard output, and whoever collects that adds a time and a name.
 * Invariant: what is inside is read as if it stood alone - syslog, Exim's, multilog's kin, or bare; the wrapper's instant serves
 * where the line inside has none of its own, and its name where that has no host.  A line that came in parts is the record
 * of its last part, the others are continuation; parts are kept up to PARTS_MAX bytes, for each of the two streams.
 * Facts: Docker json-file: parts of 16 KiB, the last one ends in "\n"; CRI (kubelet): "P" parts until "F"; docker compose
 * logs: the container's name, padded, "| ", maybe in colour; with -t the time follows.
 * Example: 2026-11-23T08:05:11.123456789Z stdout F Nov 23 17:05:11 mx postfix/smtpd[7]: connect from ... */
#include "json_line.h"
#include "syslog.h"

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* No stamp: a tag of a program that is known, or a body that tells itself. */
static enum line_class bare_told(struct reader *r, struct slice text)
{
    struct header h = {0};
    enum dialect_id dialect;
    struct slice body = text;
    reader_record(r);
    if (header_tag(&body, &h) && program_class(h.tag, &dialect) != LINE_UNPARSED) {
        r->event.program = h.tag;
        r->event.pid = h.pid;
        return reader_tagged(r, h.tag, body);
    }
    return reader_body(r, text);
}

static enum line_class text_told(struct reader *r, struct slice text)
{
    struct header h;
    if (text.n == 0)
        return LINE_BLANK;
    if (header_read(text, &h)) {
        if (h.host.n == 0)
            h.host = r->given_host;
        return syslog_told(r, text, &h);
    }
    if (text.p[0] != '@' && !digit(text.p[0]))
        return bare_told(r, text);
    enum line_class class = exim_line(r, text);
    return class == LINE_UNPARSED ? stamped_line(r, text) : class;
}

/* The line inside, by the instant and the host of what is around it. */
static enum line_class inner_told(struct reader *r, struct slice text, when given,
                                  struct slice host)
{
    text = slice_chomp(text);
    r->wrapped = true;
    r->given = given;
    r->given_host = r->line_host = host;
    r->said_by = slice_of(NULL, 0);
    r->said = text;
    reader_record(r);
    if (given != WHEN_NONE)
        reader_instant(r, given);
    enum line_class class = text_told(r, text);
    r->wrapped = false;
    r->given = WHEN_NONE;
    r->given_host = slice_of(NULL, 0);
    return class;
}

static void part_add(struct reader *r, size_t stream, struct slice text)
{
    struct buf *parts = &r->parts[stream];
    size_t left = PARTS_MAX - parts->n;
    r->carry.parts_cut[stream] |= r->cut || text.n > left;
    buf_add(parts, slice_head(text, left));
}

static enum line_class parts_told(struct reader *r, size_t stream)
{
    bool cut = r->cut;
    r->cut = r->carry.parts_cut[stream] != 0;
    enum line_class class =
        inner_told(r, buf_slice(&r->parts[stream]), r->carry.parts_stamp, slice_of(NULL, 0));
    r->cut = cut;
    r->carry.parts_cut[stream] = 0;
    r->parts[stream].n = 0;
    return class;
}

/* One line of a stream, or a part of it. */
static enum line_class part_told(struct reader *r, size_t stream, struct slice text, bool last,
                                 when stamp)
{
    if (r->parts[stream].n == 0 && last)
        return inner_told(r, text, stamp, slice_of(NULL, 0));
    part_add(r, stream, text);
    r->carry.parts_stamp = stamp;
    if (!last) {
        r->carry.parts_stream = (int64_t)stream;
        return LINE_PENDING;
    }
    reader_settle(r, LINE_CONTINUATION);
    return parts_told(r, stream);
}

void parts_finish(struct reader *r)
{
    r->duplicate = r->carry.pending_duplicate != 0;
    for (size_t i = 0; i < STREAMS; i++) {
        if (r->parts[i].n == 0)
            continue;
        enum line_class class = parts_told(r, i);
        if ((int64_t)i == r->carry.parts_stream)
            reader_settle(r, class);
    }
    r->duplicate = false;
}

enum line_class docker_line(struct reader *r, struct slice line)
{
    struct slice text = {0}, time = {0}, stream = {0};
    struct json_member m;
    bool closed, sound = true;
    int32_t offset;
    when stamp;
    r->said = slice_of(NULL, 0);
    if (!json_open(&line))
        return LINE_UNPARSED;
    r->unescaped.n = 0;
    buf_room(&r->unescaped, line.n);
    while (json_next(&line, &m, &closed)) {
        if (slice_eq(m.key, SLICE("log")))
            sound = json_text(m.value, &r->unescaped, &text) && sound;
        else if (slice_eq(m.key, SLICE("time")))
            sound = json_text(m.value, &r->unescaped, &time) && sound;
        else if (slice_eq(m.key, SLICE("stream")))
            sound = json_text(m.value, &r->unescaped, &stream) && sound;
    }
    if (!closed || !sound || !stamp_iso(&time, &stamp, &offset))
        return LINE_UNPARSED;
    r->stamps[STAMP_DOCKER]++;
    enum line_class class =
        part_told(r, slice_eq(stream, SLICE("stderr")), text, slice_ends(text, SLICE("\n")), stamp);
    return class;
}

/* "2026-11-23T08:05:11.123456789Z stdout F text": flags are P or F, and more after ':'. */
enum line_class cri_line(struct reader *r, struct slice line)
{
    int32_t offset;
    when stamp;
    r->said = slice_of(NULL, 0);
    if (!stamp_iso(&line, &stamp, &offset))
        return LINE_UNPARSED;
    bool error = slice_eat(&line, SLICE(" stderr "));
    if (!error && !slice_eat(&line, SLICE(" stdout ")))
        return LINE_UNPARSED;
    struct slice flags = slice_word(&line, ' ');
    struct slice flag = slice_word(&flags, ':');
    if (!slice_eq(flag, SLICE("F")) && !slice_eq(flag, SLICE("P")))
        return LINE_UNPARSED;
    r->stamps[STAMP_CRI]++;
    return part_told(r, error, line, flag.p[0] == 'F', stamp);
}

/* "ESC[36m" at the start of *s: stepped over it. */
static void skip_colour(struct slice *s)
{
    while (slice_starts(*s, SLICE("\x1b["))) {
        size_t end = slice_chr(slice_head(*s, 16), 'm');
        if (end == s->n || end == 16)
            return;
        *s = slice_from(*s, end + 1);
    }
}

static bool name_byte(char c)
{
    return digit(c) || (unsigned char)((c | 32) - 'a') < 26 || c == '-' || c == '_' || c == '.';
}

/* "2026-11-23T08:05:11.123456789Z " before a line that has a header of its own, or none; not a header of syslog's itself. */
static bool timestamp_eat(struct slice *text, when *out)
{
    struct slice rest = *text;
    struct header h;
    enum dialect_id dialect;
    int32_t offset;
    when stamp;
    if (!rest.n || !digit(rest.p[0]) || !stamp_iso(&rest, &stamp, &offset) ||
        !slice_eat(&rest, SLICE(" ")))
        return false;
    if (header_read(*text, &h) && h.tag.n && program_class(h.tag, &dialect) != LINE_UNPARSED)
        return false;
    *out = stamp;
    *text = rest;
    return true;
}

enum line_class timestamps_line(struct reader *r, struct slice line)
{
    when stamp;
    r->said = slice_of(NULL, 0);
    if (!timestamp_eat(&line, &stamp))
        return syslog_line(r, line);
    enum line_class class = inner_told(r, line, stamp, slice_of(NULL, 0));
    r->stamps[STAMP_TIMESTAMPS] += class != LINE_UNPARSED;
    return class;
}

enum line_class compose_line(struct reader *r, struct slice line)
{
    size_t n = 0;
    r->said = slice_of(NULL, 0);
    skip_colour(&line);
    while (n < line.n && n < 64 && name_byte(line.p[n]))
        n++;
    struct slice name = slice_head(line, n);
    line = slice_from(line, n);
    while (slice_eat(&line, SLICE(" ")))
        ;
    if (n == 0 || !slice_eat(&line, SLICE("|")))
        return LINE_UNPARSED;
    skip_colour(&line);
    slice_eat(&line, SLICE(" "));
    skip_colour(&line);
    when stamp = WHEN_NONE;
    timestamp_eat(&line, &stamp);
    enum line_class class = inner_told(r, line, stamp, name);
    r->stamps[STAMP_COMPOSE] += class != LINE_UNPARSED;
    return class;
}
