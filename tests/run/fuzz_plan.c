/* fuzz_plan.c - libFuzzer entry: the first bit picks whether the rest are edits of the body of a plan of the samples or a
 * body of their own.  Whatever the bytes: refused, or a run that stands (and is finished as if nothing had been read). */
#include "run/edited.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char *const paths[] = {"samples/qmail", "samples/epost/inlog", "samples/damaged",
                                        "samples/maillog.tar.gz"};
    static struct buf whole;
    struct buf plan = {0}, body = {0};
    struct err e;
    if (!whole.n) {
        sample_plan(paths, 4, &plan);
        body_of(&plan, PLAN_MAGIC, &whole);
    }
    if (n && bytes[0] & 1) {
        buf_add(&body, slice_of((const char *)bytes + 1, n - 1));
    } else if (n) {
        buf_add(&body, buf_slice(&whole));
        body_edit(&body, bytes + 1, n - 1);
    }
    sealed_again(&body, PLAN_MAGIC, &plan);
    struct run *r = planned_run(&plan);
    if (r && run_taken(r, &e) && r->shards_count < 1)
        abort();
    if (r)
        doc_free(run_finish(r));
    run_free(r);
    buf_fini(&plan);
    buf_fini(&body);
    return 0;
}
