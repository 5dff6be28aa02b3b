/* evidence.h - what was read and how: the run layer fills it, coverage and the report's appendix tell it. */
#ifndef POSTMORTEM_ANALYSIS_EVIDENCE_H
#define POSTMORTEM_ANALYSIS_EVIDENCE_H

#include "postmortem/format/format.h"
#include "postmortem/input/lines.h"

/* One source, read.  Slices live in the evidence's arena. */
struct source_read {
    const char *framing; /* NULL: not recognised */
    enum epost_kind epost;
    const char *encoding;
    struct slice host; /* of the lines, or by option; empty where the folder names the instance */
    struct slice
        instance; /* id of its instance (the first one, where several hosts write into one file) */
    struct slice zone;     /* name of the zone of stamps that carry none */
    const char *zone_rule; /* "in_text", "option", "learnt", "report_zone", "assumed_utc" */
    const char *
        year_rule; /* "in_text", "option", "name_date", "member_time", "neighbour", "mtime", "none" */
    const char *confidence; /* "high", "medium", "low" */
    const char *note;       /* one of ours, or NULL */
    uint32_t rank;          /* order among the sources of its stream */
    uint32_t duplicate_of;  /* or NO_SOURCE */
    bool read;              /* was it read at all */
    bool foreign;           /* not a log, and nobody said it was */
    struct reader_counts counts;
    struct shapes shapes; /* of the lines that were not understood */
    enum status status;
    uint64_t bytes, lines;
    /* Of lines read side by side with other sources of that name and host: how many, and how many of them stand there too. */
    uint64_t beside, shared;
    char sha256[65];
};

/* Sources of one instance whose spans overlap, read as one log: what stands in several of them counts once. */
struct overlap {
    uint32_t first;          /* the one that begins first */
    uint64_t sources;        /* how many there are */
    when start, end;         /* from the second one's first stamp to the last but one's last */
    uint64_t duplicates;     /* lines that count elsewhere */
    uint64_t beside, shared; /* of all sources but the one with most: source_read */
    bool
        unlike; /* they hardly share a line: logs of several machines of one name, or of several programs */
};

/* What its lines show of an instance, inside the period asked for or not; of neighbours: lines of a filter, tcpserver ... */
enum {
    SHOWN_OWN = 1,   /* lines of the server itself */
    SHOWN_QUEUE = 2, /* ... its queue: a message, a delivery, how many are running */
    SHOWN_CLIENT = 4,
    SHOWN_REFUSAL = 8,
    SHOWN_CLIENT_BESIDE = 16, /* by neighbours alone */
    SHOWN_REFUSAL_BESIDE = 32,
    SHOWN_ALL = 63
};

struct instance_read {
    struct slice id, host, label, server;
    struct slice log; /* id without the server: several servers may write one log */
    bool joined;      /* are its events joined into messages? */
    unsigned shown;   /* SHOWN_... */
    const char *kind; /* "multilog", "syslog", "work folder", ... */
    uint64_t sources, lines;
    when first, last;
    int64_t lifetime;
    bool has_senderlog, has_outlocallog, has_outlog, has_faillog, has_acceptlog;
};

struct evidence {
    struct inventory *inventory;
    struct source_read *sources; /* by source number */
    struct instance_read *instances;
    size_t instances_count;
    struct overlap *overlaps;
    size_t overlaps_count;
    struct arena arena;
};

#endif
