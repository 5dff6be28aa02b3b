/* Our inflate gives what zlib's gives: of sound data, of damaged data, and of blocks that no deflate would write. */
#include "evidence.h"
#include "inflated.h"

static uint32_t seed = 2026;

static uint32_t draw(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

static void check_alike(struct slice data)
{
    static const size_t sizes[][2] = {
        {1 << 20, 1 << 20}, {1 << 20, 3000}, {700, 1 << 14}, {40, 400}};
    const size_t *s = sizes[draw(4)];
    assert_true(inflated_alike(data, s[0], s[1], draw(UINT32_MAX)));
}

/* Texts of many kinds: log lines, noise, runs, short and far repeats. */
static void text_of(struct buf *b, unsigned kind)
{
    if (kind == 0)
        buf_lines(b, 0, 4000);
    for (unsigned i = 0; kind == 1 && i < 50000; i++)
        buf_byte(b, (char)draw(256));
    for (unsigned i = 0; kind == 2 && i < 200000; i++)
        buf_byte(b, (char)(i % 7000 < 6000 ? 'a' : (int)draw(3)));
    for (unsigned i = 0; kind == 3 && i < 4000; i++) {
        size_t back = 1 + draw(b->n < 40 ? 1 : i % 2 ? 40 : b->n < 32768 ? (uint32_t)b->n : 32768);
        for (unsigned n = 3 + draw(256); n && b->n; n--)
            buf_byte(b, b->p[b->n - back]);
        buf_byte(b, (char)draw(256));
    }
}

static void pack(struct buf *out, struct slice text, int level, int strategy, int flush)
{
    z_stream z = {0};
    union {
        const char *from;
        Bytef *to;
    } in = {text.p};
    assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, -15, 1 + level % 9, strategy), Z_OK);
    z.next_in = in.to;
    size_t room = deflateBound(&z, text.n) * 2 + 4096;
    z.next_out = (Bytef *)buf_room(out, room);
    z.avail_out = (uInt)room;
    z.avail_in = (uInt)(text.n / 2);
    assert_int_equal(deflate(&z, flush), Z_OK);
    z.avail_in = (uInt)(text.n - text.n / 2);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->n += z.total_out;
    deflateEnd(&z);
}

static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
static const int flushes[] = {Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH};

static void sound_data_gives_the_text(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4 * 10 * 5; i++) {
        struct buf text = {0}, packed = {0};
        text_of(&text, i % 4);
        pack(&packed, buf_slice(&text), (int)(i / 4 % 10), strategies[i / 40], flushes[i % 3]);
        buf_add(&packed, SLICE("what follows is not touched"));
        static const size_t sizes[][2] = {{70000, 1000}, {1 << 20, 400000}, {33, 600}};
        for (unsigned k = 0; k < 2 + (i % 8 == 0); k++) {
            struct inflated r = inflated_by_us(buf_slice(&packed), sizes[k][0], sizes[k][1], i);
            assert_int_equal(r.result, INFLATE_END);
            assert_int_equal(r.at, packed.n - 27);
            assert_true(slice_eq(buf_slice(&r.bytes), buf_slice(&text)));
            buf_fini(&r.bytes);
        }
        buf_fini(&text);
        buf_fini(&packed);
    }
}

static void damage(struct buf *b)
{
    size_t at = draw((uint32_t)b->n), n = 1 + draw(64);
    switch (draw(4)) {
    case 0:
        b->n = at;
        break;
    case 1:
        b->p[at] = (char)(b->p[at] ^ 1 << draw(8));
        break;
    case 2:
        for (; n && at < b->n; n--)
            b->p[at++] = (char)draw(256);
        break;
    default:
        memset(b->p + at, 0, n < b->n - at ? n : b->n - at);
    }
}

static void damaged_data_gives_what_zlib_gives(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        struct buf text = {0}, packed = {0};
        text_of(&text, i % 4);
        text.n = text.n < 60000 ? text.n : 60000;
        pack(&packed, buf_slice(&text), (int)(1 + i % 9), strategies[i / 4 % 5], flushes[i % 3]);
        for (unsigned k = 0; k < 12; k++) {
            struct buf harmed = {0};
            buf_add(&harmed, buf_slice(&packed));
            for (unsigned n = draw(3) + 1; n && harmed.n; n--)
                damage(&harmed);
            check_alike(buf_slice(&harmed));
            buf_fini(&harmed);
        }
        buf_fini(&text);
        buf_fini(&packed);
    }
}

/* Blocks of our own. */

struct writer {
    struct buf bytes;
    unsigned bits, held;
};

static void put_bits(struct writer *w, unsigned v, unsigned n)
{
    for (; n; n--, v >>= 1) {
        w->held |= (v & 1) << w->bits++;
        if (w->bits == 8) {
            buf_byte(&w->bytes, (char)w->held);
            w->bits = w->held = 0;
        }
    }
}

static void put_stored(struct writer *w, unsigned n)
{
    put_bits(w, 0, 3);
    put_bits(w, 0, (8 - w->bits) % 8);
    put_bits(w, n, 16);
    put_bits(w, ~n, 16);
    for (; n; n--)
        put_bits(w, draw(256), 8);
}

/* Lengths of a whole code for some of n symbols, or nearly: now and then one is lost, or another. */
static void draw_lengths(uint8_t *lengths, unsigned n, unsigned symbols)
{
    uint8_t depths[320] = {0};
    unsigned have = 1;
    while (have < symbols) {
        unsigned at = draw(have);
        if (depths[at] < 12)
            depths[have++] = ++depths[at];
    }
    memset(lengths, 0, n);
    for (unsigned i = 0; i < have; i++) {
        unsigned at = draw(n);
        while (lengths[at])
            at = (at + 1) % n;
        lengths[at] = depths[i];
    }
    if (draw(4) == 0)
        lengths[draw(n)] = (uint8_t)draw(5);
}

/* Codes of four bits for the lengths 0 to 12 and the three repeats. */
static void put_length(struct writer *w, unsigned symbol)
{
    unsigned code = symbol < 13 ? symbol : symbol - 3;
    for (unsigned i = 0; i < 4; i++)
        put_bits(w, code >> (3 - i) & 1, 1);
}

static void put_lengths(struct writer *w, const uint8_t *lengths, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        unsigned run = 1;
        while (i + run < n && lengths[i + run] == lengths[i] && run < 10)
            run++;
        if (lengths[i] == 0 && run >= 3 && draw(3)) {
            put_length(w, 17);
            put_bits(w, run - 3, 3);
            i += run - 1;
        } else if (i && lengths[i] == lengths[i - 1] && run >= 3 && draw(2)) {
            unsigned times = run < 6 ? run : 6;
            put_length(w, 16);
            put_bits(w, times - 3, 2);
            i += times - 1;
        } else {
            put_length(w, draw(2000) ? lengths[i] : 16 + draw(3));
        }
    }
}

static void put_block(struct writer *w)
{
    uint8_t lengths[286 + 30];
    unsigned literals = 257 + draw(30), distances = 1 + draw(30);
    draw_lengths(lengths, literals, 2 + draw(200));
    if (draw(20))
        lengths[256] = lengths[256] ? lengths[256] : (uint8_t)(1 + draw(12));
    static const unsigned few[] = {1, 2, 3, 30};
    memset(lengths + literals, 0, distances);
    if (draw(5)) {
        unsigned symbols = few[draw(4)];
        draw_lengths(lengths + literals, distances, symbols < distances ? symbols : distances);
    }
    if (draw(4) == 0)
        lengths[literals + draw(distances)] = 1;
    put_bits(w, 4 | draw(2), 3);
    put_bits(w, draw(200) ? literals - 257 : 30 + draw(2), 5);
    put_bits(w, draw(200) ? distances - 1 : 30 + draw(2), 5);
    put_bits(w, 15, 4);
    static const uint8_t order[19] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                      11, 4,  12, 3, 13, 2, 14, 1, 15};
    unsigned odd = draw(50) ? 19 : draw(19);
    for (unsigned i = 0; i < 19; i++)
        put_bits(w, i == odd ? draw(8) : order[i] < 13 || order[i] > 15 ? 4 : 0, 3);
    put_lengths(w, lengths, literals + distances);
    for (unsigned n = draw(400); n; n--)
        put_bits(w, draw(256), 8);
}

static void blocks_that_no_deflate_would_write_are_taken_or_refused_as_by_zlib(void **state)
{
    (void)state;
    unsigned ends[3] = {0}, sizes[] = {0, 300, 33000};
    for (unsigned i = 0; i < 12000; i++) {
        struct writer w = {0};
        unsigned before = sizes[i % 16 == 0 ? 2 : i % 2];
        if (before)
            put_stored(&w, before);
        if (i % 8 == 7)
            put_bits(&w, 2 | draw(2), 3); /* the fixed codes */
        else
            put_block(&w);
        for (unsigned n = draw(60); n; n--)
            put_bits(&w, draw(256), 8);
        put_bits(&w, 0, 7);
        struct inflated r = inflated_by_zlib(buf_slice(&w.bytes));
        ends[r.result]++;
        buf_fini(&r.bytes);
        check_alike(buf_slice(&w.bytes));
        buf_fini(&w.bytes);
    }
    assert_true(ends[INFLATE_END] > 100 && ends[INFLATE_DAMAGED] > 100 && ends[INFLATE_MORE] > 100);
}

static void noise_gives_what_zlib_gives(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10000; i++) {
        struct writer w = {0};
        put_bits(&w, draw(8), 3);
        for (unsigned n = draw(200); n; n--)
            put_bits(&w, draw(3) ? draw(256) : 0, 8);
        check_alike(buf_slice(&w.bytes));
        buf_fini(&w.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_data_gives_the_text),
        cmocka_unit_test(damaged_data_gives_what_zlib_gives),
        cmocka_unit_test(blocks_that_no_deflate_would_write_are_taken_or_refused_as_by_zlib),
        cmocka_unit_test(noise_gives_what_zlib_gives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
