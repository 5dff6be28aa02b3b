/* archive.h - an archive read front to back: its entries, and each entry's bytes as a stream. */
#ifndef POSTMORTEM_INPUT_ARCHIVE_H
#define POSTMORTEM_INPUT_ARCHIVE_H

#include "containers.h"

enum entry_type { ENTRY_FILE, ENTRY_FOLDER, ENTRY_LINK, ENTRY_SPECIAL };

struct entry {
    uint32_t index;    /* among all entries of the archive */
    struct slice name; /* raw bytes; until the next archive_reader_next */
    enum entry_type type;
    bool encrypted;
    when mtime;
};

struct archive_reader;

/* Owns from.  Never NULL; what cannot be opened has no entries and a recorded fault. */
struct archive_reader *archive_reader_open(struct stream *from, const struct container *kind);
/* 1: an entry, 0: no more. */
int archive_reader_next(struct archive_reader *r, struct entry *out);
/* The index the next archive_reader_next would give. */
uint32_t archive_reader_place(const struct archive_reader *r);
/* The bytes of the entry met last; closing it leaves r open. */
struct stream *archive_reader_member(struct archive_reader *r);
/* Read what is left of the entry met last, as far as the ratio limit lets.  Where an entry of a zip is not as long as it
 * says, libarchive finds the next one by how much of it was read: who steps over it must read as much as who wants it. */
void archive_reader_pass(struct archive_reader *r);
/* Did a limit or a fault stop it before its end? */
bool archive_reader_stopped(const struct archive_reader *r);
struct stream *archive_reader_from(struct archive_reader *r);
void archive_reader_close(struct archive_reader *r);

/* Entries that the central directory of a zip claims to hold; false if s cannot seek or has none.
 * Moves s. */
bool zip_central_count(struct stream *s, uint64_t *out);

#endif
