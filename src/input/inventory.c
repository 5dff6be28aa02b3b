/* inventory.c - the list of inputs, sources and problems, and what may be put on it.
 *
 * Why: everything later (who reads what, what the report calls incomplete) rests on this list, so
 * whatever was named or found is on it, if only to say that it was skipped.  Invariant: a problem
 * always points at a listed input. Source of facts: stat(2), inode(7).
 *
 * Example: a FIFO named on the command line is an input of container "fifo" with problem
 * "skipped-special". */
#include "postmortem/input/inventory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "damage.h"
#include "postmortem/base/memory.h"
#include "postmortem/base/path.h"
#include "survey.h"
#include "walk.h"

struct folder_id {
    dev_t dev;
    ino_t ino;
};

void inventory_init(struct inventory *v, const struct limits *limits, bool no_hash)
{
    *v = (struct inventory){.limits = limits ? *limits : limits_default, .no_hash = no_hash};
    if (v->limits.depth > 32)
        v->limits.depth = 32;
    if (v->limits.line == 0)
        v->limits.line = 1;
}

void inventory_fini(struct inventory *v)
{
    for (size_t i = 0; i < v->inputs_count; i++)
        free(v->inputs[i].memory_owned);
    free(v->inputs);
    free(v->sources);
    free(v->problems);
    free(v->excluded);
    arena_fini(&v->arena);
    *v = (struct inventory){0};
}

void inventory_exclude(struct inventory *v, const char *folder)
{
    struct stat st;
    if (stat(folder, &st) != 0)
        return;
    v->excluded = mem_grow(v->excluded, v->excluded_count + 1, sizeof(*v->excluded));
    v->excluded[v->excluded_count++] = (struct folder_id){st.st_dev, st.st_ino};
}

void inventory_problem(struct inventory *v, const struct problem *p)
{
    if (v->problems_count == v->problems_room) {
        v->problems_room = v->problems_room ? v->problems_room * 2 : 64;
        v->problems = mem_grow(v->problems, v->problems_room, sizeof(*v->problems));
    }
    struct problem *row = &v->problems[v->problems_count++];
    *row = *p;
    row->text = arena_copy(&v->arena, p->text);
}

static uint32_t input_new(struct inventory *v, struct slice path, struct slice relative, bool named)
{
    if (v->inputs_count == v->inputs_room) {
        v->inputs_room = v->inputs_room ? v->inputs_room * 2 : 64;
        v->inputs = mem_grow(v->inputs, v->inputs_room, sizeof(*v->inputs));
    }
    v->inputs[v->inputs_count] = (struct input){.path = arena_copy(&v->arena, path),
                                                .relative = arena_copy(&v->arena, relative),
                                                .named = named,
                                                .mtime = WHEN_NONE,
                                                .container = "file",
                                                .duplicate_of = NO_SOURCE};
    return (uint32_t)v->inputs_count++;
}

static void input_refuse(struct inventory *v, uint32_t input, const char *what,
                         enum damage_kind kind, const char *why)
{
    struct damage d = {0};
    damage_add(&d, kind, NO_OFFSET, 0, "%s", why);
    v->inputs[input].container = what;
    v->inputs[input].status = d.status;
    survey_tell(v, input, NO_SOURCE, &d);
    damage_fini(&d);
}

/* List what is no folder; read it if it is a regular file. */
static void input_list(struct inventory *v, uint32_t input, const struct stat *st)
{
    bool named = v->inputs[input].named;
    enum damage_kind special = named ? DAMAGE_NAMED_SPECIAL : DAMAGE_SKIPPED_SPECIAL;
    if (S_ISLNK(st->st_mode)) {
        input_refuse(v, input, "link", DAMAGE_SKIPPED_LINK,
                     "a symbolic link found in a folder is not followed");
    } else if (S_ISFIFO(st->st_mode)) {
        input_refuse(v, input, "fifo", special,
                     "a FIFO is not read: give its data on standard input");
    } else if (S_ISSOCK(st->st_mode)) {
        input_refuse(v, input, "socket", special, "a socket is not read");
    } else if (!S_ISREG(st->st_mode)) {
        input_refuse(v, input, "device", special, "a device is not read");
    } else {
        struct input *in = &v->inputs[input];
        in->size_seen = (uint64_t)st->st_size;
        in->mtime = (when)st->st_mtim.tv_sec * SECOND + st->st_mtim.tv_nsec / 1000;
        survey_input(v, input);
    }
}

struct visit {
    struct inventory *v;
    struct slice folder; /* as given, without slashes at its end */
};

static uint32_t visit_input(struct visit *visit, struct slice path)
{
    struct inventory *v = visit->v;
    bool root = slice_eq(visit->folder, SLICE("/"));
    struct slice full = visit->folder;
    if (path.n) {
        size_t n = visit->folder.n + !root + path.n;
        char *text = arena_alloc(&v->arena, n);
        memcpy(text, visit->folder.p, visit->folder.n);
        text[visit->folder.n] = '/'; /* overwritten by path where the folder is the root itself */
        memcpy(text + visit->folder.n + !root, path.p, path.n);
        full = slice_of(text, n);
    }
    return input_new(v, full, path.n ? path : full, false);
}

static void visit_found(void *context, struct slice path, const struct stat *st)
{
    struct visit *visit = context;
    uint32_t input = visit_input(visit, path);
    input_list(visit->v, input, st);
}

static void visit_failed(void *context, struct slice path, const char *why)
{
    struct visit *visit = context;
    uint32_t input = visit_input(visit, path);
    input_refuse(visit->v, input, "folder", DAMAGE_UNREADABLE, why);
}

static bool visit_excluded(void *context, const struct stat *st)
{
    const struct inventory *v = ((struct visit *)context)->v;
    for (size_t i = 0; i < v->excluded_count; i++)
        if (v->excluded[i].dev == st->st_dev && v->excluded[i].ino == st->st_ino)
            return true;
    return false;
}

static int inventory_add_input(struct inventory *v)
{
    uint64_t limit = v->limits.total / 1024;
    size_t room = 1U << 20, n = 0;
    char *bytes = mem_grow(NULL, room, 1);
    uint32_t input = input_new(v, SLICE("-"), SLICE("-"), true);
    struct damage d = {0};
    for (;;) {
        if (n == room && room < limit)
            bytes = mem_grow(bytes, room *= 2, 1);
        size_t want = room < limit ? room - n : limit > n ? (size_t)(limit - n) : 0;
        if (want > room - n)
            want = room - n;
        ssize_t got = want ? read(STDIN_FILENO, bytes + n, want) : 0;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            damage_add(&d, n ? DAMAGE_CUT_BY_ERROR : DAMAGE_UNREADABLE, n, 0,
                       "reading standard input failed (%s): the %zu bytes before it are kept",
                       strerror(errno), n);
        if (!want)
            damage_add(&d, DAMAGE_TOTAL_LIMIT, n, 0,
                       "standard input holds over %zu bytes: what follows is not read", n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    struct input *in = &v->inputs[input];
    in->memory_owned = bytes;
    in->memory = slice_of(bytes, n);
    in->size_seen = n;
    survey_input(v, input);
    v->inputs[input].status = status_graver(v->inputs[input].status, d.status);
    int rc = d.status == STATUS_UNREADABLE ? -1 : 0;
    survey_tell(v, input, NO_SOURCE, &d);
    damage_fini(&d);
    return rc;
}

int inventory_add(struct inventory *v, const char *path)
{
    if (strcmp(path, "-") == 0)
        return inventory_add_input(v);

    struct slice whole = slice_str(path);
    while (whole.n > 1 && whole.p[whole.n - 1] == '/')
        whole.n--;
    struct stat st;
    int fd = path_open(whole, O_PATH | O_CLOEXEC); /* named links are followed */
    if (fd < 0 || fstat(fd, &st) != 0) {
        uint32_t input = input_new(v, whole, whole, true);
        input_refuse(v, input, "missing", DAMAGE_UNREADABLE, strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    close(fd);
    if (S_ISDIR(st.st_mode)) {
        struct visit visit = {v, whole};
        struct walk walk = {&visit, visit_found, visit_failed, visit_excluded};
        if (visit_excluded(&visit, &st))
            return 0;
        fd = path_open(whole, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) {
            visit_failed(&visit, SLICE(""), strerror(errno));
            return -1;
        }
        walk_folder(&walk, fd);
        return 0;
    }
    size_t slash = slice_rchr(whole, '/');
    struct slice last = slash < whole.n ? slice_from(whole, slash + 1) : whole;
    uint32_t input = input_new(v, whole, last, true);
    input_list(v, input, &st);
    return v->inputs[input].status == STATUS_UNREADABLE ? -1 : 0;
}

uint32_t inventory_duplicate_of(const struct inventory *v, uint32_t source)
{
    return v->sources[source].duplicate_of;
}
