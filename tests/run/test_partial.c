/* Plans and partial files: what is refused, what counts once, and that no bytes make merging fail otherwise.  That the report
 * is the same byte for byte is seen from outside (tests/end_to_end/shards.py). */
#include "edited.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char *const paths[] = {"samples/qmail", "samples/postfix", "samples/epost",
                                    "samples/damaged/no-trailer.gz"};
enum { PATHS = 4, SHARDS = 96 };

struct fixture {
    struct buf plan, partials[SHARDS];
    size_t shards;
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(sizeof *f);
    sample_plan(paths, PATHS, 20000, &f->plan);
    f->shards = sample_shards(&f->plan);
    assert_in_range(f->shards, 8, SHARDS);
    for (size_t i = 0; i < f->shards; i++)
        sample_partial(&f->plan, i + 1, &f->partials[i]);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    buf_fini(&f->plan);
    for (size_t i = 0; i < f->shards; i++)
        buf_fini(&f->partials[i]);
    free(f);
    return 0;
}

static uint64_t seed = 20261;
static uint32_t draw(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((seed >> 33) % below);
}

static int64_t accepted_of(struct run *r)
{
    struct doc *d = run_finish(r);
    int64_t n = object_get(d->root, "messages.accepted")->number;
    doc_free(d);
    return n;
}

static void a_plan_saved_loaded_and_saved_again_is_the_same(void **state)
{
    struct fixture *f = *state;
    struct buf again = {0};
    struct err e;
    struct run *r = planned_run(&f->plan);
    assert_non_null(r);
    assert_int_equal(run_plan(r, &again, &e), 0);
    assert_true(slice_eq(buf_slice(&f->plan), buf_slice(&again)));
    buf_fini(&again);
    run_free(r);
}

static void a_shard_scanned_twice_gives_the_same_bytes(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->shards; i++) {
        struct buf again = {0};
        sample_partial(&f->plan, i + 1, &again);
        assert_true(slice_eq(buf_slice(&f->partials[i]), buf_slice(&again)));
        buf_fini(&again);
    }
}

static void every_order_counts_alike_and_repeats_count_once(void **state)
{
    struct fixture *f = *state;
    struct err e;
    struct buf missing = {0};
    int64_t first = -1;
    for (int round = 0; round < 6; round++) {
        struct run *r = planned_run(&f->plan);
        size_t start = draw((uint32_t)f->shards);
        for (size_t i = 0; i < f->shards + 3; i++) {
            size_t at = (start + i * (round % 2 ? 1 : f->shards - 1)) % f->shards;
            assert_int_equal(run_take(r, buf_slice(&f->partials[at]), "part", &e), 0);
        }
        assert_int_equal(run_taken(r, &e), 0);
        assert_null(run_again(r, &missing));
        int64_t n = accepted_of(r);
        assert_true(n > 500);
        assert_true(first == -1 || n == first);
        first = n;
        run_free(r);
    }
}

static void missing_shards_are_named(void **state)
{
    struct fixture *f = *state;
    struct err e;
    struct run *r = planned_run(&f->plan);
    assert_int_equal(run_taken(r, &e), -1);
    for (size_t i = 0; i < f->shards; i++)
        if (i != 2 && i != 4)
            assert_int_equal(run_take(r, buf_slice(&f->partials[i]), "part", &e), 0);
    assert_int_equal(run_taken(r, &e), -1);
    assert_non_null(strstr(e.text, "scan 3, 5"));
    run_free(r);
}

static void refused(const struct buf *plan, struct slice partial, const char *why)
{
    struct err e;
    struct run *r = planned_run(plan);
    assert_int_equal(run_take(r, partial, "7.part", &e), -1);
    if (!strstr(e.text, "7.part: ") || !strstr(e.text, why))
        fail_msg("%s: not for %s", e.text, why);
    run_free(r);
}

static void what_is_foreign_is_refused_by_name(void **state)
{
    struct fixture *f = *state;
    struct buf other = {0}, version = {0};
    static const char *const one[] = {"samples/qmail"};
    sample_plan(one, 1, 20000, &other);
    refused(&other, buf_slice(&f->partials[0]), "another plan");
    refused(&f->plan, buf_slice(&f->plan), "not a partial file");
    buf_add(&version, buf_slice(&f->partials[0]));
    version.p[8]++;
    refused(&f->plan, buf_slice(&version), "another version");
    buf_fini(&version);
    buf_fini(&other);
}

static void the_same_shard_with_other_bytes_is_refused(void **state)
{
    struct fixture *f = *state;
    struct buf body = {0}, changed = {0};
    struct err e;
    body_of(&f->partials[1], PARTIAL_MAGIC, &body);
    body.p[body.n - 1] = (char)(body.p[body.n - 1] ^ 1); /* some count of the last analysis */
    sealed_again(&body, PARTIAL_MAGIC, &changed);
    struct run *r = planned_run(&f->plan);
    assert_int_equal(run_take(r, buf_slice(&f->partials[1]), "a", &e), 0);
    assert_int_equal(run_take(r, buf_slice(&changed), "b", &e), -1);
    assert_non_null(strstr(e.text, "b: differs from another partial file of shard 2"));
    run_free(r);
    buf_fini(&body);
    buf_fini(&changed);
}

/* But for the few bits of deflate that mean nothing: then what was packed is untouched. */
static void a_flip_or_cut_is_refused_or_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct err e;
    size_t taken = 0;
    for (size_t i = 0; i < f->shards; i++) {
        const struct buf *p = &f->partials[i];
        for (int k = 0; k < 60; k++) {
            size_t at = draw((uint32_t)p->n);
            struct buf copy = {0}, before = {0}, after = {0};
            buf_add(&copy, k % 3 ? buf_slice(p) : slice_head(buf_slice(p), at));
            if (k % 3)
                copy.p[at] = (char)(copy.p[at] ^ 1 << draw(8));
            struct run *r = planned_run(&f->plan);
            if (!run_take(r, buf_slice(&copy), "part", &e)) {
                taken++;
                body_of(p, PARTIAL_MAGIC, &before);
                body_of(&copy, PARTIAL_MAGIC, &after);
                assert_true(k % 3 && slice_eq(buf_slice(&before), buf_slice(&after)));
            }
            run_free(r);
            buf_fini(&copy);
            buf_fini(&before);
            buf_fini(&after);
        }
    }
    assert_true(taken < 20);
}

/* Sealed by whoever made it: the loaders refuse it, or what they let through can be finished. */
static void sealed_nonsense_is_refused_or_finished(void **state)
{
    struct fixture *f = *state;
    size_t taken = 0, not_taken = 0;
    struct err e;
    for (int k = 0; k < 600; k++) {
        uint8_t edits[20];
        size_t shard = draw((uint32_t)f->shards), other = draw((uint32_t)f->shards);
        struct buf body = {0}, file = {0};
        body_of(&f->partials[shard], PARTIAL_MAGIC, &body);
        for (size_t i = 0; i < sizeof edits; i++)
            edits[i] = (uint8_t)draw(256);
        body_edit(&body, edits, 5 * (1 + draw(4)));
        sealed_again(&body, PARTIAL_MAGIC, &file);
        struct run *r = planned_run(&f->plan);
        run_take(r, buf_slice(&f->partials[other]), "part", &e);
        if (run_take(r, buf_slice(&file), "part", &e)) {
            not_taken++;
        } else {
            taken++;
            doc_free(run_finish(r));
        }
        run_free(r);
        buf_fini(&body);
        buf_fini(&file);
    }
    assert_true(taken > 50);
    assert_true(not_taken > 50);
}

static void sealed_nonsense_plans_are_refused_or_stand(void **state)
{
    struct fixture *f = *state;
    size_t stood = 0, not_stood = 0;
    struct buf whole = {0};
    body_of(&f->plan, PLAN_MAGIC, &whole);
    for (int k = 0; k < 1500; k++) {
        uint8_t edits[10];
        struct buf body = {0}, file = {0};
        buf_add(&body, buf_slice(&whole));
        for (size_t i = 0; i < sizeof edits; i++)
            edits[i] = (uint8_t)draw(256);
        body_edit(&body, edits, 5 * (1 + draw(2)));
        sealed_again(&body, PLAN_MAGIC, &file);
        struct run *r = planned_run(&file);
        stood += r != NULL;
        not_stood += r == NULL;
        if (r) {
            struct err e;
            run_taken(r, &e);
            doc_free(run_finish(r));
        }
        run_free(r);
        buf_fini(&body);
        buf_fini(&file);
    }
    buf_fini(&whole);
    assert_true(stood > 100);
    assert_true(not_stood > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_saved_loaded_and_saved_again_is_the_same),
        cmocka_unit_test(a_shard_scanned_twice_gives_the_same_bytes),
        cmocka_unit_test(every_order_counts_alike_and_repeats_count_once),
        cmocka_unit_test(missing_shards_are_named),
        cmocka_unit_test(what_is_foreign_is_refused_by_name),
        cmocka_unit_test(the_same_shard_with_other_bytes_is_refused),
        cmocka_unit_test(a_flip_or_cut_is_refused_or_changes_nothing),
        cmocka_unit_test(sealed_nonsense_is_refused_or_finished),
        cmocka_unit_test(sealed_nonsense_plans_are_refused_or_stand),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
