/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run's folder as report and plot see it: what was measured, where, and whether to believe it. */
#ifndef SWITCHYARD_RUNDIR_H
#define SWITCHYARD_RUNDIR_H

#include <jansson.h>
#include <stdbool.h>

#include "analysis/model/tally.h"

struct rundir {
	char *path;			/* the run's folder; NULL: a trace alone */
	char *trace;			/* NULL: no trace */
	json_t *run, *env, *record;	/* NULL where the file is not there */
	const char *tier, *unit;	/* "unknown" and "TSC ticks" if nothing says */
	json_t *warnings;		/* array of strings, gathered from all files */
	char *void_because;		/* NULL: nothing is known against it */
	bool interrupted;

	bool analysed, unread;		/* unread: not to its end, so what is missing says nothing */
	struct lg_tally tally;
	int status;			/* of the analysis, one of enum exit_status */
	char why[400];			/* what is wrong, if status is not good */
};

/* Answers an exit status; on failure it has been said why. */
int rundir_open(struct rundir *run, const char *path);
void rundir_close(struct rundir *run);

/* Read the trace, if there is one; the outcome is in run->status and run->why. */
void rundir_analyse(struct rundir *run, const struct lg_options *options);

/* "insns (tier insns); n = ...; commit ...; kernel ...; QEMU ...". To be freed. */
char *rundir_caption(const struct rundir *run, const char *numbers);

/* The string at a path of keys such as "env.machine.kernel" in run.json, env.json, record.json. */
const char *rundir_text(const struct rundir *run, const char *keys);

bool rundir_is_rehearsal(const struct rundir *run);

#endif
