/* way.c - opening a source anew or from a half-read archive.
 *
 * Why: members of a .tar.gz opened one by one would cost a pass each.  A way that has been read to
 * member i of an archive can serve any member behind it; ways left idle are kept in a pool, and the
 * one standing nearest before the wanted member is taken.  Invariant: a reused way gives the same
 * bytes as a fresh one, since a member's bytes depend on the archive alone; a member that a limit cut
 * when all was listed ends at the same byte.  Source of facts:
 * archive_read_next_header(3): unread data of an entry are skipped.
 *
 * Example: locators {3,0} and {3,2} name members 0 and 2 of the archive that is member 3 of the
 * input. */
#include "way.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "postmortem/base/memory.h"
#include "postmortem/base/path.h"

#define CURSORS_KEPT 16

struct cursors {
    struct way *idle[CURSORS_KEPT]; /* oldest first */
    unsigned count;
};

struct cursors *cursors_new(void)
{
    return mem_new(sizeof(struct cursors));
}

static void way_pop(struct way *w, unsigned levels)
{
    while (w->levels > levels)
        archive_reader_close(w->readers[--w->levels]);
}

static void way_free(struct way *w)
{
    w->passage.damage = &w->idle;
    stream_close(w->stream);
    way_pop(w, 0);
    free(w->readers);
    damage_fini(&w->idle);
    free(w);
}

void cursors_free(struct cursors *c)
{
    if (!c)
        return;
    for (unsigned i = 0; i < c->count; i++)
        way_free(c->idle[i]);
    free(c);
}

bool way_enter(unsigned *depth, bool below_codec)
{
    if (below_codec)
        return true;
    if (*depth == 0)
        return false;
    --*depth;
    return true;
}

static void input_compare(const struct input *in, const struct stat *st, struct damage *d)
{
    when mtime = (when)st->st_mtim.tv_sec * SECOND + st->st_mtim.tv_nsec / 1000;
    uint64_t size = (uint64_t)st->st_size;
    if (in->mtime == WHEN_NONE || (size == in->size_seen && mtime == in->mtime))
        return;
    damage_add(d, DAMAGE_CHANGED, NO_OFFSET, 0,
               "the file changed since it was listed (%llu bytes then, %llu when read)",
               (unsigned long long)in->size_seen, (unsigned long long)size);
}

struct stream *input_open(const struct inventory *v, uint32_t input, struct passage *passage,
                          bool hash)
{
    const struct input *in = &v->inputs[input];
    if (in->blocks)
        return blocks_stream_open(passage, in->memory, hash);
    if (in->memory.p)
        return memory_stream_open(passage, in->memory, hash);

    struct stat st;
    int fd = path_open(in->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (in->named ? 0 : O_NOFOLLOW));
    if (fd < 0 || fstat(fd, &st) != 0) {
        damage_add(passage->damage, DAMAGE_UNREADABLE, NO_OFFSET, 0, "cannot be opened: %s",
                   strerror(errno));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    if (!S_ISREG(st.st_mode)) {
        damage_add(passage->damage, DAMAGE_UNREADABLE, NO_OFFSET, 0, "is no longer a regular file");
        close(fd);
        return NULL;
    }
    input_compare(in, &st, passage->damage);
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return file_stream_open(passage, fd, (uint64_t)st.st_size, hash);
}

void input_hash(const struct inventory *v, uint32_t input, char sha256[65])
{
    struct damage d = {.muted = true};
    struct passage passage = {.damage = &d, .limits = &v->limits};
    struct stream *s = input_open(v, input, &passage, true);
    if (s) {
        stream_drain(s);
        sha256_text(s->sha, sha256);
        stream_close(s);
    }
    damage_fini(&d);
}

static uint32_t locator_at(struct slice locator, size_t level)
{
    uint32_t index;
    memcpy(&index, locator.p + level * sizeof(index), sizeof(index));
    return index;
}

/* How many of w's archives lie on the road to locator with all of it still ahead; 0 if w is of no
 * use. */
static unsigned way_shared(const struct way *w, struct slice locator)
{
    unsigned n = (unsigned)(locator.n / sizeof(uint32_t));
    for (unsigned i = 0; i < w->levels && i < n; i++) {
        uint32_t want = locator_at(locator, i), next = archive_reader_place(w->readers[i]);
        if (want >= next)
            return i + 1;
        if (want + 1 != next) /* passed already */
            return 0;
    }
    return 0;
}

/* Does a stand behind b (nearer to what both can serve)? */
static bool way_behind(const struct way *a, const struct way *b)
{
    for (unsigned i = 0; i < a->levels && i < b->levels; i++) {
        uint32_t x = archive_reader_place(a->readers[i]), y = archive_reader_place(b->readers[i]);
        if (x != y)
            return x > y;
    }
    return a->levels > b->levels;
}

static struct way *cursors_take(struct cursors *c, uint32_t input, struct slice locator)
{
    unsigned best = CURSORS_KEPT;
    for (unsigned i = 0; c && i < c->count; i++)
        if (c->idle[i]->input == input && way_shared(c->idle[i], locator) &&
            (best == CURSORS_KEPT || way_behind(c->idle[i], c->idle[best])))
            best = i;
    if (best == CURSORS_KEPT)
        return NULL;
    struct way *w = c->idle[best];
    c->count--;
    memmove(c->idle + best, c->idle + best + 1, (c->count - best) * sizeof(*c->idle));
    way_pop(w, way_shared(w, locator));
    w->reused = true;
    return w;
}

static void way_push(struct way *w, struct archive_reader *r)
{
    if (w->levels == w->room) {
        w->room = w->room ? w->room * 2 : 4;
        w->readers = mem_grow(w->readers, w->room, sizeof(struct archive_reader *));
    }
    w->readers[w->levels++] = r;
}

/* Peel s; if more of the locator follows, what is left must be an archive, which is entered. */
static struct stream *way_descend(struct way *w, struct stream *s, bool last)
{
    const struct container *left = NULL;
    const char *outer = NULL;
    when stamp;
    unsigned depth = w->passage.limits->depth;
    s = container_peel(s, &depth, &left, &outer, &stamp);
    if (last)
        return s;
    if (!left || left->class != CONTAINER_ARCHIVE) {
        stream_close(s);
        return NULL;
    }
    way_push(w, archive_reader_open(s, left));
    return NULL;
}

/* From the archives already open on, to the source's own bytes. */
static struct stream *way_follow(struct way *w, const struct inventory *v, struct slice locator)
{
    bool damaged = v->inputs[w->input].status != STATUS_OK;
    unsigned n = (unsigned)(locator.n / sizeof(uint32_t));
    for (;;) {
        unsigned level = w->levels - 1;
        struct archive_reader *r = w->readers[level];
        uint32_t want = locator_at(locator, level);
        struct entry entry;
        while (archive_reader_place(r) <= want) {
            if (damaged)
                archive_reader_pass(r);
            if (archive_reader_next(r, &entry) != 1)
                return NULL;
        }
        bool last = level + 1 == n;
        struct stream *s = way_descend(w, archive_reader_member(r), last);
        if (last)
            return s;
        if (w->levels != level + 2)
            return NULL;
    }
}

static struct stream *way_reach(struct way *w, const struct inventory *v, struct slice locator,
                                bool hash)
{
    if (w->levels == 0) {
        struct stream *s = input_open(v, w->input, &w->passage, hash && locator.n == 0);
        if (!s)
            return NULL;
        if (locator.n == 0)
            w->root = s;
        s = way_descend(w, s, locator.n == 0);
        if (locator.n == 0 || w->levels == 0)
            return s;
    }
    return way_follow(w, v, locator);
}

/* The bytes of a member that the survey counted: where a limit ended it there, it ends here, whichever
 * members were read on this way before. */
struct head {
    struct stream stream;
    struct stream *from;
    uint64_t left;
};

static ssize_t head_read(struct stream *s, unsigned char *to, size_t n)
{
    struct head *h = (struct head *)s;
    if (!h->left) {
        unsigned char more;
        ssize_t ending = stream_read(h->from, &more, 1);
        return ending > 0 ? -1 : ending;
    }
    ssize_t got = stream_read(h->from, to, n < h->left ? n : (size_t)h->left);
    if (got > 0)
        h->left -= (uint64_t)got;
    return got;
}

static void head_close(struct stream *s)
{
    stream_close(((struct head *)s)->from);
    free(s);
}

static const struct stream_kind head_kind = {head_read, head_close, NULL};

static struct stream *head_open(struct stream *from, uint64_t bytes)
{
    struct head *h = mem_new(sizeof(*h));
    h->stream.kind = &head_kind;
    h->stream.passage = from->passage;
    h->from = from;
    h->left = bytes;
    return &h->stream;
}

struct way *way_open(const struct inventory *v, uint32_t source, struct cursors *pool,
                     struct damage *d, bool hash, bool content)
{
    const struct source *src = &v->sources[source];
    struct way *w = cursors_take(pool, src->input, src->locator);
    if (!w) {
        w = mem_new(sizeof(*w));
        w->input = src->input;
        w->idle.muted = true;
        w->limits = v->limits;
        w->limits.total = UINT64_MAX; /* counted by whoever read the archive from its beginning */
        w->passage.limits = &w->limits;
    }
    w->passage.damage = d;
    bool plain_before = strcmp(v->inputs[src->input].container, "file") == 0;
    bool root_hash = plain_before ? content : hash;
    struct stream *s = way_reach(w, v, src->locator, root_hash);
    w->meter = w->stream = NULL;
    if (!s) {
        if (d->status == STATUS_OK)
            damage_add(d, DAMAGE_CHANGED, NO_OFFSET, 0, "is not where it was when it was listed");
        return w;
    }
    bool wide;
    bool plain = s == w->root; /* then the root's hash is the content's */
    bool member = src->locator.n != 0;
    w->meter = plain ? s : meter_open(s, content, !member);
    w->stream = wide_open(w->meter, &wide);
    if (member)
        w->stream = head_open(w->stream, src->bytes);
    return w;
}

void way_close(struct way *w, struct cursors *pool)
{
    w->passage.damage = &w->idle;
    stream_close(w->stream);
    w->stream = w->meter = w->root = NULL;
    if (!pool || w->levels == 0 || archive_reader_stopped(w->readers[0])) {
        way_free(w);
        return;
    }
    if (pool->count == CURSORS_KEPT) {
        way_free(pool->idle[0]);
        pool->count--;
        memmove(pool->idle, pool->idle + 1, pool->count * sizeof(*pool->idle));
    }
    pool->idle[pool->count++] = w;
}
