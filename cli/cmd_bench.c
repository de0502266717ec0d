/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:235
 * bench: run a plan and keep every sample.  Each boot is a block of the plan.
 * On the workstation a boot is one start of the lab machine, which runs this
 * same command for that block alone; natively there is one boot, the present.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "env.h"
#include "inside.h"
#include "lab.h"
#include "lists.h"
#include "functions.h"
#include "ops.h"
#include "results.h"
#include "runner.h"

struct options {
	struct plan plan;
	const char *output;
	unsigned int block;		/* inside: the one boot to run; 0 for a whole plan */
	bool native;
	bool no_ops;
};

enum { OPTION_BENCH = 256, OPTION_VARIANT, OPTION_TWIN, OPTION_BOOTS, OPTION_RUNS,
       OPTION_WARMUP, OPTION_SEED, OPTION_PROFILE, OPTION_ARGUMENTS, OPTION_TIER, OPTION_LAYOUT, OPTION_NATIVE,
       OPTION_BLOCK, OPTION_NO_OPS };

static const struct argp_option argp_options[] = {
	{ "plan", 'p', "FILE", 0, "Plan to run; options after it change it", 0 },
	{ "bench", OPTION_BENCH, "LIST", 0, "Benchmarks, with commas (all)", 0 },
	{ "variant", OPTION_VARIANT, "LIST", 0, "Variants (classic)", 0 },
	{ "twin", OPTION_TWIN, "LIST", 0, "Twins: plain, probed (plain)", 0 },
	{ "boots", OPTION_BOOTS, "N", 0, "Boots of the lab machine (1)", 0 },
	{ "runs", OPTION_RUNS, "N", 0, "Runs of each cell in a boot (1)", 0 },
	{ "warmup", OPTION_WARMUP, "N", 0, "Samples dropped at the head of a run (0)", 0 },
	{ "seed", OPTION_SEED, "N", 0, "Seed of the order (1)", 0 },
	{ "profile", OPTION_PROFILE, "P", 0, "Profile of the lab machine (counted)", 0 },
	{ "arguments", OPTION_ARGUMENTS, "LIST", 0, "key=value for every Guest", 0 },
	{ "tier", OPTION_TIER, "TIER", 0,
	  "Accept this tier alone (insns under counted, cycles under kvm; else it must be named)", 0 },
	{ "layout", OPTION_LAYOUT, "MODE", 0,
	  "Switcher's pages and Guests' stacks: seeded, fixed, same_page (seeded)", 0 },
	{ "output", 'o', "FOLDER", 0, "Folder of the run (results/DATE-TIME)", 0 },
	{ "native", OPTION_NATIVE, NULL, 0, "Act on this kernel, without a lab machine", 0 },
	{ "block", OPTION_BLOCK, "N", 0, "With --native: run boot N of the plan, raw", 0 },
	{ "no-ops", OPTION_NO_OPS, NULL, 0, "Leave the emulator's plugin out: no ops", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

/* The plan's key that an option sets, or NULL. */
static const char *plan_key(int option)
{
	static const char *const keys[] = {
		"benches", "variants", "twins", "boots", "runs", "warmup", "seed", "profile",
		"arguments", "tier", "layout",
	};

	return option >= OPTION_BENCH && option <= OPTION_LAYOUT ?
	       keys[option - OPTION_BENCH] : NULL;
}

static void read_plan(struct plan *plan, const char *path, struct argp_state *state)
{
	char why[PLAN_WHY];
	FILE *file = fopen(path, "r");

	if (!file) {
		say_error("cannot read the plan '%s': %s", path, strerror(errno));
		exit(STATUS_USAGE);
	}
	if (!plan_read(plan, file, why)) {
		say_error("%s: %s", path, why);
		exit(STATUS_USAGE);
	}
	fclose(file);
	(void)state;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;
	char why[PLAN_WHY];

	if (plan_key(key)) {
		if (!plan_set(&options->plan, plan_key(key), argument, why)) {
			say_error("%s", why);
			exit(STATUS_USAGE);
		}
		return 0;
	}
	switch (key) {
	case 'p':
		read_plan(&options->plan, argument, state);
		return 0;
	case 'o':
		options->output = argument;
		return 0;
	case OPTION_NATIVE:
		options->native = true;
		return 0;
	case OPTION_NO_OPS:
		options->no_ops = true;
		return 0;
	case OPTION_BLOCK:
		options->block = (unsigned int)strtoul(argument, NULL, 10);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A folder of results/ that carries the time; the current one if there is no checkout. */
static char *default_folder(void)
{
	const char *root = project_dir() ? project_dir() : ".";
	time_t now = time(NULL);
	char stamp[32];

	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", localtime(&now));
	return text("%s/results/%s", root, stamp);
}

struct state {
	const struct options *options;
	const char *folder;
	struct samples samples;
	struct ops ops;
	json_t *boots;			/* what each boot told of its machine */
	json_t *lab;			/* how the first was started */
};

/*
 * Take in what a boot left.  Of one that was interrupted the samples up to the
 * last whole line are good.
 */
static bool take_boot(struct state *state, const char *folder)
{
	char *json = text("%s/boot.json", folder), *csv = text("%s/samples.csv", folder);
	json_t *boot = json_load_file(json, 0, NULL);
	FILE *file = fopen(csv, "r");
	char why[SAMPLES_WHY] = "they are not there";
	bool good = file && boot;

	if (boot)
		json_array_append_new(state->boots, boot);
	if (good)
		good = samples_read(&state->samples, file, why);
	if (!good && !interrupted)
		say_error("samples of the boot: %s", why);
	if (file)
		fclose(file);
	free(json);
	free(csv);
	return good;
}

/* The same command, for the lab machine; --arguments is left out if there are none. */
static int boot_lab(const struct state *state, unsigned int boot, const struct lab *lab)
{
	const struct plan *plan = &state->options->plan;
	char *benches = words_text(&plan->benches), *variants = words_text(&plan->variants);
	char *twins = words_text(&plan->twins), *arguments = words_text(&plan->arguments);
	char *runs = text("%u", plan->runs), *seed = text("%llu", (unsigned long long)plan->seed);
	char *block = text("%u", boot);
	const char *const words[] = {
		"bench", "--native", "--block", block, "--output", "/out", "--bench", benches,
		"--variant", variants, "--twin", twins, "--runs", runs, "--seed", seed,
		"--tier", plan->tier, "--layout", plan->layout, plan->arguments.n ? "--arguments" : NULL, arguments, NULL,
	};
	int status = lab_run(lab, words);

	free(benches);
	free(variants);
	free(twins);
	free(arguments);
	free(runs);
	free(seed);
	free(block);
	return status;
}

/* Where the counter counts instructions the emulator can count what they are, as
 * long as the Switcher stays where it is. */
static bool counts_ops(const struct options *options)
{
	return !options->native && !options->no_ops &&
	       strcmp(options->plan.layout, "same_page") &&
	       !strncmp(options->plan.profile, "counted", 7);
}

/* The same by function, under the names that the boot has left. */
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
		say_error("the count from outside does not bear the samples out: %s", why);
	return good;
}

static int one_boot(struct state *state, unsigned int boot)
{
	const struct plan *plan = &state->options->plan;
	char *part = text("%s/boot-%u.part", state->folder, boot);
	char *log = text("%s/logs/boot-%u.log", state->folder, boot);
	char *description = text("%s/lab.txt", part);
	char *ops = counts_ops(state->options) ? text("%s/ops", part) : NULL;
	struct lab lab = {
		.profile = plan->profile, .out = part, .log = log, .description = description,
		.ops = ops,
	};
	int status = STATUS_REFUSED;

	if (make_folders(part)) {
		status = state->options->native ? inside_bench(plan, boot, part) :
			 boot_lab(state, boot, &lab);
		if (!state->lab)
			state->lab = lab_record(description);
		if (!take_boot(state, part))
			status = status == STATUS_GOOD ? STATUS_INVALID : status;
		else if (ops && status == STATUS_GOOD && !take_ops(state, ops, boot))
			status = STATUS_INVALID;
	}
	remove_tree(part);
	free(part);
	free(log);
	free(description);
	free(ops);
	return status;
}

/* The one tier of all boots; false if they disagree or are not what the profile promises. */
static bool agree_on_tier(const struct state *state, enum tier *tier, const char **why)
{
	const char *profile = state->options->plan.profile;
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
	if (!state->options->native && !strncmp(profile, "counted", 7) && *tier != TIER_INSNS) {
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

static json_t *join_environment(struct state *state)
{
	struct env_outside outside = {
		.plan = &state->options->plan, .payload = payload_dir(),
		.scratch = state->folder, .lab = state->lab,
	};

	return env_join(&outside, state->boots);
}

/* Write the run down, also when it is void or cut short, unless there is nothing. */
static int finish(struct state *state, int status)
{
	struct run run = {
		.plan = &state->options->plan, .samples = &state->samples,
		.ops = &state->ops,
		.warnings = json_array(), .interrupted = status == STATUS_INTERRUPTED,
		.void_because = void_reason(status),
	};
	json_t *environment;

	if (!state->samples.n) {
		json_decref(run.warnings);
		return status ? status : STATUS_INVALID;
	}
	if (!agree_on_tier(state, &run.tier, &run.void_because) && status == STATUS_GOOD) {
		say_error("%s", run.void_because);
		status = STATUS_INVALID;
	}
	environment = join_environment(state);
	run.environment = environment;
	if (results_write(&run, state->folder)) {
		results_print(&run, stdout);
		printf("%s\n", state->folder);
	} else if (status == STATUS_GOOD) {
		status = STATUS_REFUSED;
	}
	json_decref(environment);
	json_decref(run.warnings);
	return status;
}

/* The boots to come are taken to be as long as those that were. */
static void show_progress(const struct options *options, unsigned int boot, time_t started)
{
	unsigned int boots = options->plan.boots, gone = (unsigned int)(time(NULL) - started);

	if (boot == 1)
		say_progress("boot 1 of %u (%s)", boots, options->plan.profile);
	else
		say_progress("boot %u of %u (%s), about %u s to go", boot, boots,
			     options->plan.profile, gone / (boot - 1) * (boots - boot + 1));
}

static int run_plan(const struct options *options, const char *folder)
{
	struct state state = { .options = options, .folder = folder, .boots = json_array() };
	char *logs = text("%s/logs", folder);
	int status = make_folders(logs) ? STATUS_GOOD : STATUS_REFUSED;
	time_t started = time(NULL);

	for (unsigned int boot = 1; boot <= options->plan.boots && status == STATUS_GOOD; boot++) {
		show_progress(options, boot, started);
		status = one_boot(&state, boot);
		if (interrupted)
			status = STATUS_INTERRUPTED;
	}
	status = finish(&state, status);
	if (status == STATUS_INTERRUPTED)
		say_error("interrupted: what was measured is in '%s', and marked so", folder);
	samples_free(&state.samples);
	ops_free(&state.ops);
	json_decref(state.boots);
	json_decref(state.lab);
	free(logs);
	return status;
}

/* What the last field of a benchmark's line says that it asks for. */
static bool asks_for(const char *rest, const char *what)
{
	const char *last = strrchr(rest, ';');

	return last && last[1] == ' ' && !strcmp(last + 2, what);
}

/* Why this plan cannot run it; NULL if it can.  While a CPU idles the TSC goes on and no
 * instruction is executed, so the count from outside could not bear it out. */
static const char *hindrance(const struct options *options, const char *rest)
{
	if (asks_for(rest, "two CPUs") && !strcmp(options->plan.profile, "counted"))
		return "needs two CPUs: say --profile counted2";
	if (asks_for(rest, "idles") && counts_ops(options))
		return "lets the CPU idle, where ops cannot be counted: say --no-ops";
	return NULL;
}

/* A benchmark that was named, but not the machine for it. */
static int machine_status(const struct options *options)
{
	struct list list;
	int status = STATUS_GOOD;

	if (!list_read(&list, "benches"))
		return STATUS_REFUSED;
	for (size_t i = 0; i < list.n; i++) {
		const char *why = hindrance(options, list.rest[i]);

		if (why && words_have(&options->plan.benches, list.name[i])) {
			say_error("%s %s", list.name[i], why);
			status = STATUS_USAGE;
		}
	}
	list_free(&list);
	return status;
}

/* A plan that names no benchmark is about all of them that the machine can run. */
static bool all_benches(struct options *options)
{
	struct words all = { NULL, 0 };
	struct list list;
	char why[PLAN_WHY], *names;
	bool good = list_read(&list, "benches");

	all.word = calloc(list.n + 1, sizeof(*all.word));
	if (!all.word)
		abort();
	for (size_t i = 0; i < list.n; i++)
		if (!hindrance(options, list.rest[i]))
			all.word[all.n++] = list.name[i];
	names = words_text(&all);
	good = good && plan_set(&options->plan, "benches", names, why);
	free(all.word);
	free(names);
	list_free(&list);
	return good;
}

/* The profile promises a tier; where it promises none, whoever runs it must name one. */
static int settle_tier(struct plan *plan)
{
	const char *promised = !strncmp(plan->profile, "counted", 7) ? "insns" :
			       !strcmp(plan->profile, "kvm") ? "cycles" : "";
	char why[PLAN_WHY];

	if (!*plan->tier && !*promised) {
		say_error("profile %s measures nothing to be believed: to have it all the same, say --tier rehearsal",
			  plan->profile);
		return STATUS_REFUSED;
	}
	if (!*plan->tier)
		plan_set(plan, "tier", promised, why);
	return STATUS_GOOD;
}

/* Samples of another run, or the record of another environment, are not written over. */
static bool folder_is_free(const char *folder)
{
	char *run = text("%s/run.json", folder), *environment = text("%s/env.json", folder);
	bool used = exists(run) || exists(environment);

	if (used)
		say_error("'%s' holds a run already: name another folder", folder);
	free(run);
	free(environment);
	return !used;
}

static int run_options(struct options *options)
{
	char why[PLAN_WHY];
	char *folder;
	int status;

	if (!options->plan.benches.n && !all_benches(options))
		return STATUS_REFUSED;
	if (!plan_check(&options->plan, why)) {
		say_error("%s", why);
		return STATUS_USAGE;
	}
	status = plan_names_status(&options->plan);
	if (status != STATUS_GOOD)
		return status;
	if (!options->native && !options->block)
		status = machine_status(options);
	if (status == STATUS_GOOD && !options->native && !options->block)
		status = settle_tier(&options->plan);
	if (status != STATUS_GOOD)
		return status;
	if (!(options->native || options->block ? inside_possible() : lab_ready()))
		return STATUS_REFUSED;
	if (options->block)
		return inside_bench(&options->plan, options->block,
				    options->output ? options->output : ".");
	if (options->native && options->plan.boots > 1) {
		say_warning("one boot, not %u: this machine is not started anew",
			    options->plan.boots);
		options->plan.boots = 1;
	}
	folder = options->output ? strdup(options->output) : default_folder();
	status = folder_is_free(folder) ? run_plan(options, folder) : STATUS_USAGE;
	free(folder);
	return status;
}

int cmd_bench(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options, .parser = parse,
		.doc = "Run a plan of benchmarks in the lab machine and keep every sample."
		       "\vThe run's folder gets run.json, env.json, samples.csv and net.csv.",
	};
	struct options options = { .native = acts_here() };
	int status;

	plan_init(&options.plan);
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	catch_interrupts();
	status = run_options(&options);
	plan_free(&options.plan);
	return status;
}
