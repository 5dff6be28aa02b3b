/* Versions of the libraries that are linked now (not those of the build, where the library tells). */
#include "postmortem/input/libraries.h"

#include <archive.h>
#include <nettle/version.h>
#include <zlib.h>

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

const char *input_zlib_version(void)
{
    return zlibVersion();
}

const char *input_libarchive_version(void)
{
    const char *text = archive_version_string(); /* "libarchive 3.6.2" */
    return text + sizeof "libarchive " - 1;
}

const char *input_nettle_version(void)
{
    return TEXT(NETTLE_VERSION_MAJOR) "." TEXT(NETTLE_VERSION_MINOR);
}
