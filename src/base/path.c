/* Paths longer than one call takes.
 *
 * Why: an evidence folder may lie deeper than PATH_MAX, and its files are opened by their whole path.  Invariant: the
 * folders on the way are passed, not read (O_PATH), so a folder that may be searched only, by its mode or because the
 * process is confined, is no obstacle.  Source of facts: openat(2), path_resolution(7).
 *
 * Example: 40 folders of 120 characters each, and in the last "current". */
#include "postmortem/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "postmortem/base/memory.h"

#define PATH_STEP 2048

int path_open(struct slice path, int flags)
{
    int at = AT_FDCWD;
    if (path.n == 0 || memchr(path.p, '\0', path.n)) {
        errno = ENOENT;
        return -1;
    }
    while (path.n > PATH_STEP) {
        size_t cut = slice_rchr(slice_head(path, PATH_STEP), '/');
        if (cut == PATH_STEP || cut == 0)
            break; /* one name this long: let the kernel say so */
        char *part = mem_text(path.p, cut);
        int next = openat(at, part, O_PATH | O_DIRECTORY | O_CLOEXEC);
        free(part);
        int why = errno;
        if (at != AT_FDCWD)
            close(at);
        errno = why;
        if (next < 0)
            return -1;
        at = next;
        for (path = slice_from(path, cut); path.n && path.p[0] == '/'; path = slice_from(path, 1))
            ;
    }
    char *text = mem_text(path.p, path.n);
    int fd;
    do
        fd = openat(at, text, flags);
    while (fd < 0 && errno == EINTR);
    free(text);
    int why = errno;
    if (at != AT_FDCWD)
        close(at);
    errno = why;
    return fd;
}
