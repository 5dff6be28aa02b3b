/* sendmail.h - what the two halves of the dialect share. */
#ifndef FORMAT_SENDMAIL_H
#define FORMAT_SENDMAIL_H

#include "mta.h"

/* "mx.example.net [192.0.2.9] (may be forged)", "IDENT:user@host [IP]", "root@localhost": whom s names as the client. */
void sendmail_client(struct slice s, struct event *e);
/* "key=value, " at the start of *s, stepped over; a value ends before ", key=", those of stat and reject are all the rest.
 * false where no key stands. */
bool sendmail_field(struct slice *s, struct slice *key, struct slice *value);
/* Lines that say nothing of a message's way: connections, refusals, logins, TLS, milters, the daemon itself.  body is
 * the line without its queue id, which stands in e. */
enum line_class sendmail_notice(struct slice body, struct event *e);

#endif
