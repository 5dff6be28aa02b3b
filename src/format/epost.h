/* epost.h - what the E-Post logs have in common: ids, bracketed stamps, reply codes. */
#ifndef FORMAT_EPOST_H
#define FORMAT_EPOST_H

#include "dialects.h"

/* "B0000097586" or "B6b0000097595" at the start of *s: stepped over. */
bool epost_base(struct slice *s);
/* base [branches] ["@" localname], whole slice -> base@localname; false if it is not an id. 
 * Branches are dropped only where no localname follows them, for a slice cannot skip its middle. */
bool epost_id(struct slice s, struct slice *out);
/* B and zeros only: "no id yet". */
bool epost_id_none(struct slice id);
/* "[20/Nov/2026:08:20:45]" at the start of *s: stepped over; local->month 0 where the date does
 * not exist. */
bool epost_stamp(struct slice *s, struct civil *local);
/* "550 5.1.1 text" -> code and enhanced status; without a code both stay unset. */
void epost_reply(struct slice reply, struct event *e);
/* An enhanced status code at the start of s ("5.1.1"), or empty. */
struct slice status_at(struct slice s);
bool slice_all_digits(struct slice s);
/* outlog and outlocallog have one grammar. */
enum line_class epost_sent(struct slice line, struct civil *local, struct event *e);
/* imap4log shape "USER from IP CMD ARGS STATUS" after the stamp. */
enum line_class mailbox_command(struct slice text, struct event *e);

#endif
