/* tombs.h - what is remembered of settled ids (TRAIT_TOMBS).  Private to trace. */
#ifndef TRACE_TOMBS_H
#define TRACE_TOMBS_H

#include "state.h"

/* The newest of a key and localname (0: any; and one that names none is of any) that was heard of at dead or later. */
struct tomb *tomb_find(const struct trace *t, uint64_t key, uint64_t local, when dead);
/* Remember m, which is settled. */
void tomb_add(struct trace *t, const struct message *m, uint64_t local);
/* Forget the oldest. */
void tomb_remove(struct trace *t);
/* Is a recipient new to it?  Then it is no longer. */
bool tomb_hears(struct tomb *b, uint64_t hash, bool null_sender);
/* Those of the later part follow the earlier's; their order of burial is the order of their last lines, nearly. */
void tombs_adopt(struct trace *earlier, struct trace *later);
void tombs_free(struct trace *t);
/* As bytes, and back (untrusted), after the keys seen; false on damage. */
void tombs_save(const struct trace *t, struct buf *out);
bool tombs_load(struct trace *t, struct slice *in);

#endif
