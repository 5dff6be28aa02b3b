/* survey.h - reading one listed input for the inventory: its sources, their heads, its faults. */
#ifndef POSTMORTEM_INPUT_SURVEY_H
#define POSTMORTEM_INPUT_SURVEY_H

#include "postmortem/input/inventory.h"

struct damage;

/* Find the sources of v->inputs[input]. */
void survey_input(struct inventory *v, uint32_t input);
/* Move the rows of d into v's problems, as about input and source; d is emptied but for its status.
 */
void survey_tell(struct inventory *v, uint32_t input, uint32_t source, struct damage *d);
/* Append an empty row. */
struct source *inventory_source_new(struct inventory *v, uint32_t input);

#endif
