/* fuzz_partial.c - libFuzzer entry: the first byte picks a shard of a small plan and what the rest are: edits of its partial
 * file's body, a body of their own behind the shard's name, or what stands in the file behind its magic.
 *
 * Whatever the bytes: refused, or merged and finished without a fault.  Where the highest bit is set, and the length is a
 * multiple of eight, the partial files of all other shards are merged too: that takes long. */
#include "run/edited.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { SHARDS = 32 };
static struct buf plan, bodies[SHARDS], partials[SHARDS];
static size_t shards;

static void partials_make(void)
{
    sample_plan(small_paths, SMALL_PATHS, SMALL_SHARD, &plan);
    shards = sample_shards(&plan);
    if (shards < 1 || shards > SHARDS)
        abort();
    for (size_t i = 0; i < shards; i++) {
        struct buf partial = {0};
        sample_partial(&plan, i + 1, &partial);
        body_of(&partial, PARTIAL_MAGIC, &bodies[i]);
        sealed_again(&bodies[i], PARTIAL_MAGIC, &partials[i]);
        buf_fini(&partial);
    }
    plan_stored(&plan);
}

/* What merge does when one partial file was taken. */
static void use(struct run *r, bool all)
{
    struct buf missing = {0};
    struct err e;
    bool sound = true;
    for (size_t i = 0; all && sound && i < shards; i++)
        sound = r->there[i] || run_take(r, buf_slice(&partials[i]), "another", &e) == 0;
    if (sound && (!all || (run_taken(r, &e) == 0 && !run_again(r, &missing))))
        doc_free(run_finish(r));
    buf_fini(&missing);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct buf body = {0}, partial = {0};
    struct err e;
    if (!shards)
        partials_make();
    if (n < 1)
        return 0;
    buf_add(&body, buf_slice(&bodies[(bytes[0] >> 2 & 31) % shards]));
    if (bytes[0] % 4 == 1) {
        body.n = 12 + SEAL; /* the first section stays: it names the shard */
        buf_add(&body, slice_of((const char *)bytes + 1, n - 1));
    } else if (bytes[0] % 4 != 3) {
        body_edit(&body, bytes + 1, n - 1);
    }
    if (bytes[0] % 4 == 3) {
        buf_add(&partial, slice_of(PARTIAL_MAGIC, 8));
        buf_add(&partial, slice_of((const char *)bytes + 1, n - 1));
    } else {
        sealed_again(&body, PARTIAL_MAGIC, &partial);
    }
    struct run *r = planned_run(&plan);
    if (!run_take(r, buf_slice(&partial), "partial", &e))
        use(r, (bytes[0] & 0x80) && n % 8 == 0);
    run_free(r);
    buf_fini(&body);
    buf_fini(&partial);
    return 0;
}
