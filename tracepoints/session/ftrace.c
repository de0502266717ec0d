/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An instance of tracefs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "event_size.h"
#include "ftrace.h"
#include "modules.h"
#include "trace_dat.h"
#include "util/message.h"

#define INSTANCES "/sys/kernel/tracing/instances/"
#define RUN_INSTANCE INSTANCES "switchyard"

/* The marks have buffers of their own: the stop mark must be there when the others are full, to
 * show what is missing. */
#define MARK_INSTANCE INSTANCES "switchyard-marks"
#define MARK_BYTES 16384

#define MARK_FILE "/sys/kernel/debug/switchyard/mark"

static bool put(const char *path, const char *word)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, word, strlen(word)) == (ssize_t)strlen(word);

	if (!good)
		message_error("cannot write '%s' to %s: %s", word, path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good;
}

static bool put_in(const char *instance, const char *file, const char *word)
{
	char *path = text("%s/%s", instance, file);
	bool good = put(path, word);

	free(path);
	return good;
}

/* A full buffer keeps what it has and counts what comes after, as LTTng's does. */
static bool set_up(const char *instance, uint64_t bytes)
{
	char *kib = text("%llu", (unsigned long long)bytes / 1024);
	bool good = put_in(instance, "tracing_on", "0") &&
		    put_in(instance, "trace_clock", "x86-tsc") &&
		    put_in(instance, "options/overwrite", "0") &&
		    put_in(instance, "buffer_size_kb", kib);

	free(kib);
	return good;
}

static bool enable(const char *event)
{
	char *folder = event_folder(event), *file = text("%s/enable", folder);
	bool good = put_in(strcmp(event, "lg_mark") ? RUN_INSTANCE : MARK_INSTANCE, file, "1");

	free(folder);
	free(file);
	return good;
}

static bool enable_all(const struct session_settings *settings)
{
	for (const char *const *name = settings->events; *name; name++)
		if (!enable(*name))
			return false;
	return true;
}

static bool load(struct ftrace *ftrace)
{
	char *path = text("%s/switchyard.ko", ftrace->settings.payload);
	bool there = module_loaded("switchyard"), good = module_load_file(path);

	ftrace->our_switchyard = good && !there;
	free(path);
	return good;
}

static bool make(const char *instance, bool *made)
{
	*made = mkdir(instance, 0700) == 0;
	if (!*made)
		message_error("cannot make %s: %s", instance, strerror(errno));
	return *made;
}

static bool turn(const char *word)
{
	return put_in(RUN_INSTANCE, "tracing_on", word) &&
		put_in(MARK_INSTANCE, "tracing_on", word);
}

bool ftrace_begin(struct ftrace *ftrace, const struct session_settings *settings)
{
	memset(ftrace, 0, sizeof(*ftrace));
	ftrace->settings = *settings;
	return load(ftrace) && make(RUN_INSTANCE, &ftrace->made) &&
	       make(MARK_INSTANCE, &ftrace->made_marks) &&
	       set_up(RUN_INSTANCE, settings->buffer_bytes) &&
	       set_up(MARK_INSTANCE, MARK_BYTES) && enable_all(settings) && turn("1") &&
	       put(MARK_FILE, "start");
}

/* A line `NAME: COUNT` of a CPU's statistics; 0 if there is none. */
static uint64_t count_of(const char *stats, const char *name)
{
	const char *at = strstr(stats, name);

	return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static bool read_cpu(unsigned int cpu, struct session_loss *loss)
{
	char *path = text(RUN_INSTANCE "/per_cpu/cpu%u/stats", cpu), stats[1024];
	FILE *file = fopen(path, "r");
	size_t n = file ? fread(stats, 1, sizeof(stats) - 1, file) : 0;
	uint64_t bytes;

	free(path);
	if (file)
		fclose(file);
	if (!n)
		return false;
	stats[n] = '\0';
	bytes = count_of(stats, "bytes: ");
	loss->streams.discarded[cpu] = count_of(stats, "overrun: ") +
				       count_of(stats, "dropped events: ");
	loss->streams.cpus++;
	loss->streams.bytes += bytes;
	if (bytes > loss->streams.largest)
		loss->streams.largest = bytes;
	loss->discarded += loss->streams.discarded[cpu];
	return true;
}

static bool count_loss(const struct session_settings *settings, struct session_loss *loss)
{
	memset(loss, 0, sizeof(*loss));
	loss->channel = "ftrace";
	for (unsigned int cpu = 0; cpu < STREAM_CPUS; cpu++)
		if (!read_cpu(cpu, loss))
			break;
	if (loss->discarded)
		loss->enough_bytes = session_enough(settings, loss);
	return loss->streams.cpus;
}

static bool copy_buffers(const struct ftrace *ftrace, unsigned int cpus, const char *folder)
{
	char *path = text("%s/" FTRACE_FILE, folder);
	const struct trace_dat dat = {
		.instance = RUN_INSTANCE,
		.second = MARK_INSTANCE,
		.second_name = "marks",
		.events = ftrace->settings.events,
		.cpus = cpus,
	};
	struct whole_file to;
	bool good = make_folders(folder) && whole_open(&to, path);

	if (good && !trace_dat_write(&dat, to.stream)) {
		message_error("cannot read the trace's buffers: %s", strerror(errno));
		whole_abandon(&to);
		good = false;
	}
	free(path);
	return good && whole_commit(&to);
}

bool ftrace_end(struct ftrace *ftrace, const char *folder, struct session_loss *loss)
{
	bool good = put(MARK_FILE, "stop");

	good = turn("0") && good;
	return count_loss(&ftrace->settings, loss) && good &&
	       copy_buffers(ftrace, loss->streams.cpus, folder);
}

void ftrace_close(struct ftrace *ftrace)
{
	if (ftrace->made && rmdir(RUN_INSTANCE) < 0)
		message_error("cannot remove %s: %s", RUN_INSTANCE, strerror(errno));
	if (ftrace->made_marks && rmdir(MARK_INSTANCE) < 0)
		message_error("cannot remove %s: %s", MARK_INSTANCE, strerror(errno));
	if (ftrace->our_switchyard)
		module_unload("switchyard");
	memset(ftrace, 0, sizeof(*ftrace));
}

json_t *ftrace_record(const struct session_settings *settings)
{
	json_t *events = json_array();

	for (const char *const *name = settings->events; *name; name++)
		json_array_append_new(events, json_string(*name));
	return json_pack("{s:s, s:s, s:s, s:I, s:o}", "tools", "ftrace", "clock", "x86-tsc",
			 "mode", "discard", "buffer_bytes", (json_int_t)settings->buffer_bytes,
			 "events", events);
}
