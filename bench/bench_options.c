/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of `bench`, and whether the machine can meet them. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/data/shadow.h"
#include "bench_options.h"
#include "lists.h"
#include "util/message.h"
#include "util/status.h"
#include "util/words.h"

enum { OPTION_BENCH = 256, OPTION_VARIANT, OPTION_TWIN, OPTION_BOOTS, OPTION_RUNS,
       OPTION_WARMUP, OPTION_SEED, OPTION_PROFILE, OPTION_ARGUMENTS, OPTION_TIER, OPTION_LAYOUT,
       OPTION_GUEST, OPTION_SHADOW, OPTION_NATIVE,
       OPTION_BLOCK, OPTION_NO_OPS, OPTION_BOOT, OPTION_PREPARE, OPTION_PMU };

static const struct argp_option argp_options[] = {
	{ "plan", 'p', "FILE", 0, "Plan to run; options after it change it", 0 },
	{ "bench", OPTION_BENCH, "LIST", 0, "Benchmarks, with commas (all)", 0 },
	{ "variant", OPTION_VARIANT, "LIST", 0, "Variants (classic)", 0 },
	{ "twin", OPTION_TWIN, "LIST", 0, "Twins: plain, probed (plain)", 0 },
	{ "boots", OPTION_BOOTS, "N", 0,
	  "Boots of the lab machine; with --native, loads of the module (1)", 0 },
	{ "boot", OPTION_BOOT, "K", 0, "Run boot K of the plan alone; `join` makes a run of all",
	  0 },
	{ "runs", OPTION_RUNS, "N", 0, "Runs of each cell in a boot (1)", 0 },
	{ "warmup", OPTION_WARMUP, "N", 0, "Samples dropped at the head of a run (0)", 0 },
	{ "seed", OPTION_SEED, "N", 0, "Seed of the order (1)", 0 },
	{ "profile", OPTION_PROFILE, "P", 0, "Profile of the lab machine (counted)", 0 },
	{ "arguments", OPTION_ARGUMENTS, "LIST", 0, "key=value for every Guest", 0 },
	{ "tier", OPTION_TIER, "TIER", 0,
	  "Accept this tier alone (insns under counted, cycles under kvm; else it must be named)",
	  0 },
	{ "layout", OPTION_LAYOUT, "MODE", 0,
	  "Switcher's pages and Guests' stacks: seeded, fixed, same_page (seeded)", 0 },
	{ "guest", OPTION_GUEST, "KIND", 0,
	  "tiny: the Guests of guests/bench; linux: workloads of the Linux Guest (tiny)", 0 },
	{ "shadow", OPTION_SHADOW, "LIST", 0,
	  "Policies of a Linux Guest's shadow, each with each variant: kept, global, flush, single"
	  " (kept)", 0 },
	{ "output", 'o', "FOLDER", 0, "Folder of the run (results/DATE-TIME)", 0 },
	{ "native", OPTION_NATIVE, NULL, 0, "Act on this kernel, without a lab machine", 0 },
	{ "block", OPTION_BLOCK, "N", 0, "With --native: run boot N of the plan, raw", 0 },
	{ "prepare", OPTION_PREPARE, NULL, 0,
	  "With --native: meanwhile hold the CPUs' frequency and keep interrupts away", 0 },
	{ "pmu", OPTION_PMU, NULL, 0,
	  "With --native: performance counters around the samples, in runs of their own", 0 },
	{ "no-ops", OPTION_NO_OPS, NULL, 0, "Leave the emulator's plugin out: no ops", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

/* The plan's key that an option sets, or NULL. */
static const char *plan_key(int option)
{
	static const char *const keys[] = {
		"benches", "variants", "twins", "boots", "runs", "warmup", "seed", "profile",
		"arguments", "tier", "layout", "guest", "shadow",
	};

	return option >= OPTION_BENCH && option <= OPTION_SHADOW ?
	       keys[option - OPTION_BENCH] : NULL;
}

static void read_plan(struct plan *plan, const char *path)
{
	char why[PLAN_WHY];
	struct stat status;
	FILE *file = fopen(path, "r");

	if (!file || fstat(fileno(file), &status) < 0) {
		message_error("cannot read the plan '%s': %s", path, strerror(errno));
		exit(STATUS_USAGE);
	}
	if (S_ISDIR(status.st_mode)) {
		message_error("cannot read the plan '%s': it is a folder", path);
		exit(STATUS_USAGE);
	}
	if (!plan_read(plan, file, why)) {
		message_error("%s: %s", path, why);
		exit(STATUS_USAGE);
	}
	fclose(file);
}

static unsigned int boot_number(const char *argument)
{
	enum { DIGITS = 9 };
	size_t n = strspn(argument, "0123456789");

	if (!n || n > DIGITS || argument[n] || *argument == '0') {
		message_error("'%s' is not the number of a boot: they count from 1", argument);
		exit(STATUS_USAGE);
	}
	return (unsigned int)strtoul(argument, NULL, 10);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct bench_options *options = state->input;
	char why[PLAN_WHY];

	if (plan_key(key)) {
		if (!plan_set(&options->plan, plan_key(key), argument, why)) {
			message_error("%s", why);
			exit(STATUS_USAGE);
		}
		return 0;
	}
	switch (key) {
	case 'p':
		read_plan(&options->plan, argument);
		return 0;
	case 'o':
		options->output = argument;
		return 0;
	case OPTION_NATIVE:
		options->native = true;
		return 0;
	case OPTION_PREPARE:
		options->prepare = true;
		return 0;
	case OPTION_PMU:
		options->pmu = true;
		return 0;
	case OPTION_NO_OPS:
		options->no_ops = true;
		return 0;
	case OPTION_BOOT:
		options->boot = boot_number(argument);
		return 0;
	case OPTION_BLOCK:
		options->block = (unsigned int)strtoul(argument, NULL, 10);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Where the TSC counts instructions the emulator's plugin can count ops, as long as the Switcher
 * does not move. */
bool bench_options_count_ops(const struct bench_options *options)
{
	return !options->native && !options->no_ops && !plan_is_linux(&options->plan) &&
	       strcmp(options->plan.layout, "same_page") &&
	       !strncmp(options->plan.profile, "counted", 7);
}

/* Is this word, a requirement, one of the fields of a benchmark's line? */
static bool asks_for(const char *rest, const char *what)
{
	size_t n = strlen(what);

	while ((rest = strstr(rest, "; "))) {
		rest += 2;
		if (!strncmp(rest, what, n) && (!rest[n] || rest[n] == ';'))
			return true;
	}
	return false;
}

/* Why this plan cannot run it; NULL if it can.  While a CPU idles the TSC advances and no
 * instruction is executed, so the plugin's count could not confirm it. */
static const char *hindrance(const struct bench_options *options, const char *rest)
{
	if (asks_for(rest, "two CPUs") &&
	    (!strcmp(options->plan.profile, "counted") || !strcmp(options->plan.profile, "bochs")))
		return "needs two CPUs: say --profile counted2";
	if (asks_for(rest, "idles") && bench_options_count_ops(options))
		return "lets the CPU idle, where ops cannot be counted: say --no-ops";
	return NULL;
}

/* Refuse a benchmark that was named if the machine cannot run it. */
static int machine_status(const struct bench_options *options)
{
	struct list list;
	int status = STATUS_GOOD;

	if (plan_is_linux(&options->plan))
		return STATUS_GOOD;
	if (!list_read(&list, "benches"))
		return STATUS_REFUSED;
	for (size_t i = 0; i < list.n; i++) {
		const char *why = hindrance(options, list.rest[i]);

		if (why && words_have(&options->plan.benches, list.name[i])) {
			message_error("%s %s", list.name[i], why);
			status = STATUS_USAGE;
		}
	}
	list_free(&list);
	return status;
}

/* A plan that names no benchmark runs all of them that the machine can run. */
static bool all_benches(struct bench_options *options)
{
	struct words all = { NULL, 0 };
	struct list list;
	char why[PLAN_WHY], *names;
	bool good = list_read(&list, plan_benches_list(&options->plan));

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

/* The profile promises a tier; where it promises none, the plan must name one. */
static int settle_tier(struct plan *plan)
{
	const char *promised = plan_counts_insns(plan) ? "insns" :
			       !strcmp(plan->profile, "kvm") ? "cycles" : "";
	char why[PLAN_WHY];

	if (!*plan->tier && !*promised) {
		message_error("profile %s gives no measurements: to run it as a rehearsal, "
			      "say --tier rehearsal",
			  plan->profile);
		return STATUS_REFUSED;
	}
	if (!*plan->tier)
		plan_set(plan, "tier", promised, why);
	return STATUS_GOOD;
}

int bench_options_complete(struct bench_options *options)
{
	char why[PLAN_WHY];

	if (!options->plan.benches.n && !all_benches(options))
		return STATUS_REFUSED;
	if (!plan_check(&options->plan, why)) {
		message_error("%s", why);
		return STATUS_USAGE;
	}
	shadow_expand(&options->plan.variants, &options->plan.shadow);
	if (options->boot > options->plan.boots) {
		message_error("there is no boot %u: the plan has %u", options->boot,
			      options->plan.boots);
		return STATUS_USAGE;
	}
	return plan_names_status(&options->plan);
}

int bench_options_fit_lab(struct bench_options *options)
{
	int status = machine_status(options);

	return status == STATUS_GOOD ? settle_tier(&options->plan) : status;
}

void bench_options_parse(struct bench_options *options, bool native, int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options, .parser = parse,
		.doc = "Run a plan of benchmarks in the lab machine and keep every sample."
		       "\vThe run's folder gets run.json, env.json, samples.csv and net.csv.",
	};

	memset(options, 0, sizeof(*options));
	options->native = native;
	plan_init(&options->plan);
	argp_parse(&argp, argc, argv, 0, NULL, options);
}

void bench_options_free(struct bench_options *options)
{
	plan_free(&options->plan);
}
