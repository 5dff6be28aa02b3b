/* The version of the workbook library, for --version and the report. */
#include "postmortem/report/report.h"

#include <xlsxwriter.h>

const char *report_libxlsxwriter_version(void)
{
    return lxw_version();
}
