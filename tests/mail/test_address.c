/* test_address.c - envelope addresses. */
#include "postmortem/mail/address.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void the_domain_follows_the_last_at_sign(void **state)
{
    (void)state;
    assert_true(slice_eq(address_domain(SLICE("\"a@b\"@example.com")), SLICE("example.com")));
    assert_int_equal(address_domain(SLICE("postmaster")).n, 0);
    assert_int_equal(address_domain(SLICE("")).n, 0);
    assert_int_equal(address_domain(SLICE("a@")).n, 0);
}

static void the_domain_key_is_lower_case_without_the_last_dot(void **state)
{
    (void)state;
    char key[64];
    assert_true(slice_eq(address_domain_key(SLICE("Bob@Example.COM."), key, sizeof key),
                         SLICE("example.com")));
    assert_true(slice_eq(address_domain_key(SLICE("a@EXAMPLE.com"), key, 4), SLICE("exam")));
    assert_int_equal(address_domain_key(SLICE("postmaster"), key, sizeof key).n, 0);
}

static void addresses_are_equal_but_for_case(void **state)
{
    (void)state;
    struct slice a =
        SLICE("A-Very-Long.Local.Part.That.Fills.More.Than.One.Block.Of.Hashing@EXAMPLE.com");
    struct slice b =
        SLICE("a-very-long.local.part.that.fills.more.than.one.block.of.hashing@example.COM");
    struct slice c =
        SLICE("b-very-long.local.part.that.fills.more.than.one.block.of.hashing@example.COM");
    assert_true(address_eq(a, b));
    assert_true(address_hash(a) == address_hash(b));
    assert_false(address_eq(b, c));
    assert_true(address_hash(b) != address_hash(c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_domain_follows_the_last_at_sign),
        cmocka_unit_test(the_domain_key_is_lower_case_without_the_last_dot),
        cmocka_unit_test(addresses_are_equal_but_for_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
