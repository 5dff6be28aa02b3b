/* Archives: every entry is read or accounted for, whatever its name, size or neighbours claim. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "evidence.h"

static struct inventory v;

static void one_line_file(struct buf *tar, const char *name, const char *text)
{
    buf_tar(tar, name, '0', slice_str(text));
}

static void expect(const char *suffix, struct slice want)
{
    uint32_t s = source_of(&v, suffix);
    assert_int_not_equal(s, NO_SOURCE);
    struct reading r = read_source(&v, s);
    assert_text(&r, want);
    assert_int_equal(v.sources[s].bytes, want.n);
    assert_int_equal(strlen(v.sources[s].sha256), 64);
    assert_string_equal(v.sources[s].sha256, r.result.sha256);
    reading_fini(&r);
}

static void hostile_names_are_labels_only(void **state)
{
    (void)state;
    struct buf tar = {0};
    static const char *const names[] = {"../../escape.log", "/abs.log", "C:\\x.log", "a\\..\\b.log",
                                        "bad\xff\xfename.log"};
    for (size_t i = 0; i < 5; i++)
        one_line_file(&tar, names[i], names[i]);
    buf_tar_end(&tar);
    take(&v, write_file("case.tar", buf_slice(&tar)));
    assert_int_equal(v.sources_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_true(slice_eq(v.sources[i].member, slice_str(names[i])));
        expect(names[i], slice_str(names[i]));
    }
    assert_int_equal(access(in_folder("../escape.log"), F_OK), -1);
    assert_true(v.sources[0].streamed);
    assert_string_equal(v.sources[0].mtime_from, "entry");
    inventory_fini(&v);
    buf_fini(&tar);
}

static void a_bomb_in_a_zip_leaves_its_neighbour_whole(void **state)
{
    (void)state;
    struct zip z = {0};
    size_t n = 64 << 20;
    char *zeros = calloc(1, n);
    struct limits limits = limits_default;
    limits.ratio = 100;
    limits.ratio_after = 1 << 20;
    zip_add(&z, "bomb.log", slice_of(zeros, n), (struct zip_lie){0});
    zip_add(&z, "good.log", SLICE("a line\n"), (struct zip_lie){0});
    inventory_init(&v, &limits, false);
    inventory_add(&v, write_file("a.zip", zip_end(&z)));
    inventory_settle(&v);
    assert_int_equal(v.sources[source_of(&v, "bomb.log")].status, STATUS_LIMITED);
    assert_true(v.sources[source_of(&v, "bomb.log")].bytes < n);
    assert_non_null(listed(&v, "ratio-limit"));
    expect("a.zip!good.log", SLICE("a line\n"));
    inventory_fini(&v);
    free(zeros);
    zip_fini(&z);
}

static void an_encrypted_entry_is_told_and_the_others_read(void **state)
{
    (void)state;
    struct zip z = {0};
    zip_add(&z, "secret.log", SLICE("xxxxxxxxxxxx hidden\n"), (struct zip_lie){.flags = 1});
    zip_add(&z, "open.log", SLICE("seen\n"), (struct zip_lie){0});
    take(&v, write_file("a.zip", zip_end(&z)));
    uint32_t s = source_of(&v, "secret.log");
    assert_int_equal(v.sources[s].status, STATUS_ENCRYPTED);
    assert_non_null(listed(&v, "entry-encrypted"));
    struct reading r = read_source(&v, s);
    assert_int_equal(r.bytes, 0);
    assert_int_equal(r.result.status, STATUS_ENCRYPTED);
    reading_fini(&r);
    expect("open.log", SLICE("seen\n"));
    inventory_fini(&v);
    zip_fini(&z);
}

static void a_false_size_or_crc_loses_no_data(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_lines(&text, 0, 90);
    struct zip z = {0};
    zip_add(&z, "size.log", buf_slice(&text), (struct zip_lie){.size_off = 1});
    zip_add(&z, "crc.log", buf_slice(&text), (struct zip_lie){.crc_off = 1});
    take(&v, write_file("a.zip", zip_end(&z)));
    for (size_t i = 0; i < 2; i++) {
        const char *name = i ? "crc.log" : "size.log";
        uint32_t s = source_of(&v, name);
        assert_int_not_equal(v.sources[s].bytes, 0);
        expect(name, buf_slice(&text));
        assert_int_equal(listed(&v, "entry-damaged") != NULL, 1);
    }
    assert_int_equal(v.sources[source_of(&v, "size.log")].duplicate_of == NO_SOURCE, 1);
    inventory_fini(&v);
    zip_fini(&z);
    buf_fini(&text);
}

static void links_and_devices_are_counted_not_followed(void **state)
{
    (void)state;
    struct buf tar = {0};
    buf_tar(&tar, "soft.log", '2', SLICE(""));
    buf_tar(&tar, "hard.log", '1', SLICE(""));
    buf_tar(&tar, "pipe.log", '6', SLICE(""));
    buf_tar(&tar, "null.log", '3', SLICE(""));
    one_line_file(&tar, "mail.log", "a line\n");
    buf_tar_end(&tar);
    take(&v, write_file("case.tar", buf_slice(&tar)));
    assert_int_equal(v.sources_count, 1);
    assert_true(slice_starts(listed(&v, "entry-link")->text, SLICE("2 ")));
    assert_true(slice_starts(listed(&v, "entry-special")->text, SLICE("2 ")));
    assert_true(listed(&v, "entry-link")->note);
    expect("mail.log", SLICE("a line\n"));
    inventory_fini(&v);
    buf_fini(&tar);
}

static void entries_after_a_bad_header_checksum_are_found(void **state)
{
    (void)state;
    struct buf tar = {0};
    one_line_file(&tar, "a.log", "first\n");
    size_t second = tar.n;
    one_line_file(&tar, "b.log", "second\n");
    one_line_file(&tar, "c.log", "third\n");
    buf_tar_end(&tar);
    tar.p[second + 148] ^= 1;
    take(&v, write_file("case.tar", buf_slice(&tar)));
    expect("a.log", SLICE("first\n"));
    expect("c.log", SLICE("third\n"));
    assert_non_null(listed(&v, "archive-damaged"));
    assert_int_equal(v.inputs[0].status, STATUS_CORRUPT);
    inventory_fini(&v);
    buf_fini(&tar);
}

static void a_cut_tar_gives_the_part_that_is_there(void **state)
{
    (void)state;
    struct buf tar = {0}, text = {0};
    buf_lines(&text, 0, 2000);
    one_line_file(&tar, "a.log", "first\n");
    buf_tar(&tar, "b.log", '0', buf_slice(&text));
    struct slice cut = slice_head(buf_slice(&tar), 1024 + 512 + 100000);
    take(&v, write_file("case.tar", cut));
    expect("a.log", SLICE("first\n"));
    expect("b.log", slice_head(buf_slice(&text), 100000));
    assert_int_equal(v.sources[1].status, STATUS_TRUNCATED);
    inventory_fini(&v);
    buf_fini(&tar);
    buf_fini(&text);
}

static void a_cut_tar_gz_tells_one_truth(void **state)
{
    (void)state;
    struct buf tar = {0}, text = {0}, packed = {0};
    buf_lines(&text, 0, 5000);
    buf_tar(&tar, "a.log", '0', buf_slice(&text));
    buf_tar(&tar, "b.log", '0', slice_from(buf_slice(&text), 7));
    buf_tar_end(&tar);
    buf_gzip(&packed, buf_slice(&tar));
    take(&v, write_file("case.tgz", slice_head(buf_slice(&packed), packed.n / 4)));
    assert_int_equal(v.sources_count, 1);
    assert_int_equal(v.sources[0].status, STATUS_TRUNCATED);
    struct reading r = read_source(&v, 0);
    assert_true(r.bytes > 50000);
    assert_memory_equal(r.text.p, text.p, r.text.n);
    assert_int_equal(r.result.problems_count, 0); /* the inventory told it */
    assert_non_null(listed(&v, "gzip-truncated"));
    assert_int_equal(r.result.status, STATUS_TRUNCATED);
    reading_fini(&r);
    inventory_fini(&v);
    buf_fini(&tar);
    buf_fini(&text);
    buf_fini(&packed);
}

/* zip in zip in zip ... with a line at the bottom. */
static struct buf nest(unsigned levels)
{
    struct buf inner = {0};
    buf_add(&inner, SLICE("deep\n"));
    for (unsigned i = 0; i < levels; i++) {
        struct zip z = {0};
        char name[32];
        snprintf(name, sizeof(name), i ? "n%u.zip" : "deep.log", i);
        zip_add(&z, name, buf_slice(&inner), (struct zip_lie){0});
        inner.n = 0;
        buf_add(&inner, zip_end(&z));
        zip_fini(&z);
    }
    return inner;
}

static void nests_are_read_to_the_limit_and_named_beyond_it(void **state)
{
    (void)state;
    struct buf b = nest(5);
    take(&v, write_file("n5.zip", buf_slice(&b)));
    expect("n5.zip!n4.zip!n3.zip!n2.zip!n1.zip!deep.log", SLICE("deep\n"));
    inventory_fini(&v);
    buf_fini(&b);
    b = nest(6);
    take(&v, write_file("n6.zip", buf_slice(&b)));
    assert_int_equal(v.sources_count, 1);
    assert_true(slice_ends(v.sources[0].path, SLICE("n6.zip!n5.zip!n4.zip!n3.zip!n2.zip!n1.zip")));
    assert_int_equal(v.sources[0].status, STATUS_LIMITED);
    assert_int_equal(listed(&v, "depth-limit")->source, 0);
    inventory_fini(&v);
    buf_fini(&b);
}

static void a_log_in_a_tar_gz_in_a_zip_is_reached_again(void **state)
{
    (void)state;
    struct buf tar = {0}, packed = {0}, log = {0}, text = {0};
    struct zip z = {0};
    buf_lines(&text, 0, 3000);
    buf_gzip(&log, buf_slice(&text));
    one_line_file(&tar, "first.log", "first\n");
    buf_tar(&tar, "var/log/mail.log.2.gz", '0', buf_slice(&log));
    buf_tar_end(&tar);
    buf_gzip(&packed, buf_slice(&tar));
    zip_add(&z, "readme.txt", SLICE("hello\n"), (struct zip_lie){0});
    zip_add(&z, "case7.tar.gz", buf_slice(&packed), (struct zip_lie){0});
    take(&v, write_file("a.zip", zip_end(&z)));
    expect("a.zip!case7.tar.gz!var/log/mail.log.2.gz", buf_slice(&text));
    assert_true(slice_eq(v.sources[2].member, SLICE("var/log/mail.log.2")));
    inventory_fini(&v);
    zip_fini(&z);
    buf_fini(&tar);
    buf_fini(&packed);
    buf_fini(&log);
    buf_fini(&text);
}

/* Where a name ends inside a character libarchive takes what errno held before for its own want of memory, and ends the
 * program. */
static void an_old_errno_does_not_end_the_program(void **state)
{
    (void)state;
    struct zip z = {0};
    zip_add(&z, "cut\xfa", SLICE("a line\n"), (struct zip_lie){0});
    const char *path = write_file("a.zip", buf_slice(&z.body));
    for (unsigned i = 0; i < 2; i++) { /* the first loads the locale, which has errors of its own */
        errno = ENOMEM;
        take(&v, path);
        assert_int_equal(v.sources_count, 1);
        inventory_fini(&v);
    }
    zip_fini(&z);
}

/* Cut before its central directory, and the first entry says that it is longer than its data: where the second is looked
 * for depends on how much of the first was read. */
static void a_member_behind_a_lie_is_the_same_when_read(void **state)
{
    (void)state;
    struct zip z = {0};
    zip_add(&z, "a.log", SLICE("first\n"), (struct zip_lie){0});
    size_t second = z.body.n;
    zip_add(&z, "b.log", SLICE("second\n"), (struct zip_lie){0});
    zip_add(&z, "c.log", SLICE("third\n"), (struct zip_lie){0});
    z.body.p[18] = (char)(z.body.p[18] + (char)(second + 3)); /* into the second's data */
    take(&v, write_file("a.zip", buf_slice(&z.body)));
    assert_int_equal(v.sources_count, 3);
    expect("a.zip!c.log", SLICE("third\n"));
    expect("a.zip!b.log", SLICE("second\n"));
    expect("a.zip!a.log", SLICE("first\n"));
    inventory_fini(&v);
    zip_fini(&z);
}

static void overlapping_zip_entries_are_missed_aloud(void **state)
{
    (void)state;
    struct zip z = {0};
    zip_add(&z, "a.log", SLICE("a line\n"), (struct zip_lie){0});
    for (unsigned i = 0; i < 199; i++) {
        struct slice record = slice_head(buf_slice(&z.central), 46 + 5);
        char copy[51];
        memcpy(copy, record.p, sizeof(copy));
        buf_add(&z.central, slice_of(copy, sizeof(copy)));
        z.count++;
    }
    take(&v, write_file("a.zip", zip_end(&z)));
    assert_true(v.sources_count < 200);
    assert_non_null(listed(&v, "entries-missing"));
    assert_int_equal(v.inputs[0].status, STATUS_CORRUPT);
    inventory_fini(&v);
    zip_fini(&z);
}

static void entries_of_one_name_are_both_read(void **state)
{
    (void)state;
    struct buf tar = {0};
    one_line_file(&tar, "mail.log", "one\n");
    one_line_file(&tar, "mail.log", "two\n");
    buf_tar_end(&tar);
    take(&v, write_file("case.tar", buf_slice(&tar)));
    for (uint32_t i = 0; i < 2; i++) {
        struct reading r = read_source(&v, i);
        assert_text(&r, i ? SLICE("two\n") : SLICE("one\n"));
        reading_fini(&r);
    }
    inventory_fini(&v);
    buf_fini(&tar);
}

static void a_huge_declared_size_allocates_nothing(void **state)
{
    (void)state;
    struct buf tar = {0};
    one_line_file(&tar, "a.log", "some bytes of it\n");
    memcpy(tar.p + 124, "\x80\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00", 12);
    unsigned sum = 0;
    memset(tar.p + 148, ' ', 8);
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)tar.p[i];
    snprintf(tar.p + 148, 8, "%06o", sum);
    take(&v, write_file("case.tar", buf_slice(&tar)));
    assert_int_equal(v.sources_count, 1);
    assert_int_equal(v.sources[0].bytes, 512);
    assert_int_equal(v.sources[0].status, STATUS_TRUNCATED);
    inventory_fini(&v);
    buf_fini(&tar);
}

static void nuls_and_mtree_text_are_text(void **state)
{
    (void)state;
    struct buf b = {0};
    for (unsigned i = 0; i < 1024; i++)
        buf_byte(&b, '\0');
    buf_add(&b, SLICE("\na line\n"));
    take(&v, write_file("nul.log", buf_slice(&b)));
    struct reading r = read_source(&v, 0);
    assert_text(&r, buf_slice(&b));
    assert_int_equal(r.result.nul_bytes, 1024);
    assert_int_equal(r.result.lines, 2);
    assert_true(told(&r, "nul-bytes"));
    reading_fini(&r);
    inventory_fini(&v);
    struct slice mtree = SLICE("#mtree\n/set type=file\nmail.log size=3\n");
    take(&v, write_file("mtree.log", mtree));
    assert_string_equal(v.inputs[0].container, "file");
    r = read_source(&v, 0);
    assert_text(&r, mtree);
    reading_fini(&r);
    inventory_fini(&v);
    buf_fini(&b);
}

static void refused_kinds_are_named_and_never_read_as_text(void **state)
{
    (void)state;
    static const struct slice fronts[] = {
        SLICE_LIT("Rar!\x1a\x07\x01\x00 more\n"), SLICE_LIT("\x04\x22\x4d\x18 more\n"),
        SLICE_LIT("\x1f\x9d\x90 more\n"),         SLICE_LIT("LZIP\x01\x0c more\n"),
        SLICE_LIT("MSCF\0\0\0\0 more\n"),         SLICE_LIT("LPKSHHRH more\n"),
    };
    for (size_t i = 0; i < sizeof(fronts) / sizeof(*fronts); i++) {
        take(&v, write_file("mail.log", fronts[i]));
        assert_int_equal(v.inputs[0].status, STATUS_UNSUPPORTED);
        assert_non_null(listed(&v, "unsupported"));
        struct reading r = read_source(&v, 0);
        assert_int_equal(r.result.lines, 0);
        assert_int_equal(r.result.status, STATUS_UNSUPPORTED);
        reading_fini(&r);
        inventory_fini(&v);
    }
}

/* Bytes written by libarchive: raw with a filter, or 7z. */
static struct buf written(struct slice text, int filter, bool seven)
{
    struct buf out = {0};
    size_t used = 0;
    struct archive *a = archive_write_new();
    buf_room(&out, text.n + 65536);
    if (seven) {
        archive_write_set_format_7zip(a);
    } else {
        archive_write_set_format_raw(a);
        archive_write_add_filter(a, filter);
    }
    assert_int_equal(archive_write_open_memory(a, out.p, text.n + 65536, &used), ARCHIVE_OK);
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_pathname(e, "mail.log");
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_size(e, (la_int64_t)text.n);
    assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
    assert_int_equal(archive_write_data(a, text.p, text.n), text.n);
    archive_entry_free(e);
    assert_int_equal(archive_write_free(a), ARCHIVE_OK);
    out.n = used;
    return out;
}

static void other_codecs_are_read_and_their_cuts_told(void **state)
{
    (void)state;
    static const int filters[] = {ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD};
    struct buf text = {0};
    buf_lines(&text, 0, 30000);
    for (size_t i = 0; i < 3; i++) {
        struct buf b = written(buf_slice(&text), filters[i], false);
        take(&v, write_file("mail.log", buf_slice(&b)));
        struct reading r = read_source(&v, 0);
        assert_text(&r, buf_slice(&text));
        assert_int_equal(r.result.status, STATUS_OK);
        assert_non_null(listed(&v, "wrong-suffix"));
        reading_fini(&r);
        inventory_fini(&v);
        take(&v, write_file("mail.log", slice_head(buf_slice(&b), b.n / 2)));
        r = read_source(&v, 0);
        assert_int_equal(r.result.status, STATUS_TRUNCATED);
        assert_true(told(&r, "stream-truncated"));
        assert_true(r.text.n <= text.n);
        assert_memory_equal(r.text.p, text.p, r.text.n);
        reading_fini(&r);
        inventory_fini(&v);
        struct buf twice = {0};
        buf_add(&twice, buf_slice(&b));
        buf_add(&twice, buf_slice(&b));
        take(&v, write_file("mail.log", buf_slice(&twice)));
        r = read_source(&v, 0);
        assert_int_equal(r.bytes, 2 * text.n);
        reading_fini(&r);
        inventory_fini(&v);
        buf_fini(&twice);
        buf_fini(&b);
    }
    buf_fini(&text);
}

static void a_7z_is_read_and_a_cut_one_is_told(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_lines(&text, 0, 3000);
    struct buf b = written(buf_slice(&text), 0, true);
    take(&v, write_file("a.7z", buf_slice(&b)));
    expect("a.7z!mail.log", buf_slice(&text));
    inventory_fini(&v);
    take(&v, write_file("a.7z", slice_head(buf_slice(&b), b.n / 2)));
    assert_int_equal(v.sources_count, 0);
    assert_int_not_equal(v.inputs[0].status, STATUS_OK);
    assert_true(v.problems_count > 0 && v.problems[0].text.n > 0);
    inventory_fini(&v);
    struct buf tar = {0};
    buf_tar(&tar, "inner.7z", '0', buf_slice(&b));
    buf_tar_end(&tar);
    take(&v, write_file("a.tar", buf_slice(&tar)));
    assert_int_equal(v.sources_count, 1);
    assert_int_equal(v.sources[0].status, STATUS_UNSUPPORTED);
    inventory_fini(&v);
    buf_fini(&tar);
    buf_fini(&b);
    buf_fini(&text);
}

static void the_entry_limit_is_stated(void **state)
{
    (void)state;
    struct limits limits = limits_default;
    limits.entries = 3;
    struct buf tar = {0};
    for (unsigned i = 0; i < 5; i++)
        one_line_file(&tar, "mail.log", "x\n");
    buf_tar_end(&tar);
    inventory_init(&v, &limits, false);
    inventory_add(&v, write_file("case.tar", buf_slice(&tar)));
    inventory_settle(&v);
    assert_int_equal(v.sources_count, 3);
    assert_non_null(listed(&v, "entry-limit"));
    assert_int_equal(v.inputs[0].status, STATUS_LIMITED);
    inventory_fini(&v);
    buf_fini(&tar);
}

static void cursors_give_the_bytes_of_fresh_opens(void **state)
{
    (void)state;
    struct buf tar = {0}, packed = {0}, inner = {0}, outer = {0};
    for (unsigned i = 0; i < 20; i++) {
        struct buf text = {0};
        char name[32];
        buf_lines(&text, i * 100, i * 100 + 500);
        snprintf(name, sizeof(name), "log.%u", i);
        buf_tar(&tar, name, '0', buf_slice(&text));
        buf_fini(&text);
    }
    buf_tar_end(&tar);
    buf_gzip(&packed, buf_slice(&tar));
    buf_tar(&outer, "one.tgz", '0', buf_slice(&packed));
    buf_tar(&outer, "plain.log", '0', SLICE("x\ny\n"));
    buf_tar(&outer, "two.tgz", '0', buf_slice(&packed));
    buf_tar_end(&outer);
    take(&v, write_file("case.tar", buf_slice(&outer)));
    assert_int_equal(v.sources_count, 41);
    struct cursors *c = cursors_new();
    static const uint32_t orders[][8] = {
        {0, 1, 2, 3, 10, 20, 21, 40}, {5, 0, 6, 1, 7, 2, 25, 22}, {40, 39, 3, 3, 20, 19, 30, 20}};
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < 8; i++) {
            struct reading fresh = read_source(&v, orders[k][i]);
            struct reading again = read_sized(&v, orders[k][i], c, i % 2, 4096);
            assert_text(&again, buf_slice(&fresh.text));
            assert_string_equal(again.result.sha256, fresh.result.sha256);
            reading_fini(&fresh);
            reading_fini(&again);
        }
    cursors_free(c);
    inventory_fini(&v);
    buf_fini(&tar);
    buf_fini(&packed);
    buf_fini(&inner);
    buf_fini(&outer);
}

/* Read through one pool in order, and each by itself from the archive's front. */
static void what_a_limit_left_is_the_same_for_every_reader(void **state)
{
    (void)state;
    struct buf tar = {0}, text = {0};
    struct limits limits = limits_default;
    limits.total = 100000;
    for (unsigned i = 0; text.n < 60000; i++)
        buf_lines(&text, i * 100, i * 100 + 100);
    one_line_file(&tar, "first", "a line\n");
    buf_tar(&tar, "second", '0', slice_head(buf_slice(&text), 60000));
    buf_tar(&tar, "third", '0', slice_head(buf_slice(&text), 60000));
    buf_tar_end(&tar);
    inventory_init(&v, &limits, false);
    inventory_add(&v, write_file("case.tar", buf_slice(&tar)));
    inventory_settle(&v);
    assert_int_equal(v.sources_count, 3);
    assert_int_equal(v.sources[2].bytes, limits.total - 60000 - 7);
    assert_int_equal(v.sources[2].status, STATUS_LIMITED);
    assert_non_null(listed(&v, "total-limit"));
    struct cursors *c = cursors_new();
    for (uint32_t i = 0; i < 3; i++) {
        struct reading own = read_source(&v, i), pooled = read_sized(&v, i, c, false, 61);
        assert_int_equal(own.bytes, v.sources[i].bytes);
        assert_text(&pooled, buf_slice(&own.text));
        assert_false(told(&own, "changed"));
        assert_int_equal(own.result.status, v.sources[i].status);
        reading_fini(&own);
        reading_fini(&pooled);
    }
    cursors_free(c);
    inventory_fini(&v);
    buf_fini(&tar);
    buf_fini(&text);
}

static void every_byte_up_to_the_limit_is_no_damage(void **state)
{
    (void)state;
    struct buf tar = {0};
    struct limits limits = limits_default;
    limits.total = 14;
    one_line_file(&tar, "first", "a line\n");
    one_line_file(&tar, "second", "b line\n");
    buf_tar_end(&tar);
    inventory_init(&v, &limits, false);
    inventory_add(&v, write_file("case.tar", buf_slice(&tar)));
    inventory_settle(&v);
    assert_null(listed(&v, "total-limit"));
    expect("second", SLICE("b line\n"));
    inventory_fini(&v);
    buf_fini(&tar);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)
    const struct CMUnitTest tests[] = {
        CASE(hostile_names_are_labels_only),
        CASE(a_bomb_in_a_zip_leaves_its_neighbour_whole),
        CASE(an_encrypted_entry_is_told_and_the_others_read),
        CASE(a_false_size_or_crc_loses_no_data),
        CASE(links_and_devices_are_counted_not_followed),
        CASE(entries_after_a_bad_header_checksum_are_found),
        CASE(a_cut_tar_gives_the_part_that_is_there),
        CASE(a_cut_tar_gz_tells_one_truth),
        CASE(nests_are_read_to_the_limit_and_named_beyond_it),
        CASE(a_log_in_a_tar_gz_in_a_zip_is_reached_again),
        CASE(an_old_errno_does_not_end_the_program),
        CASE(a_member_behind_a_lie_is_the_same_when_read),
        CASE(overlapping_zip_entries_are_missed_aloud),
        CASE(entries_of_one_name_are_both_read),
        CASE(a_huge_declared_size_allocates_nothing),
        CASE(nuls_and_mtree_text_are_text),
        CASE(refused_kinds_are_named_and_never_read_as_text),
        CASE(other_codecs_are_read_and_their_cuts_told),
        CASE(a_7z_is_read_and_a_cut_one_is_told),
        CASE(the_entry_limit_is_stated),
        CASE(cursors_give_the_bytes_of_fresh_opens),
        CASE(what_a_limit_left_is_the_same_for_every_reader),
        CASE(every_byte_up_to_the_limit_is_no_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
