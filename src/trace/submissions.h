/* submissions.h - who gave a message to qmail: the lines of its SMTP side joined to `info msg`.  Private to trace.
 *
 * qmail-send logs neither client nor login; where tcpserver, qlog, CHKUSER, SPAMCONTROL, spamdyke or simscan write into the
 * same log, their lines do.  Each that names a client, and a pid, a qp or a sender with it, is an *offer*; refusals, failed
 * logins and what a scanner threw away are none.  An `info msg` takes, in this order:
 *
 *   exact          the newest offer with its qp (qlogreceived), or one that comes after it, as long as the message is open; but
 *                  none that names another sender: that pid was used again
 *   pid            qmail-smtpd (pid P) starts qmail-queue (pid qp): of the sessions offered, the one with the least qp - P, from
 *                  1 to SUBMISSION_NEAR, if it named the sender of the message.  An older offer of P with another client is
 *                  another session's
 *   time+envelope  the client of all offers that name the sender, if that is one client
 *
 * and else nothing.  A null sender and #@[] take nothing, nor does a forward: a delivery that made one (did_0+1+0/qp_812/)
 * is kept as an offer of that qp without a client.  The uid proves nothing.  Senders are compared without ASCII case and as
 * qmail-send writes them (odd bytes as '_').  Of several logins that would stand for one client none is told.
 *
 * An offer lives until the stamp of a *clock line* lies more than SUBMISSION_SPAN after its own, or more than SUBMISSION_JITTER
 * before it (the clock was set back), or is missing; clock lines are `new msg`, `info msg` and offers.  At most
 * SUBMISSION_MOST live, the oldest go; long names are cut.  For offers that come after, the last SUBMISSION_RECENT `info msg`
 * are remembered, by the same rule.
 *
 * Invariant (the law, see trace.h): as long as an offer before a part could live - until a clock line lies more than the two
 * spans from the part's first - the part is *undecided*: offers and what is accepted go to its head, and it keeps its own offers
 * besides.  From then on it holds just what one pass would hold.  An `info msg` of a message that began before is decided where
 * it stands, and goes to the head with what was found and `final` set; an offer that comes after it goes there with the key
 * of the message in `delivery_id`. */
#ifndef POSTMORTEM_TRACE_SUBMISSIONS_H
#define POSTMORTEM_TRACE_SUBMISSIONS_H

#include "state.h"

#define SUBMISSION_SPAN (60 * SECOND)
#define SUBMISSION_JITTER SECOND
enum { SUBMISSION_NEAR = 64, SUBMISSION_MOST = 4096, SUBMISSION_RECENT = 32 };

/* What an envelope took; grade JOIN_NONE: nothing.  Slices live until the next offer. */
struct submission {
    struct slice client, helo, login;
    enum join_grade grade;
};

/* Nobody gives it to us over SMTP: a bounce, a double bounce; an SMTP bounce cannot be told from these. */
static inline bool notice_sender(struct slice sender)
{
    return sender.n == 0 || slice_eq(sender, SLICE("#@[]"));
}

/* A clock line. */
void submissions_clock(struct trace *t, when time);
/* Is it for the part before to decide? */
bool submissions_undecided(const struct trace *t);
/* After its clock: what the envelope takes, and that it is remembered under its message's key. */
struct submission submissions_envelope(struct trace *t, const struct event *e, uint64_t key);
/* A login or session: kept if it is an offer, which is a clock line.  *key: of the newest envelope it is late for. */
bool submissions_offer(struct trace *t, const struct event *e, uint64_t *key);
/* Does an offer name that sender, or none?  Never for a null sender. */
bool submission_of_sender(const struct event *offer, struct slice sender);
/* What an offer says by itself. */
struct submission submission_of(const struct event *e);
/* ... as a head keeps it: what is joined, and no line to quote. */
struct event submission_event(const struct event *e, uint64_t key);
/* After the head was replayed. */
void submissions_adopt(struct trace *earlier, struct trace *later);
void submissions_free(struct trace *t);
/* As bytes, and back (untrusted), after the keys seen; false on damage. */
void submissions_save(const struct trace *t, struct buf *out);
bool submissions_load(struct trace *t, struct slice *in);

#endif
