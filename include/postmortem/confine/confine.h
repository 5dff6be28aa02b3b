/* confine.h - giving up, for good, what reading evidence does not need.
 *
 * A parser of hostile bytes may have a fault that nobody has found yet; what runs then has the rights of this process.
 * So before the first byte of evidence is read the process gives its rights away:
 *     files   (Landlock, Linux 5.13 and later) it may read the evidence, the zone files and the C library's own; it may
 *             write, make and remove below the output folder; nowhere may it start a program
 *     calls   (seccomp filter) no sockets, no programs, no other processes, no mounts, no change of owner, mode or time
 * Neither can be taken back, and every thread made later has them from the start: call it before there are threads.
 *
 *     struct confinement c = {.readable = paths, .readable_count = n, .output = "postmortem-report"};
 *     struct confined told;
 *     confine(&c, &told);             // told.files, told.calls: what this kernel could do
 *
 * Where the kernel has one or both not, the run goes on without (an operator of an old system needs the report too), and
 * told says so.  A thing that was refused fails with EACCES (files) or EPERM (calls); it does not end the process.
 * Files that are open already stay as they are.  A build with a sanitizer keeps its calls (the leak checker must trace)
 * and may read /proc.  Sources: landlock(7), seccomp(2), uapi linux/landlock.h (kernel 6.12). */
#ifndef POSTMORTEM_CONFINE_CONFINE_H
#define POSTMORTEM_CONFINE_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

struct confinement {
    const char *const *readable; /* files and folders as named; links in them are followed now */
    size_t readable_count;       /* what is not there is left out: opening it says why later */
    const char *output;          /* a folder that is there; NULL: nothing is written at all */
    const char *output_also;     /* another one; NULL: there is none */
    const char
        *output_parent; /* where an empty output folder may be removed again; NULL: nowhere */
};

struct confined {
    bool files, calls;
    int files_error, calls_error; /* errno where it is false; 0: left out in this build */
};

/* Landlock is tried in a thread of its own first: where it would refuse what was named (file systems with passing inodes),
 * files are left unrestricted and told.files_error is EACCES. */
void confine(const struct confinement *c, struct confined *told);

#endif
