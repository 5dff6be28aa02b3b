/* epost.c - what the E-Post logs have in common.
 *
 * Why: eleven logs of one server share ids, stamps and reply texts.
 * Invariant: no field is trusted to be there; a helper that fails leaves its slice alone.
 * Facts: E-Post Mail Server logs of 2007 to 2026 (id: B and 10 digits, or 13 with year and month).
 * Example: B6b0000097595@arc.example.jp */
#include "epost.h"

#include "postmortem/clock/stamp.h"

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

bool slice_all_digits(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!digit(s.p[i]))
            return false;
    }
    return s.n > 0;
}

/* Ten digits at p: the first eight and the last eight of them at once. */
static inline bool ten_digits(const char *p)
{
    const uint64_t high = UINT64_C(0xf0f0f0f0f0f0f0f0), zeros = UINT64_C(0x3030303030303030);
    uint64_t v, w;
    memcpy(&v, p, 8);
    memcpy(&w, p + 2, 8);
    uint64_t past = (v + UINT64_C(0x0606060606060606)) | (w + UINT64_C(0x0606060606060606));
    return (v & high) == zeros && (w & high) == zeros && (past & high) == zeros;
}

bool epost_base(struct slice *s)
{
    if (s->n < 11 || s->p[0] != 'B')
        return false;
    if (s->n >= 13 && digit(s->p[1]) && ten_digits(s->p + 3) &&
        (digit(s->p[2]) || (s->p[2] >= 'a' && s->p[2] <= 'c') ||
         (s->p[2] >= 'A' && s->p[2] <= 'C'))) {
        *s = slice_from(*s, 13);
        return true;
    }
    if (!ten_digits(s->p + 1) || (s->n > 11 && digit(s->p[11])))
        return false;
    *s = slice_from(*s, 11);
    return true;
}

bool epost_id(struct slice s, struct slice *out)
{
    struct slice rest = s;
    if (!epost_base(&rest))
        return false;
    if (rest.n && rest.p[0] == '-') {
        *out = slice_head(s, s.n - rest.n);
        return true;
    }
    *out = s;
    return rest.n == 0 || rest.p[0] == '@';
}

bool epost_id_none(struct slice id)
{
    for (size_t i = 1; i < id.n && id.p[i] != '@'; i++) {
        if (id.p[i] != '0')
            return false;
    }
    return true;
}

bool epost_stamp(struct slice *s, struct civil *local)
{
    const char *p = s->p;
    *local = (struct civil){0};
    if (s->n < 22 || p[0] != '[' || p[21] != ']' || p[3] != '/' || p[7] != '/' || p[12] != ':' ||
        p[15] != ':' || p[18] != ':')
        return false;
    struct slice inner = slice_of(p + 1, 20);
    if (!stamp_epost(&inner, local))
        local->month = 0;
    *s = slice_from(*s, 22);
    return true;
}

struct slice status_at(struct slice s)
{
    size_t n = 1;
    if (s.n < 5 || (s.p[0] != '2' && s.p[0] != '4' && s.p[0] != '5'))
        return slice_of(NULL, 0);
    for (int part = 0; part < 2; part++) {
        size_t begin = n + 1;
        if (n >= s.n || s.p[n] != '.')
            return slice_of(NULL, 0);
        for (n = begin; n < s.n && n < begin + 3 && digit(s.p[n]); n++)
            ;
        if (n == begin)
            return slice_of(NULL, 0);
    }
    if (n < s.n && (digit(s.p[n]) || (s.p[n] == '.' && n + 1 < s.n && digit(s.p[n + 1]))))
        return slice_of(NULL, 0);
    return slice_of(s.p, n);
}

void epost_reply(struct slice reply, struct event *e)
{
    struct slice code = slice_head(reply, 3);
    uint64_t number;
    e->reply = reply;
    if (code.n < 3 || !slice_u64(code, &number) || number < 200 || number > 599)
        return;
    if (reply.n > 3 && reply.p[3] != ' ' && reply.p[3] != '-')
        return;
    e->code = (unsigned)number;
    if (reply.n > 4)
        e->status = status_at(slice_from(reply, 4));
}
