/* The law of trace: cut a log anywhere, follow the parts apart, join them in rank order in any grouping, and every message,
 * attempt and notice is that of one pass.  Random qmail logs: ids reused at once, lines lost, daemons restarted, delivery
 * numbers beginning anew. */
#include "told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { LINES = 120, IDS = 4 };

struct rng {
    uint64_t state;
};

static uint32_t draw(struct rng *r, uint32_t below)
{
    r->state = r->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((r->state >> 33) % below);
}

static const char *const ids[IDS] = {"11", "12", "13", "14"};
static const char *const addresses[] = {"a@example.com", "b@example.net", "c@example.org"};

/* A queue as qmail-send would run it, a line at a time. */
struct queue {
    bool open[IDS], informed[IDS];
    unsigned waiting[IDS];
    struct {
        bool busy;
        unsigned id;
        uint64_t number;
    } running[3];
    uint64_t next_number;
    uint64_t bounce_qp;
};

static struct event line_at(unsigned i)
{
    return (struct event){.time = (when)i * SECOND,
                          .printed = (when)i * SECOND,
                          .place = {.offset = i * 100, .line = i + 1, .source = i / 40}};
}

static struct slice id_text(unsigned id)
{
    return slice_str(ids[id]);
}

static bool id_running(const struct queue *q, unsigned id)
{
    for (unsigned i = 0; i < 3; i++)
        if (q->running[i].busy && q->running[i].id == id)
            return true;
    return false;
}

static struct event result_line(struct rng *r, struct queue *q, unsigned slot, unsigned i)
{
    struct event e = line_at(i);
    static const enum outcome outcomes[] = {OUTCOME_SENT, OUTCOME_DEFERRED, OUTCOME_BOUNCED};
    e.kind = EVENT_ATTEMPT;
    e.delivery_id = q->running[slot].number;
    e.outcome = outcomes[draw(r, 3)];
    if (e.outcome != OUTCOME_DEFERRED && q->waiting[q->running[slot].id])
        q->waiting[q->running[slot].id]--;
    q->running[slot].busy = false;
    return e;
}

static struct event message_line(struct rng *r, struct queue *q, unsigned id, unsigned i)
{
    struct event e = line_at(i);
    e.queue_id = id_text(id);
    if (!q->open[id]) {
        e.kind = EVENT_ACCEPT;
        q->open[id] = true;
        q->informed[id] = false;
        q->waiting[id] = 1 + draw(r, 3);
    } else if (!q->informed[id]) {
        e.kind = EVENT_ENVELOPE;
        e.has_sender = true;
        e.qp = q->bounce_qp ? q->bounce_qp : 500 + i;
        e.sender = q->bounce_qp ? SLICE("") : SLICE("s@example.com");
        e.size = 100 + i;
        q->bounce_qp = 0;
        q->informed[id] = true;
    } else if (q->waiting[id] == 0 && !id_running(q, id)) {
        if (draw(r, 3) == 0 && !q->bounce_qp) {
            e.kind = EVENT_LINK;
            e.link = LINK_BOUNCE;
            e.qp = q->bounce_qp = 9000 + i;
        } else {
            e.kind = EVENT_DONE;
            q->open[id] = false;
        }
    }
    return e;
}

static struct event next_line(struct rng *r, struct queue *q, unsigned i)
{
    unsigned what = draw(r, 20), slot = draw(r, 3), id = draw(r, IDS);
    struct event e = line_at(i);
    if (what == 0) { /* a crash: the daemon starts anew */
        for (unsigned k = 0; k < 3; k++)
            q->running[k].busy = false;
        q->next_number = 1;
        e.kind = EVENT_LOAD;
        return e;
    }
    if (q->running[slot].busy)
        return what < 3 ? (q->next_number++, message_line(r, q, id, i))
                        : result_line(r, q, slot, i);
    if (what < 8 && q->informed[id] && q->open[id] && q->waiting[id]) {
        e.kind = EVENT_START;
        e.queue_id = id_text(id);
        e.delivery_id = q->next_number++;
        e.recipient = slice_str(addresses[draw(r, 3)]);
        e.channel = CHANNEL_REMOTE;
        q->running[slot].busy = true;
        q->running[slot].id = id;
        q->running[slot].number = e.delivery_id;
        return e;
    }
    return message_line(r, q, id, i);
}

static size_t make_log(struct rng *r, struct event *log)
{
    struct queue q = {.next_number = 1};
    size_t n = 0, lines = 2 + draw(r, LINES - 2);
    unsigned loss = draw(r, 4) ? draw(r, 40) : 0;
    for (unsigned i = 0; i < lines; i++) {
        struct event e = next_line(r, &q, i);
        if (e.kind != EVENT_NONE && draw(r, 100) >= loss)
            log[n++] = e;
    }
    return n;
}

static struct trace *follow(const struct event *log, size_t n, bool first, struct told *told)
{
    struct trace *t = trace_new(SLICE("qmail"), 0, first);
    struct trace_sink sink = told_sink(told);
    trace_sink_set(t, &sink);
    for (size_t i = 0; i < n; i++)
        trace_event(t, &log[i]);
    return t;
}

static void settle(struct trace *t, struct told *told)
{
    struct trace_end end = {.last = LINES * SECOND};
    trace_finish(t, &end);
    trace_free(t);
    told_sort(told);
}

/* The trace as another process would get it. */
static struct trace *handed_over(struct trace *t, bool first, struct told *told)
{
    struct buf bytes = {0}, again = {0};
    trace_save(t, &bytes);
    struct slice in = buf_slice(&bytes);
    struct trace *loaded = trace_load(SLICE("qmail"), 0, first, &in, LINES);
    assert_non_null(loaded);
    assert_int_equal(in.n, 0);
    trace_save(loaded, &again);
    assert_true(slice_eq(buf_slice(&bytes), buf_slice(&again)));
    struct trace_sink sink = told_sink(told);
    trace_sink_set(loaded, &sink);
    buf_fini(&bytes);
    buf_fini(&again);
    trace_free(t);
    return loaded;
}

/* The first lines here, the rest in another process. */
static struct trace *follow_twice(struct rng *r, const struct event *log, size_t n, bool first,
                                  struct told *told)
{
    size_t here = draw(r, (uint32_t)n + 1);
    struct trace *t = handed_over(follow(log, here, first, told), first, told);
    for (size_t i = here; i < n; i++)
        trace_event(t, &log[i]);
    return t;
}

/* Follow the pieces apart and join neighbours in random order until one is left. */
static void in_pieces(struct rng *r, const struct event *log, size_t n, bool know_first,
                      struct told *told)
{
    struct trace *parts[16];
    size_t count = 0, at = 0;
    while (at < n && count < 15) {
        size_t piece = 1 + draw(r, (uint32_t)(n / 3 + 1));
        if (piece > n - at)
            piece = n - at;
        parts[count] = follow_twice(r, log + at, piece, know_first && count == 0, told);
        at += piece;
        count++;
    }
    if (at < n)
        parts[count++] = follow(log + at, n - at, false, told);
    for (size_t i = 0; i < count; i++)
        if (draw(r, 2))
            parts[i] = handed_over(parts[i], know_first && i == 0, told);
    while (count > 1) {
        size_t i = draw(r, (uint32_t)(count - 1));
        trace_join(parts[i], parts[i + 1]);
        trace_free(parts[i + 1]);
        memmove(parts + i + 1, parts + i + 2, (count - i - 2) * sizeof *parts);
        count--;
    }
    if (count)
        settle(parts[0], told);
}

static void compare(uint64_t seed, const struct told *whole, const struct told *pieces)
{
    for (size_t i = 0; i < whole->count && i < pieces->count; i++)
        if (strcmp(whole->rows[i], pieces->rows[i]) != 0)
            fail_msg("seed %llu:\n  one pass: %s\n  pieces:   %s", (unsigned long long)seed,
                     whole->rows[i], pieces->rows[i]);
    if (whole->count != pieces->count)
        fail_msg("seed %llu: %zu rows in one pass, %zu in pieces", (unsigned long long)seed,
                 whole->count, pieces->count);
}

static void a_log_cut_anywhere_and_joined_in_any_grouping_tells_what_one_pass_tells(void **state)
{
    (void)state;
    static struct event log[LINES];
    for (uint64_t seed = 1; seed <= 30000; seed++) {
        struct rng r = {seed * 77777};
        struct told whole = {0}, pieces = {0};
        size_t n = make_log(&r, log);
        settle(follow(log, n, true, &whole), &whole);
        in_pieces(&r, log, n, seed % 2, &pieces);
        if (n)
            compare(seed, &whole, &pieces);
        told_free(&whole);
        told_free(&pieces);
    }
}

static void a_saved_trace_cut_or_changed_is_refused_or_sound(void **state)
{
    (void)state;
    static struct event log[LINES];
    size_t refused = 0, taken = 0;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct rng r = {seed * 4242};
        struct told told = {0};
        struct buf bytes = {0};
        size_t n = make_log(&r, log);
        struct trace *t = follow(log, n, seed % 2, &told);
        trace_save(t, &bytes);
        trace_free(t);
        for (unsigned k = 0; k < 40; k++) {
            size_t at = draw(&r, (uint32_t)bytes.n);
            char before = bytes.p[at];
            bytes.p[at] = (char)(before ^ (1 << draw(&r, 8)));
            struct slice in = k % 4 ? buf_slice(&bytes) : slice_head(buf_slice(&bytes), at);
            struct trace *loaded = trace_load(SLICE("qmail"), 0, seed % 2, &in, LINES);
            bytes.p[at] = before;
            refused += !loaded;
            taken += loaded != NULL;
            if (!loaded)
                continue;
            struct trace *earlier = follow(log, n, true, &told);
            struct trace_sink sink = told_sink(&told);
            trace_sink_set(loaded, &sink);
            trace_join(earlier, loaded);
            trace_free(loaded);
            settle(earlier, &told);
        }
        buf_fini(&bytes);
        told_free(&told);
    }
    assert_true(refused > 1000);
    assert_true(taken > 1000);
}

static void logs_of_the_law_hold_finished_open_and_headless_messages(void **state)
{
    (void)state;
    static struct event log[LINES];
    size_t finished = 0, headless = 0, missing = 0;
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct rng r = {seed * 77777};
        struct told whole = {0};
        size_t n = make_log(&r, log);
        settle(follow(log, n, true, &whole), &whole);
        for (size_t i = 0; i < whole.count; i++) {
            finished += strstr(whole.rows[i], "accepted 1") && strstr(whole.rows[i], "end 1");
            headless += strstr(whole.rows[i], "accepted 0") != NULL;
            missing += strstr(whole.rows[i], "accepted 1") && strstr(whole.rows[i], "end 3");
        }
        told_free(&whole);
    }
    assert_true(finished > 500);
    assert_true(headless > 20);
    assert_true(missing > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_cut_anywhere_and_joined_in_any_grouping_tells_what_one_pass_tells),
        cmocka_unit_test(a_saved_trace_cut_or_changed_is_refused_or_sound),
        cmocka_unit_test(logs_of_the_law_hold_finished_open_and_headless_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
