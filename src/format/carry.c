/* carry.c - what a reader knows when a log is cut, as bytes and back.
 *
 * Invariant: everything that a later line could depend on is in it, so that whole == cut; nothing in the bytes is trusted. */
#include "reader.h"

#define CARRY_MAGIC 0x33524350 /* "PCR3" */

enum { FIELDS_MOST = 64 };

/* The fields of a carry in the order they are saved. */
static size_t fields_of(struct carry *c, int64_t *fields[FIELDS_MOST])
{
    int64_t *all[] = {&c->year,         &c->walk,
                      &c->far,          &c->last,
                      &c->entry,        &c->trace,
                      &c->date,         &c->has_offset,
                      &c->offset,       &c->has_record,
                      &c->holding,      &c->held_epoch,
                      &c->parts_stream, &c->parts_stamp,
                      &c->parts_cut[0], &c->parts_cut[1],
                      &c->export_open,  &c->export_stage,
                      &c->export_key,   &c->export_got,
                      &c->export_pid,   &c->export_syslog_pid,
                      &c->export_cut,   &c->export_duplicate,
                      &c->export_stamp};
    memcpy(fields, all, sizeof all);
    return sizeof all / sizeof *all;
}

static size_t counts_of(struct carry *c, uint64_t *counts[FIELDS_MOST])
{
    uint64_t *all[] = {&c->held_offset, &c->held_line,      &c->held_source, &c->held_bytes,
                       &c->held_cut,    &c->held_duplicate, &c->pending,     &c->pending_duplicate,
                       &c->export_left, &c->export_offset,  &c->export_line, &c->export_source,
                       &c->offset_host, &c->zones_count};
    memcpy(counts, all, sizeof all);
    return sizeof all / sizeof *all;
}

/* The texts that belong to a carry: the record held back, parts of lines, fields of a journal's record. */
enum { TEXTS = 1 + STREAMS + EXPORT_TEXTS };

static size_t text_most(size_t i)
{
    return i == 0            ? SIZE_MAX
           : i <= STREAMS    ? PARTS_MAX
           : i > 1 + STREAMS ? EXPORT_NAME
                             : EXPORT_MESSAGE;
}

/* Where it lies in a reader. */
static size_t text_at(size_t i)
{
    size_t parts = offsetof(struct reader, parts), texts = offsetof(struct reader, export_texts);
    return i == 0         ? offsetof(struct reader, held)
           : i <= STREAMS ? parts + (i - 1) * sizeof(struct buf)
                          : texts + (i - 1 - STREAMS) * sizeof(struct buf);
}

/* The fields of a host's zone in the order they are saved. */
enum { ZONE_FIELDS = 9 };
static void zone_fields(struct local_zone *z, int64_t *fields[ZONE_FIELDS])
{
    int64_t *all[] = {&z->known, &z->offset, &z->other, &z->other_year, &z->other_id,
                      &z->ahead, &z->last,   &z->shift, &z->mark};
    memcpy(fields, all, sizeof all);
}

static void zones_save(struct carry *c, struct buf *out)
{
    int64_t *fields[ZONE_FIELDS];
    for (size_t i = 0; i < c->zones_count; i++) {
        zone_fields(&c->zones[i], fields);
        buf_u64(out, c->zones[i].host);
        buf_u64(out, c->zones[i].at);
        for (size_t k = 0; k < ZONE_FIELDS; k++)
            buf_i64(out, *fields[k]);
    }
}

static bool zone_sound(const struct local_zone *z)
{
    return z->known >= 0 && z->known <= 1 && z->ahead >= 0 && z->ahead <= 1 &&
           z->offset >= -100000 && z->offset <= 100000 && z->other >= -100000 &&
           z->other <= 100000 && z->other_year >= -9999 && z->other_year <= 9999 &&
           z->shift >= -3600 && z->shift <= 3600 && when_valid(z->other_id) &&
           when_valid(z->last) && when_valid(z->mark);
}

static bool zones_load(struct slice *in, struct carry *c)
{
    int64_t *fields[ZONE_FIELDS];
    if (c->zones_count > HOST_ZONES)
        return false;
    for (size_t i = 0; i < c->zones_count; i++) {
        zone_fields(&c->zones[i], fields);
        if (!load_u64(in, &c->zones[i].host) || !load_u64(in, &c->zones[i].at))
            return false;
        for (size_t k = 0; k < ZONE_FIELDS; k++)
            if (!load_i64(in, fields[k]))
                return false;
        if (!zone_sound(&c->zones[i]) || (i && c->zones[i - 1].host >= c->zones[i].host))
            return false;
    }
    return true;
}

/* What is forgotten of a host's zone is as if it had never been. */
static void zone_settled(struct local_zone *z, uint64_t offset)
{
    if (offset - z->at > ZONE_FOR || z->last == WHEN_NONE) {
        z->last = WHEN_NONE;
        z->at = 0;
        z->shift = 0;
    }
    if (z->shift == 0)
        z->mark = WHEN_NONE;
    if (z->other_id == WHEN_NONE)
        z->other = z->other_year = 0;
}

/* Without what is left of records that were let go, so that carries that mean the same are the same. */
static struct carry settled(const struct reader *r)
{
    struct carry c = r->carry;
    if (!c.holding) {
        c.held_epoch = WHEN_NONE;
        c.held_offset = c.held_line = c.held_source = c.held_bytes = 0;
        c.held_cut = c.held_duplicate = 0;
    }
    for (size_t i = 0; i < c.zones_count; i++)
        zone_settled(&c.zones[i], r->place.offset);
    if (!c.pending)
        c.pending_duplicate = 0;
    if (r->parts[0].n == 0 && r->parts[1].n == 0) {
        c.parts_stream = 0;
        c.parts_stamp = WHEN_NONE;
    }
    if (!c.export_open) {
        c.export_stage = c.export_key = c.export_got = 0;
        c.export_left = c.export_offset = c.export_line = c.export_source = 0;
    }
    return c;
}

void reader_save(const struct reader *r, struct buf *out)
{
    struct carry c = settled(r);
    int64_t *fields[FIELDS_MOST];
    uint64_t *counts[FIELDS_MOST];
    size_t n = fields_of(&c, fields);
    buf_u32(out, CARRY_MAGIC);
    for (size_t i = 0; i < n; i++)
        buf_i64(out, *fields[i]);
    n = counts_of(&c, counts);
    for (size_t i = 0; i < n; i++)
        buf_u64(out, *counts[i]);
    for (size_t i = 0; i < TEXTS; i++) {
        const struct buf *text = (const void *)((const char *)r + text_at(i));
        buf_bytes(out, i || c.holding ? buf_slice(text) : slice_of(NULL, 0));
    }
    zones_save(&c, out);
    remembered_save(r, out);
}

struct loaded {
    struct carry carry;
    struct slice texts[TEXTS], remembered;
};

static bool carry_read(struct slice in, struct loaded *l)
{
    int64_t *fields[FIELDS_MOST];
    uint64_t *counts[FIELDS_MOST];
    uint32_t magic;
    *l = (struct loaded){0};
    size_t n = fields_of(&l->carry, fields);
    if (!load_u32(&in, &magic) || magic != CARRY_MAGIC)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!load_i64(&in, fields[i]))
            return false;
    n = counts_of(&l->carry, counts);
    for (size_t i = 0; i < n; i++)
        if (!load_u64(&in, counts[i]))
            return false;
    for (size_t i = 0; i < TEXTS; i++)
        if (!load_bytes(&in, &l->texts[i]) || l->texts[i].n > text_most(i))
            return false;
    if (!zones_load(&in, &l->carry))
        return false;
    l->remembered = in;
    return true;
}

static bool times_sound(const struct carry *c)
{
    const when times[] = {c->walk,       c->last,        c->entry,       c->trace,
                          c->held_epoch, c->parts_stamp, c->export_stamp};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if (!when_valid(times[i]))
            return false;
    return c->year >= -9999 && c->year <= 9999 && c->far >= -1 && c->far <= 1 &&
           (c->date == INT64_MIN || (c->date >= -4000000 && c->date <= 4000000)) &&
           c->offset >= -100000 && c->offset <= 100000;
}

static bool carry_sound(const struct loaded *l, uint32_t source)
{
    const struct carry *c = &l->carry;
    if (c->holding && (l->texts[0].n == 0 || c->held_source != source))
        return false;
    if (c->export_open && c->export_source != source)
        return false;
    return times_sound(c) && c->export_stage >= 0 && c->export_stage <= 2 && c->export_got >= 0 &&
           c->export_got <= 8 && c->export_key >= 0 && c->parts_stream >= 0 &&
           c->parts_stream < STREAMS;
}

bool reader_load(struct reader *r, struct slice in, uint32_t source)
{
    struct loaded l;
    if (!carry_read(in, &l) || !carry_sound(&l, source) || !remembered_load(r, &l.remembered))
        return false;
    r->carry = l.carry;
    r->again = WHEN_NONE;
    for (size_t i = 0; i < TEXTS; i++) {
        struct buf *text = (void *)((char *)r + text_at(i));
        text->n = 0;
        buf_add(text, l.texts[i]);
    }
    return true;
}

bool carry_same(struct slice a, struct slice b)
{
    struct loaded l[2];
    if (!carry_read(a, &l[0]) || !carry_read(b, &l[1]))
        return false;
    for (size_t i = 0; i < 2; i++)
        l[i].carry.held_line = l[i].carry.export_line = 0;
    for (size_t i = 0; i < TEXTS; i++)
        if (!slice_eq(l[0].texts[i], l[1].texts[i]))
            return false;
    return memcmp(&l[0].carry, &l[1].carry, sizeof l[0].carry) == 0 &&
           slice_eq(l[0].remembered, l[1].remembered);
}

uint64_t carry_held_line(struct slice in)
{
    struct loaded l;
    if (!carry_read(in, &l))
        return 0;
    return l.carry.holding ? l.carry.held_line : l.carry.export_open ? l.carry.export_line : 0;
}
