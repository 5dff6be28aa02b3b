/* Files as a whole: plans and partial files.
 *
 * Invariant: what stands under the name is whole: it is written beside it (NAME.tmp, 0600), synced and renamed; a signal or
 * a failure leaves nothing of it.  Sources: rename(2), renameat2(2), flock(2). */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    char path[PATH_MAX];
    volatile sig_atomic_t live;
} temporary;

void file_abandon(void)
{
    if (temporary.live)
        unlink(temporary.path);
}

static int read_all(int fd, const char *path, uint64_t limit, struct buf *out, struct err *e)
{
    enum { STEP = 1 << 20 };
    for (;;) {
        ssize_t n = read(fd, buf_room(out, STEP), STEP);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_USAGE, "%s: cannot be read: %s", path, strerror(errno));
        if (n == 0)
            return 0;
        out->n += (size_t)n;
        if (out->n > limit)
            return err_set(e, ERR_USAGE, "%s: is too large", path);
    }
}

int file_read(const char *path, uint64_t limit, struct buf *out, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(e, ERR_USAGE, "%s: cannot be opened: %s", path, strerror(errno));
    int failed = fstat(fd, &st) || !S_ISREG(st.st_mode);
    if (failed)
        err_set(e, ERR_USAGE, "%s: is not a file", path);
    else
        failed = read_all(fd, path, limit, out, e);
    close(fd);
    return failed ? -1 : 0;
}

int file_check(const char *path, bool force, struct err *e)
{
    struct stat st;
    if (lstat(path, &st))
        return errno == ENOENT ? 0 : err_set(e, ERR_OUTPUT, "%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_USAGE, "%s: exists and is not a file", path);
    return force ? 0 : err_set(e, ERR_USAGE, "%s: exists already (--force replaces it)", path);
}

bool file_same(const char *a, const char *b)
{
    struct stat x, y;
    return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

bool file_is_input(const char *path, const struct inventory *v, struct err *e)
{
    struct stat st;
    char input[PATH_MAX];
    if (stat(path, &st))
        return false;
    for (size_t i = 0; i < v->inputs_count; i++) {
        snprintf(input, sizeof input, "%.*s",
                 SLICE_ARG(slice_head(v->inputs[i].path, sizeof input - 1)));
        if (!file_same(path, input))
            continue;
        err_set(e, ERR_USAGE, "%s: is evidence, and %s would replace it: choose another place",
                input, path);
        return true;
    }
    return false;
}

static int write_all(int fd, struct slice bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        bytes = slice_from(bytes, (size_t)n);
    }
    return fsync(fd);
}

static int place(const char *path, bool force)
{
    int failed = -1;
    if (!force)
        failed = renameat2(AT_FDCWD, temporary.path, AT_FDCWD, path, RENAME_NOREPLACE);
    if (force || (failed && (errno == EINVAL || errno == ENOSYS)))
        failed = rename(temporary.path, path);
    return failed;
}

/* The temporary, empty and ours alone: what a dead run left is taken over, what a running one holds is not. */
static int temporary_open(void)
{
    for (;;) {
        struct stat opened, named;
        int fd = open(temporary.path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0)
            return -1;
        int locked = flock(fd, LOCK_EX | LOCK_NB);
        if (!locked && !fstat(fd, &opened) && !lstat(temporary.path, &named) &&
            opened.st_ino == named.st_ino && opened.st_dev == named.st_dev && !ftruncate(fd, 0))
            return fd;
        int error = errno;
        close(fd);
        errno = error;
        if (locked)
            return -1;
    }
}

int file_write(const char *path, struct slice bytes, bool force, struct err *e)
{
    int n = snprintf(temporary.path, sizeof temporary.path, "%s.tmp", path);
    if (n < 0 || (size_t)n >= sizeof temporary.path)
        return err_set(e, ERR_USAGE, "%s: the path is too long", path);
    if (file_check(path, force, e))
        return -1;
    int fd = temporary_open();
    if (fd < 0)
        return err_set(e, ERR_OUTPUT, "%s: %s", temporary.path,
                       errno == EWOULDBLOCK ? "another run is writing here" : strerror(errno));
    temporary.live = 1;
    int failed = write_all(fd, bytes), error = errno;
    if (close(fd) && !failed) {
        failed = -1;
        error = errno;
    }
    if (!failed && (failed = place(path, force)))
        error = errno;
    if (failed)
        unlink(temporary.path);
    temporary.live = 0;
    return failed ? err_set(e, ERR_OUTPUT, "%s: %s", path, strerror(error)) : 0;
}
