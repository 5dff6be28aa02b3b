/* hist.h - a log-linear histogram of non-negative integers (microseconds): n, min, max, sum exact; quantiles
 * within 1 % (each octave is cut into 128; a bucket answers with its middle, so the error is at most 0.4 %).
 * Sparse: memory follows the number of distinct buckets met; after 16,384 values it takes 60 KiB and adding costs one
 * look-up.  Adding and merging commute exactly. */
#ifndef POSTMORTEM_BASE_HIST_H
#define POSTMORTEM_BASE_HIST_H

#include "postmortem/base/buf.h"

struct hist {
    uint64_t n, min, max, sum; /* min and max are defined where n > 0; sum saturates */
    uint16_t *indexes;         /* of the buckets met, ascending; NULL once dense */
    uint64_t *counts;          /* beside indexes; dense: of every bucket there is */
    uint32_t count, room;      /* of indexes */
};

/* A zeroed struct hist is empty and ready. */
void hist_fini(struct hist *h);
void hist_add(struct hist *h, uint64_t value);
/* Make it dense now: for the few that every delivery of a log is added to. */
void hist_dense(struct hist *h);
void hist_merge(struct hist *into, const struct hist *from);
/* The value at or below which per_mille/1000 of the values lie (nearest rank), clamped to [min, max]; 0 if empty. */
uint64_t hist_quantile(const struct hist *h, unsigned per_mille);
void hist_save(const struct hist *h, struct buf *out);
bool hist_load(struct hist *h, struct slice *in);

#endif
