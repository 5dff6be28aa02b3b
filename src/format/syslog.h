/* syslog.h - the header of a syslog line, and what is done with a record once its header is known, wherever that came
 * from. */
#ifndef FORMAT_SYSLOG_H
#define FORMAT_SYSLOG_H

#include "reader.h"

struct header {
    enum stamp_kind stamp;
    when instant; /* WHEN_NONE: the stamp has no zone */
    struct civil local;
    bool has_local;
    bool placed; /* an offset stands in the stamp */
    int32_t offset;
    bool dateless;     /* the shape of a stamp, but no date */
    struct slice host; /* empty: not said */
    struct slice tag;  /* without pid; empty: none */
    uint64_t pid;
    struct slice body; /* after the tag, or after the host where there is no tag */
    struct slice rest; /* from the tag on; empty where it is not "tag[pid]: body" */
};

/* false: the line has no stamp of the family. */
bool header_read(struct slice line, struct header *h);
/* The same, remembering the stamp from line to line. */
bool header_read_after(struct stamp_reading *last, struct slice line, struct header *h);
/* "tag[pid]: " at the start of *s; *s is stepped over it, and over Solaris' "[ID n facility.level] ". */
bool header_tag(struct slice *s, struct header *h);
/* A record by its header: its stamp, its host, its program's reader.  line is what may be kept back for a "+" line. */
enum line_class syslog_told(struct reader *r, struct slice line, const struct header *h);
/* repeats.c: does the record say that another came again?  Then what it came to is told (LINE_CONTINUATION). */
bool repeat_told(struct reader *r, const struct header *h);
/* A record that a repeat may follow: what stands for it. */
void repeat_note(struct reader *r, const struct header *h, enum line_class class);
/* framing_exim.c: is it the first part of a line of Exim's that was too long for one record? */
bool exim_goes_on(const struct header *h);
/* Lines of journalctl's own: "-- Boot 3fb1... --". */
bool journal_remark(struct slice line);

#endif
