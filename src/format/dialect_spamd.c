/* dialect_spamd.c - SpamAssassin's spamd.
 *
 * Why: what was taken for spam, and how long the scanner held the mail.
 * Invariant: "result:" tells the verdict with the Message-ID; "clean message" and "identified spam" before it are echoes.
 * Facts: SpamAssassin 3.x by its known lines, not checked against its source.
 * Example: spamd: result: Y 15 - BAYES_99,URIBL scantime=1.2,size=4000,user=bob,mid=<m1@example.net>,autolearn=no */
#include "fields.h"

/* "(15.2/5.0) for bob:1001 in 1.2 seconds, 4000 bytes." */
static enum line_class scanned(struct slice s, enum verdict verdict, struct event *e)
{
    struct slice user = field_between(s, SLICE(" for "), SLICE(" in "));
    struct slice size = field_between(s, SLICE(" seconds, "), SLICE(" bytes"));
    e->login = slice_head(user, slice_rchr(user, ':'));
    slice_u64(size, &e->size);
    event_fact(e, "score", field_between(s, SLICE("("), SLICE(")")));
    event_fact(e, "seconds", field_between(s, SLICE(" in "), SLICE(" seconds")));
    e->echo = true;
    return event_session(e, verdict);
}

static enum line_class result(struct slice s, struct event *e)
{
    struct slice mark = slice_word(&s, ' '), score = slice_word(&s, ' ');
    size_t tests = slice_find(s, SLICE("- ")), fields = slice_rfind(s, SLICE(" scantime="));
    if (tests != 0 || fields == s.n)
        return LINE_UNPARSED;
    struct slice rest = slice_from(s, fields + 1);
    e->message_id = field_value(rest, SLICE("mid="), ',');
    e->login = field_value(rest, SLICE("user="), ',');
    slice_u64(field_value(rest, SLICE("size="), ','), &e->size);
    event_fact(e, "score", score);
    event_fact(e, "tests", fields > 2 ? slice_of(s.p + 2, fields - 2) : slice_of(s.p, 0));
    event_fact(e, "seconds", field_value(rest, SLICE("scantime="), ','));
    return event_session(e, slice_eq(mark, SLICE("Y")) ? VERDICT_FAILED : VERDICT_OK);
}

enum line_class spamd_read(struct slice body, struct event *e)
{
    struct slice s = body;
    static const struct slice known[] = {SLICE_LIT("connection from "),
                                         SLICE_LIT("got connection "),
                                         SLICE_LIT("processing message "),
                                         SLICE_LIT("checking message "),
                                         SLICE_LIT("setuid to "),
                                         SLICE_LIT("handled cleanup of "),
                                         SLICE_LIT("handle_user "),
                                         SLICE_LIT("still running as root"),
                                         SLICE_LIT("server successfully "),
                                         SLICE_LIT("server pid: "),
                                         SLICE_LIT("server socket "),
                                         SLICE_LIT("creating default_prefs"),
                                         SLICE_LIT("alarm "),
                                         SLICE_LIT("info: "),
                                         SLICE_LIT("prefork: "),
                                         SLICE_LIT("logger: "),
                                         SLICE_LIT("config: "),
                                         SLICE_LIT("rules: "),
                                         SLICE_LIT("plugin: "),
                                         SLICE_LIT("bayes: "),
                                         SLICE_LIT("user has changed"),
                                         SLICE_LIT("tell: "),
                                         SLICE_LIT("netset: "),
                                         SLICE_LIT("zoom: "),
                                         SLICE_LIT("util: "),
                                         SLICE_LIT("learn: ")};
    EAT(&s, "info: ");
    EAT(&s, "spamd: ");
    if (EAT(&s, "clean message "))
        return scanned(s, VERDICT_OK, e);
    if (EAT(&s, "identified spam "))
        return scanned(s, VERDICT_FAILED, e);
    if (EAT(&s, "result: "))
        return result(s, e);
    if (slice_starts(s, SLICE("server started ")))
        return event_service(e, SERVICE_START, s);
    if (slice_starts(s, SLICE("server killed by ")) || slice_starts(s, SLICE("server hit by ")))
        return event_service(e, SERVICE_STOPPING, s);
    if (slice_starts(s, SLICE("error: ")) || slice_starts(s, SLICE("warn: ")) ||
        HAS(s, "timeout: ") || HAS(s, "failed") || HAS(s, "could not "))
        return event_service(e, SERVICE_WARNING, s);
    return KNOWN(s, known) ? LINE_PARSED : LINE_UNPARSED;
}
