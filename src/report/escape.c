/* The only three functions that turn untrusted bytes into something a browser, a JSON reader or a spreadsheet reads.
 *
 * Invariant: the output is valid UTF-8 and cannot leave the place it was put in; what a reader could not see
 * (controls, direction marks, zero-width and tag characters, floods of combining marks) is shown as ⟨U+202E⟩, a byte
 * that is not UTF-8 as \xNN.  JSON keeps code points and writes the unseen ones as \u escapes.
 * Sources: HTML living standard (text and double-quoted attributes), RFC 8259, XML 1.0 section 2.2, ECMA-376
 * part 1 ST_Xstring (_xHHHH_), Unicode UAX #9 and #44.  Example: a HELO of "a\x1b[31m<b>\xff" becomes in HTML
 *     a⟨U+001B⟩[31m&lt;b&gt;\xFF
 */
#include "render.h"

enum { CELL_LIMIT = 32767, COMBINING_RUN = 4 };

struct range {
    uint32_t from, to;
};

static bool in_ranges(uint32_t c, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count && ranges[i].from <= c; i++)
        if (c <= ranges[i].to)
            return true;
    return false;
}

static bool unseen(uint32_t c)
{
    static const struct range ranges[] = {
        {0x00, 0x08},       {0x0A, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},
        {0x34F, 0x34F},     {0x61C, 0x61C},     {0x115F, 0x1160},   {0x17B4, 0x17B5},
        {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},
        {0x3164, 0x3164},   {0xE000, 0xF8FF},   {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},
        {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFC},   {0xFFFE, 0xFFFF},
        {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF}};
    if (c >= 0x20 && c < 0x7F)
        return false;
    return (c & 0xFFFE) == 0xFFFE || in_ranges(c, ranges, sizeof ranges / sizeof ranges[0]);
}

static bool combining(uint32_t c)
{
    static const struct range ranges[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x1AB0, 0x1AFF},
                                          {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F}};
    return in_ranges(c, ranges, sizeof ranges / sizeof ranges[0]);
}

size_t utf8_next(struct slice s, uint32_t *code)
{
    if (s.n == 0)
        return 0;
    const unsigned char *p = (const unsigned char *)s.p;
    if (p[0] < 0x80) {
        *code = p[0];
        return 1;
    }
    size_t length = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || s.n < length)
        return 0;
    uint32_t c = p[0] & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3F);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *code = c;
    return length;
}

#define BIT(c) (UINT64_C(1) << ((c) % 64))

/* How many bytes at the start of s are letters, digits and other ASCII that mean nothing to HTML, JSON or a spreadsheet: most
 * of what is written. */
static size_t plain_run(struct slice s)
{
    static const uint64_t plain[4] = {~UINT64_C(0) << ' ' &
                                          ~(BIT('"') | BIT('&') | BIT('\'') | BIT('<') | BIT('>')),
                                      ~(BIT('\\') | BIT('_') | BIT(0x7F)), 0, 0};
    size_t n = 0;
    for (unsigned char c; n < s.n && (c = (unsigned char)s.p[n], plain[c / 64] & BIT(c)); n++)
        ;
    return n;
}

/* Copies it, and steps over it: what follows is looked at character by character. */
static void plain_add(struct buf *out, struct slice *s, unsigned *marks)
{
    size_t n = plain_run(*s);
    if (n == 0)
        return;
    *marks = 0;
    buf_add(out, slice_head(*s, n));
    *s = slice_from(*s, n);
}

/* One character on its way out: the bytes it has, or how it is shown. */
struct glyph {
    uint32_t code;
    size_t length;
    bool invalid, hidden;
};

static struct glyph glyph_next(struct slice s, unsigned *marks)
{
    struct glyph g = {.length = 1};
    size_t length = utf8_next(s, &g.code);
    if (length == 0) {
        g.invalid = true;
        *marks = 0;
        return g;
    }
    g.length = length;
    *marks = combining(g.code) ? *marks + 1 : 0;
    g.hidden = unseen(g.code) || *marks > COMBINING_RUN;
    return g;
}

static void show_glyph(struct buf *out, struct slice s, const struct glyph *g)
{
    if (g->invalid)
        buf_printf(out, "\\x%02X", (unsigned)(unsigned char)s.p[0]);
    else if (g->hidden)
        buf_printf(out, "\xE2\x9F\xA8U+%04X\xE2\x9F\xA9", (unsigned)g->code);
    else
        buf_add(out, slice_head(s, g->length));
}

void html_text(struct buf *out, struct slice s)
{
    unsigned marks = 0;
    for (plain_add(out, &s, &marks); s.n; plain_add(out, &s, &marks)) {
        struct glyph g = glyph_next(s, &marks);
        switch (g.invalid ? 0 : g.code) {
        case '<':
            buf_add(out, SLICE("&lt;"));
            break;
        case '>':
            buf_add(out, SLICE("&gt;"));
            break;
        case '&':
            buf_add(out, SLICE("&amp;"));
            break;
        case '"':
            buf_add(out, SLICE("&quot;"));
            break;
        case '\'':
            buf_add(out, SLICE("&#39;"));
            break;
        default:
            show_glyph(out, s, &g);
        }
        s = slice_from(s, g.length);
    }
}

static void json_escape(struct buf *out, uint32_t c)
{
    if (c < 0x10000) {
        buf_printf(out, "\\u%04x", (unsigned)c);
        return;
    }
    c -= 0x10000;
    buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xD800 + (c >> 10)),
               (unsigned)(0xDC00 + (c & 0x3FF)));
}

void json_string(struct buf *out, struct slice s)
{
    unsigned marks = 0;
    buf_byte(out, '"');
    for (plain_add(out, &s, &marks); s.n; plain_add(out, &s, &marks)) {
        struct glyph g = glyph_next(s, &marks);
        if (g.invalid)
            buf_printf(out, "\\\\x%02X", (unsigned)(unsigned char)s.p[0]);
        else if (g.code == '"' || g.code == '\\')
            buf_printf(out, "\\%c", (char)g.code);
        else if (g.code < 0x20 || unseen(g.code))
            json_escape(out, g.code);
        else
            buf_add(out, slice_head(s, g.length));
        s = slice_from(s, g.length);
    }
    buf_byte(out, '"');
}

static bool hex_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* A spreadsheet would read "_x0041_" as the letter A. */
static bool xstring_escape(struct slice s)
{
    return s.n >= 7 && s.p[0] == '_' && (s.p[1] == 'x' || s.p[1] == 'X') && hex_digit(s.p[2]) &&
           hex_digit(s.p[3]) && hex_digit(s.p[4]) && hex_digit(s.p[5]) && s.p[6] == '_';
}

static size_t utf16_units(struct slice s)
{
    size_t units = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        units += (c & 0xC0) == 0x80 ? 0 : c >= 0xF0 ? 2 : 1;
    }
    return units;
}

const char *cell_text(struct buf *out, struct slice s)
{
    static const char cut[] = " \xE2\x80\xA6[cut]";
    size_t room = CELL_LIMIT - 8, units = 0; /* 8: the mark, and a margin */
    unsigned marks = 0;
    out->n = 0;
    if (plain_run(s) == s.n && s.n <= room) { /* as most are */
        buf_add(out, s);
        buf_byte(out, '\0');
        return out->p;
    }
    while (s.n) {
        struct glyph g = glyph_next(s, &marks);
        size_t before = out->n;
        if (!g.invalid && g.code == '_' && xstring_escape(s))
            buf_add(out, SLICE("_x005F_"));
        else
            show_glyph(out, s, &g);
        units += utf16_units(slice_of(out->p + before, out->n - before));
        if (units > room) {
            out->n = before;
            buf_add(out, SLICE(cut));
            break;
        }
        s = slice_from(s, g.length);
    }
    buf_byte(out, '\0');
    return out->p;
}
