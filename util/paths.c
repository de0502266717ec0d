/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The folder of the program, and the folders found from it; see paths.h. */
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"
#include "paths.h"

static bool is_agent;

void paths_of_agent(void)
{
	is_agent = true;
}

/* The folder that holds this program. */
static const char *program_dir(void)
{
	static char path[PATH_MAX];
	ssize_t length;

	if (*path)
		return path;
	length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (length <= 0)
		return ".";
	path[length] = '\0';
	return dirname(path);
}

const char *tools_dir(void)
{
	return program_dir();
}

/* The workstation's program lies in build/tools of the checkout. */
const char *project_dir(void)
{
	static char *found;
	const char *named = getenv("SWITCHYARD_ROOT");

	if (is_agent)
		return NULL;
	if (!found) {
		char *above = text("%s/../..", program_dir());

		found = realpath(named && *named ? named : above, NULL);
		if (!found)
			found = above;
		else
			free(above);
	}
	return found;
}

const char *payload_dir(void)
{
	static char *found;

	if (is_agent)
		return program_dir();
	if (!found)
		found = text("%s/build/lab", project_dir());
	return found;
}
