/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The figure of the SYSENTER experiment: its data are those of bench/experiments/sweep,
 * unchanged. */
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "util/file.h"

static char *data_of(const struct run_folder *run)
{
	return text("%s/sysenter.csv", run->path);
}

static bool has_sysenter(struct run_folder *run)
{
	char *path = data_of(run);
	bool there = exists(path);

	free(path);
	return there;
}

/* Points in the data; system calls that were checked are its tenth field. */
static char *describe(const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned long points = 0, calls = 0, here;
	char line[512];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line,
			   "%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*[^0-9]%lu",
			   &here) == 1 ||
		    sscanf(line,
			   "%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%lu",
			   &here) == 1) {
			points++;
			calls += here;
		}
	if (file)
		fclose(file);
	return text("%lu points, 1 boot, %lu system calls by SYSENTER meanwhile, all answered; a "
		    "disc is a break-even",
		    points, calls);
}

static char *make_sysenter(struct run_folder *run, const char *path)
{
	char *from = data_of(run), *numbers = NULL;

	if (copy_file(from, path))
		numbers = describe(path);
	free(from);
	return numbers;
}

FIGURE(sysenter) = {
	"sysenter", make_sysenter, has_sysenter, "a sweep: 'bench/experiments/sweep RUN'", NULL,
};
