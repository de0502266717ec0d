/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs one command in the lab machine: vm/lab boots it and copies files back. */
#ifndef BENCH_LAB_H
#define BENCH_LAB_H

#include <jansson.h>
#include <stdbool.h>

#include "job.h"

struct lab {
	const char *profile;
	const char *out;	/* folder that the agent sees as /out; the job goes there */
	const char *log;	/* of the console */
	const char *description;/* file that tells how QEMU was started; NULL for none */
	const char *ops;	/* folder for what the plugin counts; NULL: it is not loaded */
	unsigned int seconds;	/* time limit of the command; 0 for the profile's own */
};

/* Statuses of vm/lab itself, beside the command's own. */
enum { LAB_TIME_LIMIT = 124, LAB_DIED = 125, LAB_ESCAPED = 181 };

/* False, and says why, if the lab machine cannot be booted from here. */
bool lab_ready(void);

/*
 * Have the agent do a job inside.  Answers its exit status, as one of ours: what the lab machine
 * itself did wrong has been said by
 * vm/lab and becomes STATUS_REFUSED or STATUS_INVALID.
 */
int lab_run(const struct lab *lab, const struct job *job);

/* What `description` holds: {qemu, arguments, profile, why}; NULL if nothing. */
json_t *lab_record(const char *description);

#endif
