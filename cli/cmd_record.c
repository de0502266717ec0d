/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:237
 * record: trace one run of a benchmark, with LTTng or with ftrace.  The trace, and
 * record.json beside it, go into the run's folder; a run.json that is there learns of
 * the loss.  A recording that lost an event is kept, marked void, and ends with 4.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "env.h"
#include "inside.h"
#include "judge.h"
#include "lab.h"
#include "lists.h"
#include "results.h"
#include "runner.h"

struct options {
	struct plan plan;		/* one bench, one twin */
	struct words events, host;
	enum recording_mode mode;
	uint64_t slow_tsc;
	const char *mode_name, *slow;
	uint64_t buffer_bytes;
	const char *buffer;
	const char *output;
	bool native;
};

enum { OPTION_BENCH = 256, OPTION_VARIANT, OPTION_TWIN, OPTION_PROFILE, OPTION_ARGUMENTS,
       OPTION_EVENTS, OPTION_BUFFER, OPTION_NATIVE,
       OPTION_MODE, OPTION_HOST, OPTION_SLOW };

static const struct argp_option argp_options[] = {
	{ "bench", OPTION_BENCH, "NAME", 0, "Benchmark to run", 0 },
	{ "variant", OPTION_VARIANT, "NAME", 0, "Variants, each run in turn in one recording (classic)", 0 },
	{ "twin", OPTION_TWIN, "NAME", 0, "Twin: plain or probed (probed)", 0 },
	{ "profile", OPTION_PROFILE, "P", 0, "Profile of the lab machine (counted)", 0 },
	{ "arguments", OPTION_ARGUMENTS, "LIST", 0, "key=value for the Guest", 0 },
	{ "mode", OPTION_MODE, "MODE", 0, "full; batched: many switches to an event; snapshot: "
	  "a flight recorder; ftrace: the kernel's own tracer (full)", 0 },
	{ "events", OPTION_EVENTS, "LIST", 0, "Events to record, or groups of them: switches, "
	  "traps, irqs, pages, cpu, lives, calibration (what the mode has); lg_mark always is", 0 },
	{ "host", OPTION_HOST, "LIST", 0, "Events of the Host's kernel beside ours: sched, irq", 0 },
	{ "slow", OPTION_SLOW, "TICKS", 0, "snapshot: stop after the first switch that the Host "
	  "handled for more ticks of the TSC", 0 },
	{ "buffer", OPTION_BUFFER, "SIZE", 0, "Buffer of each CPU, a power of two such as 32M "
	  "(what a run without tracing says is needed; snapshot: 1M)", 0 },
	{ "output", 'o', "FOLDER", 0, "Folder of the run; needed", 0 },
	{ "native", OPTION_NATIVE, NULL, 0, "Act on this kernel, without a lab machine", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

/* 8 KiB to 1 GiB, a power of two, with K or M after it. */
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

static const char *const modes[] = { "full", "batched", "snapshot", "ftrace" };

enum { MODES = sizeof(modes) / sizeof(modes[0]) };

static void set_mode(struct options *options, const char *argument)
{
	for (int i = 0; i < MODES; i++)
		if (!strcmp(argument, modes[i])) {
			options->mode = (enum recording_mode)i;
			options->mode_name = modes[i];
			return;
		}
	say_unknown("mode", argument, modes, MODES);
	exit(STATUS_USAGE);
}

static bool parse_ticks(const char *argument, uint64_t *ticks)
{
	char *end;

	errno = 0;
	*ticks = strtoull(argument, &end, 10);
	return *argument >= '1' && *argument <= '9' && !*end && !errno;
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
	case OPTION_MODE:
		set_mode(options, argument);
		return 0;
	case OPTION_HOST:
		if (!words_set(&options->host, argument))
			argp_error(state, "--host: '%s' has an empty or a repeated member", argument);
		return 0;
	case OPTION_SLOW:
		if (!parse_ticks(argument, &options->slow_tsc))
			argp_error(state, "--slow: '%s' is not a count of ticks", argument);
		options->slow = argument;
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

/* Groups of events, for --events and --host; the end of one is its NULL. */
static const struct group {
	const char *name;
	const char *member[4];
} groups[] = {
	{ "switches", { "lg_enter", "lg_exit", "lg_copy_in" } },
	{ "traps", { "lg_trap", "lg_hypercall" } },
	{ "irqs", { "lg_irq" } },
	{ "pages", { "lg_pages" } },
	{ "cpu", { "lg_host_cpu", "lg_notifier" } },
	{ "lives", { "lg_life" } },
	{ "calibration", { "lg_calibrate" } },
}, host_groups[] = {
	{ "sched", { "sched_switch" } },
	{ "irq", { "irq_handler_entry", "irq_handler_exit" } },
};

static void add_word(struct words *words, const char *word)
{
	if (words_have(words, word))
		return;
	words->word = realloc(words->word, (words->n + 2) * sizeof(*words->word));
	if (!words->word)
		abort();
	words->word[words->n++] = strdup(word);
	words->word[words->n] = NULL;
}

/* A word that is a group stands for its members. */
static void add_group(struct words *words, const char *word, const struct group *group, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(group[i].name, word)) {
			for (const char *const *member = group[i].member; *member; member++)
				add_word(words, *member);
			return;
		}
	add_word(words, word);
}

static void expand(struct words *words, const struct group *group, size_t n)
{
	struct words full = { NULL, 0 };

	for (size_t i = 0; i < words->n; i++)
		add_group(&full, words->word[i], group, n);
	words_free(words);
	*words = full;
}

static bool is_switch(const char *event)
{
	return words_have(&(struct words){ (char **)groups[0].member, 3 }, event);
}

/* What a mode records if nothing is said: all it can, but that batched is to be cheap. */
static bool by_default(enum recording_mode mode, const char *event)
{
	if (mode == RECORD_BATCHED)
		return !strcmp(event, "lg_batch") || !strcmp(event, "lg_life") ||
		       !strcmp(event, "lg_calibrate");
	return strcmp(event, "lg_batch") && (strcmp(event, "lg_slow") || mode == RECORD_SNAPSHOT);
}

/* Packed switches come as lg_batch and not as the three events, and only so. */
static bool is_recorded(const struct options *options, const char *event)
{
	bool batched = options->mode == RECORD_BATCHED;

	if (!strcmp(event, "lg_mark") ||
	    (!strcmp(event, "lg_slow") && options->mode == RECORD_SNAPSHOT))
		return true;
	if (!options->events.n)
		return by_default(options->mode, event);
	if (batched && !strcmp(event, "lg_batch"))
		return true;
	return words_have(&options->events, event) && !(batched && is_switch(event));
}

/* Full names, and the NULL that ends them for the session. */
static int complete_events(struct options *options)
{
	struct words full = { NULL, 0 };
	struct list known;
	int status;

	expand(&options->events, groups, sizeof(groups) / sizeof(groups[0]));
	status = list_status("events", "event", &options->events);
	if (status != STATUS_GOOD || !list_read(&known, "events"))
		return status;
	for (size_t i = 0; i < known.n; i++)
		if (is_recorded(options, known.name[i]))
			add_word(&full, known.name[i]);
	list_free(&known);
	for (size_t i = 0; i < options->host.n; i++)
		add_group(&full, options->host.word[i], host_groups, 2);
	words_free(&options->events);
	options->events = full;
	return STATUS_GOOD;
}

/* The words of --events and --host as they were given, for the machine that records. */
static char *given_events(const struct options *options)
{
	struct words ours = { NULL, 0 };
	char *list;

	for (size_t i = 0; i < options->events.n; i++)
		if (!strncmp(options->events.word[i], "lg_", 3))
			add_word(&ours, options->events.word[i]);
	list = words_text(&ours);
	words_free(&ours);
	return list;
}

static const char **add_option(const char **word, const char *name, const char *value)
{
	if (!value)
		return word;
	*word++ = name;
	*word++ = value;
	return word;
}

static int record_in_lab(const struct options *options, const char *part, const char *log)
{
	const struct plan *plan = &options->plan;
	char *events = given_events(options), *arguments = words_text(&plan->arguments);
	char *host = words_text(&options->host);
	char *variants = words_text(&plan->variants);
	char *description = text("%s/lab.txt", part);
	struct lab lab = { .profile = plan->profile, .out = part, .log = log,
			   .description = description };
	const char *words[32] = {
		"record", "--native", "--output", "/out", "--bench", plan->benches.word[0],
		"--variant", variants, "--twin", plan->twins.word[0],
		"--mode", options->mode_name, "--events", events,
	};
	const char **word = words;
	int status;

	while (*word)
		word++;
	word = add_option(word, "--buffer", options->buffer);
	word = add_option(word, "--slow", options->slow);
	word = add_option(word, "--host", options->host.n ? host : NULL);
	add_option(word, "--arguments", plan->arguments.n ? arguments : NULL);
	status = lab_run(&lab, words);
	free(variants);
	free(events);
	free(host);
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
	char *samples = text("%s/traced.csv", part);
	char *json = text("%s/record.json", part), *description = text("%s/lab.txt", part);
	json_t *record = json_load_file(json, 0, NULL);
	const char *folder = options->output;

	if (!record) {
		if (status == STATUS_GOOD)
			say_error("the recording left no record.json");
		status = status ? status : STATUS_INVALID;
	} else if (!tell_environment(options, folder, record, description) ||
		   !tell_run(folder, record) || !move(part, folder, "trace") ||
		   !move(part, folder, "record.json") ||
		   (exists(samples) && !move(part, folder, "traced.csv"))) {
		status = STATUS_REFUSED;
	}
	json_decref(record);
	free(samples);
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
	if (status == STATUS_GOOD || status == STATUS_INVALID)
		status = judge_recording(options->output, status);
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
		.mode = options->mode, .slow_tsc = options->slow_tsc,
	};

	return inside_record(&recording, options->output);
}

/* What is asked for must go with the mode. */
static int modes_status(struct options *options)
{
	bool snapshot = options->mode == RECORD_SNAPSHOT;
	const char *wrong = NULL;

	if (options->slow && !snapshot)
		wrong = "--slow ends a flight recorder: say --mode snapshot";
	else if (words_have(&options->events, "lg_batch") && options->mode != RECORD_BATCHED)
		wrong = "lg_batch holds packed switches: say --mode batched";
	else if (words_have(&options->events, "lg_slow") && !snapshot)
		wrong = "lg_slow ends a flight recorder: say --mode snapshot";
	if (snapshot && !options->buffer) {
		options->buffer = "1M";
		options->buffer_bytes = 1 << 20;
	}
	for (size_t i = 0; !wrong && i < options->host.n; i++)
		if (strcmp(options->host.word[i], "sched") && strcmp(options->host.word[i], "irq"))
			wrong = "--host takes a list of: sched, irq";
	if (!wrong)
		return STATUS_GOOD;
	say_error("%s", wrong);
	return STATUS_USAGE;
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
	status = modes_status(options);
	if (status != STATUS_GOOD)
		return status;
	trace = text("%s/trace", options->output);
	status = exists(trace) ? STATUS_USAGE : plan_names_status(plan);
	if (exists(trace))
		say_error("'%s' is there already: name another folder, or remove it", trace);
	free(trace);
	return status == STATUS_GOOD ? complete_events(options) : status;
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
		.doc = "Trace one run of a benchmark, in the lab machine.",
	};
	struct options options = {
		.native = acts_here(), .mode_name = "full",
	};
	int status;

	plan_init(&options.plan);
	words_set(&options.plan.twins, "probed");
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	catch_interrupts();
	status = run_options(&options);
	plan_free(&options.plan);
	words_free(&options.events);
	words_free(&options.host);
	return status;
}
