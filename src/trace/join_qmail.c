/* The join of qmail-send(8): message ids are inode numbers and are reused at once after "end msg"; results name only a
 * delivery number, which counts up within one run of the daemon.
 *
 * Invariant (the law, see trace.h): in a part that is not the first, an event of a key that was not accepted in this
 * part goes to the head untouched; so do results of delivery numbers that may have been started earlier.  Everything
 * else needs nothing from before.
 *
 * Facts: qmail-send.c of qmail 1.03 and notqmail (masterdelid counts from 1; "status:" follows every start and
 * result, so 0/0 means nothing is running).  Who gave a message to us, other programs' lines tell: see submissions.h.  What is a
 * bounce or a forward of which message: links.h.
 *
 *     new msg 4711
 *     info msg 4711: bytes 2048 from <a@example.com> qp 812 uid 89
 *     starting delivery 1: msg 4711 to remote b@example.net
 *     delivery 1: success: 192.0.2.9_accepted_message./
 *     end msg 4711 */
#include "links.h"
#include "submissions.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"

#include <stdlib.h>

static uint64_t key_of(const struct event *e)
{
    uint64_t key = slice_hash(e->queue_id);
    return e->session.n ? key * 31 + slice_hash(e->session)
                        : key; /* indimail: several queues in one log */
}

static uint64_t delivery_key(const struct event *e)
{
    return e->session.n ? e->delivery_id * 31 + slice_hash(e->session) : e->delivery_id;
}

static void keep(struct trace *t, const struct event *e)
{
    struct event kept;
    event_copy(&kept, e);
    links_carry(t, &kept);
    trace_keep(t, &kept);
}

static void running_free(struct trace *t, struct running *r)
{
    if (r->foreign)
        t->running_foreign--;
    r->next = t->spare_running;
    t->spare_running = r;
}

static struct running *running_put(struct trace *t, uint64_t delivery)
{
    struct running *r = keymap_take(&t->running, delivery);
    if (r)
        running_free(t, r);
    r = t->spare_running;
    if (r)
        t->spare_running = r->next;
    else
        r = mem_new(sizeof *r);
    *r = (struct running){0};
    keymap_put(&t->running, delivery, r);
    return r;
}

/* Nothing is running: the daemon started anew, stopped, or said so. */
static void running_clear(struct trace *t, const struct event *e)
{
    if (!t->first && (!t->deliveries_sealed || t->running_foreign)) {
        struct event mark = {.kind = EVENT_LOAD, .time = e->time, .place = e->place};
        keep(t, &mark);
        t->deliveries_sealed = true;
    }
    for (size_t i = 0; t->running.count && i < t->running.capacity; i++)
        if (t->running.slots[i].value)
            running_free(t, t->running.slots[i].value);
    keymap_clear(&t->running);
}

/* A delivery number not above the last one proves that the daemon was started anew. */
static void delivery_number_note(struct trace *t, const struct event *e)
{
    if (!t->first && !t->first_delivery) {
        struct event mark = {
            .kind = EVENT_NONE, .time = e->time, .place = e->place, .delivery_id = e->delivery_id};
        t->first_delivery = e->delivery_id;
        keep(t, &mark);
    }
    if (e->delivery_id <= t->last_delivery && !e->session.n)
        running_clear(t, e);
    t->last_delivery = e->delivery_id;
}

/* The mark a part's head carries: its first delivery number, checked against ours as a start would be. */
static void delivery_mark(struct trace *t, const struct event *e)
{
    delivery_number_note(t, e);
    t->last_delivery = e->delivery_id - 1; /* the start itself follows, here or in the part */
}

static struct message *message_begun_before(struct trace *t, uint64_t key, const struct event *e)
{
    struct message *m = message_open(t, key, e);
    message_id_set(t, m, e->queue_id);
    return m;
}

static struct message *message_accepted(struct trace *t, uint64_t key, const struct event *e)
{
    struct message *m = message_open(t, key, e);
    m->accepted = true;
    m->entry = m->printed = e->time;
    return m;
}

static void accept_line(struct trace *t, const struct event *e)
{
    uint64_t key = key_of(e);
    submissions_clock(t, e->time);
    if (submissions_undecided(t)) {
        keep(t, e);
        return;
    }
    struct message *m = keymap_get(&t->open, key);
    if (m)
        message_close(t, m, MESSAGE_END_MISSING, UNKNOWN_END_MISSING);
    if (!t->first && !keymap_get(&t->seen, key)) {
        keymap_put(&t->seen, key, t);
        if (!t->deliveries_sealed ||
            t->running_foreign) { /* a result of the id's former message may still follow: it comes too late */
            struct event mark = {.kind = EVENT_MESSAGE_ID,
                                 .time = e->time,
                                 .place = e->place,
                                 .queue_id = e->queue_id,
                                 .session = e->session};
            keep(t, &mark);
        }
    }
    m = message_accepted(t, key, e);
    message_id_set(t, m, e->queue_id);
}

/* The mark a part's head carries: from here on the id is another message's. */
static void seal_mark(struct trace *t, const struct event *e)
{
    uint64_t key = key_of(e);
    struct message *m = keymap_get(&t->open, key);
    if (!t->first && !keymap_get(&t->seen, key))
        keep(t, e);
    else if (m)
        message_close(t, m, MESSAGE_END_MISSING, UNKNOWN_END_MISSING);
}

struct parentage {
    enum link_kind kind;
    struct slice parent; /* its queue id, where that is known; lives until the link is forgotten */
};

/* Whose child is the message of this envelope (has_delay: nobody's)?  Tells a notice.  A parent that stands before this part
 * is asked for by a mark in the head, unless the envelope itself goes there. */
static struct parentage link_follow(struct trace *t, const struct event *e, bool mark)
{
    struct parentage found = {e->link, e->link_id};
    if (e->link != LINK_NONE || e->has_delay)
        return found; /* the part it comes from knew it */
    bool notice = notice_sender(e->sender);
    const struct link *l = link_take(t, e);
    if (l) {
        found = (struct parentage){l->kind, slice_of(l->parent, l->parent_n)};
        if (notice && l->kind == LINK_BOUNCE)
            notice_emit(t, e->time);
    } else if (mark && link_earlier(t, e)) {
        struct event asked = {
            .kind = EVENT_LINK, .time = e->time, .place = e->place, .qp = e->qp, .final = notice};
        keep(t, &asked);
    }
    return found;
}

/* The mark a part's head carries: an envelope that had no link there; final: a notice's. */
static void link_mark(struct trace *t, const struct event *e)
{
    const struct link *l = link_take(t, e);
    if (l && l->kind == LINK_BOUNCE && e->final)
        notice_emit(t, e->time);
    else if (!l && link_earlier(t, e))
        keep(t, e);
}

static bool envelope_same(const struct message *m, const struct event *e)
{
    return m->qp == e->qp && m->size == e->size &&
           slice_eq(message_text(m, TEXT_SENDER), e->sender);
}

/* What the envelope takes: as a part that was joined found, or now. */
static struct submission submission_find(struct trace *t, const struct event *e, uint64_t key)
{
    if (e->final)
        return (struct submission){e->client, e->helo, e->login, e->client_grade};
    submissions_clock(t, e->time);
    return submissions_envelope(t, e, key);
}

static void submission_set(struct trace *t, struct message *m, const struct submission *s)
{
    struct slice none = SLICE("");
    if (s->grade == JOIN_NONE)
        return;
    message_texts(t, m,
                  (struct slice[6]){[TEXT_CLIENT] = s->client,
                                    [TEXT_HELO] = s->helo.n ? s->helo : none,
                                    [TEXT_LOGIN] = s->login.n ? s->login : none});
    m->grade = (uint8_t)s->grade;
}

static void envelope_line(struct trace *t, const struct event *e, uint64_t key,
                          const struct submission *given)
{
    struct message *m = keymap_get(&t->open, key);
    if (m && (m->has_sender || !m->accepted) && !envelope_same(m, e)) {
        message_close(t, m, MESSAGE_END_MISSING,
                      UNKNOWN_END_MISSING); /* end and new beginning were lost */
        m = NULL;
    }
    if (!m)
        m = message_accepted(t, key, e);
    bool repeated = m->has_sender;
    struct parentage found = link_follow(t, e, true);
    m->parent_key = found.parent.n ? slice_hash(found.parent) : m->parent_key;
    m->notice = m->notice || (found.kind == LINK_BOUNCE && notice_sender(e->sender));
    m->has_sender = true;
    m->size = e->size;
    m->qp = e->qp;
    m->uid = e->has_uid ? (uint32_t)e->uid : NO_UID;
    message_sender_set(t, m, e->queue_id, e->sender);
    if (!repeated) /* a restarted daemon tells it again, long after */
        submission_set(t, m, given);
    message_touch(m, e);
}

/* The head of a later part gives the key of the message; in this one it is looked for. */
static void session_line(struct trace *t, const struct event *e)
{
    uint64_t key = e->delivery_id;
    if (!key && !submissions_offer(t, e, &key))
        return;
    if (submissions_undecided(t) || (key && !t->first && !keymap_get(&t->seen, key))) {
        struct event kept = submission_event(e, key);
        keep(t, &kept);
        return;
    }
    struct message *m = key ? keymap_get(&t->open, key) : NULL;
    if (!m || m->qp != e->qp || m->grade == JOIN_EXACT ||
        !submission_of_sender(e, message_text(m, TEXT_SENDER)))
        return;
    struct submission told = submission_of(e);
    submission_set(t, m, &told);
}

static void start_line(struct trace *t, const struct event *e, uint64_t key)
{
    struct message *m = keymap_get(&t->open, key);
    if (!m)
        m = message_begun_before(t, key, e);
    message_touch(m, e);
    uint32_t before = m->recipients_count;
    struct recipient *r = recipient_of(t, m, e->recipient, false);
    if (m->recipients_count > before) {
        r->declared = true;
        r->channel = (uint8_t)e->channel;
        r->place = e->place;
        m->recipients_open++;
    }
    r->started = e->time;
    struct running *run = running_put(t, delivery_key(e));
    run->key = key;
    run->serial = m->serial;
    run->recipient = r;
    run->started = e->time;
}

static void forward_line(struct trace *t, const struct event *e)
{
    struct event f = {.kind = EVENT_SESSION, .time = e->time, .qp = e->qp, .link = LINK_FORWARD};
    session_line(t, &f);
}

static void result_orphan(struct trace *t, const struct event *e)
{
    struct attempt a = {.outcome = e->outcome, .time = e->time, .started = WHEN_NONE, .count = 1};
    attempt_emit(t, &a);
}

static bool result_may_be_earlier(const struct trace *t, const struct event *e)
{
    return !t->first && !t->deliveries_sealed &&
           (!t->first_delivery || e->delivery_id < t->first_delivery);
}

static void result_line(struct trace *t, const struct event *e)
{
    /* Told once, by the part that it stands in, whether or not its delivery is known. */
    bool forward = e->link == LINK_FORWARD && e->qp && !e->probe;
    if (forward)
        forward_line(t, e);
    struct running *run = keymap_take(&t->running, delivery_key(e));
    struct running found = run ? *run : (struct running){0};
    if (run)
        running_free(t, run);
    struct message *m = run && !found.foreign ? keymap_get(&t->open, found.key) : NULL;
    if (m && m->serial != found.serial)
        m = NULL;
    if (forward)
        link_put(t, e, m ? message_text(m, TEXT_ID) : (struct slice){0});
    if (run ? found.foreign : result_may_be_earlier(t, e)) {
        keep(t, e);
        return;
    }
    if (!m) {
        result_orphan(t, e);
        return;
    }
    message_touch(m, e);
    found.recipient->started = found.started;
    recipient_attempt(t, m, found.recipient, e);
    struct attempt a = {.outcome = e->outcome,
                        .time = e->time,
                        .started = found.started,
                        .count = 1,
                        .recipient = recipient_text(found.recipient),
                        .message = m};
    attempt_emit(t, &a);
}

static void link_line(struct trace *t, const struct event *e, uint64_t key)
{
    struct message *m = keymap_get(&t->open, key);
    if (!m)
        m = message_begun_before(t, key, e);
    message_touch(m, e);
}

static void done_line(struct trace *t, const struct event *e, uint64_t key)
{
    struct message *m = keymap_get(&t->open, key);
    if (!m)
        m = message_begun_before(t, key, e);
    message_touch(m, e);
    m->done = e->time;
    message_close(t, m, MESSAGE_FINISHED, UNKNOWN_END_MISSING);
}

/* An event of a message that was not accepted in this part. */
static void foreign_line(struct trace *t, const struct event *e, const struct submission *given)
{
    if (e->kind == EVENT_START) {
        struct running *run = running_put(t, delivery_key(e));
        run->foreign = true;
        t->running_foreign++;
    }
    struct event linked;
    event_copy(&linked, e);
    if (e->kind == EVENT_ENVELOPE) {
        struct parentage found = link_follow(t, e, false);
        linked.link = found.kind;
        linked.link_id = found.parent;
        linked.has_delay = e->has_delay || !link_earlier(t, e);
        linked.final = e->final || !submissions_undecided(t);
        linked.client = given->client;
        linked.helo = given->helo;
        linked.login = given->login;
        linked.client_grade = given->grade;
    }
    keep(t, &linked);
}

static void message_line(struct trace *t, const struct event *e)
{
    uint64_t key = key_of(e);
    if (e->kind == EVENT_START)
        delivery_number_note(t, e);
    if (e->kind == EVENT_LINK && e->link == LINK_BOUNCE && !e->probe)
        link_put(t, e, e->queue_id);
    struct submission given = {.grade = JOIN_NONE};
    if (e->kind == EVENT_ENVELOPE)
        given = submission_find(t, e, key);
    if (!t->first && !keymap_get(&t->seen, key)) {
        foreign_line(t, e, &given);
        return;
    }
    if (e->kind == EVENT_ENVELOPE)
        envelope_line(t, e, key, &given);
    else if (e->kind == EVENT_START)
        start_line(t, e, key);
    else if (e->kind == EVENT_LINK)
        link_line(t, e, key);
    else
        done_line(t, e, key);
}

void join_qmail_event(struct trace *t, const struct event *e)
{
    links_pass(t, e);
    switch (e->kind) {
    case EVENT_ACCEPT:
        accept_line(t, e);
        break;
    case EVENT_ENVELOPE:
    case EVENT_START:
    case EVENT_DONE:
        message_line(t, e);
        break;
    case EVENT_LINK:
        if (e->queue_id.n) {
            message_line(t, e);
        } else if (e->link == LINK_NONE) {
            link_mark(t, e);
        }
        break;
    case EVENT_ATTEMPT:
        result_line(t, e);
        break;
    case EVENT_LOAD:
        if (!e->running_local && !e->running_remote)
            running_clear(t, e);
        break;
    case EVENT_SERVICE:
        if (e->service == SERVICE_START || e->service == SERVICE_STOP)
            running_clear(t, e);
        break;
    case EVENT_NONE:
        if (e->delivery_id)
            delivery_mark(t, e);
        break;
    case EVENT_MESSAGE_ID:
        seal_mark(t, e);
        break;
    case EVENT_LOGIN:
    case EVENT_SESSION:
        session_line(t, e);
        break;
    case EVENT_GIVE_UP:
    case EVENT_REJECT:
    case EVENT_HOLD:
        break;
    }
}

static void running_adopt(struct trace *earlier, struct trace *later)
{
    for (size_t i = 0; i < later->running.capacity; i++) {
        struct running *run = later->running.slots[i].value;
        if (!run)
            continue;
        uint64_t delivery = later->running.slots[i].key;
        struct message *m = run->foreign ? NULL : keymap_get(&later->open, run->key);
        if (m && m->serial == run->serial) {
            struct running *ours = running_put(earlier, delivery);
            ours->key = run->key;
            ours->recipient = run->recipient;
            ours->started = run->started;
            ours->serial = 0; /* open_adopt gives m its new serial and its recipients new nodes */
        }
    }
}

void join_qmail_adopt(struct trace *earlier, struct trace *later)
{
    running_adopt(earlier, later);
    open_adopt(earlier, later);
    for (size_t i = 0; i < earlier->running.capacity; i++) {
        struct running *run = earlier->running.slots[i].value;
        if (!run || run->foreign || run->serial)
            continue;
        const struct message *m = keymap_get(&earlier->open, run->key);
        run->serial = m->serial;
        run->recipient = recipient_find(m, run->recipient->hash, run->recipient->null_sender);
    }
    links_adopt(earlier, later);
    submissions_adopt(earlier, later);
    if (later->last_delivery)
        earlier->last_delivery = later->last_delivery;
}

void join_qmail_close(struct trace *t, struct message *m, enum message_end end,
                      enum unknown_reason reason)
{
    message_close(t, m, end, reason);
}

void join_qmail_release(struct trace *t)
{
    for (size_t i = 0; i < t->running.capacity; i++)
        free(t->running.slots[i].value);
    keymap_fini(&t->running);
    for (struct running *r = t->spare_running; r;) {
        struct running *next = r->next;
        free(r);
        r = next;
    }
    links_free(t);
    submissions_free(t);
}

enum { RUNNING_FOREIGN, RUNNING_STALE, RUNNING_LIVE };

static void running_save(const struct trace *t, struct buf *out)
{
    uint64_t *deliveries = keymap_sorted(&t->running);
    buf_count(out, t->running.count);
    for (size_t i = 0; i < t->running.count; i++) {
        const struct running *run = keymap_get(&t->running, deliveries[i]);
        const struct message *m = run->foreign ? NULL : keymap_get(&t->open, run->key);
        bool live = m && m->serial == run->serial;
        buf_count(out, deliveries[i]);
        buf_byte(out, run->foreign ? RUNNING_FOREIGN : live ? RUNNING_LIVE : RUNNING_STALE);
        if (!live)
            continue;
        buf_u64(out, run->key);
        buf_u64(out, run->recipient->hash);
        when_save(run->started, out);
    }
    free(deliveries);
}

static bool running_fields_load(const struct trace *t, struct running *run, struct slice *in)
{
    uint64_t hash;
    if (!load_u64(in, &run->key) || !load_u64(in, &hash) || !when_load(in, &run->started))
        return false;
    const struct message *m = keymap_get(&t->open, run->key);
    run->recipient = m ? recipient_find(m, hash, false) : NULL;
    run->serial = m ? m->serial : 0;
    return run->recipient != NULL;
}

static bool running_load(struct trace *t, struct slice *in)
{
    uint64_t count, delivery, state, last = 0;
    if (!load_count(in, &count))
        return false;
    for (uint64_t i = 0; i < count; i++, last = delivery) {
        if (!load_count(in, &delivery) || (i && delivery <= last) ||
            !load_below(in, RUNNING_LIVE, &state))
            return false;
        struct running *run = running_put(t, delivery);
        run->serial = UINT64_MAX; /* of no message, where it is stale */
        run->foreign = state == RUNNING_FOREIGN;
        t->running_foreign += run->foreign;
        if (state == RUNNING_LIVE && !running_fields_load(t, run, in))
            return false;
    }
    return t->running_foreign == 0 || !t->first;
}

void join_qmail_save(const struct trace *t, struct buf *out)
{
    buf_count(out, t->first_delivery);
    buf_count(out, t->last_delivery);
    buf_byte(out, t->deliveries_sealed);
    running_save(t, out);
    links_save(t, out);
    submissions_save(t, out);
}

/* An id is one message at a time: what else would let a delivery point into another message. */
static bool ids_unique(const struct trace *t)
{
    for (const struct message *m = t->oldest; m; m = m->newer)
        if (m->next)
            return false;
    return true;
}

bool join_qmail_load(struct trace *t, struct slice *in, uint32_t sources)
{
    (void)sources;
    return ids_unique(t) && load_count(in, &t->first_delivery) &&
           load_count(in, &t->last_delivery) && load_flag(in, &t->deliveries_sealed) &&
           running_load(t, in) && links_load(t, in) && submissions_load(t, in);
}
