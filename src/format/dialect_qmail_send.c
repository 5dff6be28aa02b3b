/* dialect_qmail_send.c - the lines of qmail-send.
 *
 * Why: it alone sees a message from queueing to its end; all dwell figures of a qmail host rest on
 * it.
 * Invariant: one look at the first byte picks the line kind; nothing is copied; the keyword
 * success, failure or deferral decides the outcome, never the digits in the reply.
 * Facts: qmail 1.03 and notqmail (qmail-send.c, qmail-remote.c, qmail-local.c), the 1.01 manual,
 * s/qmail, indimail-mta; ids are inode numbers and reused at once.
 * Example: delivery 3: failure: 192.0.2.9_does_not_like_recipient./Remote_host_said:_550_no/ */
#include "epost.h"
#include "fields.h"

static const char said[] = "Remote_host_said:_";
static const char too_long[] = "I'm_not_going_to_try_again;_this_message_has_been_in_the_queue";

static inline bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* The eight bytes at p, first lowest, digits as 0 to 9; *n of them, from the first, are digits. */
static inline uint64_t digits_at(const char *p, size_t *n)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    v ^= EACH_BYTE('0');
    uint64_t others = (v | (v + EACH_BYTE(0x80 - 10))) & EACH_BYTE(0x80);
    *n = others ? (size_t)__builtin_ctzll(others) / 8 : 8;
    return v;
}

/* The value of the first n (1 to 8) of them: pairs, then fours, then eight, each step one multiplication. */
static inline uint64_t digits_value(uint64_t digits, size_t n)
{
    uint64_t v = digits << (64 - 8 * n);
    v = (v * 2561 >> 8) & UINT64_C(0x00ff00ff00ff00ff);
    v = (v * 6553601 >> 16) & UINT64_C(0x0000ffff0000ffff);
    return v * UINT64_C(42949672960001) >> 32;
}

/* Digits at the start of *s, stepped over and kept as text; over 20 of them are no number of
 * qmail's. */
static inline bool eat_id(struct slice *s, struct slice *id)
{
    size_t n = 0;
    if (s->n >= 8)
        digits_at(s->p, &n);
    if (n == 0 || n == 8)
        while (n < s->n && digit(s->p[n]))
            n++;
    *id = slice_of(s->p, n);
    *s = slice_from(*s, n);
    return n > 0 && n <= 20;
}

static inline bool eat_number(struct slice *s, uint64_t *out)
{
    size_t n;
    if (s->n >= 8) {
        uint64_t digits = digits_at(s->p, &n);
        if (n && n < 8) { /* as nearly all are */
            *out = digits_value(digits, n);
            *s = slice_from(*s, n);
            return true;
        }
    }
    return slice_eat_u64(s, out);
}

/* indimail ends every line in " queueN" (N of up to three digits): it names one of several queues, and so goes to
 * session.  body has 7 bytes or more. */
static inline void queue_suffix(struct slice *body, struct event *e)
{
    size_t n = body->n;
    const char *end = body->p + n;
    if (!digit(end[-1]) || (end[-2] != 'e' && end[-3] != 'e' && end[-4] != 'e'))
        return;
    while (n > 6 && digit(body->p[n - 1]))
        n--;
    if (n < 7 || memcmp(body->p + n - 6, " queue", 6) != 0)
        return;
    e->session = slice_from(*body, n - 5);
    body->n = n - 6;
}

/* "new msg 4711", "end msg 4711", "triple bounce: discarding bounce/99": an id and no more. */
static enum line_class lone_id(struct slice rest, enum event_kind kind, struct event *e)
{
    if (!eat_id(&rest, &e->queue_id) || rest.n)
        return LINE_UNPARSED;
    e->kind = kind;
    return LINE_PARSED;
}

static enum line_class bounce_lost(struct slice body, struct slice rest, struct event *e)
{
    if (!eat_id(&rest, &e->queue_id) || rest.n)
        return LINE_UNPARSED;
    e->link_id = e->queue_id;
    return event_service(e, SERVICE_BOUNCE_LOST, body);
}

/* The number at the end of *s, after the blank-framed word; s is cut before the word. */
static inline bool last_number(struct slice *s, struct slice word, uint64_t *out)
{
    size_t n = s->n;
    while (n && digit(s->p[n - 1]))
        n--;
    struct slice number = slice_from(*s, n);
    if (n < word.n || memcmp(s->p + n - word.n, word.p, word.n) != 0 || !eat_number(&number, out))
        return false;
    s->n = n - word.n;
    return true;
}

/* after "info msg ": "4711: bytes 2048 from <a@example.com> qp 812 uid 89"; the sender may hold ">
 * qp ". */
static enum line_class info(struct slice s, struct event *e)
{
    if (!eat_id(&s, &e->queue_id) || !EAT(&s, ": bytes ") || !eat_number(&s, &e->size) ||
        !EAT(&s, " from <"))
        return LINE_UNPARSED;
    if (!last_number(&s, SLICE(" uid "), &e->uid) || !last_number(&s, SLICE("> qp "), &e->qp))
        return LINE_UNPARSED;
    e->kind = EVENT_ENVELOPE;
    e->has_uid = true;
    e->sender = s;
    e->has_sender = true;
    return LINE_PARSED;
}

/* A local recipient as users know it: without the virtual domain ("example.com-bob@example.com")
 * or Plesk's domain number ("268-bob@example.com") in front. */
static struct slice local_recipient(struct slice r)
{
    size_t at = slice_rchr(r, '@');
    if (at == r.n)
        return r;
    struct slice domain = slice_from(r, at + 1);
    if (domain.n < at && r.p[domain.n] == '-' && slice_ieq(slice_head(r, domain.n), domain))
        return slice_from(r, domain.n + 1);
    size_t n = 0;
    while (n < at && digit(r.p[n]))
        n++;
    if (n && n + 1 < at && r.p[n] == '-')
        return slice_from(r, n + 1);
    return r;
}

/* "12" or indimail's "12.1" */
static bool delivery_number(struct slice *s, struct event *e)
{
    struct slice queue;
    if (!eat_number(s, &e->delivery_id))
        return false;
    if (!EAT(s, "."))
        return true;
    if (!eat_id(s, &queue))
        return false;
    if (e->session.n == 0)
        e->session = queue;
    return true;
}

/* after "starting delivery " */
static enum line_class starting(struct slice s, struct event *e)
{
    if (!delivery_number(&s, e) || !EAT(&s, ": msg ") || !eat_id(&s, &e->queue_id) ||
        !EAT(&s, " to "))
        return LINE_UNPARSED;
    if (EAT(&s, "local"))
        e->channel = CHANNEL_LOCAL;
    else if (EAT(&s, "remote"))
        e->channel = CHANNEL_REMOTE;
    else
        return LINE_UNPARSED;
    if (!EAT(&s, " ") && s.n)
        return LINE_UNPARSED;
    e->kind = EVENT_START;
    e->recipient = e->channel == CHANNEL_LOCAL ? local_recipient(s) : s;
    return LINE_PARSED;
}

/* Length of the IP address at the start of s (brackets of an IPv6 literal included), or 0. */
static size_t ip_length(struct slice s)
{
    size_t n = 0, dots = 0, colons = 0, letters = 0;
    for (; n < s.n && n < 16 && (digit(s.p[n]) || s.p[n] == '.'); n++)
        dots += s.p[n] == '.';
    for (; n < s.n && n < 48; n++) {
        char c = s.p[n];
        dots += c == '.';
        colons += c == ':';
        if (digit(c) || c == '.' || c == ':')
            continue;
        if (c != '[' && c != ']' && (unsigned char)((c | 32) - 'a') >= 6)
            break;
        letters++;
    }
    return (dots == 3 && !letters && !colons) || colons >= 2 ? n : 0;
}

/* qmail-remote's texts begin with the host's IP, or with Connected_to_IP; chatter may stand
 * before. */
static void relay(struct slice text, struct event *e)
{
    EAT(&text, "Connected_to_");
    size_t n = ip_length(text);
    if (n && n < text.n && text.p[n] == '_') {
        e->relay = slice_of(text.p, n);
        return;
    }
    size_t at = slice_find(text, SLICE("Connected_to_"));
    if (at < text.n) {
        text = slice_from(text, at + 13);
        e->relay = slice_of(text.p, ip_length(text));
        return;
    }
    static const struct slice after[] = {SLICE_LIT("_accepted_message."),
                                         SLICE_LIT("_does_not_like_recipient."),
                                         SLICE_LIT("_failed_")};
    for (size_t i = 0; i < 3; i++) {
        at = slice_find(text, after[i]);
        if (at == text.n)
            continue;
        size_t from = at;
        while (from && text.p[from - 1] != '/' && text.p[from - 1] != '_')
            from--;
        struct slice host = slice_of(text.p + from, at - from);
        if (host.n && ip_length(host) == host.n)
            e->relay = host;
        return;
    }
}

/* The first [245]dd in s that stands alone; *at where it begins. */
static unsigned code_in(struct slice s, size_t *at)
{
    for (size_t i = 0; i + 3 <= s.n; i++) {
        const char *p = s.p + i;
        if ((*p != '2' && *p != '4' && *p != '5') || !digit(p[1]) || !digit(p[2]))
            continue;
        if ((i && digit(p[-1])) || (i + 3 < s.n && digit(p[3])))
            continue;
        *at = i;
        return (unsigned)((p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0'));
    }
    return 0;
}

/* The first enhanced status code in s that stands alone. */
static struct slice status_in(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '.' || i == 0)
            continue;
        if (i >= 2 && (digit(s.p[i - 2]) || s.p[i - 2] == '.'))
            continue;
        struct slice status = status_at(slice_from(s, i - 1));
        if (status.n)
            return status;
    }
    return slice_of(NULL, 0);
}

/* "(#5.1.1)" of qmail's own text, the last one; 1.01 wrote "_#5.1.1_". */
static struct slice own_status(struct slice text)
{
    for (size_t at = slice_rchr(text, '#'); at < text.n; at = slice_rchr(text, '#')) {
        struct slice status = status_at(slice_from(text, at + 1));
        if (status.n && at && (text.p[at - 1] == '(' || text.p[at - 1] == '_'))
            return status;
        text.n = at;
    }
    return slice_of(NULL, 0);
}

/* Codes: the remote's after "Remote host said:", else the (#x.y.z) of qmail's own text. */
static void codes(struct slice text, bool success, struct event *e)
{
    struct slice mark = slice_of(said, sizeof said - 2); /* the last '_' may be missing */
    size_t at = slice_find(text, mark);
    if (at < text.n) {
        struct slice reply = slice_from(text, at + mark.n);
        size_t code_at = 0;
        e->code = code_in(reply, &code_at);
        if (e->code) {
            reply = slice_from(reply, code_at + 3);
            e->status = success ? status_at(slice_from(reply, reply.n > 0)) : status_in(reply);
        }
        if (e->status.n || success)
            return;
    }
    e->status = own_status(text);
}

/* qmail-local ends in "did_F+W+P/", then "qp_N/" where it forwarded.  LDA chatter may come before.
 * */
static void local_success(struct slice text, struct event *e)
{
    size_t at = slice_starts(text, SLICE("did_")) ? 0 : slice_rfind(text, SLICE("/did_"));
    uint64_t number;
    if (at == text.n)
        return;
    text = slice_from(text, at);
    EAT(&text, "/");
    slice_eat(&text, SLICE("did_"));
    for (int i = 0; i < 3; i++) {
        if ((i && !EAT(&text, "+")) || !eat_number(&text, &number))
            return;
    }
    if (EAT(&text, "/qp_") && eat_number(&text, &number) && (text.n == 0 || text.p[0] == '/')) {
        e->qp = number;
        e->link = LINK_FORWARD;
    }
}

static enum line_class success(struct slice text, struct event *e)
{
    e->outcome = OUTCOME_SENT;
    e->final = true;
    size_t n = ip_length(text);
    struct slice rest = slice_from(text, n);
    if (n && EAT(&rest, "_accepted_message./Remote_host_said:_")) {
        e->relay = slice_of(text.p, n);
        size_t at;
        e->code = code_in(slice_head(rest, 3), &at);
        if (e->code && rest.n > 4)
            e->status = status_at(slice_from(rest, 4));
        return LINE_PARSED;
    }
    if (!slice_starts(text, SLICE("did_")) && slice_find(text, SLICE(said)) < text.n) {
        relay(text, e);
        codes(text, true, e);
        return LINE_PARSED;
    }
    local_success(text, e);
    return LINE_PARSED;
}

static enum line_class failure(struct slice text, struct event *e)
{
    e->outcome = OUTCOME_BOUNCED;
    e->final = true;
    size_t at = slice_rfind(text, SLICE(too_long));
    if (at < text.n) {
        e->outcome = OUTCOME_EXPIRED;
        while (at && (text.p[at - 1] == '/' || text.p[at - 1] == '_'))
            at--;
        if (at)
            text = slice_head(text, at);
        e->reply = text;
    }
    relay(text, e);
    codes(text, false, e);
    return LINE_PARSED;
}

/* after "delivery " */
static enum line_class delivery(struct slice s, struct event *e)
{
    if (!delivery_number(&s, e) || !EAT(&s, ": "))
        return LINE_UNPARSED;
    e->kind = EVENT_ATTEMPT;
    if (EAT(&s, "success:")) {
        EAT(&s, " ");
        e->reply = s;
        return success(s, e);
    }
    if (EAT(&s, "deferral:")) {
        EAT(&s, " ");
        e->reply = s;
        e->outcome = OUTCOME_DEFERRED;
        relay(s, e);
        codes(s, false, e);
        return LINE_PARSED;
    }
    if (EAT(&s, "failure:")) {
        EAT(&s, " ");
        e->reply = s;
        return failure(s, e);
    }
    if (!EAT(&s, "report mangled, will defer"))
        return LINE_UNPARSED;
    e->outcome = OUTCOME_DEFERRED;
    e->mangled = true;
    return LINE_PARSED;
}

struct load {
    unsigned running_local, limit_local, running_remote, limit_remote;
};

/* One to nine digits at p, and what stands behind them; NULL if it is something else.  A third of a log is status lines. */
static inline const char *load_number(const char *p, const char *end, unsigned *out)
{
    if (p == end || !digit(*p))
        return NULL;
    unsigned v = (unsigned)(*p - '0');
    const char *stop = end - p > 9 ? p + 9 : end;
    for (p++; p < stop && digit(*p); p++)
        v = v * 10 + (unsigned)(*p - '0');
    *out = v;
    return p;
}

/* "4/20" */
static inline const char *load_pair(const char *p, const char *end, unsigned *running,
                                    unsigned *limit)
{
    p = load_number(p, end, running);
    return p && p < end && *p == '/' ? load_number(p + 1, end, limit) : NULL;
}

/* "4/20 remote 0/60" at the start of *s, stepped over */
static inline bool load_read(struct slice *s, struct load *out)
{
    static const char between[8] = " remote ";
    const char *end = s->p + s->n,
               *p = load_pair(s->p, end, &out->running_local, &out->limit_local);
    if (!p || end - p < 8 || memcmp(p, between, 8) != 0)
        return false;
    p = load_pair(p + 8, end, &out->running_remote, &out->limit_remote);
    if (!p)
        return false;
    *s = slice_of(p, (size_t)(end - p));
    return true;
}

static bool load_passing(const struct load *l)
{
    return (l->running_local || l->running_remote) && l->running_local < l->limit_local &&
           l->running_remote < l->limit_remote;
}

bool qmail_send_passing(struct slice body)
{
    static const char start[14] = "status: local ";
    struct load l;
    if (body.n < sizeof start || memcmp(body.p, start, 8) != 0 ||
        memcmp(body.p + 6, start + 6, 8) != 0)
        return false;
    body = slice_from(body, sizeof start);
    return load_read(&body, &l) && body.n == 0 && load_passing(&l);
}

/* after "status: " */
static enum line_class status(struct slice body, struct slice s, struct event *e)
{
    struct load l;
    if (EAT(&s, "local ")) {
        if (!load_read(&s, &l))
            return LINE_UNPARSED;
        e->running_local = l.running_local;
        e->limit_local = l.limit_local;
        e->running_remote = l.running_remote;
        e->limit_remote = l.limit_remote;
        if (s.n == 0 && load_passing(&l))
            return LINE_PARSED;
        e->kind = EVENT_LOAD;
        if (s.n == 0)
            return LINE_PARSED;
        e->service = SERVICE_STOPPING;
        e->text = body;
        return slice_eq(s, SLICE(" exitasap")) ? LINE_PARSED : LINE_UNPARSED;
    }
    if (slice_eq(s, SLICE("exiting")) || slice_eq(s, SLICE("qmail-send exiting")))
        return event_service(e, SERVICE_STOP, body);
    if (slice_starts(s, SLICE("qmail-todo ")))
        return event_service(e, SERVICE_STOPPING, body);
    return LINE_UNPARSED;
}

/* after "bounce msg " */
static enum line_class bounce(struct slice s, struct event *e)
{
    if (!eat_id(&s, &e->queue_id) || !EAT(&s, " qp ") || !eat_number(&s, &e->qp) || s.n)
        return LINE_UNPARSED;
    e->kind = EVENT_LINK;
    e->link = LINK_BOUNCE;
    return LINE_PARSED;
}

/* What 1.01 and indimail add. */
static enum line_class rare(struct slice body, struct event *e)
{
    if (slice_eq(body, SLICE("running")))
        return event_service(e, SERVICE_START, body);
    if (slice_eq(body, SLICE("exiting")))
        return event_service(e, SERVICE_STOP, body);
    if (slice_starts(body, SLICE("number of deliveries left before exiting: ")))
        return event_service(e, SERVICE_STOPPING, body);
    if (slice_eq(body, SLICE("local deliveries will be put on hold")) ||
        slice_eq(body, SLICE("remote deliveries will be put on hold")))
        return event_service(e, SERVICE_WARNING, body);
    if (slice_starts(body, SLICE("qmail-daemon: ")))
        return event_service(
            e, slice_ends(body, SLICE(" started")) ? SERVICE_START : SERVICE_WARNING, body);
    if (slice_starts(body, SLICE("qscheduler: ")))
        return LINE_PARSED;
    if (e->session.n &&
        (slice_starts(body, SLICE("local: ")) || slice_starts(body, SLICE("remote: "))))
        return LINE_PARSED;
    return LINE_UNPARSED;
}

enum line_class qmail_send_read(struct slice body, struct event *e)
{
    struct slice s = body;
    if (s.n < 7)
        return LINE_UNPARSED;
    if (s.p[0] == 'q' && EAT(&s, "qmail-send: "))
        body = s;
    queue_suffix(&body, e);
    s = body;
    switch (s.n ? s.p[0] : 0) {
    case 's':
        if (EAT(&s, "status: "))
            return status(body, s, e);
        return EAT(&s, "starting delivery ") ? starting(s, e) : LINE_UNPARSED;
    case 'd':
        if (EAT(&s, "delivery "))
            return delivery(s, e);
        return EAT(&s, "double bounce: discarding bounce/") ? bounce_lost(body, s, e)
                                                            : LINE_UNPARSED;
    case 'n':
        return EAT(&s, "new msg ") ? lone_id(s, EVENT_ACCEPT, e) : rare(body, e);
    case 'e':
        return EAT(&s, "end msg ") ? lone_id(s, EVENT_DONE, e) : rare(body, e);
    case 'i':
        return EAT(&s, "info msg ") ? info(s, e) : LINE_UNPARSED;
    case 'b':
        return EAT(&s, "bounce msg ") ? bounce(s, e) : LINE_UNPARSED;
    case 't':
        return EAT(&s, "triple bounce: discarding bounce/") ? bounce_lost(body, s, e)
                                                            : LINE_UNPARSED;
    case 'a':
        return EAT(&s, "alert: ") ? event_service(e, SERVICE_ALERT, s) : LINE_UNPARSED;
    case 'w':
        return EAT(&s, "warning: ") ? event_service(e, SERVICE_WARNING, s) : LINE_UNPARSED;
    default:
        return rare(body, e);
    }
}
