/* TOML documents as JSON text, and back: toml++ for languages that cannot include it.
 *
 * A table is an object, an array an array, a string, boolean or integer itself. A float is a JSON number with a point
 * or an exponent. What JSON has no form for (dates, times, infinities, nan) is an object with the one key
 * CTOML_LITERAL and its TOML text as value, so that it is written back as it was. Comments are not kept. */
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The key of an object that stands for a TOML literal. */
#define CTOML_LITERAL "toml:literal"

/* Why a document was refused. */
typedef struct {
    /* Counted from 1; 0 if there is no place to name. */
    unsigned line, column;
    /* One line, zero-terminated, cut if it is longer. */
    char text[232];
} ctoml_error;

/* Reads TOML (UTF-8). Gives JSON text of *json_length bytes that ends in a zero and is released with ctoml_free(), or
 * NULL and *error. */
char *ctoml_to_json(const char *toml, size_t length, size_t *json_length, ctoml_error *error);

/* Reads a JSON object and gives TOML text, likewise. Members that are null are left out. */
char *ctoml_from_json(const char *json, size_t length, size_t *toml_length, ctoml_error *error);

/* Releases what the two gave; NULL is allowed. */
void ctoml_free(char *text);

#ifdef __cplusplus
}
#endif
