/* dialect_clamav.c - ClamAV: viruses that clamd found, how old freshclam's data is.
 *
 * Why: a scanner that stands still or finds its data broken holds mail back or lets everything through.
 * Invariant: a name of a file or virus ends where " FOUND" ends the line.
 * Facts: ClamAV 0.9x to 1.x by its known lines, not checked against its source.
 * Example: instream(127.0.0.1@40123): Eicar-Test-Signature FOUND */
#include "fields.h"

enum line_class clamav_read(struct slice body, struct event *e)
{
    static const struct slice known[] = {SLICE_LIT("SelfCheck: "),
                                         SLICE_LIT("clamd daemon "),
                                         SLICE_LIT("Reading databases "),
                                         SLICE_LIT("Database "),
                                         SLICE_LIT("Loaded "),
                                         SLICE_LIT("LOCAL: "),
                                         SLICE_LIT("TCP: "),
                                         SLICE_LIT("Limits: "),
                                         SLICE_LIT("Archive"),
                                         SLICE_LIT("Log file "),
                                         SLICE_LIT("ClamAV update "),
                                         SLICE_LIT("Received signal"),
                                         SLICE_LIT("Current working "),
                                         SLICE_LIT("Clamd successfully notified"),
                                         SLICE_LIT("Trying to "),
                                         SLICE_LIT("Testing database"),
                                         SLICE_LIT("Heuristics: "),
                                         SLICE_LIT("Running as "),
                                         SLICE_LIT("Portable Ex"),
                                         SLICE_LIT("ELF support"),
                                         SLICE_LIT("Mail files support"),
                                         SLICE_LIT("OLE2 support"),
                                         SLICE_LIT("PDF support"),
                                         SLICE_LIT("HTML support"),
                                         SLICE_LIT("SWF support"),
                                         SLICE_LIT("XMLDOCS"),
                                         SLICE_LIT("HWP3"),
                                         SLICE_LIT("Self checking "),
                                         SLICE_LIT("Bytecode: "),
                                         SLICE_LIT("User/Group")};
    struct slice s = body_untagged(body, e);
    EAT(&s, "-> ");
    if (slice_ends(s, SLICE(" FOUND"))) {
        s = slice_head(s, s.n - 6);
        size_t colon = slice_rfind(s, SLICE(": "));
        e->text = slice_from(s, colon < s.n ? colon + 2 : 0);
        return event_session(e, VERDICT_FAILED);
    }
    if (slice_ends(s, SLICE(": OK")) || HAS(s, " up-to-date ") || HAS(s, " is up to date ") ||
        HAS(s, " updated (version: "))
        return LINE_PARSED;
    if (slice_starts(s, SLICE("+++ Started")) || slice_starts(s, SLICE("freshclam daemon ")))
        return event_service(e, SERVICE_START, s);
    if (slice_starts(s, SLICE("--- Stopped")) || slice_starts(s, SLICE("Pid file removed")) ||
        slice_starts(s, SLICE("Update process terminated")))
        return event_service(e, SERVICE_STOPPING, s);
    if (slice_starts(s, SLICE("ERROR: ")) || slice_starts(s, SLICE("WARNING: ")) ||
        slice_starts(s, SLICE("^")) || slice_starts(s, SLICE("!")))
        return event_service(e, SERVICE_WARNING, s);
    return KNOWN(s, known) ? LINE_PARSED : LINE_UNPARSED;
}

/* clamav-milter: "Message 4F2C1A0B12 from <a@example.org> to <b@example.com> with subject 'x' infected by Eicar" */
enum line_class clamav_milter_read(struct slice body, struct event *e)
{
    struct slice s = body_untagged(body, e), rest = s;
    bool clean = slice_starts(s, SLICE("Clean message "));
    bool found = !clean && (slice_starts(s, SLICE("Message ")) && HAS(s, " infected by "));
    if (!clean && !found)
        return clamav_read(s, e);
    rest = slice_from(rest, clean ? 14 : 8);
    if (!slice_starts(rest, SLICE("from ")))
        e->queue_id = slice_word(&rest, ' ');
    if (!EAT(&rest, "from "))
        return LINE_UNPARSED;
    size_t to = slice_find(rest, SLICE(" to "));
    struct slice behind = slice_from(rest, to < rest.n ? to + 4 : rest.n);
    sender_set(e, slice_head(rest, to));
    e->recipient = field_bare(slice_head(behind, slice_chr(behind, ' ')));
    e->message_id = field_bare(field_between(behind, SLICE(" message-id '"), SLICE("'")));
    if (found)
        e->text = slice_from(s, slice_rfind(s, SLICE(" infected by ")) + 13);
    return event_session(e, clean ? VERDICT_OK : VERDICT_FAILED);
}
