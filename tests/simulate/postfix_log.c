/* postfix_log.c - how a line of a simulated Postfix is made: stamp, tag, queue id, spans.
 *
 * Invariant: stamps never step back; an id is that of one message at a time, and is used again soon.
 * Source: mail_queue.h: a short id is the microsecond in five hexadecimal digits and the inode; a long one the second and the
 * microsecond in base 52 (six and four digits), z, and the inode in base 51.  format_tv.c: two digits that count, two decimals at
 * most.  Example: Jan 11 12:00:00 mx1 postfix/qmgr[901]: 8000012A3B: removed */
#include "postfix.h"

#include <stdlib.h>

#define FIRST_INODE 0x2A001

void entry_begin(struct postfix *p, const char *service, unsigned pid)
{
    struct text *t = &p->line;
    p->stamp = p->now > p->stamp ? p->now : p->stamp;
    t->n = 0;
    maillog_stamp(&p->log, t, p->stamp);
    PUT(t, "postfix/");
    put_z(t, service);
    PUT(t, "[");
    put_u64(t, pid);
    PUT(t, "]: ");
}

void entry_begin_id(struct postfix *p, const char *service, unsigned pid, const struct message *m)
{
    entry_begin(p, service, pid);
    put_z(&p->line, m->id);
    PUT(&p->line, ": ");
}

bool entry_end(struct postfix *p)
{
    if (p->stamp < p->o->start)
        return false;
    maillog_rotate(&p->log, p->stamp);
    PUT(&p->line, "\n");
    sink_write(&p->log.sink, p->line.p, p->line.n, CLASS_PARSED);
    p->bytes += p->line.n;
    p->truth.written++;
    p->last = entry_shown(p);
    if (!p->first)
        p->first = p->last;
    return true;
}

int64_t entry_shown(const struct postfix *p)
{
    return p->o->iso ? p->stamp : p->stamp / SECOND * SECOND;
}

void put_client(struct postfix *p, uint32_t number)
{
    struct text *t = &p->line;
    if (number % 5 == 0)
        PUT(t, "unknown[203.0.113.");
    else {
        PUT(t, "mail");
        put_u64(t, number % 250);
        PUT(t, ".example.net[198.51.100.");
    }
    put_u64(t, number % 250);
    PUT(t, "]");
}

void put_mail_address(struct postfix *p, struct address a)
{
    put_address(&p->line, &p->names, a);
}

int64_t put_span(struct text *t, int64_t us)
{
    int64_t unit = us >= 10 * SECOND ? SECOND : us >= SECOND ? SECOND / 10 : SECOND / 100;
    int64_t shown = (us < 0 ? 0 : us + unit / 2) / unit * unit, rest = shown % SECOND / 10000;
    put_u64(t, (uint64_t)(shown / SECOND));
    if (rest) {
        PUT(t, ".");
        put_u64(t, (uint64_t)rest / 10);
        if (rest % 10)
            put_u64(t, (uint64_t)rest % 10);
    }
    return shown;
}

static uint32_t inode_take(struct postfix *p)
{
    uint32_t w = p->lowest_word;
    while (w < p->inode_words && p->free_bits[w] == 0)
        w++;
    if (w == p->inode_words)
        failed("simulated queue", "full");
    p->lowest_word = w;
    uint32_t bit = (uint32_t)__builtin_ctzll(p->free_bits[w]);
    p->free_bits[w] &= p->free_bits[w] - 1;
    return w * 64 + bit;
}

void inode_free(struct postfix *p, struct message *m)
{
    p->free_bits[m->inode / 64] |= UINT64_C(1) << (m->inode % 64);
    if (m->inode / 64 < p->lowest_word)
        p->lowest_word = m->inode / 64;
}

static void put_base(struct text *t, uint64_t v, unsigned base, unsigned width)
{
    static const char digits[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    char out[16];
    unsigned n = sizeof out;
    for (; v || sizeof out - n < width; v /= base)
        out[--n] = digits[v % base];
    put(t, out + n, sizeof out - n);
}

/* The microsecond of a short id is one of sixteen, so that ids come again within minutes. */
void id_make(struct postfix *p, struct message *m)
{
    struct text t;
    t.n = 0;
    m->inode = inode_take(p);
    uint64_t file = FIRST_INODE + m->inode;
    if (p->o->long_ids) {
        put_base(&t, (uint64_t)(m->born / SECOND), 52, 6);
        put_base(&t, (uint64_t)(m->born % SECOND), 52, 4);
        PUT(&t, "z");
        put_base(&t, file, 51, 1);
    } else {
        put_hex(&t, chance_below(&p->chance, 16) * UINT64_C(62500), 5);
        put_hex(&t, file, 1 + (unsigned)(63 - __builtin_clzll(file)) / 4);
        for (size_t i = 0; i < t.n; i++)
            if (t.p[i] >= 'a')
                t.p[i] = (char)(t.p[i] - 'a' + 'A');
    }
    memcpy(m->id, t.p, t.n);
    m->id[t.n] = 0;
}
