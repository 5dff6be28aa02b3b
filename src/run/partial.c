/* A partial file: what reading one shard gave, as bytes.
 *
 * What travels: the results of its sources, the parts of streams with all that their traces hold open, the folds, and the
 * raw lines that a report may quote (so that merging needs no evidence): those of the folds' own candidates and those of
 * what is still open, since which of these are the slowest shows only when all parts are joined.
 *
 * Invariant: taking every partial file of a plan, in any order, leaves the run where reading all shards in one process
 * would have; the bytes depend on plan and evidence alone.  A partial file is not trusted: it may only speak of the sources
 * of its own shard, and of each once.
 *
 *     postmortem scan --plan case7.plan --shard 3 -o 3.part */
#include "cuts.h"

#include "postmortem/base/memory.h"
#include "postmortem/base/token.h"
#include "postmortem/mail/secret.h"

#include <stdio.h>
#include <stdlib.h>

/* Sources. */

static void source_save(const struct run *r, uint32_t source, struct buf *out)
{
    const struct source_read *told = &r->evidence.sources[source];
    const struct lines_result *result = &r->results[source];
    buf_count(out, source);
    buf_count(out, told->status);
    buf_count(out, told->bytes);
    buf_count(out, told->lines);
    buf_count(out, told->beside);
    buf_count(out, told->shared);
    sha256_save(told->sha256, out);
    reader_counts_save(&told->counts, out);
    shapes_save(&told->shapes, out);
    buf_u64(out, r->surveyed[source].hosts);
    buf_count(out, result->status);
    buf_count(out, result->input_bytes);
    sha256_save(result->sha256, out);
    sha256_save(result->input_sha256, out);
    buf_count(out, result->problems_count);
    for (size_t i = 0; i < result->problems_count; i++)
        problem_save(&result->problems[i], out);
}

bool problems_load(struct lines_result *result, struct slice *in)
{
    uint64_t count;
    if (!load_below(in, in->n, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        result->problems =
            mem_grow(result->problems, result->problems_count + 1, sizeof *result->problems);
        if (!problem_load(in, &result->arena, &result->problems[result->problems_count]))
            return false;
        result->problems_count++;
    }
    return true;
}

static bool source_load(struct run *r, uint32_t wanted, struct slice *in)
{
    uint64_t source, status, seen;
    if (!load_below(in, wanted, &source) || source != wanted)
        return false;
    struct source_read *told = &r->evidence.sources[wanted];
    struct lines_result *result = &r->results[wanted];
    shapes_fini(&told->shapes);
    if (!load_below(in, STATUS_COUNT - 1, &status) || !load_count(in, &told->bytes) ||
        !load_count(in, &told->lines) || !load_count(in, &told->beside) ||
        !load_count(in, &told->shared) || !sha256_load(in, told->sha256) ||
        !reader_counts_load(in, &told->counts) || !shapes_load(in, &told->shapes) ||
        !load_u64(in, &r->surveyed[wanted].hosts) || !load_below(in, STATUS_COUNT - 1, &seen) ||
        !load_count(in, &result->input_bytes) || !sha256_load(in, result->sha256) ||
        !sha256_load(in, result->input_sha256))
        return false;
    told->status = (enum status)status;
    result->status = (enum status)seen;
    return problems_load(result, in);
}

static bool sources_load(struct run *r, const struct shard *s, struct slice *in)
{
    if (s->piece != WHOLE)
        return piece_load(r, s, in);
    for (size_t i = 0; i < s->count; i++)
        if (!source_load(r, s->sources[i], in))
            return false;
    return in->n == 0;
}

/* Parts. */

static void part_save(const struct part *p, struct buf *out)
{
    uint64_t machines = 0;
    for (const struct machine *m = p->machines; m; m = m->next)
        machines++;
    buf_count(out, p->stream);
    buf_count(out, p->first_rank);
    buf_count(out, p->last_rank);
    buf_count(out, machines);
    for (const struct machine *m = p->machines; m; m = m->next) {
        text_save(m->host, out);
        text_save(m->server, out);
        buf_count(out, m->shown);
        if (m->trace)
            trace_save(m->trace, out);
    }
}

static bool machine_load(struct worker *w, struct part *p, struct slice *in)
{
    struct run *r = w->run;
    struct slice host, server;
    uint64_t shown;
    if (!text_load(in, &w->arena, &host) || !text_load(in, &w->arena, &server) ||
        !load_below(in, SHOWN_ALL, &shown) || !dialect_server_known(server) ||
        machine_find(p, host, server))
        return false;
    struct machine *m = machine_of(w, p, host, server);
    m->shown = (unsigned)shown;
    if (!m->trace)
        return true;
    trace_free(m->trace);
    m->trace = trace_load(m->server, r->options.lifetime, part_first(p), in,
                          (uint32_t)r->inventory.sources_count);
    if (m->trace)
        trace_peers_set(m->trace, r->peers, m->host);
    return m->trace != NULL;
}

/* May a part of shard hold ranks first to last of a stream?  Then no other may.  A shard of copies has one part, from the
 * first rank of any of them to the last, and ranks of other hosts may lie between.  That of a piece has one of the rank of
 * its source, that of a hash none, that of days of a work folder one of rank 0. */
static bool part_place(struct run *r, size_t shard, const struct stream *s, uint64_t first,
                       uint64_t last)
{
    const struct shard *of = &r->shards[shard - 1];
    if (of->carried)
        return false;
    if (of->piece != WHOLE || of->side_by_side) {
        uint32_t source = of->sources[0];
        bool own = of->side_by_side ? &r->streams[r->surveyed[source].stream] == s && first == 0
                                    : of->piece != HASH && s->sources[first] == source;
        own = own && first == last && !r->pieced[shard - 1];
        r->pieced[shard - 1] = true;
        return own;
    }
    for (uint64_t rank = first; rank <= last; rank++) {
        uint32_t source = s->sources[rank];
        if (of->copies && rank != first && rank != last && r->shard_of[source] != shard)
            continue;
        if (r->shard_of[source] != shard || r->parted[source])
            return false;
        r->parted[source] = true;
    }
    return true;
}

static bool part_load(struct worker *w, size_t shard, struct slice *in)
{
    struct run *r = w->run;
    uint64_t stream, first, last, machines;
    if (!r->streams_count || !load_below(in, r->streams_count - 1, &stream) ||
        !load_below(in, r->streams[stream].count - 1, &first) ||
        !load_below(in, r->streams[stream].count - 1, &last) || last < first ||
        !load_below(in, in->n, &machines))
        return false;
    if (!part_place(r, shard, &r->streams[stream], first, last))
        return false;
    const struct shard *s = &r->shards[shard - 1];
    uint32_t piece = s->side_by_side ? folder_piece(r, s) : s->piece == WHOLE ? 0 : s->piece;
    struct part *p = part_new(w, (uint32_t)stream, (uint32_t)first, piece);
    p->last_rank = (uint32_t)last;
    for (uint64_t i = 0; i < machines; i++)
        if (!machine_load(w, p, in))
            return false;
    return true;
}

static bool parts_load(struct worker *w, size_t shard, struct slice *in)
{
    uint64_t count;
    if (!load_below(in, in->n, &count))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!part_load(w, shard, in))
            return false;
    return in->n == 0;
}

/* Raw lines. */

struct places {
    struct wanted *rows;
    size_t count, room;
};

static void place_note(void *context, const struct place *p)
{
    struct places *places = context;
    if (places->count == places->room) {
        places->room = places->room ? places->room * 2 : 256;
        places->rows = mem_grow(places->rows, places->room, sizeof *places->rows);
    }
    places->rows[places->count++] = (struct wanted){.source = p->source, .offset = p->offset};
}

static int by_source(const void *a, const void *b)
{
    const struct wanted *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

static void places_sort(struct places *p)
{
    size_t kept = 0;
    if (p->count)
        qsort(p->rows, p->count, sizeof *p->rows, by_source);
    for (size_t i = 0; i < p->count; i++)
        if (i == 0 || by_source(&p->rows[i], &p->rows[kept - 1]) != 0)
            p->rows[kept++] = p->rows[i];
    p->count = kept;
}

struct saving {
    const struct places *places;
    struct buf *out;
};

static void line_save(void *context, size_t i, struct slice text)
{
    const struct saving *s = context;
    buf_count(s->out, s->places->rows[i].source);
    buf_count(s->out, s->places->rows[i].offset);
    text_save(text, s->out);
    secret_mask(s->out->p + s->out->n - text.n, text.n);
}

static void lines_save(struct run *r, const struct worker *w, struct buf *out)
{
    struct places places = {0};
    struct saving saving = {&places, out};
    analyses_places(w->analyses, place_note, &places);
    for (size_t i = 0; i < w->parts_count; i++)
        for (const struct machine *m = w->parts[i]->machines; m; m = m->next)
            if (m->trace)
                trace_places(m->trace, place_note, &places);
    places_sort(&places);
    lines_fetch(r, places.rows, places.count, line_save, &saving);
    free(places.rows);
}

/* Does it read source, or a piece of it? */
static bool shard_holds(const struct run *r, size_t shard, uint64_t source)
{
    const struct shard *s = &r->shards[shard - 1];
    if (source >= r->inventory.sources_count)
        return false;
    return s->piece == WHOLE ? r->shard_of[source] == shard : s->sources[0] == source;
}

static bool lines_load(struct run *r, size_t shard, struct slice *in)
{
    while (in->n) {
        struct kept_line line = {0};
        uint64_t source;
        if (!load_below(in, r->inventory.sources_count, &source) ||
            !shard_holds(r, shard, source) || !load_count(in, &line.offset) ||
            !text_load(in, &r->arena, &line.text) || line.text.n > QUOTE_BYTES)
            return false;
        line.source = (uint32_t)source;
        if (r->kept_count == r->kept_room) {
            r->kept_room = r->kept_room ? r->kept_room * 2 : 256;
            r->kept = mem_grow(r->kept, r->kept_room, sizeof *r->kept);
        }
        r->kept[r->kept_count++] = line;
    }
    return true;
}

static int kept_order(const void *a, const void *b)
{
    const struct kept_line *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

bool kept_find(const struct run *r, uint32_t source, uint64_t offset, struct slice *text)
{
    struct kept_line key = {.source = source, .offset = offset};
    const struct kept_line *found =
        r->kept_count ? bsearch(&key, r->kept, r->kept_count, sizeof key, kept_order) : NULL;
    if (found)
        *text = found->text;
    return found != NULL;
}

/* The whole. */

static int shard_verify(struct run *r, const struct shard *s, struct err *e)
{
    uint32_t last = NO_SOURCE;
    for (size_t i = 0; i < s->count; i++) {
        uint32_t input = r->inventory.sources[s->sources[i]].input;
        if (input != last && inventory_verify(&r->inventory, input, e))
            return -1;
        last = input;
    }
    return piece_verify(r, s, e);
}

/* A content whose hash the plan knew must still have it. */
static int shard_compare(const struct run *r, const struct shard *s, struct err *e)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct source *source = &r->inventory.sources[s->sources[i]];
        const char *read = s->piece == HASH ? s->cuts->sha256 : r->results[s->sources[i]].sha256;
        if (source->sha256[0] && read[0] && strcmp(source->sha256, read) != 0)
            return err_set(e, ERR_USAGE, "%.*s: its content is another than when the plan was made",
                           SLICE_ARG(slice_head(source->path, 512)));
    }
    return 0;
}

static int partial_save(struct run *r, size_t shard, struct buf *out, struct err *e)
{
    struct worker *w = &r->workers[0];
    const struct shard *s = &r->shards[shard - 1];
    size_t at = section_begin(out, "WHAT");
    char identity[SEAL];
    shard_identity(r, s, identity);
    buf_add(out, slice_of(identity, SEAL));
    section_end(out, at);
    at = section_begin(out, "READ");
    for (size_t i = 0; s->piece == WHOLE && i < s->count; i++)
        source_save(r, s->sources[i], out);
    if (s->piece != WHOLE)
        piece_save(s, out);
    section_end(out, at);
    at = section_begin(out, "LOGS");
    if (s->carried && carried_save(r, s, out, e))
        return -1;
    section_end(out, at);
    at = section_begin(out, "TEXT");
    lines_save(r, w, out);
    section_end(out, at);
    at = section_begin(out, "OPEN");
    buf_count(out, w->parts_count);
    for (size_t i = 0; i < w->parts_count; i++)
        part_save(w->parts[i], out);
    section_end(out, at);
    at = section_begin(out, "FOLD");
    analyses_save(w->analyses, out);
    section_end(out, at);
    return 0;
}

int run_scan(struct run *r, size_t shard, struct buf *out, struct err *e)
{
    if (shard == 0 || shard > r->shards_count)
        return err_set(e, ERR_USAGE, "shard %zu: the plan has %zu shards, counted from 1", shard,
                       r->shards_count);
    const struct shard *s = &r->shards[shard - 1];
    if (shard_verify(r, s, e))
        return -1;
    for (size_t i = 0; i < s->count; i++)
        r->bytes_total += r->inventory.sources[s->sources[i]].compressed;
    workers_start(r, 1);
    shard_read(&r->workers[0], s);
    if (shard_compare(r, s, e))
        return -1;
    struct buf body = {0};
    int failed = partial_save(r, shard, &body, e);
    if (!failed)
        sealed_write(buf_slice(&body), PARTIAL_MAGIC, out);
    buf_fini(&body);
    return failed;
}

static bool folds_load(struct run *r, struct slice *in)
{
    struct analysis_options o = {r->options.since, r->options.until, r->report_zone,
                                 r->options.thresholds};
    struct analyses *a = analyses_new(&o);
    bool sound = analyses_load(a, in, (uint32_t)r->inventory.sources_count) && in->n == 0;
    if (sound)
        analyses_merge(r->workers[0].analyses, a);
    analyses_free(a);
    return sound;
}

/* The shard, from 1, that a partial file names; 0: none of this plan. */
static size_t what_load(const struct run *r, struct slice body)
{
    struct slice what;
    if (!section_next(&body, "WHAT", &what) || what.n != SEAL)
        return 0;
    for (size_t i = 0; i < r->shards_count; i++)
        if (memcmp(r->identities[i], what.p, SEAL) == 0)
            return i + 1;
    return 0;
}

static bool logs_load(struct run *r, size_t shard, struct slice *in)
{
    const struct shard *s = &r->shards[shard - 1];
    return s->carried ? carried_load(r, s, in) : in->n == 0;
}

static bool partial_load(struct run *r, size_t shard, struct slice body)
{
    struct slice section;
    return section_next(&body, "WHAT", &section) && section_next(&body, "READ", &section) &&
           sources_load(r, &r->shards[shard - 1], &section) &&
           section_next(&body, "LOGS", &section) && logs_load(r, shard, &section) &&
           section_next(&body, "TEXT", &section) && lines_load(r, shard, &section) &&
           section_next(&body, "OPEN", &section) && parts_load(&r->workers[0], shard, &section) &&
           section_next(&body, "FOLD", &section) && folds_load(r, &section) && body.n == 0;
}

static void takes_start(struct run *r)
{
    if (r->workers)
        return;
    workers_start(r, 1);
    r->identities = mem_new((r->shards_count + 1) * sizeof *r->identities);
    for (size_t i = 0; i < r->shards_count; i++)
        shard_identity(r, &r->shards[i], r->identities[i]);
    r->taken = mem_new((r->shards_count + 1) * sizeof *r->taken);
    r->parted = mem_new((r->inventory.sources_count + 1) * sizeof *r->parted);
    r->pieced = mem_new((r->shards_count + 1) * sizeof *r->pieced);
    r->there = mem_new((r->shards_count + 1) * sizeof *r->there);
}

static int body_take(struct run *r, struct slice body, const char seal[SEAL], const char *name,
                     struct err *e)
{
    size_t shard = what_load(r, body);
    if (!shard)
        return err_set(e, ERR_USAGE, "%s: belongs to another plan: scan its shard by this one",
                       name);
    if (r->there[shard - 1] && memcmp(r->taken[shard - 1], seal, SEAL) == 0)
        return 0; /* the same once more */
    if (r->there[shard - 1])
        return err_set(e, ERR_USAGE,
                       "%s: differs from another partial file of shard %zu: which one is right?",
                       name, shard);
    if (!partial_load(r, shard, body))
        return err_set(e, ERR_USAGE, "%s: its parts do not fit together", name);
    memcpy(r->taken[shard - 1], seal, SEAL);
    r->there[shard - 1] = true;
    return 0;
}

int run_take(struct run *r, struct slice partial, const char *name, struct err *e)
{
    struct buf body = {0};
    char seal[SEAL];
    takes_start(r);
    int failed = sealed_open(partial, PARTIAL_MAGIC, name, &body, seal, e);
    if (!failed)
        failed = body_take(r, buf_slice(&body), seal, name, e);
    buf_fini(&body);
    return failed;
}

int run_taken(struct run *r, struct err *e)
{
    struct buf missing = {0};
    size_t count = 0;
    takes_start(r);
    for (size_t i = 0; i < r->shards_count; i++) {
        if (r->there[i])
            continue;
        if (count++ < 20)
            buf_printf(&missing, "%s%zu", missing.n ? ", " : "", i + 1);
    }
    if (count)
        err_set(e, ERR_USAGE, "%zu of %zu shards did not come: scan %.*s%s", count, r->shards_count,
                (int)missing.n, missing.p, count > 20 ? " ..." : "");
    buf_fini(&missing);
    if (!count && r->kept_count)
        qsort(r->kept, r->kept_count, sizeof *r->kept, kept_order);
    return count ? -1 : 0;
}

/* Cut anew; name the shards that are not of those there were: "2, 5-9". */
static void cut_anew(struct run *r, struct buf *missing)
{
    size_t taken = r->shards_count, first = 0; /* of a run of those that are missing, from 1 */
    cut_shards(r);
    for (size_t i = 0; i <= r->shards_count; i++) {
        char identity[SEAL];
        bool there = i == r->shards_count;
        if (!there)
            shard_identity(r, &r->shards[i], identity);
        for (size_t k = 0; k < taken && !there; k++)
            there = memcmp(identity, r->identities[k], SEAL) == 0;
        if (!there && !first)
            first = i + 1;
        if (!there || !first)
            continue;
        buf_printf(missing, missing->n ? ", %zu" : "%zu", first);
        if (i > first)
            buf_printf(missing, "-%zu", i);
        first = 0;
    }
}

const char *run_again(struct run *r, struct buf *missing)
{
    const char *why = NULL;
    if (!join_pieces(r) || !join_hashes(r)) {
        why = "a log does not go on where the plan cuts it as the survey had guessed";
    } else if (!r->settled && find_copies(r)) {
        why = "logs overlap as copies of one";
        r->settled = true;
    } else if (!join_parts(r)) {
        why = "ids of a work folder were used again from one day to the next";
    }
    if (why)
        cut_anew(r, missing);
    return why;
}
