/* dialect_qmail_smtpd.c - what patched qmail-smtpds tell: SPAMCONTROL and s/qmail, CHKUSER, qlog, the checks of the DSMR and
 * Sagredo toasters, indimail.
 *
 * Why: a stock qmail-smtpd refuses in silence; these tell client, envelope and reason.
 * Invariant: fields are cut at what the program writes between them, never at what a client may type inside.
 * Facts: SPAMCONTROL 2.7 and s/qmail 4 (qmail-smtpd.c), chkuser 2.0.9, sagredo-qmail (qlog, qregex), indimail-mta.
 * Example: CHKUSER rejected rcpt: from <a@example.org::> remote <h:unknown:203.0.113.9> rcpt <b@example.com> : not existing
 * recipient */
#include "fields.h"

/* "203.0.113.9:host", IPv6 before the last ':' */
static void client_and_name(struct slice s, struct event *e)
{
    size_t colon = slice_rchr(s, ':');
    client_set(e, slice_head(s, colon));
    struct slice name = colon < s.n ? slice_from(s, colon + 1) : slice_of(NULL, 0);
    if (!slice_eq(name, SLICE("unknown")))
        e->client_name = name;
}

/* "pid 800 Reject::SNDR::Invalid_Relay P:ESMTP S:203.0.113.9:h H:helo F:a@x T:b@y ?~ 'user'", after "pid 800 " */
static enum line_class spamcontrol(struct slice s, struct event *e)
{
    bool reject = slice_starts(s, SLICE("Reject::"));
    struct slice rest = slice_from(s, slice_find(s, SLICE("::")) + 2);
    size_t end = slice_find(rest, SLICE("::"));
    struct slice type = slice_head(rest, end);
    rest = slice_from(rest, end + 2 <= rest.n ? end + 2 : rest.n);
    struct slice condition = slice_word(&rest, ' ');
    while (condition.n && condition.p[condition.n - 1] == ':')
        condition.n--;
    size_t from = slice_find(rest, SLICE("S:")), helo = slice_find(rest, SLICE(" H:"));
    size_t sender = slice_find(rest, SLICE(" F:")), to = slice_rfind(rest, SLICE(" T:"));
    if (slice_starts(rest, SLICE("P:")))
        e->proto = slice_head(slice_from(rest, 2), slice_chr(slice_from(rest, 2), ' '));
    if (from >= helo || helo >= sender || sender >= to || to >= rest.n)
        return LINE_UNPARSED;
    client_and_name(slice_of(rest.p + from + 2, helo - from - 2), e);
    e->helo = slice_of(rest.p + helo + 3, sender - helo - 3);
    sender_set(e, slice_of(rest.p + sender + 3, to - sender - 3));
    struct slice tail = slice_from(rest, to + 3);
    e->recipient = slice_head(tail, slice_chr(tail, ' '));
    e->login = field_between(tail, SLICE("?~ '"), SLICE("'"));
    if (slice_starts(type, SLICE("AUTH"))) {
        e->auth_method = condition;
        return event_login(e, reject ? VERDICT_FAILED : VERDICT_OK, e->login);
    }
    e->text = condition;
    if (!reject)
        return event_session(e, VERDICT_OK);
    bool mail = slice_eq(type, SLICE("SNDR")) || slice_eq(type, SLICE("ORIG"));
    return event_reject(e, mail ? SLICE("MAIL") : type, condition);
}

/* "a@example.org|remoteinfo/auth:u|chkuser-identify:" or "a@example.org:u:" */
static void chkuser_sender(struct slice s, struct event *e)
{
    size_t bar = slice_find(s, SLICE("|remoteinfo/auth:"));
    if (bar < s.n) {
        sender_set(e, slice_head(s, bar));
        struct slice rest = slice_from(s, bar + 17);
        e->login = slice_head(rest, slice_chr(rest, '|'));
        return;
    }
    size_t ident = slice_rchr(s, ':');
    s = slice_head(s, ident);
    size_t auth = slice_rchr(s, ':');
    sender_set(e, slice_head(s, auth));
    if (auth < s.n)
        e->login = slice_from(s, auth + 1);
}

/* "helo:h|remotehostname:n|remotehostip:203.0.113.9" or "h:n:203.0.113.9" */
static void chkuser_remote(struct slice s, struct event *e)
{
    struct slice name;
    size_t ip = slice_rfind(s, SLICE("|remotehostip:")),
           at = slice_rfind(s, SLICE("|remotehostname:"));
    if (ip < s.n && at < ip && EAT(&s, "helo:")) {
        e->helo = slice_head(s, at - 5);
        name = slice_of(s.p + at - 5 + 16, ip - at - 16);
        client_set(e, slice_from(s, ip - 5 + 14));
    } else {
        size_t colon = slice_rchr(s, ':'), before = slice_rchr(slice_head(s, colon), ':');
        bool v4 = before < colon && colon < s.n && client_of(slice_from(s, colon + 1)).n;
        e->helo = v4 ? slice_head(s, before) : slice_word(&s, ':');
        name = v4 ? slice_of(s.p + before + 1, colon - before - 1) : slice_word(&s, ':');
        client_set(e, v4 ? slice_from(s, colon + 1) : s);
    }
    if (!slice_eq(name, SLICE("unknown")))
        e->client_name = name;
}

static enum line_class chkuser(struct slice body, struct event *e)
{
    size_t from = slice_find(body, SLICE(": from <")),
           remote = slice_find(body, SLICE("> remote <"));
    size_t rcpt = slice_rfind(body, SLICE("> rcpt <")), why = slice_rfind(body, SLICE("> : "));
    struct slice title = slice_head(body, from);
    if (!EAT(&title, "CHKUSER ") || from >= remote || remote >= rcpt || rcpt == body.n)
        return LINE_UNPARSED;
    bool told = why < body.n && why >= rcpt + 8;
    chkuser_sender(slice_of(body.p + from + 8, remote - from - 8), e);
    chkuser_remote(slice_of(body.p + remote + 10, rcpt - remote - 10), e);
    struct slice to = slice_from(body, rcpt + 8);
    e->recipient = told ? slice_head(to, why - rcpt - 8) : slice_head(to, slice_rchr(to, '>'));
    struct slice reason = told ? slice_from(body, why + 4) : title;
    event_fact(e, "title", title);
    if (slice_starts(title, SLICE("accepted ")) || slice_starts(title, SLICE("relaying "))) {
        e->text = reason;
        return event_session(e, VERDICT_OK);
    }
    return event_reject(e, HAS(title, "sender") ? SLICE("MAIL") : SLICE("RCPT"), reason);
}

static struct slice qlog_value(struct slice s, struct slice key)
{
    return field_last(s, key, SLICE(" "));
}

/* "result=rejected code=553 reason=authfailed detail= helo=h mailfrom=a rcptto=b,c ... remoteip=203.0.113.9 ... pid=800" */
static enum line_class qlog(struct slice s, struct event *e)
{
    uint64_t number;
    struct slice result = field_value(s, SLICE("result="), ' ');
    if (!result.n || !HAS(s, " remoteip="))
        return LINE_UNPARSED;
    struct slice reason = field_value(s, SLICE("reason="), ' ');
    field_reply(field_value(s, SLICE("code="), ' '), e);
    e->helo = field_value(s, SLICE("helo="), ' ');
    sender_set(e, field_value(s, SLICE("mailfrom="), ' '));
    struct slice to = field_value(s, SLICE("rcptto="), ' ');
    *(slice_chr(to, ',') < to.n ? &e->recipients : &e->recipient) = to;
    e->login = qlog_value(s, SLICE(" authuser="));
    e->auth_method = qlog_value(s, SLICE(" authtype="));
    client_set(e, qlog_value(s, SLICE(" remoteip=")));
    if (slice_u64(qlog_value(s, SLICE(" remoteport=")), &number) && number <= 65535)
        e->client_port = (unsigned)number;
    struct slice name = qlog_value(s, SLICE(" remotehost="));
    if (!slice_eq(name, SLICE("unknown")))
        e->client_name = name;
    slice_u64(qlog_value(s, SLICE(" size=")), &e->size);
    slice_u64(qlog_value(s, SLICE(" qp=")), &e->qp);
    slice_u64(qlog_value(s, SLICE(" pid=")), &e->pid);
    fact_said(e, "tls", qlog_value(s, SLICE(" encrypted=")));
    fact_said(e, "relay", field_value(s, SLICE("relay="), ' '));
    e->text = reason;
    if (slice_eq(reason, SLICE("authfailed")) || slice_eq(reason, SLICE("authinvalid")))
        return event_login(e, VERDICT_FAILED, e->login);
    if (slice_starts(result, SLICE("accept")))
        return event_session(e, VERDICT_OK);
    fact_said(e, "detail", field_value(s, SLICE("detail="), ' '));
    bool data = slice_starts(e->program, SLICE("qlogre"));
    return event_reject(e, data ? SLICE("DATA") : to.n ? SLICE("RCPT") : SLICE("MAIL"), reason);
}

/* "badmailfrom: <a@example.org> at 203.0.113.9 matches pattern: ..." */
static enum line_class bad_list(struct slice body, struct event *e)
{
    struct slice s = body, list = slice_word(&s, ':');
    struct slice address = field_between(s, SLICE("<"), SLICE(">"));
    struct slice at = slice_from(s, slice_find(s, SLICE(" at ")));
    if (EAT(&at, " at "))
        client_set(e, slice_head(at, slice_chr(at, ' ')));
    bool helo = slice_istarts(list, SLICE("badhelo"));
    bool rcpt = slice_istarts(list, SLICE("badrcpt")) || slice_istarts(list, SLICE("validrcptto"));
    if (helo)
        e->helo = address;
    else if (rcpt)
        e->recipient = address;
    else
        sender_set(e, address);
    return event_reject(e, helo ? SLICE("HELO") : rcpt ? SLICE("RCPT") : SLICE("MAIL"), body);
}

/* indimail: "pid 800 from 203.0.113.9 ..." after "pid 800 from " */
static enum line_class indimail(struct slice s, struct event *e)
{
    static const struct slice refusals[] = {
        SLICE_LIT("unauthorized"), SLICE_LIT("invalid"), SLICE_LIT("denied"),  SLICE_LIT("refused"),
        SLICE_LIT("reject"),       SLICE_LIT("spam"),    SLICE_LIT("virus"),   SLICE_LIT("bad"),
        SLICE_LIT("not allowed"),  SLICE_LIT("blocked"), SLICE_LIT("disabled")};
    client_set(e, slice_head(s, slice_chr(s, ' ')));
    struct slice text = slice_from(s, slice_chr(s, ' ')),
                 from = slice_from(text, slice_find(text, SLICE("MAIL from <")));
    if (from.n)
        sender_set(e, field_between(from, SLICE("<"), SLICE(">")));
    e->recipient = field_between(text, SLICE("RCPT <"), SLICE(">"));
    e->text = slice_trim(text);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (slice_ihas(text, refusals[i]))
            return event_reject(e, e->recipient.n ? SLICE("RCPT") : SLICE("MAIL"), e->text);
    return event_session(e, VERDICT_NONE);
}

static enum line_class smtpd(struct slice s, struct event *e)
{
    static const struct slice lists[] = {
        SLICE_LIT("badmailfrom"), SLICE_LIT("badmailto"),          SLICE_LIT("badhelo"),
        SLICE_LIT("badrcptto"),   SLICE_LIT("badmailfromnorelay"), SLICE_LIT("badmailtonorelay"),
        SLICE_LIT("validrcptto")};
    if (EAT(&s, "pid ")) {
        if (!slice_eat_u64(&s, &e->pid) || !EAT(&s, " "))
            return LINE_UNPARSED;
        if (slice_starts(s, SLICE("Accept::")) || slice_starts(s, SLICE("Reject::")))
            return spamcontrol(s, e);
        return EAT(&s, "from ") ? indimail(s, e) : LINE_UNPARSED;
    }
    struct slice rest = slice_from(s, slice_find(s, SLICE(" badiprbl: ip ")));
    if (EAT(&rest, " badiprbl: ip ")) {
        field_reply(s, e);
        client_set(e, slice_head(rest, slice_chr(rest, ' ')));
        fact_said(e, "dnsbl", field_last(rest, SLICE(" rbl: "), SLICE(" ")));
        return event_reject(e, SLICE("CONNECT"), s);
    }
    if (KNOWN(s, lists))
        return bad_list(s, e);
    return LINE_UNPARSED;
}

enum line_class qmail_smtpd_read(struct slice body, struct event *e)
{
    if (slice_starts(body, SLICE("CHKUSER ")))
        return chkuser(body, e);
    if (slice_starts(body, SLICE("GREETDELAY from "))) {
        struct slice s = slice_from(body, 16);
        client_set(e, slice_head(s, slice_find(s, SLICE(": "))));
        return event_reject(e, SLICE("CONNECT"), body);
    }
    struct slice s = body_untagged(body, e);
    if (slice_starts(e->program, SLICE("qlog")))
        return qlog(s, e);
    if (slice_eq(e->program, SLICE("CHKUSER")) || slice_starts(s, SLICE("CHKUSER ")))
        return chkuser(s, e);
    if (slice_starts(e->program, SLICE("bad")) || slice_starts(e->program, SLICE("validrcptto")))
        return bad_list(body, e);
    return smtpd(s, e);
}
