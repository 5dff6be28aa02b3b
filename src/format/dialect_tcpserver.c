/* dialect_tcpserver.c - who connected: tcpserver and sslserver, and what rblsmtpd refused.
 *
 * Why: stock qmail-smtpd logs nothing; these lines alone tell the clients of a qmail host.
 * Invariant: port and remote info are cut off from the right, the name from the left: what is left is the IP, v6 too.
 * Facts: ucspi-tcp 0.88 and ucspi-tcp6 (tcpserver.c, rblsmtpd.c), ucspi-ssl, indimail-mta; status is that of wait(2).
 * Example: tcpserver: ok 800 mx.example.com:192.0.2.1:25 :198.51.100.7::40123 */
#include "fields.h"

/* ":198.51.100.7::40123", "pc.example.net:2001:db8::7:ident:40123"; indimail "pc[198.51.100.7]ident:40123:maxperip=10" */
static void remote(struct slice s, struct event *e)
{
    uint64_t port;
    size_t limit = slice_find(s, SLICE(":maxperip="));
    s = slice_head(s, limit);
    size_t colon = slice_rchr(s, ':');
    if (colon == s.n)
        return;
    if (slice_u64(slice_from(s, colon + 1), &port) && port <= 65535)
        e->client_port = (unsigned)port;
    s = slice_head(s, colon);
    if (slice_chr(s, '[') < s.n) {
        client_named(e, slice_head(s, slice_rchr(s, ']') + 1));
        return;
    }
    colon = slice_rchr(s, ':');
    if (colon == s.n)
        return;
    struct slice info = slice_from(s, colon + 1);
    fact_said(e, "remote_info", info);
    s = slice_head(s, colon);
    struct slice name = slice_word(&s, ':');
    client_set(e, s);
    if (!slice_eq(name, SLICE("unknown")))
        e->client_name = name;
}

/* after "ok " or "deny " */
static enum line_class admitted(struct slice s, bool ok, struct event *e)
{
    if (!slice_eat_u64(&s, &e->pid) || !EAT(&s, " "))
        return LINE_UNPARSED;
    struct slice local = slice_word(&s, ' ');
    if (!local.n || !s.n)
        return LINE_UNPARSED;
    remote(s, e);
    event_fact(e, "local", local);
    return ok ? event_session(e, VERDICT_NONE)
              : event_reject(e, SLICE("CONNECT"), SLICE("refused by the connection rules"));
}

/* after "end ": "800 status 256" */
static enum line_class closed(struct slice s, struct event *e)
{
    uint64_t status = 1;
    if (!slice_eat_u64(&s, &e->pid) || !EAT(&s, " "))
        return LINE_UNPARSED;
    e->text = s;
    if (EAT(&s, "status ") && !slice_u64(s, &status))
        return LINE_UNPARSED;
    return event_session(e, status == 0 ? VERDICT_OK : VERDICT_ABORTED);
}

static enum line_class status(struct slice body, struct slice s, struct event *e)
{
    uint64_t running, limit;
    if (!slice_eat_u64(&s, &running) || !EAT(&s, "/") || !slice_eat_u64(&s, &limit))
        return LINE_UNPARSED;
    return limit && running >= limit ? event_service(e, SERVICE_WARNING, body) : LINE_PARSED;
}

static enum line_class server(struct slice body, struct event *e)
{
    static const struct slice tls[] = {
        SLICE_LIT("ssl "),     SLICE_LIT("done "),  SLICE_LIT("cafile "),
        SLICE_LIT("ccafile "), SLICE_LIT("cadir "), SLICE_LIT("cert "),
        SLICE_LIT("key "),     SLICE_LIT("param "), SLICE_LIT("accept ")};
    struct slice s = body;
    if (EAT(&s, "status: "))
        return status(body, s, e);
    if (EAT(&s, "pid ")) {
        if (!slice_eat_u64(&s, &e->pid) || !EAT(&s, " from "))
            return LINE_UNPARSED;
        client_set(e, s);
        return event_session(e, VERDICT_NONE);
    }
    if (EAT(&s, "ok "))
        return admitted(s, true, e);
    if (EAT(&s, "deny "))
        return admitted(s, false, e);
    if (EAT(&s, "end "))
        return closed(s, e);
    if (EAT(&s, "warning: "))
        return event_service(e, SERVICE_WARNING, s);
    if (EAT(&s, "fatal: "))
        return event_service(e, SERVICE_ALERT, s);
    return KNOWN(s, tls) ? LINE_PARSED : LINE_UNPARSED;
}

/* "203.0.113.9 pid 800 zone.example: 451 text", "zone.example blocked 203.0.113.9 host -",
 * " pid 800 from 203.0.113.9: 553 text: Sender <a> Recipient <b>" */
static enum line_class rblsmtpd(struct slice body, struct event *e)
{
    struct slice s = slice_trim(body);
    if (slice_starts(s, SLICE("warning: ")) || slice_starts(s, SLICE("fatal: ")))
        return event_service(e, SERVICE_WARNING, s);
    size_t blocked = slice_find(s, SLICE(" blocked "));
    if (blocked < s.n) {
        struct slice rest = slice_from(s, blocked + 9);
        event_fact(e, "dnsbl", slice_head(s, blocked));
        client_set(e, slice_word(&rest, ' '));
        return e->client.n ? event_reject(e, SLICE("CONNECT"), s) : LINE_UNPARSED;
    }
    bool ip_first = !slice_starts(s, SLICE("pid "));
    if (ip_first)
        client_set(e, slice_word(&s, ' '));
    if (!EAT(&s, "pid ") || !slice_eat_u64(&s, &e->pid))
        return LINE_UNPARSED;
    if (!ip_first && EAT(&s, " from "))
        client_set(e, slice_head(s, slice_find(s, SLICE(": "))));
    size_t colon = slice_find(s, SLICE(": "));
    if (!e->client.n || colon == s.n)
        return LINE_UNPARSED;
    if (ip_first)
        fact_said(e, "dnsbl", slice_trim(slice_head(s, colon)));
    struct slice text = slice_from(s, colon + 2),
                 sender = field_between(text, SLICE("Sender <"), SLICE(">"));
    field_reply(text, e);
    if (sender.n)
        sender_set(e, sender);
    e->recipient = field_between(text, SLICE("Recipient <"), SLICE(">"));
    return event_reject(e, SLICE("CONNECT"), text);
}

enum line_class tcpserver_read(struct slice body, struct event *e)
{
    struct slice s = body_untagged(body, e);
    return slice_eq(e->program, SLICE("rblsmtpd")) ? rblsmtpd(s, e) : server(s, e);
}
