/* The join of servers whose lines carry the queue id: Postfix, Sendmail, Exim.  Who is who is plain; what takes care is
 * where a message ends, for ids are used again (a Postfix id is a microsecond and an inode) and lines of several
 * processes overtake each other.
 *
 * Invariant (the law, see trace.h): what a line does to its id depends on that id's lines, on the greatest stamp since
 * its end, and on how many lines passed; all three are the same however the log was cut.  So an event kept in the head
 * of a part carries, in fields that no dialect of these servers fills, what passed since the head's event before it:
 * the greatest stamp in `printed`, the number of lines + 1 in `qp`.  A line that concerns two ids becomes two events,
 * each marked `mangled`, so that it is not split again; the other's is marked `probe` as long as it is not known in which
 * of several instances it is (see instances.h).
 *
 * Facts: Postfix 3.x smtpd, cleanup, qmgr (log_adhoc.c; nrcpt= counts what cleanup made of the recipients, so what
 * local(8) adds are copies; a bounce has no client= line; `removed` may be written before the last `to=`).  Sendmail
 * writes `to=` before `from=` at times and tells no end below LogLevel 10; Exim writes `>>` before `<=`, and `(final)
 * <original>` of an alias.
 *
 *     4F2C1A0B12: client=client.example.net[192.0.2.10]
 *     4F2C1A0B12: from=<alice@example.com>, size=2048, nrcpt=1 (queue active)
 *     4F2C1A0B12: to=<bob@example.org>, relay=mx.example.org[198.51.100.9]:25, delay=1.2, ..., status=sent (250 Ok)
 *     4F2C1A0B12: removed */
#include "chains.h"
#include "instances.h"
#include "peers.h"
#include "waiting.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"

#include <stdlib.h>

/* Of log time: late lines of an ended message; `removed` after the last outcome (a restarted queue manager finds out
 * minutes later); a message announced that no queue manager ever saw. */
#define LINGER (60 * SECOND)
#define LINGER_SETTLED HOUR
#define LINGER_ANNOUNCED DAY
/* A message of whose id nothing was said for its lifetime and this long is gone. */
#define MARGIN DAY
/* An acceptance is looked for among so many lines after those that need it (TRAIT_EARLY). */
enum { EARLY_LINES = 512 };

enum {
    MARK_OPENED = 1,  /* its beginning was seen */
    MARK_CLIENT = 2,  /* ... in a line that says who gave it to us */
    MARK_ENDED = 4,   /* its end line was seen */
    MARK_COUNTED = 8, /* the server declared how many recipients there are */
    MARK_PROBE = 16,  /* an address verification: no mail */
    MARK_COPY = 32,   /* a forward's: its recipients are derived */
    MARK_CHILD = 64,  /* a line told whose bounce, notice or forward it is */
    /* It lies on hold.  No queue manager looks at it there, so neither a day without its word nor the lifetime says that it
     * is gone; and as its file keeps its id from being used again, the next line is its own however late it comes. */
    MARK_HELD = 128
};

static bool has(const struct trace *t, unsigned trait)
{
    return (t->join->traits & trait) != 0;
}

static uint64_t key_of(struct slice id, struct slice session)
{
    return instance_key(slice_hash(id), instance_of(session));
}

static bool announced_only(const struct message *m)
{
    return (m->marks & MARK_OPENED) && !m->accepted;
}

bool join_queue_id_held(const struct message *m)
{
    return (m->marks & MARK_HELD) != 0;
}

bool join_queue_id_taken(const struct message *m)
{
    return (m->marks & MARK_CLIENT) != 0;
}

/* Closing. */

static void copies_emit(struct trace *t, const struct message *m)
{
    bool all = (m->marks & MARK_COPY) != 0;
    for (const struct recipient *r = m->recipients; r; r = r->next)
        if (all || !r->declared)
            extra_emit(t, EXTRA_DERIVED, (enum recipient_end)r->end, m->last);
    for (uint32_t i = 0; all && i < m->unnamed && i < UINT16_MAX; i++)
        extra_emit(t, EXTRA_DERIVED, (enum recipient_end)m->unnamed_end, m->last);
}

/* What the end line or a give-up says of recipients that no line ended. */
static void fate_apply(struct message *m, when time, const struct place *place)
{
    for (struct recipient *r = m->recipients; r; r = r->next) {
        if (r->end != RECIPIENT_OPEN)
            continue;
        r->end = m->unnamed_end;
        r->ended = time;
        if (place)
            r->place = *place;
        m->recipients_open -= r->declared;
    }
}

void join_queue_id_close(struct trace *t, struct message *m, enum message_end end,
                         enum unknown_reason reason)
{
    bool coming_in = end == MESSAGE_QUEUED && t->now < m->last + HOUR; /* at the end of all */
    waiting_take(t, m);
    if (m->unnamed_end != RECIPIENT_OPEN)
        fate_apply(m, m->done != WHEN_NONE ? m->done : m->last, NULL);
    if ((m->marks & MARK_ENDED) || message_settled(m)) {
        end = MESSAGE_FINISHED;
        reason = UNKNOWN_END_MISSING;
    }
    if (announced_only(m) && (m->marks & MARK_CLIENT) && !coming_in)
        m->refused = true;
    if (m->refused && !has(t, TRAIT_MANAGER) && !m->recipients)
        m->accepted = false; /* its line of arrival is written before the verdict on its text */
    message_settle(m, end, reason);
    message_detach(t, m);
    instance_left(t, m);
    if (m->claims)
        hop_keep(t, m);
    else
        hop_fold(t, m);
}

void hop_fold(struct trace *t, struct message *m)
{
    if (announced_only(m)) {
        m->outside = true;
        if (m->refused)
            extra_emit(t, EXTRA_REFUSED, RECIPIENT_UNKNOWN, m->last);
    }
    m->outside = m->outside || (m->marks & (MARK_PROBE | MARK_COPY)) != 0;
    if (m->accepted && !(m->marks & MARK_PROBE))
        copies_emit(t, m);
    if (m->accepted && m->notice && !m->outside)
        notice_emit(t, m->entry);
    message_tell(t, m);
    message_free(t, m);
}

static void close_lost(struct trace *t, struct message *m)
{
    join_queue_id_close(t, m, MESSAGE_END_MISSING, UNKNOWN_END_MISSING);
}

static void close_due(struct trace *t, when clock)
{
    struct message *m;
    while ((m = waiting_due(t, clock)))
        close_lost(t, m);
}

/* Messages. */

static struct message *message_begin(struct trace *t, uint64_t key, const struct event *e)
{
    struct message *m = message_open(t, key, e);
    m->waiting_at = m->declared = 0;
    m->timed = true;
    message_id_set(t, m, e->queue_id);
    return m;
}

/* The beginning of a message; what needs the queue manager's word waits for it. */
static struct message *message_announce(struct trace *t, uint64_t key, const struct event *e)
{
    struct message *m = message_begin(t, key, e);
    m->marks = MARK_OPENED;
    m->entry = e->time;
    if (!has(t, TRAIT_MANAGER))
        m->accepted = true;
    else if (e->time != WHEN_NONE)
        waiting_put(t, m, e->time + LINGER_ANNOUNCED);
    return m;
}

/* The message a line of a delivery or of the queue manager is about: it is in the queue. */
static struct message *message_queued(struct trace *t, struct message *m, uint64_t key,
                                      const struct event *e)
{
    if (!m)
        m = message_begin(t, key, e);
    if (announced_only(m)) {
        m->accepted = true;
        waiting_take(t, m);
    }
    return m;
}

static void forget(struct trace *t, struct message *m)
{
    recipients_forget(t, m);
    m->declared = 0;
}

/* The queue manager has it: it is on hold no more.  Who it is for until now only a line of the hold told, by the address
 * before aliases; from here on those count that deliveries name. */
static void manager_takes(struct trace *t, struct message *m)
{
    m->marks &= (uint8_t)~MARK_HELD;
    if (!has(t, TRAIT_MANAGER) || (m->marks & MARK_COUNTED) || !m->recipients)
        return;
    for (const struct recipient *r = m->recipients; r; r = r->next)
        if (r->attempts || r->end != RECIPIENT_OPEN)
            return;
    forget(t, m);
}

static void touch(struct trace *t, struct message *m, const struct event *e)
{
    message_touch(m, e);
    if (has(t, TRAIT_EARLY))
        m->line = t->lines;
}

/* The host of ours that a name means, if it is another than this one. */
static const struct slice *abroad(const struct trace *t, struct slice name)
{
    const struct slice *peer = peer_find(t->peers, name);
    return peer && !slice_eq(*peer, t->own) ? peer : NULL;
}

/* Does this delivery hand the message on to another queue of ours, here (see route_both) or on another host? */
static uint8_t hand_of(const struct trace *t, const struct event *e)
{
    if (e->link != LINK_REINJECT || e->outcome != OUTCOME_SENT)
        return HAND_NONE;
    return e->mangled ? HAND_ON : abroad(t, e->relay) ? HAND_ABROAD : HAND_NONE;
}

/* Recipients. */

static struct recipient *recipient_new(struct trace *t, struct message *m, uint64_t hash,
                                       struct slice address)
{
    struct recipient *r = recipient_add(t, m, hash, address, false);
    r->declared = !(m->marks & MARK_COUNTED) || m->unnamed;
    if (m->unnamed)
        m->unnamed--;
    m->declared += r->declared;
    m->recipients_open += r->declared;
    return r;
}

static struct recipient *recipient_named(struct trace *t, struct message *m, struct slice address)
{
    uint64_t hash = address_hash(address);
    struct recipient *r = recipient_find(m, hash, false);
    return r ? r : recipient_new(t, m, hash, address);
}

/* Postfix takes two addresses that aliases make one for two recipients, and names them `to=<bob>` and `to=<bob>,
 * orig_to=<info>` in every line: they are two as long as there are some that no line named. */
static struct recipient *recipient_aliased(struct trace *t, struct message *m, struct slice address,
                                           struct slice original)
{
    uint64_t hash = address_hash(address);
    uint32_t before = original.n ? (uint32_t)address_hash(original) | 1 : 0;
    uint64_t both = (hash ^ UINT64_C(0x9e3779b97f4a7c15)) * 31 + before;
    struct recipient *r = recipient_find(m, hash, false);
    if (r && r->original != before) {
        struct recipient *other = recipient_find(m, both, false);
        if (other || !(m->marks & MARK_COUNTED) || !m->unnamed)
            return other ? other : r;
        r = NULL;
        hash = both;
    }
    if (r)
        return r;
    r = recipient_new(t, m, hash, address);
    r->original = before;
    return r;
}

/* A final address after another one of the same original ended it: a copy. */
static struct recipient *recipient_copy(struct trace *t, struct message *m, struct slice address)
{
    uint64_t hash = address_hash(address);
    struct recipient *r = recipient_find(m, hash, false);
    return r ? r : recipient_add(t, m, hash, address, false);
}

static struct recipient *recipient_tried(struct trace *t, struct message *m, const struct event *e,
                                         struct slice address)
{
    if (has(t, TRAIT_MANAGER))
        return recipient_aliased(t, m, address, e->orig_recipient);
    if (!has(t, TRAIT_ORIGINAL) || !e->orig_recipient.n)
        return recipient_named(t, m, address);
    struct recipient *r = recipient_named(t, m, e->orig_recipient);
    return r->end == RECIPIENT_OPEN || address_eq(e->orig_recipient, address)
               ? r
               : recipient_copy(t, m, address);
}

/* The server says how many there are; the first so many named are those, the rest copies. */
static void recipients_count(struct message *m, uint64_t declared)
{
    uint64_t left = declared < UINT32_MAX ? declared : UINT32_MAX;
    if (!declared)
        return;
    if ((m->marks & MARK_COUNTED) && left <= (uint64_t)m->unnamed + m->declared)
        return; /* repeated on each retry */
    m->marks |= MARK_COUNTED;
    m->recipients_open = m->declared = 0;
    for (struct recipient *r = m->recipients; r; r = r->next) {
        r->declared = left > 0;
        left -= r->declared;
        m->declared += r->declared;
        m->recipients_open += r->declared && r->end == RECIPIENT_OPEN;
    }
    m->unnamed = (uint32_t)left;
}

static void timing_note(struct trace *t, struct message *m, struct recipient *r,
                        const struct event *e)
{
    when arrived = WHEN_NONE;
    if (e->has_delay && e->time != WHEN_NONE &&
        !__builtin_sub_overflow(e->time, e->delay, &arrived) && m->printed == WHEN_NONE)
        m->printed = arrived;
    if (r->end == RECIPIENT_OPEN || (!e->has_delay && !e->has_phases))
        return;
    struct timing *told = timing_of(t, r);
    told->arrived = arrived;
    told->has_phases = e->has_phases;
    told->phases = e->phases;
}

static void recipient_tell(struct trace *t, struct message *m, const struct event *e,
                           struct slice address, uint8_t hand)
{
    struct recipient *r = recipient_tried(t, m, e, address);
    bool open = r->end == RECIPIENT_OPEN;
    if (r->channel == CHANNEL_NONE)
        r->channel = (uint8_t)e->channel;
    recipient_attempt(t, m, r, e);
    if (open)
        timing_note(t, m, r, e);
    if (hand != HAND_NONE) {
        r->attempts--; /* what the next hop does is the attempt */
        if (open)
            r->hand = hand;
        return;
    }
    if (e->outcome == OUTCOME_DISCARDED) {
        r->attempts--; /* thrown away, by rule: it was tried at nobody */
        return;
    }
    struct attempt a = {.outcome = e->outcome,
                        .time = e->time,
                        .started = WHEN_NONE,
                        .count = 1,
                        .recipient = recipient_text(r),
                        .message = m};
    attempt_emit(t, &a);
}

/* The next address of a list by commas or blanks, without its brackets; within quotes both are part of one. */
static struct slice address_next(struct slice *list)
{
    bool quoted = false;
    size_t n = 0;
    while (n < list->n && (quoted || (list->p[n] != ',' && list->p[n] != ' '))) {
        if (quoted && list->p[n] == '\\' && n + 1 < list->n)
            n++;
        else if (list->p[n] == '"')
            quoted = !quoted;
        n++;
    }
    struct slice address = slice_head(*list, n);
    *list = slice_from(*list, n < list->n ? n + 1 : n);
    if (address.n >= 2 && address.p[0] == '<' && address.p[address.n - 1] == '>')
        address = slice_of(address.p + 1, address.n - 2);
    return address;
}

/* All ended, where it is known how many there are: what follows are late lines. */
static void settle(struct trace *t, struct message *m)
{
    if (!has(t, TRAIT_ENDS) && (m->marks & MARK_COUNTED) && !(m->marks & MARK_ENDED) &&
        !m->waiting_at && message_settled(m) && m->last != WHEN_NONE)
        waiting_put(t, m, m->last + LINGER_SETTLED);
}

/* Lines. */

/* May the acceptance line be that of m, whose other lines came first? */
static bool early(const struct trace *t, const struct message *m)
{
    return has(t, TRAIT_EARLY) && !(m->marks & MARK_CLIENT) && m->line + EARLY_LINES >= t->lines;
}

static void accept_line(struct trace *t, struct message *m, uint64_t key, const struct event *e)
{
    if (m && !early(t, m)) {
        close_lost(t, m);
        m = NULL;
    }
    if (!m)
        m = message_announce(t, key, e);
    if (has(t, TRAIT_MANAGER))
        instance_took(t, e);
    m->accepted = m->accepted || !has(t, TRAIT_MANAGER);
    m->marks |= MARK_OPENED | MARK_CLIENT;
    m->entry = e->time;
    message_place_set(m, &e->place);
    message_texts(t, m,
                  (struct slice[6]){[TEXT_SENDER] = e->sender,
                                    [TEXT_CLIENT] = e->client,
                                    [TEXT_HELO] = e->helo,
                                    [TEXT_LOGIN] = e->login,
                                    [TEXT_METHOD] = e->auth_method});
    m->has_sender = e->has_sender;
    m->auth = (uint8_t)e->auth;
    m->grade = (uint8_t)e->client_grade;
    m->size = e->size;
    if (e->has_uid)
        m->uid = (uint32_t)e->uid;
    m->notice = m->notice || e->link == LINK_BOUNCE;
    const struct slice *from = abroad(t, e->client_name);
    if (e->mangled)
        claim_add(m, edge_of(&e->place), false);
    else if (from)
        claim_add_abroad(m, e, false, slice_hash(e->queue_id), slice_ihash(*from));
    struct slice list = e->recipients;
    while (list.n) {
        struct slice address = address_next(&list);
        if (address.n)
            recipient_named(t, m, address);
    }
    recipients_count(m, e->recipients.n ? m->recipients_count : e->declared_recipients);
    touch(t, m, e);
    settle(t, m);
}

static void message_id_line(struct trace *t, struct message *m, uint64_t key, const struct event *e)
{
    uint64_t hash = slice_hash(e->message_id);
    bool over = m && ((m->marks & MARK_ENDED) || (announced_only(m) && m->refused));
    if (over && m->message_id != hash) {
        close_lost(t, m);
        m = NULL;
    }
    if (!m)
        m = message_announce(t, key, e);
    touch(t, m, e);
    if (!m->message_id && has(t, TRAIT_MANAGER))
        m->message_id = hash;
    if (m->marks & MARK_HELD)
        message_queued(t, m, key, e);
}

/* An access rule holds a message whose text is yet to come: its Message-ID shows that it came. */
static void hold_line(struct trace *t, struct message *m, uint64_t key, const struct event *e)
{
    if (m && (m->marks & MARK_ENDED)) {
        close_lost(t, m);
        m = NULL;
    }
    if (e->verdict == VERDICT_OK || (m && m->message_id))
        m = message_queued(t, m, key, e);
    if (!m)
        return;
    touch(t, m, e);
    m->marks = e->final ? m->marks & (uint8_t)~MARK_HELD : m->marks | MARK_HELD;
    if (e->recipient.n && !(m->marks & MARK_COUNTED))
        recipient_named(t, m, e->recipient);
}

/* Another rule, or the client's absence, may undo a hold as long as the message comes in. */
static void refusal_line(struct trace *t, struct message *m, const struct event *e)
{
    if (!m)
        return;
    touch(t, m, e);
    if (e->kind != EVENT_REJECT && e->verdict == VERDICT_OK)
        return;
    m->refused = true;
    if ((m->marks & MARK_OPENED) && (m->marks & MARK_HELD) && !(m->marks & MARK_COUNTED)) {
        m->marks &= (uint8_t)~MARK_HELD;
        m->accepted = false;
        forget(t, m);
        if (e->time != WHEN_NONE)
            waiting_put(t, m, e->time + LINGER_ANNOUNCED);
    }
    if (e->kind == EVENT_REJECT && !has(t, TRAIT_MANAGER) && !m->waiting_at && m->last != WHEN_NONE)
        waiting_put(t, m, m->last + LINGER_SETTLED);
}

/* Deliveries follow; at a retry the message is cold, and so is its recipient: both cache lines of it are fetched. */
static void recipients_await(const struct message *m)
{
    if (m->recipients) {
        __builtin_prefetch(m->recipients, 1);
        __builtin_prefetch((const char *)m->recipients + 64, 1);
    }
}

static void envelope_line(struct trace *t, struct message *m, uint64_t key, const struct event *e)
{
    if (m && (m->marks & MARK_ENDED)) {
        close_lost(t, m); /* the beginning of the id's next message was lost */
        m = NULL;
    }
    m = message_queued(t, m, key, e);
    manager_takes(t, m);
    message_sender_set(t, m, e->queue_id, e->sender);
    m->has_sender = m->has_sender || e->has_sender;
    m->size = e->size;
    recipients_count(m, e->declared_recipients);
    touch(t, m, e);
    settle(t, m);
    recipients_await(m);
}

static void attempt_line(struct trace *t, struct message *m, uint64_t key, const struct event *e)
{
    m = message_queued(t, m, key, e);
    manager_takes(t, m);
    touch(t, m, e);
    if (e->probe) {
        m->marks |= MARK_PROBE;
        return;
    }
    uint8_t hand = hand_of(t, e);
    if (hand == HAND_ON)
        claim_add(m, edge_of(&e->place), true);
    else if (hand == HAND_ABROAD)
        claim_add_abroad(m, e, true, slice_hash(e->link_id), slice_ihash(*abroad(t, e->relay)));
    struct slice list = e->recipients;
    if (e->recipient.n || !list.n)
        recipient_tell(t, m, e, e->recipient, hand);
    while (!e->recipient.n && list.n) {
        struct slice address = address_next(&list);
        if (address.n)
            recipient_tell(t, m, e, address, hand);
    }
    settle(t, m);
}

/* One recipient, or all that are open. */
static void give_up_line(struct trace *t, struct message *m, uint64_t key, const struct event *e)
{
    m = message_queued(t, m, key, e);
    touch(t, m, e);
    if (e->recipient.n) {
        struct recipient *r = recipient_tried(t, m, e, e->recipient);
        recipient_attempt(t, m, r, e);
        r->attempts--; /* nothing was tried */
        settle(t, m);
        return;
    }
    m->unnamed_end = (uint8_t)recipient_end_of(e->outcome);
    if (m->unnamed_end != RECIPIENT_OPEN)
        fate_apply(m, e->time, &e->place);
    settle(t, m);
}

static void end_note(struct trace *t, struct message *m, const struct event *e)
{
    if (m->marks & MARK_ENDED)
        return;
    m->marks |= MARK_ENDED;
    m->done = e->time;
    if (m->unnamed_end == RECIPIENT_OPEN)
        m->unnamed_end = (uint8_t)recipient_end_of(e->outcome);
    if (m->last != WHEN_NONE)
        waiting_put(t, m, m->last + LINGER);
}

static void done_line(struct trace *t, struct message *m, uint64_t key, const struct event *e)
{
    m = message_queued(t, m, key, e);
    touch(t, m, e);
    end_note(t, m, e);
}

/* The child's side of a link: a bounce, notice or forward enters the queue, or entered it a moment ago. */
static void child_line(struct trace *t, struct message *m, uint64_t key, const struct event *e)
{
    if (m && ((m->marks & MARK_CLIENT) || ((m->marks & MARK_ENDED) && (m->marks & MARK_CHILD)))) {
        close_lost(t, m);
        m = NULL;
    }
    if (!m)
        m = message_announce(t, key, e);
    touch(t, m, e);
    m->marks |= MARK_CHILD;
    if (e->link == LINK_FORWARD)
        m->marks |= MARK_COPY;
    else
        m->notice = true;
}

/* The message came from another queue of ours; if no line shows that it arrived, it is waited for. */
static void came_line(struct trace *t, struct message *m, uint64_t key, const struct event *e)
{
    if (!m) {
        m = message_announce(t, key, e);
        m->accepted = false;
        if (e->time != WHEN_NONE)
            waiting_put(t, m, e->time + LINGER_ANNOUNCED);
    }
    touch(t, m, e);
    claim_add(m, edge_of(&e->place), false);
}

/* The message goes on under another id: told by the line that accepts it there.  A new name takes all that is open. */
static void gave_line(struct trace *t, struct message *m, uint64_t key, const struct event *e)
{
    if (!m && e->link != LINK_RENAME) {
        edge_orphan(t, edge_of(&e->place));
        return;
    }
    m = message_queued(t, m, key, e);
    touch(t, m, e);
    claim_add(m, edge_of(&e->place), true);
    if (e->link != LINK_RENAME)
        return;
    for (struct recipient *r = m->recipients; r; r = r->next) {
        if (r->end != RECIPIENT_OPEN)
            continue;
        r->end = RECIPIENT_DELIVERED;
        r->hand = HAND_ON;
        r->ended = e->time;
        r->place = e->place;
        m->recipients_open -= r->declared;
    }
    end_note(t, m, e);
}

static void link_line(struct trace *t, struct message *m, uint64_t key, const struct event *e)
{
    if (!e->link_id.n)
        touch(t, message_queued(t, m, key, e), e);
    else if (e->final)
        gave_line(t, m, key, e);
    else if (e->link == LINK_REINJECT || e->link == LINK_RENAME)
        came_line(t, m, key, e);
    else
        child_line(t, m, key, e);
}

static bool stale(const struct trace *t, const struct message *m, when time)
{
    return !(m->marks & (MARK_ENDED | MARK_HELD)) && m->last != WHEN_NONE && time != WHEN_NONE &&
           time > m->last + t->lifetime + MARGIN;
}

static void apply(struct trace *t, uint64_t key, struct message *m, const struct event *e)
{
    if (m && stale(t, m, e->time)) {
        join_queue_id_close(t, m, MESSAGE_END_MISSING, UNKNOWN_TOO_OLD);
        m = NULL;
    }
    switch (e->kind) {
    case EVENT_ACCEPT:
        accept_line(t, m, key, e);
        break;
    case EVENT_MESSAGE_ID:
        message_id_line(t, m, key, e);
        break;
    case EVENT_ENVELOPE:
        envelope_line(t, m, key, e);
        break;
    case EVENT_ATTEMPT:
        attempt_line(t, m, key, e);
        break;
    case EVENT_GIVE_UP:
        give_up_line(t, m, key, e);
        break;
    case EVENT_LINK:
        link_line(t, m, key, e);
        break;
    case EVENT_DONE:
        done_line(t, m, key, e);
        break;
    case EVENT_HOLD:
        hold_line(t, m, key, e);
        break;
    case EVENT_REJECT:
    case EVENT_SESSION:
        refusal_line(t, m, e);
        break;
    case EVENT_NONE:
    case EVENT_START:
    case EVENT_LOGIN:
    case EVENT_SERVICE:
    case EVENT_LOAD:
        break;
    }
}

/* Parts. */

/* Could a line before this part, or one in its head, be of the message accepted here? */
static bool may_be_early(const struct trace *t, uint64_t key)
{
    const void *line = keymap_get(&t->strangers, key);
    return has(t, TRAIT_EARLY) &&
           (t->lines <= EARLY_LINES || (line && (uintptr_t)line + EARLY_LINES >= t->lines));
}

static bool part_owns(struct trace *t, uint64_t key, const struct event *e)
{
    if (t->first || keymap_get(&t->seen, key))
        return true;
    if (e->kind != EVENT_ACCEPT || may_be_early(t, key))
        return false;
    keymap_put(&t->seen, key, t);
    if (has(t, TRAIT_MANAGER))
        instance_seen(t, e);
    return true;
}

static void head_keep(struct trace *t, uint64_t key, const struct event *e)
{
    struct event kept;
    event_copy(&kept, e);
    kept.printed = t->head_clock;
    kept.qp = t->head_lines + 1;
    trace_keep(t, &kept);
    t->head_clock = WHEN_NONE;
    t->head_lines = 0;
    if (has(t, TRAIT_EARLY) && t->lines)
        keymap_put(&t->strangers, key, (void *)(uintptr_t)t->lines);
}

static void route(struct trace *t, uint64_t key, const struct event *e)
{
    struct message *m = keymap_get(&t->open, key);
    if (m || part_owns(t, key, e)) /* what is open here was accepted here */
        apply(t, key, m, e);
    else
        head_keep(t, key, e);
}

/* Is it in the queue, or was its text seen?  A service may have a name of its own within an instance (master.cf: -o
 * syslog_name=), by which nothing but its lines of acceptance goes. */
static bool holds(const struct message *m)
{
    return m && (m->accepted || m->message_id);
}

/* Of a hand-over, as an event of the other id: that of the instance which holds it, else of the line's own. */
static void route_anywhere(struct trace *t, uint64_t key, struct event *e)
{
    instance_note(t, instance_of(e->session));
    struct message *m = instance_holder(t, e->queue_id);
    if (holds(m)) {
        apply(t, m->key, m, e);
        return;
    }
    e->probe = !instance_known(t, e->queue_id);
    route(t, key, e);
}

/* The same, out of the head of a part that could not know. */
static void route_anywhere_again(struct trace *t, uint64_t key, const struct event *e)
{
    struct event kept;
    event_copy(&kept, e);
    route_anywhere(t, key, &kept);
}

static void passed(struct trace *t, uint64_t lines, when clock)
{
    t->lines += lines;
    if (!t->first) {
        t->head_lines += lines;
        if (clock > t->head_clock)
            t->head_clock = clock;
    }
    close_due(t, clock);
}

/* Was it given to this host itself: over loopback, a socket, or by its name? */
static bool given_here(const struct trace *t, const struct event *e)
{
    if (e->relay_ip.n ? address_loopback(e->relay_ip) : slice_chr(e->relay, '/') < e->relay.n)
        return true;
    const struct slice *peer = peer_find(t->peers, e->relay);
    return peer && slice_eq(*peer, t->own);
}

static bool concerns_two(const struct trace *t, const struct event *e)
{
    if (!e->link_id.n || e->mangled)
        return false;
    if (e->kind == EVENT_ATTEMPT)
        return e->link == LINK_FORWARD ||
               (e->link == LINK_REINJECT && e->outcome == OUTCOME_SENT && given_here(t, e));
    if (e->kind == EVENT_ACCEPT)
        return e->link == LINK_RENAME || (e->link == LINK_REINJECT && address_loopback(e->client));
    return e->kind == EVENT_LINK || e->kind == EVENT_GIVE_UP;
}

/* The line as an event of each of its two ids. */
static void route_both(struct trace *t, uint64_t key, const struct event *e)
{
    struct event own;
    event_copy(&own, e);
    bool keep = e->link == LINK_REINJECT || e->link == LINK_RENAME;
    own.mangled = true;
    if (keep && e->kind == EVENT_LINK) {
        own.final = true; /* it is the one before */
    } else if (!keep) {
        own.link = LINK_NONE;
        own.link_id = (struct slice){0};
    }
    route(t, key, &own);
    struct event other = {.kind = EVENT_LINK,
                          .time = e->time,
                          .printed = e->time,
                          .place = e->place,
                          .queue_id = e->link_id,
                          .session = e->session,
                          .link_id = e->queue_id,
                          .link = e->link,
                          .final = e->kind == EVENT_ACCEPT,
                          .mangled = true};
    uint64_t other_key = key_of(other.queue_id, other.session);
    if (e->link == LINK_REINJECT && has(t, TRAIT_MANAGER))
        route_anywhere(t, other_key, &other);
    else
        route(t, other_key, &other);
}

void join_queue_id_event(struct trace *t, const struct event *e)
{
    uint64_t key = e->queue_id.n ? key_of(e->queue_id, e->session) : 0;
    keymap_await(&t->open, key);
    if (!t->first && e->kind == EVENT_ACCEPT)
        keymap_await(&t->seen, key);
    passed(t, e->qp ? e->qp - 1 : 1, e->printed > e->time ? e->printed : e->time);
    if (!e->queue_id.n)
        return;
    if (concerns_two(t, e))
        route_both(t, key, e);
    else if (e->kind == EVENT_LINK && e->probe)
        route_anywhere_again(t, key, e);
    else if (e->kind != EVENT_NONE && e->kind < EVENT_LOGIN)
        route(t, key, e);
    else if (e->kind == EVENT_SESSION && e->verdict != VERDICT_NONE)
        route(t, key, e);
}

/* m came from another trace: what this one alone keeps of it. */
static void go_on(struct trace *t, struct message *m)
{
    m->waiting_at = m->declared = 0;
    for (const struct recipient *r = m->recipients; r; r = r->next)
        m->declared += r->declared;
    if (m->until != WHEN_NONE)
        waiting_put(t, m, m->until);
}

void join_queue_id_adopt(struct trace *earlier, struct trace *later)
{
    size_t count = later->open_count;
    passed(earlier, later->head_lines, later->head_clock);
    instances_meet(earlier, later);
    open_adopt(earlier, later);
    instances_adopt(earlier, later);
    for (struct message *m = earlier->newest; m && count; m = m->older, count--) {
        if (has(earlier, TRAIT_EARLY))
            m->line += earlier->lines - later->lines;
        go_on(earlier, m);
    }
    later->waiting_count = 0;
    chains_adopt(earlier, later);
}

void join_queue_id_release(struct trace *t)
{
    free(t->waiting);
    keymap_fini(&t->strangers);
    keymap_fini(&t->takers);
    chains_release(t);
}

void join_queue_id_save(const struct trace *t, struct buf *out)
{
    when_save(t->head_clock, out);
    buf_count(out, t->lines);
    buf_count(out, t->head_lines);
    instances_save(t, out);
    chains_save(t, out);
}

/* Which lines of the head are how long ago. */
static void strangers_find(struct trace *t)
{
    struct head_reader head = head_read(&t->head, 0);
    struct event e;
    when now;
    uint64_t line = 0;
    while (head_next(&head, &e, &now)) {
        line += e.qp ? e.qp - 1 : 1;
        if (line)
            keymap_put(&t->strangers, key_of(e.queue_id, e.session), (void *)(uintptr_t)line);
    }
}

bool join_queue_id_load(struct trace *t, struct slice *in, uint32_t sources)
{
    if (!when_load(in, &t->head_clock) || !load_count(in, &t->lines) ||
        !load_count(in, &t->head_lines) || !instances_load(t, in))
        return false;
    if (has(t, TRAIT_EARLY))
        strangers_find(t);
    for (struct message *m = t->oldest; m; m = m->newer) {
        if (m->next)
            return false; /* an id is one message at a time */
        go_on(t, m);
    }
    return chains_load(t, in, sources);
}
