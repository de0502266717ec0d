/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ops - controls, in the lab machine, what the emulator's plugin counts.
 *
 *	ops map [FILE]		send the addresses, after each load of the module; the names of all
 *				functions go to FILE
 *	ops begin NAME		open a window
 *	ops end			close it: its rows go to FOLDER/ops.csv of vm/lab --ops FOLDER
 *	ops run NAME PROGRAM [ARGUMENT...]	all three for one program
 *
 * Exit status: the program's own; 0; 2 usage; 3 the addresses cannot be read.  Without the
 * plugin all of it does nothing.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lg/ops.h"
#include "bench/ops_map.h"

static int usage(void)
{
	fprintf(stderr,
		"usage: ops map [FILE] | begin NAME | end | run NAME PROGRAM [ARGUMENT...]; a "
		"NAME has no space and no comma\n");
	return 2;
}

static int map(const char *path)
{
	FILE *symbols = path ? fopen(path, "w") : NULL;
	char why[OPS_WHY];
	bool good = false;

	if (path && !symbols)
		snprintf(why, sizeof(why), "cannot write %.120s", path);
	else
		good = ops_map(symbols, why);
	if (symbols && fclose(symbols)) {
		snprintf(why, sizeof(why), "cannot write %.120s", path);
		good = false;
	}
	if (!good)
		fprintf(stderr, "ops: %s\n", why);
	return good ? 0 : 3;
}

static int begin(const char *name)
{
	char line[LG_MAIL_LINE];

	if (!*name || strpbrk(name, " ,\t\n\"") || strlen(name) > LG_MAIL_LINE / 2)
		return usage();
	snprintf(line, sizeof(line), "begin %s", name);
	lg_tell(line);
	return 0;
}

/* The window opens and closes in the child's parent: it holds fork, exec and wait too. */
static int run(const char *name, char **program)
{
	int status = map(NULL);
	pid_t child;

	if (status || (status = begin(name)))
		return status;
	child = fork();
	if (child == 0) {
		execvp(program[0], program);
		perror(program[0]);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 3;
	lg_tell("end");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	if ((argc == 2 || argc == 3) && !strcmp(argv[1], "map"))
		return map(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "begin"))
		return begin(argv[2]);
	if (argc >= 4 && !strcmp(argv[1], "run"))
		return run(argv[2], argv + 3);
	if (argc != 2 || strcmp(argv[1], "end"))
		return usage();
	lg_tell("end");
	return 0;
}
