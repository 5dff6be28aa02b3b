/* The dwell state as bytes: its histograms, tables, rankings and counters, one after another.
 *
 * Invariant: what is made in finish (the histogram of all instances) and what only saves a lookup (the hour met last) is
 * left out. */
#include "dwell.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/saved_event.h"

#include <stdlib.h>

enum { HISTS = 7, COUNTERS = 7, TEXTS_MOST = 1 << 16 };

static void hists_of(struct dwell *s, struct hist *hists[HISTS])
{
    struct hist *all[HISTS] = {&s->failed,  &s->message,  &s->before_queue, &s->in_queue,
                               &s->connect, &s->transfer, &s->filter};
    memcpy(hists, all, sizeof all);
}

static void counters_of(struct dwell *s, uint64_t *counters[COUNTERS])
{
    uint64_t *all[COUNTERS] = {&s->without_dwell, &s->estimated, &s->negative, &s->impossible,
                               &s->open_count,    &s->stuck,     &s->disputed};
    memcpy(counters, all, sizeof all);
}

/* struct hour is a struct hist. */
static void hist_row_save(struct buf *out, void *row)
{
    hist_save(row, out);
}

static bool hist_row_load(struct slice *in, void *row)
{
    return hist_load(row, in);
}

static void domain_save(struct buf *out, void *row)
{
    const struct domain *d = row;
    const uint64_t counters[] = {d->attempts, d->deferrals, d->failed, d->queued};
    hist_save(&d->delivered, out);
    counters_save(counters, 4, out);
}

static bool domain_load(struct slice *in, void *row)
{
    struct domain *d = row;
    uint64_t counters[4];
    if (!hist_load(&d->delivered, in) || !counters_load(counters, 4, in))
        return false;
    d->attempts = counters[0];
    d->deferrals = counters[1];
    d->failed = counters[2];
    d->queued = counters[3];
    return true;
}

enum { ENTRY_NUMBERS = 6 + 6 };

static void entry_save(const void *row, struct buf *out)
{
    const struct entry *e = row;
    uint64_t numbers[ENTRY_NUMBERS] = {e->hash, e->attempts, e->end, e->reason, e->uid, e->grade};
    size_t n = 0;
    for (unsigned i = 0; i < 6; i++) {
        numbers[6 + i] = e->text_n[i];
        n += e->text_n[i];
    }
    buf_signed(out, e->dwell);
    when_save(e->entry, out);
    place_save(&e->accepted, out);
    place_save(&e->ended, out);
    counters_save(numbers, ENTRY_NUMBERS, out);
    buf_add(out, slice_of(e->texts, n));
}

static void *entry_load(struct slice *in, uint32_t sources)
{
    struct entry e = {0};
    uint64_t n[ENTRY_NUMBERS];
    size_t texts = 0;
    if (!load_signed(in, &e.dwell) || e.dwell > WHEN_MOST || e.dwell < -WHEN_MOST ||
        !when_load(in, &e.entry) || !place_load(in, &e.accepted, sources) ||
        !place_load(in, &e.ended, sources) || !counters_load(n, ENTRY_NUMBERS, in) ||
        n[1] > UINT32_MAX || n[2] >= RECIPIENT_ENDS || n[3] > UNKNOWN_TOO_OLD ||
        n[4] > UINT32_MAX || n[5] > JOIN_EXACT)
        return NULL;
    for (unsigned i = 0; i < 6; i++) {
        if (n[6 + i] > TEXTS_MOST)
            return NULL;
        e.text_n[i] = (uint32_t)n[6 + i];
        texts += e.text_n[i];
    }
    if (texts > in->n)
        return NULL;
    e.hash = n[0];
    e.attempts = (uint32_t)n[1];
    e.end = (uint8_t)n[2];
    e.reason = (uint8_t)n[3];
    e.uid = (uint32_t)n[4];
    e.grade = (uint8_t)n[5];
    struct entry *row = mem_grow(NULL, sizeof *row + texts, 1);
    *row = e;
    if (texts)
        memcpy(row->texts, in->p, texts);
    *in = slice_from(*in, texts);
    return row;
}

void dwell_save(void *state, struct buf *out)
{
    struct dwell *s = state;
    struct hist *hists[HISTS];
    uint64_t *counters[COUNTERS];
    hists_of(s, hists);
    counters_of(s, counters);
    for (size_t i = 0; i < HISTS; i++)
        hist_save(hists[i], out);
    tab_save(&s->instances, out, hist_row_save);
    tab_save(&s->domains, out, domain_save);
    tab_save(&s->hours, out, hist_row_save);
    ranking_save(&s->slowest, out, entry_save);
    ranking_save(&s->open, out, entry_save);
    for (size_t i = 0; i < COUNTERS; i++)
        buf_count(out, *counters[i]);
    buf_signed(out, s->oldest);
}

bool dwell_load(void *state, struct slice *in, uint32_t sources)
{
    struct dwell *s = state;
    struct hist *hists[HISTS];
    uint64_t *counters[COUNTERS];
    hists_of(s, hists);
    counters_of(s, counters);
    for (size_t i = 0; i < HISTS; i++)
        if (!hist_load(hists[i], in))
            return false;
    if (!tab_load(&s->instances, in, hist_row_load) || !tab_load(&s->domains, in, domain_load) ||
        !tab_load(&s->hours, in, hist_row_load) || !buckets_sound(&s->hours, 1) ||
        !ranking_load(&s->slowest, in, sources, entry_load) ||
        !ranking_load(&s->open, in, sources, entry_load))
        return false;
    for (size_t i = 0; i < COUNTERS; i++)
        if (!load_count(in, counters[i]))
            return false;
    return load_signed(in, &s->oldest) && s->oldest >= 0 && s->oldest <= WHEN_MOST;
}

void dwell_places(const void *state, place_found *found, void *context)
{
    const struct dwell *s = state;
    const struct ranking *rankings[] = {&s->slowest, &s->open};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < rankings[k]->count; i++) {
            const struct entry *e = rankings[k]->rows[i];
            found(context, &e->accepted);
            if (e->ended.line)
                found(context, &e->ended);
        }
}
