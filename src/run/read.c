/* The map: one worker reads one shard, line by line, and follows its messages.
 *
 * Invariant: a worker touches only its own state and the rows of the sources of its shard.  A part of a stream goes on
 * over consecutive ranks and ends where the next source is not the next rank. */
#include "copies.h"

#include "postmortem/base/memory.h"

#include <stdatomic.h>
#include <stdlib.h>

static void sink_message(void *context, const struct message *m)
{
    struct machine *machine = context;
    analyses_message(machine->analyses, machine->instance, m);
}

static void sink_attempt(void *context, const struct attempt *a)
{
    struct machine *machine = context;
    keep_attempt(machine->keep, a);
    analyses_attempt(machine->analyses, machine->instance, a);
}

static void sink_extra(void *context, enum extra_kind kind, enum recipient_end end, when time)
{
    struct machine *machine = context;
    analyses_extra(machine->analyses, machine->instance, kind, end, time);
}

static void sink_notice(void *context, when time)
{
    struct machine *machine = context;
    analyses_notice(machine->analyses, machine->instance, time);
}

static struct instance *instance_of(struct worker *w, struct slice id, struct slice server)
{
    struct instance *i = tab_row(&w->instances, id);
    if (!i->id.n) {
        i->id = arena_copy(&w->arena, id);
        i->server = server;
    }
    return i;
}

void name_instance(struct buf *id, struct slice server, struct slice host, struct slice label)
{
    const struct slice parts[] = {server, host, label};
    for (size_t i = 0; i < 3; i++) {
        if (id->n && parts[i].n)
            buf_byte(id, ' ');
        buf_add(id, parts[i]);
    }
}

static struct instance *instance_named(struct worker *w, struct slice server, struct slice host,
                                       struct slice label)
{
    struct buf id = {0};
    name_instance(&id, server, host, label);
    struct instance *i = instance_of(w, buf_slice(&id), server);
    buf_fini(&id);
    return i;
}

void machine_bind(struct worker *w, struct machine *m, struct slice label)
{
    m->instance = instance_named(w, m->server, m->host, label);
    m->analyses = w->analyses;
    m->keep = &w->keep;
    struct trace_sink sink = {m, sink_message, sink_attempt, sink_extra, sink_notice};
    if (m->trace)
        trace_sink_set(m->trace, &sink);
}

struct part *part_new(struct worker *w, uint32_t stream, uint32_t rank, uint32_t piece)
{
    struct part *p = mem_new(sizeof *p);
    tab_init(&p->by_name, sizeof(struct machine *));
    p->stream = stream;
    p->first_rank = p->last_rank = rank;
    p->piece = piece;
    p->next_rank = UINT32_MAX;
    w->parts = mem_grow(w->parts, w->parts_count + 1, sizeof(struct part *));
    w->parts[w->parts_count++] = p;
    return p;
}

struct part *part_at(struct worker *w, uint32_t stream, uint32_t rank, uint32_t piece, bool ends)
{
    struct part *p = w->parts_count ? w->parts[w->parts_count - 1] : NULL;
    if (!p || p->stream != stream || p->next_rank != rank || p->next_piece != piece)
        p = part_new(w, stream, rank, piece);
    p->last_rank = rank;
    p->next_rank = ends ? rank + 1 : rank;
    p->next_piece = ends ? 0 : piece + 1;
    return p;
}

/* No server's name has a NUL in it. */
static void machine_key(struct buf *key, struct slice host, struct slice server)
{
    buf_add(key, server);
    buf_byte(key, 0);
    buf_add(key, host);
}

struct machine *machine_find(const struct part *p, struct slice host, struct slice server)
{
    struct buf key = {0};
    machine_key(&key, host, server);
    struct machine *const *found = tab_find(&p->by_name, buf_slice(&key));
    buf_fini(&key);
    return found ? *found : NULL;
}

struct machine *machine_of(struct worker *w, struct part *p, struct slice host, struct slice server)
{
    struct machine *m = machine_find(p, host, server);
    if (m)
        return m;
    const struct stream *stream = &w->run->streams[p->stream];
    struct buf key = {0};
    machine_key(&key, host, server);
    m = mem_new(sizeof *m);
    *(struct machine **)tab_row(&p->by_name, buf_slice(&key)) = m;
    buf_fini(&key);
    m->host = arena_copy(&w->arena, host);
    m->server = server;
    m->trace = trace_new(m->server, w->run->options.lifetime, part_first(p));
    if (m->trace)
        trace_peers_set(m->trace, w->run->peers, m->host);
    m->next = p->machines;
    p->machines = m;
    machine_bind(w, m, stream->label);
    return m;
}

void progress_tell(struct worker *w, uint64_t bytes)
{
    struct run *r = w->run;
    uint64_t done = atomic_fetch_add(&r->bytes_done, bytes) + bytes;
    if (r->options.progress && w->number == 0)
        r->options.progress(r->options.progress_context, done, r->bytes_total);
}

void source_done(struct worker *w, uint32_t source, struct lines *lines, struct reader *reader)
{
    struct run *r = w->run;
    struct source_read *told = &r->evidence.sources[source];
    struct lines_result *result = &r->results[source];
    lines_close(lines, result);
    if (reader)
        told->counts = *reader_counts(reader);
    told->status = result->status;
    told->bytes = result->bytes;
    told->lines = result->lines;
    memcpy(told->sha256, result->sha256, sizeof told->sha256);
    progress_tell(w, r->inventory.sources[source].compressed);
}

static unsigned shown_by(const struct event *e)
{
    bool client = e->client.n || e->client_name.n || e->has_uid;
    bool refusal = e->kind == EVENT_REJECT;
    if (!dialect_own(e->dialect))
        return (client ? SHOWN_CLIENT_BESIDE : 0) | (refusal ? SHOWN_REFUSAL_BESIDE : 0);
    bool queue = e->kind <= EVENT_DONE || e->kind == EVENT_LOAD ||
                 (e->kind < EVENT_SERVICE && e->queue_id.n);
    return SHOWN_OWN | (queue ? SHOWN_QUEUE : 0) | (client ? SHOWN_CLIENT : 0) |
           (refusal ? SHOWN_REFUSAL : 0);
}

void shown_note(unsigned *shown, const struct event *e)
{
    const unsigned most = SHOWN_OWN | SHOWN_QUEUE | SHOWN_CLIENT | SHOWN_REFUSAL;
    if ((*shown & most) != most || !dialect_own(e->dialect)) /* soon all was shown */
        *shown |= shown_by(e);
}

void route_event(void *context, const struct event *e)
{
    struct route *route = context;
    struct slice host = route->fixed.n ? route->fixed : e->host;
    struct machine *m = route->machines[e->dialect];
    if (!m || !slice_same(m->host, host)) {
        m = machine_of(route->worker, route->part, host, slice_str(dialect_server(e->dialect)));
        route->machines[e->dialect] = m;
        *route->hosts |= UINT64_C(1) << slice_hash(host) % 64;
    }
    shown_note(&m->shown, e);
    keep_event(&route->worker->keep, e);
    if (e->kind >= EVENT_SERVICE)
        analyses_event(m->analyses, m->instance, e);
    if (m->trace)
        trace_event(m->trace, e);
}

static struct slice fixed_host(const struct run *r, uint32_t source)
{
    const struct surveyed *v = &r->surveyed[source];
    struct slice told = r->evidence.sources[source].host;
    return slice_eq(told, v->detection.host) ? (struct slice){0} : told;
}

struct route route_to(struct worker *w, struct part *part, uint32_t source, uint64_t *hosts)
{
    return (struct route){
        .worker = w, .part = part, .fixed = fixed_host(w->run, source), .hosts = hosts};
}

/* It is the log's hour, whichever server wrote the line: the instance has no server.  No machine is made for it: a host of
 * which only other programs wrote is no log instance. */
static void hour_met(void *context, struct slice host, when hour)
{
    const struct hours_of *of = context;
    const struct stream *s = &of->worker->run->streams[of->stream];
    if (s->side_by_side)
        host = slice_of(NULL, 0);
    else if (of->host.n)
        host = of->host;
    analyses_hour(of->worker->analyses,
                  instance_named(of->worker, (struct slice){0}, host, s->label), hour);
}

void hours_follow(struct worker *w, uint32_t source, struct hours_of *of, struct reader *reader)
{
    *of = (struct hours_of){w, w->run->surveyed[source].stream, fixed_host(w->run, source)};
    reader_hours(reader, hour_met, of);
    reader_shapes(reader, &w->run->evidence.sources[source].shapes);
    reader_brief(reader);
}

static void read_log(struct worker *w, uint32_t source, struct part *part)
{
    struct run *r = w->run;
    const struct surveyed *v = &r->surveyed[source];
    struct route route = route_to(w, part, source, &r->surveyed[source].hosts);
    struct reader *reader = reader_new(v->detection.framing, &v->facts, route_event, &route);
    struct hours_of hours;
    hours_follow(w, source, &hours, reader);
    bool ahead = r->inventory.sources[source].compressed >= AHEAD_FROM;
    struct lines *lines =
        lines_open(&r->inventory, source, w->cursors, ahead, keep_behind(w, source));
    struct line line;
    struct place place = {.source = source};
    keep_open(w, part, source, lines, &line);
    while (lines_next(lines, &line) == 1) {
        if (__builtin_expect(line.offset >= w->keep.due, 0))
            keep_sweep(w, line.offset);
        place.offset = line.offset;
        place.line = line.number;
        reader_line(reader, line.text, line.bytes, line.cut, &place);
    }
    reader_finish(reader);
    keep_close(w);
    source_done(w, source, lines, reader);
    reader_free(reader);
}

static void read_copies(struct worker *w, const struct shard *s)
{
    struct surveyed *v = w->run->surveyed;
    struct part *part = part_new(w, v[s->sources[0]].stream, v[s->sources[0]].rank, 0);
    struct route *routes = mem_new(s->count * sizeof *routes);
    void **contexts = mem_new(s->count * sizeof *contexts);
    for (size_t i = 0; i < s->count; i++) {
        uint32_t source = s->sources[i];
        routes[i] = route_to(w, part, source, &v[source].hosts);
        contexts[i] = &routes[i];
        if (v[source].rank < part->first_rank)
            part->first_rank = v[source].rank;
        if (v[source].rank > part->last_rank)
            part->last_rank = v[source].rank;
    }
    struct copies *copies = copies_open(w, s->sources, s->count, route_event, contexts);
    while (copies_step(copies))
        ;
    copies_close(copies);
    free(routes);
    free(contexts);
}

/* What is no log: its lines are counted, none is understood. */
static void read_foreign(struct worker *w, uint32_t source)
{
    struct source_read *told = &w->run->evidence.sources[source];
    struct lines *lines = lines_open(&w->run->inventory, source, w->cursors, false, 0);
    struct line line;
    while (lines_next(lines, &line) == 1) {
        enum line_class class = slice_trim(line.text).n ? LINE_UNPARSED : LINE_BLANK;
        if (class == LINE_UNPARSED)
            shapes_note(&told->shapes, slice_of(NULL, 0), line.text, line.offset, line.number);
        told->counts.lines[class]++;
        told->counts.bytes[class] += line.bytes;
    }
    source_done(w, source, lines, NULL);
}

void shard_read(struct worker *w, const struct shard *s)
{
    if (s->piece != WHOLE) {
        piece_read(w, s);
        return;
    }
    if (s->carried) {
        carried_read(w, s);
        return;
    }
    if (s->side_by_side) {
        folder_read(w, s);
        return;
    }
    if (s->copies) {
        read_copies(w, s);
        return;
    }
    for (size_t i = 0; i < s->count; i++) {
        uint32_t source = s->sources[i];
        const struct surveyed *v = &w->run->surveyed[source];
        if (v->stream == NO_STREAM) {
            read_foreign(w, source);
            continue;
        }
        read_log(w, source, part_at(w, v->stream, v->rank, 0, true));
    }
}
