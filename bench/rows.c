/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a file row by row. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

bool rows_read(const char *path, bool (*row)(void *to, const char *line), void *to,
	       char why[ROWS_WHY_BYTES])
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0, number = 0;
	bool good = file;

	while (good && getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		good = !number++ || row(to, line);
	}
	if (!file || (good && ferror(file)))
		snprintf(why, ROWS_WHY_BYTES, "%.180s: %s", path, strerror(errno));
	else if (!good)
		snprintf(why, ROWS_WHY_BYTES, "%.180s: line %zu makes no sense", path, number);
	good = good && !ferror(file);
	if (file)
		fclose(file);
	free(line);
	return good;
}
