/* zone.c - offsets from UTC out of the system's TZif files.
 *
 * Why: glibc turns an unknown zone into UTC without a word; evidence must not be shifted so.
 * Invariant: after zone_open nothing changes, so threads share a zone; every index and count of the
 * file was checked against its size.
 * Facts: RFC 8536 (versions 1 to 4; version 2+ repeats the data with 64-bit times and a footer).
 * Example: /usr/share/zoneinfo/Asia/Tokyo, footer JST-9 */
#include "postmortem/clock/zone.h"

#include "posix_rule.h"
#include "postmortem/base/buf.h"
#include "postmortem/base/memory.h"
#include "tzif.h"

#include <stdio.h>
#include <stdlib.h>

#define ZONE_FILE_MAX (1u << 20)

struct zone {
    char *name;
    size_t count;
    int64_t *at;     /* unix seconds of each change, ascending */
    int32_t *offset; /* in force from at[i] on */
    int32_t before;  /* in force before the first change */
    bool has_rule;
    struct posix_rule rule;
};

struct tzif {
    char version;
    uint64_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
};

static uint64_t big_endian(const char *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

static bool header(struct slice *s, struct tzif *h)
{
    if (s->n < 44 || memcmp(s->p, "TZif", 4) != 0)
        return false;
    h->version = s->p[4];
    h->isutcnt = big_endian(s->p + 20, 4);
    h->isstdcnt = big_endian(s->p + 24, 4);
    h->leapcnt = big_endian(s->p + 28, 4);
    h->timecnt = big_endian(s->p + 32, 4);
    h->typecnt = big_endian(s->p + 36, 4);
    h->charcnt = big_endian(s->p + 40, 4);
    *s = slice_from(*s, 44);
    return h->typecnt > 0 && h->typecnt <= 256;
}

static uint64_t block_size(const struct tzif *h, uint64_t width)
{
    return h->timecnt * (width + 1) + h->typecnt * 6 + h->charcnt + h->leapcnt * (width + 4) +
           h->isstdcnt + h->isutcnt;
}

static int32_t type_offset(const char *types, size_t i)
{
    return (int32_t)(uint32_t)big_endian(types + 6 * i, 4);
}

static bool block(struct zone *z, const struct tzif *h, struct slice s, uint64_t width)
{
    size_t n = (size_t)h->timecnt;
    const char *index = s.p + n * width;
    const char *types = index + n;
    z->at = mem_grow(NULL, n + 1, sizeof *z->at);
    z->offset = mem_grow(NULL, n + 1, sizeof *z->offset);
    z->count = n;
    z->before = type_offset(types, 0);
    for (size_t i = 0; i < n; i++) {
        uint64_t raw = big_endian(s.p + i * width, (size_t)width);
        z->at[i] = width == 4 ? (int32_t)(uint32_t)raw : (int64_t)raw;
        size_t type = (unsigned char)index[i];
        if (type >= h->typecnt || (i && z->at[i] <= z->at[i - 1]))
            return false;
        z->offset[i] = type_offset(types, type);
        if (z->offset[i] > 100000 || z->offset[i] < -100000)
            return false;
    }
    return true;
}

/* A whole TZif file -> z. */
static bool parse(struct zone *z, struct slice s)
{
    struct tzif h;
    if (!header(&s, &h) || block_size(&h, 4) > s.n)
        return false;
    if (h.version < '2')
        return block(z, &h, s, 4);
    s = slice_from(s, (size_t)block_size(&h, 4));
    if (!header(&s, &h) || block_size(&h, 8) > s.n || !block(z, &h, s, 8))
        return false;
    s = slice_from(s, (size_t)block_size(&h, 8));
    if (slice_eat(&s, SLICE("\n"))) {
        struct slice footer = slice_word(&s, '\n');
        if (footer.n)
            z->has_rule = posix_rule_read(footer, &z->rule);
    }
    return true;
}

/* "UTC", "Z", "+09:00", "-0530" -> seconds east. */
static bool fixed_offset(struct slice s, int32_t *out)
{
    uint64_t h, m = 0;
    *out = 0;
    if (slice_ieq(s, SLICE("UTC")) || slice_ieq(s, SLICE("Z")) || slice_ieq(s, SLICE("GMT")))
        return true;
    if (s.n < 3 || (s.p[0] != '+' && s.p[0] != '-') || !slice_u64(slice_of(s.p + 1, 2), &h))
        return false;
    struct slice rest = slice_from(s, 3);
    slice_eat(&rest, SLICE(":"));
    if (rest.n && (rest.n != 2 || !slice_u64(rest, &m)))
        return false;
    if (h > 23 || m > 59)
        return false;
    *out = (int32_t)(h * 60 + m) * (s.p[0] == '-' ? -60 : 60);
    return true;
}

static bool name_allowed(struct slice s)
{
    if (s.n == 0 || s.n > 200 || s.p[0] == '/' || slice_find(s, SLICE("..")) < s.n)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';
        if (!letter && !(c >= '0' && c <= '9') && !strchr("/_+-", c))
            return false;
    }
    return true;
}

/* The zoneinfo file of a name, whole; -1 if there is none. */
static int file_read(struct slice name, struct buf *out)
{
    struct buf path = {0};
    buf_add(&path, SLICE("/usr/share/zoneinfo/"));
    buf_add(&path, name);
    buf_byte(&path, 0);
    FILE *f = fopen(path.p, "rbe");
    buf_fini(&path);
    if (!f)
        return -1;
    out->n = fread(buf_room(out, ZONE_FILE_MAX), 1, ZONE_FILE_MAX, f);
    bool bad = ferror(f) != 0;
    fclose(f);
    return bad ? -1 : 0;
}

struct zone *zone_of_tzif(struct slice name, struct slice bytes)
{
    struct zone *z = mem_new(sizeof *z);
    z->name = mem_text(name.p, name.n);
    if (parse(z, bytes))
        return z;
    zone_free(z);
    return NULL;
}

struct zone *zone_open(struct slice name, struct err *e)
{
    int32_t offset;
    if (fixed_offset(name, &offset))
        return zone_fixed(offset);
    struct buf content = {0};
    struct zone *z = NULL;
    if (name_allowed(name) && file_read(name, &content) == 0)
        z = zone_of_tzif(name, buf_slice(&content));
    if (!z)
        err_set(e, ERR_USAGE, "unknown zone %.*s", (int)(name.n < 200 ? name.n : 200), name.p);
    buf_fini(&content);
    return z;
}

struct zone *zone_fixed(int32_t offset)
{
    struct zone *z = mem_new(sizeof *z);
    char text[] = "+00:00";
    int32_t minutes = (offset < 0 ? -offset : offset) / 60;
    text[0] = offset < 0 ? '-' : '+';
    text[1] = (char)('0' + minutes / 600 % 10);
    text[2] = (char)('0' + minutes / 60 % 10);
    text[4] = (char)('0' + minutes % 60 / 10);
    text[5] = (char)('0' + minutes % 10);
    z->name = offset ? mem_text(text, 6) : mem_text("UTC", 3);
    z->before = offset;
    return z;
}

void zone_free(struct zone *z)
{
    if (!z)
        return;
    free(z->name);
    free(z->at);
    free(z->offset);
    free(z);
}

struct slice zone_name(const struct zone *z)
{
    return slice_str(z->name);
}

static int32_t offset_at(const struct zone *z, int64_t t)
{
    if (z->count == 0 || t < z->at[0])
        return z->count == 0 && z->has_rule ? posix_rule_offset(&z->rule, t) : z->before;
    if (z->has_rule && t >= z->at[z->count - 1])
        return posix_rule_offset(&z->rule, t);
    size_t low = 0, high = z->count; /* at[low] <= t < at[high] */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (z->at[middle] <= t)
            low = middle;
        else
            high = middle;
    }
    return z->offset[low];
}

static int64_t seconds_of(when t)
{
    return t / SECOND - (t % SECOND < 0);
}

int32_t zone_offset(const struct zone *z, when t)
{
    return offset_at(z, seconds_of(t));
}

enum zone_fit zone_when(const struct zone *z, const struct civil *c, when after, when *out)
{
    when local = civil_when(c);
    int64_t seconds = seconds_of(local);
    int32_t early =
        offset_at(z, seconds - 108000); /* before any change that touches this reading */
    int32_t late = offset_at(z, seconds + 108000);
    *out = local - early * SECOND;
    if (early == late && offset_at(z, seconds - early) == early)
        return ZONE_UNIQUE;
    bool early_fits = offset_at(z, seconds - early) == early;
    bool late_fits = offset_at(z, seconds - late) == late;
    if (early_fits && late_fits) {
        if (after != WHEN_NONE && *out < after && early > late)
            *out = local - late * SECOND;
        return ZONE_FOLD;
    }
    if (late_fits)
        *out = local - late * SECOND;
    return early_fits || late_fits ? ZONE_UNIQUE : ZONE_GAP;
}
