/* A document holds what a report says; nothing here decides how it looks.
 *
 * Invariant: everything reachable from a document lives in its arena (rows made by an iterator live in the scratch
 * arena of whoever walks them), so a document is freed at once and no part owns another.
 * Source of the shape: the contract of report.json.  One real row, as the JSON renderer writes it:
 *     {"domain":"example.jp","n":12,"min":0.4,"p50":1.2,...}
 */
#include "postmortem/doc/doc.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

const char *const severity_names[] = {"critical", "high", "medium", "low", "info"};

struct doc *doc_new(void)
{
    struct doc *d = mem_new(sizeof *d);
    d->first = WHEN_NONE;
    d->last = WHEN_NONE;
    d->top = 20;
    d->root = object_new(d);
    return d;
}

void doc_free(struct doc *d)
{
    if (!d)
        return;
    arena_fini(&d->arena);
    free(d);
}

/* Room for one more element; the old array stays in the arena until the document goes. */
static void *array_grown(struct arena *a, void *old, size_t count, size_t size)
{
    if (count != 0 && (count < 4 || (count & (count - 1)) != 0))
        return old;
    size_t room = count ? count * 2 : 4;
    if (room > SIZE_MAX / size)
        mem_grow(NULL, SIZE_MAX, size); /* ends the program as any exhausted memory does */
    void *grown = arena_alloc(a, room * size);
    if (count)
        memcpy(grown, old, count * size);
    return grown;
}

struct value value_null(void)
{
    return (struct value){.kind = KIND_NULL};
}

struct value value_number(enum kind kind, int64_t n)
{
    if (kind == KIND_WHEN && n == WHEN_NONE)
        return value_null();
    return (struct value){.kind = kind, .number = n};
}

struct value value_real(enum kind kind, double x)
{
    return (struct value){.kind = kind, .real = x};
}

struct value value_text(enum kind kind, struct slice text)
{
    return (struct value){.kind = kind, .text = text};
}

struct value value_copy(struct doc *d, enum kind kind, struct slice text)
{
    return value_text(kind, arena_copy(&d->arena, text));
}

struct value value_token(const char *token)
{
    return token ? value_text(KIND_TOKEN, slice_str(token)) : value_null();
}

struct value value_object(struct object *o)
{
    return o ? (struct value){.kind = KIND_OBJECT, .object = o} : value_null();
}

struct value value_list(struct list *l)
{
    return l ? (struct value){.kind = KIND_LIST, .list = l} : value_null();
}

struct object *object_on(struct arena *a)
{
    return arena_alloc(a, sizeof(struct object));
}

struct object *object_new(struct doc *d)
{
    return object_on(&d->arena);
}

static struct member *member_find(const struct object *o, struct slice key)
{
    for (size_t i = 0; o && i < o->count; i++)
        if (slice_eq(slice_str(o->members[i].key), key))
            return &o->members[i];
    return NULL;
}

void object_set(struct arena *a, struct object *o, const char *key, struct value v)
{
    struct member *m = member_find(o, slice_str(key));
    if (m) {
        m->value = v;
        return;
    }
    if (o->count == o->room) {
        size_t room = o->room ? o->room * 2 : 8;
        struct member *grown = arena_alloc(a, room * sizeof *grown);
        if (o->count)
            memcpy(grown, o->members, o->count * sizeof *grown);
        o->members = grown;
        o->room = room;
    }
    o->members[o->count++] = (struct member){key, v};
}

void object_put(struct doc *d, struct object *o, const char *key, struct value v)
{
    object_set(&d->arena, o, key, v);
}

const struct value *object_get(const struct object *o, const char *key)
{
    struct slice rest = slice_str(key);
    struct member *whole = member_find(o, rest); /* a key may itself hold a dot */
    if (whole)
        return &whole->value;
    for (;;) {
        bool last = slice_chr(rest, '.') == rest.n;
        struct member *m = member_find(o, slice_word(&rest, '.'));
        if (!m)
            return NULL;
        if (last)
            return &m->value;
        if (m->value.kind != KIND_OBJECT)
            return NULL;
        o = m->value.object;
    }
}

struct list *list_new(struct doc *d)
{
    return arena_alloc(&d->arena, sizeof(struct list));
}

struct list *list_rows(struct doc *d, size_t count,
                       bool (*next)(void *context, size_t row, struct arena *scratch,
                                    struct value *out),
                       void *context)
{
    struct list *l = list_new(d);
    l->count = count;
    l->next = next;
    l->context = context;
    return l;
}

void list_add(struct doc *d, struct list *l, struct value v)
{
    if (l->count == l->room) {
        size_t room = l->room ? l->room * 2 : 8;
        struct value *grown = arena_alloc(&d->arena, room * sizeof *grown);
        if (l->count)
            memcpy(grown, l->items, l->count * sizeof *grown);
        l->items = grown;
        l->room = room;
    }
    l->items[l->count++] = v;
}

bool list_row(const struct list *l, size_t i, struct arena *scratch, struct value *out)
{
    if (!l || i >= l->count)
        return false;
    if (l->next)
        return l->next(l->context, i, scratch, out);
    *out = l->items[i];
    return true;
}

struct section *doc_section(struct doc *d, const char *id)
{
    struct section *s = arena_alloc(&d->arena, sizeof *s);
    s->id = id;
    d->sections = array_grown(&d->arena, d->sections, d->sections_count, sizeof *d->sections);
    d->sections[d->sections_count++] = s;
    return s;
}

struct section *doc_section_of(const struct doc *d, const char *id)
{
    for (size_t i = 0; i < d->sections_count; i++)
        if (strcmp(d->sections[i]->id, id) == 0)
            return d->sections[i];
    return NULL;
}

struct table *section_table(struct doc *d, struct section *s, const char *id, struct list *rows,
                            const struct column *columns, size_t columns_count)
{
    struct table *t = arena_alloc(&d->arena, sizeof *t);
    *t = (struct table){.id = id, .rows = rows, .columns = columns, .columns_count = columns_count};
    s->tables = array_grown(&d->arena, s->tables, s->tables_count, sizeof *s->tables);
    s->tables[s->tables_count++] = t;
    return t;
}

struct chart *section_chart(struct doc *d, struct section *s, const char *id, enum chart_form form,
                            struct list *rows, const char *x, const char *y0, const char *y1,
                            const char *y2)
{
    struct chart *c = arena_alloc(&d->arena, sizeof *c);
    *c = (struct chart){.id = id, .form = form, .rows = rows, .x = x, .y = {y0, y1, y2}};
    s->charts = array_grown(&d->arena, s->charts, s->charts_count, sizeof *s->charts);
    s->charts[s->charts_count++] = c;
    return c;
}

struct quote *doc_quote(struct doc *d, uint32_t source, uint64_t line, uint64_t offset)
{
    struct quote *q = arena_alloc(&d->arena, sizeof *q);
    *q = (struct quote){.source = source, .line = line, .offset = offset};
    d->quotes = array_grown(&d->arena, d->quotes, d->quotes_count, sizeof *d->quotes);
    d->quotes[d->quotes_count++] = q;
    return q;
}

struct quotes {
    const struct doc *doc;
    struct quote **quotes;
};

static bool quotes_row(void *context, size_t row, struct arena *scratch, struct value *out)
{
    const struct quotes *all = context;
    const struct quote *q = all->quotes[row];
    struct value source = value_number(KIND_COUNT, q->source);
    struct value listed;
    if (list_row(all->doc->sources, q->source, scratch, &listed) && listed.kind == KIND_OBJECT) {
        const struct value *id = object_get(listed.object, "id");
        source = id ? *id : source;
    }
    struct object *o = object_on(scratch);
    object_set(scratch, o, "source", source);
    object_set(scratch, o, "line", value_number(KIND_COUNT, (int64_t)q->line));
    object_set(scratch, o, "offset", value_number(KIND_BYTES, (int64_t)q->offset));
    object_set(scratch, o, "text", q->quoted ? value_text(KIND_RAW, q->text) : value_null());
    *out = value_object(o);
    return true;
}

struct value value_quotes(struct doc *d, struct quote **quotes, size_t count)
{
    struct quotes *all = arena_alloc(&d->arena, sizeof *all);
    *all = (struct quotes){d, arena_alloc(&d->arena, (count + 1) * sizeof(struct quote *))};
    if (count)
        memcpy(all->quotes, quotes, count * sizeof *quotes);
    return value_list(list_rows(d, count, quotes_row, all));
}

struct finding *doc_finding(struct doc *d, const char *kind, enum severity severity)
{
    struct finding *f = arena_alloc(&d->arena, sizeof *f);
    *f = (struct finding){.kind = kind,
                          .severity = severity,
                          .confidence = "high",
                          .start = WHEN_NONE,
                          .end = WHEN_NONE,
                          .numbers = object_new(d)};
    d->findings = array_grown(&d->arena, d->findings, d->findings_count, sizeof *d->findings);
    d->findings[d->findings_count++] = f;
    return f;
}

struct object *doc_sentence(struct doc *d, const char *label)
{
    struct object *numbers = object_new(d);
    d->sentences = array_grown(&d->arena, d->sentences, d->sentences_count, sizeof *d->sentences);
    d->sentences[d->sentences_count++] = (struct sentence){label, numbers};
    return numbers;
}

void doc_tile(struct doc *d, const char *key, struct value v)
{
    if (d->tiles_count < sizeof d->tiles / sizeof d->tiles[0])
        d->tiles[d->tiles_count++] = (struct tile){key, v};
}

static int findings_order(const void *a, const void *b)
{
    const struct finding *x = *(struct finding *const *)a, *y = *(struct finding *const *)b;
    if (x->severity != y->severity)
        return x->severity < y->severity ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return slice_cmp(x->id, y->id);
}

void doc_sort_findings(struct doc *d)
{
    if (d->findings_count > 1)
        qsort(d->findings, d->findings_count, sizeof *d->findings, findings_order);
}
