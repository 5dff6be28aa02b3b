/* format.h - bytes of a log to events.  Pure: no files, no locale, no clock of this machine, no order but a bounded
 * carry per source.
 *
 * Two tables, because transport and server are independent.  A *framing* (framings.def) strips stamp, host, tag and
 * pid from a physical line and assembles continuation lines into a record; it is chosen per source by bidding on the
 * first 64 KiB.  A *dialect* (dialects.def) reads the record's body; it is chosen per record by tag, because one
 * maillog holds several programs (or by the framing itself where the framing belongs to one server: the E-Post kinds).
 */
#ifndef POSTMORTEM_FORMAT_FORMAT_H
#define POSTMORTEM_FORMAT_FORMAT_H

#include "postmortem/base/buf.h"
#include "postmortem/clock/zone.h"
#include "postmortem/format/shapes.h"
#include "postmortem/mail/event.h"

/* Every physical line falls into exactly one class; lines and bytes of the classes add up to what was read. */
enum line_class {
    LINE_PARSED, /* understood: an event of a dialect, or a line kind known to carry none */
    LINE_OTHER,  /* the tag of a program listed as not ours (programs.def) */
    LINE_UNPARSED, /* not understood: no stamp, unknown body of a known program, unknown tag, cut, binary */
    LINE_DUPLICATE,    /* counted before in another source (run decides) */
    LINE_CONTINUATION, /* belongs to the record before it */
    LINE_BLANK,        /* empty, or blanks only */
    LINE_SKIPPED,      /* of a log kind that is known but not read (its note says so) */
    LINE_OUTSIDE,      /* outside --since/--until */
    LINE_CLASSES
};
extern const char
    *const line_class_names[LINE_CLASSES]; /* "parsed", "other", ... as report.json spells them */

enum dialect_id {
#define DIALECT(id, name, server, read, own) DIALECT_##id,
#include "postmortem/format/dialects.def"
#undef DIALECT
    DIALECT_COUNT
};

/* Which log of an E-Post work folder a source is; EPOST_NONE for other servers. */
enum epost_kind {
    EPOST_NONE,
    EPOST_INLOG,
    EPOST_OUTLOG,
    EPOST_OUTLOCALLOG,
    EPOST_FAILLOG,
    EPOST_ACCEPTLOG,
    EPOST_SENDERLOG,
    EPOST_RECEIVELOG,
    EPOST_IMAP4LOG,
    EPOST_RECEIVEIMAP4,
    EPOST_POP3LOG,
    EPOST_RECEIVEPOP3,
    EPOST_KINDS
};

struct framing; /* a row of framings.def */

/* What the lines of one host taught of its zone: several hosts may write one file, each by its own clock. */
enum { HOST_ZONES = 8 };
struct host_zone {
    uint64_t host;  /* slice_hash of its name */
    int32_t offset; /* seconds east */
};
struct host_zones {
    struct host_zone of[HOST_ZONES];
    size_t count;
};

/* What the head of a source (its first 64 KiB, decompressed) and its path tell. */
enum { HEAD_HOSTS = 8 };

struct detection {
    const struct framing *framing; /* NULL: not recognised as a log */
    int bid;                       /* 0..100, of the winner */
    enum epost_kind epost;
    const char *
        encoding; /* "ascii", "utf-8", "cp932", "utf-16le", "utf-16be", "utf-8-bom", "binary", "8bit" */
    uint64_t lines,
        recognised; /* whole lines of the head, and those the framing and a dialect understood */
    struct civil first_local; /* first stamp without a zone; valid where has_local */
    bool has_local;
    when first; /* first stamp that is an instant (TAI64N, epoch, ISO), or WHEN_NONE */
    when
        anchor; /* an instant that the lines' queue ids put a local reading to, near first_local; or WHEN_NONE */
    /* An instant and a local reading stood on one line (splogger, senderlog), or on two (queue ids that hold the time they
     * were made at): the first offset of the zone learnt so, seconds east, rounded to 15 minutes; by ids for each host. */
    bool has_offset;
    int32_t offset;
    struct host_zones zones;
    /* The first offset that a stamp of host's printed ("+09:00"), seconds east.  0 ("Z", "+00:00") says nothing of its clock:
     * many log in UTC by a template. */
    bool has_printed;
    int32_t printed;
    struct civil
        name_date; /* the date a name supplies (E-Post yymmdd.log, dateext rotation, a folder's); valid where has_name_date */
    bool has_name_date;
    bool
        name_date_latest; /* ... and it is a folder's, or a month's last day: lines may be of any day before it */
    struct slice host; /* host of the first line that carries one (points into head) */
    uint64_t
        mail_hosts[HEAD_HOSTS]; /* slice_hash of each host whose mail is told of, the first ones */
    size_t mail_hosts_count;
    const char *server; /* whose records are the most in the head: dialect_server; NULL: none's */
    const char *note;   /* e.g. a known but unread kind; NULL */
};

/* Look at a source's head.  path is the member's path with '/' separators (its last parts may name an E-Post log kind,
 * computer and date: <kind>/[<COMPUTER>/]yymmdd.log; or a date), suffixes such as .gz already dropped.  head need not end at a
 * line end unless whole is true. */
void format_detect(struct slice head, bool whole, struct slice path, struct detection *out);

/* The framing of that name, or NULL. */
const struct framing *framing_named(struct slice name);
const char *framing_name(const struct framing *f); /* "multilog", "rfc3164", "epost-inlog", ... */
const char *dialect_name(enum dialect_id d);       /* "qmail-send", "epost-inlog", ... */
const char *dialect_server(enum dialect_id d); /* "qmail", "epost": what instances are named by */
/* Is it read from the server's own lines, or from a neighbour's (a filter, tcpserver), which show nothing of its queue? */
bool dialect_own(enum dialect_id d);
/* Is it the server of a dialect? */
bool dialect_server_known(struct slice server);

/* What survey settled for a source before it is read.  Slices must outlive the reader. */
struct source_facts {
    const struct zone *zone; /* of stamps without one; never NULL */
    bool
        zone_learnt; /* zone came from a default: offsets learnt from the lines themselves may replace it */
    when
        anchor; /* an instant near (within half a year of) the source's first stamp; WHEN_NONE if unknown */
    bool
        anchor_last; /* the time of a file: what is in it was written before, maybe long before, not after */
    struct host_zones zones; /* with zone_learnt: what is known of hosts to begin with */
    int year;                /* --year: the year of the first stamp; 0 = by anchor */
    struct civil
        date; /* E-Post: the file name's date (senderlog has no date of its own); year 0 = none */
    enum epost_kind epost;
    when since, until; /* the period asked for; WHEN_NONE = open */
};

/* The year of a source's first stamp that has none: given, or the one that puts it nearest to the anchor (of those that
 * an anchor_last allows).  0 if there is none. */
int source_first_year(const struct source_facts *f, const struct civil *local);

struct reader_counts {
    uint64_t lines[LINE_CLASSES], bytes[LINE_CLASSES];
    uint64_t dialect_records[DIALECT_COUNT];
    when first, last;  /* smallest and greatest stamp of parsed and other lines; WHEN_NONE = none */
    uint64_t dateless; /* stamps of the right shape that are no date */
    uint64_t year_steps;  /* New Years met inside the source */
    uint64_t clock_back;  /* steps back by more than 1 s in a log that is written in order */
    uint64_t folds, gaps; /* local readings in a DST fold or gap */
    bool has_offset;      /* the last offset learnt in the lines */
    int32_t offset;
};

/* The counts as bytes, and back (untrusted): false on damage. */
void reader_counts_save(const struct reader_counts *c, struct buf *out);
bool reader_counts_load(struct slice *in, struct reader_counts *c);

typedef void event_fn(void *context, const struct event *e);

/* The log of host (empty: lines name none) was written to in the hour that begins at hour (of UTC). */
typedef void hour_fn(void *context, struct slice host, when hour);

struct reader; /* one source being read: its framing, carry and counts */

/* f is a detection's framing.  fn gets each event, in file order, during reader_line or reader_finish; lines that say
 * nothing to join (EVENT_NONE) give none.  A line may give two: qmail's status with "exitasap" a SERVICE and a LOAD,
 * an acceptlog line of a failed AUTH without mail a LOGIN and a SESSION (the verdict stands in the LOGIN only).  A record
 * whose stamp is no date, or has no year that can be settled, has the time WHEN_NONE. */
struct reader *reader_new(const struct framing *f, const struct source_facts *facts, event_fn *fn,
                          void *context);
void reader_free(struct reader *r);
/* From now on fn gets the hours of all lines that have a stamp in the period asked for and count here, whatever they say:
 * each at least once, most only once. */
void reader_hours(struct reader *r, hour_fn *fn, void *context);
/* From now on events need no facts: nothing but them may be left out. */
void reader_brief(struct reader *r);
/* From now on s gets the shapes of lines that are not understood and count here; s outlives the reader. */
void reader_shapes(struct reader *r, struct shapes *s);
/* One physical line: line without its terminator (LF or CRLF; a CR before the LF is still on it and is dropped here),
 * bytes = what it occupied in the source, place of its start (copied).  cut = the line was longer than the limit and only its
 * head is here: it is classed unparsed unless its head is a whole known record. */
void reader_line(struct reader *r, struct slice line, size_t bytes, bool cut,
                 const struct place *place);
/* A line that counts in another source already: it moves the carry (year, zone, entry clock) as any line does, gives no
 * event, and its class is duplicate. */
void reader_duplicate(struct reader *r, struct slice line, size_t bytes, bool cut,
                      const struct place *place);
/* The stamp of the line last given (also of one that is held back); WHEN_NONE where it has none. */
when reader_stamp(const struct reader *r);
/* End of source: a record still held back is delivered. */
void reader_finish(struct reader *r);
const struct reader_counts *reader_counts(const struct reader *r);
/* The carry: everything the reader knows that the next line of the same log could need (held record, year, zone, DST
 * side, entry clock).  Saved where a log is cut and loaded into a new reader, reading goes on as if uncut.
 * After reader_save the reader is freed without reader_finish: a record held back is in the carry.  The counts are not;
 * they are added.  reader_load: false (the reader unchanged) if in is not a carry of source's (in is not trusted). */
void reader_save(const struct reader *r, struct buf *out);
bool reader_load(struct reader *r, struct slice in, uint32_t source);
/* Does a log go on alike after both carries?  The number of a held line is not asked. */
bool carry_same(struct slice a, struct slice b);
/* The number of the line that a carry holds back; 0: it holds none. */
uint64_t carry_held_line(struct slice carry);

#endif
