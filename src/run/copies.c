/* Several copies of one log read as one: a copytruncate and the file it was cut from, a back-up of the middle, mail.warn
 * beside mail.log.
 *
 * Invariant: of every line - the same second, the same bytes before its end - as many count as the copy that has most of
 * them holds; the others are duplicates.  So a line that was truly written twice counts twice, and one that stands in
 * two files counts once.
 *
 * The copies are followed side by side, in order of the instant each has reached.  That never steps back: a line out of
 * order stays where its file has it, so that no join is turned round.  Lines are matched by the second that is printed in
 * them, over what was read lately (KEPT distinct lines at least, and always the whole present instant), so that a copy
 * that begins behind a step of the clock still finds its lines.  Of one instant (a second, where stamps are no finer) the
 * copy that has most lines goes first: it has them in the order they were written.
 *
 *     mail.log   Nov  9 10:00:01 mx qmail: 1793998801.000123 delivery 7: deferral: ...      counts
 *     mail.warn  Nov  9 10:00:01 mx qmail: 1793998801.000123 delivery 7: deferral: ...      duplicate */
#include "copies.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

enum {
    KEPT = 1 << 16,    /* distinct lines after which the older ones begin to be forgotten */
    HELD_LINES = 4096, /* of an instant, per copy, to learn which copy has most */
    HELD_BYTES = 1 << 20
};

/* How often a line was met: in all (the greatest of the copies), or in one copy. */
struct met {
    uint64_t hash, check;
    uint32_t count; /* 0: free */
};

struct memory {
    struct met *slots;
    size_t count, capacity;
};

struct held {
    struct line line; /* its text: by offset in texts */
    size_t at;
    when stamp;
};

struct copy {
    uint32_t source;
    when first; /* first stamp, known from the first reading */
    struct lines *lines;
    struct reader *reader,
        *probe; /* probe: tells the stamp before it is settled whether the line counts */
    struct hours_of hours;
    struct line line; /* next one; where has */
    when stamp;
    when reached; /* the greatest stamp so far: never steps back */
    bool has, spent;
    size_t group; /* the first copy that is no excerpt of it, nor it of that */
    struct held *held;
    size_t held_count, held_taken, held_room;
    struct buf texts;
};

struct copies {
    struct worker *worker;
    struct copy *all; /* by first stamp */
    size_t count, begun;
    size_t groups;
    size_t *open; /* by group: copies that are being read */
    event_fn *fn;
    void **contexts;
    struct copy **turn; /* those that have lines of the present instant, the fullest first */
    size_t turn_count, turn_at;
    when now;
    struct copy *ended;        /* its last events were given: to be closed */
    struct memory late, early; /* what was met lately, and before that */
};

static int64_t second_of(when t)
{
    return t / SECOND - (t % SECOND < 0);
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    a = (a ^ b) * UINT64_C(0x9E3779B97F4A7C15);
    return a ^ (a >> 29);
}

/* A second hash, so that no line is dropped for another's sake. */
static uint64_t check_of(struct slice s)
{
    uint64_t h = s.n, word;
    for (; s.n >= sizeof word; s = slice_from(s, sizeof word)) {
        memcpy(&word, s.p, sizeof word);
        h = mix(h, word);
    }
    word = 0;
    if (s.n)
        memcpy(&word, s.p, s.n);
    return mix(h, word);
}

static struct met *slot_of(const struct memory *m, uint64_t hash, uint64_t check)
{
    size_t at = (size_t)mix(hash, check) & (m->capacity - 1);
    while (m->slots[at].count && (m->slots[at].hash != hash || m->slots[at].check != check))
        at = (at + 1) & (m->capacity - 1);
    return &m->slots[at];
}

static void memory_grow(struct memory *m)
{
    struct memory larger = {.count = m->count, .capacity = m->capacity ? m->capacity * 2 : 1024};
    larger.slots = mem_grow(NULL, larger.capacity, sizeof *larger.slots);
    mem_clear(larger.slots, larger.capacity * sizeof *larger.slots);
    for (size_t i = 0; i < m->capacity; i++)
        if (m->slots[i].count)
            *slot_of(&larger, m->slots[i].hash, m->slots[i].check) = m->slots[i];
    free(m->slots);
    *m = larger;
}

/* The row, its count 0 if it is new: the caller sets it. */
static struct met *met_row(struct copies *c, uint64_t hash, uint64_t check)
{
    if (c->late.count * 2 >= c->late.capacity)
        memory_grow(&c->late);
    struct met *row = slot_of(&c->late, hash, check);
    if (row->count)
        return row;
    uint32_t count = c->early.capacity ? slot_of(&c->early, hash, check)->count : 0;
    *row = (struct met){hash, check, count};
    c->late.count++;
    return row;
}

static uint32_t met_again(struct copies *c, uint64_t hash, uint64_t check)
{
    struct met *row = met_row(c, hash, check);
    if (row->count < UINT32_MAX)
        row->count++;
    return row->count;
}

/* Was the line met so often already, in whatever the hash stands for? */
static bool met_before(struct copies *c, uint64_t hash, uint64_t check, uint32_t count)
{
    struct met *row = met_row(c, hash, check);
    if (row->count >= count)
        return true;
    row->count = count;
    return false;
}

/* Does the line stand in another copy so often already?  Told apart: in one that is no excerpt. */
static bool counted(struct copies *c, const struct copy *of, struct slice text, when stamp)
{
    struct source_read *told = &c->worker->run->evidence.sources[of->source];
    int64_t second = second_of(stamp != WHEN_NONE ? stamp : of->reached);
    text = slice_chomp(text); /* the same with LF behind it and with CR LF */
    uint64_t hash = mix(slice_hash(text), (uint64_t)second), check = check_of(text);
    uint64_t mine = (uint64_t)(of - c->all) + 1;
    uint32_t here = met_again(c, mix(hash, mine), check + mine);
    bool before = met_before(c, hash, check, here);
    uint64_t group = (uint64_t)of->group + 1;
    bool shared = c->groups > 1 ? met_before(c, mix(hash, ~group), check - group, here) : before;
    told->shared += shared;
    told->beside += shared || (stamp != WHEN_NONE && c->open[of->group] > 1);
    return before;
}

/* A file cut in mid-line: is the rest of the line in another copy? */
static bool cut_short(const struct copies *c, const struct copy *of, const struct line *line)
{
    struct slice text = slice_chomp(line->text);
    if (!line->unterminated || !text.n)
        return false;
    for (size_t i = 0; i < c->turn_count; i++)
        for (size_t k = 0; c->turn[i] != of && k < c->turn[i]->held_count; k++) {
            const struct held *h = &c->turn[i]->held[k];
            if (slice_starts(slice_of(c->turn[i]->texts.p + h->at, h->line.text.n), text))
                return true;
        }
    return false;
}

static void feed(struct copies *c, struct copy *of, const struct line *line, when stamp)
{
    struct place place = {line->offset, line->number, of->source};
    if (cut_short(c, of, line) || counted(c, of, line->text, stamp))
        reader_duplicate(of->reader, line->text, line->bytes, line->cut, &place);
    else
        reader_line(of->reader, line->text, line->bytes, line->cut, &place);
}

static void no_event(void *context, const struct event *e)
{
    (void)context;
    (void)e;
}

/* The next line, and the instant it takes its file to. */
static void pull(struct copy *of)
{
    of->has = lines_next(of->lines, &of->line) == 1;
    if (!of->has)
        return;
    struct place place = {of->line.offset, of->line.number, of->source};
    reader_line(of->probe, of->line.text, of->line.bytes, of->line.cut, &place);
    of->stamp = reader_stamp(of->probe);
    if (of->stamp > of->reached) /* WHEN_NONE is below every stamp */
        of->reached = of->stamp;
}

static void begin(struct copies *c)
{
    struct copy *of = &c->all[c->begun];
    const struct run *r = c->worker->run;
    const struct surveyed *v = &r->surveyed[of->source];
    of->reader = reader_new(v->detection.framing, &v->facts, c->fn, c->contexts[c->begun]);
    hours_follow(c->worker, of->source, &of->hours, of->reader);
    const struct source *read = &r->inventory.sources[of->source];
    bool ahead = c->count == 1 && read->compressed >= AHEAD_FROM &&
                 !read->locator.n; /* members share their archive */
    of->lines = lines_open(&r->inventory, of->source, c->worker->cursors, ahead, 0);
    of->reached = WHEN_NONE;
    c->begun++;
    c->open[of->group]++;
    if (c->count == 1)
        return;
    of->probe = reader_new(v->detection.framing, &v->facts, no_event, NULL);
    pull(of);
}

static void end(struct copies *c, struct copy *of)
{
    source_done(c->worker, of->source, of->lines, of->reader);
    reader_free(of->reader);
    reader_free(of->probe);
    buf_fini(&of->texts);
    free(of->held);
    c->open[of->group]--;
    of->lines = NULL;
    of->reader = of->probe = NULL;
    of->held = NULL;
}

/* Hold this copy's lines of the present instant, as far as there is room. */
static void hold(struct copy *of, when now)
{
    of->held_count = of->held_taken = 0;
    of->texts.n = 0;
    while (of->has && of->reached == now && of->held_count < HELD_LINES &&
           of->texts.n + of->line.text.n <= HELD_BYTES) {
        if (of->held_count == of->held_room) {
            of->held_room = of->held_room ? of->held_room * 2 : 16;
            of->held = mem_grow(of->held, of->held_room, sizeof *of->held);
        }
        of->held[of->held_count++] = (struct held){of->line, of->texts.n, of->stamp};
        buf_add(&of->texts, of->line.text);
        pull(of);
    }
}

static int fullest_first(const void *a, const void *b)
{
    const struct copy *x = *(struct copy *const *)a, *y = *(struct copy *const *)b;
    if (x->held_count != y->held_count)
        return x->held_count > y->held_count ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* The least instant any copy that is being read has reached. */
static bool next_instant(const struct copies *c, when *now)
{
    bool any = false;
    for (size_t i = 0; i < c->begun; i++) {
        const struct copy *of = &c->all[i];
        if (!of->lines || (any && of->reached >= *now))
            continue;
        *now = of->reached;
        any = true;
    }
    return any;
}

/* Go on to the next instant: begin what begins in it, and settle the turns. */
static bool take_turns(struct copies *c)
{
    when now = WHEN_NONE;
    for (;;) {
        bool any = next_instant(c, &now);
        bool more = c->begun < c->count;
        if (!any && !more)
            return false;
        if (!more || (any && c->all[c->begun].first > now))
            break;
        begin(c);
    }
    c->now = now;
    c->turn_count = c->turn_at = 0;
    for (size_t i = 0; i < c->begun; i++)
        if (c->all[i].lines && c->all[i].reached == now)
            c->turn[c->turn_count++] = &c->all[i];
    for (size_t i = 0; i < c->turn_count; i++) {
        c->turn[i]->held_count = c->turn[i]->held_taken = 0;
        if (c->turn_count > 1)
            hold(c->turn[i], now);
    }
    qsort(c->turn, c->turn_count, sizeof(struct copy *), fullest_first);
    if (c->late.count >= (c->groups > 1 ? KEPT + KEPT / 2 : KEPT)) {
        free(c->early.slots);
        c->early = c->late;
        c->late = (struct memory){0};
    }
    return true;
}

/* One copy alone has nothing to be compared with. */
static void step_alone(struct copies *c, struct copy *of)
{
    if (lines_next(of->lines, &of->line) == 1) {
        struct place place = {of->line.offset, of->line.number, of->source};
        reader_line(of->reader, of->line.text, of->line.bytes, of->line.cut, &place);
        return;
    }
    reader_finish(of->reader);
    c->ended = of;
}

static void step(struct copies *c, struct copy *of)
{
    if (of->held_taken < of->held_count) {
        struct held *h = &of->held[of->held_taken++];
        h->line.text.p = of->texts.p + h->at;
        feed(c, of, &h->line, h->stamp);
        return;
    }
    if (of->has && of->reached == c->now) {
        feed(c, of, &of->line, of->stamp);
        of->spent = true;
        return;
    }
    c->turn_at++;
    if (of->has)
        return;
    reader_finish(of->reader);
    c->ended = of;
}

bool copies_step(struct copies *c)
{
    if (c->ended)
        end(c, c->ended);
    c->ended = NULL;
    if (c->count == 1) {
        if (!c->begun)
            begin(c);
        if (c->all[0].lines)
            step_alone(c, &c->all[0]);
        return c->all[0].lines != NULL;
    }
    struct copy *of = c->turn_at < c->turn_count ? c->turn[c->turn_at] : NULL;
    if (of && of->spent) {
        of->spent = false;
        pull(of);
    }
    if (!of) {
        if (!take_turns(c))
            return false;
        of = c->turn[0];
    }
    step(c, of);
    return true;
}

/* A copy's group: that of the first whose name is of the same log, not of one that holds some of its lines. */
static void group(struct copies *c, size_t i)
{
    const struct source *sources = c->worker->run->inventory.sources;
    size_t k = 0;
    while (k < i && (c->all[k].group != k ||
                     excerpt_of(sources[c->all[k].source].path, sources[c->all[i].source].path)))
        k++;
    c->all[i].group = k;
    c->groups += k == i;
}

struct copies *copies_open(struct worker *w, const uint32_t *sources, size_t count, event_fn *fn,
                           void **contexts)
{
    struct copies *c = mem_new(sizeof *c);
    *c = (struct copies){.worker = w, .count = count, .fn = fn, .contexts = contexts};
    c->all = mem_new(count * sizeof *c->all);
    c->turn = mem_new(count * sizeof(struct copy *));
    c->open = mem_new(count * sizeof *c->open);
    for (size_t i = 0; i < count; i++)
        c->all[i] = (struct copy){.source = sources[i], .first = w->run->surveyed[sources[i]].from};
    for (size_t i = 0; i < count; i++)
        group(c, i);
    return c;
}

void copies_close(struct copies *c)
{
    if (!c)
        return;
    free(c->all);
    free(c->turn);
    free(c->open);
    free(c->late.slots);
    free(c->early.slots);
    free(c);
}
