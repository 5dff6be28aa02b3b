/* Writes the demonstration document to a folder: demo_report FOLDER [HOURS].  For looking at, not a test. */
#include "demo_doc.h"
#include "postmortem/report/report.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    struct err e = {0};
    uint64_t hours = 48;
    if (argc > 2 && !slice_u64(slice_str(argv[2]), &hours))
        return 2;
    struct zone *zone = zone_fixed(9 * 3600);
    struct doc *d = demo_doc(zone, (size_t)hours);
    struct report_options o = {argc > 1 ? argv[1] : "demo", {"en", "ja"}, 2, true};
    int failed = report_write(d, &o, &e);
    if (failed)
        fprintf(stderr, "%s\n", e.text);
    doc_free(d);
    zone_free(zone);
    return failed ? 1 : 0;
}
