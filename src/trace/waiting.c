/* A binary heap, because deadlines do not come in order: clocks step back, and kinds of waiting differ in length.
 *
 * Why a heap and not a sweep now and then: whether a message is closed must follow from the lines after its deadline was
 * set and from nothing else, or a log followed in parts would tell something else than one pass.  Invariant:
 * t->waiting[m->waiting_at - 1] is m and m->until for each m that waits; a parent's deadline is not after its children's. */
#include "waiting.h"

#include "postmortem/base/memory.h"

static void put_at(struct trace *t, size_t at, struct waiting w)
{
    t->waiting[at - 1] = w;
    w.message->waiting_at = (uint32_t)at;
}

static const struct waiting *at_of(const struct trace *t, size_t at)
{
    return &t->waiting[at - 1];
}

/* w goes up from the hole at. */
static void rise(struct trace *t, size_t at, struct waiting w)
{
    while (at > 1 && at_of(t, at / 2)->until > w.until) {
        put_at(t, at, *at_of(t, at / 2));
        at /= 2;
    }
    put_at(t, at, w);
}

/* w goes down from the hole at. */
static void sink(struct trace *t, size_t at, struct waiting w)
{
    for (size_t child; (child = at * 2) <= t->waiting_count; at = child) {
        if (child < t->waiting_count && at_of(t, child + 1)->until < at_of(t, child)->until)
            child++;
        if (at_of(t, child)->until >= w.until)
            break;
        put_at(t, at, *at_of(t, child));
    }
    put_at(t, at, w);
}

void waiting_put(struct trace *t, struct message *m, when deadline)
{
    waiting_take(t, m);
    if (t->waiting_count == t->waiting_room) {
        t->waiting_room = t->waiting_room ? t->waiting_room * 2 : 64;
        t->waiting = mem_grow(t->waiting, t->waiting_room, sizeof *t->waiting);
    }
    m->until = deadline;
    rise(t, ++t->waiting_count, (struct waiting){deadline, m});
}

void waiting_take(struct trace *t, struct message *m)
{
    size_t hole = m->waiting_at;
    if (!hole)
        return;
    m->waiting_at = 0;
    m->until = WHEN_NONE;
    struct waiting last = *at_of(t, t->waiting_count--);
    if (last.message == m)
        return;
    if (hole > 1 && at_of(t, hole / 2)->until > last.until)
        rise(t, hole, last);
    else
        sink(t, hole, last);
}

struct message *waiting_due(const struct trace *t, when clock)
{
    return t->waiting_count && t->waiting[0].until < clock ? t->waiting[0].message : NULL;
}
