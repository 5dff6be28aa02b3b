/* faults.c - a library put before the C library (LD_PRELOAD) that makes the world fail at a chosen moment.  Built by the
 * stage of the end-to-end cases; told by the environment what to do:
 *
 *   FAULT_TOLD=FILE        every fault that struck is a line there; so are the counts at a calm end
 *   FAULT_MEMORY=N         the Nth allocation fails, of whatever library; FAULT_MEMORY_ON=1: all later ones too
 *   FAULT_READ=END:AT:E    reading the file whose name has that end fails with errno E at byte AT; a short read before it
 *   FAULT_ONCE=N           ... but only the Nth read that begins there
 *   FAULT_SHORT=1          reads and writes give a few bytes; every third is interrupted (EINTR)
 *   FAULT_FOLDER=DIR       where output goes: calls that change it, or files in it, are counted ...
 *   FAULT_CALLS=a,b        ... if of these kinds (open write sync rename close unlink mkdir; default all) ...
 *   FAULT_AT=N             ... and at the Nth one happens
 *   FAULT_ACT=E            an error: errno E; or kill: SIGKILL; or a signal: s15; or s15s15: two; or wait: a second passes
 *   FAULT_KERNEL=old       Landlock and seccomp do not exist
 *   FAULT_KERNEL=forgetful Landlock takes every rule and keeps none
 *   FAULT_PROBE=END        when the file with that end is first read, what an intruder would try is tried */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int told = -1;
static long memory_at, calls_at;
static int memory_on, read_error, calls_short, kernel_old, kernel_forgetful, started;
static long read_at, read_once;
static _Atomic long reads_there;
static char read_end[256], probe_end[256], folder[4096], kinds[256], act[32];
static atomic_long memory_n, calls_n, shorts_n;
static atomic_int probed;

static void tell(const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (told >= 0 && n > 0)
        syscall(SYS_write, told, text, (size_t)n);
}

static const char *given(const char *name)
{
    const char *text = getenv(name);
    return text ? text : "";
}

__attribute__((constructor)) static void start(void)
{
    if (*given("FAULT_TOLD"))
        told = open(given("FAULT_TOLD"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    memory_at = atol(given("FAULT_MEMORY"));
    memory_on = atoi(given("FAULT_MEMORY_ON"));
    sscanf(given("FAULT_READ"), "%255[^:]:%ld:%d", read_end, &read_at, &read_error);
    read_once = atol(given("FAULT_ONCE"));
    calls_short = atoi(given("FAULT_SHORT"));
    snprintf(folder, sizeof folder, "%s", given("FAULT_FOLDER"));
    snprintf(kinds, sizeof kinds, "%s", given("FAULT_CALLS"));
    calls_at = atol(given("FAULT_AT"));
    snprintf(act, sizeof act, "%s", given("FAULT_ACT"));
    kernel_old = strcmp(given("FAULT_KERNEL"), "old") == 0;
    kernel_forgetful = strcmp(given("FAULT_KERNEL"), "forgetful") == 0;
    snprintf(probe_end, sizeof probe_end, "%s", given("FAULT_PROBE"));
    started = 1;
}

__attribute__((destructor)) static void end(void)
{
    tell("allocations %ld\ncalls %ld\n", (long)memory_n, (long)calls_n);
}

/* ---- memory */

static int memory_fails(void)
{
    if (!started)
        return 0;
    long n = atomic_fetch_add(&memory_n, 1) + 1;
    if (!memory_at || (memory_on ? n < memory_at : n != memory_at))
        return 0;
    tell("memory %ld\n", n);
    errno = ENOMEM;
    return 1;
}

/* The names below those that the program has taken over. */
#define BELOW(name, type) ((type)dlsym(RTLD_NEXT, name))

void *__libc_malloc(size_t n)
{
    static void *(*real)(size_t);
    if (!real)
        real = BELOW("__libc_malloc", void *(*)(size_t));
    return memory_fails() ? NULL : real(n);
}

void *__libc_calloc(size_t n, size_t size)
{
    static void *(*real)(size_t, size_t);
    if (!real)
        real = BELOW("__libc_calloc", void *(*)(size_t, size_t));
    return memory_fails() ? NULL : real(n, size);
}

void *__libc_realloc(void *p, size_t n)
{
    static void *(*real)(void *, size_t);
    if (!real)
        real = BELOW("__libc_realloc", void *(*)(void *, size_t));
    return memory_fails() ? NULL : real(p, n);
}

/* ---- which file */

static int path_of(int fd, char out[4096])
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long n = syscall(SYS_readlinkat, AT_FDCWD, link, out, 4095);
    out[n > 0 ? n : 0] = 0;
    return n > 0;
}

static int ends(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return m && n >= m && strcmp(text + n - m, end) == 0;
}

static int of_output(int fd)
{
    char path[4096];
    return *folder && path_of(fd, path) && strncmp(path, folder, strlen(folder)) == 0;
}

/* ---- output */

/* The moment to strike?  Then errno is set and the caller fails, or the process is struck here. */
static int strikes(const char *kind)
{
    if (!*folder || (*kinds && !strstr(kinds, kind)))
        return 0;
    long n = atomic_fetch_add(&calls_n, 1) + 1;
    if (n != calls_at)
        return 0;
    tell("%s %ld %s\n", kind, n, act);
    if (strcmp(act, "kill") == 0)
        raise(SIGKILL);
    if (strcmp(act, "wait") == 0)
        sleep(1);
    for (const char *p = act; (p = strchr(p, 's')); p++)
        raise(atoi(p + 1));
    errno = atoi(act);
    return errno != 0;
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

static size_t shortened(size_t n, int *interrupted)
{
    long k = atomic_fetch_add(&shorts_n, 1);
    *interrupted = k % 3 == 2;
    size_t most = (size_t)(k * 7919 % 8191) + 1;
    return n < most ? n : most;
}

ssize_t write(int fd, const void *p, size_t n)
{
    int interrupted = 0;
    if (of_output(fd)) {
        if (strikes("write"))
            return -1;
        if (calls_short)
            n = shortened(n, &interrupted);
    }
    if (interrupted) {
        errno = EINTR;
        return -1;
    }
    return syscall(SYS_write, fd, p, n);
}

int fsync(int fd)
{
    return of_output(fd) && strikes("sync") ? -1 : (int)syscall(SYS_fsync, fd);
}

int close(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    int struck = flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && of_output(fd) && strikes("close");
    int error = errno, result = (int)syscall(SYS_close, fd);
    errno = struck ? error : errno;
    return struck ? -1 : result;
}

int renameat(int from, const char *a, int to, const char *b)
{
    return of_output(from) && strikes("rename") ? -1
                                                : (int)syscall(SYS_renameat2, from, a, to, b, 0);
}

int renameat2(int from, const char *a, int to, const char *b, unsigned flags)
{
    return of_output(from) && strikes("rename")
               ? -1
               : (int)syscall(SYS_renameat2, from, a, to, b, flags);
}

int mkdirat(int fd, const char *path, mode_t mode)
{
    return of_output(fd) && strikes("mkdir") ? -1 : (int)syscall(SYS_mkdirat, fd, path, mode);
}

int mkdir(const char *path, mode_t mode)
{
    int ours = *folder && strcmp(path, folder) == 0;
    return ours && strikes("mkdir") ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int unlinkat(int fd, const char *path, int flags)
{
    return of_output(fd) && strikes("unlink") ? -1 : (int)syscall(SYS_unlinkat, fd, path, flags);
}

static int opened_at(int fd, const char *path, int flags, mode_t mode)
{
    if ((flags & O_CREAT) && of_output(fd) && strikes("open"))
        return -1;
    return (int)syscall(SYS_openat, fd, path, flags, mode);
}

int openat(int fd, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return opened_at(fd, path, flags, mode);
}

int openat64(int fd, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return opened_at(fd, path, flags, mode);
}

/* Streams of the C library write past the calls above; so those into the folder are given ours. */
static ssize_t cookie_read(void *cookie, char *p, size_t n)
{
    return syscall(SYS_read, (int)(long)cookie, p, n);
}

static ssize_t cookie_write(void *cookie, const char *p, size_t n)
{
    if (strikes("write"))
        return 0;
    return syscall(SYS_write, (int)(long)cookie, p,
                   n); /* whole: the kernel interrupts no write to a file on disk */
}

static int cookie_seek(void *cookie, off64_t *to, int whence)
{
    long at = syscall(SYS_lseek, (int)(long)cookie, (long)*to, whence);
    *to = at;
    return at < 0 ? -1 : 0;
}

static int cookie_close(void *cookie)
{
    return close((int)(long)cookie);
}

static FILE *stream_of(int fd, const char *mode)
{
    cookie_io_functions_t io = {cookie_read, cookie_write, cookie_seek, cookie_close};
    return fopencookie((void *)(long)fd, mode, io);
}

FILE *fdopen(int fd, const char *mode)
{
    if (of_output(fd))
        return strikes("open") ? NULL : stream_of(fd, mode);
    return REAL(fdopen)(fd, mode);
}

static FILE *opened(const char *name, const char *path, const char *mode)
{
    if (*folder && strncmp(path, folder, strlen(folder)) == 0 && *mode != 'r') {
        if (strikes("open"))
            return NULL;
        int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_TRUNC, 0600);
        return fd < 0 ? NULL : stream_of(fd, mode);
    }
    return ((FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, name))(path, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    return opened("fopen", path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    return opened("fopen64", path, mode);
}

/* ---- the kernel */

long syscall(long number, ...)
{
    long a[6];
    va_list arguments;
    va_start(arguments, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(arguments, long);
    va_end(arguments);
    if (kernel_old && ((number >= 444 && number <= 446) || number == SYS_seccomp)) {
        errno = ENOSYS;
        return -1;
    }
    if (kernel_forgetful && number == 445)
        return 0;
    static long (*real)(long, ...);
    if (!real)
        real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* ---- what an intruder would try: each line told is an attempt and its errno, 0 where it was let */

static void attempt(const char *what, long result)
{
    tell("try %s %d\n", what, result < 0 ? errno : 0);
    if (result > 2)
        syscall(SYS_close, (int)result);
}

static void *from_a_thread(void *context)
{
    (void)context;
    attempt("write-from-a-thread",
            syscall(SYS_openat, AT_FDCWD, given("FAULT_OUTSIDE"), O_WRONLY | O_CREAT, 0600));
    return NULL;
}

static void probe(int fd)
{
    char path[4096], inside[4200];
    if (!path_of(fd, path) || !ends(path, probe_end) || atomic_exchange(&probed, 1))
        return;
    char *none[] = {NULL};
    attempt("write-outside",
            syscall(SYS_openat, AT_FDCWD, given("FAULT_OUTSIDE"), O_WRONLY | O_CREAT, 0600));
    attempt("write-evidence", syscall(SYS_openat, AT_FDCWD, path, O_WRONLY));
    attempt("truncate-evidence", syscall(SYS_truncate, path, 0));
    attempt("remove-evidence", syscall(SYS_unlinkat, AT_FDCWD, path, 0));
    attempt("read-other", syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY));
    attempt("list-other", syscall(SYS_openat, AT_FDCWD, "/etc", O_RDONLY | O_DIRECTORY));
    attempt("socket", syscall(SYS_socket, AF_INET, SOCK_STREAM, 0));
    attempt("unix-socket", syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0));
    attempt("exec", syscall(SYS_execve, "/bin/true", none, none));
    attempt("kill", syscall(SYS_kill, 1, 0));
    attempt("ptrace", syscall(SYS_ptrace, 0, 0, 0, 0));
    attempt("chmod", syscall(SYS_fchmodat, AT_FDCWD, path, 0777));
    attempt("link", syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, given("FAULT_OUTSIDE"), 0));
    attempt("read-evidence", syscall(SYS_openat, AT_FDCWD, path, O_RDONLY));
    if (*folder) {
        snprintf(inside, sizeof inside, "%s/probe", folder);
        attempt("write-inside", syscall(SYS_openat, AT_FDCWD, inside, O_WRONLY | O_CREAT, 0600));
        syscall(SYS_unlinkat, AT_FDCWD, inside, 0);
    }
    long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0)
        syscall(SYS_exit_group, 0);
    attempt("fork", child);
    if (child > 0)
        waitpid((pid_t)child, NULL, 0);
    pthread_t thread;
    if (pthread_create(&thread, NULL, from_a_thread, NULL) == 0)
        pthread_join(thread, NULL);
    else
        tell("try thread %d\n", errno);
}

/* ---- input */

ssize_t read(int fd, void *p, size_t n)
{
    char path[4096];
    int interrupted = 0;
    if (*probe_end)
        probe(fd);
    if (*read_end && path_of(fd, path) && ends(path, read_end)) {
        long at = syscall(SYS_lseek, fd, 0L, SEEK_CUR);
        if (read_once ? at == read_at && ++reads_there == read_once : at >= read_at) {
            tell("read %ld\n", at);
            errno = read_error;
            return -1;
        }
        if (at < read_at && n > (size_t)(read_at - at))
            n = (size_t)(read_at - at);
    }
    if (calls_short && n)
        n = shortened(n, &interrupted);
    if (interrupted) {
        errno = EINTR;
        return -1;
    }
    return syscall(SYS_read, fd, p, n);
}
