/* detect.c - what a source is, by its head.
 *
 * Why: names lie, content does not; a name only supplies what content lacks.
 * Invariant: every framing reads the same lines and bids by what it understood; the answer depends
 * on head and path alone.
 * Facts: encodings by RFC 3629 (UTF-8) and Microsoft code page 932; E-Post folder names and
 * yymmdd.log.
 * Example: outlog/MX1/261120.log */
#include "encoding.h"
#include "reader.h"

#define SAMPLE_LINES 256 /* what the bids are made on */
#define BID_MIN 10

/* context: the detection, or NULL. */
static void note_host(void *context, const struct event *e)
{
    struct detection *d = context;
    if (!d || !e->host.n || d->mail_hosts_count == HEAD_HOSTS)
        return;
    uint64_t host = slice_hash(e->host);
    for (size_t i = 0; i < d->mail_hosts_count; i++)
        if (d->mail_hosts[i] == host)
            return;
    d->mail_hosts[d->mail_hosts_count++] = host;
}

static const struct {
    const char *folder;
    enum epost_kind kind;
} folders[] = {{"inlog", EPOST_INLOG},
               {"outlog", EPOST_OUTLOG},
               {"outlocallog", EPOST_OUTLOCALLOG},
               {"faillog", EPOST_FAILLOG},
               {"acceptlog", EPOST_ACCEPTLOG},
               {"senderlog", EPOST_SENDERLOG},
               {"receivelog", EPOST_RECEIVELOG},
               {"imap4log", EPOST_IMAP4LOG},
               {"receiveimap4", EPOST_RECEIVEIMAP4},
               {"pop3log", EPOST_POP3LOG},
               {"receivepop3", EPOST_RECEIVEPOP3}};

/* The log kind that a folder of the path is named after ("outlog", "outlog-MX1"); the last one
 * counts. */
static enum epost_kind kind_of_path(struct slice path)
{
    enum epost_kind kind = EPOST_NONE;
    while (path.n) {
        struct slice part = slice_word(&path, '/');
        part = slice_head(part, slice_chr(part, '-'));
        for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
            if (slice_ieq(part, slice_str(folders[i].folder)))
                kind = folders[i].kind;
        }
    }
    return kind;
}

static bool date_digits(struct slice s, size_t year_digits, struct civil *out)
{
    uint64_t y, m, d;
    if (s.n < year_digits + 4 || !slice_u64(slice_head(s, year_digits), &y) ||
        !slice_u64(slice_of(s.p + year_digits, 2), &m) ||
        !slice_u64(slice_of(s.p + year_digits + 2, 2), &d))
        return false;
    struct civil c = {
        .year = (int)(year_digits == 2 ? 2000 + y : y), .month = (int)m, .day = (int)d};
    if (!civil_valid(&c) || c.year < 1970)
        return false;
    *out = c;
    return true;
}

static bool digit_at(struct slice s, size_t i)
{
    return i < s.n && (unsigned char)(s.p[i] - '0') < 10;
}

static bool alphanumeric(char c)
{
    return (unsigned char)(c - '0') < 10 || (unsigned char)((c | 32) - 'a') < 26;
}

static bool credible(const struct civil *date)
{
    return date->year >= 1990 && date->year <= 2099;
}

/* "20241108", "2024-11-08", "2024_11_08", "2024/11/08" at the start of s: its length; 0: no date. */
static size_t date_at(struct slice s, struct civil *out)
{
    char text[8];
    bool parted =
        s.n >= 10 && (s.p[4] == '-' || s.p[4] == '_' || s.p[4] == '/') && s.p[7] == s.p[4];
    size_t n = parted ? 10 : sizeof text;
    if (s.n < n || (s.n > n && alphanumeric(s.p[n])))
        return 0;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = s.p[parted ? i + (i > 3) + (i > 5) : i];
    return date_digits(slice_of(text, sizeof text), 4, out) && credible(out) ? n : 0;
}

/* "202411", "2024-11", "2024_11", "Nov-2024": all of s.  Six digits that may be yymmdd are none. */
static bool month_read(struct slice s, struct civil *out)
{
    struct civil day;
    uint64_t year = 0, month = 0;
    bool named = s.n == 8 && s.p[3] == '-';
    bool parted = s.n == 7 && (s.p[4] == '-' || s.p[4] == '_');
    if (!named && !parted && (s.n != 6 || date_digits(s, 2, &day)))
        return false;
    if (!slice_u64(named ? slice_from(s, 4) : slice_head(s, 4), &year))
        return false;
    if (named)
        month = (uint64_t)civil_month(slice_head(s, 3));
    else if (!slice_u64(slice_from(s, parted ? 5 : 4), &month))
        return false;
    *out = (struct civil){.year = (int)year, .month = (int)month, .day = 31};
    while (out->day > 28 && !civil_valid(out))
        out->day--;
    return civil_valid(out) && credible(out);
}

static bool part_begins(struct slice name, size_t at)
{
    return at == 0 || name.p[at - 1] == '-' || name.p[at - 1] == '_' || name.p[at - 1] == '.';
}

/* "maillog-202411", "maillog.2024-11", "exim_mainlog-Nov-2024" */
static bool month_of_name(struct slice name, struct civil *out)
{
    if (slice_iends(name, SLICE(".log")))
        name.n -= 4;
    for (size_t n = 6; n <= 8 && n < name.n; n++)
        if (part_begins(name, name.n - n) && month_read(slice_from(name, name.n - n), out))
            return true;
    return false;
}

/* "2024/11/03", "var/2024-11-03" */
static bool date_of_folder(struct slice folder, struct civil *out)
{
    for (size_t n = 8; n <= 10 && n <= folder.n; n += 2)
        if ((n == folder.n || folder.p[folder.n - n - 1] == '/') &&
            date_at(slice_from(folder, folder.n - n), out) == n)
            return true;
    return false;
}

/* "261120.log", "261120_08.log", "maillog-20261101", "mail.log-20261101-1793487600", "maillog.2026-11-01" */
static bool date_of_name(struct slice name, struct civil *out)
{
    if (!digit_at(name, 6) && date_digits(name, 2, out) &&
        (slice_iends(name, SLICE(".log")) || name.n == 6))
        return true;
    for (size_t i = 0; i + 8 <= name.n; i++)
        if (part_begins(name, i) && date_at(slice_from(name, i), out))
            return true;
    return false;
}

static void path_date(struct slice path, struct detection *out)
{
    size_t slash = slice_rchr(path, '/');
    struct slice name = slash < path.n ? slice_from(path, slash + 1) : path;
    out->has_name_date = date_of_name(name, &out->name_date);
    if (out->has_name_date)
        return;
    out->name_date_latest =
        (slash < path.n && date_of_folder(slice_head(path, slash), &out->name_date)) ||
        month_of_name(name, &out->name_date);
    out->has_name_date = out->name_date_latest;
    if (!out->has_name_date)
        out->name_date = (struct civil){0};
}

struct trial {
    uint64_t lines, blank, recognised, framed, continued, trailing_blank;
    int bid;
};

static bool ends_blank(struct slice line)
{
    while (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    return line.n && line.p[line.n - 1] == ' ';
}

static struct reader *trial_run(const struct framing *f, const struct source_facts *facts,
                                struct slice head, bool whole, uint64_t max, struct detection *met,
                                struct trial *t)
{
    struct reader *r = reader_new(f, facts, note_host, met);
    struct place place = {0, 1, 0};
    const char *begin = head.p;
    *t = (struct trial){0};
    while (head.n && t->lines < max) {
        size_t n = slice_chr(head, '\n');
        if (n == head.n && !whole)
            break;
        struct slice line = slice_head(head, n);
        place.offset = (uint64_t)(line.p - begin);
        place.line = t->lines + 1;
        t->trailing_blank += ends_blank(line);
        reader_line(r, line, n + (n < head.n), false, &place);
        t->lines++;
        head = slice_from(head, n + (n < head.n));
    }
    reader_finish(r);
    const uint64_t *c = r->counts.lines;
    t->blank = c[LINE_BLANK];
    t->continued = c[LINE_CONTINUATION];
    t->recognised = c[LINE_PARSED] + c[LINE_OTHER] + c[LINE_SKIPPED];
    t->framed = r->stamps[f->stamp];
    uint64_t told = t->lines - t->blank - t->continued;
    t->recognised = t->recognised < told ? t->recognised : told;
    if (told && t->framed)
        t->bid = (int)((60 * t->framed + 40 * t->recognised) / told);
    if (t->bid > 100)
        t->bid = 100;
    return r;
}

/* Of two framings with one grammar, which does the source belong to? */
static bool preferred(const struct framing *f, const struct framing *than, enum epost_kind named,
                      const struct trial *t)
{
    if (f->epost == EPOST_NONE)
        return false;
    if (named == f->epost)
        return true;
    return named != than->epost && f->epost == EPOST_OUTLOCALLOG && than->epost == EPOST_OUTLOG &&
           t->trailing_blank * 2 <= t->lines - t->blank;
}

static const struct framing *winner(const struct source_facts *facts, struct slice head, bool whole,
                                    enum epost_kind named, int *bid)
{
    const struct framing *best = NULL;
    *bid = 0;
    for (size_t i = 0; i < framings_count; i++) {
        struct trial t;
        struct reader *r = trial_run(&framings[i], facts, head, whole, SAMPLE_LINES, NULL, &t);
        reader_free(r);
        if (t.bid > *bid || (t.bid && t.bid == *bid && preferred(&framings[i], best, named, &t))) {
            best = &framings[i];
            *bid = t.bid;
        }
    }
    return *bid >= BID_MIN ? best : NULL;
}

/* Whose records are the most; of equally many, the upper row's. */
static const char *server_of(const struct reader_counts *c)
{
    uint64_t most = 0;
    const char *server = NULL;
    for (unsigned i = 0; i < DIALECT_COUNT; i++) {
        uint64_t n = 0;
        for (unsigned k = i; k < DIALECT_COUNT; k++)
            if (strcmp(dialect_server(k), dialect_server(i)) == 0)
                n += c->dialect_records[k];
        if (n > most) {
            most = n;
            server = dialect_server(i);
        }
    }
    return server;
}

static const char *note_of(const struct reader *r)
{
    const uint64_t *c = r->counts.lines;
    if (r->f->stamp == STAMP_WIZ98 || r->f->epost == EPOST_POP3LOG)
        return "format_not_verified";
    if (c[LINE_PARSED] || !(c[LINE_SKIPPED] || c[LINE_OTHER]))
        return NULL;
    return c[LINE_SKIPPED] ? "only_unread_programs" : "only_other_programs";
}

/* Where a host that was met stands in the head, for it may have been put together of parts; empty if it was escaped. */
static struct slice in_head(struct slice head, struct slice host)
{
    size_t at = slice_find(head, host);
    return host.n && at < head.n ? slice_of(head.p + at, host.n) : slice_of(NULL, 0);
}

void format_detect(struct slice head, bool whole, struct slice path, struct detection *out)
{
    *out =
        (struct detection){.first = WHEN_NONE, .anchor = WHEN_NONE, .encoding = encoding_of(head)};
    path_date(path, out);
    if (slice_starts(slice_str(out->encoding), SLICE("utf-16"))) {
        out->note = "utf_16_unread";
        return;
    }
    struct zone *utc = zone_fixed(0);
    struct source_facts facts = {.zone = utc,
                                 .zone_learnt = true,
                                 .anchor = WHEN_NONE,
                                 .date = out->name_date_latest ? (struct civil){0} : out->name_date,
                                 .since = WHEN_NONE,
                                 .until = WHEN_NONE};
    out->framing = winner(&facts, head, whole, kind_of_path(path), &out->bid);
    if (out->framing) {
        struct trial t;
        struct reader *r = trial_run(out->framing, &facts, head, whole, UINT64_MAX, out, &t);
        out->epost = out->framing->epost;
        if (out->epost != EPOST_NONE && out->name_date_latest) { /* theirs is the day itself */
            out->has_name_date = out->name_date_latest = false;
            out->name_date = (struct civil){0};
        }
        out->lines = t.lines;
        out->recognised = t.recognised + t.continued;
        out->first_local = r->first_local;
        out->has_local = r->has_local;
        out->first = r->first_instant;
        out->anchor = r->anchor;
        out->has_offset = r->has_first_offset;
        out->offset = r->first_offset;
        out->zones = r->first_zones;
        out->has_printed = r->has_printed;
        out->printed = r->printed;
        out->host = in_head(head, buf_slice(&r->first_host));
        out->server = server_of(&r->counts);
        out->note = note_of(r);
        reader_free(r);
    }
    zone_free(utc);
}
