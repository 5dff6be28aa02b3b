/* archive.c - tar, zip, 7z and cpio through libarchive, one format enabled.
 *
 * Why one format: with all enabled, text is taken for mtree and 1,024 NULs for an empty tar, and
 * logs are lost without a word.  Invariant: entries are numbered in the order met (the number, not
 * the name, is an entry's identity), data come by archive_read_data_block so that a bad CRC or a
 * false size loses nothing, and nothing is allocated from a declared size.  After RETRY the next
 * header is asked for again, up to a cap.  errno is 0 before names are converted: where one ends
 * inside a character, libarchive takes an old ENOMEM for its own and ends the program.  Source of
 * facts: libarchive 3.6.2 as measured, its issues 1225, 1562, 2495, 2499; APPNOTE.TXT 4.3.16 (end
 * of central directory).
 *
 * Example: a tar with one bad header checksum: "archive-damaged" once, and the entries after it are
 * read. */
#include "archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <wchar.h>

#include "feed.h"
#include "postmortem/base/memory.h"

#define ARCHIVE_RETRIES 10000
#define ARCHIVE_BLOCK_RETRIES 16

struct archive_reader {
    struct archive *a; /* NULL: refused */
    const struct container *kind;
    struct archive_entry *entry;
    locale_t locale; /* so that names beyond ASCII survive libarchive's conversions */
    uint32_t next;
    uint64_t given;
    bool done, stopped;
    bool readable; /* the entry met last is a file that is not encrypted */
    char wide_name[4096];
    struct feed feed;
};

struct member {
    struct stream stream;
    struct archive_reader *reader;
    uint32_t index;
    const unsigned char *block;
    size_t left;
    uint64_t expected; /* the offset at which the next block should lie */
    bool done, told, holed;
    ssize_t ending;
};

static struct damage *archive_damage(struct archive_reader *r)
{
    return r->feed.from->passage->damage;
}

static void archive_stop(struct archive_reader *r)
{
    r->done = r->stopped = true;
}

static void archive_fault(struct archive_reader *r)
{
    if (!r->feed.failed) {
        bool cut = feed_cut_short(&r->feed, r->a);
        damage_add(archive_damage(r), cut ? DAMAGE_ARCHIVE_TRUNCATED : DAMAGE_ARCHIVE_DAMAGED,
                   r->feed.from->at, 0,
                   "the %s archive %s after entry %u (%s): what stands before is kept",
                   r->kind->name, cut ? "stops early" : "cannot be read on", r->next,
                   feed_why(r->a));
    }
    archive_stop(r);
}

struct archive_reader *archive_reader_open(struct stream *from, const struct container *kind)
{
    struct archive_reader *r = mem_new(sizeof(*r));
    r->feed.from = from;
    r->kind = kind;
    r->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (kind->enable == archive_read_support_format_7zip && !stream_can_seek(from)) {
        damage_add(from->passage->damage, DAMAGE_UNSUPPORTED, NO_OFFSET, 0,
                   "a 7z archive inside another container cannot be read in place: take it out and "
                   "add it by itself");
        archive_stop(r);
        return r;
    }
    r->a = archive_read_new();
    if (!r->a)
        mem_exhausted();
    kind->enable(r->a);
    archive_read_set_format_option(r->a, "tar", "read_concatenated_archives", "1");
    if (feed_open(&r->feed, r->a) < ARCHIVE_WARN)
        archive_fault(r);
    return r;
}

static struct slice entry_name(struct archive_reader *r)
{
    errno = 0;
    const char *name = archive_entry_pathname(r->entry);
    if (!name)
        name = archive_entry_pathname_utf8(r->entry);
    if (name)
        return slice_str(name);
    const wchar_t *wide = archive_entry_pathname_w(r->entry);
    size_t n = 0;
    for (; wide && *wide && n + 12 < sizeof(r->wide_name); wide++) {
        if (*wide > 0x1f && *wide < 0x7f)
            r->wide_name[n++] = (char)*wide;
        else
            n += (size_t)snprintf(r->wide_name + n, 12, "<U+%04X>", (unsigned)*wide & 0x1fffff);
    }
    return n ? slice_of(r->wide_name, n) : SLICE("(no name)");
}

static enum entry_type entry_type(struct archive_entry *e)
{
    if (archive_entry_hardlink(e))
        return ENTRY_LINK;
    switch (archive_entry_filetype(e)) {
    case AE_IFREG:
    case 0:
        return ENTRY_FILE;
    case AE_IFDIR:
        return ENTRY_FOLDER;
    case AE_IFLNK:
        return ENTRY_LINK;
    default:
        return ENTRY_SPECIAL;
    }
}

static when entry_mtime(struct archive_entry *e)
{
    int64_t s = archive_entry_mtime_is_set(e) ? archive_entry_mtime(e) : 0;
    return s > 0 && s < INT64_MAX / SECOND ? s * SECOND : WHEN_NONE;
}

/* libarchive's next header, past damaged blocks: true if there is one. */
static bool archive_header(struct archive_reader *r)
{
    for (unsigned tries = 0;; tries++) {
        errno = 0;
        int rc = archive_read_next_header(r->a, &r->entry);
        if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN)
            return true;
        if (rc == ARCHIVE_EOF) {
            r->done = true;
            return false;
        }
        if (rc == ARCHIVE_FATAL || tries == ARCHIVE_RETRIES) {
            archive_fault(r);
            return false;
        }
        damage_add(archive_damage(r), DAMAGE_ARCHIVE_DAMAGED,
                   (uint64_t)archive_read_header_position(r->a), 0,
                   "a damaged entry header of the %s archive was stepped over (%s)", r->kind->name,
                   feed_why(r->a));
    }
}

int archive_reader_next(struct archive_reader *r, struct entry *out)
{
    const struct limits *limits = r->feed.from->passage->limits;
    if (r->done)
        return 0;
    if (r->next >= limits->entries || r->next == UINT32_MAX) {
        damage_add(archive_damage(r), DAMAGE_ENTRY_LIMIT, r->feed.from->at, 0,
                   "the %s archive holds more than %llu entries: the rest is not read",
                   r->kind->name, (unsigned long long)limits->entries);
        archive_stop(r);
        return 0;
    }
    locale_t before = r->locale ? uselocale(r->locale) : (locale_t)0;
    bool found = archive_header(r);
    if (found)
        *out = (struct entry){.index = r->next++,
                              .name = entry_name(r),
                              .type = entry_type(r->entry),
                              .encrypted = archive_entry_is_encrypted(r->entry) != 0,
                              .mtime = entry_mtime(r->entry)};
    if (before)
        uselocale(before);
    r->readable = found && out->type == ENTRY_FILE && !out->encrypted;
    return found;
}

uint32_t archive_reader_place(const struct archive_reader *r)
{
    return r->next;
}

bool archive_reader_stopped(const struct archive_reader *r)
{
    return r->stopped;
}

struct stream *archive_reader_from(struct archive_reader *r)
{
    return r->feed.from;
}

void archive_reader_close(struct archive_reader *r)
{
    if (!r)
        return;
    if (r->a)
        archive_read_free(r->a);
    if (r->locale)
        freelocale(r->locale);
    stream_close(r->feed.from);
    free(r);
}

static void member_fault(struct member *m, int rc)
{
    struct archive_reader *r = m->reader;
    struct damage *d = archive_damage(r);
    bool fatal = rc == ARCHIVE_FATAL;
    if (!m->told && !r->feed.failed) {
        bool cut = feed_cut_short(&r->feed, r->a);
        damage_add(d, cut && fatal ? DAMAGE_ARCHIVE_TRUNCATED : DAMAGE_ENTRY_DAMAGED, m->stream.at,
                   0, "entry %u of the %s archive: %s: %s", m->index, r->kind->name, feed_why(r->a),
                   rc == ARCHIVE_WARN ? "its data are kept, not verified"
                                      : "the data before it are kept");
    }
    m->told = true;
    if (rc == ARCHIVE_WARN)
        return;
    m->done = true;
    m->ending = -1;
    if (fatal)
        archive_stop(r);
}

static void member_hole(struct member *m, la_int64_t offset)
{
    if (offset < 0 || (uint64_t)offset <= m->expected)
        return;
    if (!m->holed)
        damage_add(m->stream.passage->damage, DAMAGE_ENTRY_HOLE, m->expected, 0,
                   "a hole of %llu bytes in a sparse entry is left out",
                   (unsigned long long)((uint64_t)offset - m->expected));
    m->holed = true;
    m->expected = (uint64_t)offset;
}

/* The next block of data into m->block, or the end. */
static void member_block(struct member *m)
{
    struct archive_reader *r = m->reader;
    for (unsigned tries = 0; !m->done && !m->left; tries++) {
        const void *block = NULL;
        size_t size = 0;
        la_int64_t offset = (la_int64_t)m->expected;
        int rc = archive_read_data_block(r->a, &block, &size, &offset);
        if (rc == ARCHIVE_EOF) {
            m->done = true;
            m->ending = r->feed.failed ? -1 : 0;
            return;
        }
        if (rc < ARCHIVE_WARN && (rc != ARCHIVE_RETRY || tries == ARCHIVE_BLOCK_RETRIES)) {
            member_fault(m, rc == ARCHIVE_RETRY ? ARCHIVE_FAILED : rc);
            return;
        }
        if (rc == ARCHIVE_WARN)
            member_fault(m, rc);
        if (block && size && rc >= ARCHIVE_WARN) {
            member_hole(m, offset);
            m->block = block;
            m->left = size;
            m->expected += size;
        } else if (tries > ARCHIVE_RETRIES) {
            m->done = true;
        }
    }
}

/* All that may come out of this archive did. */
static ssize_t member_limited(struct member *m)
{
    damage_add(m->stream.passage->damage, DAMAGE_TOTAL_LIMIT, NO_OFFSET, 0,
               "over %llu bytes came out of this archive: the rest is not read",
               (unsigned long long)m->stream.passage->limits->total);
    m->left = 0;
    m->done = true;
    m->ending = -1;
    archive_stop(m->reader);
    return -1;
}

static ssize_t member_read(struct stream *s, unsigned char *to, size_t n)
{
    struct member *m = (struct member *)s;
    struct archive_reader *r = m->reader;
    uint64_t room =
        s->passage->limits->total - r->given; /* to the byte, however much is asked for */
    if (r->next != m->index + 1)
        return -1;
    if (!m->left)
        member_block(m);
    if (!m->left)
        return m->ending;
    if (!room)
        return member_limited(m);
    if (n > m->left)
        n = m->left;
    if (n > room)
        n = (size_t)room;
    memcpy(to, m->block, n);
    m->block += n;
    m->left -= n;
    r->given += n;
    return (ssize_t)n;
}

static void member_close(struct stream *s)
{
    free(s);
}

static const struct stream_kind member_kind = {member_read, member_close, NULL};

struct stream *archive_reader_member(struct archive_reader *r)
{
    struct member *m = mem_new(sizeof(*m));
    m->stream.kind = &member_kind;
    m->stream.passage = r->feed.from->passage;
    m->reader = r;
    m->index = r->next - 1;
    return &m->stream;
}

void archive_reader_pass(struct archive_reader *r)
{
    if (r->done || !r->readable || r->kind->enable != archive_read_support_format_zip)
        return;
    struct stream *s = archive_reader_member(r);
    ((struct member *)s)->holed = true; /* it does not begin where the entry does */
    s = meter_open(s, false, true);
    stream_drain(s);
    stream_close(s);
}

static bool stream_exact(struct stream *s, uint64_t at, unsigned char *to, size_t n)
{
    if (stream_seek(s, at) != 0)
        return false;
    for (size_t got = 0; got < n;) {
        ssize_t k = stream_read(s, to + got, n - got);
        if (k <= 0)
            return false;
        got += (size_t)k;
    }
    return true;
}

bool zip_central_count(struct stream *s, uint64_t *out)
{
    size_t n = s->size < 65557 ? (size_t)s->size : 65557;
    if (n < 22 || !stream_can_seek(s))
        return false;
    unsigned char *tail = mem_grow(NULL, n, 1);
    bool found = false;
    if (stream_exact(s, s->size - n, tail, n))
        for (size_t i = n - 22 + 1; i-- > 0 && !found;)
            if (memcmp(tail + i, "PK\5\6", 4) == 0) {
                *out = (uint64_t)tail[i + 10] | (uint64_t)tail[i + 11] << 8;
                found = *out != 0xffff; /* zip64: the true count is elsewhere */
            }
    free(tail);
    return found;
}
