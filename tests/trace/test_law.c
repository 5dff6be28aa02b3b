/* The law of trace: cut a log anywhere, follow the parts apart, join them in rank order in any grouping, and every message,
 * attempt and notice is that of one pass.  Random qmail logs: ids reused at once, lines lost, daemons restarted, delivery
 * numbers beginning anew. */
#include "law.h"

enum { LINES = 120, IDS = 4 };

static const char *const ids[IDS] = {"11", "12", "13", "14"};
static const char *const addresses[] = {"a@example.com", "b@example.net", "c@example.org"};

/* A queue as qmail-send would run it, a line at a time. */
struct queue {
    bool open[IDS], informed[IDS];
    unsigned waiting[IDS];
    struct {
        bool busy;
        unsigned id;
        uint64_t number;
    } running[3];
    uint64_t next_number;
    uint64_t bounce_qp;
};

static struct event line_at(unsigned i)
{
    return (struct event){.time = (when)i * SECOND,
                          .printed = (when)i * SECOND,
                          .place = {.offset = i * 100, .line = i + 1, .source = i / 40}};
}

static struct slice id_text(unsigned id)
{
    return slice_str(ids[id]);
}

static bool id_running(const struct queue *q, unsigned id)
{
    for (unsigned i = 0; i < 3; i++)
        if (q->running[i].busy && q->running[i].id == id)
            return true;
    return false;
}

static struct event result_line(struct rng *r, struct queue *q, unsigned slot, unsigned i)
{
    struct event e = line_at(i);
    static const enum outcome outcomes[] = {OUTCOME_SENT, OUTCOME_DEFERRED, OUTCOME_BOUNCED};
    e.kind = EVENT_ATTEMPT;
    e.delivery_id = q->running[slot].number;
    e.outcome = outcomes[draw(r, 3)];
    if (e.outcome != OUTCOME_DEFERRED && q->waiting[q->running[slot].id])
        q->waiting[q->running[slot].id]--;
    q->running[slot].busy = false;
    return e;
}

static struct event message_line(struct rng *r, struct queue *q, unsigned id, unsigned i)
{
    struct event e = line_at(i);
    e.queue_id = id_text(id);
    if (!q->open[id]) {
        e.kind = EVENT_ACCEPT;
        q->open[id] = true;
        q->informed[id] = false;
        q->waiting[id] = 1 + draw(r, 3);
    } else if (!q->informed[id]) {
        e.kind = EVENT_ENVELOPE;
        e.has_sender = true;
        e.qp = q->bounce_qp ? q->bounce_qp : 500 + i;
        e.sender = q->bounce_qp ? SLICE("") : SLICE("s@example.com");
        e.size = 100 + i;
        q->bounce_qp = 0;
        q->informed[id] = true;
    } else if (q->waiting[id] == 0 && !id_running(q, id)) {
        if (draw(r, 3) == 0 && !q->bounce_qp) {
            e.kind = EVENT_LINK;
            e.link = LINK_BOUNCE;
            e.qp = q->bounce_qp = 9000 + i;
        } else {
            e.kind = EVENT_DONE;
            q->open[id] = false;
        }
    }
    return e;
}

static struct event next_line(struct rng *r, struct queue *q, unsigned i)
{
    unsigned what = draw(r, 20), slot = draw(r, 3), id = draw(r, IDS);
    struct event e = line_at(i);
    if (what == 0) { /* a crash: the daemon starts anew */
        for (unsigned k = 0; k < 3; k++)
            q->running[k].busy = false;
        q->next_number = 1;
        e.kind = EVENT_LOAD;
        return e;
    }
    if (q->running[slot].busy)
        return what < 3 ? (q->next_number++, message_line(r, q, id, i))
                        : result_line(r, q, slot, i);
    if (what < 8 && q->informed[id] && q->open[id] && q->waiting[id]) {
        e.kind = EVENT_START;
        e.queue_id = id_text(id);
        e.delivery_id = q->next_number++;
        e.recipient = slice_str(addresses[draw(r, 3)]);
        e.channel = CHANNEL_REMOTE;
        q->running[slot].busy = true;
        q->running[slot].id = id;
        q->running[slot].number = e.delivery_id;
        return e;
    }
    return message_line(r, q, id, i);
}

static size_t make_log(struct rng *r, struct event *log)
{
    struct queue q = {.next_number = 1};
    size_t n = 0, lines = 2 + draw(r, LINES - 2);
    unsigned loss = draw(r, 4) ? draw(r, 40) : 0;
    for (unsigned i = 0; i < lines; i++) {
        struct event e = next_line(r, &q, i);
        if (e.kind != EVENT_NONE && draw(r, 100) >= loss)
            log[n++] = e;
    }
    return n;
}

static const struct law qmail = {SLICE_LIT("qmail"), make_log, LINES *SECOND, {0}};

static void a_log_cut_anywhere_and_joined_in_any_grouping_tells_what_one_pass_tells(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 30000; seed++)
        law_hold(&qmail, seed);
}

static void a_saved_trace_cut_or_changed_is_refused_or_sound(void **state)
{
    (void)state;
    law_damage(&qmail, 400);
}

static void logs_of_the_law_hold_finished_open_and_headless_messages(void **state)
{
    (void)state;
    static struct event log[LINES];
    size_t finished = 0, headless = 0, missing = 0;
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct rng r = {seed * 77777};
        struct told whole = {0};
        size_t n = make_log(&r, log);
        law_settle(&qmail, law_follow(&qmail, log, n, true, &whole), &whole);
        for (size_t i = 0; i < whole.count; i++) {
            finished += strstr(whole.rows[i], "accepted 1") && strstr(whole.rows[i], "end 1");
            headless += strstr(whole.rows[i], "accepted 0") != NULL;
            missing += strstr(whole.rows[i], "accepted 1") && strstr(whole.rows[i], "end 3");
        }
        told_free(&whole);
    }
    assert_true(finished > 500);
    assert_true(headless > 20);
    assert_true(missing > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_cut_anywhere_and_joined_in_any_grouping_tells_what_one_pass_tells),
        cmocka_unit_test(a_saved_trace_cut_or_changed_is_refused_or_sound),
        cmocka_unit_test(logs_of_the_law_hold_finished_open_and_headless_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
