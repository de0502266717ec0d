/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Job files, see job.h. */
#include <jansson.h>
#include <string.h>

#include "job.h"
#include "op_costs_options.h"
#include "util/json.h"

#define SCHEMA "switchyard-job-1"

static const char *const commands[] = {
	[JOB_CHECK] = "check", [JOB_BENCH] = "bench", [JOB_RECORD] = "record",
	[JOB_OPS] = "ops",
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static json_t *bench_json(const struct job *job)
{
	return json_pack("{s:i, s:o}", "boot", (int)job->boot,
			 "plan", plan_json(&job->recording.plan));
}

static json_t *record_json(const struct job *job)
{
	const struct recording *recording = &job->recording;

	return json_pack("{s:o, s:s, s:o, s:I, s:I}", "plan", plan_json(&recording->plan),
			 "mode", recording_mode_name(recording->mode),
			 "events", words_json(&recording->events),
			 "slow_tsc", (json_int_t)recording->slow_tsc,
			 "buffer_bytes", (json_int_t)recording->buffer_bytes);
}

static json_t *command_json(const struct job *job)
{
	switch (job->command) {
	case JOB_BENCH:
		return bench_json(job);
	case JOB_RECORD:
		return record_json(job);
	case JOB_OPS:
		return json_pack("{s:i}", "samples", (int)job->samples);
	default:
		return json_object();
	}
}

bool job_write(const struct job *job, const char *path)
{
	json_t *json = command_json(job);
	bool good;

	json_object_set_new(json, "schema", json_string(SCHEMA));
	json_object_set_new(json, "command", json_string(commands[job->command]));
	good = json_write(json, path);
	json_decref(json);
	return good;
}

static bool read_plan(struct job *job, const json_t *json, char why[JOB_WHY])
{
	char bad[PLAN_WHY];
	bool good = plan_from_json(&job->recording.plan, json, bad) &&
		    plan_check(&job->recording.plan, bad);

	if (!good)
		snprintf(why, JOB_WHY, "plan: %s", bad);
	return good;
}

static bool read_bench(struct job *job, json_t *json, char why[JOB_WHY])
{
	json_error_t error;
	json_t *plan;
	int boot;

	if (json_unpack_ex(json, &error, JSON_STRICT, "{s:s, s:s, s:i, s:o}", "schema",
			   &(char *){0},
			   "command", &(char *){0}, "boot", &boot, "plan", &plan) < 0) {
		snprintf(why, JOB_WHY, "%s", error.text);
		return false;
	}
	if (!read_plan(job, plan, why))
		return false;
	job->boot = (unsigned int)boot;
	if (boot >= 1 && job->boot <= job->recording.plan.boots)
		return true;
	snprintf(why, JOB_WHY, "the plan has no boot %d", boot);
	return false;
}

static bool read_record(struct job *job, json_t *json, char why[JOB_WHY])
{
	struct recording *recording = &job->recording;
	json_int_t slow, buffer;
	json_error_t error;
	json_t *plan, *events;
	const char *mode;

	if (json_unpack_ex(json, &error, JSON_STRICT, "{s:s, s:s, s:o, s:s, s:o, s:I, s:I}",
			   "schema", &(char *){0}, "command", &(char *){0}, "plan", &plan,
			   "mode", &mode, "events", &events, "slow_tsc", &slow,
			   "buffer_bytes", &buffer) < 0) {
		snprintf(why, JOB_WHY, "%s", error.text);
		return false;
	}
	recording->slow_tsc = (uint64_t)slow;
	recording->buffer_bytes = (uint64_t)buffer;
	if (!recording_mode_named(mode, &recording->mode))
		snprintf(why, JOB_WHY, "there is no mode '%s'", mode);
	else if (!words_from_json(&recording->events, events) || !recording->events.n)
		snprintf(why, JOB_WHY, "events: not a list of names");
	else
		return read_plan(job, plan, why);
	return false;
}

static bool read_ops(struct job *job, json_t *json, char why[JOB_WHY])
{
	json_error_t error;
	int samples;

	if (json_unpack_ex(json, &error, JSON_STRICT, "{s:s, s:s, s:i}", "schema", &(char *){0},
			   "command", &(char *){0}, "samples", &samples) < 0) {
		snprintf(why, JOB_WHY, "%s", error.text);
		return false;
	}
	job->samples = (unsigned int)samples;
	if (samples >= 1 && samples <= OP_COSTS_MOST_SAMPLES)
		return true;
	snprintf(why, JOB_WHY, "samples: %d is not from 1 to %d", samples, OP_COSTS_MOST_SAMPLES);
	return false;
}

static bool read_command(struct job *job, json_t *json, char why[JOB_WHY])
{
	const char *schema = json_string_value(json_object_get(json, "schema"));
	const char *command = json_string_value(json_object_get(json, "command"));
	int i = 0;

	if (!schema || strcmp(schema, SCHEMA)) {
		snprintf(why, JOB_WHY,
			 "schema %s, not " SCHEMA ": both programs must be of one build, "
			 "run 'make'", schema ? schema : "is missing");
		return false;
	}
	while (i < COMMANDS && (!command || strcmp(command, commands[i])))
		i++;
	job->command = (enum job_command)i;
	switch (i) {
	case JOB_CHECK:
		return true;
	case JOB_BENCH:
		return read_bench(job, json, why);
	case JOB_RECORD:
		return read_record(job, json, why);
	case JOB_OPS:
		return read_ops(job, json, why);
	default:
		snprintf(why, JOB_WHY, "there is no command '%s'", command ? command : "");
		return false;
	}
}

bool job_read(struct job *job, const char *path, char why[JOB_WHY])
{
	json_error_t error;
	json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	bool good = false;

	memset(job, 0, sizeof(*job));
	plan_init(&job->recording.plan);
	if (!json)
		snprintf(why, JOB_WHY, "line %d: %s", error.line, error.text);
	else
		good = read_command(job, json, why);
	json_decref(json);
	return good;
}

void job_free(struct job *job)
{
	recording_free(&job->recording);
}
