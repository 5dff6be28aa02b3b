/* dialects.h - what the dialects give to the framings: pure functions from one record's body to
 * one event.
 *
 * *e comes in zeroed (age fields included); the dialect sets what the body says.  The class tells
 * whether it understood.  E-Post bodies hold their own stamp: it goes to *local (month 0: no such
 * stamp). */
#ifndef FORMAT_DIALECTS_H
#define FORMAT_DIALECTS_H

#include "postmortem/format/format.h"

/* Seconds since 1601 (UTC) of 1970-01-01. */
#define EPOCH_1601 INT64_C(11644473600)

/* body is the record without its header; host, program (the tag) and pid stand in *e. */
typedef enum line_class dialect_read(struct slice body, struct event *e);

/* Status lines give an event (LOAD) where nothing is running, the daemon is to exit, or a limit is reached; between these
 * they say nothing that is needed (EVENT_NONE), and a busy log consists of them to a third. */
dialect_read qmail_send_read;
dialect_read dovecot_read;
dialect_read wiz98_read;
dialect_read mailscanner_read;
dialect_read policy_read;
dialect_read dkim_read;
dialect_read clamav_milter_read;
dialect_read clamav_read;
dialect_read rspamd_read;
dialect_read amavis_read;
dialect_read plesk_read;
dialect_read qmail_scanners_read;
dialect_read spamdyke_read;
dialect_read qmail_smtpd_read;
dialect_read tcpserver_read;
dialect_read spamd_read;
dialect_read saslauthd_read;
dialect_read mailboxes_read;
dialect_read exim_read;
dialect_read sendmail_read;
dialect_read vpopmail_read;
/* Is body such a passing status line?  Then qmail_send_read would say LINE_PARSED and no event. */
bool qmail_send_passing(struct slice body);

/* "tcpserver: ..." -> the name it begins with; empty if it begins with none. */
struct slice body_program(struct slice body);

/* Every program of Postfix, told by the tag: postfix/smtpd, postfix-out/qmgr. */
dialect_read postfix_read;

enum line_class epost_inlog_read(struct slice line, struct civil *local, struct event *e);
enum line_class epost_outlog_read(struct slice line, struct civil *local, struct event *e);
enum line_class epost_outlocallog_read(struct slice line, struct civil *local, struct event *e);
enum line_class epost_faillog_read(struct slice line, struct civil *local, struct event *e);
enum line_class epost_acceptlog_read(struct slice line, struct civil *local, struct event *e);
enum line_class epost_receivelog_read(struct slice line, struct civil *local, struct event *e);
enum line_class epost_imap4log_read(struct slice line, struct civil *local, struct event *e);
enum line_class epost_receiveimap4_read(struct slice line, struct civil *local, struct event *e);
enum line_class epost_pop3log_read(struct slice line, struct civil *local, struct event *e);
enum line_class epost_receivepop3_read(struct slice line, struct civil *local, struct event *e);

/* A senderlog line after its "[HH:MM:SS:mmm] ". */
enum line_class epost_senderlog_read(struct slice text, struct event *e);
/* "[08:21:04:015] " or "[08:21:04] " at the start of *s -> microseconds of the day. */
bool senderlog_prefix(struct slice *s, int64_t *of_day);

#endif
