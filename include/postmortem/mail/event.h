/* event.h - the vocabulary: what one log record says, whatever server wrote it.
 *
 * A dialect fills the fields its record carries and leaves the rest zero (an empty slice, 0, or the _NONE of an
 * enum: "not said").  All slices point into the record and live until the next line is read. */
#ifndef POSTMORTEM_MAIL_EVENT_H
#define POSTMORTEM_MAIL_EVENT_H

#include "postmortem/base/memory.h"
#include "postmortem/clock/when.h"

enum event_kind {
    EVENT_NONE,   /* understood, nothing to join (a status line without news) */
    EVENT_ACCEPT, /* a message entered the queue: qmail "new msg", E-Post inlog, Postfix client= */
    EVENT_ENVELOPE, /* sender, size, injector of a message: qmail "info msg", Postfix qmgr from= */
    EVENT_MESSAGE_ID, /* its Message-ID */
    EVENT_START,      /* a delivery attempt began (qmail) */
    EVENT_ATTEMPT,    /* a delivery attempt ended: outcome, reply */
    EVENT_LINK,       /* this message gave rise to another: bounce, forward, re-injection */
    EVENT_GIVE_UP, /* the server ends all recipients that are still open, with outcome: Postfix status=expired */
    EVENT_DONE, /* the message left the queue; with an outcome: what that means for recipients still open */
    EVENT_HOLD, /* the message is to lie in the queue until an operator lets it go, or, if final, is let go; verdict ok: it
                 * lies there, not said: its text may yet fail to come */
    EVENT_REJECT,  /* a refusal before acceptance */
    EVENT_LOGIN,   /* an authentication verdict */
    EVENT_SESSION, /* a client connection: opened, verdict, closed */
    /* Of daemons, not of mail: the last ones (see analyses_event). */
    EVENT_SERVICE, /* start, stop, alert, warning of a daemon */
    EVENT_LOAD,    /* running deliveries and their limits (qmail status) */
};

enum outcome {
    OUTCOME_NONE,
    OUTCOME_SENT,
    OUTCOME_DEFERRED,
    OUTCOME_BOUNCED,
    OUTCOME_EXPIRED,
    OUTCOME_DELETED,
    OUTCOME_DISCARDED
};

enum channel { CHANNEL_NONE, CHANNEL_LOCAL, CHANNEL_REMOTE };

enum verdict { VERDICT_NONE, VERDICT_OK, VERDICT_FAILED, VERDICT_ABORTED, VERDICT_TIMEOUT };

/* How surely a client belongs to a message; grade none prints no address. */
enum join_grade { JOIN_NONE, JOIN_TIME_ENVELOPE, JOIN_PID, JOIN_EXACT };

enum link_kind {
    LINK_NONE,
    LINK_BOUNCE,
    LINK_DOUBLE_BOUNCE,
    LINK_FORWARD,
    LINK_REINJECT, /* the same message goes on under another id: "queued as", orig_queue_id= */
    LINK_RENAME    /* the same message was put into the queue anew: postsuper -r, orig_id= */
};

enum service_event {
    SERVICE_NONE,
    SERVICE_START,
    SERVICE_STOPPING,
    SERVICE_STOP,
    SERVICE_ALERT,
    SERVICE_WARNING,
    SERVICE_BOUNCE_LOST, /* a double or triple bounce was thrown away */
    SERVICE_CLOCK_BACK /* the stamp of this line (age_now) is before that of the line above it (age_from) */
};

/* What a record says beyond the vocabulary, by name ("tls_cipher", "dnsbl_rank"): for listings, never for figures. */
struct fact {
    const char *name; /* one of a dialect's own */
    struct slice value;
};
enum { EVENT_FACTS = 24 };

/* Where a record's first line stands: 1-based physical line, offset in decompressed bytes of its source. */
struct place {
    uint64_t offset, line;
    uint32_t source;
};

/* What happened to mail before and while it was sent, microseconds: Postfix delays=a/b/c/d. */
struct phases {
    int64_t before_queue, in_queue, connect, transfer;
};

struct event {
    enum event_kind kind;
    unsigned dialect; /* enum dialect_id of what read it; tells whose it is (dialect_server) */
    when time;        /* the instant; for E-Post inlog the entry clock (see printed) */
    when printed;     /* the stamp as printed, where time differs from it; else equal to time */
    struct place place;
    struct slice host;    /* host named in the line itself; empty: the source's */
    struct slice program; /* syslog tag without pid */
    uint64_t pid;

    struct slice
        queue_id; /* without <> and branches; E-Post: base@localname where the line has it, else base */
    uint64_t delivery_id; /* qmail delivery number; 0 = none */
    struct slice
        session;         /* E-Post receivelog session, Dovecot session, indimail queue ("queue3") */
    struct slice client; /* IP that gave it to us */
    unsigned client_port;
    struct slice client_name; /* its reverse name where logged */
    struct slice helo;
    struct slice login;
    struct slice auth_method;
    enum verdict auth; /* VERDICT_OK / VERDICT_FAILED where an authentication was tried */
    uint64_t tries;    /* of a LOGIN: how many it tells at once; 0 = one */
    bool
        echo; /* of a LOGIN or a filter's verdict: another record tells the same (Dovecot auth, then the login process) */
    enum verdict
        verdict; /* of a session or transaction: ok, abort, timeout; of a filter: ok, failed = spam or refused */
    enum join_grade client_grade;
    uint64_t uid;
    bool has_uid;
    struct slice sender; /* empty and has_sender: the null sender */
    bool has_sender;
    struct slice message_id;
    struct slice recipient; /* one recipient; or */
    struct slice
        recipients; /* several: by single blanks (E-Post inlog, outlog), or by commas (sendmail, amavis) */
    struct slice orig_recipient; /* the address before aliases and rewriting: Postfix orig_to= */
    struct slice domain; /* an attempt that names only a destination domain (E-Post senderlog) */
    uint64_t declared_recipients;
    uint64_t size; /* bytes; 0 = not said */
    enum channel channel;
    struct slice relay; /* whom we gave it to: host, else IP, socket or transport */
    struct slice relay_ip;
    unsigned relay_port;
    struct slice stage; /* SMTP stage of a refusal: "RCPT", "END-OF-MESSAGE" */
    struct slice proto; /* "ESMTP", "esmtpsa" */
    enum outcome outcome;
    bool final;          /* the outcome ends the recipient */
    bool mangled;        /* qmail "report mangled, will defer" */
    bool probe;          /* an address verification, no mail: Postfix status=deliverable */
    struct slice status; /* enhanced status code "5.1.1" */
    unsigned code;       /* SMTP reply code; 0 = none */
    struct slice reply;  /* the remote's or our own text, raw */
    when age_now,
        age_from; /* senderlog L and O: the attempt's instant and the arrival; WHEN_NONE/0 = not said */
    bool has_age;
    when
        id_time; /* the instant the queue id was made, where it carries one and this line was written then; by it zone
                   * and year are learnt */
    bool has_id_time;
    int64_t
        delay; /* age of the message at this record as the server says, microseconds; valid where has_delay */
    bool has_delay, has_phases;
    struct phases phases;

    enum link_kind link;
    uint64_t
        qp; /* qmail: pid of qmail-queue: of the injection (ENVELOPE), of the child (LINK, and ATTEMPT
                              with LINK_FORWARD: a success that forwarded) */
    struct slice link_id; /* queue id of the other message */
    enum service_event service;
    struct slice text; /* free text of a service event or refusal */
    unsigned
        repeated; /* the line says that such a refusal, login or session came so often again ("message repeated 3
                          times"): 1 to REPEATED_MAX, and no queue id; 0: the line is the one itself */
    unsigned running_local, limit_local, running_remote, limit_remote;
    bool brief;       /* nobody lists facts: a dialect may leave out those that cost to find */
    unsigned facts_n; /* of facts, the last field: the rest of it is undefined */
    struct fact facts[EVENT_FACTS];
};

/* What a line may claim to stand for: who can write to a log can write any number. */
#define REPEATED_MAX 1000000u

/* How many refusals, logins or sessions the event stands for. */
static inline uint64_t event_times(const struct event *e)
{
    return e->repeated ? e->repeated : 1;
}

/* A copy for whoever keeps an event; its facts, the most of it, are left out. */
static inline void event_copy(struct event *to, const struct event *e)
{
    mem_copy(to, e, offsetof(struct event, facts));
    to->facts_n = 0;
}

/* One more fact; those beyond EVENT_FACTS are dropped. */
static inline void event_fact(struct event *e, const char *name, struct slice value)
{
    if (e->facts_n < EVENT_FACTS)
        e->facts[e->facts_n++] = (struct fact){name, value};
}

#endif
