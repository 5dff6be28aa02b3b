/* Whose log is this: one log stream of one server on one host (architecture 4, Identity).
 *
 * Invariant: the answer rests on content first, then on the path with dates, rotation and log kinds taken out, so that the
 * same evidence as a folder, as a tar of it, or named file by file gives the same instances.
 *
 *     case7.tar.gz!var/log/qmail/@4000000065a0000a00000000.s -> folder "case7/var/log/qmail", stream "multilog"
 *     maillog-20261108.gz with lines of host mx1             -> stream "maillog", host from the lines */
#include "state.h"

static const struct slice log_kinds[] = {
    SLICE_LIT("inlog"),      SLICE_LIT("outlog"),     SLICE_LIT("outlocallog"),
    SLICE_LIT("faillog"),    SLICE_LIT("acceptlog"),  SLICE_LIT("senderlog"),
    SLICE_LIT("receivelog"), SLICE_LIT("imap4log"),   SLICE_LIT("receiveimap4"),
    SLICE_LIT("pop3log"),    SLICE_LIT("receivepop3")};
static const struct slice controls[] = {
    SLICE_LIT("lock"),   SLICE_LIT("state"),     SLICE_LIT("newstate"), SLICE_LIT("processed"),
    SLICE_LIT("config"), SLICE_LIT("README.md"), SLICE_LIT("README")};
static const struct slice archive_suffixes[] = {
    SLICE_LIT(".tar.gz"), SLICE_LIT(".tar.bz2"), SLICE_LIT(".tar.xz"), SLICE_LIT(".tar.zst"),
    SLICE_LIT(".tgz"),    SLICE_LIT(".tbz"),     SLICE_LIT(".txz"),    SLICE_LIT(".tar"),
    SLICE_LIT(".zip"),    SLICE_LIT(".7z"),      SLICE_LIT(".cpio"),   SLICE_LIT(".gz"),
    SLICE_LIT(".bz2"),    SLICE_LIT(".xz"),      SLICE_LIT(".zst")};

static const struct slice copy_suffixes[] = {SLICE_LIT(".bak"),  SLICE_LIT(".old"),
                                             SLICE_LIT(".orig"), SLICE_LIT(".copy"),
                                             SLICE_LIT(".txt"),  SLICE_LIT("~")};

static struct slice base_name(struct slice path)
{
    size_t at = slice_rchr(path, '/'), bang = slice_rchr(path, '!');
    if (bang < path.n && (at == path.n || bang > at))
        at = bang;
    return at < path.n ? slice_from(path, at + 1) : path;
}

bool control_file(struct slice path)
{
    struct slice name = base_name(path);
    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++)
        if (slice_eq(name, controls[i]))
            return true;
    return false;
}

static bool digits(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

bool named_like_log(struct slice path)
{
    static const struct slice starts[] = {SLICE_LIT("maillog"),   SLICE_LIT("mail.log"),
                                          SLICE_LIT("mail.info"), SLICE_LIT("mail.warn"),
                                          SLICE_LIT("mail.err"),  SLICE_LIT("syslog"),
                                          SLICE_LIT("exim_"),     SLICE_LIT("mainlog"),
                                          SLICE_LIT("rejectlog"), SLICE_LIT("paniclog")};
    static const struct slice others[] = {SLICE_LIT(".json"), SLICE_LIT(".html"),
                                          SLICE_LIT(".xlsx"), SLICE_LIT(".md"),
                                          SLICE_LIT(".pdf"),  SLICE_LIT(".png")};
    struct slice name = base_name(path);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (slice_iends(name, others[i]))
            return false;
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (slice_istarts(name, starts[i]))
            return true;
    return slice_iends(name, SLICE(".log")) || slice_find(name, SLICE(".log.")) < name.n ||
           slice_eq(name, SLICE("current")) ||
           (name.n > 2 && name.p[0] == '@' && name.p[name.n - 2] == '.');
}

static struct slice without_archive_suffix(struct slice name)
{
    for (size_t i = 0; i < sizeof archive_suffixes / sizeof archive_suffixes[0]; i++)
        if (slice_iends(name, archive_suffixes[i]))
            return slice_head(name, name.n - archive_suffixes[i].n);
    return name;
}

/* The way to a source as one path with '/' only: archives are folders named without their suffix; ".", ".." and empty
 * parts are dropped. */
static struct slice folder_path(struct run *r, struct slice path)
{
    struct buf out = {0};
    struct slice packed = {
        0}; /* name of the archive just entered: a folder of that name in it is the same level */
    while (path.n) {
        size_t n = 0;
        while (n < path.n && path.p[n] != '/' && path.p[n] != '!' && path.p[n] != '\\')
            n++;
        struct slice part = slice_head(path, n);
        bool archive = n < path.n && path.p[n] == '!';
        path = slice_from(path, n < path.n ? n + 1 : n);
        if (archive)
            part = without_archive_suffix(part);
        if (!part.n || slice_eq(part, SLICE(".")) || slice_eq(part, SLICE("..")) ||
            slice_eq(part, packed))
            continue;
        packed = archive ? part : (struct slice){0};
        if (out.n)
            buf_byte(&out, '/');
        buf_add(&out, part);
    }
    struct slice copy = arena_copy(&r->arena, buf_slice(&out));
    buf_fini(&out);
    return copy;
}

static struct slice parent(struct slice path)
{
    size_t at = slice_rchr(path, '/');
    return at < path.n ? slice_head(path, at) : slice_head(path, 0);
}

static bool log_kind(struct slice name)
{
    for (size_t i = 0; i < sizeof log_kinds / sizeof log_kinds[0]; i++)
        if (slice_ieq(name, log_kinds[i]))
            return true;
    return false;
}

/* <base>/<kind>/[<COMPUTER>/]yymmdd.log: the base; without such a level the folder itself. */
static struct slice work_folder(struct slice path)
{
    struct slice folder = parent(path);
    for (struct slice at = folder; at.n; at = parent(at))
        if (log_kind(base_name(at)))
            return parent(at);
    return folder;
}

static struct slice without_copy_suffix(struct slice name)
{
    for (size_t i = 0; i < sizeof copy_suffixes / sizeof copy_suffixes[0]; i++)
        if (slice_iends(name, copy_suffixes[i]) && name.n > copy_suffixes[i].n)
            return slice_head(name, name.n - copy_suffixes[i].n);
    return name;
}

/* Without its rotation parts: .1, .12, -20261108, -20261108-1793487600, .20261108, -Nov-2026; and what people append to
 * the name of a copy. */
static struct slice without_rotation(struct slice name)
{
    for (bool any = false;; any = true) {
        name = without_copy_suffix(name);
        size_t dot = slice_rchr(name, '.'), dash = slice_rchr(name, '-');
        size_t at = dot < name.n && (dash == name.n || dot > dash) ? dot : dash;
        if (at == name.n || at == 0)
            return name;
        struct slice part = slice_from(name, at + 1);
        if (!digits(part) && !(any && at == dash && civil_month(part)))
            return name;
        name = slice_head(name, at);
    }
}

/* Logs that repeat lines of another, and that other. */
static const struct {
    struct slice name, of;
} excerpts[] = {
    {SLICE_LIT("mail.warn"), SLICE_LIT("mail.log")},
    {SLICE_LIT("mail.err"), SLICE_LIT("mail.log")},
    {SLICE_LIT("mail.info"), SLICE_LIT("mail.log")},
    {SLICE_LIT("rejectlog"), SLICE_LIT("mainlog")},
    {SLICE_LIT("paniclog"), SLICE_LIT("mainlog")},
    {SLICE_LIT("exim_rejectlog"), SLICE_LIT("exim_mainlog")},
    {SLICE_LIT("exim_paniclog"), SLICE_LIT("exim_mainlog")},
    {SLICE_LIT("reject.log"), SLICE_LIT("main.log")},
    {SLICE_LIT("panic.log"), SLICE_LIT("main.log")},
    {SLICE_LIT("exim_reject.log"), SLICE_LIT("exim_main.log")},
    {SLICE_LIT("exim_panic.log"), SLICE_LIT("exim_main.log")},
};

static struct slice stem(struct slice name)
{
    name = without_rotation(name);
    for (size_t i = 0; i < sizeof excerpts / sizeof excerpts[0]; i++)
        if (slice_eq(name, excerpts[i].name))
            return excerpts[i].of;
    return name;
}

/* Logs into which syslog puts lines of mail by the rules that systems come with, the one to be named by first; or lines of
 * daemons, among which a mail server's may be. */
static const struct {
    struct slice name;
    bool mail;
} mail_logs[] = {{SLICE_LIT("mail.log"), true},  {SLICE_LIT("maillog"), true},
                 {SLICE_LIT("mail"), true},      {SLICE_LIT("syslog"), true},
                 {SLICE_LIT("messages"), false}, {SLICE_LIT("daemon.log"), false}};

enum { MAIL_LOGS = sizeof mail_logs / sizeof mail_logs[0] };

size_t mail_log_rank(struct slice label)
{
    size_t i = 0;
    while (i < MAIL_LOGS && !slice_eq(label, mail_logs[i].name))
        i++;
    return i;
}

bool mail_log(struct slice label)
{
    return mail_log_rank(label) < MAIL_LOGS;
}

bool mail_log_always(struct slice label)
{
    size_t rank = mail_log_rank(label);
    return rank < MAIL_LOGS && mail_logs[rank].mail;
}

bool excerpt_of(struct slice a, struct slice b)
{
    a = without_rotation(without_archive_suffix(base_name(a)));
    b = without_rotation(without_archive_suffix(base_name(b)));
    struct slice of_a = stem(a), of_b = stem(b);
    return !slice_eq(a, b) && (slice_eq(of_a, of_b) || (mail_log(of_a) && mail_log(of_b)));
}

static struct slice host_option(const struct run *r, uint32_t source)
{
    const struct assignment *a = assigned(r, &r->options.hosts, source, false);
    return a ? a->value : (struct slice){0};
}

void stream_identity(struct run *r, uint32_t source, struct stream *out)
{
    const struct surveyed *s = &r->surveyed[source];
    const struct source *src = &r->inventory.sources[source];
    struct slice path = folder_path(r, src->path), host = host_option(r, source);
    if (host.n)
        r->evidence.sources[source].host = host;
    const char *server = s->detection.server;
    *out = (struct stream){.server = server ? slice_str(server) : SLICE("none"),
                           .by_host = host.n || s->detection.host.n};
    if (s->detection.epost != EPOST_NONE) {
        out->server = SLICE("epost");
        out->side_by_side = true;
        out->kind = "work_folder";
        out->by_host = false;
        out->label = host.n ? host : work_folder(path);
    } else if (out->by_host) {
        out->kind = "syslog";
        out->label = stem(base_name(folder_path(r, src->member)));
    } else {
        struct slice name = without_archive_suffix(base_name(path));
        bool multilog = name.n && (name.p[0] == '@' || slice_eq(name, SLICE("current")) ||
                                   slice_eq(name, SLICE("previous")));
        out->kind = "log_folder";
        out->label = multilog ? parent(path)
                              : arena_printf(&r->arena, "%.*s/%.*s", SLICE_ARG(parent(path)),
                                             SLICE_ARG(stem(name)));
    }
    out->key = arena_printf(&r->arena, "%s %.*s", out->kind, SLICE_ARG(out->label));
}

static size_t common_folders(struct slice a, struct slice b)
{
    size_t n = 0;
    for (size_t i = 0;; i++) {
        bool end_a = i == a.n || a.p[i] == '/', end_b = i == b.n || b.p[i] == '/';
        if (end_a && end_b)
            n = i;
        if (i == a.n || i == b.n || a.p[i] != b.p[i])
            return n;
    }
}

void labels_shorten(struct run *r)
{
    struct slice first = {0};
    size_t common = 0;
    bool any = false;
    for (size_t i = 0; i < r->streams_count; i++) {
        if (r->streams[i].by_host)
            continue;
        if (!any)
            first = r->streams[i].label, common = first.n;
        else if (common_folders(first, r->streams[i].label) < common)
            common = common_folders(first, r->streams[i].label);
        any = true;
    }
    for (size_t i = 0; i < r->streams_count; i++) {
        struct slice *label = &r->streams[i].label;
        if (r->streams[i].by_host)
            continue;
        *label = slice_from(*label, common);
        if (label->n && label->p[0] == '/')
            *label = slice_from(*label, 1);
    }
}
