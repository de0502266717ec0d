/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record: a recording on this kernel. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lg/dev.h"
#include "lg/probe.h"
#include "lg/record.h"
#include "agent.h"
#include "bench/machine.h"
#include "bench/recording.h"
#include "bench/runner.h"
#include "bench/workloads.h"
#include "tracepoints/session/event_size.h"
#include "tracepoints/session/ftrace.h"
#include "tracepoints/session/modules.h"
#include "tracepoints/session/session.h"
#include "util/file.h"
#include "util/json.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/status.h"
#include "util/words.h"

static json_t *loss_record(const struct session_loss *loss)
{
	json_t *record = json_object(), *cpus = json_object();

	for (unsigned int cpu = 0; cpu < STREAM_CPUS; cpu++) {
		char *name = text("%u", cpu);

		if (loss->streams.discarded[cpu])
			json_object_set_new(cpus, name,
				json_integer((json_int_t)loss->streams.discarded[cpu]));
		free(name);
	}
	json_object_set_new(record, "channel", json_string(loss->channel));
	json_object_set_new(record, "discarded", json_integer((json_int_t)loss->discarded));
	json_object_set_new(record, "discarded_by_cpu", cpus);
	json_object_set_new(record, "bytes", json_integer((json_int_t)loss->streams.bytes));
	json_object_set_new(record, "largest_stream_bytes",
			    json_integer((json_int_t)loss->streams.largest));
	json_object_set_new(record, "buffer_that_would_do",
			    json_integer((json_int_t)loss->enough_bytes));
	return record;
}

/* Every CPU that lost events, and what to do about it. */
static void print_loss(const struct session_loss *loss)
{
	bool said = false;

	for (unsigned int cpu = 0; cpu < STREAM_CPUS; cpu++)
		if (loss->streams.discarded[cpu]) {
			message_error("CPU %u lost %llu events of channel %s: the recording is "
				      "void; "
				  "--buffer %lluM would do", cpu,
				  (unsigned long long)loss->streams.discarded[cpu], loss->channel,
				  (unsigned long long)(loss->enough_bytes + (1 << 20) - 1) >> 20);
			said = true;
		}
	if (!said)
		message_error("channel %s lost %llu events: the recording is void; --buffer %lluM "
			      "would do",
			  loss->channel, (unsigned long long)loss->discarded,
			  (unsigned long long)(loss->enough_bytes + (1 << 20) - 1) >> 20);
}

/* What the Launcher prints of the Host's; it prints counts of its devices too. */
static bool is_of_host(const char *name)
{
	static const char *const names[] = {
		"switches",
#define LG_X(NAME, name) #name,
		LG_TRAP_CLASSES(LG_X)
#undef LG_X
#define LG_X(NAME, name) "copy_in_" #name,
		LG_COPY_REASONS(LG_X)
#undef LG_X
#define LG_X(NAME, name) "privileged_" #name,
		LG_PRIVILEGED_INSNS(LG_X)
#undef LG_X
#define LG_X(NAME, name) "stayed_" #name,
		LG_STAY_CLASSES(LG_X)
#undef LG_X
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* The Host's own counts of a Guest, as the Launcher printed them: lines `NAME COUNT`, in a file
 * where nothing of the Guest's console is. */
static void add_counters(const char *scratch, json_t *counters)
{
	char *path = text("%s/errors.txt", scratch), name[40];
	FILE *file = fopen(path, "r");
	unsigned long long count;
	char line[200];

	free(path);
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%39[a-z0-9_] %llu", name, &count) == 2 && is_of_host(name))
			json_object_set_new(counters, name, json_integer((json_int_t)count +
				json_integer_value(json_object_get(counters, name))));
	if (file)
		fclose(file);
}

static bool write_record(const struct recording *recording, const struct session_settings *settings,
			 const struct session_loss *loss, json_t *counters, const char *folder)
{
	bool ftrace = recording->mode == RECORD_FTRACE;
	char *path = text("%s/record.json", folder);
	char *variants = words_text(&recording->plan.variants);
	json_t *record =
		json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:I, s:b, s:b, s:o, s:o, s:o, s:o}",
		"schema", "switchyard-record-1", "tool", tool_record(), "mode",
		recording_mode_name(recording->mode),
		"bench", recording->plan.benches.word[0], "variant", variants, "twin",
		recording->plan.twins.word[0],
		"slow_tsc", (json_int_t)recording->slow_tsc, "slow_seen", loss->slow_seen,
		"void", loss->discarded != 0, "loss", loss_record(loss),
		"counters", json_incref(counters),
		"lttng", ftrace ? ftrace_record(settings) : session_record(settings),
		"machine", machine_record());
	json_t *operations = json_object_get(counters, "operations");
	bool good;

	json_object_set_new(record, "guest", json_string(recording->plan.guest));
	if (plan_is_linux(&recording->plan))
		json_object_set(record, "operations", operations);
	json_object_del(counters, "operations");
	good = json_write(record, path);
	json_decref(record);
	free(variants);
	free(path);
	return good;
}

/* The trace gets its name when all of it is there. */
static bool keep_trace(const struct session *session, const char *folder)
{
	const char *from = session->kernel;
	char *part = text("%s/trace.part", folder), *final = text("%s/trace", folder);
	bool good = copy_tree(from, part);

	if (good && rename(part, final) < 0) {
		message_error("cannot name '%s': %s", final, strerror(errno));
		good = false;
	}
	if (!good)
		remove_tree(part);
	free(part);
	free(final);
	return good;
}

static int status_of(enum run_outcome outcome)
{
	switch (outcome) {
	case RUN_GOOD:
		return STATUS_GOOD;
	case RUN_USAGE:
		return STATUS_USAGE;
	case RUN_REFUSED:
		return STATUS_REFUSED;
	case RUN_INTERRUPTED:
		return STATUS_INTERRUPTED;
	default:
		return STATUS_INVALID;
	}
}

/* Every variant in turn, in one recording; `counters` are those of all of them. */
static int run_variants(const struct recording *recording, const struct launch *launch,
			json_t *counters)
{
	unsigned int times = 0;
	int status = STATUS_GOOD;

	for (size_t i = 0; status == STATUS_GOOD && i < recording->plan.variants.n; i++) {
		struct cell cell = {
			recording->plan.benches.word[0], recording->plan.variants.word[i],
			recording->plan.twins.word[0],
		};

		status = status_of(plan_is_linux(&recording->plan) ?
				   run_workload_recorded(launch, &cell, &times) :
				   run_launcher(launch, &cell));
		add_counters(launch->scratch, counters);
	}
	json_object_set_new(counters, "guests",
			    json_integer((json_int_t)recording->plan.variants.n));
	json_object_set_new(counters, "operations", json_integer(times));
	return status;
}

/* The run's own samples, which show the cost of recording. */
static bool keep_samples(const struct launch *launch, const char *folder)
{
	char *path = text("%s/traced.csv", folder);
	bool good = !exists(launch->samples) || copy_file(launch->samples, path);

	free(path);
	return good;
}

/* The Guest's kernel, by which addresses in the trace have names. */
static bool keep_kernel(const struct recording *recording, const struct launch *launch,
			const char *folder)
{
	char *from = text("%s/linux/vmlinux", launch->payload), *to = text("%s/vmlinux", folder);
	bool good = !plan_is_linux(&recording->plan) || copy_file(from, to);

	free(to);
	free(from);
	return good;
}

/* A recording with lost events is void, and is kept with the account of the loss. */
static int keep_rest(const struct recording *recording, const struct session_settings *settings,
		     const struct launch *launch, const struct session_loss *loss,
		     json_t *counters, const char *folder)
{
	if (!keep_samples(launch, folder) || !keep_kernel(recording, launch, folder) ||
	    !write_record(recording, settings, loss, counters, folder))
		return STATUS_REFUSED;
	if (!loss->discarded)
		return STATUS_GOOD;
	print_loss(loss);
	return STATUS_INVALID;
}

/* Between begin and close: run, stop, keep. */
static int record_run(struct session *session, const struct recording *recording,
		      const struct launch *launch, json_t *counters, const char *folder)
{
	struct session_loss loss;
	int status = run_variants(recording, launch, counters);

	if (!session_end(session, &loss))
		return STATUS_INVALID;
	if (status != STATUS_GOOD)
		return status;
	if (!keep_trace(session, folder))
		return STATUS_REFUSED;
	return keep_rest(recording, &session->settings, launch, &loss, counters, folder);
}

static int record_with_lttng(const struct recording *recording, const struct launch *launch,
			     const struct session_settings *settings, const char *folder)
{
	json_t *counters = json_object();
	struct session session;
	int status = STATUS_REFUSED;

	if (session_begin(&session, settings))
		status = record_run(&session, recording, launch, counters, folder);
	session_close(&session);
	json_decref(counters);
	return status;
}

static int record_with_ftrace(const struct recording *recording, const struct launch *launch,
			      const struct session_settings *settings, const char *folder)
{
	json_t *counters = json_object();
	char *trace = text("%s/trace", folder);
	struct session_loss loss;
	struct ftrace ftrace;
	int status = STATUS_REFUSED;

	if (ftrace_begin(&ftrace, settings)) {
		status = run_variants(recording, launch, counters);
		if (!ftrace_end(&ftrace, trace, &loss))
			status = STATUS_INVALID;
		else if (status == STATUS_GOOD)
			status = keep_rest(recording, settings, launch, &loss, counters, folder);
	}
	ftrace_close(&ftrace);
	json_decref(counters);
	free(trace);
	return status;
}

/* The most that a record of lg_batch holds of one switch (lg/record.h). */
enum { RECORD_BYTES = 4 * (LG_RECORD_FIXED + LG_NR_PROBES + LG_NR_C_PROBES + 1) };

/* A switch has each event once at most; 0, after an error message, if the size of one is not
 * known. */
static uint64_t bytes_a_switch(const struct words *events)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < events->n; i++) {
		bool packs = !strcmp(events->word[i], "lg_batch");
		uint64_t one = packs ? RECORD_BYTES : event_bytes(events->word[i]);

		if (!one)
			return 0;
		bytes += one;
	}
	return bytes;
}

/* Half as much again as expected, in each half of the buffer; a power of two. */
static uint64_t buffer_for(uint64_t switches, uint64_t bytes_each)
{
	uint64_t want = switches * bytes_each * 3, bytes = 256 << 10;

	while (bytes < want && bytes < 1 << 30)
		bytes *= 2;
	return bytes;
}

static int size_buffer(const struct recording *recording, const json_t *counters,
		       uint64_t *buffer_bytes)
{
	uint64_t switches = (uint64_t)json_integer_value(json_object_get(counters, "switches"));
	uint64_t bytes_each = bytes_a_switch(&recording->events);

	*buffer_bytes = buffer_for(switches, bytes_each);
	return bytes_each ? STATUS_GOOD : STATUS_REFUSED;
}

/* Run the same without tracing, to learn how many switches there will be. */
static int expect(const struct recording *recording, const struct launch *launch,
		  uint64_t *buffer_bytes)
{
	char *module = text("%s/switchyard.ko", launch->payload);
	bool there = module_loaded("switchyard");
	int status = STATUS_REFUSED;
	struct launch untraced = *launch;
	json_t *counters = json_object();

	untraced.samples = NULL;
	if (module_load_file(module))
		status = run_variants(recording, &untraced, counters);
	if (status == STATUS_GOOD)
		status = size_buffer(recording, counters, buffer_bytes);
	json_decref(counters);
	if (!there)
		module_unload("switchyard");
	free(module);
	return status;
}

static int record_in(const char *scratch, const struct recording *recording, const char *folder)
{
	char *samples = text("%s/traced.csv", scratch);
	struct session_settings settings = {
		.payload = payload_dir(), .scratch = scratch,
		.buffer_bytes = recording->buffer_bytes,
		.events = (const char *const *)recording->events.word,
		.snapshot = recording->mode == RECORD_SNAPSHOT,
		.slow_tsc = recording->slow_tsc,
	};
	struct launch launch = {
		payload_dir(), scratch, &recording->plan.arguments, samples, true,
	};
	int status = STATUS_GOOD;

	if (!settings.buffer_bytes)
		status = expect(recording, &launch, &settings.buffer_bytes);
	if (status == STATUS_GOOD)
		status = (recording->mode == RECORD_FTRACE ? record_with_ftrace :
			  record_with_lttng)(recording, &launch, &settings, folder);
	free(samples);
	return interrupted ? STATUS_INTERRUPTED : status;
}

int record_run_here(const struct recording *recording, const char *folder)
{
	char *scratch;
	int status;

	if (geteuid() != 0) {
		message_error("must be root, to load modules and to trace the kernel");
		return STATUS_REFUSED;
	}
	scratch = make_folders(folder) ? scratch_folder() : NULL;
	if (!scratch)
		return STATUS_REFUSED;
	status = record_in(scratch, recording, folder);
	remove_tree(scratch);
	free(scratch);
	return status;
}

int agent_record(int argc, char **argv)
{
	struct recording recording;
	int status;

	recording_parse(&recording, true, argc, argv);
	catch_interrupts();
	status = recording_complete(&recording);
	if (status == STATUS_GOOD)
		status = record_run_here(&recording, recording.output);
	recording_free(&recording);
	return status;
}
