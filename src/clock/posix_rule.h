/* posix_rule.h - the POSIX TZ string in a TZif footer: which offset rules beyond the table. */
#ifndef CLOCK_POSIX_RULE_H
#define CLOCK_POSIX_RULE_H

#include "postmortem/base/slice.h"

struct posix_date {
    char kind; /* 'M' month.week.day, 'J' day 1..365 without Feb 29, 'N' day 0..365 */
    int month, week, day;
    int32_t time; /* seconds after local midnight; may be negative or beyond a day */
};

struct posix_rule {
    int32_t standard, summer; /* seconds east */
    bool has_summer;
    struct posix_date start, end;
};

/* "EST5EDT,M3.2.0,M11.1.0" -> rule; false if it is not one. */
bool posix_rule_read(struct slice s, struct posix_rule *out);
/* Seconds east in force at unix seconds t. */
int32_t posix_rule_offset(const struct posix_rule *rule, int64_t t);

#endif
