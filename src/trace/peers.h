/* peers.h - the hosts whose logs are there.  Private to trace. */
#ifndef POSTMORTEM_TRACE_PEERS_H
#define POSTMORTEM_TRACE_PEERS_H

#include "state.h"

/* The peer that a line's name of a host means: equal names, or where one of them has no domain equal first labels.  NULL:
 * none. */
const struct slice *peer_find(const struct trace_peers *p, struct slice name);

#endif
