/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench: run a plan and keep every sample.  Each boot of the lab machine is a block of the
 * plan, which the agent runs by the command of the same name.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/lab.h"
#include "bench/run_plan.h"
#include "cmd.h"
#include "util/file.h"
#include "util/process.h"
#include "util/status.h"
#include "util/words.h"

/* The same command, for the lab machine; --arguments is left out if there are none. */
static int boot_lab(const struct plan *plan, unsigned int boot, const struct boot_files *files)
{
	const struct lab lab = {
		.profile = plan->profile, .out = files->part, .log = files->log,
		.description = files->description, .ops = files->ops,
	};
	char *benches = words_text(&plan->benches), *variants = words_text(&plan->variants);
	char *twins = words_text(&plan->twins), *arguments = words_text(&plan->arguments);
	char *runs = text("%u", plan->runs), *seed = text("%llu", (unsigned long long)plan->seed);
	char *block = text("%u", boot);
	const char *const words[] = {
		"bench", "--native", "--block", block, "--output", "/out", "--bench", benches,
		"--variant", variants, "--twin", twins, "--runs", runs, "--seed", seed,
		"--tier", plan->tier, "--layout", plan->layout,
		plan->arguments.n ? "--arguments" : NULL, arguments, NULL,
	};
	int status = lab_run(&lab, words);

	free(benches);
	free(variants);
	free(twins);
	free(arguments);
	free(runs);
	free(seed);
	free(block);
	return status;
}

static int run_options(struct bench_options *options)
{
	int status = bench_options_complete(options);

	if (status == STATUS_GOOD && (options->native || options->block))
		return unsupported_native();
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
