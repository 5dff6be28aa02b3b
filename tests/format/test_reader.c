/* test_reader.c - years, zones, the period, the carry, and what damaged lines become. */
#include "events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct seen {
    when times[64];
    size_t n;
};

static void note(void *context, const struct event *e)
{
    struct seen *s = context;
    if (s->n < 64)
        s->times[s->n++] = e->time;
}

static const struct framing *framing_of(const char *head)
{
    struct detection d;
    format_detect(slice_str(head), true, SLICE("log"), &d);
    assert_non_null(d.framing);
    return d.framing;
}

static struct source_facts facts_of(const struct zone *z, when anchor)
{
    return (struct source_facts){
        .zone = z, .anchor = anchor, .since = WHEN_NONE, .until = WHEN_NONE};
}

static when utc(int year, int month, int day, int hour, int minute, int second)
{
    struct civil c = {year, month, day, hour, minute, second, 0};
    return civil_when(&c);
}

/* Reads the lines of text; the counts of the reader are returned. */
static struct reader_counts read_text(const char *text, const struct source_facts *facts,
                                      struct seen *seen)
{
    struct reader *r = reader_new(framing_of(text), facts, note, seen);
    struct slice rest = slice_str(text);
    struct place place = {0, 1, 0};
    *seen = (struct seen){0};
    while (rest.n) {
        struct slice line = slice_word(&rest, '\n');
        reader_line(r, line, line.n + 1, false, &place);
        place.offset += line.n + 1;
        place.line++;
    }
    reader_finish(r);
    struct reader_counts counts = *reader_counts(r);
    reader_free(r);
    return counts;
}

static void a_new_year_is_met_inside_a_syslog(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, utc(2025, 12, 30, 0, 0, 0));
    struct seen s;
    struct reader_counts c = read_text("Dec 31 23:59:59 mx qmail: new msg 1\n"
                                       "Jan  1 00:00:03 mx qmail: new msg 2\n"
                                       "Jan  1 00:00:09 mx qmail: new msg 3\n"
                                       "Dec 31 23:59:59 mx qmail: new msg 4\n"
                                       "Jan  1 00:00:10 mx qmail: new msg 5\n",
                                       &f, &s);
    assert_int_equal(s.n, 5);
    assert_int_equal(s.times[0], utc(2025, 12, 31, 23, 59, 59));
    assert_int_equal(s.times[1], utc(2026, 1, 1, 0, 0, 3));
    assert_int_equal(s.times[2], utc(2026, 1, 1, 0, 0, 9));
    assert_int_equal(s.times[3], utc(2025, 12, 31, 23, 59, 59));
    assert_int_equal(s.times[4], utc(2026, 1, 1, 0, 0, 10));
    assert_int_equal(c.year_steps, 1);
    zone_free(z);
}

static void one_odd_line_does_not_move_the_year(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, utc(2026, 11, 1, 0, 0, 0));
    struct seen s;
    struct reader_counts c = read_text("Nov  3 09:00:00 mx qmail: new msg 1\n"
                                       "Jan  1 00:00:01 mx qmail: new msg 2\n"
                                       "Nov  3 09:00:05 mx qmail: new msg 3\n"
                                       "Nov  2 09:00:06 mx qmail: new msg 4\n",
                                       &f, &s);
    assert_int_equal(s.times[2], utc(2026, 11, 3, 9, 0, 5));
    assert_int_equal(s.times[3], utc(2026, 11, 2, 9, 0, 6));
    assert_int_equal(c.year_steps, 0);
    zone_free(z);
}

static void a_sparse_log_may_jump_ahead_within_its_year(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, utc(2026, 2, 1, 0, 0, 0));
    struct seen s;
    read_text("Feb  3 09:00:00 mx qmail: new msg 1\n"
              "Oct  1 00:00:01 mx qmail: new msg 2\n"
              "Oct  1 00:00:02 mx qmail: new msg 3\n"
              "Dec  1 00:00:02 mx qmail: new msg 4\n",
              &f, &s);
    assert_int_equal(s.times[1], utc(2026, 10, 1, 0, 0, 1));
    assert_int_equal(s.times[3], utc(2026, 12, 1, 0, 0, 2));
    zone_free(z);
}

static void the_first_year_is_the_one_nearest_to_the_anchor(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, utc(2026, 1, 2, 0, 0, 0));
    struct seen s;
    read_text("Dec 31 23:59:59 mx qmail: new msg 1\n", &f, &s);
    assert_int_equal(s.times[0], utc(2025, 12, 31, 23, 59, 59));
    f.year = 2019;
    read_text("Dec 31 23:59:59 mx qmail: new msg 1\n", &f, &s);
    assert_int_equal(s.times[0], utc(2019, 12, 31, 23, 59, 59));
    f.year = 0;
    f.anchor = WHEN_NONE;
    read_text("Dec 31 23:59:59 mx qmail: new msg 1\n", &f, &s);
    assert_true(s.times[0] == WHEN_NONE);
    zone_free(z);
}

/* A log of nine months whose file was last written with its last line: its first line lies nearer to that day of the next
 * year. */
static void a_log_is_not_younger_than_its_file(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, utc(2025, 11, 30, 12, 0, 0));
    struct seen s;
    f.anchor_last = true;
    read_text("Mar  1 10:00:00 mx qmail: new msg 1\n", &f, &s);
    assert_int_equal(s.times[0], utc(2025, 3, 1, 10, 0, 0));
    read_text("Nov 30 21:00:00 mx qmail: new msg 1\n", &f,
              &s); /* the same instant, nine hours east */
    assert_int_equal(s.times[0], utc(2025, 11, 30, 21, 0, 0));
    read_text("Dec  3 10:00:00 mx qmail: new msg 1\n", &f, &s);
    assert_int_equal(s.times[0], utc(2024, 12, 3, 10, 0, 0));
    zone_free(z);
}

static void february_29_takes_a_leap_year_and_is_never_march(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, utc(2026, 3, 1, 0, 0, 0));
    struct seen s;
    read_text("Feb 29 12:00:00 mx qmail: new msg 1\n", &f, &s);
    assert_int_equal(s.times[0], utc(2024, 2, 29, 12, 0, 0));
    struct reader_counts c = read_text("Feb 28 12:00:00 mx qmail: new msg 1\n"
                                       "Feb 29 12:00:00 mx qmail: new msg 2\n"
                                       "Mar  1 12:00:00 mx qmail: new msg 3\n",
                                       &f, &s);
    assert_true(s.times[1] == WHEN_NONE);
    assert_int_equal(s.times[2], utc(2026, 3, 1, 12, 0, 0));
    assert_int_equal(c.dateless, 1);
    assert_int_equal(c.lines[LINE_PARSED], 3);
    zone_free(z);
}

static void the_autumn_fold_is_read_in_file_order(void **state)
{
    (void)state;
    struct err e;
    struct zone *z = zone_open(SLICE("America/New_York"), &e);
    struct source_facts f = facts_of(z, utc(2026, 11, 1, 0, 0, 0));
    struct seen s;
    struct reader_counts c = read_text("Nov  1 01:10:00 mx qmail: new msg 1\n"
                                       "Nov  1 01:50:00 mx qmail: new msg 2\n"
                                       "Nov  1 01:49:59 mx qmail: new msg 3\n"
                                       "Nov  1 01:00:00 mx qmail: new msg 4\n"
                                       "Nov  1 01:30:00 mx qmail: new msg 5\n"
                                       "Nov  1 02:00:00 mx qmail: new msg 6\n",
                                       &f, &s);
    assert_int_equal(s.times[0], utc(2026, 11, 1, 5, 10, 0));
    assert_int_equal(s.times[2], utc(2026, 11, 1, 5, 49, 59));
    assert_int_equal(s.times[3], utc(2026, 11, 1, 6, 0, 0));
    assert_int_equal(s.times[4], utc(2026, 11, 1, 6, 30, 0));
    assert_int_equal(s.times[5], utc(2026, 11, 1, 7, 0, 0));
    assert_int_equal(c.folds, 5);
    zone_free(z);
}

static void lines_of_one_second_are_each_settled(void **state)
{
    (void)state;
    struct err e;
    struct zone *z = zone_open(SLICE("America/New_York"), &e);
    struct source_facts f = facts_of(z, utc(2026, 12, 31, 0, 0, 0));
    struct seen s;
    struct reader_counts c = read_text("Nov  1 01:10:00 mx qmail: new msg 1\n"
                                       "Nov  1 01:10:00 mx qmail: new msg 2\n"
                                       "Nov  1 01:10:00 mx qmail: new msg 3\n"
                                       "Nov  1 05:00:00 mx qmail: new msg 4\n"
                                       "Nov  1 05:00:00 mx qmail: new msg 5\n"
                                       "Nov  1 05:00:00 mx2 qmail: new msg 6\n"
                                       "Nov  1 05:00:00 mx2 qmail: new msg 7\n"
                                       "Dec 31 23:59:59 mx qmail: new msg 8\n"
                                       "Dec 31 23:59:59 mx qmail: new msg 9\n"
                                       "Jan  1 00:00:00 mx qmail: new msg 10\n"
                                       "Jan  1 00:00:00 mx qmail: new msg 11\n"
                                       "Jan  1 00:00:00 mx qmail: new msg 12\n",
                                       &f, &s);
    assert_int_equal(c.folds, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(s.times[i], utc(2026, 11, 1, 5, 10, 0));
    for (size_t i = 3; i < 7; i++)
        assert_int_equal(s.times[i], utc(2026, 11, 1, 10, 0, 0));
    for (size_t i = 7; i < 9; i++)
        assert_int_equal(s.times[i], utc(2027, 1, 1, 4, 59, 59));
    for (size_t i = 9; i < 12; i++)
        assert_int_equal(s.times[i], utc(2027, 1, 1, 5, 0, 0));
    zone_free(z);
}

static void splogger_teaches_year_and_zone_to_the_other_programs(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, WHEN_NONE);
    struct seen s;
    f.zone_learnt = true;
    struct reader_counts c = read_text("Sep  6 05:02:37 mx qmail: 1504688557.399386 new msg 1\n"
                                       "Sep  6 05:02:40 mx qmail-send: end msg 1\n",
                                       &f, &s);
    assert_int_equal(s.times[0], utc(2017, 9, 6, 9, 2, 37) + 399386);
    assert_int_equal(s.times[1], utc(2017, 9, 6, 9, 2, 40));
    assert_true(c.has_offset);
    assert_int_equal(c.offset, -4 * 3600);
    zone_free(z);
}

static void lines_outside_the_period_are_counted_apart_and_delivered(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, WHEN_NONE);
    struct seen s;
    f.since = utc(2026, 11, 20, 0, 0, 1);
    f.until = utc(2026, 11, 20, 0, 0, 2);
    struct reader_counts c = read_text("2026-11-20T00:00:00Z mx qmail: new msg 1\n"
                                       "2026-11-20T00:00:01Z mx qmail: new msg 2\n"
                                       "2026-11-20T00:00:02Z mx qmail: new msg 3\n",
                                       &f, &s);
    assert_int_equal(s.n, 3);
    assert_int_equal(c.lines[LINE_OUTSIDE], 2);
    assert_int_equal(c.lines[LINE_PARSED], 1);
    zone_free(z);
}

static void a_clock_step_back_is_counted_once(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, WHEN_NONE);
    struct seen s;
    struct reader_counts c = read_text("@4000000065a0001000000000 new msg 1\n"
                                       "@4000000065a0000000000000 new msg 2\n"
                                       "@4000000065a0000100000000 new msg 3\n",
                                       &f, &s);
    assert_int_equal(c.clock_back, 1);
    zone_free(z);
}

static void carriage_returns_marks_and_nuls_do_not_lose_a_line(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, WHEN_NONE);
    struct seen s = {0};
    struct reader *r =
        reader_new(framing_of("@4000000065a0001000000000 new msg 1\n"), &f, note, &s);
    struct place start = {0, 1, 0}, later = {99, 2, 0};
    reader_line(r, SLICE("\xEF\xBB\xBF@4000000065a0001000000000 new msg 1\r"), 40, false, &start);
    reader_line(r, SLICE("@4000000065a0001000000000 new msg 2\r\r"), 38, false, &later);
    reader_line(r, SLICE("\0\0\0@4000000065a0001000000000 new msg 3"), 40, false, &later);
    assert_int_equal(s.n, 3);
    reader_line(r, SLICE("\0\0\0"), 4, false, &later);
    reader_line(r, SLICE("\r"), 2, false, &later);
    reader_line(r, SLICE("@4000000065a0001000000000 new msg 4\0 x"), 40, false, &later);
    assert_int_equal(s.n, 3);
    assert_int_equal(reader_counts(r)->lines[LINE_UNPARSED], 2);
    assert_int_equal(reader_counts(r)->lines[LINE_BLANK], 1);
    reader_free(r);
    zone_free(z);
}

static void a_cut_list_keeps_its_whole_recipients(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, WHEN_NONE);
    struct seen s = {0};
    const char *line = "<B0000097586@m.jp> [20/Nov/2026:08:20:45] 192.0.2.1 h a@b.jp c@d.jp e@f.j";
    struct reader *r = reader_new(framing_of(line), &f, note, &s);
    struct place place = {0, 1, 0};
    reader_line(r, slice_str(line), 100000, true, &place);
    assert_int_equal(s.n, 1);
    reader_line(r, SLICE("<B0000097586@m.jp> [20/Nov/2026:08:20:45] 192.0.2.1 h a@b.jp c"), 99,
                true, &place);
    assert_int_equal(s.n, 1);
    assert_int_equal(reader_counts(r)->lines[LINE_UNPARSED], 1);
    reader_free(r);
    zone_free(z);
}

static void a_damaged_carry_is_refused(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, WHEN_NONE);
    struct seen s = {0};
    const struct framing *framing = framing_of("@4000000065a0001000000000 new msg 1\n");
    struct reader *r = reader_new(framing, &f, note, &s);
    struct buf carry = {0};
    reader_save(r, &carry);
    for (size_t n = 0; n < carry.n; n++)
        assert_false(reader_load(r, slice_of(carry.p, n), 0));
    assert_true(reader_load(r, buf_slice(&carry), 0));
    carry.p[0] ^= 1;
    assert_false(reader_load(r, buf_slice(&carry), 0));
    buf_fini(&carry);
    reader_free(r);
    zone_free(z);
}

/* A work folder's sender writes the seconds since 1601: no date may be learnt from them that a carry could not hold. */
static void what_far_ages_taught_is_carried(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(32400);
    struct source_facts f = facts_of(z, WHEN_NONE);
    f.epost = EPOST_SENDERLOG;
    static const char *const ages[] = {"13439604064",  "265046774399", "265046774400",
                                       "530758327208", "999999999999", "18446744073709551615"};
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        struct seen s = {0};
        struct place place = {0, 1, 0};
        struct buf line = {0}, carry = {0};
        struct reader *r = reader_new(framing_named(SLICE("epost-senderlog")), &f, note, &s);
        buf_printf(&line,
                   "[08:21:04:016] [B0000097587] [c.jp] GetTryServer:(ltime(%s)-otime(%s))/240=(0)",
                   ages[i], ages[i]);
        reader_line(r, buf_slice(&line), line.n + 1, false, &place);
        reader_save(r, &carry);
        assert_true(reader_load(r, buf_slice(&carry), 0));
        reader_free(r);
        buf_fini(&line);
        buf_fini(&carry);
    }
    zone_free(z);
}

struct hours {
    char hosts[8][16];
    when hours[8];
    size_t n;
};

static void hour_met(void *context, struct slice host, when hour)
{
    struct hours *h = context;
    assert_true(h->n < 8);
    snprintf(h->hosts[h->n], sizeof h->hosts[0], "%.*s", SLICE_ARG(host));
    h->hours[h->n++] = hour;
}

/* Whatever a line says, but for those outside the period and those that count elsewhere; each hour of a host once. */
static void the_hours_of_all_lines_are_told(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "Nov  2 09:59:59 a qmail: new msg 1", /* before the period */
        "Nov  2 10:00:01 a qmail: new msg 2",
        "Nov  2 10:20:00 b sshd[7]: session opened",
        "Nov  2 10:40:00 a CRON[8]: (root) CMD (true)",
        "Nov  2 11:00:00 b what is this", /* no tag: of no host that is known */
        "Nov  2 12:10:00 a qmail: new msg 3",
        "Nov  2 12:50:00 b qmail: new msg 4"};
    struct zone *z = zone_fixed(0);
    struct source_facts f = facts_of(z, utc(2026, 11, 2, 0, 0, 0));
    struct seen s = {0};
    struct hours h = {0};
    struct place place = {0, 1, 0};
    f.since = utc(2026, 11, 2, 10, 0, 0);
    struct reader *r = reader_new(framing_of(lines[0]), &f, note, &s);
    reader_hours(r, hour_met, &h);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        reader_line(r, slice_str(lines[i]), 40, false, &place);
    reader_duplicate(r, SLICE("Nov  2 13:00:00 a qmail: new msg 5"), 40, false, &place);
    assert_int_equal(h.n, 5);
    static const char *const hosts[] = {"a", "b", "", "a", "b"};
    static const int hours[] = {10, 10, 11, 12, 12};
    for (size_t i = 0; i < h.n; i++) {
        assert_string_equal(h.hosts[i], hosts[i]);
        assert_int_equal(h.hours[i], utc(2026, 11, 2, hours[i], 0, 0));
    }
    reader_line(r, SLICE("Nov  2 13:00:01 a qmail: new msg 6"), 40, false, &place);
    assert_int_equal(h.n, 6); /* the duplicate has not told it */
    reader_free(r);
    zone_free(z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_year_is_met_inside_a_syslog),
        cmocka_unit_test(one_odd_line_does_not_move_the_year),
        cmocka_unit_test(a_sparse_log_may_jump_ahead_within_its_year),
        cmocka_unit_test(the_first_year_is_the_one_nearest_to_the_anchor),
        cmocka_unit_test(a_log_is_not_younger_than_its_file),
        cmocka_unit_test(february_29_takes_a_leap_year_and_is_never_march),
        cmocka_unit_test(the_autumn_fold_is_read_in_file_order),
        cmocka_unit_test(lines_of_one_second_are_each_settled),
        cmocka_unit_test(splogger_teaches_year_and_zone_to_the_other_programs),
        cmocka_unit_test(lines_outside_the_period_are_counted_apart_and_delivered),
        cmocka_unit_test(a_clock_step_back_is_counted_once),
        cmocka_unit_test(carriage_returns_marks_and_nuls_do_not_lose_a_line),
        cmocka_unit_test(a_cut_list_keeps_its_whole_recipients),
        cmocka_unit_test(a_damaged_carry_is_refused),
        cmocka_unit_test(what_far_ages_taught_is_carried),
        cmocka_unit_test(the_hours_of_all_lines_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
