/* files.c - Landlock: which parts of the file system may be read, and which written.
 *
 * Why by raw calls: Debian 12 has no wrappers in its C library, and its headers know the interface of Linux 6.1 while
 * the running kernel may be newer; so the numbers stand here.  Invariant: every right that the kernel knows is handled,
 * so what no rule allows is refused.  Facts: linux/landlock.h; the size of the attributes tells the kernel how many of
 * them are meant; rights by version of the interface: 1 up to MAKE_SYM, 2 REFER, 3 TRUNCATE, 4 network, 5 IOCTL_DEV,
 * 6 scopes.  Example: version 1 handles 0x1fff. */
#include "halves.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "postmortem/base/path.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum { CREATE_RULESET_VERSION = 1, RULE_PATH_BENEATH = 1, LAST_VERSION = 6 };

#define EXECUTE (UINT64_C(1) << 0)
#define WRITE_FILE (UINT64_C(1) << 1)
#define READ_FILE (UINT64_C(1) << 2)
#define READ_DIR (UINT64_C(1) << 3)
#define REMOVE_DIR (UINT64_C(1) << 4)
#define REMOVE_FILE (UINT64_C(1) << 5)
#define MAKE_DIR (UINT64_C(1) << 7)
#define MAKE_REG (UINT64_C(1) << 8)
#define TRUNCATE (UINT64_C(1) << 14)
#define OF_A_FILE (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE)
#define READS (READ_FILE | READ_DIR)
#define WRITES (READS | WRITE_FILE | TRUNCATE | REMOVE_FILE | REMOVE_DIR | MAKE_REG | MAKE_DIR)

struct ruleset_attributes {
    uint64_t files, network, scopes;
};

struct path_rule {
    uint64_t allowed;
    int32_t fd;
} __attribute__((packed));

/* What a version of the interface knows, all of it; the size of what it takes. */
static size_t handled(long version, struct ruleset_attributes *out)
{
    static const uint64_t files[] = {0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff, 0xffff};
    *out = (struct ruleset_attributes){files[version], version >= 4 ? 3 : 0, version >= 6 ? 3 : 0};
    return version >= 6 ? 24 : version >= 4 ? 16 : 8;
}

struct ruleset {
    int fd;
    uint64_t handled;
    int error;
};

/* Let a path be used so.  A path that is not there needs no rule. */
static void allow(struct ruleset *r, const char *path, uint64_t rights)
{
    struct stat st;
    int fd = path ? path_open(slice_str(path), O_PATH | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0) {
        uint64_t possible = S_ISDIR(st.st_mode) ? rights : rights & OF_A_FILE;
        struct path_rule rule = {possible & r->handled, fd};
        bool added = syscall(SYS_landlock_add_rule, r->fd, RULE_PATH_BENEATH, &rule, 0) == 0;
        if (!added &&
            errno != EBADFD) /* a file on no mount (a pipe, a memory file) is not restricted */
            r->error = errno;
    }
    close(fd);
}

static void allow_all(struct ruleset *r, const struct confinement *c)
{
    /* zones; and the character sets that the C library loads when libarchive converts a name */
    static const char *const system[] = {
        "/usr/share/zoneinfo", "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache"};
    for (size_t i = 0; i < sizeof system / sizeof system[0]; i++)
        allow(r, system[i], READS);
    if (SANITIZED)
        allow(r, "/proc", READS);
    for (size_t i = 0; i < c->readable_count; i++)
        allow(r, c->readable[i], READS);
    allow(r, c->output, WRITES);
    allow(r, c->output_also, WRITES);
    allow(r, c->output_parent, REMOVE_DIR);
#ifdef CONFINE_ALSO
    allow(r, CONFINE_ALSO, WRITES); /* where a build that measures coverage leaves its counts */
#endif
}

/* Can it be opened to be read?  Asked of files and folders alone: to open a pipe or a device does something. */
static bool opens(const char *path)
{
    struct stat st;
    int fd = path ? path_open(slice_str(path), O_PATH | O_CLOEXEC) : -1;
    if (fd < 0)
        return false;
    bool plain = fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
    close(fd);
    fd = plain ? path_open(slice_str(path), O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
    if (fd < 0)
        return false;
    close(fd);
    return true;
}

static size_t opened(const struct confinement *c)
{
    size_t n = (size_t)opens(c->output) + opens(c->output_also);
    for (size_t i = 0; i < c->readable_count; i++)
        n += opens(c->readable[i]);
    return n;
}

struct trial {
    const struct confinement *c;
    int ruleset, error;
};

static void *restrict_and_look(void *context)
{
    struct trial *t = context;
    size_t before = opened(t->c);
    if (syscall(SYS_landlock_restrict_self, t->ruleset, 0))
        t->error = errno;
    else if (opened(t->c) != before)
        t->error = EACCES;
    return NULL;
}

/* Rules hold on to inodes, and there are file systems (9p) that give a new one at each look: there all evidence would be
 * refused, for good.  A restriction is one thread's, so a thread that ends at once tries it; 0 or an errno. */
static int trial_error(const struct confinement *c, int ruleset)
{
    struct trial t = {.c = c, .ruleset = ruleset};
    pthread_t thread;
    int error = pthread_create(&thread, NULL, restrict_and_look, &t);
    if (error)
        return error;
    pthread_join(thread, NULL);
    return t.error;
}

int confine_files(const struct confinement *c)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
    if (version < 1)
        return version < 0 ? errno : ENOSYS;
    struct ruleset_attributes attributes;
    size_t size = handled(version < LAST_VERSION ? version : LAST_VERSION, &attributes);
    struct ruleset r = {.handled = attributes.files};
    r.fd = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
    if (r.fd < 0)
        return errno;
    allow_all(&r, c);
    if (!r.error)
        r.error = trial_error(c, r.fd);
    if (!r.error && syscall(SYS_landlock_restrict_self, r.fd, 0))
        r.error = errno;
    close(r.fd);
    return r.error;
}
