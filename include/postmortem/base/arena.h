/* arena.h - memory that is freed all at once: the shard's and the document's home for what lives as long as they. */
#ifndef POSTMORTEM_BASE_ARENA_H
#define POSTMORTEM_BASE_ARENA_H

#include "postmortem/base/slice.h"

struct arena_block;
struct arena {
    struct arena_block *top;
    size_t used;
};

/* A zeroed struct arena is empty and ready. */
void arena_fini(struct arena *a);
/* n zeroed bytes, aligned for anything. */
void *arena_alloc(struct arena *a, size_t n);
struct slice arena_copy(struct arena *a, struct slice s);
struct slice arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
