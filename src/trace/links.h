/* links.h - which message gave rise to which: qmail names the pid of the child's qmail-queue where a bounce or a forward is
 * made, and again in the child's `info msg`.  Private to trace.
 *
 * A pid is soon another's.  So a link lives as long as no line of the log has a stamp more than LINK_SECONDS from its own,
 * before or after it, whole seconds counted; one without a stamp, until a line has one.  It is followed once, and a newer one
 * of the same pid takes its place.
 *
 * Invariant (the law, see trace.h): a part that is not the first is *undecided* as long as a link before it may live.  Until
 * then an envelope that finds no link of its pid in the part, where there was none, asks in the head.  Each event of the head
 * carries, in fields that no dialect of qmail's fills, the least and the greatest stamp since the one before it. */
#ifndef POSTMORTEM_TRACE_LINKS_H
#define POSTMORTEM_TRACE_LINKS_H

#include "state.h"

enum { LINK_SECONDS = 60 };

/* Of a new trace. */
void links_begin(struct trace *t);
/* Before an event is joined: what its stamp, or those it carries out of a head, end. */
void links_pass(struct trace *t, const struct event *e);
/* What an event that goes to the head has to carry. */
void links_carry(struct trace *t, struct event *e);
/* A line tells of the child of parent (a queue id; empty: not known) with the pid e->qp. */
void link_put(struct trace *t, const struct event *e, struct slice parent);
/* The link of an envelope, taken; NULL: there is none.  It lives until the next event. */
const struct link *link_take(struct trace *t, const struct event *e);
/* May a link that stands before this part be the envelope's, which found none? */
bool link_earlier(const struct trace *t, const struct event *e);
/* After the head was replayed. */
void links_adopt(struct trace *earlier, struct trace *later);
void links_free(struct trace *t);
/* As bytes, and back (untrusted); false on damage. */
void links_save(const struct trace *t, struct buf *out);
bool links_load(struct trace *t, struct slice *in);

#endif
