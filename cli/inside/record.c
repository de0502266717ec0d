/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:236 Recording one run, here. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "inside.h"
#include "machine.h"
#include "results.h"
#include "runner.h"
#include "session.h"

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
	json_object_set_new(record, "channel", json_string(SESSION_CHANNEL));
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
static void say_loss(const struct session_loss *loss)
{
	bool said = false;

	for (unsigned int cpu = 0; cpu < STREAM_CPUS; cpu++)
		if (loss->streams.discarded[cpu]) {
			say_error("CPU %u lost %llu events of channel " SESSION_CHANNEL
				  ": the recording is void; --buffer %lluM would do", cpu,
				  (unsigned long long)loss->streams.discarded[cpu],
				  (unsigned long long)(loss->enough_bytes + (1 << 20) - 1) >> 20);
			said = true;
		}
	if (!said)
		say_error("channel " SESSION_CHANNEL " lost %llu events: the recording is void; "
			  "--buffer %lluM would do", (unsigned long long)loss->discarded,
			  (unsigned long long)(loss->enough_bytes + (1 << 20) - 1) >> 20);
}

static bool write_record(const struct recording *recording, const struct session_settings *settings,
			 const struct session_loss *loss, const char *folder)
{
	char *path = text("%s/record.json", folder);
	char *variants = words_text(recording->variants);
	json_t *record = json_pack("{s:s, s:o, s:s, s:s, s:s, s:b, s:o, s:o, s:o}",
		"schema", "switchyard-record-1", "tool", tool_record(),
		"bench", recording->bench, "variant", variants, "twin", recording->twin,
		"void", loss->discarded != 0, "loss", loss_record(loss),
		"lttng", session_record(settings), "machine", machine_record());
	bool good = json_write(record, path);

	json_decref(record);
	free(variants);
	free(path);
	return good;
}

/* The trace gets its name when all of it is there. */
static bool keep_trace(const struct session *session, const char *folder)
{
	char *from = text("%s/kernel", session->output);
	char *part = text("%s/trace.part", folder), *final = text("%s/trace", folder);
	bool good = copy_tree(from, part);

	if (good && rename(part, final) < 0) {
		say_error("cannot name '%s': %s", final, strerror(errno));
		good = false;
	}
	if (!good)
		remove_tree(part);
	free(from);
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

/* Every variant in turn, in one recording. */
static int run_variants(const struct recording *recording, const struct launch *launch)
{
	int status = STATUS_GOOD;

	for (size_t i = 0; status == STATUS_GOOD && i < recording->variants->n; i++) {
		struct cell cell = {
			recording->bench, recording->variants->word[i], recording->twin,
		};

		status = status_of(run_launcher(launch, &cell));
	}
	return status;
}

/* Between begin and close: run, stop, keep. */
static int record_run(struct session *session, const struct recording *recording,
		      const struct launch *launch, const char *folder)
{
	struct session_loss loss;
	int status = run_variants(recording, launch);

	if (!session_end(session, &loss))
		return STATUS_INVALID;
	if (status != STATUS_GOOD)
		return status;
	if (!keep_trace(session, folder) ||
	    !write_record(recording, &session->settings, &loss, folder))
		return STATUS_REFUSED;
	if (!loss.discarded)
		return STATUS_GOOD;
	say_loss(&loss);
	return STATUS_INVALID;
}

static int record_in(const char *scratch, const struct recording *recording, const char *folder)
{
	struct session_settings settings = {
		.payload = payload_dir(), .scratch = scratch,
		.buffer_bytes = recording->buffer_bytes,
		.events = (const char *const *)recording->events->word,
	};
	struct launch launch = { payload_dir(), scratch, recording->arguments, NULL };
	struct session session;
	int status = STATUS_REFUSED;

	if (session_begin(&session, &settings))
		status = record_run(&session, recording, &launch, folder);
	session_close(&session);
	return interrupted ? STATUS_INTERRUPTED : status;
}

int inside_record(const struct recording *recording, const char *folder)
{
	char scratch[] = "/tmp/switchyard.XXXXXX";
	int status;

	if (geteuid() != 0) {
		say_error("must be root, to load modules and to trace the kernel");
		return STATUS_REFUSED;
	}
	if (!make_folders(folder) || !mkdtemp(scratch)) {
		say_error("cannot write in '%s' or /tmp", folder);
		return STATUS_REFUSED;
	}
	status = record_in(scratch, recording, folder);
	remove_tree(scratch);
	return status;
}
