/* postmortem: an offline forensic reporter for mail servers.  main picks a row of commands.def. */
#include "cmd.h"

#include "postmortem/base/heap.h"
#include "postmortem/base/memory.h"
#include "postmortem/base/sha256.h"
#include "postmortem/input/libraries.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const struct {
    const char *name, *synopsis, *help;
    int (*run)(int argc, char **argv);
} commands[] = {
#define COMMAND(name, synopsis, help) {#name, synopsis, help, command_##name},
#include "commands.def"
#undef COMMAND
};

static void usage(FILE *out)
{
    fputs("usage: postmortem COMMAND [OPTION...] PATH...\n\n", out);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(out, "  %-8s %-29s %s\n", commands[i].name, commands[i].synopsis, commands[i].help);
    fputs("\n  postmortem COMMAND --help lists its options; --version tells versions\n", out);
}

static void version(void)
{
    printf("postmortem %s\nzlib %s\nlibarchive %s\nopenssl %s\nlibxlsxwriter %s\n",
           POSTMORTEM_VERSION, input_zlib_version(), input_libarchive_version(),
           sha256_library_version(), report_libxlsxwriter_version());
}

/* Temporaries are removed, then the signal's own exit code; a report that is taking its place is finished instead.
 * The next signal of the kind finds no handler and ends the program at once, even while this one is at work. */
static void interrupted(int signal_number)
{
    file_abandon();
    if (report_abandon())
        _exit(128 + signal_number);
}

/* A fault of our own, or of a library: temporaries removed, exit 70. */
static void broken(int signal_number)
{
    static const char text[] = "postmortem: internal fault: please report it\n",
                      nothing[] =
                          "postmortem: internal fault: nothing was written: please report it\n";
    (void)signal_number;
    file_abandon();
    bool abandoned = report_abandon();
    ssize_t ignored = write(STDERR_FILENO, abandoned ? nothing : text,
                            (abandoned ? sizeof nothing : sizeof text) - 1);
    (void)ignored;
    _exit(EXIT_INTERNAL);
}

static void exhausted(void)
{
    file_abandon();
    report_abandon();
}

static void signals_set(void)
{
    static const int fatal[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU};
    struct sigaction action = {.sa_handler = interrupted,
                               .sa_flags = (int)(SA_RESTART | SA_RESETHAND | SA_NODEFER)};
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
        struct sigaction before;
        sigaction(fatal[i], NULL, &before);
        if (before.sa_handler != SIG_IGN) /* nohup, and jobs a shell put in the background */
            sigaction(fatal[i], &action, NULL);
    }
    static char stack[64 << 10]; /* of its own: the fault may be that the stack is used up */
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    action = (struct sigaction){.sa_handler = broken, .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND)};
    sigaltstack(&other, NULL);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct sigaction before;
        sigaction(faults[i], NULL, &before);
        if (before.sa_handler == SIG_DFL) /* a sanitizer has its own way to tell */
            sigaction(faults[i], &action, NULL);
    }
    action = (struct sigaction){.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL);
}

/* Descriptors 0 to 2 exist, so that no file of ours gets their number. */
static void descriptors_set(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd < 3);
    if (fd >= 3)
        close(fd);
}

int main(int argc, char **argv)
{
    heap_begin();
    descriptors_set();
    signals_set();
    mem_on_exhausted(exhausted);
    if (argc < 2) {
        usage(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0) {
        if (argv[1][2] == 'v')
            version();
        else
            usage(stdout);
        return fflush(stdout) == 0 ? EXIT_FINE : EXIT_OUTPUT;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 2, argv + 2);
    struct buf out = {0};
    buf_add(&out, SLICE("postmortem: unknown command "));
    terminal_text(&out, slice_str(argv[1]));
    buf_byte(&out, '\n');
    fwrite(out.p, 1, out.n, stderr);
    buf_fini(&out);
    usage(stderr);
    return EXIT_USAGE;
}
