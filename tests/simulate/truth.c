/* truth.c - what a reader of the surviving lines should find, written as JSON under the report's own key names.
 *
 * Invariant: nothing here was joined from log text; every figure was counted by the simulated server, which knows
 * whose line is whose.  Example: "messages": {"accepted": 1000, "finished": 997, "queued": 3, "end_missing": 0}. */
#include "sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void spans_add(struct spans *s, int64_t v)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 16;
        s->v = wanted(realloc(s->v, s->cap * sizeof *s->v));
    }
    s->v[s->n++] = v;
}

void truth_open(struct truth *t, const struct names *n, bool wish)
{
    t->wanted = wish;
    t->domain = wanted(calloc(n->domains + n->own, sizeof *t->domain));
}

void truth_recipient(struct truth *t, enum fate fate, uint32_t domain, int64_t dwell)
{
    if (fate == FATE_DELIVERED) {
        t->recipients.delivered++;
        if (t->wanted) {
            spans_add(&t->delivered, dwell);
            if (domain != NO_DOMAIN)
                spans_add(&t->domain[domain].dwell, dwell);
        }
        return;
    }
    if (fate == FATE_DELETED) {
        t->recipients.deleted++;
        return;
    }
    if (fate == FATE_DISCARDED) {
        t->recipients.discarded++;
        return;
    }
    if (fate == FATE_BOUNCED)
        t->recipients.bounced++;
    else
        t->recipients.expired++;
    if (domain != NO_DOMAIN)
        t->domain[domain].failed++;
    if (t->wanted)
        spans_add(&t->failed, dwell);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void write_seconds(FILE *f, const char *key, int64_t us)
{
    fprintf(f, ", \"%s\": %s%" PRId64 ".%06" PRId64, key, us < 0 ? "-" : "",
            (us < 0 ? -us : us) / SECOND, (us < 0 ? -us : us) % SECOND);
}

static int64_t nearest_rank(const struct spans *s, unsigned percent)
{
    size_t rank = (s->n * percent + 99) / 100;
    return s->v[rank ? rank - 1 : 0];
}

static void write_spans(FILE *f, struct spans *s)
{
    fprintf(f, "\"n\": %zu", s->n);
    if (s->n == 0)
        return;
    qsort(s->v, s->n, sizeof *s->v, by_size);
    double sum = 0;
    for (size_t i = 0; i < s->n; i++)
        sum += (double)s->v[i];
    write_seconds(f, "min", s->v[0]);
    write_seconds(f, "p50", nearest_rank(s, 50));
    write_seconds(f, "p90", nearest_rank(s, 90));
    write_seconds(f, "p95", nearest_rank(s, 95));
    write_seconds(f, "p99", nearest_rank(s, 99));
    write_seconds(f, "max", s->v[s->n - 1]);
    fprintf(f, ", \"mean\": %.6f", sum / (double)s->n / 1e6);
}

/* What only Postfix' or Exim's mail comes to. */
static void write_count(FILE *f, const char *key, uint64_t n, bool wish)
{
    if (wish)
        fprintf(f, ", \"%s\": %" PRIu64, key, n);
}

static void write_counts(FILE *f, const struct truth *t, bool postfix, bool exim)
{
    fprintf(f,
            " \"messages\": {\"accepted\": %" PRIu64 ", \"finished\": %" PRIu64
            ", \"queued\": %" PRIu64 ", \"end_missing\": %" PRIu64 ", \"notices\": %" PRIu64
            ", \"began_before\": %" PRIu64 ", \"server_made\": %" PRIu64,
            t->messages.accepted, t->messages.finished, t->messages.queued, t->messages.end_missing,
            t->messages.notices, t->messages.began_before, t->messages.server_made);
    write_count(f, "refused_after_data", t->messages.refused, postfix);
    fputs("},\n", f);
    fprintf(f,
            " \"recipients\": {\"accepted\": %" PRIu64 ", \"delivered\": %" PRIu64
            ", \"bounced\": %" PRIu64 ", \"expired\": %" PRIu64 ", \"queued\": %" PRIu64
            ", \"unknown\": %" PRIu64 ", \"began_before\": %" PRIu64 ", \"derived\": %" PRIu64
            ", \"server_made\": %" PRIu64,
            t->recipients.accepted, t->recipients.delivered, t->recipients.bounced,
            t->recipients.expired, t->recipients.queued, t->recipients.unknown,
            t->recipients.began_before, t->recipients.derived, t->recipients.server_made);
    write_count(f, "deleted", t->recipients.deleted, postfix);
    write_count(f, "discarded", t->recipients.discarded, exim);
    fputs("},\n", f);
    fprintf(f,
            " \"attempts\": {\"success\": %" PRIu64 ", \"deferral\": %" PRIu64
            ", \"failure\": %" PRIu64 "},\n",
            t->attempts.success, t->attempts.deferral, t->attempts.failure);
}

static void write_dwell(FILE *f, struct truth *t, const struct names *n)
{
    fprintf(f,
            " \"dwell\": {\"n_without_dwell\": %" PRIu64 ", \"estimated\": %" PRIu64
            ",\n  \"delivered\": {",
            t->without_dwell, t->estimated);
    write_spans(f, &t->delivered);
    fputs("},\n  \"failed\": {", f);
    write_spans(f, &t->failed);
    fputs("},\n  \"message\": {", f);
    write_spans(f, &t->message);
    fputs("},\n  \"by_domain\": [", f);
    bool first = true;
    for (uint32_t i = 0; i < n->domains + n->own; i++) {
        struct domain_truth *d = &t->domain[i];
        if (!d->dwell.n && !d->attempts && !d->failed && !d->queued)
            continue;
        fprintf(f, "%s\n   {\"domain\": \"", first ? "" : ",");
        for (const char *p = n->domain[i]; *p; p++)
            fputc(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p, f);
        fputs("\", ", f);
        write_spans(f, &d->dwell);
        fprintf(f,
                ", \"attempts\": %" PRIu64 ", \"deferrals\": %" PRIu64 ", \"failed\": %" PRIu64
                ", \"queued\": %" PRIu64 "}",
                d->attempts, d->deferrals, d->failed, d->queued);
        first = false;
    }
    fputs("]},\n", f);
}

static void write_classes(FILE *f, const uint64_t counts[CLASS_MAX],
                          const char *const names[CLASS_MAX])
{
    const char *comma = "";
    for (int c = 0; c < CLASS_MAX; c++) {
        if (!counts[c])
            continue;
        fprintf(f, "%s\"%s\": %" PRIu64, comma, names[c], counts[c]);
        comma = ", ";
    }
}

static void write_files(FILE *f)
{
    static const char *const names[CLASS_MAX] = {"parsed",   "other",        "skipped",
                                                 "unparsed", "continuation", "blank"};
    fputs(" \"files\": [", f);
    for (size_t i = 0; i < files.n; i++) {
        fprintf(f, "%s\n  {\"path\": \"%s\", \"lines\": {", i ? "," : "", files.all[i].path);
        write_classes(f, files.all[i].lines, names);
        fputs("}, \"bytes\": {", f);
        write_classes(f, files.all[i].bytes, names);
        fputs("}}", f);
    }
    fputs("]\n", f);
}

static void write_time(FILE *f, const char *key, int64_t us)
{
    struct day_time d = day_time_of(us / SECOND);
    fprintf(f, " \"%s\": \"%04d-%02u-%02uT%02u:%02u:%02u.%06" PRId64 "Z\",\n", key, d.year, d.month,
            d.day, d.hour, d.minute, d.second, us % SECOND);
}

void truth_write(struct truth *t, const struct names *n, const struct options *o, int64_t first,
                 int64_t last)
{
    static const char *const kinds[] = {"epost",   "multilog", "syslog",
                                        "postfix", "sendmail", "exim"};
    if (o->truth) {
        FILE *f = fopen(o->truth, "w");
        if (!f)
            failed("cannot write", o->truth);
        fprintf(f, "{\"kind\": \"%s\", \"seed\": %" PRIu64 ", \"zone\": %ld,\n", kinds[o->server],
                o->seed, o->zone);
        write_time(f, "first", first);
        write_time(f, "last", last);
        write_counts(f, t, o->server == SERVER_POSTFIX, o->server == SERVER_EXIM);
        write_dwell(f, t, n);
        fprintf(f,
                " \"real\": {\"entries\": %" PRIu64
                ", \"mean_error\": %.6f, \"max_error\": %.6f},\n",
                t->real_n, t->real_n ? (double)t->real_abs_sum / (double)t->real_n / 1e6 : 0.0,
                (double)t->real_max / 1e6);
        fprintf(f, " \"log\": {\"written\": %" PRIu64 ", \"lost\": %" PRIu64 "},\n", t->written,
                t->lost);
        write_files(f);
        fputs("}\n", f);
        if (fclose(f))
            failed("cannot write", o->truth);
    }
    for (uint32_t i = 0; i < n->domains + n->own; i++)
        free(t->domain[i].dwell.v);
    free(t->domain);
    free(t->delivered.v);
    free(t->failed.v);
    free(t->message.v);
}
