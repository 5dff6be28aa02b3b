/* Renderings of hand-made documents: hostile text, charts of any size, sheets that continue, folders that cannot be
 * written, and pages that stay small. */
#include "demo_doc.h"
#include "postmortem/base/buf.h"
#include "report/render.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HAS(b, s) (slice_find(buf_slice(&(b)), SLICE(s)) < (b).n)

static struct zone *tokyo;

static int zone_make(void **state)
{
    (void)state;
    tokyo = zone_fixed(9 * 3600);
    return tokyo ? 0 : -1;
}

static int zone_drop(void **state)
{
    (void)state;
    zone_free(tokyo);
    return 0;
}

typedef int (*writer)(const struct rendering *, struct err *);

/* What a renderer writes of a document. */
static void rendered(const struct doc *d, const char *language, writer write, uint32_t row_limit,
                     char path[64], struct buf *out)
{
    struct err e = {0};
    snprintf(path, 64, "/tmp/postmortem-rendering-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    struct rendering r = {.doc = d,
                          .language = language,
                          .fd = fd,
                          .path = path,
                          .scratch = "/tmp",
                          .row_limit = row_limit};
    assert_int_equal(write(&r, &e), 0);
    close(fd);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    out->n = 0;
    for (int c; (c = getc(f)) != EOF;)
        buf_byte(out, (char)c);
    fclose(f);
}

static void page_of(const struct doc *d, const char *language, struct buf *out)
{
    char path[64];
    rendered(d, language, html_write, 0, path, out);
    unlink(path);
}

static size_t times(const struct buf *b, struct slice s)
{
    size_t n = 0;
    struct slice rest = buf_slice(b);
    for (size_t at; (at = slice_find(rest, s)) < rest.n; n++)
        rest = slice_from(rest, at + s.n);
    return n;
}

static void json_tells_the_values_of_a_document(void **state)
{
    (void)state;
    char path[64];
    struct buf out = {0};
    struct doc *d = doc_new();
    object_put(d, d->root, "schema", value_text(KIND_TOKEN, SLICE("postmortem/report/1")));
    object_put(d, d->root, "span", value_number(KIND_SPAN, 1500001));
    object_put(d, d->root, "when", value_number(KIND_WHEN, DEMO_START));
    object_put(d, d->root, "nothing", value_null());
    object_put(d, d->root, "yes", value_number(KIND_BOOL, 1));
    object_put(d, d->root, "share", value_real(KIND_SHARE, 0.25));
    object_put(d, d->root, "infinite", value_real(KIND_REAL, INFINITY));
    rendered(d, "en", json_write, 0, path, &out);
    unlink(path);
    assert_true(slice_eq(buf_slice(&out), SLICE("{\n  \"schema\":\"postmortem/report/1\",\n"
                                                "  \"span\":1.500001,\n"
                                                "  \"when\":\"2026-11-19T00:00:00.000000Z\",\n"
                                                "  \"nothing\":null,\n  \"yes\":true,\n"
                                                "  \"share\":0.25,\n  \"infinite\":null,\n"
                                                "  \"findings\":[],\n  \"outputs\":[]\n}\n")));
    buf_fini(&out);
    doc_free(d);
}

static void a_page_obeys_no_byte_of_the_evidence(void **state)
{
    (void)state;
    struct buf out = {0}, text = {0};
    struct doc *d = demo_doc(tokyo, 24);
    struct finding *f = doc_finding(d, "service_alert", SEVERITY_CRITICAL);
    buf_add(&text, SLICE("<img src=x onerror=alert(1)>\xE2\x80\xAE\x1b[31m\xff"));
    buf_byte(&text, 'e');
    for (int i = 0; i < 60; i++)
        buf_add(&text, SLICE("\xCC\x81")); /* a flood of combining accents */
    f->id = SLICE("x");
    f->key = value_text(KIND_TEXT, buf_slice(&text));
    d->title = buf_slice(&text);
    page_of(d, "ja", &out);
    assert_false(HAS(out, "<img"));
    assert_true(HAS(out, "&lt;img src=x onerror=alert(1)&gt;⟨U+202E⟩⟨U+001B⟩[31m\\xFF"));
    assert_false(HAS(out, "\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81"));
    assert_true(HAS(out, "⟨U+0301⟩"));
    assert_false(HAS(out, " style="));
    assert_false(HAS(out, "http://"));
    buf_fini(&text);
    buf_fini(&out);
    doc_free(d);
}

static void a_chart_can_have_any_number_of_points(void **state)
{
    (void)state;
    static const size_t hours[] = {0, 1, 2, 60, 2000};
    struct buf out = {0};
    for (size_t i = 0; i < sizeof hours / sizeof hours[0]; i++) {
        struct doc *d = demo_doc(tokyo, hours[i]);
        page_of(d, "en", &out);
        assert_false(HAS(out, "nan"));
        assert_false(HAS(out, "\"inf"));
        assert_int_equal(times(&out, SLICE("<svg viewBox=\"0 0 900")), 3);
        assert_true(times(&out, SLICE("<rect class=\"bar")) <= 400);
        assert_int_equal(hours[i] == 0, HAS(out, "No values."));
        assert_int_equal(hours[i] == 2000, HAS(out, "greatest of up to 5 values"));
        doc_free(d);
    }
    buf_fini(&out);
}

static bool broad(void *context, size_t row, struct arena *scratch, struct value *out)
{
    struct object *o = object_on(scratch);
    (void)row;
    object_set(scratch, o, "text", value_text(KIND_TEXT, buf_slice(context)));
    *out = value_object(o);
    return true;
}

static void a_page_stays_below_five_megabytes(void **state)
{
    (void)state;
    static const struct column column[] = {{"text", KIND_TEXT}};
    struct buf out = {0}, text = {0};
    struct doc *d = demo_doc(tokyo, 24);
    for (int i = 0; i < 5000; i++)
        buf_add(&text, SLICE("\xFF<"));
    d->top = 1000000;
    section_table(d, doc_section(d, "rules"), "rules.options", list_rows(d, 1000000, broad, &text),
                  column, 1);
    for (size_t i = 0; i < 5000; i++) {
        struct finding *f = doc_finding(d, "evidence_damaged", SEVERITY_LOW);
        f->id = SLICE("x");
        f->key = value_text(KIND_PATH, slice_head(buf_slice(&text), 400));
    }
    page_of(d, "en", &out);
    assert_true(out.n < 5000000);
    assert_true(HAS(out, "of 1,000,000 rows; all rows are in the workbook."));
    assert_true(HAS(out, "of 5,002 shown; all of them are in the workbook."));
    assert_true(HAS(out, "</html>"));
    buf_fini(&text);
    buf_fini(&out);
    doc_free(d);
}

static void a_path_of_any_length_is_cut_visibly(void **state)
{
    (void)state;
    struct buf out = {0}, path = {0};
    struct doc *d = demo_doc(tokyo, 24);
    for (int i = 0; i < 300000; i++)
        buf_add(&path, SLICE("a/"));
    object_put(d, d->sources->items[0].object, "path", value_text(KIND_PATH, buf_slice(&path)));
    for (size_t i = 0; i < 20; i++) {
        struct finding *f = doc_finding(d, "evidence_damaged", SEVERITY_HIGH);
        f->id = SLICE("x");
        f->key = value_text(KIND_PATH, buf_slice(&path));
        f->evidence = d->quotes;
        f->evidence_count = 1;
    }
    page_of(d, "en", &out);
    assert_true(out.n < 1000000);
    assert_true(HAS(out, "…:1204</span>"));
    buf_fini(&path);
    buf_fini(&out);
    doc_free(d);
}

static void sentences_choose_singular_and_plural_and_tell_spans_in_words(void **state)
{
    (void)state;
    struct buf out = {0};
    struct doc *d = doc_new();
    struct rendering r = {.doc = d, .language = "en"};
    struct object *o = object_new(d);
    for (int64_t n = 1; n <= 2; n++) {
        object_put(d, o, "n", value_number(KIND_COUNT, n));
        object_put(d, o, "t", value_number(KIND_SPAN, 3 * HOUR + 59 * MINUTE + n * SECOND));
        label_fill(&out, &r, SLICE("{n} {n?mail was:mails were} {t} {gone};"), o, NULL);
    }
    assert_true(slice_eq(buf_slice(&out),
                         SLICE("1 mail was 3 h 59 min 1 s –;2 mails were 3 h 59 min 2 s –;")));
    out.n = 0;
    show_span(&out, "en", 4010000);
    buf_byte(&out, '|');
    show_span(&out, "en", 742 * SECOND);
    buf_byte(&out, '|');
    show_span(&out, "ja", 1234);
    buf_byte(&out, '|');
    show_span(&out, "en", 50 * HOUR);
    assert_true(slice_eq(buf_slice(&out), SLICE("4.0 s|0:12:22|0.001 秒|2 d 2:00:00")));
    buf_fini(&out);
    doc_free(d);
}

/* The text of one part of a workbook. */
static void part_of(const char *path, const char *part, struct buf *out)
{
    struct archive *a = archive_read_new();
    struct archive_entry *entry;
    out->n = 0;
    archive_read_support_format_zip(a);
    assert_int_equal(archive_read_open_filename(a, path, 65536), ARCHIVE_OK);
    while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
        if (strcmp(archive_entry_pathname(entry), part) != 0)
            continue;
        char block[4096];
        for (la_ssize_t n; (n = archive_read_data(a, block, sizeof block)) > 0;)
            buf_add(out, slice_of(block, (size_t)n));
    }
    archive_read_free(a);
    assert_true(out->n > 0);
}

static void a_full_sheet_continues_on_the_next_one(void **state)
{
    (void)state;
    char path[64];
    struct buf out = {0};
    struct doc *d = demo_doc(tokyo, 45);
    rendered(d, "en", xlsx_write, 20, path, &out);
    part_of(path, "xl/workbook.xml", &out);
    assert_true(HAS(out, "name=\"By hour\""));
    assert_true(HAS(out, "name=\"By hour (2)\""));
    assert_true(HAS(out, "name=\"By hour (3)\""));
    assert_false(HAS(out, "name=\"By hour (4)\""));
    unlink(path);
    rendered(d, "en", xlsx_write, 0, path, &out);
    part_of(path, "xl/workbook.xml", &out);
    assert_true(HAS(out, "name=\"By hour\""));
    assert_false(HAS(out, "(2)"));
    unlink(path);
    buf_fini(&out);
    doc_free(d);
}

static void only_subtotals_are_formulas_and_their_value_is_stored(void **state)
{
    (void)state;
    char path[64], part[64];
    struct buf out = {0};
    struct doc *d = demo_doc(tokyo, 24);
    rendered(d, "ja", xlsx_write, 0, path, &out);
    size_t formulas = 0;
    for (unsigned i = 1; i <= 12; i++) {
        snprintf(part, sizeof part, "xl/worksheets/sheet%u.xml", i);
        part_of(path, part, &out);
        size_t all = times(&out, SLICE("<f>"));
        assert_int_equal(all, times(&out, SLICE("<f>SUBTOTAL(109,")));
        assert_int_equal(times(&out, SLICE("</f><v>0</v>")), 0);
        formulas += all;
    }
    assert_true(formulas >= 5);
    unlink(path);
    buf_fini(&out);
    doc_free(d);
}

static void the_same_document_gives_the_same_bytes(void **state)
{
    (void)state;
    static const writer writers[] = {html_write, xlsx_write, json_write};
    struct buf first = {0}, second = {0};
    char path[64];
    struct doc *d = demo_doc(tokyo, 100);
    for (size_t i = 0; i < 3; i++) {
        rendered(d, "ja", writers[i], 0, path, &first);
        unlink(path);
        rendered(d, "ja", writers[i], 0, path, &second);
        unlink(path);
        assert_true(slice_eq(buf_slice(&first), buf_slice(&second)));
    }
    buf_fini(&first);
    buf_fini(&second);
    doc_free(d);
}

static void check_refuses(const char *folder, enum err_code code, const char *why)
{
    struct report_options o = {folder, {"en", NULL}, 1, true};
    struct err e = {0};
    assert_int_equal(report_check(&o, &e), -1);
    assert_int_equal(e.code, code);
    if (!strstr(e.text, why))
        print_error("%s\n", e.text);
    assert_non_null(strstr(e.text, why));
}

static void a_folder_that_cannot_be_written_is_refused_before_reading(void **state)
{
    (void)state;
    char folder[] = "/tmp/postmortem-check-XXXXXX", link[80], file[80], inside[96];
    assert_non_null(mkdtemp(folder));
    snprintf(link, sizeof link, "%s/link", folder);
    snprintf(file, sizeof file, "%s/file", folder);
    assert_int_equal(symlink("/tmp", link), 0);
    int fd = open(file, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    close(fd);
    check_refuses(link, ERR_USAGE, "symbolic link");
    snprintf(inside, sizeof inside, "%s/", link);
    check_refuses(inside, ERR_USAGE, "symbolic link");
    check_refuses(file, ERR_USAGE, "not a folder");
    snprintf(inside, sizeof inside, "%s/x", file);
    check_refuses(inside, ERR_USAGE, "Not a directory");
    snprintf(inside, sizeof inside, "%s/no/x", folder);
    check_refuses(inside, ERR_OUTPUT, "No such file");
    check_refuses("", ERR_USAGE, "empty");
    if (geteuid() != 0) {
        assert_int_equal(chmod(folder, 0500), 0);
        check_refuses(folder, ERR_OUTPUT, "Permission denied");
        snprintf(inside, sizeof inside, "%s/new", folder);
        check_refuses(inside, ERR_OUTPUT, "Permission denied");
        assert_int_equal(chmod(folder, 0700), 0);
    }
    snprintf(inside, sizeof inside, "%s/new", folder);
    struct report_options fine = {inside, {"en", NULL}, 1, false};
    struct err e = {0};
    assert_int_equal(report_check(&fine, &e), 0);
    unlink(link);
    unlink(file);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_tells_the_values_of_a_document),
        cmocka_unit_test(a_page_obeys_no_byte_of_the_evidence),
        cmocka_unit_test(a_chart_can_have_any_number_of_points),
        cmocka_unit_test(a_page_stays_below_five_megabytes),
        cmocka_unit_test(a_path_of_any_length_is_cut_visibly),
        cmocka_unit_test(sentences_choose_singular_and_plural_and_tell_spans_in_words),
        cmocka_unit_test(a_full_sheet_continues_on_the_next_one),
        cmocka_unit_test(only_subtotals_are_formulas_and_their_value_is_stored),
        cmocka_unit_test(the_same_document_gives_the_same_bytes),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_refused_before_reading),
    };
    return cmocka_run_group_tests(tests, zone_make, zone_drop);
}
