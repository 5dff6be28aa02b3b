/* test_zone.c - zones out of TZif files. */
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
