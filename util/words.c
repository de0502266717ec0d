/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of words. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

void words_free(struct words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->word[i]);
	free(words->word);
	memset(words, 0, sizeof(*words));
}

bool words_have(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->n; i++)
		if (!strcmp(words->word[i], word))
			return true;
	return false;
}

void words_add(struct words *words, const char *word)
{
	if (words_have(words, word))
		return;
	words->word = realloc(words->word, (words->n + 2) * sizeof(*words->word));
	if (!words->word)
		abort();
	words->word[words->n++] = strdup(word);
	words->word[words->n] = NULL;
}

char *trimmed(const char *start, size_t length)
{
	while (length && isspace((unsigned char)*start)) {
		start++;
		length--;
	}
	while (length && isspace((unsigned char)start[length - 1]))
		length--;
	return strndup(start, length);
}

/* An empty member or a repeated one is an error in the list. */
bool words_set(struct words *words, const char *list)
{
	struct words fresh = { NULL, 0 };

	for (;;) {
		size_t length = strcspn(list, ",");
		char *word = trimmed(list, length);

		if (!word)
			abort();
		if (!*word || words_have(&fresh, word)) {
			free(word);
			words_free(&fresh);
			return false;
		}
		fresh.word = realloc(fresh.word, (fresh.n + 1) * sizeof(*fresh.word));
		if (!fresh.word)
			abort();
		fresh.word[fresh.n++] = word;
		if (!list[length])
			break;
		list += length + 1;
	}
	words_free(words);
	*words = fresh;
	return true;
}

char *words_text(const struct words *words)
{
	char *result = strdup("");

	for (size_t i = 0; i < words->n; i++) {
		char *longer;

		if (asprintf(&longer, "%s%s%s", result, i ? "," : "", words->word[i]) < 0)
			abort();
		free(result);
		result = longer;
	}
	return result;
}
