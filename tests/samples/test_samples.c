/* test_samples.c - the committed samples are what their truth says.
 *
 * Why: the README and the end-to-end tests quote these figures; a sample edited by hand would make them lies.
 * Invariant: bytes of every file, decompressed, equal the sum the simulator counted while writing it.
 * Source: samples/make.sh.  Example: {"path": "current", "lines": {"parsed": 633}, "bytes": {"parsed": 57012}} */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static char *file_text(const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    long n = ftell(f);
    assert_true(n >= 0);
    rewind(f);
    char *text = calloc(1, (size_t)n + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)n, f), n);
    fclose(f);
    return text;
}

/* Bytes after gunzip; gzread passes plain files through. */
static uint64_t unpacked_bytes(const char *path)
{
    char block[65536];
    uint64_t sum = 0;
    gzFile f = gzopen(path, "rb");
    assert_non_null(f);
    int n;
    while ((n = gzread(f, block, sizeof block)) > 0)
        sum += (uint64_t)n;
    assert_int_equal(n, 0);
    assert_int_equal(gzclose(f), Z_OK);
    return sum;
}

static uint64_t sum_to_brace(const char *p)
{
    uint64_t sum = 0;
    for (; *p && *p != '}'; p++) {
        if (p[0] == ':' && p[1] == ' ')
            sum += strtoull(p + 2, NULL, 10);
    }
    return sum;
}

static void check_set(const char *set)
{
    char path[512], name[256];
    snprintf(path, sizeof path, "samples/%s.truth.json", set);
    char *truth = file_text(path);
    unsigned files = 0;
    for (char *p = strstr(truth, "{\"path\": \""); p; p = strstr(p + 1, "{\"path\": \"")) {
        const char *start = p + strlen("{\"path\": \""), *end = strchr(start, '"');
        assert_non_null(end);
        snprintf(name, sizeof name, "%.*s", (int)(end - start), start);
        const char *bytes = strstr(end, "\"bytes\": {");
        assert_non_null(bytes);
        snprintf(path, sizeof path, "samples/%s/%s", set, name);
        assert_int_equal(unpacked_bytes(path), sum_to_brace(bytes + strlen("\"bytes\": {")));
        files++;
    }
    assert_true(files >= 3);
    free(truth);
}

static void epost_files_hold_the_bytes_their_truth_says(void **state)
{
    (void)state;
    check_set("epost");
}

static void qmail_files_hold_the_bytes_their_truth_says(void **state)
{
    (void)state;
    check_set("qmail");
}

static void maillog_files_hold_the_bytes_their_truth_says(void **state)
{
    (void)state;
    check_set("maillog");
}

static void postfix_files_hold_the_bytes_their_truth_says(void **state)
{
    (void)state;
    check_set("postfix");
}

static void sendmail_files_hold_the_bytes_their_truth_says(void **state)
{
    (void)state;
    check_set("sendmail");
}

static void exim_files_hold_the_bytes_their_truth_says(void **state)
{
    (void)state;
    check_set("exim");
}

static void the_newest_maillog_comes_first_in_its_archive(void **state)
{
    (void)state;
    char header[512];
    gzFile f = gzopen("samples/maillog.tar.gz", "rb");
    assert_non_null(f);
    assert_int_equal(gzread(f, header, sizeof header), (int)sizeof header);
    gzclose(f);
    assert_string_equal(header, "maillog/maillog");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(epost_files_hold_the_bytes_their_truth_says),
        cmocka_unit_test(qmail_files_hold_the_bytes_their_truth_says),
        cmocka_unit_test(maillog_files_hold_the_bytes_their_truth_says),
        cmocka_unit_test(postfix_files_hold_the_bytes_their_truth_says),
        cmocka_unit_test(sendmail_files_hold_the_bytes_their_truth_says),
        cmocka_unit_test(exim_files_hold_the_bytes_their_truth_says),
        cmocka_unit_test(the_newest_maillog_comes_first_in_its_archive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
