/* What confine() takes away, seen from children that it was called in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "postmortem/base/sanitized.h"
#include "postmortem/confine/confine.h"

static char folder[64], evidence[128], other[128], output[128], below[192];

static void touch(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "x", 1), 1);
    close(fd);
}

static int stage_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/postmortem-confine-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(evidence, sizeof evidence, "%s/evidence", folder);
    snprintf(other, sizeof other, "%s/other", folder);
    snprintf(output, sizeof output, "%s/output", folder);
    snprintf(below, sizeof below, "%s/report", output);
    touch(evidence);
    touch(other);
    return mkdir(output, 0700);
}

static int stage_remove(void **state)
{
    (void)state;
    unlink(below);
    unlink(evidence);
    unlink(other);
    rmdir(output);
    return rmdir(folder);
}

/* errno of an attempt in a confined child, 0 where it was let, 255 where this kernel has no such half. */
static int tried(const char *to, int (*attempt)(void), bool call)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const char *readable[] = {evidence, "/nowhere/at/all"};
        struct confinement c = {.readable = readable,
                                .readable_count = 2,
                                .output = to,
                                .output_parent = to ? folder : NULL};
        struct confined told;
        confine(&c, &told);
        if (call ? !told.calls : !told.files)
            _exit(255);
        errno = 0;
        _exit(attempt() < 0 ? errno : 0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int read_evidence(void)
{
    return open(evidence, O_RDONLY | O_CLOEXEC);
}

static int write_evidence(void)
{
    return open(evidence, O_WRONLY | O_CLOEXEC);
}

static int read_other(void)
{
    return open(other, O_RDONLY | O_CLOEXEC);
}

static int read_zone(void)
{
    return open("/usr/share/zoneinfo/Asia/Tokyo", O_RDONLY | O_CLOEXEC);
}

static int write_output(void)
{
    char again[200];
    snprintf(again, sizeof again, "%s.new", below);
    int fd = open(again, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || rename(again, below) || mkdirat(AT_FDCWD, again, 0700) || rmdir(again))
        return -1;
    return unlink(below);
}

static int remove_output(void)
{
    return rmdir(output) || mkdir(output, 0700) ? -1 : 0;
}

static int remove_other(void)
{
    return unlink(other);
}

static int run_program(void)
{
    char *none[] = {NULL};
    return execve("/bin/true", none, none);
}

static int make_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static int make_process(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child;
}

static int change_mode(void)
{
    return chmod(evidence, 0777);
}

static void *thread_reads(void *result)
{
    *(int *)result = read_other() < 0 ? errno : 0;
    return NULL;
}

static int read_in_thread(void)
{
    pthread_t thread;
    int result = -1;
    if (pthread_create(&thread, NULL, thread_reads, &result))
        return -1; /* threads must go on working: the errno of clone is told */
    pthread_join(thread, NULL);
    errno = result;
    return result ? -1 : 0;
}

static void files_are_those_named_and_the_output(void **state)
{
    (void)state;
    if (tried(output, read_evidence, false) == 255)
        skip();
    assert_int_equal(tried(output, read_evidence, false), 0);
    assert_int_equal(tried(output, read_zone, false), 0);
    assert_int_equal(tried(output, write_output, false), 0);
    assert_int_equal(tried(output, write_evidence, false), EACCES);
    assert_int_equal(tried(output, read_other, false), EACCES);
    assert_int_equal(tried(output, remove_other, false), EACCES);
    assert_int_equal(tried(output, read_in_thread, false), EACCES);
}

static void without_an_output_nothing_is_written(void **state)
{
    (void)state;
    if (tried(NULL, read_evidence, false) == 255)
        skip();
    assert_int_equal(tried(NULL, write_output, false), EACCES);
    assert_int_equal(tried(NULL, remove_output, false), EACCES);
}

static void an_empty_output_folder_may_be_removed_again_but_not_made(void **state)
{
    (void)state;
    if (tried(output, read_evidence, false) == 255)
        skip();
    assert_int_equal(tried(output, remove_output, false), EACCES); /* of the making */
    assert_int_equal(access(output, F_OK), -1);
    assert_int_equal(mkdir(output, 0700), 0);
}

static void calls_that_a_reporter_never_needs_are_refused(void **state)
{
    (void)state;
    int (*const attempts[])(void) = {run_program, make_socket, make_process, change_mode};
    int first = tried(output, make_socket, true);
    if (first == 255) {
        assert_true(SANITIZED || errno != 0);
        skip();
    }
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++)
        assert_int_equal(tried(output, attempts[i], true), EPERM);
    assert_int_equal(tried(output, read_evidence, true), 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, stage_make, stage_remove)
    const struct CMUnitTest tests[] = {
        CASE(files_are_those_named_and_the_output),
        CASE(without_an_output_nothing_is_written),
        CASE(an_empty_output_folder_may_be_removed_again_but_not_made),
        CASE(calls_that_a_reporter_never_needs_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
