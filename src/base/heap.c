/* Memory that is touched for the first time costs a page fault: in a virtual machine 11 microseconds were measured for
 * each 4 KiB, a quarter of one where the page is a large one (2 MiB).  A report on 1 GB of Postfix met 10,300 faults, and
 * meets 1,400.
 *
 * Why not an allocator of our own: the C library's is told once where to be, and everything it gives out, to libraries
 * too, lies there.  What is allocated and given back at once stays with the allocator if it is told not to return memory;
 * in between it is marked.  Invariant: nothing but speed depends on it.
 * Sources: mallopt(3), madvise(2); glibc 2.36, malloc/malloc.c (a block below the threshold comes from the heap's top, and
 * a heap of a thread other than the first ends at 64 MiB). */
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

/* The threshold above which a block is a mapping of its own: the largest that mallopt takes.  Blocks are as large as may
 * be, because each one's header is written, and so makes small pages of the large one that it lies in. */
enum { OWN_MAPPING = 32 << 20, BLOCK = 31 << 20, BLOCKS_MOST = 8 };

static bool limited(void)
{
    struct rlimit space, data;
    return getrlimit(RLIMIT_AS, &space) || getrlimit(RLIMIT_DATA, &data) ||
           space.rlim_cur != RLIM_INFINITY || data.rlim_cur != RLIM_INFINITY;
}

void heap_reserve(size_t n)
{
    static bool told;
    if (limited())
        return;
    if (!told)
        told = mallopt(M_MMAP_THRESHOLD, OWN_MAPPING) && mallopt(M_TRIM_THRESHOLD, INT32_MAX);
    size_t page = (size_t)sysconf(_SC_PAGESIZE), count = 0;
    size_t most = told ? (n + BLOCK - 1) / BLOCK : 0;
    void *blocks[BLOCKS_MOST];
    while (count < BLOCKS_MOST && count < most) {
        void *block = aligned_alloc(page, BLOCK); /* which may fail: memory.c does not see it */
        if (!block)
            break;
        madvise(block, BLOCK, MADV_HUGEPAGE);
        blocks[count++] = block;
    }
    while (count > 0)
        free(blocks[--count]);
}

#else

void heap_reserve(size_t n)
{
    (void)n;
}

#endif
