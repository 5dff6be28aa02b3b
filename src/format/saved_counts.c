/* Counts of a source as bytes, and framings by name: what one process tells another of a source it read. */
#include "reader.h"

static void numbers_of(struct reader_counts *c, uint64_t *numbers[5])
{
    uint64_t *all[] = {&c->dateless, &c->year_steps, &c->clock_back, &c->folds, &c->gaps};
    memcpy(numbers, all, sizeof all);
}

static void save_all(const uint64_t *n, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++)
        buf_count(out, n[i]);
}

static bool load_all(struct slice *in, uint64_t *n, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!load_count(in, &n[i]))
            return false;
    return true;
}

void reader_counts_save(const struct reader_counts *counts, struct buf *out)
{
    struct reader_counts c = *counts;
    uint64_t *numbers[5];
    numbers_of(&c, numbers);
    save_all(c.lines, LINE_CLASSES, out);
    save_all(c.bytes, LINE_CLASSES, out);
    save_all(c.dialect_records, DIALECT_COUNT, out);
    for (size_t i = 0; i < 5; i++)
        buf_count(out, *numbers[i]);
    when_save(c.first, out);
    when_save(c.last, out);
    buf_byte(out, c.has_offset);
    buf_signed(out, c.offset);
}

bool reader_counts_load(struct slice *in, struct reader_counts *c)
{
    uint64_t *numbers[5];
    int64_t offset;
    *c = (struct reader_counts){0};
    numbers_of(c, numbers);
    if (!load_all(in, c->lines, LINE_CLASSES) || !load_all(in, c->bytes, LINE_CLASSES) ||
        !load_all(in, c->dialect_records, DIALECT_COUNT))
        return false;
    for (size_t i = 0; i < 5; i++)
        if (!load_count(in, numbers[i]))
            return false;
    if (!when_load(in, &c->first) || !when_load(in, &c->last) || !load_flag(in, &c->has_offset) ||
        !load_signed(in, &offset) || offset < -100000 || offset > 100000)
        return false;
    c->offset = (int32_t)offset;
    return true;
}

const struct framing *framing_named(struct slice name)
{
    for (size_t i = 0; i < framings_count; i++)
        if (slice_eq(name, slice_str(framings[i].name)))
            return &framings[i];
    return NULL;
}
