/* secret.c - where a log line holds a password.
 *
 * Why: vpopmail, Dovecot and others write what was given as a password, protocol traces hold AUTH and PASS as sent; a
 * report is read by more people than a log.
 * Invariant: rather a word too many is masked than a password left; every byte of the line is looked at once for each mark.
 * Facts: vchkpw (pass: 'x'), Dovecot auth_verbose_passwords and auth_debug (given password: x, resp=), SMTP AUTH (RFC 4954),
 * POP3 PASS (RFC 1939), IMAP LOGIN and AUTHENTICATE (RFC 3501), URLs with user and password (RFC 3986).
 * Example: vchkpw-smtp: password fail (pass: 'x') a@example.com:192.0.2.7 */
#include "postmortem/mail/secret.h"

/* How far a secret goes from its mark. */
enum extent {
    TO_QUOTE, /* to the last "')" of the line */
    TO_CLOSE, /* to the last ')' */
    TO_WORD, /* to a blank, comma, semicolon, quote or closing bracket; in quotes: to the other one */
};

static const struct mark {
    struct slice text;
    enum extent extent;
} marks[] = {
    {SLICE_LIT("pass: '"), TO_QUOTE},       {SLICE_LIT("given password: "), TO_CLOSE},
    {SLICE_LIT("password="), TO_WORD},      {SLICE_LIT("passwd="), TO_WORD},
    {SLICE_LIT("pwd="), TO_WORD},           {SLICE_LIT("pass="), TO_WORD},
    {SLICE_LIT("token="), TO_WORD},         {SLICE_LIT("secret="), TO_WORD},
    {SLICE_LIT("resp="), TO_WORD},          {SLICE_LIT("bearer "), TO_WORD},
    {SLICE_LIT("auth plain "), TO_WORD},    {SLICE_LIT("auth login "), TO_WORD},
    {SLICE_LIT("auth xoauth2 "), TO_WORD},  {SLICE_LIT("auth oauthbearer "), TO_WORD},
    {SLICE_LIT("auth cram-md5 "), TO_WORD}, {SLICE_LIT("auth ntlm "), TO_WORD},
};
enum { MARKS = sizeof marks / sizeof marks[0] };

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The word at a place; of a quoted one, what stands in the quotes. */
static struct slice word_at(struct slice line, size_t at)
{
    struct slice s = slice_from(line, at);
    size_t n = 0;
    if (s.n && (s.p[0] == '"' || s.p[0] == '\'')) {
        struct slice inner = slice_from(s, 1);
        return slice_head(inner, slice_chr(inner, s.p[0]));
    }
    while (n < s.n && !blank(s.p[n]) && !strchr(",;)>\"'", s.p[n] ? s.p[n] : ' '))
        n++;
    return slice_head(s, n);
}

static size_t next_word(struct slice line, size_t at)
{
    while (at < line.n && !blank(line.p[at]))
        at++;
    while (at < line.n && blank(line.p[at]))
        at++;
    return at;
}

static bool verdict_word(struct slice word)
{
    return slice_istarts(word, SLICE("success")) || slice_istarts(word, SLICE("fail")) ||
           slice_istarts(word, SLICE("completed")) || slice_starts(word, SLICE("*"));
}

static struct slice marked(struct slice line, size_t at, enum extent extent)
{
    struct slice secret = slice_from(line, at);
    if (extent == TO_WORD)
        secret = word_at(line, at);
    else if (extent == TO_QUOTE)
        secret = slice_head(secret, slice_rfind(secret, SLICE("')")));
    else
        secret = slice_head(secret, slice_rchr(secret, ')'));
    return verdict_word(secret) ? slice_of(NULL, 0) : secret;
}

static bool mark_at(struct slice line, size_t at, struct slice *secret)
{
    struct slice rest = slice_from(line, at);
    for (size_t i = 0; i < MARKS; i++) {
        if (marks[i].text.p[0] != (rest.p[0] | 32) || !slice_istarts(rest, marks[i].text))
            continue;
        *secret = marked(line, at + marks[i].text.n, marks[i].extent);
        if (secret->n)
            return true;
    }
    return false;
}

/* Commands as sent, at the end of the line: "a1 LOGIN info secret", "PASS secret", "AUTHENTICATE PLAIN AGFh...".  Postfix
 * writes "PASS NEW [ip]", Courier "LOGIN FAILED, user=". */
static bool command_at(struct slice line, size_t at, struct slice *secret)
{
    static const struct slice commands[] = {SLICE_LIT("PASS "), SLICE_LIT("LOGIN "),
                                            SLICE_LIT("AUTHENTICATE ")};
    size_t i = 0;
    if (line.p[at] >= 'a') /* as most are: commands are in capitals */
        return false;
    while (i < 3 && !slice_starts(slice_from(line, at), commands[i]))
        i++;
    if (i == 3 || (at && !blank(line.p[at - 1]) && line.p[at - 1] != ':'))
        return false;
    size_t from = at + commands[i].n;
    if (i)
        from = next_word(line, from);
    struct slice word = word_at(line, from);
    size_t end = word.p ? (size_t)(word.p - line.p) + word.n : line.n;
    if (!word.n || verdict_word(word) || slice_chr(word, '=') + 2 < word.n ||
        next_word(line, end) < line.n)
        return false;
    *secret = word;
    return true;
}

/* "mysql://user:secret@host" */
static bool url_at(struct slice line, size_t at, struct slice *secret)
{
    struct slice rest = slice_from(line, at);
    if (!slice_starts(rest, SLICE("://")))
        return false;
    rest = slice_from(rest, 3);
    size_t n = 0;
    while (n < rest.n && !blank(rest.p[n]) && rest.p[n] != '/' && rest.p[n] != '"')
        n++;
    rest = slice_head(rest, n);
    size_t colon = slice_chr(rest, ':'), host = slice_rchr(rest, '@');
    if (host == rest.n || colon >= host)
        return false;
    *secret = slice_of(rest.p + colon + 1, host - colon - 1);
    return secret->n > 0;
}

/* Do these two letters begin a mark or a command?  Every text of an event is asked at every byte. */
static inline bool may_begin(const char *p)
{
    switch (p[0] | 32) {
    case 'p':
        return (p[1] | 32) == 'a' || (p[1] | 32) == 'w';
    case 'g':
        return (p[1] | 32) == 'i';
    case 't':
    case 'l':
        return (p[1] | 32) == 'o';
    case 's':
    case 'r':
    case 'b':
        return (p[1] | 32) == 'e';
    case 'a':
        return (p[1] | 32) == 'u';
    default:
        return false;
    }
}

bool secret_find(struct slice line, size_t from, struct slice *secret)
{
    for (size_t at = from; at + 4 < line.n; at++) {
        bool found = line.p[at] == ':' ? url_at(line, at, secret)
                                       : may_begin(line.p + at) && (mark_at(line, at, secret) ||
                                                                    command_at(line, at, secret));
        if (found)
            return true;
    }
    return false;
}

struct slice secret_cut(struct slice line)
{
    struct slice secret;
    if (!secret_find(line, 0, &secret))
        return line;
    size_t n = (size_t)(secret.p - line.p);
    while (n && (blank(line.p[n - 1]) || strchr("'\"(<:=", line.p[n - 1] ? line.p[n - 1] : '.')))
        n--;
    return slice_head(line, n);
}

void secret_mask(char *line, size_t n)
{
    struct slice all = slice_of(line, n), secret;
    for (size_t at = 0; secret_find(all, at, &secret);) {
        size_t begin = (size_t)(secret.p - line);
        memset(line + begin, '*', secret.n);
        at = begin + secret.n;
    }
}

struct slice secret_masked(struct arena *a, struct slice line)
{
    char *copy = arena_alloc(a, line.n + 1);
    if (line.n)
        memcpy(copy, line.p, line.n);
    secret_mask(copy, line.n);
    return slice_of(copy, line.n);
}
