/* reader.h - the inside of a reader: what framings share. */
#ifndef FORMAT_READER_H
#define FORMAT_READER_H

#include "dialects.h"

#include "postmortem/base/memory.h"
#include "postmortem/clock/stamp.h"

/* Kinds of stamps, told apart line by line: one file may mix them. */
enum stamp_kind {
    STAMP_NONE,
    STAMP_TAI,
    STAMP_TAILOCAL,
    STAMP_EPOCH,
    STAMP_RFC3164,
    STAMP_ISO,
    STAMP_RFC5424,
    STAMP_FULL,    /* journalctl -o short-full */
    STAMP_UNIX,    /* ... -o short-unix */
    STAMP_JOURNAL, /* a journal's own, as JSON */
    STAMP_EXPORT,  /* ... as an export */
    STAMP_DOCKER,
    STAMP_CRI,
    STAMP_COMPOSE,
    STAMP_TIMESTAMPS, /* docker logs -t, kubectl logs --timestamps */
    STAMP_EPOST,
    STAMP_EXIM,
    STAMP_WIZ98,
    STAMP_KINDS
};

/* A line that is kept back until the next one shows whether it goes on. */
#define LINE_HELD LINE_CLASSES
/* A line of a record that goes on, or ends with it: continuation, unless reader_settle says otherwise before the next such
 * line comes. */
#define LINE_PENDING (LINE_CLASSES + 1)

typedef enum line_class framing_line(struct reader *r, struct slice line);
typedef enum line_class epost_read(struct slice line, struct civil *local, struct event *e);

struct framing {
    const char *name;
    framing_line *line;
    enum stamp_kind stamp; /* what the lines that speak for it begin with */
    bool ordered;          /* written in order of time: a step back is a clock step */
    enum epost_kind epost;
    epost_read *read; /* of E-Post kinds */
    enum dialect_id dialect;
};
extern const struct framing framings[];
extern const size_t framings_count;

enum { STREAMS = 2, PARTS_MAX = 1 << 16 }; /* standard output and error */
enum {
    EXPORT_TEXTS = 4,
    EXPORT_MESSAGE = 1 << 16,
    EXPORT_NAME = 256
}; /* bytes kept of the texts */

/* A host's zone, as its lines taught it; forgotten is what they said more than ZONE_FOR bytes ago, but for the offset. */
enum { ZONE_FOR = 16 << 10 };
struct local_zone {
    uint64_t host;
    int64_t known, offset; /* seconds east */
    /* What an id said against it, waiting for a second one: offset, year, and the id's time or WHEN_NONE. */
    int64_t other, other_year;
    when other_id;
    int64_t ahead; /* the readings went ahead by an hour since an id last agreed */
    when last;     /* reading of the line before, as if UTC */
    uint64_t at;   /* ... and where it stands */
    int64_t
        shift; /* seconds by which the offset seems to have changed, as no id has told yet; 0: it does not */
    when mark; /* the last reading before that */
};

/* Everything the next line could depend on; reader_save writes it field by field. */
struct carry {
    int64_t year;               /* of yearless stamps; 0 = not settled */
    when walk;                  /* last yearless reading that moved the walk, as if UTC */
    int64_t far;                /* 1 or -1: the line before lay half a year ahead or behind */
    when last;                  /* last instant, for the DST side and clock steps */
    when entry;                 /* E-Post inlog: the greatest stamp so far */
    when trace;                 /* senderlog: the time of the line before */
    int64_t date;               /* senderlog: days since 1970 of its file, or INT64_MIN */
    int64_t has_offset, offset; /* of lines whose host taught nothing; learnt from offset_host */
    uint64_t offset_host;
    uint64_t zones_count;
    struct local_zone zones[HOST_ZONES]; /* by host */
    int64_t has_record; /* a record came before: lines without a stamp may continue it */
    int64_t holding;
    when held_epoch;
    uint64_t held_offset, held_line, held_source, held_bytes, held_cut, held_duplicate;
    uint64_t pending, pending_duplicate; /* bytes of the pending line; 0: none */
    /* Lines that came in parts: the stream and the time of the last part. */
    int64_t parts_stream;
    when parts_stamp;
    int64_t parts_cut[STREAMS];
    /* A journal's record that is being put together, and the binary value that is being read. */
    int64_t export_open, export_stage, export_key, export_got, export_pid, export_syslog_pid;
    int64_t export_cut, export_duplicate;
    when export_stamp;
    uint64_t export_left, export_offset, export_line, export_source;
};

/* The header of a syslog line, see syslog.h. */
struct header {
    enum stamp_kind stamp;
    when instant; /* WHEN_NONE: the stamp has no zone */
    struct civil local;
    bool has_local;
    bool placed; /* an offset stands in the stamp */
    int32_t offset;
    bool dateless;     /* the shape of a stamp, but no date */
    bool alike;        /* stamp and host are those of the line before, letter by letter */
    struct slice host; /* empty: not said */
    struct slice tag;  /* without pid; empty: none */
    uint64_t pid;
    struct slice body; /* after the tag, or after the host where there is no tag */
    struct slice rest; /* from the tag on; empty where it is not "tag[pid]: body" */
};

/* What lines of syslog begin with, and what it came to: most of a busy host's share it with the line before. */
struct header_start {
    char text[64]; /* "Nov 23 08:05:11 mx1 " */
    size_t n;      /* 0: of the line before nothing is kept */
    struct stamp_reading stamp;
    struct header header; /* of the line before */
};

enum { HOURS_NOTED = 8, TAGS_NOTED = 32 }; /* powers of two */

/* A refusal, login or session by host, as "tag[pid]: body": what "last message repeated" speaks of. */
enum { REMEMBERED = 16, REMEMBERED_BYTES = 2048, REMEMBERED_FOR = 16 << 10 };
struct remembered {
    uint64_t host;   /* hash */
    uint64_t offset; /* where it stood: REMEMBERED_FOR bytes on it is forgotten */
    struct buf text;
};

struct reader {
    const struct framing *f;
    struct source_facts facts;
    event_fn *fn;
    void *context;
    struct event event;
    when
        stepped; /* the stamp of the line before, where the clock was set back in between; else WHEN_NONE */
    when stamp; /* instant of the line being read, or WHEN_NONE */
    struct place place;
    size_t bytes; /* of the line being read, as it lay in the source */
    bool cut;
    bool duplicate; /* the line counts elsewhere: no events, class duplicate */
    bool releasing;
    bool brief; /* of every event */
    struct carry carry;
    struct buf held; /* the line kept back, with what continued it */
    struct buf parts[STREAMS], export_texts[EXPORT_TEXTS]; /* belong to the carry */
    struct buf unescaped;                                  /* of the line being read */
    /* What is around the line being read: then nothing is kept back, and its instant and host serve where the line has
     * none of its own. */
    bool wrapped;
    when given;
    struct slice given_host;
    struct remembered remembered[REMEMBERED]; /* belongs to the carry */
    bool remembering;                         /* something was remembered */
    size_t remembered_last;                   /* cache: the one noted last */
    uint64_t
        repeats; /* the record being read stands for so many of one that came before; 0: for itself */
    struct reader_counts counts;
    /* cache: local readings in [local_from, local_to) map to instants by one offset */
    when local_from, local_to, local_shift;
    struct slice line_host; /* whose clock the line is by */
    /* The local reading of the record, if it has one: the year it was read by (0: in none). */
    bool has_reading;
    struct civil reading;
    int read_year;
    struct civil date; /* cache: the date last read, and its start as if UTC */
    when date_start;
    struct civil yearless; /* cache: the yearless reading last walked to, in that year, as if UTC */
    int64_t yearless_year;
    when yearless_reading;
    struct noted_tag { /* cache: program_class of a tag; n 0: none */
        char text[48];
        size_t n;
        enum line_class class;
        enum dialect_id dialect;
    } tags[TAGS_NOTED];
    struct shapes *shapes; /* NULL: nobody asks */
    /* What a line that is not understood is shown by: its program and what that says; said.n 0: the whole line. */
    struct slice said_by, said;
    hour_fn *hours;
    void *hours_context;
    struct noted_hour {
        uint64_t host; /* hash; 0: none */
        when from, to;
    } noted[HOURS_NOTED]; /* the hour told last, by host */
    /* cache: for a stamp in [calm_from, calm_to), and this host (hash), the hour was told, and it lies in the period and
     * not before the first */
    when calm_from, calm_to;
    uint64_t calm_host;
    char host[64]; /* cache: the host named last, and its hash */
    size_t host_n;
    uint64_t host_hash;
    struct stamp_second second; /* cache: the last TAI64N label's */
    struct header_start start;  /* cache */
    when
        again; /* cache: what reader_local gave for start's reading and would give again; else WHEN_NONE */
    /* for detection */
    uint64_t stamps[STAMP_KINDS];
    struct civil first_local;
    bool has_local, has_first_offset;
    int32_t first_offset;
    bool has_printed;
    int32_t printed;               /* by the first stamp of first_host's with an offset */
    struct host_zones first_zones; /* as ids first said */
    when anchor;                   /* what ids said of the reading that they first settled */
    when first_instant;
    struct buf first_host;
};

framing_line stamped_line, syslog_line, epost_line, senderlog_line, exim_line, wiz98_line;
framing_line journal_json_line, journal_export_line, docker_line, cri_line, compose_line,
    timestamps_line;

/* The end of a source in the middle of a record: it is told as far as it goes. */
void journal_export_finish(struct reader *r);
void parts_finish(struct reader *r);
/* The class of the line that is pending, if there is one. */
void reader_settle(struct reader *r, enum line_class class);

/* The carry of a source of which nothing was read. */
struct carry carry_start(const struct source_facts *facts);
/* A new record: an event that says nothing yet.  Every framing calls it before a dialect reads. */
static inline void reader_record(struct reader *r)
{
    mem_clear(&r->event, offsetof(struct event, facts));
    r->event.place = r->place;
    r->event.host = r->given_host;
    r->event.brief = r->brief;
    r->has_reading = false;
}
/* The hash of a host's name, 0 for none: lines name the same one over and over. */
static inline uint64_t reader_host(struct reader *r, struct slice host)
{
    if (slice_same(host, slice_of(r->host, r->host_n)))
        return r->host_hash;
    uint64_t hash = host.n ? slice_hash(host) : 0;
    if (host.n > sizeof r->host)
        return hash;
    if (host.n)
        memcpy(r->host, host.p, host.n);
    r->host_n = host.n;
    r->host_hash = hash;
    return hash;
}
/* Give the event to the consumer, stamped with r->stamp (what has no time keeps none). */
void reader_emit(struct reader *r);
/* A local reading to an instant: year, zone, DST side.  WHEN_NONE if there is no such date or
 * year. */
when reader_local(struct reader *r, const struct civil *local);
/* Would it give the reading's instant again, and change nothing?  To be asked right after it. */
bool reader_local_settled(const struct reader *r, const struct civil *local);
/* The instant of a local reading given as if UTC, where that needs no calendar; else false. */
bool reader_reading(const struct reader *r, when reading, when *out);
/* An instant and a local reading of it stood on one line: keep the offset; false if they cannot
 * belong together. */
bool reader_learn(struct reader *r, when instant, const struct civil *local);
/* The queue id in this line was made at instant, just before it was written: two ids that agree teach zone and year, and
 * the line's stamp is settled anew by what is known then. */
void reader_id(struct reader *r, when instant);
/* learnt.c: the offset by which the clock of the line's host reads reading; false if nothing was learnt of it. */
bool learnt_offset(struct reader *r, when reading, int64_t *offset);
/* A stamp of the host's printed the offset, in seconds east. */
void reader_printed(struct reader *r, struct slice host, int64_t offset);
/* An instant and a reading of it gave the offset of the line's host: kept. */
void learnt_keep(struct reader *r, int64_t offset);
/* The reading in a year, as if UTC; WHEN_NONE if that year has no such day. */
when reading_in_year(const struct civil *local, int64_t year);
/* Seconds rounded to the quarter of an hour. */
int64_t offset_rounded(int64_t seconds);
/* The clock was set back before this line, stamped t: counted, and told as an event before the line's own. */
void reader_stepped(struct reader *r, when t);
/* An instant stood in the line. */
static inline void reader_instant(struct reader *r, when t)
{
    if (r->first_instant == WHEN_NONE)
        r->first_instant = t;
    if (r->carry.last != WHEN_NONE && t < r->carry.last - SECOND && r->f->ordered)
        reader_stepped(r, t);
    r->carry.last = t;
    r->stamp = t;
}
/* Read body by qmail-send, and failing that by the dialect of the name it begins with ("tcpserver: ..."; the dialect gets
 * the whole body). */
enum line_class reader_body(struct reader *r, struct slice body);
/* Read body by that dialect. */
enum line_class reader_dialect(struct reader *r, struct slice body, enum dialect_id dialect);
/* Read body by the dialect of its tag, which stands in the event already, as host and pid do; failing that by the dialect of
 * the name it begins with (splogger puts "smtpd: " before "tcpserver: ..."). */
enum line_class reader_tagged(struct reader *r, struct slice tag, struct slice body);
/* What reader_save and reader_load do for the remembered records; false on damage. */
void remembered_save(const struct reader *r, struct buf *out);
bool remembered_load(struct reader *r, struct slice *in);
/* Keep the line back (LINE_HELD), for the next may go on with it; false where that cannot be. */
bool reader_hold(struct reader *r, struct slice line, when epoch);
/* The same if a "+" line of splogger's may follow it. */
bool reader_holds(struct reader *r, struct slice line, struct slice body, when epoch);
/* Does line continue the held one?  Then *rest is what it adds. */
bool splogger_continues(const struct reader *r, struct slice line, struct slice *rest);
/* framing_exim.c: the same of a line of Exim's that came in parts; *last where none follows. */
bool exim_continues(const struct reader *r, struct slice line, struct slice *rest, bool *last);
/* Splits a line of splogger's; *plus tells a continuation. */
struct splogger {
    struct slice tag, body;
    when epoch;
    bool plus;
};
bool splogger_split(struct slice line, struct splogger *out);

/* The class of a program's lines by its tag: LINE_PARSED (read by *dialect), LINE_SKIPPED, LINE_OTHER, LINE_UNPARSED (not
 * listed).  Of "spamd child" the first word counts; of "postfix/smtpd" and "postfix-out/smtp" the part before the slash, of
 * that the part before a dash, and last what stands from the last slash on. */
enum line_class program_class(struct slice tag, enum dialect_id *dialect);

#endif
