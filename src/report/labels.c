/* What a person reads comes from reports/labels.tsv, in English and Japanese.
 *
 * Invariant: every row has a key and both languages; a key that has no row is shown as itself, never as nothing.
 * The index over the embedded text is made at the first look-up and never changes; reports are written by one thread.
 * Source: reports/labels.tsv, of which one real line is
 *     token.queued<TAB>still queued<TAB>滞留中
 */
#include "render.h"

#include "postmortem/base/tab.h"

struct label {
    struct slice key, english, japanese;
};

enum { LABEL_ROOM = 2048 };

static struct label labels[LABEL_ROOM];
static uint16_t slots[LABEL_ROOM * 2];
static size_t labels_count;

static void labels_index(void)
{
    struct slice text = embedded_labels();
    slice_word(&text, '\n'); /* the header */
    while (text.n && labels_count < LABEL_ROOM) {
        struct slice line = slice_word(&text, '\n');
        struct label l = {.key = slice_word(&line, '\t')};
        l.english = slice_word(&line, '\t');
        l.japanese = line;
        if (l.key.n == 0 || l.key.p[0] == '#')
            continue;
        size_t at = slice_hash(l.key) % (sizeof slots / sizeof slots[0]);
        while (slots[at])
            at = (at + 1) % (sizeof slots / sizeof slots[0]);
        labels[labels_count++] = l;
        slots[at] = (uint16_t)labels_count;
    }
}

bool label_row(size_t i, struct slice *key, struct slice *english, struct slice *japanese)
{
    if (!labels_count)
        labels_index();
    if (i >= labels_count)
        return false;
    *key = labels[i].key;
    *english = labels[i].english;
    *japanese = labels[i].japanese;
    return true;
}

static bool label_lookup(const char *language, struct slice key, struct slice *out)
{
    if (!labels_count)
        labels_index();
    size_t at = slice_hash(key) % (sizeof slots / sizeof slots[0]);
    for (; slots[at]; at = (at + 1) % (sizeof slots / sizeof slots[0])) {
        const struct label *l = &labels[slots[at] - 1];
        if (!slice_eq(l->key, key))
            continue;
        *out = strcmp(language, "ja") == 0 ? l->japanese : l->english;
        return true;
    }
    return false;
}

bool label_find(const char *language, const char *key, struct slice *out)
{
    return label_lookup(language, slice_str(key), out);
}

struct slice label_text(const char *language, const char *key)
{
    struct slice text;
    return label_find(language, key, &text) ? text : slice_str(key);
}

static bool label_joined(const char *language, const char *prefix, struct slice key,
                         struct slice *out)
{
    char whole[200];
    size_t n = prefix ? strlen(prefix) : 0;
    if (!prefix || n + key.n + 1 > sizeof whole)
        return false;
    memcpy(whole, prefix, n);
    whole[n] = '.';
    if (key.n)
        memcpy(whole + n + 1, key.p, key.n);
    return label_lookup(language, slice_of(whole, n + 1 + key.n), out);
}

struct slice label_any(const char *language, const char *first, const char *second,
                       struct slice key)
{
    struct slice text;
    if (label_joined(language, first, key, &text) || label_joined(language, second, key, &text))
        return text;
    return key;
}

static const struct value *number_named(struct slice name, const struct object *numbers,
                                        const struct value *key)
{
    char text[64];
    if (name.n >= sizeof text)
        return NULL;
    memcpy(text, name.p, name.n);
    text[name.n] = '\0';
    if (strcmp(text, "key") == 0 && key && key->kind != KIND_NULL)
        return key;
    return numbers ? object_get(numbers, text) : NULL;
}

struct slice label_token(const char *language, struct slice token)
{
    struct slice text;
    if (label_joined(language, "token", token, &text) || label_lookup(language, token, &text))
        return text;
    return token;
}

/* "n" shows the number, "n?was:were" chooses the first word where it is 1. */
static void fill_one(struct buf *out, const struct rendering *r, struct slice name,
                     const struct object *numbers, const struct value *key)
{
    struct slice choice = name;
    bool chooses = slice_chr(name, '?') < name.n;
    name = slice_word(&choice, '?');
    const struct value *v = number_named(name, numbers, key);
    if (chooses) {
        struct slice one = slice_word(&choice, ':');
        buf_add(out, v && v->kind == KIND_COUNT && v->number == 1 ? one : choice);
    } else if (v) {
        show_told(out, r, v);
    } else {
        buf_add(out, SLICE("\xE2\x80\x93"));
    }
}

void label_fill(struct buf *out, const struct rendering *r, struct slice pattern,
                const struct object *numbers, const struct value *key)
{
    while (pattern.n) {
        size_t open = slice_chr(pattern, '{');
        buf_add(out, slice_head(pattern, open));
        if (open == pattern.n)
            return;
        pattern = slice_from(pattern, open + 1);
        fill_one(out, r, slice_word(&pattern, '}'), numbers, key);
    }
}

void finding_part(struct buf *out, const struct rendering *r, const struct finding *f,
                  const char *part)
{
    char key[160];
    struct buf whole = {0};
    struct slice pattern;
    buf_printf(&whole, "finding.%s.%s", f->kind, part);
    size_t n = whole.n < sizeof key ? whole.n : sizeof key - 1;
    memcpy(key, whole.p, n);
    key[n] = '\0';
    buf_fini(&whole);
    struct object numbers = *f->numbers;
    struct member all[64];
    size_t count = numbers.count < 56 ? numbers.count : 56;
    if (count)
        memcpy(all, numbers.members, count * sizeof *all);
    if (!object_get(f->numbers, "threshold"))
        all[count++] = (struct member){"threshold", f->threshold};
    if (!object_get(f->numbers, "observed"))
        all[count++] = (struct member){"observed", f->observed};
    struct value start = value_number(KIND_WHEN, f->start), end = value_number(KIND_WHEN, f->end);
    all[count++] = (struct member){"start", start};
    all[count++] = (struct member){"end", end};
    numbers = (struct object){all, count, count};
    if (label_find(r->language, key, &pattern))
        label_fill(out, r, pattern, &numbers, &f->key);
    else
        buf_add(out, slice_str(key));
}
