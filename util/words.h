/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of words, which on disk and in options stand between commas. */
#ifndef UTIL_WORDS_H
#define UTIL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
	char **word;
	size_t n;
};

/* Set from a list; false if a member is empty or repeated, and then the words are unchanged. */
bool words_set(struct words *words, const char *list);
/* Add a word at the end, if it is not there yet; a NULL follows the last. */
void words_add(struct words *words, const char *word);
void words_free(struct words *words);
bool words_have(const struct words *words, const char *word);

/* The list as it is written in a plan.  To be freed. */
char *words_text(const struct words *words);

/* A copy without white space at its ends.  To be freed. */
char *trimmed(const char *start, size_t length);

#endif
