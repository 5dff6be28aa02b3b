/* framing_wiz98.c - error.log of Wiz98 (a mail server for Windows): a date as programs write one, then text.
 *
 * Why: its administrators read this file first; no description of its lines is public.
 * Invariant: only a line that holds words of Wiz98's own speaks for this framing, so that no other dated text is taken for it.
 * Facts: the author's pages (what is logged, relay refusal, developer's paths, EXCEPTION_ACCESS_VIOLATION); the layout is a
 * guess, and reports say so.  What has no date goes on with the record before.
 * Example: 2026/11/03 09:00:00 [1234] 550 Relay does not accept from=<a@example.org> to=<b@example.net> 203.0.113.9 */
#include "reader.h"
#include "wiz98.h"

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static bool eat_number(struct slice *s, size_t most, int *out)
{
    size_t n = 0;
    int v = 0;
    for (; n < s->n && n < most && digit(s->p[n]); n++)
        v = v * 10 + (s->p[n] - '0');
    *out = v;
    *s = slice_from(*s, n);
    return n > 0;
}

/* One of the bytes of set, stepped over. */
static bool eat_one_of(struct slice *s, const char *set)
{
    if (!s->n || !s->p[0] || !strchr(set, s->p[0]))
        return false;
    *s = slice_from(*s, 1);
    return true;
}

/* "/", "-", "." or the sign for year, month, day in UTF-8 or CP932 */
static bool eat_part(struct slice *s)
{
    static const struct slice signs[] = {SLICE_LIT("\xE5\xB9\xB4"), SLICE_LIT("\xE6\x9C\x88"),
                                         SLICE_LIT("\xE6\x97\xA5"), SLICE_LIT("\x94\x4E"),
                                         SLICE_LIT("\x8C\x8E"),     SLICE_LIT("\x93\xFA")};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (slice_eat(s, signs[i]))
            return true;
    return eat_one_of(s, "/-.");
}

/* "09:00:00", ".123" behind it is stepped over */
static bool eat_time(struct slice *s, struct civil *c)
{
    struct slice rest = *s;
    if (!eat_number(&rest, 2, &c->hour) || !eat_one_of(&rest, ":") ||
        !eat_number(&rest, 2, &c->minute) || !eat_one_of(&rest, ":") ||
        !eat_number(&rest, 2, &c->second))
        return false;
    int fraction;
    struct slice behind = rest;
    if (eat_one_of(&behind, ".,") && eat_number(&behind, 9, &fraction))
        rest = behind;
    *s = rest;
    return true;
}

/* "Nov" */
static int eat_month(struct slice *s)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12 && s->n >= 3; i++) {
        if (memcmp(s->p, names + 3 * i, 3) == 0) {
            *s = slice_from(*s, 3);
            return i + 1;
        }
    }
    return 0;
}

static void skip_separators(struct slice *s)
{
    while (eat_one_of(s, " \t,"))
        ;
}

/* "Tue Nov  3 09:00:00 2026", "Nov 3 2026 09:00:00" */
static bool named_date(struct slice *s, struct civil *c)
{
    struct slice rest = *s;
    c->month = eat_month(&rest);
    if (!c->month && rest.n > 4 && rest.p[3] == ' ') { /* a day of the week */
        rest = slice_from(rest, 4);
        c->month = eat_month(&rest);
    }
    if (!c->month || !eat_one_of(&rest, " "))
        return false;
    skip_separators(&rest);
    if (!eat_number(&rest, 2, &c->day))
        return false;
    skip_separators(&rest);
    struct slice year = rest;
    if (eat_number(&year, 4, &c->year) && c->year >= 1990) {
        skip_separators(&year);
        eat_time(&year, c);
        *s = year;
        return true;
    }
    if (!eat_time(&rest, c))
        return false;
    skip_separators(&rest);
    if (!eat_number(&rest, 4, &c->year) || c->year < 1990)
        return false;
    *s = rest;
    return true;
}

/* "2026/11/03 09:00:00", "26/11/03", "2026-11-3,9:00:00" and the like */
static bool numbered_date(struct slice *s, struct civil *c)
{
    struct slice rest = *s;
    const char *begin = rest.p;
    if (!eat_number(&rest, 4, &c->year) || rest.p - begin == 3 || rest.p - begin == 1 ||
        !eat_part(&rest) || !eat_number(&rest, 2, &c->month) || !eat_part(&rest) ||
        !eat_number(&rest, 2, &c->day))
        return false;
    if (c->year < 100)
        c->year += 2000;
    eat_part(&rest);
    struct slice time = rest;
    if (eat_one_of(&time, "T"))
        rest = time;
    skip_separators(&rest);
    eat_time(&rest, c);
    *s = rest;
    return true;
}

enum line_class wiz98_line(struct reader *r, struct slice line)
{
    struct slice s = line;
    struct civil local = {0};
    eat_one_of(&s, "[");
    if (!numbered_date(&s, &local) && !named_date(&s, &local))
        return r->carry.has_record ? LINE_CONTINUATION : LINE_UNPARSED;
    eat_one_of(&s, "]");
    skip_separators(&s);
    reader_record(r);
    r->stamp = reader_local(r, &local);
    enum line_class class = reader_dialect(r, s, DIALECT_wiz98);
    r->stamps[STAMP_WIZ98] += class != LINE_UNPARSED && wiz98_own(s);
    r->carry.has_record = class == LINE_PARSED;
    return class;
}
