/* Memory that is touched for the first time costs a page fault: in a virtual machine 11 microseconds were measured for
 * each 4 KiB, a quarter of one where the page is a large one (2 MiB).  A report on 1 GB of Postfix met 10,300 faults, and
 * meets 500.
 *
 * Why not an allocator of our own: the C library's is told once where to be, and everything it gives out, to libraries
 * too, lies there.  The first block after the start makes its heap grow by all that is reserved; a thread's heap grows by a
 * block that is given back at once, and is told not to shrink.  Invariant: nothing but speed depends on it, and the few
 * pages that this itself writes to are all it takes.
 * Sources: mallopt(3), madvise(2); glibc 2.36, malloc/malloc.c (a block below the threshold comes from the heap's top,
 * and a heap of a thread other than the first ends at 64 MiB). */
#include "postmortem/base/heap.h"

#include "postmortem/base/sanitized.h"

#include <stdlib.h>

#if defined(__GLIBC__) && !SANITIZED /* which <stdlib.h> tells */

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* The threshold above which a block is a mapping of its own: the largest that mallopt takes.  First: more than the heap
 * has at the start.  What it grows by: as if nothing had been set. */
enum { OWN_MAPPING = 32 << 20, FIRST = 1 << 20, TOP_PAD = 128 << 10, PAGE = 4096 };

/* The usual one; where another is, a little is skipped for nothing. */
enum { LARGE_PAGE = 2 << 20 };

static void *begun; /* by main, before there are threads: what skip_from gave it, never freed */

static bool limited(void)
{
    struct rlimit space, data;
    return getrlimit(RLIMIT_AS, &space) || getrlimit(RLIMIT_DATA, &data) ||
           space.rlim_cur != RLIM_INFINITY || data.rlim_cur != RLIM_INFINITY;
}

/* A block of whole pages; NULL where there is none, which ends nothing (memory.c does not see it). */
static char *block(size_t n)
{
    return aligned_alloc((size_t)sysconf(_SC_PAGESIZE), n);
}

/* A block from where the heap goes on to the next large page of which nothing was written to, as something was up to
 * `written` bytes from there (the head of what then was left of the heap).  A page begun with small ones stays so: all 511
 * others would be met one by one.  The block is never written to. */
static void *skip_from(uintptr_t heap, size_t written)
{
    uintptr_t over = (heap + written) % LARGE_PAGE;
    return malloc(written + (over ? LARGE_PAGE - over : 0));
}

void heap_begin(void)
{
    if (limited() || !mallopt(M_MMAP_THRESHOLD, OWN_MAPPING))
        return;
    mallopt(M_TRIM_THRESHOLD, INT32_MAX);
    mallopt(M_TOP_PAD, HEAP_OF_MAIN);
    char *first = block(FIRST), *end = sbrk(0);
    mallopt(M_TOP_PAD, TOP_PAD);
    if (first && end > first && end - first <= HEAP_OF_MAIN + OWN_MAPPING)
        madvise(first, (size_t)(end - first), MADV_HUGEPAGE);
    uintptr_t from = (uintptr_t)first;
    free(first);
    begun = skip_from(from, FIRST + PAGE);
}

void *heap_of_thread(void)
{
    char *all = begun ? block(HEAP_OF_THREAD) : NULL;
    if (!all)
        return NULL;
    madvise(all, HEAP_OF_THREAD, MADV_HUGEPAGE);
    uintptr_t from = (uintptr_t)all;
    free(all);
    return skip_from(from, 0);
}

#else

void heap_begin(void)
{
}

void *heap_of_thread(void)
{
    return NULL;
}

#endif
