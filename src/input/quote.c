/* quote.c - the raw text of single lines again, for the report's quotations.
 *
 * Why: the analyses keep places, not texts.  Invariant: the text is what lines_next gave for the
 * line that starts there (its first limit bytes); a plain file is read only at the places, a stream
 * no further than the last one. Source of facts: pread(2).
 *
 * Example: offsets {0, 4096} of a plain file cost two reads, where the lines are short. */
#include <stdlib.h>
#include <unistd.h>

#include "lines_sized.h"
#include "plain.h"
#include "postmortem/base/memory.h"

typedef void quote_found(void *context, size_t i, struct slice text);

enum { SHORT = 512 }; /* bytes; most lines are shorter */

/* The line at an offset, or its first limit bytes. */
static struct slice line_read(int fd, char *bytes, size_t limit, uint64_t at)
{
    size_t first = limit < SHORT ? limit : SHORT;
    struct slice text = slice_of(bytes, plain_read(fd, bytes, first, at));
    size_t n = slice_chr(text, '\n');
    if (n == first && first < limit) {
        text.n += plain_read(fd, bytes + first, limit - first, at + first);
        n = slice_chr(text, '\n');
    }
    return slice_head(text, n);
}

/* false: not a plain file that can be read at will. */
static bool quote_plain(const struct inventory *v, uint32_t source, const uint64_t *offsets,
                        size_t n, size_t limit, quote_found *found, void *context)
{
    uint64_t size;
    int fd = plain_open(v, source, &size);
    if (fd < 0)
        return false;
    char *bytes = mem_grow(NULL, limit + 3, 1);
    for (size_t i = 0; i < n; i++) {
        if (offsets[i] >= size)
            break;
        struct slice text = line_read(fd, bytes, limit + 3, offsets[i]);
        size_t kept = v->limits.line < limit ? v->limits.line : limit;
        if (offsets[i] == 0) {
            text = slice_head(text, v->limits.line);
            slice_eat(&text, SLICE("\xef\xbb\xbf"));
        }
        found(context, i, slice_head(text, kept));
    }
    free(bytes);
    close(fd);
    return true;
}

void lines_quote(const struct inventory *v, uint32_t source, struct cursors *cursors,
                 const uint64_t *offsets, size_t n, size_t limit, quote_found *found, void *context)
{
    if (n == 0 || v->sources[source].shut)
        return;
    if (quote_plain(v, source, offsets, n, limit, found, context))
        return;
    struct lines *l = lines_open_sized(v, source, cursors, false, false, 256U << 10, 0);
    struct lines_result result;
    struct line line;
    size_t i = 0;
    while (i < n && lines_next(l, &line) == 1)
        for (; i < n && offsets[i] < line.offset + line.bytes; i++)
            if (offsets[i] == line.offset)
                found(context, i, slice_head(line.text, limit));
    lines_close(l, &result);
    lines_result_fini(&result);
}
