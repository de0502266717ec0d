/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that are linked in, and the options that belong to none of them. */
#include <argp.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "file.h"
#include "message.h"
#include "status.h"
#include "version.h"

/* "0.1.0 (commit 0123abc, dirty, amd64)" */
#define VERSION SWITCHYARD_VERSION \
	" (commit " SWITCHYARD_COMMIT SWITCHYARD_DIRTY_TEXT ", " SWITCHYARD_ARCH ")"

/* A program that registers none has no section for them. */
extern const struct command *const __start_commands[] __attribute__((weak));
extern const struct command *const __stop_commands[] __attribute__((weak));
#define commands __start_commands
#define n_commands (((uintptr_t)__stop_commands - (uintptr_t)__start_commands) / sizeof(*commands))

static void print_help(FILE *stream)
{
	fputs("Usage: switchyard COMMAND [OPTION...]\n"
	      "Counts, times, traces and compares world switches.\n\n", stream);
	for (size_t i = 0; i < n_commands; i++)
		fprintf(stream, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n  --help, --version; `switchyard COMMAND --help` tells a command's options\n\n"
	      "Exit status: 0 good; 1 a regression or a failed self-check; 2 usage;\n"
	      "3 the environment refuses; 4 the measurement is invalid; 130 interrupted.\n",
	      stream);
}

static int unknown_command(const char *word)
{
	const char *names[n_commands];

	for (size_t i = 0; i < n_commands; i++)
		names[i] = commands[i]->name;
	message_unknown(*word == '-' ? "option" : "command", word, names, n_commands);
	return STATUS_USAGE;
}

static void print_version(FILE *stream, struct argp_state *state)
{
	(void)state;
	fputs("switchyard " VERSION "\n", stream);
}

/* If standard output could not be written the result is lost, whatever the command's status. */
static int written(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	message_error("cannot write the output: %s", strerror(errno));
	return status == STATUS_INTERRUPTED ? status : STATUS_REFUSED;
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
	return written(status);
}

int command_main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;

	if (!word) {
		print_help(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(word, "--help") || !strcmp(word, "-?") || !strcmp(word, "help")) {
		print_help(stdout);
		return written(STATUS_GOOD);
	}
	if (!strcmp(word, "--version") || !strcmp(word, "-V")) {
		print_version(stdout, NULL);
		return written(STATUS_GOOD);
	}
	for (size_t i = 0; i < n_commands; i++)
		if (!strcmp(word, commands[i]->name))
			return run_command(commands[i], argc - 1, argv + 1);
	return unknown_command(word);
}
