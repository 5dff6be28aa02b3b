/* The law of trace on logs in which qmail's SMTP side stands, too: however they are cut, every message has the client, login and
 * grade of one pass, and every bounce is known for one.  Few pids, senders and clients, so that they meet; clocks that
 * jump, go back and fail; lines lost. */
#include "law.h"

enum { IDS = 3 };

static const char *const ids[IDS] = {"11", "12", "13"};
static const char *const senders[] = {"s@example.com", "S@Example.com", "u@example.net", ""};
static const char *const clients[] = {"192.0.2.1", "192.0.2.2", "192.0.2.3"};

struct world {
    when clock;
    bool steady;   /* it goes forward */
    bool restless; /* it seldom does, and there is little but bounces */
    bool open[IDS], informed[IDS];
    uint64_t delivery, running[IDS], linked;
};

static when stamp(struct rng *r, struct world *w)
{
    unsigned what = draw(r, w->restless ? 8 : 60);
    if (what == 0)
        return WHEN_NONE;
    if (what == 1)
        w->clock -= draw(r, 200) * SECOND;
    else if (what == 2)
        w->clock += draw(r, 200) * SECOND;
    else if (what < 10)
        w->clock -= draw(r, 12) * SECOND / 10;
    else
        w->clock += draw(r, 50) * SECOND / 10;
    return w->clock;
}

static void offer(struct rng *r, struct event *e)
{
    unsigned what = draw(r, 6);
    e->kind = EVENT_SESSION;
    e->client = slice_str(clients[draw(r, 3)]);
    if (what != 1) {
        e->sender = slice_str(senders[draw(r, 4)]);
        e->has_sender = true;
    }
    if (what < 3)
        e->pid = 500 + draw(r, 8);
    if (what > 2 && what < 5)
        e->qp = 506 + draw(r, 4);
    if (draw(r, 4) == 0) {
        e->kind = EVENT_LOGIN;
        e->auth = draw(r, 3) ? VERDICT_OK : VERDICT_FAILED;
        e->login = draw(r, 2) ? SLICE("u") : SLICE("v");
    }
    e->helo = draw(r, 2) ? SLICE("h") : SLICE("");
}

/* The pid of a bounce or forward: few, so that they are used again. */
static uint64_t child(struct rng *r)
{
    return 600 + draw(r, 3);
}

static void message(struct rng *r, struct world *w, struct event *e)
{
    unsigned id = draw(r, IDS);
    e->queue_id = slice_str(ids[id]);
    if (!w->open[id]) {
        e->kind = EVENT_ACCEPT;
        w->open[id] = true;
        w->informed[id] = false;
    } else if (!w->informed[id]) {
        e->kind = EVENT_ENVELOPE;
        e->has_sender = true;
        e->sender = slice_str(senders[draw(r, 4)]);
        e->qp = w->linked && draw(r, 2) ? w->linked : draw(r, 3) ? 506 + draw(r, 4) : child(r);
        e->size = 1000 + draw(r, 3);
        w->linked = 0;
        w->informed[id] = draw(r, 8) != 0;
    } else if (w->running[id]) {
        e->kind = EVENT_ATTEMPT;
        e->queue_id = (struct slice){0};
        e->delivery_id = w->running[id];
        e->outcome = OUTCOME_SENT;
        w->running[id] = 0;
        if (draw(r, 4) == 0) {
            e->link = LINK_FORWARD;
            e->qp = w->linked = child(r);
        }
    } else if (draw(r, 8) == 0) {
        e->kind = EVENT_LINK;
        e->link = LINK_BOUNCE;
        e->qp = w->linked = child(r);
    } else if (draw(r, 3)) {
        e->kind = EVENT_START;
        e->delivery_id = w->running[id] = ++w->delivery;
        e->recipient = SLICE("b@example.net");
        e->channel = CHANNEL_REMOTE;
    } else {
        e->kind = EVENT_DONE;
        w->open[id] = false;
    }
}

/* A bounce, what may be one, or a line that only tells the time. */
static void bounce(struct rng *r, struct event *e)
{
    unsigned what = draw(r, 4);
    e->kind = what == 0 ? EVENT_LOAD : what == 1 ? EVENT_LINK : EVENT_ENVELOPE;
    e->running_local = what == 0;
    if (what == 0)
        return;
    e->queue_id = slice_str(ids[draw(r, IDS)]);
    e->link = what == 1 ? LINK_BOUNCE : LINK_NONE;
    e->has_sender = what > 1;
    e->qp = child(r);
}

static size_t make_log(struct rng *r, struct event *log)
{
    struct world w = {.clock = 1000 * SECOND, .steady = draw(r, 2)};
    size_t n = 0, lines = 2 + draw(r, LAW_LINES - 2);
    w.restless = !w.steady && draw(r, 3) == 0;
    unsigned loss = draw(r, 4) ? 0 : draw(r, 30);
    for (unsigned i = 0; i < lines; i++) {
        struct event e = {.place = {.offset = i * 100, .line = i + 1, .source = i / 40}};
        e.time = e.printed = w.steady ? (w.clock += draw(r, 40) * SECOND / 10) : stamp(r, &w);
        if (w.restless && draw(r, 3))
            bounce(r, &e);
        else if (draw(r, 5) < 2)
            offer(r, &e);
        else
            message(r, &w, &e);
        if (draw(r, 100) >= loss)
            log[n++] = e;
    }
    return n;
}

static const struct law submissions = {SLICE_LIT("qmail"), make_log, 2000 * SECOND, {0}};

static void clients_are_those_of_one_pass_however_a_log_is_cut(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20000; seed++)
        law_hold(&submissions, seed);
}

static void clients_are_those_of_one_pass_at_every_cut(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++)
        law_hold_at_every_cut(&submissions, seed);
}

static void a_saved_trace_cut_or_changed_is_refused_or_sound(void **state)
{
    (void)state;
    law_damage(&submissions, 400);
}

static void logs_of_the_law_hold_every_grade(void **state)
{
    (void)state;
    static struct event log[LAW_LINES];
    static const char *const grades[4] = {"grade 0", "grade 1", "grade 2", "grade 3"};
    size_t found[4] = {0}, logins = 0;
    for (uint64_t seed = 1; seed <= 800; seed++) {
        struct rng r = {seed * 77777};
        struct told whole = {0};
        size_t n = make_log(&r, log);
        law_settle(&submissions, law_follow(&submissions, log, n, true, &whole), &whole);
        for (size_t i = 0; i < whole.count; i++) {
            logins += strstr(whole.rows[i], "login u") != NULL;
            for (unsigned g = 0; g < 4; g++)
                found[g] += strstr(whole.rows[i], grades[g]) != NULL;
        }
        told_free(&whole);
    }
    assert_int_equal(found[JOIN_NONE], 0);
    assert_true(found[JOIN_TIME_ENVELOPE] > 200);
    assert_true(found[JOIN_PID] > 200);
    assert_true(found[JOIN_EXACT] > 200);
    assert_true(logins > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_are_those_of_one_pass_however_a_log_is_cut),
        cmocka_unit_test(clients_are_those_of_one_pass_at_every_cut),
        cmocka_unit_test(a_saved_trace_cut_or_changed_is_refused_or_sound),
        cmocka_unit_test(logs_of_the_law_hold_every_grade),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
