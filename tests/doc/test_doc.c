/* What the renderers rely on: order, null for the unknown, reaching into objects, rows made one at a time. */
#include "postmortem/doc/doc.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void an_object_keeps_the_order_in_which_keys_came(void **state)
{
    (void)state;
    struct doc *d = doc_new();
    struct object *o = object_new(d);
    static const char *const keys[] = {"z", "a", "m", "b", "y", "c", "x", "d", "w", "e"};
    for (size_t i = 0; i < 10; i++)
        object_put(d, o, keys[i], value_number(KIND_COUNT, (int64_t)i));
    object_put(d, o, "m", value_number(KIND_COUNT, 99)); /* replaced in its place */
    assert_int_equal(o->count, 10);
    for (size_t i = 0; i < 10; i++)
        assert_string_equal(o->members[i].key, keys[i]);
    assert_int_equal(object_get(o, "m")->number, 99);
    doc_free(d);
}

static void a_dotted_key_reaches_into_an_object_unless_it_is_a_key_itself(void **state)
{
    (void)state;
    struct doc *d = doc_new();
    struct object *o = object_new(d), *inner = object_new(d);
    object_put(d, inner, "b", value_number(KIND_COUNT, 7));
    object_put(d, o, "a", value_object(inner));
    assert_int_equal(object_get(o, "a.b")->number, 7);
    assert_null(object_get(o, "a.c"));
    assert_null(object_get(o, "a.b.c"));
    assert_null(object_get(NULL, "a"));
    object_put(d, o, "a.b", value_number(KIND_COUNT, 8));
    assert_int_equal(object_get(o, "a.b")->number, 8);
    doc_free(d);
}

static void what_is_not_known_is_null(void **state)
{
    (void)state;
    assert_int_equal(value_number(KIND_WHEN, WHEN_NONE).kind, KIND_NULL);
    assert_int_equal(value_number(KIND_WHEN, 0).kind, KIND_WHEN);
    assert_int_equal(value_token(NULL).kind, KIND_NULL);
    assert_int_equal(value_object(NULL).kind, KIND_NULL);
    assert_int_equal(value_list(NULL).kind, KIND_NULL);
}

static bool square(void *context, size_t row, struct arena *scratch, struct value *out)
{
    struct object *o = object_on(scratch);
    ++*(size_t *)context;
    object_set(scratch, o, "square", value_number(KIND_COUNT, (int64_t)(row * row)));
    *out = value_object(o);
    return true;
}

static void rows_can_be_made_one_at_a_time(void **state)
{
    (void)state;
    struct doc *d = doc_new();
    struct arena scratch = {0};
    struct value row;
    size_t made = 0;
    struct list *l = list_rows(d, 1000000, square, &made);
    assert_int_equal(made, 0);
    assert_true(list_row(l, 999999, &scratch, &row));
    assert_int_equal(object_get(row.object, "square")->number, INT64_C(999998000001));
    assert_false(list_row(l, 1000000, &scratch, &row));
    assert_false(list_row(NULL, 0, &scratch, &row));
    assert_int_equal(made, 1);
    arena_fini(&scratch);
    doc_free(d);
}

static void findings_are_sorted_by_severity_then_start_then_id(void **state)
{
    (void)state;
    static const struct {
        enum severity severity;
        when start;
        const char *id;
    } given[] = {{SEVERITY_LOW, 5, "d"},
                 {SEVERITY_HIGH, 9, "c"},
                 {SEVERITY_HIGH, 9, "b"},
                 {SEVERITY_HIGH, 3, "z"},
                 {SEVERITY_CRITICAL, 7, "a"}};
    static const char *const want[] = {"a", "z", "b", "c", "d"};
    struct doc *d = doc_new();
    for (size_t i = 0; i < 5; i++) {
        struct finding *f = doc_finding(d, "kind", given[i].severity);
        f->start = given[i].start;
        f->id = slice_str(given[i].id);
    }
    doc_sort_findings(d);
    for (size_t i = 0; i < 5; i++)
        assert_true(slice_eq(d->findings[i]->id, slice_str(want[i])));
    doc_free(d);
}

static void a_quote_is_listed_with_its_line_once_it_was_fetched(void **state)
{
    (void)state;
    struct doc *d = doc_new();
    struct arena scratch = {0};
    struct value row;
    struct quote *q = doc_quote(d, 3, 12, 345);
    struct value list = value_quotes(d, &q, 1);
    assert_true(list_row(list.list, 0, &scratch, &row));
    assert_int_equal(object_get(row.object, "text")->kind, KIND_NULL);
    q->text = SLICE("raw");
    q->quoted = true;
    assert_true(list_row(list.list, 0, &scratch, &row));
    assert_int_equal(object_get(row.object, "source")->number, 3);
    assert_int_equal(object_get(row.object, "line")->number, 12);
    assert_int_equal(object_get(row.object, "offset")->number, 345);
    assert_true(slice_eq(object_get(row.object, "text")->text, SLICE("raw")));
    arena_fini(&scratch);
    doc_free(d);
}

static void only_six_tiles_fit(void **state)
{
    (void)state;
    struct doc *d = doc_new();
    for (int i = 0; i < 9; i++)
        doc_tile(d, "queued", value_number(KIND_COUNT, i));
    assert_int_equal(d->tiles_count, 6);
    assert_int_equal(d->tiles[5].value.number, 5);
    doc_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_keeps_the_order_in_which_keys_came),
        cmocka_unit_test(a_dotted_key_reaches_into_an_object_unless_it_is_a_key_itself),
        cmocka_unit_test(what_is_not_known_is_null),
        cmocka_unit_test(rows_can_be_made_one_at_a_time),
        cmocka_unit_test(findings_are_sorted_by_severity_then_start_then_id),
        cmocka_unit_test(a_quote_is_listed_with_its_line_once_it_was_fetched),
        cmocka_unit_test(only_six_tiles_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
