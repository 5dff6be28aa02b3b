/* dialect_wiz98.c - texts of Wiz98's error.log; the format is not verified.
 *
 * Why: relay refusals, crashes and faults of the system stand there, by words and without numbers.
 * Invariant: a word decides, in UTF-8 or in CP932; addresses and codes are taken wherever they stand; what holds none of the
 * words is not understood.
 * Facts: the author's message list and troubleshooting pages.  EXCEPTION_ACCESS_VIOLATION is a fault of the program; paths of
 * the developer's machine (E:\\work\\dev\\Wiz...) are diagnostic only.
 * Example: 550 Relay does not accept from=<a@example.org> to=<b@example.net> 203.0.113.9 */
#include "fields.h"
#include "wiz98.h"

/* A word as UTF-8 and as CP932. */
struct word {
    struct slice utf8, cp932;
};

static const struct word word_memory = {SLICE_LIT("\xE3\x83\xA1\xE3\x83\xA2\xE3\x83\xAA"),
                                        SLICE_LIT("\x83\x81\x83\x82\x83\x8A")}; /* メモリ */
static const struct word word_lack = {SLICE_LIT("\xE4\xB8\x8D\xE8\xB6\xB3"),
                                      SLICE_LIT("\x95\x73\x91\xAB")}; /* 不足 */
static const struct word word_region = {SLICE_LIT("\xE9\xA0\x98\xE5\x9F\x9F"),
                                        SLICE_LIT("\x97\xCC\x88\xE6")}; /* 領域 */
static const struct word word_abnormal = {
    SLICE_LIT("\xE7\x95\xB0\xE5\xB8\xB8\xE7\xB5\x82\xE4\xBA\x86"),
    SLICE_LIT("\x88\xD9\x8F\xED\x8F\x49\x97\xB9")}; /* 異常終了 */
static const struct word word_start = {SLICE_LIT("\xE8\xB5\xB7\xE5\x8B\x95"),
                                       SLICE_LIT("\x8B\x4E\x93\xAE")}; /* 起動 */
static const struct word word_fail = {SLICE_LIT("\xE5\xA4\xB1\xE6\x95\x97"),
                                      SLICE_LIT("\x8E\xB8\x94\x73")}; /* 失敗 */
static const struct word word_error = {SLICE_LIT("\xE3\x82\xA8\xE3\x83\xA9\xE3\x83\xBC"),
                                       SLICE_LIT("\x83\x47\x83\x89\x81\x5B")}; /* エラー */
static const struct word word_register = {SLICE_LIT("\xE7\x99\xBB\xE9\x8C\xB2"),
                                          SLICE_LIT("\x93\x6F\x98\x5E")}; /* 登録 */
static const struct word word_syscall = {
    SLICE_LIT("\xE3\x82\xB7\xE3\x82\xB9\xE3\x83\x86\xE3\x83\xA0\xE3\x82\xB3\xE3\x83"
              "\xBC\xE3\x83\xAB\xE3\x82\xA8\xE3\x83\xA9\xE3\x83\xBC"),
    SLICE_LIT("\x83\x56\x83\x58\x83\x65\x83\x80\x83\x52\x81\x5B\x83\x8B\x83\x47\x83"
              "\x89\x81\x5B")}; /* システムコールエラー */
static const struct word word_auth = {SLICE_LIT("\xE8\xAA\x8D\xE8\xA8\xBC"),
                                      SLICE_LIT("\x94\x46\x8F\xD8")}; /* 認証 */
static const struct word word_resend = {SLICE_LIT("\xE5\x86\x8D\xE9\x80\x81"),
                                        SLICE_LIT("\x8D\xC4\x91\x97")}; /* 再送 */
static const struct word word_delivery = {
    SLICE_LIT("\xE9\x85\x8D\xE4\xBF\xA1\xE3\x82\xA8\xE3\x83\xA9\xE3\x83\xBC"),
    SLICE_LIT("\x94\x7A\x90\x4D\x83\x47\x83\x89\x81\x5B")}; /* 配信エラー */
static const struct word word_sendfail = {
    SLICE_LIT("\xE9\x80\x81\xE4\xBF\xA1\xE3\x81\xAB\xE5\xA4\xB1\xE6\x95\x97"),
    SLICE_LIT("\x91\x97\x90\x4D\x82\xC9\x8E\xB8\x94\x73")}; /* 送信に失敗 */
static const struct word word_server = {
    SLICE_LIT("\xE3\x83\xA1\xE3\x83\xBC\xE3\x83\xAB\xE3\x82\xB5\xE3\x83\xBC\xE3\x83\x90"),
    SLICE_LIT("\x83\x81\x81\x5B\x83\x8B\x83\x54\x81\x5B\x83\x6F")}; /* メールサーバ */
static const struct word word_wiz = {SLICE_LIT("\xE3\x82\xA6\xE3\x82\xA3\xE3\x82\xBA"),
                                     SLICE_LIT("\x83\x45\x83\x42\x83\x59")}; /* ウィズ */
static const struct word word_from1 = {SLICE_LIT("\xE9\x80\x81\xE4\xBF\xA1\xE5\x85\x83"),
                                       SLICE_LIT("\x91\x97\x90\x4D\x8C\xB3")}; /* 送信元 */
static const struct word word_from2 = {SLICE_LIT("\xE5\xB7\xAE\xE5\x87\xBA\xE4\xBA\xBA"),
                                       SLICE_LIT("\x8D\xB7\x8F\x6F\x90\x6C")}; /* 差出人 */
static const struct word word_to1 = {SLICE_LIT("\xE3\x81\x82\xE3\x81\xA6\xE5\x85\x88"),
                                     SLICE_LIT("\x82\xA0\x82\xC4\x90\xE6")}; /* あて先 */
static const struct word word_to2 = {SLICE_LIT("\xE5\xAE\x9B\xE5\x85\x88"),
                                     SLICE_LIT("\x88\xB6\x90\xE6")}; /* 宛先 */

static bool holds(struct slice s, struct word w)
{
    return slice_has(s, w.utf8) || slice_has(s, w.cp932);
}

/* "E:\\work\\dev\\Wiz98\\smtp.c" */
static bool developer_path(struct slice s)
{
    size_t colon = slice_find(s, SLICE(":\\"));
    struct slice rest = slice_from(s, colon);
    return colon > 0 && colon < s.n && (HAS(rest, ".c") || HAS(rest, ".h") || HAS(rest, "\\Wiz"));
}

bool wiz98_own(struct slice s)
{
    return HAS(s, "Relay does not accept") || HAS(s, "\\dev\\Wiz") || HAS(s, "Wiz98") ||
           HAS(s, "address_permits_relay") || holds(s, word_wiz) ||
           (holds(s, word_server) && holds(s, word_start));
}

/* The first IP that stands in s by itself. */
static struct slice first_ip(struct slice s)
{
    while (s.n) {
        size_t n = 0;
        while (n < s.n && !strchr(" \t,;()<>=\"'", s.p[n] ? s.p[n] : ' '))
            n++;
        struct slice ip = client_of(slice_head(s, n));
        if (ip.n)
            return ip;
        s = slice_from(s, n < s.n ? n + 1 : n);
    }
    return slice_of(NULL, 0);
}

/* "<a@example.org>" or "a@example.org" behind one of three words */
static struct slice address_behind(struct slice s, struct slice word, struct word first,
                                   struct word second)
{
    const struct slice all[] = {word, first.utf8, first.cp932, second.utf8, second.cp932};
    for (size_t i = 0; i < 5; i++) {
        size_t at = slice_find(s, all[i]);
        if (at == s.n)
            continue;
        struct slice rest = slice_from(s, at + all[i].n);
        size_t n = 0;
        while (rest.n && strchr(" :=", rest.p[0]) && rest.p[0])
            rest = slice_from(rest, 1);
        if (rest.n && rest.p[0] == '<')
            return field_between(rest, SLICE("<"), SLICE(">"));
        while (n < rest.n && !strchr(" \t,;()<>\"'", rest.p[n] ? rest.p[n] : ' '))
            n++;
        if (slice_chr(slice_head(rest, n), '@') < n)
            return slice_head(rest, n);
    }
    return slice_of(NULL, 0);
}

static void envelope(struct slice s, struct event *e)
{
    struct slice sender = address_behind(s, SLICE("from"), word_from1, word_from2);
    if (!sender.n)
        sender = address_behind(s, SLICE("FROM"), word_from1, word_from2);
    if (sender.n)
        sender_set(e, sender);
    e->recipient = address_behind(s, SLICE("to="), word_to1, word_to2);
    if (!e->recipient.n)
        e->recipient = address_behind(s, SLICE("TO"), word_to1, word_to2);
    client_set(e, first_ip(s));
}

/* "550 text" at the start of s or behind a blank */
static bool smtp_reply(struct slice s, struct event *e)
{
    for (size_t i = 0; i + 4 < s.n; i++) {
        if (i && s.p[i - 1] != ' ')
            continue;
        field_reply(slice_from(s, i), e);
        if (e->code >= 200 && (s.p[i] == '2' || s.p[i] == '4' || s.p[i] == '5')) {
            e->reply = slice_from(s, i);
            return true;
        }
        e->code = 0;
        e->status = slice_of(NULL, 0);
    }
    return false;
}

static enum line_class attempt(struct slice s, enum outcome outcome, struct event *e)
{
    envelope(s, e);
    e->client = slice_of(NULL, 0); /* the address is the other server's */
    e->client_grade = JOIN_NONE;
    e->kind = EVENT_ATTEMPT;
    e->outcome = outcome;
    return LINE_PARSED;
}

enum line_class wiz98_read(struct slice s, struct event *e)
{
    bool fails = holds(s, word_fail) || holds(s, word_error);
    if (HAS(s, "EXCEPTION_") || holds(s, word_abnormal))
        return event_service(e, SERVICE_ALERT, s);
    if (holds(s, word_memory) && (holds(s, word_lack) || holds(s, word_region)))
        return event_service(e, SERVICE_ALERT, s);
    if (holds(s, word_start) && fails)
        return event_service(e, SERVICE_ALERT, s);
    if (holds(s, word_syscall) || (holds(s, word_register) && fails))
        return event_service(e, SERVICE_WARNING, s);
    bool reply = smtp_reply(s, e);
    if (HAS(s, "Relay does not accept")) {
        envelope(s, e);
        return event_reject(e, SLICE("RCPT"), s);
    }
    if (holds(s, word_auth) && fails) {
        client_set(e, first_ip(s));
        e->text = s;
        return event_login(e, VERDICT_FAILED, slice_of(NULL, 0));
    }
    if (holds(s, word_resend))
        return attempt(s, OUTCOME_DEFERRED, e);
    if (holds(s, word_delivery) || holds(s, word_sendfail))
        return attempt(s, e->code >= 400 && e->code < 500 ? OUTCOME_DEFERRED : OUTCOME_BOUNCED, e);
    if (reply && e->code >= 400)
        return attempt(s, e->code < 500 ? OUTCOME_DEFERRED : OUTCOME_BOUNCED, e);
    return reply || developer_path(s) ? LINE_PARSED : LINE_UNPARSED;
}
