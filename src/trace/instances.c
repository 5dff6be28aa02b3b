/* Who took an id last, of several instances.
 *
 * Why not by every instance that has the id: which these are, a part does not know.
 * Invariant: t->takers holds, once there are several, each id of which the last taker's message is open.
 *
 *     postfix-in/smtpd[1]: 4F2C1A0B12: client=client.example.net[192.0.2.10]
 *     postfix-out/smtpd[2]: 5A11B2C3D4: client=localhost[127.0.0.1]
 *     postfix-in/smtp[3]: 4F2C1A0B12: to=<bob@example.org>, relay=127.0.0.1[127.0.0.1]:10024, ..., status=sent (... queued as
 *     5A11B2C3D4) */
#include "instances.h"

#include <stdlib.h>

static void taker_set(struct trace *t, uint64_t id, uint32_t instance)
{
    keymap_put(&t->takers, id, (void *)(uintptr_t)instance);
}

static uint32_t taker_of(const struct trace *t, uint64_t id)
{
    return (uint32_t)(uintptr_t)keymap_get(&t->takers, id);
}

static uint64_t id_of(const struct message *m)
{
    return slice_hash(message_text(m, TEXT_ID));
}

/* From here on entries are kept; until now the one instance took all that was accepted. */
static void several_begin(struct trace *t)
{
    if (t->several)
        return;
    t->several = true;
    for (const struct message *m = t->oldest; m && t->instance; m = m->newer)
        if (join_queue_id_taken(m))
            taker_set(t, id_of(m), t->instance);
}

void instance_note(struct trace *t, uint32_t instance)
{
    if (!t->instance)
        t->instance = instance;
    else if (t->instance != instance)
        several_begin(t);
}

void instance_took(struct trace *t, const struct event *e)
{
    uint32_t instance = instance_of(e->session);
    instance_note(t, instance);
    if (t->several)
        taker_set(t, slice_hash(e->queue_id), instance);
}

/* In `seen`: an instance with a name of its own took the id; the usual one's key is the id itself. */
static uint64_t mark_of(uint64_t id)
{
    return id ^ UINT64_C(0xa0761d6478bd642f);
}

void instance_seen(struct trace *t, const struct event *e)
{
    if (e->session.n)
        keymap_put(&t->seen, mark_of(slice_hash(e->queue_id)), t);
}

static bool taken_here(const struct trace *t, uint64_t id)
{
    return keymap_get(&t->seen, id) || keymap_get(&t->seen, mark_of(id));
}

void instance_left(struct trace *t, const struct message *m)
{
    if (!t->takers.count)
        return;
    uint64_t id = id_of(m);
    uint32_t instance = taker_of(t, id);
    if (instance && instance_key(id, instance) == m->key)
        keymap_take(&t->takers, id);
}

bool instance_known(const struct trace *t, struct slice id)
{
    return t->first || taken_here(t, slice_hash(id));
}

struct message *instance_holder(const struct trace *t, struct slice id)
{
    if (!t->several)
        return NULL;
    uint64_t hash = slice_hash(id);
    uint32_t instance = taker_of(t, hash);
    return instance ? keymap_get(&t->open, instance_key(hash, instance)) : NULL;
}

/* Parts. */

void instances_meet(struct trace *earlier, struct trace *later)
{
    if (later->instance)
        instance_note(earlier, later->instance);
    if (later->several)
        several_begin(earlier);
    if (earlier->several)
        several_begin(later);
    if (!earlier->takers.count)
        return;
    uint64_t *ids = keymap_sorted(&earlier->takers);
    for (size_t i = 0, count = earlier->takers.count; i < count; i++)
        if (taken_here(later, ids[i]))
            keymap_take(&earlier->takers, ids[i]);
    free(ids);
}

void instances_adopt(struct trace *earlier, struct trace *later)
{
    for (size_t i = 0; i < later->takers.capacity; i++) {
        const struct keymap_slot *slot = &later->takers.slots[i];
        if (slot->value)
            keymap_put(&earlier->takers, slot->key, slot->value);
    }
    keymap_fini(&later->takers);
}

void instances_save(const struct trace *t, struct buf *out)
{
    uint64_t *ids = keymap_sorted(&t->takers);
    buf_count(out, t->instance);
    buf_byte(out, t->several);
    buf_count(out, t->takers.count);
    for (size_t i = 0; i < t->takers.count; i++) {
        buf_u64(out, ids[i]);
        buf_count(out, taker_of(t, ids[i]));
    }
    free(ids);
}

bool instances_load(struct trace *t, struct slice *in)
{
    uint64_t instance, count, id;
    if (!load_below(in, UINT32_MAX, &instance) || !load_flag(in, &t->several) ||
        !load_count(in, &count))
        return false;
    t->instance = (uint32_t)instance;
    for (uint64_t i = 0; i < count; i++) {
        if (!load_u64(in, &id) || !load_below(in, UINT32_MAX, &instance) || !instance)
            return false;
        taker_set(t, id, (uint32_t)instance);
    }
    return count == 0 || t->several;
}
