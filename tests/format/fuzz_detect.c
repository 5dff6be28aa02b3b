/* fuzz_detect.c - libFuzzer entry: the first byte tells whether the head is all there is, the first line is the path, the
 * rest is the head.
 *
 * Whatever the bytes: the bid is a share, what was understood lies within what was looked at, and only a bid names a
 * framing. */
#include "postmortem/format/format.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void hold(bool truth)
{
    if (!truth)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 1)
        return 0;
    struct slice head = {(const char *)bytes + 1, n - 1};
    struct slice path = slice_word(&head, '\n');
    struct detection d;
    format_detect(head, bytes[0] & 1, path, &d);
    hold(d.encoding && d.bid >= 0 && d.bid <= 100 && d.recognised <= d.lines);
    hold(!d.framing ||
         (d.bid > 0 && framing_named(slice_str(framing_name(d.framing))) == d.framing));
    hold(!d.host.n || (d.host.p >= head.p && d.host.p + d.host.n <= head.p + head.n));
    hold(!d.has_name_date || civil_valid(&d.name_date));
    return 0;
}
