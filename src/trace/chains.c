/* The store of closed hops.
 *
 * Why a store: a hop closes where its own lines end, which may be in another part than those of the hop before or after.
 * Invariant: a chain is the hops that edges connect; `missing` counts the edges of which one end has not closed yet.
 * At 0 all is there, and the chain is folded: so what is told does not depend on the order in which hops closed.
 *
 *     4F2C1A0B12: to=<bob@example.org>, relay=127.0.0.1[127.0.0.1]:10024, ..., status=sent (... queued as 5A11B2C3D4) */
#include "chains.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"

#include <stdlib.h>

struct claim {
    uint64_t edge;
    bool gave, abroad;
    uint64_t id, peer; /* of one abroad */
    when time;
};

struct claims {
    size_t count, room;
    struct claim at[];
};

struct edge {
    struct message *gave, *came;
    bool orphan; /* nobody of ours gave it */
};

struct chain {
    struct message *first, *last; /* by ->next */
    size_t count;
    uint64_t missing;
    bool abroad; /* some of it may lie in another host's log */
};

uint64_t edge_of(const struct place *p)
{
    return (uint64_t)p->source << 44 ^ p->offset; /* sources of 16 TiB: different places differ */
}

static void claim_push(struct message *m, const struct claim *claim)
{
    struct claims *c = m->claims;
    if (c && c->at[c->count - 1].edge == claim->edge && c->at[c->count - 1].gave == claim->gave)
        return; /* several recipients of one line */
    if (!c || c->count == c->room) {
        size_t room = c ? c->room * 2 : 2;
        size_t count = c ? c->count : 0;
        m->claims = c = mem_grow(c, sizeof *c + room * sizeof c->at[0], 1);
        c->room = room;
        c->count = count;
    }
    c->at[c->count++] = *claim;
}

void claim_add(struct message *m, uint64_t edge, bool gave)
{
    struct claim c = {.edge = edge, .gave = gave, .time = WHEN_NONE};
    claim_push(m, &c);
}

void claim_add_abroad(struct message *m, const struct event *e, bool gave, uint64_t id,
                      uint64_t peer)
{
    struct claim c = {.edge = edge_of(&e->place),
                      .gave = gave,
                      .abroad = true,
                      .id = id,
                      .peer = peer,
                      .time = e->time};
    claim_push(m, &c);
}

void claims_save(const struct message *m, struct buf *out)
{
    size_t count = m->claims ? m->claims->count : 0;
    buf_count(out, count);
    for (size_t i = 0; i < count; i++) {
        const struct claim *c = &m->claims->at[i];
        buf_count(out, c->edge);
        buf_byte(out, c->gave);
        buf_byte(out, c->abroad);
        if (!c->abroad)
            continue;
        buf_u64(out, c->id);
        buf_u64(out, c->peer);
        when_save(c->time, out);
    }
}

static bool claim_load(struct claim *c, struct slice *in)
{
    *c = (struct claim){.time = WHEN_NONE};
    return load_count(in, &c->edge) && load_flag(in, &c->gave) && load_flag(in, &c->abroad) &&
           (!c->abroad ||
            (load_u64(in, &c->id) && load_u64(in, &c->peer) && when_load(in, &c->time)));
}

bool claims_load(struct message *m, struct slice *in)
{
    uint64_t count;
    struct claim c;
    if (!load_count(in, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (!claim_load(&c, in))
            return false;
        claim_push(m, &c);
    }
    return true;
}

/* The store. */

static struct edge *edge_at(struct trace *t, uint64_t key)
{
    struct edge *e = keymap_get(&t->edges, key);
    if (!e) {
        e = mem_new(sizeof *e);
        keymap_put(&t->edges, key, e);
    }
    return e;
}

static void hop_list(struct trace *t, struct message *m)
{
    m->newer = NULL;
    m->older = t->newest_hop;
    if (t->newest_hop)
        t->newest_hop->newer = m;
    else
        t->oldest_hop = m;
    t->newest_hop = m;
    t->hops_count++;
}

static void hop_unlist(struct trace *t, struct message *m)
{
    if (m->older)
        m->older->newer = m->newer;
    else
        t->oldest_hop = m->newer;
    if (m->newer)
        m->newer->older = m->older;
    else
        t->newest_hop = m->older;
    t->hops_count--;
}

/* The smaller one into the larger. */
static void chains_merge(struct chain *a, struct chain *b)
{
    if (a == b)
        return;
    struct chain *into = a->count >= b->count ? a : b, *from = into == a ? b : a;
    for (struct message *m = from->first; m; m = m->next)
        m->chain = into;
    into->last->next = from->first;
    into->last = from->last;
    into->count += from->count;
    into->missing += from->missing;
    into->abroad = into->abroad || from->abroad;
    free(from);
}

/* One end of an edge closed: m's. */
static void edge_end(struct trace *t, struct message *m, const struct claim *c)
{
    m->chain->abroad = m->chain->abroad || c->abroad;
    struct edge *e = edge_at(t, c->edge);
    struct message **own = c->gave ? &e->gave : &e->came, *other = c->gave ? e->came : e->gave;
    if (*own)
        return;
    *own = m;
    if (e->orphan)
        return;
    if (!other) {
        m->chain->missing++;
        return;
    }
    chains_merge(other->chain, m->chain);
    m->chain->missing--;
}

static void chain_fold(struct trace *t, struct chain *c);

void hop_keep(struct trace *t, struct message *m)
{
    struct chain *c = mem_new(sizeof *c);
    *c = (struct chain){.first = m, .last = m, .count = 1};
    m->chain = c;
    m->next = NULL;
    m->hops = 0; /* not yet resolved */
    hop_list(t, m);
    for (size_t i = 0; i < m->claims->count; i++)
        edge_end(t, m, &m->claims->at[i]);
    if (!m->chain->missing)
        chain_fold(t, m->chain);
}

void edge_orphan(struct trace *t, uint64_t key)
{
    struct edge *e = edge_at(t, key);
    if (e->orphan || e->gave)
        return;
    e->orphan = true;
    if (e->came && --e->came->chain->missing == 0)
        chain_fold(t, e->came->chain);
}

/* Folding. */

enum { DEEPEST = 16, SEARCHED = 16 };

static bool spans_add(int64_t *into, int64_t a, int64_t b)
{
    return !__builtin_add_overflow(a, b, into);
}

/* Phases of a recipient over two hops: what passed between them is the filter's. */
static void timing_take(struct timing *a, const struct timing *b)
{
    int64_t *filter = &a->filter, *queue = &a->phases.in_queue;
    a->has_phases =
        a->has_phases && b && b->has_phases && spans_add(filter, *filter, a->phases.connect) &&
        spans_add(filter, *filter, a->phases.transfer) && spans_add(filter, *filter, b->filter) &&
        spans_add(queue, *queue, b->phases.before_queue) &&
        spans_add(queue, *queue, b->phases.in_queue);
    if (!a->has_phases)
        return;
    a->phases.connect = b->phases.connect;
    a->phases.transfer = b->phases.transfer;
}

/* r went on as s, or as the same as another that did. */
static void recipient_share(struct recipient *r, const struct recipient *s)
{
    if (r->timing)
        timing_take(r->timing, s->timing);
    r->end = s->end;
    r->reason = s->reason;
    r->ended = s->ended;
    r->place = s->place;
    r->attempts += s->attempts;
    r->deferrals += s->deferrals;
    r->code = s->code;
    r->channel = s->channel;
    r->hand = HAND_NONE;
}

/* r went on as s: what became of s became of r. */
static void recipient_take(struct recipient *r, struct recipient *s)
{
    char *reply = r->reply;
    uint16_t room = r->reply_room;
    recipient_share(r, s);
    r->reply = s->reply;
    r->reply_n = s->reply_n;
    r->reply_room = s->reply_room;
    s->reply = reply;
    s->reply_n = 0;
    s->reply_room = room;
    s->hand = HAND_TAKEN;
}

/* No recipient of the next hop can be r: one that no line named, or nobody. */
static void recipient_lose(struct recipient *r, struct message *child)
{
    r->hand = HAND_NONE;
    r->end = RECIPIENT_UNKNOWN;
    r->reason = UNKNOWN_END_MISSING;
    if (!child || child->entry == WHEN_NONE || (!child->accepted && !child->recipients_count)) {
        r->reason = UNKNOWN_LOG_KIND_ABSENT;
    } else if (child->unnamed) {
        child->unnamed--;
        r->end = child->unnamed_end;
        r->ended = child->done != WHEN_NONE ? child->done : child->last;
    }
}

struct hop {
    struct trace *trace;
    struct message *m;
    struct message **children; /* in order of the lines that tell of them */
    size_t count;
};

static struct message *child_at(const struct hop *h, uint64_t key)
{
    const struct edge *e = keymap_get(&h->trace->edges, key);
    return e && e->came && e->came->next == h->m ? e->came : NULL;
}

static struct recipient *untaken(struct message *child, const struct recipient *like)
{
    struct recipient *s = recipient_find(child, like->hash, like->null_sender);
    return s && s->hand != HAND_TAKEN ? s : NULL;
}

/* Of two recipients with one final address the next hop may have but one, which the first has taken then. */
static struct recipient *alike(struct message *child, const struct recipient *like)
{
    struct recipient *s = untaken(child, like);
    uint64_t hash = s ? like->hash : address_hash(recipient_text(like));
    return like->hash == hash ? s : recipient_find(child, hash, false);
}

static void sink_choose(struct trace *t, const struct message *m)
{
    if (t->guests)
        t->sink = t->guests[m->key]->sink;
}

/* By address: in the hop the line names, else in the others this one gave mail to. */
static void match_by_address(struct hop *h, struct recipient *r)
{
    struct message *child = child_at(h, edge_of(&r->place));
    struct recipient *s = child ? alike(child, r) : NULL;
    for (size_t i = 0; !s && i < h->count && i < SEARCHED; i++)
        s = alike(h->children[i], r);
    if (s && s->hand == HAND_TAKEN)
        recipient_share(r, s);
    else if (s)
        recipient_take(r, s);
}

/* Its next host's log does not show it: handed over to a host like any other. */
static void recipient_leave(struct hop *h, struct recipient *r)
{
    struct attempt a = {.outcome = OUTCOME_SENT,
                        .time = r->ended,
                        .started = WHEN_NONE,
                        .count = 1,
                        .recipient = recipient_text(r),
                        .message = h->m};
    r->hand = HAND_NONE;
    r->attempts++;
    sink_choose(h->trace, h->m);
    attempt_emit(h->trace, &a);
}

/* The addresses were rewritten on the way: in order of mention. */
static void match_by_order(struct hop *h, struct recipient *r)
{
    struct message *child = child_at(h, edge_of(&r->place));
    if (!child && r->hand == HAND_ABROAD) {
        recipient_leave(h, r);
        return;
    }
    struct recipient *s = child ? child->cursor : NULL;
    while (s && (s->hand == HAND_TAKEN || !s->declared))
        s = s->next;
    if (child)
        child->cursor = s ? s->next : NULL;
    if (s)
        recipient_take(r, s);
    else
        recipient_lose(r, child);
}

/* What the next hop had beyond what was given to it: recipients that no line of this hop named, else copies. */
static void leftovers_take(struct message *m, struct message *child)
{
    struct recipient **at = &child->recipients, *r;
    while ((r = *at)) {
        if (r->hand == HAND_TAKEN) {
            at = &r->next;
            continue;
        }
        *at = r->next;
        bool own = r->declared && m->unnamed;
        r->declared = own;
        m->unnamed -= own;
        if (r->timing) { /* it waits since the first hop */
            r->timing->arrived = WHEN_NONE;
            r->timing->has_phases = false;
        }
        recipient_append(m, r);
    }
}

static when later_of(when a, when b)
{
    return a > b ? a : b;
}

/* The message ended where its last hop did. */
static void ends_take(struct message *m, const struct message *child)
{
    m->last = later_of(m->last, child->last);
    m->done = m->done == WHEN_NONE || child->done == WHEN_NONE ? WHEN_NONE
                                                               : later_of(m->done, child->done);
    if (child->end == MESSAGE_QUEUED || m->end == MESSAGE_QUEUED)
        m->end = MESSAGE_QUEUED;
    else if (child->end != MESSAGE_FINISHED)
        m->end = child->end;
    m->until = later_of(m->until, child->until);
    m->crossed = m->crossed || child->crossed || child->place.source != m->place.source;
    if (m->hops <= child->hops)
        m->hops = (uint8_t)(child->hops + 1);
}

static void end_settle(struct message *m)
{
    bool final = !m->unnamed, queued = m->unnamed && m->unnamed_end == RECIPIENT_QUEUED;
    for (const struct recipient *r = m->recipients; r; r = r->next) {
        queued = queued || (r->declared && r->end == RECIPIENT_QUEUED);
        final = final && (!r->declared || r->end < RECIPIENT_QUEUED);
    }
    if (queued)
        m->end = MESSAGE_QUEUED;
    else if (final)
        m->end = MESSAGE_FINISHED;
    else if (m->end == MESSAGE_QUEUED)
        m->end = MESSAGE_END_MISSING;
    if (m->end != MESSAGE_QUEUED)
        m->until = WHEN_NONE;
}

static void resolve(struct trace *t, struct message *m, unsigned depth);

/* Each hop belongs to the first that gave mail to it. */
static void children_find(struct hop *h, unsigned depth)
{
    const struct claims *claims = h->m->claims;
    h->children = mem_grow(NULL, claims->count, sizeof(struct message *));
    for (size_t i = 0; i < claims->count; i++) {
        const struct edge *e =
            claims->at[i].gave ? keymap_get(&h->trace->edges, claims->at[i].edge) : NULL;
        struct message *child = e && e->gave == h->m && !e->orphan ? e->came : NULL;
        if (!child || child->hops || depth >= DEEPEST)
            continue;
        resolve(h->trace, child, depth + 1);
        child->next = h->m;
        child->cursor = child->recipients;
        h->children[h->count++] = child;
    }
}

/* m's recipients end as the hops after it tell. */
static void resolve(struct trace *t, struct message *m, unsigned depth)
{
    struct hop h = {.trace = t, .m = m};
    m->hops = 1;
    children_find(&h, depth);
    for (struct recipient *r = m->recipients; r; r = r->next)
        if (r->hand != HAND_NONE)
            match_by_address(&h, r);
    for (struct recipient *r = m->recipients; r; r = r->next)
        if (r->hand != HAND_NONE)
            match_by_order(&h, r);
    for (size_t i = 0; i < h.count; i++) {
        ends_take(m, h.children[i]);
        leftovers_take(m, h.children[i]);
    }
    if (h.count)
        end_settle(m);
    free(h.children);
}

static int by_place(const void *a, const void *b)
{
    const struct message *x = *(struct message *const *)a, *y = *(struct message *const *)b;
    if (x->place.source != y->place.source)
        return x->place.source < y->place.source ? -1 : 1;
    if (x->place.offset != y->place.offset)
        return x->place.offset < y->place.offset ? -1 : 1;
    int order = slice_cmp(message_text(x, TEXT_ID), message_text(y, TEXT_ID));
    if (order)
        return order; /* one line began both */
    if (x->last != y->last)
        return x->last < y->last ? -1 : 1;
    return (int)x->marks - (int)y->marks;
}

static bool is_root(const struct trace *t, const struct message *m)
{
    for (size_t i = 0; i < m->claims->count; i++) {
        const struct claim *c = &m->claims->at[i];
        const struct edge *e = c->gave ? NULL : keymap_get(&t->edges, c->edge);
        if (e && e->gave && e->gave != m)
            return false;
    }
    return true;
}

/* Roots first; what is left then (ids that claim each other in a circle, or are too deep) stands for itself. */
static size_t roots_resolve(struct trace *t, struct message **all, size_t count,
                            struct message **roots)
{
    size_t n = 0;
    for (unsigned any = 0; any < 2; any++)
        for (size_t i = 0; i < count; i++) {
            if (all[i]->hops || !(any || is_root(t, all[i])))
                continue;
            resolve(t, all[i], 0);
            all[i]->next = NULL;
            roots[n++] = all[i];
        }
    return n;
}

static void edges_forget(struct trace *t, const struct message *m)
{
    for (size_t i = 0; i < m->claims->count; i++) {
        const struct claim *c = &m->claims->at[i];
        const struct edge *e = keymap_get(&t->edges, c->edge);
        if (e && (c->gave ? e->gave : e->came) == m)
            free(keymap_take(&t->edges, c->edge));
    }
}

static void chain_fold(struct trace *t, struct chain *c)
{
    size_t count = c->count, n = 0;
    struct message **all = mem_grow(NULL, count * 2, sizeof(struct message *));
    struct message **roots = all + count;
    for (struct message *m = c->first; m; m = m->next)
        all[n++] = m;
    free(c);
    for (size_t i = 0; i < count; i++)
        all[i]->next = NULL;
    qsort(all, count, sizeof(struct message *), by_place);
    n = roots_resolve(t, all, count, roots);
    for (size_t i = 0; i < count; i++) {
        edges_forget(t, all[i]);
        hop_unlist(t, all[i]);
    }
    for (size_t i = 0; i < count; i++)
        if (all[i]->next)
            message_free(t, all[i]);
    for (size_t i = 0; i < n; i++) {
        sink_choose(t, roots[i]);
        hop_fold(t, roots[i]);
    }
    free(all);
}

/* Parts. */

static void store_forget(struct trace *t)
{
    for (size_t i = 0; i < t->edges.capacity; i++)
        free(t->edges.slots[i].value);
    keymap_fini(&t->edges);
    for (struct message *m = t->oldest_hop; m; m = m->newer)
        if (m->chain->first != m)
            m->chain = NULL;
    for (struct message *m = t->oldest_hop; m; m = m->newer)
        free(m->chain);
}

static size_t orphans_sorted(const struct trace *t, uint64_t **keys)
{
    size_t n = 0;
    *keys = keymap_sorted(&t->edges);
    for (size_t i = 0; i < t->edges.count; i++) {
        const struct edge *e = keymap_get(&t->edges, (*keys)[i]);
        if (e->orphan)
            (*keys)[n++] = (*keys)[i];
    }
    return n;
}

void chains_adopt(struct trace *earlier, struct trace *later)
{
    uint64_t *orphans;
    size_t count = orphans_sorted(later, &orphans);
    store_forget(later);
    struct message *m = later->oldest_hop;
    later->oldest_hop = later->newest_hop = NULL;
    later->hops_count = 0;
    for (size_t i = 0; i < count; i++)
        edge_orphan(earlier, orphans[i]);
    free(orphans);
    while (m) {
        struct message *newer = m->newer;
        hop_keep(earlier, message_move(earlier, m));
        m = newer;
    }
}

void chains_end(struct trace *t)
{
    struct message *kept = NULL, *m;
    while ((m = kept ? kept->newer : t->oldest_hop))
        if (m->chain->abroad)
            kept = m;
        else
            chain_fold(t, m->chain);
}

/* From host to host. */

/* One side of a hand-over. */
struct side {
    struct message *m;
    uint64_t id, peer, edge;
    when time;
};

static int by_id_and_time(const void *a, const void *b)
{
    const struct side *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->edge < y->edge ? -1 : x->edge > y->edge;
}

static size_t sides_find(const struct trace *t, bool gave, struct side **sides)
{
    size_t n = 0, room = 0;
    *sides = NULL;
    for (struct message *m = t->oldest_hop; m; m = m->newer)
        for (size_t i = 0; i < m->claims->count; i++) {
            const struct claim *c = &m->claims->at[i];
            if (!c->abroad || c->gave != gave || c->time == WHEN_NONE)
                continue;
            if (n == room) {
                room = room ? room * 2 : 64;
                *sides = mem_grow(*sides, room, sizeof **sides);
            }
            (*sides)[n++] = (struct side){m, c->id, c->peer, c->edge, c->time};
        }
    if (n)
        qsort(*sides, n, sizeof **sides, by_id_and_time);
    return n;
}

static uint64_t own_hash(const struct trace *t, const struct message *m)
{
    return slice_ihash(t->guests[m->key]->own);
}

/* The message that came with that id from that host, nearest to when it was given: accepted at most an hour before (it is
 * told of when it was taken over whole), or a minute after, by the other's clock.  came are those of the id, by time. */
static struct message *arrival_of(const struct trace *t, const struct side *gave,
                                  const struct side *came, size_t count)
{
    enum { TRIED = 1024 }; /* an id given to so many messages within an hour is a forgery */
    const struct side *best = NULL;
    when nearest = 0;
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (came[middle].time < gave->time - HOUR)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < count && i < low + TRIED && came[i].time <= gave->time + MINUTE; i++) {
        when far =
            came[i].time > gave->time ? came[i].time - gave->time : gave->time - came[i].time;
        if (came[i].peer != own_hash(t, gave->m) || own_hash(t, came[i].m) != gave->peer ||
            (best && far >= nearest))
            continue;
        best = &came[i];
        nearest = far;
    }
    return best ? best->m : NULL;
}

static void sides_join(struct trace *t)
{
    struct side *gave, *came;
    size_t gave_count = sides_find(t, true, &gave), came_count = sides_find(t, false, &came);
    for (size_t i = 0, k = 0, end = 0; i < gave_count; i++) {
        while (k < came_count && came[k].id < gave[i].id)
            k++;
        end = end < k ? k : end;
        while (end < came_count && came[end].id == gave[i].id)
            end++;
        struct message *child = arrival_of(t, &gave[i], came + k, end - k);
        if (!child)
            continue;
        struct claim c = {.edge = gave[i].edge, .time = WHEN_NONE};
        claim_push(child, &c);
        edge_end(t, child, &c);
    }
    free(gave);
    free(came);
}

void traces_meet(struct trace *const *all, size_t count)
{
    struct trace *t = trace_new(SLICE("postfix"), 0, true);
    t->guests = all;
    for (size_t i = 0; i < count; i++) {
        for (struct message *m = all[i]->oldest_hop; m; m = m->newer)
            m->key = i;
        chains_adopt(t, all[i]);
    }
    sides_join(t);
    while (t->oldest_hop)
        chain_fold(t, t->oldest_hop->chain);
    trace_free(t);
}

void chains_release(struct trace *t)
{
    store_forget(t);
    while (t->oldest_hop) {
        struct message *m = t->oldest_hop;
        hop_unlist(t, m);
        message_free(t, m);
    }
}

void chains_save(const struct trace *t, struct buf *out)
{
    uint64_t *orphans;
    size_t count = orphans_sorted(t, &orphans);
    buf_count(out, count);
    for (size_t i = 0; i < count; i++)
        buf_count(out, orphans[i]);
    free(orphans);
    buf_count(out, t->hops_count);
    for (const struct message *m = t->oldest_hop; m; m = m->newer)
        message_save(m, out);
}

bool chains_load(struct trace *t, struct slice *in, uint32_t sources)
{
    uint64_t count, edge;
    if (!load_count(in, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (!load_count(in, &edge))
            return false;
        edge_orphan(t, edge);
    }
    if (!load_count(in, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        struct message *m = message_load(t, in, sources, false);
        if (!m)
            return false;
        if (!m->claims) {
            message_free(t, m);
            return false;
        }
        hop_keep(t, m);
    }
    return true;
}
