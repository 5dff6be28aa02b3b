/* The examples of FIPS 180-4, in one piece and in many, whatever the library is configured to. */
#include "postmortem/base/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *configuration;

static const struct {
    const char *of;
    const char *text;
} examples[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void examples_of_the_standard(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        for (size_t piece = 1; piece <= 64; piece++) {
            struct sha256 *h = sha256_new();
            char text[SHA256_TEXT];
            size_t n = strlen(examples[i].of);
            for (size_t at = 0; at < n; at += piece)
                sha256_add(h, examples[i].of + at, n - at < piece ? n - at : piece);
            sha256_text(h, text);
            assert_string_equal(text, examples[i].text);
            sha256_free(h);
        }
}

static void a_million_letters(void **state)
{
    (void)state;
    char letters[1000], text[SHA256_TEXT];
    struct sha256 *h = sha256_new();
    memset(letters, 'a', sizeof letters);
    for (size_t i = 0; i < 1000; i++)
        sha256_add(h, letters, sizeof letters);
    sha256_text(h, text);
    assert_string_equal(text, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    sha256_free(h);
}

/* As bytes, as hex and in base64 it is the same, however often it is asked for. */
static void one_end_in_three_forms(void **state)
{
    (void)state;
    struct sha256 *h = sha256_new();
    unsigned char raw[SHA256_BYTES];
    char text[SHA256_TEXT], base64[SHA256_BASE64];
    sha256_add(h, "abc", 3);
    sha256_text(h, text);
    sha256_raw(h, raw);
    sha256_base64(h, base64);
    assert_int_equal(raw[0], 0xba);
    assert_int_equal(raw[SHA256_BYTES - 1], 0xad);
    assert_string_equal(base64, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    sha256_text(h, text);
    assert_string_equal(text, examples[1].text);
    sha256_free(h);
    sha256_free(NULL);
}

/* A configuration that allows only a provider which is not there: whoever obeys it has no SHA-256 at all. */
static void misconfigure(void)
{
    static char path[] = "/tmp/test_sha256-XXXXXX";
    int fd = mkstemp(path);
    FILE *out = fdopen(fd, "w");
    fputs("openssl_conf = init\n[init]\nalg_section = properties\n"
          "[properties]\ndefault_properties = fips=yes\n",
          out);
    fclose(out);
    setenv("OPENSSL_CONF", path, 1);
    configuration = path;
}

int main(void)
{
    misconfigure();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_standard),
        cmocka_unit_test(a_million_letters),
        cmocka_unit_test(one_end_in_three_forms),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(configuration);
    return failed;
}
