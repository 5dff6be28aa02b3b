/* Links that live lie in a ring of seconds, so that those which a stamp ends are found without looking at the others.
 *
 * Invariant: all that live have stamps in a window of 2 * LINK_SECONDS + 1 seconds, hence those of one bucket have the same
 * second; by_qp holds the ones that were not followed, the newest of each pid.
 *
 *     @40..bounce msg 4711 qp 812            link_put: 812 is a bounce of 4711
 *     @40..info msg 4713: ... from <> qp 812 link_take: 4713 is that bounce */
#include "links.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

enum { TIMELESS = LINK_RING - 1 }; /* the bucket of links without a stamp */
#define SECOND_NONE INT64_MAX

static int64_t second_of(when t)
{
    return t / SECOND - (t % SECOND < 0);
}

static void span_add(struct span *s, const struct span *more)
{
    if (s->low == WHEN_NONE || more->low < s->low)
        s->low = more->low;
    if (more->high > s->high) /* WHEN_NONE is below every stamp */
        s->high = more->high;
}

static struct link **bucket_of(struct links *l, when time)
{
    int64_t n = time == WHEN_NONE ? TIMELESS : second_of(time) % TIMELESS;
    return &l->ring[n < 0 ? n + TIMELESS : n];
}

static void bucket_clear(struct links *l, struct link **bucket)
{
    for (struct link *k = *bucket; k;) {
        struct link *next = k->next;
        if (keymap_get(&l->by_qp, k->qp) == k)
            keymap_take(&l->by_qp, k->qp);
        free(k);
        k = next;
    }
    *bucket = NULL;
}

/* Does no stamp of the span end a link with that one? */
static bool lives(when time, const struct span *stamps)
{
    if (stamps->low == WHEN_NONE || time == WHEN_NONE)
        return stamps->low == WHEN_NONE;
    int64_t second = second_of(time);
    return second_of(stamps->high) - second <= LINK_SECONDS &&
           second - second_of(stamps->low) <= LINK_SECONDS;
}

static void stamps_pass(struct trace *t, const struct span *stamps)
{
    struct links *l = &t->links;
    if (stamps->low == WHEN_NONE)
        return;
    span_add(&l->part, stamps);
    span_add(&l->since, stamps);
    bool same = second_of(stamps->low) == l->second && second_of(stamps->high) == l->second;
    l->second = second_of(stamps->high);
    if (!l->ring || (same && !l->ring[TIMELESS]))
        return;
    for (size_t i = 0; i < LINK_RING; i++)
        if (l->ring[i] && !lives(l->ring[i]->time, stamps))
            bucket_clear(l, &l->ring[i]);
}

void links_begin(struct trace *t)
{
    t->links.part = t->links.since = (struct span){WHEN_NONE, WHEN_NONE};
    t->links.second = SECOND_NONE;
}

void links_pass(struct trace *t, const struct event *e)
{
    struct span stamps = {e->time, e->time};
    if (e->probe) /* out of a head */
        stamps = (struct span){e->printed, e->age_from};
    stamps_pass(t, &stamps);
}

void links_carry(struct trace *t, struct event *e)
{
    e->probe = true;
    e->printed = t->links.since.low;
    e->age_from = t->links.since.high;
    t->links.since = (struct span){WHEN_NONE, WHEN_NONE};
}

/* May a link that stands before this part live? */
static bool undecided(const struct trace *t)
{
    const struct span *part = &t->links.part;
    return !t->first && (part->low == WHEN_NONE ||
                         second_of(part->high) - second_of(part->low) <= (int64_t)2 * LINK_SECONDS);
}

/* Whoever comes before need not look for that pid. */
static void link_own(struct trace *t, uint64_t qp)
{
    if (undecided(t))
        keymap_put(&t->links.own, qp, t);
    else if (t->links.own.count)
        keymap_clear(&t->links.own);
}

static struct link link_of(const struct event *e, struct slice parent)
{
    struct link k = {.qp = e->qp, .time = e->time, .kind = e->link};
    parent = slice_head(parent, PARENT_MOST);
    k.parent_n = (uint32_t)parent.n;
    if (parent.n)
        memcpy(k.parent, parent.p, parent.n);
    return k;
}

static void link_add(struct links *l, const struct link *like)
{
    if (!l->ring)
        l->ring = mem_new(LINK_RING * sizeof(struct link *));
    struct link *k = mem_new(sizeof *k), **bucket = bucket_of(l, like->time);
    *k = *like;
    k->next = *bucket;
    *bucket = k;
    keymap_put(&l->by_qp, k->qp, k);
}

void link_put(struct trace *t, const struct event *e, struct slice parent)
{
    struct link k = link_of(e, parent);
    link_own(t, e->qp);
    link_add(&t->links, &k);
}

const struct link *link_take(struct trace *t, const struct event *e)
{
    const struct link *k = keymap_get(&t->links.by_qp, e->qp);
    if (!k || (k->time == WHEN_NONE) != (e->time == WHEN_NONE))
        return NULL;
    return keymap_take(&t->links.by_qp, e->qp);
}

bool link_earlier(const struct trace *t, const struct event *e)
{
    if (t->first || keymap_get(&t->links.own, e->qp))
        return false;
    return e->time == WHEN_NONE ? t->links.part.low == WHEN_NONE : undecided(t);
}

void links_adopt(struct trace *earlier, struct trace *later)
{
    stamps_pass(earlier, &later->links.since);
    uint64_t *own = keymap_sorted(&later->links.own);
    for (size_t i = 0; i < later->links.own.count; i++) {
        keymap_take(&earlier->links.by_qp, own[i]);
        link_own(earlier, own[i]);
    }
    free(own);
    uint64_t *live = keymap_sorted(&later->links.by_qp);
    for (size_t i = 0; i < later->links.by_qp.count; i++)
        link_add(&earlier->links, keymap_get(&later->links.by_qp, live[i]));
    free(live);
    earlier->links.second = SECOND_NONE;
}

void links_free(struct trace *t)
{
    struct links *l = &t->links;
    for (size_t i = 0; l->ring && i < LINK_RING; i++)
        bucket_clear(l, &l->ring[i]);
    free(l->ring);
    keymap_fini(&l->by_qp);
    keymap_fini(&l->own);
}

void links_save(const struct trace *t, struct buf *out)
{
    static const struct keymap none;
    const struct links *l = &t->links;
    when_save(l->part.low, out);
    when_save(l->part.high, out);
    when_save(l->since.low, out);
    when_save(l->since.high, out);
    keys_save(undecided(t) ? &l->own : &none, out);
    uint64_t *live = keymap_sorted(&l->by_qp);
    buf_count(out, l->by_qp.count);
    for (size_t i = 0; i < l->by_qp.count; i++) {
        const struct link *k = keymap_get(&l->by_qp, live[i]);
        buf_count(out, k->qp);
        buf_byte(out, (char)k->kind);
        when_save(k->time, out);
        short_text_save(slice_of(k->parent, k->parent_n), out);
    }
    free(live);
}

static bool span_load(struct slice *in, struct span *s)
{
    return when_load(in, &s->low) && when_load(in, &s->high) &&
           (s->low == WHEN_NONE) == (s->high == WHEN_NONE) && s->low <= s->high;
}

static bool link_load(struct trace *t, struct slice *in)
{
    struct event e = {0};
    uint64_t kind;
    struct slice parent;
    if (!load_count(in, &e.qp) || !load_below(in, LINK_REINJECT, &kind) ||
        !when_load(in, &e.time) || !short_text_load(in, PARENT_MOST, &parent) ||
        keymap_get(&t->links.by_qp, e.qp))
        return false;
    e.link = (enum link_kind)kind;
    struct link k = link_of(&e, parent);
    link_add(&t->links, &k);
    return true;
}

bool links_load(struct trace *t, struct slice *in)
{
    uint64_t count;
    if (!span_load(in, &t->links.part) || !span_load(in, &t->links.since) ||
        !keys_load(&t->links.own, t, in) || (t->links.own.count && !undecided(t)) ||
        !load_count(in, &count))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!link_load(t, in))
            return false;
    t->links.second = SECOND_NONE;
    return true;
}
