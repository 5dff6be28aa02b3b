/* address.c - envelope addresses as logs write them.
 *
 * Why: figures are kept per domain and recipients are matched between logs that differ in case.
 * Invariant: nothing here depends on the locale; bytes above 127 are compared as they are.
 * Facts: RFC 5321 4.1.2 (a quoted local part may hold an '@', so the last one counts).
 * Example: example.com-Bob@Example.COM. has the domain key example.com */
#include "postmortem/mail/address.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

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
    for (size_t i = 0; i < domain.n; i++)
        out[i] = lower(domain.p[i]);
    return slice_of(out, domain.n);
}

uint64_t address_hash(struct slice address)
{
    char key[64];
    uint64_t hash = slice_hash(slice_of(NULL, 0));
    while (address.n) {
        struct slice part = slice_head(address, sizeof key - 8);
        memcpy(key, &hash, 8);
        for (size_t i = 0; i < part.n; i++)
            key[8 + i] = lower(part.p[i]);
        hash = slice_hash(slice_of(key, 8 + part.n));
        address = slice_from(address, part.n);
    }
    return hash;
}

bool address_eq(struct slice a, struct slice b)
{
    return slice_ieq(a, b);
}
