/* fuzz_plan.c - libFuzzer entry: the first byte picks what the rest are: edits of the body of a small plan, a body of their
 * own, or what stands in the file behind its magic.
 *
 * Whatever the bytes: refused, or a run that stands, tells its plan again (seldom: that takes long) and is finished as if nothing had been read. */
#include "run/edited.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void use(struct run *r, bool plan_again)
{
    struct buf again = {0};
    struct err e;
    if (run_taken(r, &e) && r->shards_count < 1)
        abort();
    if (plan_again && run_plan(r, &again, &e))
        abort();
    doc_free(run_finish(r));
    buf_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static struct buf whole, plan;
    struct buf body = {0};
    if (!whole.n) {
        sample_plan(small_paths, SMALL_PATHS, SMALL_SHARD, &plan);
        body_of(&plan, PLAN_MAGIC, &whole);
    }
    if (n < 1)
        return 0;
    struct slice rest = slice_of((const char *)bytes + 1, n - 1);
    plan.n = 0;
    if (bytes[0] % 4 == 3) {
        buf_add(&plan, slice_of(PLAN_MAGIC, 8));
        buf_add(&plan, rest);
    } else {
        buf_add(&body, bytes[0] % 4 == 1 ? rest : buf_slice(&whole));
        if (bytes[0] % 4 != 1)
            body_edit(&body, bytes + 1, n - 1);
        sealed_again(&body, PLAN_MAGIC, &plan);
    }
    struct run *r = planned_run(&plan);
    if (r)
        use(r, bytes[0] & 0x80);
    run_free(r);
    buf_fini(&body);
    return 0;
}
