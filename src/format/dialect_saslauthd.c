/* dialect_saslauthd.c - helpers that look at passwords for a mail server: saslauthd, Courier's authdaemond, Plesk's.
 *
 * Why: where the mail server is silent about a login, they are not.
 * Invariant: every verdict is an echo, for the server that asked tells the attempt with its client; lines that hold a password
 * give no text.
 * Facts: Cyrus SASL 2.1, PAM, courier-authlib by their known lines, not checked against their source; plesk_saslauthd by
 * public ones.
 * Example: do_auth         : auth failure: [user=bob] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error] */
#include "fields.h"

static enum line_class verdict(struct event *e, enum verdict verdict, struct slice login)
{
    e->echo = true;
    return event_login(e, verdict, login);
}

static enum line_class saslauthd(struct slice body, struct event *e)
{
    bool failed = HAS(body, ": auth failure: ");
    if (failed || HAS(body, ": auth success: ")) {
        e->auth_method = field_between(body, SLICE("[mech="), SLICE("]"));
        e->text = field_between(body, SLICE("[reason="), SLICE("]"));
        struct slice service = field_between(body, SLICE("[service="), SLICE("]"));
        if (service.n)
            event_fact(e, "service", service);
        return verdict(e, failed ? VERDICT_FAILED : VERDICT_OK,
                       field_between(body, SLICE("[user="), SLICE("] [service=")));
    }
    if (HAS(body, ": master pid is: "))
        return event_service(e, SERVICE_START, body);
    if (HAS(body, ": master exited: "))
        return event_service(e, SERVICE_STOPPING, body);
    static const struct slice known[] = {SLICE_LIT("detach_tty"),  SLICE_LIT("ipc_init"),
                                         SLICE_LIT("do_auth"),     SLICE_LIT("server_exit"),
                                         SLICE_LIT("rel_accept_"), SLICE_LIT("get_accept_"),
                                         SLICE_LIT("cache_"),      SLICE_LIT("do_request")};
    return KNOWN(body, known) ? LINE_PARSED : LINE_UNPARSED;
}

/* "pam_unix(smtp:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=192.0.2.7  user=bob" */
static enum line_class pam(struct slice body, struct event *e)
{
    if (!HAS(body, "authentication failure"))
        return LINE_PARSED;
    client_set(e, field_value(body, SLICE("rhost="), ' '));
    return verdict(e, VERDICT_FAILED, field_value(body, SLICE("user="), ' '));
}

static enum line_class plesk(struct slice body, struct event *e)
{
    if (HAS(body, "failed mail authentication attempt for user "))
        return verdict(e, VERDICT_FAILED, field_between(body, SLICE("'"), SLICE("'")));
    if (slice_starts(body, SLICE("No such user '")) ||
        slice_starts(body, SLICE("Invalid mail address '")))
        return verdict(e, VERDICT_FAILED, field_between(body, SLICE("'"), SLICE("'")));
    if (slice_starts(body, SLICE("select timeout, exiting")) ||
        slice_starts(body, SLICE("privileges set ")) || slice_starts(body, SLICE("listen=")))
        return LINE_PARSED;
    return LINE_UNPARSED;
}

/* Debugging of authlib writes passwords; what is asked for and found gives no event. */
static enum line_class authdaemond(struct slice body, struct event *e)
{
    static const struct slice known[] = {SLICE_LIT("received auth request"),
                                         SLICE_LIT("received userid lookup"),
                                         SLICE_LIT("auth"),
                                         SLICE_LIT("password matches"),
                                         SLICE_LIT("supplied password"),
                                         SLICE_LIT("Authenticated: "),
                                         SLICE_LIT("SQL query: "),
                                         SLICE_LIT("stopping authdaemond"),
                                         SLICE_LIT("restarting authdaemond"),
                                         SLICE_LIT("modules="),
                                         SLICE_LIT("Installing lib"),
                                         SLICE_LIT("Installation complete"),
                                         SLICE_LIT("raw "),
                                         SLICE_LIT("ldap")};
    if (HAS(body, "failed to connect") || HAS(body, "Connection refused"))
        return event_service(e, SERVICE_WARNING, body);
    return KNOWN(body, known) ? LINE_PARSED : LINE_UNPARSED;
}

enum line_class saslauthd_read(struct slice body, struct event *e)
{
    if (slice_starts(body, SLICE("pam_")))
        return pam(body, e);
    if (slice_starts(e->program, SLICE("plesk")))
        return plesk(body, e);
    return slice_eq(e->program, SLICE("authdaemond")) ? authdaemond(body, e) : saslauthd(body, e);
}
