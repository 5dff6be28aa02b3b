/* Bytes to a file in large writes: a report of any size passes through one small buffer.
 *
 * Invariant: after the first failed write nothing more is written and the error is kept for sink_finish.
 * Source: write(2), fsync(2); short writes and EINTR are resumed.  Example: ENOSPC at byte 4096 of report.json.
 */
#include "render.h"

#include <errno.h>
#include <unistd.h>

enum { PUSH_AT = 64 * 1024 };

static void sink_drain(struct sink *s)
{
    size_t done = 0;
    while (!s->error && done < s->out.n) {
        ssize_t n = write(s->fd, s->out.p + done, s->out.n - done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            s->error = n == 0 ? EIO : errno;
    }
    s->written += s->out.n;
    s->out.n = 0;
}

void sink_push(struct sink *s)
{
    if (s->out.n >= PUSH_AT)
        sink_drain(s);
}

void sink_text(struct sink *s, const char *text)
{
    buf_add(&s->out, slice_str(text));
}

int sink_finish(struct sink *s)
{
    sink_drain(s);
    buf_fini(&s->out);
    if (s->error) {
        errno = s->error;
        return -1;
    }
    return 0;
}
