/* The join of E-Post: one log per question, tied by the message id.  inlog says who may end, outlocallog and outlog say
 * who was delivered, faillog who was given up, acceptlog by whom it came, senderlog which tries failed.
 *
 * Invariant: a recipient is the message's own only if inlog lists it and the line's sender is the message's; a null
 * sender on a mail that has one means the server made it (bounce, automatic reply, list copy), another address means
 * a copy (list member, forward).  Ids do not recur while a counter lives; a settled id stays as a tombstone until no
 * line of it can follow.  A message may meet its lines in any order (computers of a cluster differ by seconds).
 *
 * Facts: formats of the E-Post logs (receiver EPSTRS, delivery EPSTDS): retry, bounce and list copies keep the id.
 *
 *     <B0000097586@mx.example.jp> [20/Nov/2026:08:20:45] 192.0.2.10 mail.example.com alice@example.com tanaka@example.jp
 *     B0000097586@mx.example.jp sent on [20/Nov/2026:08:20:47] to  example.jp from alice@example.com to tanaka@example.jp */
#include "state.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"

#include <stdlib.h>

/* After the give-up time the mail is gone; its bounce and list lines may come a little later. */
#define MARGIN HOUR

struct id {
    uint64_t key, local; /* hashes of the base and of the localname, 0 = not said */
};

static struct id id_of(const struct event *e)
{
    size_t at = slice_chr(e->queue_id, '@');
    struct id id = {.key = slice_hash(slice_head(e->queue_id, at))};
    if (at + 1 < e->queue_id.n)
        id.local = address_hash(slice_from(e->queue_id, at + 1));
    return id;
}

static uint64_t local_of(const struct message *m)
{
    struct slice text = message_text(m, TEXT_ID);
    size_t at = slice_chr(text, '@');
    return at + 1 < text.n ? address_hash(slice_from(text, at + 1)) : 0;
}

static struct message *message_find(const struct trace *t, struct id id)
{
    struct message *m = keymap_get(&t->open, id.key);
    while (m && id.local && local_of(m) && local_of(m) != id.local)
        m = m->next;
    return m;
}

static struct message *message_of(struct trace *t, struct id id, const struct event *e)
{
    struct message *m = message_find(t, id);
    if (m) {
        message_touch(m, e);
        if (id.local && !local_of(m))
            message_id_set(m, e->queue_id);
        return m;
    }
    m = message_open(t, id.key, e);
    message_id_set(m, e->queue_id);
    return m;
}

/* Tombstones. */

static struct tomb *tomb_find(const struct trace *t, struct id id)
{
    struct tomb *b = keymap_get(&t->tombs, id.key);
    while (b && id.local && b->local && b->local != id.local)
        b = b->same;
    return b;
}

static void tomb_remove(struct trace *t)
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

static void tomb_add(struct trace *t, const struct message *m)
{
    struct tomb *b = mem_new(sizeof *b);
    b->room = TOMB_FEW;
    for (const struct recipient *r = m->recipients; r; r = r->next)
        tomb_push(b, tomb_hash(r->hash, r->null_sender));
    b->key = m->key;
    b->local = local_of(m);
    b->last = m->last;
    b->null_sender = message_text(m, TEXT_SENDER).n == 0;
    tomb_append(t, b);
}

/* A recipient of a settled id: a resend changes nothing, any other is a copy or the server's own mail, once each. */
static void tomb_line(struct trace *t, struct tomb *b, uint64_t hash, bool null_sender,
                      const struct event *e)
{
    uint64_t wanted = tomb_hash(hash, null_sender);
    const uint64_t *hashes = tomb_hashes(b);
    for (uint32_t i = 0; i < b->count; i++)
        if (hashes[i] == wanted)
            return;
    tomb_push(b, wanted);
    enum extra_kind kind = null_sender && !b->null_sender ? EXTRA_SERVER_MADE : EXTRA_DERIVED;
    extra_emit(t, kind, recipient_end_of(e->outcome), e->time);
}

/* Closing. */

/* What an accepted message's ledger holds beside its own recipients was told when it was met; what a message without
 * acceptance holds under the null sender was made by the server. */
static void strangers_emit(struct trace *t, const struct message *m)
{
    for (const struct recipient *r = m->recipients; r; r = r->next)
        if (!r->declared && r->null_sender)
            extra_emit(t, EXTRA_SERVER_MADE, (enum recipient_end)r->end, r->ended);
}

static bool any_recipient(const struct message *m, bool null_sender)
{
    for (const struct recipient *r = m->recipients; r; r = r->next)
        if (r->null_sender == null_sender)
            return true;
    return false;
}

static bool any_final(const struct message *m)
{
    for (const struct recipient *r = m->recipients; r; r = r->next)
        if (r->declared && r->end != RECIPIENT_OPEN)
            return true;
    return false;
}

/* Fold m in the class its lines prove: accepted, refused after DATA, begun before, or nothing but the server's own mail. */
static void close_as(struct trace *t, struct message *m, enum message_end end,
                     enum unknown_reason reason)
{
    if (m->accepted && m->refused && !any_final(m)) {
        extra_emit(t, EXTRA_REFUSED, RECIPIENT_UNKNOWN, m->last);
        m->outside = true;
    }
    if (!m->accepted) {
        strangers_emit(t, m);
        m->outside = !any_recipient(m, false);
    }
    message_close(t, m, end, reason);
}

static void settle(struct trace *t, struct message *m)
{
    if (!m->accepted || !message_settled(m))
        return;
    m->done = WHEN_NONE;
    for (const struct recipient *r = m->recipients; r; r = r->next)
        if (r->declared && (m->done == WHEN_NONE || r->ended > m->done))
            m->done = r->ended;
    tomb_add(t, m);
    message_close(t, m, MESSAGE_FINISHED, UNKNOWN_NONE);
}

/* Log time has passed: what can no longer end is closed, what can no longer be mentioned is forgotten. */
static void expire(struct trace *t)
{
    int64_t span = t->lifetime + MARGIN;
    while (t->oldest_tomb && t->oldest_tomb->last < t->now - span)
        tomb_remove(t);
    while (t->oldest && t->oldest->last < t->now - span - DAY)
        close_as(t, t->oldest, MESSAGE_END_MISSING, UNKNOWN_TOO_OLD);
}

/* Lines. */

static void entry_cap(struct message *m, when delivered)
{
    if (m->entry == WHEN_NONE || delivered == WHEN_NONE || delivered >= m->entry)
        return;
    m->entry = delivered > m->printed ? delivered : m->printed;
    m->estimated = m->entry != m->printed;
}

static when first_delivery(const struct message *m)
{
    when first = WHEN_NONE;
    for (const struct recipient *r = m->recipients; r; r = r->next)
        if (r->declared && r->ended != WHEN_NONE && (first == WHEN_NONE || r->ended < first))
            first = r->ended;
    return first;
}

/* Entries met before the acceptance line turn out to be the message's own, copies, or the server's mail. */
static void strangers_sort(struct trace *t, struct message *m, bool null_sender)
{
    for (struct recipient *r = m->recipients; r; r = r->next) {
        if (r->declared)
            continue;
        enum extra_kind kind = r->null_sender && !null_sender ? EXTRA_SERVER_MADE : EXTRA_DERIVED;
        extra_emit(t, kind, (enum recipient_end)r->end, r->ended);
    }
}

static void declare(struct trace *t, struct message *m, struct slice list, bool null_sender)
{
    while (list.n) {
        struct slice address = slice_word(&list, ' ');
        if (!address.n)
            continue;
        struct recipient *r = recipient_of(t, m, address, null_sender);
        if (r->declared)
            continue;
        r->declared = true;
        if (r->end == RECIPIENT_OPEN)
            m->recipients_open++;
    }
}

static void accept_line(struct trace *t, const struct event *e)
{
    struct id id = id_of(e);
    struct message *m = message_find(t, id);
    if (m && m->accepted) {
        close_as(t, m, MESSAGE_END_MISSING, UNKNOWN_END_MISSING); /* the counter began anew */
        m = NULL;
    }
    if (!m)
        m = message_open(t, id.key, e);
    bool null_sender = e->sender.n == 0;
    m->accepted = m->has_sender = true;
    m->entry = e->time;
    m->printed = e->printed;
    m->estimated = e->time != e->printed;
    message_place_set(m, &e->place);
    message_texts(m, (struct slice[6]){[TEXT_ID] = e->queue_id,
                                       [TEXT_SENDER] = e->sender,
                                       [TEXT_CLIENT] = e->client,
                                       [TEXT_HELO] = e->helo});
    m->grade = JOIN_EXACT;
    declare(t, m, e->recipients, null_sender);
    message_touch(m, e);
    strangers_sort(t, m, null_sender);
    entry_cap(m, first_delivery(m));
    settle(t, m);
}

static void attempt_tell(struct trace *t, const struct event *e, struct slice address,
                         const struct message *m)
{
    struct attempt a = {.outcome = e->outcome,
                        .time = e->time,
                        .started = WHEN_NONE,
                        .count = 1,
                        .recipient = address,
                        .message = m};
    attempt_emit(t, &a);
}

/* One recipient of an outlog, outlocallog or faillog line. */
static void outcome_of(struct trace *t, const struct event *e, struct slice address)
{
    bool null_sender = e->sender.n == 0;
    struct id id = id_of(e);
    struct message *m = message_find(t, id);
    struct tomb *b = m ? NULL : tomb_find(t, id);
    if (b) {
        attempt_tell(t, e, address, NULL);
        tomb_line(t, b, address_hash(address), null_sender, e);
        return;
    }
    m = message_of(t, id, e);
    uint32_t before = m->recipients_count;
    struct recipient *r = recipient_of(t, m, address, null_sender);
    bool fresh = m->recipients_count > before;
    if (r->channel == CHANNEL_NONE)
        r->channel = (uint8_t)e->channel;
    recipient_attempt(m, r, e);
    attempt_tell(t, e, address, m);
    if (fresh && m->accepted) {
        bool own_null = message_text(m, TEXT_SENDER).n == 0;
        extra_emit(t, null_sender && !own_null ? EXTRA_SERVER_MADE : EXTRA_DERIVED,
                   (enum recipient_end)r->end, e->time);
    }
    if (r->declared)
        entry_cap(m, e->time);
    settle(t, m);
}

static void outcome_line(struct trace *t, const struct event *e)
{
    if (e->recipient.n || !e->recipients.n) {
        outcome_of(t, e, e->recipient);
        return;
    }
    struct slice list = e->recipients;
    while (list.n) {
        struct slice address = slice_word(&list, ' ');
        if (address.n)
            outcome_of(t, e, address);
    }
}

/* senderlog: the session to a domain failed for now; it concerns whoever of that domain is still waiting. */
static void deferral_line(struct trace *t, const struct event *e)
{
    struct message *m = message_find(t, id_of(e));
    bool told = false;
    for (struct recipient *r = m && m->accepted ? m->recipients : NULL; r; r = r->next) {
        if (!r->declared || r->end != RECIPIENT_OPEN ||
            !slice_ieq(address_domain(recipient_text(r)), e->domain))
            continue;
        recipient_attempt(m, r, e);
        attempt_tell(t, e, recipient_text(r), m);
        told = true;
    }
    if (m)
        message_touch(m, e);
    if (!told)
        attempt_tell(t, e, (struct slice){0}, NULL);
}

/* acceptlog, second record: by whom the message came, and whether it was taken after all. */
static void session_line(struct trace *t, const struct event *e)
{
    struct id id = id_of(e);
    if (!message_find(t, id) && tomb_find(t, id))
        return;
    struct message *m = message_of(t, id, e);
    message_texts(m, (struct slice[6]){[TEXT_CLIENT] = e->client.n ? e->client : (struct slice){0},
                                       [TEXT_LOGIN] = e->login,
                                       [TEXT_METHOD] = e->auth_method});
    m->auth = (uint8_t)e->auth;
    m->verdict = (uint8_t)e->verdict;
    m->grade = JOIN_EXACT;
    m->refused = e->verdict == VERDICT_ABORTED || e->verdict == VERDICT_TIMEOUT;
}

static bool no_id(const struct event *e)
{
    struct slice base = slice_head(e->queue_id, slice_chr(e->queue_id, '@'));
    for (size_t i = 1; i < base.n; i++)
        if (base.p[i] != '0')
            return false;
    return true;
}

/* In a part that is not the first, only ids accepted in it are its own; all else may concern an earlier part. */
static bool part_owns(struct trace *t, const struct event *e)
{
    uint64_t key = id_of(e).key;
    if (e->kind == EVENT_ACCEPT)
        keymap_put(&t->seen, key, t);
    return keymap_get(&t->seen, key) != NULL;
}

void join_epost_event(struct trace *t, const struct event *e)
{
    if (no_id(e))
        return;
    if (!t->first && !part_owns(t, e)) {
        head_add(t, e);
        return;
    }
    if (e->kind == EVENT_ACCEPT)
        accept_line(t, e);
    else if (e->kind == EVENT_ATTEMPT && e->outcome == OUTCOME_DEFERRED)
        deferral_line(t, e);
    else if (e->kind == EVENT_ATTEMPT)
        outcome_line(t, e);
    else if (e->kind == EVENT_SESSION && e->verdict != VERDICT_NONE)
        session_line(t, e);
    expire(t);
}

/* Tombstones of the later part follow ours; their order of burial is the order of their last lines, nearly. */
void join_epost_adopt(struct trace *earlier, struct trace *later)
{
    open_adopt(earlier, later);
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

void join_epost_close(struct trace *t, struct message *m, enum message_end end,
                      enum unknown_reason reason)
{
    close_as(t, m, end, reason);
}

void join_epost_release(struct trace *t)
{
    while (t->oldest_tomb)
        tomb_remove(t);
    keymap_fini(&t->tombs);
}

void join_epost_save(const struct trace *t, struct buf *out)
{
    buf_count(out, t->tomb_count);
    for (struct tomb *b = t->oldest_tomb; b; b = b->newer) {
        const uint64_t *hashes = tomb_hashes(b);
        buf_u64(out, b->key);
        buf_u64(out, b->local);
        when_save(b->last, out);
        buf_byte(out, b->null_sender);
        buf_count(out, b->count);
        for (uint32_t i = 0; i < b->count; i++)
            buf_u64(out, hashes[i]);
    }
}

static bool tomb_fields_load(struct tomb *b, struct slice *in)
{
    uint64_t count, hash;
    if (!load_u64(in, &b->key) || !load_u64(in, &b->local) || !when_load(in, &b->last) ||
        !load_flag(in, &b->null_sender) || !load_below(in, in->n / 8, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (!load_u64(in, &hash))
            return false;
        tomb_push(b, hash);
    }
    return true;
}

bool join_epost_load(struct trace *t, struct slice *in)
{
    uint64_t count;
    if (!load_count(in, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        struct tomb *b = mem_new(sizeof *b);
        b->room = TOMB_FEW;
        bool sound = tomb_fields_load(b, in);
        tomb_append(t, b);
        if (!sound)
            return false;
    }
    return true;
}
