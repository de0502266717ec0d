/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options of `bench`.  Both programs have this command: the workstation's boots the lab machine
 * for each block of a plan; the agent runs one block, or a whole plan natively.
 */
#ifndef BENCH_BENCH_OPTIONS_H
#define BENCH_BENCH_OPTIONS_H

#include <stdbool.h>

#include "bench/data/plan.h"

struct bench_options {
	struct plan plan;
	const char *output;
	unsigned int boot;		/* the one boot of the plan to run; 0: all */
	unsigned int block;		/* in the agent: the one boot to run; 0: a whole plan */
	bool native;
	bool prepare;			/* natively alone (prepare.h) */
	bool pmu;			/* performance counters; natively alone */
	bool no_ops;
};

/* Parse a command line; ends the program with a usage error.  `native` is the default. */
void bench_options_parse(struct bench_options *options, bool native, int argc, char **argv);
void bench_options_free(struct bench_options *options);

/* Name all benchmarks if none is named, and check every name.  Answers an exit status. */
int bench_options_complete(struct bench_options *options);

/* Whether the lab machine can run the plan, and for which tier.  Answers an exit status. */
int bench_options_fit_lab(struct bench_options *options);

/* Does the emulator's plugin count beside the samples? */
bool bench_options_count_ops(const struct bench_options *options);

#endif
