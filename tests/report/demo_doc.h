/* demo_doc.h - a hand-made document with every section, table and chart, for tests and for looking at. */
#ifndef TESTS_REPORT_DEMO_DOC_H
#define TESTS_REPORT_DEMO_DOC_H

#include "postmortem/doc/doc.h"

#include <math.h>
#include <stdarg.h>

#define DEMO_COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define DEMO_START (INT64_C(1795046400) * SECOND) /* 2026-11-19T00:00:00Z */

/* One row: for each column a const char * (text), double (share) or int64_t (numbers); "" is null. */
static inline void demo_row(struct doc *d, struct list *l, const struct column *c, size_t n, ...)
{
    struct object *o = object_new(d);
    va_list values;
    va_start(values, n);
    for (size_t i = 0; i < n; i++) {
        struct value v;
        if (c[i].kind == KIND_SHARE)
            v = value_real(KIND_SHARE, va_arg(values, double));
        else if (c[i].kind >= KIND_TOKEN) {
            const char *text = va_arg(values, const char *);
            v = *text ? value_text(c[i].kind, slice_str(text)) : value_null();
        } else
            v = value_number(c[i].kind, va_arg(values, int64_t));
        object_put(d, o, c[i].key, v);
    }
    va_end(values);
    list_add(d, l, value_object(o));
}

#define N(x) ((int64_t)(x))
#define MS(x) ((int64_t)((double)(x)*1000))
#define STATS(prefix)                                                                              \
    {prefix "min", KIND_SPAN}, {prefix "p50", KIND_SPAN}, {prefix "p90", KIND_SPAN},               \
        {prefix "p95", KIND_SPAN}, {prefix "p99", KIND_SPAN}, {prefix "max", KIND_SPAN},           \
    {                                                                                              \
        prefix "mean", KIND_SPAN                                                                   \
    }

static const struct column demo_summary[] = {{"measure", KIND_TOKEN}, {"n", KIND_COUNT}, STATS("")};
static const struct column demo_domain[] = {
    {"domain", KIND_DOMAIN},  {"n", KIND_COUNT},         STATS(""),
    {"attempts", KIND_COUNT}, {"deferrals", KIND_COUNT}, {"failed", KIND_COUNT},
    {"queued", KIND_COUNT}};
static const struct column demo_hour[] = {{"hour", KIND_WHEN},
                                          {"n", KIND_COUNT},
                                          {"p50", KIND_SPAN},
                                          {"p95", KIND_SPAN},
                                          {"max", KIND_SPAN}};
static const struct column demo_slowest[] = {{"instance", KIND_HASH},     {"id", KIND_HASH},
                                             {"recipient", KIND_ADDRESS}, {"dwell", KIND_SPAN},
                                             {"attempts", KIND_COUNT},    {"outcome", KIND_TOKEN},
                                             {"evidence", KIND_TEXT}};
static const struct column demo_depth[] = {{"time", KIND_WHEN}, {"depth", KIND_COUNT}};
static const struct column demo_equation[] = {{"equation", KIND_TOKEN},
                                              {"left", KIND_COUNT},
                                              {"right", KIND_COUNT},
                                              {"difference", KIND_COUNT},
                                              {"holds", KIND_BOOL}};
static const struct column demo_question[] = {
    {"question", KIND_TOKEN}, {"answer", KIND_TOKEN}, {"why", KIND_TOKEN}};
static const struct column demo_lines[] = {
    {"class", KIND_TOKEN}, {"lines", KIND_COUNT}, {"bytes", KIND_BYTES}, {"share", KIND_SHARE}};
static const struct column demo_problem[] = {{"input", KIND_PATH},
                                             {"kind", KIND_TOKEN},
                                             {"offset", KIND_BYTES},
                                             {"line", KIND_COUNT},
                                             {"text", KIND_RAW}};
static const struct column demo_source[] = {{"id", KIND_HASH},
                                            {"path", KIND_PATH},
                                            {"framing", KIND_TEXT},
                                            {"host", KIND_PATH},
                                            {"zone", KIND_TEXT},
                                            {"first", KIND_WHEN},
                                            {"last", KIND_WHEN},
                                            {"bytes", KIND_BYTES},
                                            {"lines.read", KIND_COUNT},
                                            {"lines.parsed", KIND_COUNT},
                                            {"lines.unparsed", KIND_COUNT},
                                            {"status", KIND_TOKEN},
                                            {"sha256", KIND_HASH}};
static const struct column demo_instance[] = {{"id", KIND_HASH},
                                              {"host", KIND_PATH},
                                              {"server", KIND_TEXT},
                                              {"messages.accepted", KIND_COUNT},
                                              {"recipients.accepted", KIND_COUNT},
                                              {"recipients.delivered", KIND_COUNT},
                                              {"recipients.bounced", KIND_COUNT},
                                              {"recipients.queued", KIND_COUNT},
                                              {"dwell.p50", KIND_SPAN},
                                              {"dwell.p95", KIND_SPAN},
                                              {"dwell.max", KIND_SPAN}};
static const struct column demo_rule[] = {
    {"kind", KIND_TOKEN}, {"threshold", KIND_SPAN}, {"observed_meaning", KIND_TEXT}};

static inline struct table *demo_table(struct doc *d, struct section *s, const char *id,
                                       struct list *l, const struct column *c, size_t n)
{
    return section_table(d, s, id, l, c, n);
}
#define TABLE(d, s, id, l, c) demo_table(d, s, id, l, c, DEMO_COUNT(c))
#define ROW(d, l, c, ...) demo_row(d, l, c, DEMO_COUNT(c), __VA_ARGS__)

static inline void demo_dwell(struct doc *d, size_t hours)
{
    struct section *s = doc_section(d, "dwell");
    s->facts = object_new(d);
    object_put(d, s->facts, "n_without_dwell", value_number(KIND_COUNT, 12));
    object_put(d, s->facts, "estimated", value_number(KIND_COUNT, 340));
    struct list *l = list_new(d);
    ROW(d, l, demo_summary, "delivered", N(18234), MS(31), MS(1240), MS(9120), MS(61300),
        MS(1830000), MS(93784000), MS(48211));
    ROW(d, l, demo_summary, "failed", N(211), MS(412), MS(2200), MS(43000), MS(604800000),
        MS(604812000), MS(604815000), MS(90211000));
    TABLE(d, s, "dwell.summary", l, demo_summary)->note = "dwell.summary.note";
    struct list *h = list_new(d);
    for (size_t i = 0; i < hours; i++) {
        double busy = 1.1 + sin((double)i / 3.8);
        int64_t late = i > hours / 2 && i < hours / 2 + 5 ? 240 : 1;
        ROW(d, h, demo_hour, DEMO_START + N(i) * HOUR, N(120 * busy + (double)(i % 7) * 9),
            MS(900 * busy), MS(9000 * busy) * late, MS(31000 * busy) * late);
    }
    section_chart(d, s, "dwell.volume", CHART_BARS, h, "hour", "n", NULL, NULL);
    section_chart(d, s, "dwell.by_hour", CHART_LINE, h, "hour", "p50", "p95", NULL);
    TABLE(d, s, "dwell.by_hour", h, demo_hour);
    l = list_new(d);
    static const char *const domains[] = {
        "example.jp",     "mail.example.com",           "example.net",
        "ml.example.org", "=cmd|' /C calc'!A0.example", "<script>alert(1)</script>.example"};
    for (size_t i = 0; i < 30; i++)
        ROW(d, l, demo_domain, domains[i % 6], N(4210 - 130 * N(i)), MS(20),
            MS(1200 + 40 * (double)i), MS(9000), MS(61000), MS(1800000), MS(93784000), MS(48000),
            N(4400), N(190), N(3), N(i % 4));
    TABLE(d, s, "dwell.by_domain", l, demo_domain);
    l = list_new(d);
    ROW(d, l, demo_slowest, "mx1/qmail", "393217", "taro@example.jp", MS(93784000), N(31),
        "delivered", "s1:1204");
    ROW(d, l, demo_slowest, "mx1/qmail", "393311", "\xE2\x80\xAEmoc@example.net", MS(61784000),
        N(17), "expired", "s1:2207");
    TABLE(d, s, "dwell.slowest", l, demo_slowest);
}

static inline void demo_trust(struct doc *d)
{
    struct section *s = doc_section(d, "coverage");
    struct list *l = list_new(d);
    ROW(d, l, demo_equation, "recipients_balance", N(18600), N(18600), N(0), N(1));
    ROW(d, l, demo_equation, "messages_balance", N(15020), N(15020), N(0), N(1));
    TABLE(d, s, "coverage.reconciliation", l, demo_equation)->note = "coverage.reconciliation.note";
    l = list_new(d);
    ROW(d, l, demo_question, "dwell", "full", "all_there");
    ROW(d, l, demo_question, "refusals", "not_observable", "stock_qmail_logs_none");
    ROW(d, l, demo_question, "client", "partial", "log_kind_absent_senderlog");
    TABLE(d, s, "coverage.questions", l, demo_question);
    l = list_new(d);
    ROW(d, l, demo_lines, "parsed", N(104233), N(11223344), 0.9981);
    ROW(d, l, demo_lines, "unparsed", N(12), N(1804), 0.0001);
    TABLE(d, s, "coverage.lines", l, demo_lines);
    l = list_new(d);
    ROW(d, l, demo_problem, "maillog.2.gz", "truncated", N(882133), N(7120),
        "unexpected end of the gzip stream");
    TABLE(d, s, "coverage.problems", l, demo_problem);
    s = doc_section(d, "evidence");
    s->appendix = true;
    d->sources = list_new(d);
    ROW(d, d->sources, demo_source, "s1", "case/var/log/qmail/current", "tai64n", "mx1.example.jp",
        "Asia/Tokyo", DEMO_START, DEMO_START + 2 * DAY, N(11223344), N(104245), N(104233), N(12),
        "ok", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    TABLE(d, s, "evidence.sources", d->sources, demo_source);
    s = doc_section(d, "rules");
    s->appendix = true;
    l = list_new(d);
    ROW(d, l, demo_rule, "very_late_domain", 4 * HOUR, "p95");
    TABLE(d, s, "rules.findings", l, demo_rule);
}

static inline void demo_findings(struct doc *d)
{
    struct finding *f = doc_finding(d, "very_late_domain", SEVERITY_HIGH);
    f->id = SLICE("very_late_domain:example.net:1795046400");
    f->start = DEMO_START + 3 * HOUR;
    f->end = DEMO_START + 9 * HOUR;
    f->key = value_text(KIND_DOMAIN, SLICE("example.net"));
    f->test = "p95_above";
    f->threshold = value_number(KIND_SPAN, 4 * HOUR);
    f->observed = value_number(KIND_SPAN, 7 * HOUR + 31 * MINUTE);
    object_put(d, f->numbers, "n", value_number(KIND_COUNT, 1820));
    object_put(d, f->numbers, "p95", value_number(KIND_SPAN, 7 * HOUR + 31 * MINUTE));
    struct quote *q = doc_quote(d, 0, 1204, 99122);
    q->quoted = true;
    q->text =
        SLICE("@400000006a0e3a1c12ab34cd delivery 77: deferral: 192.0.2.7_does_not_like_recipient./"
              "Remote_host_said:_450_4.2.0_<taro@example.net>\x1b[31m_try_again_later/");
    f->evidence = arena_alloc(&d->arena, sizeof *f->evidence);
    f->evidence[0] = q;
    f->evidence_count = 1;
    f->evidence_total = 377;
    f = doc_finding(d, "evidence_damaged", SEVERITY_MEDIUM);
    f->id = SLICE("evidence_damaged:maillog.2.gz");
    f->key = value_text(KIND_PATH, SLICE("maillog.2.gz"));
    object_put(d, f->numbers, "problems", value_number(KIND_COUNT, 1));
    doc_sort_findings(d);
}

static inline void demo_head(struct doc *d)
{
    struct object *n = doc_sentence(d, "summary.period");
    object_put(d, n, "first", value_number(KIND_WHEN, d->first));
    object_put(d, n, "last", value_number(KIND_WHEN, d->last));
    n = doc_sentence(d, "summary.volume");
    object_put(d, n, "messages", value_number(KIND_COUNT, 15020));
    object_put(d, n, "recipients", value_number(KIND_COUNT, 18600));
    object_put(d, n, "delivered", value_number(KIND_COUNT, 18234));
    n = doc_sentence(d, "summary.dwell");
    object_put(d, n, "p50", value_number(KIND_SPAN, MS(1240)));
    object_put(d, n, "p95", value_number(KIND_SPAN, MS(61300)));
    object_put(d, n, "max", value_number(KIND_SPAN, MS(93784000)));
    doc_tile(d, "messages_accepted", value_number(KIND_COUNT, 15020));
    doc_tile(d, "recipients_delivered", value_number(KIND_COUNT, 18234));
    doc_tile(d, "dwell_p50", value_number(KIND_SPAN, MS(1240)));
    doc_tile(d, "dwell_p95", value_number(KIND_SPAN, MS(61300)));
    doc_tile(d, "queued", value_number(KIND_COUNT, 155));
    doc_tile(d, "evidence_share", value_real(KIND_SHARE, 0.9981));
    object_put(d, d->root, "schema", value_text(KIND_TEXT, SLICE("postmortem/report/1")));
}

static inline struct doc *demo_doc(const struct zone *zone, size_t hours)
{
    struct doc *d = doc_new();
    d->zone = zone;
    d->title = SLICE("Case 7: mail delays at example.jp");
    d->first = DEMO_START;
    d->last = DEMO_START + 2 * DAY;
    demo_head(d);
    demo_dwell(d, hours);
    struct section *s = doc_section(d, "queue");
    struct list *l = list_new(d);
    for (size_t i = 0; i < hours * 60 && i < 2880; i++)
        ROW(d, l, demo_depth, DEMO_START + N(i) * MINUTE,
            N(40 + 30 * sin((double)i / 200) + (double)(i * 7919 % 23)));
    section_chart(d, s, "queue.depth", CHART_AREA, l, "time", "depth", NULL, NULL);
    TABLE(d, s, "queue.depth", l, demo_depth);
    s = doc_section(d, "instances");
    l = list_new(d);
    ROW(d, l, demo_instance, "mx1/qmail", "mx1.example.jp", "qmail", N(15020), N(18600), N(18234),
        N(190), N(155), MS(1240), MS(61300), MS(93784000));
    TABLE(d, s, "instances", l, demo_instance);
    demo_trust(d);
    demo_findings(d);
    return d;
}
#endif
