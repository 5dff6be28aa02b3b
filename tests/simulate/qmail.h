/* qmail.h - the state of a simulated qmail-send and its log. */
#ifndef SIMULATE_QMAIL_H
#define SIMULATE_QMAIL_H

#include "sim.h"

enum sender_kind { SENDER_NORMAL, SENDER_NULL, SENDER_DOUBLE, SENDER_VERP };
enum plan { PLAN_DELIVER, PLAN_FAIL, PLAN_EXPIRE };
enum daemon_state { DAEMON_UP, DAEMON_STOPPING, DAEMON_DOWN };
enum result { RESULT_SUCCESS, RESULT_DEFERRAL, RESULT_MANGLED, RESULT_FAILURE, RESULT_EXPIRED };

struct recipient {
    struct address to;
    bool remote, done, forwards;
    uint8_t plan;
    uint16_t deferrals; /* still to come */
    /* what the surviving lines say of it */
    bool seen, start_seen;
    enum fate fate;
    int64_t fate_at;
};

struct message {
    struct message *next; /* in the backlog, or unresolved under the same inode */
    uint32_t inode, count, left, failures;
    uint32_t qp, uid, size;
    enum sender_kind sender_kind;
    struct address sender;
    int64_t born;           /* real, for the retry schedule */
    int64_t parent_bounced; /* stamp of the surviving line that announced this notice */
    bool announced;
    /* what the surviving lines say of it */
    int64_t new_at, info_at, end_at;
    bool named;
    struct recipient to[];
};

struct inode {
    struct message *open, *unresolved;
    bool end_lost;
};

struct running {
    struct message *message;
    uint32_t recipient, number;
    bool used;
};

struct waiting { /* deliveries that wait for a free slot */
    struct {
        struct message *message;
        uint32_t recipient;
    } * ring;
    size_t head, n, cap;
};

struct qmail {
    const struct options *o;
    struct names names;
    struct chance chance, loss, noise;
    struct truth truth;
    struct agenda agenda;
    struct maillog log;
    struct text body, line;
    int64_t now, stamp, first, last;
    uint64_t bytes, arrived;
    double rate;

    enum daemon_state state;
    bool crash_next;
    uint32_t generation, number, pid, pid_max;
    unsigned used[2], limit[2]; /* running deliveries: local, remote */
    struct running *running;
    struct waiting waiting[2];
    struct message *backlog, **backlog_end;
    struct inode *inodes;
    uint64_t *free_bits;
    uint32_t inode_words, lowest_word;
};

/* qmail_log.c: framing, rotation, loss.  The body lies in q->body. */
void log_open(struct qmail *q);
void log_close(struct qmail *q);
void log_stamp(struct qmail *q);
/* Writes the body unless fate (--lose, warm-up) takes it; true: written. */
bool log_line(struct qmail *q);
/* Writes it in any case but warm-up. */
bool log_surely(struct qmail *q);
bool log_unless(struct qmail *q, bool lost);
void log_noise(struct qmail *q);

/* qmail_reply.c */
void put_result(struct qmail *q, const struct recipient *r, enum result result, uint32_t child_qp);

/* qmail_message.c: birth of messages, their plans */
struct message *message_from_outside(struct qmail *q);
struct message *message_notice(struct qmail *q, const struct message *failed);
struct message *message_forward(struct qmail *q, const struct message *m);
uint32_t pid_next(struct qmail *q);
int64_t retry_at(const struct message *m, const struct recipient *r, int64_t now);

/* qmail_truth.c */
void fold_message(struct qmail *q, struct message *m);
/* The inode was taken again by a message whose birth is on record. */
void fold_reused(struct qmail *q, struct inode *inode);
void fold_rest(struct qmail *q);

#endif
