/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host.c - what can be seen of the Host from outside: the kernel's log (I1), the
 * fingerprint (I2), and what is held (I5).
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lab.h"

#define FINGERPRINT	"/sys/kernel/debug/lg_fingerprint"
/* The kernel's own caches grow and shrink a little all the time. */
#define SLAB_TOLERANCE	(512 * 1024)

static int kernel_log = -1;

bool file_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t done = 0;
	ssize_t n = 0;

	*text = '\0';
	if (fd < 0)
		return false;
	while (done < size - 1 && (n = read(fd, text + done, size - 1 - done)) > 0)
		done += n;
	text[done] = '\0';
	close(fd);
	return n >= 0;
}

static long long vmstat(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? atoll(at + strlen(name)) : 0;
}

/* Each CPU counts for itself; stat_refresh folds the counts together. */
static long long pinned_pages(void)
{
	static char text[65536];

	file_text("/proc/sys/vm/stat_refresh", text, sizeof(text));
	file_text("/proc/vmstat", text, sizeof(text));
	return vmstat(text, "nr_foll_pin_acquired ") - vmstat(text, "nr_foll_pin_released ");
}

/* Objects in use times their size, over all caches. */
static long long slab_bytes(void)
{
	FILE *slabs = fopen("/proc/slabinfo", "r");
	long long sum = 0, active, total, size;
	char line[512];

	while (slabs && fgets(line, sizeof(line), slabs))
		if (sscanf(line, "%*s %lld %lld %lld", &active, &total, &size) == 3)
			sum += active * size;
	if (slabs)
		fclose(slabs);
	return sum;
}

bool host_read(struct host *host)
{
	host->pinned_pages = pinned_pages();
	host->slab_bytes = slab_bytes();
	return file_text(FINGERPRINT, host->fingerprint, sizeof(host->fingerprint));
}

/* ---- I2 ---- */

static void first_difference(const char *was, const char *is, char line[TEXT_BYTES])
{
	size_t n = 0, start = 0;

	for (; was[n] && was[n] == is[n]; n++)
		if (was[n] == '\n')
			start = n + 1;
	snprintf(line, TEXT_BYTES, "%.*s became %.*s", (int)strcspn(was + start, "\n"),
		 was + start, (int)strcspn(is + start, "\n"), is + start);
}

void host_same_fingerprint(const struct host *was, FILE *log, struct outcome *outcome,
			   const char *when)
{
	static char now[FINGERPRINT_BYTES];
	char line[TEXT_BYTES];

	if (!file_text(FINGERPRINT, now, sizeof(now))) {
		worsen(outcome, ERROR, "the fingerprint cannot be read: %s", strerror(errno));
		return;
	}
	if (!strcmp(now, was->fingerprint))
		return;
	first_difference(was->fingerprint, now, line);
	worsen(outcome, ESCAPE, "I2: the fingerprint changed %s: %s", when, line);
	fprintf(log, "-- fingerprint before\n%s-- fingerprint %s\n%s", was->fingerprint, when,
		now);
}

/* ---- I5 ---- */

/* Where an unloaded module could have left something. */
static const char *find_leftover(void)
{
	static const char *const paths[] = {
		"/dev/switchyard", "/sys/kernel/debug/switchyard",
		"/sys/kernel/tracing/events/lg", "/sys/module/switchyard",
	};
	static char text[65536];

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (!access(paths[i], F_OK))
			return paths[i];
	file_text("/sys/devices/system/cpu/hotplug/states", text, sizeof(text));
	return strstr(text, "switchyard") ? "a CPU hotplug state" : NULL;
}

void host_nothing_held(const struct host *was, struct outcome *outcome)
{
	long long pinned = pinned_pages() - was->pinned_pages;
	long long slab = slab_bytes() - was->slab_bytes;

	if (pinned)
		worsen(outcome, ESCAPE, "I5: %lld pinned pages are left", pinned);
	if (slab > SLAB_TOLERANCE)
		worsen(outcome, ESCAPE, "I5: the kernel's slabs grew by %lld bytes", slab);
}

void host_nothing_left(const struct host *was, struct outcome *outcome)
{
	const char *leftover = find_leftover();

	if (leftover)
		worsen(outcome, ESCAPE, "I5: %s is left", leftover);
	host_nothing_held(was, outcome);
}

/* ---- I1 ---- */

/* A line of the kernel's log that never stands there when all is well. */
#define BAD_LINES \
	"BUG|WARNING:|Oops|general protection|lockup|detected stalls|self-detected|[Bb]ad page|" \
	"list_add|list_del|" \
	"refcount_t|Call Trace|unable to handle|Redzone|Poison overwritten|Object padding|" \
	"corrupt|INFO: task|segfault|double fault|invalid opcode|traps:|NMI received|" \
	"unreferenced object|Bad rss|scheduling while atomic"

void host_log_start(void)
{
	kernel_log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kernel_log < 0)
		err(2, "/dev/kmsg");
	lseek(kernel_log, 0, SEEK_END);
}

/* A record is `priority,number,time,flags;text`, then lines of its own keys. */
static char *record_text(char *record)
{
	char *text = strchr(record, ';');

	text = text ? text + 1 : record;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* Read what is new; every line goes to the log, a bad one worsens the outcome. */
void host_log_quiet(FILE *log, struct outcome *outcome)
{
	static regex_t bad;
	static bool ready;
	char record[8192], *text;
	ssize_t n;

	if (!ready && regcomp(&bad, BAD_LINES, REG_EXTENDED | REG_NOSUB))
		errx(2, "the pattern of bad lines is bad itself");
	ready = true;
	while ((n = read(kernel_log, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		if (n <= 0)
			continue;
		record[n] = '\0';
		text = record_text(record);
		fprintf(log, "kernel: %s\n", text);
		if (!regexec(&bad, text, 0, NULL, 0))
			worsen(outcome, ESCAPE, "I1: the kernel says: %s", text);
	}
}

/* ---- the module ---- */

bool module_load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool loaded = fd >= 0 && !syscall(SYS_finit_module, fd, "", 0);
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return loaded;
}

bool module_unload(const char *name)
{
	return !syscall(SYS_delete_module, name, O_NONBLOCK);
}
