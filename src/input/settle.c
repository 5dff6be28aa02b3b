/* settle.c - the order of the inventory, and what in it is there twice.
 *
 * Why: the report must not depend on the order of the arguments, and a log that lies there plain
 * and as .gz must be counted once.  Invariant: inputs are in byte order of their paths, sources in
 * the order of their inputs and then of their place in them; an original stands before its
 * duplicates.  Only candidates (same head, sizes that do not contradict) are read whole.  Source of
 * facts: SHA-256 (FIPS 180-4).
 *
 * Example: mail.log.1 and mail.log.1.gz: the second is a duplicate of the first. */
#include <stdlib.h>
#include <string.h>

#include "postmortem/base/memory.h"
#include "survey.h"
#include "way.h"

struct placed {
    const struct input *input;
    uint32_t before;
};

static int placed_order(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    int by_path = slice_cmp(x->input->path, y->input->path);
    return by_path ? by_path : (x->before > y->before) - (x->before < y->before);
}

/* Sources keep their order within an input: a counting sort by the new input number. */
static uint32_t *settle_sources(struct inventory *v, const uint32_t *input_now)
{
    size_t n = v->sources_count;
    size_t *start = mem_new((v->inputs_count + 1) * sizeof(*start));
    uint32_t *now = mem_new((n + 1) * sizeof(*now));
    struct source *sorted = mem_new((n + 1) * sizeof(*sorted));
    for (size_t i = 0; i < n; i++)
        start[input_now[v->sources[i].input] + 1]++;
    for (size_t i = 0; i < v->inputs_count; i++)
        start[i + 1] += start[i];
    for (size_t i = 0; i < n; i++) {
        uint32_t input = input_now[v->sources[i].input];
        now[i] = (uint32_t)start[input]++;
        sorted[now[i]] = v->sources[i];
        sorted[now[i]].input = input;
    }
    free(start);
    free(v->sources);
    v->sources = sorted;
    v->sources_room = n + 1;
    return now;
}

struct told {
    struct problem problem;
    size_t before;
};

static int told_order(const void *a, const void *b)
{
    const struct told *x = a, *y = b;
    if (x->problem.input != y->problem.input)
        return x->problem.input < y->problem.input ? -1 : 1;
    if (x->problem.source != y->problem.source) /* NO_SOURCE, the input itself, first */
        return x->problem.source + 1 < y->problem.source + 1 ? -1 : 1;
    return (x->before > y->before) - (x->before < y->before);
}

static void settle_problems(struct inventory *v, const uint32_t *input_now,
                            const uint32_t *source_now)
{
    size_t n = v->problems_count;
    struct told *told = mem_new((n + 1) * sizeof(*told));
    for (size_t i = 0; i < n; i++) {
        told[i] = (struct told){v->problems[i], i};
        struct problem *p = &told[i].problem;
        p->input = input_now[p->input];
        if (p->source != NO_SOURCE)
            p->source = source_now[p->source];
    }
    qsort(told, n, sizeof(*told), told_order);
    for (size_t i = 0; i < n; i++)
        v->problems[i] = told[i].problem;
    free(told);
}

static void settle_order(struct inventory *v)
{
    size_t n = v->inputs_count;
    struct placed *order = mem_new((n + 1) * sizeof(*order));
    uint32_t *now = mem_new((n + 1) * sizeof(*now));
    struct input *sorted = mem_new((n + 1) * sizeof(*sorted));
    for (size_t i = 0; i < n; i++)
        order[i] = (struct placed){&v->inputs[i], (uint32_t)i};
    qsort(order, n, sizeof(*order), placed_order);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = *order[i].input;
        now[order[i].before] = (uint32_t)i;
    }
    free(order);
    free(v->inputs);
    v->inputs = sorted;
    v->inputs_room = n + 1;
    uint32_t *source_now = settle_sources(v, now);
    settle_problems(v, now, source_now);
    free(source_now);
    free(now);
}

struct candidate {
    uint32_t source;
    unsigned nested; /* containers around it: of equal sources the one lying most openly is read */
    uint64_t head;   /* hash of the head's first 4 KiB: heads may be of different lengths */
    bool hashed, failed;
    char sha256[65];
};

static int candidate_order(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->head != y->head)
        return x->head < y->head ? -1 : 1;
    if (x->nested != y->nested)
        return x->nested < y->nested ? -1 : 1;
    return (x->source > y->source) - (x->source < y->source);
}

/* Could two sources of the same head be the same? */
static bool candidates_agree(const struct inventory *v, const struct candidate *x,
                             const struct candidate *y)
{
    const struct source *a = &v->sources[x->source], *b = &v->sources[y->source];
    if (a->bytes && b->bytes && a->bytes != b->bytes)
        return false;
    size_t n = a->head.n < b->head.n ? a->head.n : b->head.n;
    return memcmp(a->head.p, b->head.p, n) == 0;
}

static void candidate_hash(struct inventory *v, struct candidate *c)
{
    struct source *src = &v->sources[c->source];
    if (c->hashed)
        return;
    c->hashed = true;
    if (src->sha256[0]) {
        memcpy(c->sha256, src->sha256, sizeof(c->sha256));
        return;
    }
    struct damage d = {0};
    struct way *w = way_open(v, c->source, NULL, &d, true, true);
    c->failed = w->stream == NULL;
    if (w->stream) {
        stream_drain(w->stream);
        sha256_text(w->meter->sha, c->sha256);
        if (!v->no_hash && d.status == STATUS_OK)
            memcpy(src->sha256, c->sha256, sizeof(c->sha256));
    }
    way_close(w, NULL);
    damage_fini(&d);
}

/* Faults of a source that nobody will read again. */
static void duplicate_tell(struct inventory *v, uint32_t source)
{
    if (v->sources[source].locator.n)
        return; /* the survey told them */
    struct damage d = {0};
    struct way *w = way_open(v, source, NULL, &d, false, false);
    if (w->stream)
        stream_drain(w->stream);
    way_close(w, NULL);
    survey_tell(v, v->sources[source].input, source, &d);
    damage_fini(&d);
}

static void settle_run(struct inventory *v, struct candidate *run, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct source *src = &v->sources[run[i].source];
        for (size_t k = 0; k < i && src->duplicate_of == NO_SOURCE; k++) {
            if (v->sources[run[k].source].duplicate_of != NO_SOURCE ||
                !candidates_agree(v, &run[k], &run[i]))
                continue;
            candidate_hash(v, &run[k]);
            candidate_hash(v, &run[i]);
            if (!run[k].failed && !run[i].failed && strcmp(run[k].sha256, run[i].sha256) == 0) {
                src->duplicate_of = run[k].source;
                src->status = STATUS_DUPLICATE;
                duplicate_tell(v, run[i].source);
            }
        }
    }
}

/* An input is a duplicate if it has the same bytes as an earlier one. */
static void settle_inputs(struct inventory *v)
{
    for (size_t i = 0; i < v->sources_count; i++) {
        const struct source *s = &v->sources[i];
        struct input *in = &v->inputs[s->input];
        if (s->duplicate_of == NO_SOURCE || in->duplicate_of != NO_SOURCE)
            continue;
        uint32_t first = v->sources[s->duplicate_of].input;
        const struct input *other = &v->inputs[first];
        bool plain = strcmp(in->container, "file") == 0 && strcmp(other->container, "file") == 0;
        if (first == s->input || in->size_seen != other->size_seen ||
            in->container != other->container)
            continue;
        if (!plain && (!in->sha256[0] || strcmp(in->sha256, other->sha256) != 0))
            continue;
        in->duplicate_of = first;
        in->status = STATUS_DUPLICATE;
    }
}

/* Single compressed files have no hash of their bytes yet: those that may be copies get one. */
static void settle_input_hashes(struct inventory *v)
{
    for (size_t i = 0; i < v->sources_count; i++) {
        uint32_t pair[2] = {v->sources[i].input, NO_SOURCE};
        if (v->no_hash || v->sources[i].duplicate_of == NO_SOURCE)
            continue;
        pair[1] = v->sources[v->sources[i].duplicate_of].input;
        bool alike = v->inputs[pair[0]].size_seen == v->inputs[pair[1]].size_seen;
        for (size_t k = 0; k < (alike ? 2 : 1); k++) {
            struct input *in = &v->inputs[pair[k]];
            if (!in->sha256[0])
                input_hash(v, pair[k], in->sha256);
        }
    }
}

/* A source in a container of its own is read from the open; one in an archive costs the archive. */
static unsigned nested(const struct source *s)
{
    unsigned n = 0;
    for (size_t i = 0; i < s->path.n; i++)
        n += s->path.p[i] == '!';
    return n;
}

void inventory_settle(struct inventory *v)
{
    settle_order(v);
    struct candidate *all = mem_new((v->sources_count + 1) * sizeof(*all));
    size_t n = 0;
    for (size_t i = 0; i < v->sources_count; i++) {
        const struct source *s = &v->sources[i];
        if (!s->shut && s->head.n)
            all[n++] = (struct candidate){.source = (uint32_t)i,
                                          .nested = nested(s),
                                          .head = slice_hash(slice_head(s->head, 4090))};
    }
    if (n)
        qsort(all, n, sizeof(*all), candidate_order);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && all[end].head == all[i].head; end++)
            ;
        settle_run(v, all + i, end - i);
    }
    free(all);
    settle_input_hashes(v);
    settle_inputs(v);
}
