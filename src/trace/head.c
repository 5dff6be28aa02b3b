/* Events as bytes, in blocks.
 *
 * Why blocks: the head of the second half of a gigabyte is some ten megabytes.  In one run of bytes that doubles it was
 * copied, and as much memory lay behind it unused.  A head of few events, of which a collector of many hosts has many,
 * is one small block.
 * Invariant: an event lies in one block; it is an event_save, then whether the clock had come further than its stamp, then how
 * far. */
#include "head.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/saved_event.h"

#include <stdlib.h>

struct head_block {
    struct head_block *next;
    struct buf events;
};

/* Bytes at which a block is full, and how many of these must be left for it to get another event, which seldom is longer. */
enum { FULL = 64 << 10, SPARE = 1 << 10 };

void head_fini(struct head *h)
{
    for (struct head_block *b = h->oldest; b;) {
        struct head_block *next = b->next;
        buf_fini(&b->events);
        free(b);
        b = next;
    }
    *h = (struct head){0};
}

static struct buf *block_add(struct head *h)
{
    struct head_block *b = mem_new(sizeof *b);
    if (h->newest)
        h->newest->next = b;
    else
        h->oldest = b;
    h->newest = b;
    return &b->events;
}

void head_add(struct head *h, const struct event *e, when now)
{
    bool full = !h->newest || h->newest->events.n > FULL - SPARE;
    struct buf *events = full ? block_add(h) : &h->newest->events;
    size_t before = events->n;
    event_save(e, events);
    buf_byte(events, now != e->time);
    if (now != e->time)
        when_save(now, events);
    h->n += events->n - before;
}

struct head_reader head_read(const struct head *h, size_t from)
{
    const struct head_block *b = h->oldest;
    for (; b && from >= b->events.n; b = b->next)
        from -= b->events.n;
    return (struct head_reader){b, b ? slice_from(buf_slice(&b->events), from) : (struct slice){0},
                                false};
}

bool head_next(struct head_reader *r, struct event *e, when *now)
{
    bool other;
    if (!r->rest.n && r->block) {
        r->block = r->block->next;
        r->rest = r->block ? buf_slice(&r->block->events) : (struct slice){0};
    }
    if (!r->rest.n || r->damaged)
        return false;
    if (event_load(&r->rest, e) && load_flag(&r->rest, &other)) {
        *now = e->time;
        if (!other || when_load(&r->rest, now))
            return true;
    }
    r->damaged = true;
    return false;
}

void head_save(const struct head *h, struct buf *out)
{
    buf_u64(out, h->n);
    for (const struct head_block *b = h->oldest; b; b = b->next)
        buf_add(out, buf_slice(&b->events));
}

bool head_load(struct head *h, struct slice *in, uint32_t sources)
{
    struct slice events;
    struct event e;
    when now;
    if (!load_bytes(in, &events))
        return false;
    if (!events.n)
        return true;
    buf_add(block_add(h), events);
    h->n = events.n;
    struct head_reader r = head_read(h, 0);
    while (head_next(&r, &e, &now))
        if (e.place.source >= sources)
            return false;
    return !r.damaged;
}
