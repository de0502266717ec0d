/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main program: it has the commands that are linked into it, see util/command.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cmd.h"
#include "util/file.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/status.h"

/* The command line: a command's function gets it with other words in front. */
static char **words, *command;

/* i386 to i686; also under the personality of such a kernel. */
static bool kernel_is_i386(void)
{
	struct utsname name;

	return uname(&name) == 0 && name.machine[0] == 'i' && !strcmp(name.machine + 2, "86");
}

int act_natively(void)
{
	char *agent = text("%s/switchyard", payload_dir());

	if (!kernel_is_i386() || access(agent, X_OK) < 0) {
		message_error("--native acts on an i386 kernel: use the i386 program, or leave "
			      "--native out");
	} else {
		words[0] = agent;
		words[1] = command;
		execv(agent, words);
		message_error("cannot start '%s': %s", agent, strerror(errno));
	}
	free(agent);
	return STATUS_REFUSED;
}

int main(int argc, char **argv)
{
	words = argv;
	command = argc > 1 ? argv[1] : NULL;
	return command_main(argc, argv);
}
