/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes JSON files, and the record of the program that each file carries. */
#ifndef UTIL_JSON_H
#define UTIL_JSON_H

#include <jansson.h>
#include <stdbool.h>

/* {version, commit, dirty}; the same in every file we write. */
json_t *tool_record(void);

/* Write a JSON file whole. */
bool json_write(const json_t *json, const char *path);

#endif
