/* The one place where running out of memory ends the program: message, hook (temporaries removed), exit 4.
 *
 * Why the C library's own names are taken over below: libraries ask for memory too, and what they do when they get none
 * was measured: libxlsxwriter 1.1.4 crashes, or leaves out a cell and says nothing; libarchive 3.6.2 ends the program
 * with exit code 1, or calls the evidence damaged.  Invariant: whoever asked, no report is written with something
 * missing from it for want of memory.  Only a request that a hostile file may have talked a library into (over
 * LIBRARY_MOST) is refused softly.  Source: glibc manual, "Replacing malloc". */
#include "postmortem/base/memory.h"

#include "postmortem/base/sanitized.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*exhausted_hook)(void);

void mem_on_exhausted(void (*hook)(void))
{
    exhausted_hook = hook;
}

_Noreturn void mem_exhausted(void)
{
    static const char text[] =
        "postmortem: out of memory: nothing was written; give it more, or split the evidence\n";
    if (exhausted_hook)
        exhausted_hook();
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    _exit(4);
}

void *mem_new(size_t n)
{
    void *p = calloc(1, n ? n : 1);
    if (!p)
        mem_exhausted();
    return p;
}

void *mem_new_aligned(size_t n)
{
    size_t whole = (n + 63) & ~(size_t)63;
    void *p = whole < n ? NULL : aligned_alloc(64, whole);
    if (!p)
        mem_exhausted();
    return memset(p, 0, whole);
}

void *mem_grow(void *p, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        mem_exhausted();
    size_t n = count * size;
    p = realloc(p, n ? n : 1);
    if (!p)
        mem_exhausted();
    return p;
}

/* Calls they stay, whatever is optimised across files. */
#if defined(__GNUC__) && !defined(__clang__)
#define CALLED __attribute__((noipa))
#else
#define CALLED __attribute__((noinline))
#endif

CALLED void mem_clear(void *p, size_t n)
{
    memset(p, 0, n);
}

CALLED void mem_copy(void *to, const void *from, size_t n)
{
    memcpy(to, from, n);
}

char *mem_text(const char *p, size_t n)
{
    char *text = mem_grow(NULL, n + 1, 1);
    if (n)
        memcpy(text, p, n);
    text[n] = 0;
    return text;
}

#if defined(__GLIBC__) && !SANITIZED

enum { LIBRARY_MOST = 64 << 20 };

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n)
{
    void *p = __libc_malloc(n);
    if (!p && n <= LIBRARY_MOST)
        mem_exhausted();
    return p;
}

void *calloc(size_t count, size_t size)
{
    void *p = __libc_calloc(count, size);
    if (!p && (size == 0 || count <= LIBRARY_MOST / size))
        mem_exhausted();
    return p;
}

void *realloc(void *old, size_t n)
{
    void *p = __libc_realloc(old, n);
    if (!p && n && n <= LIBRARY_MOST)
        mem_exhausted();
    return p;
}

#endif
