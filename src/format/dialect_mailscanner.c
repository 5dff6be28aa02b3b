/* dialect_mailscanner.c - MailScanner: verdict by queue id, and the id a message goes on under.
 *
 * Why: it takes messages out of the hold queue and puts them back under new ids.
 * Invariant: its ids are the queue id, a dot and six digits; the dot and what follows is cut off.
 * Facts: MailScanner 4 and 5 by its known lines, not checked against its source.
 * Example: Requeue: 4F2C1A0B12.A1B2C to 5A11B2C3D4 */
#include "fields.h"

static struct slice queue_id(struct slice s)
{
    return slice_head(s, slice_chr(s, '.'));
}

/* after "Message ": "4F2C1A0B12.A1B2C from 203.0.113.9 (a@example.org) to example.com is spam, SpamAssassin (score=15, ...)" */
static enum line_class message(struct slice s, struct event *e)
{
    e->queue_id = queue_id(slice_word(&s, ' '));
    if (!EAT(&s, "from "))
        return LINE_UNPARSED;
    client_set(e, slice_word(&s, ' '));
    size_t close = slice_find(s, SLICE(") to "));
    if (s.n == 0 || s.p[0] != '(' || close == s.n)
        return LINE_UNPARSED;
    sender_set(e, slice_of(s.p + 1, close - 1));
    s = slice_from(s, close + 5);
    size_t is = slice_find(s, SLICE(" is "));
    struct slice said = slice_from(s, is < s.n ? is + 1 : s.n);
    fact_said(e, "domains", slice_head(s, is));
    fact_said(e, "score", field_value(said, SLICE("score="), ','));
    e->text = slice_head(said, slice_find(said, SLICE(", ")));
    bool bad = slice_starts(said, SLICE("is spam")) || slice_starts(said, SLICE("is infected")) ||
               slice_starts(said, SLICE("is too big"));
    return said.n ? event_session(e, bad ? VERDICT_FAILED : VERDICT_OK) : LINE_UNPARSED;
}

enum line_class mailscanner_read(struct slice body, struct event *e)
{
    static const struct slice known[] = {SLICE_LIT("New Batch: "),
                                         SLICE_LIT("Unscanned: "),
                                         SLICE_LIT("Uninfected: "),
                                         SLICE_LIT("Cleaned: "),
                                         SLICE_LIT("Silent: "),
                                         SLICE_LIT("Spam Checks: "),
                                         SLICE_LIT("Spam Actions: "),
                                         SLICE_LIT("Virus "),
                                         SLICE_LIT("Content Checks: "),
                                         SLICE_LIT("Filename Checks: "),
                                         SLICE_LIT("Filetype Checks: "),
                                         SLICE_LIT("Other Checks: "),
                                         SLICE_LIT("Deleted "),
                                         SLICE_LIT("Logging message "),
                                         SLICE_LIT("Batch "),
                                         SLICE_LIT("Using "),
                                         SLICE_LIT("Read "),
                                         SLICE_LIT("Reading "),
                                         SLICE_LIT("Config: "),
                                         SLICE_LIT("Connected to "),
                                         SLICE_LIT("Enabling "),
                                         SLICE_LIT("SpamAssassin "),
                                         SLICE_LIT("Found "),
                                         SLICE_LIT("Notices: "),
                                         SLICE_LIT("Viruses marked "),
                                         SLICE_LIT("Initialising "),
                                         SLICE_LIT("I have found "),
                                         SLICE_LIT("ClamAV"),
                                         SLICE_LIT("Clamd::"),
                                         SLICE_LIT("Saved "),
                                         SLICE_LIT("Delete bayes"),
                                         SLICE_LIT("Bayes "),
                                         SLICE_LIT("Expired "),
                                         SLICE_LIT("RBL checks: "),
                                         SLICE_LIT("MCP Checks: "),
                                         SLICE_LIT("Started SQL"),
                                         SLICE_LIT("Whitelist"),
                                         SLICE_LIT("Blacklist"),
                                         SLICE_LIT("Making attempt ")};
    struct slice s = body_untagged(body, e), rest = s;
    if (EAT(&rest, "Message "))
        return message(rest, e);
    if (EAT(&rest, "Requeue: ")) {
        e->queue_id = queue_id(slice_word(&rest, ' '));
        if (!EAT(&rest, "to "))
            return LINE_UNPARSED;
        e->link_id = slice_word(&rest, ' ');
        e->link = LINK_RENAME;
        return event_session(e, VERDICT_NONE);
    }
    if (EAT(&rest, "Infected message ")) {
        e->queue_id = queue_id(slice_word(&rest, ' '));
        client_set(e, EAT(&rest, "came from ") ? rest : slice_of(NULL, 0));
        return event_session(e, VERDICT_FAILED);
    }
    if (HAS(s, " starting..."))
        return event_service(e, SERVICE_START, s);
    if (HAS(s, "child caught a SIG") || HAS(s, " dying of old age") || HAS(s, "Exiting"))
        return event_service(e, SERVICE_STOPPING, s);
    if (HAS(s, "ERROR") || HAS(s, "failed") || HAS(s, "Warning") || HAS(s, "timed out"))
        return event_service(e, SERVICE_WARNING, s);
    if (HAS(s, ": Logged to "))
        return LINE_PARSED;
    return KNOWN(s, known) ? LINE_PARSED : LINE_UNPARSED;
}
