/* Blocks in a chain; the top one is filled, a large request gets a block of its own beneath it.  The first block is small and
 * each is twice the one before, up to a bound: some arenas are many and hold little (one for each host of a collector). */
#include "postmortem/base/arena.h"

#include "postmortem/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct arena_block {
    struct arena_block *below;
    size_t used, size;
    _Alignas(max_align_t) char bytes[];
};

#ifndef BLOCK_MOST /* a fuzz build sets them small, to see what runs over the end of a block */
#define BLOCK_LEAST 512
#define BLOCK_MOST (32 * 1024)
#endif

void arena_fini(struct arena *a)
{
    for (struct arena_block *b = a->top; b;) {
        struct arena_block *below = b->below;
        free(b);
        b = below;
    }
    *a = (struct arena){0};
}

static struct arena_block *block_new(struct arena *a, size_t size, bool own)
{
    if (size > SIZE_MAX / 2)
        mem_grow(NULL, SIZE_MAX, 2);
    struct arena_block *b = mem_new(sizeof *b + size);
    b->size = size;
    if (own && a->top) { /* keep filling the present top */
        b->below = a->top->below;
        a->top->below = b;
    } else {
        b->below = a->top;
        a->top = b;
    }
    return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
    size_t align = _Alignof(max_align_t);
    n = (n + align - 1) & ~(align - 1);
    struct arena_block *b = a->top;
    if (!b || b->size - b->used < n) {
        size_t size = !b ? BLOCK_LEAST : b->size < BLOCK_MOST / 2 ? b->size * 2 : BLOCK_MOST;
        bool own = n > BLOCK_MOST / 4;
        b = block_new(a, own || n > size ? n : size, own);
    }
    void *p = b->bytes + b->used;
    b->used += n;
    a->used += n;
    return p;
}

struct slice arena_copy(struct arena *a, struct slice s)
{
    if (s.n == 0)
        return (struct slice){0};
    char *p = arena_alloc(a, s.n);
    memcpy(p, s.p, s.n);
    return slice_of(p, s.n);
}

struct slice arena_printf(struct arena *a, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (n <= 0)
        return (struct slice){0};
    char *p = arena_alloc(a, (size_t)n + 1);
    va_start(arguments, format);
    vsnprintf(p, (size_t)n + 1, format, arguments);
    va_end(arguments);
    return slice_of(p, (size_t)n);
}
