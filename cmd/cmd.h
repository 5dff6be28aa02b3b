/* cmd.h - what the subcommands share.  Private to cmd. */
#ifndef POSTMORTEM_CMD_H
#define POSTMORTEM_CMD_H

#include "postmortem/confine/confine.h"
#include "postmortem/report/report.h"
#include "postmortem/run/run.h"

#define POSTMORTEM_VERSION "0.1.0"

enum {
    EXIT_FINE = 0,
    EXIT_DAMAGED = 1,
    EXIT_USAGE = 2,
    EXIT_NOTHING = 3,
    EXIT_OUTPUT = 4,
    EXIT_FINDING = 5,
    EXIT_INTERNAL = 70
};

enum progress { PROGRESS_AUTO, PROGRESS_NEVER, PROGRESS_JSON };

struct settings {
    struct run_options run;
    struct report_options report;
    const char **paths;
    size_t paths_count;
    struct assignment *told;
    size_t told_count;
    bool quiet, verbose, allow_empty, help;
    int fail_on;      /* enum severity, or -1 */
    int min_severity; /* enum severity */
    enum progress progress;
    const char *plan, *part, *replan; /* files, or NULL; owned by arena */
    uint64_t shard;
    struct slice since, until; /* as given; empty = open */
    struct arena arena;
};

/* Parse a subcommand's arguments (after its name): options anywhere, "--" ends them, a config file's rows first wherever
 * -c stands.  -1 and a usage error. */
int settings_parse(struct settings *s, char command, int argc, char **argv, struct err *e);
void settings_fini(struct settings *s);
/* The period asked for, as instants in the report's zone; told to the report so.  -1 and a usage error if it is empty. */
int settings_period(struct settings *s, const struct zone *zone, when *since, when *until,
                    struct err *e);
/* Survey by the settings, and then read: 0, or -1 and an error. */
int settings_survey(struct settings *s, struct run *r, struct err *e);
int settings_run(struct settings *s, struct run *r, struct err *e);
/* Give up what is not needed any more (confine.h); with -v it is said what the kernel could not do. */
void settings_confine(const struct settings *s, const struct confinement *c);
/* The same for a report: what was named may be read, and the plan; the report's folder, which is there, may be written, and
 * where --replan goes.  made: the folder was made by this run and may be removed again. */
void settings_confine_report(const struct settings *s, bool made);
/* The folder a path lies in; the caller frees. */
char *parent_folder(const char *path);
/* The option list of a subcommand, for --help. */
void settings_help(char command, struct buf *out);
/* A span: "7d", "36h", "90m", "3600s" or plain seconds -> microseconds. */
bool span_parse(struct slice s, int64_t *out);
/* --since/--until in zone: RFC 3339, YYYY-MM-DD, yesterday, today, last-month, this-month, -30d.  now resolves the relative
 * ones; end: of a day or month named by a word the end is meant, not its start; a date is always its start. */
bool period_parse(struct slice s, const struct zone *zone, when now, bool end, when *out);

int command_report(int argc, char **argv);
int command_inspect(int argc, char **argv);
int command_scan(int argc, char **argv);
/* The run that --plan names, or NULL and why. */
struct run *plan_open(struct settings *s, struct err *e);
int command_merge(int argc, char **argv);
/* "postmortem NAME SYNOPSIS - HELP" and the options, for --help. */
int command_help(char command, const char *head);
/* From a run that has read, or taken, everything: judge, finish, write, tell; the exit code. */
int report_make(struct settings *s, struct run *r);

/* A file as a whole: at most limit bytes of it into out.  -1: ERR_USAGE and why. */
int file_read(const char *path, uint64_t limit, struct buf *out, struct err *e);
/* May it be written (it is not there, or force)?  Asked before an hour is spent on reading. */
int file_check(const char *path, bool force, struct err *e);
/* Do both names lead to one file? */
bool file_same(const char *a, const char *b);
/* Is it there and a piece of the evidence, under whatever name?  Then e says so. */
bool file_is_input(const char *path, const struct inventory *v, struct err *e);
/* Is a file of the report? */
bool output_is_input(const struct settings *s, const struct inventory *v, struct err *e);
/* Write it beside its place (0600), sync, rename.  -1: ERR_USAGE where it is there already, ERR_OUTPUT; nothing is left. */
int file_write(const char *path, struct slice bytes, bool force, struct err *e);
/* Remove what a running file_write has not yet put in its place; async-signal-safe. */
void file_abandon(void);

/* Text that may hold anything, made safe for a terminal: controls and invalid bytes as \xNN, bidi and zero-width
 * characters as \u{202E}, one line. */
void terminal_text(struct buf *out, struct slice s);
/* "postmortem: " and the text, to standard error. */
void say_error(const struct err *e);
/* Every problem of the evidence as lines for standard error, at most ten of a kind per source. */
void problems_text(const struct evidence *evidence, struct buf *out);
/* The same, said. */
void say_problems(const struct evidence *evidence);
/* The progress callback of the settings, or none. */
void progress_set(struct settings *s);
void progress_end(const struct settings *s);

#endif
