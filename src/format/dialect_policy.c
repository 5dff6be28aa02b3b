/* dialect_policy.c - policy daemons that refuse before the mail is there: postgrey, sqlgrey, milter-greylist, policyd-spf,
 * policyd-weight; and postsrsd, which rewrites.
 *
 * Why: mail that came late was put off here; who was refused for SPF is told here.
 * Invariant: a refusal names no queue id in queue_id: what is refused at RCPT may be accepted for another recipient.
 * Facts: postgrey 1.3x, SQLgrey 1.8, milter-greylist 4 (milter-greylist.c), postfix-policyd-spf-python and -perl,
 * policyd-weight 0.1, postsrsd 1.
 * Example: action=greylist, reason=new, client_name=h.example.org, client_address=203.0.113.9, sender=a@example.org,
 * recipient=b@example.com */
#include "fields.h"

static enum line_class put_off(struct event *e, struct slice reason)
{
    e->code = 450;
    return event_reject(e, SLICE("RCPT"), reason);
}

static enum line_class postgrey(struct slice s, struct event *e)
{
    struct slice action = field_value(s, SLICE("action="), ',');
    struct slice address = field_value(s, SLICE("client_address="), ',');
    size_t sender = slice_find(s, SLICE(" sender=")),
           recipient = slice_rfind(s, SLICE(", recipient="));
    if (!action.n)
        return LINE_UNPARSED;
    client_set(e, slice_head(address, slice_chr(address, '/')));
    struct slice name = field_value(s, SLICE("client_name="), ',');
    if (!slice_eq(name, SLICE("unknown")))
        e->client_name = name;
    if (sender < recipient)
        sender_set(e,
                   slice_of(s.p + sender + 8, recipient > sender + 8 ? recipient - sender - 8 : 0));
    if (recipient < s.n)
        e->recipient = slice_from(s, recipient + 12);
    fact_said(e, "delay", field_value(s, SLICE("delay="), ','));
    e->text = field_between(s, SLICE("reason="), SLICE(", "));
    if (slice_eq(action, SLICE("greylist")))
        return put_off(e, e->text);
    return event_session(e, VERDICT_OK);
}

/* after "grey: ": "new: 203.0.113.9(203.0.113.9), a@example.org -> b@example.com" */
static enum line_class sqlgrey(struct slice s, struct event *e)
{
    size_t colon = slice_find(s, SLICE(": ")), comma = slice_find(s, SLICE(", "));
    if (colon >= comma || comma == s.n)
        return LINE_PARSED;
    struct slice what = slice_head(s, colon), ip = slice_of(s.p + colon + 2, comma - colon - 2);
    struct slice whole =
        field_between(ip, SLICE("("), SLICE(")")); /* before it maybe but its network */
    client_set(e, whole.n
                      ? whole
                      : slice_from(ip, slice_rchr(ip, ' ') < ip.n ? slice_rchr(ip, ' ') + 1 : 0));
    struct slice rest = slice_from(s, comma + 2);
    size_t arrow = slice_find(rest, SLICE(" -> "));
    if (arrow < rest.n) {
        struct slice to = slice_from(rest, arrow + 4);
        sender_set(e, slice_head(rest, arrow));
        e->recipient = slice_head(to, slice_find(to, SLICE(" (")));
    }
    e->text = what;
    if (slice_eq(what, SLICE("new")) || slice_starts(what, SLICE("early reconnect")) ||
        slice_starts(what, SLICE("throttling")))
        return put_off(e, what);
    return event_session(e, VERDICT_OK);
}

/* "4F2C1A0B12: addr h.example.org[203.0.113.9] from <a@example.org> to <b@example.com> delayed for 00:05:00 (ACL 110)" */
static enum line_class milter_greylist(struct slice s, struct event *e)
{
    struct slice id = slice_head(s, slice_find(s, SLICE(": ")));
    struct slice rest = slice_from(s, id.n < s.n ? id.n + 2 : s.n);
    size_t addr = slice_find(rest, SLICE("addr"));
    if (!slice_starts(id, SLICE("(unknown")))
        fact_said(e, "queue_id", id);
    if (addr == rest.n)
        return LINE_UNPARSED;
    struct slice where = slice_from(rest, addr + 5 < rest.n ? addr + 5 : rest.n);
    client_named(e, slice_head(where, slice_chr(where, ']') + 1));
    struct slice from = field_between(rest, SLICE(" from <"), SLICE(">"));
    if (HAS(rest, "from=<"))
        from = field_between(rest, SLICE("from=<"), SLICE(">"));
    sender_set(e, from);
    e->recipient = field_between(rest, SLICE(" to <"), SLICE(">"));
    if (!e->recipient.n)
        e->recipient = field_between(rest, SLICE(" rcpt <"), SLICE(">"));
    if (!e->recipient.n)
        e->recipient = field_between(rest, SLICE("rcpt=<"), SLICE(">"));
    size_t delayed = slice_find(rest, SLICE(" delayed "));
    if (delayed < rest.n)
        return put_off(e, slice_from(rest, delayed + 1));
    if (HAS(rest, "blacklisted"))
        return event_reject(e, SLICE("RCPT"), rest);
    e->text = rest;
    return event_session(e, VERDICT_OK);
}

/* "prepend Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=203.0.113.9; helo=h; envelope-from=a@example.org;
 * receiver=b@example.com", "550 5.7.23 Message rejected due to: SPF fail ...;id=a@example.org;ip=203.0.113.9;r=b@example.com" */
static enum line_class spf(struct slice s, struct event *e)
{
    bool refused = HAS(s, "Message rejected due to") || HAS(s, "Action: reject") ||
                   slice_starts(s, SLICE("550 ")) || slice_starts(s, SLICE("REJECT "));
    size_t url = slice_find(s, SLICE(";id="));
    if (url < s.n) {
        struct slice rest = slice_from(s, url);
        sender_set(e, field_between(rest, SLICE(";id="), SLICE(";")));
        client_set(e, field_between(rest, SLICE(";ip="), SLICE(";")));
        e->recipient = field_last(rest, SLICE(";r="), SLICE(";"));
    } else {
        client_set(e, field_value(s, SLICE("client-ip="), ';'));
        e->helo = field_value(s, SLICE("helo="), ';');
        e->recipient = slice_trim(field_value(s, SLICE("receiver="), ';'));
        if (HAS(s, "envelope-from="))
            sender_set(e, field_value(s, SLICE("envelope-from="), ';'));
    }
    if (!e->client.n && !refused)
        return LINE_UNPARSED;
    size_t received = slice_find(s, SLICE("Received-SPF: "));
    struct slice result = slice_from(s, received < s.n ? received + 14 : 0);
    size_t blank = slice_chr(result, ' '), semicolon = slice_chr(result, ';');
    e->text = refused ? s : slice_head(result, blank < semicolon ? blank : semicolon);
    field_reply(s, e);
    return refused ? event_reject(e, SLICE("MAIL"), s) : event_session(e, VERDICT_OK);
}

/* "decided action=550 text; <client=h.example.org[203.0.113.9]> <helo=h> <from=a@example.org> <to=b@example.com>; delay: 1s" */
static enum line_class weight(struct slice s, struct event *e)
{
    struct slice action = field_value(s, SLICE("action="), ';');
    struct slice who = field_between(s, SLICE("<client="), SLICE(">"));
    if (!who.n)
        return LINE_UNPARSED;
    client_named(e, who);
    e->helo = field_between(s, SLICE("<helo="), SLICE(">"));
    sender_set(e, field_between(s, SLICE("<from="), SLICE(">")));
    e->recipient = field_between(s, SLICE("<to="), SLICE(">"));
    if (!action.n) /* "weighted check: ...": the decision follows */
        e->echo = true;
    e->text = action;
    field_reply(action, e);
    return e->code >= 400 ? event_reject(e, SLICE("RCPT"), action) : event_session(e, VERDICT_OK);
}

enum line_class policy_read(struct slice body, struct event *e)
{
    static const struct slice known[] = {
        SLICE_LIT("srs_"),        SLICE_LIT("cleaning "),     SLICE_LIT("whitelist"),
        SLICE_LIT("conf: "),      SLICE_LIT("perf: "),        SLICE_LIT("spam: "),
        SLICE_LIT("dbaccess: "),  SLICE_LIT("Process "),      SLICE_LIT("Binding "),
        SLICE_LIT("Setting "),    SLICE_LIT("spfcheck: "),    SLICE_LIT("Cached data"),
        SLICE_LIT("Starting"),    SLICE_LIT("Normal exit"),   SLICE_LIT("Config: "),
        SLICE_LIT("Group Not "),  SLICE_LIT("User Not "),     SLICE_LIT("connection from"),
        SLICE_LIT("Read line: "), SLICE_LIT("Found the end"), SLICE_LIT("Final "),
        SLICE_LIT("cache"),       SLICE_LIT("child: "),       SLICE_LIT("smtp connection"),
        SLICE_LIT("mail from"),   SLICE_LIT("toggling"),      SLICE_LIT("dumping "),
        SLICE_LIT("reloading "),  SLICE_LIT("Results for "),  SLICE_LIT("handler ")};
    struct slice s = body_untagged(body, e), grey = s;
    EAT(&grey, "sqlgrey: ");
    if (slice_starts(s, SLICE("action=")) || HAS(s, ": action="))
        return postgrey(
            slice_starts(s, SLICE("action=")) ? s : slice_from(s, slice_find(s, SLICE("action="))),
            e);
    if (EAT(&grey, "grey: "))
        return sqlgrey(grey, e);
    enum line_class class = LINE_UNPARSED;
    if (HAS(e->program, "milter-greylist"))
        class = milter_greylist(s, e);
    else if (HAS(e->program, "policyd-weight"))
        class = weight(s, e);
    else if (HAS(e->program, "spf"))
        class = spf(s, e);
    if (class == LINE_PARSED)
        return class;
    event_anew(e);
    if (HAS(s, "Server closing!") || HAS(s, "got SIGTERM"))
        return event_service(e, SERVICE_STOPPING, s);
    if (slice_starts(s, SLICE("fatal")) || slice_starts(s, SLICE("ERROR")) ||
        slice_starts(s, SLICE("warning: ")))
        return event_service(e, SERVICE_WARNING, s);
    return KNOWN(grey, known) ? LINE_PARSED : LINE_UNPARSED;
}
