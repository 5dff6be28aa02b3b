/* postfix.h - the inside of the Postfix dialect: what its files share.
 *
 * Every reader here gets *e as dialect_read does (program, pid, and here session set) and the text named in its
 * comment; it gives LINE_PARSED or LINE_UNPARSED. */
#ifndef FORMAT_POSTFIX_H
#define FORMAT_POSTFIX_H

#include "dialects.h"
#include "epost.h"

#define EAT(s, text) slice_eat(s, SLICE(text))

/* Which programs write lines of one manner. */
enum postfix_agent {
    AGENT_OTHER, /* cleanup, pickup, qmgr, bounce, master ...: lines tell themselves */
    AGENT_SMTPD,
    AGENT_POSTSCREEN, /* and dnsblog, tlsproxy */
    AGENT_SMTP,       /* and lmtp */
    AGENT_LOCAL,      /* and virtual */
    AGENT_POSTSUPER
};

/* "mx.example.net[192.0.2.9]:25": each part may be empty, port 0. */
struct peer {
    struct slice name, address;
    unsigned port;
};

static inline bool postfix_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* *s without end, if it ends so. */
static inline bool cut_end(struct slice *s, struct slice end)
{
    if (!slice_ends(*s, end))
        return false;
    s->n -= end.n;
    return true;
}

/* One peer at the start of *s, stepped over; *s is untouched where there is none. */
bool peer_eat(struct slice *s, struct peer *p);
/* A peer as the one that came to us; "unknown" is not said. */
void peer_client(const struct peer *p, struct event *e);
/* A peer as the one we went to; an address that is none (a socket) becomes the fact relay_service. */
void peer_relay(const struct peer *p, struct event *e);
/* An id and what stands behind it: its length where s begins with one that ": " follows, else 0.  NOQUEUE is none. */
size_t postfix_id(struct slice s);
/* Is all of s an id? */
bool postfix_id_whole(struct slice s);
/* "550 5.1.1 " at the start of *s: to code and status, stepped over. */
void postfix_codes(struct slice *s, struct event *e);

/* A message got the id of *e; a long one tells when. */
void postfix_accepted(struct event *e);

/* Behind "QID: from=<", "uid=", "message-id=". */
enum line_class postfix_envelope(struct slice s, struct event *e);
enum line_class postfix_picked_up(struct slice s, struct event *e);
enum line_class postfix_message_id(struct slice s, struct event *e);
/* Behind "QID: ": "sender non-delivery notification: 5A3D2B1C0F". */
enum line_class postfix_notification(struct slice s, struct event *e);
/* "QID: removed" */
enum line_class postfix_removed(enum postfix_agent agent, struct event *e);
/* Is what stands behind "QID: " known, and needs no join? */
bool postfix_passing(struct slice s, struct event *e);

/* Behind "QID: " or "NOQUEUE: " (then *e has no queue id): "reject: RCPT from ...", "header ..." and the like. */
enum line_class postfix_action(struct slice s, struct event *e);
/* Lines of smtpd and of postscreen's kin that begin with no id. */
enum line_class postfix_smtpd(struct slice s, struct event *e);
enum line_class postfix_postscreen(struct slice s, struct event *e);
/* Behind "QID: ": "client=...". */
enum line_class postfix_accept(struct slice s, struct event *e);
/* "lost connection after DATA (812 bytes) from ...", with or without an id before it. */
enum line_class postfix_lost(struct slice s, struct event *e);
/* Behind "warning: ": what a client did.  LINE_UNPARSED: it is about something else. */
enum line_class postfix_warned(struct slice s, struct event *e);
/* "Anonymous TLS connection established from ..." */
enum line_class postfix_tls(struct slice s, struct event *e);

/* Behind "QID: to=". */
enum line_class postfix_delivery(struct slice s, enum postfix_agent agent, struct event *e);
/* What smtp and lmtp say besides: behind "QID: ", or where no id stands. */
enum line_class postfix_smtp_id(struct slice s, struct event *e);
enum line_class postfix_smtp(struct slice s, struct event *e);

#endif
