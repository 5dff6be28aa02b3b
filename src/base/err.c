/* Filling an error: text is cut, never overrun. */
#include "postmortem/base/err.h"

#include <stdarg.h>
#include <stdio.h>

int err_set(struct err *e, enum err_code code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    e->code = code;
    vsnprintf(e->text, sizeof e->text, format, arguments);
    va_end(arguments);
    return -1;
}
