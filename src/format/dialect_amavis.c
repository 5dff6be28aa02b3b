/* dialect_amavis.c - amavis: what it let pass and what it blocked, and under which id the mail went on.
 *
 * Why: it is the hop in the middle: Queue-ID is what came in, queued_as what it gave back.
 * Invariant: fields behind the recipients are searched from the right, for names in quarantine and Message-ID are the sender's.
 * Facts: amavisd-new 2.4 to amavis 2.13 ($log_templ); long lines are split: "(id) ..." goes on with the one before; "(!)" marks
 * trouble.
 * Example: (01234-05) Passed CLEAN {RelayedInbound}, [198.51.100.7]:40123 [198.51.100.7] <a@example.net> -> <b@example.com>,
 * Queue-ID: 4F2C1A0B12, Message-ID: <m1@example.net>, mail_id: x1, Hits: -1.9, size: 2048, queued_as: 5A11B2C3D4, 532 ms */
#include "fields.h"

/* "[198.51.100.7]:40123 [192.0.2.10] " somewhere in s */
static void clients(struct slice s, struct event *e)
{
    uint64_t port;
    size_t open = slice_chr(s, '[');
    if (open == s.n)
        return;
    s = slice_from(s, open);
    size_t close = slice_chr(s, ']');
    client_set(e, slice_head(s, close + 1));
    struct slice rest = slice_from(s, close < s.n ? close + 1 : s.n);
    if (EAT(&rest, ":") && slice_eat_u64(&rest, &port) && port <= 65535)
        e->client_port = (unsigned)port;
    fact_said(e, "origin_ip", client_of(field_between(rest, SLICE("["), SLICE("]"))));
}

/* ", Queue-ID: ..., Hits: ..., 532 ms" */
static void details(struct slice s, struct event *e)
{
    struct slice comma = SLICE(","), as = field_last(s, SLICE("queued_as: "), comma);
    e->queue_id = field_last(s, SLICE(" Queue-ID: "), comma);
    e->message_id = field_last(s, SLICE(" Message-ID: <"), SLICE(">"));
    slice_u64(field_last(s, SLICE(" size: "), comma), &e->size);
    e->link_id = slice_head(as, slice_chr(as, '/'));
    if (e->link_id.n)
        e->link = LINK_REINJECT;
    fact_said(e, "mail_id", field_last(s, SLICE(" mail_id: "), comma));
    fact_said(e, "score", field_last(s, SLICE(" Hits: "), comma));
    fact_said(e, "quarantine", field_between(s, SLICE(" quarantine: "), comma));
    if (slice_ends(s, SLICE(" ms")))
        fact_said(e, "ms", field_last(slice_head(s, s.n - 3), SLICE(", "), comma));
}

/* after "Passed " or "Blocked " */
static enum line_class verdict(struct slice s, bool passed, struct event *e)
{
    size_t arrow = slice_find(s, SLICE("> -> <"));
    if (arrow == s.n)
        return LINE_UNPARSED;
    struct slice head = slice_head(s, arrow), to = slice_from(s, arrow + 5);
    size_t open = slice_rfind(head, SLICE(" <")); /* names of files may hold anything */
    size_t tag = slice_rfind(slice_head(head, open), SLICE(" {"));
    size_t comma = slice_rfind(slice_head(head, open), SLICE("}, "));
    if (tag >= open)
        tag = comma = slice_find(head, SLICE(", "));
    e->text = slice_head(head, tag < open ? tag : open);
    fact_said(e, "tag",
              field_between(slice_from(head, tag < open ? tag : head.n), SLICE(" {"), SLICE("}")));
    if (open == head.n)
        return LINE_UNPARSED;
    sender_set(e, slice_from(head, open + 2));
    clients(slice_of(head.p + comma, open > comma ? open - comma : 0), e);
    size_t end = slice_find(to, SLICE(">, "));
    struct slice list = slice_head(to, end < to.n ? end + 1 : to.n);
    if (HAS(list, ">,<"))
        e->recipients = list;
    else
        e->recipient = field_bare(list);
    details(slice_from(to, end < to.n ? end + 1 : to.n), e);
    if (!passed && !e->queue_id.n && HAS(head, "{Rejected"))
        return event_reject(e, SLICE("END-OF-MESSAGE"), e->text);
    return event_session(e, passed ? VERDICT_OK : VERDICT_FAILED);
}

enum line_class amavis_read(struct slice body, struct event *e)
{
    static const struct slice known[] = {SLICE_LIT("Checking: "),
                                         SLICE_LIT("FWD "),
                                         SLICE_LIT("SEND "),
                                         SLICE_LIT("ESMTP"),
                                         SLICE_LIT("LMTP"),
                                         SLICE_LIT("TIMING"),
                                         SLICE_LIT("Module "),
                                         SLICE_LIT("Using "),
                                         SLICE_LIT("Found "),
                                         SLICE_LIT("No "),
                                         SLICE_LIT("extra modules "),
                                         SLICE_LIT("SA "),
                                         SLICE_LIT("SPAM"),
                                         SLICE_LIT("run_av "),
                                         SLICE_LIT("run_as_subprocess"),
                                         SLICE_LIT("p.path "),
                                         SLICE_LIT("p00"),
                                         SLICE_LIT("local delivery"),
                                         SLICE_LIT("dkim: "),
                                         SLICE_LIT("Deleting db "),
                                         SLICE_LIT("Creating db "),
                                         SLICE_LIT("logging init"),
                                         SLICE_LIT("Valid PID "),
                                         SLICE_LIT("Requesting "),
                                         SLICE_LIT("Cached "),
                                         SLICE_LIT("cached "),
                                         SLICE_LIT("Open relay? "),
                                         SLICE_LIT("do_"),
                                         SLICE_LIT("INFECTED"),
                                         SLICE_LIT("ClamAV"),
                                         SLICE_LIT("user="),
                                         SLICE_LIT("Perl version "),
                                         SLICE_LIT("INFO: "),
                                         SLICE_LIT("Net::Server: "),
                                         SLICE_LIT("Original "),
                                         SLICE_LIT("Decoder"),
                                         SLICE_LIT("Internal "),
                                         SLICE_LIT("lookup"),
                                         SLICE_LIT("spam_scan: "),
                                         SLICE_LIT("wbl: "),
                                         SLICE_LIT("WARN: "),
                                         SLICE_LIT("NOTICE: "),
                                         SLICE_LIT("smtp "),
                                         SLICE_LIT("mail_via_smtp"),
                                         SLICE_LIT("BOUNCE"),
                                         SLICE_LIT("DSN "),
                                         SLICE_LIT("sql: "),
                                         SLICE_LIT("Warning: "),
                                         SLICE_LIT("loaded "),
                                         SLICE_LIT("SpamControl: "),
                                         SLICE_LIT("bounce "),
                                         SLICE_LIT("config "),
                                         SLICE_LIT("initializing "),
                                         SLICE_LIT("policy ")};
    struct slice s = body_untagged(body, e);
    size_t close = slice_find(s, SLICE(") "));
    if (s.n && s.p[0] == '(' && close < 40 && close < s.n && s.p[1] != '!') {
        e->session = slice_of(s.p + 1, close - 1);
        s = slice_from(s, close + 2);
    }
    if (slice_starts(s, SLICE("...")))
        return LINE_CONTINUATION;
    if (EAT(&s, "Passed ") || EAT(&s, "Passed,"))
        return verdict(s, true, e);
    if (EAT(&s, "Blocked "))
        return verdict(s, false, e);
    if (slice_starts(s, SLICE("(!!")))
        return event_service(e, SERVICE_ALERT, s);
    if (slice_starts(s, SLICE("(!)")))
        return event_service(e, SERVICE_WARNING, s);
    if (slice_starts(s, SLICE("starting. ")) || HAS(s, "starting! pid("))
        return event_service(e, SERVICE_START, s);
    if (HAS(s, "Server closing!") || slice_starts(s, SLICE("exiting, got signal")))
        return event_service(e, SERVICE_STOPPING, s);
    return KNOWN(s, known) ? LINE_PARSED : LINE_UNPARSED;
}
