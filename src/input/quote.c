/* quote.c - the raw text of single lines again, for the report's quotations.
 *
 * Why: the analyses keep places, not texts.  Invariant: the text is what lines_next gave for the
 * line that starts there (its first limit bytes); a plain file is read only at the places, a stream
 * no further than the last one. Source of facts: pread(2).
 *
 * Example: offsets {0, 4096} of a plain file cost two reads. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lines_sized.h"
#include "postmortem/base/memory.h"
#include "postmortem/base/path.h"

typedef void quote_found(void *context, size_t i, struct slice text);

static size_t quote_read(int fd, char *to, size_t n, uint64_t at)
{
    size_t have = 0;
    while (have < n) {
        ssize_t got = pread(fd, to + have, n - have, (off_t)(at + have));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        have += (size_t)got;
    }
    return have;
}

/* false: not a plain file that can be read at will. */
static bool quote_plain(const struct inventory *v, const struct source *src,
                        const uint64_t *offsets, size_t n, size_t limit, quote_found *found,
                        void *context)
{
    const struct input *in = &v->inputs[src->input];
    struct stat st;
    if (src->locator.n || src->wide || in->memory.p || strcmp(in->container, "file") != 0)
        return false;
    int fd = path_open(in->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (in->named ? 0 : O_NOFOLLOW));
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    char *bytes = mem_grow(NULL, limit + 3, 1);
    for (size_t i = 0; i < n; i++) {
        if (offsets[i] >= (uint64_t)st.st_size)
            break;
        struct slice text = slice_of(bytes, quote_read(fd, bytes, limit + 3, offsets[i]));
        text = slice_head(text, slice_chr(text, '\n'));
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

void lines_quote(const struct inventory *v, uint32_t source, const uint64_t *offsets, size_t n,
                 size_t limit, quote_found *found, void *context)
{
    const struct source *src = &v->sources[source];
    if (n == 0 || src->shut)
        return;
    if (quote_plain(v, src, offsets, n, limit, found, context))
        return;
    struct lines *l = lines_open_sized(v, source, NULL, false, false, 256U << 10);
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
