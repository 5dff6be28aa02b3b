/* token.h - words of ours ("gzip-crc", "name_date") as bytes: letters, digits, '-', '_' and '.', at most 64 of them. */
#ifndef POSTMORTEM_BASE_TOKEN_H
#define POSTMORTEM_BASE_TOKEN_H

#include "postmortem/base/arena.h"
#include "postmortem/base/buf.h"

/* token may be NULL. */
void token_save(const char *token, struct buf *out);
/* *token: NUL-terminated, owned by a, or NULL where NULL was saved.  false if the bytes are no such word. */
bool token_load(struct slice *in, struct arena *a, const char **token);
/* The same for any text: a length and bytes.  *s is a copy owned by a. */
void text_save(struct slice s, struct buf *out);
bool text_load(struct slice *in, struct arena *a, struct slice *s);

#endif
