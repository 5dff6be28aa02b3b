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

static struct reader *handed_over(struct reader *r, const struct framing *f,
                                  const struct source_facts *facts, struct sum *sum)
{
    struct buf carry = {0};
    reader_save(r, &carry);
    reader_free(r);
    r = reader_started(f, facts, sum);
    if (!reader_load(r, buf_slice(&carry), 0))
        abort();
    buf_fini(&carry);
    return r;
}

static struct sum read_all(const struct framing *f, const struct source_facts *facts,
                           struct slice rest, uint64_t cut)
{
    enum { LINE_MOST = 150 };
    struct sum sum = {0};
    struct reader *r = reader_started(f, facts, &sum);
    struct place place = {0, 1, 0};
    uint64_t fed = 0, counted = 0;
    while (rest.n) {
        struct slice line = slice_word(&rest, '\n');
        if (place.line == cut) {
            counted += total(reader_counts(r));
            r = handed_over(r, f, facts, &sum);
        }
        if (line.n && line.p[0] == '\f') /* stands for "counts elsewhere already" */
            reader_duplicate(r, slice_from(line, 1), line.n + 1, false, &place);
        else
            reader_line(r, slice_head(line, LINE_MOST), line.n + 1, line.n > LINE_MOST, &place);
        place.offset += line.n + 1;
        place.line++;
        fed++;
    }
    reader_finish(r);
    counted += total(reader_counts(r));
    if (counted != fed)
        abort();
    reader_free(r);
    return sum;
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
    struct sum whole = read_all(f, &facts, lines, 0);
    struct sum parts = read_all(f, &facts, lines, (uint64_t)(bytes[0] >> 4) + 2);
    if (whole.events != parts.events || whole.hash != parts.hash)
        abort();
    return 0;
}
