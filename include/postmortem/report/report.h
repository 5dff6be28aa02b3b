/* report.h - documents to files: JSON, HTML, workbook.
 *
 * One row per renderer (renderers.def).  All escaping is in three functions: html_text, json_string, cell_text. */
#ifndef POSTMORTEM_REPORT_REPORT_H
#define POSTMORTEM_REPORT_REPORT_H

#include "postmortem/base/err.h"
#include "postmortem/doc/doc.h"

struct report_options {
    const char *folder;       /* where the three files go; made (0700) if missing */
    const char *languages[2]; /* "ja", "en"; one or two */
    size_t
        languages_count; /* two: report.ja.html, report.en.html, report.ja.xlsx, report.en.xlsx */
    bool force;          /* replace existing output */
};

/* Does any of the output files exist already (then without force nothing may be written), is the folder a symbolic
 * link, not a folder, not writable, or is there none to make it in?  0, or -1: ERR_USAGE, and ERR_OUTPUT
 * where the system refuses. */
int report_check(const struct report_options *o, struct err *e);
/* Make the folder if it is not there, so that a process may be confined to it before evidence is read; *made tells
 * whether it was.  0, or -1 and an error.  report_release removes it again if it was made and is still empty. */
int report_claim(const struct report_options *o, bool *made, struct err *e);
void report_release(void);
/* Write every file of the report: each to a temporary beside its place (0600), synced, put in its place; report.json last,
 * with the hashes of the others in "outputs".  Removes stale temporaries of earlier runs first.  -1: the old output is
 * there as it was (only where the file system cannot exchange two files, what was replaced before the failure stays
 * replaced); temporaries are removed. */
int report_write(const struct doc *d, const struct report_options *o, struct err *e);
/* For --version and the report. */
const char *report_libxlsxwriter_version(void);
/* Remove the temporaries of a running report_write; async-signal-safe.  For signal handlers and fatal exits.  False, and
 * nothing is removed, once the files are taking their places: then the run is to be finished, so that the exit code
 * says which report is there. */
bool report_abandon(void);

/* Untrusted bytes to HTML text (also safe in double-quoted attributes): valid UTF-8, controls, bidi and zero-width
 * characters made visible as ⟨U+202E⟩, invalid bytes as \xNN. */
struct buf;
void html_text(struct buf *out, struct slice s);
/* A JSON string with its quotes; invalid bytes become U+FFFD is not enough: they are written as the text \xNN. */
void json_string(struct buf *out, struct slice s);
/* A NUL-terminated valid XML 1.0 string for a workbook cell: at most 32,767 UTF-16 units (cut visibly), _xNNNN_ escaped. */
const char *cell_text(struct buf *out, struct slice s);

#endif
