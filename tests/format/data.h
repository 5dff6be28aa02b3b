/* data.h - real lines by others with what their parsers read in them, against what our dialects read.
 *
 * A folder of tests/format/data has its own way of writing cases; a reader turns each into a struct data_case.  Names of
 * fields are theirs: a table says how to write ours in their words, and the texts must be the same.  A case whose fields
 * are not all as expected counts as differing and needs an excuse with a reason. */
#ifndef TESTS_FORMAT_DATA_H
#define TESTS_FORMAT_DATA_H

#include "postmortem/base/buf.h"

#include "format/dialects.h"

#include <stdio.h>
#include <stdlib.h>

/* Writes what e says of the field; want is the text expected, for fields that are written in several ways. */
typedef void data_print(const struct event *e, struct slice want, struct buf *got);

struct data_field {
    const char *theirs;
    data_print
        *print; /* NULL: not a field of the line (a number of the case, a word of their own) */
};

struct data_excuse {
    const char *name, *reason;
};

struct data_set {
    dialect_read *read;
    const struct data_field *fields; /* up to one without a name */
    const struct data_excuse *excuses;
};

struct data_tally {
    unsigned cases, equal, lines, unparsed;
};

/* One line and what it should give. */
struct data_case {
    char name[128];
    struct buf program, body;
    struct event event;
    enum line_class class;
    bool differs;
};

static inline struct slice data_file(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    size_t n;
    out->n = 0;
    while (f && (n = fread(buf_room(out, 65536), 1, 65536, f)) > 0)
        out->n += n;
    if (f)
        fclose(f);
    return buf_slice(out);
}

/* The value of the fact of that name, or an empty slice. */
static inline struct slice data_fact(const struct event *e, const char *name)
{
    for (unsigned i = 0; i < e->facts_n; i++)
        if (strcmp(e->facts[i].name, name) == 0)
            return e->facts[i].value;
    return slice_of(NULL, 0);
}

static inline void data_case_read(struct data_case *c, const struct data_set *set,
                                  struct data_tally *t)
{
    memset(&c->event, 0, sizeof c->event);
    c->event.program = buf_slice(&c->program);
    c->class = set->read(buf_slice(&c->body), &c->event);
    c->differs = c->class == LINE_UNPARSED;
    t->lines++;
    t->unparsed += c->differs;
}

static inline void data_expect(struct data_case *c, const struct data_set *set, struct slice theirs,
                               struct slice want)
{
    const struct data_field *f = set->fields;
    struct buf got = {0};
    while (f->theirs && !slice_eq(theirs, slice_str(f->theirs)))
        f++;
    if (!f->theirs) {
        printf("%s: no translation of %.*s\n", c->name, SLICE_ARG(theirs));
        c->differs = true;
    }
    if (f->theirs && f->print)
        f->print(&c->event, want, &got);
    if (f->theirs && f->print && !slice_eq(buf_slice(&got), want)) {
        printf("%s: %s: {%.*s}, expected {%.*s}\n", c->name, f->theirs, SLICE_ARG(buf_slice(&got)),
               SLICE_ARG(want));
        c->differs = true;
    }
    buf_fini(&got);
}

/* Ends a case.  false: it differs and has no excuse, or has one and does not differ. */
static inline bool data_case_end(struct data_case *c, const struct data_set *set,
                                 struct data_tally *t)
{
    const struct data_excuse *x = set->excuses;
    while (x->name && strcmp(x->name, c->name) != 0)
        x++;
    t->cases++;
    t->equal += !c->differs;
    if (c->differs)
        printf("%s differs: %s\n", c->name, x->name ? x->reason : "no reason is known");
    else if (x->name)
        printf("%s does not differ but is excused\n", c->name);
    buf_fini(&c->program);
    buf_fini(&c->body);
    return c->differs == (x->name != NULL);
}

#endif
