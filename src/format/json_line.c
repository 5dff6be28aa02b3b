/* json_line.c - journald and Docker write one JSON object a line.
 *
 * Invariant: what is unescaped is never longer than it was; a value that does not end makes the whole line damaged.
 * Facts: RFC 8259; systemd (journal export formats): a value that is not UTF-8 or has control bytes is an array of byte
 * numbers.
 * Example: {"MESSAGE":"connect from unknown[192.0.2.1]","_PID":"231"} */
#include "json_line.h"

static void skip_blanks(struct slice *s)
{
    while (s->n && (s->p[0] == ' ' || s->p[0] == '\t'))
        *s = slice_from(*s, 1);
}

bool json_open(struct slice *s)
{
    skip_blanks(s);
    return slice_eat(s, SLICE("{"));
}

/* The length of the string at the start of s, quotes included; 0: it does not end. */
static size_t string_length(struct slice s)
{
    for (size_t at = 1; at < s.n; at++) {
        size_t quote = at + slice_chr(slice_from(s, at), '"');
        size_t back = quote;
        while (back > at && s.p[back - 1] == '\\')
            back--;
        if (quote == s.n)
            return 0;
        if ((quote - back) % 2 == 0)
            return quote + 1;
        at = quote;
    }
    return 0;
}

/* The length of the value at the start of s; 0: it does not end. */
static size_t value_length(struct slice s)
{
    size_t depth = 0, at = 0;
    while (at < s.n) {
        char c = s.p[at];
        if (depth == 0 && (c == ',' || c == '}'))
            return at;
        if (c == '"') {
            size_t n = string_length(slice_from(s, at));
            if (n == 0)
                return 0;
            at += n;
            continue;
        }
        if (c == '[' || c == '{')
            depth++;
        else if ((c == ']' || c == '}') && depth-- == 0)
            return 0;
        at++;
    }
    return 0;
}

bool json_next(struct slice *s, struct json_member *m, bool *closed)
{
    *closed = false;
    skip_blanks(s);
    slice_eat(s, SLICE(","));
    skip_blanks(s);
    if (slice_eat(s, SLICE("}"))) {
        skip_blanks(s);
        *closed = s->n == 0;
        return false;
    }
    size_t n = s->n && s->p[0] == '"' ? string_length(*s) : 0;
    if (n == 0)
        return false;
    m->key = slice_of(s->p + 1, n - 2);
    *s = slice_from(*s, n);
    skip_blanks(s);
    if (!slice_eat(s, SLICE(":")))
        return false;
    skip_blanks(s);
    n = value_length(*s);
    m->value = slice_trim(slice_head(*s, n));
    *s = slice_from(*s, n);
    return m->value.n > 0;
}

static bool hex4(struct slice s, uint32_t *out)
{
    uint32_t v = 0;
    if (s.n < 4)
        return false;
    for (size_t i = 0; i < 4; i++) {
        unsigned char c = (unsigned char)s.p[i], low = c | 32;
        if (c >= '0' && c <= '9')
            v = v << 4 | (uint32_t)(c - '0');
        else if (low >= 'a' && low <= 'f')
            v = v << 4 | (uint32_t)(low - 'a' + 10);
        else
            return false;
    }
    *out = v;
    return true;
}

static void utf8_put(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_byte(out, (char)c);
    } else if (c < 0x800) {
        buf_byte(out, (char)(0xC0 | c >> 6));
        buf_byte(out, (char)(0x80 | (c & 63)));
    } else if (c < 0x10000) {
        buf_byte(out, (char)(0xE0 | c >> 12));
        buf_byte(out, (char)(0x80 | (c >> 6 & 63)));
        buf_byte(out, (char)(0x80 | (c & 63)));
    } else {
        buf_byte(out, (char)(0xF0 | c >> 18));
        buf_byte(out, (char)(0x80 | (c >> 12 & 63)));
        buf_byte(out, (char)(0x80 | (c >> 6 & 63)));
        buf_byte(out, (char)(0x80 | (c & 63)));
    }
}

/* What follows "\u": a code, or the two of a pair; half a pair becomes U+FFFD. */
static bool code_put(struct slice *s, struct buf *out)
{
    uint32_t c, low;
    if (!hex4(*s, &c))
        return false;
    *s = slice_from(*s, 4);
    if (c >= 0xD800 && c < 0xDC00 && slice_starts(*s, SLICE("\\u")) &&
        hex4(slice_from(*s, 2), &low) && low >= 0xDC00 && low < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        *s = slice_from(*s, 6);
    }
    utf8_put(out, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
    return true;
}

static bool string_unescape(struct slice s, struct buf *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    while (s.n) {
        size_t n = slice_chr(s, '\\');
        buf_add(out, slice_head(s, n));
        if (n == s.n)
            return true;
        if (n + 1 == s.n)
            return false;
        char c = s.p[n + 1];
        s = slice_from(s, n + 2);
        const char *hit = c ? strchr(from, c) : NULL;
        if (hit)
            buf_byte(out, to[hit - from]);
        else if (c != 'u' || !code_put(&s, out))
            return false;
    }
    return true;
}

static bool array_bytes(struct slice s, struct buf *out)
{
    uint64_t byte;
    skip_blanks(&s);
    while (s.n) {
        if (!slice_eat_u64(&s, &byte) || byte > 255)
            return false;
        buf_byte(out, (char)byte);
        skip_blanks(&s);
        if (s.n == 0)
            return true;
        if (!slice_eat(&s, SLICE(",")))
            return false;
        skip_blanks(&s);
        if (s.n == 0)
            return false;
    }
    return true;
}

bool json_text(struct slice value, struct buf *room, struct slice *text)
{
    if (value.n < 2)
        return false;
    struct slice inner = slice_of(value.p + 1, value.n - 2);
    size_t at = room->n;
    bool string = value.p[0] == '"';
    if (string && slice_chr(inner, '\\') == inner.n) {
        *text = inner;
        return true;
    }
    if (string ? !string_unescape(inner, room) : value.p[0] != '[' || !array_bytes(inner, room))
        return false;
    *text = slice_from(buf_slice(room), at);
    return true;
}

bool json_u64(struct slice value, uint64_t *n)
{
    if (value.n > 2 && value.p[0] == '"')
        value = slice_of(value.p + 1, value.n - 2);
    return slice_u64(value, n);
}
