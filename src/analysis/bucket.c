/* Keys of time buckets.  Invariant: keys sort as bytes in the order of their numbers, so that a sorted table is in order of
 * time. */
#include "fold.h"

struct slice bucket_key(int64_t number, char room[8])
{
    uint64_t n = (uint64_t)number ^ (UINT64_C(1) << 63);
    for (unsigned i = 0; i < 8; i++)
        room[i] = (char)(n >> (56 - 8 * i));
    return slice_of(room, 8);
}

int64_t bucket_number(struct slice key)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < 8; i++)
        n = n << 8 | (unsigned char)key.p[i];
    return (int64_t)(n ^ (UINT64_C(1) << 63));
}

bool buckets_sound(const struct tab *t, int64_t span)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->entries[i].key.n != 8)
            return false;
        int64_t number = bucket_number(t->entries[i].key);
        if (number > WHEN_MOST / span + 1 || number < -WHEN_MOST / span - 1)
            return false;
    }
    return true;
}
