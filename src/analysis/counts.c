/* How many: messages, recipients and attempts per instance, each class counted where it is decided, none by
 * subtraction (analyses 1).  Invariant, checked by tests/reconcile.py on every report the tests make:
 * recipients accepted = delivered + bounced + expired + deleted + discarded + queued + unknown. */
#include "fold.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

static void *counts_open(const struct analysis_options *o)
{
    (void)o;
    struct tab *t = mem_new(sizeof *t);
    tab_init(t, sizeof(struct counts));
    return t;
}

static void counts_close(void *state)
{
    tab_fini(state);
    free(state);
}

static struct counts *row_of(void *state, struct instance *i)
{
    if (!i->rows[ANALYSIS_counts])
        i->rows[ANALYSIS_counts] = tab_row(state, i->id);
    return i->rows[ANALYSIS_counts];
}

static void count_before(struct counts *c, const struct message *m)
{
    c->began_before++;
    for (const struct recipient *r = m->recipients; r; r = r->next) {
        if (r->null_sender)
            continue;
        c->recipients_before++;
        c->delivered_before += r->end == RECIPIENT_DELIVERED;
    }
}

static void count_message(void *state, struct instance *i, const struct message *m)
{
    struct counts *c = row_of(state, i);
    if (m->outside)
        return;
    c->joined += m->crossed;
    if (!m->accepted) {
        count_before(c, m);
        return;
    }
    c->accepted++;
    c->chained += m->timed && m->hops > 1;
    c->finished += m->end == MESSAGE_FINISHED;
    c->queued += m->end == MESSAGE_QUEUED;
    c->end_missing += m->end == MESSAGE_END_MISSING;
    for (const struct recipient *r = m->recipients; r; r = r->next) {
        if (!r->declared)
            continue;
        c->recipients++;
        c->ends[r->end]++;
        c->lost_in_chain += m->timed && r->reason == UNKNOWN_LOG_KIND_ABSENT;
    }
    c->recipients += m->unnamed;
    c->ends[m->unnamed_end] += m->unnamed;
}

static void count_attempt(void *state, struct instance *i, const struct attempt *a)
{
    struct counts *c = row_of(state, i);
    if (a->outcome == OUTCOME_SENT)
        c->success += a->count;
    else if (a->outcome == OUTCOME_DEFERRED)
        c->deferral += a->count;
    else
        c->failure += a->count;
}

static void count_extra(void *state, struct instance *i, enum extra_kind kind,
                        enum recipient_end end, when time)
{
    struct counts *c = row_of(state, i);
    (void)end;
    (void)time;
    if (kind == EXTRA_DERIVED)
        c->derived++;
    else if (kind == EXTRA_REFUSED)
        c->refused++;
    else {
        c->server_made++;
        c->made_recipients++;
    }
}

static void count_notice(void *state, struct instance *i, when time)
{
    (void)time;
    row_of(state, i)->notices++;
}

static void counts_add(void *into, const void *from)
{
    uint64_t *a = into;
    const uint64_t *b = from;
    for (size_t i = 0; i < sizeof(struct counts) / sizeof *a; i++)
        a[i] += b[i];
}

static void counts_merge(void *into, void *from)
{
    tab_merge(into, from, counts_add);
}

enum { COUNTERS = sizeof(struct counts) / sizeof(uint64_t) };

static void counts_row_save(struct buf *out, void *row)
{
    counters_save(row, COUNTERS, out);
}

static bool counts_row_load(struct slice *in, void *row)
{
    return counters_load(row, COUNTERS, in);
}

static void counts_save(void *state, struct buf *out)
{
    tab_save(state, out, counts_row_save);
}

static bool counts_load(void *state, struct slice *in, uint32_t sources)
{
    (void)sources;
    return tab_load(state, in, counts_row_load);
}

void counts_total(const void *state, struct counts *out)
{
    const struct tab *t = state;
    *out = (struct counts){0};
    for (size_t i = 0; i < t->count; i++)
        counts_add(out, t->entries[i].row);
}

void counts_of(const void *state, struct slice instance, struct counts *out)
{
    const struct counts *c = tab_find(state, instance);
    *out = c ? *c : (struct counts){0};
}

static void put(struct doc *d, struct object *o, const char *key, uint64_t n)
{
    object_put(d, o, key, value_number(KIND_COUNT, (int64_t)n));
}

static struct object *messages_object(struct doc *d, const struct counts *c)
{
    struct object *o = object_new(d);
    put(d, o, "accepted", c->accepted);
    put(d, o, "finished", c->finished);
    put(d, o, "queued", c->queued);
    put(d, o, "end_missing", c->end_missing);
    put(d, o, "notices", c->notices);
    put(d, o, "began_before", c->began_before);
    put(d, o, "server_made", c->server_made);
    put(d, o, "joined_across_sources", c->joined);
    put(d, o, "refused_after_data", c->refused);
    put(d, o, "chained", c->chained);
    return o;
}

static struct object *recipients_object(struct doc *d, const struct counts *c)
{
    struct object *o = object_new(d);
    put(d, o, "accepted", c->recipients);
    for (unsigned end = RECIPIENT_DELIVERED; end < RECIPIENT_ENDS; end++)
        put(d, o, recipient_end_names[end], c->ends[end]);
    put(d, o, "began_before", c->recipients_before);
    put(d, o, "derived", c->derived);
    put(d, o, "server_made", c->made_recipients);
    put(d, o, "began_before_delivered", c->delivered_before);
    put(d, o, "lost_in_chain", c->lost_in_chain);
    return o;
}

/* A deferral count is null where no log would show one: E-Post without senderlog. */
static struct object *attempts_object(struct doc *d, const struct counts *c, bool deferrals_shown)
{
    struct object *o = object_new(d);
    put(d, o, "success", c->success);
    put(d, o, "deferral", c->deferral);
    if (!deferrals_shown)
        object_put(d, o, "deferral", value_null());
    put(d, o, "failure", c->failure);
    return o;
}

static bool deferrals_shown(const struct instance_read *i)
{
    return !slice_eq(i->server, SLICE("epost")) || i->has_senderlog;
}

static struct value instance_row(const struct finish *f, const void *state,
                                 const struct instance_read *i)
{
    struct doc *d = f->doc;
    struct object *o = object_new(d);
    struct counts c;
    counts_of(state, i->id, &c);
    object_put(d, o, "id", value_copy(d, KIND_PATH, i->id));
    object_put(d, o, "host", i->host.n ? value_copy(d, KIND_PATH, i->host) : value_null());
    object_put(d, o, "server", value_copy(d, KIND_TOKEN, i->server));
    object_put(d, o, "kind", value_token(i->kind));
    object_put(d, o, "sources", value_number(KIND_COUNT, (int64_t)i->sources));
    object_put(d, o, "lines", value_number(KIND_COUNT, (int64_t)i->lines));
    static const char *const of_mail[] = {"messages", "recipients", "attempts", "dwell"};
    for (size_t k = 0; k < sizeof of_mail / sizeof of_mail[0]; k++)
        object_put(d, o, of_mail[k], value_null());
    if (!has_queue(i)) /* a daemon that queues no mail, or only warnings of one that does */
        return value_object(o);
    object_put(d, o, "messages", value_object(messages_object(d, &c)));
    object_put(d, o, "recipients", value_object(recipients_object(d, &c)));
    object_put(d, o, "attempts", value_object(attempts_object(d, &c, deferrals_shown(i))));
    object_put(d, o, "dwell",
               value_object(dwell_of(d, analysis_state(f->all, ANALYSIS_dwell), i->id)));
    return value_object(o);
}

static const struct column instance_columns[] = {{"id", KIND_PATH},
                                                 {"host", KIND_PATH},
                                                 {"server", KIND_TOKEN},
                                                 {"kind", KIND_TOKEN},
                                                 {"sources", KIND_COUNT},
                                                 {"lines", KIND_COUNT},
                                                 {"at_least", KIND_BOOL},
                                                 {"messages.accepted", KIND_COUNT},
                                                 {"messages.finished", KIND_COUNT},
                                                 {"messages.queued", KIND_COUNT},
                                                 {"messages.end_missing", KIND_COUNT},
                                                 {"recipients.accepted", KIND_COUNT},
                                                 {"recipients.delivered", KIND_COUNT},
                                                 {"recipients.bounced", KIND_COUNT},
                                                 {"recipients.expired", KIND_COUNT},
                                                 {"recipients.queued", KIND_COUNT},
                                                 {"recipients.unknown", KIND_COUNT},
                                                 {"attempts.success", KIND_COUNT},
                                                 {"attempts.deferral", KIND_COUNT},
                                                 {"attempts.failure", KIND_COUNT},
                                                 {"dwell.p50", KIND_SPAN},
                                                 {"dwell.p95", KIND_SPAN},
                                                 {"dwell.max", KIND_SPAN}};

void counts_section(struct doc *d)
{
    struct section *s = doc_section(d, "instances");
    section_table(d, s, "instances", object_get(d->root, "instances")->list, instance_columns,
                  sizeof instance_columns / sizeof instance_columns[0]);
}

/* The other ends, so that with those still queued the sentences add up to the recipients. */
static void summary_ends(struct doc *d, const uint64_t ends[RECIPIENT_ENDS])
{
    uint64_t failed = ends[RECIPIENT_BOUNCED] + ends[RECIPIENT_EXPIRED];
    uint64_t removed = ends[RECIPIENT_DELETED] + ends[RECIPIENT_DISCARDED];
    uint64_t unknown = ends[RECIPIENT_UNKNOWN];
    if (failed || unknown) {
        struct object *said = doc_sentence(d, !unknown  ? "summary.failed"
                                              : !failed ? "summary.unknown"
                                                        : "summary.failed_unknown");
        put(d, said, "failed", failed);
        put(d, said, "unknown", unknown);
    }
    if (!removed)
        return;
    struct object *said = doc_sentence(d, "summary.removed");
    put(d, said, "removed", removed);
}

static void summary_say(struct doc *d, const struct counts *total)
{
    struct object *said = doc_sentence(d, "summary.volume");
    put(d, said, "messages", total->accepted);
    put(d, said, "recipients", total->recipients);
    put(d, said, "delivered", total->ends[RECIPIENT_DELIVERED]);
    summary_ends(d, total->ends);
    doc_tile(d, "messages_accepted", value_number(KIND_COUNT, (int64_t)total->accepted));
    doc_tile(d, "recipients_delivered",
             value_number(KIND_COUNT, (int64_t)total->ends[RECIPIENT_DELIVERED]));
}

/* Nothing is known of mail: the parts of the document that tell of it stay null. */
static void summary_no_queue(struct doc *d)
{
    static const char *const of_mail[] = {"messages_accepted", "recipients_delivered", "dwell_p50",
                                          "dwell_p95", "queued"};
    const struct value unknown = value_token("not_observable");
    doc_sentence(d, "summary.no_queue");
    for (size_t i = 0; i < sizeof of_mail / sizeof of_mail[0]; i++)
        doc_tile(d, of_mail[i], unknown);
}

static void counts_finish(void *state, const struct finish *f)
{
    struct doc *d = f->doc;
    struct counts total;
    bool shown = f->evidence->instances_count == 0;
    struct list *rows = list_new(d);
    counts_total(state, &total);
    for (size_t i = 0; i < f->evidence->instances_count; i++) {
        list_add(d, rows, instance_row(f, state, &f->evidence->instances[i]));
        shown = shown || deferrals_shown(&f->evidence->instances[i]);
    }
    object_put(d, d->root, "instances", value_list(rows));
    if (!queue_seen(f->evidence)) {
        summary_no_queue(d);
        return;
    }
    object_put(d, d->root, "messages", value_object(messages_object(d, &total)));
    object_put(d, d->root, "recipients", value_object(recipients_object(d, &total)));
    object_put(d, d->root, "attempts", value_object(attempts_object(d, &total, shown)));
    summary_say(d, &total);
}

const struct analysis analysis_counts = {.name = "counts",
                                         .open = counts_open,
                                         .close = counts_close,
                                         .message = count_message,
                                         .attempt = count_attempt,
                                         .extra = count_extra,
                                         .notice = count_notice,
                                         .merge = counts_merge,
                                         .save = counts_save,
                                         .load = counts_load,
                                         .finish = counts_finish};
