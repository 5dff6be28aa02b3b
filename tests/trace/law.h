/* law.h - the law of trace on random logs of any server: parts cut anywhere, saved and loaded, joined in any grouping, tell
 * what one pass tells. */
#ifndef TESTS_TRACE_LAW_H
#define TESTS_TRACE_LAW_H

#include "told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { LAW_LINES = 120, LAW_SOURCES = 120 };

struct rng {
    uint64_t state;
};

static uint32_t draw(struct rng *r, uint32_t below)
{
    r->state = r->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((r->state >> 33) % below);
}

/* A kind of random logs. */
struct law {
    struct slice server;
    size_t (*make)(struct rng *r, struct event log[LAW_LINES]); /* gives how many lines */
    when end;                                                   /* of the evidence */
    struct slice host; /* mx1 or mx2, which are peers; empty: there are none */
};

static inline void law_peers_set(const struct law *law, struct trace *t)
{
    static const struct slice names[] = {SLICE_LIT("mx1"), SLICE_LIT("mx2")};
    static struct trace_peers *peers;
    if (!peers)
        peers = trace_peers_new(names, 2);
    trace_peers_set(t, law->host.n ? peers : NULL, law->host);
}

static inline struct trace *law_follow(const struct law *law, const struct event *log, size_t n,
                                       bool first, struct told *told)
{
    struct trace *t = trace_new(law->server, 0, first);
    struct trace_sink sink = told_sink(told);
    trace_sink_set(t, &sink);
    law_peers_set(law, t);
    for (size_t i = 0; i < n; i++)
        trace_event(t, &log[i]);
    return t;
}

static inline void law_settle(const struct law *law, struct trace *t, struct told *told)
{
    struct trace_end end = {.last = law->end};
    trace_finish(t, &end);
    traces_meet(&t, 1);
    trace_free(t);
    told_sort(told);
}

/* The trace as another process would get it. */
static inline struct trace *law_handed_over(const struct law *law, struct trace *t, bool first,
                                            struct told *told)
{
    struct buf bytes = {0}, again = {0};
    trace_save(t, &bytes);
    struct slice in = buf_slice(&bytes);
    struct trace *loaded = trace_load(law->server, 0, first, &in, LAW_SOURCES);
    assert_non_null(loaded);
    assert_int_equal(in.n, 0);
    trace_save(loaded, &again);
    assert_true(slice_eq(buf_slice(&bytes), buf_slice(&again)));
    struct trace_sink sink = told_sink(told);
    trace_sink_set(loaded, &sink);
    law_peers_set(law, loaded);
    buf_fini(&bytes);
    buf_fini(&again);
    trace_free(t);
    return loaded;
}

/* The first lines here, the rest in another process. */
static inline struct trace *law_follow_twice(const struct law *law, struct rng *r,
                                             const struct event *log, size_t n, bool first,
                                             struct told *told)
{
    size_t here = draw(r, (uint32_t)n + 1);
    struct trace *t = law_handed_over(law, law_follow(law, log, here, first, told), first, told);
    for (size_t i = here; i < n; i++)
        trace_event(t, &log[i]);
    return t;
}

/* Follow the pieces apart and join neighbours in random order until one is left.  false: they are said not to fit. */
static inline bool law_in_pieces(const struct law *law, struct rng *r, const struct event *log,
                                 size_t n, bool know_first, struct told *told)
{
    struct trace *parts[16];
    size_t count = 0, at = 0;
    while (at < n && count < 15) {
        size_t piece = 1 + draw(r, (uint32_t)(n / 3 + 1));
        if (piece > n - at)
            piece = n - at;
        parts[count] = law_follow_twice(law, r, log + at, piece, know_first && count == 0, told);
        at += piece;
        count++;
    }
    if (at < n)
        parts[count++] = law_follow(law, log + at, n - at, false, told);
    for (size_t i = 0; i < count; i++)
        if (draw(r, 2))
            parts[i] = law_handed_over(law, parts[i], know_first && i == 0, told);
    while (count > 1) {
        size_t i = draw(r, (uint32_t)(count - 1));
        trace_join(parts[i], parts[i + 1]);
        trace_free(parts[i + 1]);
        memmove(parts + i + 1, parts + i + 2, (count - i - 2) * sizeof *parts);
        count--;
    }
    bool fit = !count || !trace_unfit(parts[0]);
    if (count)
        law_settle(law, parts[0], told);
    return fit;
}

static inline void law_compare(uint64_t seed, const struct told *whole, const struct told *pieces)
{
    for (size_t i = 0; i < whole->count && i < pieces->count; i++)
        if (strcmp(whole->rows[i], pieces->rows[i]) != 0)
            fail_msg("seed %llu:\n  one pass: %s\n  pieces:   %s", (unsigned long long)seed,
                     whole->rows[i], pieces->rows[i]);
    if (whole->count != pieces->count)
        fail_msg("seed %llu: %zu rows in one pass, %zu in pieces", (unsigned long long)seed,
                 whole->count, pieces->count);
}

/* One random log, in one pass and in pieces.  false: it is said that these do not fit, which E-Post alone may say. */
static inline bool law_hold(const struct law *law, uint64_t seed)
{
    static struct event log[LAW_LINES];
    struct rng r = {seed * 77777};
    struct told whole = {0}, pieces = {0};
    size_t n = law->make(&r, log);
    law_settle(law, law_follow(law, log, n, true, &whole), &whole);
    bool fit = law_in_pieces(law, &r, log, n, seed % 2, &pieces);
    if (n && fit)
        law_compare(seed, &whole, &pieces);
    told_free(&whole);
    told_free(&pieces);
    return fit;
}

/* One random log, cut in two at every line. */
static inline void law_hold_at_every_cut(const struct law *law, uint64_t seed)
{
    static struct event log[LAW_LINES];
    struct rng r = {seed * 77777};
    struct told whole = {0};
    size_t n = law->make(&r, log);
    law_settle(law, law_follow(law, log, n, true, &whole), &whole);
    for (size_t cut = 0; cut <= n; cut++) {
        struct told pieces = {0};
        struct trace *one = law_follow(law, log, cut, true, &pieces);
        struct trace *two = law_follow(law, log + cut, n - cut, false, &pieces);
        trace_join(one, two);
        trace_free(two);
        law_settle(law, one, &pieces);
        law_compare(seed, &whole, &pieces);
        told_free(&pieces);
    }
    told_free(&whole);
}

/* Bytes of saved traces changed or cut off: refused, or taken and harmless. */
static inline void law_damage(const struct law *law, uint64_t seeds)
{
    static struct event log[LAW_LINES];
    size_t refused = 0, taken = 0;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        struct rng r = {seed * 4242};
        struct told told = {0};
        struct buf bytes = {0};
        size_t n = law->make(&r, log);
        struct trace *t = law_follow(law, log, n, seed % 2, &told);
        trace_save(t, &bytes);
        trace_free(t);
        for (unsigned k = 0; k < 40; k++) {
            size_t at = draw(&r, (uint32_t)bytes.n);
            char before = bytes.p[at];
            bytes.p[at] = (char)(before ^ (1 << draw(&r, 8)));
            struct slice in = k % 4 ? buf_slice(&bytes) : slice_head(buf_slice(&bytes), at);
            struct trace *loaded = trace_load(law->server, 0, seed % 2, &in, LAW_SOURCES);
            bytes.p[at] = before;
            refused += !loaded;
            taken += loaded != NULL;
            if (!loaded)
                continue;
            struct trace *earlier = law_follow(law, log, n, true, &told);
            struct trace_sink sink = told_sink(&told);
            trace_sink_set(loaded, &sink);
            law_peers_set(law, loaded);
            trace_join(earlier, loaded);
            trace_free(loaded);
            law_settle(law, earlier, &told);
        }
        buf_fini(&bytes);
        told_free(&told);
    }
    assert_true(refused > seeds);
    assert_true(taken > seeds);
}

#endif
