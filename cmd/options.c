/* Options: parsing, --help and what the report tells all come from the rows of options.def and thresholds.def. */
#include "cmd.h"

#include "postmortem/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum option_id {
#define OPTION(id, name, letter, argument, commands, told, help) OPT_##id,
#include "options.def"
#undef OPTION
    OPT_THRESHOLDS
};

struct option_row {
    const char *name;
    char letter;
    const char *argument, *commands;
    bool told;
    const char *help;
};

static const struct option_row rows[] = {
#define OPTION(id, name, letter, argument, commands, told, help)                                   \
    {name, letter, argument, commands, told, help},
#include "options.def"
#undef OPTION
#define THRESHOLD(name, fallback, unit, meaning)                                                   \
    {#name, 0, "N", "RI", true, meaning " [" unit ", default " #fallback "]"},
#include "postmortem/analysis/thresholds.def"
#undef THRESHOLD
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* Raw values, in order of appearance; read into settings when all are known (--tz decides how --since is read). */
struct given {
    int row;
    struct slice value;
};

struct parse {
    struct settings *settings;
    char command;
    struct given *given;
    size_t count;
    struct zone *zone;
};

static bool name_is(const char *row, struct slice name)
{
    if (strlen(row) != name.n)
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (row[i] != name.p[i] && !(row[i] == '_' && name.p[i] == '-'))
            return false;
    return true;
}

static int row_named(struct slice name, char command)
{
    for (int i = 0; i < ROWS; i++)
        if (name_is(rows[i].name, name) && strchr(rows[i].commands, command))
            return i;
    return -1;
}

static int row_lettered(char letter, char command)
{
    for (int i = 0; i < ROWS; i++)
        if (rows[i].letter == letter && strchr(rows[i].commands, command))
            return i;
    return -1;
}

static void give(struct parse *p, int row, struct slice value)
{
    p->given = mem_grow(p->given, p->count + 1, sizeof *p->given);
    p->given[p->count++] = (struct given){row, value};
}

static void path_add(struct settings *s, const char *path)
{
    s->paths = mem_grow(s->paths, s->paths_count + 1, sizeof *s->paths);
    s->paths[s->paths_count++] = path;
}

static int long_option(struct parse *p, const char *text, char **argv, int argc, int *at,
                       struct err *e)
{
    struct slice rest = slice_str(text), name = slice_word(&rest, '=');
    int row = row_named(name, p->command);
    bool attached = strchr(text, '=') != NULL;
    if (row < 0)
        return err_set(e, ERR_USAGE, "unknown option --%s: see --help", text);
    if (!rows[row].argument) {
        if (attached)
            return err_set(e, ERR_USAGE, "--%s takes no value", rows[row].name);
        give(p, row, SLICE(""));
        return 0;
    }
    if (!attached && *at + 1 >= argc)
        return err_set(e, ERR_USAGE, "--%s wants a value: %s", rows[row].name, rows[row].argument);
    give(p, row, attached ? rest : slice_str(argv[++*at]));
    return 0;
}

static int short_options(struct parse *p, const char *text, char **argv, int argc, int *at,
                         struct err *e)
{
    for (; *text; text++) {
        int row = row_lettered(*text, p->command);
        if (row < 0)
            return err_set(e, ERR_USAGE, "unknown option -%c: see --help", *text);
        if (!rows[row].argument) {
            give(p, row, SLICE(""));
            continue;
        }
        if (text[1])
            give(p, row, slice_str(text + 1));
        else if (*at + 1 < argc)
            give(p, row, slice_str(argv[++*at]));
        else
            return err_set(e, ERR_USAGE, "-%c wants a value: %s", *text, rows[row].argument);
        return 0;
    }
    return 0;
}

static int collect(struct parse *p, int argc, char **argv, struct err *e)
{
    bool ended = false;
    for (int i = 0; i < argc; i++) {
        const char *text = argv[i];
        int result = 0;
        if (ended || text[0] != '-' || !text[1])
            path_add(p->settings, text);
        else if (strcmp(text, "--") == 0)
            ended = true;
        else if (text[1] == '-')
            result = long_option(p, text + 2, argv, argc, &i, e);
        else
            result = short_options(p, text + 1, argv, argc, &i, e);
        if (result)
            return -1;
    }
    return 0;
}

static int file_text(const char *path, struct buf *out, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(e, ERR_USAGE, "%s: cannot be opened: %s", path, strerror(errno));
    ssize_t n;
    while ((n = read(fd, buf_room(out, 4096), 4096)) > 0 && out->n < 1 << 20)
        out->n += (size_t)n;
    close(fd);
    return n < 0 ? err_set(e, ERR_USAGE, "%s: cannot be read: %s", path, strerror(errno)) : 0;
}

/* key = value, "#" comments; an unknown key is an error with its line. */
static int config_row(struct parse *p, const char *path, struct slice line, unsigned number,
                      struct err *e)
{
    line = slice_trim(line);
    if (line.n && line.p[line.n - 1] == '\r')
        line = slice_trim(slice_head(line, line.n - 1));
    if (!line.n || line.p[0] == '#')
        return 0;
    struct slice name = slice_trim(slice_word(&line, '=')), value = slice_trim(line);
    int row = row_named(name, p->command);
    if (row < 0 || row == OPT_config)
        return err_set(e, ERR_USAGE, "%s: line %u: unknown key %.*s", path, number,
                       SLICE_ARG(slice_head(name, 64)));
    bool off =
        !rows[row].argument && (slice_eq(value, SLICE("no")) || slice_eq(value, SLICE("false")));
    if (!off)
        give(p, row, arena_copy(&p->settings->arena, value));
    return 0;
}

static int config_read(struct parse *p, struct slice name, struct err *e)
{
    char path[4096];
    struct buf text = {0};
    snprintf(path, sizeof path, "%.*s", SLICE_ARG(slice_head(name, sizeof path - 1)));
    int result = file_text(path, &text, e);
    struct slice rest = buf_slice(&text);
    for (unsigned number = 1; !result && rest.n; number++)
        result = config_row(p, path, slice_word(&rest, '\n'), number, e);
    buf_fini(&text);
    return result;
}

/* Config rows come first, so that the command line wins. */
static int config_first(struct parse *p, struct err *e)
{
    struct given *line = p->given;
    size_t count = p->count;
    int result = 0;
    p->given = NULL;
    p->count = 0;
    for (size_t i = 0; i < count && !result; i++)
        if (line[i].row == OPT_config)
            result = config_read(p, line[i].value, e);
    for (size_t i = 0; i < count; i++)
        give(p, line[i].row, line[i].value);
    free(line);
    return result;
}

static int bad(struct err *e, int row, struct slice value)
{
    return err_set(e, ERR_USAGE, "--%s: %.*s is not understood: wanted %s", rows[row].name,
                   SLICE_ARG(slice_head(value, 64)), rows[row].argument);
}

static int number_of(int row, struct slice value, uint64_t least, uint64_t most, uint64_t *out,
                     struct err *e)
{
    uint64_t n;
    struct slice rest = value;
    if (!slice_eat_u64(&rest, &n))
        return bad(e, row, value);
    static const char units[] = "KMGT";
    const char *unit = rest.n == 1 ? strchr(units, rest.p[0]) : NULL;
    if (rest.n && !unit)
        return bad(e, row, value);
    unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
    if (n > most >> shift || (n << shift) < least)
        return err_set(e, ERR_USAGE, "--%s: %.*s is out of range", rows[row].name,
                       SLICE_ARG(slice_head(value, 32)));
    *out = n << shift;
    return 0;
}

static int severity_of(int row, struct slice value, int *out, struct err *e)
{
    for (int i = SEVERITY_CRITICAL; i <= SEVERITY_INFO; i++)
        if (slice_eq(value, slice_str(severity_names[i]))) {
            *out = i;
            return 0;
        }
    return bad(e, row, value);
}

static struct assignment *assign_to(struct assignments *list, struct slice value)
{
    list->rows = mem_grow(list->rows, list->count + 1, sizeof *list->rows);
    struct assignment *a = &list->rows[list->count++];
    size_t at = slice_rchr(value, '=');
    *a = (struct assignment){0};
    a->name = at < value.n ? slice_head(value, at) : (struct slice){0};
    a->value = at < value.n ? slice_from(value, at + 1) : value;
    return a;
}

static int language_of(struct settings *s, int row, struct slice value, struct err *e)
{
    s->report.languages_count = 0;
    struct slice rest = value;
    while (rest.n) {
        struct slice name = slice_word(&rest, ',');
        const char *language = slice_eq(name, SLICE("ja"))   ? "ja"
                               : slice_eq(name, SLICE("en")) ? "en"
                                                             : NULL;
        if (!language || s->report.languages_count == 2 ||
            (s->report.languages_count && s->report.languages[0] == language))
            return bad(e, row, value);
        s->report.languages[s->report.languages_count++] = language;
    }
    return s->report.languages_count ? 0 : bad(e, row, value);
}

static when now(void)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds;
    if (epoch && slice_u64(slice_str(epoch), &seconds) && seconds < 1u << 31)
        return (when)seconds * SECOND;
    return (when)time(NULL) * SECOND;
}

static int threshold_set(struct settings *s, int row, struct slice value, struct err *e)
{
    uint64_t n;
    if (number_of(row, value, 0, 1u << 30, &n, e))
        return -1;
    int at = OPT_THRESHOLDS;
#define THRESHOLD(name, fallback, unit, meaning)                                                   \
    if (row == at++)                                                                               \
        s->run.thresholds.name = (int64_t)n;
#include "postmortem/analysis/thresholds.def"
#undef THRESHOLD
    return 0;
}

static int limit_set(struct settings *s, int row, struct slice value, struct err *e)
{
    uint64_t n;
    if (number_of(row, value, 1, UINT64_C(1) << 50, &n, e))
        return -1;
    struct limits *l = &s->run.limits;
    if (row == OPT_max_depth)
        l->depth = n > 32 ? 32 : (unsigned)n;
    else if (row == OPT_max_entries)
        l->entries = n;
    else if (row == OPT_max_ratio)
        l->ratio = n;
    else if (row == OPT_max_total)
        l->total = n;
    else if (row == OPT_max_memory)
        l->memory = n;
    else if (n > 16u << 20 || n < 1000)
        return err_set(e, ERR_USAGE, "--max-line: between 1000 and 16M");
    else
        l->line = (size_t)n;
    return 0;
}

static int place_set(struct parse *p, int row, struct slice value, struct err *e)
{
    struct settings *s = p->settings;
    uint64_t n;
    if (row == OPT_host) {
        struct assignment *a = assign_to(&s->run.hosts, value);
        return a->value.n && a->name.n ? 0 : bad(e, row, value);
    }
    if (row == OPT_year) {
        struct assignment *a = assign_to(&s->run.years, value);
        if (!slice_u64(a->value, &n) || n < 1970 || n > 9999)
            return bad(e, row, value);
        a->year = (int)n;
        return 0;
    }
    struct assignment *a = assign_to(&s->run.input_zones, value);
    a->zone = zone_open(a->value, e);
    return a->zone ? 0 : -1;
}

static int progress_of(struct settings *s, int row, struct slice value, struct err *e)
{
    if (slice_eq(value, SLICE("auto")))
        s->progress = PROGRESS_AUTO;
    else if (slice_eq(value, SLICE("never")))
        s->progress = PROGRESS_NEVER;
    else if (slice_eq(value, SLICE("json")))
        s->progress = PROGRESS_JSON;
    else
        return bad(e, row, value);
    return 0;
}

/* Only its form is judged here: which instant is meant depends on the zone that the survey settles. */
static int period_set(struct settings *s, int row, struct slice value, struct err *e)
{
    struct zone *utc = zone_fixed(0);
    when any;
    bool good = period_parse(value, utc, now(), row == OPT_until, &any);
    zone_free(utc);
    *(row == OPT_since ? &s->since : &s->until) = value;
    return good ? 0 : bad(e, row, value);
}

static void tell_instant(struct settings *s, const char *name, when t)
{
    char text[40];
    for (size_t i = 0; i < s->told_count; i++)
        if (slice_eq(s->told[i].name, slice_str(name)))
            s->told[i].value = arena_copy(&s->arena, when_rfc3339(t, text));
}

int settings_period(struct settings *s, const struct zone *zone, when *since, when *until,
                    struct err *e)
{
    *since = *until = WHEN_NONE;
    if (s->since.n && period_parse(s->since, zone, now(), false, since))
        tell_instant(s, "since", *since);
    if (s->until.n && period_parse(s->until, zone, now(), true, until))
        tell_instant(s, "until", *until);
    if (*since != WHEN_NONE && *until != WHEN_NONE && *since >= *until)
        return err_set(e, ERR_USAGE, "--since is not before --until");
    return 0;
}

static void folder_set(struct settings *s, struct slice name)
{
    char *old;
    memcpy(&old, &s->report.folder, sizeof old); /* ours, though told as const */
    free(old);
    s->report.folder = mem_text(name.p, name.n);
}

static const char *kept_text(struct settings *s, struct slice text)
{
    char *copy = arena_alloc(&s->arena, text.n + 1);
    if (text.n)
        memcpy(copy, text.p, text.n);
    return copy;
}

static int plan_set(struct settings *s, int row, struct slice value, struct err *e)
{
    if (row == OPT_shard)
        return number_of(row, value, 1, UINT32_MAX, &s->shard, e);
    if (row == OPT_shard_bytes)
        return number_of(row, value, 1, UINT64_C(1) << 50, &s->run.shard_bytes, e);
    *(row == OPT_plan ? &s->plan : row == OPT_part ? &s->part : &s->replan) = kept_text(s, value);
    return value.n ? 0 : bad(e, row, value);
}

static int take(struct parse *p, int row, struct slice value, struct err *e)
{
    struct settings *s = p->settings;
    uint64_t n;
    switch (row) {
    case OPT_output:
        folder_set(s, value);
        return value.n ? 0 : bad(e, row, value);
    case OPT_plan:
    case OPT_shard:
    case OPT_part:
    case OPT_replan:
    case OPT_shard_bytes:
        return plan_set(s, row, value, e);
    case OPT_force:
        s->report.force = true;
        return 0;
    case OPT_title:
        s->run.title = value;
        return 0;
    case OPT_lang:
        return language_of(s, row, value, e);
    case OPT_since:
    case OPT_until:
        return period_set(s, row, value, e);
    case OPT_tz:
        return 0; /* opened before all others */
    case OPT_input_tz:
    case OPT_year:
    case OPT_host:
        return place_set(p, row, value, e);
    case OPT_queue_lifetime:
        return span_parse(value, &s->run.lifetime) && s->run.lifetime ? 0 : bad(e, row, value);
    case OPT_top:
        if (number_of(row, value, 1, 100000, &n, e))
            return -1;
        s->run.top = (size_t)n;
        return 0;
    case OPT_min_severity:
        return severity_of(row, value, &s->min_severity, e);
    case OPT_fail_on:
        return severity_of(row, value, &s->fail_on, e);
    case OPT_allow_empty:
        s->allow_empty = true;
        return 0;
    case OPT_no_hash:
        s->run.no_hash = true;
        return 0;
    case OPT_jobs:
        if (number_of(row, value, 1, 256, &n, e))
            return -1;
        s->run.jobs = (unsigned)n;
        return 0;
    case OPT_max_depth:
    case OPT_max_entries:
    case OPT_max_ratio:
    case OPT_max_total:
    case OPT_max_line:
    case OPT_max_memory:
        return limit_set(s, row, value, e);
    case OPT_config:
        return 0;
    case OPT_quiet:
        s->quiet = true;
        return 0;
    case OPT_verbose:
        s->verbose = true;
        return 0;
    case OPT_progress:
        return progress_of(s, row, value, e);
    case OPT_help:
        s->help = true;
        return 0;
    default:
        return threshold_set(s, row, value, e);
    }
}

/* Options that can change the answer, as the report tells them; a period is told resolved. */
static void tell(struct settings *s, int row, struct slice value)
{
    if (!rows[row].told)
        return;
    s->told = mem_grow(s->told, s->told_count + 1, sizeof *s->told);
    s->told[s->told_count++] = (struct assignment){.name = slice_str(rows[row].name),
                                                   .value = value.n ? value : SLICE("yes")};
}

static int by_name(const void *a, const void *b)
{
    const struct assignment *x = a, *y = b;
    int order = slice_cmp(x->name, y->name);
    return order ? order : slice_cmp(x->value, y->value);
}

static void defaults(struct settings *s)
{
    *s = (struct settings){.fail_on = -1, .min_severity = SEVERITY_INFO};
    s->run.limits = limits_default;
    s->run.thresholds = thresholds_default;
    s->run.since = s->run.until = WHEN_NONE;
    s->run.top = 20;
    s->run.title = SLICE("postmortem");
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    s->run.jobs = cores > 0 && cores < 256 ? (unsigned)cores : 1;
    const char *language = getenv("LC_ALL");
    if (!language || !*language)
        language = getenv("LANG");
    s->report.languages[0] = language && strncmp(language, "ja", 2) == 0 ? "ja" : "en";
    s->report.languages_count = 1;
}

static int take_all(struct parse *p, struct err *e)
{
    struct settings *s = p->settings;
    for (size_t i = 0; i < p->count; i++)
        if (p->given[i].row == OPT_tz) {
            zone_free(s->run.zone);
            if (!(s->run.zone = zone_open(p->given[i].value, e)))
                return -1;
        }
    for (size_t i = 0; i < p->count; i++) {
        if (take(p, p->given[i].row, p->given[i].value, e))
            return -1;
        tell(s, p->given[i].row, p->given[i].value);
    }
    if (s->told_count)
        qsort(s->told, s->told_count, sizeof *s->told, by_name);
    return 0;
}

/* A path or host that no log has is a slip of the pen. */
static void say_unused(const struct settings *s, int row, const struct assignments *list)
{
    struct buf text = {0};
    for (size_t i = 0; !s->quiet && i < list->count; i++) {
        if (list->rows[i].used || !list->rows[i].name.n)
            continue;
        buf_printf(&text, "postmortem: --%s ", rows[row].name);
        terminal_text(&text, list->rows[i].name);
        buf_byte(&text, '=');
        terminal_text(&text, list->rows[i].value);
        buf_printf(&text, ": no log that is read has that %s\n",
                   row == OPT_input_tz ? "host or path" : "path");
    }
    if (text.n)
        fwrite(text.p, 1, text.n, stderr);
    buf_fini(&text);
}

int settings_survey(struct settings *s, struct run *r, struct err *e)
{
    when since, until;
    run_survey(r);
    say_unused(s, OPT_host, &s->run.hosts);
    say_unused(s, OPT_input_tz, &s->run.input_zones);
    say_unused(s, OPT_year, &s->run.years);
    if (settings_period(s, run_zone(r), &since, &until, e))
        return -1;
    run_period(r, since, until);
    return 0;
}

int settings_run(struct settings *s, struct run *r, struct err *e)
{
    if (settings_survey(s, r, e))
        return -1;
    run_read(r);
    progress_end(s);
    return 0;
}

/* What a subcommand cannot do without. */
static int wanting(const struct settings *s, char command, struct err *e)
{
    if (command == 'S' && s->paths_count)
        return err_set(e, ERR_USAGE, "scan takes no PATH: the plan names the evidence");
    if ((command == 'S' || command == 'M') && !s->plan)
        return err_set(e, ERR_USAGE,
                       "no --plan FILE given: inspect --plan FILE PATH... writes one");
    if (command == 'S' && (!s->shard || !s->part))
        return err_set(e, ERR_USAGE, "scan wants --shard K and -o PART");
    if (command == 'M' && !s->paths_count)
        return err_set(e, ERR_USAGE, "no PART given: name the partial files that scan wrote");
    if (command == 'S' || s->paths_count)
        return 0;
    return err_set(e, ERR_USAGE,
                   "no PATH given: name files, folders or archives, or - for standard input");
}

int settings_parse(struct settings *s, char command, int argc, char **argv, struct err *e)
{
    struct parse p = {.settings = s, .command = command};
    defaults(s);
    int result = collect(&p, argc, argv, e);
    if (!result)
        result = config_first(&p, e);
    if (!result)
        result = take_all(&p, e);
    free(p.given);
    s->run.paths = s->paths;
    s->run.paths_count = s->paths_count;
    s->run.told = s->told;
    s->run.told_count = s->told_count;
    if (!result && !s->help && wanting(s, command, e))
        return -1;
    if (!s->report.folder)
        s->report.folder = mem_text("postmortem-report", 17);
    return result;
}

void settings_fini(struct settings *s)
{
    for (size_t i = 0; i < s->run.input_zones.count; i++)
        zone_free(s->run.input_zones.rows[i].zone);
    free(s->run.input_zones.rows);
    free(s->run.years.rows);
    free(s->run.hosts.rows);
    zone_free(s->run.zone);
    free(s->paths);
    free(s->told);
    char *folder;
    memcpy(&folder, &s->report.folder, sizeof folder);
    free(folder);
    arena_fini(&s->arena);
}

void settings_help(char command, struct buf *out)
{
    for (int i = 0; i < ROWS; i++) {
        if (!strchr(rows[i].commands, command))
            continue;
        struct buf name = {0};
        buf_printf(&name, "%s%s", rows[i].name, rows[i].argument ? " " : "");
        for (size_t k = 0; k < name.n; k++)
            if (name.p[k] == '_')
                name.p[k] = '-';
        buf_printf(out, "  %c%c%c --%.*s%s\n        %s\n", rows[i].letter ? '-' : ' ',
                   rows[i].letter ? rows[i].letter : ' ', rows[i].letter ? ',' : ' ', (int)name.n,
                   name.p, rows[i].argument ? rows[i].argument : "", rows[i].help);
        buf_fini(&name);
    }
}
