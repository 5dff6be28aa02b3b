/* No raw key reaches a reader: every id, token, finding, tile, sentence and column that the analyses and the run layer
 * write down has a label in both languages.  The sources are scanned, so a new one fails here until it is named. */
#include "postmortem/base/buf.h"
#include "report/render.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum look { LABEL, TOKEN, FINDING, ENDING };

/* After the marker: the first literal, or every literal up to the end of the statement. */
static const struct marker {
    const char *text;
    bool every;
    enum look look;
    const char *prefix;
} markers[] = {
    {"doc_finding(", false, FINDING, "finding."},
    {"finding_of(", false, FINDING, "finding."},
    {"doc_tile(", false, LABEL, "tile."},
    {"doc_sentence(", true, LABEL, ""},
    {"doc_section(", false, LABEL, ""},
    {"section_chart(", false, LABEL, ""},
    {" TABLE(", false, LABEL, ""},
    {"section_table(", false, LABEL, ""},
    {"value_token(", true, TOKEN, ""},
    {"->test = ", false, TOKEN, ""},
    {"zone_rule = ", false, TOKEN, ""},
    {"year_rule = ", false, TOKEN, ""},
    {"told->note = ", true, TOKEN, ""},
    {"out->kind = ", false, TOKEN, ""},
    {"server = SLICE(", false, TOKEN, ""},
    {" questions[] = {", true, TOKEN, ""},
    {"(struct answer){", true, TOKEN, ""},
    {"times_of(n, ", false, TOKEN, ""},
    {"equation(d, rows, ", false, TOKEN, ""},
    {"summary_add(d, summary, ", false, TOKEN, ""},
    {"->numbers, ", false, ENDING, ""},
    {"->facts, ", false, ENDING, ""},
};

static size_t looked_up, missing;

static bool both_found(const char *key)
{
    struct slice en, ja;
    return label_find("en", key, &en) && label_find("ja", key, &ja) && en.n && ja.n;
}

static bool ending_found(const char *literal)
{
    struct slice key, english, japanese;
    char ending[120];
    snprintf(ending, sizeof ending, ".%s", literal);
    for (size_t i = 0; label_row(i, &key, &english, &japanese); i++)
        if (slice_ends(key, slice_str(ending)))
            return true;
    return false;
}

static void look_up(const char *file, enum look look, const char *prefix, const char *literal)
{
    static const char *const parts[] = {"title", "summary", "contain", "fix", "prevent", "limits"};
    char key[200];
    bool found = true;
    looked_up++;
    if (look == ENDING) {
        found = ending_found(literal);
    } else if (look == FINDING) {
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            snprintf(key, sizeof key, "finding.%s.%s", literal, parts[i]);
            found = found && both_found(key);
        }
    } else {
        snprintf(key, sizeof key, "%s%s", look == TOKEN ? "token." : prefix, literal);
        found = both_found(key) || (look == TOKEN && both_found(literal));
    }
    if (!found) {
        missing++;
        print_error("%s: \"%s\" has no label\n", file, literal);
    }
}

/* The next literal of s, at most to the end of the statement; false if there is none. */
static bool literal_next(struct slice *s, char out[100])
{
    size_t quote = slice_chr(*s, '"'), stop = slice_chr(*s, ';');
    if (quote >= stop || quote == s->n)
        return false;
    *s = slice_from(*s, quote + 1);
    size_t end = slice_chr(*s, '"');
    if (end >= 100 || end == s->n)
        return false;
    memcpy(out, s->p, end);
    out[end] = '\0';
    *s = slice_from(*s, end + 1);
    return true;
}

/* A format, or the first half of a pasted key (those of thresholds.def have a test of their own), is no word. */
static bool is_word(const char *literal)
{
    return *literal && literal[strlen(literal) - 1] != '.' && !strpbrk(literal, "%\\\n");
}

static void file_read(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    out->n = 0;
    for (int c; (c = getc(f)) != EOF;)
        buf_byte(out, (char)c);
    fclose(f);
}

static void scan_markers(const char *path, struct slice text)
{
    for (size_t m = 0; m < sizeof markers / sizeof markers[0]; m++) {
        struct slice rest = text, mark = slice_str(markers[m].text);
        for (size_t at; (at = slice_find(rest, mark)) < rest.n;) {
            char literal[100];
            rest = slice_from(rest, at + mark.n);
            struct slice statement = rest;
            while (literal_next(&statement, literal)) {
                if (is_word(literal))
                    look_up(path, markers[m].look, markers[m].prefix, literal);
                if (!markers[m].every)
                    break;
            }
        }
    }
}

/* Columns are written {"key", KIND_X}. */
static void scan_columns(const char *path, struct slice text)
{
    for (size_t at; (at = slice_find(text, SLICE("{\""))) < text.n;) {
        char literal[100];
        text = slice_from(text, at);
        struct slice rest = text;
        text = slice_from(text, 2);
        if (literal_next(&rest, literal) && slice_starts(rest, SLICE(", KIND_")))
            look_up(path, ENDING, "", literal);
    }
}

static void scan_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    struct buf text = {0};
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[512];
        if (!slice_ends(slice_str(entry->d_name), SLICE(".c")))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        file_read(path, &text);
        scan_markers(path, buf_slice(&text));
        scan_columns(path, buf_slice(&text));
    }
    buf_fini(&text);
    closedir(dir);
}

static void what_the_sources_say_has_a_label_in_both_languages(void **state)
{
    (void)state;
    looked_up = missing = 0;
    scan_folder("src/analysis");
    scan_folder("src/run");
    assert_true(looked_up > 150);
    assert_int_equal(missing, 0);
}

static void scan_table(const char *path, const char *row, enum look look, unsigned which)
{
    struct buf text = {0};
    file_read(path, &text);
    struct slice rest = buf_slice(&text), mark = slice_str(row);
    for (size_t at; (at = slice_find(rest, mark)) < rest.n;) {
        char literal[100];
        rest = slice_from(rest, at + mark.n);
        struct slice line = slice_head(rest, slice_chr(rest, '\n'));
        bool found = false;
        for (unsigned i = 0; i <= which; i++)
            found = literal_next(&line, literal);
        if (found)
            look_up(path, look, "", literal);
    }
    buf_fini(&text);
}

static void damage_framings_and_thresholds_have_labels(void **state)
{
    (void)state;
    looked_up = missing = 0;
    scan_table("src/input/damage.def", "\nDAMAGE(", TOKEN, 0);
    scan_table("src/format/framings.def", "\nFRAMING(", TOKEN, 0);
    assert_true(looked_up > 40);
    assert_int_equal(missing, 0);
}

static void words_of_fixed_lists_have_labels(void **state)
{
    (void)state;
    static const char *const words[] = {
        "ok",          "truncated",      "corrupt",   "encrypted",    "limited",
        "unsupported", "unreadable",     "duplicate", "empty",        "changed",
        "parsed",      "other",          "unparsed",  "continuation", "blank",
        "skipped",     "outside_period", "delivered", "bounced",      "expired",
        "deleted",     "discarded",      "queued",    "unknown",      "log_kind_absent",
        "end_missing", "too_old",        "high",      "medium",       "low",
        "in_text",     "option",         "name_date", "member_time",  "neighbour",
        "mtime",       "none",           "ascii",     "utf-8",        "utf-8-bom",
        "utf-16le",    "utf-16be",       "cp932",     "8bit",         "binary"};
    missing = 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        look_up("words", TOKEN, "", words[i]);
    assert_int_equal(missing, 0);
}

/* Placeholders of both languages are the same numbers. */
static void both_languages_tell_the_same_numbers(void **state)
{
    (void)state;
    struct slice key, english, japanese;
    for (size_t i = 0; label_row(i, &key, &english, &japanese); i++)
        for (struct slice rest = japanese; slice_chr(rest, '{') < rest.n;) {
            rest = slice_from(rest, slice_chr(rest, '{'));
            struct slice name = slice_head(rest, slice_chr(rest, '}') + 1);
            rest = slice_from(rest, name.n);
            if (slice_find(english, name) < english.n)
                continue;
            print_error("%.*s: %.*s is in one language only\n", SLICE_ARG(key), SLICE_ARG(name));
            fail();
        }
}

static void no_label_is_given_twice(void **state)
{
    (void)state;
    struct slice key, other, english, japanese;
    for (size_t i = 0; label_row(i, &key, &english, &japanese); i++)
        for (size_t k = 0; k < i; k++) {
            assert_true(label_row(k, &other, &english, &japanese));
            assert_false(slice_eq(key, other));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_sources_say_has_a_label_in_both_languages),
        cmocka_unit_test(damage_framings_and_thresholds_have_labels),
        cmocka_unit_test(words_of_fixed_lists_have_labels),
        cmocka_unit_test(both_languages_tell_the_same_numbers),
        cmocka_unit_test(no_label_is_given_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
