/* packed.h - bytes made smaller for a file of ours: zlib's frame (RFC 1950).  Packed bytes may differ from
 * one zlib to another; what they unpack to does not. */
#ifndef POSTMORTEM_INPUT_PACKED_H
#define POSTMORTEM_INPUT_PACKED_H

#include "postmortem/base/buf.h"

void bytes_pack(struct slice bytes, struct buf *out);
/* Append the n bytes that packed holds (untrusted).  false if it is damaged or holds not exactly n. */
bool bytes_unpack(struct slice packed, uint64_t n, struct buf *out);

/* Bytes in blocks, each packed by itself: a stream of any length, read with room for one block.  The n of the next
 * block, and its packed bytes; false at the end, and where what follows is no block. */
enum { PACKED_BLOCK = 1 << 20 };
void block_pack(struct slice bytes, struct buf *out);
bool block_next(struct slice *blocks, size_t *n, struct slice *packed);

#endif
