/* Which lines a report may come to quote of what a trace holds open: the acceptance of a message, and of each recipient the
 * line that ended it, else its last.
 *
 * Why not simply all lines of the head: they go into partial files, and of a recipient tried twenty times nineteen can no
 * longer be quoted.  Invariant: a place is left out only if another line of the same recipient of the same message follows
 * it in the head and would take its place in the ledger, too (recipient_attempt, and start_line of qmail).
 *
 *     starting delivery 9: msg 4711 to remote b@example.net   only if nothing of b was met before, and nothing follows
 *     delivery 9: deferral: ...                               only if no other result of b follows
 *     delivery 12: success: ...                               always
 *
 * Where every line carries the queue id nothing needs to be looked up; a timed message that began before is among the
 * slowest, too, and quoted. */
#include "state.h"

#include "postmortem/base/arena.h"
#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"

#include <stdlib.h>

struct candidate {
    struct place place;
    when time;
    bool final, superseded;
};

struct candidates {
    struct candidate *rows;
    size_t count, room;
    struct keymap of_recipient; /* recipient of a message -> number of its last row + 1 */
    struct keymap of_delivery;  /* qmail: delivery number -> recipient's key, kept in keys */
    struct keymap generations;  /* id -> how often it was another message's */
    struct keymap ids;          /* id -> struct id_seen, kept in keys */
    struct arena keys;
};

static void *number_value(size_t n)
{
    return (void *)(uintptr_t)(n + 1);
}

static size_t value_number_of(const void *value)
{
    return (size_t)(uintptr_t)value - 1;
}

static uint64_t id_key(const struct event *e)
{
    return slice_hash(e->queue_id) * 31 + slice_hash(e->session);
}

static uint64_t delivery_key(const struct event *e)
{
    return e->delivery_id * 31 + slice_hash(e->session);
}

static uint64_t recipient_key(const struct candidates *c, const struct event *e)
{
    uint64_t id = id_key(e);
    uint64_t generation = (uint64_t)(uintptr_t)keymap_get(&c->generations, id);
    return (id * 31 + generation) * 31 + address_hash(e->recipient);
}

static void generation_next(struct candidates *c, const struct event *e)
{
    uint64_t id = id_key(e);
    uintptr_t generation = (uintptr_t)keymap_get(&c->generations, id);
    keymap_put(&c->generations, id, (void *)(generation + 1));
}

static void row_add(struct candidates *c, const struct event *e, bool final)
{
    if (c->count == c->room) {
        c->room = c->room ? c->room * 2 : 256;
        c->rows = mem_grow(c->rows, c->room, sizeof *c->rows);
    }
    c->rows[c->count++] = (struct candidate){.place = e->place, .time = e->time, .final = final};
}

static void start_note(struct candidates *c, const struct event *e)
{
    uint64_t key = recipient_key(c, e);
    uint64_t *kept = arena_alloc(&c->keys, sizeof *kept);
    *kept = key;
    keymap_put(&c->of_delivery, delivery_key(e), kept);
    if (keymap_get(&c->of_recipient, key))
        return;
    row_add(c, e, false);
    keymap_put(&c->of_recipient, key, number_value(c->count - 1));
}

static void attempt_note(struct candidates *c, const struct event *e)
{
    const uint64_t *key = e->delivery_id ? keymap_get(&c->of_delivery, delivery_key(e)) : NULL;
    row_add(c, e, e->outcome != OUTCOME_DEFERRED);
    if (!key)
        return; /* started before this part, or a line that names several */
    const void *last = keymap_get(&c->of_recipient, *key);
    if (last && !c->rows[value_number_of(last)].final)
        c->rows[value_number_of(last)].superseded = true;
    keymap_put(&c->of_recipient, *key, number_value(c->count - 1));
}

/* What was seen of an id, where every line carries it. */
struct id_seen {
    when last;
    bool begun; /* is the line that its present message begins with noted? */
};

static void attempt_named_note(struct candidates *c, const struct event *e)
{
    row_add(c, e, e->outcome != OUTCOME_DEFERRED);
    if (!e->recipient.n)
        return;
    uint64_t key = recipient_key(c, e) * 31 + address_hash(e->orig_recipient);
    const void *last = keymap_get(&c->of_recipient, key);
    struct candidate *before = last ? &c->rows[value_number_of(last)] : NULL;
    if (before && !before->final && e->time != WHEN_NONE && before->time != WHEN_NONE &&
        e->time < before->time + DAY)
        before->superseded = true;
    keymap_put(&c->of_recipient, key, number_value(c->count - 1));
}

static bool may_begin(const struct event *e)
{
    return e->kind == EVENT_ACCEPT || e->kind == EVENT_MESSAGE_ID || e->kind == EVENT_LINK;
}

/* Of a message the line it begins with may be quoted, of a recipient the one that ended it, else its last.  Lines half an
 * hour apart may be of two messages; of a day apart they are not taken for one's. */
static void named_note(struct candidates *c, const struct event *e)
{
    uint64_t id = id_key(e);
    struct id_seen *seen = keymap_get(&c->ids, id);
    if (!seen) {
        seen = arena_alloc(&c->keys, sizeof *seen);
        *seen = (struct id_seen){.last = WHEN_NONE};
        keymap_put(&c->ids, id, seen);
    }
    if (!seen->begun || may_begin(e) || e->time == WHEN_NONE || e->time > seen->last + HOUR / 2)
        row_add(c, e, true);
    seen->begun = e->kind != EVENT_DONE;
    seen->last = e->time;
    if (e->kind == EVENT_ATTEMPT)
        attempt_named_note(c, e);
    else if (e->kind == EVENT_GIVE_UP)
        row_add(c, e, true);
    if (may_begin(e) || e->kind == EVENT_DONE || e->kind == EVENT_GIVE_UP)
        generation_next(c, e);
}

static void event_note(struct candidates *c, const struct event *e)
{
    switch (e->kind) {
    case EVENT_ACCEPT:
    case EVENT_ENVELOPE:
        row_add(c, e, true);
        generation_next(c, e);
        break;
    case EVENT_DONE:
        generation_next(c, e);
        break;
    case EVENT_START:
        start_note(c, e);
        break;
    case EVENT_ATTEMPT:
        attempt_note(c, e);
        break;
    default:
        break;
    }
}

static void head_places(const struct trace *t, place_found *found, void *context)
{
    struct candidates c = {0};
    struct head_reader head = head_read(&t->head, 0);
    struct event e;
    bool named = (t->join->traits & TRAIT_QUEUE_ID) != 0;
    when now;
    while (head_next(&head, &e, &now))
        if (e.place.line && named)
            named_note(&c, &e);
        else if (e.place.line)
            event_note(&c, &e);
    for (size_t i = 0; i < c.count; i++)
        if (!c.rows[i].superseded)
            found(context, &c.rows[i].place);
    free(c.rows);
    keymap_fini(&c.of_recipient);
    keymap_fini(&c.of_delivery);
    keymap_fini(&c.generations);
    keymap_fini(&c.ids);
    arena_fini(&c.keys);
}

static void message_places(const struct message *m, place_found *found, void *context)
{
    if (!m->accepted && !m->timed)
        return;
    found(context, &m->place);
    for (const struct recipient *r = m->recipients; r; r = r->next)
        if (r->place.line)
            found(context, &r->place);
}

void trace_places(const struct trace *t, place_found *found, void *context)
{
    head_places(t, found, context);
    for (const struct message *m = t->oldest; m; m = m->newer)
        message_places(m, found, context);
    for (const struct message *m = t->oldest_hop; m; m = m->newer)
        message_places(m, found, context);
}

static void places_since(const struct message *newest, uint32_t source, uint64_t from,
                         place_found *found, void *context)
{
    unsigned before = 0; /* in a row: a message announced earlier may have been accepted since */
    for (const struct message *m = newest; m && before < 256; m = m->older) {
        bool since = m->place.source == source && m->place.offset >= from;
        before = since ? 0 : before + 1;
        if (since)
            message_places(m, found, context);
    }
}

void trace_places_since(const struct trace *t, uint32_t source, uint64_t from, size_t *head,
                        place_found *found, void *context)
{
    struct head_reader rest = head_read(&t->head, *head);
    struct event e;
    when now;
    while (head_next(&rest, &e, &now))
        if (e.place.line)
            found(context, &e.place);
    *head = t->head.n;
    for (size_t i = 0; t->running.count && i < t->running.capacity; i++) {
        const struct running *run = t->running.slots[i].value;
        if (run && !run->foreign && run->recipient->place.line)
            found(context, &run->recipient->place);
    }
    places_since(t->newest, source, from, found, context);
    places_since(t->newest_hop, source, from, found, context);
}
