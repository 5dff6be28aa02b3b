/* services.h - the state of the services analysis: folded in services.c, told in services_told.c. */
#ifndef POSTMORTEM_ANALYSIS_SERVICES_H
#define POSTMORTEM_ANALYSIS_SERVICES_H

#include "fold.h"

enum { SERVICE_EVENTS = SERVICE_CLOCK_BACK + 1, SERVICES_LISTED = 5000 };

/* Something a daemon said of itself, or a step of its clock. */
struct service_row {
    when time, before; /* before: of a clock step, the stamp of the line before; else WHEN_NONE */
    struct place place;
    uint8_t event; /* enum service_event */
    uint32_t instance_n, text_n;
    char texts[]; /* instance, text */
};

/* How often, in an instance. */
struct service_counts {
    uint64_t n[SERVICE_EVENTS];
};

/* A minute in which deliveries reached their limit. */
struct limit_minute {
    uint64_t lines; /* status lines that say so */
    uint64_t limit; /* the greatest that was reached */
    when first;     /* the first of these lines */
    struct place place;
};

struct services {
    const struct analysis_options *options;
    struct ranking stops;  /* the first SERVICES_LISTED stops and starts, */
    struct ranking others; /* ... and of everything else */
    struct tab counts;     /* struct service_counts by instance id */
    struct {
        int64_t minute;
        const struct instance *instance;
        struct limit_minute *row; /* NULL: none yet */
    } met[CHANNEL_REMOTE + 1];    /* the row of limits met last, by channel */
    struct tab limits; /* struct limit_minute by number of the minute, channel, instance id */
};

extern const char *const service_event_names[SERVICE_EVENTS];

static inline struct slice service_instance(const struct service_row *r)
{
    return slice_of(r->texts, r->instance_n);
}

static inline struct slice service_text(const struct service_row *r)
{
    return slice_of(r->texts + r->instance_n, r->text_n);
}

/* Write the answer into the document. */
void services_finish(void *state, const struct finish *f);

#endif
