/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the steps of one boot on this kernel: starts the Launcher for each and reads its samples. */
#ifndef BENCH_RUNNER_H
#define BENCH_RUNNER_H

#include <stdio.h>

#include "schedule.h"
#include "bench/data/exits.h"
#include "bench/data/pmu.h"
#include "bench/data/samples.h"

enum run_outcome {
	RUN_GOOD,
	RUN_USAGE,		/* no such Guest, variant or twin */
	RUN_REFUSED,		/* by the Host */
	RUN_FAILED,		/* the Guest says so */
	RUN_INVALID,		/* killed, crashed, or samples that make no sense */
	RUN_INTERRUPTED,
};

struct launch {
	const char *payload;		/* folder of the Launcher and the Guests */
	const char *scratch;		/* folder for its files */
	const struct words *arguments;
	const char *samples;		/* file for samples, or NULL */
	bool counters;			/* the Host's counts go to scratch/errors.txt */
};

/* The CPU on which Guests run: the last one. */
unsigned int measured_cpu(void);

/* Start the Launcher for one cell and wait for its end; prints what went wrong. */
enum run_outcome run_launcher(const struct launch *launch, const struct cell *cell);

/* What the end of a launch says, which is said if it is not good: from its status and files. */
enum run_outcome launch_outcome(int status, const struct cell *cell, const char *console,
				const char *errors);

struct boot {
	const struct plan *plan;
	unsigned int number;		/* from 1 */
	const char *unit;
	const char *payload, *scratch;
	const struct words *arguments;	/* of every Guest */
	bool (*before)(const struct cell *cell);	/* each run; NULL: nothing */
	FILE *kept;			/* gets each step's samples as soon as it has ended */
	struct pmu *pmu;		/* gets what performance counters count; NULL: nothing */
};

/* All steps of one boot, in their order; exits are counted of a plan for Linux. */
enum run_outcome run_boot(const struct boot *boot, struct samples *samples, struct exits *exits);

#endif
