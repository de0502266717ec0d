/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks whether LTTng still makes progress. */
#include <dirent.h>
#include <fts.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/message.h"
#include "watchdog.h"

static uint64_t bytes_below(const char *folder)
{
	char *paths[] = { (char *)folder, NULL };
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;
	uint64_t bytes = 0;

	while (fts && (entry = fts_read(fts)))
		if (entry->fts_info == FTS_F)
			bytes += (uint64_t)entry->fts_statp->st_size;
	if (fts)
		fts_close(fts);
	return bytes;
}

/* The state follows the name, which is in parentheses and may hold any character. */
static bool thread_is_active(const char *process, const char *thread)
{
	char *path = text("/proc/%s/task/%s/stat", process, thread);
	char *line = first_line(path), *end = line ? strrchr(line, ')') : NULL;
	bool active = end && end[1] && strchr("RD", end[2]);

	free(line);
	free(path);
	return active;
}

static bool process_is_active(const char *process)
{
	char *path = text("/proc/%s/task", process);
	DIR *threads = opendir(path);
	struct dirent *entry;
	bool active = false;

	while (threads && !active && (entry = readdir(threads)))
		active = *entry->d_name != '.' && thread_is_active(process, entry->d_name);
	if (threads)
		closedir(threads);
	free(path);
	return active;
}

/* The session daemon, its helper and the consumer have names that begin alike. */
static bool is_lttng(const char *process)
{
	char *path = text("/proc/%s/comm", process), *name = first_line(path);
	bool is = name && !strncmp(name, "lttng-", 6);

	free(name);
	free(path);
	return is;
}

static bool lttng_is_active(void)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	bool active = false;

	while (processes && !active && (entry = readdir(processes)))
		active = *entry->d_name >= '1' && *entry->d_name <= '9' &&
			 is_lttng(entry->d_name) && process_is_active(entry->d_name);
	if (processes)
		closedir(processes);
	return active;
}

static void *watch(void *of)
{
	struct watchdog *dog = of;
	uint64_t bytes = 0, before = UINT64_MAX;
	unsigned int idle = 0, dry = 0;

	while (!atomic_load(&dog->off) && idle < WATCHDOG_IDLE_LOOKS && dry < WATCHDOG_DRY_LOOKS) {
		usleep(WATCHDOG_LOOK_MS * 1000);
		bytes = bytes_below(dog->output);
		dry = bytes == before ? dry + 1 : 0;
		idle = dry && !lttng_is_active() ? idle + 1 : 0;
		before = bytes;
	}
	dog->bitten = !atomic_load(&dog->off);
	if (dog->bitten)
		dog->bite(dog->arg);
	return NULL;
}

/* Signals are for the thread that called: it must be woken by them. */
bool watchdog_start(struct watchdog *dog, const char *output, watchdog_fn bite, void *arg)
{
	sigset_t all, before;
	int error;

	*dog = (struct watchdog){ .output = output, .bite = bite, .arg = arg };
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&dog->thread, NULL, watch, dog);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error)
		message_error("cannot make a thread: %s", strerror(error));
	return !error;
}

bool watchdog_stop(struct watchdog *dog)
{
	atomic_store(&dog->off, true);
	pthread_join(dog->thread, NULL);
	return dog->bitten;
}
