/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes JSON files, and the record of the program that each file carries. */
#ifndef UTIL_JSON_H
#define UTIL_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "words.h"

/* {version, commit, dirty}; the same in every file we write. */
json_t *tool_record(void);

/* A list of words as an array of strings, and back; false if it is not such an array, or repeats a
 * word. */
json_t *words_json(const struct words *words);
bool words_from_json(struct words *words, const json_t *json);

/* Write a JSON file, whole or not at all. */
bool json_write(const json_t *json, const char *path);

#endif
