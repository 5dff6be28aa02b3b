/* Lines: every byte in exactly one line, whatever the buffers, the line's length or the encoding.
 */
#include "evidence.h"

static struct inventory v;

static struct reading text_reading(struct slice bytes)
{
    take(&v, write_file("mail.log", bytes));
    return read_source(&v, 0);
}

static void done(struct reading *r)
{
    reading_fini(r);
    inventory_fini(&v);
}

static void every_byte_is_in_one_line_whatever_the_chunk_size(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_lines(&text, 0, 600);
    buf_add(&text, slice_of("\n\r\n\0x\n\n\xff\xfe\n", 10));
    buf_add(&text, SLICE("no end"));
    take(&v, write_file("mail.log", buf_slice(&text)));
    static const size_t sizes[] = {1, 2, 3, 7, 64, 1000, 4096, 1 << 20};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
        for (int ahead = 0; ahead < 2; ahead++) {
            struct reading r = read_sized(&v, 0, NULL, ahead, sizes[i]);
            assert_text(&r, buf_slice(&text));
            assert_int_equal(r.result.bytes, text.n);
            assert_int_equal(r.result.lines, 600 + 6);
            assert_int_equal(r.result.nul_bytes, 1);
            assert_string_equal(r.result.sha256, r.result.input_sha256);
            assert_string_equal(r.result.sha256, v.inputs[0].sha256);
            reading_fini(&r);
        }
    inventory_fini(&v);
    buf_fini(&text);
}

static void a_long_line_is_cut_and_the_next_one_read(void **state)
{
    (void)state;
    size_t n = 20 << 20;
    char *bytes = malloc(n);
    memset(bytes, 'x', n);
    memcpy(bytes, "first\n", 6);
    memcpy(bytes + n - 6, "\nlast\n", 6);
    take(&v, write_file("mail.log", slice_of(bytes, n)));
    for (int ahead = 0; ahead < 2; ahead++) {
        struct reading r = read_sized(&v, 0, NULL, ahead, 100000);
        assert_int_equal(r.bytes, n);
        assert_int_equal(r.result.lines, 3);
        assert_int_equal(r.result.cut_lines, 1);
        assert_int_equal(r.text.n, 6 + limits_default.line + 1 + 5);
        assert_true(slice_ends(buf_slice(&r.text), SLICE("\nlast\n")));
        assert_true(told(&r, "line-limit"));
        assert_int_equal(r.result.problems[0].line, 2);
        reading_fini(&r);
    }
    inventory_fini(&v);
    free(bytes);
}

static void a_line_of_the_limit_is_whole_and_one_byte_more_is_cut(void **state)
{
    (void)state;
    struct limits limits = limits_default;
    limits.line = 8;
    static const size_t sizes[] = {1, 3, 8, 9, 100};
    inventory_init(&v, &limits, false);
    inventory_add(&v, write_file("mail.log", SLICE("12345678\n123456789\nabc\n")));
    inventory_settle(&v);
    for (size_t i = 0; i < 5; i++) {
        struct reading r = read_sized(&v, 0, NULL, false, sizes[i]);
        assert_text(&r, SLICE("12345678\n12345678\nabc\n"));
        assert_int_equal(r.cut, 1);
        assert_int_equal(r.bytes, 23);
        reading_fini(&r);
    }
    inventory_fini(&v);
}

static void a_utf_8_bom_is_dropped_from_the_text_and_counted(void **state)
{
    (void)state;
    struct reading r = text_reading(SLICE("\xef\xbb\xbfNov 20\nx\n"));
    assert_text(&r, SLICE("Nov 20\nx\n"));
    assert_int_equal(r.bytes, 12);
    assert_true(slice_starts(v.sources[0].head, SLICE("Nov")));
    done(&r);
}

static struct buf utf_16(const char *text, bool big, bool bom)
{
    struct buf b = {0};
    if (bom)
        buf_add(&b, big ? SLICE("\xfe\xff") : SLICE("\xff\xfe"));
    for (; *text; text++) {
        buf_byte(&b, big ? '\0' : *text);
        buf_byte(&b, big ? *text : '\0');
    }
    return b;
}

static void utf_16_is_decoded_with_and_without_a_bom_and_inside_gzip(void **state)
{
    (void)state;
    static const char text[] = "Nov 20 08:20:45 mx1\nNov 20 08:20:46 mx1\n";
    for (unsigned i = 0; i < 8; i++) {
        struct buf b = utf_16(text, i & 1, i & 2), packed = {0};
        buf_gzip(&packed, buf_slice(&b));
        struct reading r = text_reading(i & 4 ? buf_slice(&packed) : buf_slice(&b));
        assert_text(&r, SLICE(text).n ? slice_str(text) : SLICE(""));
        assert_int_equal(r.result.nul_bytes, 0);
        assert_true(told(&r, "utf-16-decoded"));
        assert_true(v.sources[0].wide);
        assert_true(slice_eq(v.sources[0].head, slice_str(text)));
        done(&r);
        buf_fini(&b);
        buf_fini(&packed);
    }
}

static void utf_16_pairs_and_halves_become_valid_utf_8(void **state)
{
    (void)state;
    struct reading r =
        text_reading(slice_of("\xff\xfe\x3d\xd8\x00\xde\xe5\x65\x00\xd8\x41\x00\x00\xdc\n\0z", 17));
    assert_text(&r, SLICE("\xf0\x9f\x98\x80\xe6\x97\xa5\xef\xbf\xbd"
                          "A\xef\xbf\xbd\n\xef\xbf\xbd"));
    done(&r);
}

static void carriage_returns_stay_in_the_text(void **state)
{
    (void)state;
    struct reading r = text_reading(SLICE("a\r\nb\rc\r\n"));
    assert_text(&r, SLICE("a\r\nb\rc\r\n"));
    assert_int_equal(r.result.lines, 2);
    done(&r);
}

static void an_empty_file_has_no_lines(void **state)
{
    (void)state;
    struct reading r = text_reading(SLICE(""));
    assert_int_equal(r.result.lines, 0);
    assert_int_equal(r.result.status, STATUS_EMPTY);
    assert_int_equal(v.inputs[0].status, STATUS_EMPTY);
    done(&r);
}

static void stopping_early_gives_no_hash(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_lines(&text, 0, 60000);
    take(&v, write_file("mail.log", buf_slice(&text)));
    for (int ahead = 0; ahead < 2; ahead++) {
        struct lines *l = lines_open(&v, 0, NULL, ahead, 0);
        struct lines_result result;
        struct line line;
        assert_int_equal(lines_next(l, &line), 1);
        lines_close(l, &result);
        assert_string_equal(result.sha256, "");
        assert_string_equal(result.input_sha256, "");
        assert_int_equal(result.lines, 1);
        lines_result_fini(&result);
    }
    inventory_fini(&v);
    buf_fini(&text);
}

static struct buf quoted;

static void quote_found(void *context, size_t i, struct slice text)
{
    assert_ptr_equal(context, &v);
    buf_printf(&quoted, "%zu:", i);
    buf_add(&quoted, text);
    buf_byte(&quoted, '|');
}

static void lines_are_quoted_from_plain_files_and_streams_alike(void **state)
{
    (void)state;
    struct slice text = SLICE("\xef\xbb\xbfone\ntwo is long\n\nlast");
    struct buf packed = {0};
    buf_gzip(&packed, text);
    static const uint64_t offsets[] = {0, 7, 19, 20, 999};
    for (int i = 0; i < 2; i++) {
        take(&v, write_file("mail.log", i ? buf_slice(&packed) : text));
        lines_quote(&v, 0, NULL, offsets, 5, 6, quote_found, &v);
        assert_true(slice_eq(buf_slice(&quoted), SLICE("0:one|1:two is|2:|3:last|")));
        buf_fini(&quoted);
        quoted = (struct buf){0};
        inventory_fini(&v);
    }
    buf_fini(&packed);
}

/* Lines of 1 to 300 bytes in runs of 64: most lie across several. */
static void lines_given_are_had_again_for_a_while(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_add(&text, SLICE("\xef\xbb\xbf"));
    for (unsigned i = 0; i < 4000; i++)
        buf_printf(&text, "%0*u\n", (int)(i * 7919 % 300), i);
    take(&v, write_file("mail.log", buf_slice(&text)));
    for (int ahead = 0; ahead < 2; ahead++) {
        enum { BEHIND = 3000, KEPT = 100 };
        struct lines *l = lines_open_sized(&v, 0, NULL, ahead, true, 64, BEHIND);
        struct lines_result result;
        struct line line;
        struct slice again;
        uint64_t starts[4000], ends = 0;
        size_t n = 0, gone = 0;
        assert_false(lines_again(l, 0, KEPT, &again));
        while (lines_next(l, &line) == 1) {
            starts[n++] = line.offset;
            ends = line.offset + line.bytes;
            for (size_t i = n > 60 ? n - 60 : 0; i < n; i += n % 3 + 1) {
                struct slice want = slice_from(buf_slice(&text), starts[i] + (i ? 0 : 3));
                want = slice_head(want, slice_chr(want, '\n'));
                bool there = lines_again(l, starts[i], KEPT, &again);
                assert_true(there || ends - starts[i] > BEHIND);
                gone += !there;
                if (there)
                    assert_true(slice_eq(again, slice_head(want, KEPT)));
            }
            assert_false(lines_again(l, ends, KEPT, &again));
        }
        assert_true(lines_again(l, starts[n - 1], KEPT, &again));
        struct slice last = slice_from(buf_slice(&text), starts[n - 1]);
        assert_true(slice_eq(again, slice_head(last, slice_chr(slice_head(last, KEPT), '\n'))));
        assert_int_equal(n, 4000);
        assert_true(gone > 0);
        lines_close(l, &result);
        lines_result_fini(&result);
    }
    inventory_fini(&v);
    buf_fini(&text);
}

static void a_file_that_grew_or_shrank_says_so(void **state)
{
    (void)state;
    const char *path = write_file("mail.log", SLICE("one\ntwo\n"));
    take(&v, path);
    write_file("mail.log", SLICE("one\ntwo\nthree\n"));
    struct reading r = read_source(&v, 0);
    assert_true(told(&r, "changed"));
    assert_int_equal(r.result.status, STATUS_CHANGED);
    assert_text(&r, SLICE("one\ntwo\nthree\n"));
    reading_fini(&r);
    write_file("mail.log", SLICE("one\n"));
    r = read_source(&v, 0);
    assert_int_equal(r.result.status, STATUS_CHANGED);
    reading_fini(&r);
    remove(path);
    r = read_source(&v, 0);
    assert_int_equal(r.result.status, STATUS_UNREADABLE);
    assert_true(told(&r, "unreadable"));
    done(&r);
}

static void a_file_that_shrinks_under_the_reader_keeps_what_was_read(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_lines(&text, 0, 20000);
    const char *path = write_file("mail.log", buf_slice(&text));
    take(&v, path);
    struct lines *l = lines_open_sized(&v, 0, NULL, false, true, 65536, 0);
    struct lines_result result;
    struct line line;
    assert_int_equal(lines_next(l, &line), 1);
    assert_int_equal(truncate(path, 100000), 0);
    while (lines_next(l, &line) == 1)
        ;
    lines_close(l, &result);
    assert_int_equal(result.bytes, 100000);
    assert_int_equal(result.status, STATUS_CHANGED);
    lines_result_fini(&result);
    inventory_fini(&v);
    buf_fini(&text);
}

static void reading_ahead_gives_the_same_hashes_of_every_kind(void **state)
{
    (void)state;
    struct buf text = {0}, packed = {0}, wide = utf_16("one\ntwo\n", false, true);
    buf_lines(&text, 0, 9000);
    buf_gzip(&packed, buf_slice(&text));
    const struct slice kinds[] = {buf_slice(&text), buf_slice(&packed), buf_slice(&wide)};
    for (size_t i = 0; i < 3; i++) {
        take(&v, write_file("mail.log", kinds[i]));
        struct reading here = read_sized(&v, 0, NULL, false, 5000);
        struct reading ahead = read_sized(&v, 0, NULL, true, 5000);
        assert_text(&ahead, buf_slice(&here.text));
        assert_int_equal(strlen(here.result.sha256), 64);
        assert_int_equal(strlen(here.result.input_sha256), 64);
        assert_string_equal(here.result.sha256, ahead.result.sha256);
        assert_string_equal(here.result.input_sha256, ahead.result.input_sha256);
        assert_int_equal(strcmp(here.result.sha256, here.result.input_sha256) == 0, i != 1);
        reading_fini(&ahead);
        done(&here);
    }
    buf_fini(&text);
    buf_fini(&packed);
    buf_fini(&wide);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)
    const struct CMUnitTest tests[] = {
        CASE(every_byte_is_in_one_line_whatever_the_chunk_size),
        CASE(a_long_line_is_cut_and_the_next_one_read),
        CASE(a_line_of_the_limit_is_whole_and_one_byte_more_is_cut),
        CASE(a_utf_8_bom_is_dropped_from_the_text_and_counted),
        CASE(utf_16_is_decoded_with_and_without_a_bom_and_inside_gzip),
        CASE(utf_16_pairs_and_halves_become_valid_utf_8),
        CASE(carriage_returns_stay_in_the_text),
        CASE(an_empty_file_has_no_lines),
        CASE(stopping_early_gives_no_hash),
        CASE(lines_are_quoted_from_plain_files_and_streams_alike),
        CASE(reading_ahead_gives_the_same_hashes_of_every_kind),
        CASE(lines_given_are_had_again_for_a_while),
        CASE(a_file_that_grew_or_shrank_says_so),
        CASE(a_file_that_shrinks_under_the_reader_keeps_what_was_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
