/* shapes.c - what the lines look like that nobody understood.
 *
 * Why: how far a report can be trusted hangs on what was left out of it; a million lines of one kind are one gap, and whose.
 * Invariant: a shape is printable ASCII; numbers, addresses, hosts, ids, times, quoted text, bytes that are not ASCII, and
 * whatever looks like a secret are in braces, never as they stood.
 * Example: "warning: host 192.0.2.7 sent 17 bytes to <a@example.jp>" -> "warning: host {ip} sent {n} bytes to <{address}>" */
#include "postmortem/format/shapes.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/secret.h"

#include <stdlib.h>

struct fold {
    char *out;
    size_t n;
};

static bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static bool letter(char c)
{
    return (unsigned char)((c | 32) - 'a') < 26;
}

static void put(struct fold *f, struct slice s)
{
    size_t n = s.n < SHAPE_BYTES - f->n ? s.n : SHAPE_BYTES - f->n;
    if (n)
        memcpy(f->out + f->n, s.p, n);
    f->n += n;
}

/* In braces; the same again right after it only once. */
static void put_kind(struct fold *f, struct slice kind)
{
    struct slice before = slice_of(f->out, f->n);
    if (kind.n && slice_ends(before, kind))
        return;
    put(f, kind);
}

/* What a word is made of. */
struct made {
    size_t digits, letters, hex, dots, colons, dashes, high, switches;
    bool at;
};

static struct made made_of(struct slice w)
{
    struct made m = {0};
    for (size_t i = 0; i < w.n; i++) {
        char c = w.p[i];
        bool hex = digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f');
        m.digits += digit(c);
        m.letters += letter(c);
        m.hex += hex;
        m.dots += c == '.';
        m.colons += c == ':';
        m.dashes += c == '-';
        m.high += (unsigned char)c >= 0x80;
        m.at = m.at || c == '@';
        m.switches += i && letter(c) && letter(w.p[i - 1]) && (c & 32) < (w.p[i - 1] & 32);
    }
    return m;
}

static struct slice month_or_day(struct slice w)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDecMonTueWedThuFriSatSun";
    for (size_t i = 0; w.n == 3 && i + 3 < sizeof names; i += 3)
        if (memcmp(names + i, w.p, 3) == 0)
            return i < 36 ? SLICE("{month}") : SLICE("{day}");
    return slice_of(NULL, 0);
}

/* ".com": letters behind the last dot. */
static bool domain_end(struct slice w)
{
    struct slice last = slice_from(w, slice_rchr(w, '.') + 1);
    struct made m = made_of(last);
    return last.n > 1 && m.letters == last.n;
}

/* The kind of a word that is all variable; empty: it is a word, maybe with numbers in it. */
static struct slice kind_of(struct slice w)
{
    struct made m = made_of(w);
    if (m.high)
        return SLICE("{text}");
    if (m.at)
        return m.letters || m.digits ? SLICE("{address}") : slice_of(NULL, 0);
    if (m.digits && m.digits + m.dots == w.n)
        return m.dots == 3 ? SLICE("{ip}") : SLICE("{n}");
    if (m.colons > 1 && m.hex + m.colons == w.n)
        return m.digits + m.colons == w.n && m.colons == 2 ? SLICE("{time}") : SLICE("{ip}");
    if (m.digits && m.digits + m.colons + m.dots + m.dashes == w.n)
        return m.digits > 3 || m.colons ? SLICE("{time}") : SLICE("{n}");
    if (m.digits && m.hex == w.n && w.n >= 6)
        return SLICE("{hex}");
    if (m.dots && m.letters + m.digits + m.dots + m.dashes == w.n && w.p[0] != '.' && domain_end(w))
        return SLICE("{host}");
    if ((m.digits && m.letters && w.n >= 8) || (w.n >= 16 && m.switches > 1) || w.n > 32)
        return SLICE("{id}");
    return month_or_day(w);
}

static bool of_word(char c)
{
    return digit(c) || letter(c) || (unsigned char)c >= 0x80 || (c && strchr("._@+-:%", c));
}

static void put_word(struct fold *f, struct slice w)
{
    struct slice kind = kind_of(w);
    if (kind.n) {
        put_kind(f, kind);
        return;
    }
    for (size_t i = 0; i < w.n; i++) {
        if (!digit(w.p[i])) {
            put(f, slice_of(w.p + i, 1));
            continue;
        }
        put(f, SLICE("{n}"));
        while (i + 1 < w.n && digit(w.p[i + 1]))
            i++;
    }
}

/* The end of a quoted text at the start of s, quotes included; 0: it is none. */
static size_t quoted(struct slice s)
{
    if (s.p[0] != '"' && s.p[0] != '\'' && s.p[0] != '`')
        return 0;
    char close = s.p[0] == '"' ? '"' : '\'';
    size_t end = slice_chr(slice_from(s, 1), close);
    return end + 1 < s.n ? end + 2 : 0;
}

static struct slice word_at(struct slice s)
{
    size_t n = 0;
    if (!digit(s.p[0]) && !letter(s.p[0]) && (unsigned char)s.p[0] < 0x80)
        return slice_head(s, 0);
    while (n < s.n && of_word(s.p[n]))
        n++;
    while (n > 1 && (s.p[n - 1] == ':' || s.p[n - 1] == '.')) /* they end a clause */
        n--;
    return slice_head(s, n);
}

/* What follows such a word is not for a report. */
static bool announces(struct slice w)
{
    return slice_istarts(w, SLICE("pass")) || slice_istarts(w, SLICE("pwd")) ||
           slice_ieq(w, SLICE("secret")) || slice_ieq(w, SLICE("token"));
}

static void put_text(struct fold *f, struct slice s)
{
    bool hidden = false; /* the next word is a secret */
    while (s.n && f->n < SHAPE_BYTES) {
        size_t quote = quoted(s);
        struct slice word = quote ? slice_head(s, quote) : word_at(s);
        if (quote) {
            put_kind(f, SLICE("{text}"));
        } else if (word.n && hidden) {
            put_kind(f, SLICE("{secret}"));
        } else if (word.n) {
            put_word(f, word);
        } else {
            word = slice_head(s, 1);
            bool plain = s.p[0] >= ' ' && s.p[0] < 127;
            put(f, plain ? word : SLICE("?"));
            s = slice_from(s, 1);
            continue;
        }
        hidden = !quote && !hidden && announces(word);
        s = slice_from(s, word.n);
    }
}

struct slice shape_of(struct slice tag, struct slice text, char out[SHAPE_BYTES])
{
    struct fold f = {out, 0};
    struct slice secret;
    if (tag.n) {
        put_text(&f, tag);
        put(&f, SLICE(": "));
    }
    text = slice_head(text, 4 * SHAPE_BYTES);
    while (text.n && f.n < SHAPE_BYTES) {
        bool found = secret_find(text, 0, &secret) && secret.n;
        size_t at = found ? (size_t)(secret.p - text.p) : text.n;
        put_text(&f, slice_head(text, at));
        if (!found)
            break;
        put_kind(&f, SLICE("{secret}"));
        text = slice_from(text, at + secret.n);
    }
    while (f.n && out[f.n - 1] == ' ')
        f.n--;
    return slice_of(out, f.n);
}

/* Where the hash stands, or would. */
static size_t place_of(const struct shapes *s, uint64_t hash)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->rows[middle]->hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The row of a shape; NULL: it is not among those that are kept. */
static struct shape *row_of(struct shapes *s, struct slice text, uint64_t hash)
{
    size_t at = place_of(s, hash);
    if (at < s->count && s->rows[at]->hash == hash)
        return s->rows[at];
    if (s->count == SHAPES_KEPT) {
        s->more = true;
        if (at == s->count)
            return NULL;
        free(s->rows[--s->count]);
    }
    if (s->count == s->room) {
        s->room = s->room ? s->room * 2 : 8;
        s->rows = mem_grow(s->rows, s->room, sizeof *s->rows);
    }
    memmove(s->rows + at + 1, s->rows + at, (s->count - at) * sizeof *s->rows);
    struct shape *row = s->rows[at] = mem_new(sizeof *row);
    s->count++;
    row->hash = hash;
    row->offset = UINT64_MAX;
    row->n = text.n;
    memcpy(row->text, text.p, text.n);
    return row;
}

static void count(struct shapes *s, struct slice text, uint64_t lines, uint64_t offset,
                  uint64_t line)
{
    struct shape *row = row_of(s, text, slice_hash(text));
    if (!row)
        return;
    row->lines += lines;
    if (offset < row->offset) {
        row->offset = offset;
        row->line = line;
    }
}

void shapes_note(struct shapes *s, struct slice tag, struct slice text, uint64_t offset,
                 uint64_t line)
{
    char out[SHAPE_BYTES];
    struct slice shape = shape_of(tag, text, out);
    if (shape.n)
        count(s, shape, 1, offset, line);
}

void shapes_add(struct shapes *s, const struct shapes *from, uint64_t lines_before)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct shape *row = from->rows[i];
        count(s, slice_of(row->text, row->n), row->lines, row->offset, row->line + lines_before);
    }
    s->more = s->more || from->more;
}

static bool comes_first(const struct shape *a, const struct shape *b)
{
    return a->lines != b->lines ? a->lines > b->lines : a->offset < b->offset;
}

size_t shapes_top(const struct shapes *s, const struct shape **top, size_t n)
{
    size_t count_of = 0;
    for (size_t i = 0; i < s->count; i++) {
        size_t at = count_of;
        while (at && comes_first(s->rows[i], top[at - 1]))
            at--;
        if (at == n)
            continue;
        if (count_of < n)
            count_of++;
        memmove(top + at + 1, top + at, (count_of - at - 1) * sizeof(const struct shape *));
        top[at] = s->rows[i];
    }
    return count_of;
}

void shapes_save(const struct shapes *s, struct buf *out)
{
    buf_count(out, s->count);
    for (size_t i = 0; i < s->count; i++) {
        const struct shape *row = s->rows[i];
        buf_count(out, row->lines);
        buf_count(out, row->offset);
        buf_count(out, row->line);
        buf_bytes(out, slice_of(row->text, row->n));
    }
    buf_byte(out, s->more);
}

static bool printable(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~')
            return false;
    return s.n > 0 && s.n <= SHAPE_BYTES;
}

bool shapes_load(struct slice *in, struct shapes *s)
{
    uint64_t rows, lines, offset, line;
    struct slice text;
    if (!load_below(in, SHAPES_KEPT, &rows))
        return false;
    for (uint64_t i = 0; i < rows; i++) {
        if (!load_count(in, &lines) || !load_count(in, &offset) || !load_count(in, &line) ||
            !load_bytes(in, &text) || !printable(text) || !lines)
            return false;
        count(s, text, lines, offset, line);
    }
    return s->count == rows && load_flag(in, &s->more);
}

void shapes_fini(struct shapes *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->rows[i]);
    free(s->rows);
    *s = (struct shapes){0};
}
