/* Streams with different names that are one log after all.
 *
 * Two sources that begin alike, stamps and all, are copies of one log, whatever folders they stand in and names they have.
 * And syslog puts the same lines of mail into several logs (mail.log and syslog on Debian): where two of them have lines
 * of the same host, the overlap is to be found.
 *
 * Invariant: what is united does not depend on the order of the sources; the stream that comes first by mail_log_rank and
 * key gives the others its name. */
#include "state.h"

#include "postmortem/base/memory.h"

#include <stdlib.h>

static struct stream *stream_root(const struct run *r, size_t stream)
{
    while (r->streams[stream].part_of)
        stream = r->streams[stream].part_of - 1;
    return &r->streams[stream];
}

static bool comes_first(const struct stream *a, const struct stream *b)
{
    size_t x = a->by_host ? mail_log_rank(a->label) : 0;
    size_t y = b->by_host ? mail_log_rank(b->label) : 0;
    return x != y ? x < y : slice_cmp(a->key, b->key) < 0;
}

static void unite(struct run *r, size_t one, size_t other)
{
    struct stream *a = stream_root(r, one), *b = stream_root(r, other);
    if (a == b)
        return;
    struct stream *into = comes_first(a, b) ? a : b, *from = into == a ? b : a;
    from->part_of = (size_t)(into - r->streams) + 1;
    into->sources = mem_grow(into->sources, into->count + from->count, sizeof *into->sources);
    for (size_t i = 0; i < from->count; i++)
        into->sources[into->count++] = from->sources[i];
    from->count = 0;
}

/* Unite stream with the first one that was met under the key. */
static void meet(struct run *r, struct tab *met, struct slice key, size_t stream)
{
    size_t *first = tab_row(met, key); /* from 1 */
    if (*first)
        unite(r, *first - 1, stream);
    else
        *first = stream + 1;
}

/* How a source begins, whatever its line ends are, and whose it is; empty if it is too short to tell. */
static void head_key(const struct run *r, uint32_t source, struct buf *key)
{
    enum { ALIKE = 512 };
    const struct stream *s = &r->streams[r->surveyed[source].stream];
    struct slice head = r->inventory.sources[source].head;
    size_t n = 0;
    key->n = 0;
    for (size_t i = 0; i < head.n && n < ALIKE; i++)
        if (head.p[i] != '\r') {
            buf_byte(key, head.p[i]);
            n++;
        }
    if (n < ALIKE) {
        key->n = 0;
        return;
    }
    const char *server = r->surveyed[source].detection.server;
    buf_add(key, slice_str(s->kind));
    buf_byte(key, ' ');
    if (s->by_host)
        buf_add(key, r->evidence.sources[source].host);
    else if (server)
        buf_add(key, slice_str(server));
}

static void meet_host(struct run *r, struct tab *hosts, uint64_t host, size_t stream)
{
    char key[sizeof host];
    memcpy(key, &host, sizeof host);
    meet(r, hosts, slice_of(key, sizeof key), stream);
}

/* A syslog of mail by default need not have some in its head; another must. */
static void meet_hosts(struct run *r, struct tab *hosts, uint32_t source)
{
    const struct surveyed *v = &r->surveyed[source];
    const struct stream *s = &r->streams[v->stream];
    struct slice host = r->evidence.sources[source].host;
    if (!s->by_host || !mail_log(s->label))
        return;
    bool named = !slice_eq(host, v->detection.host); /* by option */
    if (named || mail_log_always(s->label))
        meet_host(r, hosts, slice_hash(host), v->stream);
    for (size_t i = 0; !named && i < v->detection.mail_hosts_count; i++)
        meet_host(r, hosts, v->detection.mail_hosts[i], v->stream);
}

void unite_streams(struct run *r)
{
    struct tab heads, hosts;
    struct buf key = {0};
    tab_init(&heads, sizeof(size_t));
    tab_init(&hosts, sizeof(size_t));
    for (uint32_t i = 0; i < r->inventory.sources_count; i++) {
        if (r->surveyed[i].stream == NO_STREAM)
            continue;
        head_key(r, i, &key);
        if (key.n)
            meet(r, &heads, buf_slice(&key), r->surveyed[i].stream);
        meet_hosts(r, &hosts, i);
    }
    buf_fini(&key);
    tab_fini(&heads);
    tab_fini(&hosts);
}
