/* containers.h - what a stream is, by its first bytes. */
#ifndef POSTMORTEM_INPUT_CONTAINERS_H
#define POSTMORTEM_INPUT_CONTAINERS_H

#include "stream.h"

struct archive;

enum container_class { CONTAINER_CODEC, CONTAINER_ARCHIVE, CONTAINER_REFUSED };

struct container {
    const char *name;
    enum container_class class;
    bool (*magic)(struct slice front); /* front: up to 512 bytes */
    struct stream *(*open)(struct stream *from);
    int (*enable)(struct archive *a);
};

/* The container whose magic stands at the front of s, or NULL: plain bytes. */
const struct container *container_of(struct stream *s);
/* Peel codecs off s, up to *depth of them (which is lowered), and say what is left: NULL for plain
 * bytes, an archive, a refused kind, or a codec where the depth is used up.  outer gets the first
 * container met (or is left alone); stamp the gzip header's time where one was read (or is left
 * alone). */
struct stream *container_peel(struct stream *s, unsigned *depth, const struct container **left,
                              const char **outer, when *stamp);
/* The container that a name claims by its suffix ("gzip" for ".gz"), NULL if none; tgz and its like
 * claim their codec. */
const char *container_of_name(struct slice name);
/* name without .gz .bz2 .xz .zst .Z */
struct slice container_bare_name(struct slice name);

#endif
