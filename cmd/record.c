/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record: trace one run of a benchmark, with LTTng or with ftrace.  The trace, and
 * record.json beside it, go into the run's folder; the loss is added to a run.json in the same
 * folder.  A recording that lost an event is kept, marked void, and ends with 4.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/env.h"
#include "bench/lab.h"
#include "bench/recording.h"
#include "cmd.h"
#include "report/verify.h"
#include "util/file.h"
#include "util/json.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/status.h"

static int record_in_lab(const struct recording *recording, const char *part, const char *log)
{
	const struct job job = { .command = JOB_RECORD, .recording = *recording };
	char *description = text("%s/lab.txt", part);
	int status = lab_run(&(struct lab){ .profile = recording->plan.profile, .out = part,
					    .log = log, .description = description }, &job);

	free(description);
	return status;
}

/* Add the loss to a run.json of the same folder, since loss makes a run void. */
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
static bool tell_environment(const struct recording *recording, const char *folder, json_t *record,
			     const char *description)
{
	char *path = text("%s/env.json", folder);
	json_t *environment = json_load_file(path, 0, NULL);
	json_t *lab = lab_record(description);
	bool good;

	if (!environment) {
		struct env_workstation workstation =
			{ &recording->plan, payload_dir(), folder, lab };
		json_t *boots = json_pack("[{s:i, s:O}]", "boot", 1, "machine",
					  json_object_get(record, "machine"));

		environment = env_join(&workstation, boots);
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
		message_error("cannot move '%s' to '%s': %s", source, target, strerror(errno));
	free(source);
	free(target);
	return good;
}

/* Move the parts into the run's folder once all of them exist. */
static int keep(const struct recording *recording, const char *part, int status)
{
	char *samples = text("%s/traced.csv", part), *kernel = text("%s/vmlinux", part);
	char *json = text("%s/record.json", part), *description = text("%s/lab.txt", part);
	json_t *record = json_load_file(json, 0, NULL);
	const char *folder = recording->output;

	if (!record) {
		if (status == STATUS_GOOD)
			message_error("the recording left no record.json");
		status = status ? status : STATUS_INVALID;
	} else if (!tell_environment(recording, folder, record, description) ||
		   !tell_run(folder, record) || !move(part, folder, "trace") ||
		   !move(part, folder, "record.json") ||
		   (exists(samples) && !move(part, folder, "traced.csv")) ||
		   (exists(kernel) && !move(part, folder, "vmlinux"))) {
		status = STATUS_REFUSED;
	}
	json_decref(record);
	free(samples);
	free(kernel);
	free(json);
	free(description);
	return status;
}

static int record_on_workstation(const struct recording *recording)
{
	char *part = text("%s/record.part", recording->output);
	char *logs = text("%s/logs", recording->output);
	char *log = text("%s/record.log", logs);
	int status = STATUS_REFUSED;

	if (make_folders(part) && make_folders(logs)) {
		message_progress("recording %s %s %s (%s)", recording->plan.benches.word[0],
			     recording->plan.variants.word[0], recording->plan.twins.word[0],
			     recording->plan.profile);
		status = keep(recording, part, record_in_lab(recording, part, log));
	}
	remove_tree(part);
	if (status == STATUS_GOOD || status == STATUS_INVALID)
		status = verify_recording(recording->output, status);
	if (status == STATUS_GOOD)
		printf("%s/trace\n", recording->output);
	free(part);
	free(logs);
	free(log);
	return status;
}

static int run_options(struct recording *recording)
{
	int status = recording_complete(recording);

	if (status != STATUS_GOOD)
		return status;
	if (recording->native)
		return act_natively();
	return lab_ready() ? record_on_workstation(recording) : STATUS_REFUSED;
}

static int cmd_record(int argc, char **argv)
{
	struct recording recording;
	int status;

	recording_parse(&recording, false, argc, argv);
	catch_interrupts();
	status = run_options(&recording);
	recording_free(&recording);
	return status;
}

COMMAND(record, "trace a benchmark with LTTng or ftrace", cmd_record);
