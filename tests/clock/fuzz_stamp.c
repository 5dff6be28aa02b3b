/* fuzz_stamp.c - libFuzzer entry: the first byte picks what the rest is read as: a stamp of every kind, an instant, a
 * POSIX rule, a TZif file, or the name of a zone.
 *
 * A stamp that is read steps over at most what there is; a reading of a zone comes back to the same wall clock where it
 * exists once, and differs by hours, not years, where it does not. */
#include "clock/posix_rule.h"
#include "clock/tzif.h"
#include "postmortem/clock/stamp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void hold(bool truth)
{
    if (!truth)
        abort();
}

static void stamps(struct slice s)
{
    struct stamp_second second = {0};
    struct civil local;
    int32_t offset = 0;
    when t, again;
    for (unsigned kind = 0; kind < 7; kind++) {
        struct slice rest = s, other = s;
        bool instant = kind < 2 || kind == 4;
        bool good = kind == 0   ? stamp_tai64n(&rest, &t)
                    : kind == 1 ? stamp_epoch(&rest, &t)
                    : kind == 2 ? stamp_tailocal(&rest, &local)
                    : kind == 3 ? stamp_rfc3164(&rest, &local)
                    : kind == 4 ? stamp_iso(&rest, &t, &offset)
                    : kind == 5 ? stamp_epost(&rest, &local)
                                : false;
        hold(rest.n <= s.n && rest.p + rest.n == s.p + s.n && (good || rest.n == s.n));
        if (good && instant) {
            char text[40];
            hold(when_rfc3339(t, text).n > 0);
        } else if (good) {
            hold(civil_valid(&local));
        }
        if (kind == 0)
            hold(stamp_tai64n_after(&second, &other, &again) == good && (!good || again == t));
    }
    if (when_parse(s, &t)) {
        char text[40];
        hold(when_parse(when_rfc3339(t, text), &again) && again == t);
    }
}

static void zone_probed(const struct zone *z)
{
    for (int year = 1960; year < 2110; year += 13)
        for (int month = 1; month <= 12; month++) {
            struct civil c = {year, month, 1 + month * 2, month * 2 % 24, 30, 0, 0};
            when t, later;
            enum zone_fit fit = zone_when(z, &c, WHEN_NONE, &t);
            int32_t offset = zone_offset(z, t);
            if (fit != ZONE_GAP)
                hold(t + offset * SECOND == civil_when(&c));
            zone_when(z, &c, t + HOUR, &later);
            hold(later >= t || fit != ZONE_FOLD);
        }
}

static void rule(struct slice s)
{
    struct posix_rule r;
    if (!posix_rule_read(s, &r))
        return;
    for (int64_t t = -4000000000; t < 8000000000; t += 86413007) {
        int32_t offset = posix_rule_offset(&r, t);
        hold(offset == r.standard || offset == r.summer);
    }
}

static void zone_named(struct slice name)
{
    struct err e;
    struct zone *z = zone_open(name, &e);
    hold(z || e.text[0]);
    if (z)
        hold(zone_name(z).n > 0 && zone_offset(z, 0) == zone_offset(z, 0));
    zone_free(z);
}

static void saved(struct slice s)
{
    when t, again;
    struct buf out = {0};
    if (when_load(&s, &t)) {
        when_save(t, &out);
        struct slice rest = buf_slice(&out);
        hold(when_load(&rest, &again) && again == t && rest.n == 0);
        hold(t == WHEN_NONE || (unsigned)civil_weekday(t, 0) < 7);
    }
    buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 1)
        return 0;
    struct slice rest = {(const char *)bytes + 1, n - 1};
    if (bytes[0] % 5 == 0) {
        stamps(rest);
    } else if (bytes[0] % 5 == 1) {
        rule(rest);
    } else if (bytes[0] % 5 == 2) {
        zone_named(rest);
    } else if (bytes[0] % 5 == 3) {
        saved(rest);
    } else {
        struct zone *z = zone_of_tzif(SLICE("x"), rest);
        if (z)
            zone_probed(z);
        zone_free(z);
    }
    return 0;
}
