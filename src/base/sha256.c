/* The one place with OpenSSL: a digest and nothing else of it.
 *
 * Why libcrypto: it is there already (libxlsxwriter brings it), it takes the processor's SHA instructions, and where there
 * are none it gave 590 MB/s when nettle gave 407.
 * Invariant: neither a configuration file nor OPENSSL_CONF can make it load anything; the same bytes give the same hash on
 * every machine.  It does not tidy up at the exit: for that it asks for memory, and a report may have taken its place.
 * Source: EVP_DigestInit(3), OPENSSL_init_crypto(3).
 *
 *     "abc" -> ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad */
#include "postmortem/base/sha256.h"

#include "postmortem/base/memory.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct sha256 {
    EVP_MD_CTX *context;
    unsigned char digest[SHA256_BYTES];
    bool ended;
};

/* All that can fail is getting memory. */
static void need(bool done)
{
    if (!done)
        mem_exhausted();
}

struct sha256 *sha256_new(void)
{
    struct sha256 *h = mem_new(sizeof *h);
    need(OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL) == 1);
    h->context = EVP_MD_CTX_new();
    need(h->context && EVP_DigestInit_ex(h->context, EVP_sha256(), NULL) == 1);
    return h;
}

void sha256_add(struct sha256 *h, const void *bytes, size_t n)
{
    need(EVP_DigestUpdate(h->context, bytes, n) == 1);
}

static const unsigned char *end(struct sha256 *h)
{
    if (!h->ended)
        need(EVP_DigestFinal_ex(h->context, h->digest, NULL) == 1);
    h->ended = true;
    return h->digest;
}

void sha256_raw(struct sha256 *h, unsigned char out[SHA256_BYTES])
{
    memcpy(out, end(h), SHA256_BYTES);
}

void sha256_text(struct sha256 *h, char out[SHA256_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *digest = end(h);
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[SHA256_TEXT - 1] = '\0';
}

void sha256_base64(struct sha256 *h, char out[SHA256_BASE64])
{
    EVP_EncodeBlock((unsigned char *)out, end(h), SHA256_BYTES);
}

void sha256_free(struct sha256 *h)
{
    if (!h)
        return;
    EVP_MD_CTX_free(h->context);
    free(h);
}

const char *sha256_library_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}
