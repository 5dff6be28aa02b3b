/* The join of E-Post: one log per question, tied by the message id.  inlog says who may end, outlocallog and outlog say
 * who was delivered, faillog who was given up, acceptlog by whom it came, senderlog which tries failed.
 *
 * Invariant: a recipient is the message's own only if inlog lists it and the line's sender is the message's; a null
 * sender on a mail that has one means the server made it (bounce, automatic reply, list copy), another address means
 * a copy (list member, forward).  Ids do not recur while a counter lives; a settled id stays as a tombstone until no
 * line of it can follow: one that comes after that is about another message, however the log was cut.  A message may meet
 * its lines in any order (computers of a cluster differ by seconds).  In a part that is not the first an id is the part's own
 * if its acceptance is the first that is heard of it; nothing then needs what was before, unless the id was in use there, too.
 * That shows when parts are joined, and makes them unfit.
 *
 * Facts: formats of the E-Post logs (receiver EPSTRS, delivery EPSTDS): retry, bounce and list copies keep the id.
 *
 *     <B0000097586@mx.example.jp> [20/Nov/2026:08:20:45] 192.0.2.10 mail.example.com alice@example.com tanaka@example.jp
 *     B0000097586@mx.example.jp sent on [20/Nov/2026:08:20:47] to  example.jp from alice@example.com to tanaka@example.jp */
#include "tombs.h"

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

/* How far log time has come; what was last heard of before that can no longer be gone on with. */
static when dead_before(when now, int64_t span)
{
    return now < WHEN_NONE + span ? WHEN_NONE : now - span;
}

static int64_t tomb_span(const struct trace *t)
{
    return t->lifetime + MARGIN;
}

static int64_t message_span(const struct trace *t)
{
    return tomb_span(t) + DAY;
}

static struct tomb *tomb_of(const struct trace *t, struct id id)
{
    return tomb_find(t, id.key, id.local, dead_before(t->now, tomb_span(t)));
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
            message_id_set(t, m, e->queue_id);
        return m;
    }
    m = message_open(t, id.key, e);
    message_id_set(t, m, e->queue_id);
    return m;
}

/* A recipient of a settled id: a resend changes nothing, any other is a copy or the server's own mail, once each. */
static void tomb_line(struct trace *t, struct tomb *b, uint64_t hash, bool null_sender,
                      const struct event *e)
{
    if (!tomb_hears(b, hash, null_sender))
        return;
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
    tomb_add(t, m, local_of(m));
    message_close(t, m, MESSAGE_FINISHED, UNKNOWN_NONE);
}

static void close_dead(struct trace *t, struct message *m)
{
    close_as(t, m, MESSAGE_END_MISSING, UNKNOWN_TOO_OLD);
}

/* Log time has passed: what can no longer end is closed, what can no longer be mentioned is forgotten.  When that happens
 * changes nothing (see expire_id), so that it is enough to look at the oldest. */
static void expire(struct trace *t)
{
    when tombs = dead_before(t->now, tomb_span(t)), messages = dead_before(t->now, message_span(t));
    while (t->oldest_tomb && t->oldest_tomb->last < tombs)
        tomb_remove(t);
    while (t->oldest && t->oldest->last < messages)
        close_dead(t, t->oldest);
}

/* Before a line of an id: those of its messages that it can no longer be about. */
static void expire_id(struct trace *t, uint64_t key, when dead)
{
    for (struct message *m = keymap_get(&t->open, key), *next; m; m = next) {
        next = m->next;
        if (m->last < dead)
            close_dead(t, m);
    }
}

void join_epost_expire(struct trace *t)
{
    when dead = dead_before(t->now, message_span(t));
    for (struct message *m = t->oldest, *newer; m; m = newer) {
        newer = m->newer;
        if (m->last < dead)
            close_dead(t, m);
    }
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
    message_texts(t, m,
                  (struct slice[6]){[TEXT_ID] = e->queue_id,
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
    struct tomb *b = m ? NULL : tomb_of(t, id);
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
    recipient_attempt(t, m, r, e);
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
        recipient_attempt(t, m, r, e);
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
    if (!message_find(t, id) && tomb_of(t, id))
        return;
    struct message *m = message_of(t, id, e);
    message_texts(t, m,
                  (struct slice[6]){[TEXT_CLIENT] = e->client.n ? e->client : (struct slice){0},
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

/* Does a line say something of a message? */
static bool speaks(const struct event *e)
{
    return !no_id(e) && (e->kind == EVENT_ACCEPT || e->kind == EVENT_ATTEMPT ||
                         (e->kind == EVENT_SESSION && e->verdict != VERDICT_NONE));
}

/* In a part that is not the first, only ids whose acceptance is met in it before all else are its own. */
static bool part_owns(struct trace *t, const struct event *e, uint64_t key)
{
    if (e->kind == EVENT_ACCEPT && !keymap_get(&t->foreign, key))
        keymap_put(&t->seen, key, t);
    return keymap_get(&t->seen, key) != NULL;
}

static void head_keep(struct trace *t, const struct event *e, uint64_t key)
{
    keymap_put(&t->foreign, key, t);
    trace_keep(t, e);
}

/* A line without a time counts as long ago where nothing has told the time yet. */
static void least_note(struct trace *t, const struct event *e)
{
    if (e->time < t->least && (e->time != WHEN_NONE || t->now == WHEN_NONE))
        t->least = e->time;
}

void join_epost_event(struct trace *t, const struct event *e)
{
    uint64_t key = id_of(e).key;
    if (!speaks(e))
        return;
    if (!t->first && !part_owns(t, e, key)) {
        head_keep(t, e, key);
        return;
    }
    least_note(t, e);
    expire_id(t, key, dead_before(t->now, message_span(t)));
    if (e->kind == EVENT_ACCEPT)
        accept_line(t, e);
    else if (e->kind == EVENT_ATTEMPT && e->outcome == OUTCOME_DEFERRED)
        deferral_line(t, e);
    else if (e->kind == EVENT_ATTEMPT)
        outcome_line(t, e);
    else
        session_line(t, e);
    expire(t);
}

/* Is nothing of the id alive in the earlier part when the later one accepts it?  since: it does so then or later. */
static bool id_is_free(struct trace *earlier, uint64_t key, when since)
{
    when dead = dead_before(since, tomb_span(earlier));
    expire_id(earlier, key, dead_before(since, message_span(earlier)));
    return !tomb_find(earlier, key, 0, dead) && !keymap_get(&earlier->open, key) &&
           !keymap_get(&earlier->foreign, key);
}

bool join_epost_fit(struct trace *earlier, const struct trace *later)
{
    when since = later->began > earlier->now ? later->began : earlier->now;
    bool fit = later->least >= dead_before(earlier->now, tomb_span(earlier));
    for (size_t i = 0; i < later->seen.capacity && fit; i++)
        if (later->seen.slots[i].value)
            fit = id_is_free(earlier, later->seen.slots[i].key, since);
    return fit;
}

void join_epost_adopt(struct trace *earlier, struct trace *later)
{
    open_adopt(earlier, later);
    tombs_adopt(earlier, later);
    if (later->least < earlier->least)
        earlier->least = later->least;
    keymap_clear(&later->foreign);
}

void join_epost_close(struct trace *t, struct message *m, enum message_end end,
                      enum unknown_reason reason)
{
    close_as(t, m, end, reason);
}

void join_epost_release(struct trace *t)
{
    tombs_free(t);
}

void join_epost_save(const struct trace *t, struct buf *out)
{
    when_save(t->least, out);
    tombs_save(t, out);
}

static void foreign_load(struct trace *t)
{
    struct head_reader head = head_read(&t->head, 0);
    struct event e;
    when now;
    while (head_next(&head, &e, &now))
        keymap_put(&t->foreign, id_of(&e).key, t);
}

bool join_epost_load(struct trace *t, struct slice *in, uint32_t sources)
{
    (void)sources;
    foreign_load(t);
    return when_load(in, &t->least) && tombs_load(t, in);
}
