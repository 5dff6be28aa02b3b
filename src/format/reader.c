/* reader.c - one source being read: classes, counts, what is kept back, what is handed on.
 *
 * Why: every physical line must end in exactly one class, wherever the log is cut.
 * Invariant: a line is counted once, when its class is known (a line kept back: when it is let
 * go); the carry holds all that a later line could depend on, so whole == cut.
 * Facts: splogger folds at 800 bytes and starts what follows with the same epoch and "+".
 * Example: 1504688557.399386+rest */
#include "reader.h"

#include "fields.h"

#include "postmortem/base/memory.h"
#include "postmortem/mail/secret.h"

#include <stdlib.h>

#ifndef HOLD_FROM           /* a fuzz build sets them small */
#define HOLD_FROM 700       /* splogger folds at 800 bytes: a shorter body is never continued */
#define HELD_MAX (1u << 20) /* what a chain of "+" lines may grow to */
#endif

const char *const line_class_names[LINE_CLASSES] = {"parsed",    "other",         "unparsed",
                                                    "duplicate", "continuation",  "blank",
                                                    "skipped",   "outside_period"};

const struct framing framings[] = {
#define FRAMING(name, line, stamp, ordered, epost, read, dialect)                                  \
    {name, line, stamp, ordered, epost, read, dialect},
#include "framings.def"
#undef FRAMING
};
const size_t framings_count = sizeof framings / sizeof *framings;

static const struct {
    const char *name, *server;
    dialect_read *read;
    bool own;
} dialects[] = {
#define DIALECT(id, name, server, read, own) {name, server, read, own},
#include "postmortem/format/dialects.def"
#undef DIALECT
};

const char *framing_name(const struct framing *f)
{
    return f->name;
}

const char *dialect_name(enum dialect_id d)
{
    return dialects[d].name;
}

const char *dialect_server(enum dialect_id d)
{
    return dialects[d].server;
}

bool dialect_own(enum dialect_id d)
{
    return dialects[d].own;
}

bool dialect_server_known(struct slice server)
{
    for (size_t i = 0; i < DIALECT_COUNT; i++)
        if (slice_eq(server, slice_str(dialects[i].server)))
            return true;
    return false;
}

struct reader *reader_new(const struct framing *f, const struct source_facts *facts, event_fn *fn,
                          void *context)
{
    struct reader *r = mem_new(sizeof *r);
    r->f = f;
    r->facts = *facts;
    r->fn = fn;
    r->context = context;
    r->carry = carry_start(facts);
    r->counts.first = r->counts.last = WHEN_NONE;
    r->first_instant = r->given = r->anchor = r->again = WHEN_NONE;
    return r;
}

void reader_free(struct reader *r)
{
    if (!r)
        return;
    buf_fini(&r->held);
    for (size_t i = 0; i < REMEMBERED; i++)
        buf_fini(&r->remembered[i].text);
    for (size_t i = 0; i < STREAMS; i++)
        buf_fini(&r->parts[i]);
    for (size_t i = 0; i < EXPORT_TEXTS; i++)
        buf_fini(&r->export_texts[i]);
    buf_fini(&r->unescaped);
    buf_fini(&r->first_host);
    free(r);
}

void reader_hours(struct reader *r, hour_fn *fn, void *context)
{
    r->hours = fn;
    r->hours_context = context;
}

void reader_brief(struct reader *r)
{
    r->brief = true;
}

void reader_shapes(struct reader *r, struct shapes *s)
{
    r->shapes = s;
}

const struct reader_counts *reader_counts(const struct reader *r)
{
    return &r->counts;
}

/* What came again is counted, and makes no message: it has no id. */
static bool repeats_settle(struct event *e, uint64_t repeats)
{
    if (e->kind != EVENT_REJECT && e->kind != EVENT_LOGIN && e->kind != EVENT_SESSION)
        return false;
    e->repeated = repeats < REPEATED_MAX ? (unsigned)repeats : REPEATED_MAX;
    e->queue_id = e->link_id = slice_of(NULL, 0);
    e->link = LINK_NONE;
    return true;
}

void reader_emit(struct reader *r)
{
    struct event *e = &r->event;
    if (e->kind == EVENT_NONE || r->duplicate || (r->repeats && !repeats_settle(e, r->repeats)))
        return;
    e->time = e->printed = r->stamp;
    r->fn(r->context, e);
}

/* What a dialect understood: counted, and told. */
static enum line_class body_told(struct reader *r, enum dialect_id dialect)
{
    struct event *e = &r->event;
    if (r->cut && e->kind != EVENT_ATTEMPT && e->kind != EVENT_SERVICE)
        return LINE_UNPARSED;
    e->dialect = dialect;
    if (e->has_id_time && r->has_reading && !r->repeats)
        reader_id(r, e->id_time);
    if (e->text.n)
        e->text = secret_cut(e->text);
    r->counts.dialect_records[dialect] += !r->duplicate && !r->repeats;
    if (e->kind == EVENT_LOAD && e->service != SERVICE_NONE) {
        e->kind = EVENT_SERVICE;
        reader_emit(r);
        e->kind = EVENT_LOAD;
        e->service = SERVICE_NONE;
        e->text = slice_of(NULL, 0);
    }
    reader_emit(r);
    return LINE_PARSED;
}

enum line_class reader_dialect(struct reader *r, struct slice body, enum dialect_id dialect)
{
    enum line_class class = dialects[dialect].read(body, &r->event);
    return class == LINE_PARSED ? body_told(r, dialect) : class;
}

/* By the dialect of the name that body begins with. */
static enum line_class named_read(struct reader *r, struct slice body)
{
    enum dialect_id dialect;
    struct slice program = body_program(body);
    enum line_class class = program.n ? program_class(program, &dialect) : LINE_UNPARSED;
    if (class != LINE_PARSED || dialect == DIALECT_qmail_send)
        return class == LINE_PARSED ? LINE_UNPARSED : class;
    r->event.program = program;
    return reader_dialect(r, body, dialect);
}

enum line_class reader_body(struct reader *r, struct slice body)
{
    enum line_class class = reader_dialect(r, body, DIALECT_qmail_send);
    return class == LINE_PARSED ? class : named_read(r, body);
}

/* program_class: a host has few tags, and every line has one. */
static enum line_class tag_class(struct reader *r, struct slice tag, enum dialect_id *dialect)
{
    uint64_t end;
    if (tag.n < sizeof end || tag.n > sizeof r->tags->text)
        return program_class(tag, dialect);
    memcpy(&end, tag.p + tag.n - sizeof end, sizeof end);
    struct noted_tag *t = &r->tags[(end * UINT64_C(0x9E3779B97F4A7C15) >> 40) % TAGS_NOTED];
    if (!slice_same(slice_of(t->text, t->n), tag)) {
        t->class = program_class(tag, &t->dialect);
        t->n = tag.n;
        memcpy(t->text, tag.p, tag.n);
    }
    *dialect = t->dialect;
    return t->class;
}

enum line_class reader_tagged(struct reader *r, struct slice tag, struct slice body)
{
    enum dialect_id dialect;
    enum line_class class = tag_class(r, tag, &dialect);
    if (class == LINE_PARSED && dialect == DIALECT_qmail_send)
        return reader_body(r, body);
    if (class == LINE_PARSED)
        class = reader_dialect(r, body, dialect);
    if (class != LINE_UNPARSED && class != LINE_SKIPPED)
        return class;
    event_anew(&r->event);
    return named_read(r, body) == LINE_PARSED ? LINE_PARSED : class;
}

bool reader_hold(struct reader *r, struct slice line, when epoch)
{
    if (r->releasing || r->wrapped)
        return false;
    r->held.n = 0;
    buf_add(&r->held, line);
    r->carry.holding = 1;
    r->carry.held_epoch = epoch;
    return true;
}

bool reader_holds(struct reader *r, struct slice line, struct slice body, when epoch)
{
    return body.n >= HOLD_FROM && reader_hold(r, line, epoch);
}

bool splogger_continues(const struct reader *r, struct slice line, struct slice *rest)
{
    struct splogger here, held;
    if (!splogger_split(line, &here) || !here.plus || here.epoch != r->carry.held_epoch ||
        !splogger_split(buf_slice(&r->held), &held) || !slice_eq(here.tag, held.tag))
        return false;
    *rest = here.body;
    return true;
}

static void hour_tell(struct reader *r, uint64_t host, struct noted_hour *n)
{
    int64_t into = r->stamp % HOUR;
    n->host = host;
    n->from = r->stamp - (into < 0 ? into + HOUR : into);
    n->to = n->from + HOUR;
    r->hours(r->hours_context, r->event.host, n->from);
}

static inline void hour_note(struct reader *r)
{
    uint64_t host = reader_host(r, r->event.host);
    struct noted_hour *n = &r->noted[host % HOURS_NOTED];
    if (r->stamp >= n->from && r->stamp < n->to && n->host == host)
        return;
    if (r->hours && !r->duplicate)
        hour_tell(r, host, n);
}

void reader_stepped(struct reader *r, when t)
{
    struct event *e = &r->event;
    r->counts.clock_back++;
    reader_record(r);
    e->kind = EVENT_SERVICE;
    e->service = SERVICE_CLOCK_BACK;
    e->has_age = true;
    e->age_from = r->carry.last;
    e->age_now = r->stamp = t;
    reader_emit(r);
    reader_record(r);
}

static inline bool outside(const struct reader *r)
{
    return (r->facts.since != WHEN_NONE && r->stamp < r->facts.since) ||
           (r->facts.until != WHEN_NONE && r->stamp >= r->facts.until);
}

static void calm_set(struct reader *r)
{
    uint64_t host = reader_host(r, r->event.host);
    const struct noted_hour *n = &r->noted[host % HOURS_NOTED];
    when first = r->counts.first, since = r->facts.since, until = r->facts.until;
    if (n->host != host || r->stamp < n->from || r->stamp >= n->to || first == WHEN_NONE)
        return;
    r->calm_host = host;
    r->calm_from = n->from > first ? n->from : first;
    if (since != WHEN_NONE && since > r->calm_from)
        r->calm_from = since;
    r->calm_to = until != WHEN_NONE && until < n->to ? until : n->to;
}

static void stamp_note(struct reader *r, enum line_class *class)
{
    struct reader_counts *c = &r->counts;
    bool out = outside(r);
    if (*class == LINE_PARSED || *class == LINE_OTHER) {
        if (r->stamp > c->last) /* WHEN_NONE is below every stamp */
            c->last = r->stamp;
        if (r->stamp < c->first || c->first == WHEN_NONE)
            c->first = r->stamp;
        if (out)
            *class = LINE_OUTSIDE;
    }
    if (out)
        return;
    hour_note(r);
    calm_set(r);
}

static inline bool calm(struct reader *r)
{
    return r->stamp >= r->calm_from && r->stamp < r->calm_to &&
           reader_host(r, r->event.host) == r->calm_host;
}

static inline void account(struct reader *r, enum line_class class, size_t bytes)
{
    struct reader_counts *c = &r->counts;
    if (calm(r)) { /* as nearly all lines are */
        if (r->stamp > c->last && (class == LINE_PARSED || class == LINE_OTHER))
            c->last = r->stamp;
    } else if (r->stamp != WHEN_NONE) {
        stamp_note(r, &class);
    }
    if (r->duplicate)
        class = LINE_DUPLICATE;
    c->lines[class]++;
    c->bytes[class] += bytes;
}

/* A line that nobody understood; line: as it stands, if that is known. */
static void shape_note(struct reader *r, struct slice line)
{
    if (!r->shapes || r->duplicate)
        return;
    bool said = r->said.n > 0;
    shapes_note(r->shapes, said ? r->said_by : r->said, said ? r->said : line, r->place.offset,
                r->place.line);
}

void reader_settle(struct reader *r, enum line_class class)
{
    struct carry *c = &r->carry;
    bool duplicate = r->duplicate;
    if (c->pending == 0)
        return;
    r->duplicate = c->pending_duplicate != 0;
    account(r, class, (size_t)c->pending);
    if (class == LINE_UNPARSED)
        shape_note(r, slice_of(NULL, 0));
    r->duplicate = duplicate;
    c->pending = 0;
}

static inline void read_line(struct reader *r, struct slice line, size_t bytes)
{
    r->stamp = WHEN_NONE;
    r->bytes = bytes;
    enum line_class class = r->f->line(r, line);
    if (__builtin_expect(class < LINE_CLASSES, 1)) {
        account(r, class, bytes);
        if (__builtin_expect(class == LINE_UNPARSED, 0))
            shape_note(r, line);
        return;
    }
    if (class == LINE_PENDING) {
        reader_settle(r, LINE_CONTINUATION);
        r->carry.pending = bytes;
        r->carry.pending_duplicate = r->duplicate;
        return;
    }
    r->carry.held_offset = r->place.offset;
    r->carry.held_line = r->place.line;
    r->carry.held_source = r->place.source;
    r->carry.held_bytes = bytes;
    r->carry.held_cut = r->cut;
    r->carry.held_duplicate = r->duplicate;
}

static void release(struct reader *r)
{
    struct carry *c = &r->carry;
    struct place place = r->place;
    bool cut = r->cut, duplicate = r->duplicate;
    c->holding = 0;
    r->place = (struct place){c->held_offset, c->held_line, (uint32_t)c->held_source};
    r->cut = c->held_cut != 0;
    r->duplicate = c->held_duplicate != 0;
    r->releasing = true;
    read_line(r, buf_slice(&r->held), (size_t)c->held_bytes);
    r->releasing = false;
    r->place = place;
    r->cut = cut;
    r->duplicate = duplicate;
}

/* The line as far as it is text: without CRs at its end, a byte order mark, NULs left by a power
 * failure. */
static struct slice text_of(struct slice line, struct place place)
{
    line = slice_chomp(line);
    if (place.offset == 0)
        slice_eat(&line, SLICE("\xEF\xBB\xBF"));
    while (line.n && line.p[0] == 0)
        line = slice_from(line, 1);
    return line;
}

static bool blank(struct slice line)
{
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] != ' ' && line.p[i] != '\t')
            return false;
    }
    return true;
}

/* No blank, NUL or byte order mark at its start, no CR at its end: text as it stands, as nearly all lines are. */
static inline bool whole(struct slice line)
{
    return line.n && (signed char)line.p[0] > ' ' && line.p[line.n - 1] != '\r' &&
           line.p[line.n - 1] != '\n';
}

void reader_line(struct reader *r, struct slice line, size_t bytes, bool cut,
                 const struct place *place)
{
    r->place = *place;
    r->cut = cut;
    if (__builtin_expect(whole(line) && !r->carry.holding, 1)) {
        read_line(r, line, bytes);
        return;
    }
    if (r->f->stamp == STAMP_EXPORT) { /* may be bytes inside a value */
        read_line(r, line, bytes);
        return;
    }
    struct slice text = text_of(line, *place), rest;
    if (r->carry.holding) {
        bool last = false;
        if (splogger_continues(r, text, &rest) || exim_continues(r, text, &rest, &last)) {
            if (r->held.n + rest.n <= HELD_MAX)
                buf_add(&r->held, rest);
            r->stamp = WHEN_NONE;
            account(r, LINE_CONTINUATION, bytes);
            if (last)
                release(r);
            return;
        }
        release(r);
    }
    if (blank(text)) {
        bool nul = line.n && line.p[0] == 0;
        r->stamp = WHEN_NONE;
        account(r, nul ? LINE_UNPARSED : LINE_BLANK, bytes);
        return;
    }
    read_line(r, text, bytes);
}

void reader_duplicate(struct reader *r, struct slice line, size_t bytes, bool cut,
                      const struct place *place)
{
    r->duplicate = true;
    reader_line(r, line, bytes, cut, place);
    r->duplicate = false;
}

when reader_stamp(const struct reader *r)
{
    return r->stamp;
}

void reader_finish(struct reader *r)
{
    r->stamp = WHEN_NONE;
    if (r->carry.holding)
        release(r);
    parts_finish(r);
    journal_export_finish(r);
    r->stamp = WHEN_NONE;
    reader_settle(r, LINE_CONTINUATION);
}
