/* run.h - from paths to a document: survey, cut into shards, map on threads, merge, finish.
 *
 *     struct run *r = run_new(&options);
 *     run_survey(r);                 // what is there; nothing but heads is read (archives: once through)
 *     run_read(r);                   // every source, by options.jobs threads
 *     struct doc *d = run_finish(r); // the report's document
 *     run_free(r);                   // after doc_free
 *
 * The only place with threads (but the read-ahead of input).  The result depends on the evidence and the options
 * alone: not on jobs, not on the order of the paths. */
#ifndef POSTMORTEM_RUN_RUN_H
#define POSTMORTEM_RUN_RUN_H

#include "postmortem/analysis/analysis.h"

/* "NAME=VALUE" or "VALUE" (name empty: for all): --input-tz HOST=ZONE, --year PATH=YYYY, --host PATH=NAME. */
struct assignment {
    struct slice name, value;
    struct zone *zone; /* --input-tz: opened, owned by the caller */
    int year;
};

struct assignments {
    struct assignment *rows;
    size_t count;
};

struct run_options {
    const char *const *paths;
    size_t paths_count;
    const char *exclude; /* the output folder */
    struct limits limits;
    bool no_hash;
    unsigned jobs; /* threads, at least 1 */
    when since, until;
    struct zone *zone; /* --tz; NULL: the commonest learnt, else UTC */
    struct assignments input_zones, years, hosts;
    int64_t lifetime; /* --queue-lifetime, microseconds; 0: the server's default */
    struct thresholds thresholds;
    size_t top;
    struct slice title;
    /* Told now and then by one thread: bytes read of all, both as the inputs count them.  NULL: nobody asks. */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
    /* Options in force, for case.options: rows of name, value; those that cannot change the answer left out. */
    const struct assignment *told;
    size_t told_count;
};

struct run;

struct run *run_new(const struct run_options *o);
void run_free(struct run *r);
void run_survey(struct run *r);
/* After the survey: the report's zone, and the period, which may have been given in words that need it. */
const struct zone *run_zone(const struct run *r);
void run_period(struct run *r, when since, when until);
/* Sources that turn out to overlap are read a second time, as one: each line counts once. */
void run_read(struct run *r);
struct doc *run_finish(struct run *r);

/* What came of it, for exit codes. */
struct run_result {
    size_t usable; /* sources recognised as logs that gave at least one parsed line */
    size_t
        problems; /* problems that are not mere notes, and log-like files that were not recognised */
    uint64_t lines;
};
struct run_result run_result(const struct run *r);
const struct evidence *run_evidence(const struct run *r);

/* What the survey settled of one source; for inspect.  Valid after run_survey. */
struct surveyed {
    struct detection detection;
    struct source_facts facts;
    struct slice label; /* of its stream */
    struct slice server;
    uint32_t stream; /* or NO_STREAM */
    uint32_t rank;
    when first;  /* first stamp as an instant, by the facts */
    int64_t day; /* days since 1970 of its date, for E-Post */
    const struct zone *zone;
    /* Of the first reading: least and greatest stamp (WHEN_NONE: none), and a bit for each host met, by its hash. */
    when from, to;
    uint64_t hosts;
    uint32_t
        copies; /* sources with the same number overlap and are read as one log; or NO_COPIES */
};
#define NO_STREAM UINT32_MAX
#define NO_COPIES UINT32_MAX
const struct surveyed *run_surveyed(const struct run *r, uint32_t source);
size_t run_shards(const struct run *r);

#endif
