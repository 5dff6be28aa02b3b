/* Names of hosts, found by their first label: a log line says "mx2", the relay of another host's is "mx2.example.jp".
 * Invariant: of several peers that a name may mean, the first by name is taken. */
#include "peers.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

struct peer {
    uint64_t label; /* hash */
    struct slice name;
};

struct trace_peers {
    size_t count;
    struct peer at[];
};

static struct slice label_of(struct slice name)
{
    return slice_head(name, slice_chr(name, '.'));
}

static int by_label(const void *a, const void *b)
{
    const struct peer *x = a, *y = b;
    if (x->label != y->label)
        return x->label < y->label ? -1 : 1;
    return slice_cmp(x->name, y->name);
}

struct trace_peers *trace_peers_new(const struct slice *names, size_t count)
{
    if (count < 2)
        return NULL;
    struct trace_peers *p = mem_new(sizeof *p + count * sizeof p->at[0]);
    for (size_t i = 0; i < count; i++)
        p->at[i] = (struct peer){slice_ihash(label_of(names[i])), names[i]};
    p->count = count;
    qsort(p->at, count, sizeof p->at[0], by_label);
    return p;
}

void trace_peers_free(struct trace_peers *p)
{
    free(p);
}

void trace_peers_set(struct trace *t, const struct trace_peers *peers, struct slice own)
{
    t->peers = peers;
    t->own = own;
}

static bool same_host(struct slice a, struct slice b)
{
    bool whole = slice_chr(a, '.') < a.n && slice_chr(b, '.') < b.n;
    return whole ? slice_ieq(a, b) : slice_ieq(label_of(a), label_of(b));
}

const struct slice *peer_find(const struct trace_peers *p, struct slice name)
{
    if (!p || !name.n)
        return NULL;
    if (name.p[name.n - 1] == '.')
        name.n--;
    uint64_t label = slice_ihash(label_of(name));
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->at[middle].label < label)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < p->count && p->at[low].label == label; low++)
        if (same_host(p->at[low].name, name))
            return &p->at[low].name;
    return NULL;
}
