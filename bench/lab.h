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
	const char *description;/* file for how QEMU was started; NULL: none */
	const char *ops;	/* folder for what the plugin counts; NULL: it is not loaded */
	unsigned int seconds;	/* time limit of the command; 0 for the profile's own */
	bool tty;		/* its input and output are joined to our terminal */
	const char *disk;	/* FILE[,ro] that is its second disk, /dev/vdb; NULL: none */
};

/* Statuses of vm/lab itself, beside the command's own. */
enum { LAB_TIME_LIMIT = 124, LAB_DIED = 125, LAB_ESCAPED = 181 };

/* False, after an error message, if the lab machine cannot be booted from here. */
bool lab_ready(void);

/*
 * Run a command inside.  Answers its exit status as one of ours: vm/lab prints the lab machine's
 * own errors, and they become STATUS_REFUSED or STATUS_INVALID.
 */
int lab_run_command(const struct lab *lab, char *const command[]);

/* Give the agent a job. */
int lab_run(const struct lab *lab, const struct job *job);

/* What `description` holds: {qemu, arguments, profile, why}; NULL if nothing. */
json_t *lab_record(const char *description);

#endif
