/* confine.c - both halves, in the order in which they work: Landlock's calls come before the filter of calls.
 *
 * Invariant: a half that fails leaves the other to do its part; nothing is given up half.  no_new_privs comes first, for
 * the kernel takes neither half without it from a process that is not root (prctl(2)). */
#include "halves.h"

#include <errno.h>
#include <sys/prctl.h>

void confine(const struct confinement *c, struct confined *told)
{
    *told = (struct confined){0};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
        told->files_error = told->calls_error = errno;
        return;
    }
    told->files_error = confine_files(c);
    told->files = told->files_error == 0;
    if (SANITIZED)
        return;
    told->calls_error = confine_calls();
    told->calls = told->calls_error == 0;
}
