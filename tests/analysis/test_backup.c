/* When mail backed up: periods, counts and verdicts of small logs, computed by hand; and that what held the queue is the
 * same however the log was cut. */
#include "analysis/backup.h"
#include "postmortem/base/memory.h"
#include "postmortem/clock/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { DEFERRALS = 250000, DOMAINS = 3000, HOURS = 60 };

static struct analysis_options options;

static void deferral(void *state, uint64_t n)
{
    char text[40];
    struct instance instance = {.id = SLICE("qmail")};
    uint64_t mixed = n * UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xD6E8FEB86659FD93) >> 20;
    int length = snprintf(text, sizeof text, "a@d%u.example", (unsigned)(mixed % DOMAINS));
    struct attempt a = {.outcome = OUTCOME_DEFERRED,
                        .time = (when)(mixed / DOMAINS % HOURS) * HOUR,
                        .count = 1,
                        .recipient = slice_of(text, (size_t)length)};
    analysis_backup.attempt(state, &instance, &a);
}

static struct buf saved_of(unsigned parts, bool backwards)
{
    void *states[8];
    struct buf out = {0};
    for (unsigned i = 0; i < parts; i++)
        states[i] = analysis_backup.open(&options);
    for (uint64_t n = 0; n < DEFERRALS; n++)
        deferral(states[n % parts], backwards ? DEFERRALS - 1 - n : n);
    for (unsigned i = 1; i < parts; i++) {
        analysis_backup.merge(states[0], states[i]);
        analysis_backup.close(states[i]);
    }
    analysis_backup.save(states[0], &out);
    analysis_backup.close(states[0]);
    return out;
}

static void buckets_widen_the_same_for_any_cut_and_order(void **context)
{
    (void)context;
    struct buf whole = saved_of(1, false);
    for (unsigned parts = 1; parts <= 8; parts += 3) {
        struct buf cut = saved_of(parts, true);
        assert_true(slice_eq(buf_slice(&whole), buf_slice(&cut)));
        buf_fini(&cut);
    }
    struct slice in = buf_slice(&whole);
    struct backup *s = analysis_backup.open(&options);
    assert_true(analysis_backup.load(s, &in, 1));
    assert_true(s->width > 0);
    assert_true(s->held.count <= 1 << 16);
    uint64_t all = 0;
    for (size_t i = 0; i < s->held.count; i++)
        all += ((const struct held *)s->held.entries[i].row)->deferrals;
    assert_int_equal(all, DEFERRALS);
    analysis_backup.close(s);
    buf_fini(&whole);
}

static void damaged_states_are_refused(void **context)
{
    (void)context;
    struct buf whole = {0};
    struct backup *s = analysis_backup.open(&options);
    for (uint64_t n = 0; n < 50; n++)
        deferral(s, n);
    analysis_backup.save(s, &whole);
    analysis_backup.close(s);
    for (size_t n = 0; n < whole.n; n++) {
        struct slice in = slice_head(buf_slice(&whole), n);
        s = analysis_backup.open(&options);
        assert_false(analysis_backup.load(s, &in, 1));
        analysis_backup.close(s);
    }
    buf_fini(&whole);
}

/* A log of five days from midnight: one message a minute into a local mailbox, there after two seconds.  On the fourth
 * day, from 9:00 on, something else. */
enum { LOG_DAYS = 5, BAD_DAY = 3, DAY_MINUTES = 1440, NINE = 9 * 60 };

struct trouble {
    unsigned minutes, messages; /* so long, so many each minute; 0: nothing happens */
    const char *recipient;
    enum channel channel;
    unsigned waits, deferrals; /* minutes in the queue; deferrals, ten minutes apart */
};

struct folded {
    struct analyses *all;
    struct inventory inventory;
    struct evidence evidence;
    struct instance_read read;
    struct instance instance;
    struct doc *doc;
};

static void mail(struct folded *f, when entry, const struct trouble *how, int64_t waited)
{
    struct recipient r = {.end = RECIPIENT_DELIVERED,
                          .declared = true,
                          .channel = (uint8_t)how->channel,
                          .started = entry,
                          .ended = entry + waited,
                          .attempts = how->deferrals + 1,
                          .deferrals = how->deferrals,
                          .text_n = (uint32_t)strlen(how->recipient)};
    struct message m = {.accepted = true,
                        .entry = entry,
                        .last = r.ended,
                        .done = r.ended,
                        .end = MESSAGE_FINISHED,
                        .recipients = &r,
                        .recipients_count = 1,
                        .place = {.line = 1, .offset = (uint64_t)entry}};
    memcpy(r.text, how->recipient, r.text_n);
    m.texts = m.few;
    for (unsigned i = 1; i <= how->deferrals; i++) {
        struct attempt a = {.outcome = OUTCOME_DEFERRED,
                            .time = entry + i * 10 * MINUTE,
                            .count = 1,
                            .recipient = recipient_text(&r),
                            .message = &m};
        analyses_attempt(f->all, &f->instance, &a);
    }
    analyses_message(f->all, &f->instance, &m);
}

static void minute_of_mail(struct folded *f, unsigned minute, const struct trouble *trouble)
{
    static const struct trouble usual = {.recipient = "u@example.jp", .channel = CHANNEL_LOCAL};
    unsigned into = minute - (BAD_DAY * DAY_MINUTES + NINE);
    if (into >= trouble->minutes) {
        mail(f, minute * MINUTE, &usual, 2 * SECOND);
        return;
    }
    for (unsigned i = 0; i < trouble->messages; i++)
        mail(f, minute * MINUTE, trouble, trouble->waits * MINUTE);
}

static const struct list *told(struct folded *f, const struct trouble *trouble)
{
    *f = (struct folded){.instance = {.id = SLICE("qmail"), .server = SLICE("qmail")}};
    f->evidence.inventory = &f->inventory;
    f->read = (struct instance_read){
        .id = SLICE("qmail"), .server = SLICE("qmail"), .joined = true, .shown = SHOWN_QUEUE};
    f->evidence.instances = &f->read;
    f->evidence.instances_count = 1;
    f->all = analyses_new(&options);
    f->doc = doc_new();
    f->doc->zone = options.zone;
    f->doc->last = LOG_DAYS * DAY_MINUTES * MINUTE;
    for (unsigned minute = 0; minute < LOG_DAYS * DAY_MINUTES; minute++)
        minute_of_mail(f, minute, trouble);
    analyses_finish(f->all, &f->evidence, f->doc);
    return object_get(f->doc->root, "queue.backups")->list;
}

static void forget(struct folded *f)
{
    analyses_free(f->all);
    doc_free(f->doc);
}

static when on_the_day(unsigned hour, unsigned minute)
{
    return (when)(BAD_DAY * DAY_MINUTES + hour * 60 + minute) * MINUTE;
}

static int64_t number_of(const struct object *o, const char *key)
{
    assert_non_null(object_get(o, key));
    return object_get(o, key)->number;
}

static const struct finding *finding_told(const struct folded *f)
{
    for (size_t i = 0; i < f->doc->findings_count; i++)
        if (strcmp(f->doc->findings[i]->kind, "queue_backup") == 0)
            return f->doc->findings[i];
    fail();
    return NULL;
}

static void assert_text(const struct object *o, const char *key, const char *want)
{
    const struct value *v = object_get(o, key);
    assert_non_null(v);
    assert_true(slice_eq(v->text, slice_str(want)));
}

static void usual_mail_backs_up_nowhere(void **context)
{
    struct folded f;
    (void)context;
    assert_int_equal(told(&f, &(struct trouble){0})->count, 0);
    assert_int_equal(f.doc->findings_count, 0);
    forget(&f);
}

/* One an hour long: 60 messages, each half an hour late.  At the end of 9:29 thirty are waiting. */
static void late_local_mail_is_a_local_backlog(void **context)
{
    struct folded f;
    (void)context;
    const struct list *rows =
        told(&f, &(struct trouble){60, 1, "u@example.jp", CHANNEL_LOCAL, 30, 0});
    assert_int_equal(rows->count, 1);
    const struct object *row = rows->items[0].object;
    assert_text(row, "verdict", "local_backlog");
    assert_text(row, "domain", "example.jp");
    assert_int_equal(number_of(row, "start"), on_the_day(9, 0));
    assert_int_equal(number_of(row, "end"), on_the_day(10, 0));
    assert_int_equal(number_of(row, "peak"), 30);
    assert_int_equal(number_of(row, "usual"), 0);
    assert_int_equal(number_of(row, "messages"), 60);
    assert_int_equal(number_of(row, "usual_messages"), 60);
    assert_int_equal(number_of(row, "deferrals"), 0);
    assert_int_equal(number_of(row, "local_late"), 60);
    const struct finding *x = finding_told(&f);
    assert_int_equal(x->severity, SEVERITY_HIGH);
    assert_string_equal(x->test, "backup_dwell");
    assert_int_equal(x->threshold.number, 900 * SECOND);
    assert_int_equal(x->observed.number, 30 * MINUTE);
    assert_int_equal(x->evidence_count, 5);
    forget(&f);
}

/* Ten a minute for forty minutes, twenty minutes in the queue each: above a hundred from the end of 9:10 (110) to that of
 * 9:48 (110), at most 200; late ones from 9:00 on. */
static void ten_times_the_mail_is_volume(void **context)
{
    struct folded f;
    (void)context;
    const struct list *rows =
        told(&f, &(struct trouble){40, 10, "a@example.org", CHANNEL_REMOTE, 20, 0});
    assert_int_equal(rows->count, 1);
    const struct object *row = rows->items[0].object;
    assert_text(row, "verdict", "volume");
    assert_int_equal(number_of(row, "start"), on_the_day(9, 0));
    assert_int_equal(number_of(row, "end"), on_the_day(9, 49));
    assert_int_equal(number_of(row, "peak"), 200);
    assert_int_equal(number_of(row, "messages"), 410);
    assert_int_equal(number_of(row, "usual_messages"), 50);
    assert_int_equal(number_of(row, "local_late"), 0);
    const struct finding *x = finding_told(&f);
    assert_string_equal(x->test, "backup_depth");
    assert_int_equal(x->threshold.number, 100);
    assert_int_equal(x->observed.number, 200);
    forget(&f);
}

/* As much mail as ever, to a domain that defers each message three times: there after two hours.  Of the 180 deferrals
 * 120 fall between 9:00 and 10:00. */
static void a_domain_that_defers_is_a_retry(void **context)
{
    struct folded f;
    (void)context;
    const struct list *rows =
        told(&f, &(struct trouble){60, 1, "a@slow.example", CHANNEL_REMOTE, 120, 3});
    assert_int_equal(rows->count, 1);
    const struct object *row = rows->items[0].object;
    assert_text(row, "verdict", "retry");
    assert_int_equal(number_of(row, "start"), on_the_day(9, 0));
    assert_int_equal(number_of(row, "end"), on_the_day(10, 0));
    assert_int_equal(number_of(row, "peak"), 60);
    assert_int_equal(number_of(row, "deferrals"), 120);
    assert_int_equal(number_of(row, "usual_deferrals"), 0);
    const struct list *domains = object_get(row, "domains")->list;
    assert_int_equal(domains->count, 1);
    assert_text(domains->items[0].object, "domain", "slow.example");
    assert_int_equal(number_of(domains->items[0].object, "held"), 60 * 120 * MINUTE);
    assert_int_equal(number_of(domains->items[0].object, "deferrals"), 180);
    forget(&f);
}

static void late_remote_mail_without_deferrals_has_no_verdict(void **context)
{
    struct folded f;
    (void)context;
    const struct list *rows =
        told(&f, &(struct trouble){60, 1, "a@example.org", CHANNEL_REMOTE, 30, 0});
    assert_int_equal(rows->count, 1);
    assert_int_equal(object_get(rows->items[0].object, "verdict")->kind, KIND_NULL);
    assert_int_equal(finding_told(&f)->severity, SEVERITY_LOW);
    forget(&f);
}

/* Twenty minutes are no period. */
static void short_trouble_is_no_back_up(void **context)
{
    struct folded f;
    (void)context;
    const struct list *rows =
        told(&f, &(struct trouble){20, 1, "u@example.jp", CHANNEL_LOCAL, 30, 0});
    assert_int_equal(rows->count, 0);
    forget(&f);
}

/* As E-Post's messages end of which no line tells what became of them. */
static void what_has_no_end_held_no_queue(void **context)
{
    (void)context;
    struct instance instance = {.id = SLICE("epost")};
    struct recipient r = {.end = RECIPIENT_UNKNOWN, .declared = true, .ended = WHEN_NONE};
    struct message m = {.accepted = true, .entry = on_the_day(9, 0), .recipients = &r};
    struct backup *s = analysis_backup.open(&options);
    analysis_backup.message(s, &instance, &m);
    r.end = RECIPIENT_QUEUED;
    m.until = WHEN_NONE;
    analysis_backup.message(s, &instance, &m);
    assert_int_equal(s->slots.count, 1);
    assert_int_equal(s->held.count, 0);
    analysis_backup.close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_widen_the_same_for_any_cut_and_order),
        cmocka_unit_test(damaged_states_are_refused),
        cmocka_unit_test(usual_mail_backs_up_nowhere),
        cmocka_unit_test(late_local_mail_is_a_local_backlog),
        cmocka_unit_test(ten_times_the_mail_is_volume),
        cmocka_unit_test(a_domain_that_defers_is_a_retry),
        cmocka_unit_test(late_remote_mail_without_deferrals_has_no_verdict),
        cmocka_unit_test(short_trouble_is_no_back_up),
        cmocka_unit_test(what_has_no_end_held_no_queue),
    };
    options = (struct analysis_options){WHEN_NONE, WHEN_NONE, zone_fixed(0), thresholds_default};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
