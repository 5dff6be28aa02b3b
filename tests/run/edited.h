/* edited.h - plans and partial files of the samples, and edits of their bodies: what a hostile writer, who can seal whatever
 * he likes, would hand in.  Edits lie inside the packed and sealed body, so that they reach the loaders. */
#ifndef TESTS_RUN_EDITED_H
#define TESTS_RUN_EDITED_H

#include "postmortem/base/memory.h"
#include "run/state.h"

#include <stdlib.h>

/* Every kind of shard in a few lines each: what is edited should be met by the edits. */
enum { SMALL_PATHS = 11, SMALL_SHARD = 600 };
static const char *const small_paths[] = {"tests/format/qmail-splogger/odd-headers.log",
                                          "tests/format/qmail-local/tai64nlocal.log",
                                          "tests/format/qmail-iso",
                                          "samples/epost/inlog/MAIL2/261121.log",
                                          "samples/epost/outlocallog/MAIL2/261121.log",
                                          "samples/epost/faillog/MAIL2/261121.log",
                                          "samples/epost/faillog/MAIL1/261119.log",
                                          "samples/epost/faillog/MAIL1/261117.log",
                                          "samples/damaged/truncated.gz",
                                          "tests/format/postfix/ids.log",
                                          "/dev/null"};

static inline struct run_options sample_options(const char *const *paths, size_t count,
                                                uint64_t shard_bytes)
{
    return (struct run_options){.paths = paths,
                                .paths_count = count,
                                .limits = limits_default,
                                .jobs = 1,
                                .since = WHEN_NONE,
                                .until = WHEN_NONE,
                                .thresholds = thresholds_default,
                                .top = 20,
                                .shard_bytes = shard_bytes,
                                .title = SLICE_LIT("test")};
}

/* The plan of some paths; aborts if there is none. */
static inline void sample_plan(const char *const *paths, size_t count, uint64_t shard_bytes,
                               struct buf *plan)
{
    struct run_options o = sample_options(paths, count, shard_bytes);
    struct run *r = run_new(&o);
    struct err e;
    run_survey(r);
    run_period(r, WHEN_NONE, WHEN_NONE);
    if (run_plan(r, plan, &e))
        abort();
    run_free(r);
}

static inline struct run *planned_run(const struct buf *plan)
{
    struct run_options o = sample_options(NULL, 0, 1);
    struct err e;
    return run_from_plan(buf_slice(plan), "plan", &o, &e);
}

static inline size_t sample_shards(const struct buf *plan)
{
    struct run *r = planned_run(plan);
    size_t n = run_shards(r);
    run_free(r);
    return n;
}

static inline void sample_partial(const struct buf *plan, size_t shard, struct buf *partial)
{
    struct run *r = planned_run(plan);
    struct err e;
    if (!r || run_scan(r, shard, partial, &e))
        abort();
    run_free(r);
}

static inline void body_of(const struct buf *file, const char magic[8], struct buf *body)
{
    char seal[SEAL];
    struct err e;
    if (sealed_open(buf_slice(file), magic, "test", body, seal, &e))
        abort();
}

/* Five bytes an edit: where (24 bits, as a share of the body), how, what. */
static inline void body_edit(struct buf *body, const uint8_t *edits, size_t n)
{
    for (; n >= 5 && body->n; n -= 5, edits += 5) {
        uint64_t place = (uint64_t)edits[0] << 16 | (uint64_t)edits[1] << 8 | edits[2];
        size_t at = (size_t)(place * body->n >> 24), from = (size_t)edits[4] * body->n / 256;
        size_t left = body->n - (at > from ? at : from);
        if (edits[3] % 4 == 0)
            body->p[at] = (char)(body->p[at] ^ 1 << (edits[4] & 7));
        else if (edits[3] % 4 == 1)
            body->p[at] = (char)edits[4];
        else if (edits[3] % 4 == 2)
            memset(body->p + at, edits[4], body->n - at < 9 ? body->n - at : 9);
        else
            memmove(body->p + at, body->p + from, left < 64 ? left : 64);
    }
}

/* A zlib stream that packs nothing: deflate would take most of the time. */
static inline void stored(struct slice bytes, struct buf *out)
{
    uint64_t low = 1, high = 0; /* Adler-32 */
    buf_add(out, SLICE("\x78\x01"));
    for (size_t i = 0; i < bytes.n; i++) {
        low += (unsigned char)bytes.p[i];
        high += low;
        if (i % 4096 == 4095) {
            low %= 65521;
            high %= 65521;
        }
    }
    low %= 65521;
    high %= 65521;
    do {
        struct slice block = slice_head(bytes, 65535);
        bytes = slice_from(bytes, block.n);
        buf_byte(out, bytes.n == 0);
        buf_byte(out, (char)block.n);
        buf_byte(out, (char)(block.n >> 8));
        buf_byte(out, (char)~block.n);
        buf_byte(out, (char)(~block.n >> 8));
        buf_add(out, block);
    } while (bytes.n);
    for (int shift = 8; shift >= 0; shift -= 8)
        buf_byte(out, (char)(high >> shift));
    for (int shift = 8; shift >= 0; shift -= 8)
        buf_byte(out, (char)(low >> shift));
}

/* What sealed_write would make of the body, sealed soundly. */
static inline void sealed_again(const struct buf *body, const char magic[8], struct buf *file)
{
    struct buf both = {0};
    char seal[SEAL];
    file->n = 0;
    buf_add(file, slice_of(magic, 8));
    buf_u32(file, SAVED_VERSION);
    buf_u64(file, body->n);
    buf_add(&both, buf_slice(file));
    buf_add(&both, buf_slice(body));
    seal_of(buf_slice(&both), seal);
    stored(buf_slice(body), file);
    buf_add(file, slice_of(seal, SEAL));
    buf_fini(&both);
}

/* The same plan, quicker to open. */
static inline void plan_stored(struct buf *plan)
{
    struct buf body = {0};
    body_of(plan, PLAN_MAGIC, &body);
    sealed_again(&body, PLAN_MAGIC, plan);
    buf_fini(&body);
}

#endif
