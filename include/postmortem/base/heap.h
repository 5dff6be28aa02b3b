/* heap.h - the heap in large pages, where the system has them. */
#ifndef POSTMORTEM_BASE_HEAP_H
#define POSTMORTEM_BASE_HEAP_H

#include <stddef.h>

/* What a queue of some 500,000 messages takes; and all that the C library has for a thread other than the first. */
enum { HEAP_OF_MAIN = 248 << 20, HEAP_OF_THREAD = 62 << 20 };

/* Address space for about n bytes of the calling thread's later allocations, in large pages; no memory is taken before it
 * is written to.  main first, before there are threads; then each thread once, at its start.  Nothing is told: without
 * it (another C library, a limit on address space, a sanitizer, a kernel set to `never`) all is the same, but slower. */
void heap_reserve(size_t n);

#endif
