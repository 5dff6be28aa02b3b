/* keep.h - raw lines kept while a source is read that gives them only from its front.  Private to run. */
#ifndef POSTMORTEM_RUN_KEEP_H
#define POSTMORTEM_RUN_KEEP_H

#include "postmortem/base/buf.h"
#include "postmortem/format/format.h"
#include "postmortem/input/lines.h"
#include "postmortem/trace/trace.h"

struct run;
struct worker;
struct part;

/* Of one worker. */
struct keep {
    struct buf rows; /* struct row and its text, one after another, unordered */
    size_t
        full; /* bytes of them from which on those are dropped that can no longer be quoted; 0: not yet done */
    bool given_up; /* too many messages are open: nothing more is kept */
    /* Of the source being read. */
    struct lines *lines; /* NULL: none, or one whose lines can be fetched at will */
    const struct line *line;
    const struct event *event;
    const struct part *part;
    uint32_t source;
    uint64_t from; /* all that is worth it before this offset is kept */
    uint64_t due;  /* keep_sweep before the line at or after this offset is read */
};

/* What lines_open is to keep readable behind the line for this. */
size_t keep_behind(const struct worker *w, uint32_t source);
/* A source is read from here on, each line into *line. */
void keep_open(struct worker *w, const struct part *part, uint32_t source, struct lines *lines,
               const struct line *line);
/* Keep what was noted of the lines before offset. */
void keep_sweep(struct worker *w, uint64_t offset);
/* An event that is to be followed next: what it says of a message from before is worth keeping. */
void keep_told(struct keep *k);
static inline void keep_event(struct keep *k, const struct event *e)
{
    k->event = e;
    if (__builtin_expect(e->kind == EVENT_GIVE_UP, 0))
        keep_told(k);
}
/* An attempt was ended by it. */
void keep_attempt(struct keep *k, const struct attempt *a);
/* The source was read to its end. */
void keep_close(struct worker *w);
void keep_fini(struct keep *k);

/* A line that is wanted: source and offset; the rest is for lines_fetch. */
struct wanted {
    uint32_t source;
    bool kept;
    uint64_t offset;
    struct slice text;
};
typedef void line_wanted(void *context, size_t i, struct slice text);
/* Fetch lines, sorted by source and offset: those that workers kept, the others by reading their source again.  found is
 * called for each that is there, in order; text lives until it returns. */
void lines_fetch(struct run *r, struct wanted *rows, size_t count, line_wanted *found,
                 void *context);

#endif
