/* The inventory: what was named or found is on it, in an order of its own, and copies are known. */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "evidence.h"

static struct inventory v;

static void a_missing_file_is_listed_and_the_others_are_read(void **state)
{
    (void)state;
    inventory_init(&v, NULL, false);
    assert_int_equal(inventory_add(&v, in_folder("gone.log")), -1);
    assert_int_equal(inventory_add(&v, write_file("here.log", SLICE("x\n"))), 0);
    inventory_settle(&v);
    assert_int_equal(v.inputs_count, 2);
    assert_int_equal(v.inputs[0].status, STATUS_UNREADABLE);
    assert_int_equal(listed(&v, "unreadable")->input, 0);
    assert_int_equal(v.sources_count, 1);
    assert_int_equal(v.sources[0].input, 1);
    inventory_fini(&v);
}

static void walked_links_are_not_followed_and_named_ones_are(void **state)
{
    (void)state;
    write_file("mail.log", SLICE("x\n"));
    assert_int_equal(symlink(".", in_folder("loop")), 0);
    assert_int_equal(symlink("nowhere", in_folder("dangling")), 0);
    assert_int_equal(symlink("mail.log", in_folder("link.log")), 0);
    assert_int_equal(symlink("/dev/zero", in_folder("zero")), 0);
    take(&v, folder);
    assert_int_equal(v.inputs_count, 5);
    assert_int_equal(v.sources_count, 1);
    assert_string_equal(v.inputs[0].container, "link");
    assert_true(listed(&v, "skipped-link")->note);
    assert_true(slice_eq(v.inputs[3].relative, SLICE("mail.log")));
    assert_false(v.inputs[3].named);
    inventory_fini(&v);
    take(&v, in_folder("link.log"));
    struct reading r = read_source(&v, 0);
    assert_text(&r, SLICE("x\n"));
    assert_true(v.inputs[0].named);
    reading_fini(&r);
    inventory_fini(&v);
}

static void fifos_sockets_and_devices_are_skipped_without_waiting(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof(name.sun_path), "%s/s", folder);
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(s, (struct sockaddr *)&name, sizeof(name)), 0);
    inventory_init(&v, NULL, false);
    inventory_add(&v, folder);
    inventory_add(&v, "/dev/zero");
    inventory_settle(&v);
    assert_int_equal(v.inputs_count, 3);
    assert_int_equal(v.sources_count, 0);
    assert_string_equal(v.inputs[0].container, "device");
    assert_string_equal(v.inputs[1].container, "fifo");
    assert_string_equal(v.inputs[2].container, "socket");
    assert_false(v.problems[0].note);
    assert_true(v.problems[1].note);
    close(s);
    inventory_fini(&v);
}

static void a_read_error_is_told_and_ends_the_file_there(void **state)
{
    (void)state;
    take(&v, "/proc/self/mem"); /* a regular file whose first byte cannot be read: EIO */
    assert_int_equal(v.inputs[0].status, STATUS_UNREADABLE);
    assert_non_null(listed(&v, "unreadable"));
    struct reading r = read_source(&v, 0);
    assert_int_equal(r.bytes, 0);
    assert_int_equal(r.result.status, STATUS_UNREADABLE);
    reading_fini(&r);
    inventory_fini(&v);
}

static void the_order_of_arguments_does_not_matter(void **state)
{
    (void)state;
    struct buf tar = {0};
    buf_tar(&tar, "z.log", '0', SLICE("1\n"));
    buf_tar(&tar, "a.log", '0', SLICE("2\n"));
    buf_tar_end(&tar);
    char names[3][512];
    strcpy(names[0], write_file("c.log", SLICE("3\n")));
    strcpy(names[1], write_file("b.tar", buf_slice(&tar)));
    strcpy(names[2], write_file("a.gz", SLICE("not gzip\n")));
    struct inventory first, second;
    inventory_init(&first, NULL, false);
    inventory_init(&second, NULL, false);
    for (int i = 0; i < 3; i++) {
        inventory_add(&first, names[i]);
        inventory_add(&second, names[2 - i]);
    }
    inventory_settle(&first);
    inventory_settle(&second);
    assert_int_equal(first.sources_count, 4);
    assert_true(slice_ends(first.sources[1].path, SLICE("b.tar!z.log"))); /* archive order within */
    for (size_t i = 0; i < 4; i++) {
        assert_true(slice_eq(first.sources[i].path, second.sources[i].path));
        assert_int_equal(first.sources[i].input, second.sources[i].input);
    }
    assert_int_equal(first.problems_count, second.problems_count);
    for (size_t i = 0; i < first.problems_count; i++) {
        assert_string_equal(first.problems[i].kind, second.problems[i].kind);
        assert_int_equal(first.problems[i].input, second.problems[i].input);
    }
    assert_non_null(listed(&first, "wrong-suffix"));
    inventory_fini(&first);
    inventory_fini(&second);
    buf_fini(&tar);
}

static void copies_are_known_plain_packed_and_in_archives(void **state)
{
    (void)state;
    struct buf text = {0}, packed = {0}, tar = {0};
    buf_lines(&text, 0, 3000);
    buf_gzip(&packed, buf_slice(&text));
    buf_tar(&tar, "mail.log", '0', buf_slice(&text));
    buf_tar_end(&tar);
    write_file("a.log", buf_slice(&text));
    write_file("b.log", buf_slice(&text));
    write_file("c.log.gz", buf_slice(&packed));
    write_file("d.tar", buf_slice(&tar));
    text.p[text.n - 2] ^= 1; /* same head and size, another end */
    write_file("e.log", buf_slice(&text));
    write_file("f.log", SLICE(""));
    write_file("g.log", SLICE(""));
    for (int no_hash = 0; no_hash < 2; no_hash++) {
        inventory_init(&v, NULL, no_hash);
        inventory_add(&v, folder);
        inventory_settle(&v);
        assert_int_equal(v.sources_count, 7);
        for (uint32_t i = 0; i < 7; i++) {
            assert_int_equal(inventory_duplicate_of(&v, i), i >= 1 && i <= 3 ? 0 : NO_SOURCE);
            assert_int_equal(v.sources[i].status == STATUS_DUPLICATE, i >= 1 && i <= 3);
        }
        assert_int_equal(v.inputs[1].status, STATUS_DUPLICATE);
        assert_int_equal(v.inputs[1].duplicate_of, 0);
        assert_int_not_equal(v.inputs[2].status, STATUS_DUPLICATE);
        assert_int_not_equal(v.inputs[4].status, STATUS_DUPLICATE);
        if (no_hash)
            assert_string_equal(v.sources[0].sha256, "");
        inventory_fini(&v);
    }
    buf_fini(&text);
    buf_fini(&packed);
    buf_fini(&tar);
}

static void the_output_folder_is_not_walked(void **state)
{
    (void)state;
    assert_int_equal(mkdir(in_folder("out"), 0700), 0);
    write_file("out/report.html", SLICE("x\n"));
    write_file("mail.log", SLICE("y\n"));
    inventory_init(&v, NULL, false);
    inventory_exclude(&v, in_folder("out"));
    inventory_add(&v, folder);
    inventory_settle(&v);
    assert_int_equal(v.inputs_count, 1);
    assert_true(slice_ends(v.inputs[0].path, SLICE("/mail.log")));
    inventory_fini(&v);
}

static void standard_input_is_a_source(void **state)
{
    (void)state;
    struct buf packed = {0};
    buf_gzip(&packed, SLICE("one\ntwo\n"));
    int fd = open(write_file("stdin", buf_slice(&packed)), O_RDONLY), before = dup(0);
    dup2(fd, 0);
    take(&v, "-");
    dup2(before, 0);
    close(before);
    close(fd);
    assert_true(slice_eq(v.inputs[0].path, SLICE("-")));
    assert_string_equal(v.inputs[0].container, "gzip");
    struct reading r = read_source(&v, 0);
    assert_text(&r, SLICE("one\ntwo\n"));
    assert_int_equal(strlen(r.result.input_sha256), 64);
    reading_fini(&r);
    inventory_fini(&v);
    buf_fini(&packed);
}

static void hostile_file_names_are_kept_as_bytes(void **state)
{
    (void)state;
    static const char *const names[] = {"\x1b[31mred", "-rf", "new\nline.log", "\xff\xfe.log"};
    for (size_t i = 0; i < 4; i++)
        write_file(names[i], SLICE("x\n"));
    take(&v, folder);
    assert_int_equal(v.inputs_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(slice_eq(v.inputs[i].relative, slice_str(names[i])));
    inventory_fini(&v);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)
    const struct CMUnitTest tests[] = {
        CASE(a_missing_file_is_listed_and_the_others_are_read),
        CASE(walked_links_are_not_followed_and_named_ones_are),
        CASE(fifos_sockets_and_devices_are_skipped_without_waiting),
        CASE(a_read_error_is_told_and_ends_the_file_there),
        CASE(the_order_of_arguments_does_not_matter),
        CASE(copies_are_known_plain_packed_and_in_archives),
        CASE(the_output_folder_is_not_walked),
        CASE(standard_input_is_a_source),
        CASE(hostile_file_names_are_kept_as_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
