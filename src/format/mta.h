/* mta.h - what the lines of sendmail and of Exim have in common: addresses, IPs in brackets, replies. */
#ifndef FORMAT_MTA_H
#define FORMAT_MTA_H

#include "dialects.h"

#define EAT(s, text) slice_eat(s, SLICE(text))
#define STARTS(s, text) slice_starts(s, SLICE(text))

/* Does the whole of s look like an IPv4 or IPv6 address (a zone "%eth0" may follow)? */
bool ip_text(struct slice s);
/* "[192.0.2.1]" or "[IPv6:2001:db8::1]", the whole of s: the address in it; empty if it is none. */
struct slice ip_in_brackets(struct slice s);
/* "<a@example.jp>" without the brackets; anything else as it is. */
struct slice address_bare(struct slice s);
/* Where the first text stands in s outside of double quotes ("\"" is no quote within), or s.n.  A quote that is not closed
 * within QUOTED_MAX bytes is none. */
enum { QUOTED_MAX = 1024 };
size_t unquoted_find(struct slice s, struct slice text);
/* reply to e->reply; code and status from its start, where it has them ("550 5.1.1 ...", "550-5.1.1 ..."); a status
 * that e has already stays where it has none. */
void reply_read(struct slice reply, struct event *e);
/* The id in a remote server's receipt that tells it: "QID Message accepted for delivery" (sendmail), "OK id=QID" (Exim),
 * "Ok: queued as QID" (Postfix); empty if there is none. */
struct slice receipt_id(struct slice reply);
/* A daemon's own word. */
enum line_class service_told(struct event *e, enum service_event kind, struct slice text);

#endif
