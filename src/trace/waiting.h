/* waiting.h - messages that are closed when log time has passed: ended ones that linger for late lines, and ones that were
 * announced and may never be accepted.  A heap by deadline, which stands in m->until.  Private to trace. */
#ifndef POSTMORTEM_TRACE_WAITING_H
#define POSTMORTEM_TRACE_WAITING_H

#include "state.h"

/* m waits until a line with a stamp after deadline; it may wait already. */
void waiting_put(struct trace *t, struct message *m, when deadline);
/* m waits no longer; nothing happens where it did not. */
void waiting_take(struct trace *t, struct message *m);
/* The message whose deadline comes first, if clock is past it; else NULL. */
struct message *waiting_due(const struct trace *t, when clock);

#endif
