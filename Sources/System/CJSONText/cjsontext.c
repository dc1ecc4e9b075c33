#include "cjsontext.h"

#define INLINE static inline __attribute__((always_inline))

typedef struct { char text[7]; uint8_t length; } escape;
#define U(high, low) {"\\u00" high low, 6}
#define U16(high) U(high, "0"), U(high, "1"), U(high, "2"), U(high, "3"), U(high, "4"), U(high, "5"), U(high, "6"), \
    U(high, "7"), U(high, "8"), U(high, "9"), U(high, "a"), U(high, "b"), U(high, "c"), U(high, "d"), U(high, "e"), \
    U(high, "f")
// Indexed by the byte; eight bytes an entry, so that one store writes it whole.
#pragma clang diagnostic ignored "-Winitializer-overrides"
static const escape escapes[128] = {
    U16("0"), U16("1"), [0x7f] = U("7", "f"), ['"'] = {"\\\"", 2}, ['\\'] = {"\\\\", 2},
    ['\b'] = {"\\b", 2}, ['\f'] = {"\\f", 2}, ['\n'] = {"\\n", 2}, ['\r'] = {"\\r", 2}, ['\t'] = {"\\t", 2},
};

// Copies fewer than 2 * 32 bytes without a call: two moves that overlap.
INLINE void copy_short(uint8_t *out, const uint8_t *in, size_t count) {
#define TWICE(size) { __builtin_memcpy(out, in, size); \
    __builtin_memcpy(out + count - (size), in + count - (size), size); }
    if (count >= 32) TWICE(32)
    else if (count >= 16) TWICE(16)
    else if (count >= 8) TWICE(8)
    else if (count >= 4) TWICE(4)
    else for (size_t i = 0; i < count; i++) out[i] = in[i];
}

// Portable: eight bytes in a word. The tests are exact for every byte, whatever its neighbours.
#define ALL(byte) (0x0101010101010101u * (byte))
INLINE uint64_t load_word(const uint8_t *in) {
    uint64_t word;
    __builtin_memcpy(&word, in, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}
INLINE uint64_t unlike(uint64_t low, uint8_t byte) { return (low ^ ALL(byte)) + ALL(0x7f); }
INLINE uint64_t special(uint64_t word) {
    uint64_t low = word & ALL(0x7f);
    return ~((low + ALL(0x60)) & unlike(low, '"') & unlike(low, '\\') & unlike(low, 0x7f)) & ~word & ALL(0x80);
}

#define NAME(function) function##_portable
#define TARGET
#define WIDTH 8
#define VECTOR uint64_t
#define LOAD(in) load_word(in)
#define STORE_COPY(out, in) __builtin_memcpy(out, in, 8)
#define OR(a, b) ((a) | (b))
#define MASK uint64_t
#define SPECIAL(v) special(v)
#define POSITION(mask) ((size_t)__builtin_ctzll(mask) >> 3)
#define FROM(mask, position) ((mask) >> 8 * (position))
#define HAS_HIGH(v) (((v) & ALL(0x80)) != 0)
#define ZERO 0
#include "escape.inc"

static int is_utf8_portable(const uint8_t *in, size_t count) {
    size_t i = 0;
    while (i < count) {
        if (count - i >= 8 && !HAS_HIGH(load_word(in + i))) { i += 8; continue; }
        uint8_t lead = in[i++], low = 0x80, high = 0xbf;
        size_t more;
        if (lead < 0x80) continue;
        if (lead < 0xc2 || lead > 0xf4) return 0;
        if (lead < 0xe0) more = 1;
        else if (lead < 0xf0) { more = 2; low = lead == 0xe0 ? 0xa0 : low; high = lead == 0xed ? 0x9f : high; }
        else { more = 3; low = lead == 0xf0 ? 0x90 : low; high = lead == 0xf4 ? 0x8f : high; }
        if (count - i < more || in[i] < low || in[i] > high) return 0;
        for (size_t j = 1; j < more; j++) if ((in[i + j] & 0xc0) != 0x80) return 0;
        i += more;
    }
    return 1;
}

#if defined(__x86_64__)
#include <immintrin.h>

// Tables of the check by Keiser and Lemire ("Validating UTF-8 in less than one instruction per byte", 2020): each bit is
// an error that two neighbouring bytes make; it is one if it is set for the first byte's high and low four bits and for
// the second byte's high four.
enum {
    TOO_SHORT = 1, TOO_LONG = 2, OVERLONG_3 = 4, TOO_LARGE = 8, SURROGATE = 16, OVERLONG_2 = 32,
    TOO_LARGE_8 = 64, OVERLONG_4 = 64, TWO_CONTINUE = 128, CARRY = TOO_SHORT | TOO_LONG | TWO_CONTINUE,
};
static const uint8_t first_high[16] = {
    TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
    TWO_CONTINUE, TWO_CONTINUE, TWO_CONTINUE, TWO_CONTINUE, TOO_SHORT | OVERLONG_2, TOO_SHORT,
    TOO_SHORT | OVERLONG_3 | SURROGATE, TOO_SHORT | TOO_LARGE | TOO_LARGE_8 | OVERLONG_4,
};
#define LARGE (CARRY | TOO_LARGE | TOO_LARGE_8)
static const uint8_t first_low[16] = {
    CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4, CARRY | OVERLONG_2, CARRY, CARRY, CARRY | TOO_LARGE, LARGE, LARGE,
    LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE | SURROGATE, LARGE, LARGE,
};
#define AFTER (TOO_LONG | OVERLONG_2 | TWO_CONTINUE)
static const uint8_t second_high[16] = {
    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
    AFTER | OVERLONG_3 | TOO_LARGE_8 | OVERLONG_4, AFTER | OVERLONG_3 | TOO_LARGE, AFTER | SURROGATE | TOO_LARGE,
    AFTER | SURROGATE | TOO_LARGE, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
};

#define NAME(function) function##_sse42
#define TARGET __attribute__((target("sse4.2")))
#define WIDTH 16
#define VECTOR __m128i
#define ZERO _mm_setzero_si128()
#define SPLAT(byte) _mm_set1_epi8((char)(byte))
#define LOAD(in) _mm_loadu_si128((const __m128i *)(in))
#define STORE(out, v) _mm_storeu_si128((__m128i *)(out), v)
#define OR(a, b) _mm_or_si128(a, b)
#define AND(a, b) _mm_and_si128(a, b)
#define XOR(a, b) _mm_xor_si128(a, b)
#define EQUAL(a, b) _mm_cmpeq_epi8(a, b)
#define MINIMUM(a, b) _mm_min_epu8(a, b)
#define BITS(v) (unsigned)_mm_movemask_epi8(v)
#define TABLE(bytes) LOAD(bytes)
#define LOOKUP(table, v) _mm_shuffle_epi8(table, v)
#define HIGH_HALVES(v) _mm_and_si128(_mm_srli_epi16(v, 4), SPLAT(15))
#define LESS_SATURATED(a, b) _mm_subs_epu8(a, b)
#define EARLIER(v, before, by) _mm_alignr_epi8(v, before, 16 - (by))
#include "wide.inc"

#define NAME(function) function##_avx2
#define TARGET __attribute__((target("avx2,bmi")))
#define WIDTH 32
#define VECTOR __m256i
#define ZERO _mm256_setzero_si256()
#define SPLAT(byte) _mm256_set1_epi8((char)(byte))
#define LOAD(in) _mm256_loadu_si256((const __m256i *)(in))
#define STORE(out, v) _mm256_storeu_si256((__m256i *)(out), v)
#define OR(a, b) _mm256_or_si256(a, b)
#define AND(a, b) _mm256_and_si256(a, b)
#define XOR(a, b) _mm256_xor_si256(a, b)
#define EQUAL(a, b) _mm256_cmpeq_epi8(a, b)
#define MINIMUM(a, b) _mm256_min_epu8(a, b)
#define BITS(v) (unsigned)_mm256_movemask_epi8(v)
#define TABLE(bytes) _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(bytes)))
#define LOOKUP(table, v) _mm256_shuffle_epi8(table, v)
#define HIGH_HALVES(v) _mm256_and_si256(_mm256_srli_epi16(v, 4), SPLAT(15))
#define LESS_SATURATED(a, b) _mm256_subs_epu8(a, b)
#define EARLIER(v, before, by) _mm256_alignr_epi8(v, _mm256_permute2x128_si256(before, v, 0x21), 16 - (by))
#include "wide.inc"

int cjsontext_best_level(void) {
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")) return CJSONTEXT_AVX2;
    return __builtin_cpu_supports("sse4.2") ? CJSONTEXT_SSE42 : CJSONTEXT_PORTABLE;
}
#define DISPATCH(level, function, ...) \
    ((level) == CJSONTEXT_AVX2 ? function##_avx2(__VA_ARGS__) : (level) == CJSONTEXT_SSE42 \
        ? function##_sse42(__VA_ARGS__) : function##_portable(__VA_ARGS__))
#else
int cjsontext_best_level(void) { return CJSONTEXT_PORTABLE; }
#define DISPATCH(level, function, ...) ((void)(level), function##_portable(__VA_ARGS__))
#endif

int cjsontext_is_utf8_at(int level, const uint8_t *bytes, size_t count) {
    return DISPATCH(level, is_utf8, bytes, count);
}

ptrdiff_t cjsontext_escape_at(int level, const uint8_t *bytes, size_t count, uint8_t *out) {
    int has_high = 0;
    ptrdiff_t length = DISPATCH(level, escape_string, bytes, count, out, &has_high);
    return has_high && !cjsontext_is_utf8_at(level, bytes, count) ? -1 : length;
}

int cjsontext_is_utf8(const uint8_t *bytes, size_t count) {
    return cjsontext_is_utf8_at(cjsontext_best_level(), bytes, count);
}

ptrdiff_t cjsontext_escape(const uint8_t *bytes, size_t count, uint8_t *out) {
    return cjsontext_escape_at(cjsontext_best_level(), bytes, count, out);
}
