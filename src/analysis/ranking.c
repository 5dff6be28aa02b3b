/* Keeping the k best rows of many: a binary heap with the worst on top.  The order is total, so the set kept does not
 * depend on who came first. */
#include "fold.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

static void swap(struct ranking *r, size_t a, size_t b)
{
    void *row = r->rows[a];
    r->rows[a] = r->rows[b];
    r->rows[b] = row;
}

static void sift_up(struct ranking *r, size_t i)
{
    while (i && r->order(r->rows[i], r->rows[(i - 1) / 2]) > 0) {
        swap(r, i, (i - 1) / 2);
        i = (i - 1) / 2;
    }
}

static void sift_down(struct ranking *r, size_t i)
{
    for (;;) {
        size_t worst = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < r->count; child++)
            if (r->order(r->rows[child], r->rows[worst]) > 0)
                worst = child;
        if (worst == i)
            return;
        swap(r, i, worst);
        i = worst;
    }
}

bool ranking_wants(const struct ranking *r, const void *row)
{
    return r->limit && (r->count < r->limit || r->order(row, r->rows[0]) < 0);
}

void ranking_add(struct ranking *r, void *row)
{
    if (!ranking_wants(r, row)) {
        r->release(row);
        return;
    }
    if (!r->rows)
        r->rows = mem_grow(NULL, r->limit, sizeof *r->rows);
    if (r->count < r->limit) {
        r->rows[r->count++] = row;
        sift_up(r, r->count - 1);
        return;
    }
    r->release(r->rows[0]);
    r->rows[0] = row;
    sift_down(r, 0);
}

void ranking_merge(struct ranking *into, struct ranking *from)
{
    for (size_t i = 0; i < from->count; i++)
        ranking_add(into, from->rows[i]);
    from->count = 0;
}

void ranking_sort(struct ranking *r)
{
    size_t count = r->count;
    while (r->count > 1) {
        swap(r, 0, r->count - 1);
        r->count--;
        sift_down(r, 0);
    }
    r->count = count;
}

void ranking_save(struct ranking *r, struct buf *out,
                  void (*save_row)(const void *row, struct buf *out))
{
    ranking_sort(r);
    buf_count(out, r->count);
    for (size_t i = 0; i < r->count; i++)
        save_row(r->rows[i], out);
}

bool ranking_load(struct ranking *r, struct slice *in, uint32_t sources,
                  void *(*load_row)(struct slice *in, uint32_t sources))
{
    uint64_t count;
    if (!load_below(in, r->limit, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        void *row = load_row(in, sources);
        if (!row)
            return false;
        ranking_add(r, row);
    }
    return true;
}

void ranking_fini(struct ranking *r)
{
    for (size_t i = 0; i < r->count; i++)
        r->release(r->rows[i]);
    free(r->rows);
    r->rows = NULL;
    r->count = 0;
}
