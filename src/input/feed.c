/* feed.c - the border to libarchive, shared by single-stream codecs and archives.
 *
 * Why: libarchive may give a NULL error text (its issues 2495, 2499), or words about its own
 * insides; and it must never be told of a read error as its own, because then it drops what it
 * holds.  Invariant: a fault below shows to libarchive as the end of the data; blocks end at the same
 * places however they were come to (it drops what inflate made of a block in which damage is found, so
 * that a member would give other bytes after a seek).  Source of facts: archive_read_open(3),
 * libarchive 3.6.2, measured.
 *
 * Example: xz cut in the middle says "Lzma library error:  No progress is possible": "the data
 * stops early". */
#include "feed.h"

#include <archive.h>
#include <archive_entry.h>

static la_ssize_t feed_read(struct archive *a, void *context, const void **block)
{
    (void)a;
    struct feed *f = context;
    size_t n = 0, want = FEED_ROOM - (size_t)(f->from->at % FEED_ROOM);
    ssize_t got = 1;
    while (n < want && got > 0) {
        got = stream_read(f->from, f->room + n, want - n);
        n += got > 0 ? (size_t)got : 0;
    }
    if (n == 0) {
        f->failed = f->failed || got < 0;
        f->ended = true;
    }
    *block = f->room;
    return (la_ssize_t)n;
}

static la_int64_t feed_skip(struct archive *a, void *context, la_int64_t n)
{
    (void)a;
    struct feed *f = context;
    uint64_t left = f->from->size > f->from->at ? f->from->size - f->from->at : 0;
    if (n <= 0 || (uint64_t)n > left)
        return 0; /* then libarchive reads on and meets the end itself */
    return stream_seek(f->from, f->from->at + (uint64_t)n) == 0 ? n : 0;
}

static la_int64_t feed_seek(struct archive *a, void *context, la_int64_t offset, int whence)
{
    (void)a;
    struct feed *f = context;
    uint64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? f->from->at : f->from->size;
    if (offset < 0 && (uint64_t)-offset > base)
        return ARCHIVE_FATAL;
    uint64_t to = offset < 0 ? base - (uint64_t)-offset : base + (uint64_t)offset;
    if (to > f->from->size || stream_seek(f->from, to) != 0)
        return ARCHIVE_FATAL;
    f->ended = false;
    return (la_int64_t)to;
}

int feed_open(struct feed *f, struct archive *a)
{
    archive_read_set_callback_data(a, f);
    archive_read_set_read_callback(a, feed_read);
    if (stream_can_seek(f->from) && !f->from->sha) {
        archive_read_set_skip_callback(a, feed_skip);
        archive_read_set_seek_callback(a, feed_seek);
    }
    return archive_read_open1(a);
}

const char *feed_why(struct archive *a)
{
    const char *text = archive_error_string(a);
    if (!text || !*text || strcmp(text, "(null)") == 0)
        return "no reason given";
    if (strstr(text, "No progress is possible"))
        return "the data stops early";
    if (strstr(text, "INTERNAL ERROR"))
        return "the reader lost its way";
    return text;
}

bool feed_cut_short(const struct feed *f, struct archive *a)
{
    static const char *const words[] = {"runcated", "stops early", "nexpected end", "nexpected EOF",
                                        "premature"};
    const char *why = feed_why(a);
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strstr(why, words[i]))
            return true;
    return f->ended && strcmp(why, "no reason given") == 0;
}
