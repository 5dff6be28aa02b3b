/* streams.c - write errors that libxlsxwriter does not look at.
 *
 * Why: it writes every sheet and every part to a temporary and never asks whether that went well (1.1.4, measured: a disk
 * that is full for a moment gives a workbook with a hole in it and "no error").  A stream remembers its error until it is
 * rewound, which is what the library does before it reads a temporary back; so fclose and rewind are taken over in this
 * process, and look first.  Invariant: they do what they always did.  Source: glibc, libio/rewind.c and iofclose.c; a
 * build with a sanitizer has fclose taken already. */
#include "streams.h"

#include "postmortem/base/sanitized.h"

#include <stdio.h>

static bool lost;

bool streams_lost(void)
{
    bool was = lost;
    lost = false;
    return was;
}

#if defined(__GLIBC__) && !SANITIZED

int _IO_fclose(FILE *f);

int fclose(FILE *f)
{
    bool failed = ferror(f) != 0;
    int result = _IO_fclose(f);
    lost = lost || failed || result;
    return result;
}

void rewind(FILE *f)
{
    lost = lost || ferror(f) || fflush(f);
    fseek(f, 0, SEEK_SET);
    clearerr(f);
}

#endif
