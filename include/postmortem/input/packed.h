/* packed.h - bytes made smaller for a file of ours: zlib's frame (RFC 1950).  Packed bytes may differ from
 * one zlib to another; what they unpack to does not. */
#ifndef POSTMORTEM_INPUT_PACKED_H
#define POSTMORTEM_INPUT_PACKED_H

#include "postmortem/base/buf.h"

void bytes_pack(struct slice bytes, struct buf *out);
/* Append the n bytes that packed holds (untrusted).  false if it is damaged or holds not exactly n. */
bool bytes_unpack(struct slice packed, uint64_t n, struct buf *out);

#endif
