/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs that are a table of commands: each command is a function that parses its own
 * options and answers an exit status (status.h).
 */
#ifndef UTIL_COMMAND_H
#define UTIL_COMMAND_H

#include <stddef.h>

struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
};

/* Run the command that argv[1] names, or print help or the version.  Answers an exit status. */
int command_main(int argc, char **argv, const struct command *commands, size_t n);

#endif
