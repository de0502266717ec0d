/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan, boot by boot.  What was measured is kept also when a boot ends badly or the user
 * interrupts: the run is then marked so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "env.h"
#include "functions.h"
#include "lab.h"
#include "ops.h"
#include "results.h"
#include "run_plan.h"
#include "util/file.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/status.h"

/* Boots of one plan that run side by side each have a folder of their own. */
static char *default_folder(unsigned int boot)
{
	char *folder = results_folder(), *own = boot ? text("%s-boot-%u", folder, boot) : NULL;

	if (!own)
		return folder;
	free(folder);
	return own;
}

struct state {
	const struct bench_options *options;
	run_block_fn *run_block;
	const char *folder;
	struct samples samples;
	struct ops ops;
	struct exits exits;
	struct pmu pmu;
	json_t *boots;			/* each boot's record of its machine */
	json_t *lab;			/* how the first was started */
};

/*
 * Read what a boot left.  If it was interrupted the samples up to the last whole line are good.
 * One that was refused has said why, and left nothing.
 */
static bool take_boot(struct state *state, const char *folder, int status)
{
	char *json = text("%s/boot.json", folder), *csv = text("%s/samples.csv", folder);
	json_t *boot = json_load_file(json, 0, NULL);
	FILE *file = fopen(csv, "r");
	char why[SAMPLES_WHY] = "they are not there";
	bool good = file && boot, refused = !good && status != STATUS_GOOD;

	if (boot)
		json_array_append_new(state->boots, boot);
	if (good)
		good = samples_read(&state->samples, file, why);
	if (!good && !refused && !interrupted)
		message_error("samples of the boot: %s", why);
	if (file)
		fclose(file);
	free(json);
	free(csv);
	return good;
}

/* The exits of a boot, if it ran a plan for Linux. */
static bool take_exits(struct state *state, const char *folder)
{
	char *path = text("%s/" EXITS_FILE, folder), why[EXITS_WHY];
	FILE *file = fopen(path, "r");
	bool good = !file || exits_read(&state->exits, file, why);

	if (!good)
		message_error("exits of the boot: %s", why);
	if (file)
		fclose(file);
	free(path);
	return good;
}

/* What performance counters counted, where that was asked for. */
static bool take_pmu(struct state *state, const char *path)
{
	FILE *file = fopen(path, "r");
	char why[PMU_WHY] = "the boot left no " PMU_FILE;
	bool good = file && pmu_read(&state->pmu, file, why);

	if (!good)
		message_error("performance counters: %s", why);
	if (file)
		fclose(file);
	return good;
}

/* The same by function, with the symbols that the boot has left. */
static bool take_functions(struct state *state, const char *folder, unsigned int boot,
			   char why[OPS_WHY_BYTES])
{
	char *path = text("%s/../" SYMBOLS_FILE, folder), no_symbols[SYMBOLS_WHY];
	struct symbols symbols;
	bool good = symbols_open(&symbols, path, payload_dir(), no_symbols);

	if (!good)
		snprintf(why, OPS_WHY_BYTES, "%s", no_symbols);
	good = good && functions_read(&state->ops, folder, &symbols, boot, why);
	symbols_free(&symbols);
	free(path);
	return good;
}

static bool take_ops(struct state *state, const char *folder, unsigned int boot)
{
	char why[OPS_WHY_BYTES];
	bool good = ops_read(&state->ops, folder, &state->samples, boot,
			     state->options->plan.warmup, why) &&
		    take_functions(state, folder, boot, why);

	if (!good)
		message_error("the emulator's count contradicts the samples: %s", why);
	return good;
}

/* Run one boot and take in what it left. */
static int one_boot(struct state *state, unsigned int boot)
{
	char *part = text("%s/boot-%u.part", state->folder, boot);
	char *log = text("%s/logs/boot-%u.log", state->folder, boot);
	char *description = text("%s/lab.txt", part);
	char *ops = bench_options_count_ops(state->options) ? text("%s/ops", part) : NULL;
	char *pmu = state->options->pmu ? text("%s/" PMU_FILE, part) : NULL;
	struct boot_files files = {
		.part = part, .log = log, .description = description, .ops = ops, .pmu = pmu,
	};
	int status = STATUS_REFUSED;

	if (make_folders(part)) {
		status = state->run_block(&state->options->plan, boot, &files);
		if (!state->lab)
			state->lab = lab_record(description);
		if (!take_boot(state, part, status) || !take_exits(state, part))
			status = status == STATUS_GOOD ? STATUS_INVALID : status;
		else if (ops && status == STATUS_GOOD && !take_ops(state, ops, boot))
			status = STATUS_INVALID;
		else if (pmu && (status == STATUS_GOOD || exists(pmu)) && !take_pmu(state, pmu))
			status = status == STATUS_GOOD ? STATUS_INVALID : status;
	}
	remove_tree(part);
	free(part);
	free(pmu);
	free(log);
	free(description);
	free(ops);
	return status;
}

/* The one tier of all boots; false if they disagree or are not what the profile promises. */
static bool agree_on_tier(const struct state *state, enum tier *tier, const char **why)
{
	json_t *boot, *unit;
	size_t i;

	*tier = TIER_REHEARSAL;
	json_array_foreach(state->boots, i, boot) {
		unit = json_object_get(json_object_get(json_object_get(boot, "machine"), "clock"),
				       "tier");
		for (int t = TIER_INSNS; t <= TIER_REHEARSAL; t++)
			if (json_string_value(unit) &&
			    !strcmp(json_string_value(unit), tier_name((enum tier)t))) {
				if (i && *tier != (enum tier)t) {
					*why = "the boots are of different tiers";
					return false;
				}
				*tier = (enum tier)t;
			}
	}
	if (!state->options->native && plan_counts_insns(&state->options->plan) &&
	    *tier != TIER_INSNS) {
		*why = "the lab machine's counter does not count instructions";
		return false;
	}
	return true;
}

static const char *void_reason(int status)
{
	switch (status) {
	case STATUS_GOOD:
	case STATUS_INTERRUPTED:
		return NULL;
	case STATUS_INVALID:
		return "a run ended badly; the messages and the logs say how";
	default:
		return "not every run of the plan was made";
	}
}

/* A machine that measures itself is not started anew: what differs from boot to boot in the lab,
 * such as where the kernel lies, is the same in all of these. */
static json_t *warnings_of_start(const struct bench_options *options)
{
	json_t *warnings = json_array();
	char *line;

	if (!options->native || options->plan.boots < 2 || options->boot)
		return warnings;
	line = text("the %u boots are loads of the module, in one start of this machine",
		    options->plan.boots);
	json_array_append_new(warnings, json_string(line));
	free(line);
	return warnings;
}

static size_t rows_of_event(const struct pmu *pmu, const char *event)
{
	size_t n = 0;

	for (size_t i = 0; i < pmu->n; i++)
		n += !strcmp(pmu->row[i].event, event) && strcmp(pmu->row[i].ring, "1-3");
	return n;
}

/* Events that this machine counts, but not in every run: others have had its counters, too. */
static void warn_of_pmu(const struct state *state, const json_t *environment, json_t *warnings)
{
	const struct plan *plan = &state->options->plan;
	size_t boots = json_array_size(state->boots);
	size_t all = plan->benches.n * plan->variants.n * plan->twins.n * plan->runs * boots;
	json_t *machine = json_object_get(environment, "machine"), *value;
	const char *event;

	json_object_foreach(json_object_get(machine, "pmu"), event, value) {
		size_t n = rows_of_event(&state->pmu, event);
		char *line;

		if (n >= all || !json_string_value(value) ||
		    strcmp(json_string_value(value), PMU_COUNTED))
			continue;
		line = text("%s: counted in %zu of %zu runs, since others use the counters, too",
			    event, n, all);
		json_array_append_new(warnings, json_string(line));
		free(line);
	}
}

static json_t *join_environment(struct state *state)
{
	struct env_workstation workstation = {
		.plan = &state->options->plan, .payload = payload_dir(),
		.scratch = state->folder, .lab = state->lab,
	};

	return env_join(&workstation, state->boots);
}

/* Write the run's folder, also when it is void or cut short, unless there is nothing. */
static int finish(struct state *state, int status)
{
	struct run run = {
		.plan = &state->options->plan, .samples = &state->samples,
		.ops = &state->ops, .exits = &state->exits, .pmu = &state->pmu,
		.warnings = warnings_of_start(state->options),
		.interrupted = status == STATUS_INTERRUPTED,
		.void_because = void_reason(status),
	};
	unsigned int boot = state->options->boot;
	json_t *environment;

	if (!state->samples.n) {
		json_decref(run.warnings);
		return status ? status : STATUS_INVALID;
	}
	if (!agree_on_tier(state, &run.tier, &run.void_because) && status == STATUS_GOOD) {
		message_error("%s", run.void_because);
		status = STATUS_INVALID;
	}
	environment = join_environment(state);
	run.environment = environment;
	if (!run.interrupted)
		warn_of_pmu(state, environment, run.warnings);
	run.part = boot ? json_pack("[i]", (int)boot) : NULL;
	if (results_write(&run, state->folder)) {
		results_print(&run, stdout);
		printf("%s\n", state->folder);
	} else if (status == STATUS_GOOD) {
		status = STATUS_REFUSED;
	}
	json_decref(environment);
	json_decref(run.warnings);
	json_decref(run.part);
	return status;
}

/* The estimate: the boots to come take as long as the boots so far. */
static void show_progress(const struct bench_options *options, unsigned int boot, time_t started)
{
	unsigned int boots = options->plan.boots, gone = (unsigned int)(time(NULL) - started);

	if (boot == 1 || options->boot)
		message_progress("boot %u of %u (%s)", boot, boots, options->plan.profile);
	else
		message_progress("boot %u of %u (%s), about %u s to go", boot, boots,
			     options->plan.profile, gone / (boot - 1) * (boots - boot + 1));
}

static int run_blocks(const struct bench_options *options, run_block_fn *run_block,
		      const char *folder)
{
	struct state state = {
		.options = options, .run_block = run_block, .folder = folder, .boots = json_array(),
	};
	char *logs = text("%s/logs", folder);
	int status = make_folders(logs) ? STATUS_GOOD : STATUS_REFUSED;
	unsigned int first = options->boot ? options->boot : 1;
	unsigned int last = options->boot ? options->boot : options->plan.boots;
	time_t started = time(NULL);

	for (unsigned int boot = first; boot <= last && status == STATUS_GOOD; boot++) {
		show_progress(options, boot, started);
		status = one_boot(&state, boot);
		if (interrupted)
			status = STATUS_INTERRUPTED;
	}
	status = finish(&state, status);
	if (status == STATUS_INTERRUPTED)
		message_error("interrupted: what was measured is in '%s', and marked so", folder);
	samples_free(&state.samples);
	ops_free(&state.ops);
	exits_free(&state.exits);
	pmu_free(&state.pmu);
	json_decref(state.boots);
	json_decref(state.lab);
	free(logs);
	return status;
}

int run_plan(const struct bench_options *options, run_block_fn *run_block)
{
	char *folder = options->output ? strdup(options->output) : default_folder(options->boot);
	int status = results_folder_is_free(folder) ? run_blocks(options, run_block, folder) :
		     STATUS_USAGE;

	free(folder);
	return status;
}
