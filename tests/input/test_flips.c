/* Random damage: no flip of bytes crashes a reader, and each source gives what the inventory said
 * it would. */
#include "evidence.h"

static struct buf sample(unsigned kind)
{
    struct buf text = {0}, tar = {0}, out = {0};
    struct zip z = {0};
    buf_lines(&text, 0, 300);
    buf_tar(&tar, "a.log", '0', buf_slice(&text));
    buf_tar(&tar, "b.log", '0', slice_head(buf_slice(&text), 700));
    buf_tar_end(&tar);
    zip_add(&z, "a.log", buf_slice(&text), (struct zip_lie){0});
    zip_add(&z, "b.tar", buf_slice(&tar), (struct zip_lie){0});
    if (kind == 0)
        buf_gzip(&out, buf_slice(&text));
    else if (kind == 1)
        buf_add(&out, buf_slice(&tar));
    else if (kind == 2)
        buf_gzip(&out, buf_slice(&tar));
    else
        buf_add(&out, zip_end(&z));
    zip_fini(&z);
    buf_fini(&text);
    buf_fini(&tar);
    return out;
}

static void read_everything(const char *path)
{
    struct inventory v;
    take(&v, path);
    struct cursors *c = cursors_new();
    for (uint32_t i = 0; i < v.sources_count; i++) {
        struct reading r = read_sized(&v, i, c, false, 5000);
        if (v.sources[i].locator.n)
            assert_int_equal(r.bytes, v.sources[i].bytes);
        assert_false(told(&r, "changed"));
        reading_fini(&r);
    }
    for (size_t i = 0; i < v.problems_count; i++) {
        assert_true(v.problems[i].input < v.inputs_count);
        assert_true(v.problems[i].text.n > 0);
    }
    cursors_free(c);
    inventory_fini(&v);
}

static void damaged_everywhere(unsigned kind)
{
    struct buf b = sample(kind);
    uint32_t noise = 12345 + kind;
    char *copy = malloc(b.n);
    for (unsigned round = 0; round < 150; round++) {
        memcpy(copy, b.p, b.n);
        size_t n = b.n;
        for (unsigned flips = 0; flips <= round % 5; flips++) {
            noise = noise * 1664525 + 1013904223;
            size_t span = round % 2 ? b.n : b.n < 600 ? b.n : 600; /* headers more often */
            copy[(noise >> 8) % span] ^= (char)(1U << (noise & 7));
        }
        if (round % 7 == 0)
            n = (noise >> 8) % b.n;
        read_everything(write_file("x", slice_of(copy, n)));
    }
    free(copy);
    buf_fini(&b);
}

static void flips_in_a_gzip_harm_nothing_else(void **state)
{
    (void)state;
    damaged_everywhere(0);
}

static void flips_in_a_tar_harm_nothing_else(void **state)
{
    (void)state;
    damaged_everywhere(1);
}

static void flips_in_a_tar_gz_harm_nothing_else(void **state)
{
    (void)state;
    damaged_everywhere(2);
}

static void flips_in_a_zip_harm_nothing_else(void **state)
{
    (void)state;
    damaged_everywhere(3);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)
    const struct CMUnitTest tests[] = {
        CASE(flips_in_a_gzip_harm_nothing_else),
        CASE(flips_in_a_tar_harm_nothing_else),
        CASE(flips_in_a_tar_gz_harm_nothing_else),
        CASE(flips_in_a_zip_harm_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
