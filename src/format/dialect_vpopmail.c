/* dialect_vpopmail.c - vpopmail's password checker, vchkpw.
 *
 * Why: on a qmail host it alone tells who logged in for SMTP and POP, and whose password was guessed.
 * Invariant: (pass: 'x') is stepped over: no field begins before its end.  The client stands behind the last ':' but for IPv6.
 * Facts: vpopmail 5.4 (vchkpw.c, vlog): '%' is written '#', an unqualified login ends in '@'.
 * Example: vchkpw-smtp: (PLAIN) password fail (pass: 'x') a@example.com:192.0.2.7 */
#include "fields.h"

static const struct {
    struct slice said;
    enum verdict verdict;
} told[] = {
    {SLICE_LIT("login success "), VERDICT_OK},
    {SLICE_LIT("system password login success "), VERDICT_OK},
    {SLICE_LIT("password fail "), VERDICT_FAILED},
    {SLICE_LIT("system password fail "), VERDICT_FAILED},
    {SLICE_LIT("vpopmail user not found "), VERDICT_FAILED},
    {SLICE_LIT("system user not found "), VERDICT_FAILED},
    {SLICE_LIT("null password given "), VERDICT_FAILED},
    {SLICE_LIT("null user name given "), VERDICT_FAILED},
    {SLICE_LIT("invalid user/domain characters "), VERDICT_FAILED},
    {SLICE_LIT("pop access denied "), VERDICT_FAILED},
    {SLICE_LIT("smtp access denied "), VERDICT_FAILED},
    {SLICE_LIT("imap access denied "), VERDICT_FAILED},
    {SLICE_LIT("webmail access denied "), VERDICT_FAILED},
    {SLICE_LIT("user has no password "), VERDICT_FAILED},
};

/* "a@example.com:192.0.2.7", "a@example.com:2001:db8::7", "info@:::1" */
static void login_and_client(struct slice s, struct event *e)
{
    size_t at = slice_chr(s, '@'), colon = slice_rchr(s, ':');
    struct slice behind = slice_from(s, at);
    size_t first = at + slice_chr(behind, ':');
    if (at < s.n && first < colon && client_of(slice_from(s, first + 1)).n)
        colon = first;
    if (colon < s.n)
        client_set(e, slice_from(s, colon + 1));
    e->login = slice_head(s, colon);
    if (e->login.n && e->login.p[e->login.n - 1] == '@')
        e->login.n--;
}

/* "vchkpw-smtp: " at the start of *s, or the tag */
static struct slice service_of(struct slice *s, const struct event *e)
{
    struct slice name = e->program;
    size_t colon = slice_find(*s, SLICE(": "));
    if (slice_starts(*s, SLICE("vchkpw")) && colon < s->n) {
        name = slice_head(*s, colon);
        *s = slice_from(*s, colon + 2);
    }
    if (!slice_starts(name, SLICE("vchkpw")))
        return slice_of(NULL, 0);
    return slice_from(name, name.n > 7 ? 7 : name.n);
}

enum line_class vpopmail_read(struct slice body, struct event *e)
{
    struct slice s = body, service = service_of(&s, e), method = {0};
    if (s.n && s.p[0] == '(') {
        method = field_between(s, SLICE("("), SLICE(") "));
        if (method.n)
            s = slice_from(s, method.n + 3);
    }
    size_t i = 0;
    while (i < sizeof told / sizeof told[0] && !slice_starts(s, told[i].said))
        i++;
    if (i == sizeof told / sizeof told[0]) {
        bool fault = HAS(s, "setgid") || HAS(s, "setuid") || HAS(s, "chdir") || HAS(s, "can't ") ||
                     HAS(s, "cannot ");
        return fault ? event_service(e, SERVICE_WARNING, s) : LINE_UNPARSED;
    }
    struct slice rest = slice_from(s, told[i].said.n);
    e->text = slice_head(s, told[i].said.n - 1);
    if (slice_starts(rest, SLICE("(pass: "))) {
        size_t end = slice_rfind(rest, SLICE("') "));
        rest = slice_from(rest, end < rest.n ? end + 3 : rest.n);
    }
    login_and_client(slice_trim(rest), e);
    e->auth_method = method;
    if (service.n)
        event_fact(e, "service", service);
    return event_login(e, told[i].verdict, e->login);
}
