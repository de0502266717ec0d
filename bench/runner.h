/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:220
 * Running the steps of one boot, here: the Launcher once for each step, its
 * samples added to what there is.
 */
#ifndef BENCH_RUNNER_H
#define BENCH_RUNNER_H

#include <signal.h>

#include "order.h"
#include "samples.h"

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

/* Set by SIGINT and SIGTERM once catch_interrupts was called. */
extern volatile sig_atomic_t interrupted;
void catch_interrupts(void);

/*
 * Start a program and wait for it.  Its stdin is empty; its stdout and stderr go
 * to `output`, or stay ours if that is NULL.  An interrupt of ours is handed on
 * to it.  Answers waitpid's status, or -1 if it could not be started.
 */
int run_program(char *const argv[], const char *output);

/* The same with stderr in a file of its own: where stdout has a Guest's console, which may
 * print any line, what the program itself says is told apart by the file it is in. */
int run_program_apart(char *const argv[], const char *output, const char *errors);

/* The last line of a file that says something, what is not printable ASCII as '?'.  To be
 * freed; never NULL. */
char *last_line(const char *path);

/* Start the Launcher for one cell and wait for its end; says what went wrong. */
enum run_outcome run_launcher(const struct launch *launch, const struct cell *cell);

struct boot {
	const struct plan *plan;
	unsigned int number;		/* from 1 */
	const char *unit;
	const char *payload, *scratch;
	const struct words *arguments;	/* of every Guest */
	bool (*before)(const struct cell *cell);	/* each run; NULL: nothing */
	FILE *kept;			/* gets each step's samples as soon as it has ended */
};

/* All steps of one boot, in their order. */
enum run_outcome run_boot(const struct boot *boot, struct samples *samples);

#endif
