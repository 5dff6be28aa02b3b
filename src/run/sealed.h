/* sealed.h - the frame of plans and partial files: eight bytes that say what it is, the version of what is saved, the length
 * of the body and the body packed, a SHA-256.  The body is sections of a name and a length.  Little-endian.
 * Private to run. */
#ifndef POSTMORTEM_RUN_SEALED_H
#define POSTMORTEM_RUN_SEALED_H

#include "postmortem/base/buf.h"
#include "postmortem/base/err.h"
#include "postmortem/base/sha256.h"

/* Raised with every change of what any module saves. */
enum { SAVED_VERSION = 13 };
enum { SEAL = SHA256_BYTES };

#define PLAN_MAGIC "PMPLAN\r\n"
#define PARTIAL_MAGIC "PMPART\r\n"

/* A section called by a name of four letters: what is written until section_end.  Gives what section_end wants. */
size_t section_begin(struct buf *out, const char name[4]);
void section_end(struct buf *out, size_t at);
void seal_of(struct slice bytes, char seal[SEAL]);
/* Frame and seal a body. */
void sealed_write(struct slice body, const char magic[8], struct buf *out);
/* Check frame and seal; body gets the sections (freed by the caller in any case), seal the 32 bytes that identify them
 * however they were packed.  -1 and the reason after "NAME: ". */
int sealed_open(struct slice file, const char magic[8], const char *name, struct buf *body,
                char seal[SEAL], struct err *e);
/* Step over the next section, which must have that name. */
bool section_next(struct slice *body, const char name[4], struct slice *section);

#endif
