/* The floor everything stands on: slices, arenas, tables, histograms, sketches. */
#include "postmortem/base/hist.h"
#include "postmortem/base/memory.h"
#include "postmortem/base/sketch.h"
#include "postmortem/base/syms.h"
#include "postmortem/base/tab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t random_state = 42;

static uint64_t draw(uint64_t below)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (random_state >> 20) % below;
}

static void numbers_are_read_whole_or_not_at_all(void **state)
{
    (void)state;
    uint64_t n = 7;
    assert_true(slice_u64(SLICE("18446744073709551615"), &n));
    assert_true(n == UINT64_MAX);
    assert_false(slice_u64(SLICE("18446744073709551616"), &n));
    assert_false(slice_u64(SLICE("12x"), &n));
    assert_false(slice_u64(SLICE(""), &n));
    assert_true(n == UINT64_MAX);
}

static void finding_works_at_both_ends_and_with_nuls(void **state)
{
    (void)state;
    struct slice s = slice_of("ab\0cd\0ab", 8);
    assert_int_equal(slice_find(s, SLICE("ab")), 0);
    assert_int_equal(slice_rfind(s, SLICE("ab")), 6);
    assert_int_equal(slice_chr(s, '\0'), 2);
    assert_int_equal(slice_rchr(s, '\0'), 5);
    assert_int_equal(slice_find(s, SLICE("zz")), s.n);
    assert_int_equal(slice_rfind(s, SLICE("zz")), s.n);
    assert_true(slice_cmp(SLICE("a"), SLICE("ab")) < 0);
    assert_true(slice_ieq(SLICE("ExAmPle.JP"), SLICE("example.jp")));
}

/* Few different bytes, so that there are hits at every distance, and none. */
static struct slice few_bytes(char *text, size_t size)
{
    static const char few[] = "a0123456789AF:@G/\x80\xb0\xff\0";
    size_t n = draw(size), kinds = 1 + draw(sizeof few);
    for (size_t i = 0; i < n; i++)
        text[i] = few[draw(kinds)];
    return slice_of(text, n);
}

static void bytes_are_found_near_and_far(void **state)
{
    (void)state;
    char text[64];
    for (int round = 0; round < 50000; round++) {
        struct slice s = few_bytes(text, sizeof text);
        size_t colon = 0, any = 0, hex = 0;
        while (colon < s.n && s.p[colon] != ':')
            colon++;
        while (any < s.n && s.p[any] != ':' && s.p[any] != '\0' && s.p[any] != '9')
            any++;
        while (hex < s.n && s.p[hex] && strchr("0123456789ABCDEF", s.p[hex]))
            hex++;
        assert_int_equal(slice_chr(s, ':'), colon);
        assert_int_equal(slice_capital_hex(s), hex);
        assert_int_equal(slice_chr3(s, ':', '\0', '9'), any);
    }
}

static void short_names_are_the_same_as_long_ones_are(void **state)
{
    (void)state;
    char a[40], b[40];
    for (int round = 0; round < 50000; round++) {
        struct slice one = few_bytes(a, sizeof a), other = slice_of(b, one.n);
        memcpy(b, a, one.n);
        assert_true(slice_same(one, other));
        assert_true(one.n == 0 || !slice_same(one, slice_head(other, one.n - 1)));
        if (one.n == 0)
            continue;
        size_t at = draw(one.n);
        b[at] ^= (char)(1 << draw(8));
        assert_false(slice_same(one, other));
    }
}

static void numbers_end_where_their_digits_do(void **state)
{
    (void)state;
    char text[40];
    for (int round = 0; round < 50000; round++) {
        struct slice s = few_bytes(text, sizeof text), rest;
        if (round % 2 && s.n > 3)
            s = slice_of(memset(text, '0' + (int)draw(10), s.n - 3), s.n);
        size_t n = 0;
        unsigned __int128 v = 0;
        for (; n < s.n && s.p[n] >= '0' && s.p[n] <= '9'; n++)
            v = v > UINT64_MAX ? v : v * 10 + (unsigned)(s.p[n] - '0');
        uint64_t told = 7;
        rest = s;
        bool is = n && v <= UINT64_MAX;
        assert_int_equal(slice_eat_u64(&rest, &told), is);
        assert_true(told == (is ? (uint64_t)v : 7));
        assert_int_equal(rest.n, is ? s.n - n : s.n);
    }
}

static void case_is_dropped_of_ascii_letters_alone(void **state)
{
    (void)state;
    char text[64], small[64], told[64];
    for (int round = 0; round < 20000; round++) {
        size_t n = draw(sizeof text);
        for (size_t i = 0; i < n; i++) {
            text[i] = (char)draw(256);
            small[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
        }
        slice_lower(told, slice_of(text, n));
        assert_memory_equal(told, small, n);
        assert_true(slice_ihash(slice_of(text, n)) == slice_hash(slice_of(small, n)));
        assert_true(slice_ieq(slice_of(text, n), slice_of(small, n)));
    }
}

static void finding_agrees_with_a_plain_search(void **state)
{
    (void)state;
    char text[40], needle[4];
    for (int round = 0; round < 20000; round++) {
        struct slice s = slice_of(text, draw(sizeof text)),
                     x = slice_of(needle, draw(sizeof needle));
        for (size_t i = 0; i < s.n; i++)
            text[i] = "\0\1a"[draw(3)];
        for (size_t i = 0; i < x.n; i++)
            needle[i] = "\0\1a"[draw(3)];
        size_t at = 0;
        while (at + x.n <= s.n && !slice_starts(slice_from(s, at), x))
            at++;
        assert_int_equal(slice_find(s, x), at + x.n <= s.n ? at : s.n);
    }
}

static void an_arena_of_small_requests_stays_small(void **state)
{
    (void)state;
    struct arena a = {0};
    for (int i = 0; i < 100000; i++)
        *(char *)arena_alloc(&a, 16) = 1;
    assert_int_equal(a.used, 1600000);
    assert_true(((uintptr_t)arena_alloc(&a, 100000) & 15) == 0);
    arena_fini(&a);
}

static void equal_texts_get_equal_numbers(void **state)
{
    (void)state;
    struct syms s = {0};
    char text[32];
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 5000; i++) {
            int n = snprintf(text, sizeof text, "host%u.example.jp", i);
            assert_int_equal(syms_add(&s, slice_of(text, (size_t)n)), i);
        }
    assert_true(slice_eq(syms_text(&s, 77), SLICE("host77.example.jp")));
    syms_fini(&s);
}

static void add_u64(void *into, const void *from)
{
    *(uint64_t *)into += *(const uint64_t *)from;
}

static void save_u64(struct buf *out, void *row)
{
    buf_u64(out, *(const uint64_t *)row);
}

static bool load_row_u64(struct slice *in, void *row)
{
    return load_u64(in, row);
}

static void fill(struct tab *t, unsigned from, unsigned to)
{
    char key[16];
    for (unsigned i = from; i < to; i++) {
        int n = snprintf(key, sizeof key, "k%u", i);
        *(uint64_t *)tab_row(t, slice_of(key, (size_t)n)) += i;
    }
}

static void tables_merge_save_and_load(void **state)
{
    (void)state;
    struct tab a, b, c;
    struct buf first = {0}, second = {0};
    tab_init(&a, sizeof(uint64_t));
    tab_init(&b, sizeof(uint64_t));
    tab_init(&c, sizeof(uint64_t));
    fill(&a, 0, 3000);
    fill(&b, 2000, 5000);
    tab_merge(&a, &b, add_u64);
    assert_int_equal(a.count, 5000);
    assert_int_equal(*(uint64_t *)tab_find(&a, SLICE("k2500")), 5000);
    assert_null(tab_find(&a, SLICE("k5000")));
    tab_save(&a, &first, save_u64);
    struct slice in = buf_slice(&first);
    assert_true(tab_load(&c, &in, load_row_u64));
    assert_int_equal(in.n, 0);
    tab_save(&c, &second, save_u64);
    assert_true(slice_eq(buf_slice(&first), buf_slice(&second)));
    for (size_t cut = 0; cut < first.n; cut += 97) {
        struct tab d;
        tab_init(&d, sizeof(uint64_t));
        in = slice_head(buf_slice(&first), cut);
        assert_false(tab_load(&d, &in, load_row_u64));
        tab_fini(&d);
    }
    buf_fini(&first);
    buf_fini(&second);
    tab_fini(&a);
    tab_fini(&b);
    tab_fini(&c);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void quantiles_are_within_one_percent(size_t n, uint64_t spread)
{
    uint64_t *values = mem_new(n * sizeof *values), sum = 0;
    struct hist h = {0};
    for (size_t i = 0; i < n; i++) {
        values[i] = draw(spread) * draw(spread) % (spread * 3 + 1);
        sum += values[i];
        hist_add(&h, values[i]);
    }
    qsort(values, n, sizeof *values, by_value);
    assert_true(h.n == n && h.min == values[0] && h.max == values[n - 1] && h.sum == sum);
    static const unsigned asked[] = {1, 500, 900, 950, 990, 1000};
    for (size_t i = 0; i < 6; i++) {
        size_t rank = (n * asked[i] + 999) / 1000;
        uint64_t exact = values[rank ? rank - 1 : 0], told = hist_quantile(&h, asked[i]);
        uint64_t error = exact > told ? exact - told : told - exact;
        assert_true(error * 100 <= exact);
    }
    free(values);
    hist_fini(&h);
}

static void histograms_answer_within_one_percent_sparse_and_dense(void **state)
{
    (void)state;
    for (size_t n = 1; n < 200; n += 7)
        quantiles_are_within_one_percent(n, 1000000000);
    quantiles_are_within_one_percent(5000, 50);
    quantiles_are_within_one_percent(60000, 10000000000);
    quantiles_are_within_one_percent(200000, 10000000000);
}

static void histograms_merge_as_if_added_together(void **state)
{
    (void)state;
    struct hist whole = {0}, parts[3] = {{0}};
    struct buf a = {0}, b = {0};
    for (int i = 0; i < 150000; i++) {
        uint64_t v = draw(1u << (i % 30));
        hist_add(&whole, v);
        hist_add(&parts[i % 3], v);
    }
    hist_merge(&parts[2], &parts[0]);
    hist_merge(&parts[2], &parts[1]);
    hist_save(&whole, &a);
    hist_save(&parts[2], &b);
    assert_true(slice_eq(buf_slice(&a), buf_slice(&b)));
    struct slice in = buf_slice(&a);
    struct hist loaded;
    assert_true(hist_load(&loaded, &in));
    assert_true(hist_quantile(&loaded, 950) == hist_quantile(&whole, 950));
    a.p[0] ^= 1; /* n no longer the sum of the buckets */
    in = buf_slice(&a);
    struct hist damaged;
    assert_false(hist_load(&damaged, &in));
    hist_fini(&damaged);
    hist_fini(&loaded);
    hist_fini(&whole);
    for (int i = 0; i < 3; i++)
        hist_fini(&parts[i]);
    buf_fini(&a);
    buf_fini(&b);
}

static void sketches_are_exact_to_1024_and_close_beyond(void **state)
{
    (void)state;
    struct sketch s = {0}, halves[2] = {{0}};
    struct buf a = {0}, b = {0};
    char text[32];
    for (unsigned i = 0; i < 50000; i++) {
        int n = snprintf(text, sizeof text, "%u.example.com", i % 40000);
        struct slice value = slice_of(text, (size_t)n);
        sketch_add(&s, value);
        sketch_add(&halves[i & 1], value);
        if (i < SKETCH_K)
            assert_int_equal(sketch_estimate(&s), i + 1);
    }
    uint64_t told = sketch_estimate(&s);
    assert_true(told > 36000 && told < 44000);
    sketch_merge(&halves[0], &halves[1]);
    sketch_save(&s, &a);
    sketch_save(&halves[0], &b);
    assert_true(slice_eq(buf_slice(&a), buf_slice(&b)));
    struct slice in = buf_slice(&b);
    struct sketch loaded;
    assert_true(sketch_load(&loaded, &in));
    assert_true(sketch_estimate(&loaded) == told);
    sketch_fini(&loaded);
    sketch_fini(&s);
    sketch_fini(&halves[0]);
    sketch_fini(&halves[1]);
    buf_fini(&a);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
        cmocka_unit_test(finding_works_at_both_ends_and_with_nuls),
        cmocka_unit_test(bytes_are_found_near_and_far),
        cmocka_unit_test(short_names_are_the_same_as_long_ones_are),
        cmocka_unit_test(numbers_end_where_their_digits_do),
        cmocka_unit_test(case_is_dropped_of_ascii_letters_alone),
        cmocka_unit_test(finding_agrees_with_a_plain_search),
        cmocka_unit_test(an_arena_of_small_requests_stays_small),
        cmocka_unit_test(equal_texts_get_equal_numbers),
        cmocka_unit_test(tables_merge_save_and_load),
        cmocka_unit_test(histograms_answer_within_one_percent_sparse_and_dense),
        cmocka_unit_test(histograms_merge_as_if_added_together),
        cmocka_unit_test(sketches_are_exact_to_1024_and_close_beyond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
