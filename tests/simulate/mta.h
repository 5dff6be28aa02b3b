/* mta.h - a simulated queue of sendmail's or Exim's: what happens to mail is one, what is written of it is each one's own.
 *
 * Nothing is lost of these logs (no --lose, no --warmup): the truth is what was written. */
#ifndef SIMULATE_MTA_H
#define SIMULATE_MTA_H

#include "sim.h"

enum mta_plan { MTA_DELIVER, MTA_FAIL, MTA_EXPIRE, MTA_DISCARD };
enum mta_result { MTA_SENT, MTA_DEFERRED, MTA_FAILED, MTA_DISCARDED };

struct mta_recipient {
    struct address to;
    bool remote, done, seen;
    uint8_t plan, result; /* of the run that goes on */
    uint8_t copies;       /* an alias: becomes so many users; 0: itself */
    uint16_t deferrals;   /* still to come */
};

struct mta_message {
    char id[24], parent[24];
    int64_t born, entered; /* the id's instant; the line that tells it enters the queue */
    struct address sender;
    int64_t longest; /* dwell of its recipients so far */
    bool null_sender, local;
    bool named;   /* a line of another hop names its recipients as they came */
    bool counted; /* a line told how many recipients it has */
    uint32_t size, count, left, tries;
    struct mta_recipient to[];
};

struct mta;
struct mta_server {
    int64_t lifetime; /* seconds */
    bool freezes;     /* a bounce that bounces stays, frozen, for two days */
    bool local_names; /* copies of an alias are users without a domain, the first too */
    void (*open)(struct mta *s);
    void (*close)(struct mta *s);
    void (*name)(struct mta *s, struct mta_message *m);
    void (*started)(struct mta *s);
    void (*arrived)(struct mta *s, struct mta_message *m);
    /* Recipients first to last of m that are not done, of one domain and one result. */
    void (*tried)(struct mta *s, struct mta_message *m, uint32_t first, uint32_t last);
    /* m gave rise to a notice, after failures or because it is too old (then all that is open ends). */
    void (*bounced)(struct mta *s, struct mta_message *m, struct mta_message *child, bool late);
    void (*froze)(struct mta *s, struct mta_message *m);
    void (*thawed)(struct mta *s, struct mta_message *m);
    void (*ended)(struct mta *s, struct mta_message *m);
    void (*refused)(struct mta *s);
    /* Before a line is written at s->now. */
    void (*stamp)(struct mta *s);
};

struct mta {
    const struct options *o;
    const struct mta_server *server;
    struct names names;
    struct chance chance, noise;
    struct truth truth;
    struct agenda agenda;
    struct maillog log;
    struct text line;
    int64_t now, first, last;
    uint64_t bytes, arrived;
    uint32_t pid, serial;
    double rate;
};

uint32_t mta_pid(struct mta *s);
/* An address of the test networks, and the host of a domain's mail. */
void put_any_ip(struct text *t, struct mta *s);
void put_mx(struct text *t, const struct mta *s, uint32_t domain);
/* One of n texts, by chance: what others say decides nothing. */
const char *any_of(struct mta *s, const char *const *texts, size_t n);
#define ANY_OF(s, list) any_of((s), (list), sizeof(list) / sizeof(list)[0])
/* The line in s->line goes out; line_begin has put its stamp. */
void mta_begin(struct mta *s);
void mta_end(struct mta *s);
/* "<a@example.jp>" or "<>" */
void put_sender_of(struct text *t, const struct mta *s, const struct mta_message *m);

#endif
