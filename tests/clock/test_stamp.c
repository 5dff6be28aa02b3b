/* test_stamp.c - the stamps of logs. */
#include "postmortem/clock/stamp.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void is_time(when t, const char *want)
{
    char text[40];
    when_rfc3339(t, text);
    assert_string_equal(text, want);
}

static void a_tai64n_label_is_daemontools_time(void **state)
{
    (void)state;
    struct slice s = SLICE("@4000000065a0000b0b0b0b0c new msg 4711");
    when t;
    assert_true(stamp_tai64n(&s, &t));
    is_time(t, "2024-01-11T14:49:37.185273Z");
    assert_true(slice_eq(s, SLICE(" new msg 4711")));
}

/* Before the first label the last one is all zeros, as a line that a power failure left may be. */
static void zeros_are_never_the_label_of_the_line_before(void **state)
{
    (void)state;
    struct stamp_second last = {0};
    char line[] = "................."
                  "10904000 ^";
    for (size_t i = 0; i < 17; i++)
        line[i] = 0;
    struct slice s = slice_of(line, sizeof line - 1), rest = s;
    when t;
    assert_false(stamp_tai64n_same(&last, s, &t));
    assert_false(stamp_tai64n_after(&last, &rest, &t));
    assert_int_equal(rest.n, s.n);
}

static void an_s6_label_reads_27_seconds_late(void **state)
{
    (void)state;
    struct slice s = SLICE("@400000006abaee1e35a8c946 2026-09-28 22:45:13.900254022");
    struct civil local;
    when t;
    assert_true(stamp_tai64n(&s, &t));
    s = slice_from(s, 1);
    assert_true(stamp_tailocal(&s, &local));
    assert_int_equal(local.micro, 900254);
    assert_int_equal((t - civil_when(&local)) % (15 * MINUTE), 27 * SECOND);
}

static void tai64_and_tai64na_labels_are_read(void **state)
{
    (void)state;
    struct slice s = SLICE("@4000000065a0000b");
    when t;
    assert_true(stamp_tai64n(&s, &t));
    is_time(t, "2024-01-11T14:49:37.000000Z");
    assert_int_equal(s.n, 0);
    s = SLICE("@4000000065a0000b0b0b0b0c00000001 x");
    assert_true(stamp_tai64n(&s, &t));
    is_time(t, "2024-01-11T14:49:37.185273Z");
    assert_true(slice_eq(s, SLICE(" x")));
}

static void labels_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "@4000000065a0000b3b9aca00 ns is 10^9",
        "@4000000065A0000B0b0b0b0c upper case",
        "@4000000065a0000b0b0b0b0 short",
        "@4000000065a0000b0b0b0b0g x",
        "@4000000065a0000b0b0b0b0c0 long",
        "@ffffffffffffffff00000000 x",
        "@7fffffffffffffff00000000 x",
        "@",
        "@0000000000000000",
        "4000000065a0000b0b0b0b0c",
        "@4000000065a0000:0b0b0b0c x",
        "@4000000065a0000`0b0b0b0c x",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct slice s = slice_str(bad[i]);
        when t = 7;
        assert_false(stamp_tai64n(&s, &t));
        assert_int_equal(s.n, strlen(bad[i]));
    }
}

static void labels_before_1970_are_negative(void **state)
{
    (void)state;
    struct slice s = SLICE("@400000000000000000000000");
    when t;
    assert_true(stamp_tai64n(&s, &t));
    assert_int_equal(t, -10 * SECOND);
}

static void every_hex_digit_is_read_and_every_other_byte_refused(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char text[] = "@40000000000000?a00000000";
        struct slice s = {text, 25};
        when t;
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        int value = c <= '9' ? c - '0' : c - 'a' + 10;
        text[15] = (char)c;
        assert_int_equal(stamp_tai64n(&s, &t), hex);
        if (hex)
            assert_int_equal(t, value * 16 * SECOND);
    }
}

static void an_epoch_has_nine_or_ten_digits_and_a_fraction(void **state)
{
    (void)state;
    struct slice s = SLICE("1504688557.399386+rest");
    when t;
    assert_true(stamp_epoch(&s, &t));
    is_time(t, "2017-09-06T09:02:37.399386Z");
    assert_true(slice_eq(s, SLICE("+rest")));
    s = SLICE("999999999.123456789");
    assert_true(stamp_epoch(&s, &t));
    assert_int_equal(t, 999999999123456);
    static const char *const bad[] = {"1504688557.39938 x", "15046885570.399386",    "1504688557",
                                      "150468855.",         "1504688557.1234567890", "x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        s = slice_str(bad[i]);
        assert_false(stamp_epoch(&s, &t));
    }
}

static void a_tailocal_reading_has_six_or_nine_digits(void **state)
{
    (void)state;
    struct civil c;
    struct slice s = SLICE("2026-11-20 08:20:45.123456789 x");
    assert_true(stamp_tailocal(&s, &c));
    assert_int_equal(c.micro, 123456);
    assert_true(slice_eq(s, SLICE(" x")));
    s = SLICE("2026-11-20 08:20:45.000001");
    assert_true(stamp_tailocal(&s, &c));
    assert_int_equal(c.micro, 1);
    s = SLICE("2026-11-20 08:20:45.1234567");
    assert_false(stamp_tailocal(&s, &c));
    s = SLICE("2026-02-29 08:20:45.123456");
    assert_false(stamp_tailocal(&s, &c));
}

static void syslog_days_may_be_padded_or_not(void **state)
{
    (void)state;
    static const char *const good[] = {"Nov  3 09:00:01 h", "Nov 3 09:00:01 h",
                                       "Nov 03 09:00:01 h"};
    struct civil c;
    for (size_t i = 0; i < 3; i++) {
        struct slice s = slice_str(good[i]);
        assert_true(stamp_rfc3164(&s, &c));
        assert_int_equal(c.month, 11);
        assert_int_equal(c.day, 3);
        assert_int_equal(c.year, 0);
        assert_int_equal(c.second, 1);
        assert_true(slice_eq(s, SLICE(" h")));
    }
}

static void syslog_readings_no_calendar_has_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "Feb 30 09:00:01", "Nov  3 24:00:00", "Nov  3 09:60:00",  "Nov  0 09:00:00",
        "nov  3 09:00:00", "Nov  3 09:00:0",  "Nov 311 09:00:00", "Nov"};
    struct civil c;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct slice s = slice_str(bad[i]);
        assert_false(stamp_rfc3164(&s, &c));
    }
    struct slice leap = SLICE("Feb 29 12:00:00 h");
    assert_true(stamp_rfc3164(&leap, &c));
}

static void iso_stamps_take_every_offset_form(void **state)
{
    (void)state;
    static const char *const good[] = {
        "2026-11-23T08:05:11.5+09:00 x", "2026-11-22T23:05:11.500000Z x",
        "2026-11-23T08:05:11.500000000+0900 x", "2026-11-22T18:05:11.5-0500 x"};
    static const int32_t offsets[] = {32400, 0, 32400, -18000};
    when t;
    int32_t offset;
    for (size_t i = 0; i < 4; i++) {
        struct slice s = slice_str(good[i]);
        assert_true(stamp_iso(&s, &t, &offset));
        is_time(t, "2026-11-22T23:05:11.500000Z");
        assert_int_equal(offset, offsets[i]);
        assert_true(slice_eq(s, SLICE(" x")));
    }
    struct slice s = SLICE("2026-11-23T08:05:11 x");
    assert_false(stamp_iso(&s, &t, &offset));
}

static void epost_stamps_are_local_readings(void **state)
{
    (void)state;
    struct civil c;
    struct slice s = SLICE("20/Nov/2026:08:20:45]");
    assert_true(stamp_epost(&s, &c));
    assert_int_equal(c.year, 2026);
    assert_int_equal(c.hour, 8);
    s = SLICE("00/Jan/0000:00:00:00]");
    assert_false(stamp_epost(&s, &c));
}

static void instants_are_written_and_read_back(void **state)
{
    (void)state;
    when t;
    is_time(0, "1970-01-01T00:00:00.000000Z");
    is_time(-1, "1969-12-31T23:59:59.999999Z");
    is_time(INT64_C(253402300800) * SECOND, "+010000-01-01T00:00:00.000000Z");
    assert_true(when_parse(SLICE("2026-11-20 08:20:45.25+09:00"), &t));
    is_time(t, "2026-11-19T23:20:45.250000Z");
    assert_false(when_parse(SLICE("2026-11-20T08:20:45Zx"), &t));
    assert_false(when_parse(SLICE("2026-11-20"), &t));
}

static void every_day_of_four_centuries_comes_back(void **state)
{
    (void)state;
    for (int64_t day = civil_days(1799, 12, 30); day < civil_days(2200, 1, 2); day++) {
        struct civil c = civil_of(day * DAY + 12 * HOUR, 0);
        assert_true(civil_valid(&c));
        assert_int_equal(civil_days(c.year, c.month, c.day), day);
    }
    assert_int_equal(civil_weekday(0, 0), 4);
    assert_int_equal(civil_weekday(-DAY * 5, 0), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tai64n_label_is_daemontools_time),
        cmocka_unit_test(zeros_are_never_the_label_of_the_line_before),
        cmocka_unit_test(an_s6_label_reads_27_seconds_late),
        cmocka_unit_test(tai64_and_tai64na_labels_are_read),
        cmocka_unit_test(labels_that_are_none_are_refused),
        cmocka_unit_test(labels_before_1970_are_negative),
        cmocka_unit_test(every_hex_digit_is_read_and_every_other_byte_refused),
        cmocka_unit_test(an_epoch_has_nine_or_ten_digits_and_a_fraction),
        cmocka_unit_test(a_tailocal_reading_has_six_or_nine_digits),
        cmocka_unit_test(syslog_days_may_be_padded_or_not),
        cmocka_unit_test(syslog_readings_no_calendar_has_are_refused),
        cmocka_unit_test(iso_stamps_take_every_offset_form),
        cmocka_unit_test(epost_stamps_are_local_readings),
        cmocka_unit_test(instants_are_written_and_read_back),
        cmocka_unit_test(every_day_of_four_centuries_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
