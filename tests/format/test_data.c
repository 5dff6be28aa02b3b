/* test_data.c - real lines by others (tests/format/data, with their notice beside them): every field that their parsers
 * read in them, and no more than a hundredth of the lines unread. */
#include "data_dovecot.h"
#include "data_mta.h"
#include "data_postfix.h"

#include "postmortem/format/format.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { EQUAL_PERCENT = 98, UNPARSED_PERCENT = 1 };

static bool hex_value(char c, unsigned *v)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 32) : NULL;
    *v = at ? (unsigned)(at - digits) : 0;
    return at != NULL;
}

/* A Go string literal without its quotes. */
static void go_unquote(struct slice s, struct buf *out)
{
    unsigned high, low;
    out->n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c != '\\' || i + 1 == s.n) {
            buf_byte(out, c);
            continue;
        }
        c = s.p[++i];
        if (c == 'x' && i + 2 < s.n && hex_value(s.p[i + 1], &high) &&
            hex_value(s.p[i + 2], &low)) {
            buf_byte(out, (char)(high << 4 | low));
            i += 2;
        } else {
            buf_byte(out, (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c));
        }
    }
}

/* results["s01-parse"]["crowdsecurity/postfix-logs"][3].Evt.Parsed["helo"] == "pc" */
static bool assertion(struct slice line, uint64_t number, struct slice *key, struct buf *value)
{
    uint64_t n;
    size_t at = slice_find(line, SLICE("].Evt.")), equal = slice_find(line, SLICE("\"] == \""));
    if (!slice_starts(line, SLICE("results[\"s01-parse\"]")) || at == line.n || equal == line.n)
        return false;
    struct slice before = slice_head(line, at);
    if (!slice_u64(slice_from(before, slice_rchr(before, '[') + 1), &n) || n != number)
        return false;
    *key = slice_head(line, equal);
    *key = slice_from(*key, slice_rchr(*key, '"') + 1);
    go_unquote(slice_of(line.p + equal + 7, line.n - equal - 8), value);
    return true;
}

/* Of the line's header or CrowdSec's own. */
static bool crowdsec_own(struct slice key)
{
    static const char *const own[] = {"logsource",       "message",         "pid",
                                      "program",         "timestamp",       "timestamp8601",
                                      "datasource_path", "datasource_type", "machine",
                                      "log_type",        "log_type_enh",    "service"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (slice_eq(key, slice_str(own[i])))
            return true;
    return false;
}

/* Every line of a parser.assert of CrowdSec's hub: cases are named "path[number]". */
static inline bool crowdsec_cases(const char *path, const struct data_set *set,
                                  struct data_tally *t)
{
    struct buf file = {0}, value = {0};
    struct slice all = data_file(path, &file), key;
    bool well = all.n > 0;
    for (uint64_t number = 0;; number++) {
        struct data_case c = {0};
        snprintf(c.name, sizeof c.name, "%s[%llu]", path, (unsigned long long)number);
        for (struct slice rest = all; rest.n;) {
            if (!assertion(slice_word(&rest, '\n'), number, &key, &value))
                continue;
            if (slice_eq(key, SLICE("program")))
                buf_add(&c.program, buf_slice(&value));
            else if (slice_eq(key, SLICE("message")))
                buf_add(&c.body, buf_slice(&value));
        }
        if (!c.body.n)
            break;
        data_case_read(&c, set, t);
        for (struct slice rest = all; rest.n;) {
            if (assertion(slice_word(&rest, '\n'), number, &key, &value) && !crowdsec_own(key))
                data_expect(&c, set, key, buf_slice(&value));
        }
        well &= data_case_end(&c, set, t);
    }
    buf_fini(&file);
    buf_fini(&value);
    return well;
}

static void data_ignore(void *context, const struct event *e)
{
    (void)context;
    (void)e;
}

/* All lines of the logs that match, as the program reads them. */
static void log_lines(const char *pattern, struct data_tally *t)
{
    glob_t g;
    struct buf file = {0};
    assert_int_equal(glob(pattern, 0, NULL, &g), 0);
    for (size_t i = 0; i < g.gl_pathc; i++) {
        struct slice rest = data_file(g.gl_pathv[i], &file);
        struct detection head;
        format_detect(rest, true, slice_str("mail.log"), &head);
        assert_non_null(head.framing);
        struct zone *utc = zone_fixed(0);
        struct source_facts facts = {
            .zone = utc, .anchor = WHEN_NONE, .year = 2024, .since = WHEN_NONE, .until = WHEN_NONE};
        struct reader *r = reader_new(head.framing, &facts, data_ignore, NULL);
        struct place place = {0, 1, 0};
        while (rest.n) {
            struct slice line = slice_word(&rest, '\n');
            uint64_t before = reader_counts(r)->lines[LINE_UNPARSED];
            reader_line(r, line, line.n + 1, false, &place);
            t->lines += line.n > 0;
            if (reader_counts(r)->lines[LINE_UNPARSED] > before) {
                t->unparsed++;
                printf("not read: %.*s\n", SLICE_ARG(line));
            }
            place.line++;
        }
        reader_finish(r);
        reader_free(r);
        zone_free(utc);
    }
    globfree(&g);
    buf_fini(&file);
}

static void tally_check(const struct data_tally *t, bool well)
{
    printf("%u of %u cases as expected; %u of %u lines not read\n", t->equal, t->cases, t->unparsed,
           t->lines);
    assert_true(well);
    assert_true(t->cases > 0 && t->equal * 100 >= t->cases * EQUAL_PERCENT);
    assert_true(t->unparsed * 100 <= t->lines * UNPARSED_PERCENT);
}

static void postfix_lines_give_what_other_parsers_find(void **state)
{
    (void)state;
    struct data_tally t = {0};
    bool well = postfix_grok_cases(&t);
    well &= crowdsec_cases("tests/format/data/crowdsec/postfix/postfix-logs/parser.assert",
                           &postfix_crowdsec, &t);
    log_lines("tests/format/data/crowdsec/postfix/*/*.log", &t);
    tally_check(&t, well);
}

static void dovecot_lines_give_what_other_parsers_find(void **state)
{
    (void)state;
    glob_t g;
    struct data_tally t = {0};
    bool well = true;
    assert_int_equal(glob("tests/format/data/crowdsec/dovecot/*/parser.assert", 0, NULL, &g), 0);
    for (size_t i = 0; i < g.gl_pathc; i++)
        well &= crowdsec_cases(g.gl_pathv[i], &dovecot_crowdsec, &t);
    globfree(&g);
    log_lines("tests/format/data/crowdsec/dovecot/*/*.log", &t);
    tally_check(&t, well);
}

/* Of its six lines one is made up ("imac27 madeup: Gobbely Gook"). */
static void every_postfix_line_of_a_mixed_log_is_read(void **state)
{
    (void)state;
    struct data_tally t = {0};
    log_lines("tests/format/data/msimerson/mail.log", &t);
    assert_int_equal(t.unparsed, 1);
    assert_int_equal(t.lines, 5);
}

static void exim_lines_give_what_another_parser_finds(void **state)
{
    (void)state;
    struct data_tally t = {0};
    bool well = crowdsec_cases("tests/format/data/crowdsec/exim/exim-logs/parser.assert",
                               &exim_crowdsec, &t);
    well &= crowdsec_cases("tests/format/data/crowdsec/exim/exim-syslog-logs/parser.assert",
                           &exim_crowdsec, &t);
    log_lines("tests/format/data/crowdsec/exim/*/*.log", &t);
    tally_check(&t, well);
}

static void sendmail_lines_give_what_another_parser_finds(void **state)
{
    (void)state;
    struct data_tally t = {0};
    bool well = sendmail_fluent_cases("tests/format/data/sendmail-fluent/data",
                                      "tests/format/data/sendmail-fluent/result", &t);
    log_lines("tests/format/data/sendmail-fluent/data", &t);
    tally_check(&t, well);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(postfix_lines_give_what_other_parsers_find),
        cmocka_unit_test(dovecot_lines_give_what_other_parsers_find),
        cmocka_unit_test(every_postfix_line_of_a_mixed_log_is_read),
        cmocka_unit_test(exim_lines_give_what_another_parser_finds),
        cmocka_unit_test(sendmail_lines_give_what_another_parser_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
