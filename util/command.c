/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands, and the options that belong to none of them. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "file.h"
#include "message.h"
#include "status.h"
#include "version.h"

/* "0.1.0 (commit 0123abc, dirty, amd64)" */
#define VERSION SWITCHYARD_VERSION " (commit " SWITCHYARD_COMMIT SWITCHYARD_DIRTY_TEXT ", " SWITCHYARD_ARCH ")"

static void print_help(FILE *stream, const struct command *commands, size_t n)
{
	fputs("Usage: switchyard COMMAND [OPTION...]\n"
	      "Counts, times, traces and compares world switches.\n\n", stream);
	for (size_t i = 0; i < n; i++)
		fprintf(stream, "  %-8s %s\n", commands[i].name, commands[i].summary);
	fputs("\n  --help, --version; `switchyard COMMAND --help` tells a command's options\n\n"
	      "Exit status: 0 good; 1 a regression or a failed self-check; 2 usage;\n"
	      "3 the environment refuses; 4 the measurement is invalid; 130 interrupted.\n", stream);
}

static int unknown_command(const char *word, const struct command *commands, size_t n)
{
	const char *names[n];

	for (size_t i = 0; i < n; i++)
		names[i] = commands[i].name;
	message_unknown(*word == '-' ? "option" : "command", word, names, n);
	return STATUS_USAGE;
}

static void print_version(FILE *stream, struct argp_state *state)
{
	(void)state;
	fputs("switchyard " VERSION "\n", stream);
}

/* argp names the program after argv[0]: let that be "switchyard COMMAND". */
static int run_command(const struct command *command, int argc, char **argv)
{
	int status;

	argv[0] = text("switchyard %s", command->name);
	program_invocation_name = program_invocation_short_name = argv[0];
	message_command(command->name);
	argp_err_exit_status = STATUS_USAGE;
	argp_program_version_hook = print_version;
	status = command->run(argc, argv);
	message_progress_end();
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	message_error("cannot write the output: %s", strerror(errno));
	return status ? status : STATUS_FAILED;
}

int command_main(int argc, char **argv, const struct command *commands, size_t n)
{
	const char *word = argc > 1 ? argv[1] : NULL;

	if (!word) {
		print_help(stderr, commands, n);
		return STATUS_USAGE;
	}
	if (!strcmp(word, "--help") || !strcmp(word, "-?") || !strcmp(word, "help")) {
		print_help(stdout, commands, n);
		return STATUS_GOOD;
	}
	if (!strcmp(word, "--version") || !strcmp(word, "-V")) {
		print_version(stdout, NULL);
		return STATUS_GOOD;
	}
	for (size_t i = 0; i < n; i++)
		if (!strcmp(word, commands[i].name))
			return run_command(&commands[i], argc - 1, argv + 1);
	return unknown_command(word, commands, n);
}
