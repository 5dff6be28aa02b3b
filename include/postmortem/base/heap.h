/* heap.h - the heap in large pages, where the system has them. */
#ifndef POSTMORTEM_BASE_HEAP_H
#define POSTMORTEM_BASE_HEAP_H

/* What a queue of some 500,000 messages takes (half of what was measured for a million); and the most that the C library
 * gives a thread in one block without making a mapping of it. */
enum { HEAP_OF_MAIN = 248 << 20, HEAP_OF_THREAD = 31 << 20 };

/* Address space of HEAP_OF_MAIN bytes for what main allocates later, in large pages; no memory is taken before it is
 * written to.  Once, before there are threads.  Nothing is told: without it (another C library, a limit on address space,
 * a sanitizer, a kernel set to `never`) all is the same, but slower. */
void heap_begin(void);
/* The same for the calling thread, which is not the first: HEAP_OF_THREAD bytes.  Once, at its start; what it gives (NULL,
 * too) is freed at its end. */
void *heap_of_thread(void);

#endif
