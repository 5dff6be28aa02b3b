/* test_header.c - what a line begins with is remembered for the next one, and never changes how that is read. */
#include "format/syslog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const lines[] = {
    "Nov  9 08:20:50 mx1 qmail-send[77]: new msg 4711",
    "Nov  9 08:20:50 mx1 qmail-send: new msg 4712",
    "Nov  9 08:20:50 mx1 spamd child[31]: prefork: child states: II",
    "Nov  9 08:20:50 mx1 some words: but no pid",
    "Nov  9 08:20:50 mx1 ",
    "Nov  9 08:20:50 mx1",
    "Nov  9 08:20:50 mx1 x",
    "Nov  9 08:20:50 mx10 qmail-send[77]: new msg 4711",
    "Nov  9 08:20:51 mx1 qmail-send[77]: new msg 4711",
    "Nov  9 08:20:50  qmail-send[77]: new msg 4713",
    "Nov  9 08:20:50 qmail-send: new msg 4713",
    "Nov  9 08:20:50 fe80:: qmail-send: new msg 4715",
    "Nov  9 08:20:50 last qmail-send[77]: new msg 4716",
    "Nov  9 08:20:50 last message repeated 3 times",
    "Nov  9 08:20:50 last message",
    "Nov  9 08:20:50.250000 mx1 qmail-send[77]: new msg 4717",
    "Nov 9 08:20:50 mx1 qmail-send[77]: new msg 4718",
    "Feb 30 08:20:50 mx1 qmail-send[77]: new msg 4719",
    "<22>Nov  9 08:20:50 mx1 qmail-send[77]: new msg 4720",
    "Nov  9 08:20:50 <2.6> mx1 qmail-send[77]: new msg 4721",
    "Nov  9 08:20:50 <mail.info>mx1 qmail-send[77]: new msg 4722",
    "2026-11-09T08:20:50+09:00 mx1 qmail-send[77]: new msg 4723",
    "<22>1 2026-11-09T08:20:50Z mx1 qmail-send 77 - - new msg 4724",
    "Nov  9 08:20:50 a.host.whose.name.is.longer.than.what.is.kept.of.the.start.of.a.line q[1]: a",
    "Nov  9 08:20:50 a.host.whose.name.is.longer.than.what.is.kept.of.the.start.of.a.lime q[1]: a",
    "no stamp at all",
    "",
};
enum { LINES = sizeof lines / sizeof *lines };

static void same_place(struct slice a, struct slice b)
{
    assert_int_equal(a.n, b.n);
    if (a.n)
        assert_ptr_equal(a.p, b.p);
}

static void same(const struct header *a, const struct header *b)
{
    assert_int_equal(a->stamp, b->stamp);
    assert_int_equal(a->instant, b->instant);
    assert_int_equal(a->has_local, b->has_local);
    assert_int_equal(a->placed, b->placed);
    assert_int_equal(a->dateless, b->dateless);
    if (a->has_local)
        assert_memory_equal(&a->local, &b->local, sizeof a->local);
    if (a->placed)
        assert_int_equal(a->offset, b->offset);
    same_place(a->host, b->host);
    same_place(a->tag, b->tag);
    same_place(a->body, b->body);
    same_place(a->rest, b->rest);
    assert_int_equal(a->pid, b->pid);
}

static void a_line_is_read_alike_whatever_came_before_it(void **state)
{
    (void)state;
    size_t alike = 0;
    for (size_t i = 0; i < LINES; i++) {
        for (size_t k = 0; k < LINES; k++) {
            struct header_start start = {0};
            struct header alone;
            struct slice line = slice_str(lines[k]);
            header_read_next(&start, slice_str(lines[i]));
            bool read = header_read(line, &alone);
            assert_int_equal(header_read_next(&start, line), read);
            if (!read)
                continue;
            same(&start.header, &alone);
            alike += start.header.alike;
        }
    }
    assert_true(alike >= 20);
}

static void only_the_same_start_is_called_alike(void **state)
{
    (void)state;
    struct header_start start = {0};
    const struct {
        size_t line;
        bool alike;
    } steps[] = {{0, false}, {1, true},   {2, true},   {7, false}, {0, false},
                 {8, false}, {12, false}, {13, false}, {0, false}, {0, true}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        assert_true(header_read_next(&start, slice_str(lines[steps[i].line])));
        assert_int_equal(start.header.alike, steps[i].alike);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_read_alike_whatever_came_before_it),
        cmocka_unit_test(only_the_same_start_is_called_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
