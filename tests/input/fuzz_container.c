/* fuzz_container.c - libFuzzer entry: the bytes are an input (an archive, anything) that is surveyed and then read.
 *
 * Every member gives, when read, the bytes that the survey counted, and every problem points at something listed. */
#include "bzip2_small.h"
#include "input/damage.h"
#include "input/lines_sized.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void hold(bool truth)
{
    if (!truth)
        abort();
}

static void read_source(const struct inventory *v, uint32_t i, struct cursors *c)
{
    struct lines *l = lines_open_sized(v, i, c, false, !v->no_hash, 61, 100);
    struct lines_result r;
    struct line line;
    uint64_t bytes = 0, lines = 0;
    while (lines_next(l, &line) == 1) {
        hold(line.offset == bytes && line.text.n <= v->limits.line && line.bytes >= line.text.n);
        struct slice again;
        if (lines_again(l, line.offset, 20, &again))
            hold(again.n <= 20);
        bytes += line.bytes;
        lines++;
    }
    lines_close(l, &r);
    hold(r.bytes == bytes && r.lines == lines);
    if (v->sources[i].locator.n && !v->sources[i].shut)
        hold(bytes == v->sources[i].bytes);
    lines_result_fini(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static int fd = -1;
    static char room[8192];
    char path[64];
    if (fd < 0)
        fd = memfd_create("evidence", MFD_CLOEXEC);
    struct slice input = bzip2_small(bytes, n, room);
    hold(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, input.p, input.n, 0) == (ssize_t)input.n);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);

    struct limits limits = limits_default;
    limits.memory = 1 << 17;
    limits.total = 1 << 16;
    limits.entries = 50;
    limits.line = 100;
    limits.ratio = 30;
    limits.ratio_after = 4000;
    struct inventory v;
    inventory_init(&v, &limits, n % 2); /* with hashes and without */
    inventory_add(&v, path);
    inventory_settle(&v);
    struct cursors *c = cursors_new();
    for (uint32_t i = 0; i < v.sources_count; i++)
        read_source(&v, i, c);
    for (size_t i = 0; i < v.problems_count; i++)
        hold(v.problems[i].input < v.inputs_count && v.problems[i].text.n > 0 &&
             (v.problems[i].source == NO_SOURCE || v.problems[i].source < v.sources_count));
    cursors_free(c);
    inventory_fini(&v);
    return 0;
}
