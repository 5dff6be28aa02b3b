/* head.h - a part's head: the events of messages that began before it, in order, until they are replayed into the part that
 * comes before (trace_join).  Private to trace. */
#ifndef POSTMORTEM_TRACE_HEAD_H
#define POSTMORTEM_TRACE_HEAD_H

#include "postmortem/base/buf.h"
#include "postmortem/mail/event.h"

struct head_block;

/* A zeroed struct head is empty and ready. */
struct head {
    struct head_block *oldest, *newest;
    size_t n; /* bytes in all blocks: the place of the event that comes next */
};

void head_fini(struct head *h);
/* Keep an event, and how far the clock had come with it. */
void head_add(struct head *h, const struct event *e, when now);

/* Where a reading stands.  It ends when the head changes. */
struct head_reader {
    const struct head_block *block; /* of rest; NULL: none */
    struct slice rest;
    bool damaged; /* what comes next cannot be read; only of a head that was loaded */
};

/* From the event at place from: 0, or the n that a head had before it grew. */
struct head_reader head_read(const struct head *h, size_t from);
/* The next event, whose texts lie in the head, and where the clock stood; false at the end, or on damage. */
bool head_next(struct head_reader *r, struct event *e, when *now);

/* All of it as length and bytes, and back: into an empty head; false on damage, or where an event names a source that is not
 * below sources. */
void head_save(const struct head *h, struct buf *out);
bool head_load(struct head *h, struct slice *in, uint32_t sources);

#endif
