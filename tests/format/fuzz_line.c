/* fuzz_line.c - libFuzzer entry: the first byte picks the framing (unless FRAMING names one, which is how each has a
 * target of its own), the second a cut, the rest are lines.
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

static struct sum read_all(const struct framing *f, const struct source_facts *facts,
                           struct slice rest, uint64_t cut)
{
    struct sum sum = {0};
    struct reader *r = reader_new(f, facts, note, &sum);
    struct place place = {0, 1, 0};
    uint64_t fed = 0, counted = 0;
    while (rest.n) {
        struct slice line = slice_word(&rest, '\n');
        if (place.line == cut) {
            struct buf carry = {0};
            reader_save(r, &carry);
            counted += total(reader_counts(r));
            reader_free(r);
            r = reader_new(f, facts, note, &sum);
            if (!reader_load(r, buf_slice(&carry), 0))
                abort();
            buf_fini(&carry);
        }
        reader_line(r, line, line.n + 1, line.n > 4096, &place);
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

static const struct framing *framing_picked(uint8_t byte)
{
#ifdef FRAMING
    for (size_t i = 0; i < framings_count; i++)
        if (strcmp(framings[i].name, FRAMING) == 0)
            return &framings[i];
    abort();
#endif
    return &framings[byte % framings_count];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 2)
        return 0;
    const struct framing *f = framing_picked(bytes[0]);
    struct slice lines = {(const char *)bytes + 2, n - 2};
    struct err e;
    static struct zone *z;
    if (!z && !(z = zone_open(SLICE("America/New_York"), &e)))
        z = zone_fixed(32400);
    struct source_facts facts = {.zone = z,
                                 .zone_learnt = bytes[1] & 1,
                                 .anchor = INT64_C(1704974400000000),
                                 .since = WHEN_NONE,
                                 .until = WHEN_NONE};
    struct sum whole = read_all(f, &facts, lines, 0);
    struct sum parts = read_all(f, &facts, lines, (uint64_t)(bytes[1] >> 1) + 1);
    if (whole.events != parts.events || whole.hash != parts.hash)
        abort();
    struct detection d;
    if (bytes[1] % 16 == 0) /* it tries all framings: rarely, or it would be all that is fuzzed */
        format_detect(lines, bytes[1] & 1, SLICE("outlog/261120.log"), &d);
    return 0;
}
