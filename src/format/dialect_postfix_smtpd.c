/* dialect_postfix_smtpd.c - what Postfix says of those who come to it: smtpd, postscreen, dnsblog, tlsproxy.
 *
 * Why: sessions, logins and refusals stand here, with the only client address that a message has.
 * Invariant: what a client sent (pipelined commands, what it said before its turn, a reason in base64) goes nowhere: it
 * may hold passwords.  Postfix' own words end such text; they are looked for from the line's end.
 * Facts: Postfix 3.12 (20260821) smtpd.c, smtpd_sasl_glue.c, smtpd_peer.c, tls_misc.c, postscreen*.c, dnsblog.c,
 * tlsproxy.c; WHITELISTED and BLACKLISTED before 3.6; ids before "lost connection" since 3.10.
 * Example: disconnect from mx.example.net[192.0.2.9] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4 */
#include "postfix.h"

static enum line_class session(struct event *e, const char *did, enum verdict verdict)
{
    e->kind = EVENT_SESSION;
    e->verdict = verdict;
    event_fact(e, "did", slice_str(did));
    return LINE_PARSED;
}

/* One peer at the start of *s -> the client. */
static bool client(struct slice *s, struct event *e)
{
    struct peer p;
    if (!peer_eat(s, &p))
        return false;
    peer_client(&p, e);
    return true;
}

static enum line_class connected(struct slice s, const char *did, struct event *e)
{
    if (!client(&s, e) || (s.n && s.p[0] != ' '))
        return LINE_UNPARSED;
    if (s.n > 1)
        event_fact(e, "commands", slice_from(s, 1));
    return session(e, did, VERDICT_NONE);
}

/* What stands behind "client=host[address]": ", sasl_method=PLAIN, sasl_username=bob, orig_queue_id=4F2C1A0B12" */
static void accept_attribute(struct slice s, struct event *e)
{
    if (EAT(&s, "sasl_method=")) {
        e->auth_method = s;
    } else if (EAT(&s, "sasl_username=")) {
        e->login = s;
        e->auth = VERDICT_OK;
    } else if (EAT(&s, "sasl_sender=")) {
        event_fact(e, "sasl_sender", s);
    } else if (EAT(&s, "orig_queue_id=")) {
        e->link = LINK_REINJECT;
        e->link_id = s;
    } else if (EAT(&s, "orig_client=")) {
        event_fact(e, "orig_client", s);
    }
}

static bool attribute_begins(struct slice s)
{
    return slice_starts(s, SLICE(", sasl_")) || slice_starts(s, SLICE(", orig_"));
}

enum line_class postfix_accept(struct slice s, struct event *e)
{
    if (!client(&s, e))
        return LINE_UNPARSED;
    e->client_grade = JOIN_EXACT;
    while (attribute_begins(s)) {
        size_t n = 2;
        while (n < s.n && !attribute_begins(slice_from(s, n)))
            n += 1 + slice_chr(slice_from(s, n + 1), ',');
        accept_attribute(slice_of(s.p + 2, n - 2), e);
        s = slice_from(s, n);
    }
    return s.n ? LINE_UNPARSED : LINE_PARSED;
}

enum line_class postfix_lost(struct slice s, struct event *e)
{
    static const struct {
        struct slice text;
        const char *did;
        enum verdict verdict;
    } reasons[] = {{SLICE_LIT("lost connection"), "lost connection", VERDICT_ABORTED},
                   {SLICE_LIT("timeout"), "timeout", VERDICT_TIMEOUT},
                   {SLICE_LIT("too many errors"), "too many errors", VERDICT_FAILED},
                   {SLICE_LIT("bare <LF> received"), "bare <LF> received", VERDICT_FAILED},
                   {SLICE_LIT("hangup"), "hangup", VERDICT_ABORTED},
                   {SLICE_LIT("insufficient system resources"), "insufficient system resources",
                    VERDICT_FAILED}};
    size_t i = 0, n = sizeof reasons / sizeof *reasons;
    while (i < n && !slice_starts(s, reasons[i].text))
        i++;
    if (i == n)
        return LINE_UNPARSED;
    s = slice_from(s, reasons[i].text.n);
    size_t at = slice_rfind(s, SLICE(" from "));
    struct slice stage = slice_head(s, at), from = slice_from(s, at);
    if (!EAT(&stage, " after ") || !EAT(&from, " from ") || !client(&from, e) || from.n)
        return LINE_UNPARSED;
    size_t open = slice_find(stage, SLICE(" ("));
    e->stage = slice_head(stage, open);
    if (open < stage.n) {
        stage = slice_from(stage, open + 2);
        slice_eat_u64(&stage, &e->size);
    }
    return session(e, reasons[i].did, reasons[i].verdict);
}

/* "TLSv1.3 with cipher C (256/256 bits) key-exchange X25519 server-signature ECDSA (P-256) server-digest SHA256" */
static void tls_facts(struct slice s, struct event *e)
{
    static const struct {
        struct slice key;
        const char *name, *detail;
    } keys[] = {
        {SLICE_LIT("key-exchange "), "tls_key_exchange", "tls_key_exchange_detail"},
        {SLICE_LIT("server-signature "), "tls_server_signature", "tls_server_signature_detail"},
        {SLICE_LIT("server-digest "), "tls_server_digest", "tls_server_digest_detail"},
        {SLICE_LIT("client-signature "), "tls_client_signature", "tls_client_signature_detail"},
        {SLICE_LIT("client-digest "), "tls_client_digest", "tls_client_digest_detail"},
        {SLICE_LIT("cipher "), "tls_cipher", "tls_bits"}};
    event_fact(e, "tls_version", slice_word(&s, ' '));
    EAT(&s, "with ");
    while (s.n) {
        size_t i = 0, n = sizeof keys / sizeof *keys;
        while (i < n && !slice_eat(&s, keys[i].key))
            i++;
        if (i == n)
            return;
        event_fact(e, keys[i].name, slice_word(&s, ' '));
        if (!EAT(&s, "("))
            continue;
        event_fact(e, keys[i].detail, slice_word(&s, ')'));
        EAT(&s, " ");
    }
}

enum line_class postfix_tls(struct slice s, struct event *e)
{
    struct peer p;
    size_t blank = slice_chr(slice_head(s, 12), ' ');
    struct slice trust = slice_head(s, blank);
    s = slice_from(s, blank < s.n ? blank : s.n);
    if (!EAT(&s, " TLS connection "))
        return LINE_UNPARSED;
    event_fact(e, "tls_trust", trust);
    event_fact(e, "tls_connection", slice_word(&s, ' '));
    bool from = EAT(&s, "from ");
    if ((!from && !EAT(&s, "to ")) || !peer_eat(&s, &p))
        return LINE_UNPARSED;
    if (EAT(&s, " to ")) {
        size_t colon = slice_find(s, SLICE(": "));
        event_fact(e, "tls_sni", slice_head(s, colon));
        s = slice_from(s, colon);
    }
    if (!EAT(&s, ": "))
        return LINE_UNPARSED;
    if (!e->brief)
        tls_facts(s, e);
    if (!from) {
        peer_relay(&p, e);
        return LINE_PARSED;
    }
    peer_client(&p, e);
    return session(e, "tls", VERDICT_NONE);
}

/* Behind "improper command pipelining after ": "EHLO from unknown[192.0.2.9]: what the client sent" */
static enum line_class pipelining(struct slice s, struct event *e)
{
    size_t at = slice_find(s, SLICE(" from "));
    struct slice from = slice_from(s, at);
    if (!EAT(&from, " from ") || !client(&from, e))
        return LINE_UNPARSED;
    e->stage = slice_head(s, at);
    return session(e, "improper pipelining", VERDICT_FAILED);
}

enum line_class postfix_smtpd(struct slice s, struct event *e)
{
    if (EAT(&s, "connect from "))
        return connected(s, "connect", e);
    if (EAT(&s, "disconnect from "))
        return connected(s, "disconnect", e);
    if (postfix_tls(s, e) == LINE_PARSED || postfix_lost(s, e) == LINE_PARSED)
        return LINE_PARSED;
    if (slice_starts(s, SLICE("proxy-")))
        return postfix_action(s, e);
    if (EAT(&s, "improper command pipelining after "))
        return pipelining(s, e);
    if (EAT(&s, "setting up TLS connection from ") && client(&s, e))
        return session(e, "tls begins", VERDICT_NONE);
    if (EAT(&s, "SSL_accept error from ") && client(&s, e)) {
        if (EAT(&s, ": "))
            e->text = s;
        return session(e, "SSL_accept error", VERDICT_FAILED);
    }
    if (EAT(&s, "discarding EHLO keywords: ")) {
        event_fact(e, "ehlo_discarded", s);
        return LINE_PARSED;
    }
    return EAT(&s, "TLS SNI ") ? LINE_PARSED : LINE_UNPARSED;
}

/* One word of eight letters or more in base64: what a mechanism said last, may be a client's. */
static bool base64(struct slice s)
{
    if (s.n < 8)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!postfix_digit(c) && (unsigned char)((c | 32) - 'a') > 25 &&
            !strchr("+/=", c ? c : ' '))
            return false;
    }
    return true;
}

/* Behind "warning: host[address]: SASL ": "LOGIN authentication failed: reason, sasl_username=bob" */
static enum line_class login_failed(struct slice s, struct event *e)
{
    size_t at = slice_find(s, SLICE(" authentication "));
    struct slice rest = slice_from(s, at);
    if (!EAT(&rest, " authentication failed") && !EAT(&rest, " authentication aborted"))
        return LINE_UNPARSED;
    e->kind = EVENT_LOGIN;
    e->auth = VERDICT_FAILED;
    e->auth_method = slice_head(s, at);
    EAT(&rest, ": ");
    at = slice_rfind(rest, SLICE(", sasl_username="));
    if (at < rest.n)
        e->login = slice_from(rest, at + 16);
    rest = slice_head(rest, at);
    if (slice_eq(e->login, SLICE("(unavailable)")))
        e->login = slice_of(NULL, 0);
    if (!base64(rest))
        e->text = rest;
    return LINE_PARSED;
}

/* "hostname H does not resolve to address A[: cause]"; before 2.4 "A: hostname H verification failed: cause" */
static enum line_class unverified(struct slice s, struct event *e)
{
    struct slice rest = s;
    if (EAT(&rest, "hostname ")) {
        event_fact(e, "hostname", slice_word(&rest, ' '));
        if (!EAT(&rest, "does not resolve to address "))
            return LINE_UNPARSED;
        e->client = slice_head(rest, slice_find(rest, SLICE(": ")));
        return session(e, "unverified name", VERDICT_NONE);
    }
    size_t at = slice_find(slice_head(s, 64), SLICE(": "));
    rest = at < s.n && at < 60 ? slice_from(s, at + 2) : slice_of(s.p, 0);
    if (EAT(&rest, "hostname ")) {
        event_fact(e, "hostname", slice_word(&rest, ' '));
        if (!EAT(&rest, "verification failed"))
            return LINE_UNPARSED;
    } else if (EAT(&rest, "address not listed for hostname ")) {
        event_fact(e, "hostname", rest);
    } else {
        return LINE_UNPARSED;
    }
    e->client = slice_head(s, at);
    return session(e, "unverified name", VERDICT_NONE);
}

/* "Connection rate limit exceeded: 61 from unknown[192.0.2.9] for service smtp" */
static enum line_class rate_limit(struct slice s, struct event *e)
{
    size_t at = slice_find(s, SLICE(" limit exceeded: "));
    if (at == s.n || at > 40)
        return LINE_UNPARSED;
    struct slice what = slice_head(s, at + 6), rest = slice_from(s, at + 17);
    event_fact(e, "value", slice_word(&rest, ' '));
    if (!EAT(&rest, "from ") || !client(&rest, e))
        return LINE_UNPARSED;
    event_fact(e, "limit", what);
    return session(e, "limit", VERDICT_FAILED);
}

enum line_class postfix_warned(struct slice s, struct event *e)
{
    struct slice rest = s;
    struct peer p;
    if (EAT(&rest, "non-SMTP command from "))
        return client(&rest, e) ? session(e, "non-SMTP command", VERDICT_FAILED) : LINE_UNPARSED;
    if (EAT(&rest, "Illegal address syntax from ") && client(&rest, e)) {
        if (EAT(&rest, " in "))
            e->stage = slice_word(&rest, ' ');
        return session(e, "address syntax", VERDICT_FAILED);
    }
    if (unverified(s, e) == LINE_PARSED || rate_limit(s, e) == LINE_PARSED)
        return LINE_PARSED;
    if (!peer_eat(&rest, &p))
        return LINE_UNPARSED;
    peer_client(&p, e);
    if (EAT(&rest, " sent "))
        return session(e, "non-SMTP command", VERDICT_FAILED);
    if (EAT(&rest, ": SASL ") && login_failed(rest, e) == LINE_PARSED)
        return LINE_PARSED;
    e->client = e->client_name = slice_of(NULL, 0);
    e->client_port = 0;
    return LINE_UNPARSED;
}

/* "PREGREET 6 after 1.2 from [192.0.2.9]:4911: data", "HANGUP after 0 from [192.0.2.9]:4911 in tests before SMTP handshake" */
static enum line_class screened_after(struct slice s, const char *did, struct event *e)
{
    slice_eat_u64(&s, &e->size);
    EAT(&s, " ");
    if (!EAT(&s, "after "))
        return LINE_UNPARSED;
    event_fact(e, "after", slice_word(&s, ' '));
    if (!EAT(&s, "from ") || !client(&s, e))
        return LINE_UNPARSED;
    if (EAT(&s, " in "))
        event_fact(e, "test", s);
    return session(e, did, did[0] == 'H' ? VERDICT_ABORTED : VERDICT_FAILED);
}

/* "COMMAND TIME LIMIT from [192.0.2.9]:4911 after RCPT", with ": data" behind or not */
static enum line_class screened_protocol(struct slice s, const char *did, struct event *e)
{
    if (!client(&s, e) || !EAT(&s, " after "))
        return LINE_UNPARSED;
    e->stage = slice_head(s, slice_find(s, SLICE(": ")));
    return session(e, did, VERDICT_FAILED);
}

/* "CONNECT from [192.0.2.9]:4911 to [198.51.100.1]:25" */
static enum line_class screened_connect(struct slice s, struct event *e)
{
    if (!client(&s, e))
        return LINE_UNPARSED;
    if (EAT(&s, " to "))
        event_fact(e, "server", s);
    return session(e, "connect", VERDICT_NONE);
}

/* dnsblog, behind "addr ": "192.0.2.9 listed by domain zen.example.org as 127.0.0.2" */
static enum line_class listed(struct slice s, struct event *e)
{
    e->client = slice_word(&s, ' ');
    if (!EAT(&s, "listed by domain "))
        return LINE_UNPARSED;
    event_fact(e, "dnsbl", slice_word(&s, ' '));
    if (EAT(&s, "as "))
        event_fact(e, "dnsbl_result", s);
    return session(e, "listed", VERDICT_NONE);
}

/* A verdict and the client, no more: "PASS NEW [192.0.2.9]:4911" */
static enum line_class screened_verdict(struct slice s, struct event *e)
{
    static const struct {
        struct slice text;
        const char *did;
        enum verdict verdict;
    } verdicts[] = {
        {SLICE_LIT("PASS OLD "), "PASS OLD", VERDICT_OK},
        {SLICE_LIT("PASS NEW "), "PASS NEW", VERDICT_OK},
        {SLICE_LIT("DISCONNECT "), "disconnect", VERDICT_NONE},
        {SLICE_LIT("ALLOWLISTED "), "ALLOWLISTED", VERDICT_OK},
        {SLICE_LIT("WHITELISTED "), "WHITELISTED", VERDICT_OK},
        {SLICE_LIT("DENYLISTED "), "DENYLISTED", VERDICT_FAILED},
        {SLICE_LIT("BLACKLISTED "), "BLACKLISTED", VERDICT_FAILED},
        {SLICE_LIT("ALLOWLIST VETO "), "ALLOWLIST VETO", VERDICT_FAILED},
        {SLICE_LIT("WHITELIST VETO "), "WHITELIST VETO", VERDICT_FAILED},
        {SLICE_LIT("DATA without valid RCPT from "), "DATA without valid RCPT", VERDICT_FAILED},
        {SLICE_LIT("BDAT without valid RCPT from "), "BDAT without valid RCPT", VERDICT_FAILED}};
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        if (!slice_eat(&s, verdicts[i].text))
            continue;
        return client(&s, e) && !s.n ? session(e, verdicts[i].did, verdicts[i].verdict)
                                     : LINE_UNPARSED;
    }
    return LINE_UNPARSED;
}

enum line_class postfix_postscreen(struct slice s, struct event *e)
{
    static const char *const protocol[] = {"COMMAND TIME LIMIT",   "COMMAND COUNT LIMIT",
                                           "COMMAND LENGTH LIMIT", "COMMAND PIPELINING",
                                           "NON-SMTP COMMAND",     "BARE NEWLINE"};
    if (EAT(&s, "CONNECT from "))
        return screened_connect(s, e);
    if (EAT(&s, "CONNECT to "))
        return LINE_PARSED;
    if (EAT(&s, "PREGREET "))
        return screened_after(s, "PREGREET", e);
    if (EAT(&s, "HANGUP "))
        return screened_after(s, "HANGUP", e);
    if (EAT(&s, "DNSBL rank ")) {
        event_fact(e, "dnsbl_rank", slice_word(&s, ' '));
        return EAT(&s, "for ") && client(&s, e) ? session(e, "DNSBL", VERDICT_FAILED)
                                                : LINE_UNPARSED;
    }
    if (EAT(&s, "addr "))
        return listed(s, e);
    if (screened_verdict(s, e) == LINE_PARSED)
        return LINE_PARSED;
    for (size_t i = 0; i < sizeof protocol / sizeof *protocol; i++) {
        struct slice rest = s;
        if (slice_eat(&rest, slice_str(protocol[i])) && EAT(&rest, " from "))
            return screened_protocol(rest, protocol[i], e);
    }
    if (EAT(&s, "reject: connect from ") && client(&s, e) && EAT(&s, ": ")) {
        e->kind = EVENT_REJECT;
        e->stage = SLICE("CONNECT");
        e->text = s;
        return LINE_PARSED;
    }
    if (postfix_tls(s, e) == LINE_PARSED)
        return LINE_PARSED;
    return s.n && s.p[0] == '[' && slice_find(s, SLICE(": discarding EHLO keywords: ")) < s.n
               ? LINE_PARSED
               : LINE_UNPARSED;
}
