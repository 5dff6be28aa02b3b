/* instances.h - several Postfix instances of one host (postmulti): whose an id is that a hand-over names.  Private to trace.
 *
 * `queued as ID` and `orig_queue_id=ID` name no instance: meant is the one that took the id last, as long as it has it.
 * That holds for parts too: a part in which any instance took the id knows which was the last; any other does not, and
 * leaves the line to the part before (its head).  Once an id has left, no instance that took it earlier is meant, for a
 * part would not know of that one; then the line's own instance is, as where there is but one.
 *
 * As long as one instance alone is seen, nothing is kept: it is the last taker of all that it has.  From the second's first
 * line on there is an entry for each id that lies in a queue. */
#ifndef POSTMORTEM_TRACE_INSTANCES_H
#define POSTMORTEM_TRACE_INSTANCES_H

#include "state.h"

enum { INSTANCE_USUAL = 1 }; /* "postfix" itself */

/* An instance by its name; never 0. */
static inline uint32_t instance_of(struct slice session)
{
    return session.n ? (uint32_t)slice_hash(session) | 2 : INSTANCE_USUAL;
}

/* The key of an id, of which id is the hash, within an instance. */
static inline uint64_t instance_key(uint64_t id, uint32_t instance)
{
    return instance == INSTANCE_USUAL ? id : id * 31 + instance;
}

/* A line of acceptance or of a hand-over tells of this instance. */
void instance_note(struct trace *t, uint32_t instance);
/* e is a line of acceptance: its instance takes the id. */
void instance_took(struct trace *t, const struct event *e);
/* ... and this part's first of that key, which shows that what follows is its own. */
void instance_seen(struct trace *t, const struct event *e);
/* m, which is open no more, had it. */
void instance_left(struct trace *t, const struct message *m);
/* Does this trace alone know which instance is meant, or that none is? */
bool instance_known(const struct trace *t, struct slice id);
/* The message of that id that the last taker has; NULL: none, or there are not several. */
struct message *instance_holder(const struct trace *t, struct slice id);

/* Before and after the messages of later become earlier's. */
void instances_meet(struct trace *earlier, struct trace *later);
void instances_adopt(struct trace *earlier, struct trace *later);
void instances_save(const struct trace *t, struct buf *out);
bool instances_load(struct trace *t, struct slice *in);

#endif
