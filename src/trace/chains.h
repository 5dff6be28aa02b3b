/* chains.h - hops: a message that leaves one queue for the next (a content filter, a new queue id, another instance) is one
 * message, told when its last hop has closed.  Private to trace.
 *
 * An edge is one hand-over, named by the place of the line that tells of it, which no other line shares.  Each hop
 * keeps the edges it gave mail over and those it came by; both are told by the same line, each to its own id. */
#ifndef POSTMORTEM_TRACE_CHAINS_H
#define POSTMORTEM_TRACE_CHAINS_H

#include "state.h"

/* recipient.hand: was it handed on to another hop, here or on another host, by the line at its place; and, while a chain is
 * folded, was it matched with one of the hop before. */
enum { HAND_NONE, HAND_ON, HAND_ABROAD, HAND_TAKEN };

uint64_t edge_of(const struct place *p);
/* m gave mail over the edge, or came by it. */
void claim_add(struct message *m, uint64_t edge, bool gave);
/* The same, to or from another host: id is the queue id there (of what m gave) or here (of what came), peer the hash of the
 * other host's name.  Such an edge is made when traces meet. */
void claim_add_abroad(struct message *m, const struct event *e, bool gave, uint64_t id,
                      uint64_t peer);
void claims_save(const struct message *m, struct buf *out);
bool claims_load(struct message *m, struct slice *in);

/* m, which has claims, is settled and detached: fold its chain if this was the last of it, else keep it. */
void hop_keep(struct trace *t, struct message *m);
/* No message of ours gave mail over this edge. */
void edge_orphan(struct trace *t, uint64_t edge);
/* Fold a closed message that has no further hops, and free it.  Of the join. */
void hop_fold(struct trace *t, struct message *m);

void chains_adopt(struct trace *earlier, struct trace *later);
/* Fold all chains, whole or not, that lie in this trace alone. */
void chains_end(struct trace *t);
void chains_release(struct trace *t);
void chains_save(const struct trace *t, struct buf *out);
bool chains_load(struct trace *t, struct slice *in, uint32_t sources);

#endif
