/* libraries.h - versions of the libraries reading rests on, for --version and the report. */
#ifndef POSTMORTEM_INPUT_LIBRARIES_H
#define POSTMORTEM_INPUT_LIBRARIES_H

const char *input_zlib_version(void);
const char *input_libarchive_version(void);

#endif
