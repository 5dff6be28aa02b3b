/* test_shapes.c - lines that were not understood, folded into shapes and counted. */
#include "postmortem/format/shapes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void what_varies_is_folded(void **state)
{
    (void)state;
    static const struct {
        const char *tag, *text, *want;
    } cases[] = {
        {"", "plain words stay.", "plain words stay."},
        {"postfix/smtpd", "host mx1.example.com[192.0.2.7]:25 sent 17 bytes",
         "postfix/smtpd: host {host}[{ip}]:{n} sent {n} bytes"},
        {"", "to <a@example.jp>, at 08:20:45 or 2026-11-20, 1.5 s",
         "to <{address}>, at {time} or {time}, {n} s"},
        {"", "from [2001:db8::25] id 4bN2Wq1Pz3zVxT 0A1B2C3D", "from [{ip}] id {id} {hex}"},
        {"", "said \"anything at all\" and 'this too' here", "said {text} and {text} here"},
        {"", "Nov 20 Fri TLSv1.3 mx2", "{month} {n} {day} TLSv{n}.{n} mx{n}"},
        {"x[1]", "caf\xC3\xA9 \x1b[31mred\x01", "x[{n}]: {text} ?[{n}mred?"},
        {"", "password: hunter2 ok", "password: {secret} ok"},
        {"vpopmail", "password fail (pass: 'it''s (me)') info@example.com",
         "vpopmail: password {secret} (pass: '{secret}') {address}"},
        {"", "user=<abe> password=hunter2, given", "user=<abe> password={secret}, given"},
        {"", "AUTH PLAIN AGFiZQBodW50ZXIy", "AUTH PLAIN {secret}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[SHAPE_BYTES + 1];
        struct slice got = shape_of(slice_str(cases[i].tag), slice_str(cases[i].text), out);
        out[got.n] = 0;
        assert_string_equal(out, cases[i].want);
    }
}

static void a_shape_has_an_end(void **state)
{
    (void)state;
    char line[4096], out[SHAPE_BYTES];
    memset(line, 'a', sizeof line);
    for (size_t i = 0; i < sizeof line; i += 9)
        line[i] = i % 2 ? '(' : ' ';
    assert_int_equal(shape_of(slice_of(NULL, 0), slice_of(line, sizeof line), out).n, SHAPE_BYTES);
    assert_int_equal(shape_of(slice_of(NULL, 0), slice_of("", 0), out).n, 0);
}

/* The n-th line of so many that no two have one shape. */
static struct slice line_of(size_t n, char room[64])
{
    size_t at = 0;
    for (size_t k = 0; k < 6; k++, n /= 7) {
        room[at++] = "bcdfghj"[n % 7];
        room[at++] = k % 2 ? 'o' : ' ';
    }
    return slice_of(room, at);
}

static void note_all(struct shapes *s, size_t from, size_t step, size_t n)
{
    char room[64];
    for (size_t i = from; i < n; i += step)
        for (size_t k = 0; k <= i % 3; k++)
            shapes_note(s, slice_of(NULL, 0), line_of(i, room), 100 * i + k, i + 1);
}

static void neither_order_nor_cuts_matter_however_many_there_are(void **state)
{
    (void)state;
    static const size_t sizes[] = {3, SHAPES_KEPT, 5000};
    for (size_t i = 0; i < 3; i++) {
        struct shapes whole = {0}, parts[2] = {{0}}, loaded = {0};
        struct buf a = {0}, b = {0}, c = {0};
        note_all(&whole, 0, 1, sizes[i]);
        note_all(&parts[0], 1, 2, sizes[i]);
        note_all(&parts[1], 0, 2, sizes[i]);
        shapes_add(&parts[0], &parts[1], 0);
        shapes_save(&whole, &a);
        shapes_save(&parts[0], &b);
        assert_true(slice_eq(buf_slice(&a), buf_slice(&b)));
        struct slice in = buf_slice(&a);
        assert_true(shapes_load(&in, &loaded));
        assert_int_equal(in.n, 0);
        shapes_save(&loaded, &c);
        assert_true(slice_eq(buf_slice(&a), buf_slice(&c)));
        assert_int_equal(whole.more, sizes[i] > SHAPES_KEPT);
        assert_int_equal(whole.count, sizes[i] < SHAPES_KEPT ? sizes[i] : SHAPES_KEPT);
        shapes_fini(&whole);
        shapes_fini(&parts[0]);
        shapes_fini(&parts[1]);
        shapes_fini(&loaded);
        buf_fini(&a);
        buf_fini(&b);
        buf_fini(&c);
    }
}

static void the_most_frequent_come_first_and_of_equals_the_first_met(void **state)
{
    (void)state;
    static const char *const lines[] = {"rare one",    "often two", "often two", "third kind",
                                        "fourth kind", "often two", "third kind"};
    struct shapes s = {0};
    const struct shape *top[3];
    for (size_t i = 0; i < 7; i++)
        shapes_note(&s, slice_of(NULL, 0), slice_str(lines[i]), 10 * i, i + 1);
    assert_int_equal(shapes_top(&s, top, 3), 3);
    static const struct {
        const char *text;
        uint64_t lines, line;
    } want[] = {{"often two", 3, 2}, {"third kind", 2, 4}, {"rare one", 1, 1}};
    for (size_t i = 0; i < 3; i++) {
        assert_true(slice_eq(slice_of(top[i]->text, top[i]->n), slice_str(want[i].text)));
        assert_int_equal(top[i]->lines, want[i].lines);
        assert_int_equal(top[i]->line, want[i].line);
    }
    shapes_fini(&s);
}

static void damaged_shapes_are_refused(void **state)
{
    (void)state;
    struct shapes s = {0};
    struct buf saved = {0};
    note_all(&s, 0, 1, 4);
    shapes_save(&s, &saved);
    for (size_t n = 0; n < saved.n; n++) {
        struct shapes into = {0};
        struct slice in = slice_of(saved.p, n);
        assert_false(shapes_load(&in, &into));
        shapes_fini(&into);
    }
    saved.p[saved.n - 2] = '\n';
    struct shapes into = {0};
    struct slice in = buf_slice(&saved);
    assert_false(shapes_load(&in, &into));
    shapes_fini(&into);
    shapes_fini(&s);
    buf_fini(&saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_varies_is_folded),
        cmocka_unit_test(a_shape_has_an_end),
        cmocka_unit_test(neither_order_nor_cuts_matter_however_many_there_are),
        cmocka_unit_test(the_most_frequent_come_first_and_of_equals_the_first_met),
        cmocka_unit_test(damaged_shapes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
