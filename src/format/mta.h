/* mta.h - what the lines of sendmail and of Exim have in common: addresses, IPs in brackets, replies. */
#ifndef FORMAT_MTA_H
#define FORMAT_MTA_H

#include "fields.h"

#define STARTS(s, text) slice_starts(s, SLICE(text))

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]", the whole of s: the address in it; empty if it is none. */
struct slice ip_in_brackets(struct slice s);
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

/* Lines known by how they begin. */
typedef enum line_class notice_read(struct slice rest, struct event *e);
struct notice {
    struct slice start;
    notice_read *read;
    bool whole; /* the reader gets the start too */
};
/* Reads body by the first of n rows that it begins with; false (and e untouched) if there is none. */
bool notice_told(const struct notice *rows, size_t n, struct slice body, struct event *e,
                 enum line_class *class);
/* Readers: a daemon's alert or warning with the text it gets; nothing that is kept. */
notice_read notice_alert, notice_warning, notice_nothing;

#endif
