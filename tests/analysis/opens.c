/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into a program: adds a line to the file $OPENS for each file of a trace that it
 * opens.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

FILE *fopen(const char *path, const char *mode)
{
	FILE *(*next)(const char *, const char *) = dlsym(RTLD_NEXT, "fopen");
	const char *log = getenv("OPENS");
	FILE *file;

	if (log && strstr(path, "/trace/") && (file = next(log, "a"))) {
		fprintf(file, "%s\n", path);
		fclose(file);
	}
	return next(path, mode);
}
