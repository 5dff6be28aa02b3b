/* fuzz_partial.c - libFuzzer entry: the first byte picks a shard of one of some small plans and what the rest are: edits of
 * its partial file's body, a body of their own behind the shard's name, or what stands in the file behind its magic.
 *
 * Whatever the bytes: refused, or merged and finished without a fault.  Where the highest bit is set, and the length is a
 * multiple of eight, the partial files of all other shards are merged too: that takes long. */
#include "run/edited.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* A plan is loaded for every input: small_paths in three, where each is met by itself. */
enum { PLANS = 3, SHARDS = 32 };
static const size_t first_path[PLANS + 1] = {0, 3, 8, SMALL_PATHS};

static struct small {
    struct buf plan, bodies[SHARDS], partials[SHARDS];
    size_t shards;
} smalls[PLANS];

static void small_make(struct small *s, const char *const *paths, size_t count)
{
    sample_plan(paths, count, SMALL_SHARD, &s->plan);
    s->shards = sample_shards(&s->plan);
    if (s->shards < 1 || s->shards > SHARDS)
        abort();
    for (size_t i = 0; i < s->shards; i++) {
        struct buf partial = {0};
        sample_partial(&s->plan, i + 1, &partial);
        body_of(&partial, PARTIAL_MAGIC, &s->bodies[i]);
        sealed_again(&s->bodies[i], PARTIAL_MAGIC, &s->partials[i]);
        buf_fini(&partial);
    }
    plan_stored(&s->plan);
}

/* The plan and, of it, the shard that a number stands for. */
static const struct small *small_of(size_t number, size_t *shard)
{
    size_t all = 0, i = 0;
    if (!smalls[0].shards)
        for (size_t k = 0; k < PLANS; k++)
            small_make(&smalls[k], small_paths + first_path[k], first_path[k + 1] - first_path[k]);
    for (size_t k = 0; k < PLANS; k++)
        all += smalls[k].shards;
    for (number %= all; number >= smalls[i].shards; i++)
        number -= smalls[i].shards;
    *shard = number;
    return &smalls[i];
}

/* What merge does when one partial file was taken. */
static void use(struct run *r, const struct small *of, bool all)
{
    struct buf missing = {0};
    struct err e;
    bool sound = true;
    for (size_t i = 0; all && sound && i < of->shards; i++)
        sound = r->there[i] || run_take(r, buf_slice(&of->partials[i]), "another", &e) == 0;
    if (sound && (!all || (run_taken(r, &e) == 0 && !run_again(r, &missing))))
        doc_free(run_finish(r));
    buf_fini(&missing);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct buf body = {0}, partial = {0};
    struct err e;
    size_t shard;
    if (n < 1)
        return 0;
    const struct small *of = small_of(bytes[0] >> 2 & 31, &shard);
    buf_add(&body, buf_slice(&of->bodies[shard]));
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
    struct run *r = planned_run(&of->plan);
    if (!run_take(r, buf_slice(&partial), "partial", &e))
        use(r, of, (bytes[0] & 0x80) && n % 8 == 0);
    run_free(r);
    buf_fini(&body);
    buf_fini(&partial);
    return 0;
}
