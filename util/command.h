/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs made of commands, each in a file that registers it:
 *
 *	COMMAND(plot, "figures from a run", plot_command);
 *
 * The function parses its own options and answers with an exit status (status.h).
 */
#ifndef UTIL_COMMAND_H
#define UTIL_COMMAND_H

struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
};

/* The linker gathers pointers to them, in the order of the files' names. */
#define COMMAND(word, what, function)							\
	static const struct command command_##word = { #word, what, function };	\
	static const struct command *const command_at_##word				\
		__attribute__((used, no_reorder, section("commands"))) = &command_##word

/* Run the command that argv[1] names, or print help or the version.  Answers an exit status. */
int command_main(int argc, char **argv);

#endif
