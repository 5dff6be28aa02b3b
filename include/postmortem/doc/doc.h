/* doc.h - a document: what a report says, before anyone decides how it looks.
 *
 * Two views of the same values.  The *tree* (doc->root) is the contract of report.json: objects with keys in order,
 * lists, scalars.  The *sections* say what a person reads: tables whose rows are lists of that tree, facts, chart wishes,
 * findings.  Renderers know documents and nothing else; escaping, formatting and (later) masking go by a value's kind.
 * Everything lives in the document's arena. */
#ifndef POSTMORTEM_DOC_DOC_H
#define POSTMORTEM_DOC_DOC_H

#include "postmortem/base/arena.h"
#include "postmortem/clock/zone.h"

enum kind {
    KIND_NULL,  /* not observable, or not computed */
    KIND_BOOL,  /* number 0 or 1 */
    KIND_COUNT, /* number */
    KIND_BYTES, /* number */
    KIND_SPAN,  /* number: microseconds; JSON writes seconds */
    KIND_WHEN,  /* number: a `when`; JSON writes RFC 3339 UTC */
    KIND_SHARE, /* real 0..1 */
    KIND_REAL,
    KIND_TOKEN,   /* text: a word of ours, shown through labels.tsv ("token.<text>"), raw in JSON */
    KIND_TEXT,    /* text of ours or of evidence; any bytes */
    KIND_ADDRESS, /* text: an address or recipient */
    KIND_DOMAIN,
    KIND_CLIENT, /* text: an IP address */
    KIND_LOGIN,
    KIND_PATH, /* text: a path or host of the evidence */
    KIND_HASH, /* text: hex digest or id, monospaced, never a number */
    KIND_RAW,  /* text: a raw log line, cut at 1,000 characters by renderers */
    KIND_OBJECT,
    KIND_LIST
};

struct object;
struct list;

struct value {
    enum kind kind;
    union {
        int64_t number;
        double real;
        struct slice text;
        struct object *object;
        struct list *list;
    };
};

struct member {
    const char *key;
    struct value value;
};

struct object {
    struct member *members; /* in order */
    size_t count, room;
};

/* A list is either stored (items) or made row by row (next), so that a million rows stay flat. */
struct list {
    struct value *items;
    size_t count, room;
    bool (*next)(void *context, size_t row, struct arena *scratch,
                 struct value *out); /* NULL: stored */
    void *context;
};

struct column {
    /* Member of each row object; "a.b" reaches into an object.  Its label: "<table id>.<key>", else "column.<key>". */
    const char *key;
    enum kind kind;
};

struct table {
    const char *id; /* "dwell.by_domain": label key of its title; row of sheets.tsv */
    struct list *rows;
    const struct column *columns;
    size_t columns_count;
    const char *note; /* label key of a sentence under the title, or NULL */
};

enum chart_form { CHART_LINE, CHART_BARS, CHART_AREA };

struct chart {
    const char *
        id; /* label keys "<id>" (title) and "<id>.alt" (text alternative), "<id>.x", "<id>.y" (axis with unit) */
    enum chart_form form;
    struct list *rows;
    const char *x; /* member key: a WHEN or a text */
    const char
        *y[3]; /* member keys of numbers (COUNT, SPAN); unused are NULL; labels "<id>.<key>" */
};

struct section {
    const char *id;       /* "dwell", "queue", "coverage": label key of its heading */
    struct object *facts; /* headline values, key -> value; labels "<id>.<key>"; may be NULL */
    struct table **tables;
    size_t tables_count;
    struct chart **charts;
    size_t charts_count;
    bool appendix; /* belongs behind the trust section */
};

enum severity { SEVERITY_CRITICAL, SEVERITY_HIGH, SEVERITY_MEDIUM, SEVERITY_LOW, SEVERITY_INFO };
extern const char *const severity_names[];

/* A place in the evidence and (after the quote pass) its raw line. */
struct quote {
    uint32_t source;
    uint64_t line, offset;
    struct slice text; /* empty until quoted */
    bool quoted;
};

/* analyses.md 7.  title, summary, advice and limits are sentences made from labels.tsv: the label
 * "finding.<kind>.title" etc. with {placeholders} filled from numbers (by key) and {key}. */
struct finding {
    struct slice id; /* kind:key:start */
    const char *kind;
    enum severity severity;
    const char *confidence; /* "high", "medium", "low" */
    when start, end;        /* WHEN_NONE = not about a time */
    struct value key;       /* domain, instance, path...: text of a kind */
    struct object *numbers;
    const char *test; /* token of the rule */
    struct value threshold, observed;
    struct quote **evidence; /* at most 5 */
    size_t evidence_count;
    uint64_t evidence_total;
};

struct tile {
    const char *key; /* label "tile.<key>" */
    struct value value;
};

/* A summary sentence: label key, its {placeholders} filled from numbers. */
struct sentence {
    const char *label;
    struct object *numbers;
};

struct doc {
    struct arena arena;
    struct object *
        root; /* report.json, keys in the contract's order; findings and outputs are written by the renderer
                            from the arrays below and the files made */
    struct slice title;
    const struct zone *zone; /* of the report */
    when first, last;        /* of the evidence */
    struct section **sections;
    size_t sections_count;
    struct finding **findings; /* sorted: severity, start, id */
    size_t findings_count;
    struct tile tiles[6];
    size_t tiles_count;
    struct sentence *sentences;
    size_t sentences_count;
    struct quote **quotes; /* every quote of the document, for the quote pass */
    size_t quotes_count, quotes_room;
    struct list
        *sources; /* rows of evidence.sources: quote.source indexes it; each has a member "path" */
    size_t top;   /* rows shown in HTML tables */
};

struct doc *doc_new(void);
void doc_free(struct doc *d);

/* Values. */
struct value value_null(void);
struct value value_number(enum kind kind, int64_t n); /* WHEN_NONE of KIND_WHEN becomes null */
struct value value_real(enum kind kind, double x);
struct value value_text(enum kind kind, struct slice text); /* not copied */
struct value value_copy(struct doc *d, enum kind kind, struct slice text);
struct value value_token(const char *token); /* NULL becomes null */
struct value value_object(struct object *o); /* NULL becomes null */
struct value value_list(struct list *l);

/* Objects: put replaces a member of that key, or appends. */
struct object *object_new(struct doc *d);
void object_put(struct doc *d, struct object *o, const char *key, struct value v);
/* The same on any arena: for the rows that a list makes on its scratch. */
struct object *object_on(struct arena *a);
void object_set(struct arena *a, struct object *o, const char *key, struct value v);
/* NULL where there is none; "a.b" reaches into an object. */
const struct value *object_get(const struct object *o, const char *key);

/* Lists. */
struct list *list_new(struct doc *d);
struct list *list_rows(struct doc *d, size_t count,
                       bool (*next)(void *context, size_t row, struct arena *scratch,
                                    struct value *out),
                       void *context);
void list_add(struct doc *d, struct list *l, struct value v);
/* Row i (i < l->count); what a made row needs is taken from scratch, which the caller empties between rows. */
bool list_row(const struct list *l, size_t i, struct arena *scratch, struct value *out);

/* Sections. */
struct section *doc_section(struct doc *d, const char *id);
/* The section of that id, or NULL. */
struct section *doc_section_of(const struct doc *d, const char *id);
struct table *section_table(struct doc *d, struct section *s, const char *id, struct list *rows,
                            const struct column *columns, size_t columns_count);
struct chart *section_chart(struct doc *d, struct section *s, const char *id, enum chart_form form,
                            struct list *rows, const char *x, const char *y0, const char *y1,
                            const char *y2);
struct quote *doc_quote(struct doc *d, uint32_t source, uint64_t line, uint64_t offset);
/* The evidence list of quotes: [{"source","line","offset","text"}], made when it is rendered (after the quote pass). */
struct value value_quotes(struct doc *d, struct quote **quotes, size_t count);
struct finding *doc_finding(struct doc *d, const char *kind, enum severity severity);
struct object *doc_sentence(struct doc *d, const char *label);
void doc_tile(struct doc *d, const char *key, struct value v);
void doc_sort_findings(struct doc *d);

#endif
