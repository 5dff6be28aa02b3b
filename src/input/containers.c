/* containers.c - magic bytes decide what a thing is; a name never does.
 *
 * Why: rotated logs lose or gain suffixes, and libarchive's own bidding takes 1,024 NULs for an
 * empty tar and text for an mtree (measured, 3.6.2).  Invariant: what no row claims is plain bytes,
 * and every magic is strong enough that no line of log text has it.  Source of facts: RFC 1952, RFC
 * 8878, xz-file-format 2.1.1.1, POSIX pax (ustar header), APPNOTE.TXT 4.3, 7zFormat.txt, magic(5)
 * of file 5.44 for the refused kinds.
 *
 * Example: 1f 8b 08 is gzip whatever the file is called. */
#include "containers.h"

#include <archive.h>

static bool gzip_magic(struct slice s)
{
    return slice_starts(s, SLICE("\x1f\x8b")) && (s.n < 3 || s.p[2] == 8);
}

static bool bzip2_magic(struct slice s)
{
    return s.n >= 10 && slice_starts(s, SLICE("BZh")) && s.p[3] >= '1' && s.p[3] <= '9' &&
           (memcmp(s.p + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 ||
            memcmp(s.p + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

static bool xz_magic(struct slice s)
{
    return slice_starts(s, slice_of("\xfd"
                                    "7zXZ\0",
                                    6));
}

static bool zstd_magic(struct slice s)
{
    return slice_starts(s, SLICE("\x28\xb5\x2f\xfd"));
}

static bool zstd_other_magic(struct slice s)
{
    return slice_starts(s, SLICE("\x37\xa4\x30\xec")) ||
           (s.n >= 4 && (s.p[0] & 0xf0) == 0x50 && memcmp(s.p + 1, "\x2a\x4d\x18", 3) == 0);
}

static bool zip_magic(struct slice s)
{
    return slice_starts(s, SLICE("PK\3\4")) || slice_starts(s, SLICE("PK\5\6")) ||
           slice_starts(s, SLICE("PK00PK\3\4")) || slice_starts(s, SLICE("PK\7\10PK\3\4"));
}

static bool seven_magic(struct slice s)
{
    return slice_starts(s, SLICE("7z\xbc\xaf\x27\x1c"));
}

/* Octal digits with blanks or NULs around, as tar writes its numbers. */
static bool tar_octal(const char *p, size_t n, uint32_t *out)
{
    size_t i = 0;
    uint32_t v = 0;
    while (i < n && p[i] == ' ')
        i++;
    size_t digits = i;
    for (; i < n && p[i] >= '0' && p[i] <= '7'; i++)
        v = v * 8 + (uint32_t)(p[i] - '0');
    if (i == digits)
        return false;
    *out = v;
    return i == n || p[i] == ' ' || p[i] == '\0';
}

/* A header block with a sound checksum; "ustar" alone is enough, so that a damaged first header is
 * still a tar. */
static bool tar_magic(struct slice s)
{
    if (s.n < 263)
        return false;
    if (memcmp(s.p + 257, "ustar", 5) == 0 && s.p[0] != '\0' &&
        (s.p[262] == '\0' || s.p[262] == ' '))
        return true;
    uint32_t told, sum = 0;
    if (s.n < 512 || !tar_octal(s.p + 148, 8, &told) || s.p[0] == '\0')
        return false;
    for (size_t i = 0; i < 512; i++)
        sum += i >= 148 && i < 156 ? ' ' : (unsigned char)s.p[i];
    return sum == told;
}

static bool cpio_magic(struct slice s)
{
    bool hex = slice_starts(s, SLICE("070701")) || slice_starts(s, SLICE("070702"));
    size_t digits = hex ? 110 : slice_starts(s, SLICE("070707")) ? 76 : 0;
    if (!digits || s.n < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        char c = s.p[i];
        bool digit = (c >= '0' && c <= (hex ? '9' : '7')) ||
                     (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
        if (!digit)
            return false;
    }
    return true;
}

static bool rar_magic(struct slice s)
{
    return slice_starts(s, SLICE("Rar!\x1a\x07"));
}

static bool lz4_magic(struct slice s)
{
    return slice_starts(s, SLICE("\x04\x22\x4d\x18")) || slice_starts(s, SLICE("\x02\x21\x4c\x18"));
}

static bool compress_magic(struct slice s)
{
    return s.n >= 3 && slice_starts(s, SLICE("\x1f\x9d"));
}

static bool lzip_magic(struct slice s)
{
    return s.n >= 6 && slice_starts(s, SLICE("LZIP")) && (unsigned char)s.p[4] <= 1;
}

static bool lzop_magic(struct slice s)
{
    return slice_starts(s, SLICE("\x89LZO\0\r\n\x1a\n"));
}

static bool cab_magic(struct slice s)
{
    return slice_starts(s, SLICE("MSCF\0\0\0\0"));
}

static bool ar_magic(struct slice s)
{
    return slice_starts(s, SLICE("!<arch>\n"));
}

static bool xar_magic(struct slice s)
{
    return s.n >= 6 && slice_starts(s, SLICE("xar!")) && s.p[4] == 0;
}

static bool lha_magic(struct slice s)
{
    return s.n >= 21 && memcmp(s.p + 2, "-lh", 3) == 0 && s.p[6] == '-' &&
           (unsigned char)s.p[20] <= 3;
}

static bool journal_magic(struct slice s)
{
    return slice_starts(s, SLICE("LPKSHHRH"));
}

static bool evtx_magic(struct slice s)
{
    return slice_starts(s, SLICE("ElfFile\0"));
}

static bool sqlite_magic(struct slice s)
{
    return slice_starts(s, SLICE("SQLite format 3\0"));
}

static const struct container containers[] = {
#define CONTAINER(name, class, magic, open, enable) {name, CONTAINER_##class, magic, open, enable},
#include "containers.def"
#undef CONTAINER
};

const struct container *container_of(struct stream *s)
{
    struct slice front = stream_peek(s, 512);
    for (size_t i = 0; i < sizeof(containers) / sizeof(*containers); i++)
        if (containers[i].magic(front))
            return &containers[i];
    return NULL;
}

struct stream *container_peel(struct stream *s, unsigned *depth, const struct container **left,
                              const char **outer, when *stamp)
{
    for (bool first = true;; first = false) {
        const struct container *kind = container_of(s);
        *left = kind;
        if (kind && first)
            *outer = kind->name;
        if (!kind || kind->class != CONTAINER_CODEC || *depth == 0)
            return s;
        --*depth;
        s = kind->open(s);
        if (first) {
            stream_peek(s, 1);
            when t = gzip_mtime(s);
            if (t != WHEN_NONE)
                *stamp = t;
        }
        s = meter_open(s, false, true);
    }
}

struct suffix {
    struct slice text;
    const char *container;
    bool dropped;
};

static const struct suffix suffixes[] = {
    {SLICE_LIT(".gz"), "gzip", true},   {SLICE_LIT(".tgz"), "gzip", false},
    {SLICE_LIT(".bz2"), "bzip2", true}, {SLICE_LIT(".tbz2"), "bzip2", false},
    {SLICE_LIT(".xz"), "xz", true},     {SLICE_LIT(".txz"), "xz", false},
    {SLICE_LIT(".zst"), "zstd", true},  {SLICE_LIT(".Z"), "compress (.Z)", true},
    {SLICE_LIT(".zip"), "zip", false},  {SLICE_LIT(".tar"), "tar", false},
    {SLICE_LIT(".7z"), "7z", false},    {SLICE_LIT(".cpio"), "cpio", false},
};

const char *container_of_name(struct slice name)
{
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
        if (slice_ends(name, suffixes[i].text))
            return suffixes[i].container;
    return NULL;
}

struct slice container_bare_name(struct slice name)
{
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
        if (suffixes[i].dropped && slice_ends(name, suffixes[i].text) &&
            name.n > suffixes[i].text.n)
            return slice_head(name, name.n - suffixes[i].text.n);
    return name;
}
