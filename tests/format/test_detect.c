/* test_detect.c - what a head is taken for. */
#include "format/reader.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *name_of(const char *head, const char *path, struct detection *d)
{
    format_detect(slice_str(head), true, slice_str(path), d);
    return d->framing ? framing_name(d->framing) : "none";
}

static const char local_line[] =
    "B0000097586@mx.example.jp sent on [20/Nov/2026:08:20:47] to  h from a@b.jp to c@example.jp\n";
static const char remote_line[] = "B0000097586@mx.example.jp sent on [20/Nov/2026:08:20:47] to  h "
                                  "from a@b.jp to c@example.jp \r\n";

static void a_trailing_blank_tells_outlog_from_outlocallog(void **state)
{
    (void)state;
    struct detection d;
    assert_string_equal(name_of(local_line, "x/261120.log", &d), "epost-outlocallog");
    assert_string_equal(name_of(remote_line, "x/261120.log", &d), "epost-outlog");
}

static void the_folder_name_decides_between_the_two(void **state)
{
    (void)state;
    struct detection d;
    assert_string_equal(name_of(local_line, "mail/outlog/MX1/261120.log", &d), "epost-outlog");
    assert_string_equal(name_of(remote_line, "mail/outlocallog-MX1/261120.log", &d),
                        "epost-outlocallog");
    assert_string_equal(name_of(remote_line, "mail/inlog/261120.log", &d), "epost-outlog");
}

static void a_name_supplies_the_date(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int year, month, day;
    } cases[] = {{"inlog/261120.log", 2026, 11, 20},
                 {"senderlog/261120_08.log", 2026, 11, 20},
                 {"var/log/maillog-20261101", 2026, 11, 1},
                 {"mail.log-20261101-1793487600", 2026, 11, 1},
                 {"maillog-2024-11-08", 2024, 11, 8},
                 {"maillog.2024_11_08.log", 2024, 11, 8},
                 {"maillog_20241108", 2024, 11, 8},
                 {"20241108-maillog", 2024, 11, 8},
                 {"maillog-20241108-143000", 2024, 11, 8},
                 {"maillog_backup_20241108.txt", 2024, 11, 8},
                 {"2024/11/03/maillog-2024-11-08", 2024, 11, 8},
                 {"maillog-2024-02-30", 0, 0, 0},
                 {"maillog-19891108", 0, 0, 0},
                 {"maillog-21001108", 0, 0, 0},
                 {"maillog-2024110812", 0, 0, 0},
                 {"maillog-20241108ab", 0, 0, 0},
                 {"maillog20241108", 0, 0, 0},
                 {"inlog/261320.log", 0, 0, 0},
                 {"current", 0, 0, 0},
                 {"1234567.log", 0, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct detection d;
        name_of(local_line, cases[i].path, &d);
        assert_int_equal(d.has_name_date, cases[i].year != 0);
        assert_int_equal(d.name_date.year, cases[i].year);
        assert_int_equal(d.name_date.month, cases[i].month);
        assert_int_equal(d.name_date.day, cases[i].day);
    }
}

static void a_folder_or_a_month_supplies_the_latest_date(void **state)
{
    (void)state;
    static const char line[] = "Nov  3 08:00:00 mx postfix/qmgr[7]: 4F2C1A0B12: removed\n";
    static const struct {
        const char *path;
        int year, month, day;
    } cases[] = {{"2024/11/03/maillog", 2024, 11, 3},
                 {"host/2024/11/03/maillog.1", 2024, 11, 3},
                 {"host/2024-11-03/mail.log", 2024, 11, 3},
                 {"20241103/mail.log", 2024, 11, 3},
                 {"maillog-202411", 2024, 11, 30},
                 {"maillog.2024-02", 2024, 2, 29},
                 {"maillog_2023_02.log", 2023, 2, 28},
                 {"exim_mainlog-Nov-2024", 2024, 11, 30},
                 {"maillog-201011", 0, 0, 0}, /* or yymmdd */
                 {"maillog-202413", 0, 0, 0},
                 {"maillog-2024-W45", 0, 0, 0},
                 {"maillog-Nor-2024", 0, 0, 0},
                 {"maillog-143000", 0, 0, 0},
                 {"2024/13/03/maillog", 0, 0, 0},
                 {"1/2024/11/maillog", 0, 0, 0},
                 {"12024/11/03/maillog", 0, 0, 0},
                 {"2024-11-03/mx/maillog", 0, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct detection d;
        assert_string_equal(name_of(line, cases[i].path, &d), "rfc3164");
        assert_int_equal(d.has_name_date, cases[i].year != 0);
        assert_int_equal(d.name_date_latest, cases[i].year != 0);
        assert_int_equal(d.name_date.year, cases[i].year);
        assert_int_equal(d.name_date.month, cases[i].month);
        assert_int_equal(d.name_date.day, cases[i].day);
        name_of(local_line, cases[i].path, &d);
        assert_false(d.has_name_date);
    }
}

static void senderlog_teaches_the_offset(void **state)
{
    (void)state;
    struct detection d;
    assert_string_equal(name_of("[08:21:04:016] [B0000097587] [example.com] "
                                "GetTryServer:(ltime(13439604064)-otime(13439604063))/240=(0)\n",
                                "senderlog/261120.log", &d),
                        "epost-senderlog");
    assert_true(d.has_offset);
    assert_int_equal(d.offset, 32400);
    assert_int_equal(d.first, INT64_C(1795130464) * SECOND);
    assert_int_equal(d.first_local.day, 20);
}

static void the_first_offset_that_a_stamp_prints_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        bool has;
        int offset;
    } cases[] = {
        {"2026-11-20T08:00:00.5+09:00 mx postfix/qmgr[7]: 4F2C1A0B12: removed\n"
         "2026-11-20T08:00:01+01:00 mx postfix/qmgr[7]: 4F2C1A0B13: removed\n",
         true, 32400},
        {"<22>1 2026-11-20T08:00:00-03:30 mx postfix/qmgr 7 - - 4F2C1A0B12: removed\n", true,
         -12600},
        {"Nov 20 08:00:00 mx postfix/qmgr[7]: 4F2C1A0B12: removed\n"
         "2026-11-20T08:00:01+01:00 mx2 postfix/qmgr[7]: 4F2C1A0B13: removed\n"
         "2026-11-20T08:00:02+02:00 mx postfix/qmgr[7]: 4F2C1A0B13: removed\n",
         true, 7200},
        {"2026-11-20T08:00:00Z mx postfix/qmgr[7]: 4F2C1A0B12: removed\n", true, 0},
        {"Fri 2026-11-20 08:00:00 +0900 mx postfix/qmgr[7]: 4F2C1A0B12: removed\n", true, 32400},
        {"Nov 20 08:00:00 mx postfix/qmgr[7]: 4F2C1A0B12: removed\n", false, 0},
        {"2026-11-20T08:00:00+08:07 mx postfix/qmgr[7]: 4F2C1A0B12: removed\n", false, 0},
        {"2026-11-20T08:00:00+23:00 mx postfix/qmgr[7]: 4F2C1A0B12: removed\n", false, 0},
        {"2026-11-20 08:00:00 +0900 1vMAbC-000000000Ab-0xYz Completed\n", true, 32400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct detection d;
        name_of(cases[i].head, "mail.log", &d);
        assert_non_null(d.framing);
        assert_int_equal(d.has_printed, cases[i].has);
        assert_int_equal(d.printed, cases[i].offset);
    }
}

static void what_is_no_log_is_not_recognised(void **state)
{
    (void)state;
    struct detection d;
    assert_string_equal(name_of("Dear all,\nplease find the minutes below.\n", "a.log", &d),
                        "none");
    assert_string_equal(name_of("", "outlog/261120.log", &d), "none");
    assert_string_equal(name_of("\x7f\x45LF\x02\x01\n\x03\n", "maillog", &d), "none");
    assert_int_equal(d.bid, 0);
}

static void what_only_warns_behind_a_stamp_is_not_exim(void **state)
{
    (void)state;
    struct detection d;
    assert_string_equal(name_of("2026-11-20 08:20:45 Warning: disk is slow\n"
                                "2026-11-20 08:20:46 failed to connect\n"
                                "2026-11-20 08:20:47 status installed foo\n",
                                "app.log", &d),
                        "none");
    assert_string_equal(name_of("2026-11-20 08:20:45 Start queue run: pid=911\n"
                                "2026-11-20 08:20:46 Warning: no certificate\n",
                                "mainlog", &d),
                        "exim");
}

static void utf_16_is_refused_by_name(void **state)
{
    (void)state;
    struct detection d;
    static const char text[] = "n\0e\0w\0 \0m\0s\0g\0 \0001\0\n\0";
    format_detect(slice_of(text, sizeof text - 1), true, SLICE("x"), &d);
    assert_string_equal(d.encoding, "utf-16le");
    assert_null(d.framing);
    assert_non_null(d.note);
}

static void encodings_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {{"plain\n", "ascii"},
                 {"\xE6\x97\xA5\xE6\x9C\xAC\n", "utf-8"},
                 {"\x93\xFA\x96\x7B\n", "cp932"},
                 {"\xEF\xBB\xBFplain\n", "utf-8-bom"},
                 {"\xFF\xFEp", "utf-16le"},
                 {"a\xFFz\n", "8bit"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct detection d;
        name_of(cases[i].text, "x", &d);
        assert_string_equal(d.encoding, cases[i].want);
    }
}

static void a_head_cut_in_a_line_is_read_up_to_it(void **state)
{
    (void)state;
    struct detection d;
    format_detect(SLICE("@4000000065a0001000000000 new msg 1\n@4000000065a00"), false, SLICE("x"),
                  &d);
    assert_int_equal(d.lines, 1);
    assert_int_equal(d.bid, 100);
    format_detect(SLICE("@4000000065a0001000000000 new msg 1\n@4000000065a00"), true, SLICE("x"),
                  &d);
    assert_int_equal(d.lines, 2);
    assert_int_equal(d.recognised, 1);
}

static void mail_programs_that_are_not_read_are_noted(void **state)
{
    (void)state;
    struct detection d;
    assert_string_equal(
        name_of("Nov  3 09:00:01 mx fetchmail[7]: awakened at Tue Nov  3\n", "mail.log", &d),
        "rfc3164");
    assert_non_null(d.note);
    assert_true(slice_eq(d.host, SLICE("mx")));
}

static void every_listed_program_is_found(void **state)
{
    (void)state;
    enum dialect_id dialect;
#define PROGRAM(name, class) assert_int_equal(program_class(SLICE(name), &dialect), LINE_##class);
#define READ(name, read)                                                                           \
    assert_int_equal(program_class(SLICE(name), &dialect), LINE_PARSED);                           \
    assert_int_equal(dialect, DIALECT_##read);
#include "format/programs.def"
#undef PROGRAM
#undef READ
    assert_int_equal(program_class(SLICE("mailman/smtpd"), &dialect), LINE_SKIPPED);
    assert_int_equal(program_class(SLICE("postfix-out/smtpd"), &dialect), LINE_PARSED);
    assert_int_equal(program_class(SLICE("mx-in/smtps/smtpd"), &dialect), LINE_PARSED);
    assert_int_equal(dialect, DIALECT_postfix);
    assert_int_equal(program_class(SLICE("mx-in/other"), &dialect), LINE_UNPARSED);
    assert_int_equal(program_class(SLICE("/var/qmail/bin/relaylock"), &dialect), LINE_PARSED);
    assert_int_equal(program_class(SLICE("unheard-of"), &dialect), LINE_UNPARSED);
    assert_int_equal(program_class(SLICE(""), &dialect), LINE_UNPARSED);
}

/* A line of a container that ends without its newline is put together in memory of the reader's own. */
static void a_host_stands_in_the_head(void **state)
{
    (void)state;
    static const char head[] =
        "{\"log\":\"Nov 20 17:20:46 mx1 qmail: 1164010846.000000 starting delivery 1: msg 4 to "
        "local c@example.jp\",\"stream\":\"stdout\",\"time\":\"2026-11-20T08:20:46Z\"}\n";
    struct detection d;
    assert_string_equal(name_of(head, "x-json.log", &d), "docker");
    assert_true(d.host.n == 0 || (d.host.p >= head && d.host.p + d.host.n <= head + sizeof head));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trailing_blank_tells_outlog_from_outlocallog),
        cmocka_unit_test(the_folder_name_decides_between_the_two),
        cmocka_unit_test(a_name_supplies_the_date),
        cmocka_unit_test(a_folder_or_a_month_supplies_the_latest_date),
        cmocka_unit_test(senderlog_teaches_the_offset),
        cmocka_unit_test(the_first_offset_that_a_stamp_prints_is_told),
        cmocka_unit_test(what_is_no_log_is_not_recognised),
        cmocka_unit_test(what_only_warns_behind_a_stamp_is_not_exim),
        cmocka_unit_test(utf_16_is_refused_by_name),
        cmocka_unit_test(encodings_are_told_apart),
        cmocka_unit_test(a_head_cut_in_a_line_is_read_up_to_it),
        cmocka_unit_test(mail_programs_that_are_not_read_are_noted),
        cmocka_unit_test(every_listed_program_is_found),
        cmocka_unit_test(a_host_stands_in_the_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
