/* maillog.c - the file that syslog writes and logrotate turns: stamps, names, old files compressed.
 *
 * Invariant: a file is compressed when the next one begins; numbered names are given at the end, the youngest 1.
 * Source: logrotate's dateext and numbered names, daily or weekly at 04:02 local time; rsyslog's two templates.
 * Example: maillog-20261227.gz */
#include "sim.h"

#include <stdio.h>

void maillog_open(struct maillog *l, const struct options *o, const char *path, int64_t now)
{
    bool first = !l->o;
    l->o = o;
    if (first) {
        l->name = path;
        l->first_file = files.n;
        l->second = -1;
    }
    sink_open(&l->sink, o->out, path, false);
    int64_t local = now / SECOND + o->zone - (4 * 3600 + 120);
    int64_t day = local / DAY_SECONDS;
    l->rotation_day = o->rotation == ROTATE_WEEKLY ? (day + 4) / 7 : day;
}

bool maillog_due(const struct maillog *l, int64_t now)
{
    int64_t local = now / SECOND + l->o->zone - (4 * 3600 + 120);
    int64_t day = local / DAY_SECONDS;
    if (l->o->rotation == ROTATE_NONE)
        return false;
    if (l->o->rotation == ROTATE_BYTES)
        return l->sink.bytes >= l->o->rotate_bytes;
    return (l->o->rotation == ROTATE_WEEKLY ? (day + 4) / 7 : day) != l->rotation_day;
}

void maillog_rotate(struct maillog *l, int64_t now)
{
    if (!maillog_due(l, now))
        return;
    int64_t day = l->rotation_day + 1;
    if (l->o->rotation == ROTATE_WEEKLY)
        day = day * 7 - 4;
    struct day_time d = day_time_of(day * DAY_SECONDS);
    char name[80];
    sink_close(&l->sink);
    if (l->o->numbered || l->o->rotation == ROTATE_BYTES)
        snprintf(name, sizeof name, "%s.part%04zu.gz", l->name, l->sink.index - l->first_file);
    else
        snprintf(name, sizeof name, "%s-%04d%02u%02u.gz", l->name, d.year, d.month, d.day);
    sink_compress(l->o->out, l->sink.index, name);
    maillog_open(l, l->o, l->name, now);
}

/* maillog.1.gz is the youngest of the old ones. */
static void number_parts(struct maillog *l)
{
    size_t newest = l->sink.index;
    for (size_t i = l->first_file; i < newest; i++) {
        char name[80];
        snprintf(name, sizeof name, "%s.%zu.gz", l->name, newest - i);
        sink_rename(l->o->out, i, name);
    }
}

void maillog_close(struct maillog *l)
{
    sink_close(&l->sink);
    if (l->o->server != SERVER_MULTILOG && (l->o->numbered || l->o->rotation == ROTATE_BYTES))
        number_parts(l);
}

void put_time_of_day(struct text *t, const struct day_time *d)
{
    put_padded(t, d->hour, 2);
    PUT(t, ":");
    put_padded(t, d->minute, 2);
    PUT(t, ":");
    put_padded(t, d->second, 2);
}

static void put_rfc3164(struct text *t, const struct day_time *d)
{
    put_z(t, month_names[d->month - 1]);
    PUT(t, " ");
    if (d->day < 10)
        PUT(t, " ");
    put_u64(t, d->day);
    PUT(t, " ");
    put_time_of_day(t, d);
}

static void put_iso(struct text *t, const struct day_time *d)
{
    put_padded(t, (uint64_t)d->year, 4);
    PUT(t, "-");
    put_padded(t, d->month, 2);
    PUT(t, "-");
    put_padded(t, d->day, 2);
    PUT(t, "T");
    put_time_of_day(t, d);
}

void put_own(struct text *t, const struct options *o, const char *before, const char *after)
{
    put_z(t, before);
    put_z(t, o->host);
    PUT(t, ".example.jp");
    put_z(t, after);
}

void maillog_stamp(struct maillog *l, struct text *line, int64_t now)
{
    int64_t second = now / SECOND + l->o->zone;
    if (second != l->second) {
        struct day_time d = day_time_of(second);
        l->stamp.n = 0;
        if (l->o->iso)
            put_iso(&l->stamp, &d);
        else
            put_rfc3164(&l->stamp, &d);
        l->second = second;
    }
    put(line, l->stamp.p, l->stamp.n);
    if (l->o->iso) {
        long zone = l->o->zone < 0 ? -l->o->zone : l->o->zone;
        PUT(line, ".");
        put_padded(line, (uint64_t)(now % SECOND), 6);
        put_z(line, l->o->zone < 0 ? "-" : "+");
        put_padded(line, (uint64_t)zone / 3600, 2);
        PUT(line, ":");
        put_padded(line, (uint64_t)zone / 60 % 60, 2);
    }
    PUT(line, " ");
    put_z(line, l->o->host);
    PUT(line, " ");
}
