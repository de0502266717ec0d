/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One boot of the lab machine. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab.h"
#include "util/file.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/status.h"

static char *program(void)
{
	return text("%s/vm/lab", project_dir());
}

bool lab_ready(void)
{
	char *vm_lab = program(), *inside = text("%s/switchyard", payload_dir());
	bool good = false;

	if (!project_dir() || access(vm_lab, X_OK) < 0)
		message_error("there is no vm/lab in '%s': run from a checkout, or set "
			      "SWITCHYARD_ROOT",
			  project_dir() ? project_dir() : ".");
	else if (!exists(inside))
		message_error("'%s' is not built: run 'make'", inside);
	else
		good = true;
	free(vm_lab);
	free(inside);
	return good;
}

static void add(char **argv, size_t *n, const char *option, const char *value)
{
	if (!value)
		return;
	argv[(*n)++] = strdup(option);
	argv[(*n)++] = strdup(value);
}

static int our_status(int status)
{
	if (interrupted)
		return STATUS_INTERRUPTED;
	if (status < 0 || !WIFEXITED(status))
		return STATUS_REFUSED;
	switch (WEXITSTATUS(status)) {
	case LAB_TIME_LIMIT:
	case LAB_DIED:
	case LAB_ESCAPED:
		return STATUS_INVALID;
	case 126:
	case 127:
		return STATUS_REFUSED;
	default:
		return WEXITSTATUS(status);
	}
}

int lab_run_command(const struct lab *lab, char *const command[])
{
	enum { MOST = 32 };	/* words of vm/lab's own */
	char *limit = lab->seconds ? text("%u", lab->seconds) : NULL, **argv;
	size_t own = 0, n = 0;
	int status;

	while (command[n])
		n++;
	argv = calloc(MOST + n, sizeof(*argv));
	if (!argv)
		abort();
	argv[own++] = program();
	argv[own++] = strdup("--quiet");
	add(argv, &own, "--payload", payload_dir());
	add(argv, &own, "--profile", lab->profile);
	add(argv, &own, "--out", lab->out);
	add(argv, &own, "--log", lab->log);
	add(argv, &own, "--describe", lab->description);
	add(argv, &own, "--ops", lab->ops);
	add(argv, &own, "--timeout", limit);
	add(argv, &own, "--disk", lab->disk);
	if (lab->tty)
		argv[own++] = strdup("--tty");
	argv[own++] = strdup("--");
	memcpy(argv + own, command, n * sizeof(*argv));
	status = our_status(lab->tty ? run_program_at_terminal(argv) : run_program(argv, NULL));
	while (own)
		free(argv[--own]);
	free(argv);
	free(limit);
	return status;
}

int lab_run(const struct lab *lab, const struct job *job)
{
	static char *const command[] = { "/lab/switchyard", "job", "/out/" JOB_FILE, NULL };
	char *path = text("%s/" JOB_FILE, lab->out);
	int status = job_write(job, path) ? lab_run_command(lab, command) : STATUS_REFUSED;

	free(path);
	return status;
}

/* Lines of NAME=VALUE. */
json_t *lab_record(const char *description)
{
	FILE *file = fopen(description, "r");
	json_t *record;
	char *line = NULL, *equals;
	size_t room = 0;

	if (!file)
		return NULL;
	record = json_object();
	while (getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		equals = strchr(line, '=');
		if (!equals)
			continue;
		*equals = '\0';
		json_object_set_new(record, line, json_string(equals + 1));
	}
	free(line);
	fclose(file);
	return record;
}
