/* Versions of the libraries that are linked now (not those of the build, where the library tells). */
#include "postmortem/input/libraries.h"

#include <archive.h>
#include <zlib.h>

const char *input_zlib_version(void)
{
    return zlibVersion();
}

const char *input_libarchive_version(void)
{
    const char *text = archive_version_string(); /* "libarchive 3.6.2" */
    return text + sizeof "libarchive " - 1;
}
