/* render.h - what the renderers share: where they write, labels, and values as people read them.  Private to report. */
#ifndef REPORT_RENDER_H
#define REPORT_RENDER_H

#include "postmortem/base/buf.h"
#include "postmortem/report/report.h"

/* Bytes on their way to a file: out is filled, sink_push empties it once it is large. */
struct sink {
    struct buf out;
    int fd;
    uint64_t written; /* bytes drained from out so far */
    int error;        /* errno of the first failed write; later writes are dropped */
};
void sink_push(struct sink *s);
/* Writes the rest, syncs, frees the buffer.  -1 and errno if anything failed. */
int sink_finish(struct sink *s);
void sink_text(struct sink *s, const char *text);

/* How a file came to its place: the old one lies in its temporary now, there was none, or it is gone. */
enum placed { PLACED_NOT, PLACED_FOR_OLD, PLACED_NEW, PLACED_BLINDLY };

/* A file made by an earlier renderer of the same run. */
struct output {
    char name[64];
    char temporary[64];
    int64_t bytes;
    char sha256[65];
    int fd; /* of the temporary, until it is synced; -1: none */
    enum placed placed;
};

struct rendering {
    const struct doc *doc;
    const char *language;
    int fd;              /* the temporary, open for writing */
    const char *path;    /* its path, for libraries that open by path */
    const char *scratch; /* a folder for such libraries' own temporaries */
    const struct output *outputs;
    size_t outputs_count;
    uint32_t row_limit; /* rows to a sheet of the workbook; 0: as many as fit.  For tests */
};

struct renderer {
    const char *name, *suffix;
    bool localized; /* one file for each language */
    int (*write)(const struct rendering *r, struct err *e);
};
extern const struct renderer renderers[];
extern const size_t renderers_count;

/* Embedded files. */
struct slice embedded_css(void);
struct slice embedded_script(void);
struct slice embedded_labels(void);
struct slice embedded_sheets(void);

/* labels.tsv.  label_find: false if the key has no label; label_text: the key itself then; label_any: the first of
 * "<first>.<key>" and "<second>.<key>" (either may be NULL), else key. */
bool label_find(const char *language, const char *key, struct slice *out);
struct slice label_text(const char *language, const char *key);
struct slice label_any(const char *language, const char *first, const char *second,
                       struct slice key);
/* What a token reads: label "token.<token>", or a label that the token names whole. */
struct slice label_token(const char *language, struct slice token);
/* Row i of labels.tsv, for tests and the glossary; false past the end. */
bool label_row(size_t i, struct slice *key, struct slice *english, struct slice *japanese);
/* Fill {placeholders} of a label from numbers ("key" from the finding's key, if given); {n?was:were} chooses by n. */
void label_fill(struct buf *out, const struct rendering *r, struct slice pattern,
                const struct object *numbers, const struct value *key);

/* Values as people read them: valid for a language and the report's zone, not yet escaped. */
void show_value(struct buf *out, const struct rendering *r, const struct value *v);
/* The same for running text: spans in words. */
void show_told(struct buf *out, const struct rendering *r, const struct value *v);
bool place_of(const struct doc *d, const struct object *row, struct slice *path, int64_t *line);
void show_count(struct buf *out, int64_t n);
void show_span(struct buf *out, const char *language, int64_t microseconds);
/* "2026-11-20 08:20:45 +09:00"; the zone's offset only where with_offset. */
void show_when(struct buf *out, const struct zone *z, when t, bool with_offset);
void show_bytes(struct buf *out, int64_t n);
/* Seconds, exact from microseconds, no trailing zeros: "0.000001", "12.5", "3600". */
void show_seconds(struct buf *out, int64_t microseconds);

/* UTF-8: the code point at the start of s and its length; 0 where the first byte begins no valid sequence. */
size_t utf8_next(struct slice s, uint32_t *code);

/* Did someone name the case?  The program's own name is no title.  The title, or what stands for one. */
bool report_titled(const struct rendering *r);
struct slice report_title(const struct rendering *r);

/* The parts of a finding that are sentences. */
void finding_part(struct buf *out, const struct rendering *r, const struct finding *f,
                  const char *part);
/* "path:line" of a quote. */
void quote_place(struct buf *out, const struct doc *d, const struct quote *q);

int json_write(const struct rendering *r, struct err *e);
int html_write(const struct rendering *r, struct err *e);
int xlsx_write(const struct rendering *r, struct err *e);

#endif
