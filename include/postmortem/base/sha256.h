/* sha256.h - SHA-256 (FIPS 180-4): what evidence, outputs and partial files are known by.
 *
 *     struct sha256 *hash = sha256_new();
 *     sha256_add(hash, bytes, n);           // as often as there is more
 *     char text[65];
 *     sha256_text(hash, text);              // ends it; once more gives the same
 *     sha256_free(hash);
 *
 * By libcrypto (OpenSSL 3), its own provider and no configuration file.  Want of memory ends the program (memory.h). */
#ifndef POSTMORTEM_BASE_SHA256_H
#define POSTMORTEM_BASE_SHA256_H

#include <stddef.h>

struct sha256;

enum { SHA256_BYTES = 32, SHA256_TEXT = 2 * SHA256_BYTES + 1, SHA256_BASE64 = 45 };

/* The caller frees. */
struct sha256 *sha256_new(void);
/* n more bytes; not after its end. */
void sha256_add(struct sha256 *h, const void *bytes, size_t n);
/* The end: the hash as bytes, as lower-case hex, in base64; the texts end with NUL. */
void sha256_raw(struct sha256 *h, unsigned char out[SHA256_BYTES]);
void sha256_text(struct sha256 *h, char out[SHA256_TEXT]);
void sha256_base64(struct sha256 *h, char out[SHA256_BASE64]);
/* NULL is fine. */
void sha256_free(struct sha256 *h);
/* Of the library that is linked: "3.0.17". */
const char *sha256_library_version(void);

#endif
