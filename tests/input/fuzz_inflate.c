/* fuzz_inflate.c - libFuzzer entry: two bytes tell the sizes of the pieces, the rest is raw deflate data.
 *
 * Bytes given, end or damage, and the place where it shows are those of zlib's inflate. */
#include "inflated.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 2)
        return 0;
    struct slice data = slice_of((const char *)bytes + 2, n - 2);
    if (!inflated_alike(data, 1U << bytes[0] % 20, 1U << bytes[1] % 20, bytes[0] + 1U))
        abort();
    return 0;
}
