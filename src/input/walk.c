/* walk.c - the files below a folder, without trusting any name in it.
 *
 * Why: evidence folders hold link loops, FIFOs that would block and names with any byte. Invariant:
 * openat from an open folder, O_NOFOLLOW, nothing but folders is opened here; the order is that of
 * the names' bytes, never that of readdir.  Source of facts: openat(2), fdopendir(3), POSIX.1-2017.
 *
 * Example: loop -> . is found once as a link and not entered. */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "postmortem/base/buf.h"
#include "postmortem/base/memory.h"

#define WALK_DEPTH 200 /* folders within folders: each holds a file descriptor */

struct names {
    char **rows;
    size_t count, room;
};

static int names_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int names_read(struct names *names, DIR *dir)
{
    const struct dirent *e;
    for (errno = 0; (e = readdir(dir)); errno = 0) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (names->count == names->room) {
            names->room = names->room ? names->room * 2 : 64;
            names->rows = mem_grow(names->rows, names->room, sizeof(*names->rows));
        }
        names->rows[names->count++] = mem_text(e->d_name, strlen(e->d_name));
    }
    int why = errno;
    if (names->count)
        qsort(names->rows, names->count, sizeof(*names->rows), names_order);
    return why;
}

static void walk_level(const struct walk *w, int fd, struct buf *path, unsigned depth);

static void walk_name(const struct walk *w, int fd, const char *name, struct buf *path,
                      unsigned depth)
{
    size_t before = path->n;
    if (before)
        buf_byte(path, '/');
    buf_add(path, slice_str(name));

    struct stat st;
    if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        w->failed(w->context, buf_slice(path), strerror(errno));
    } else if (!S_ISDIR(st.st_mode)) {
        w->found(w->context, buf_slice(path), &st);
    } else if (!w->excluded(w->context, &st)) {
        int sub = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (sub < 0)
            w->failed(w->context, buf_slice(path), strerror(errno));
        else
            walk_level(w, sub, path, depth + 1);
    }
    path->n = before;
}

static void walk_level(const struct walk *w, int fd, struct buf *path, unsigned depth)
{
    struct names names = {0};
    DIR *dir = depth < WALK_DEPTH ? fdopendir(fd) : NULL;
    if (!dir) {
        w->failed(w->context, buf_slice(path),
                  depth < WALK_DEPTH ? strerror(errno) : "folders nested too deep: not entered");
        close(fd);
        return;
    }
    int why = names_read(&names, dir);
    if (why)
        w->failed(w->context, buf_slice(path), strerror(why));
    for (size_t i = 0; i < names.count; i++) {
        walk_name(w, dirfd(dir), names.rows[i], path, depth);
        free(names.rows[i]);
    }
    free(names.rows);
    closedir(dir);
}

void walk_folder(const struct walk *w, int fd)
{
    struct buf path = {0};
    walk_level(w, fd, &path, 0);
    buf_fini(&path);
}
