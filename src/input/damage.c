/* damage.c - what each fault means, in one table (damage.def).
 *
 * Why: the same cut gzip file is met as a plain input, inside a tar and inside a nest; what is said
 * about it and the exit code it leads to must not depend on the road.  Invariant: a stream that
 * reports here has delivered every byte it could.  Source of facts: zlib 1.2.13 and
 * libarchive 3.6.2, as measured.
 *
 * Example: kind "gzip-truncated", offset 40960, text "the data stops inside gzip member 1: 91728
 * bytes of it kept". */
#include "damage.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "postmortem/base/memory.h"

struct damage_row {
    const char *token;
    bool note;
    enum status status;
};

static const struct damage_row damage_rows[DAMAGE_COUNT] = {
#define DAMAGE(id, token, note, status) {token, note, status},
#include "damage.def"
#undef DAMAGE
};

const char *const status_names[STATUS_COUNT] = {"ok",      "truncated",   "corrupt",    "encrypted",
                                                "limited", "unsupported", "unreadable", "duplicate",
                                                "empty",   "changed"};

const struct limits limits_default = {
    .depth = 5,
    .entries = 200000,
    .ratio = 1100,
    .ratio_after = 64U << 20,
    .total = UINT64_C(1) << 40,
    .line = 65536,
    .memory = 256U << 20,
};

const char *damage_token(enum damage_kind kind)
{
    return damage_rows[kind].token;
}

static int status_rank(enum status s)
{
    static const int ranks[STATUS_COUNT] = {
        [STATUS_OK] = 0,        [STATUS_EMPTY] = 1,     [STATUS_CHANGED] = 2,
        [STATUS_DUPLICATE] = 3, [STATUS_LIMITED] = 4,   [STATUS_TRUNCATED] = 5,
        [STATUS_CORRUPT] = 6,   [STATUS_ENCRYPTED] = 7, [STATUS_UNSUPPORTED] = 8,
        [STATUS_UNREADABLE] = 9};

    return ranks[s];
}

enum status status_graver(enum status a, enum status b)
{
    return status_rank(b) > status_rank(a) ? b : a;
}

void damage_fini(struct damage *d)
{
    free(d->rows);
    arena_fini(&d->arena);
    *d = (struct damage){0};
}

static void damage_push(struct damage *d, struct problem p)
{
    if (d->count == d->room) {
        d->room = d->room ? d->room * 2 : 8;
        d->rows = mem_grow(d->rows, d->room, sizeof(*d->rows));
    }
    d->rows[d->count++] = p;
}

void damage_add(struct damage *d, enum damage_kind kind, uint64_t offset, uint64_t line,
                const char *format, ...)
{
    const struct damage_row *row = &damage_rows[kind];
    d->status = status_graver(d->status, row->status);
    if (d->muted || d->met[kind]++ >= DAMAGE_KEPT)
        return;

    char text[768];
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(text, sizeof(text), format, ap);
    va_end(ap);
    size_t used = n < 0 ? 0 : (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1;
    damage_push(d, (struct problem){.source = NO_SOURCE,
                                    .kind = row->token,
                                    .note = row->note,
                                    .offset = offset,
                                    .line = line,
                                    .text = arena_copy(&d->arena, slice_of(text, used))});
}

void damage_sum(struct damage *d)
{
    for (size_t kind = 0; kind < DAMAGE_COUNT; kind++) {
        if (d->met[kind] <= DAMAGE_KEPT)
            continue;
        const struct damage_row *row = &damage_rows[kind];
        damage_push(d, (struct problem){.source = NO_SOURCE,
                                        .kind = row->token,
                                        .note = row->note,
                                        .offset = NO_OFFSET,
                                        .text = arena_printf(&d->arena, "and %u more of this kind",
                                                             d->met[kind] - DAMAGE_KEPT)});
        d->met[kind] = 0;
    }
}
