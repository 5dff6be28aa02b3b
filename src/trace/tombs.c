/* Tombstones: what is remembered of settled E-Post ids, so that their list, forward and bounce lines, which come later under
 * the same id, are not taken for mail of its own.
 *
 * Invariant: a list in order of burial, and per key the newest first; they are forgotten from the oldest on, when no line of
 * them can follow.  Only the hashes of their recipients are kept: a settled id costs 80 bytes. */
#include "tombs.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

struct tomb *tomb_find(const struct trace *t, uint64_t key, uint64_t local, when dead)
{
    struct tomb *b = keymap_get(&t->tombs, key);
    while (b && (b->last < dead || (local && b->local && b->local != local)))
        b = b->same;
    return b;
}

void tomb_remove(struct trace *t)
{
    struct tomb *b = t->oldest_tomb, *top = keymap_get(&t->tombs, b->key);
    t->oldest_tomb = b->newer;
    if (!t->oldest_tomb)
        t->newest_tomb = NULL;
    if (top == b) {
        if (b->same)
            keymap_put(&t->tombs, b->key, b->same);
        else
            keymap_take(&t->tombs, b->key);
    } else {
        while (top && top->same != b)
            top = top->same;
        if (top)
            top->same = b->same;
    }
    t->tomb_count--;
    if (b->room != TOMB_FEW)
        free(b->many);
    free(b);
}

static uint64_t tomb_hash(uint64_t hash, bool null_sender)
{
    return null_sender ? ~hash : hash;
}

static uint64_t *tomb_hashes(struct tomb *b)
{
    return b->room == TOMB_FEW ? b->few : b->many;
}

static void tomb_push(struct tomb *b, uint64_t hash)
{
    if (b->count == b->room) {
        uint64_t *wide = mem_grow(NULL, (size_t)b->room * 2, sizeof *wide);
        memcpy(wide, tomb_hashes(b), b->count * sizeof *wide);
        if (b->room != TOMB_FEW)
            free(b->many);
        b->many = wide;
        b->room *= 2;
    }
    tomb_hashes(b)[b->count++] = hash;
}

static void tomb_append(struct trace *t, struct tomb *b)
{
    b->same = keymap_get(&t->tombs, b->key);
    keymap_put(&t->tombs, b->key, b);
    if (t->newest_tomb)
        t->newest_tomb->newer = b;
    else
        t->oldest_tomb = b;
    t->newest_tomb = b;
    t->tomb_count++;
}

void tomb_add(struct trace *t, const struct message *m, uint64_t local)
{
    struct tomb *b = mem_new(sizeof *b);
    b->room = TOMB_FEW;
    for (const struct recipient *r = m->recipients; r; r = r->next)
        tomb_push(b, tomb_hash(r->hash, r->null_sender));
    b->key = m->key;
    b->local = local;
    b->last = m->last;
    b->null_sender = message_text(m, TEXT_SENDER).n == 0;
    tomb_append(t, b);
}

bool tomb_hears(struct tomb *b, uint64_t hash, bool null_sender)
{
    uint64_t wanted = tomb_hash(hash, null_sender);
    const uint64_t *hashes = tomb_hashes(b);
    for (uint32_t i = 0; i < b->count; i++)
        if (hashes[i] == wanted)
            return false;
    tomb_push(b, wanted);
    return true;
}

void tombs_adopt(struct trace *earlier, struct trace *later)
{
    for (struct tomb *b = later->oldest_tomb; b; b = b->newer) {
        b->same = keymap_get(&earlier->tombs, b->key);
        keymap_put(&earlier->tombs, b->key, b);
    }
    if (earlier->newest_tomb)
        earlier->newest_tomb->newer = later->oldest_tomb;
    else
        earlier->oldest_tomb = later->oldest_tomb;
    if (later->newest_tomb)
        earlier->newest_tomb = later->newest_tomb;
    earlier->tomb_count += later->tomb_count;
    later->oldest_tomb = later->newest_tomb = NULL;
    later->tomb_count = 0;
    keymap_clear(&later->tombs);
}

void tombs_free(struct trace *t)
{
    while (t->oldest_tomb)
        tomb_remove(t);
    keymap_fini(&t->tombs);
}

/* A tombstone as bytes: most are of ids accepted in this part, whose keys stand in order before it, of one localname, and of
 * a whole second. */
enum { TOMB_NULL_SENDER = 1, TOMB_SEEN = 2, TOMB_LOCAL = 4, TOMB_MICRO = 8, TOMB_FLAGS = 15 };

struct tomb_coding {
    uint64_t *seen; /* in order */
    size_t count;
    uint64_t local; /* of the tombstone before */
    when last;
};

static struct tomb_coding coding_begin(const struct trace *t)
{
    return (struct tomb_coding){keymap_sorted(&t->seen), t->seen.count, 0, 0};
}

/* The number of a key among those seen, or count. */
static size_t seen_number(const struct tomb_coding *c, uint64_t key)
{
    size_t low = 0, high = c->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->seen[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->count && c->seen[low] == key ? low : c->count;
}

static void tomb_save(const struct tomb *b, struct tomb_coding *c, struct buf *out)
{
    size_t number = seen_number(c, b->key);
    bool micro = b->last == WHEN_NONE || b->last % SECOND || c->last % SECOND;
    buf_byte(out,
             (char)((b->null_sender ? TOMB_NULL_SENDER : 0) | (number < c->count ? TOMB_SEEN : 0) |
                    (b->local != c->local ? TOMB_LOCAL : 0) | (micro ? TOMB_MICRO : 0)));
    if (number < c->count)
        buf_count(out, number);
    else
        buf_u64(out, b->key);
    if (b->local != c->local)
        buf_u64(out, b->local);
    if (micro)
        when_save(b->last, out);
    else
        buf_signed(out, (b->last - c->last) / SECOND);
    c->local = b->local;
    c->last = b->last == WHEN_NONE ? 0 : b->last;
    buf_count(out, b->count);
    for (uint32_t i = 0; i < b->count; i++)
        buf_u64(out, (b->room == TOMB_FEW ? b->few : b->many)[i]);
}

void tombs_save(const struct trace *t, struct buf *out)
{
    struct tomb_coding c = coding_begin(t);
    buf_count(out, t->tomb_count);
    for (const struct tomb *b = t->oldest_tomb; b; b = b->newer)
        tomb_save(b, &c, out);
    free(c.seen);
}

static bool tomb_last_load(struct tomb *b, const struct tomb_coding *c, bool micro,
                           struct slice *in)
{
    int64_t seconds;
    if (micro)
        return when_load(in, &b->last);
    if (!load_signed(in, &seconds) || seconds < -2 * (WHEN_MOST / SECOND) ||
        seconds > 2 * (WHEN_MOST / SECOND))
        return false;
    b->last = c->last + seconds * SECOND;
    return when_valid(b->last);
}

static bool tomb_key_load(struct tomb *b, const struct tomb_coding *c, bool seen, struct slice *in)
{
    uint64_t number;
    if (!seen)
        return load_u64(in, &b->key);
    if (!c->count || !load_below(in, c->count - 1, &number))
        return false;
    b->key = c->seen[number];
    return true;
}

static bool tomb_load(struct tomb *b, struct tomb_coding *c, struct slice *in)
{
    uint64_t flags, count, hash;
    if (!load_below(in, TOMB_FLAGS, &flags) || !tomb_key_load(b, c, flags & TOMB_SEEN, in))
        return false;
    b->null_sender = flags & TOMB_NULL_SENDER;
    b->local = c->local;
    if ((flags & TOMB_LOCAL && !load_u64(in, &b->local)) ||
        !tomb_last_load(b, c, flags & TOMB_MICRO, in) || !load_below(in, in->n / 8, &count))
        return false;
    c->local = b->local;
    c->last = b->last == WHEN_NONE ? 0 : b->last;
    for (uint64_t i = 0; i < count; i++) {
        if (!load_u64(in, &hash))
            return false;
        tomb_push(b, hash);
    }
    return true;
}

bool tombs_load(struct trace *t, struct slice *in)
{
    uint64_t count;
    if (!load_count(in, &count))
        return false;
    struct tomb_coding c = coding_begin(t);
    bool sound = true;
    for (uint64_t i = 0; i < count && sound; i++) {
        struct tomb *b = mem_new(sizeof *b);
        b->room = TOMB_FEW;
        sound = tomb_load(b, &c, in);
        tomb_append(t, b);
    }
    free(c.seen);
    return sound;
}
