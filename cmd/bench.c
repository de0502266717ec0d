/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench: run a plan and keep every sample.  Each boot of the lab machine is a block of the
 * plan, which the agent runs as a job.
 */
#include <stdio.h>

#include "bench/lab.h"
#include "bench/run_plan.h"
#include "cmd.h"
#include "util/message.h"
#include "util/process.h"
#include "util/status.h"

static int boot_lab(const struct plan *plan, unsigned int boot, const struct boot_files *files)
{
	const struct lab lab = {
		.profile = plan->profile, .out = files->part, .log = files->log,
		.description = files->description, .ops = files->ops,
	};
	const struct job job = { .command = JOB_BENCH, .boot = boot, .recording.plan = *plan };

	return lab_run(&lab, &job);
}

static int run_options(struct bench_options *options)
{
	int status = bench_options_complete(options);

	if (status == STATUS_GOOD && (options->native || options->block))
		return act_natively();
	if (options->prepare) {
		message_error("--prepare changes settings of this machine: it wants --native");
		return STATUS_USAGE;
	}
	if (options->pmu) {
		message_error("the lab machine has no performance counters: --pmu wants --native");
		return STATUS_USAGE;
	}
	if (status == STATUS_GOOD)
		status = bench_options_fit_lab(options);
	if (status != STATUS_GOOD)
		return status;
	return lab_ready() ? run_plan(options, boot_lab) : STATUS_REFUSED;
}

static int cmd_bench(int argc, char **argv)
{
	struct bench_options options;
	int status;

	bench_options_parse(&options, false, argc, argv);
	catch_interrupts();
	status = run_options(&options);
	bench_options_free(&options);
	return status;
}

COMMAND(bench, "run a plan of benchmarks and keep every sample", cmd_bench);
