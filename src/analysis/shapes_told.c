/* What was not understood, by shape: how far the counts can be trusted, and what to ask for. */
#include "fold.h"

static const struct column shape_columns[] = {{"path", KIND_PATH},
                                              {"shape", KIND_TEXT},
                                              {"lines", KIND_COUNT},
                                              {"first_line", KIND_COUNT},
                                              {"all_kept", KIND_BOOL}};

struct list *shape_rows(struct doc *d, const struct evidence *e)
{
    const struct shape *top[SHAPES_TOLD];
    struct list *rows = list_new(d);
    for (size_t i = 0; i < e->inventory->sources_count; i++) {
        const struct shapes *s = &e->sources[i].shapes;
        size_t n = shapes_top(s, top, SHAPES_TOLD);
        for (size_t k = 0; k < n; k++) {
            struct object *o = object_new(d);
            object_put(d, o, "source", value_number(KIND_COUNT, (int64_t)i));
            object_put(d, o, "path", value_copy(d, KIND_PATH, e->inventory->sources[i].path));
            object_put(d, o, "shape", value_copy(d, KIND_TEXT, slice_of(top[k]->text, top[k]->n)));
            object_put(d, o, "lines", value_number(KIND_COUNT, (int64_t)top[k]->lines));
            object_put(d, o, "first_line", value_number(KIND_COUNT, (int64_t)top[k]->line));
            object_put(d, o, "all_kept", value_number(KIND_BOOL, !s->more));
            list_add(d, rows, value_object(o));
        }
    }
    return rows;
}

void shapes_table(struct doc *d, struct section *s, struct list *rows)
{
    if (rows->count)
        section_table(d, s, "evidence.shapes", rows, shape_columns,
                      sizeof shape_columns / sizeof *shape_columns);
}
