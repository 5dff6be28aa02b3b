/* message.h - one acceptance into a queue, with the ledger of its recipients: what trace folds and analyses read.
 *
 * Life of a message:  open (lines are being collected) -> folded once, when its end was seen or proven lost, or at the
 * end of the evidence.  A message whose acceptance is not in the evidence has accepted == false ("began before"). */
#ifndef POSTMORTEM_TRACE_MESSAGE_H
#define POSTMORTEM_TRACE_MESSAGE_H

#include "postmortem/mail/event.h"

enum recipient_end {                 /* how a recipient ended, or did not */
                     RECIPIENT_OPEN, /* no final outcome seen yet; never in a folded message */
                     RECIPIENT_DELIVERED,
                     RECIPIENT_BOUNCED,
                     RECIPIENT_EXPIRED,
                     RECIPIENT_DELETED,
                     RECIPIENT_DISCARDED,
                     RECIPIENT_QUEUED,
                     RECIPIENT_UNKNOWN,
                     RECIPIENT_ENDS
};
extern const char *const recipient_end_names[RECIPIENT_ENDS]; /* "open", "delivered", ... */

enum unknown_reason { UNKNOWN_NONE, UNKNOWN_LOG_KIND_ABSENT, UNKNOWN_END_MISSING, UNKNOWN_TOO_OLD };
extern const char *const unknown_reason_names[];

enum message_end { MESSAGE_OPEN, MESSAGE_FINISHED, MESSAGE_QUEUED, MESSAGE_END_MISSING };

enum { RECIPIENT_INLINE = 28, TEXTS_INLINE = 40 };

/* What the line that ended a recipient says of times, where a server logs ages: Postfix delay= and delays=a/b/c/d. */
struct timing {
    when arrived; /* of the message, by this line: its stamp less the age; WHEN_NONE: no age */
    struct phases phases;
    int64_t filter; /* between the hops of a chain: what content filters took */
    bool has_phases;
    struct timing *next; /* free list */
};

/* Nodes are 128 and 256 bytes, begin on a cache line (64 bytes), and begin with what nearly every line reads: in a deep
 * queue a message is cold whenever its next line comes, and one miss is then enough. */
struct recipient {
    struct recipient *next; /* in order of first mention */
    uint64_t hash; /* address_hash; another where an earlier one has that (see join_queue_id.c) */
    union {
        when started; /* start of its last attempt; WHEN_NONE where the log has none */
        struct timing
            *timing; /* ... of a timed message instead; NULL: its last line said nothing */
    };
    when ended;                   /* of its final outcome, else of its last attempt; WHEN_NONE */
    uint32_t attempts, deferrals; /* attempts: ended ones, deferrals among them */
    uint16_t code;                /* SMTP reply code of the last deferral or failure; 0 = none */
    uint8_t end;                  /* enum recipient_end */
    uint8_t reason;               /* enum unknown_reason */
    uint8_t channel;              /* enum channel */
    bool declared;    /* in the list the server declared (always true where servers declare none) */
    bool null_sender; /* its line had the null sender (E-Post) */
    uint8_t hand;     /* private to trace: see chains.h */
    uint16_t reply_n, reply_room; /* bytes of the reply; bytes there are for one */
    uint32_t original;  /* hash of the address before aliases, 0 = none told; private to trace */
    char *reply;        /* of the last deferral or failure; NULL; owned */
    struct place place; /* of the final outcome's line, else of its last line */
    char *long_text;    /* the address, where it does not fit text[] */
    uint32_t text_n;
    char text[RECIPIENT_INLINE];
};

#define NO_UID UINT32_MAX

struct message {
    union {                      /* private to trace */
        uint64_t serial;         /* distinguishes messages of one key */
        struct {                 /* by queue id */
            uint32_t waiting_at; /* its place among those that wait, from 1; 0 = none */
            uint32_t declared;   /* recipients that are */
        };
        struct chain *chain;      /* a closed hop's */
        struct recipient *cursor; /* while a chain is folded */
    };
    when last;                    /* stamp of its last line */
    struct recipient *recipients; /* in order of first mention */
    uint64_t first_key;           /* by which trace finds the first of them; private to trace */
    uint32_t recipients_count, recipients_open; /* open: declared and not final */
    uint32_t source;                            /* of place; private to trace */
    bool accepted, notice, estimated, refused, has_sender, crossed;
    bool
        outside; /* no accepted message and none that began before: refused, or only the server's own mail */
    uint8_t end;         /* enum message_end */
    uint8_t auth, grade; /* enum verdict, join_grade of the client */
    union {
        uint8_t verdict; /* enum verdict (E-Post) */
        uint8_t hops;    /* of a timed one: queues it went through */
    };
    bool timed; /* its recipients carry a timing */
    struct recipient *last_recipient;
    uint64_t key;       /* hash of the id, the index key */
    struct place place; /* of the acceptance line, else of the first line */
    when entry;         /* entered the queue; WHEN_NONE if not accepted */
    when
        printed; /* ... as printed; of a timed one: its arrival, as the first line with an age tells, or WHEN_NONE */
    when
        until; /* of a queued one: the last stamp of its instance; else WHEN_NONE (but see waiting.h) */
    when done;                     /* end line's stamp, else WHEN_NONE */
    struct message *next;          /* same key, other message; or free list */
    struct message *older, *newer; /* open messages in order of arrival */
    void *index; /* of recipients by hash, where they are many; private to trace */
    uint64_t size;
    union {
        uint64_t qp;         /* qmail */
        uint64_t message_id; /* Postfix: hash, 0 = none seen; private to trace */
        uint64_t line;       /* sendmail: number of its last line; private to trace */
    };
    union {
        uint64_t parent_key; /* of the message it bounces or forwards, 0 = none */
        struct claims
            *claims; /* of a timed one: links to other hops, or NULL; owned, private to trace */
    };
    uint32_t uid;        /* of the local user that gave it to us, or NO_UID */
    uint32_t unnamed;    /* recipients the server declared that no line named */
    uint16_t text_at[7]; /* offsets into texts: text i is [text_at[i], text_at[i+1]) */
    uint8_t unnamed_end; /* enum recipient_end of those */
    uint8_t marks;       /* private to trace */
    /* Id, client, helo, login, auth method, sender, one after another (see message_text): in few where they fit, else in
     * a block of their own, owned.  The sender, which mostly comes after the others, goes behind them. */
    char *texts, few[TEXTS_INLINE];
};

enum message_text { TEXT_ID, TEXT_CLIENT, TEXT_HELO, TEXT_LOGIN, TEXT_METHOD, TEXT_SENDER };

static inline struct slice message_text(const struct message *m, enum message_text which)
{
    size_t from = m->text_at[which], to = m->text_at[which + 1];
    return slice_of(m->texts + from, to - from);
}

/* How long a recipient waited from the message's arrival to its outcome: by the age its line tells, else by the stamps.
 * false: the start or the end is not known. */
bool recipient_span(const struct message *m, const struct recipient *r, int64_t *span);

static inline struct slice recipient_text(const struct recipient *r)
{
    return slice_of(r->long_text ? r->long_text : r->text, r->text_n);
}

#endif
