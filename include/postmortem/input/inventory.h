/* inventory.h - what evidence there is: every file named or found, every log stream in it.
 *
 * An *input* is a regular file (or standard input) named on the command line or found by walking a
 * folder.  A *source* is one stream of decompressed bytes in it: the file itself, what its
 * .gz/.bz2/.xz/.zst holds, or one member of an archive, nested as far as the depth limit allows.
 * Its path shows the way in: "case7.tar.gz!var/log/mail.log.2.gz".  Content decides what a thing
 * is, never its name.
 *
 * Everything is opened read-only (walked files with O_NOFOLLOW), nothing is written or extracted.
 * The inventory reads the first 64 KiB of every source (of archives: all of it, once).  It knows
 * nothing of log formats. */
#ifndef POSTMORTEM_INPUT_INVENTORY_H
#define POSTMORTEM_INPUT_INVENTORY_H

#include "postmortem/base/arena.h"
#include "postmortem/base/buf.h"
#include "postmortem/base/err.h"
#include "postmortem/clock/when.h"
#include "postmortem/input/limits.h"

enum status { /* of an input or a source; names as report.json spells them in status_names */
              STATUS_OK,
              STATUS_TRUNCATED,
              STATUS_CORRUPT,
              STATUS_ENCRYPTED,
              STATUS_LIMITED,
              STATUS_UNSUPPORTED,
              STATUS_UNREADABLE,
              STATUS_DUPLICATE,
              STATUS_EMPTY,
              STATUS_CHANGED,
              STATUS_COUNT
};
extern const char *const status_names[STATUS_COUNT];

/* Damage and oddities, each with its place.  Kinds are stable tokens ("gzip-truncated",
 * "gzip-trailer-missing", "gzip-crc", "gzip-size", "gzip-resync", "trailing-bytes",
 * "trailing-zeros" (note only), "archive-damaged", "entry-encrypted", "entry-link",
 * "entry-special", "depth-limit", "entry-limit", "ratio-limit", "line-limit", "unsupported",
 * "unreadable", "changed", "wrong-suffix", "nul-bytes", ...). */
struct problem {
    uint32_t input;   /* index into inputs */
    uint32_t source;  /* index into sources, or NO_SOURCE */
    const char *kind; /* static text */
    bool note;        /* true: worth saying, but the evidence was read whole (exit code stays 0) */
    uint64_t offset;  /* byte in the compressed file, or decompressed where the kind is about lines;
                         NO_OFFSET */
    uint64_t line;    /* 1-based; 0 = not about a line */
    struct slice text; /* what was found, what was kept, what to do (English, one line; may hold raw
                          names) */
};
#define NO_SOURCE UINT32_MAX
#define NO_OFFSET UINT64_MAX

struct input {
    struct slice path;     /* as given, or as walked: the argument + "/" + relative path */
    struct slice relative; /* path relative to the argument it was found under; its last part for a
                              named file */
    bool named;            /* on the command line itself */
    uint64_t bytes;        /* size as read */
    when mtime;
    char sha256[65]; /* lower-case hex of the bytes as read; "" if --no-hash or not read whole */
    enum status status;
    struct slice note;
    const char *container; /* "file", "gzip", "bzip2", "xz", "zstd", "tar", "zip", "7z", "cpio"
                              (outermost); for what was skipped, with no sources: "link", "fifo",
                              "socket", "device", "folder", "missing" */
    uint32_t duplicate_of; /* the input whose bytes these repeat, or NO_SOURCE */
    char edges[65]; /* of a saved inventory: SHA-256 of the first and the last 64 KiB; else "" */
    uint64_t size_seen;   /* private to input: size when listed */
    uint32_t sources_met; /* private to input */
    struct slice
        memory;  /* private to input: what standard input held, or inventory_carry was given */
    bool blocks; /* private to input: as inventory_pack makes it */
    char *memory_owned;
};

struct source {
    uint32_t input;
    struct slice path;    /* full, with '!' */
    struct slice member;  /* path inside the innermost archive, or the input's relative path;
                             compression suffix
                                         (.gz .bz2 .xz .zst .Z) dropped */
    struct slice locator; /* private to input: how to reach it again */
    struct slice head;    /* first bytes, at most 64 KiB (4 KiB beyond the 1,024th member of an
                             archive),    decompressed, without a UTF-8 BOM; owned by the inventory */
    bool whole;           /* head is all there is */
    bool streamed;  /* inside an archive that can only be read front to back: open its sources in
                       order */
    uint64_t bytes; /* decompressed size if known (plain file, archive member), else 0 */
    uint64_t compressed; /* bytes it takes in its input, for ordering work; an estimate */
    when mtime;          /* of the archive entry, gzip header or file (in that order); WHEN_NONE */
    const char *mtime_from; /* "entry", "gzip", "file" or NULL */
    char sha256[65]; /* of the decompressed content; "" until it was read whole (sources in archives
                        have it after the inventory already, unless --no-hash) */
    enum status status;
    uint32_t duplicate_of; /* or NO_SOURCE; see inventory_duplicate_of */
    bool shut;             /* nothing can be read of it and the inventory's problems say why */
    bool wide; /* UTF-16: head, bytes, lengths and offsets of lines are those of its UTF-8 form;
                  sha256 is of the raw content */
};

struct inventory {
    struct input *inputs;
    size_t inputs_count;
    struct source *sources;
    size_t sources_count;
    struct problem *problems;
    size_t problems_count;
    size_t inputs_room, sources_room, problems_room;
    struct limits limits;
    bool no_hash;
    struct arena arena;
    struct folder_id *excluded; /* private to input */
    size_t excluded_count;
};

void inventory_init(struct inventory *v, const struct limits *limits, bool no_hash);
void inventory_fini(struct inventory *v);
/* Do not walk into this folder (the output folder), by device and inode. */
void inventory_exclude(struct inventory *v, const char *folder);
/* Add a path from the command line: a file, a folder (walked in sorted order, links not followed)
 * or "-" (standard input, which is read into memory up to limits.total / 1024 and named "-").  What
 * cannot be read becomes a problem; -1 only if the path itself does not exist or cannot be opened
 * (also a problem, kind "unreadable"). */
int inventory_add(struct inventory *v, const char *path);
/* After the last add: sort inputs by path and sources by (path, index), renumber, find full-content
 * duplicates among candidates (same size and head): a duplicate source gets STATUS_DUPLICATE and
 * its `duplicate_of` below.  An input that has the same bytes as an earlier one likewise. */
void inventory_settle(struct inventory *v);
/* The source this one repeats, or NO_SOURCE. */
uint32_t inventory_duplicate_of(const struct inventory *v, uint32_t source);
/* Record a problem; text is copied. */
void inventory_problem(struct inventory *v, const struct problem *p);

/* The settled inventory as bytes (but the heads of sources), with what shows later that an input is still what it was:
 * its size, the hash of its edges, and the hash of all of it where that is known.  -1: standard input cannot be named
 * to another process. */
int inventory_save(struct inventory *v, struct buf *out, struct err *e);
/* Into an empty struct inventory (untrusted bytes).  false on damage; v then is still to be freed. */
bool inventory_load(struct inventory *v, struct slice *in);
/* Is a loaded inventory's input there, and what it was when it was saved?  0; or -1 and which input and why.  Its time of
 * change is not asked (a copy has another) but taken over, so that a change from now on is noticed. */
int inventory_verify(struct inventory *v, uint32_t input, struct err *e);
/* Append the bytes of an input that is one source, packed; -1 if it cannot be read whole. */
int inventory_pack(const struct inventory *v, uint32_t input, struct buf *out);
/* From now on an input is what inventory_pack made of it (not owned, not trusted), not a file. */
void inventory_carry(struct inventory *v, uint32_t input, struct slice packed);
/* Was it given? */
bool inventory_carried(const struct inventory *v, uint32_t input);
/* A problem as bytes, and back; input and source of it are the caller's affair.  Texts are copied to a. */
void problem_save(const struct problem *p, struct buf *out);
bool problem_load(struct slice *in, struct arena *a, struct problem *p);
/* A SHA-256 as 64 lower-case hex digits, or none. */
void sha256_save(const char sha256[65], struct buf *out);
bool sha256_load(struct slice *in, char sha256[65]);

#endif
