/* What is needed to tell when mail backed up, and why: volume, lateness and deferrals slot by slot, and which domains held
 * the queue (analyses 2).
 *
 * Invariant: the buckets of `held` are the narrowest (1, 2, 4 ... hours) with which the whole log needs no more than
 * HELD_ROWS rows.  More log never needs fewer rows, so the width is a function of the log alone: however it was cut,
 * whoever counted, merged in any order. */
#include "backup.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"

#include <stdlib.h>

enum { HELD_ROWS = 1 << 16, KEY_MAX = 8 + 256, WIDTH_MAX = 40 };

/* Shorter waits hold no queue. */
static const int64_t holds_from = MINUTE;

static void *backup_open(const struct analysis_options *o)
{
    struct backup *s = mem_new(sizeof *s);
    s->options = o;
    tab_init(&s->slots, sizeof(struct slot));
    tab_init(&s->held, sizeof(struct held));
    return s;
}

static void backup_close(void *state)
{
    struct backup *s = state;
    tab_fini(&s->slots);
    tab_fini(&s->held);
    free(s);
}

static struct slot *slot_find(struct backup *s, struct slot_met *met, int64_t number)
{
    char key[8];
    met->number = number;
    met->row = tab_row(&s->slots, bucket_key(number, key));
    return met->row;
}

static struct slot *slot_of(struct backup *s, when t)
{
    int64_t number = bucket_of(t, BACKUP_SLOT);
    struct slot_met *met = &s->met[(size_t)number % SLOTS_MET];
    return met->row && met->number == number ? met->row : slot_find(s, met, number);
}

int64_t backup_bucket(const struct backup *s, when t)
{
    return bucket_of(t, HOUR) >> s->width; /* arithmetic: down also before 1970 */
}

static struct slice held_key(int64_t bucket, struct slice domain, char room[KEY_MAX])
{
    bucket_key(bucket, room);
    domain = slice_head(domain, KEY_MAX - 8);
    if (domain.n)
        memcpy(room + 8, domain.p, domain.n);
    return slice_of(room, 8 + domain.n);
}

void backup_held_add(void *into, const void *from)
{
    struct held *a = into;
    const struct held *b = from;
    a->seconds += b->seconds;
    a->deferrals += b->deferrals;
}

/* Twice as wide. */
static void held_widen(struct backup *s)
{
    struct tab wide;
    char room[KEY_MAX];
    tab_init(&wide, sizeof(struct held));
    for (size_t i = 0; i < s->held.count; i++) {
        struct slice key = s->held.entries[i].key;
        int64_t bucket = bucket_number(slice_head(key, 8)) >> 1;
        backup_held_add(tab_row(&wide, held_key(bucket, slice_from(key, 8), room)),
                        s->held.entries[i].row);
    }
    tab_fini(&s->held);
    s->held = wide;
    s->width++;
}

static void held_fit(struct backup *s)
{
    while (s->held.count > HELD_ROWS && s->width < WIDTH_MAX)
        held_widen(s);
}

static void held_count(struct backup *s, when t, struct slice address, uint64_t seconds,
                       uint64_t deferrals)
{
    char room[KEY_MAX], domain[KEY_MAX - 8];
    struct held row = {seconds, deferrals};
    struct slice key = address_domain_key(address, domain, sizeof domain);
    backup_held_add(tab_row(&s->held, held_key(backup_bucket(s, t), key, room)), &row);
    held_fit(s);
}

/* What a message's deliveries were: it counts once, for many recipients are late together. */
struct lateness {
    bool late, local, local_late;
};

static void count_waiting(struct backup *s, struct lateness *one, const struct message *m,
                          const struct recipient *r)
{
    int64_t span = -1;
    if (r->end == RECIPIENT_QUEUED && m->until != WHEN_NONE)
        span = m->until - m->entry;
    else if (r->end == RECIPIENT_UNKNOWN || r->end == RECIPIENT_QUEUED ||
             !recipient_span(m, r, &span))
        return;
    if (span < 0 || span > s->options->thresholds.impossible_dwell * SECOND)
        return;
    if (r->end == RECIPIENT_DELIVERED) {
        bool late = span > s->options->thresholds.backup_dwell * SECOND;
        bool local = r->channel == CHANNEL_LOCAL;
        one->late |= late;
        one->local |= local;
        one->local_late |= local && late;
    }
    if (span >= holds_from)
        held_count(s, m->entry, recipient_text(r), (uint64_t)(span / SECOND), r->deferrals);
}

static void backup_message(void *state, struct instance *i, const struct message *m)
{
    struct backup *s = state;
    struct lateness one = {0};
    (void)i;
    if (!m->accepted || m->outside || m->entry == WHEN_NONE)
        return;
    struct slot *slot = slot_of(s, m->entry);
    slot->messages++;
    for (const struct recipient *r = m->recipients; r; r = r->next) {
        if (!r->declared)
            continue;
        slot->recipients++;
        count_waiting(s, &one, m, r);
    }
    slot->recipients += m->unnamed;
    slot->late += one.late;
    slot->local += one.local;
    slot->local_late += one.local_late;
}

/* Deferrals of a domain come with the recipients; here are those of no message that will be folded. */
static void backup_attempt(void *state, struct instance *i, const struct attempt *a)
{
    struct backup *s = state;
    (void)i;
    if (a->outcome != OUTCOME_DEFERRED || a->time == WHEN_NONE)
        return;
    slot_of(s, a->time)->deferrals += a->count;
    if (!a->message && a->recipient.n)
        held_count(s, a->time, a->recipient, 0, a->count);
}

void backup_slot_add(void *into, const void *from)
{
    uint64_t *a = into;
    const uint64_t *b = from;
    for (size_t i = 0; i < sizeof(struct slot) / sizeof *a; i++)
        a[i] += b[i];
}

static void backup_merge(void *into, void *from)
{
    struct backup *a = into, *b = from;
    tab_merge(&a->slots, &b->slots, backup_slot_add);
    while (a->width < b->width)
        held_widen(a);
    while (b->width < a->width)
        held_widen(b);
    tab_merge(&a->held, &b->held, backup_held_add);
    held_fit(a);
}

static void slot_save(struct buf *out, void *row)
{
    counters_save(row, sizeof(struct slot) / sizeof(uint64_t), out);
}

static bool slot_load(struct slice *in, void *row)
{
    return counters_load(row, sizeof(struct slot) / sizeof(uint64_t), in);
}

static void held_save(struct buf *out, void *row)
{
    counters_save(row, sizeof(struct held) / sizeof(uint64_t), out);
}

static bool held_load(struct slice *in, void *row)
{
    return counters_load(row, sizeof(struct held) / sizeof(uint64_t), in);
}

static void backup_save(void *state, struct buf *out)
{
    struct backup *s = state;
    buf_count(out, s->width);
    tab_save(&s->slots, out, slot_save);
    tab_save(&s->held, out, held_save);
}

/* Keys of held: a bucket, and a domain after it. */
static bool held_sound(const struct backup *s)
{
    for (size_t i = 0; i < s->held.count; i++)
        if (s->held.entries[i].key.n < 8)
            return false;
    return s->held.count <= HELD_ROWS;
}

static bool backup_load(void *state, struct slice *in, uint32_t sources)
{
    struct backup *s = state;
    uint64_t width;
    (void)sources;
    if (!load_count(in, &width) || width > WIDTH_MAX)
        return false;
    s->width = (unsigned)width;
    return tab_load(&s->slots, in, slot_load) && buckets_sound(&s->slots, BACKUP_SLOT) &&
           tab_load(&s->held, in, held_load) && held_sound(s);
}

const struct analysis analysis_backup = {.name = "backup",
                                         .of_queue = true,
                                         .open = backup_open,
                                         .close = backup_close,
                                         .message = backup_message,
                                         .attempt = backup_attempt,
                                         .merge = backup_merge,
                                         .save = backup_save,
                                         .load = backup_load,
                                         .finish = backup_finish};
