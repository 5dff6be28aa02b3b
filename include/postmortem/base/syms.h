/* syms.h - an interner: equal bytes get equal small numbers.  For what repeats (hosts, domains, relays), never for
 * what is unique.  Numbers follow the order of first arrival, so they must not decide any output order. */
#ifndef POSTMORTEM_BASE_SYMS_H
#define POSTMORTEM_BASE_SYMS_H

#include "postmortem/base/arena.h"

struct syms {
    struct arena arena;
    struct slice *texts; /* by number */
    uint32_t *slots;     /* number + 1, or 0 */
    uint32_t count, capacity;
};

/* A zeroed struct syms is empty and ready. */
void syms_fini(struct syms *s);
/* The number of text, given now if it is new.  The bytes are copied. */
uint32_t syms_add(struct syms *s, struct slice text);
/* The text of a number that syms_add gave; owned by s, stable until syms_fini. */
static inline struct slice syms_text(const struct syms *s, uint32_t number)
{
    return s->texts[number];
}

#endif
