/* Lines of compressed logs that the report quotes: kept while the log is read once, and the same as of the plain log. */
#include "edited.h"
#include "input/evidence.h"

/* Two logs of one box, 25 MB: mail that is delivered at once, retried for long, never tried, or being tried to the end. */
struct box {
    struct buf logs[2], packed[2];
    unsigned delivery, line;
};

static struct box box;

__attribute__((format(printf, 2, 3))) static void say(struct box *b, const char *what, ...)
{
    char text[600];
    va_list arguments;
    va_start(arguments, what);
    vsnprintf(text, sizeof text, what, arguments);
    va_end(arguments);
    buf_printf(&b->logs[b->line > 120000], "@%016llx%08x %s\n",
               (unsigned long long)(UINT64_C(0x400000006af9c8fb) + b->line / 20),
               b->line % 20 * 50000000, text);
    b->line++;
}

static void say_accepted(struct box *b, unsigned message)
{
    say(b, "new msg %u", message);
    say(b, "info msg %u: bytes 2100 from <a@example.jp> qp 812 uid 89", message);
}

static void say_started(struct box *b, unsigned message)
{
    say(b, "starting delivery %u: msg %u to remote user%u@example.com", ++b->delivery, message,
        message % 977);
}

static void say_tried(struct box *b, unsigned message, bool sent)
{
    say_started(b, message);
    if (sent)
        say(b, "delivery %u: success: 192.0.2.7_accepted_message./Remote_host_said:_250_Ok:_%u/",
            b->delivery, message);
    else
        say(b, "delivery %u: deferral: Connected_to_192.0.2.7_but_greeting_failed./%0*u/",
            b->delivery, 400, message);
}

/* Of 64 messages four are tried once and left, four never tried, four tried again every 3,200 messages (two of them in
 * vain), and one is tried for the first time 3,200 messages later, without a result. */
enum { LATER = 3200, TRIES = 6, ID = 100000, STUCK = 600000 };

static void say_retries(struct box *b, unsigned k)
{
    for (unsigned n = 1; n <= TRIES && k >= n * LATER; n++) {
        bool ends = n == TRIES && k % 32 == 9;
        say_tried(b, ID + k - n * LATER, ends);
        if (ends)
            say(b, "end msg %u", ID + k - n * LATER);
    }
}

static void say_round(struct box *b, unsigned k)
{
    bool again = k % 16 == 9, stays = again || k % 16 == 3;
    say_accepted(b, ID + k);
    if (k % 64 == 7) {
        say_accepted(b, STUCK + k);
        if (k >= LATER)
            say_started(b, STUCK + k - LATER);
    }
    if (k % 16 == 5)
        return;
    say_tried(b, ID + k, !stays);
    if (again)
        say_retries(b, k);
    if (!stays)
        say(b, "end msg %u", ID + k);
}

static int set_up(void **state)
{
    for (unsigned k = 0; box.line < 240000; k++)
        say_round(&box, k);
    for (int i = 0; i < 2; i++)
        buf_gzip(&box.packed[i], buf_slice(&box.logs[i]));
    return folder_make(state);
}

static int tear_down(void **state)
{
    for (int i = 0; i < 2; i++) {
        buf_fini(&box.logs[i]);
        buf_fini(&box.packed[i]);
    }
    return folder_remove(state);
}

static void write_logs(bool compressed)
{
    static const char *const names[2][2] = {{"@400000006af2272c17b3bbd8.s", "current"},
                                            {"@400000006af2272c17b3bbd8.s.gz", "current.gz"}};
    for (int i = 0; i < 2; i++) {
        remove(in_folder(names[!compressed][i]));
        write_file(names[compressed][i], buf_slice(compressed ? &box.packed[i] : &box.logs[i]));
    }
}

/* Every quote as source, line and text, in the document's order; and how many have none. */
static struct buf quotes_of(struct run *r, size_t *without)
{
    struct buf all = {0};
    struct doc *d = run_finish(r);
    *without = 0;
    for (size_t i = 0; i < d->quotes_count; i++) {
        const struct quote *q = d->quotes[i];
        *without += !q->quoted;
        buf_printf(&all, "%u %llu %.*s\n", q->source, (unsigned long long)q->line,
                   SLICE_ARG(q->text));
    }
    assert_true(d->quotes_count > 2000);
    doc_free(d);
    return all;
}

static struct run *read_logs(unsigned jobs)
{
    static const char *paths[1];
    paths[0] = folder;
    struct run_options o = sample_options(paths, 1, 20000);
    o.jobs = jobs;
    struct run *r = run_new(&o);
    run_survey(r);
    run_period(r, WHEN_NONE, WHEN_NONE);
    run_read(r);
    return r;
}

static void compressed_logs_are_quoted_as_plain_ones_and_read_once(void **state)
{
    (void)state;
    size_t without;
    write_logs(false);
    struct run *r = read_logs(1);
    struct buf want = quotes_of(r, &without);
    assert_int_equal(without, 0);
    run_free(r);
    for (unsigned jobs = 1; jobs <= 2; jobs++) {
        write_logs(true);
        r = read_logs(jobs);
        remove(in_folder("current.gz"));
        remove(in_folder("@400000006af2272c17b3bbd8.s.gz"));
        struct buf have = quotes_of(r, &without);
        assert_int_equal(without, 0);
        assert_true(slice_eq(buf_slice(&have), buf_slice(&want)));
        buf_fini(&have);
        run_free(r);
    }
    buf_fini(&want);
}

/* Nothing is kept beyond a bound: then the log is read again, and the report is the same. */
static void what_was_not_kept_is_fetched(void **state)
{
    (void)state;
    size_t without;
    write_logs(true);
    struct run *r = read_logs(1);
    struct buf want = quotes_of(r, &without);
    run_free(r);
    r = read_logs(1);
    r->workers[0].keep.rows.n = 0;
    struct buf have = quotes_of(r, &without);
    assert_int_equal(without, 0);
    assert_true(slice_eq(buf_slice(&have), buf_slice(&want)));
    buf_fini(&have);
    buf_fini(&want);
    run_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compressed_logs_are_quoted_as_plain_ones_and_read_once),
        cmocka_unit_test(what_was_not_kept_is_fetched),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
