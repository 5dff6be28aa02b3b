/* damage.h - the one place that says what a fault of the evidence means: its token, whether it is
 * only a note, and the status it leaves.  Streams report here and go on; they never print and never
 * fail as a whole. */
#ifndef POSTMORTEM_INPUT_DAMAGE_H
#define POSTMORTEM_INPUT_DAMAGE_H

#include "postmortem/input/inventory.h"

enum damage_kind {
#define DAMAGE(id, token, note, status) DAMAGE_##id,
#include "damage.def"
#undef DAMAGE
    DAMAGE_COUNT
};

/* Problems of one kind kept for one source; the rest are counted. */
#define DAMAGE_KEPT 20

struct damage {
    struct arena arena; /* texts */
    struct problem *rows;
    size_t count, room;
    enum status status; /* the gravest met */
    bool muted;         /* statuses are kept, rows are not: the inventory has them already */
    uint32_t met[DAMAGE_COUNT];
};

/* A zeroed struct damage is empty and ready. */
void damage_fini(struct damage *d);
/* Record one fault at a byte offset (or NO_OFFSET) and a line (or 0). */
void damage_add(struct damage *d, enum damage_kind kind, uint64_t offset, uint64_t line,
                const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Append "and N more" rows for kinds that passed DAMAGE_KEPT. */
void damage_sum(struct damage *d);
/* The graver of two statuses. */
enum status status_graver(enum status a, enum status b);
/* The token of a kind, static. */
const char *damage_token(enum damage_kind kind);

#endif
