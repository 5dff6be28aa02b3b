/* The files of reports/ inside the program, so that one binary writes a report anywhere.
 *
 * Invariant: the bytes are those of the files at build time; each ends in front of a label of its own.
 * Source: the .incbin directive of the GNU assembler, which clang's integrated assembler knows too; its path is
 * relative to where the compiler runs (the root of the repository).  Example: reports/labels.tsv begins "key\ten\tja".
 */
#include "render.h"

#define EMBED(symbol, path)                                                                        \
    __asm__(".pushsection .rodata\n"                                                               \
            ".balign 16\n"                                                                         \
            ".global postmortem_" #symbol "\n"                                                     \
            ".global postmortem_" #symbol "_end\n"                                                 \
            ".hidden postmortem_" #symbol "\n"                                                     \
            ".hidden postmortem_" #symbol "_end\n"                                                 \
            "postmortem_" #symbol ":\n"                                                            \
            ".incbin \"" path "\"\n"                                                               \
            "postmortem_" #symbol "_end:\n"                                                        \
            ".byte 0\n"                                                                            \
            ".popsection\n");                                                                      \
    extern const char postmortem_##symbol[], postmortem_##symbol##_end[]

EMBED(css, "reports/report.css");
EMBED(script, "reports/report.js");
EMBED(labels, "reports/labels.tsv");
EMBED(sheets, "reports/sheets.tsv");

static struct slice between(const char *start, const char *end)
{
    return slice_of(start, (size_t)((uintptr_t)end - (uintptr_t)start));
}

struct slice embedded_css(void)
{
    return between(postmortem_css, postmortem_css_end);
}

struct slice embedded_script(void)
{
    return between(postmortem_script, postmortem_script_end);
}

struct slice embedded_labels(void)
{
    return between(postmortem_labels, postmortem_labels_end);
}

struct slice embedded_sheets(void)
{
    return between(postmortem_sheets, postmortem_sheets_end);
}
