/* fuzz_load.c - libFuzzer entry: what is read back from a part written elsewhere: histograms, sketches, events.
 *
 * Loading either refuses or gives a thing that, saved again, loads again as the same. */
#include "postmortem/base/hist.h"
#include "postmortem/base/sketch.h"
#include "postmortem/mail/saved_event.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void hold(bool truth)
{
    if (!truth)
        abort();
}

static void hists(struct slice in)
{
    struct hist h = {0}, again = {0};
    struct buf first = {0}, second = {0};
    if (hist_load(&h, &in)) {
        hist_save(&h, &first);
        struct slice rest = buf_slice(&first);
        hold(hist_load(&again, &rest) && rest.n == 0);
        hist_save(&again, &second);
        hold(slice_eq(buf_slice(&first), buf_slice(&second)));
        uint64_t middle = hist_quantile(&h, 500);
        hold(!h.n || h.min > h.max || (middle >= h.min && middle <= h.max));
    }
    hist_fini(&h);
    hist_fini(&again);
    buf_fini(&first);
    buf_fini(&second);
}

static void sketches(struct slice in)
{
    struct sketch s = {0}, again = {0};
    struct buf first = {0};
    if (sketch_load(&s, &in)) {
        sketch_save(&s, &first);
        struct slice rest = buf_slice(&first);
        hold(sketch_load(&again, &rest) && sketch_estimate(&again) == sketch_estimate(&s));
    }
    sketch_fini(&s);
    sketch_fini(&again);
    buf_fini(&first);
}

static void events(struct slice in)
{
    struct event e, again;
    struct buf first = {0}, second = {0};
    if (event_load(&in, &e)) {
        event_save(&e, &first);
        struct slice rest = buf_slice(&first);
        hold(event_load(&rest, &again) && rest.n == 0);
        event_save(&again, &second);
        hold(slice_eq(buf_slice(&first), buf_slice(&second)));
    }
    buf_fini(&first);
    buf_fini(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 1)
        return 0;
    struct slice in = {(const char *)bytes + 1, n - 1};
    if (bytes[0] % 3 == 0)
        hists(in);
    else if (bytes[0] % 3 == 1)
        sketches(in);
    else
        events(in);
    return 0;
}
