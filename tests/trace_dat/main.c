/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat INSTANCE FILE EVENT...: what an instance of tracefs holds as a file of trace-cmd's,
 * written by the recorder's own writer (tracepoints/session/trace_dat.c), for tests that record
 * by hand.  Exit status: 0; 1 it cannot be read or written.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tracepoints/session/trace_dat.h"
#include "tracepoints/session/streams.h"
#include "util/file.h"

/* The second instance is the first again, which is empty once it was read. */
static bool write_file(const char *instance, const char *path, const char *const *events,
		       unsigned int cpus)
{
	const struct trace_dat dat = {
		.instance = instance,
		.second = instance,
		.second_name = "empty",
		.events = events,
		.cpus = cpus,
	};
	struct whole_file to;

	return whole_open(&to, path) && trace_dat_write(&dat, to.stream) && whole_commit(&to);
}

static unsigned int cpus_of(const char *instance)
{
	unsigned int cpus = 0;

	while (cpus < STREAM_CPUS) {
		char *path = text("%s/per_cpu/cpu%u", instance, cpus);
		bool there = exists(path);

		free(path);
		if (!there)
			break;
		cpus++;
	}
	return cpus;
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: trace_dat INSTANCE FILE EVENT...\n");
		return 1;
	}
	return !write_file(argv[1], argv[2], (const char *const *)argv + 3, cpus_of(argv[1]));
}
