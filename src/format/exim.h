/* exim.h - what the two halves of the dialect, and Exim's own framing, share. */
#ifndef FORMAT_EXIM_H
#define FORMAT_EXIM_H

#include "mta.h"

/* Exim's own stamp at the start of *s, "2026-11-23 08:05:11[.123][ +0900]": stepped over.  *instant is WHEN_NONE where no
 * offset stands; local->month is 0 where there is no such date. */
bool exim_stamp(struct slice *s, struct civil *local, when *instant);
/* "[1234] " at the start of *s: stepped over. */
bool exim_pid(struct slice *s, uint64_t *pid);

/* "[2/3] " or "[2\\3] " at the start of *s: stepped over.  What goes to syslog and is too long for it, or has line ends
 * in it, comes in parts. */
struct exim_part {
    uint64_t number, of;
    bool goes_on; /* the next part goes on with the same line */
};
bool exim_part_eat(struct slice *s, struct exim_part *part);

/* "host (helo) [192.0.2.9]:25", each part but the IP may be missing. */
struct exim_host {
    struct slice name, helo, ip;
    unsigned port;
};
/* At the start of *s: stepped over as far as it is one. */
void exim_host_read(struct slice *s, struct exim_host *h);
void exim_client(const struct exim_host *h, struct event *e);

/* "KEY=value" at the start of *s: stepped over, quotes taken off.  false (s untouched) where the word has no key.
 * H= is no field: see exim_host_read. */
bool exim_field(struct slice *s, struct slice *key, struct slice *value);

/* Lines that are no step of a message: refusals, logins, connections, the daemon itself.  body is the line without its
 * id, which stands in e where it had one. */
enum line_class exim_notice(struct slice body, struct event *e);

#endif
