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
    bool used; /* by the survey: some log that is read fits */
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
    /* Aim at shards of so many bytes as they lie on the disk; 0: as many as keep the threads busy. */
    uint64_t shard_bytes;
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

/* The same in several processes.  One surveys and writes a plan; each shard is read by run_scan, wherever its evidence lies
 * under the same paths, which gives a partial file; run_take takes those, and run_finish gives the document that one
 * process would have given, byte for byte, without the evidence.
 *
 *     run_survey(r); run_plan(r, &plan, &e);                                             // once
 *     run_from_plan(plan, "case7.plan", &options, &e); run_scan(r, shard, &partial, &e);     // for each shard from 1
 *     run_from_plan(...); run_take(r, partial, "1.part", &e) ...; run_taken(r, &e);
 *     run_again(r, &missing) or run_finish(r);
 *
 * A partial file holds what its shard folded (a few percent of the log): counts, open messages, the kept head, and the raw
 * lines that the report may quote.  Equal shards give equal partial files; taking one twice counts once.
 * Plans and partial files are read like evidence: nothing in them is trusted. */
/* Append the plan to out; after run_survey and run_period.  -1: something cannot be planned. */
int run_plan(struct run *r, struct buf *out, struct err *e);
/* A run that stands where the plan's stood.  Of o only title, top, progress and told are taken, the rest is the plan's.
 * NULL and the reason, which begins with name. */
struct run *run_from_plan(struct slice plan, const char *name, const struct run_options *o,
                          struct err *e);
/* Read shard (1 to run_shards) and append its partial file to out.  -1: evidence of it is missing or is no longer what the
 * plan saw, and the reason names it; nothing then is worth keeping. */
int run_scan(struct run *r, size_t shard, struct buf *out, struct err *e);
/* Take one partial file.  -1 and the reason, which begins with name: damaged, of another plan or version, or not equal to
 * one taken for the same shard.  After -1 r can only be freed. */
int run_take(struct run *r, struct slice partial, const char *name, struct err *e);
/* Did every shard come?  -1 and those that did not. */
int run_taken(struct run *r, struct err *e);
/* Then: is there what one process would read a second time - logs whose spans show that they overlap as copies of one, a
 * log that does not go on at a cut as the survey had guessed?  NULL: no.  Else why; then the shards were cut anew,
 * run_plan gives the plan to go on with, and missing names its shards that no partial file taken so far answers; r can only
 * give that plan and be freed. */
const char *run_again(struct run *r, struct buf *missing);

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
