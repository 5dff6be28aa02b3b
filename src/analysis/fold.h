/* fold.h - what an analysis is made of.  Private to analysis. */
#ifndef POSTMORTEM_ANALYSIS_FOLD_H
#define POSTMORTEM_ANALYSIS_FOLD_H

#include "postmortem/analysis/analysis.h"
#include "postmortem/base/hist.h"
#include "postmortem/base/tab.h"

struct finish {
    struct analyses *all;
    const struct analysis_options *options;
    const struct evidence *evidence;
    struct doc *doc;
};

struct analysis {
    const char *name;
    bool whole; /* message() is told of messages outside the period too, and clips by itself */
    void *(*open)(const struct analysis_options *o);
    void (*close)(void *state);
    void (*message)(void *state, struct instance *i, const struct message *m);
    void (*attempt)(void *state, struct instance *i, const struct attempt *a);
    void (*extra)(void *state, struct instance *i, enum extra_kind kind, enum recipient_end end,
                  when time);
    void (*notice)(void *state, struct instance *i, when time);
    void (*event)(void *state, struct instance *i, const struct event *e);
    void (*hour)(void *state, struct instance *i, when hour);
    /* Fold what was put off, before anything is merged, saved or finished; NULL: it puts nothing off. */
    void (*settle)(void *state);
    void (*merge)(void *into, void *from);
    /* The state as bytes, equal for equal states (tables and rankings may be sorted by it; nothing is folded afterwards),
     * and back into an empty state: false on damage, which includes places in sources not below sources. */
    void (*save)(void *state, struct buf *out);
    bool (*load)(void *state, struct slice *in, uint32_t sources);
    /* Places that finish may quote; NULL: it quotes none of its own. */
    void (*places)(const void *state, place_found *found, void *context);
    void (*finish)(void *state, const struct finish *f);
    bool of_queue; /* where no queue was seen there is nothing to finish */
};

#define ANALYSIS(name) extern const struct analysis analysis_##name;
#include "postmortem/analysis/analyses.def"
#undef ANALYSIS

/* The state of another analysis, for finish. */
void *analysis_state(const struct analyses *all, enum analysis_id id);

/* Is t inside the period asked for?  WHEN_NONE is inside only an open period. */
bool in_period(const struct analysis_options *o, when t);
/* Does a message belong to the period: by its acceptance, or by its last line where it began before? */
bool message_in_period(const struct analysis_options *o, const struct message *m);

/* Do its lines, in the period or not, show its queue?  Else of mail nothing is known: null, not 0. */
bool has_queue(const struct instance_read *i);
/* ... of any instance */
bool queue_seen(const struct evidence *e);

/* Counters that stand one after another: n of them. */
void counters_save(const uint64_t *counters, size_t n, struct buf *out);
bool counters_load(uint64_t *counters, size_t n, struct slice *in);

/* Counters of one instance. */
struct counts {
    uint64_t accepted, finished, queued, end_missing, notices, began_before, server_made, joined,
        refused, chained;
    uint64_t recipients, ends[RECIPIENT_ENDS], recipients_before, delivered_before, derived,
        made_recipients, lost_in_chain;
    uint64_t success, deferral, failure;
};
/* Sums over all instances; row of one instance (zeros if it has none). */
void counts_total(const void *state, struct counts *out);
void counts_of(const void *state, struct slice instance, struct counts *out);

/* The table of instances, as a section; after counts_finish. */
void counts_section(struct doc *d);

/* "dwell" object of an instance for the instances section: n, min, p50.. of delivered recipients. */
struct object *dwell_of(struct doc *d, const void *state, struct slice instance);
/* Delivered recipients accounted for: in the statistics, without dwell, or excluded. */
uint64_t dwell_accounted(const void *state);
/* Messages that entered and left the queue: rows by number of the minute, as bucket_key; *opening were in it before. */
struct minute {
    uint64_t in, out;
};
const struct tab *depth_minutes(const void *state, uint64_t *opening);
/* Add rows of gaps that rotation left: instance, start, end, why, missing (so many logs), name (of them). */
void rotations_missing(const struct finish *f, struct list *rows);
/* shapes_told.c: the most frequent shapes of each source that were not understood, and their table if there are any. */
struct list *shape_rows(struct doc *d, const struct evidence *e);
void shapes_table(struct doc *d, struct section *s, struct list *rows);
/* The findings about the evidence; gaps are rows as above. */
void coverage_findings(const struct finish *f, const struct list *gaps);
/* {"n","min","p50","p90","p95","p99","max","mean"}; members null where n is 0. */
struct object *hist_object(struct doc *d, const struct hist *h);

/* Keys of time buckets: a number (an instant, or the number of an hour or minute) as eight bytes that sort as it does. */
struct slice bucket_key(int64_t number, char room[8]);
int64_t bucket_number(struct slice key);
/* Are all keys of a loaded table such keys, of instants that can be when a bucket spans span? */
bool buckets_sound(const struct tab *t, int64_t span);
/* The start of the hour t lies in, by the zone's clock. */
when hour_start(const struct zone *zone, when t);
/* t / span, rounded down also before 1970. */
static inline int64_t bucket_of(when t, int64_t span)
{
    return t / span - (t % span < 0);
}

/* The k rows that sort first; equal sets whatever the order of adding.  Rows are freed with release. */
struct ranking {
    void **rows; /* a heap: the worst on top */
    size_t count, limit;
    int (*order)(const void *a, const void *b); /* total: rows differ */
    void (*release)(void *row);
};
/* Would such a row stay? (saves making it) */
bool ranking_wants(const struct ranking *r, const void *row);
/* Takes ownership of row. */
void ranking_add(struct ranking *r, void *row);
/* Write the rows, best first; nothing may be added afterwards. */
void ranking_save(struct ranking *r, struct buf *out,
                  void (*save_row)(const void *row, struct buf *out));
/* Add what ranking_save wrote; load_row gives NULL on damage, then this gives false. */
bool ranking_load(struct ranking *r, struct slice *in, uint32_t sources,
                  void *(*load_row)(struct slice *in, uint32_t sources));
void ranking_merge(struct ranking *into, struct ranking *from);
/* Sort, best first; nothing may be added afterwards. */
void ranking_sort(struct ranking *r);
void ranking_fini(struct ranking *r);

#endif
