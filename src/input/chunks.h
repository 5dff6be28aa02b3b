/* chunks.h - a stream as runs of bytes, read in place or one run ahead by a thread of its own. */
#ifndef POSTMORTEM_INPUT_CHUNKS_H
#define POSTMORTEM_INPUT_CHUNKS_H

#include "stream.h"

struct chunks;

/* Runs of size bytes (the last may be shorter).  from is not owned.  ahead: a helper thread reads;
 * where none can be had, reading is done in place.  sha: hash the runs (ahead: on a second helper);
 * not owned, NULL for none.  behind: at least so many bytes before the current run stay readable. */
struct chunks *chunks_open(struct stream *from, size_t size, bool ahead, struct sha256 *sha,
                           size_t behind);
/* The next run, until the next call; empty at the end. */
struct slice chunks_next(struct chunks *c);
/* What there is from offset of the stream to the end of its run; empty if it is gone or not yet given. */
struct slice chunks_again(const struct chunks *c, uint64_t offset);
/* Stop the helper thread; afterwards from may be used again.  finished: from was read to its end.
 */
void chunks_stop(struct chunks *c, bool *finished, uint64_t *nul_bytes, uint64_t *nul_first);
void chunks_close(struct chunks *c);

#endif
