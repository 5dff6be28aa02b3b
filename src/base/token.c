/* Words of a small alphabet: what comes back may be compared and looked up, but never carries anything else. */
#include "postmortem/base/token.h"

enum { TOKEN_MOST = 64 };

void token_save(const char *token, struct buf *out)
{
    struct slice s = token ? slice_str(token) : (struct slice){0};
    buf_count(out, token ? s.n + 1 : 0);
    buf_add(out, s);
}

static bool token_sound(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '_' && c != '.')
            return false;
    }
    return true;
}

bool token_load(struct slice *in, struct arena *a, const char **token)
{
    uint64_t n;
    *token = NULL;
    if (!load_below(in, TOKEN_MOST + 1, &n))
        return false;
    if (n == 0)
        return true;
    struct slice s = slice_head(*in, (size_t)n - 1);
    if (s.n != n - 1 || !token_sound(s))
        return false;
    *in = slice_from(*in, s.n);
    char *text = arena_alloc(a, s.n + 1);
    if (s.n)
        memcpy(text, s.p, s.n);
    *token = text;
    return true;
}

void text_save(struct slice s, struct buf *out)
{
    buf_count(out, s.n);
    buf_add(out, s);
}

bool text_load(struct slice *in, struct arena *a, struct slice *s)
{
    uint64_t n;
    if (!load_below(in, in->n, &n) || n > in->n)
        return false;
    *s = arena_copy(a, slice_head(*in, (size_t)n));
    *in = slice_from(*in, (size_t)n);
    return true;
}
