/* way.h - the way to a source: its input opened, every container on the road opened, one stream at
 * the end. */
#ifndef POSTMORTEM_INPUT_WAY_H
#define POSTMORTEM_INPUT_WAY_H

#include "archive.h"
#include "postmortem/input/lines.h"

struct way {
    struct passage passage;
    struct limits limits; /* the survey's, but for what an archive may give in all */
    struct damage idle;   /* where faults go while nobody reads: muted */
    uint32_t input;
    unsigned levels, room;           /* archives entered */
    struct archive_reader **readers; /* by level; each reads from a member of the one before */
    struct stream *root;             /* of a source without archives; else NULL */
    struct stream *meter;            /* counts and hashes the source's own bytes */
    struct stream *stream;           /* what to read: NULL if it could not be opened */
    bool reused;
};

/* The input's bytes; NULL after recording why.  now: size and mtime at opening (may be NULL). */
struct stream *input_open(const struct inventory *v, uint32_t input, struct passage *passage,
                          bool hash);
/* Read all of an input once more for its hash.  Faults are not told again; where it cannot be opened sha256 stays. */
void input_hash(const struct inventory *v, uint32_t input, char sha256[65]);
/* Open source; faults go to d.  Never NULL.  hash: of the input's bytes where it holds this source
 * alone; content: of the source's own bytes (both are one for a plain file: content decides). */
struct way *way_open(const struct inventory *v, uint32_t source, struct cursors *pool,
                     struct damage *d, bool hash, bool content);
/* Close, or leave in the pool for a later source. */
void way_close(struct way *w, struct cursors *pool);
/* An archive below a codec costs no depth of its own (a .tar.gz is one container); else one. false:
 * none left. */
bool way_enter(unsigned *depth, bool below_codec);

#endif
