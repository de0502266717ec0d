/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list.c - reading the rows of tests/guests/list.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "lab.h"

char *next_word(char **line)
{
	char *word;

	do
		word = strsep(line, " \t");
	while (word && !*word);
	return word;
}

static const char *field(char **row)
{
	char *text = strsep(row, "\t");

	if (!text)
		errx(2, "a row of the list is too short");
	return strcmp(text, "-") ? text : "";
}

/* The fields of tests/guests/list, in its order. */
static void parse_row(struct test *t, char *row)
{
	t->id = field(&row);
	t->guest = field(&row);
	t->variant = field(&row);
	t->twin = field(&row);
	t->moved = !strcmp(field(&row), "yes");
	field(&row);		/* CPUs and CPU model: the machine is booted so */
	field(&row);
	t->timeout = strtoul(field(&row), NULL, 10);
	t->stop = strtoul(field(&row), NULL, 10);
	field(&row);		/* groups, and where: chosen outside */
	t->expect = field(&row);
	field(&row);
	t->args = field(&row);
	t->launch = field(&row);
	t->known = field(&row);
}

size_t read_list(const char *path, struct test **tests)
{
	FILE *list = fopen(path, "r");
	char *row = NULL;
	size_t size = 0, n = 0;

	if (!list)
		err(2, "%s", path);
	*tests = NULL;
	while (getline(&row, &size, list) > 0) {
		row[strcspn(row, "\n")] = '\0';
		*tests = reallocarray(*tests, n + 1, sizeof(**tests));
		if (!*tests)
			err(2, "reading %s", path);
		parse_row(&(*tests)[n++], row);
		row = NULL;
		size = 0;
	}
	fclose(list);
	return n;
}
