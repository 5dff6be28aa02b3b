/* backup.h - the state of the back-up analysis: folded in backup.c, told in backup_told.c. */
#ifndef POSTMORTEM_ANALYSIS_BACKUP_H
#define POSTMORTEM_ANALYSIS_BACKUP_H

#include "fold.h"

#define BACKUP_SLOT (5 * MINUTE)

/* What happened in one slot: messages and recipients accepted in it, attempts deferred in it. */
struct slot {
    uint64_t messages, recipients;
    uint64_t late;              /* messages of which a recipient waited longer than backup_dwell */
    uint64_t local, local_late; /* messages into local mailboxes, and late there */
    uint64_t deferrals;
};

/* What one domain held of the queue: the recipients that entered it in one bucket of hours. */
struct held {
    uint64_t seconds; /* their waiting, added up; of waits of a minute and more */
    uint64_t deferrals;
};

struct slot_met {
    int64_t number;
    struct slot *row; /* NULL: none yet */
};

enum { SLOTS_MET = 16 };

struct backup {
    const struct analysis_options *options;
    struct tab slots;               /* struct slot by number of the slot */
    struct tab held;                /* struct held by number of the bucket and domain */
    unsigned width;                 /* a bucket is 2^width hours */
    struct slot_met met[SLOTS_MET]; /* slots met lately, by the low bits of their number */
};

/* Rows added up: struct slot, struct held. */
void backup_slot_add(void *into, const void *from);
void backup_held_add(void *into, const void *from);
/* Number of the bucket that t lies in. */
int64_t backup_bucket(const struct backup *s, when t);
/* Write the answer into the document. */
void backup_finish(void *state, const struct finish *f);

#endif
