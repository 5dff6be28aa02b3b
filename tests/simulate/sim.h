/* sim.h - the simulator's own vocabulary.  Independent of the program under test: it shares no code with it. */
#ifndef SIMULATE_SIM_H
#define SIMULATE_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SECOND INT64_C(1000000)
#define DAY_SECONDS INT64_C(86400)

enum server {
    SERVER_EPOST,
    SERVER_MULTILOG,
    SERVER_SYSLOG,
    SERVER_POSTFIX,
    SERVER_SENDMAIL,
    SERVER_EXIM
};
enum rotation { ROTATE_NONE, ROTATE_BYTES, ROTATE_DAILY, ROTATE_WEEKLY };

struct options {
    enum server server;
    uint64_t messages, bytes, seed, rotate_bytes;
    int64_t start;                    /* microseconds since 1970, UTC */
    double days, retry, lose, warmup; /* warmup: seconds the server ran before its log begins */
    uint32_t domains, recipients;
    unsigned restarts;
    enum rotation rotation;
    bool numbered; /* maillog.1 .2.gz instead of maillog-20261227.gz */
    bool crlf, flat;
    bool iso, long_ids; /* Postfix: stamps of rsyslog today; enable_long_queue_ids */
    bool filter;        /* Postfix: all mail of others passes a content filter and comes back */
    long zone;          /* seconds east */
    const char *host;   /* of maillogs */
    const char *out, *truth;
    int backlog_day; /* E-Post: this day own mailboxes are slow; -1 = never */
    int burst_day;   /* E-Post: the night of this day one login sends in bulk; -1 = never */
    unsigned burst;  /* messages of that login */
    int outage_day;  /* this day the busiest remote domain defers everything; -1 = never */
};

/* ---- numbers by chance: splitmix64, fixed for ever */
struct chance {
    uint64_t state;
};
uint64_t chance_u64(struct chance *c);
static inline double chance_unit(struct chance *c)
{
    return (double)(chance_u64(c) >> 11) * 0x1.0p-53;
}
static inline bool chance_hit(struct chance *c, double p)
{
    return p > 0 && chance_unit(c) < p;
}
static inline uint32_t chance_below(struct chance *c, uint32_t n)
{
    return (uint32_t)(((chance_u64(c) >> 32) * n) >> 32);
}
/* Microseconds, exponentially spread about mean seconds. */
int64_t chance_span(struct chance *c, double mean_seconds);

/* ---- one line under construction */
struct text {
    size_t n;
    char p[16384];
};
static inline void put(struct text *t, const char *p, size_t n)
{
    if (n > sizeof t->p - t->n)
        n = sizeof t->p - t->n;
    memcpy(t->p + t->n, p, n);
    t->n += n;
}
#define PUT(t, literal) put((t), "" literal, sizeof(literal) - 1)
static inline void put_z(struct text *t, const char *z)
{
    put(t, z, strlen(z));
}
void put_u64(struct text *t, uint64_t v);
void put_padded(struct text *t, uint64_t v, unsigned width);
void put_hex(struct text *t, uint64_t v, unsigned width);

/* ---- civil time, by arithmetic alone */
struct day_time {
    int year;
    unsigned month, day, hour, minute, second;
};
struct day_time day_time_of(int64_t seconds);
int64_t days_from_civil(int year, unsigned month, unsigned day);
extern const char month_names[12][4];
bool start_parse(const char *rfc3339, int64_t *out);
bool zone_parse(const char *offset, long *out);
/* Share of the day's mail in this hour of a local clock, mean about 1. */
double hour_weight(int64_t local_seconds);

/* ---- addresses: a number each; the text follows from the number */
struct address {
    uint32_t domain; /* index in the domain table; own domains come last */
    uint32_t user;
    uint8_t form; /* FORM_* */
};
enum address_form {
    FORM_PLAIN,
    FORM_UPPER_DOMAIN,
    FORM_NO_DOMAIN,
    FORM_EMPTY,
    FORM_LIST,
    FORM_VIRTUAL,
    FORM_UPPER_USER
};
struct names {
    uint32_t domains, pool; /* remote domains; distinct recipients */
    uint32_t own;           /* number of own domains, at index domains.. */
    char (*domain)[40];
    uint32_t *alias;
    double *keep;
};
void names_open(struct names *n, uint32_t domains, uint32_t pool);
void names_close(struct names *n);
struct address names_remote(const struct names *n, struct chance *c);
struct address names_local(const struct names *n, struct chance *c);
void put_address(struct text *t, const struct names *n, struct address a);
static inline bool address_same(struct address a, struct address b)
{
    return a.domain == b.domain && a.user == b.user &&
           (a.form == FORM_LIST) == (b.form == FORM_LIST) &&
           (a.form == FORM_NO_DOMAIN) == (b.form == FORM_NO_DOMAIN) &&
           (a.form == FORM_EMPTY) == (b.form == FORM_EMPTY);
}

/* ---- what was written, by file and class */
enum line_class {
    CLASS_PARSED,
    CLASS_OTHER,
    CLASS_SKIPPED,
    CLASS_UNPARSED,
    CLASS_CONTINUATION,
    CLASS_BLANK,
    CLASS_MAX
};
struct file_count {
    char path[200];
    uint64_t lines[CLASS_MAX], bytes[CLASS_MAX];
};
struct sink {
    bool open, gzip;
    void *file;      /* gzFile or FILE */
    size_t n, index; /* bytes held; place in the list of files */
    uint64_t bytes;
    char buf[1 << 17];
};
struct file_list {
    struct file_count *all;
    size_t n, cap;
};
extern struct file_list files;
void sink_open(struct sink *s, const char *root, const char *path, bool gzip);
void sink_write(struct sink *s, const char *p, size_t n, enum line_class class);
void sink_close(struct sink *s);
/* The file is known under another name from now on (moved on disk too). */
void sink_rename(const char *root, size_t index, const char *to);
/* The closed plain file becomes this .gz. */
void sink_compress(const char *root, size_t index, const char *to);
void folder_make(const char *root, const char *path);

/* ---- one maillog of syslog's and logrotate's */
struct maillog {
    const struct options *o;
    const char *name; /* as it was opened first: maillog, mainlog */
    struct sink sink;
    int64_t second; /* the local second the cached stamp is of */
    struct text stamp;
    int64_t rotation_day;
    size_t first_file;
};
void maillog_open(struct maillog *l, const struct options *o, const char *path, int64_t now);
/* Before a line of that time is written. */
void maillog_rotate(struct maillog *l, int64_t now);
bool maillog_due(const struct maillog *l, int64_t now);
void maillog_close(struct maillog *l);
/* "Jan 11 12:00:00 mx1 " with --host mx1, or "2026-01-11T12:00:00.123456+09:00 mx1 " with --iso */
void maillog_stamp(struct maillog *l, struct text *line, int64_t now);
/* "08:21:04" */
void put_time_of_day(struct text *t, const struct day_time *d);
/* "double-bounce@mx1.example.jp": the server's own name between two texts. */
void put_own(struct text *t, const struct options *o, const char *before, const char *after);
void failed(const char *what, const char *which) __attribute__((noreturn));
void *wanted(void *p);

/* ---- what will happen, in order of time */
struct happening {
    int64_t at;
    uint64_t order;
    void *what;
    uint32_t kind, which;
};
struct agenda {
    struct happening *heap;
    size_t n, cap;
    uint64_t order;
};
void agenda_add(struct agenda *a, int64_t at, uint32_t kind, void *what, uint32_t which);
bool agenda_next(struct agenda *a, struct happening *out);

/* ---- what is true */
enum fate { FATE_NONE, FATE_DELIVERED, FATE_BOUNCED, FATE_EXPIRED, FATE_DELETED, FATE_DISCARDED };
struct spans {
    int64_t *v;
    size_t n, cap;
};
struct domain_truth {
    struct spans dwell;
    uint64_t attempts, deferrals, failed, queued;
};
struct truth {
    bool wanted;
    struct {
        uint64_t accepted, finished, queued, end_missing, notices, began_before, server_made,
            refused;
    } messages;
    struct {
        uint64_t accepted, delivered, bounced, expired, deleted, discarded, queued, unknown,
            began_before, derived, server_made;
    } recipients;
    struct {
        uint64_t success, deferral, failure;
    } attempts;
    uint64_t without_dwell, estimated;
    struct spans delivered, failed, message;
    uint64_t real_n, real_abs_sum;
    int64_t real_max;
    uint64_t written, lost; /* log lines */
    struct domain_truth *domain;
};
void spans_add(struct spans *s, int64_t v);
void truth_open(struct truth *t, const struct names *n, bool wanted);
#define NO_DOMAIN UINT32_MAX
/* A recipient of an accepted message ended (fate) after this dwell. */
void truth_recipient(struct truth *t, enum fate fate, uint32_t domain, int64_t dwell);
void truth_write(struct truth *t, const struct names *n, const struct options *o, int64_t first,
                 int64_t last);

int simulate_qmail(const struct options *o);
int simulate_epost(const struct options *o);
int simulate_postfix(const struct options *o);
struct mta_server; /* mta.h */
extern const struct mta_server sendmail_server, exim_server;
int simulate_mta(const struct options *o, const struct mta_server *server);

#endif
