/* The frame of plans and partial files.
 *
 * Why the seal stands last and covers all: a file that a full disk, a dead machine or a slip of the hand cut or changed
 * is refused as a whole, and its 32 bytes name the plan that a partial file belongs to.  A seal is no signature: whoever can
 * write the file can seal it, so what is read afterwards is still not trusted.
 *
 *     "PMPART\r\n", version 1, "WHAT" 48 bytes ..., "READ" ..., "TEXT" ..., SHA-256 */
#include "sealed.h"

#include <nettle/sha2.h>

enum { FRAME = 8 + 4 };

void sealed_begin(struct buf *out, const char magic[8])
{
    buf_add(out, slice_of(magic, 8));
    buf_u32(out, SAVED_VERSION);
}

size_t section_begin(struct buf *out, const char name[4])
{
    buf_add(out, slice_of(name, 4));
    buf_u64(out, 0);
    return out->n;
}

void section_end(struct buf *out, size_t at)
{
    uint64_t n = out->n - at;
    for (unsigned i = 0; i < 8; i++)
        out->p[at - 8 + i] = (char)(n >> (8 * i));
}

static void seal_of(struct slice bytes, uint8_t seal[SEAL])
{
    struct sha256_ctx sha;
    sha256_init(&sha);
    sha256_update(&sha, bytes.n, (const uint8_t *)bytes.p);
    sha256_digest(&sha, SEAL, seal);
}

void sealed_end(struct buf *out)
{
    uint8_t seal[SEAL];
    seal_of(buf_slice(out), seal);
    buf_add(out, slice_of((const char *)seal, SEAL));
}

int sealed_open(struct slice file, const char magic[8], const char *name, struct slice *body,
                struct slice *seal, struct err *e)
{
    uint8_t wanted[SEAL];
    uint32_t version;
    if (!slice_starts(file, slice_of(magic, 8)))
        return err_set(e, ERR_USAGE, "%s: is not a %s of postmortem", name,
                       memcmp(magic, PLAN_MAGIC, 8) == 0 ? "plan" : "partial file");
    struct slice rest = slice_from(file, 8);
    if (!load_u32(&rest, &version) || rest.n < SEAL)
        return err_set(e, ERR_USAGE, "%s: is cut short", name);
    if (version != SAVED_VERSION)
        return err_set(e, ERR_USAGE,
                       "%s: was written by another version of postmortem (form %u, not %u)", name,
                       version, (unsigned)SAVED_VERSION);
    *body = slice_head(rest, rest.n - SEAL);
    struct slice told = slice_from(rest, body->n);
    seal_of(slice_head(file, FRAME + body->n), wanted);
    if (memcmp(told.p, wanted, SEAL) != 0)
        return err_set(e, ERR_USAGE, "%s: is damaged or cut short: its checksum does not hold",
                       name);
    if (seal)
        *seal = told;
    return 0;
}

bool section_next(struct slice *body, const char name[4], struct slice *section)
{
    if (!slice_starts(*body, slice_of(name, 4)))
        return false;
    *body = slice_from(*body, 4);
    return load_bytes(body, section);
}
