/* feed.h - a stream as libarchive's callbacks want it, and libarchive's words made readable. */
#ifndef POSTMORTEM_INPUT_FEED_H
#define POSTMORTEM_INPUT_FEED_H

#include "stream.h"

struct archive;

#ifndef FEED_ROOM /* a fuzz build sets it small */
#define FEED_ROOM (64U << 10)
#endif

struct feed {
    struct stream *from;
    bool failed; /* from ended by a fault that is already recorded */
    bool ended;  /* from was read to its end */
    unsigned char room[FEED_ROOM];
};

/* Set the callbacks and open; libarchive's result code. */
int feed_open(struct feed *f, struct archive *a);
/* Why the last call failed; never NULL, one line. */
const char *feed_why(struct archive *a);
/* Does that reason say that the data stopped early? */
bool feed_cut_short(const struct feed *f, struct archive *a);

#endif
