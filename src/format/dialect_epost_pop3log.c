/* dialect_epost_pop3log.c - commands of POP clients of E-Post; the line shape is not verified.
 *
 * Why: POP passwords are guessed before mail is sent in their name.
 * Invariant: as imap4log: no argument reaches an event.
 * Facts: no source of the POP server was found.  Two shapes are taken: the stamp first, as in
 * imap4log, or the stamp before the status, as a sister program once had it.
 * Example: info from 198.51.100.9 PASS **** [20/Nov/2026:08:41:00] failed */
#include "epost.h"

/* PASS, APOP and AUTH with a verdict, the stamp standing before it. */
static enum line_class stamp_late(struct slice line, struct civil *local, struct event *e)
{
    size_t at = slice_rfind(line, SLICE(" ["));
    if (at == line.n)
        return LINE_UNPARSED;
    struct slice status = slice_from(line, at + 1);
    if (!epost_stamp(&status, local))
        return LINE_UNPARSED;
    enum line_class class = mailbox_command(slice_head(line, at), e);
    status = slice_trim(status);
    bool ok = slice_ieq(status, SLICE("success"));
    if (class != LINE_PARSED || (!ok && !slice_ieq(status, SLICE("failed"))))
        return class;
    /* mailbox_command saw no status at the end of its text: give it what it would have read */
    struct slice s = line;
    struct slice user = slice_word(&s, ' ');
    slice_eat(&s, SLICE("from "));
    struct slice client = slice_word(&s, ' ');
    struct slice command = slice_word(&s, ' ');
    if (!slice_ieq(command, SLICE("PASS")) && !slice_ieq(command, SLICE("APOP")) &&
        !slice_ieq(command, SLICE("AUTH")))
        return class;
    e->kind = EVENT_LOGIN;
    e->client = client;
    e->client_grade = JOIN_EXACT;
    e->auth = ok ? VERDICT_OK : VERDICT_FAILED;
    e->auth_method = command;
    if (!slice_eq(user, SLICE("-")))
        e->login = user;
    return LINE_PARSED;
}

enum line_class epost_pop3log_read(struct slice line, struct civil *local, struct event *e)
{
    struct slice s = line;
    if (s.n && s.p[0] == '[')
        return epost_stamp(&s, local) && slice_eat(&s, SLICE(" ")) ? mailbox_command(s, e)
                                                                   : LINE_UNPARSED;
    return stamp_late(line, local, e);
}
