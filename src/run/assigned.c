/* Options that say something of some logs: --host PATH=NAME, --input-tz HOST=ZONE, --year PATH=YYYY.
 *
 * Invariant: a path stands for a file or folder and all that is in it, archives too, never for a beginning of a name:
 * "mx1" is not "mx10".  Whatever the order of the options, a host's name goes before any path, and the longest path
 * before the others. */
#include "state.h"

/* Without "./" in front; the folder itself is empty, which all begins with. */
static struct slice without_dot(struct slice path)
{
    while (slice_starts(path, SLICE("./"))) {
        path = slice_from(path, 2);
        while (path.n && path.p[0] == '/')
            path = slice_from(path, 1);
    }
    return slice_eq(path, SLICE(".")) ? slice_head(path, 0) : path;
}

static bool parts_path(char c)
{
    return c == '/' || c == '!';
}

static bool holds(struct slice name, struct slice path)
{
    return !name.n ||
           (slice_starts(path, name) &&
            (name.n == path.n || parts_path(path.p[name.n]) || parts_path(name.p[name.n - 1])));
}

/* How well it fits: 0: not at all. */
static size_t fit(const struct run *r, const struct assignment *a, uint32_t source, bool by_host)
{
    struct slice host = r->evidence.sources[source].host;
    if (!a->name.n)
        return 1;
    if (by_host &&
        (slice_eq(a->name, host) || slice_eq(a->name, r->surveyed[source].detection.host)))
        return SIZE_MAX;
    struct slice name = without_dot(a->name);
    return holds(name, without_dot(r->inventory.sources[source].path)) ? name.n + 2 : 0;
}

const struct assignment *assigned(const struct run *r, const struct assignments *list,
                                  uint32_t source, bool by_host)
{
    const struct assignment *found = NULL;
    size_t best = 1;
    for (size_t i = 0; i < list->count; i++) {
        struct assignment *a = &list->rows[i];
        size_t fits = fit(r, a, source, by_host);
        a->used |= fits != 0;
        if (fits < best)
            continue;
        best = fits; /* of the same, the last */
        found = a;
    }
    return found;
}
