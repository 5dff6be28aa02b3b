/* fuzz_line.c - libFuzzer entry of the framing that FRAMING names: the first byte tells what is known of the source and where
 * it is cut, the rest are lines.
 *
 * Whatever the bytes, every line falls into exactly one class, and a carry handed over changes nothing. */
#include "format/reader.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct sum {
    uint64_t events, hash;
};

static void touch(struct sum *s, struct slice field)
{
    s->hash = s->hash * 31 + slice_hash(field);
}

static void note(void *context, const struct event *e)
{
    struct sum *s = context;
    s->events++;
    s->hash = s->hash * 31 + (uint64_t)e->time + (uint64_t)e->kind;
    touch(s, e->host);
    touch(s, e->program);
    touch(s, e->queue_id);
    touch(s, e->session);
    touch(s, e->client);
    touch(s, e->client_name);
    touch(s, e->helo);
    touch(s, e->login);
    touch(s, e->auth_method);
    touch(s, e->sender);
    touch(s, e->recipient);
    touch(s, e->recipients);
    touch(s, e->domain);
    touch(s, e->relay);
    touch(s, e->status);
    touch(s, e->reply);
    touch(s, e->link_id);
    touch(s, e->text);
}

static uint64_t total(const struct reader_counts *c)
{
    uint64_t lines = 0;
    for (int i = 0; i < LINE_CLASSES; i++)
        lines += c->lines[i];
    return lines;
}

static void hour(void *context, struct slice host, when from)
{
    (void)context;
    if (from == WHEN_NONE || (host.n && !host.p))
        abort();
}

static struct reader *reader_started(const struct framing *f, const struct source_facts *facts,
                                     struct sum *sum)
{
    struct reader *r = reader_new(f, facts, note, sum);
    reader_hours(r, hour, NULL);
    return r;
}

/* A second reader that goes on where this one has come to. */
static struct reader *handed_over(const struct reader *r, const struct framing *f,
                                  const struct source_facts *facts, struct sum *sum)
{
    struct buf carry = {0};
    reader_save(r, &carry);
    struct reader *next = reader_started(f, facts, sum);
    if (!reader_load(next, buf_slice(&carry), 0))
        abort();
    buf_fini(&carry);
    return next;
}

static void line_read(struct reader *r, struct slice line, const struct place *place)
{
    enum { LINE_MOST = 150 };
    if (line.n && line.p[0] == '\f') /* stands for "counts elsewhere already" */
        reader_duplicate(r, slice_from(line, 1), line.n + 1, false, place);
    else
        reader_line(r, slice_head(line, LINE_MOST), line.n + 1, line.n > LINE_MOST, place);
}

/* One reader reads all, from the line cut on beside another that was handed its carry: both must tell the same. */
static void read_all(const struct framing *f, const struct source_facts *facts, struct slice rest,
                     uint64_t cut)
{
    struct sum whole = {0}, part = {0};
    struct reader *r = reader_started(f, facts, &whole), *next = NULL;
    struct place place = {0, 1, 0};
    uint64_t before = 0;
    for (; rest.n; place.line++) {
        struct slice line = slice_word(&rest, '\n');
        if (place.line == cut) {
            next = handed_over(r, f, facts, &part);
            before = total(reader_counts(r));
            whole = (struct sum){0};
        }
        line_read(r, line, &place);
        if (next)
            line_read(next, line, &place);
        place.offset += line.n + 1;
    }
    reader_finish(r);
    if (total(reader_counts(r)) != place.line - 1)
        abort();
    if (next) {
        reader_finish(next);
        if (before + total(reader_counts(next)) != place.line - 1 || whole.events != part.events ||
            whole.hash != part.hash)
            abort();
    }
    reader_free(next);
    reader_free(r);
}

static const struct framing *framing_wanted(void)
{
    for (size_t i = 0; i < framings_count; i++)
        if (strcmp(framings[i].name, FRAMING) == 0)
            return &framings[i];
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct framing *f;
    static struct zone *z;
    struct err e;
    if (n < 1)
        return 0;
    if (!f) {
        f = framing_wanted();
        z = zone_open(SLICE("America/New_York"), &e);
        z = z ? z : zone_fixed(32400);
    }
    struct slice lines = {(const char *)bytes + 1, n - 1};
    struct source_facts facts = {.zone = z,
                                 .zone_learnt = bytes[0] & 1,
                                 .anchor = INT64_C(1704974400000000),
                                 .anchor_last = bytes[0] & 2,
                                 .epost = f->epost,
                                 .since = WHEN_NONE,
                                 .until = WHEN_NONE};
    if (bytes[0] & 4)
        facts.date = (struct civil){.year = 2026, .month = 11, .day = 20};
    if (bytes[0] & 8)
        facts.since = facts.anchor - 30 * DAY;
    if (bytes[0] & 8)
        facts.until = facts.anchor + 300 * DAY;
    read_all(f, &facts, lines, (uint64_t)(bytes[0] >> 4) + 2);
    return 0;
}
