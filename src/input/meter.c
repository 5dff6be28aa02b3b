/* meter.c - counts what a decoder gives against what the input gave for it, and hashes it.
 *
 * Why: 1 MiB can hold terabytes once containers nest; the ratio of the whole chain is what costs,
 * so it is measured against the bytes drawn from the input itself.  Invariant: a stream ended here
 * has delivered all it had given. Source of facts: deflate gives at most 1,032 bytes for one (zlib
 * technical notes).
 *
 * Example: "ratio-limit": 73400320 bytes came out of 65536: the rest is not read. */
#include <stdlib.h>

#include "postmortem/base/memory.h"
#include "stream.h"

/* What a decoder may have read ahead before this stream began; counted as drawn, so that small
 * members of a well-compressed archive are not taken for bombs. */
#define METER_SLACK (256U << 10)
#define METER_WARNING 200
/* Looked at after so many bytes each, so that whoever reads, in whatever portions, is stopped at the
 * same byte. */
#define METER_STEP (256U << 10)

struct meter {
    struct stream stream;
    struct stream *from;
    uint64_t given, drawn_before;
    bool judged, warned, limited;
};

static ssize_t meter_read(struct stream *s, unsigned char *to, size_t n)
{
    struct meter *m = (struct meter *)s;
    const struct limits *limits = s->passage->limits;
    if (m->limited)
        return -1;
    size_t step = METER_STEP - (size_t)(m->given % METER_STEP);
    if (n > step)
        n = step;
    ssize_t got = stream_read(m->from, to, n);
    if (got <= 0)
        return got;
    if (s->sha)
        sha256_add(s->sha, to, (size_t)got);
    m->given += (uint64_t)got;
    if (!m->judged || m->given % METER_STEP || m->given < limits->ratio_after)
        return got;

    uint64_t drawn = s->passage->drawn - m->drawn_before + METER_SLACK;
    if (limits->ratio && m->given / drawn >= limits->ratio) {
        m->limited = true;
        damage_add(s->passage->damage, DAMAGE_RATIO_LIMIT, NO_OFFSET, 0,
                   "%llu bytes came out of %llu (over %llu:1): the rest is not read; raise the "
                   "ratio limit if it is wanted",
                   (unsigned long long)m->given, (unsigned long long)(drawn - METER_SLACK),
                   (unsigned long long)limits->ratio);
    } else if (!m->warned && m->given / drawn >= METER_WARNING) {
        m->warned = true;
        damage_add(s->passage->damage, DAMAGE_RATIO_HIGH, NO_OFFSET, 0,
                   "unusually well compressed: over %d:1", METER_WARNING);
    }
    return got;
}

static void meter_close(struct stream *s)
{
    struct meter *m = (struct meter *)s;
    stream_close(m->from);
    free(m);
}

static const struct stream_kind meter_kind = {meter_read, meter_close, NULL};

struct stream *meter_open(struct stream *from, bool hash, bool judged)
{
    struct meter *m = mem_new(sizeof(*m));
    m->stream.kind = &meter_kind;
    m->stream.passage = from->passage;
    m->stream.sha = hash ? sha256_new() : NULL;
    m->judged = judged;
    m->from = from;
    m->drawn_before = from->passage->drawn;
    return &m->stream;
}
