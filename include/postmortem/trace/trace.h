/* trace.h - events to messages: the join.
 *
 * One `struct trace` follows one log instance through a run of its sources in rank order.  The law (tests/trace): cut
 * the log anywhere, follow the pieces apart, join them in rank order in any grouping - and the messages folded are
 * those of one pass.  It holds by construction: a piece that is not the first keeps every event whose message began
 * before it (its *head*), in order; joining replays the head into the earlier piece's state with the very code of
 * one pass, seals what the piece proves reused, and takes over what the piece leaves open. */
#ifndef POSTMORTEM_TRACE_TRACE_H
#define POSTMORTEM_TRACE_TRACE_H

#include "postmortem/trace/message.h"

/* A delivery attempt that ended, at the moment it is known whose it was. */
struct attempt {
    enum outcome outcome; /* SENT, DEFERRED, or a failure */
    when time;
    when started;   /* WHEN_NONE where the log has none */
    uint64_t count; /* recipients tried at once (1, but for an E-Post deferral of a whole domain) */
    struct slice recipient;        /* empty: not known */
    const struct message *message; /* NULL: not known */
};

/* Mail outside the accepted messages. */
enum extra_kind { EXTRA_DERIVED, EXTRA_SERVER_MADE, EXTRA_REFUSED };

struct trace_sink {
    void *context;
    void (*message)(void *context, const struct message *m);
    void (*attempt)(void *context, const struct attempt *a);
    void (*extra)(void *context, enum extra_kind kind, enum recipient_end end, when time);
    void (*notice)(void *context, when time); /* one more bounce or notice entered the queue */
};

/* What the end of the evidence says of what is still open. */
struct trace_end {
    when last;        /* last stamp of the instance */
    int64_t lifetime; /* give-up time, microseconds; 0 = the server's default */
    void *context;
    /* Are the logs that would show a recipient's end there for the whole time from entry to last? NULL: yes. */
    bool (*covered)(void *context, when entry, when last);
    /* Does a queue snapshot hold it?  1 yes, 0 no, -1 there is none.  NULL: none. */
    int (*snapshot)(void *context, const struct message *m, const struct recipient *r);
};

struct trace;

/* The server's default give-up time, microseconds (qmail 7 d: queuelifetime(5); E-Post 24 h: SendOtherTime). */
int64_t trace_lifetime(struct slice server);
/* first: no earlier part of this instance exists, so whatever has no beginning began before the evidence.
 * lifetime 0 = the default.  NULL: mail of that server is not joined (Dovecot). */
struct trace *trace_new(struct slice server, int64_t lifetime, bool first);
void trace_free(struct trace *t);
/* Where messages go; may be changed at any time. */
void trace_sink_set(struct trace *t, const struct trace_sink *sink);
void trace_event(struct trace *t, const struct event *e);
/* later is the next part in rank order; afterwards earlier stands for both and later is empty. */
void trace_join(struct trace *earlier, struct trace *later);
/* Can it not be vouched that the parts joined so far tell what one pass would?  E-Post alone: an id was used again, or by two
 * servers at once, within the give-up time and across the cut, or a clock went back by that much.  Then what was folded is
 * worth nothing: follow the log in one part. */
bool trace_unfit(const struct trace *t);
/* The hosts whose logs are there, by the names that lines and options give them: what one of them hands to another stays
 * one message.  Names are not copied; NULL where there are less than two. */
struct trace_peers *trace_peers_new(const struct slice *names, size_t count);
void trace_peers_free(struct trace_peers *p);
/* Before the first event: peers, and which of them wrote this log. */
void trace_peers_set(struct trace *t, const struct trace_peers *peers, struct slice own);
/* Fold everything that is open, but for what another host may have had afterwards or before: see traces_meet. */
void trace_finish(struct trace *t, const struct trace_end *end);
/* Once all are finished: fold what was handed from host to host. */
void traces_meet(struct trace *const *all, size_t count);
/* All that t holds between lines, as bytes: where it goes on in another process.  Equal states give equal bytes. */
void trace_save(const struct trace *t, struct buf *out);
/* A trace that stands where the saved one stood (untrusted bytes), without a sink; server, lifetime and first as they
 * were told to trace_new.  Places must lie in sources below sources.  NULL on damage. */
struct trace *trace_load(struct slice server, int64_t lifetime, bool first, struct slice *in,
                         uint32_t sources);
/* Every place of an accepted message or its recipients that a later line may yet make worth quoting. */
typedef void place_found(void *context, const struct place *p);
void trace_places(const struct trace *t, place_found *found, void *context);
/* Some of them: of messages accepted at or after offset from of a source, of deliveries that are running, and of what was
 * kept for earlier parts since *head was 0 or set by this.  Called again and again along a source, with from where the
 * call before was made, it misses next to none but those of attempts (told to the sink) and EVENT_GIVE_UP on messages
 * accepted before from. */
void trace_places_since(const struct trace *t, uint32_t source, uint64_t from, size_t *head,
                        place_found *found, void *context);
/* Messages and remembered ends held now; for tests of flat memory. */
size_t trace_open_count(const struct trace *t);

#endif
