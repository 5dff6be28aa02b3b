/* The one place where running out of memory ends the program: message, hook (temporaries removed), exit 4. */
#include "postmortem/base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*exhausted_hook)(void);

void mem_on_exhausted(void (*hook)(void))
{
    exhausted_hook = hook;
}

static _Noreturn void exhausted(void)
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
        exhausted();
    return p;
}

void *mem_new_aligned(size_t n)
{
    size_t whole = (n + 63) & ~(size_t)63;
    void *p = whole < n ? NULL : aligned_alloc(64, whole);
    if (!p)
        exhausted();
    return memset(p, 0, whole);
}

void *mem_grow(void *p, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        exhausted();
    size_t n = count * size;
    p = realloc(p, n ? n : 1);
    if (!p)
        exhausted();
    return p;
}

void mem_clear(void *p, size_t n)
{
    memset(p, 0, n);
}

char *mem_text(const char *p, size_t n)
{
    char *text = mem_grow(NULL, n + 1, 1);
    if (n)
        memcpy(text, p, n);
    text[n] = 0;
    return text;
}
