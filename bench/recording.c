/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of `record`, and what each mode records. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/data/shadow.h"
#include "lists.h"
#include "recording.h"
#include "util/file.h"
#include "util/message.h"
#include "util/status.h"
#include "util/words.h"

enum { OPTION_BENCH = 256, OPTION_VARIANT, OPTION_TWIN, OPTION_PROFILE, OPTION_ARGUMENTS,
       OPTION_WORKLOAD, OPTION_EVENTS, OPTION_BUFFER, OPTION_NATIVE,
       OPTION_MODE, OPTION_HOST, OPTION_SLOW };

static const struct argp_option argp_options[] = {
	{ "bench", OPTION_BENCH, "NAME", 0, "Benchmark to run", 0 },
	{ "workload", OPTION_WORKLOAD, "NAME", 0, "Workload of a Linux Guest to run instead", 0 },
	{ "variant", OPTION_VARIANT, "NAME", 0,
	  "Variants, each run in turn in one recording (classic)", 0 },
	{ "twin", OPTION_TWIN, "NAME", 0, "Twin: plain or probed (probed)", 0 },
	{ "profile", OPTION_PROFILE, "P", 0, "Profile of the lab machine (counted)", 0 },
	{ "arguments", OPTION_ARGUMENTS, "LIST", 0, "key=value for the Guest", 0 },
	{ "mode", OPTION_MODE, "MODE", 0, "full; batched: many switches to an event; snapshot: "
	  "a flight recorder; ftrace: the kernel's own tracer (full)", 0 },
	{ "events", OPTION_EVENTS, "LIST", 0, "Events to record, or groups of them: switches, "
	  "traps, irqs, pages, cpu, lives, calibration (what the mode has); lg_mark always is", 0 },
	{ "host", OPTION_HOST, "LIST", 0, "Events of the Host's kernel beside ours: sched, irq",
	  0 },
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
	message_error("%s", why);
	exit(STATUS_USAGE);
}

static const char *const modes[] = { "full", "batched", "snapshot", "ftrace" };

enum { MODES = sizeof(modes) / sizeof(modes[0]) };

bool recording_mode_named(const char *name, enum recording_mode *mode)
{
	for (int i = 0; i < MODES; i++)
		if (!strcmp(name, modes[i])) {
			*mode = (enum recording_mode)i;
			return true;
		}
	return false;
}

static void set_mode(struct recording *recording, const char *argument)
{
	if (recording_mode_named(argument, &recording->mode))
		return;
	message_unknown("mode", argument, modes, MODES);
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
	static const char *const keys[] = { "benches", "variants", "twins", "profile",
					    "arguments" };
	struct recording *recording = state->input;

	if (key >= OPTION_BENCH && key <= OPTION_ARGUMENTS) {
		set_plan(&recording->plan, keys[key - OPTION_BENCH], argument);
		return 0;
	}
	switch (key) {
	case OPTION_WORKLOAD:
		set_plan(&recording->plan, "guest", "linux");
		set_plan(&recording->plan, "benches", argument);
		return 0;
	case OPTION_EVENTS:
		if (!words_set(&recording->events, argument))
			argp_error(state, "--events: '%s' has an empty or a repeated member",
				   argument);
		return 0;
	case OPTION_BUFFER:
		if (!parse_size(argument, &recording->buffer_bytes))
			argp_error(state, "--buffer: '%s' is not a power of two from 8K to 1024M",
				   argument);
		return 0;
	case OPTION_MODE:
		set_mode(recording, argument);
		return 0;
	case OPTION_HOST:
		if (!words_set(&recording->host, argument))
			argp_error(state, "--host: '%s' has an empty or a repeated member",
				   argument);
		return 0;
	case OPTION_SLOW:
		if (!parse_ticks(argument, &recording->slow_tsc))
			argp_error(state, "--slow: '%s' is not a count of ticks", argument);
		return 0;
	case 'o':
		recording->output = argument;
		return 0;
	case OPTION_NATIVE:
		recording->native = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Groups of events, for --events and --host; the end of one is its NULL. */
static const struct group {
	const char *name;
	const char *member[5];
} groups[] = {
	{ "switches", { "lg_enter", "lg_exit", "lg_copy_in", "lg_stayed" } },
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

/* A word that is a group stands for its members. */
static void add_group(struct words *words, const char *word, const struct group *group, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(group[i].name, word)) {
			for (const char *const *member = group[i].member; *member; member++)
				words_add(words, *member);
			return;
		}
	words_add(words, word);
}

static void expand(struct words *words, const struct group *group, size_t n)
{
	struct words full = { NULL, 0 };

	for (size_t i = 0; i < words->n; i++)
		add_group(&full, words->word[i], group, n);
	words_free(words);
	*words = full;
}

/* What a batch holds: lg_stayed is no switch, and an event of its own. */
static bool is_switch(const char *event)
{
	return words_have(&(struct words){ (char **)groups[0].member, 3 }, event);
}

/* What a mode records by default: all it can, except that batched must be cheap. */
static bool by_default(enum recording_mode mode, const char *event)
{
	if (mode == RECORD_BATCHED)
		return !strcmp(event, "lg_batch") || !strcmp(event, "lg_life") ||
		       !strcmp(event, "lg_calibrate") || !strcmp(event, "lg_stayed");
	return strcmp(event, "lg_batch") && (strcmp(event, "lg_slow") || mode == RECORD_SNAPSHOT);
}

/* Packed switches come only as lg_batch, not as the three events. */
static bool is_recorded(const struct recording *recording, const char *event)
{
	bool batched = recording->mode == RECORD_BATCHED;

	if (!strcmp(event, "lg_mark") ||
	    (!strcmp(event, "lg_slow") && recording->mode == RECORD_SNAPSHOT))
		return true;
	if (!recording->events.n)
		return by_default(recording->mode, event);
	if (batched && !strcmp(event, "lg_batch"))
		return true;
	return words_have(&recording->events, event) && !(batched && is_switch(event));
}

/* Full names, and the NULL that ends them for the session. */
static int complete_events(struct recording *recording)
{
	struct words full = { NULL, 0 };
	struct list known;
	int status;

	expand(&recording->events, groups, sizeof(groups) / sizeof(groups[0]));
	status = list_status("events", "event", &recording->events);
	if (status != STATUS_GOOD || !list_read(&known, "events"))
		return status;
	for (size_t i = 0; i < known.n; i++)
		if (is_recorded(recording, known.name[i]))
			words_add(&full, known.name[i]);
	list_free(&known);
	for (size_t i = 0; i < recording->host.n; i++)
		add_group(&full, recording->host.word[i], host_groups, 2);
	words_free(&recording->events);
	recording->events = full;
	return STATUS_GOOD;
}

const char *recording_mode_name(enum recording_mode mode)
{
	return modes[mode];
}

/* The options must fit the mode. */
static int modes_status(struct recording *recording)
{
	bool snapshot = recording->mode == RECORD_SNAPSHOT;
	const char *wrong = NULL;

	if (recording->slow_tsc && !snapshot)
		wrong = "--slow ends a flight recorder: say --mode snapshot";
	else if (words_have(&recording->events, "lg_batch") && recording->mode != RECORD_BATCHED)
		wrong = "lg_batch holds packed switches: say --mode batched";
	else if (words_have(&recording->events, "lg_slow") && !snapshot)
		wrong = "lg_slow ends a flight recorder: say --mode snapshot";
	if (snapshot && !recording->buffer_bytes)
		recording->buffer_bytes = 1 << 20;
	for (size_t i = 0; !wrong && i < recording->host.n; i++)
		if (strcmp(recording->host.word[i], "sched") &&
		    strcmp(recording->host.word[i], "irq"))
			wrong = "--host takes a list of: sched, irq";
	if (!wrong)
		return STATUS_GOOD;
	message_error("%s", wrong);
	return STATUS_USAGE;
}

/* A trace knows the Switcher's variant of a Guest and not its policy. */
static bool tells_apart(const struct words *variants)
{
	struct words guests = { NULL, 0 };
	const char *policy;
	bool all;

	for (size_t i = 0; i < variants->n; i++) {
		char *variant = shadow_split(variants->word[i], &policy);

		words_add(&guests, variant);
		free(variant);
	}
	all = guests.n == variants->n;
	words_free(&guests);
	return all;
}

int recording_complete(struct recording *recording)
{
	const struct plan *plan = &recording->plan;
	char *trace;
	int status;

	if (plan->benches.n != 1 || plan->twins.n != 1) {
		message_error("a recording is of one benchmark and one twin: say --bench NAME");
		return STATUS_USAGE;
	}
	if (plan_is_linux(plan) &&
	    (words_have(&plan->variants, PLAN_NATIVE) || plan->arguments.n)) {
		message_error("a workload is recorded in a Guest, and takes no arguments");
		return STATUS_USAGE;
	}
	if (!tells_apart(&plan->variants)) {
		message_error("a recording has each variant with one policy of the shadow");
		return STATUS_USAGE;
	}
	if (!recording->output) {
		message_error("no folder named: say -o FOLDER");
		return STATUS_USAGE;
	}
	status = modes_status(recording);
	if (status != STATUS_GOOD)
		return status;
	trace = text("%s/trace", recording->output);
	status = exists(trace) ? STATUS_USAGE : plan_names_status(plan);
	if (exists(trace))
		message_error("'%s' already exists: name another folder, or remove it", trace);
	free(trace);
	return status == STATUS_GOOD ? complete_events(recording) : status;
}

void recording_parse(struct recording *recording, bool native, int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options, .parser = parse,
		.doc = "Trace one run of a benchmark, in the lab machine.",
	};

	memset(recording, 0, sizeof(*recording));
	recording->native = native;
	plan_init(&recording->plan);
	words_set(&recording->plan.twins, "probed");
	argp_parse(&argp, argc, argv, 0, NULL, recording);
}

void recording_free(struct recording *recording)
{
	plan_free(&recording->plan);
	words_free(&recording->events);
	words_free(&recording->host);
}
