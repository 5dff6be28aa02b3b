/* Keys of time buckets.  Invariant: keys sort as bytes in the order of their numbers, so that a sorted table is in order of
 * time. */
#include "fold.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BIG_ENDIAN_64(n) __builtin_bswap64(n)
#else
#define BIG_ENDIAN_64(n) (n)
#endif

struct slice bucket_key(int64_t number, char room[8])
{
    uint64_t n = (uint64_t)number ^ (UINT64_C(1) << 63);
    n = BIG_ENDIAN_64(n);
    memcpy(room, &n, 8);
    return slice_of(room, 8);
}

int64_t bucket_number(struct slice key)
{
    uint64_t n;
    memcpy(&n, key.p, 8);
    return (int64_t)(BIG_ENDIAN_64(n) ^ (UINT64_C(1) << 63));
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

when hour_start(const struct zone *zone, when t)
{
    int64_t offset = zone_offset(zone, t) * SECOND, local = t + offset;
    int64_t into = local % HOUR;
    return t - (into < 0 ? into + HOUR : into);
}
