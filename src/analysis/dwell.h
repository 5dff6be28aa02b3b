/* dwell.h - the state of the dwell analysis: folded in dwell.c, told in dwell_told.c. */
#ifndef POSTMORTEM_ANALYSIS_DWELL_H
#define POSTMORTEM_ANALYSIS_DWELL_H

#include "fold.h"

struct domain {
    struct hist delivered;
    uint64_t attempts, deferrals, failed, queued;
};

struct hour {
    struct hist delivered;
};

/* One of the slowest recipients, or one still open. */
struct entry {
    int64_t dwell; /* microseconds; of an open one its age at the end of its log */
    uint64_t hash;
    when entry; /* into the queue */
    struct place accepted, ended;
    uint32_t attempts;
    uint8_t end, reason;
    uint32_t uid;  /* of the local user it came from, or NO_UID */
    uint8_t grade; /* enum join_grade of the client */
    uint32_t text_n[6];
    char texts[]; /* see below, one after another */
};
enum entry_text {
    ENTRY_INSTANCE,
    ENTRY_ID,
    ENTRY_RECIPIENT,
    ENTRY_CLIENT,
    ENTRY_HELO,
    ENTRY_LOGIN
};

static inline struct slice entry_text(const struct entry *e, enum entry_text which)
{
    size_t at = 0;
    for (unsigned i = 0; i < (unsigned)which; i++)
        at += e->text_n[i];
    return slice_of(e->texts + at, e->text_n[which]);
}

#define DWELL_DISPUTED (30 * SECOND)

/* A thousand domains' histograms don't fit a cache: each is told what to expect, and added to eight values later. */
enum { DWELL_LATER = 8 };
struct later {
    struct hist *hist; /* NULL: none */
    uint64_t value;
};

struct dwell {
    const struct analysis_options *options;
    struct hist delivered; /* of all instances together; made in finish */
    struct hist failed, message;
    struct hist before_queue, in_queue, connect, transfer, filter; /* phases of delivered ones */
    struct tab instances;                                          /* struct hist by instance id */
    struct tab domains;                                            /* struct domain by domain key */
    struct tab hours; /* struct hour by start of the hour, big-endian */
    struct ranking slowest, open;
    uint64_t without_dwell, estimated, negative, impossible, open_count, stuck;
    uint64_t disputed; /* recipients whose age and stamps differ by more than DWELL_DISPUTED */
    int64_t oldest;    /* age of the oldest queued recipient at the end of its log */
    struct hour *hour;
    when hour_start;
    struct later later[DWELL_LATER]; /* a ring; empty once settled */
    unsigned next_later;
};

/* dwell_saved.c */
void dwell_save(void *state, struct buf *out);
bool dwell_load(void *state, struct slice *in, uint32_t sources);
void dwell_places(const void *state, place_found *found, void *context);

/* Write the answer into the document. */
void dwell_finish(void *state, const struct finish *f);

#endif
