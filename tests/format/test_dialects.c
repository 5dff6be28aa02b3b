/* test_dialects.c - every tests/format/<dialect>/<case>.log against the .want beside it (BLESS=1
 * rewrites it), and the law that a log cut at any line boundary, the carry handed over, gives what
 * the whole gives. */
#include "events.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct log {
    struct buf bytes;
    struct detection head;
    struct source_facts facts;
    struct zone *zone;
};

static void file_read(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    size_t n;
    if (!f)
        return;
    while ((n = fread(buf_room(out, 65536), 1, 65536, f)) > 0)
        out->n += n;
    fclose(f);
}

static void log_open(const char *path, struct log *l)
{
    struct err e;
    *l = (struct log){0};
    file_read(path, &l->bytes);
    struct slice name = slice_str(path); /* the folder of a case is "epost-" and the log kind */
    slice_eat(&name, SLICE("tests/format/epost-"));
    format_detect(buf_slice(&l->bytes), true, name, &l->head);
    l->zone = zone_open(SLICE("Asia/Tokyo"), &e);
    assert_non_null(l->zone);
    struct civil middle = {.year = 2026, .month = 11, .day = 24};
    l->facts = (struct source_facts){.zone = l->zone,
                                     .zone_learnt = true,
                                     .anchor = civil_when(&middle),
                                     .epost = l->head.epost,
                                     .since = WHEN_NONE,
                                     .until = WHEN_NONE};
    if (l->head.first != WHEN_NONE)
        l->facts.anchor = l->head.first;
    else if (l->head.anchor != WHEN_NONE)
        l->facts.anchor = l->head.anchor;
    l->facts.zones = l->head.zones;
    if (l->head.has_name_date)
        l->facts.date = l->head.name_date;
}

static void log_close(struct log *l)
{
    buf_fini(&l->bytes);
    zone_free(l->zone);
}

static void collect(void *context, const struct event *e)
{
    struct buf *out = context;
    buf_printf(out, "  @%llu", (unsigned long long)e->place.line);
    event_print(out, e);
}

/* The class that gained a line between two states of the counts. */
static const char *class_of(const struct reader_counts *before, const struct reader_counts *after)
{
    for (int i = 0; i < LINE_CLASSES; i++) {
        if (after->lines[i] > before->lines[i])
            return line_class_names[i];
    }
    return "held";
}

static struct slice next_line(struct slice *rest, size_t *bytes)
{
    size_t n = slice_chr(*rest, '\n');
    struct slice line = slice_head(*rest, n);
    *bytes = n + (n < rest->n);
    *rest = slice_from(*rest, *bytes);
    return line;
}

static void header_print(const struct log *l, struct buf *out)
{
    const struct detection *d = &l->head;
    buf_printf(out, "framing=%s bid=%d encoding=%s lines=%llu recognised=%llu",
               d->framing ? framing_name(d->framing) : "none", d->bid, d->encoding,
               (unsigned long long)d->lines, (unsigned long long)d->recognised);
    event_text(out, "host", d->host);
    if (d->first != WHEN_NONE)
        event_time(out, "first", d->first);
    if (d->has_local)
        buf_printf(out, " local=%04d-%02d-%02dT%02d:%02d:%02d.%06d", d->first_local.year,
                   d->first_local.month, d->first_local.day, d->first_local.hour,
                   d->first_local.minute, d->first_local.second, d->first_local.micro);
    if (d->anchor != WHEN_NONE)
        event_time(out, "anchor", d->anchor);
    if (d->has_offset)
        buf_printf(out, " offset=%d", d->offset);
    if (d->note)
        buf_printf(out, " note={%s}", d->note);
    buf_byte(out, '\n');
}

static void counts_print(const struct reader_counts *c, struct buf *out)
{
    for (int i = 0; i < LINE_CLASSES; i++)
        buf_printf(out, "%s=%llu/%llu ", line_class_names[i], (unsigned long long)c->lines[i],
                   (unsigned long long)c->bytes[i]);
    buf_printf(out, "dateless=%llu year_steps=%llu clock_back=%llu folds=%llu gaps=%llu\n",
               (unsigned long long)c->dateless, (unsigned long long)c->year_steps,
               (unsigned long long)c->clock_back, (unsigned long long)c->folds,
               (unsigned long long)c->gaps);
}

static void log_print(const struct log *l, struct buf *out)
{
    header_print(l, out);
    if (!l->head.framing)
        return;
    struct buf events = {0};
    struct reader *r = reader_new(l->head.framing, &l->facts, collect, &events);
    struct slice rest = buf_slice(&l->bytes);
    struct place place = {0, 1, 0};
    while (rest.n) {
        size_t bytes;
        struct slice line = next_line(&rest, &bytes);
        struct reader_counts before = *reader_counts(r);
        reader_line(r, line, bytes, false, &place);
        buf_printf(out, "%llu %s", (unsigned long long)place.line,
                   class_of(&before, reader_counts(r)));
        event_text(out, "", slice_head(line, 200));
        buf_byte(out, '\n');
        buf_add(out, buf_slice(&events));
        events.n = 0;
        place.offset += bytes;
        place.line++;
    }
    reader_finish(r);
    buf_add(out, buf_slice(&events));
    counts_print(reader_counts(r), out);
    buf_fini(&events);
    reader_free(r);
}

static char *want_path(const char *path)
{
    size_t n = strlen(path);
    char *want = malloc(n + 2);
    memcpy(want, path, n - 3);
    memcpy(want + n - 3, "want", 5);
    return want;
}

static void the_cases_give_what_is_wanted(void **state)
{
    (void)state;
    glob_t g;
    int bad = 0;
    assert_int_equal(glob("tests/format/*/*.log", 0, NULL, &g), 0);
    for (size_t i = 0; i < g.gl_pathc; i++) {
        struct log l;
        struct buf got = {0}, want = {0};
        char *path = want_path(g.gl_pathv[i]);
        log_open(g.gl_pathv[i], &l);
        log_print(&l, &got);
        file_read(path, &want);
        if (getenv("BLESS")) {
            FILE *f = fopen(path, "wb");
            assert_non_null(f);
            fwrite(got.p, 1, got.n, f);
            fclose(f);
        } else if (!slice_eq(buf_slice(&got), buf_slice(&want))) {
            print_error("%s differs; got:\n%.*s", path, (int)got.n, got.p);
            bad++;
        }
        buf_fini(&got);
        buf_fini(&want);
        log_close(&l);
        free(path);
    }
    globfree(&g);
    assert_int_equal(bad, 0);
}

static void counts_add(struct reader_counts *into, const struct reader_counts *c)
{
    for (int i = 0; i < LINE_CLASSES; i++) {
        into->lines[i] += c->lines[i];
        into->bytes[i] += c->bytes[i];
    }
    into->dateless += c->dateless;
    into->year_steps += c->year_steps;
    into->clock_back += c->clock_back;
    into->folds += c->folds;
    into->gaps += c->gaps;
}

static struct reader *reader_of(const struct log *l, event_fn *fn, bool brief, struct buf *out)
{
    struct reader *r = reader_new(l->head.framing, &l->facts, fn, out);
    if (brief)
        reader_brief(r);
    return r;
}

/* All events, by fn, and the summed counts of a log read in two parts, the second from line number cut on (0: not cut). */
static void read_cut(const struct log *l, uint64_t cut, event_fn *fn, bool brief, struct buf *out)
{
    struct reader_counts total = {0};
    struct reader *r = reader_of(l, fn, brief, out);
    struct slice rest = buf_slice(&l->bytes);
    struct place place = {0, 1, 0};
    while (rest.n) {
        if (place.line == cut) {
            struct buf carry = {0};
            reader_save(r, &carry);
            counts_add(&total, reader_counts(r));
            reader_free(r);
            r = reader_of(l, fn, brief, out);
            assert_true(reader_load(r, buf_slice(&carry), 0));
            buf_fini(&carry);
        }
        size_t bytes;
        struct slice line = next_line(&rest, &bytes);
        reader_line(r, line, bytes, false, &place);
        place.offset += bytes;
        place.line++;
    }
    reader_finish(r);
    counts_add(&total, reader_counts(r));
    counts_print(&total, out);
    reader_free(r);
}

static void a_log_cut_at_any_line_gives_what_the_whole_gives(void **state)
{
    (void)state;
    glob_t g;
    assert_int_equal(glob("tests/format/*/*.log", 0, NULL, &g), 0);
    for (size_t i = 0; i < g.gl_pathc; i++) {
        struct log l;
        struct buf whole = {0};
        log_open(g.gl_pathv[i], &l);
        if (l.head.framing)
            read_cut(&l, 0, collect, false, &whole);
        for (uint64_t cut = 1; l.head.framing && cut <= l.head.lines; cut++) {
            struct buf parts = {0};
            read_cut(&l, cut, collect, false, &parts);
            if (!slice_eq(buf_slice(&parts), buf_slice(&whole)))
                print_error("%s cut at line %llu\n", g.gl_pathv[i], (unsigned long long)cut);
            assert_true(slice_eq(buf_slice(&parts), buf_slice(&whole)));
            buf_fini(&parts);
        }
        buf_fini(&whole);
        log_close(&l);
    }
    globfree(&g);
}

static void without_facts(void *context, const struct event *e)
{
    struct event bare = *e;
    bare.facts_n = 0;
    collect(context, &bare);
}

static void what_nobody_lists_is_all_that_is_left_out(void **state)
{
    (void)state;
    glob_t g;
    assert_int_equal(glob("tests/format/*/*.log", 0, NULL, &g), 0);
    for (size_t i = 0; i < g.gl_pathc; i++) {
        struct log l;
        struct buf whole = {0}, brief = {0};
        log_open(g.gl_pathv[i], &l);
        if (l.head.framing) {
            read_cut(&l, 0, without_facts, false, &whole);
            read_cut(&l, 0, without_facts, true, &brief);
        }
        if (!slice_eq(buf_slice(&brief), buf_slice(&whole)))
            print_error("%s\n", g.gl_pathv[i]);
        assert_true(slice_eq(buf_slice(&brief), buf_slice(&whole)));
        buf_fini(&whole);
        buf_fini(&brief);
        log_close(&l);
    }
    globfree(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cases_give_what_is_wanted),
        cmocka_unit_test(a_log_cut_at_any_line_gives_what_the_whole_gives),
        cmocka_unit_test(what_nobody_lists_is_all_that_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
