/* Damaged gzip: no byte that inflate gave is lost, and what is wrong is said. */
#include "evidence.h"

#include "input/damage.h"
#include "input/stream.h"

static struct buf plain, packed;

static int set_up(void **state)
{
    plain = packed = (struct buf){0};
    buf_lines(&plain, 0, 9600);
    buf_gzip(&packed, buf_slice(&plain));
    return folder_make(state);
}

static int tear_down(void **state)
{
    buf_fini(&plain);
    buf_fini(&packed);
    return folder_remove(state);
}

static struct inventory v;

static struct reading gzip_reading(struct slice bytes)
{
    take(&v, write_file("mail.log.gz", bytes));
    assert_int_equal(v.sources_count, 1);
    return read_source(&v, 0);
}

static void done(struct reading *r)
{
    reading_fini(r);
    inventory_fini(&v);
}

/* What zlib itself gives of a cut file. */
static size_t inflate_all(struct slice bytes, char *to, size_t room)
{
    z_stream z = {0};
    union {
        const char *from;
        Bytef *to;
    } in = {bytes.p};
    inflateInit2(&z, 31);
    z.next_in = in.to;
    z.avail_in = (uInt)bytes.n;
    z.next_out = (Bytef *)to;
    z.avail_out = (uInt)room;
    inflate(&z, Z_SYNC_FLUSH);
    inflateEnd(&z);
    return z.total_out;
}

static void a_cut_gzip_gives_every_byte_inflate_gives(void **state)
{
    (void)state;
    struct slice cut = slice_head(buf_slice(&packed), packed.n * 6 / 10);
    char *want = malloc(plain.n);
    size_t n = inflate_all(cut, want, plain.n);
    struct reading r = gzip_reading(cut);
    assert_text(&r, slice_of(want, n));
    assert_int_equal(r.result.status, STATUS_TRUNCATED);
    assert_true(told(&r, "gzip-truncated"));
    free(want);
    done(&r);
}

static void a_missing_trailer_loses_no_line(void **state)
{
    (void)state;
    struct reading r = gzip_reading(slice_head(buf_slice(&packed), packed.n - 8));
    assert_text(&r, buf_slice(&plain));
    assert_true(told(&r, "gzip-trailer-missing"));
    assert_int_equal(r.result.status, STATUS_TRUNCATED);
    done(&r);
}

static void a_wrong_crc_is_told_and_all_lines_kept(void **state)
{
    (void)state;
    packed.p[packed.n - 8] ^= 1;
    struct reading r = gzip_reading(buf_slice(&packed));
    assert_text(&r, buf_slice(&plain));
    assert_true(told(&r, "gzip-crc"));
    assert_int_equal(r.result.status, STATUS_CORRUPT);
    done(&r);
}

static void a_wrong_size_is_told_and_all_lines_kept(void **state)
{
    (void)state;
    packed.p[packed.n - 1] ^= 1;
    struct reading r = gzip_reading(buf_slice(&packed));
    assert_text(&r, buf_slice(&plain));
    assert_true(told(&r, "gzip-size"));
    done(&r);
}

static void a_flipped_byte_never_passes_for_sound(void **state)
{
    (void)state;
    for (unsigned i = 1; i < 8; i++) {
        size_t at = packed.n * i / 9;
        packed.p[at] ^= 0x10;
        struct reading r = gzip_reading(buf_slice(&packed));
        assert_int_not_equal(r.result.status, STATUS_OK);
        assert_true(r.result.problems_count > 0);
        /* deflate decodes in order: what lies well before the damage is as it was */
        size_t sound = plain.n * (i - 1) / 9;
        assert_true(r.text.n >= sound);
        assert_memory_equal(r.text.p, plain.p, sound);
        packed.p[at] ^= 0x10;
        done(&r);
    }
}

static struct buf three(size_t *second, size_t *third)
{
    struct buf all = {0};
    buf_gzip(&all, slice_head(buf_slice(&plain), 300000));
    *second = all.n;
    buf_gzip(&all, slice_head(slice_from(buf_slice(&plain), 300000), 300000));
    *third = all.n;
    buf_gzip(&all, slice_from(buf_slice(&plain), 600000));
    return all;
}

static void all_members_are_read(void **state)
{
    (void)state;
    size_t second, third;
    struct buf all = three(&second, &third);
    struct reading r = gzip_reading(buf_slice(&all));
    assert_text(&r, buf_slice(&plain));
    assert_int_equal(r.result.status, STATUS_OK);
    assert_int_equal(r.result.problems_count, 0);
    assert_int_equal(r.result.input_bytes, all.n);
    assert_int_equal(strlen(r.result.input_sha256), 64);
    buf_fini(&all);
    done(&r);
}

static void reading_goes_on_after_a_damaged_member(void **state)
{
    (void)state;
    size_t second, third;
    struct buf all = three(&second, &third);
    memset(all.p + second + 200, 0xff, third - second - 300);
    struct reading r = gzip_reading(buf_slice(&all));
    struct slice last = slice_from(buf_slice(&plain), 600000);
    assert_true(told(&r, "gzip-resync"));
    assert_true(slice_ends(buf_slice(&r.text), last));
    assert_memory_equal(r.text.p, plain.p, 300000);
    assert_int_equal(r.result.status, STATUS_CORRUPT);
    buf_fini(&all);
    done(&r);
}

static void garbage_and_zeros_after_the_end_are_only_noted(void **state)
{
    (void)state;
    struct buf all = {0};
    buf_add(&all, buf_slice(&packed));
    for (unsigned i = 0; i < 1000; i++)
        buf_byte(&all, 'x');
    struct reading r = gzip_reading(buf_slice(&all));
    assert_text(&r, buf_slice(&plain));
    assert_true(told(&r, "trailing-bytes"));
    assert_true(r.result.problems[0].note);
    assert_int_equal(r.result.problems[0].offset, packed.n);
    assert_int_equal(r.result.status, STATUS_OK);
    done(&r);
    memset(all.p + packed.n, 0, 1000);
    r = gzip_reading(buf_slice(&all));
    assert_true(told(&r, "trailing-zeros"));
    assert_false(told(&r, "trailing-bytes"));
    buf_fini(&all);
    done(&r);
}

static void a_header_alone_says_so(void **state)
{
    (void)state;
    for (size_t n = 2; n <= 10; n++) {
        struct reading r = gzip_reading(slice_head(buf_slice(&packed), n));
        assert_int_equal(r.result.lines, 0);
        assert_int_equal(r.result.status, STATUS_TRUNCATED);
        assert_true(told(&r, "gzip-header-only"));
        done(&r);
    }
}

static void a_gzip_of_nothing_is_empty(void **state)
{
    (void)state;
    struct buf none = {0};
    buf_gzip(&none, SLICE(""));
    struct reading r = gzip_reading(buf_slice(&none));
    assert_int_equal(r.result.lines, 0);
    assert_int_equal(r.result.status, STATUS_EMPTY);
    buf_fini(&none);
    done(&r);
}

static void gzip_in_gzip_is_read_to_the_depth_limit(void **state)
{
    (void)state;
    struct buf layers[8] = {{0}};
    buf_add(&layers[0], SLICE("a line\n"));
    for (unsigned i = 1; i < 8; i++)
        buf_gzip(&layers[i], buf_slice(&layers[i - 1]));
    struct reading r = gzip_reading(buf_slice(&layers[5]));
    assert_text(&r, SLICE("a line\n"));
    done(&r);
    r = gzip_reading(buf_slice(&layers[6]));
    assert_int_equal(r.result.lines, 0);
    assert_int_equal(r.result.status, STATUS_LIMITED);
    assert_non_null(listed(&v, "depth-limit"));
    for (unsigned i = 0; i < 8; i++)
        buf_fini(&layers[i]);
    done(&r);
}

static void a_bomb_is_ended_by_the_ratio_limit(void **state)
{
    (void)state;
    struct limits limits = limits_default;
    limits.ratio = 50;
    limits.ratio_after = 1 << 20;
    size_t n = 32 << 20;
    char *zeros = calloc(1, n);
    struct buf bomb = {0};
    buf_gzip(&bomb, slice_of(zeros, n));
    const char *path = write_file("bomb.gz", buf_slice(&bomb));
    inventory_init(&v, &limits, false);
    assert_int_equal(inventory_add(&v, path), 0);
    inventory_settle(&v);
    struct reading r = read_source(&v, 0);
    assert_true(told(&r, "ratio-limit"));
    assert_int_equal(r.result.status, STATUS_LIMITED);
    assert_true(r.bytes < n);
    done(&r);
    take(&v, path); /* real deflate stays below the default limit: one long line of NULs */
    r = read_source(&v, 0);
    assert_int_equal(r.bytes, n);
    assert_int_equal(r.result.lines, 1);
    assert_int_equal(r.result.nul_bytes, n);
    free(zeros);
    buf_fini(&bomb);
    done(&r);
}

static void hostile_header_names_are_stepped_over(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_add(&b, slice_of("\x1f\x8b\x08\x18\x5e\x0d\x8f\x69\x00\x03", 10));
    buf_add(&b, slice_of("../../etc/\x1b[31m", 15));
    buf_byte(&b, '\0');
    for (unsigned i = 0; i < 300000; i++)
        buf_byte(&b, 'c');
    buf_byte(&b, '\0');
    buf_add(&b, slice_from(buf_slice(&packed), 10));
    struct reading r = gzip_reading(buf_slice(&b));
    assert_text(&r, buf_slice(&plain));
    assert_int_equal(r.result.status, STATUS_OK);
    assert_string_equal(v.sources[0].mtime_from, "gzip");
    assert_true(v.sources[0].mtime == INT64_C(0x698f0d5e) * SECOND);
    buf_fini(&b);
    done(&r);
}

/* Headers inside damaged members: where reading goes on depends on how far the damaged data was followed. */
static void damaged_members_give_the_same_bytes_for_any_size_of_the_reads(void **state)
{
    (void)state;
    static const char bytes[] = "\x00\x07\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x8b\x08\x17\x00\x8b"
                                "\x08\x2b\x00\x00\x00\x00\x11\x1f"
                                "\x8b\x08\x07\x1f\x8b\x08\x00\x00\x00\x00\x00\xff\x07\x00\x11\x0b"
                                "\x1f\x00\x1f\x8b\x08\x17\x00\x8b"
                                "\x08\x00\x00\xff\x40\x00\xc1\x2c\x00\x8b\xe8\xff\x8b\xb6\x04\x07"
                                "\x81\x00\x00\x27\x00\x8b\x0b\x00"
                                "\x00\x11\x1f\x8b\x08\x17\x00\x8b\x08\x00\x00\x00\x20\x00\x11\x1f"
                                "\x8b\x08\x07\x1f\x8b\x08\x00\x00"
                                "\x00\x00\x00\x00\x1f\x8b\x08\x17\x00\x0b\x1f\x00\x1f\x8b\x08\x17"
                                "\x00\xea\xdd\xfd\x72\x2a\x46\x8a"
                                "\xfd\xfe\xfd\x40\xc1\x9c\x2a\xb6\x04\x74\xed\x91\xd1\x8a\x17\x1b"
                                "\x32\x3b\x71\xe0\xf6\x09\x28\x12"
                                "\x00\x00\x00\xf3\xf4\xa4\x5b\x00\x5f";
    static const size_t sizes[] = {1, 2, 3, 64, 8192};
    struct buf first = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct limits limits = limits_default;
        struct damage d = {0};
        struct passage passage = {.damage = &d, .limits = &limits};
        struct buf given = {0};
        char room[8192];
        struct stream *s =
            gzip_open(memory_stream_open(&passage, slice_of(bytes, sizeof bytes - 1), false));
        for (ssize_t n; (n = stream_read(s, room, sizes[i])) > 0;)
            buf_add(&given, slice_of(room, (size_t)n));
        stream_close(s);
        damage_fini(&d);
        if (i == 0)
            buf_add(&first, buf_slice(&given));
        assert_int_equal(given.n, 7);
        assert_true(slice_eq(buf_slice(&given), buf_slice(&first)));
        buf_fini(&given);
    }
    buf_fini(&first);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_cut_gzip_gives_every_byte_inflate_gives),
        CASE(a_missing_trailer_loses_no_line),
        CASE(a_wrong_crc_is_told_and_all_lines_kept),
        CASE(a_wrong_size_is_told_and_all_lines_kept),
        CASE(a_flipped_byte_never_passes_for_sound),
        CASE(all_members_are_read),
        CASE(reading_goes_on_after_a_damaged_member),
        CASE(garbage_and_zeros_after_the_end_are_only_noted),
        CASE(a_header_alone_says_so),
        CASE(a_gzip_of_nothing_is_empty),
        CASE(gzip_in_gzip_is_read_to_the_depth_limit),
        CASE(a_bomb_is_ended_by_the_ratio_limit),
        CASE(hostile_header_names_are_stepped_over),
        CASE(damaged_members_give_the_same_bytes_for_any_size_of_the_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
