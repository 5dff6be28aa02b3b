/* copies.h - several copies of one log as one log, each line counted once.  Private to run.
 *
 *     struct copies *c = copies_open(w, sources, n, fn, contexts);
 *     while (copies_step(c)) { ... what fn was given is valid until the next step ... }
 *     copies_close(c);
 *
 * Sources are in order of their first stamps (surveyed.from, of the first reading); contexts[i] is what fn gets with
 * the events of sources[i], and outlives c.  Lines that stand in another copy too become duplicates of their source;
 * each source is told done (source_done) when it ends.  Copies that do not overlap are not open at once.  With one source
 * its lines are read as they are. */
#ifndef RUN_COPIES_H
#define RUN_COPIES_H

#include "state.h"

struct copies;

struct copies *copies_open(struct worker *w, const uint32_t *sources, size_t count, event_fn *fn,
                           void **contexts);
/* Read on by a line at most; fn may be called.  false: all were read and closed. */
bool copies_step(struct copies *c);
void copies_close(struct copies *c);

#endif
