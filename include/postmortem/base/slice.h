/* slice.h - a view of bytes someone else owns.
 *
 * Everything read from evidence is a slice: a pointer and a length, never NUL-terminated, possibly holding NULs
 * and any byte.  A slice does not own; its owner's lifetime (line, shard, document) is said where it is made.
 * An empty slice may have p == NULL. */
#ifndef POSTMORTEM_BASE_SLICE_H
#define POSTMORTEM_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct slice {
    const char *p;
    size_t n;
};

/* The slice of a string literal, usable in initialisers. */
#define SLICE_LIT(s)                                                                               \
    {                                                                                              \
        (s), sizeof(s) - 1                                                                         \
    }
#define SLICE(s) ((struct slice)SLICE_LIT(s))
/* Arguments for a printf "%.*s"; only for text that is known to be clean. */
#define SLICE_ARG(s) (int)(s).n, (s).p

static inline struct slice slice_of(const char *p, size_t n)
{
    return (struct slice){p, n};
}

/* The slice of a NUL-terminated string. */
static inline struct slice slice_str(const char *s)
{
    return (struct slice){s, strlen(s)};
}

/* s, moved through two registers: where pointer and length were stored one by one a moment ago, a load of both at once has
 * to wait until the stores have reached the cache.  For what every line does: that wait, four times in a syslog header, was
 * a twentieth of the time that reading Postfix takes. */
static inline struct slice slice_fresh(struct slice s)
{
#ifdef __GNUC__
    __asm__("" : "+r"(s.p), "+r"(s.n));
#endif
    return s;
}

static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* The bits in which w bytes at each place differ (w: 1, 4 or 8). */
static inline uint64_t slice_differ(const char *a, const char *b, size_t w)
{
    uint64_t v = 0, u = 0;
    memcpy(&v, a, w);
    memcpy(&u, b, w);
    return v ^ u;
}

/* slice_eq of names, which are short: no call up to 24 bytes, but steps that may overlap. */
static inline bool slice_same(struct slice a, struct slice b)
{
    size_t n = a.n;
    if (n != b.n || n > 24)
        return slice_eq(a, b);
    if (n >= 8)
        return (slice_differ(a.p, b.p, 8) | slice_differ(a.p + n - 8, b.p + n - 8, 8) |
                slice_differ(a.p + n / 16 * 8, b.p + n / 16 * 8, 8)) == 0;
    if (n >= 4)
        return (slice_differ(a.p, b.p, 4) | slice_differ(a.p + n - 4, b.p + n - 4, 4)) == 0;
    return n == 0 || (slice_differ(a.p, b.p, 1) | slice_differ(a.p + n / 2, b.p + n / 2, 1) |
                      slice_differ(a.p + n - 1, b.p + n - 1, 1)) == 0;
}

static inline bool slice_starts(struct slice s, struct slice prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

static inline bool slice_ends(struct slice s, struct slice suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

/* s without its first n bytes (n <= s.n). */
static inline struct slice slice_from(struct slice s, size_t n)
{
#ifdef SLICE_CHECKED /* a fuzz build */
    if (n > s.n)
        __builtin_trap();
#endif
    return (struct slice){s.p + n, s.n - n};
}

/* The first n bytes of s (or all of it). */
static inline struct slice slice_head(struct slice s, size_t n)
{
    return (struct slice){s.p, n < s.n ? n : s.n};
}

/* If s starts with prefix, step over it and say true; else leave s alone. */
static inline bool slice_eat(struct slice *s, struct slice prefix)
{
    if (!slice_starts(*s, prefix))
        return false;
    *s = slice_from(*s, prefix.n);
    return true;
}

/* Which of the sixteen bytes at p are c, the first lowest. */
#ifdef __SSE2__
static inline unsigned slice_sixteen(const char *p, char c)
{
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
}
#endif

/* Position of the first c, or s.n where there is none. */
static inline size_t slice_chr(struct slice s, char c)
{
#ifdef __SSE2__ /* it stands near, mostly: then a call costs more than the search */
    unsigned near = s.n >= 16 ? slice_sixteen(s.p, c) : 0;
    if (near)
        return (size_t)__builtin_ctz(near);
#endif
    const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;
    return hit ? (size_t)(hit - s.p) : s.n;
}

/* Position of the first byte that is a, b or c, or s.n where there is none. */
size_t slice_chr3(struct slice s, char a, char b, char c);
/* The length of the run of 0-9 and A-F that s begins with. */
size_t slice_capital_hex(struct slice s);
/* Position of the last c, or s.n where there is none. */
size_t slice_rchr(struct slice s, char c);
/* Position of the first occurrence of needle, or s.n; an empty needle is found at 0. */
size_t slice_find(struct slice s, struct slice needle);
/* Position of the last occurrence of needle, or s.n. */
size_t slice_rfind(struct slice s, struct slice needle);
/* Equal but for ASCII case; never depends on the locale. */
bool slice_ieq(struct slice a, struct slice b);
bool slice_istarts(struct slice s, struct slice prefix);
bool slice_iends(struct slice s, struct slice suffix);
/* <0, 0, >0 by bytes, then by length: the order of every sorted listing. */
int slice_cmp(struct slice a, struct slice b);
/* s without blanks and tabs at both ends. */
struct slice slice_trim(struct slice s);
/* s without CRs and LFs at its end. */
struct slice slice_chomp(struct slice s);
/* Split s at the first c: what stands before it; *s becomes what stands after.  Without c: all of s, and *s empty. */
struct slice slice_word(struct slice *s, char c);
/* Decimal digits that make up the whole slice -> *out.  false (and *out untouched) if empty, not all digits, or
 * over 2^64-1. */
bool slice_u64(struct slice s, uint64_t *out);
/* Decimal digits at the start of *s: value to *out, *s stepped over them.  false if there is none or it overflows. */
bool slice_eat_u64(struct slice *s, uint64_t *out);
/* A fixed 64-bit hash (the same on every machine and run): output order and sketches may rest on it.  Not meant
 * to resist an attacker by itself; tables that must, add a seed of their own. */
uint64_t slice_hash(struct slice s);
/* slice_hash of s with its ASCII capitals as small letters. */
uint64_t slice_ihash(struct slice s);
/* s with its ASCII capitals as small letters to out[0, s.n). */
void slice_lower(char *out, struct slice s);

#endif
