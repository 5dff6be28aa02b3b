/* names.c - who writes to whom: domains by Zipf's law, users out of a pool of fixed size.
 *
 * Invariant: a recipient number always has the same domain and text; only reserved names are used (RFC 2606, 6761,
 * and example.jp).  Example: number 4711 may be sato67@example.net. */
#include "sim.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char first_domains[][24] = {
    "example.com",      "example.net",  "example.org",      "mail.example",     "mobile.example",
    "post.example.net", "shop.example", "Univ.Example.org", "city.example.com", "dom-x.example"};
static const char own_domains[][24] = {"example.jp", "branch.example.jp"};
static const char users[32][12] = {
    "tanaka", "suzuki",  "sato",    "ito",    "watanabe", "yamamoto", "nakamura", "kobayashi",
    "kato",   "yoshida", "yamada",  "sasaki", "mori",     "abe",      "ikeda",    "hashimoto",
    "alice",  "bob",     "carol",   "dave",   "erin",     "frank",    "grace",    "heidi",
    "ivan",   "judy",    "mallory", "niaj",   "olivia",   "peggy",    "rupert",   "sybil"};

/* Vose's alias method: one draw in constant time whatever the number of domains. */
static void alias_fill(struct names *n)
{
    uint32_t d = n->domains, *small = wanted(malloc(d * sizeof *small)),
             *large = wanted(malloc(d * sizeof *large));
    uint32_t smalls = 0, larges = 0;
    double sum = 0;
    for (uint32_t i = 0; i < d; i++)
        sum += n->keep[i] = 1.0 / pow(i + 1.0, 1.05);
    for (uint32_t i = 0; i < d; i++) {
        n->keep[i] *= d / sum;
        n->alias[i] = i;
        if (n->keep[i] < 1)
            small[smalls++] = i;
        else
            large[larges++] = i;
    }
    while (smalls && larges) {
        uint32_t s = small[--smalls], l = large[larges - 1];
        n->alias[s] = l;
        n->keep[l] -= 1 - n->keep[s];
        if (n->keep[l] < 1) {
            larges--;
            small[smalls++] = l;
        }
    }
    free(small);
    free(large);
}

void names_open(struct names *n, uint32_t domains, uint32_t pool)
{
    n->domains = domains;
    n->pool = pool;
    n->own = sizeof own_domains / sizeof own_domains[0];
    n->domain = wanted(calloc(domains + n->own, sizeof *n->domain));
    n->alias = wanted(calloc(domains, sizeof *n->alias));
    n->keep = wanted(calloc(domains, sizeof *n->keep));
    uint32_t named = sizeof first_domains / sizeof first_domains[0];
    for (uint32_t i = 0; i < domains; i++) {
        if (i < named)
            memcpy(n->domain[i], first_domains[i], sizeof first_domains[i]);
        else
            snprintf(n->domain[i], sizeof n->domain[i], "d%u.example", (unsigned)i);
    }
    for (uint32_t i = 0; i < n->own; i++)
        memcpy(n->domain[domains + i], own_domains[i], sizeof own_domains[i]);
    alias_fill(n);
}

void names_close(struct names *n)
{
    free(n->domain);
    free(n->alias);
    free(n->keep);
}

struct address names_remote(const struct names *n, struct chance *c)
{
    struct address a = {.user = chance_below(c, n->pool)};
    struct chance own = {a.user * UINT64_C(0x2545F4914F6CDD1D) + 1};
    uint32_t i = chance_below(&own, n->domains);
    a.domain = chance_unit(&own) < n->keep[i] ? i : n->alias[i];
    return a;
}

struct address names_local(const struct names *n, struct chance *c)
{
    uint32_t few = n->pool < 400 ? n->pool : 400;
    struct address a = {.user = chance_below(c, few)};
    a.domain = n->domains + (a.user % 5 == 0);
    return a;
}

void put_address(struct text *t, const struct names *n, struct address a)
{
    if (a.form == FORM_EMPTY)
        return;
    if (a.form == FORM_NO_DOMAIN) {
        PUT(t, "postmaster");
        return;
    }
    const char *domain = n->domain[a.domain];
    if (a.form == FORM_VIRTUAL) {
        put_z(t, domain);
        PUT(t, "-");
    }
    if (a.form == FORM_LIST)
        PUT(t, "ml-");
    const char *user = users[a.user & 31];
    put_z(t, user);
    if (a.form == FORM_UPPER_USER)
        t->p[t->n - strlen(user)] = (char)(user[0] - 'a' + 'A');
    put_u64(t, a.user >> 5);
    PUT(t, "@");
    size_t from = t->n;
    put_z(t, domain);
    if (a.form == FORM_UPPER_DOMAIN && t->p[from] >= 'a' && t->p[from] <= 'z')
        t->p[from] = (char)(t->p[from] - 'a' + 'A');
}
