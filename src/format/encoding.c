/* encoding.c - what bytes a head is made of: a guess for display, never a reason to lose a line.
 *
 * Invariant: a sequence cut by the end of the head is not an error.
 * Facts: RFC 3629; Microsoft code page 932 (lead 81-9F, E0-FC; trail 40-7E, 80-FC; A1-DF single).
 * Example: 0x93 0xFA 0x96 0x7B is CP932 */
#include "encoding.h"

static bool utf8(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t more = p[i] < 0x80                   ? 0
                      : p[i] >= 0xC2 && p[i] < 0xE0 ? 1
                      : p[i] >= 0xE0 && p[i] < 0xF0 ? 2
                      : p[i] >= 0xF0 && p[i] < 0xF5 ? 3
                                                    : 9;
        if (more == 9)
            return false;
        for (size_t k = 1; k <= more && i + k < n; k++) {
            if ((p[i + k] & 0xC0) != 0x80)
                return false;
        }
        i += more + 1;
    }
    return true;
}

static bool cp932(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] < 0x80 || (p[i] >= 0xA1 && p[i] <= 0xDF))
            continue;
        if (p[i] == 0x80 || p[i] == 0xA0 || p[i] > 0xFC)
            return false;
        if (++i < n && (p[i] < 0x40 || p[i] == 0x7F || p[i] > 0xFC))
            return false;
    }
    return true;
}

/* Eight bytes of printable ASCII (or 0x7F), as most are. */
static inline bool plain8(const unsigned char *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    return !(v & UINT64_C(0x8080808080808080)) &&
           ((v + UINT64_C(0x6060606060606060)) & UINT64_C(0x8080808080808080)) ==
               UINT64_C(0x8080808080808080);
}

const char *encoding_of(struct slice head)
{
    const unsigned char *p = (const unsigned char *)head.p;
    size_t n = head.n, even = 0, odd = 0, control = 0, high = 0;
    if (slice_starts(head, SLICE("\xEF\xBB\xBF")))
        return "utf-8-bom";
    if (slice_starts(head, SLICE("\xFF\xFE")))
        return "utf-16le";
    if (slice_starts(head, SLICE("\xFE\xFF")))
        return "utf-16be";
    for (size_t i = 0; i < n; i++) {
        while (n - i >= 8 && plain8(p + i))
            i += 8;
        if (i == n)
            break;
        even += p[i] == 0 && i % 2 == 0;
        odd += p[i] == 0 && i % 2 == 1;
        high += p[i] >= 0x80;
        control += p[i] < 32 && p[i] != '\n' && p[i] != '\r' && p[i] != '\t' && p[i] != 0x1B;
    }
    if (odd > n / 3 && even <= n / 50)
        return "utf-16le";
    if (even > n / 3 && odd <= n / 50)
        return "utf-16be";
    if (control > n / 10)
        return "binary";
    if (high == 0)
        return "ascii";
    return utf8(p, n) ? "utf-8" : cp932(p, n) ? "cp932" : "8bit";
}
