/* dialect_epost_outlocallog.c - mail put into mailboxes of this server.
 *
 * Why: the outcome of own domains, one recipient per line.
 * Invariant: the grammar is outlog's; the host it names means nothing and is not kept.
 * Facts: E-Post sender; a list address has a line of its own, its members follow under the same id.
 * Example: B0000097588@mx.jp sent on [20/Nov/2026:08:24:01] to  example.jp from - to a@b.jp */
#include "epost.h"

enum line_class epost_outlocallog_read(struct slice line, struct civil *local, struct event *e)
{
    enum line_class class = epost_sent(line, local, e);
    e->channel = CHANNEL_LOCAL;
    e->relay = slice_of(NULL, 0);
    if (slice_chr(e->recipients, ' ') < e->recipients.n)
        return class;
    e->recipient = e->recipients;
    e->recipients = slice_of(NULL, 0);
    return class;
}
