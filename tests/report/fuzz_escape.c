/* fuzz_escape.c - libFuzzer entry: what the three escapes make of any bytes.
 *
 * Whatever goes in: HTML holds no markup of its own and no control; JSON is one string that ends where it ends; a cell
 * is short enough, and no "_x0041_" of the input survives; all three are valid UTF-8 of characters that XML 1.0 allows. */
#include "report/render.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void hold(bool truth)
{
    if (!truth)
        abort();
}

static size_t valid_text(struct slice s)
{
    size_t units = 0;
    while (s.n) {
        uint32_t c = 0;
        size_t length = utf8_next(s, &c);
        hold(length > 0);
        hold((c >= 0x20 || c == '\t') && c != 0x7F && !(c >= 0x80 && c < 0xA0));
        hold(!(c >= 0xD800 && c < 0xE000) && c != 0xFFFE && c != 0xFFFF);
        hold(!(c >= 0x202A && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069)); /* turns the text */
        units += c > 0xFFFF ? 2 : 1;
        s = slice_from(s, length);
    }
    return units;
}

static void html(struct slice s)
{
    static const char *const allowed[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&#39;"};
    struct buf out = {0};
    html_text(&out, s);
    valid_text(buf_slice(&out));
    for (struct slice rest = buf_slice(&out); rest.n; rest = slice_from(rest, 1)) {
        hold(!strchr("<>\"'", rest.p[0]));
        bool entity = rest.p[0] != '&';
        for (size_t i = 0; i < 5; i++)
            entity = entity || slice_starts(rest, slice_str(allowed[i]));
        hold(entity);
    }
    buf_fini(&out);
}

static bool hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static void json(struct slice s)
{
    struct buf out = {0};
    json_string(&out, s);
    struct slice told = buf_slice(&out);
    hold(told.n >= 2 && told.p[0] == '"' && told.p[told.n - 1] == '"');
    struct slice rest = slice_of(told.p + 1, told.n - 2);
    valid_text(rest);
    while (rest.n) {
        hold(rest.p[0] != '"');
        size_t step = 1;
        if (rest.p[0] == '\\') {
            hold(rest.n >= 2 && strchr("\"\\u", rest.p[1]));
            step = rest.p[1] == 'u' ? 6 : 2;
            hold(rest.n >= step);
            for (size_t i = 2; i < step; i++)
                hold(hex(rest.p[i]));
        }
        rest = slice_from(rest, step);
    }
    buf_fini(&out);
}

static void cell(struct slice s)
{
    struct buf out = {0};
    const char *text = cell_text(&out, s);
    struct slice told = slice_str(text);
    hold(told.n + 1 == out.n);
    hold(valid_text(told) <= 32767);
    for (struct slice rest = told; rest.n >= 7;) {
        bool code = rest.p[0] == '_' && (rest.p[1] | 32) == 'x' && rest.p[6] == '_';
        for (size_t i = 2; i < 6; i++)
            code = code && hex(rest.p[i]);
        hold(!code || slice_starts(rest, SLICE("_x005F_")));
        rest = slice_from(
            rest, code ? 7 : 1); /* a spreadsheet reads it as one underscore, and goes on behind */
    }
    buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct slice s = {(const char *)bytes, n};
    html(s);
    json(s);
    cell(s);
    return 0;
}
