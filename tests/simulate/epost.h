/* epost.h - the state of a simulated E-Post cluster (receiver and delivery of one or two computers). */
#ifndef SIMULATE_EPOST_H
#define SIMULATE_EPOST_H

#include "sim.h"

enum log_kind {
    LOG_IN,
    LOG_OUT,
    LOG_LOCAL,
    LOG_FAIL,
    LOG_ACCEPT,
    LOG_SENDER,
    LOG_RECEIVE,
    LOG_KINDS
};
enum { PLAN_DELIVER, PLAN_FAIL, PLAN_NO_CONTACT, PLAN_TEMPORARY };

struct recipient {
    struct address to;
    bool local, done, list;
    uint8_t plan;
    uint16_t deferrals, tries; /* tries counts at the first recipient of a domain */
    enum fate fate;
    int64_t fate_at;
};

/* A recipient of the same id that inlog does not name. */
struct extra {
    struct address to;
    bool with_sender, without_sender; /* what surviving lines showed */
    enum fate fate;
};

struct message {
    struct message *previous, *next;
    uint32_t counter;
    int computer, deliverer;
    bool null_sender, authenticated, refused, doubled, burst;
    uint32_t refs;
    struct address from;
    unsigned peer;
    int64_t begun, stamp, data_end; /* connection, printed stamp, real entry */
    /* what the surviving lines say */
    bool entered, abort_seen;
    int64_t entry, first_delivery;
    struct extra *extra;
    uint32_t extras, count;
    struct recipient to[];
};

struct auth_session {
    int computer;
    int64_t begun, stamp;
    uint32_t left;
    unsigned peer;
    bool burst;
    struct address login;
};

/* An accepted recipient without an end: queued or unknown, as the end of the log decides. */
struct open_entry {
    int64_t entry;
    uint32_t recipients, first_domain;
};

struct epost {
    const struct options *o;
    struct names names;
    struct chance chance, loss, noise;
    struct truth truth;
    struct agenda agenda;
    struct text line;
    struct sink *sinks[2][LOG_KINDS];
    int64_t day[2][LOG_KINDS]; /* local day of the open file */
    int64_t clock[2];          /* greatest stamp of the surviving inlog lines of this file */
    uint8_t *days_present;     /* bit 0 outlog, bit 1 outlocallog, by local day since first_day */
    size_t days_n;
    int64_t first_day;
    int64_t now, first, last, second;
    struct text stamp_text;
    uint64_t bytes, arrived;
    uint32_t counter;
    double rate;
    struct message *alive;
    struct open_entry *open;
    size_t open_n, open_cap;
    uint32_t *open_domains;
    size_t open_domains_n, open_domains_cap;
};

/* epost_log.c.  Each writes one line (or block) for m and tells whether it survived. */
void epost_files_open(struct epost *e);
void epost_files_close(struct epost *e);
bool write_inlog(struct epost *e, const struct message *m);
void write_accept(struct epost *e, const struct message *m);
bool write_verdict(struct epost *e, const struct message *m, const char *status);
void write_guess(struct epost *e, int computer, unsigned peer);
void write_receive(struct epost *e, const struct message *m);
bool write_local(struct epost *e, const struct message *m, bool with_sender, struct address from,
                 struct address to);
bool write_out(struct epost *e, const struct message *m, bool with_sender, struct address from,
               const struct address *to, uint32_t n);
bool write_fail(struct epost *e, const struct message *m, bool with_sender, struct address to,
                const char *reason);
/* The lines of one try up to the connection; and its verdict: 1 = will be retried, 0 = given up. */
void write_try(struct epost *e, const struct message *m, uint32_t leader, bool connects);
bool write_status(struct epost *e, const struct message *m, uint32_t leader, int verdict);

bool line_end(struct epost *e, int computer, enum log_kind kind, int64_t stamp);
void flush_line(struct epost *e, int computer, enum log_kind kind, enum line_class class);
void put_clock(struct epost *e);
void put_base(struct epost *e, const struct message *m);

/* epost_message.c: most = BURST_RECIPIENTS asks for the mail of a bulk sender. */
#define BURST_RECIPIENTS 26
struct message *epost_message(struct epost *e, bool outbound, uint32_t most);
struct message *epost_forward(struct epost *e, const struct message *m);
struct extra *epost_extra(struct message *m, struct address to);
bool epost_names(const struct message *m, struct address a);

/* epost_truth.c */
void epost_fold(struct epost *e, struct message *m);
void epost_fold_open(struct epost *e);
uint32_t domain_or_none(struct address a);

#endif
