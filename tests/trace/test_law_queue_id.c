/* The law of trace for servers whose lines carry the queue id.  Random logs: ids used again within a minute, lines lost or
 * overtaken, clocks that step, links from id to id, lines that make no sense at all. */
#include "law.h"

enum { LINES = 60, IDS = 4 };

static const char *const ids[IDS] = {"4F2C1A0B12", "5A11B2C3D4", "11", "12"};
static const char *const addresses[] = {"a@example.com", "b@example.net", "c@example.org"};

struct queue {
    when now;
    unsigned state[IDS]; /* lines of the message so far; 0: none */
    unsigned named[IDS];
};

static struct event line_at(const struct queue *q, unsigned i)
{
    return (struct event){.time = q->now,
                          .printed = q->now,
                          .place = {.offset = i * 100, .line = i + 1, .source = i / 20}};
}

static struct slice id_text(unsigned id)
{
    return slice_str(ids[id]);
}

static void attempt_fill(struct rng *r, struct event *e)
{
    static const enum outcome outcomes[] = {OUTCOME_SENT, OUTCOME_SENT, OUTCOME_DEFERRED,
                                            OUTCOME_BOUNCED, OUTCOME_DISCARDED};
    e->kind = EVENT_ATTEMPT;
    e->outcome = outcomes[draw(r, 5)];
    e->final = e->outcome != OUTCOME_DEFERRED;
    if (draw(r, 6))
        e->recipient = slice_str(addresses[draw(r, 3)]);
    else
        e->recipients = SLICE("a@example.com,\"x,y\"@example.net");
    if (draw(r, 4) == 0)
        e->orig_recipient = slice_str(addresses[draw(r, 3)]);
    e->has_delay = draw(r, 4) != 0;
    e->delay = e->has_delay ? (int64_t)draw(r, 100) * SECOND : 0;
    e->has_phases = e->has_delay && draw(r, 3);
    if (e->has_phases)
        e->phases = (struct phases){draw(r, 9) * SECOND, 0, SECOND, draw(r, 9) * SECOND};
    e->probe = draw(r, 30) == 0;
    if (draw(r, 4) == 0) {
        e->link = draw(r, 2) ? LINK_FORWARD : LINK_REINJECT;
        e->link_id = id_text(draw(r, IDS));
        e->relay_ip = draw(r, 2) ? SLICE("127.0.0.1") : SLICE("192.0.2.1");
        e->relay = draw(r, 2) ? SLICE("mx2.example.jp") : SLICE("mx1");
    }
}

/* Any line of any id, sense or nonsense. */
static struct event any_line(struct rng *r, struct queue *q, unsigned i)
{
    struct event e = line_at(q, i);
    unsigned what = draw(r, 15);
    e.queue_id = id_text(draw(r, IDS));
    if (what < 2) {
        e.kind = EVENT_ACCEPT;
        e.client = draw(r, 2) ? SLICE("192.0.2.10") : SLICE("127.0.0.1");
        if (draw(r, 3) == 0)
            e.client_name = SLICE("MX2.example.jp.");
        if (draw(r, 3) == 0)
            e.declared_recipients = draw(r, 4);
        if (draw(r, 6) == 0)
            e.recipients = SLICE("a@example.com,c@example.org");
        if (draw(r, 6) == 0) {
            e.link = LINK_BOUNCE + draw(r, 5);
            e.link_id = id_text(draw(r, IDS));
        }
    } else if (what < 4) {
        e.kind = EVENT_MESSAGE_ID;
        e.message_id = draw(r, 2) ? SLICE("<1@example.com>") : SLICE("<2@example.com>");
    } else if (what < 6) {
        e.kind = EVENT_ENVELOPE;
        e.has_sender = true;
        e.sender = SLICE("s@example.com");
        e.declared_recipients = draw(r, 4);
    } else if (what < 9) {
        attempt_fill(r, &e);
    } else if (what == 9) {
        e.kind = EVENT_GIVE_UP;
        e.outcome = OUTCOME_EXPIRED;
    } else if (what == 10) {
        e.kind = EVENT_LINK;
        e.link = draw(r, 3) ? LINK_BOUNCE : draw(r, 2) ? LINK_REINJECT : LINK_NONE;
        if (draw(r, 5))
            e.link_id = id_text(draw(r, IDS));
    } else if (what < 13) {
        e.kind = EVENT_DONE;
        e.outcome = draw(r, 5) ? OUTCOME_NONE : OUTCOME_DELETED;
    } else if (what == 13) {
        e.kind = EVENT_HOLD;
        e.verdict = draw(r, 3) ? VERDICT_OK : VERDICT_NONE;
        e.final = draw(r, 4) == 0;
        if (draw(r, 2))
            e.recipient = slice_str(addresses[draw(r, 3)]);
    } else {
        e.kind = draw(r, 2) ? EVENT_REJECT : EVENT_SESSION;
        e.verdict = VERDICT_ABORTED;
        if (draw(r, 2))
            e.queue_id = (struct slice){0};
    }
    return e;
}

/* The next line of a message as the server would write it. */
static struct event next_line(struct rng *r, struct queue *q, unsigned i)
{
    struct event e = line_at(q, i);
    unsigned id = draw(r, IDS), *state = &q->state[id];
    e.queue_id = id_text(id);
    switch ((*state)++) {
    case 0:
        e.kind = draw(r, 4) ? EVENT_ACCEPT : EVENT_MESSAGE_ID;
        e.message_id = SLICE("<3@example.com>");
        break;
    case 1:
        e.kind = EVENT_ENVELOPE;
        e.has_sender = true;
        e.sender = SLICE("t@example.com");
        e.declared_recipients = q->named[id] = 1 + draw(r, 3);
        break;
    default:
        attempt_fill(r, &e);
        if (q->named[id] && e.outcome != OUTCOME_DEFERRED)
            q->named[id]--;
        if (!q->named[id] && draw(r, 2)) {
            e = line_at(q, i);
            e.queue_id = id_text(id);
            e.kind = EVENT_DONE;
            *state = 0;
        }
        break;
    }
    return e;
}

static void clock_step(struct rng *r, struct queue *q)
{
    static const when steps[] = {SECOND,   30 * SECOND, 59 * SECOND,   61 * SECOND, HOUR,
                                 -SECOND,  -HOUR,       2 * DAY,       -2 * DAY,    7 * DAY,
                                 -7 * DAY, HOUR + 1,    LINES * SECOND};
    q->now += draw(r, 3)   ? (when)draw(r, 3) * SECOND
              : draw(r, 3) ? steps[draw(r, 4)]
                           : steps[draw(r, 13)];
}

static size_t make_log(struct rng *r, struct event log[LAW_LINES])
{
    struct queue q = {.now = 1000 * DAY};
    size_t n = 0, lines = 2 + draw(r, LINES - 2);
    unsigned loss = draw(r, 4) ? draw(r, 40) : 0, chaos = draw(r, 3) ? draw(r, 30) : 100;
    for (unsigned i = 0; i < lines; i++) {
        clock_step(r, &q);
        struct event e = draw(r, 100) < chaos ? any_line(r, &q, i) : next_line(r, &q, i);
        if (draw(r, 12) == 0) { /* many lines of other ids between */
            struct event others = line_at(&q, i);
            others.qp = 1 + (draw(r, 2) ? 500 : 150000);
            log[n++] = others;
        }
        if (draw(r, 200) == 0)
            e.time = e.printed = WHEN_NONE;
        if (draw(r, 100) >= loss)
            log[n++] = e;
        if (n > 1 && draw(r, 20) == 0 && !log[n - 1].qp &&
            !log[n - 2].qp) { /* the line before comes after */
            struct event late = log[n - 2];
            log[n - 2] = log[n - 1];
            log[n - 1] = late;
        }
    }
    return n;
}

/* Of two or three instances: a mail that goes from one to the next, ids that lie in several of them at once, and at times lines
 * of any.  What hands over does so to this host more often. */
static size_t make_log_of_instances(struct rng *r, struct event log[LAW_LINES])
{
    static const struct slice names[] = {SLICE_LIT("postfix-in"), SLICE_LIT(""),
                                         SLICE_LIT("postfix-out")};
    size_t n = make_log(r, log);
    unsigned count = 2 + draw(r, 2), from = draw(r, 2), chaos = draw(r, 2) ? draw(r, 20) : 100;
    unsigned homes[IDS];
    for (unsigned i = 0; i < IDS; i++)
        homes[i] = draw(r, count);
    for (size_t i = 0; i < n; i++) {
        struct event *e = &log[i];
        unsigned which = draw(r, count), id = 0;
        while (id < IDS && !slice_eq(id_text(id), e->queue_id))
            id++;
        if (id < IDS && draw(r, 100) >= chaos)
            which = homes[id];
        e->session = names[(which + from) % 3];
        if ((e->kind == EVENT_ATTEMPT && draw(r, 3) == 0) ||
            (e->kind == EVENT_ACCEPT && draw(r, 4) == 0)) {
            e->link = LINK_REINJECT;
            e->link_id = id_text(draw(r, IDS));
            e->client = e->relay_ip = SLICE("127.0.0.1");
        }
    }
    return n;
}

static const struct law laws[] = {
    {SLICE_LIT("postfix"), make_log, 1010 * DAY, {0}},
    {SLICE_LIT("postfix"), make_log, 1010 * DAY, SLICE_LIT("mx1")},
    {SLICE_LIT("postfix"), make_log_of_instances, 1010 * DAY, SLICE_LIT("mx1")},
    {SLICE_LIT("sendmail"), make_log, 1010 * DAY, SLICE_LIT("mx1")},
    {SLICE_LIT("exim"), make_log, 1010 * DAY, {0}}};
enum { LAWS = sizeof laws / sizeof laws[0] };

static void a_log_in_parts_tells_what_one_pass_tells(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 30000; seed++)
        law_hold(&laws[seed % LAWS], seed);
}

static void at_every_cut(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++)
        law_hold_at_every_cut(&laws[seed % LAWS], seed);
}

static void a_saved_trace_cut_or_changed_is_refused_or_sound(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LAWS; i++)
        law_damage(&laws[i], 200);
}

static void logs_of_the_law_hold_every_kind_of_end(void **state)
{
    (void)state;
    static struct event log[LAW_LINES];
    static const char *const kinds[] = {"accepted 1 entry",
                                        "accepted 0",
                                        "outside",
                                        "end 1",
                                        "end 2",
                                        "end 3",
                                        "copy",
                                        "notice",
                                        "delivered",
                                        "expired",
                                        "deleted",
                                        "extra 0",
                                        "extra 2",
                                        "1 queued",
                                        "after"};
    size_t found[sizeof kinds / sizeof kinds[0]] = {0};
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct rng r = {seed * 77777};
        struct told whole = {0};
        size_t n = make_log(&r, log);
        law_settle(&laws[0], law_follow(&laws[0], log, n, true, &whole), &whole);
        for (size_t i = 0; i < whole.count; i++)
            for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
                found[k] += strstr(whole.rows[i], kinds[k]) != NULL;
        told_free(&whole);
    }
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        if (found[k] < 40)
            fail_msg("only %zu of: %s", found[k], kinds[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_in_parts_tells_what_one_pass_tells),
        cmocka_unit_test(at_every_cut),
        cmocka_unit_test(a_saved_trace_cut_or_changed_is_refused_or_sound),
        cmocka_unit_test(logs_of_the_law_hold_every_kind_of_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
