/* journal.h - a record of the systemd journal, however it was written out. */
#ifndef FORMAT_JOURNAL_H
#define FORMAT_JOURNAL_H

#include "syslog.h"

/* The fields that a record is read from; the first four are texts. */
enum journal_key {
    KEY_MESSAGE,
    KEY_HOST,
    KEY_TAG,
    KEY_COMM, /* the program's file name: the tag, where the program gave none */
    KEY_TEXTS,
    KEY_STAMP = KEY_TEXTS,
    KEY_PID,
    KEY_SYSLOG_PID,
    KEY_OTHER
};

struct journal_record {
    when stamp; /* WHEN_NONE: not there, or no time */
    uint64_t pid, syslog_pid;
    struct slice texts[KEY_TEXTS];
};

enum journal_key journal_key(struct slice name);
/* Microseconds since 1970 as the journal counts them. */
when journal_when(uint64_t microseconds);
enum line_class journal_told(struct reader *r, const struct journal_record *j);

#endif
