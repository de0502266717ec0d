/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the workstation asks of the agent: one job, which lies as job.json in the folder that the
 * agent sees as /out and writes its files to.
 *
 *	{"schema": "switchyard-job-1", "command": "check"}
 *	{..., "command": "bench", "boot": N, "plan": {...}}	one boot of a plan
 *	{..., "command": "ops", "samples": N}
 *	{..., "command": "record", "plan": {...}, "mode": MODE, "events": [NAME...],
 *		"slow_tsc": N, "buffer_bytes": N}		as struct recording says
 *
 * A plan has all keys of a plan's file (bench/data/plan.h), with numbers as numbers and lists as
 * arrays.  Names and options were checked where the job was written; a file of another schema, or
 * with a key more or less, is refused.
 */
#ifndef BENCH_JOB_H
#define BENCH_JOB_H

#include "recording.h"

#define JOB_FILE "job.json"

enum job_command { JOB_CHECK, JOB_BENCH, JOB_RECORD, JOB_OPS };

struct job {
	enum job_command command;
	unsigned int boot;		/* bench */
	unsigned int samples;		/* ops */
	struct recording recording;	/* record; bench has its plan here */
};

/* False after an error message. */
bool job_write(const struct job *job, const char *path);

/* False, and in why[] one line; the job is to be freed either way. */
enum { JOB_WHY = 300 };
bool job_read(struct job *job, const char *path, char why[JOB_WHY]);
void job_free(struct job *job);

#endif
