/* The law of cuts: a plain log that is read in pieces, wherever they begin, gives the report of the log read whole: figures,
 * lines by class, places with their lines, problems and notes.  Random logs: records that splogger folded, years that are
 * not written, New Years, an hour that comes twice, clocks that step, NULs, lines too long, CRs, no line end at the end. */
#include "postmortem/base/memory.h"
#include "report/render.h"
#include "run/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static uint64_t seed;
static uint32_t draw(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((seed >> 33) % below);
}

/* What is read how. */
struct reading {
    const char *path;
    unsigned jobs;
    uint64_t shard_bytes;
    size_t line_limit;
    const struct zone *zone;
    when since;
};

/* And what came of it. */
struct answer {
    struct buf json;
    size_t pieces, wrong; /* wrong: files that were cut where the guess did not hold */
};

static struct answer read_by(const struct reading *how)
{
    struct answer out = {0};
    struct err e = {0};
    struct assignment zone = {.zone = (struct zone *)(uintptr_t)how->zone};
    struct run_options o = {.paths = &how->path,
                            .paths_count = 1,
                            .limits = limits_default,
                            .jobs = how->jobs,
                            .since = how->since,
                            .until = WHEN_NONE,
                            .thresholds = thresholds_default,
                            .top = 20,
                            .shard_bytes = how->shard_bytes,
                            .title = SLICE_LIT("law")};
    if (how->zone)
        o.input_zones = (struct assignments){&zone, 1};
    if (how->line_limit)
        o.limits.line = how->line_limit;
    struct run *r = run_new(&o);
    run_survey(r);
    run_read(r);
    for (size_t i = 0; i < r->cuts_count; i++) {
        out.pieces += r->cuts[i].count;
        out.wrong += r->cuts[i].whole;
    }
    struct doc *d = run_finish(r);
    int fd = memfd_create("report", 0);
    struct rendering to = {
        .doc = d, .language = "en", .fd = fd, .path = "memory", .scratch = "/tmp"};
    assert_int_equal(json_write(&to, &e), 0);
    off_t n = lseek(fd, 0, SEEK_END);
    assert_int_equal(pread(fd, buf_room(&out.json, (size_t)n), (size_t)n, 0), n);
    out.json.n = (size_t)n;
    close(fd);
    doc_free(d);
    run_free(r);
    return out;
}

static void same(const struct answer *whole, const struct answer *cut, const struct reading *how)
{
    const struct buf *a = &whole->json, *b = &cut->json;
    size_t at = 0;
    while (at < a->n && at < b->n && a->p[at] == b->p[at])
        at++;
    if (at == a->n && at == b->n)
        return;
    size_t from = at > 200 ? at - 200 : 0;
    fail_msg("%s in pieces of %llu, %u jobs:\nwhole: ...%.*s\ncut:   ...%.*s", how->path,
             (unsigned long long)how->shard_bytes, how->jobs,
             (int)(a->n - from < 400 ? a->n - from : 400), a->p + from,
             (int)(b->n - from < 400 ? b->n - from : 400), b->p + from);
}

/* Read path whole and in pieces; the pieces there were, and whether a guess was wrong. */
static struct answer lawful(struct reading how)
{
    struct reading alone = how;
    alone.jobs = 1;
    alone.shard_bytes = 0;
    struct answer whole = read_by(&alone), cut = read_by(&how);
    assert_int_equal(whole.pieces, 0);
    same(&whole, &cut, &how);
    buf_fini(&whole.json);
    buf_fini(&cut.json);
    return cut;
}

/* A log as it grows. */
struct writer {
    struct buf text;
    int64_t now;    /* seconds since 1970, by the log's own clock */
    int32_t offset; /* of the header's local time */
    unsigned id, qp, delivery;
    unsigned learn;   /* one in so many lines of qmail carries an epoch; 0: none */
    unsigned spoiled; /* one in so many lines is spoiled; 0: none */
};

static void line_end(struct writer *w)
{
    buf_add(&w->text, draw(20) ? SLICE("\n") : SLICE("\r\n"));
}

static void header(struct writer *w, const char *tag)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = civil_of(w->now * SECOND, w->offset);
    buf_printf(&w->text, "%s %2d %02d:%02d:%02d mx %s: ", months[c.month - 1], c.day, c.hour,
               c.minute, c.second, tag);
}

/* A line of qmail's; with an epoch, and long enough, splogger goes on with it in lines of their own. */
static void body(struct writer *w, const char *text, size_t more)
{
    char epoch[32];
    bool spliced = w->learn && draw(w->learn) == 0;
    snprintf(epoch, sizeof epoch, "%lld.%06u", (long long)w->now, draw(1000000));
    header(w, "qmail");
    if (spliced)
        buf_printf(&w->text, "%s ", epoch);
    buf_printf(&w->text, "%s", text);
    for (size_t i = 0; spliced && i < more; i++)
        buf_byte(&w->text, 'x');
    line_end(w);
    for (unsigned k = draw(4); spliced && more > 700 && k; k--) {
        header(w, "qmail");
        buf_printf(&w->text, "%s+and more of it %u", epoch, k);
        line_end(w);
    }
}

static void spoil(struct writer *w)
{
    switch (draw(6)) {
    case 0:
        for (size_t i = 0; i < 9; i++)
            buf_byte(&w->text, 0);
        break;
    case 1:
        for (size_t i = draw(3000); i; i--)
            buf_byte(&w->text, 'z');
        break;
    case 2:
        buf_add(&w->text, SLICE("no stamp here"));
        break;
    case 3:
        buf_add(&w->text, SLICE("Feb 30 10:00:00 mx qmail: status: local 0/10 remote 0/20"));
        break;
    case 4:
        header(w, "sshd[4]");
        buf_add(&w->text, SLICE("session closed"));
        break;
    default:
        break;
    }
    line_end(w);
}

static void message(struct writer *w)
{
    char text[200];
    unsigned id = 100 + draw(9), delivery = ++w->delivery;
    snprintf(text, sizeof text, "new msg %u", id);
    body(w, text, 0);
    snprintf(text, sizeof text, "info msg %u: bytes %u from <a%u@example.com> qp %u uid 89", id,
             draw(9000), draw(5), ++w->qp);
    body(w, text, 0);
    w->now += draw(3);
    snprintf(text, sizeof text, "starting delivery %u: msg %u to remote b%u@example.net", delivery,
             id, draw(7));
    if (draw(9))
        body(w, text, 0);
    w->now += draw(40);
    snprintf(text, sizeof text, "delivery %u: %s: 192.0.2.9_said_so/", delivery,
             draw(4) ? "success" : "deferral");
    body(w, text, draw(3) ? 0 : 690 + draw(200));
    snprintf(text, sizeof text, "end msg %u", id);
    if (draw(5))
        body(w, text, 0);
}

/* Syslog without years, from start on, steps apart. */
static void syslog_write(struct writer *w, size_t bytes, unsigned step)
{
    if (draw(3) == 0)
        buf_add(&w->text, SLICE("\xEF\xBB\xBF"));
    while (w->text.n < bytes) {
        message(w);
        if (w->spoiled && draw(w->spoiled) == 0)
            spoil(w);
        w->now += draw(2 * step);
        if (draw(200) == 0)
            w->now -= draw(4000);
    }
    if (draw(2))
        w->text.n -= 1 + draw(9); /* cut at the end */
}

static void label_write(struct writer *w, const char *text)
{
    buf_printf(&w->text, "@%016llx%08x %s\n", (unsigned long long)(w->now + 4611686018427387914),
               draw(1000000000), text);
}

/* What multilog would have written, with clocks that step back. */
static void multilog_write(struct writer *w, size_t bytes)
{
    char text[120];
    while (w->text.n < bytes) {
        unsigned id = 100 + draw(9), delivery = ++w->delivery;
        snprintf(text, sizeof text, "new msg %u", id);
        label_write(w, text);
        snprintf(text, sizeof text, "info msg %u: bytes 7 from <> qp %u uid 89", id, ++w->qp);
        label_write(w, text);
        snprintf(text, sizeof text, "starting delivery %u: msg %u to local b%u@example.net",
                 delivery, id, draw(7));
        label_write(w, text);
        w->now += draw(90);
        snprintf(text, sizeof text, "delivery %u: %s: did_0+0+1/", delivery,
                 draw(4) ? "success" : "failure");
        label_write(w, text);
        snprintf(text, sizeof text, "end msg %u", id);
        label_write(w, text);
        if (draw(60) == 0)
            label_write(w, "status: local 10/10 remote 3/20");
        if (draw(150) == 0)
            label_write(w, draw(2) ? "status: exiting" : "alert: unable to write");
        if (w->spoiled && draw(w->spoiled) == 0)
            spoil(w);
        w->now += draw(20);
        if (draw(90) == 0)
            w->now -= draw(4000);
    }
}

static char folder[] = "/tmp/postmortem-cuts-XXXXXX";
static char path[64];

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/maillog", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void put(struct writer *w)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(w->text.p, 1, w->text.n, f), w->text.n);
    assert_int_equal(fclose(f), 0);
    buf_fini(&w->text);
}

/* Small pieces: the survey has seen all that lies before a cut, and is always right. */
static void a_log_in_small_pieces_tells_what_it_tells_whole(void **state)
{
    (void)state;
    struct err e;
    struct zone *berlin = zone_open(SLICE("Europe/Berlin"), &e);
    assert_non_null(berlin);
    size_t pieces = 0;
    for (unsigned round = 0; round < 240; round++) {
        seed = round * 7919 + 1;
        /* before New Year, before an hour that comes twice, before one that is left out */
        static const int64_t starts[] = {1798760000, 1792980000, 1774740000};
        struct writer w = {.now = starts[round % 3] + draw(9000),
                           .offset = 3600,
                           .learn = (unsigned[]){0, 1, 6}[draw(3)],
                           .spoiled = (unsigned[]){0, 3, 30}[draw(3)]};
        if (round % 4 == 3)
            multilog_write(&w, 3000 + draw(30000));
        else
            syslog_write(&w, 3000 + draw(30000), 1 + draw(600));
        put(&w);
        struct reading how = {.path = path,
                              .jobs = 1 + draw(4),
                              .shard_bytes = 1 + draw(6000),
                              .line_limit = draw(3) ? 0 : 200 + draw(2000),
                              .zone = draw(2) ? berlin : NULL,
                              .since = draw(4) ? WHEN_NONE : (starts[round % 3] + 9000) * SECOND};
        struct answer cut = lawful(how);
        assert_int_equal(cut.wrong, 0);
        pieces += cut.pieces;
    }
    assert_true(pieces > 1500);
    zone_free(berlin);
}

/* Large ones: it saw a few windows. */
static void years_zones_and_records_are_guessed_right_from_a_few_looks(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 12; round++) {
        seed = round * 104729 + 5;
        struct writer w = {
            .now = 1767200000 + draw(300) * 86400, .offset = 32400, .learn = round % 3};
        /* up to 330 days, with a New Year somewhere */
        syslog_write(&w, 1400000, 1 + draw(6000));
        put(&w);
        struct answer cut = lawful((struct reading){
            .path = path, .jobs = 2, .shard_bytes = 150000 + draw(500000), .since = WHEN_NONE});
        assert_true(cut.pieces > 1);
        assert_int_equal(cut.wrong, 0);
    }
}

/* From the head in June to the cut in March it looks as if three months had gone back, not nine forward. */
static void a_new_year_between_looks_far_apart_is_found(void **state)
{
    (void)state;
    seed = 11;
    struct writer w = {.now = 1749960000};
    syslog_write(&w, 1400000, 11000);
    assert_in_range(w.now, 1749960000 + 450 * 86400, 1749960000 + 600 * 86400);
    put(&w);
    struct answer cut = lawful(
        (struct reading){.path = path, .jobs = 2, .shard_bytes = 700000, .since = WHEN_NONE});
    assert_int_equal(cut.pieces, 2);
    assert_int_equal(cut.wrong, 0);
}

/* The only stamps that teach the zone lie where nobody looked: the file is read once more, whole. */
static void a_wrong_guess_is_noticed(void **state)
{
    (void)state;
    seed = 3;
    struct writer w = {.now = 1767200000, .offset = 32400};
    syslog_write(&w, 200000, 5);
    w.learn = 1;
    size_t until = w.text.n + 20000;
    buf_add(&w.text, SLICE("\n"));
    while (w.text.n < until)
        message(&w);
    w.learn = 0;
    syslog_write(&w, 900000, 5);
    put(&w);
    struct answer cut = lawful(
        (struct reading){.path = path, .jobs = 2, .shard_bytes = 400000, .since = WHEN_NONE});
    assert_int_equal(cut.pieces, 2);
    assert_int_equal(cut.wrong, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_in_small_pieces_tells_what_it_tells_whole),
        cmocka_unit_test(years_zones_and_records_are_guessed_right_from_a_few_looks),
        cmocka_unit_test(a_new_year_between_looks_far_apart_is_found),
        cmocka_unit_test(a_wrong_guess_is_noticed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
