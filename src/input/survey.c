/* survey.c - what streams an input holds, by following its containers down.
 *
 * Why: an archive is read through once here, so that every later step knows the size, hash and
 * damage of each member. Invariant: each file entry of each archive becomes exactly one source or,
 * if it is an archive itself, the sources in it; what is not read (encrypted, too deep, refused) is
 * a source too, shut, so that nothing vanishes from coverage. For an input that is one stream only
 * the head is read here; its faults are told by whoever reads it whole.
 *
 * Example: case7.tar.gz!var/log/mail.log.2.gz has locator {5}: entry 5 of the tar below the gzip.
 */
#include "survey.h"

#include <archive.h>
#include <stdlib.h>

#include "postmortem/base/buf.h"
#include "postmortem/base/memory.h"
#include "way.h"

#ifndef HEAD_ROOM /* a fuzz build sets them small */
#define HEAD_ROOM (64U << 10)
#define HEAD_ROOM_LATER 4096
#define HEADS_FULL 1024
#endif

struct survey {
    struct inventory *v;
    uint32_t input;
    struct passage passage;
    bool hash;
};

/* Where the survey stands: one per container on the road. */
struct spot {
    struct slice path; /* full, with '!' */
    struct slice name; /* inside the innermost archive */
    struct slice locator;
    unsigned depth; /* containers that may still be opened */
    when mtime;
    const char *mtime_from;
    uint64_t drawn; /* bytes of the input taken when it began */
};

struct source *inventory_source_new(struct inventory *v, uint32_t input)
{
    if (v->sources_count == v->sources_room) {
        v->sources_room = v->sources_room ? v->sources_room * 2 : 64;
        v->sources = mem_grow(v->sources, v->sources_room, sizeof(*v->sources));
    }
    struct source *s = &v->sources[v->sources_count++];
    *s = (struct source){.input = input, .mtime = WHEN_NONE, .duplicate_of = NO_SOURCE};
    return s;
}

void survey_tell(struct inventory *v, uint32_t input, uint32_t source, struct damage *d)
{
    damage_sum(d);
    for (size_t i = 0; i < d->count; i++) {
        struct problem p = d->rows[i];
        p.input = input;
        p.source = source;
        inventory_problem(v, &p);
    }
    d->count = 0;
}

static struct source *survey_source(struct survey *sv, const struct spot *at)
{
    struct source *s = inventory_source_new(sv->v, sv->input);
    s->path = arena_copy(&sv->v->arena, at->path);
    s->member = arena_copy(&sv->v->arena, container_bare_name(at->name));
    s->locator = arena_copy(&sv->v->arena, at->locator);
    s->mtime = at->mtime;
    s->mtime_from = at->mtime_from;
    s->compressed = sv->passage.drawn - at->drawn;
    return s;
}

/* A source of which nothing can be read. */
static void survey_shut(struct survey *sv, const struct spot *at, struct damage *d)
{
    uint32_t index = (uint32_t)sv->v->sources_count;
    struct source *s = survey_source(sv, at);
    s->shut = true;
    s->status = d->status;
    struct input *in = &sv->v->inputs[sv->input];
    in->status = status_graver(in->status, d->status);
    survey_tell(sv->v, sv->input, index, d);
}

static void survey_suffix(const struct spot *at, const struct container *left, const char *outer,
                          struct damage *d)
{
    const char *is = outer ? outer : left ? left->name : NULL;
    const char *claim = container_of_name(at->name);
    if (claim && (!is || strcmp(claim, is) != 0))
        damage_add(d, DAMAGE_SUFFIX, NO_OFFSET, 0, "named like %s, but the content is %s", claim,
                   is ? is : "not compressed");
    else if (!claim && is)
        damage_add(d, DAMAGE_SUFFIX, NO_OFFSET, 0,
                   "the name does not say so, but the content is %s", is);
}

/* Fill head; true if it is all there is. */
static bool survey_head(struct source *src, struct stream *s, struct arena *arena, size_t room)
{
    char *head = mem_grow(NULL, room + 1, 1);
    size_t n = 0;
    while (n <= room) {
        ssize_t got = stream_read(s, head + n, room + 1 - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    bool whole = n <= room;
    struct slice text = slice_of(head, whole ? n : room);
    slice_eat(&text, SLICE("\xef\xbb\xbf"));
    src->head = arena_copy(arena, text);
    src->whole = whole;
    free(head);
    return whole;
}

/* Plain bytes at the end of the road; closes s. */
static void survey_leaf(struct survey *sv, const struct spot *at, struct stream *s,
                        struct damage *d)
{
    bool single = at->locator.n == 0, wide = false;
    bool hash = sv->hash;
    struct stream *meter = meter_open(s, hash, true);
    struct stream *text = wide_open(meter, &wide);
    uint32_t index = (uint32_t)sv->v->sources_count;
    struct source head = {0};
    struct source *last = index ? &sv->v->sources[index - 1] : NULL;
    bool later = last && last->input == sv->input && last->locator.n &&
                 sv->v->inputs[sv->input].sources_met >= HEADS_FULL;
    bool whole = survey_head(&head, text, &sv->v->arena, later ? HEAD_ROOM_LATER : HEAD_ROOM);
    if (!single && !whole)
        stream_drain(text);

    struct source *src = survey_source(sv, at);
    sv->v->inputs[sv->input].sources_met++;
    src->head = head.head;
    src->whole = head.whole;
    src->wide = wide;
    if (!single || whole) {
        src->bytes = text->at;
        if (hash)
            sha256_text(meter->sha, src->sha256);
    } else if (!wide && strcmp(sv->v->inputs[sv->input].container, "file") == 0) {
        src->bytes = sv->v->inputs[sv->input].size_seen;
    }
    src->status = d->status;
    if (src->status == STATUS_OK && whole && text->at == 0)
        src->status = STATUS_EMPTY;
    src->shut = single && d->status == STATUS_UNREADABLE;
    struct input *in = &sv->v->inputs[sv->input];
    in->status =
        status_graver(in->status, src->status == STATUS_EMPTY && !single ? STATUS_OK : src->status);
    if (single && !src->shut)
        d->count = 0; /* whoever reads it whole tells them */
    survey_tell(sv->v, sv->input, index, d);
    stream_close(text);
}

static void survey_stream(struct survey *sv, struct spot at, struct stream *s);

static void survey_entry(struct survey *sv, const struct spot *above, struct archive_reader *r,
                         const struct entry *e)
{
    struct buf path = {0}, locator = {0};
    buf_add(&path, above->path);
    buf_byte(&path, '!');
    buf_add(&path, e->name);
    size_t name_at = path.n - e->name.n;
    buf_add(&locator, above->locator);
    buf_add(&locator, slice_of((const char *)&e->index, sizeof(e->index)));
    struct spot at = {.path = buf_slice(&path),
                      .name = slice_from(buf_slice(&path), name_at),
                      .locator = buf_slice(&locator),
                      .depth = above->depth,
                      .mtime = e->mtime,
                      .mtime_from = e->mtime == WHEN_NONE ? NULL : "entry",
                      .drawn = sv->passage.drawn};
    if (e->encrypted) {
        struct damage d = {0};
        damage_add(&d, DAMAGE_ENTRY_ENCRYPTED, NO_OFFSET, 0,
                   "encrypted, not read: decrypt it and add it by itself");
        survey_shut(sv, &at, &d);
        damage_fini(&d);
    } else {
        survey_stream(sv, at, archive_reader_member(r));
    }
    buf_fini(&path);
    buf_fini(&locator);
}

static void survey_missing(struct survey *sv, struct archive_reader *r, uint64_t met,
                           struct damage *d)
{
    uint64_t told;
    if (archive_reader_stopped(r) || !zip_central_count(archive_reader_from(r), &told) ||
        told <= met)
        return;
    damage_add(d, DAMAGE_ENTRIES_MISSING, NO_OFFSET, 0,
               "the central directory of the zip lists %llu entries, %llu were found: entries "
               "overlap or are "
               "damaged; unpack it with another program",
               (unsigned long long)told, (unsigned long long)met);
    (void)sv;
}

/* Did a limit end one of the sources from that one on? */
static bool survey_limited(const struct inventory *v, size_t from)
{
    for (size_t i = from; i < v->sources_count; i++)
        if (v->sources[i].status == STATUS_LIMITED)
            return true;
    return false;
}

static void survey_archive(struct survey *sv, const struct spot *at, struct stream *s,
                           const struct container *kind)
{
    struct damage d = {0};
    struct damage *before = sv->passage.damage;
    uint64_t met = 0, links = 0, specials = 0;
    struct entry e;
    sv->passage.damage = &d;
    struct archive_reader *r = archive_reader_open(s, kind);
    while (archive_reader_next(r, &e) == 1) {
        met++;
        links += e.type == ENTRY_LINK;
        specials += e.type == ENTRY_SPECIAL;
        size_t from = sv->v->sources_count;
        if (e.type == ENTRY_FILE)
            survey_entry(sv, at, r, &e);
        sv->passage.damage = &d;
        if (!survey_limited(sv->v, from))
            archive_reader_pass(r);
    }
    if (links)
        damage_add(&d, DAMAGE_ENTRY_LINK, NO_OFFSET, 0, "%llu links in the archive not followed",
                   (unsigned long long)links);
    if (specials)
        damage_add(&d, DAMAGE_ENTRY_SPECIAL, NO_OFFSET, 0,
                   "%llu devices or FIFOs in the archive skipped", (unsigned long long)specials);
    if (kind->enable == archive_read_support_format_zip && stream_can_seek(archive_reader_from(r)))
        survey_missing(sv, r, met, &d);
    if (at->locator.n && (d.status == STATUS_UNSUPPORTED || (met == 0 && d.status != STATUS_OK))) {
        survey_shut(sv, at, &d);
    } else {
        struct input *in = &sv->v->inputs[sv->input];
        in->status = status_graver(in->status, d.status);
        survey_tell(sv->v, sv->input, NO_SOURCE, &d);
    }
    archive_reader_close(r);
    damage_fini(&d);
    sv->passage.damage = before;
}

/* Closes s. */
static void survey_stream(struct survey *sv, struct spot at, struct stream *s)
{
    struct damage d = {0};
    const struct container *left = NULL;
    const char *outer = NULL;
    when stamp = WHEN_NONE;
    unsigned depth = at.depth;
    sv->passage.damage = &d;
    s = container_peel(s, &depth, &left, &outer, &stamp);
    bool below_codec = depth != at.depth;
    if (stamp != WHEN_NONE && (!at.mtime_from || strcmp(at.mtime_from, "file") == 0)) {
        at.mtime = stamp;
        at.mtime_from = "gzip";
    }
    if (at.locator.n == 0 && outer)
        sv->v->inputs[sv->input].container = outer;
    struct damage names = {0};
    survey_suffix(&at, left, outer, &names);
    survey_tell(sv->v, sv->input, NO_SOURCE, &names);
    damage_fini(&names);

    at.depth = depth;
    if (left && left->class == CONTAINER_REFUSED) {
        damage_add(&d, DAMAGE_UNSUPPORTED, 0, 0,
                   "%s is not supported: unpack it and add what it holds", left->name);
        survey_shut(sv, &at, &d);
        stream_close(s);
    } else if (left && (left->class == CONTAINER_CODEC || !way_enter(&at.depth, below_codec))) {
        damage_add(&d, DAMAGE_DEPTH_LIMIT, 0, 0,
                   "%s inside %u containers: not opened; raise the depth limit or unpack it",
                   left->name, sv->v->limits.depth);
        survey_shut(sv, &at, &d);
        stream_close(s);
    } else if (left) {
        survey_tell(sv->v, sv->input, NO_SOURCE, &d);
        survey_archive(sv, &at, s, left);
    } else {
        survey_leaf(sv, &at, s, &d);
    }
    damage_fini(&d);
}

void survey_input(struct inventory *v, uint32_t input)
{
    struct damage d = {0};
    struct survey sv = {.v = v, .input = input, .hash = !v->no_hash};
    sv.passage.limits = &v->limits;
    sv.passage.damage = &d;
    struct input *in = &v->inputs[input];
    struct stream *s = input_open(v, input, &sv.passage, false);
    if (!s) {
        in->status = d.status;
        survey_tell(v, input, NO_SOURCE, &d);
        damage_fini(&d);
        return;
    }
    struct spot at = {.path = in->path,
                      .name = in->relative,
                      .depth = v->limits.depth,
                      .mtime = in->mtime,
                      .mtime_from = in->mtime == WHEN_NONE ? NULL : "file"};
    size_t before = v->sources_count;
    survey_stream(&sv, at, s);
    in = &v->inputs[input];
    in->bytes = in->size_seen;
    bool archive = v->sources_count != before + 1 || v->sources[before].locator.n > 0;
    const struct source *only = archive ? NULL : &v->sources[before];
    for (size_t i = before; i < v->sources_count; i++) {
        v->sources[i].streamed = archive && strcmp(in->container, "zip") != 0;
        if (!archive)
            v->sources[i].compressed = in->size_seen;
    }
    if (v->sources_count == before && in->status == STATUS_OK)
        in->status = STATUS_EMPTY;
    if (!v->no_hash && (archive || only->shut))
        input_hash(v, input, in->sha256); /* it was not read front to back */
    else if (!v->no_hash && only->whole && strcmp(in->container, "file") == 0)
        memcpy(in->sha256, only->sha256, sizeof(in->sha256));
    damage_fini(&d);
}
