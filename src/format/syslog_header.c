/* syslog_header.c - stamp, host, tag and pid of the syslog family.
 *
 * Why: one text, "tag[pid]: body", comes under a dozen headers, and a file may change from one to the other where the
 * daemon was configured anew.
 * Invariant: told line by line, from the line alone.
 * Facts: RFC 3164; RFC 5424 6 (structured data, escapes, NIL, byte order mark); rsyslog's file formats; BSD syslogd -v
 * ("<2.6>") and -vv ("<mail.info>"); Solaris message ids; journalctl -o short, short-precise, short-iso, short-full,
 * short-unix.  A line from /dev/log itself names no host: its first word is the tag.
 * Example: <22>1 2026-11-23T08:05:11.123Z mx postfix/smtpd 231 - [origin ip="192.0.2.1"] connect from ... */
#include "syslog.h"

#define TAG_MAX 64 /* bytes of a tag with blanks in it */

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static bool letter(char c)
{
    return (unsigned char)((c | 32) - 'a') < 26;
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
        if (!letter(s->p[i]))
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

/* "<22>", "<2.6>", "<mail.info>" */
static bool skip_priority(struct slice *s)
{
    if (s->n < 3 || s->p[0] != '<')
        return false;
    size_t close = 1;
    while (close < s->n && close < 24 &&
           (digit(s->p[close]) || letter(s->p[close]) || s->p[close] == '.'))
        close++;
    if (close == 1 || close == s->n || s->p[close] != '>')
        return false;
    *s = slice_from(*s, close + 1);
    return true;
}

/* "Mon 2026-11-31 08:05:11 JST": the shape without the date. */
static bool full_shape(struct slice *s)
{
    static const char shape[] = "0000-00-00 00:00:00 ";
    if (s->n < 4 + sizeof shape)
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        if (shape[i] == '0' ? !digit(s->p[4 + i]) : s->p[4 + i] != shape[i])
            return false;
    }
    struct slice zone = slice_from(*s, 4 + sizeof shape - 1);
    size_t end = slice_chr(slice_head(zone, 8), ' ');
    if (end == 0 || end == 8 || end == zone.n)
        return false;
    *s = slice_from(zone, end);
    return true;
}

/* "Mon 2026-11-23 08:05:11 JST" */
static bool full_stamp(struct slice *s, struct header *h)
{
    h->stamp = STAMP_FULL;
    if (!stamp_full(s, &h->local, &h->placed, &h->offset)) {
        h->placed = false;
        h->dateless = full_shape(s);
        return h->dateless;
    }
    h->has_local = !h->placed;
    if (h->placed)
        h->instant = civil_when(&h->local) - h->offset * SECOND;
    return true;
}

static bool numeric_stamp(struct slice *s, struct header *h, bool numbered)
{
    h->stamp = numbered ? STAMP_RFC5424 : STAMP_ISO;
    h->placed = stamp_iso(s, &h->instant, &h->offset);
    if (h->placed)
        return true;
    if (!numbered && stamp_epoch(s, &h->instant)) {
        h->stamp = STAMP_UNIX;
        return true;
    }
    h->dateless = iso_shape(s);
    return h->dateless;
}

static bool header_stamp(struct stamp_reading *last, struct slice *s, struct header *h,
                         bool numbered)
{
    h->instant = WHEN_NONE;
    if (s->n && digit(s->p[0]))
        return numeric_stamp(s, h, numbered);
    if (numbered) {
        h->stamp = STAMP_RFC5424;
        return slice_starts(*s, SLICE("- ")) && slice_eat(s, SLICE("-"));
    }
    h->stamp = STAMP_RFC3164;
    if (stamp_rfc3164_after(last, s, &h->local)) {
        h->has_local = true;
        return true;
    }
    if (s->n > 8 && s->p[3] == ' ' && s->p[8] == '-')
        return full_stamp(s, h);
    h->dateless = rfc3164_shape(s);
    return h->dateless;
}

/* "[231]" at the start of *s: stepped over it, to the colon. */
static bool process_id(struct slice *s, uint64_t *pid)
{
    struct slice rest = slice_from(*s, 1);
    slice_eat_u64(&rest, pid);
    if (slice_starts(rest, SLICE("]:"))) {
        *s = slice_from(rest, 1);
        return true;
    }
    size_t colon = slice_chr(slice_head(rest, TAG_MAX), ':');
    if (colon == rest.n || colon >= TAG_MAX)
        return false;
    *s = slice_from(rest, colon);
    return true;
}

/* The length of a tag that has blanks in it ("spamd child[231]: "): only a pid after it shows that it is one. */
static size_t tag_of_words(struct slice s)
{
    struct slice head = slice_head(s, TAG_MAX);
    size_t n = slice_chr(head, '[');
    if (n == head.n || n == 0 || slice_chr(head, ':') < n || n + 1 >= s.n || !digit(s.p[n + 1]))
        return 0;
    size_t end = n + 1;
    while (end < s.n && digit(s.p[end]))
        end++;
    return slice_starts(slice_from(s, end), SLICE("]:")) && s.p[n - 1] != ' ' ? n : 0;
}

bool header_tag(struct slice *s, struct header *h)
{
    struct slice rest = *s;
    size_t n = slice_chr3(rest, ':', '[', ' ');
    if (n < rest.n && rest.p[n] == ' ')
        n = tag_of_words(rest);
    if (n == 0 || n == rest.n)
        return false;
    struct slice tag = slice_head(rest, n);
    rest = slice_from(rest, n);
    if (rest.p[0] == '[' && !process_id(&rest, &h->pid))
        return false;
    if (!slice_eat(&rest, SLICE(":")))
        return false;
    h->tag = slice_fresh(tag);
    slice_eat(&rest, SLICE(" "));
    if (slice_starts(rest, SLICE("[ID "))) {
        size_t end = slice_find(slice_head(rest, TAG_MAX), SLICE("] "));
        if (end < rest.n && end < TAG_MAX)
            rest = slice_from(rest, end + 2);
    }
    *s = slice_fresh(rest);
    return true;
}

/* "-" or "[id name="value" ...][...]": in a value '"', '\' and ']' are escaped. */
static bool structured_data(struct slice *s)
{
    if (slice_eat(s, SLICE("-")))
        return true;
    size_t at = 0;
    while (at < s->n && s->p[at] == '[') {
        bool quoted = false;
        for (at++; at < s->n && (quoted || s->p[at] != ']'); at++) {
            if (s->p[at] == '"')
                quoted = !quoted;
            else if (quoted && s->p[at] == '\\')
                at++;
        }
        if (at >= s->n)
            return false;
        at++;
    }
    *s = slice_from(*s, at);
    return at > 0;
}

static struct slice word_or_nil(struct slice *s)
{
    struct slice word = slice_word(s, ' ');
    return slice_eq(word, SLICE("-")) ? slice_of(NULL, 0) : word;
}

/* RFC 5424 after the stamp: "host app procid msgid data text". */
static bool header_5424(struct slice s, struct header *h)
{
    h->host = word_or_nil(&s);
    h->tag = word_or_nil(&s);
    struct slice pid = word_or_nil(&s);
    slice_u64(pid, &h->pid);
    word_or_nil(&s);
    if (!structured_data(&s))
        return false;
    slice_eat(&s, SLICE(" "));
    slice_eat(&s, SLICE("\xEF\xBB\xBF"));
    h->body = s;
    if (h->tag.n == 0 && header_tag(&s, h)) /* a relay that took the text as it came */
        h->body = s;
    return true;
}

static bool repeats_last(struct slice s)
{
    return slice_starts(s, SLICE("last message repeated "));
}

/* The first word is the host, unless it is a tag, there being none; an IPv6 address may end in "::". */
static struct slice host_read(struct slice *s)
{
    size_t end = slice_chr(*s, ' ');
    if (end > 1 && end < s->n && s->p[end - 1] == ':' && s->p[end - 2] != ':')
        return slice_of(NULL, 0);
    struct slice host = slice_head(*s, end);
    *s = slice_from(*s, end < s->n ? end + 1 : end);
    return host;
}

/* The line from the tag on, behind the host. */
static void header_end(struct slice s, struct header *h)
{
    h->rest = slice_fresh(s);
    h->body = slice_fresh(s);
    if (header_tag(&s, h))
        h->body = slice_fresh(s);
}

static bool header_read_after(struct stamp_reading *last, struct slice line, struct header *h)
{
    struct slice s = line;
    h->has_local = h->dateless = h->placed = h->alike = false;
    h->host = (struct slice){0};
    h->tag = (struct slice){0};
    h->rest = (struct slice){0};
    h->pid = 0;
    skip_priority(&s);
    bool numbered = s.n > 3 && s.p[0] == '1' && s.p[1] == ' ' && (digit(s.p[2]) || s.p[2] == '-');
    if (numbered)
        s = slice_from(s, 2);
    if (!header_stamp(last, &s, h, numbered) || !slice_eat(&s, SLICE(" ")))
        return false;
    if (numbered)
        return header_5424(s, h);
    if (skip_priority(&s))
        slice_eat(&s, SLICE(" "));
    h->body = slice_fresh(s);
    if (repeats_last(s))
        return true;
    h->host = slice_fresh(host_read(&s));
    header_end(s, h);
    return true;
}

bool header_read(struct slice line, struct header *h)
{
    struct stamp_reading none = {0};
    return header_read_after(&none, line, h);
}

enum { STAMPED = sizeof(((struct stamp_reading *)0)->text) + 1 }; /* "Nov 23 08:05:11 " */

/* Kept where it is a stamp of that length, a blank, the host and a blank.  "last" may begin what is said of a repeat. */
static void start_keep(struct header_start *last, struct slice line)
{
    const struct header *h = &last->header;
    size_t n = STAMPED + h->host.n + 1;
    if (h->stamp != STAMP_RFC3164 || !h->has_local || h->host.n == 0 || n > sizeof last->text ||
        n > line.n || h->host.p != line.p + STAMPED || line.p[n - 1] != ' ' ||
        slice_eq(h->host, SLICE("last")))
        return;
    memcpy(last->text, line.p, n);
    last->n = n;
}

static bool starts_alike(const struct header_start *last, struct slice line)
{
    return last->n && line.n > last->n &&
           (slice_differ(line.p, last->text, 8) | slice_differ(line.p + 8, last->text + 8, 8)) ==
               0 &&
           slice_same(slice_of(line.p + STAMPED, last->n - STAMPED),
                      slice_of(last->text + STAMPED, last->n - STAMPED));
}

bool header_read_next(struct header_start *last, struct slice line)
{
    struct header *h = &last->header;
    if (!starts_alike(last, line)) {
        last->n = 0;
        if (!header_read_after(&last->stamp, line, h))
            return false;
        start_keep(last, line);
        return true;
    }
    h->alike = true;
    h->host = slice_of(line.p + STAMPED, last->n - STAMPED - 1);
    h->tag = (struct slice){0};
    h->pid = 0;
    header_end(slice_from(line, last->n), h);
    return true;
}

bool journal_remark(struct slice line)
{
    static const struct slice starts[] = {SLICE_LIT("-- Logs begin at "),
                                          SLICE_LIT("-- Journal begins at "), SLICE_LIT("-- Boot "),
                                          SLICE_LIT("-- Reboot --"), SLICE_LIT("-- No entries --")};
    if (!slice_ends(line, SLICE(" --")))
        return false;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (slice_starts(line, starts[i]))
            return true;
    }
    return false;
}
