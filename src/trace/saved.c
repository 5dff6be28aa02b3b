/* A trace as bytes: what one process hands to another where a log is cut (partial files).
 *
 * Why fields and not structs: the layout is the machine's and the compiler's, the bytes are everyone's.
 * Invariant: load(save(t)) tells its sink what t would tell, whatever lines and parts follow; equal states are equal
 * bytes, so that tables are written in order of their keys.  Bytes are not trusted: after a load the joins may rely on
 * what they rely on in one pass - a part that is not the first has seen the key of every message it holds open. */
#include "chains.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"
#include "postmortem/mail/saved_event.h"

#include <stdlib.h>

enum { TEXT_MOST = 4096, FLAGS = 8, PHASES = 5, NUMBERS = 11 };

void short_text_save(struct slice s, struct buf *out)
{
    buf_count(out, s.n);
    buf_add(out, s);
}

bool short_text_load(struct slice *in, size_t most, struct slice *s)
{
    uint64_t n;
    if (!load_below(in, most, &n) || n > in->n)
        return false;
    *s = slice_head(*in, (size_t)n);
    *in = slice_from(*in, (size_t)n);
    return true;
}

static void timing_save(const struct timing *timing, struct buf *out)
{
    buf_byte(out, timing != NULL);
    if (!timing)
        return;
    const int64_t phases[PHASES] = {timing->phases.before_queue, timing->phases.in_queue,
                                    timing->phases.connect, timing->phases.transfer,
                                    timing->filter};
    when_save(timing->arrived, out);
    buf_byte(out, timing->has_phases);
    for (size_t i = 0; timing->has_phases && i < PHASES; i++)
        when_save(phases[i], out); /* spans are bounded as instants are */
}

static bool timing_load(struct trace *t, struct recipient *r, struct slice *in)
{
    bool there;
    if (!load_flag(in, &there))
        return false;
    if (!there)
        return true;
    struct timing *timing = timing_of(t, r);
    int64_t *phases[PHASES] = {&timing->phases.before_queue, &timing->phases.in_queue,
                               &timing->phases.connect, &timing->phases.transfer, &timing->filter};
    if (!when_load(in, &timing->arrived) || !load_flag(in, &timing->has_phases))
        return false;
    for (size_t i = 0; timing->has_phases && i < PHASES; i++)
        if (!when_load(in, phases[i]))
            return false;
    return true;
}

static void recipient_save(const struct message *m, const struct recipient *r, struct buf *out)
{
    buf_u64(out, r->hash);
    short_text_save(recipient_text(r), out);
    short_text_save(slice_of(r->reply, r->reply_n), out);
    if (m->timed)
        timing_save(r->timing, out);
    else
        when_save(r->started, out);
    when_save(r->ended, out);
    place_save(&r->place, out);
    const uint64_t numbers[] = {r->attempts, r->deferrals, r->code,        r->end,  r->reason,
                                r->channel,  r->declared,  r->null_sender, r->hand, r->original};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        buf_count(out, numbers[i]);
}

static bool recipient_load(struct trace *t, struct message *m, struct slice *in, uint32_t sources)
{
    static const uint64_t most[] = {UINT32_MAX,      UINT32_MAX,     UINT16_MAX, RECIPIENT_UNKNOWN,
                                    UNKNOWN_TOO_OLD, CHANNEL_REMOTE, 1,          1,
                                    HAND_ABROAD,     UINT32_MAX};
    uint64_t hash, n[sizeof most / sizeof most[0]];
    struct slice text, reply;
    struct place place;
    struct recipient times = {0};
    if (!load_u64(in, &hash) || !short_text_load(in, TEXT_MOST, &text) ||
        !short_text_load(in, TEXT_MOST, &reply) ||
        !(m->timed ? timing_load(t, &times, in) : when_load(in, &times.started)) ||
        !when_load(in, &times.ended) || !place_load(in, &place, sources))
        return false;
    for (size_t i = 0; i < sizeof most / sizeof most[0]; i++)
        if (!load_below(in, most[i], &n[i]))
            return false;
    if (recipient_find(m, hash, n[7] != 0))
        return false;
    struct recipient *r = recipient_add(t, m, hash, text, n[7] != 0);
    if (m->timed)
        r->timing = times.timing;
    else
        r->started = times.started;
    r->ended = times.ended;
    r->place = place;
    r->attempts = (uint32_t)n[0];
    r->deferrals = (uint32_t)n[1];
    recipient_reply(t, r, reply, (unsigned)n[2]);
    r->end = (uint8_t)n[3];
    r->reason = (uint8_t)n[4];
    r->channel = (uint8_t)n[5];
    r->declared = n[6] != 0;
    r->hand = (uint8_t)n[8];
    r->original = (uint32_t)n[9];
    m->recipients_open += r->declared && r->end == RECIPIENT_OPEN;
    return true;
}

static void flags_of(struct message *m, bool *flags[FLAGS])
{
    bool *all[FLAGS] = {&m->accepted,   &m->notice,  &m->estimated, &m->refused,
                        &m->has_sender, &m->crossed, &m->outside,   &m->timed};
    memcpy(flags, all, sizeof all);
}

void message_save(const struct message *saved, struct buf *out)
{
    struct message m = *saved;
    bool *flags[FLAGS];
    unsigned bits = 0;
    flags_of(&m, flags);
    for (unsigned i = 0; i < FLAGS; i++)
        bits |= (unsigned)*flags[i] << i;
    buf_u64(out, m.key);
    buf_byte(out, (char)bits);
    const uint64_t numbers[NUMBERS] = {
        m.auth,    m.verdict,     m.grade, m.size, m.uid, m.qp, m.timed ? 0 : m.parent_key,
        m.unnamed, m.unnamed_end, m.marks, m.end};
    for (size_t i = 0; i < NUMBERS; i++)
        buf_count(out, numbers[i]);
    const when times[] = {m.entry, m.printed, m.last, m.until, m.done};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        when_save(times[i], out);
    place_save(&m.place, out);
    for (unsigned i = 0; i < 6; i++)
        short_text_save(saved->texts ? message_text(saved, i) : (struct slice){0}, out);
    buf_count(out, m.recipients_count);
    for (const struct recipient *r = m.recipients; r; r = r->next)
        recipient_save(saved, r, out);
    if (saved->timed)
        claims_save(saved, out);
}

static bool message_fields_load(struct message *m, struct slice *in, uint32_t sources)
{
    uint64_t numbers[NUMBERS];
    static const uint64_t most[NUMBERS] = {VERDICT_TIMEOUT, VERDICT_TIMEOUT,    JOIN_EXACT,
                                           UINT64_MAX,      UINT32_MAX,         UINT64_MAX,
                                           UINT64_MAX,      UINT32_MAX,         RECIPIENT_UNKNOWN,
                                           UINT8_MAX,       MESSAGE_END_MISSING};
    when *times[] = {&m->entry, &m->printed, &m->last, &m->until, &m->done};
    bool *flags[FLAGS];
    if (!in->n)
        return false;
    flags_of(m, flags);
    for (unsigned i = 0; i < FLAGS; i++)
        *flags[i] = (unsigned char)in->p[0] >> i & 1;
    *in = slice_from(*in, 1);
    for (unsigned i = 0; i < NUMBERS; i++)
        if (!load_below(in, most[i], &numbers[i]))
            return false;
    m->auth = (uint8_t)numbers[0];
    m->verdict = (uint8_t)numbers[1];
    m->grade = (uint8_t)numbers[2];
    m->size = numbers[3];
    m->uid = (uint32_t)numbers[4];
    m->qp = numbers[5];
    if (!m->timed)
        m->parent_key = numbers[6];
    m->unnamed = (uint32_t)numbers[7];
    m->unnamed_end = (uint8_t)numbers[8];
    m->marks = (uint8_t)numbers[9];
    m->end = (uint8_t)numbers[10];
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if (!when_load(in, times[i]))
            return false;
    struct place place;
    if (!place_load(in, &place, sources))
        return false;
    message_place_set(m, &place);
    return true;
}

static bool message_load_into(struct trace *t, struct message *m, struct slice *in,
                              uint32_t sources)
{
    uint64_t count;
    struct slice texts[6];
    if (!message_fields_load(m, in, sources) ||
        m->timed != ((t->join->traits & TRAIT_QUEUE_ID) != 0)) {
        m->timed = false; /* whatever is freed now owns nothing */
        return false;
    }
    for (unsigned i = 0; i < 6; i++)
        if (!short_text_load(in, TEXT_MOST, &texts[i]))
            return false;
    message_texts(t, m, texts);
    if (!load_below(in, UINT32_MAX, &count))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!recipient_load(t, m, in, sources))
            return false;
    return !m->timed || claims_load(m, in);
}

struct message *message_load(struct trace *t, struct slice *in, uint32_t sources, bool open)
{
    static const struct event nothing = {.time = WHEN_NONE};
    uint64_t key;
    if (!load_u64(in, &key) || (open && !t->first && !keymap_get(&t->seen, key)))
        return NULL;
    struct message *m = open ? message_open(t, key, &nothing) : message_detached(t, key);
    if (message_load_into(t, m, in, sources))
        return m;
    if (!open)
        message_free(t, m);
    return NULL;
}

/* Sorted and as differences: a byte less of each key. */
void keys_save(const struct keymap *set, struct buf *out)
{
    uint64_t *keys = keymap_sorted(set);
    buf_count(out, set->count);
    for (size_t i = 0; i < set->count; i++)
        buf_count(out, keys[i] - (i ? keys[i - 1] : 0));
    free(keys);
}

bool keys_load(struct keymap *set, void *value, struct slice *in)
{
    uint64_t count, step, key = 0;
    if (!load_count(in, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (!load_count(in, &step) || (i && !step) || __builtin_add_overflow(key, step, &key))
            return false;
        keymap_put(set, key, value);
    }
    return true;
}

void trace_save(const struct trace *t, struct buf *out)
{
    when_save(t->now, out);
    when_save(t->began, out);
    buf_byte(out, t->unfit);
    keys_save(&t->seen, out);
    head_save(&t->head, out);
    buf_count(out, t->open_count);
    for (const struct message *m = t->oldest; m; m = m->newer)
        message_save(m, out);
    t->join->save(t, out);
}

static bool load_all(struct trace *t, struct slice *in, uint32_t sources)
{
    uint64_t count;
    if (!when_load(in, &t->now) || !when_load(in, &t->began) || !load_flag(in, &t->unfit) ||
        !keys_load(&t->seen, t, in) || (t->first && t->seen.count) ||
        !head_load(&t->head, in, sources) || (t->first && t->head.n) || !load_count(in, &count))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!message_load(t, in, sources, true))
            return false;
    return t->join->load(t, in, sources);
}

struct trace *trace_load(struct slice server, int64_t lifetime, bool first, struct slice *in,
                         uint32_t sources)
{
    struct trace *t = trace_new(server, lifetime, first);
    if (t && !load_all(t, in, sources)) {
        trace_free(t);
        return NULL;
    }
    return t;
}
