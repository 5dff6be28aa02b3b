/* tab.h - rows of one fixed size, each found by a key of bytes.
 *
 * Example: count lines per domain.
 *     struct tab t; tab_init(&t, sizeof(struct count));
 *     struct count *row = tab_row(&t, domain); row->lines++;     // zeroed when it is new
 * A row's address is stable until tab_fini.  Keys are copied.  Walks by tab_sorted are in key order, so that output
 * never depends on hashing. */
#ifndef POSTMORTEM_BASE_TAB_H
#define POSTMORTEM_BASE_TAB_H

#include "postmortem/base/arena.h"
#include "postmortem/base/buf.h"

struct tab_entry {
    struct slice key;
    uint64_t hash;
    void *row;
};

struct tab {
    struct arena arena;
    struct tab_entry *entries; /* in order of arrival */
    struct tab_entry *
        slots; /* the same by hash, row == NULL where there is none: a row of a large table is cold, and
                                  this way finding it touches its slot, its key and, beside the key, itself */
    size_t count, room, capacity, row_size;
};

void tab_init(struct tab *t, size_t row_size);
/* Frees keys and rows; what rows own is the caller's (walk the entries first). */
void tab_fini(struct tab *t);
/* The row of key; zeroed and added if it is new. */
void *tab_row(struct tab *t, struct slice key);
/* The row of key, or NULL. */
void *tab_find(const struct tab *t, struct slice key);
/* Sort the entries by key; any walk over t->entries is then in key order.  Lookups go on working. */
void tab_sort(struct tab *t);
/* Add every row of from to into: fold(row of into, row of from). */
void tab_merge(struct tab *into, const struct tab *from,
               void (*fold)(void *into, const void *from));
/* Sort, and write key and row of each entry; save_row appends one row. */
void tab_save(struct tab *t, struct buf *out, void (*save_row)(struct buf *out, void *row));
/* Read back what tab_save wrote into an empty, initialised tab.  false on damage; t then holds what was read. */
bool tab_load(struct tab *t, struct slice *in, bool (*load_row)(struct slice *in, void *row));

#endif
