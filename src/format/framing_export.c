/* framing_export.c - journalctl -o export: a record is many lines, and ends with an empty one.
 *
 * Why: what backup tools and remote journals keep; a value may hold any bytes, line ends too.
 * Invariant: every physical line falls into one class: the last line of a record into the record's, the others are
 * continuation, the empty line between records is blank.  Lines inside a binary value are never looked at: who writes
 * "\n\n__CURSOR=" into a log makes no record of it.  A record counts elsewhere if the line of its time does.
 * Facts: systemd, journal export formats: "KEY=value", or KEY, a length of eight bytes little-endian, so many bytes and a
 * line end.  No value is longer than 768 MiB.
 * Example: __REALTIME_TIMESTAMP=1795388711123456 */
#include "journal.h"

#define VALUE_MAX (UINT64_C(768) << 20)

enum { STAGE_LINES, STAGE_LENGTH, STAGE_DATA };

static size_t text_most(enum journal_key key)
{
    return key == KEY_MESSAGE ? EXPORT_MESSAGE : EXPORT_NAME;
}

static void text_add(struct reader *r, enum journal_key key, struct slice s)
{
    struct buf *text = &r->export_texts[key];
    size_t left = text_most(key) - text->n;
    if (s.n > left && key == KEY_MESSAGE)
        r->carry.export_cut = 1;
    buf_add(text, slice_head(s, left));
}

static void number_set(struct reader *r, enum journal_key key, struct slice s)
{
    uint64_t n;
    if (!slice_u64(s, &n))
        return;
    if (key == KEY_STAMP) {
        r->carry.export_stamp = journal_when(n);
        r->carry.export_duplicate = r->duplicate;
    } else {
        *(key == KEY_PID ? &r->carry.export_pid : &r->carry.export_syslog_pid) =
            n <= INT64_MAX ? (int64_t)n : 0;
    }
}

/* The record's place is that of its message. */
static void value_begin(struct reader *r, enum journal_key key)
{
    struct carry *c = &r->carry;
    if (key < KEY_TEXTS)
        r->export_texts[key].n = 0;
    if (key == KEY_MESSAGE)
        c->export_cut = r->cut;
    if (key != KEY_MESSAGE && c->export_open)
        return;
    c->export_offset = r->place.offset;
    c->export_line = r->place.line;
    c->export_source = r->place.source;
}

/* Bytes of a binary value; false: its length cannot be. */
static bool data_add(struct reader *r, struct slice s)
{
    struct carry *c = &r->carry;
    while (s.n && c->export_stage != STAGE_LINES) {
        if (c->export_stage == STAGE_LENGTH) {
            c->export_left |= (uint64_t)(unsigned char)s.p[0] << (8 * c->export_got++);
            s = slice_from(s, 1);
            if (c->export_got == 8)
                c->export_stage = STAGE_DATA;
            if (c->export_got == 8 && c->export_left > VALUE_MAX) {
                c->export_stage = STAGE_LINES;
                return false;
            }
            continue;
        }
        struct slice data = slice_head(s, c->export_left < s.n ? (size_t)c->export_left : s.n);
        if (c->export_key < KEY_TEXTS)
            text_add(r, (enum journal_key)c->export_key, data);
        if (c->export_left == 0) /* the line end behind it */
            c->export_stage = STAGE_LINES;
        c->export_left -= data.n;
        s = slice_from(s, data.n);
    }
    return true;
}

/* A line of the record that is being put together: it has the record's time, as far as that is known. */
static enum line_class goes_on(struct reader *r)
{
    r->stamp = r->carry.export_stamp;
    r->event.host = slice_of(NULL, 0);
    return LINE_PENDING;
}

/* A physical line inside a binary value: its bytes, those of it that were not kept, and its end. */
static enum line_class data_line(struct reader *r, struct slice line)
{
    struct carry *c = &r->carry;
    uint64_t more = r->bytes > line.n ? r->bytes - line.n : 0;
    bool sound = data_add(r, line);
    if (more > 1) {
        if (c->export_key == KEY_MESSAGE)
            c->export_cut = 1;
        c->export_left -= more - 1 < c->export_left ? more - 1 : c->export_left;
    }
    if (more)
        sound = data_add(r, SLICE("\n")) && sound;
    return sound ? goes_on(r) : LINE_UNPARSED;
}

static bool key_valid(struct slice key)
{
    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        if (!(c >= 'A' && c <= 'Z') && c != '_' && !(i && c >= '0' && c <= '9'))
            return false;
    }
    return key.n > 0 && key.n <= 64;
}

static void record_clear(struct reader *r)
{
    struct carry *c = &r->carry;
    c->export_open = c->export_pid = c->export_syslog_pid = c->export_cut = 0;
    c->export_stage = c->export_duplicate = 0;
    c->export_stamp = WHEN_NONE;
    for (size_t i = 0; i < KEY_TEXTS; i++)
        r->export_texts[i].n = 0;
}

/* The record that ends here: what it is goes to its last line. */
static void record_told(struct reader *r)
{
    const struct carry *c = &r->carry;
    struct place place = r->place;
    bool cut = r->cut, duplicate = r->duplicate;
    struct journal_record j = {.stamp = c->export_stamp,
                               .pid = (uint64_t)c->export_pid,
                               .syslog_pid = (uint64_t)c->export_syslog_pid};
    for (size_t i = 0; i < KEY_TEXTS; i++)
        j.texts[i] = buf_slice(&r->export_texts[i]);
    r->place = (struct place){c->export_offset, c->export_line, (uint32_t)c->export_source};
    r->cut = c->export_cut != 0;
    r->duplicate = c->export_duplicate != 0;
    enum line_class class = j.stamp == WHEN_NONE ? LINE_UNPARSED : journal_told(r, &j);
    r->place = place;
    r->cut = cut;
    r->duplicate = duplicate;
    reader_settle(r, class);
    record_clear(r);
}

enum line_class journal_export_line(struct reader *r, struct slice line)
{
    struct carry *c = &r->carry;
    r->said = slice_of(NULL, 0);
    if (c->export_stage != STAGE_LINES)
        return data_line(r, line);
    while (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    if (line.n == 0) {
        if (c->export_open)
            record_told(r);
        r->stamp = WHEN_NONE;
        return LINE_BLANK;
    }
    size_t n = slice_chr(line, '=');
    enum journal_key key = journal_key(slice_head(line, n));
    if (!key_valid(slice_head(line, n)))
        return LINE_UNPARSED;
    value_begin(r, key);
    c->export_open = 1;
    if (n == line.n) {
        c->export_stage = STAGE_LENGTH;
        c->export_key = (int64_t)key;
        c->export_left = 0;
        c->export_got = 0;
    } else if (key < KEY_TEXTS) {
        text_add(r, key, slice_from(line, n + 1));
    } else if (key != KEY_OTHER) {
        number_set(r, key, slice_from(line, n + 1));
    }
    return goes_on(r);
}

void journal_export_finish(struct reader *r)
{
    if (r->carry.export_open)
        record_told(r);
}
