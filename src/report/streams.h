/* streams.h - did a stream of the C library lose what was written to it? */
#ifndef REPORT_STREAMS_H
#define REPORT_STREAMS_H

#include <stdbool.h>

/* True if, since the last call, a stream was closed or rewound that had lost bytes; forgets it. */
bool streams_lost(void);

#endif
