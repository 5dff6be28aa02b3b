/* address.c - envelope addresses as logs write them.
 *
 * Why: figures are kept per domain and recipients are matched between logs that differ in case.
 * Invariant: nothing here depends on the locale; bytes above 127 are compared as they are.
 * Facts: RFC 5321 4.1.2 (a quoted local part may hold an '@', so the last one counts).
 * Example: example.com-Bob@Example.COM. has the domain key example.com */
#include "postmortem/mail/address.h"

struct slice address_domain(struct slice address)
{
    size_t at = slice_rchr(address, '@');
    return at == address.n ? slice_of(NULL, 0) : slice_from(address, at + 1);
}

struct slice address_domain_key(struct slice address, char *out, size_t n)
{
    struct slice domain = address_domain(address);
    if (domain.n && domain.p[domain.n - 1] == '.')
        domain.n--;
    domain = slice_head(domain, n);
    slice_lower(out, domain);
    return slice_of(out, domain.n);
}

uint64_t address_hash(struct slice address)
{
    return slice_ihash(address);
}

bool address_eq(struct slice a, struct slice b)
{
    return slice_ieq(a, b);
}

bool address_loopback(struct slice ip)
{
    return slice_starts(ip, SLICE("127.")) || slice_eq(ip, SLICE("::1"));
}
