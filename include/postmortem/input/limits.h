/* limits.h - the limits of reading: each an option with this default; each hit is a problem in the
 * report. */
#ifndef POSTMORTEM_INPUT_LIMITS_H
#define POSTMORTEM_INPUT_LIMITS_H

#include <stddef.h>
#include <stdint.h>

struct limits {
    unsigned depth;   /* containers within containers: 5 */
    uint64_t entries; /* entries per archive: 200,000 */
    uint64_t ratio;   /* decompressed : compressed: 1,100 (deflate cannot exceed 1,032); a warning
                         from 200 */
    uint64_t ratio_after; /* ... judged after this many decompressed bytes: 64 MiB */
    uint64_t total;       /* decompressed bytes of one archive: 1 TiB */
    size_t line;          /* bytes of one line kept; the rest is counted: 65,536 */
    uint64_t memory;      /* what a decompressor may ask for: 256 MiB */
};

extern const struct limits limits_default;

#endif
