/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A job of the workstation (bench/job.h); its files go to the folder that it lies in. */
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "bench/job.h"
#include "bench/data/op_costs.h"
#include "util/file.h"
#include "util/message.h"
#include "util/process.h"
#include "util/status.h"

static int do_check(const char *folder)
{
	char *save = text("%s/check.json", folder);
	int status = check_run(&(struct check_options){ .save = save });

	free(save);
	return status;
}

static int do_ops(const struct job *job, const char *folder)
{
	char *path = text("%s/" OP_COSTS_FILE, folder);
	int status = op_costs_run(job->samples, path);

	free(path);
	return status;
}

static int do_job(const struct job *job, const char *folder)
{
	switch (job->command) {
	case JOB_BENCH:
		return bench_run_boot(&job->recording.plan, job->boot,
				      &(struct boot_files){ .part = folder });
	case JOB_RECORD:
		return record_run_here(&job->recording, folder);
	case JOB_OPS:
		return do_ops(job, folder);
	default:
		return do_check(folder);
	}
}

int agent_job(int argc, char **argv)
{
	char why[JOB_WHY], *path;
	int status = STATUS_USAGE;
	struct job job;

	if (argc != 2) {
		message_error("job takes one file, which the workstation writes");
		return STATUS_USAGE;
	}
	catch_interrupts();
	if (!job_read(&job, argv[1], why)) {
		message_error("'%s' is not a job for this program: %s", argv[1], why);
	} else {
		path = strdup(argv[1]);
		status = do_job(&job, dirname(path));
		free(path);
	}
	job_free(&job);
	return status;
}
