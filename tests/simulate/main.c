/* main.c - simulate: writes the logs of a mail server that never existed, and the truth about them.
 *
 * Why: only a generator knows what a log should have said, so only it can test a reader of logs.
 * Invariant: same options, same bytes.
 * Example: simulate --kind multilog --messages 1000 --lose 0.01 --out q --truth q.json */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>

static void usage(void)
{
    fputs("usage: simulate --kind epost|multilog|syslog|postfix|sendmail|exim --out DIR [--truth "
          "FILE] "
          "[--messages N | "
          "--bytes N]\n"
          "  [--seed S] [--start RFC3339] [--days D] [--domains N] [--recipients N] [--retry "
          "SHARE] [--lose SHARE]\n"
          "  [--restarts N] [--rotate BYTES|daily|weekly] [--names date|number] [--zone OFFSET] "
          "[--crlf] [--flat] [--host NAME]\n"
          "  [--backlog DAY] [--burst DAY:MESSAGES] [--outage DAY] [--warmup SECONDS]\n"
          "  postfix: [--iso] [--long-ids] [--filter]\n",
          stderr);
    exit(2);
}

static uint64_t number(const char *s)
{
    char *end;
    unsigned long long v = strtoull(s, &end, 10);
    if (*end || end == s)
        usage();
    return v;
}

static double share(const char *s)
{
    char *end;
    double v = strtod(s, &end);
    if (*end || end == s || v < 0)
        usage();
    return v;
}

static void kind_set(struct options *o, const char *v)
{
    static const char *const names[] = {"epost",   "multilog", "syslog",
                                        "postfix", "sendmail", "exim"};
    for (int i = 0; i < 6; i++) {
        if (!strcmp(v, names[i])) {
            o->server = (enum server)i;
            return;
        }
    }
    usage();
}

static void rotation_set(struct options *o, const char *v)
{
    if (!strcmp(v, "daily"))
        o->rotation = ROTATE_DAILY;
    else if (!strcmp(v, "weekly"))
        o->rotation = ROTATE_WEEKLY;
    else {
        o->rotation = ROTATE_BYTES;
        o->rotate_bytes = number(v);
    }
}

static bool size_set(struct options *o, const char *k, const char *v)
{
    if (!strcmp(k, "--messages"))
        o->messages = number(v);
    else if (!strcmp(k, "--bytes"))
        o->bytes = number(v);
    else if (!strcmp(k, "--seed"))
        o->seed = number(v);
    else if (!strcmp(k, "--days"))
        o->days = share(v);
    else if (!strcmp(k, "--domains"))
        o->domains = (uint32_t)number(v);
    else if (!strcmp(k, "--recipients"))
        o->recipients = (uint32_t)number(v);
    else if (!strcmp(k, "--retry"))
        o->retry = share(v);
    else if (!strcmp(k, "--lose"))
        o->lose = share(v);
    else if (!strcmp(k, "--warmup"))
        o->warmup = share(v);
    else if (!strcmp(k, "--restarts"))
        o->restarts = (unsigned)number(v);
    else if (!strcmp(k, "--backlog"))
        o->backlog_day = (int)number(v);
    else if (!strcmp(k, "--outage"))
        o->outage_day = (int)number(v);
    else
        return false;
    return true;
}

static void option_set(struct options *o, const char *k, const char *v)
{
    if (size_set(o, k, v))
        return;
    if (!strcmp(k, "--kind"))
        kind_set(o, v);
    else if (!strcmp(k, "--rotate"))
        rotation_set(o, v);
    else if (!strcmp(k, "--names"))
        o->numbered = !strcmp(v, "number");
    else if (!strcmp(k, "--host"))
        o->host = v;
    else if (!strcmp(k, "--out"))
        o->out = v;
    else if (!strcmp(k, "--truth"))
        o->truth = v;
    else if (!strcmp(k, "--burst")) {
        if (sscanf(v, "%d:%u", &o->burst_day, &o->burst) != 2)
            usage();
    } else if (!strcmp(k, "--start")) {
        if (!start_parse(v, &o->start))
            usage();
    } else if (!strcmp(k, "--zone")) {
        if (!zone_parse(v, &o->zone))
            usage();
    } else
        usage();
}

int main(int argc, char **argv)
{
    struct options o = {.messages = 10000,
                        .seed = 1,
                        .days = 7,
                        .domains = 200,
                        .recipients = 20000,
                        .retry = 0.12,
                        .host = "mx1"};
    o.zone = 9 * 3600;
    o.backlog_day = o.burst_day = o.outage_day = -1;
    start_parse("2026-11-16T00:00:00+09:00", &o.start);
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--crlf"))
            o.crlf = true;
        else if (!strcmp(argv[i], "--flat"))
            o.flat = true;
        else if (!strcmp(argv[i], "--iso"))
            o.iso = true;
        else if (!strcmp(argv[i], "--long-ids"))
            o.long_ids = true;
        else if (!strcmp(argv[i], "--filter"))
            o.filter = true;
        else if (i + 1 < argc) {
            option_set(&o, argv[i], argv[i + 1]);
            i++;
        } else
            usage();
    }
    if (!o.out || !o.domains || !o.recipients || o.days <= 0)
        usage();
    if (o.server >= SERVER_SENDMAIL && (o.lose > 0 || o.warmup > 0))
        usage(); /* their truth is what was written */
    if (o.server == SERVER_POSTFIX)
        return simulate_postfix(&o);
    if (o.server == SERVER_SENDMAIL)
        return simulate_mta(&o, &sendmail_server);
    if (o.server == SERVER_EXIM)
        return simulate_mta(&o, &exim_server);
    return o.server == SERVER_EPOST ? simulate_epost(&o) : simulate_qmail(&o);
}
