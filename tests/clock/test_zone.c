/* test_zone.c - zones out of TZif files. */
#include "clock/posix_rule.h"
#include "postmortem/clock/stamp.h"
#include "postmortem/clock/zone.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct zone *opened(const char *name)
{
    struct err e = {0};
    struct zone *z = zone_open(slice_str(name), &e);
    assert_non_null(z);
    return z;
}

static when utc(int year, int month, int day, int hour, int minute)
{
    struct civil c = {.year = year, .month = month, .day = day, .hour = hour, .minute = minute};
    return civil_when(&c);
}

static enum zone_fit fit(const struct zone *z, when reading, when after, when *out)
{
    struct civil c = civil_of(reading, 0);
    return zone_when(z, &c, after, out);
}

static void tokyo_is_nine_hours_east_for_ever(void **state)
{
    (void)state;
    struct zone *z = opened("Asia/Tokyo");
    when t;
    assert_int_equal(zone_offset(z, utc(2026, 7, 1, 0, 0)), 32400);
    assert_int_equal(zone_offset(z, utc(2126, 7, 1, 0, 0)), 32400);
    assert_int_equal(fit(z, utc(2026, 11, 20, 8, 20), WHEN_NONE, &t), ZONE_UNIQUE);
    assert_int_equal(t, utc(2026, 11, 19, 23, 20));
    assert_true(slice_eq(zone_name(z), SLICE("Asia/Tokyo")));
    zone_free(z);
}

static void new_york_keeps_file_order_in_the_fold(void **state)
{
    (void)state;
    struct zone *z = opened("America/New_York");
    when first, second;
    assert_int_equal(fit(z, utc(2026, 11, 1, 1, 30), WHEN_NONE, &first), ZONE_FOLD);
    assert_int_equal(first, utc(2026, 11, 1, 5, 30));
    assert_int_equal(fit(z, utc(2026, 11, 1, 1, 30), first, &second), ZONE_FOLD);
    assert_int_equal(second, first);
    assert_int_equal(fit(z, utc(2026, 11, 1, 1, 30), first + 1, &second), ZONE_FOLD);
    assert_int_equal(second, utc(2026, 11, 1, 6, 30));
    assert_int_equal(fit(z, utc(2026, 11, 1, 2, 0), WHEN_NONE, &second), ZONE_UNIQUE);
    assert_int_equal(second, utc(2026, 11, 1, 7, 0));
    assert_int_equal(fit(z, utc(2026, 11, 1, 0, 59), WHEN_NONE, &second), ZONE_UNIQUE);
    assert_int_equal(second, utc(2026, 11, 1, 4, 59));
    zone_free(z);
}

static void new_york_uses_the_old_offset_in_the_gap(void **state)
{
    (void)state;
    struct zone *z = opened("America/New_York");
    when t;
    assert_int_equal(fit(z, utc(2026, 3, 8, 2, 30), WHEN_NONE, &t), ZONE_GAP);
    assert_int_equal(t, utc(2026, 3, 8, 7, 30));
    assert_int_equal(fit(z, utc(2026, 3, 8, 1, 59), WHEN_NONE, &t), ZONE_UNIQUE);
    assert_int_equal(t, utc(2026, 3, 8, 6, 59));
    assert_int_equal(fit(z, utc(2026, 3, 8, 3, 0), WHEN_NONE, &t), ZONE_UNIQUE);
    assert_int_equal(t, utc(2026, 3, 8, 7, 0));
    zone_free(z);
}

static void the_footer_rules_beyond_the_table(void **state)
{
    (void)state;
    struct zone *z = opened("Europe/Berlin");
    assert_int_equal(zone_offset(z, utc(2025, 1, 15, 12, 0)), 3600);
    assert_int_equal(zone_offset(z, utc(2025, 7, 15, 12, 0)), 7200);
    assert_int_equal(zone_offset(z, utc(2060, 1, 15, 12, 0)), 3600);
    assert_int_equal(zone_offset(z, utc(2060, 7, 15, 12, 0)), 7200);
    assert_int_equal(zone_offset(z, utc(2060, 3, 28, 0, 59)),
                     3600); /* the last Sunday, 01:00 UTC */
    assert_int_equal(zone_offset(z, utc(2060, 3, 28, 1, 0)), 7200);
    assert_int_equal(zone_offset(z, utc(2060, 10, 31, 0, 59)), 7200);
    assert_int_equal(zone_offset(z, utc(2060, 10, 31, 1, 0)), 3600);
    zone_free(z);
}

static void southern_summers_span_the_new_year(void **state)
{
    (void)state;
    struct zone *z = opened("Australia/Sydney");
    assert_int_equal(zone_offset(z, utc(2060, 1, 15, 0, 0)), 39600);
    assert_int_equal(zone_offset(z, utc(2060, 7, 15, 0, 0)), 36000);
    zone_free(z);
}

static void fixed_offsets_need_no_files(void **state)
{
    (void)state;
    static const struct {
        const char *name, *shown;
        int32_t offset;
    } cases[] = {{"UTC", "UTC", 0},
                 {"Z", "UTC", 0},
                 {"+09:00", "+09:00", 32400},
                 {"-0530", "-05:30", -19800},
                 {"+05", "+05:00", 18000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct zone *z = opened(cases[i].name);
        assert_int_equal(zone_offset(z, 0), cases[i].offset);
        assert_true(slice_eq(zone_name(z), slice_str(cases[i].shown)));
        zone_free(z);
    }
}

static void an_unknown_zone_is_never_utc(void **state)
{
    (void)state;
    static const char *const bad[] = {"Asia/Nowhere",   "",     "../../etc/passwd",
                                      "/etc/localtime", "Asia", "zone.tab",
                                      "+25:00",         "+9",   "JST\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err e = {0};
        assert_null(zone_open(slice_str(bad[i]), &e));
        assert_int_equal(e.code, ERR_USAGE);
    }
}

/* Instants are those of date(1) with TZ set to the rule. */
static void rules_of_every_form_are_followed(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *instant;
        int32_t offset;
    } told[] = {
        {"<+0330>-3:30", "2060-07-01T00:00:00Z", 12600},
        {"XXX-1:02:03", "2060-07-01T00:00:00Z", 3723},
        /* J: a day that is never Feb 29; Mar 1 is J60 in leap years too */
        {"AAA3BBB2:30:15,J60/1,J300/2", "2060-03-01T03:59:59Z", -10800},
        {"AAA3BBB2:30:15,J60/1,J300/2", "2060-03-01T04:00:00Z", -9015},
        {"AAA3BBB2:30:15,J60/1,J300/2", "2061-03-01T03:59:59Z", -10800},
        {"AAA3BBB2:30:15,J60/1,J300/2", "2061-03-01T04:00:00Z", -9015},
        {"AAA3BBB2:30:15,J60/1,J300/2", "2061-10-27T04:30:14Z", -9015},
        {"AAA3BBB2:30:15,J60/1,J300/2", "2061-10-27T04:30:15Z", -10800},
        /* a plain day counts from 0: 59 is Feb 29 in a leap year */
        {"AAA3BBB,59/0,300/0", "2060-02-29T02:59:59Z", -10800},
        {"AAA3BBB,59/0,300/0", "2060-02-29T03:00:00Z", -7200},
        {"AAA3BBB,59/0,300/0", "2061-03-01T02:59:59Z", -10800},
        {"AAA3BBB,59/0,300/0", "2061-03-01T03:00:00Z", -7200},
        /* hours beyond a day and before it (RFC 8536) */
        {"IST-2IDT,M3.4.4/26,M10.5.0", "2060-03-25T23:59:59Z", 7200},
        {"IST-2IDT,M3.4.4/26,M10.5.0", "2060-03-26T00:00:00Z", 10800},
    };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        struct posix_rule rule;
        when t;
        assert_true(posix_rule_read(slice_str(told[i].rule), &rule));
        assert_true(when_parse(slice_str(told[i].instant), &t));
        assert_int_equal(posix_rule_offset(&rule, t / SECOND), told[i].offset);
    }
    static const char *const none[] = {"",
                                       "E5",
                                       "<+033",
                                       "EST",
                                       "EST5EDT",
                                       "EST168",
                                       "EST5:60",
                                       "EST5:00:60",
                                       "EST5EDT,M3",
                                       "EST5EDT,J0,",
                                       "EST5EDT,366,366",
                                       "EST5EDT,M13.1.0,M1.1.0",
                                       "EST5EDT,M1.6.0,M1.1.0",
                                       "EST5EDT,M1.1.7,M1.1.0",
                                       "EST5EDT,J60/168,J70",
                                       "EST5EDT,J60,J70,"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct posix_rule rule;
        if (posix_rule_read(slice_str(none[i]), &rule))
            fail_msg("taken for a rule: %s", none[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokyo_is_nine_hours_east_for_ever),
        cmocka_unit_test(new_york_keeps_file_order_in_the_fold),
        cmocka_unit_test(new_york_uses_the_old_offset_in_the_gap),
        cmocka_unit_test(the_footer_rules_beyond_the_table),
        cmocka_unit_test(southern_summers_span_the_new_year),
        cmocka_unit_test(fixed_offsets_need_no_files),
        cmocka_unit_test(an_unknown_zone_is_never_utc),
        cmocka_unit_test(rules_of_every_form_are_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
