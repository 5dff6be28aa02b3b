/* lines.h - a source as chunks of lines.
 *
 *     struct lines *l = lines_open(v, source);
 *     struct line line;
 *     while (lines_next(l, &line) == 1) { ... line.text ... }
 *     lines_close(l, &result);
 *
 * Reading never fails as a whole: damage ends a stream early or leaves a hole, is kept as a
 * problem, and every byte the decompressor gave is delivered.  Equal input gives equal lines
 * whatever the buffer sizes. */
#ifndef POSTMORTEM_INPUT_LINES_H
#define POSTMORTEM_INPUT_LINES_H

#include "postmortem/input/inventory.h"

struct lines;

/* offset and number stand apart on purpose: side by side gcc copies both with one wide load, which has to wait until
 * the two narrow stores of a moment ago are in the cache (7 % of reading multilog). */
struct line {
    struct slice text; /* without LF; a CR before it is kept; owned by the reader until the next
                          lines_next */
    uint64_t offset;   /* of its start, decompressed */
    size_t bytes;      /* occupied in the source, terminator and cut part included */
    uint64_t number;   /* 1-based */
    bool cut;          /* longer than limits.line: text holds its first limits.line bytes */
    bool unterminated; /* the last line, without LF */
};

struct lines_result {
    enum status status;
    uint64_t bytes, lines, cut_lines, nul_bytes;
    uint64_t nul_first, cut_offset, cut_number; /* places of the first ones, where there are any */
    char sha256[65];                            /* of all decompressed bytes; "" with --no-hash */
    char input_sha256[65]; /* of the input file's bytes where this source reads the whole of it
                              alone (plain, gz...), else "" */
    uint64_t input_bytes;
    struct problem *problems; /* owned by the caller (free); texts live in *arena */
    size_t problems_count;
    struct arena arena;
};

/* Half-read archives kept open, so that members opened in ascending order (or in a few interleaved
 * ascending runs, as the log kinds of a work folder are) cost one pass each and not one pass per
 * member.  One per thread. */
struct cursors;
struct cursors *cursors_new(void);
void cursors_free(struct cursors *c);

/* Open a source.  Several may be open at once, also in several threads (the inventory is only
 * read).  Never NULL: what cannot be opened gives no lines and a result that says why.  cursors may
 * be NULL (every open starts from the front). ahead: read, decompress and hash on a helper thread
 * of its own, one chunk ahead; for large sources. behind: see lines_again; else 0. */
struct lines *lines_open(const struct inventory *v, uint32_t source, struct cursors *cursors,
                         bool ahead, size_t behind);
/* 1: a line; 0: the end. */
int lines_next(struct lines *l, struct line *out);
/* The text (at most limit bytes) of a line given before, by where it starts: surely if that lies at most `behind` bytes
 * before the end of the line given last, else perhaps.  Owned by the reader until the next call. */
bool lines_again(struct lines *l, uint64_t offset, size_t limit, struct slice *text);
/* Close, and say how it went.  Reading may be stopped early (then sha256 is "" and status is what
 * was seen so far). */
void lines_close(struct lines *l, struct lines_result *result);
void lines_result_fini(struct lines_result *result);

/* A plain file in parts.  Is a source one?  (Not: in an archive, compressed, UTF-16, standard input.) */
bool source_plain(const struct inventory *v, uint32_t source);
/* Up to n of its bytes from an offset on; gives how many could be had. */
size_t source_peek(const struct inventory *v, uint32_t source, uint64_t from, char *to, size_t n);
/* Its lines in [from, to), both of which are ends of lines or of the file: offsets count from the file's start, numbers
 * from the part's.  Not hashed; its result tells no problems of lines, but counts them.  Fewer bytes than to - from, or a
 * problem that is not a note: the file is not what it was. */
struct lines *lines_open_part(const struct inventory *v, uint32_t source, uint64_t from,
                              uint64_t to);
/* Its hash, in as many goes as one likes.  NULL: it is no plain file, or cannot be opened. */
struct hashing *hashing_open(const struct inventory *v, uint32_t source);
/* Go on to an offset not before the last; false: the file does not reach so far. */
bool hashing_go(struct hashing *h, uint64_t to);
/* The hash of what was gone through, in lower-case hex; once. */
void hashing_text(struct hashing *h, char sha256[65]);
/* NULL is fine. */
void hashing_close(struct hashing *h);
/* The result of reading the file whole, but for its hash, from those of its parts, in order. */
void lines_parts_join(const struct inventory *v, const struct lines_result *const *parts, size_t n,
                      struct lines_result *whole);

/* Raw lines again, for quoting: fetch the text (at most limit bytes each) of the lines that start
 * at offsets[0..n), ascending, of one source; found(context, i, text) is called for each one
 * reached.  cursors as for lines_open. */
void lines_quote(const struct inventory *v, uint32_t source, struct cursors *cursors,
                 const uint64_t *offsets, size_t n, size_t limit,
                 void (*found)(void *context, size_t i, struct slice text), void *context);

#endif
