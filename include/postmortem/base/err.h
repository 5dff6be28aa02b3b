/* err.h - "the world failed": what, which path, why.
 *
 * A function that can fail so takes a struct err * and returns -1 or NULL after filling it.  Text in it may hold
 * untrusted bytes: it is escaped where it is printed (cmd), not here. */
#ifndef POSTMORTEM_BASE_ERR_H
#define POSTMORTEM_BASE_ERR_H

enum err_code {
    ERR_NONE = 0,
    ERR_USAGE,    /* exit 2 */
    ERR_INPUT,    /* an input could not be read: listed, the run goes on */
    ERR_OUTPUT,   /* exit 4 */
    ERR_INTERNAL, /* exit 70 */
};

struct err {
    enum err_code code;
    char text[768];
};

/* Fill e (printf form) and return -1, so that `return err_set(...)` reads well. */
int err_set(struct err *e, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
