/* Reports appear whole or not at all.
 *
 * Invariant: every file is written to a temporary beside its place (.postmortem-*.tmp, 0600, O_EXCL), synced, and
 * takes its place only after all of them are complete; report.json, which holds the hashes of the others, comes last, so
 * whoever sees a new report.json sees the files it names.  New and old change places, and the old ones go when all are
 * done: what fails on the way is taken back.  A lock on the folder keeps two runs apart; temporaries found under the
 * lock belong to a run that died.
 * Sources: rename(2), renameat2(2), fsync(2), flock(2).  Example: report.ja.html, report.en.html, report.json.
 */
#include "render.h"

#include "postmortem/base/sha256.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

const struct renderer renderers[] = {
#define RENDERER(name, suffix, localized, write) {#name, suffix, localized, write},
#include "renderers.def"
#undef RENDERER
};
const size_t renderers_count = sizeof renderers / sizeof renderers[0];

enum { OUTPUTS = 8 };

struct run {
    const struct doc *doc;
    const struct report_options *options;
    int folder;
    struct output outputs[OUTPUTS];
    size_t count;
};

/* Full paths, for report_abandon; an entry counts while live is set. */
static struct {
    char path[PATH_MAX];
    volatile sig_atomic_t live;
} temporaries[OUTPUTS];
static struct {
    char path[PATH_MAX];
    volatile sig_atomic_t live;
} scratch;
/* The folder, if this run made it: to be removed where nothing came of it. */
static struct {
    char path[PATH_MAX];
    volatile sig_atomic_t live;
} claimed;
/* Set from the first rename on: then the report is taking its place, and nothing may stop it half-way. */
static volatile sig_atomic_t placing;

/* Empty and remove the scratch folder.  libxlsxwriter unlinks what it makes there at once, but a signal may come in
 * between; readdir is not allowed in a handler, the system call beneath it is (getdents64(2)). */
static void scratch_sweep(void)
{
    _Alignas(8) char room[4096];
    int fd = open(scratch.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    long got = fd < 0 ? 0 : syscall(SYS_getdents64, fd, room, sizeof room);
    for (long at = 0; at + 19 < got;) {
        unsigned short length;
        const char *name = room + at + 19; /* after inode, offset, length and type */
        memcpy(&length, room + at + 16, sizeof length);
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            unlinkat(fd, name, 0);
        at += length;
    }
    if (fd >= 0)
        close(fd);
    rmdir(scratch.path);
}

bool report_abandon(void)
{
    if (placing)
        return false;
    if (scratch.live)
        scratch_sweep();
    for (size_t i = 0; i < OUTPUTS; i++)
        if (temporaries[i].live)
            unlink(temporaries[i].path);
    report_release();
    return true;
}

static void output_name(const struct report_options *o, const struct renderer *r, size_t language,
                        char name[64])
{
    if (r->localized && o->languages_count > 1)
        snprintf(name, 64, "report.%.8s.%.8s", o->languages[language], r->suffix);
    else
        snprintf(name, 64, "report.%.8s", r->suffix);
}

static size_t output_languages(const struct report_options *o, const struct renderer *r)
{
    return r->localized && o->languages_count > 1 ? 2 : 1;
}

static int path_join(char out[PATH_MAX], const char *folder, const char *name, struct err *e)
{
    int n = snprintf(out, PATH_MAX, "%s/%s", folder, name);
    if (n < 0 || n >= PATH_MAX)
        return err_set(e, ERR_USAGE, "%s: the path is too long", folder);
    return 0;
}

/* The name without trailing slashes: lstat("link/") would follow the link. */
static int folder_name(char out[PATH_MAX], const char *folder, struct err *e)
{
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    if (n == 0 || n >= PATH_MAX - 64)
        return err_set(e, ERR_USAGE, "output folder: the path is empty or too long");
    memcpy(out, folder, n);
    out[n] = '\0';
    return 0;
}

/* The folder is not there: can it be made?  Told before an hour is spent on reading. */
static int parent_check(const char *folder, struct err *e)
{
    char parent[PATH_MAX];
    struct stat st;
    size_t n = slice_rchr(slice_str(folder), '/');
    bool bare = n == strlen(folder);
    memcpy(parent, bare ? "." : folder, bare ? 1 : n + 1);
    parent[bare ? 1 : n + 1] = '\0';
    if (stat(parent, &st))
        return err_set(e, ERR_OUTPUT, "%s: cannot be made: %s: %s", folder, parent,
                       strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return err_set(e, ERR_OUTPUT, "%s: cannot be made: %s is not a folder", folder, parent);
    if (access(parent, W_OK | X_OK))
        return err_set(e, ERR_OUTPUT, "%s: cannot be made: %s: %s", folder, parent,
                       strerror(errno));
    return 0;
}

int report_check(const struct report_options *o, struct err *e)
{
    char folder[PATH_MAX], path[PATH_MAX], name[64];
    struct stat st;
    if (folder_name(folder, o->folder, e))
        return -1;
    if (lstat(folder, &st)) {
        if (errno == ENOENT)
            return parent_check(folder, e);
        return err_set(e, ERR_USAGE, "%s: %s", folder, strerror(errno));
    }
    if (S_ISLNK(st.st_mode))
        return err_set(e, ERR_USAGE, "%s: the output folder is a symbolic link", folder);
    if (!S_ISDIR(st.st_mode))
        return err_set(e, ERR_USAGE, "%s: exists and is not a folder", folder);
    if (access(folder, W_OK | X_OK))
        return err_set(e, ERR_OUTPUT, "%s: %s", folder, strerror(errno));
    for (size_t i = 0; i < renderers_count; i++) {
        for (size_t l = 0; l < output_languages(o, &renderers[i]); l++) {
            output_name(o, &renderers[i], l, name);
            if (path_join(path, folder, name, e))
                return -1;
            if (lstat(path, &st))
                continue;
            if (!o->force)
                return err_set(e, ERR_USAGE, "%s: exists already (--force replaces it)", path);
            if (S_ISDIR(st.st_mode))
                return err_set(e, ERR_USAGE, "%s: is a folder", path);
        }
    }
    return 0;
}

int report_claim(const struct report_options *o, bool *made, struct err *e)
{
    struct stat st;
    *made = false;
    if (folder_name(claimed.path, o->folder, e))
        return -1;
    if (lstat(claimed.path, &st) == 0)
        return 0;
    claimed.live = 1; /* before it is there: a signal may come between */
    if (mkdir(claimed.path, 0700) == 0) {
        *made = true;
        return 0;
    }
    claimed.live = 0;
    return err_set(e, ERR_OUTPUT, "%s: cannot be made: %s", claimed.path, strerror(errno));
}

void report_release(void)
{
    if (claimed.live)
        rmdir(claimed.path); /* fails where a report lies in it, as it should */
    claimed.live = 0;
}

/* Removes what a dead run left: temporaries, and folders of temporaries. */
static void remove_stale(int folder, unsigned depth)
{
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
    if (!dir) {
        if (copy >= 0)
            close(copy);
        return;
    }
    for (struct dirent *entry; (entry = readdir(dir));) {
        struct slice name = slice_str(entry->d_name);
        bool dots = slice_eq(name, SLICE(".")) || slice_eq(name, SLICE(".."));
        bool ours = slice_starts(name, SLICE(".postmortem-")) && slice_ends(name, SLICE(".tmp"));
        if (dots || (depth == 0 && !ours) || unlinkat(folder, entry->d_name, 0) == 0 || depth)
            continue;
        int inner = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner < 0)
            continue;
        remove_stale(inner, depth + 1);
        close(inner);
        unlinkat(folder, entry->d_name, AT_REMOVEDIR);
    }
    closedir(dir);
}

static int folder_open(struct run *run, const char *folder, struct err *e)
{
    if (mkdir(folder, 0700) && errno != EEXIST)
        return err_set(e, ERR_OUTPUT, "%s: cannot be made: %s", folder, strerror(errno));
    run->folder = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (run->folder < 0)
        return err_set(e, ERR_OUTPUT, "%s: %s", folder, strerror(errno));
    if (flock(run->folder, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
        return err_set(e, ERR_OUTPUT, "%s: another run is writing here", folder);
    remove_stale(run->folder, 0);
    if (path_join(scratch.path, folder, ".postmortem-scratch.tmp", e))
        return -1;
    scratch.live = 1;
    if (mkdirat(run->folder, ".postmortem-scratch.tmp", 0700))
        return err_set(e, ERR_OUTPUT, "%s: %s", folder, strerror(errno));
    return 0;
}

static int output_failed(const struct output *o, const char *folder, struct err *e)
{
    return err_set(e, ERR_OUTPUT, "%s/%s: %s", folder, o->name, strerror(errno));
}

static int output_hash(struct output *o)
{
    static char block[64 * 1024];
    struct sha256 *hash = sha256_new();
    ssize_t n;
    o->bytes = 0;
    while ((n = pread(o->fd, block, sizeof block, (off_t)o->bytes)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        sha256_add(hash, block, (size_t)n);
        o->bytes += n;
    }
    sha256_text(hash, o->sha256);
    sha256_free(hash);
    return n ? -1 : 0;
}

static int output_write(struct run *run, const struct renderer *renderer, size_t language,
                        const char *folder, struct err *e)
{
    size_t i = run->count;
    struct output *o = &run->outputs[i];
    char name[64];
    output_name(run->options, renderer, language, name);
    memcpy(o->name, name, sizeof name);
    snprintf(o->temporary, sizeof o->temporary, ".postmortem-%.40s.tmp", name);
    if (path_join(temporaries[i].path, folder, o->temporary, e))
        return -1;
    temporaries[i].live = 1; /* before it is there: a signal may come between */
    int fd =
        openat(run->folder, o->temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        temporaries[i].live = 0;
        return err_set(e, ERR_OUTPUT, "%s: %s", temporaries[i].path, strerror(errno));
    }
    o->fd = fd;
    run->count++;
    struct rendering r = {run->doc,
                          run->options->languages[language],
                          fd,
                          temporaries[i].path,
                          scratch.path,
                          run->outputs,
                          i,
                          0};
    if (renderer->write(&r, e))
        return -1;
    if (renderer + 1 == renderers + renderers_count)
        return 0; /* no file that comes after it names it */
    return output_hash(o) ? output_failed(o, folder, e) : 0;
}

/* All at once: a file system that writes a journal does so once for them, too. */
static int outputs_sync(struct run *run, const char *folder, struct err *e)
{
    for (size_t i = 0; i < run->count; i++) {
        struct output *o = &run->outputs[i];
        if (fsync(o->fd))
            return output_failed(o, folder, e);
        int fd = o->fd;
        o->fd = -1;
        if (close(fd))
            return output_failed(o, folder, e);
    }
    return 0;
}

/* By name, atomically; a file system that knows no flags does what it can. */
static int output_rename(struct run *run, const char *from, const char *to, unsigned flags)
{
    if (renameat2(run->folder, from, run->folder, to, flags) == 0)
        return 0;
    if (flags != RENAME_NOREPLACE || (errno != EINVAL && errno != ENOSYS))
        return -1;
    return renameat(run->folder, from, run->folder, to);
}

static int output_place(struct run *run, size_t i, const char *folder, struct err *e)
{
    struct output *o = &run->outputs[i];
    bool force = run->options->force;
    if (force && output_rename(run, o->temporary, o->name, RENAME_EXCHANGE) == 0) {
        o->placed = PLACED_FOR_OLD;
        return 0;
    }
    bool blind = force && (errno == EINVAL || errno == ENOSYS);
    if (force && errno != ENOENT && !blind)
        return err_set(e, ERR_OUTPUT, "%s/%s: %s", folder, o->name, strerror(errno));
    if (output_rename(run, o->temporary, o->name, blind ? 0 : RENAME_NOREPLACE))
        return err_set(e, ERR_OUTPUT, "%s/%s: %s", folder, o->name, strerror(errno));
    o->placed = blind ? PLACED_BLINDLY : PLACED_NEW;
    return 0;
}

/* What has taken its place goes back to its temporary. */
static void outputs_take_back(struct run *run)
{
    for (size_t i = run->count; i-- > 0;) {
        const struct output *o = &run->outputs[i];
        if (o->placed == PLACED_FOR_OLD)
            output_rename(run, o->name, o->temporary, RENAME_EXCHANGE);
        else if (o->placed == PLACED_NEW)
            output_rename(run, o->name, o->temporary, RENAME_NOREPLACE);
    }
}

static int outputs_place(struct run *run, const char *folder, struct err *e)
{
    for (size_t i = 0; i < run->count; i++)
        if (output_place(run, i, folder, e))
            return -1;
    if (fsync(run->folder) && errno != EINVAL)
        return err_set(e, ERR_OUTPUT, "%s: %s", folder, strerror(errno));
    return 0;
}

static int outputs_write(struct run *run, const char *folder, struct err *e)
{
    for (size_t i = 0; i < renderers_count; i++)
        for (size_t l = 0; l < output_languages(run->options, &renderers[i]); l++)
            if (output_write(run, &renderers[i], l, folder, e))
                return -1;
    if (outputs_sync(run, folder, e))
        return -1;
    placing = 1;
    if (!outputs_place(run, folder, e))
        return 0;
    outputs_take_back(run);
    return -1;
}

int report_write(const struct doc *d, const struct report_options *o, struct err *e)
{
    struct run run = {.doc = d, .options = o, .folder = -1};
    char folder[PATH_MAX];
    if (report_check(o, e) || folder_name(folder, o->folder, e))
        return -1;
    int failed = folder_open(&run, folder, e);
    if (!failed)
        failed = outputs_write(&run, folder, e);
    for (size_t i = 0; i < run.count; i++) {
        if (run.outputs[i].fd >= 0)
            close(run.outputs[i].fd);
        if (temporaries[i].live && run.folder >= 0)
            unlinkat(run.folder, run.outputs[i].temporary, 0);
        temporaries[i].live = 0;
    }
    if (run.folder >= 0) {
        if (scratch.live)
            unlinkat(run.folder, ".postmortem-scratch.tmp", AT_REMOVEDIR);
        scratch.live = 0;
        close(run.folder);
    }
    return failed;
}
