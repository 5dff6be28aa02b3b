/* memory.h - allocation that does not fail: out of memory ends the program in one place, with exit code 4.
 * That holds for libraries too: malloc, calloc and realloc of this process are taken over (not in a build with a
 * sanitizer), so that no library goes on with a piece missing. */
#ifndef POSTMORTEM_BASE_MEMORY_H
#define POSTMORTEM_BASE_MEMORY_H

#include <stddef.h>

/* n zeroed bytes.  The caller frees with free(). */
void *mem_new(size_t n);
/* n zeroed bytes that begin on a cache line (64 bytes).  The caller frees with free(). */
void *mem_new_aligned(size_t n);
/* p resized to count * size bytes; the product is checked.  New bytes are not cleared. */
void *mem_grow(void *p, size_t count, size_t size);
/* A NUL-terminated copy of n bytes. */
char *mem_text(const char *p, size_t n);
/* n bytes set to zero.  A call on purpose: for a size it knows gcc chooses "rep stos", which is several times slower
 * than the C library for the few hundred bytes of a node. */
void mem_clear(void *p, size_t n);
/* n bytes copied; the two do not overlap.  A call on purpose, as above. */
void mem_copy(void *to, const void *from, size_t n);
/* Memory ran out: the hook, the message, exit 4. */
_Noreturn void mem_exhausted(void);
/* What runs before the exit when memory ran out (removing temporaries).  One hook; NULL clears it. */
void mem_on_exhausted(void (*hook)(void));

#endif
