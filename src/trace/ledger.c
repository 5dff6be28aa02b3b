/* The ledger: messages that are open, and what became of each of their recipients.
 *
 * Invariant: recipients_open counts the declared recipients without a final outcome; the first final outcome of a
 * recipient stays, whatever later lines say.  Nodes come from free lists and slabs of their trace: an open message
 * costs 256 bytes and a recipient 128, and what its texts and replies need beyond what fits there.
 *
 * Line that adds a recipient:  starting delivery 3: msg 4711 to remote b@example.net */
#include "state.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"

#include <stdlib.h>

const char *const recipient_end_names[RECIPIENT_ENDS] = {
    "open", "delivered", "bounced", "expired", "deleted", "discarded", "queued", "unknown"};
const char *const unknown_reason_names[] = {"none", "log_kind_absent", "end_missing", "too_old"};

/* The first slab is small: a collector's log may name a great many hosts, each with a trace of its own. */
enum { INDEX_FROM = 24, SLAB_LEAST = 1024, SLAB_MOST = 32 * 1024 };

enum recipient_end recipient_end_of(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_SENT:
        return RECIPIENT_DELIVERED;
    case OUTCOME_BOUNCED:
        return RECIPIENT_BOUNCED;
    case OUTCOME_EXPIRED:
        return RECIPIENT_EXPIRED;
    case OUTCOME_DELETED:
        return RECIPIENT_DELETED;
    case OUTCOME_DISCARDED:
        return RECIPIENT_DISCARDED;
    case OUTCOME_NONE:
    case OUTCOME_DEFERRED:
        break;
    }
    return RECIPIENT_OPEN;
}

static void list_append(struct trace *t, struct message *m)
{
    m->newer = NULL;
    m->older = t->newest;
    if (t->newest)
        t->newest->newer = m;
    else
        t->oldest = m;
    t->newest = m;
    t->open_count++;
}

struct slab {
    _Alignas(64) struct slab *next;
    size_t size;
    _Alignas(64) char room[];
};

void slabs_free(struct trace *t)
{
    for (struct slab *s = t->slabs; s;) {
        struct slab *next = s->next;
        free(s);
        s = next;
    }
    t->slabs = NULL;
}

/* A zeroed node on a cache line; size is a multiple of 64. */
static void *node_new(struct trace *t, size_t size)
{
    if (t->slab_left < size) {
        size_t room = t->slabs ? t->slabs->size * 2 : SLAB_LEAST;
        if (room > SLAB_MOST)
            room = SLAB_MOST;
        struct slab *s = mem_new_aligned(sizeof *s + room);
        s->next = t->slabs;
        s->size = room;
        t->slabs = s;
        t->slab_room = s->room;
        t->slab_left = room;
    }
    void *node = t->slab_room;
    t->slab_room += size;
    t->slab_left -= size;
    return node;
}

/* A text: a node of one or two cache lines while it fits one, else a block of its own. */
enum { TEXT_LINE = 64, TEXT_NODE = 2 * TEXT_LINE };

struct spare_text {
    struct spare_text *next;
};

/* Bytes there are for a text of n. */
static size_t text_room(size_t n)
{
    return n > TEXT_NODE ? n : n > TEXT_LINE ? TEXT_NODE : TEXT_LINE;
}

static char *text_new(struct trace *t, size_t n)
{
    if (n > TEXT_NODE)
        return mem_grow(NULL, n, 1);
    struct spare_text **spare = &t->spare_texts[n > TEXT_LINE], *text = *spare;
    if (!text)
        return node_new(t, text_room(n));
    *spare = text->next;
    return (char *)text;
}

/* Of room for n. */
static void text_free(struct trace *t, char *text, size_t n)
{
    if (n > TEXT_NODE) {
        free(text);
    } else if (text) {
        struct spare_text **spare = &t->spare_texts[n > TEXT_LINE];
        struct spare_text *s = (struct spare_text *)(void *)text;
        s->next = *spare;
        *spare = s;
    }
}

/* One of another trace's as t's own. */
static char *text_move(struct trace *t, char *text, size_t n)
{
    return text && n <= TEXT_NODE ? memcpy(text_new(t, n), text, n) : text;
}

static struct message *message_node(struct trace *t)
{
    struct message *m = t->spare_messages;
    if (!m)
        return node_new(t, sizeof *m);
    t->spare_messages = m->next;
    mem_clear(m, offsetof(struct message, few));
    return m;
}

static void index_add(struct trace *t, struct message *m)
{
    m->next = keymap_get(&t->open, m->key);
    keymap_put(&t->open, m->key, m);
    list_append(t, m);
}

void message_place_set(struct message *m, const struct place *place)
{
    m->place = *place;
    m->source = place->source;
}

struct message *message_detached(struct trace *t, uint64_t key)
{
    struct message *m = message_node(t);
    m->key = key;
    m->entry = m->printed = m->done = m->until = m->last = WHEN_NONE;
    m->uid = NO_UID;
    return m;
}

struct message *message_open(struct trace *t, uint64_t key, const struct event *e)
{
    struct message *m = message_detached(t, key);
    m->serial = ++t->serial;
    m->last = e->time;
    message_place_set(m, &e->place);
    index_add(t, m);
    return m;
}

void message_touch(struct message *m, const struct event *e)
{
    if (e->time != WHEN_NONE && (m->last == WHEN_NONE || e->time > m->last))
        m->last = e->time;
    if (e->place.source != m->source)
        m->crossed = true;
}

static void texts_free(struct trace *t, struct message *m)
{
    if (m->texts != m->few)
        text_free(t, m->texts, m->text_at[6]);
}

void message_id_set(struct trace *t, struct message *m, struct slice id)
{
    if (m->texts || id.n > sizeof m->few) {
        message_texts(t, m, (struct slice[6]){[TEXT_ID] = id});
        return;
    }
    if (id.n)
        memcpy(m->few, id.p, id.n);
    for (unsigned i = 1; i < 7; i++)
        m->text_at[i] = (uint16_t)id.n;
    m->texts = m->few;
}

void message_sender_set(struct trace *t, struct message *m, struct slice id, struct slice sender)
{
    size_t at = m->text_at[TEXT_SENDER], n = m->text_at[6];
    bool named = m->texts && slice_eq(message_text(m, TEXT_ID), id);
    if (named && slice_eq(message_text(m, TEXT_SENDER), sender))
        return;
    if (!named || at < n || at + sender.n > (m->texts == m->few ? sizeof m->few : text_room(n))) {
        message_texts(t, m, (struct slice[6]){[TEXT_ID] = id, [TEXT_SENDER] = sender});
        return;
    }
    memcpy(m->texts + at, sender.p, sender.n);
    m->text_at[6] = (uint16_t)(at + sender.n);
}

/* Where n bytes of texts go that fit a node: where they are, if that will do. */
static char *texts_home(struct trace *t, struct message *m, size_t n)
{
    bool few = !m->texts || m->texts == m->few;
    if (few && n <= sizeof m->few)
        return m->few;
    return !few && text_room(m->text_at[6]) == text_room(n) ? m->texts : text_new(t, n);
}

void message_texts(struct trace *t, struct message *m, const struct slice texts[6])
{
    struct slice all[6];
    size_t n = 0;
    for (unsigned i = 0; i < 6; i++) {
        all[i] = texts[i].p ? slice_head(texts[i], 4096) : message_text(m, i);
        n += all[i].n;
    }
    char local[TEXT_NODE], *block = n > sizeof local ? text_new(t, n) : local, *p = block;
    uint16_t at[7]; /* six texts of 4,096 bytes at most */
    for (unsigned i = 0; i < 6; i++) {
        at[i] = (uint16_t)(p - block);
        if (all[i].n)
            memcpy(p, all[i].p, all[i].n);
        p += all[i].n;
    }
    at[6] = (uint16_t)n;
    if (block == local)
        block = memcpy(texts_home(t, m, n), local, n);
    if (block != m->texts)
        texts_free(t, m);
    m->texts = block;
    memcpy(m->text_at, at, sizeof at);
}

static uint64_t index_key(uint64_t hash, bool null_sender)
{
    return hash ^ (null_sender ? UINT64_C(0x5bd1e9955bd1e995) : 0);
}

struct recipient *recipient_find(const struct message *m, uint64_t hash, bool null_sender)
{
    if (m->recipients && m->first_key == index_key(hash, null_sender))
        return m->recipients;
    if (m->index)
        return keymap_get(m->index, index_key(hash, null_sender));
    for (struct recipient *r = m->recipients; r; r = r->next)
        if (r->hash == hash && r->null_sender == null_sender)
            return r;
    return NULL;
}

static void index_recipients(struct message *m)
{
    m->index = mem_new(sizeof(struct keymap));
    for (struct recipient *r = m->recipients; r; r = r->next)
        keymap_put(m->index, index_key(r->hash, r->null_sender), r);
}

static struct recipient *recipient_node(struct trace *t)
{
    struct recipient *r = t->spare_recipients;
    if (!r)
        return node_new(t, sizeof *r);
    t->spare_recipients = r->next;
    mem_clear(r, offsetof(struct recipient, text));
    return r;
}

void recipient_append(struct message *m, struct recipient *r)
{
    uint64_t key = index_key(r->hash, r->null_sender);
    r->next = NULL;
    if (m->last_recipient) {
        m->last_recipient->next = r;
    } else {
        m->recipients = r;
        m->first_key = key;
    }
    m->last_recipient = r;
    m->recipients_count++;
    if (m->index)
        keymap_put(m->index, key, r);
    else if (m->recipients_count > INDEX_FROM)
        index_recipients(m);
}

struct recipient *recipient_add(struct trace *t, struct message *m, uint64_t hash,
                                struct slice address, bool null_sender)
{
    struct recipient *r = recipient_node(t);
    address = slice_head(address, 4096);
    r->hash = hash;
    r->ended = WHEN_NONE;
    if (m->timed)
        r->timing = NULL;
    else
        r->started = WHEN_NONE;
    r->text_n = (uint32_t)address.n;
    if (address.n > sizeof r->text)
        r->long_text = mem_text(address.p, address.n);
    else if (address.n)
        memcpy(r->text, address.p, address.n);
    r->null_sender = null_sender;
    recipient_append(m, r);
    return r;
}

struct recipient *recipient_of(struct trace *t, struct message *m, struct slice address,
                               bool null_sender)
{
    uint64_t hash = address_hash(address);
    struct recipient *r = recipient_find(m, hash, null_sender);
    return r ? r : recipient_add(t, m, hash, address, null_sender);
}

void recipient_reply(struct trace *t, struct recipient *r, struct slice reply, unsigned code)
{
    reply = slice_head(reply, 1024);
    if (reply.n > r->reply_room) {
        text_free(t, r->reply, r->reply_room);
        r->reply = text_new(t, reply.n);
        r->reply_room = (uint16_t)text_room(reply.n);
    }
    if (reply.n)
        memcpy(r->reply, reply.p, reply.n);
    r->reply_n = (uint16_t)reply.n;
    r->code = (uint16_t)code;
}

void recipient_attempt(struct trace *t, struct message *m, struct recipient *r,
                       const struct event *e)
{
    r->attempts++;
    if (e->outcome == OUTCOME_DEFERRED)
        r->deferrals++;
    if (r->end != RECIPIENT_OPEN)
        return;
    r->ended = e->time;
    r->place = e->place;
    r->end = (uint8_t)recipient_end_of(e->outcome);
    if (e->outcome != OUTCOME_SENT)
        recipient_reply(t, r, e->reply, e->code);
    if (r->end != RECIPIENT_OPEN && r->declared)
        m->recipients_open--;
}

bool message_settled(const struct message *m)
{
    return m->recipients_count > 0 && m->recipients_open == 0 &&
           (m->unnamed == 0 || m->unnamed_end != RECIPIENT_OPEN);
}

struct timing *timing_of(struct trace *t, struct recipient *r)
{
    _Static_assert(sizeof(struct timing) <= 64, "a cache line");
    if (!r->timing) {
        r->timing = t->spare_timings;
        if (r->timing)
            t->spare_timings = r->timing->next;
        else
            r->timing = node_new(t, 64);
    }
    *r->timing = (struct timing){.arrived = WHEN_NONE};
    return r->timing;
}

bool recipient_span(const struct message *m, const struct recipient *r, int64_t *span)
{
    when from = m->entry;
    if (m->timed && r->timing && r->timing->arrived != WHEN_NONE)
        from = r->timing->arrived;
    else if (m->timed && m->printed != WHEN_NONE)
        from = m->printed;
    return from != WHEN_NONE && r->ended != WHEN_NONE &&
           !__builtin_sub_overflow(r->ended, from, span);
}

static void recipients_free(struct trace *t, struct message *m)
{
    for (struct recipient *r = m->recipients; r;) {
        struct recipient *next = r->next;
        free(r->long_text);
        text_free(t, r->reply, r->reply_room);
        if (m->timed && r->timing) {
            r->timing->next = t->spare_timings;
            t->spare_timings = r->timing;
        }
        r->next = t->spare_recipients;
        t->spare_recipients = r;
        r = next;
    }
    if (m->index) {
        keymap_fini(m->index);
        free(m->index);
    }
}

void recipients_forget(struct trace *t, struct message *m)
{
    recipients_free(t, m);
    m->recipients = m->last_recipient = NULL;
    m->recipients_count = m->recipients_open = 0;
    m->index = NULL;
}

static void index_remove(struct trace *t, struct message *m)
{
    struct message *top = keymap_get(&t->open, m->key);
    if (top == m) {
        if (m->next)
            keymap_put(&t->open, m->key, m->next);
        else
            keymap_take(&t->open, m->key);
        return;
    }
    while (top && top->next != m)
        top = top->next;
    if (top)
        top->next = m->next;
}

static void list_remove(struct trace *t, struct message *m)
{
    if (m->older)
        m->older->newer = m->newer;
    else
        t->oldest = m->newer;
    if (m->newer)
        m->newer->older = m->older;
    else
        t->newest = m->older;
    t->open_count--;
}

void message_detach(struct trace *t, struct message *m)
{
    index_remove(t, m);
    list_remove(t, m);
}

void message_free(struct trace *t, struct message *m)
{
    recipients_free(t, m);
    texts_free(t, m);
    if (m->timed)
        free(m->claims);
    m->next = t->spare_messages;
    t->spare_messages = m;
}

void message_drop(struct trace *t, struct message *m)
{
    message_detach(t, m);
    message_free(t, m);
}

static void recipients_settle(struct message *m, enum recipient_end end, enum unknown_reason reason)
{
    if (m->unnamed_end == RECIPIENT_OPEN)
        m->unnamed_end = (uint8_t)end;
    for (struct recipient *r = m->recipients; r; r = r->next) {
        if (r->end != RECIPIENT_OPEN)
            continue;
        r->end = (uint8_t)end;
        r->reason = (uint8_t)reason;
    }
}

void message_settle(struct message *m, enum message_end end, enum unknown_reason reason)
{
    if (end != MESSAGE_FINISHED && message_settled(m))
        end = MESSAGE_FINISHED;
    m->end = (uint8_t)end;
    if (end == MESSAGE_QUEUED)
        recipients_settle(m, RECIPIENT_QUEUED, UNKNOWN_NONE);
    else
        recipients_settle(m, RECIPIENT_UNKNOWN,
                          reason == UNKNOWN_NONE ? UNKNOWN_END_MISSING : reason);
}

void message_tell(struct trace *t, const struct message *m)
{
    if (t->sink.message)
        t->sink.message(t->sink.context, m);
}

void message_close(struct trace *t, struct message *m, enum message_end end,
                   enum unknown_reason reason)
{
    message_settle(m, end, reason);
    message_tell(t, m);
    message_drop(t, m);
}

struct message *message_move(struct trace *t, struct message *m)
{
    struct message *ours = message_node(t);
    *ours = *m;
    ours->texts = m->texts == m->few ? ours->few : text_move(t, m->texts, m->text_at[6]);
    struct recipient **end = &ours->recipients;
    for (struct recipient *r = m->recipients; r; r = r->next) {
        ours->last_recipient = *end = recipient_node(t);
        **end = *r;
        (*end)->reply = text_move(t, r->reply, r->reply_room);
        if (m->timed && r->timing) {
            (*end)->timing = NULL;
            *timing_of(t, *end) = *r->timing;
        }
        end = &(*end)->next;
    }
    if (m->index) {
        keymap_fini(m->index);
        free(m->index);
        index_recipients(ours);
    }
    ours->next = NULL;
    return ours;
}

void open_adopt(struct trace *earlier, struct trace *later)
{
    for (size_t i = 0; i < later->seen.capacity; i++) {
        if (!later->seen.slots[i].value)
            continue;
        uint64_t key = later->seen.slots[i].key;
        struct message *m;
        while ((m = keymap_get(&earlier->open, key)))
            earlier->join->close(earlier, m, MESSAGE_END_MISSING, UNKNOWN_END_MISSING);
        if (!earlier->first)
            keymap_put(&earlier->seen, key, earlier);
    }
    for (struct message *m = later->oldest; m;) {
        struct message *newer = m->newer, *ours = message_move(earlier, m);
        ours->serial = ++earlier->serial;
        index_add(earlier, ours);
        m = newer;
    }
    keymap_clear(&later->open);
    keymap_clear(&later->seen);
    later->oldest = later->newest = NULL;
    later->open_count = 0;
}

void attempt_emit(struct trace *t, const struct attempt *a)
{
    if (t->sink.attempt)
        t->sink.attempt(t->sink.context, a);
}

void extra_emit(struct trace *t, enum extra_kind kind, enum recipient_end end, when time)
{
    if (t->sink.extra)
        t->sink.extra(t->sink.context, kind, end, time);
}

void notice_emit(struct trace *t, when time)
{
    if (t->sink.notice)
        t->sink.notice(t->sink.context, time);
}
