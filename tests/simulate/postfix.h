/* postfix.h - the state of a simulated Postfix and its log. */
#ifndef SIMULATE_POSTFIX_H
#define SIMULATE_POSTFIX_H

#include "sim.h"

#define NEVER INT64_MIN

enum origin {
    ORIGIN_CLIENT,
    ORIGIN_LOGIN,
    ORIGIN_LOCAL,
    ORIGIN_NOTICE,
    ORIGIN_FORWARD,
    ORIGIN_PROBE
};
enum plan { PLAN_DELIVER, PLAN_FAIL, PLAN_EXPIRE };
enum result { RESULT_SENT, RESULT_DEFERRED, RESULT_BOUNCED };

struct recipient {
    struct address to;
    bool remote, done, forwards, aliased;
    uint8_t plan;
    uint16_t deferrals; /* still to come */
    /* what the written lines say of it */
    bool named;
    enum fate fate;
    int64_t dwell;
    int64_t arrived; /* of a filtered message, by the line that gave it to the filter */
};

struct message {
    struct message *previous, *next; /* of those alive */
    uint32_t inode, count, left, running, failures, size;
    enum origin origin;
    bool null_sender, warned,
        filtered; /* filtered: it came back from the filter, under a second id */
    struct address sender;
    uint64_t serial;
    int64_t born; /* arrival, under this id */
    char id[24];
    /* what the written lines say of it */
    int64_t opened; /* the line that begins it; NEVER */
    int64_t told;   /* arrival by the first line with an age; NEVER */
    int64_t heard;  /* its last line */
    bool entered, managed, linked, probed, refused; /* entered: who gave it to us stands there */
    struct recipient to[];
};

struct postfix {
    const struct options *o;
    struct names names;
    struct chance chance, noise;
    struct truth truth;
    struct agenda agenda;
    struct maillog log;
    struct text line;
    int64_t now, stamp, first, last;
    uint64_t bytes, arrived, serial;
    double rate;
    uint64_t *free_bits;
    uint32_t inode_words, lowest_word;
    struct message *alive;
};

/* postfix_log.c.  A line is begun by a tag, filled in p->line, and ended; true: it is in the log. */
void entry_begin(struct postfix *p, const char *service, unsigned pid);
void entry_begin_id(struct postfix *p, const char *service, unsigned pid, const struct message *m);
bool entry_end(struct postfix *p);
/* The stamp of the line last written, as a reader sees it. */
int64_t entry_shown(const struct postfix *p);
void put_client(struct postfix *p, uint32_t number);
void put_mail_address(struct postfix *p, struct address a);
/* An age or a span as Postfix prints it; the value printed is returned. */
int64_t put_span(struct text *t, int64_t us);
void id_make(struct postfix *p, struct message *m);
void inode_free(struct postfix *p, struct message *m);

/* postfix_reply.c: the rest of a delivery line, from relay= on. */
int64_t put_delivery(struct postfix *p, const struct message *m, const struct recipient *r,
                     enum result result, const struct message *child);
/* ", delay=..., delays=...": the age as printed. */
int64_t put_delays(struct postfix *p, const struct message *m);
const char *delivery_agent(const struct message *m, const struct recipient *r, enum result result);

/* postfix_noise.c: sessions that bring no mail. */
void noise_session(struct postfix *p);
void noise_daemon(struct postfix *p);

/* postfix_message.c */
struct message *postfix_message(struct postfix *p);
struct message *postfix_notice(struct postfix *p, const struct message *parent);
struct message *postfix_forward(struct postfix *p, const struct message *parent);
struct message *postfix_probe(struct postfix *p);

/* postfix_truth.c */
void postfix_fold(struct postfix *p, struct message *m, bool finished);

#endif
