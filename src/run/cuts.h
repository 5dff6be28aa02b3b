/* cuts.h - cuts and pieces as bytes: in plans where files are cut, in partial files what reading a piece gave.
 * Private to run. */
#ifndef POSTMORTEM_RUN_CUTS_H
#define POSTMORTEM_RUN_CUTS_H

#include "state.h"

void cuts_save(const struct run *r, struct buf *out);
/* After the streams.  false: no cuts of files that may be cut (bytes are not trusted). */
bool cuts_load(struct run *r, struct slice *in);
/* Shards of a plan: note the one of a piece (or of the hash); false if there is no such piece, or it has a shard already. */
bool piece_claim(struct run *r, const struct shard *s);
/* Is source read once: whole by one shard (then its cuts count no more), or each piece by one, and hashed? */
bool pieces_claimed(struct run *r, uint32_t source);
/* What the shard of a piece, or the one that hashes, gave. */
void piece_save(const struct shard *s, struct buf *out);
bool piece_load(struct run *r, const struct shard *s, struct slice *in);
/* Does a line end where the piece begins?  -1: the file is another than when it was cut. */
int piece_verify(const struct run *r, const struct shard *s, struct err *e);

#endif
