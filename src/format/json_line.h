/* json_line.h - the members of a JSON object on one line, read where they stand: no tree, no allocation. */
#ifndef FORMAT_JSON_LINE_H
#define FORMAT_JSON_LINE_H

#include "postmortem/base/buf.h"

/* key without its quotes, as written; value as written: a string with its quotes, a number, a word, an array, an object. */
struct json_member {
    struct slice key, value;
};

/* Steps *s over the '{' and the blanks before it. */
bool json_open(struct slice *s);
/* The next member, and *s behind it; false at the end, and then *closed tells whether the object ended as it should. */
bool json_next(struct slice *s, struct json_member *m, bool *closed);
/* The bytes that a string, or an array of byte numbers, stands for.  They are appended to room, which must have room for
 * value.n of them; *text is where.  A string without escapes is not copied.  false: neither, or damaged. */
bool json_text(struct slice value, struct buf *room, struct slice *text);
/* A number, or a string of digits. */
bool json_u64(struct slice value, uint64_t *n);

#endif
