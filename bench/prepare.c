/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of the kernel's for the time of a measurement, see prepare.h. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prepare.h"
#include "util/file.h"
#include "util/message.h"

/* A line of PREPARED: the path without the root, a tab, the value before. */
struct change {
	char *line, *path, *before;
};

static bool write_value(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	int reason = errno;

	if (fd >= 0)
		close(fd);
	errno = reason;
	return good;
}

/* Note what is there, and only then change it. */
static void change(FILE *prepared, const char *root, const char *path, const char *value)
{
	char *before = first_line(path);

	if (before && strcmp(before, value)) {
		fprintf(prepared, "%s\t%s\n", path + strlen(root), before);
		if (fflush(prepared) == 0)
			write_value(path, value);
	}
	free(before);
}

static void change_all(FILE *prepared, const char *root, const char *pattern, const char *value)
{
	char *all = text("%s%s", root, pattern);
	glob_t found;

	if (glob(all, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			change(prepared, root, found.gl_pathv[i], value);
	globfree(&found);
	free(all);
}

/* The CPU that is measured is the last one (runner.c), so the others are those below it. */
static void move_interrupts(FILE *prepared, const char *root, unsigned int cpu)
{
	char *others = cpu > 1 ? text("0-%u", cpu - 1) : text("0");

	if (cpu > 0)
		change_all(prepared, root, "/proc/irq/*/smp_affinity_list", others);
	free(others);
}

bool prepare_machine(const char *root, unsigned int cpu)
{
	char *path = text("%s" PREPARED, root);
	FILE *prepared;
	bool good;

	good = prepare_undo(root);
	prepared = good ? fopen(path, "we") : NULL;
	if (good && !prepared)
		message_error("cannot write '%s': %s", path, strerror(errno));
	free(path);
	if (!prepared)
		return false;
	change_all(prepared, root, "/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor",
		   "performance");
	change_all(prepared, root, "/sys/devices/system/cpu/cpufreq/boost", "0");
	change_all(prepared, root, "/sys/devices/system/cpu/intel_pstate/no_turbo", "1");
	change_all(prepared, root, "/proc/sys/kernel/nmi_watchdog", "0");
	move_interrupts(prepared, root, cpu);
	return fclose(prepared) == 0;
}

static bool split(struct change *change, char *line)
{
	char *tab = strchr(line, '\t');

	line[strcspn(line, "\n")] = '\0';
	if (!tab)
		return false;
	*tab = '\0';
	*change = (struct change){ .line = line, .path = line, .before = tab + 1 };
	return true;
}

/* The changes in a file that may not be there; answers how many. */
static size_t read_changes(const char *path, struct change **changes)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0, n = 0;

	*changes = NULL;
	while (file && getline(&line, &room, file) > 0) {
		struct change *more = realloc(*changes, (n + 1) * sizeof(*more));
		char *copy = strdup(line);

		if (!more || !copy)
			abort();
		*changes = more;
		if (split(&more[n], copy))
			n++;
		else
			free(copy);
	}
	free(line);
	if (file)
		fclose(file);
	return n;
}

/* An interrupt, or a CPU, may be gone by now: then there is nothing to put back. */
static bool put_back(const char *root, const struct change *change)
{
	char *path = text("%s%s", root, change->path), *now = first_line(path);
	bool good = !now || !strcmp(now, change->before) || write_value(path, change->before);

	if (!good)
		message_error("cannot put '%s' back into '%s': %s", change->before, path,
			      strerror(errno));
	free(now);
	free(path);
	return good;
}

bool prepare_undo(const char *root)
{
	char *path = text("%s" PREPARED, root);
	struct change *changes;
	size_t n = read_changes(path, &changes);
	bool good = true;

	while (n) {
		good = put_back(root, &changes[--n]) && good;
		free(changes[n].line);
	}
	if (good)
		unlink(path);
	free(changes);
	free(path);
	return good;
}

json_t *prepare_record(const char *root)
{
	char *path = text("%s" PREPARED, root);
	struct change *changes;
	size_t n = read_changes(path, &changes);
	json_t *record = json_object();

	for (size_t i = 0; i < n; i++) {
		json_object_set_new(record, changes[i].path, json_string(changes[i].before));
		free(changes[i].line);
	}
	free(changes);
	free(path);
	return record;
}
