/* dialect_epost_senderlog.c - the delivery trace of the E-Post sender.
 *
 * Why: it shows retries, and states a mail's age in seconds at each try, with the date the prefix
 * lacks.
 * Invariant: nothing but the listed lines gives an event; AUTH exchanges and tokens are never
 * quoted.
 * Facts: E-Post sender; ltime and otime are seconds since 1601 UTC; a retry that is given up
 * (return=0) is faillog's to tell; replies follow their label with a prefix of their own in
 * mid-line and may run over several lines.
 * Example: [08:21:04:016] [B0000097587] [c.jp] GetTryServer:(ltime(13439604064)-otime(1...))/240 */
#include "epost.h"

/* n digits at p; above 999 if one of them is none. */
static inline unsigned digits(const char *p, size_t n)
{
    unsigned v = 0, odd = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned d = (unsigned)(unsigned char)p[i] - '0';
        odd |= d > 9;
        v = v * 10 + d;
    }
    return odd ? 1000 : v;
}

bool senderlog_prefix(struct slice *s, int64_t *of_day)
{
    const char *p = s->p;
    if (s->n < 10 || p[0] != '[' || p[3] != ':' || p[6] != ':')
        return false;
    unsigned h = digits(p + 1, 2), m = digits(p + 4, 2), sec = digits(p + 7, 2), milli = 0;
    size_t n = 9;
    if (p[9] == ':') {
        if (s->n < 14)
            return false;
        milli = digits(p + 10, 3);
        n = 13;
    }
    if (p[n] != ']' || h > 23 || m > 59 || sec > 60 || milli > 999)
        return false;
    *of_day = (int64_t)(h * 3600 + m * 60 + sec) * SECOND + (int64_t)milli * 1000;
    *s = slice_from(*s, n + 1);
    slice_eat(s, SLICE(" "));
    return true;
}

/* "[B0000097587-R0002]" at the start of *s -> the base; stepped over. */
static bool name(struct slice *s, struct event *e)
{
    struct slice id = *s;
    if (!slice_eat(&id, SLICE("[")))
        return false;
    struct slice rest = id;
    size_t close = slice_chr(id, ']');
    if (close == id.n || !epost_base(&rest) || (rest.p[0] != ']' && rest.p[0] != '-'))
        return false;
    e->queue_id = slice_head(id, id.n - rest.n);
    *s = slice_from(id, close + 1);
    slice_eat(s, SLICE(" "));
    return true;
}

/* "13439604064" -> instant */
static bool since_1601(struct slice *s, when *out)
{
    uint64_t v;
    if (!slice_eat_u64(s, &v) || v > (uint64_t)(WHEN_LAST_DATED / SECOND + EPOCH_1601))
        return false;
    *out = ((int64_t)v - EPOCH_1601) * SECOND;
    return true;
}

/* "[example.com] GetTryServer:(ltime(L)-otime(O))/N=(Q)" */
static bool age(struct slice s, struct event *e)
{
    if (!slice_eat(&s, SLICE("[")))
        return false;
    size_t close = slice_chr(s, ']');
    struct slice domain = slice_head(s, close);
    if (close == s.n)
        return false;
    s = slice_from(s, close + 1);
    if (!slice_eat(&s, SLICE(" GetTryServer:(ltime(")) || !since_1601(&s, &e->age_now) ||
        !slice_eat(&s, SLICE(")-otime(")) || !since_1601(&s, &e->age_from)) {
        e->age_now = e->age_from = 0;
        return false;
    }
    e->kind = EVENT_START;
    e->channel = CHANNEL_REMOTE;
    e->domain = domain;
    e->has_age = true;
    return true;
}

/* "SendGlobalMailStatus:example.net:return=1" */
static bool global_status(struct slice s, struct event *e)
{
    if (!slice_eat(&s, SLICE("SendGlobalMailStatus:")))
        return false;
    size_t at = slice_rfind(s, SLICE(":return=1"));
    if (at == s.n || at + 9 != s.n)
        return true;
    e->kind = EVENT_ATTEMPT;
    e->channel = CHANNEL_REMOTE;
    e->outcome = OUTCOME_DEFERRED;
    e->domain = slice_head(s, at);
    return true;
}

/* "[001]:ReturnMail Start:RCPT To=news@example.jp"; older: ":ReturnMail Start:..." after
 * "[name-001]" */
static void return_mail(struct slice s, struct event *e)
{
    if (slice_eat(&s, SLICE("["))) {
        size_t close = slice_chr(s, ']');
        if (close == s.n || !slice_all_digits(slice_head(s, close)))
            return;
        s = slice_from(s, close + 1);
    }
    if (!slice_eat(&s, SLICE(":ReturnMail Start:")))
        return;
    e->kind = EVENT_LINK;
    e->link = LINK_BOUNCE;
    if (slice_eat(&s, SLICE("RCPT To=")))
        e->recipient = slice_trim(s);
}

enum line_class epost_senderlog_read(struct slice text, struct event *e)
{
    struct slice s = text;
    if (!name(&s, e))
        return LINE_CONTINUATION;
    s = slice_trim(s);
    if (!age(s, e) && !global_status(s, e))
        return_mail(s, e);
    return LINE_PARSED;
}
