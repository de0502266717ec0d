/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names as small numbers, see intern.h. They are looked up once for each field class, so a plain
 * list is fast enough. */
#include <stdlib.h>
#include <string.h>

#include "intern.h"

static uint16_t add(struct lg_intern *names, const char *name)
{
	char *copy;

	if (names->n == LG_MAX_NAMES)
		return 0;
	copy = strdup(name);
	if (!copy)
		return 0;
	names->name[names->n] = copy;
	return names->n++;
}

uint16_t lg_intern(struct lg_intern *names, const char *name)
{
	uint16_t i;

	if (!names->n)
		add(names, "?");
	for (i = 0; i < names->n; i++)
		if (!strcmp(names->name[i], name))
			return i;
	return add(names, name);
}

const char *lg_name_of(const struct lg_intern *names, uint16_t id)
{
	return id < names->n ? names->name[id] : "?";
}

void lg_intern_free(struct lg_intern *names)
{
	while (names->n)
		free(names->name[--names->n]);
}
