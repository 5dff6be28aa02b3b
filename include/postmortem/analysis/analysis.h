/* analysis.h - questions put to the messages: one row per question (analyses.def), each a fold with a merge.
 *
 * Map side: message, attempt, extra, notice, event and hour are called by one worker on its own state.  Then states are
 * merged (in any order: the result is the same), and finish writes the answer into the document.  finish may read the states
 * of all analyses. */
#ifndef POSTMORTEM_ANALYSIS_ANALYSIS_H
#define POSTMORTEM_ANALYSIS_ANALYSIS_H

#include "postmortem/analysis/evidence.h"
#include "postmortem/doc/doc.h"
#include "postmortem/trace/trace.h"

enum analysis_id {
#define ANALYSIS(name) ANALYSIS_##name,
#include "postmortem/analysis/analyses.def"
#undef ANALYSIS
    ANALYSIS_COUNT
};

/* Thresholds and sizes; every one is an option (thresholds.def). */
struct thresholds {
#define THRESHOLD(name, fallback, unit, meaning) int64_t name;
#include "postmortem/analysis/thresholds.def"
#undef THRESHOLD
};
extern const struct thresholds thresholds_default;

struct analysis_options {
    when since, until;       /* half-open; WHEN_NONE = open */
    const struct zone *zone; /* of the report */
    struct thresholds thresholds;
};

/* A log instance as one worker knows it.  rows caches each analysis's own row of it. */
struct instance {
    struct slice id; /* "qmail mx.example.jp maillog" */
    struct slice server;
    void *rows[ANALYSIS_COUNT];
};

struct analyses; /* one state per analysis */

struct analyses *analyses_new(const struct analysis_options *o);
void analyses_free(struct analyses *a);
/* from is empty afterwards, but still has to be freed. */
void analyses_merge(struct analyses *into, struct analyses *from);
void analyses_message(struct analyses *a, struct instance *i, const struct message *m);
void analyses_attempt(struct analyses *a, struct instance *i, const struct attempt *t);
void analyses_extra(struct analyses *a, struct instance *i, enum extra_kind kind,
                    enum recipient_end end, when time);
void analyses_notice(struct analyses *a, struct instance *i, when time);
/* Events of daemons alone: EVENT_SERVICE, EVENT_LOAD. */
void analyses_event(struct analyses *a, struct instance *i, const struct event *e);
/* A line of the instance's log, whatever it says, was written in the hour that begins at hour (of UTC). */
void analyses_hour(struct analyses *a, struct instance *i, when hour);
/* All states as bytes: each under its name.  Nothing may be folded afterwards. */
void analyses_save(struct analyses *a, struct buf *out);
/* Back into empty states opened with the same options (untrusted bytes).  false on damage; a then is to be freed. */
bool analyses_load(struct analyses *a, struct slice *in, uint32_t sources);
/* Every place that finish may quote, as far as the states know: some twice. */
void analyses_places(const struct analyses *a, place_found *found, void *context);
/* Write every answer into d, whose root holds all keys of the contract already. */
void analyses_finish(struct analyses *a, const struct evidence *evidence, struct doc *d);

#endif
