/* dialect_epost_imap4log.c - commands of IMAP clients of E-Post.
 *
 * Why: logins by address and user show guessing before a burst of mail does.
 * Invariant: arguments never reach an event but for the user of LOGIN and the mechanism of
 * AUTHENTICATE, for an initial response holds the password.
 * Facts: E-Post IMAP server; USER is "-" before the login; the status is empty but for LOGIN and
 * AUTHENTICATE.
 * Example: [20/Nov/2026:08:31:00] info from 198.51.100.9 LOGIN info **** failed */
#include "epost.h"

/* "CRAM-MD5", not base64 */
static bool mechanism(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return s.n > 0 && s.n <= 20;
}

static bool is_login(struct slice command)
{
    return slice_ieq(command, SLICE("LOGIN")) || slice_ieq(command, SLICE("AUTHENTICATE")) ||
           slice_ieq(command, SLICE("PASS")) || slice_ieq(command, SLICE("APOP")) ||
           slice_ieq(command, SLICE("AUTH"));
}

enum line_class mailbox_command(struct slice text, struct event *e)
{
    struct slice s = text;
    struct slice user = slice_word(&s, ' ');
    if (user.n == 0 || !slice_eat(&s, SLICE("from ")))
        return LINE_UNPARSED;
    struct slice client = slice_word(&s, ' ');
    struct slice command = slice_word(&s, ' ');
    if (client.n == 0 || command.n == 0)
        return LINE_UNPARSED;
    if (!is_login(command))
        return LINE_PARSED;
    s = slice_trim(s);
    bool ok = slice_iends(s, SLICE("success"));
    if (!ok && !slice_iends(s, SLICE("failed")))
        return LINE_PARSED;
    struct slice argument = slice_word(&s, ' ');
    e->kind = EVENT_LOGIN;
    e->client = client;
    e->client_grade = JOIN_EXACT;
    e->auth = ok ? VERDICT_OK : VERDICT_FAILED;
    e->auth_method = command;
    if (slice_ieq(command, SLICE("AUTHENTICATE")) || slice_ieq(command, SLICE("AUTH")))
        e->auth_method = mechanism(argument) ? argument : command;
    if (!slice_eq(user, SLICE("-")))
        e->login = user;
    else if (slice_ieq(command, SLICE("LOGIN")))
        e->login = argument;
    return LINE_PARSED;
}

enum line_class epost_imap4log_read(struct slice line, struct civil *local, struct event *e)
{
    struct slice s = line;
    if (!epost_stamp(&s, local) || !slice_eat(&s, SLICE(" ")))
        return LINE_UNPARSED;
    return mailbox_command(s, e);
}
