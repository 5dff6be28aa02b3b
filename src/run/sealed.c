/* The frame of plans and partial files.
 *
 * Why the seal covers what the body is, not how it was packed: another zlib packs the same shard into other bytes, and it is
 * still the same shard.  A file that a full disk, a dead machine or a slip of the hand cut or changed is refused as a
 * whole.  A seal is no signature: whoever can write the file can seal it, so what is read afterwards is still not trusted.
 *
 *     "PMPART\r\n", 1, 4781200, <packed: "WHAT" 33 bytes, "READ" ..., "TEXT" ...>, SHA-256 */
#include "sealed.h"

#include "postmortem/input/packed.h"

enum { FRAME = 8 + 4 + 8 };

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

static void seal_both(struct slice frame, struct slice body, char seal[SEAL])
{
    struct sha256 *hash = sha256_new();
    sha256_add(hash, frame.p, frame.n);
    sha256_add(hash, body.p, body.n);
    sha256_raw(hash, (unsigned char *)seal);
    sha256_free(hash);
}

void seal_of(struct slice bytes, char seal[SEAL])
{
    seal_both(bytes, (struct slice){0}, seal);
}

void sealed_write(struct slice body, const char magic[8], struct buf *out)
{
    char seal[SEAL];
    buf_add(out, slice_of(magic, 8));
    buf_u32(out, SAVED_VERSION);
    buf_u64(out, body.n);
    seal_both(buf_slice(out), body, seal);
    bytes_pack(body, out);
    buf_add(out, slice_of(seal, SEAL));
}

int sealed_open(struct slice file, const char magic[8], const char *name, struct buf *body,
                char seal[SEAL], struct err *e)
{
    uint32_t version;
    uint64_t n;
    if (!slice_starts(file, slice_of(magic, 8)))
        return err_set(e, ERR_USAGE, "%s: is not a %s of postmortem", name,
                       memcmp(magic, PLAN_MAGIC, 8) == 0 ? "plan" : "partial file");
    struct slice rest = slice_from(file, 8);
    if (!load_u32(&rest, &version))
        return err_set(e, ERR_USAGE, "%s: is cut short", name);
    if (version != SAVED_VERSION)
        return err_set(e, ERR_USAGE,
                       "%s: was written by another version of postmortem (form %u, not %u)", name,
                       version, (unsigned)SAVED_VERSION);
    if (!load_u64(&rest, &n) || rest.n < SEAL ||
        !bytes_unpack(slice_head(rest, rest.n - SEAL), n, body))
        return err_set(e, ERR_USAGE, "%s: is damaged or cut short", name);
    seal_both(slice_head(file, FRAME), buf_slice(body), seal);
    if (memcmp(file.p + file.n - SEAL, seal, SEAL) != 0)
        return err_set(e, ERR_USAGE, "%s: is damaged: its checksum does not hold", name);
    return 0;
}

bool section_next(struct slice *body, const char name[4], struct slice *section)
{
    if (!slice_starts(*body, slice_of(name, 4)))
        return false;
    *body = slice_from(*body, 4);
    return load_bytes(body, section);
}
