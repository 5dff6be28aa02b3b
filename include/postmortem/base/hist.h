/* hist.h - a log-linear histogram of non-negative integers (microseconds): n, min, max, sum exact; quantiles
 * within 1 % (each octave is cut into 128; a bucket answers with its middle, so the error is at most 0.4 %).
 * Sparse: memory follows the number of distinct buckets met, and adding touches one place of it: a log has thousands of
 * destination domains, so most histograms are cold.  Adding and merging commute exactly. */
#ifndef POSTMORTEM_BASE_HIST_H
#define POSTMORTEM_BASE_HIST_H

#include "postmortem/base/buf.h"

struct hist {
    uint64_t n, min, max, sum; /* min and max are defined where n > 0; sum saturates */
    uint64_t *slots;           /* (bucket + 1) << 48 | its count, by hash of the bucket; 0: empty */
    uint32_t count, capacity;  /* buckets met; slots */
};

/* A zeroed struct hist is empty and ready. */
void hist_fini(struct hist *h);
void hist_add(struct hist *h, uint64_t value);
/* Fetch into the cache what hist_add of value will touch: worth it some hundred instructions before. */
void hist_expect(const struct hist *h, uint64_t value);
void hist_merge(struct hist *into, const struct hist *from);
/* The value at or below which per_mille/1000 of the values lie (nearest rank), clamped to [min, max]; 0 if empty. */
uint64_t hist_quantile(const struct hist *h, unsigned per_mille);
/* n of them at once, which costs little more than one; per_mille ascends. */
void hist_quantiles(const struct hist *h, const unsigned *per_mille, size_t n, uint64_t *out);
void hist_save(const struct hist *h, struct buf *out);
/* Into an empty histogram.  false on damage; h then is still to be freed. */
bool hist_load(struct hist *h, struct slice *in);

#endif
