/* test_secret.c - passwords in log lines: found, cut off, masked. */
#include "postmortem/mail/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct slice masked(const char *line, char *room)
{
    size_t n = strlen(line);
    memcpy(room, line, n);
    secret_mask(room, n);
    return slice_of(room, n);
}

static void every_byte_of_a_secret_is_masked(void **state)
{
    (void)state;
    static const struct {
        const char *line, *want;
    } cases[] = {
        {"vchkpw-smtp: password fail (pass: 'a')b') u@example.com:192.0.2.7",
         "vchkpw-smtp: password fail (pass: '****') u@example.com:192.0.2.7"},
        {"sql(u,192.0.2.7): unknown user (given password: a)b c)",
         "sql(u,192.0.2.7): unknown user (given password: *****)"},
        {"AUTH PLAIN AGFiAGNk", "AUTH PLAIN ********"},
        {"from x[192.0.2.7]: AUTH LOGIN dXNlcg== more",
         "from x[192.0.2.7]: AUTH LOGIN ******** more"},
        {"a1 LOGIN tanaka@example.jp secret", "a1 LOGIN tanaka@example.jp ******"},
        {"a1 LOGIN \"tanaka\" \"my secret\"", "a1 LOGIN \"tanaka\" \"*********\""},
        {"a1 AUTHENTICATE PLAIN AGFi", "a1 AUTHENTICATE PLAIN ****"},
        {"PASS secret", "PASS ******"},
        {"mysql://root:secret@db.example.com/mail", "mysql://root:******@db.example.com/mail"},
        {"x password=hunter2, y", "x password=*******, y"},
        {"x Password='hunter 2', y", "x Password='********', y"},
        {"Authorization: Bearer abc.def", "Authorization: Bearer *******"},
        {"client in: AUTH\t1\tPLAIN\tresp=AGFi", "client in: AUTH\t1\tPLAIN\tresp=****"},
        {"pwd=a pass=b token=c secret=d", "pwd=* pass=* token=* secret=*"},
        {"cut off (pass: 'hunt", "cut off (pass: '****"},
    };
    char room[256];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (!slice_eq(masked(cases[i].line, room), slice_str(cases[i].want)))
            fail_msg("%s gave %.*s", cases[i].line, (int)strlen(cases[i].line), room);
}

static void what_is_no_secret_stays(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "PASS NEW [192.0.2.7]:25",
        "PASS OLD [192.0.2.7]:25",
        "LOGIN FAILED, user=bob, ip=[::ffff:192.0.2.7]",
        "LOGIN, user=bob, ip=[::ffff:192.0.2.7], port=[4242], protocol=IMAP",
        "warning: x[192.0.2.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
        "info from 198.51.100.9 LOGIN info **** failed",
        "tanaka from 192.0.2.77 AUTHENTICATE CRAM-MD5 Success",
        "tanaka from 192.0.2.77 PASS **** ",
        "imap-login: Login: user=<bob@example.com>, method=PLAIN, rip=192.0.2.7",
        "connect to http://example.com:25/x@y",
        "4F2C1A0B12: from=<a@example.com>, size=2048, nrcpt=1 (queue active)",
        "AUTH LOGIN",
        "PASS",
        "",
    };
    char room[256];
    struct slice secret;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (!slice_eq(masked(lines[i], room), slice_str(lines[i])))
            fail_msg("%s gave %.*s", lines[i], (int)strlen(lines[i]), room);
        assert_true(slice_eq(secret_cut(slice_str(lines[i])), slice_str(lines[i])) ||
                    secret_find(slice_str(lines[i]), 0, &secret));
    }
}

static void a_text_ends_before_its_secret(void **state)
{
    (void)state;
    assert_true(slice_eq(secret_cut(SLICE("unknown user (given password: a)")),
                         SLICE("unknown user (given password")));
    assert_true(slice_eq(secret_cut(SLICE("bind ldap://admin:secret@host failed")),
                         SLICE("bind ldap://admin")));
    assert_true(
        slice_eq(secret_cut(SLICE("Killed with signal 15")), SLICE("Killed with signal 15")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_of_a_secret_is_masked),
        cmocka_unit_test(what_is_no_secret_stays),
        cmocka_unit_test(a_text_ends_before_its_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
