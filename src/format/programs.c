/* programs.c - whose lines these are, by the tag.
 *
 * Why: a maillog holds many programs; a line nobody reads must be told from a line nobody knows.
 * Invariant: programs.def is sorted by name (bytes), for it is searched by halves.
 * Facts: tags as the programs' own sources and public logs show them.
 * Example: Jan 11 12:00:00 mx sshd[99]: Connection closed */
#include "reader.h"

struct program {
    struct slice name;
    enum line_class class;
    enum dialect_id dialect; /* of LINE_PARSED */
};

static const struct program programs[] = {
#define PROGRAM(name, class) {SLICE_LIT(name), LINE_##class, DIALECT_COUNT},
#define READ(name, dialect) {SLICE_LIT(name), LINE_PARSED, DIALECT_##dialect},
#include "programs.def"
#undef PROGRAM
#undef READ
};

static enum line_class find(struct slice name, enum dialect_id *dialect)
{
    size_t low = 0, high = sizeof programs / sizeof *programs;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = slice_cmp(name, programs[middle].name);
        if (order == 0) {
            *dialect = programs[middle].dialect;
            return programs[middle].class;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return LINE_UNPARSED;
}

enum line_class program_class(struct slice tag, enum dialect_id *dialect)
{
    tag = slice_head(tag, slice_chr(tag, ' '));
    enum line_class class = find(tag, dialect);
    if (class == LINE_UNPARSED && tag.n && tag.p[0] == '/') {
        tag = slice_from(tag, slice_rchr(tag, '/') + 1);
        class = find(tag, dialect);
    }
    size_t slash = slice_chr(tag, '/');
    if (class != LINE_UNPARSED || slash == tag.n)
        return class;
    struct slice service = slice_from(tag, slice_rchr(tag, '/'));
    tag = slice_head(tag, slash);
    class = find(tag, dialect);
    size_t dash = slice_chr(tag, '-');
    if (class == LINE_UNPARSED && dash < tag.n)
        class = find(slice_head(tag, dash), dialect);
    return class == LINE_UNPARSED ? find(service, dialect) : class;
}

struct slice body_program(struct slice body)
{
    size_t n = 0;
    while (n < body.n && n < 64 && !strchr(": [(", body.p[n] ? body.p[n] : ' '))
        n++;
    bool named = n && n < body.n && body.p[n] != ' ';
    if (slice_starts(body, SLICE("CHKUSER ")) || slice_starts(body, SLICE("GREETDELAY ")))
        named = true;
    return slice_of(body.p, named ? n : 0);
}
