/* address.h - envelope addresses as logs write them (RFC 5321 4.1.2, liberally). */
#ifndef POSTMORTEM_MAIL_ADDRESS_H
#define POSTMORTEM_MAIL_ADDRESS_H

#include "postmortem/base/slice.h"

/* What stands after the last '@' (a quoted local part may hold one); empty where there is none. */
struct slice address_domain(struct slice address);
/* The domain in lower case ASCII, without a trailing dot, written to out (room for n bytes); longer ones are cut to
 * n.  The key of every per-domain figure. */
struct slice address_domain_key(struct slice address, char *out, size_t n);
/* A hash of the address that ignores ASCII case of the whole address (matchup does so; logs differ in case). */
uint64_t address_hash(struct slice address);
/* Equal but for ASCII case. */
bool address_eq(struct slice a, struct slice b);
/* Is the IP address one of the host itself: 127.0.0.0/8, ::1? */
bool address_loopback(struct slice ip);

#endif
