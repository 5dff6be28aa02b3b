/* bzip2_small.h - the same input with the memory that its bzip2 streams ask for at its least: a level asks for nothing else,
 * and 3.6 MB set up at each execution would be all that a fuzz target does. */
#ifndef TESTS_INPUT_BZIP2_SMALL_H
#define TESTS_INPUT_BZIP2_SMALL_H

#include "postmortem/base/slice.h"

static inline struct slice bzip2_small(const uint8_t *bytes, size_t n, char room[8192])
{
    n = n < 8192 ? n : 8192;
    memcpy(room, bytes, n);
    for (size_t i = 0; i + 4 < n; i++)
        if (memcmp(room + i, "BZh", 3) == 0 && room[i + 3] > '1' && room[i + 3] <= '9')
            room[i + 3] = '1';
    return slice_of(room, n);
}

#endif
