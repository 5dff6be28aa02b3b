/* What a reader is promised: hostile bytes are shown, never obeyed; reports appear whole; both languages are complete. */
#include "demo_doc.h"
#include "postmortem/base/buf.h"
#include "postmortem/report/report.h"
#include "report/render.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HAS(b, s) (slice_find(buf_slice(&(b)), SLICE(s)) < (b).n)

static void html_shows_markup_controls_and_directions(void **state)
{
    (void)state;
    struct buf b = {0};
    html_text(&b, SLICE("<b>\"'&\x1b\xff\xe2\x80\xae\xef\xbf\xbe"));
    assert_true(
        slice_eq(buf_slice(&b), SLICE("&lt;b&gt;&quot;&#39;&amp;⟨U+001B⟩\\xFF⟨U+202E⟩⟨U+FFFE⟩")));
    buf_fini(&b);
}

static void json_keeps_code_points_and_names_invalid_bytes(void **state)
{
    (void)state;
    struct buf b = {0};
    json_string(&b, SLICE("a\"\\\x1b\xff\xe2\x80\xae"));
    assert_true(slice_eq(buf_slice(&b), SLICE("\"a\\\"\\\\\\u001b\\\\xFF\\u202e\"")));
    buf_fini(&b);
}

static void cells_are_cut_visibly_and_never_decoded(void **state)
{
    (void)state;
    struct buf b = {0}, big = {0};
    assert_string_equal(cell_text(&b, SLICE("_x0041_\x01")), "_x005F_x0041_⟨U+0001⟩");
    for (int i = 0; i < 40000; i++)
        buf_byte(&big, 'x');
    const char *cut = cell_text(&b, buf_slice(&big));
    assert_true(strlen(cut) <= 32767 + 2);
    assert_true(HAS(b, "[cut]"));
    buf_fini(&b);
    buf_fini(&big);
}

static void every_label_has_both_languages(void **state)
{
    (void)state;
    struct slice key, english, japanese;
    size_t i = 0;
    for (; label_row(i, &key, &english, &japanese); i++) {
        assert_true(english.n > 0);
        assert_true(japanese.n > 0);
    }
    assert_true(i > 300);
}

static void every_column_of_the_demo_has_a_label(void **state)
{
    (void)state;
    struct zone *z = zone_fixed(0);
    struct doc *d = demo_doc(z, 3);
    for (size_t s = 0; s < d->sections_count; s++)
        for (size_t t = 0; t < d->sections[s]->tables_count; t++) {
            const struct table *table = d->sections[s]->tables[t];
            struct slice text;
            assert_true(label_find("ja", table->id, &text));
            for (size_t c = 0; c < table->columns_count; c++) {
                struct slice key = slice_str(table->columns[c].key);
                struct slice found = label_any("ja", table->id, "column", key);
                assert_true(found.p != key.p);
            }
        }
    doc_free(d);
    zone_free(z);
}

static void file_read(const char *folder, const char *name, struct buf *out)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    out->n = 0;
    for (int c; (c = getc(f)) != EOF;)
        buf_byte(out, (char)c);
    fclose(f);
}

static void a_report_is_private_repeatable_and_never_overwritten_unasked(void **state)
{
    (void)state;
    static const char *const names[] = {"report.html", "report.xlsx", "report.json"};
    char folder[] = "/tmp/postmortem-test-XXXXXX", stale[64];
    assert_non_null(mkdtemp(folder));
    snprintf(stale, sizeof stale, "%s/.postmortem-old.tmp", folder);
    FILE *f = fopen(stale, "w");
    assert_non_null(f);
    fclose(f);
    struct zone *z = zone_fixed(9 * 3600);
    struct doc *d = demo_doc(z, 3);
    struct report_options o = {folder, {"ja", NULL}, 1, false};
    struct err e = {0};
    struct buf first[3] = {0}, again = {0};
    assert_int_equal(report_write(d, &o, &e), 0);
    assert_int_not_equal(access(stale, F_OK), 0);
    for (size_t i = 0; i < 3; i++)
        file_read(folder, names[i], &first[i]);
    assert_int_equal(report_write(d, &o, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    o.force = true;
    assert_int_equal(report_write(d, &o, &e), 0);
    for (size_t i = 0; i < 3; i++) {
        char path[256];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        file_read(folder, names[i], &again);
        assert_true(slice_eq(buf_slice(&first[i]), buf_slice(&again)));
        buf_fini(&first[i]);
        unlink(path);
    }
    buf_fini(&again);
    rmdir(folder);
    doc_free(d);
    zone_free(z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_shows_markup_controls_and_directions),
        cmocka_unit_test(json_keeps_code_points_and_names_invalid_bytes),
        cmocka_unit_test(cells_are_cut_visibly_and_never_decoded),
        cmocka_unit_test(every_label_has_both_languages),
        cmocka_unit_test(every_column_of_the_demo_has_a_label),
        cmocka_unit_test(a_report_is_private_repeatable_and_never_overwritten_unasked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
