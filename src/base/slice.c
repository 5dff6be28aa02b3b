/* Slices: searching, comparing and number reading on bytes that are not text in any locale.
 * Invariant: no function reads outside [p, p+n), and none depends on LC_ALL. */
#include "postmortem/base/slice.h"

size_t slice_rchr(struct slice s, char c)
{
    const char *hit = s.n ? memrchr(s.p, c, s.n) : NULL;
    return hit ? (size_t)(hit - s.p) : s.n;
}

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* Little-endian on every machine. */
static uint64_t load8(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

/* The top bit of every byte that is zero; above a zero byte it may be set where the byte is 1. */
static uint64_t zero_bytes(uint64_t v)
{
    return (v - EACH_BYTE(1)) & ~v & EACH_BYTE(0x80);
}

size_t slice_chr3(struct slice s, char a, char b, char c)
{
    size_t at = 0;
#ifdef __SSE2__
    for (; at + 16 <= s.n; at += 16) {
        const char *p = s.p + at;
        unsigned hits = slice_sixteen(p, a) | slice_sixteen(p, b) | slice_sixteen(p, c);
        if (hits)
            return at + (size_t)__builtin_ctz(hits);
    }
#endif
    uint64_t as = EACH_BYTE((unsigned char)a), bs = EACH_BYTE((unsigned char)b),
             cs = EACH_BYTE((unsigned char)c);
    for (; at + 8 <= s.n; at += 8) {
        uint64_t v = load8(s.p + at);
        uint64_t hits = zero_bytes(v ^ as) | zero_bytes(v ^ bs) | zero_bytes(v ^ cs);
        if (hits) /* the lowest of each is exact */
            return at + (size_t)__builtin_ctzll(hits) / 8;
    }
    while (at < s.n && s.p[at] != a && s.p[at] != b && s.p[at] != c)
        at++;
    return at;
}

#ifdef __SSE2__
/* Which of sixteen bytes are from lowest to lowest + width, the first of them lowest. */
static unsigned sixteen_within(__m128i v, char lowest, char width)
{
    __m128i over = _mm_sub_epi8(v, _mm_set1_epi8(lowest));
    return (unsigned)_mm_movemask_epi8(
        _mm_cmpeq_epi8(_mm_min_epu8(over, _mm_set1_epi8(width)), over));
}
#endif

size_t slice_capital_hex(struct slice s)
{
    size_t n = 0;
#ifdef __SSE2__
    for (; n + 16 <= s.n; n += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s.p + n));
        unsigned others = ~(sixteen_within(v, '0', 9) | sixteen_within(v, 'A', 5)) & 0xffff;
        if (others)
            return n + (size_t)__builtin_ctz(others);
    }
#endif
    for (; n < s.n; n++) {
        unsigned char c = (unsigned char)s.p[n];
        if ((unsigned char)(c - '0') > 9 && (unsigned char)(c - 'A') > 5)
            break;
    }
    return n;
}

/* Eight places at once: candidates are those where the needle's first and last byte stand.  Not memmem: glibc's fills a
 * table first, which costs more than a reply is long. */
size_t slice_find(struct slice s, struct slice needle)
{
    if (needle.n == 0)
        return 0;
    if (s.n < needle.n)
        return s.n;
    size_t places = s.n - needle.n + 1, at = 0;
    uint64_t first = EACH_BYTE((unsigned char)needle.p[0]),
             last = EACH_BYTE((unsigned char)needle.p[needle.n - 1]);
    for (; at + 8 <= places; at += 8) {
        uint64_t hits =
            zero_bytes(load8(s.p + at) ^ first) & zero_bytes(load8(s.p + at + needle.n - 1) ^ last);
        for (; hits; hits &= hits - 1) {
            size_t hit = at + (size_t)__builtin_ctzll(hits) / 8;
            if (memcmp(s.p + hit, needle.p, needle.n) == 0)
                return hit;
        }
    }
    for (; at < places; at++)
        if (s.p[at] == needle.p[0] && memcmp(s.p + at, needle.p, needle.n) == 0)
            return at;
    return s.n;
}

size_t slice_rfind(struct slice s, struct slice needle)
{
    if (needle.n == 0 || s.n < needle.n)
        return s.n;
    for (size_t i = s.n - needle.n + 1; i-- > 0;)
        if (s.p[i] == needle.p[0] && memcmp(s.p + i, needle.p, needle.n) == 0)
            return i;
    return s.n;
}

static unsigned char ascii_lower(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

bool slice_ieq(struct slice a, struct slice b)
{
    if (a.n != b.n)
        return false;
    if (a.n == 0 || memcmp(a.p, b.p, a.n) == 0)
        return true;
    for (size_t i = 0; i < a.n; i++)
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
            return false;
    return true;
}

bool slice_istarts(struct slice s, struct slice prefix)
{
    return s.n >= prefix.n && slice_ieq(slice_head(s, prefix.n), prefix);
}

bool slice_iends(struct slice s, struct slice suffix)
{
    return s.n >= suffix.n && slice_ieq(slice_from(s, s.n - suffix.n), suffix);
}

int slice_cmp(struct slice a, struct slice b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    if (order)
        return order;
    return a.n < b.n ? -1 : a.n > b.n;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

struct slice slice_trim(struct slice s)
{
    while (s.n && blank(s.p[0]))
        s = slice_from(s, 1);
    while (s.n && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct slice slice_chomp(struct slice s)
{
    while (s.n && (s.p[s.n - 1] == '\r' || s.p[s.n - 1] == '\n'))
        s.n--;
    return s;
}

struct slice slice_word(struct slice *s, char c)
{
    size_t at = slice_chr(*s, c);
    struct slice word = slice_head(*s, at);
    *s = slice_from(*s, at < s->n ? at + 1 : at);
    return word;
}

/* A number of one to seven digits, at the start of eight bytes: how many digits; 0: none, or more than seven. */
static size_t short_number(uint64_t v, uint64_t *out)
{
    v ^= EACH_BYTE('0');
    uint64_t others = ((v + EACH_BYTE(0x80 - 10)) | v) & EACH_BYTE(0x80); /* the lowest is exact */
    size_t n = others ? (size_t)__builtin_ctzll(others) / 8 : 0;
    if (n == 0)
        return 0;
    uint64_t fours = UINT64_C(0x000000ff000000ff);
    v <<= 64 - 8 * n;      /* zeros before it, to eight digits */
    v = v * 10 + (v >> 8); /* pairs, in bytes 0, 2, 4, 6 */
    v = (v & fours) * (UINT64_C(100) + (UINT64_C(1000000) << 32)) +
        (v >> 16 & fours) * (UINT64_C(1) + (UINT64_C(10000) << 32));
    *out = v >> 32;
    return n;
}

bool slice_eat_u64(struct slice *s, uint64_t *out)
{
    size_t few = s->n >= 8 ? short_number(load8(s->p), out) : 0;
    if (few) {
        *s = slice_from(*s, few);
        return true;
    }
    const char *p = s->p;
    size_t i = 0, most = s->n < 19 ? s->n : 19; /* nineteen digits always fit */
    uint64_t v = 0;
    while (i < most && (unsigned char)(p[i] - '0') < 10)
        v = v * 10 + (uint64_t)(p[i++] - '0');
    for (; i >= 19 && i < s->n && (unsigned char)(p[i] - '0') < 10; i++) {
        if (__builtin_mul_overflow(v, 10, &v) ||
            __builtin_add_overflow(v, (uint64_t)(p[i] - '0'), &v))
            return false;
    }
    if (i == 0)
        return false;
    *out = v;
    *s = slice_from(*s, i);
    return true;
}

bool slice_u64(struct slice s, uint64_t *out)
{
    uint64_t v;
    if (!slice_eat_u64(&s, &v) || s.n)
        return false;
    *out = v;
    return true;
}

/* Eight bytes a step, multiply and fold; the finish is Stafford's variant 13 of the MurmurHash3 finaliser. */
static uint64_t mix(uint64_t h)
{
    h ^= h >> 30;
    h *= UINT64_C(0xbf58476d1ce4e5b9);
    h ^= h >> 27;
    h *= UINT64_C(0x94d049bb133111eb);
    return h ^ (h >> 31);
}

static uint64_t load4(const char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap32(v);
#endif
    return v;
}

/* Fewer than eight bytes, the first lowest: two halves that may overlap, where they agree. */
static uint64_t load_tail(const char *p, size_t n)
{
    if (n >= 4)
        return load4(p) | load4(p + n - 4) << (8 * (n - 4));
    if (n == 0)
        return 0;
    const unsigned char *b = (const unsigned char *)p;
    return b[0] | (uint64_t)b[n / 2] << (8 * (n / 2)) | (uint64_t)b[n - 1] << (8 * (n - 1));
}

static uint64_t step(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0xff51afd7ed558ccd);
    return h ^ (h >> 32);
}

/* The last eight bytes are taken again where n is no multiple of eight; below eight there is only a tail. */
uint64_t slice_hash(struct slice s)
{
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)s.n;
    if (s.n < 8)
        return mix(step(h, load_tail(s.p, s.n)));
    size_t i = 0;
    for (; i + 8 < s.n; i += 8)
        h = step(h, load8(s.p + i));
    return mix(step(h, load8(s.p + s.n - 8)));
}

/* The ASCII capitals among eight bytes to small letters; bytes above 127 stay. */
static uint64_t lower8(uint64_t v)
{
    uint64_t seven = v & EACH_BYTE(0x7f);
    uint64_t from_a = seven + EACH_BYTE(0x80 - 'A'), past_z = seven + EACH_BYTE(0x80 - 'Z' - 1);
    return v | ((from_a & ~past_z & ~v & EACH_BYTE(0x80)) >> 2);
}

uint64_t slice_ihash(struct slice s)
{
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)s.n;
    if (s.n < 8)
        return mix(step(h, lower8(load_tail(s.p, s.n))));
    size_t i = 0;
    for (; i + 8 < s.n; i += 8)
        h = step(h, lower8(load8(s.p + i)));
    return mix(step(h, lower8(load8(s.p + s.n - 8))));
}

void slice_lower(char *out, struct slice s)
{
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t v;
        memcpy(&v, s.p + i, 8);
        v = lower8(v);
        memcpy(out + i, &v, 8);
    }
    for (; i < s.n; i++)
        out[i] = (char)ascii_lower(s.p[i]);
}
