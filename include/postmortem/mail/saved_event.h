/* saved_event.h - an event as bytes: what a cut log must keep of lines whose message began in an earlier part. */
#ifndef POSTMORTEM_MAIL_SAVED_EVENT_H
#define POSTMORTEM_MAIL_SAVED_EVENT_H

#include "postmortem/base/buf.h"
#include "postmortem/mail/event.h"

/* Append e; only fields that are set take room. */
void event_save(const struct event *e, struct buf *out);
/* Read one back (untrusted bytes); its slices point into *in.  false on damage. */
bool event_load(struct slice *in, struct event *e);
/* A place, and back (untrusted bytes): false on damage, or where its source is not below sources. */
void place_save(const struct place *p, struct buf *out);
bool place_load(struct slice *in, struct place *p, uint32_t sources);

#endif
