#pragma once
#include <stddef.h>
#include <stdint.h>

/// How many bytes at once: what each level needs of the machine. Only levels up to cjsontext_best_level() may be used.
enum { CJSONTEXT_PORTABLE = 0, CJSONTEXT_SSE42 = 1, CJSONTEXT_AVX2 = 2 };

/// The highest level that this machine has.
int cjsontext_best_level(void);

/// Whether the bytes are UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
int cjsontext_is_utf8(const uint8_t *bytes, size_t count);

/// Room that cjsontext_escape() needs for an input of `count` bytes.
#define CJSONTEXT_ROOM(count) (6 * (count) + 32)

/// Writes what stands between the quotes of a JSON string: `"`, `\`, control characters and U+007F are escaped, the rest
/// is copied. Returns the number of bytes written, or -1 if the input is not UTF-8 (the output then means nothing).
/// `out` has room for CJSONTEXT_ROOM(count) bytes and does not overlap the input.
ptrdiff_t cjsontext_escape(const uint8_t *bytes, size_t count, uint8_t *out);

/// The same two at a given level, for tests.
int cjsontext_is_utf8_at(int level, const uint8_t *bytes, size_t count);
ptrdiff_t cjsontext_escape_at(int level, const uint8_t *bytes, size_t count, uint8_t *out);
