/* Offers of the SMTP side and what takes them: the rules stand in submissions.h.
 *
 * Invariant: offers are in log order, and of two that live the later one is older by SUBMISSION_JITTER at most, since its line
 * was a clock line to the other: what a stamp ends stands at the front and at the back.
 *
 *     tcpserver: pid 800 from 198.51.100.7
 *     CHKUSER accepted rcpt: from <a@example.com::> remote <h:unknown:198.51.100.7> rcpt <b@example.net> : ...
 *     qlogreceived: result=accepted ... mailfrom=a@example.com ... remoteip=198.51.100.7 ... qp=812 pid=800
 *     info msg 4711: bytes 2048 from <a@example.com> qp 812 uid 89 */
#include "submissions.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/address.h"

#include <stdlib.h>

enum { TEXTS = 3, TEXT_MOST = 255, SENDER_MOST = 1000, ROWS_FROM = 64, BUCKETS = 1024 };
enum { SENDER_NONE, SENDER_NULL }; /* where hashes of senders stand */
enum { BY_QP, BY_PID, BY_SENDER, KEYS };

struct offer {
    when time;
    uint64_t keys[KEYS];   /* 0: not named; sender: see sender_hash */
    uint32_t before[KEYS]; /* number of the row before it in the same bucket, from 1; 0: none */
    char *texts;           /* client (none: a forward), helo, login; NULL: dead */
    uint8_t n[TEXTS];
};

/* An `info msg`, and how far the clock lines since went, up to the next of these. */
struct recent {
    when time, least, most;
    uint64_t qp, key;
};

struct submissions {
    struct offer *rows;                      /* [from, to), the first and the last of them alive */
    size_t from, to, room, alive, named;     /* named: those with a client */
    uint32_t (*newest)[KEYS];                /* of each bucket, as before[] */
    struct recent recent[SUBMISSION_RECENT]; /* a ring */
    uint64_t recent_n;                       /* so far */
    when began;   /* of a part that is not the first: its first clock line */
    bool decided; /* ... no offer before it lives */
};

static struct submissions *submissions_of(struct trace *t)
{
    if (!t->submissions) {
        t->submissions = mem_new(sizeof *t->submissions);
        t->submissions->began = WHEN_NONE;
    }
    return t->submissions;
}

static bool within(when time, when from, when to)
{
    return time != WHEN_NONE && time >= from && time <= to;
}

/* Offers. */

static struct slice offer_text(const struct offer *o, unsigned which)
{
    size_t at = 0;
    for (unsigned i = 0; i < which; i++)
        at += o->n[i];
    return slice_of(o->texts + at, o->n[which]);
}

static void offer_end(struct submissions *s, struct offer *o)
{
    free(o->texts);
    o->texts = NULL;
    s->alive--;
    s->named -= o->n[0] > 0;
}

static void offer_index(struct submissions *s, size_t row)
{
    struct offer *o = &s->rows[row];
    for (unsigned k = 0; k < KEYS; k++) {
        uint32_t *newest = &s->newest[o->keys[k] % BUCKETS][k];
        o->before[k] = *newest;
        if (o->keys[k])
            *newest = (uint32_t)row + 1;
    }
}

static void offers_index(struct submissions *s)
{
    memset(s->newest, 0, BUCKETS * sizeof *s->newest);
    for (size_t i = s->from; i < s->to; i++)
        offer_index(s, i);
}

/* The newest that lives and has that key, or the next before another. */
static const struct offer *offer_of(const struct submissions *s, unsigned which, uint64_t key,
                                    const struct offer *after)
{
    size_t at = after ? after->before[which] : s->newest[key % BUCKETS][which];
    while (at > s->from) {
        const struct offer *o = &s->rows[at - 1];
        if (o->texts && o->keys[which] == key)
            return o;
        at = o->before[which];
    }
    return NULL;
}

static void ends_trim(struct submissions *s)
{
    size_t to = s->to;
    while (s->from < s->to && !s->rows[s->from].texts)
        s->from++;
    while (s->from < s->to && !s->rows[s->to - 1].texts)
        s->to--;
    if (s->to < to)
        offers_index(s);
}

static void offers_outlive(struct submissions *s, when time)
{
    for (size_t i = s->from; i < s->to; i++) {
        struct offer *o = &s->rows[i];
        if (o->texts && within(time, o->time - SUBMISSION_JITTER,
                               o->time + SUBMISSION_SPAN - SUBMISSION_JITTER))
            break;
        if (o->texts && !within(time, o->time - SUBMISSION_JITTER, o->time + SUBMISSION_SPAN))
            offer_end(s, o);
    }
    for (size_t i = s->to; i > s->from; i--) {
        struct offer *o = &s->rows[i - 1];
        if (o->texts && time >= o->time)
            break;
        if (o->texts && time < o->time - SUBMISSION_JITTER)
            offer_end(s, o);
    }
    ends_trim(s);
}

static void offers_pack(struct submissions *s)
{
    size_t n = 0;
    for (size_t i = s->from; i < s->to; i++)
        if (s->rows[i].texts)
            s->rows[n++] = s->rows[i];
    s->from = 0;
    s->to = n;
    if (!s->newest)
        s->newest = mem_new(BUCKETS * sizeof *s->newest);
    if (n * 2 >= s->room) {
        s->room = s->room ? s->room * 2 : ROWS_FROM;
        s->rows = mem_grow(s->rows, s->room, sizeof *s->rows);
    }
    offers_index(s);
}

static void offer_put(struct submissions *s, struct offer *o, const struct slice texts[TEXTS])
{
    if (s->alive == SUBMISSION_MOST) {
        offer_end(s, &s->rows[s->from]);
        ends_trim(s);
    }
    if (s->to == s->room)
        offers_pack(s);
    size_t at = 0;
    o->texts = mem_grow(NULL, texts[0].n + texts[1].n + texts[2].n + 1, 1);
    for (unsigned i = 0; i < TEXTS; i++) {
        if (texts[i].n)
            memcpy(o->texts + at, texts[i].p, texts[i].n);
        o->n[i] = (uint8_t)texts[i].n;
        at += texts[i].n;
    }
    s->rows[s->to] = *o;
    offer_index(s, s->to++);
    s->alive++;
    s->named += o->n[0] > 0;
}

static uint64_t sender_hash(struct slice sender)
{
    char mapped[SENDER_MOST];
    if (notice_sender(sender))
        return SENDER_NULL;
    if (sender.n > sizeof mapped)
        return SENDER_NONE;
    for (size_t i = 0; i < sender.n; i++) {
        unsigned char c = (unsigned char)sender.p[i];
        mapped[i] = c == '\n' ? '/' : c < 33 || c > 126 || c == '%' ? '_' : (char)c;
    }
    uint64_t hash = address_hash(slice_of(mapped, sender.n));
    return hash > SENDER_NULL ? hash : SENDER_NULL + 1;
}

static uint64_t sender_offered(const struct event *e)
{
    return e->has_sender ? sender_hash(e->sender) : SENDER_NONE;
}

bool submission_of_sender(const struct event *offer, struct slice sender)
{
    uint64_t named = sender_offered(offer);
    return !notice_sender(sender) && (named == SENDER_NONE || named == sender_hash(sender));
}

/* The clock. */

void submissions_clock(struct trace *t, when time)
{
    struct submissions *s = submissions_of(t);
    const int64_t both = SUBMISSION_SPAN + SUBMISSION_JITTER;
    if (s->recent_n) {
        struct recent *r = &s->recent[(s->recent_n - 1) % SUBMISSION_RECENT];
        r->least = time < r->least ? time : r->least;
        r->most = time > r->most ? time : r->most;
    }
    if (s->alive)
        offers_outlive(s, time);
    if (t->first || s->decided)
        return;
    if (s->began == WHEN_NONE)
        s->began = time;
    s->decided = time == WHEN_NONE || !within(time, s->began - both, s->began + both);
}

bool submissions_undecided(const struct trace *t)
{
    return !t->first && !(t->submissions && t->submissions->decided);
}

/* What an envelope takes. */

static struct submission offer_told(const struct offer *o, enum join_grade grade)
{
    return (struct submission){offer_text(o, 0), offer_text(o, 1), offer_text(o, 2), grade};
}

static const struct offer *exact_find(const struct submissions *s, uint64_t qp, uint64_t sender)
{
    const struct offer *o = NULL;
    while ((o = offer_of(s, BY_QP, qp, o)))
        if (o->keys[BY_SENDER] == SENDER_NONE || o->keys[BY_SENDER] == sender)
            break;
    return o;
}

/* The newest offer of the session that is nearest before the pid of qmail-queue. */
static const struct offer *nearest_find(const struct submissions *s, uint64_t qp)
{
    const struct offer *o = NULL;
    for (uint64_t pid = qp - 1, n = 0; pid && pid < qp && n < SUBMISSION_NEAR && !o; pid--, n++)
        o = offer_of(s, BY_PID, pid, NULL);
    return o;
}

static bool clients_same(const struct offer *a, const struct offer *b)
{
    return slice_eq(offer_text(a, 0), offer_text(b, 0));
}

/* The newest HELO and the one login that the offers of newest's client with that key tell. */
static struct submission offers_told(const struct submissions *s, const struct offer *newest,
                                     unsigned which, enum join_grade grade)
{
    struct submission told = {.client = offer_text(newest, 0), .grade = grade};
    bool several = false;
    for (const struct offer *o = newest; o; o = offer_of(s, which, o->keys[which], o)) {
        if (!clients_same(o, newest))
            continue;
        struct slice helo = offer_text(o, 1), login = offer_text(o, 2);
        told.helo = told.helo.n ? told.helo : helo;
        several = several || (told.login.n && login.n && !slice_eq(told.login, login));
        told.login = told.login.n ? told.login : login;
    }
    if (several)
        told.login = (struct slice){0};
    return told;
}

static bool session_named(const struct submissions *s, const struct offer *newest, uint64_t sender)
{
    const struct offer *o = newest;
    while (o && (o->keys[BY_SENDER] != sender || !clients_same(o, newest)))
        o = offer_of(s, BY_PID, newest->keys[BY_PID], o);
    return o != NULL;
}

static const struct offer *only_find(const struct submissions *s, uint64_t sender)
{
    const struct offer *only = offer_of(s, BY_SENDER, sender, NULL);
    for (const struct offer *o = only; o; o = offer_of(s, BY_SENDER, sender, o))
        if (!clients_same(o, only))
            return NULL;
    return only;
}

static struct submission taken(const struct submissions *s, uint64_t qp, uint64_t sender)
{
    const struct offer *o = qp ? exact_find(s, qp, sender) : NULL;
    if (o)
        return o->n[0] ? offer_told(o, JOIN_EXACT) : (struct submission){.grade = JOIN_NONE};
    if ((o = nearest_find(s, qp)) && session_named(s, o, sender))
        return offers_told(s, o, BY_PID, JOIN_PID);
    if ((o = only_find(s, sender)))
        return offers_told(s, o, BY_SENDER, JOIN_TIME_ENVELOPE);
    return (struct submission){.grade = JOIN_NONE};
}

struct submission submissions_envelope(struct trace *t, const struct event *e, uint64_t key)
{
    struct submissions *s = t->submissions;
    if (e->time == WHEN_NONE)
        return (struct submission){.grade = JOIN_NONE};
    s->recent[s->recent_n++ % SUBMISSION_RECENT] =
        (struct recent){e->time, e->time, e->time, e->qp, key};
    uint64_t sender = s->named && !submissions_undecided(t) ? sender_hash(e->sender) : SENDER_NONE;
    return sender > SENDER_NULL ? taken(s, e->qp, sender) : (struct submission){.grade = JOIN_NONE};
}

/* Lines of the SMTP side. */

static bool offers(const struct event *e)
{
    if (e->link == LINK_FORWARD)
        return true;
    if (!e->client.n || !(e->qp || e->pid || !notice_sender(e->sender)))
        return false;
    if (e->kind == EVENT_LOGIN)
        return e->auth == VERDICT_OK;
    if (e->outcome == OUTCOME_DISCARDED)
        return false;
    return e->verdict == VERDICT_OK || e->verdict == VERDICT_NONE || e->verdict == VERDICT_FAILED;
}

struct submission submission_of(const struct event *e)
{
    return (struct submission){slice_head(e->client, TEXT_MOST), slice_head(e->helo, TEXT_MOST),
                               slice_head(e->login, TEXT_MOST), JOIN_EXACT};
}

struct event submission_event(const struct event *e, uint64_t key)
{
    struct submission told = submission_of(e);
    return (struct event){.kind = EVENT_SESSION,
                          .time = e->time,
                          .pid = e->pid,
                          .qp = e->qp,
                          .client = told.client,
                          .helo = told.helo,
                          .login = told.login,
                          .link = e->link,
                          .sender = slice_head(e->sender, SENDER_MOST + 1),
                          .has_sender = e->has_sender,
                          .verdict = VERDICT_OK,
                          .delivery_id = key};
}

/* The newest `info msg` of that qp that lives. */
static const struct recent *recent_find(const struct submissions *s, uint64_t qp)
{
    when least = WHEN_MOST, most = -WHEN_MOST;
    for (uint64_t i = 0; i < s->recent_n && i < SUBMISSION_RECENT; i++) {
        const struct recent *r = &s->recent[(s->recent_n - 1 - i) % SUBMISSION_RECENT];
        least = r->least < least ? r->least : least;
        most = r->most > most ? r->most : most;
        if (r->qp == qp && least >= r->time - SUBMISSION_JITTER &&
            most <= r->time + SUBMISSION_SPAN)
            return r;
    }
    return NULL;
}

bool submissions_offer(struct trace *t, const struct event *e, uint64_t *key)
{
    *key = 0;
    if (!offers(e))
        return false;
    submissions_clock(t, e->time);
    if (e->time == WHEN_NONE)
        return true;
    struct submissions *s = t->submissions;
    struct submission told = submission_of(e);
    struct offer o = {.time = e->time, .keys = {e->qp, e->pid, sender_offered(e)}};
    offer_put(s, &o, (struct slice[TEXTS]){told.client, told.helo, told.login});
    const struct recent *late =
        e->qp && e->client.n && !submissions_undecided(t) ? recent_find(s, e->qp) : NULL;
    if (late)
        *key = late->key;
    return true;
}

/* Parts. */

void submissions_adopt(struct trace *earlier, struct trace *later)
{
    if (!later->submissions || !later->submissions->decided)
        return; /* all it knew of stood in its head */
    submissions_free(earlier);
    earlier->submissions = later->submissions;
    later->submissions = NULL;
}

void submissions_free(struct trace *t)
{
    struct submissions *s = t->submissions;
    if (!s)
        return;
    for (size_t i = s->from; i < s->to; i++)
        free(s->rows[i].texts);
    free(s->rows);
    free(s->newest);
    free(s);
    t->submissions = NULL;
}

static void recents_save(const struct submissions *s, struct buf *out)
{
    uint64_t n = s->recent_n < SUBMISSION_RECENT ? s->recent_n : SUBMISSION_RECENT;
    buf_count(out, n);
    for (uint64_t i = s->recent_n - n; i < s->recent_n; i++) {
        const struct recent *r = &s->recent[i % SUBMISSION_RECENT];
        when_save(r->time, out);
        when_save(r->least, out);
        when_save(r->most, out);
        buf_count(out, r->qp);
        buf_u64(out, r->key);
    }
}

static bool recents_load(struct submissions *s, struct slice *in)
{
    uint64_t n;
    if (!load_below(in, SUBMISSION_RECENT, &n))
        return false;
    for (; s->recent_n < n; s->recent_n++) {
        struct recent *r = &s->recent[s->recent_n];
        if (!when_load(in, &r->time) || !when_load(in, &r->least) || !when_load(in, &r->most) ||
            !load_count(in, &r->qp) || !load_u64(in, &r->key) || r->time == WHEN_NONE ||
            r->least > r->time || r->most < r->time)
            return false;
    }
    return true;
}

static void offer_save(const struct offer *o, struct buf *out)
{
    when_save(o->time, out);
    buf_count(out, o->keys[BY_QP]);
    buf_count(out, o->keys[BY_PID]);
    buf_u64(out, o->keys[BY_SENDER]);
    for (unsigned i = 0; i < TEXTS; i++)
        short_text_save(offer_text(o, i), out);
}

void submissions_save(const struct trace *t, struct buf *out)
{
    const struct submissions *s = t->submissions;
    buf_byte(out, s != NULL);
    if (!s)
        return;
    when_save(s->began, out);
    buf_byte(out, s->decided);
    recents_save(s, out);
    buf_count(out, s->alive);
    for (size_t i = s->from; i < s->to; i++)
        if (s->rows[i].texts)
            offer_save(&s->rows[i], out);
}

static bool offer_load(struct submissions *s, struct slice *in, when *least, when *most)
{
    struct offer o = {0};
    struct slice texts[TEXTS];
    if (!when_load(in, &o.time) || !load_count(in, &o.keys[BY_QP]) ||
        !load_count(in, &o.keys[BY_PID]) || !load_u64(in, &o.keys[BY_SENDER]) ||
        !short_text_load(in, TEXT_MOST, &texts[0]) || !short_text_load(in, TEXT_MOST, &texts[1]) ||
        !short_text_load(in, TEXT_MOST, &texts[2]))
        return false;
    /* its line let the others live */
    if (!within(o.time, *most - SUBMISSION_JITTER, *least + SUBMISSION_SPAN))
        return false;
    *least = o.time < *least ? o.time : *least;
    *most = o.time > *most ? o.time : *most;
    offer_put(s, &o, texts);
    return true;
}

bool submissions_load(struct trace *t, struct slice *in)
{
    bool there;
    uint64_t count = 0;
    when least = WHEN_MOST, most = -WHEN_MOST;
    if (!load_flag(in, &there))
        return false;
    if (!there)
        return t->seen.count == 0;
    struct submissions *s = submissions_of(t);
    if (!when_load(in, &s->began) || !load_flag(in, &s->decided) || !recents_load(s, in) ||
        !load_below(in, SUBMISSION_MOST, &count))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!offer_load(s, in, &least, &most))
            return false;
    return t->seen.count == 0 || s->decided; /* the undecided accept nothing */
}
