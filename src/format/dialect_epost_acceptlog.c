/* dialect_epost_acceptlog.c - connections of the E-Post receiver and their verdicts.
 *
 * Why: the only place of the authenticated user, and of refusals by ORDB and reverse DNS.
 * Invariant: read from both ends, for what stands between may hold commas, blanks and brackets.
 * Facts: E-Post receiver; record 2 carries either the sender or the AUTH user, never both;
 * peername may be followed by a blank; "Revers DNS" and XAOUTH2 are spelt so.
 * Example: [20/Nov/2026:08:22:12], (m.jp), 192.0.2.9[192.0.2.9], AUTH-PLAIN:a [failed],<B...>,abort
 */
#include "epost.h"

static enum verdict verdict_of(struct slice s)
{
    if (slice_eq(s, SLICE("ok")))
        return VERDICT_OK;
    if (slice_eq(s, SLICE("abort")))
        return VERDICT_ABORTED;
    return slice_eq(s, SLICE("connection timeout")) ? VERDICT_TIMEOUT : VERDICT_NONE;
}

/* "AUTH-LOGIN:tanaka@example.jp [success]" */
static bool auth(struct slice who, struct event *e)
{
    if (!slice_eat(&who, SLICE("AUTH-")))
        return false;
    bool ok = slice_ends(who, SLICE(" [success]"));
    if (!ok && !slice_ends(who, SLICE(" [failed]")))
        return false;
    who.n -= ok ? 10 : 9;
    size_t colon = slice_chr(who, ':');
    if (colon == who.n)
        return false;
    e->auth_method = slice_head(who, colon);
    e->login = slice_from(who, colon + 1);
    e->auth = ok ? VERDICT_OK : VERDICT_FAILED;
    return true;
}

static bool refused(struct slice who)
{
    return slice_eq(who, SLICE("It was in the ORDB IP.")) ||
           slice_eq(who, SLICE("\"Revers DNS\" was failed."));
}

/* ",<B0000097586>,ok" at the end of *s: cut off. */
static bool tail(struct slice *s, struct event *e)
{
    size_t at = slice_rfind(*s, SLICE(",<B"));
    if (at == s->n)
        return false;
    struct slice id = slice_from(*s, at + 2);
    struct slice rest = id;
    if (!epost_base(&rest) || rest.n < 2 || rest.p[0] != '>' || rest.p[1] != ',')
        return false;
    id.n -= rest.n;
    e->verdict = verdict_of(slice_trim(slice_from(rest, 2)));
    if (!epost_id_none(id))
        e->queue_id = id;
    s->n = at;
    return e->verdict != VERDICT_NONE;
}

enum line_class epost_acceptlog_read(struct slice line, struct civil *local, struct event *e)
{
    struct slice s = line;
    if (!epost_stamp(&s, local) || !slice_eat(&s, SLICE(", (")))
        return LINE_UNPARSED;
    size_t end = slice_find(s, SLICE("), "));
    if (end == s.n)
        return LINE_UNPARSED;
    s = slice_from(s, end + 3);
    size_t open = slice_chr(s, '['), close = slice_chr(s, ']');
    if (close == s.n || open > close)
        return LINE_UNPARSED;
    e->client = slice_of(s.p + open + 1, close - open - 1);
    e->client_grade = JOIN_EXACT;
    struct slice name = slice_trim(slice_head(s, open));
    if (!slice_eq(name, e->client))
        e->client_name = name;
    e->kind = EVENT_SESSION;
    s = slice_from(s, close + 1);
    if (open == 0 && slice_ends(s, SLICE(", Client accept now.")))
        return LINE_PARSED;
    if (!slice_eat(&s, SLICE(", ")) || !tail(&s, e))
        return LINE_UNPARSED;
    if (auth(s, e))
        return LINE_PARSED;
    if (refused(s)) {
        e->kind = EVENT_REJECT;
        e->text = s;
        return LINE_PARSED;
    }
    e->sender = s;
    e->has_sender = s.n > 0 || e->queue_id.n > 0;
    return LINE_PARSED;
}
