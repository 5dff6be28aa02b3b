/* sink.c - the files a simulated server writes, plain or gzip, and the count of what went into each.
 *
 * Invariant: lines and bytes are counted by class as they are handed over, so the truth never reads a file back.
 * Source: zlib's gzFile writes no name and no time, so the same lines give the same bytes. */
#include "sim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>

struct file_list files;

void folder_make(const char *root, const char *path)
{
    char full[512];
    int n = snprintf(full, sizeof full, "%s/%s", root, path);
    if (n < 0 || (size_t)n >= sizeof full)
        failed("path too long", path);
    for (char *p = full + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = 0;
        if (mkdir(full, 0777) && errno != EEXIST)
            failed("cannot make", full);
        *p = '/';
    }
}

void sink_open(struct sink *s, const char *root, const char *path, bool gzip)
{
    char full[512];
    folder_make(root, path);
    snprintf(full, sizeof full, "%s/%s", root, path);
    if (files.n == files.cap) {
        files.cap = files.cap ? 2 * files.cap : 64;
        files.all = wanted(realloc(files.all, files.cap * sizeof *files.all));
    }
    s->index = files.n++;
    memset(&files.all[s->index], 0, sizeof files.all[0]);
    snprintf(files.all[s->index].path, sizeof files.all[0].path, "%s", path);
    s->gzip = gzip;
    s->file = gzip ? (void *)gzopen(full, "wb6") : (void *)fopen(full, "wb");
    if (!s->file)
        failed("cannot write", full);
    s->open = true;
    s->n = 0;
    s->bytes = 0;
}

static void sink_flush(struct sink *s)
{
    if (s->n == 0)
        return;
    bool good = s->gzip ? gzwrite(s->file, s->buf, (unsigned)s->n) == (int)s->n
                        : fwrite(s->buf, 1, s->n, s->file) == s->n;
    if (!good)
        failed("cannot write", files.all[s->index].path);
    s->n = 0;
}

void sink_write(struct sink *s, const char *p, size_t n, enum line_class class)
{
    if (n > sizeof s->buf - s->n)
        sink_flush(s);
    memcpy(s->buf + s->n, p, n);
    s->n += n;
    s->bytes += n;
    files.all[s->index].lines[class]++;
    files.all[s->index].bytes[class] += n;
}

void sink_close(struct sink *s)
{
    if (!s->open)
        return;
    sink_flush(s);
    if (s->gzip ? gzclose(s->file) != Z_OK : fclose(s->file) != 0)
        failed("cannot write", files.all[s->index].path);
    s->open = false;
}

void sink_rename(const char *root, size_t index, const char *to)
{
    char from_full[512], to_full[512];
    snprintf(from_full, sizeof from_full, "%s/%s", root, files.all[index].path);
    snprintf(to_full, sizeof to_full, "%s/%s", root, to);
    if (rename(from_full, to_full))
        failed("cannot rename", from_full);
    snprintf(files.all[index].path, sizeof files.all[index].path, "%s", to);
}

void sink_compress(const char *root, size_t index, const char *to)
{
    char from_full[512], to_full[512], block[1 << 16];
    snprintf(from_full, sizeof from_full, "%s/%s", root, files.all[index].path);
    snprintf(to_full, sizeof to_full, "%s/%s", root, to);
    FILE *in = fopen(from_full, "rb");
    gzFile out = gzopen(to_full, "wb9");
    if (!in || !out)
        failed("cannot compress", from_full);
    size_t n;
    while ((n = fread(block, 1, sizeof block, in)) > 0) {
        if (gzwrite(out, block, (unsigned)n) != (int)n)
            failed("cannot write", to_full);
    }
    fclose(in);
    if (gzclose(out) != Z_OK || remove(from_full))
        failed("cannot write", to_full);
    snprintf(files.all[index].path, sizeof files.all[index].path, "%s", to);
}
