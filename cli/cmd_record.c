/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:237
 * record: trace one run of a benchmark with LTTng.  The trace, and record.json
 * beside it, go into the run's folder; a run.json that is there learns of the
 * loss.  A recording that lost an event is kept, marked void, and ends with 4.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "env.h"
#include "inside.h"
#include "lab.h"
#include "lists.h"
#include "results.h"
#include "runner.h"

struct options {
	struct plan plan;		/* one bench, one twin */
	struct words events;
	uint64_t buffer_bytes;
	const char *buffer;
	const char *output;
	bool native;
};

enum { OPTION_BENCH = 256, OPTION_VARIANT, OPTION_TWIN, OPTION_PROFILE, OPTION_ARGUMENTS,
       OPTION_EVENTS, OPTION_BUFFER, OPTION_NATIVE };

static const struct argp_option argp_options[] = {
	{ "bench", OPTION_BENCH, "NAME", 0, "Benchmark to run", 0 },
	{ "variant", OPTION_VARIANT, "NAME", 0, "Variants, each run in turn in one recording (classic)", 0 },
	{ "twin", OPTION_TWIN, "NAME", 0, "Twin: plain or probed (probed)", 0 },
	{ "profile", OPTION_PROFILE, "P", 0, "Profile of the lab machine (counted)", 0 },
	{ "arguments", OPTION_ARGUMENTS, "LIST", 0, "key=value for the Guest", 0 },
	{ "events", OPTION_EVENTS, "LIST", 0, "Events to record (all); lg_mark always is", 0 },
	{ "buffer", OPTION_BUFFER, "SIZE", 0,
	  "Buffer of each CPU, a power of two such as 32M (32M)", 0 },
	{ "output", 'o', "FOLDER", 0, "Folder of the run; needed", 0 },
	{ "native", OPTION_NATIVE, NULL, 0, "Act on this kernel, without a lab machine", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

/* 4096 to 1 GiB, a power of two, with K or M after it. */
static bool parse_size(const char *argument, uint64_t *bytes)
{
	char *end;
	unsigned long long n = strtoull(argument, &end, 10);
	unsigned int shift = *end == 'K' ? 10 : *end == 'M' ? 20 : 0;

	if (end == argument || (*end && (!shift || end[1])) || n > 1 << 30)
		return false;
	*bytes = n << shift;
	return *bytes >= 2 * 4096 && *bytes <= 1 << 30 && !(*bytes & (*bytes - 1));
}

static void set_plan(struct plan *plan, const char *key, const char *value)
{
	char why[PLAN_WHY];

	if (plan_set(plan, key, value, why))
		return;
	say_error("%s", why);
	exit(STATUS_USAGE);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	static const char *const keys[] = { "benches", "variants", "twins", "profile", "arguments" };
	struct options *options = state->input;

	if (key >= OPTION_BENCH && key <= OPTION_ARGUMENTS) {
		set_plan(&options->plan, keys[key - OPTION_BENCH], argument);
		return 0;
	}
	switch (key) {
	case OPTION_EVENTS:
		if (!words_set(&options->events, argument))
			argp_error(state, "--events: '%s' has an empty or a repeated member", argument);
		return 0;
	case OPTION_BUFFER:
		if (!parse_size(argument, &options->buffer_bytes))
			argp_error(state, "--buffer: '%s' is not a power of two from 8K to 1024M",
				   argument);
		options->buffer = argument;
		return 0;
	case 'o':
		options->output = argument;
		return 0;
	case OPTION_NATIVE:
		options->native = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Full names, lg_mark first, and the NULL that ends them for the session. */
static int complete_events(struct words *events)
{
	struct list known;
	struct words full = { NULL, 0 };
	int status = list_status("events", "event", events);

	if (status != STATUS_GOOD || !list_read(&known, "events"))
		return status;
	full.word = calloc(known.n + 2, sizeof(*full.word));
	if (!full.word)
		abort();
	full.word[full.n++] = strdup("lg_mark");
	for (size_t i = 0; i < known.n; i++)
		if (strcmp(known.name[i], "lg_mark") &&
		    (!events->n || words_have(events, known.name[i])))
			full.word[full.n++] = strdup(known.name[i]);
	list_free(&known);
	words_free(events);
	*events = full;
	return STATUS_GOOD;
}

static int record_in_lab(const struct options *options, const char *part, const char *log)
{
	const struct plan *plan = &options->plan;
	char *events = words_text(&options->events), *arguments = words_text(&plan->arguments);
	char *variants = words_text(&plan->variants);
	char *description = text("%s/lab.txt", part);
	struct lab lab = { .profile = plan->profile, .out = part, .log = log,
			   .description = description };
	const char *const words[] = {
		"record", "--native", "--output", "/out", "--bench", plan->benches.word[0],
		"--variant", variants, "--twin", plan->twins.word[0],
		"--events", events, "--buffer", options->buffer,
		plan->arguments.n ? "--arguments" : NULL, arguments, NULL,
	};
	int status = lab_run(&lab, words);

	free(variants);
	free(events);
	free(arguments);
	free(description);
	return status;
}

/* A run.json of the same folder gets the loss, since it says whether to believe the run. */
static bool tell_run(const char *folder, json_t *record)
{
	char *path = text("%s/run.json", folder);
	json_t *run = json_load_file(path, 0, NULL);
	bool good = true;

	if (run) {
		json_object_set(run, "loss", json_object_get(record, "loss"));
		good = json_write(run, path);
	}
	json_decref(run);
	free(path);
	return good;
}

/* env.json gets LTTng's settings; it is made if this folder has none. */
static bool tell_environment(const struct options *options, const char *folder, json_t *record,
			     const char *description)
{
	char *path = text("%s/env.json", folder);
	json_t *environment = json_load_file(path, 0, NULL);
	json_t *lab = lab_record(description);
	bool good;

	if (!environment) {
		struct env_outside outside = { &options->plan, payload_dir(), folder, lab };
		json_t *boots = json_pack("[{s:i, s:O}]", "boot", 1, "machine",
					  json_object_get(record, "machine"));

		environment = env_join(&outside, boots);
		json_decref(boots);
	}
	json_object_set(environment, "lttng", json_object_get(record, "lttng"));
	json_object_set_new(environment, "recording_lab", lab ? lab : json_null());
	good = json_write(environment, path);
	json_decref(environment);
	free(path);
	return good;
}

static bool move(const char *from, const char *to, const char *name)
{
	char *source = text("%s/%s", from, name), *target = text("%s/%s", to, name);
	bool good = rename(source, target) == 0;

	if (!good)
		say_error("cannot move '%s' to '%s': %s", source, target, strerror(errno));
	free(source);
	free(target);
	return good;
}

/* Bring the parts to where they belong once they are all there. */
static int keep(const struct options *options, const char *part, int status)
{
	char *json = text("%s/record.json", part), *description = text("%s/lab.txt", part);
	json_t *record = json_load_file(json, 0, NULL);
	const char *folder = options->output;

	if (!record) {
		if (status == STATUS_GOOD)
			say_error("the recording left no record.json");
		status = status ? status : STATUS_INVALID;
	} else if (!tell_environment(options, folder, record, description) ||
		   !tell_run(folder, record) || !move(part, folder, "trace") ||
		   !move(part, folder, "record.json")) {
		status = STATUS_REFUSED;
	}
	json_decref(record);
	free(json);
	free(description);
	return status;
}

static int record_outside(const struct options *options)
{
	char *part = text("%s/record.part", options->output);
	char *logs = text("%s/logs", options->output);
	char *log = text("%s/record.log", logs);
	int status = STATUS_REFUSED;

	if (make_folders(part) && make_folders(logs)) {
		say_progress("recording %s %s %s (%s)", options->plan.benches.word[0],
			     options->plan.variants.word[0], options->plan.twins.word[0],
			     options->plan.profile);
		status = keep(options, part, record_in_lab(options, part, log));
	}
	remove_tree(part);
	if (status == STATUS_GOOD)
		printf("%s/trace\n", options->output);
	free(part);
	free(logs);
	free(log);
	return status;
}

static int record_here(const struct options *options)
{
	const struct plan *plan = &options->plan;
	struct recording recording = {
		.bench = plan->benches.word[0], .variants = &plan->variants,
		.twin = plan->twins.word[0], .arguments = &plan->arguments,
		.events = &options->events, .buffer_bytes = options->buffer_bytes,
	};

	return inside_record(&recording, options->output);
}

static int options_status(struct options *options)
{
	const struct plan *plan = &options->plan;
	char *trace;
	int status;

	if (plan->benches.n != 1 || plan->twins.n != 1) {
		say_error("a recording is of one benchmark and one twin: say --bench NAME");
		return STATUS_USAGE;
	}
	if (!options->output) {
		say_error("no folder named: say -o FOLDER");
		return STATUS_USAGE;
	}
	trace = text("%s/trace", options->output);
	status = exists(trace) ? STATUS_USAGE : plan_names_status(plan);
	if (exists(trace))
		say_error("'%s' is there already: name another folder, or remove it", trace);
	free(trace);
	return status == STATUS_GOOD ? complete_events(&options->events) : status;
}

static int run_options(struct options *options)
{
	int status = options_status(options);

	if (status != STATUS_GOOD)
		return status;
	if (options->native)
		return inside_possible() ? record_here(options) : STATUS_REFUSED;
	return lab_ready() ? record_outside(options) : STATUS_REFUSED;
}

int cmd_record(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options, .parser = parse,
		.doc = "Trace one run of a benchmark with LTTng, in the lab machine.",
	};
	struct options options = {
		.native = acts_here(), .buffer = "32M", .buffer_bytes = 32 << 20,
	};
	int status;

	plan_init(&options.plan);
	words_set(&options.plan.twins, "probed");
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	catch_interrupts();
	status = run_options(&options);
	plan_free(&options.plan);
	words_free(&options.events);
	return status;
}
