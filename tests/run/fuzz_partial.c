/* fuzz_partial.c - libFuzzer entry: the first byte picks a shard of the samples and whether the rest are edits of its
 * partial file's body or a body of their own.  Whatever the bytes: refused, or merged and finished without a fault. */
#include "run/edited.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char *const paths[] = {"samples/qmail", "samples/epost/inlog",
                                        "samples/epost/outlog", "samples/damaged"};
    static struct buf plan, bodies[64];
    static size_t shards;
    if (!shards) {
        sample_plan(paths, 4, &plan);
        shards = sample_shards(&plan);
        for (size_t i = 0; i < shards && i < 64; i++) {
            struct buf partial = {0};
            sample_partial(&plan, i + 1, &partial);
            body_of(&partial, PARTIAL_MAGIC, &bodies[i]);
            buf_fini(&partial);
        }
    }
    if (n < 1)
        return 0;
    struct buf body = {0}, partial = {0};
    struct err e;
    buf_add(&body, buf_slice(&bodies[(bytes[0] >> 1) % shards]));
    if (bytes[0] & 1) {
        body.n = 12 + SEAL; /* the first section stays: it names the shard */
        buf_add(&body, slice_of((const char *)bytes + 1, n - 1));
    } else {
        body_edit(&body, bytes + 1, n - 1);
    }
    sealed_again(&body, PARTIAL_MAGIC, &partial);
    struct run *r = planned_run(&plan);
    if (!run_take(r, buf_slice(&partial), "partial", &e))
        doc_free(run_finish(r));
    run_free(r);
    buf_fini(&body);
    buf_fini(&partial);
    return 0;
}
