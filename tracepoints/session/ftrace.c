/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:627 An instance of tracefs. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "ftrace.h"
#include "modules.h"
#include "say.h"

#define INSTANCE "/sys/kernel/tracing/instances/switchyard"
#define MARK_FILE "/sys/kernel/debug/switchyard/mark"

static bool put(const char *path, const char *word)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, word, strlen(word)) == (ssize_t)strlen(word);

	if (!good)
		say_error("cannot write '%s' to %s: %s", word, path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good;
}

static bool put_in(const char *file, const char *word)
{
	char *path = text(INSTANCE "/%s", file);
	bool good = put(path, word);

	free(path);
	return good;
}

/* A full buffer keeps what it has and counts what comes after, as LTTng's does. */
static bool set_up(const struct session_settings *settings)
{
	char *kib = text("%llu", (unsigned long long)settings->buffer_bytes / 1024);
	bool good = put_in("tracing_on", "0") && put_in("trace_clock", "x86-tsc") &&
		    put_in("options/overwrite", "0") && put_in("buffer_size_kb", kib);

	free(kib);
	return good;
}

/* Our events are in the system `lg`, the kernel's own in one that their name begins with. */
static bool enable(const char *event)
{
	const char *system = !strncmp(event, "lg_", 3) ? "lg" :
			     !strncmp(event, "irq_", 4) ? "irq" : "sched";
	char *file = text("events/%s/%s/enable", system, event);
	bool good = put_in(file, "1");

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

bool ftrace_begin(struct ftrace *ftrace, const struct session_settings *settings)
{
	memset(ftrace, 0, sizeof(*ftrace));
	ftrace->settings = *settings;
	if (!load(ftrace))
		return false;
	if (mkdir(INSTANCE, 0700) < 0) {
		say_error("cannot make %s: %s", INSTANCE, strerror(errno));
		return false;
	}
	ftrace->made = true;
	return set_up(settings) && enable_all(settings) && put_in("tracing_on", "1") &&
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
	char *path = text(INSTANCE "/per_cpu/cpu%u/stats", cpu), stats[1024];
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
	for (unsigned int cpu = 0; cpu < STREAM_CPUS; cpu++)
		if (!read_cpu(cpu, loss))
			break;
	if (loss->discarded)
		loss->enough_bytes = session_enough(settings, loss);
	return loss->streams.cpus;
}

static bool copy_text(const char *folder)
{
	char *path = text("%s/" FTRACE_FILE, folder), buffer[65536];
	FILE *from = fopen(INSTANCE "/trace", "r");
	struct whole_file to;
	bool good = from && make_folders(folder) && whole_open(&to, path);
	size_t n;

	if (good) {
		while ((n = fread(buffer, 1, sizeof(buffer), from)))
			fwrite(buffer, 1, n, to.stream);
		good = whole_commit(&to);
	} else {
		say_error("cannot copy the trace to '%s': %s", path, strerror(errno));
	}
	if (from)
		fclose(from);
	free(path);
	return good;
}

bool ftrace_end(struct ftrace *ftrace, const char *folder, struct session_loss *loss)
{
	bool good = put(MARK_FILE, "stop");

	good = put_in("tracing_on", "0") && good;
	return count_loss(&ftrace->settings, loss) && good && copy_text(folder);
}

void ftrace_close(struct ftrace *ftrace)
{
	if (ftrace->made && rmdir(INSTANCE) < 0)
		say_error("cannot remove %s: %s", INSTANCE, strerror(errno));
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
