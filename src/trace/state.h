/* state.h - what a trace holds between lines, and the pieces the joins are made of.  Private to trace. */
#ifndef POSTMORTEM_TRACE_STATE_H
#define POSTMORTEM_TRACE_STATE_H

#include "head.h"
#include "keymap.h"
#include "postmortem/trace/trace.h"

/* Links by qmail-queue pid and tombstones of finished E-Post ids. */
enum { PARENT_MOST = 32 };

struct link {
    struct link *next; /* of the same second */
    uint64_t qp;
    uint32_t parent_n;
    char parent[PARENT_MOST]; /* queue id of the message that gave rise to it */
    when time;
    enum link_kind kind;
};

enum { LINK_RING = 128 };

struct span {
    when low, high; /* both WHEN_NONE: no stamp */
};

/* See links.h. */
struct links {
    struct keymap by_qp; /* qp -> struct link */
    struct link **ring;  /* LINK_RING buckets by second; NULL: none yet */
    int64_t second;      /* all that live do so at that second */
    struct span part;    /* the stamps of this part */
    struct span since;   /* ... since the last event of the head */
    struct keymap own;   /* qps of links that stand in this part, while it is undecided */
};

struct tomb {
    struct tomb *newer;  /* in order of burial */
    struct tomb *same;   /* another id of the same base */
    uint64_t key, local; /* hash of the base, of the localname (0 = not known) */
    when last;
    bool null_sender;
    uint32_t count, room;
    union { /* recipients: few[] while room == TOMB_FEW */
        uint64_t few[2];
        uint64_t *many;
    };
};
enum { TOMB_FEW = 2 };

/* How servers differ (joins.def). */
enum {
    TRAIT_MANAGER = 1, /* accepted is what the queue manager, or a later line, shows */
    /* The recipient is the address before aliases: further final ones are copies. */
    TRAIT_ORIGINAL = 2,
    TRAIT_EARLY = 4,    /* lines of a message may stand before that of its acceptance */
    TRAIT_QUEUE_ID = 8, /* every line carries the queue id; messages are timed */
    TRAIT_TOMBS = 16,   /* a settled id is remembered until no line of it can follow (E-Post) */
    /* A message stays when all its recipients have ended (Exim's frozen ones, for days); its end is always written. */
    TRAIT_ENDS = 32
};

/* A delivery of qmail's that has started: whose it is. */
struct running {
    struct running *next;
    uint64_t key, serial;
    struct recipient *recipient; /* NULL if foreign; another's once its message was folded */
    when started;
    bool foreign;
};

struct trace {
    const struct join *join;
    int64_t lifetime;
    bool first;
    struct trace_sink sink;
    struct keymap open; /* message key -> struct message, others of that key behind ->next */
    struct message *oldest, *newest;
    size_t open_count;
    struct message *spare_messages;
    struct recipient *spare_recipients;
    struct spare_text *spare_texts[2]; /* of one cache line, of two */
    struct slab *slabs;                /* where its nodes lie; they go with the trace */
    char *slab_room;                   /* what is left of the newest */
    size_t slab_left;
    struct keymap seen; /* keys accepted in this part; empty and unused in a first part */
    struct head head;   /* empty in a first part */
    when now, began;    /* greatest stamp so far; first stamp of this part */
    bool unfit; /* parts were joined that tell more than one pass would, or less: see trace_unfit */

    struct keymap running; /* qmail: delivery number -> struct running */
    size_t running_foreign;
    uint64_t last_delivery, first_delivery;
    bool deliveries_sealed; /* no result of an earlier part can follow */
    struct links links;     /* qmail */
    uint64_t serial;
    struct running *spare_running;
    struct submissions
        *submissions; /* qmail: see submissions.h; NULL before the first line of these */

    struct keymap foreign; /* E-Post: keys of the head */
    when least;            /* E-Post: the least stamp of a line of an id accepted in this part */
    struct keymap tombs;   /* E-Post: key -> struct tomb */
    struct tomb *oldest_tomb, *newest_tomb;
    size_t tomb_count;

    /* By queue id. */
    struct waiting {
        when until; /* the message's own: it may be cold */
        struct message *message;
    } * waiting; /* see waiting.h */
    size_t waiting_count, waiting_room;
    uint64_t lines, head_lines; /* so far in this part; of these since the last event of the head */
    when head_clock;            /* greatest stamp since the last event of the head */
    struct keymap strangers;    /* keys of the head -> number of their last line (TRAIT_EARLY) */
    struct timing *spare_timings;
    uint32_t instance;          /* the first that a line told of, 0 = none yet; see instances.h */
    bool several;               /* ... and there was another */
    struct keymap takers;       /* id -> the instance that took it last */
    struct keymap edges;        /* edge -> struct edge, see chains.c */
    struct message *oldest_hop; /* closed, waiting for the other hops of their chain */
    struct message *newest_hop;
    size_t hops_count;
    const struct trace_peers *peers; /* see peers.h */
    struct slice own;                /* the host that wrote this log */
    struct trace *const *guests;     /* while traces meet: whose hops these are, by message.key */
};

_Static_assert(sizeof(struct message) == 256 && sizeof(struct recipient) == 128,
               "whole cache lines: a million open messages are to fit 512 MiB");

struct join {
    struct slice server;
    int64_t lifetime;
    unsigned traits;
    void (*event)(struct trace *t, const struct event *e);
    void (*adopt)(struct trace *earlier, struct trace *later); /* after the head was replayed */
    void (*close)(struct trace *t, struct message *m, enum message_end end,
                  enum unknown_reason reason);
    void (*release)(struct trace *t);
    /* What the join alone knows of, after the open messages; load: false on damage. */
    void (*save)(const struct trace *t, struct buf *out);
    bool (*load)(struct trace *t, struct slice *in, uint32_t sources);
};

#define JOIN_CODE(code)                                                                            \
    void join_##code##_event(struct trace *t, const struct event *e);                              \
    void join_##code##_adopt(struct trace *earlier, struct trace *later);                          \
    void join_##code##_close(struct trace *t, struct message *m, enum message_end end,             \
                             enum unknown_reason reason);                                          \
    void join_##code##_release(struct trace *t);                                                   \
    void join_##code##_save(const struct trace *t, struct buf *out);                               \
    bool join_##code##_load(struct trace *t, struct slice *in, uint32_t sources);
JOIN_CODE(qmail)
JOIN_CODE(epost)
JOIN_CODE(queue_id)
#undef JOIN_CODE
/* Before a later part's head is replayed: would it have told the same, had it known what was before it? */
bool join_epost_fit(struct trace *earlier, const struct trace *later);
/* Close what no line can follow any more, before the rest is settled. */
void join_epost_expire(struct trace *t);

/* Keep an event whose message began before this part. */
void trace_keep(struct trace *t, const struct event *e);
/* Seal and take over: open messages whose key the later part accepted anew are closed, the others stay; the later
 * part's open messages become ours. */
void open_adopt(struct trace *earlier, struct trace *later);

/* Does m, which is open, lie on hold?  Then it is in the queue, however old it is. */
bool join_queue_id_held(const struct message *m);
/* Was the line of its acceptance seen? */
bool join_queue_id_taken(const struct message *m);

/* The ledger. */
struct message *message_open(struct trace *t, uint64_t key, const struct event *e);
/* Where its acceptance line stands, or as long as that is not known its first. */
void message_place_set(struct message *m, const struct place *place);
/* Note a line of m: stamps, places, whether it lies in another source than the first. */
void message_touch(struct message *m, const struct event *e);
/* The id of a message that has no texts yet, which is the usual case, cheaply; else as below. */
void message_id_set(struct trace *t, struct message *m, struct slice id);
/* The sender of a message that has an id and none yet, or the same, which is the usual case, cheaply; else as below. */
void message_sender_set(struct trace *t, struct message *m, struct slice id, struct slice sender);
/* Set several texts at once; those with p == NULL keep what they have. */
void message_texts(struct trace *t, struct message *m, const struct slice texts[6]);
/* The entry of an address, added if it is new. */
struct recipient *recipient_of(struct trace *t, struct message *m, struct slice address,
                               bool null_sender);
/* Append an entry that is not there yet; hash is that of the whole address. */
struct recipient *recipient_add(struct trace *t, struct message *m, uint64_t hash,
                                struct slice address, bool null_sender);
/* Keep the reply and its code; the first 1,024 bytes of it. */
void recipient_reply(struct trace *t, struct recipient *r, struct slice reply, unsigned code);
struct recipient *recipient_find(const struct message *m, uint64_t hash, bool null_sender);
/* Book an ended attempt on r: counts, outcome (the first final one stays), reply, place. */
void recipient_attempt(struct trace *t, struct message *m, struct recipient *r,
                       const struct event *e);
/* Settle what is open, hand m to the sink and forget it. */
void message_close(struct trace *t, struct message *m, enum message_end end,
                   enum unknown_reason reason);
/* The same in steps: settle what is open; take m out of index and list; hand it to the sink; free it. */
void message_settle(struct message *m, enum message_end end, enum unknown_reason reason);
void message_detach(struct trace *t, struct message *m);
void message_tell(struct trace *t, const struct message *m);
void message_free(struct trace *t, struct message *m);
/* A message in neither index nor list; m of another trace as one of t's own, with all it owns, likewise. */
struct message *message_detached(struct trace *t, uint64_t key);
struct message *message_move(struct trace *t, struct message *m);
/* Forget every recipient. */
void recipients_forget(struct trace *t, struct message *m);
/* Move r, which is out of its list, to the end of m's. */
void recipient_append(struct message *m, struct recipient *r);
/* Free every node; nothing of t's messages may be used any more. */
void slabs_free(struct trace *t);
/* Take m out of the index and the list without folding it. */
void message_drop(struct trace *t, struct message *m);
enum recipient_end recipient_end_of(enum outcome outcome);
/* Are all recipients that count final, and is there at least one? */
bool message_settled(const struct message *m);
/* What a line that ends r says of times; a timed message's. */
struct timing *timing_of(struct trace *t, struct recipient *r);
void attempt_emit(struct trace *t, const struct attempt *a);
/* A text that is mostly short: its length takes a byte.  Load: false on damage, or where it is longer than most. */
void short_text_save(struct slice s, struct buf *out);
bool short_text_load(struct slice *in, size_t most, struct slice *s);
/* The keys of a set, and back: into one that is empty, with value; false on damage. */
void keys_save(const struct keymap *set, struct buf *out);
bool keys_load(struct keymap *set, void *value, struct slice *in);
/* A message as fields, and back (NULL on damage): open, or detached as a closed hop is. */
void message_save(const struct message *m, struct buf *out);
struct message *message_load(struct trace *t, struct slice *in, uint32_t sources, bool open);
void extra_emit(struct trace *t, enum extra_kind kind, enum recipient_end end, when time);
void notice_emit(struct trace *t, when time);

#endif
