/* The heap in large pages: it is marked, costs no memory before it is used, and leaves alone a process whose address space
 * is limited.  Read from /proc/self/smaps and statm (proc(5)). */
#include "postmortem/base/heap.h"

#include "postmortem/base/sanitized.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Is the mapping that p lies in marked for large pages ("hg" among its VmFlags)? */
static bool marked(const void *p)
{
    FILE *maps = fopen("/proc/self/smaps", "r");
    if (!maps)
        return false;
    char line[512];
    uintptr_t from = 0, to = 0;
    bool found = false;
    while (fgets(line, sizeof line, maps)) {
        uintptr_t a, b;
        if (sscanf(line, "%zx-%zx ", &a, &b) == 2) {
            from = a;
            to = b;
        } else if (strncmp(line, "VmFlags:", 8) == 0 && from <= (uintptr_t)p && (uintptr_t)p < to) {
            found = strstr(line, " hg") != NULL;
        }
    }
    fclose(maps);
    return found;
}

enum { SPACE, RESIDENT };

/* MiB of address space, or of those that are there. */
static long mebibytes(int which)
{
    long pages[2];
    FILE *told = fopen("/proc/self/statm", "r");
    assert_non_null(told);
    assert_int_equal(fscanf(told, "%ld %ld", &pages[SPACE], &pages[RESIDENT]), 2);
    fclose(told);
    return pages[which] * (sysconf(_SC_PAGESIZE) / 1024) / 1024;
}

static bool system_has_large_pages(void)
{
    return access("/sys/kernel/mm/transparent_hugepage/enabled", F_OK) == 0;
}

/* Are blocks of all sizes, also of those for which the C library would make a mapping? */
static bool blocks_marked(void)
{
    bool all = true;
    for (size_t n = 1 << 20; n <= 16 << 20; n *= 4) {
        char *p = malloc(n);
        if (!p)
            return false;
        p[n - 1] = 1;
        all = all && marked(p + n - 1);
        free(p);
    }
    return all;
}

static void reserving_takes_addresses_and_no_memory(void **state)
{
    (void)state;
    long space = mebibytes(SPACE), resident = mebibytes(RESIDENT);
    heap_begin();
    assert_in_range(mebibytes(SPACE) - space, HEAP_OF_MAIN >> 20, (HEAP_OF_MAIN >> 20) + 8);
    assert_in_range(mebibytes(RESIDENT) - resident + 1, 0, 3);
    assert_true(blocks_marked());
}

/* No assertion of cmocka's may fail in a thread other than the first. */
static void *reserve(void *found)
{
    void *skipped = heap_of_thread();
    *(bool *)found = blocks_marked();
    free(skipped);
    return NULL;
}

/* Behind the case above, by which the process has begun. */
static void a_thread_has_its_own(void **state)
{
    (void)state;
    pthread_t thread;
    bool found = false;
    assert_int_equal(pthread_create(&thread, NULL, reserve, &found), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(found);
}

/* In a process of its own, which cannot lift its limit again. */
static void a_process_with_a_limit_is_left_alone(void **state)
{
    static const int limits[] = {RLIMIT_AS, RLIMIT_DATA};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        pid_t child = fork();
        if (child == 0) {
            struct rlimit limit = {(rlim_t)1 << 32, (rlim_t)1 << 32};
            if (setrlimit((__rlimit_resource_t)limits[i], &limit))
                _exit(2);
            long space = mebibytes(SPACE);
            heap_begin();
            _exit(mebibytes(SPACE) > space);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_with_a_limit_is_left_alone),
        cmocka_unit_test(reserving_takes_addresses_and_no_memory),
        cmocka_unit_test(a_thread_has_its_own),
    };
    if (SANITIZED || !system_has_large_pages()) {
        puts("no large pages here: nothing to test");
        return 0;
    }
    return cmocka_run_group_tests_name("heap", tests, NULL, NULL);
}
