/* sketch.h - how many distinct things: the k smallest values of a fixed hash (k-minimum-values, Bar-Yossef et al.
 * 2002).  Exact up to SKETCH_K distinct values, about 3 % standard error beyond.  Merge order does not matter. */
#ifndef POSTMORTEM_BASE_SKETCH_H
#define POSTMORTEM_BASE_SKETCH_H

#include "postmortem/base/buf.h"

#define SKETCH_K 1024

struct sketch {
    uint64_t *hashes; /* sorted, distinct, at most SKETCH_K */
    uint32_t count, room;
    bool full; /* more than SKETCH_K distinct values were met: the estimate is no longer exact */
};

void sketch_fini(struct sketch *s);
void sketch_add(struct sketch *s, struct slice value);
void sketch_merge(struct sketch *into, const struct sketch *from);
uint64_t sketch_estimate(const struct sketch *s);
void sketch_save(const struct sketch *s, struct buf *out);
bool sketch_load(struct sketch *s, struct slice *in);

#endif
