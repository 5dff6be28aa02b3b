/* state.h - what the stages of a run hand to each other.  Private to run. */
#ifndef POSTMORTEM_RUN_STATE_H
#define POSTMORTEM_RUN_STATE_H

#include "keep.h"
#include "postmortem/base/tab.h"
#include "postmortem/run/run.h"
#include "sealed.h"

#include <pthread.h>

enum { QUOTE_BYTES = 4096 }; /* kept of a quoted line */

/* Sources of so many bytes as stored are read ahead by a thread of their own. */
enum { AHEAD_FROM = 4 << 20 };

/* The sources that one log instance (or several hosts through one collector) wrote one after another. */
struct stream {
    struct slice key, label;
    struct slice server; /* whose lines are the most in the head of its first source; "none" */
    const char *kind;
    bool by_host; /* the host stands in the lines or was given; else the folder is the identity */
    bool
        side_by_side; /* an E-Post work folder: all its logs of a day are read together, in time order */
    bool whole;       /* ... and its days one after another, in one shard */
    uint32_t *sources; /* by rank */
    size_t count;
    size_t part_of; /* while streams are found: from 1, the stream this one turned out to be */
};

/* What one thread reads alone: sources one after another, or days of a work folder, or copies of one log; or of a source that
 * is cut one piece, or all of its bytes for its hash; or some logs of one day of a work folder, which are carried to
 * whoever has all of them. */
struct shard {
    uint32_t *sources;
    size_t count;
    uint64_t bytes;
    bool side_by_side;
    bool copies;
    bool carried;
    struct cuts *cuts;           /* of the only source, if it is not WHOLE */
    uint32_t piece;              /* of that; or WHOLE, HASH, HASH_STEP */
    uint64_t hash_from, hash_to; /* of those that hash: offsets */
    /* schedule.c: */
    uint32_t next; /* what goes on in the same log, or NO_SHARD */
    bool chained;  /* one goes on with it, or it with one */
    bool taken;
};
/* HASH: all of the source; within one process all but its end, which shards of HASH_STEP hash, one after another. */
enum { HASH_STEP = INT32_MAX - 2, HASH, WHOLE };
#define NO_SHARD UINT32_MAX

struct schedule {
    pthread_mutex_t lock;
    pthread_cond_t progress; /* a shard was read or hashed to its end */
    uint32_t *chains;        /* the first shards of those that go on */
    size_t chains_count;
    size_t passed;        /* shards that are taken or chained, from the front */
    size_t unread;        /* shards that were not read to their end; those that hash aside */
    size_t steps;         /* shards of HASH_STEP that nobody took */
    uint64_t steps_bytes; /* of all of them */
    unsigned others;      /* than the first worker: those that take shards still */
};

/* A stretch of a plain file that is read by itself. */
struct piece {
    uint64_t from; /* offset of its first line */
    struct slice
        carry; /* with which its reader begins, as guessed; empty for the first piece; in the run's arena */
    bool claimed; /* by a shard of the plan that is being loaded */
    /* What reading it gave. */
    bool read;
    uint64_t hosts;
    struct reader_counts counts;
    struct shapes shapes;
    struct lines_result result;
    struct buf end; /* the carry its reader ended with; of the last piece empty */
};

/* A source that is cut. */
struct cuts {
    uint32_t source;
    struct piece *pieces; /* two at least */
    size_t count;
    bool whole; /* what was guessed at a cut was wrong: it is not cut after all */
    bool hash_claimed;
    struct hashing *hashing; /* while it is hashed */
    uint64_t hashed;         /* so far: the schedule's */
    char sha256[65];         /* of all of it, else "" */
};

/* The number of a line that was held back at a cut, as long as only the piece behind the cut is known. */
#define LINE_BEFORE UINT64_MAX

/* One server of one host through consecutive ranks of a stream. */
struct machine {
    struct machine *next;
    struct slice host, server;
    struct trace *trace; /* NULL: nothing of that server's is joined (Dovecot) */
    unsigned shown;      /* SHOWN_...: what its lines, or its neighbours', were found to show */
    struct instance *instance;
    struct analyses *analyses;
    struct keep *keep;
    size_t head_swept; /* by keep_sweep */
};

struct part {
    uint32_t stream, first_rank, last_rank;
    /* Of the source of that rank; 0 where it is not cut.  Of a work folder: how many sources are of earlier days. */
    uint32_t piece;
    uint32_t next_rank, next_piece; /* what would go on with it */
    struct machine *machines;       /* one per host and server */
    struct tab by_name;             /* ... and found by both: struct machine * */
};

/* Does nothing of the stream come before it? */
static inline bool part_first(const struct part *p)
{
    return p->first_rank == 0 && p->piece == 0;
}

/* Whose log a reader reads: what instance its lines' hours are noted for. */
struct hours_of {
    struct worker *worker;
    uint32_t stream;
    struct slice host; /* by option; else the lines' */
};

/* A raw line that came with a partial file, in the run's arena. */
struct kept_line {
    uint32_t source;
    uint64_t offset;
    struct slice text;
};

struct worker {
    struct run *run;
    struct analyses *analyses;
    struct cursors *cursors;
    struct tab instances; /* struct instance by id */
    struct arena arena;
    struct part **parts;
    size_t parts_count;
    struct keep keep;
    unsigned number;
    pthread_t thread;
    bool running; /* thread; the first worker has none */
};

struct run {
    struct run_options options;
    struct inventory inventory;
    struct evidence evidence;
    struct surveyed *surveyed; /* by source */
    struct stream *streams;
    size_t streams_count;
    struct shard *shards;
    size_t shards_count;
    struct cuts *cuts; /* by source */
    size_t cuts_count;
    struct zone *report_zone; /* owned, unless it is options.zone */
    struct zone **zones;      /* made by the survey, owned */
    size_t zones_count;
    struct zone *utc;
    struct worker *workers;
    size_t workers_count;
    bool joined;               /* by join_parts */
    bool finished_parts;       /* by finish_parts */
    struct trace_peers *peers; /* the hosts of all logs; NULL: one or none */
    struct trace **finished;   /* while parts are finished */
    size_t finished_count;
    struct lines_result *results; /* by source; problems not yet told */
    struct schedule schedule;
    _Atomic uint64_t bytes_done;
    uint64_t bytes_total;
    struct arena arena;
    /* Of a run made from a plan; then no evidence is read but by run_scan. */
    bool planned;
    bool apart;      /* shards are for processes of their own: logs of a large day may be carried */
    bool settled;    /* copies of one log were looked for, and are told apart by the plan */
    struct buf base; /* the plan's sections but the shards, and their seal */
    char base_seal[SEAL];
    uint32_t *shard_of;       /* by source: number of its shard from 1, or 0 */
    char (*identities)[SEAL]; /* by shard */
    char (*taken)[SEAL];      /* by shard: the seal of its partial file */
    bool *there;              /* by shard */
    bool *parted;             /* by source: a part that came holds it */
    bool *pieced;             /* by shard of a piece: its part came */
    struct kept_line *kept;
    size_t kept_count, kept_room;
};

/* identity.c */
/* The stream a source belongs to: key, label (before common folders are dropped) and kind. */
void stream_identity(struct run *r, uint32_t source, struct stream *out);
/* Is the name one that only a log would have? */
bool named_like_log(struct slice path);
/* Does the name stand in a multilog folder beside the logs, or is it another program's bookkeeping? */
bool control_file(struct slice path);
/* Is it a label that syslog's own rules give to a log with lines of mail servers: mail.log, syslog, messages?  Of mail by
 * default?  Its place among those, the one to be named by first. */
bool mail_log(struct slice label);
bool mail_log_always(struct slice label);
size_t mail_log_rank(struct slice label);
/* Does one of the two, by its name, repeat lines of the other: rejectlog.2 and mainlog.2.gz, mail.warn and mail.log,
 * mail.log and syslog? */
bool excerpt_of(struct slice a, struct slice b);
/* Drop the folders that all streams named by folder have in common. */
void labels_shorten(struct run *r);

/* assigned.c: what an option says of a source; NULL: nothing.  by_host: its names may be of hosts. */
const struct assignment *assigned(const struct run *r, const struct assignments *list,
                                  uint32_t source, bool by_host);

/* unite.c: streams that are one log by what stands in their sources. */
void unite_streams(struct run *r);

/* zones.c: zone, year anchor and first instant of every recognised source. */
void settle_zones(struct run *r);
void settle_years(struct run *r);
/* After reading: what the lines behind the head taught, too. */
void tell_zone(struct run *r, uint32_t source);
/* Take over a zone. */
const struct zone *keep_zone(struct run *r, struct zone *z);

/* carried.c */
/* Read logs that are to be carried: what is counted of each; nothing is joined. */
void carried_read(struct worker *w, const struct shard *s);
/* Append a shard's logs; -1: some can no longer be read whole. */
int carried_save(const struct run *r, const struct shard *s, struct buf *out, struct err *e);
bool carried_load(struct run *r, const struct shard *s, struct slice *in);
/* May these logs be carried: sources of their own, all of one day of a work folder? */
bool can_be_carried(const struct run *r, const uint32_t *sources, size_t count);
/* Read the days whose logs came in several shards: each as one part of its folder. */
void carried_join(struct run *r);
/* Did the log of a source come with a partial file? */
bool carried(const struct run *r, uint32_t source);

/* cuts.c */
/* After the survey: where plain files are cut, and with which carry each piece begins. */
void find_cuts(struct run *r);
/* May source be cut at all? */
bool can_be_cut(const struct run *r, uint32_t source);
/* The cuts of a source; NULL if it is read whole, alone or as a copy. */
struct cuts *cuts_of(const struct run *r, uint32_t source);
/* Where a piece ends. */
uint64_t piece_end(const struct run *r, const struct cuts *c, uint32_t piece);

/* pieces.c */
/* Read one piece, or hash all of the source. */
void piece_read(struct worker *w, const struct shard *s);
/* Add up what the pieces of each source gave, but for its hash.  false: some do not fit together, and their sources will
 * be read whole. */
bool join_pieces(struct run *r);
/* Take over the hashes of the sources that are cut.  false: some could not be read again, and will be read whole. */
bool join_hashes(struct run *r);
/* Forget what reading them gave. */
void forget_pieces(struct run *r);
/* The number in its source of a line that was counted from the start of its piece. */
uint64_t line_of(const struct run *r, uint32_t source, uint64_t offset, uint64_t line);

/* shards.c: anew, if there are some already. */
void cut_shards(struct run *r);
/* About how many bytes a shard is to have. */
uint64_t piece_bytes(const struct run *r);

/* overlaps.c: number the sources that are copies of one log (surveyed.copies), by the spans of the first reading; are
 * there any? */
bool find_copies(struct run *r);
/* Tell what was done with them: overlaps of the evidence, notes. */
void tell_copies(struct run *r);

/* schedule.c: after cut_shards; for one worker as yet (schedule.others). */
void schedule_make(struct run *r);
/* What a worker reads that read last before (NO_SHARD: none yet, or it has waited); NO_SHARD if there is nothing for it at
 * the moment. */
uint32_t schedule_take(struct run *r, unsigned worker, uint32_t last);
/* Then: until there may be something again.  false: there will not, or all is read and the worker is the first, while
 * others go on hashing. */
bool schedule_wait(struct run *r, unsigned worker);

/* run.c */
void workers_start(struct run *r, size_t count);

/* plan.c: what a partial file names its shard by: the seal of all that reading it rests on. */
void shard_identity(const struct run *r, const struct shard *s, char identity[SEAL]);

/* partial.c */
/* Problems of a result, after those it has. */
bool problems_load(struct lines_result *result, struct slice *in);
/* The kept text of a place, if it came with a partial file. */
bool kept_find(const struct run *r, uint32_t source, uint64_t offset, struct slice *text);

/* read.c */
void shard_read(struct worker *w, const struct shard *s);
void source_done(struct worker *w, uint32_t source, struct lines *lines, struct reader *reader);
struct machine *machine_find(const struct part *p, struct slice host, struct slice server);
/* ... or a new one.  server must be one that lives as long as the run: a dialect's or a stream's. */
struct machine *machine_of(struct worker *w, struct part *p, struct slice host,
                           struct slice server);
struct part *part_new(struct worker *w, uint32_t stream, uint32_t rank, uint32_t piece);
/* ... or the worker's last one, if that ends where this piece begins.  ends: it is the source's last. */
struct part *part_at(struct worker *w, uint32_t stream, uint32_t rank, uint32_t piece, bool ends);
/* Append what an instance is called: server, host and label, as far as there are such; a log as such has no server. */
void name_instance(struct buf *id, struct slice server, struct slice host, struct slice label);
/* Where the events of one source go: to the machine of the host and server that wrote the line. */
struct route {
    struct worker *worker;
    struct part *part;
    struct slice fixed;                      /* host by option; else the lines' */
    struct machine *machines[DIALECT_COUNT]; /* of the last event of each; NULL: none yet */
    uint64_t *hosts;                         /* met, a bit each */
};
struct route route_to(struct worker *w, struct part *part, uint32_t source, uint64_t *hosts);
/* What one event shows: SHOWN_... into *shown. */
void shown_note(unsigned *shown, const struct event *e);
event_fn route_event;
/* Send what m folds to w's analyses, as its instance of the stream's label. */
void machine_bind(struct worker *w, struct machine *m, struct slice label);
/* Let the reader tell the hours of its lines to the worker's analyses, and its events as briefly as they serve; *of lives
 * as long as it. */
void hours_follow(struct worker *w, uint32_t source, struct hours_of *of, struct reader *reader);
void progress_tell(struct worker *w, uint64_t bytes);

/* shards.c: order of two source numbers by first stamp, then rank; context is the run (for qsort_r). */
int by_start(const void *a, const void *b, void *context);

/* together.c: an E-Post work folder. */
void folder_read(struct worker *w, const struct shard *s);
/* Order of two source numbers by day, then path; context is the run (for qsort_r). */
int by_day(const void *a, const void *b, void *context);
/* The piece of its folder that a shard is: how many sources are of days before its own. */
uint32_t folder_piece(const struct run *r, const struct shard *s);

/* finish.c */
/* Join the traces of each stream.  false: days of some work folder do not fit (trace_unfit), and it will be read in one
 * shard. */
bool join_parts(struct run *r);
/* Settle what is open at their ends, and tell the instances; once. */
void finish_parts(struct run *r);
void part_free(struct part *p);

#endif
