/* framing_journal.c - journalctl -o json: one record a line.
 *
 * Why: what is kept of a host whose mail log is the journal alone.
 * Invariant: the record's time is the journal's own; the reader's buffer holds what had to be unescaped.
 * Facts: systemd, journal export formats: __REALTIME_TIMESTAMP is microseconds UTC as a string; MESSAGE is a string, an array
 * of byte numbers (not UTF-8, or control bytes), or null (longer than 4096 bytes without --all); json-seq puts RS before
 * each object, json-sse "data: ".
 * Example: {"__REALTIME_TIMESTAMP":"1795388711123456","_HOSTNAME":"mx","SYSLOG_IDENTIFIER":"postfix/smtpd","MESSAGE":"..."} */
#include "journal.h"
#include "json_line.h"

enum journal_key journal_key(struct slice name)
{
    static const struct slice names[] = {SLICE_LIT("MESSAGE"),
                                         SLICE_LIT("_HOSTNAME"),
                                         SLICE_LIT("SYSLOG_IDENTIFIER"),
                                         SLICE_LIT("_COMM"),
                                         SLICE_LIT("__REALTIME_TIMESTAMP"),
                                         SLICE_LIT("_PID"),
                                         SLICE_LIT("SYSLOG_PID")};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (slice_eq(name, names[i]))
            return (enum journal_key)i;
    }
    return KEY_OTHER;
}

when journal_when(uint64_t microseconds)
{
    return microseconds <= (uint64_t)WHEN_MOST ? (when)microseconds : WHEN_NONE;
}

enum line_class journal_told(struct reader *r, const struct journal_record *j)
{
    struct header h = {.stamp = r->f->stamp,
                       .instant = j->stamp,
                       .host = j->texts[KEY_HOST],
                       .tag = j->texts[KEY_TAG].n ? j->texts[KEY_TAG] : j->texts[KEY_COMM],
                       .pid = j->syslog_pid ? j->syslog_pid : j->pid,
                       .body = j->texts[KEY_MESSAGE]};
    bool wrapped = r->wrapped;
    r->wrapped = true;
    enum line_class class = syslog_told(r, h.body, &h);
    r->wrapped = wrapped;
    return class;
}

static bool member_read(struct reader *r, const struct json_member *m, struct journal_record *j)
{
    enum journal_key key = journal_key(m->key);
    uint64_t n;
    if (key < KEY_TEXTS)
        return json_text(m->value, &r->unescaped, &j->texts[key]) || key != KEY_MESSAGE ||
               slice_eq(m->value, SLICE("null"));
    if (key == KEY_OTHER || !json_u64(m->value, &n))
        return true;
    if (key == KEY_STAMP)
        j->stamp = journal_when(n);
    else
        *(key == KEY_PID ? &j->pid : &j->syslog_pid) = n;
    return true;
}

enum line_class journal_json_line(struct reader *r, struct slice line)
{
    struct journal_record j = {.stamp = WHEN_NONE};
    struct json_member m;
    bool closed, sound = true;
    r->said = slice_of(NULL, 0);
    if (!slice_eat(&line, SLICE("\x1e")))
        slice_eat(&line, SLICE("data: "));
    if (!json_open(&line))
        return LINE_UNPARSED;
    r->unescaped.n = 0;
    buf_room(&r->unescaped, line.n);
    while (json_next(&line, &m, &closed))
        sound = member_read(r, &m, &j) && sound;
    if (!closed || !sound || j.stamp == WHEN_NONE)
        return LINE_UNPARSED;
    return journal_told(r, &j);
}
