/* dialect_postfix_action.c - what Postfix did with a transaction or a message by rule: refuse, hold, discard, warn ...
 *
 * Why: refusals are half of the lines of a busy host; their envelope stands behind a text that others wrote.
 * Invariant: the envelope is the last "; from=<" (or to=, proto=, helo=) of the line; within it a value ends only where
 * the next key of Postfix' order begins, and the HELO name, which may imitate any key, at the last such place.
 * Facts: Postfix 3.12 (20260821): log_whatsup in smtpd_check.c, milter replies in smtpd.c, cleanup_act_log in
 * cleanup_message.c, cleanup_milter.c, postscreen_smtpd.c (commas between the keys), header_checks of smtp_proto.c.
 * Example: NOQUEUE: reject: RCPT from unknown[192.0.2.9]: 554 5.7.1 <b@example.org>: Relay access denied; from=<a@example.com>
 * to=<b@example.org> proto=ESMTP helo=<pc> */
#include "postfix.h"

static const struct action {
    struct slice name;
    enum event_kind kind;
    enum verdict verdict;
} actions[] = {
    {SLICE_LIT("reject"), EVENT_REJECT, VERDICT_FAILED},
    {SLICE_LIT("milter-reject"), EVENT_REJECT, VERDICT_FAILED},
    {SLICE_LIT("milter-header-reject"), EVENT_REJECT, VERDICT_FAILED},
    {SLICE_LIT("milter-body-reject"), EVENT_REJECT, VERDICT_FAILED},
    {SLICE_LIT("proxy-reject"), EVENT_REJECT, VERDICT_FAILED},
    {SLICE_LIT("proxy-accept"), EVENT_SESSION, VERDICT_OK},
    {SLICE_LIT("discard"), EVENT_DONE, VERDICT_NONE},
    {SLICE_LIT("milter-discard"), EVENT_DONE, VERDICT_NONE},
    {SLICE_LIT("milter-header-discard"), EVENT_DONE, VERDICT_NONE},
    {SLICE_LIT("milter-body-discard"), EVENT_DONE, VERDICT_NONE},
    {SLICE_LIT("reject_warning"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("hold"), EVENT_HOLD, VERDICT_NONE},
    {SLICE_LIT("milter-hold"), EVENT_HOLD, VERDICT_NONE},
    {SLICE_LIT("milter-header-hold"), EVENT_HOLD, VERDICT_NONE},
    {SLICE_LIT("milter-body-hold"), EVENT_HOLD, VERDICT_NONE},
    {SLICE_LIT("warn"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("warning"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("info"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("filter"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("redirect"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("bcc"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("prepend"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("replace"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("strip"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("pass"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("permit"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("delay"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("hangup"), EVENT_SESSION, VERDICT_ABORTED},
    {SLICE_LIT("abort"), EVENT_SESSION, VERDICT_ABORTED},
    {SLICE_LIT("trace"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("milter-header-redirect"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("milter-body-redirect"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("milter-header-filter"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("milter-body-filter"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("milter-header-warning"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("milter-body-warning"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("milter-header-info"), EVENT_SESSION, VERDICT_NONE},
    {SLICE_LIT("milter-body-info"), EVENT_SESSION, VERDICT_NONE},
};

/* "reject: " at the start of *s, stepped over. */
static const struct action *action_eat(struct slice *s)
{
    size_t n = slice_chr(slice_head(*s, 24), ':');
    if (n >= 24 || n + 2 > s->n || s->p[n + 1] != ' ')
        return NULL;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (slice_eq(slice_head(*s, n), actions[i].name)) {
            *s = slice_from(*s, n + 2);
            return &actions[i];
        }
    }
    return NULL;
}

static bool key_begins(struct slice s)
{
    return slice_starts(s, SLICE("from=<")) || slice_starts(s, SLICE("to=<")) ||
           slice_starts(s, SLICE("proto=")) || slice_starts(s, SLICE("helo=<")) ||
           slice_starts(s, SLICE("sasl_"));
}

/* The envelope at the end of *s, cut off it. */
static struct slice envelope_cut(struct slice *s)
{
    for (size_t n = s->n, at; (at = slice_rchr(slice_head(*s, n), ';')) < n; n = at) {
        struct slice rest = slice_from(*s, at + 1);
        if (rest.n && (rest.p[0] != ' ' || !key_begins(slice_from(rest, 1))))
            continue;
        s->n = at;
        return rest.n ? slice_from(rest, 1) : rest;
    }
    return slice_of(s->p, 0);
}

/* A value in <> of which "<" was eaten: to the first ">" that a key of Postfix', a text or the end follows. */
static struct slice bracketed(struct slice *s)
{
    for (size_t at = slice_chr(*s, '>'); at < s->n;
         at += 1 + slice_chr(slice_from(*s, at + 1), '>')) {
        struct slice value = slice_head(*s, at), rest = slice_from(*s, at + 1);
        EAT(&rest, ",");
        if (rest.n && !slice_starts(rest, SLICE(": ")) && (!EAT(&rest, " ") || !key_begins(rest)))
            continue;
        *s = rest;
        return value;
    }
    struct slice all = *s;
    s->n = 0;
    return all;
}

/* The HELO name, of which "<" was eaten: nothing but a login or a text stands behind it. */
static struct slice helo_of(struct slice *s)
{
    size_t end = s->n - 1;
    if (!s->n || s->p[end] != '>') {
        end = slice_rfind(*s, SLICE("> sasl_method="));
        if (end == s->n)
            end = slice_rfind(*s, SLICE("> sasl_username="));
        if (end == s->n)
            end = slice_rfind(*s, SLICE(">: "));
    }
    struct slice helo = slice_head(*s, end);
    *s = slice_from(*s, helo.n + (helo.n < s->n));
    EAT(s, " ");
    return helo;
}

static size_t word_length(struct slice s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] != ' ' && s.p[n] != ',' && s.p[n] != ':')
        n++;
    return n;
}

static void envelope_read(struct slice s, struct event *e)
{
    if (EAT(&s, "from=<")) {
        e->sender = bracketed(&s);
        e->has_sender = true;
    }
    if (EAT(&s, "to=<"))
        e->recipient = bracketed(&s);
    if (EAT(&s, "proto=")) {
        e->proto = slice_head(s, word_length(s));
        s = slice_from(s, e->proto.n);
        EAT(&s, ",");
        EAT(&s, " ");
    }
    if (EAT(&s, "helo=<"))
        e->helo = helo_of(&s);
    if (EAT(&s, "sasl_method="))
        e->auth_method = slice_word(&s, ' ');
    if (EAT(&s, "sasl_username="))
        e->login = slice_head(s, slice_rfind(s, SLICE(" sasl_sender=")));
    if (EAT(&s, ": "))
        event_fact(e, "action_text", s);
}

/* "<b@example.org>: Relay access denied": whom or what it is about; "Service unavailable; Client host [192.0.2.9] blocked
 * using zen.example.org; see ...": that, and the list. */
static void reason_read(struct slice s, struct event *e)
{
    size_t at = slice_find(s, SLICE(">: "));
    e->text = s;
    if (s.n && s.p[0] == '<' && at < s.n) {
        event_fact(e, "thing", slice_of(s.p + 1, at - 1));
        e->text = slice_from(s, at + 3);
    }
    at = slice_find(e->text, SLICE("] blocked using "));
    size_t open = slice_chr(slice_head(e->text, at), '[');
    if (at == e->text.n || open == at)
        return;
    event_fact(e, "thing", slice_of(e->text.p + open + 1, at - open - 1));
    struct slice list = slice_from(e->text, at + 16);
    event_fact(e, "dnsbl",
               slice_head(list, slice_chr(slice_head(list, slice_chr(list, ';')), ' ')));
}

/* "RCPT from mx.example.net[192.0.2.9]: 550 5.1.1 <b@example.org>: ...", "END-OF-MESSAGE: 250 2.0.0 Ok" of a proxy */
static bool staged(struct slice s, bool proxy, struct event *e)
{
    struct slice from = proxy ? SLICE(": ") : SLICE(" from ");
    size_t at = slice_find(slice_head(s, 40), from);
    struct peer p;
    if (at >= 40 || at >= s.n)
        return false;
    e->stage = slice_head(s, at);
    s = slice_from(s, at + from.n);
    if (!proxy) {
        if (!peer_eat(&s, &p))
            return false;
        peer_client(&p, e);
        if (s.n && !EAT(&s, ": "))
            return false;
    }
    postfix_codes(&s, e);
    reason_read(s, e);
    return true;
}

/* Lines about content: "header Subject: hello from mx.example.net[192.0.2.9]", "body ...", "mime-error ...". */
static bool content(struct slice s, struct event *e)
{
    struct peer p;
    size_t blank = slice_chr(slice_head(s, 24), ' ');
    struct slice class = slice_head(s, blank);
    if (!slice_eq(class, SLICE("header")) && !slice_eq(class, SLICE("body")) &&
        !slice_eq(class, SLICE("mime-error")))
        return false;
    e->text = s;
    event_fact(e, "content", class);
    size_t at = slice_rfind(s, SLICE(" from "));
    if (at == s.n || at < blank)
        return true;
    event_fact(e, "trigger", slice_of(s.p + blank + 1, at > blank ? at - blank - 1 : 0));
    struct slice origin = slice_from(s, at + 6);
    if (peer_eat(&origin, &p) && !origin.n)
        peer_client(&p, e);
    return true;
}

/* Before DATA an id says that other recipients were taken: the message lives on without this one. */
static bool message_over(const struct event *e, bool of_content)
{
    return of_content || slice_eq(e->stage, SLICE("END-OF-MESSAGE")) ||
           slice_eq(e->stage, SLICE("DATA")) || slice_eq(e->stage, SLICE("BDAT"));
}

enum line_class postfix_action(struct slice s, struct event *e)
{
    const struct action *a = action_eat(&s);
    if (!a)
        return LINE_UNPARSED;
    event_fact(e, "action", a->name);
    envelope_read(envelope_cut(&s), e);
    bool proxy = slice_starts(a->name, SLICE("proxy-"));
    bool of_content = !proxy && content(s, e);
    if (!of_content && !staged(s, proxy, e))
        return LINE_UNPARSED;
    e->kind = a->kind;
    e->verdict = a->verdict;
    bool over = message_over(e, of_content);
    if (e->kind == EVENT_DONE && (!e->queue_id.n || !over))
        e->kind = EVENT_SESSION;
    if (e->kind == EVENT_HOLD && !e->queue_id.n)
        e->kind = EVENT_SESSION;
    if (e->kind == EVENT_HOLD && (of_content || slice_eq(e->stage, SLICE("END-OF-MESSAGE"))))
        e->verdict = VERDICT_OK;
    if (e->kind == EVENT_DONE)
        e->outcome = OUTCOME_DISCARDED;
    if (e->kind == EVENT_SESSION && of_content)
        e->kind = EVENT_NONE;
    if (e->kind == EVENT_REJECT && e->queue_id.n && !over) {
        event_fact(e, "transaction", e->queue_id);
        e->queue_id = slice_of(NULL, 0);
    }
    return LINE_PARSED;
}
