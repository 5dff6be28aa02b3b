/* syslog.h - the header of a syslog line, and what is done with a record once its header is known, wherever that came
 * from. */
#ifndef FORMAT_SYSLOG_H
#define FORMAT_SYSLOG_H

#include "reader.h"

/* false: the line has no stamp of the family. */
bool header_read(struct slice line, struct header *h);
/* The same into last->header, remembering from line to line what lines begin with. */
bool header_read_next(struct header_start *last, struct slice line);
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
