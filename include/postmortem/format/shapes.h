/* shapes.h - lines that were not understood, by their shape: what varies in them is folded, so that one kind of line counts
 * as one.
 *
 *     postfix/smtpd: unheard of {host}[{ip}] after {n} bytes
 *
 * Of at most SHAPES_KEPT shapes are counts kept, those with the smallest hashes, so that neither the order of the lines nor
 * where a log is cut matters; with as many or fewer every count is exact and none is missing.  No secret is in a shape. */
#ifndef POSTMORTEM_FORMAT_SHAPES_H
#define POSTMORTEM_FORMAT_SHAPES_H

#include "postmortem/base/buf.h"

enum { SHAPE_BYTES = 160, SHAPES_KEPT = 1024, SHAPES_TOLD = 5 };

struct shape {
    uint64_t hash, lines;
    uint64_t offset, line; /* of the first one */
    size_t n;
    char text[SHAPE_BYTES];
};

struct shapes {
    struct shape **rows; /* by hash */
    size_t count, room;
    bool more; /* there were others */
};

/* The shape of a line: of its program (empty: it names none) and of what that says.  out has room for SHAPE_BYTES. */
struct slice shape_of(struct slice tag, struct slice text, char out[SHAPE_BYTES]);
/* A zeroed *s is ready. */
void shapes_note(struct shapes *s, struct slice tag, struct slice text, uint64_t offset,
                 uint64_t line);
/* Add what from counted in lines that stand behind so many others. */
void shapes_add(struct shapes *s, const struct shapes *from, uint64_t lines_before);
/* The n most frequent to top, of equally frequent ones the first met; how many there are. */
size_t shapes_top(const struct shapes *s, const struct shape **top, size_t n);
void shapes_save(const struct shapes *s, struct buf *out);
/* Into a zeroed *s; false on damage. */
bool shapes_load(struct slice *in, struct shapes *s);
void shapes_fini(struct shapes *s);

#endif
