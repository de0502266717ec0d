/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:201 The table of commands, and the options that belong to none of them. */
#define _GNU_SOURCE
#include <argp.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "version.h"

static const struct command commands[] = {
	{ "check", "is this machine fit, and for which tier of numbers", cmd_check },
	{ "list", "benchmarks, variants, events and figures there are", cmd_list },
	{ "bench", "run a plan of benchmarks and keep every sample", cmd_bench },
	{ "compare", "one variant against others, or one run against another", cmd_compare },
	{ "record", "trace a benchmark with LTTng", cmd_record },
	{ "report", "tables from a run's trace and samples, and its report.html", cmd_report },
	{ "plot", "figures from a run", cmd_plot },
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

bool acts_here(void)
{
#ifdef __i386__
	return true;
#else
	return false;
#endif
}

const char *version_text(void)
{
	return SWITCHYARD_VERSION " (commit " SWITCHYARD_COMMIT
	       SWITCHYARD_DIRTY_TEXT ", " SWITCHYARD_ARCH ")";
}

/* The folder that holds this program. */
static const char *program_dir(void)
{
	static char path[PATH_MAX];
	ssize_t length;

	if (*path)
		return path;
	length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (length <= 0)
		return ".";
	path[length] = '\0';
	return dirname(path);
}

const char *tools_dir(void)
{
	return program_dir();
}

/* The amd64 program lies in build/tools of the checkout. */
const char *project_dir(void)
{
	static char *found;
	const char *named = getenv("SWITCHYARD_ROOT");

	if (acts_here())
		return NULL;
	if (!found) {
		char *above = text("%s/../..", program_dir());

		found = realpath(named && *named ? named : above, NULL);
		if (!found)
			found = above;
		else
			free(above);
	}
	return found;
}

const char *payload_dir(void)
{
	static char *found;

	if (acts_here())
		return program_dir();
	if (!found)
		found = text("%s/build/lab", project_dir());
	return found;
}

static void print_help(FILE *stream)
{
	fputs("Usage: switchyard COMMAND [OPTION...]\n"
	      "Counts, times, traces and compares world switches.\n\n", stream);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(stream, "  %-8s %s\n", commands[i].name, commands[i].summary);
	fputs("\n  --help, --version; `switchyard COMMAND --help` tells a command's options\n\n"
	      "Exit status: 0 good; 1 a regression or a failed self-check; 2 usage;\n"
	      "3 the environment refuses; 4 the measurement is invalid; 130 interrupted.\n", stream);
}

static int unknown_command(const char *word)
{
	const char *names[COMMANDS];

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	say_unknown(*word == '-' ? "option" : "command", word, names, COMMANDS);
	return STATUS_USAGE;
}

static void print_version(FILE *stream, struct argp_state *state)
{
	(void)state;
	fprintf(stream, "switchyard %s\n", version_text());
}

/* argp names the program after argv[0]: let that be "switchyard COMMAND". */
static int run_command(const struct command *command, int argc, char **argv)
{
	int status;

	argv[0] = text("switchyard %s", command->name);
	program_invocation_name = program_invocation_short_name = argv[0];
	say_as(command->name);
	argp_err_exit_status = STATUS_USAGE;
	argp_program_version_hook = print_version;
	status = command->run(argc, argv);
	say_progress_end();
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	say_error("cannot write the output: %s", strerror(errno));
	return status ? status : STATUS_FAILED;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;

	if (!word) {
		print_help(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(word, "--help") || !strcmp(word, "-?") || !strcmp(word, "help")) {
		print_help(stdout);
		return STATUS_GOOD;
	}
	if (!strcmp(word, "--version") || !strcmp(word, "-V")) {
		print_version(stdout, NULL);
		return STATUS_GOOD;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(word, commands[i].name))
			return run_command(&commands[i], argc - 1, argv + 1);
	return unknown_command(word);
}
