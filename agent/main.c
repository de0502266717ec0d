/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The agent's commands, and those it leaves to the workstation. */
#include "agent.h"
#include "util/command.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/status.h"

/* Commands that work on measurements exist only on the workstation. */
static int on_the_workstation(int argc, char **argv)
{
	(void)argc;
	message_error("this program measures: run '%s' on the workstation", argv[0]);
	return STATUS_REFUSED;
}

/* The commands of cmd/, made from it as X(NAME, SUMMARY): what has a function agent_NAME here. */
#define X(word, what)								\
	int agent_##word(int argc, char **argv) __attribute__((weak));		\
	static int run_##word(int argc, char **argv)				\
	{									\
		return (agent_##word ? agent_##word : on_the_workstation)(argc, argv); \
	}									\
	COMMAND(word, what, run_##word);
#undef linux			/* GNU C predefines it, and it is a command */
#include "lg-commands.h"

COMMAND(job, "do what the workstation asks", agent_job);

int main(int argc, char **argv)
{
	paths_of_agent();
	return command_main(argc, argv);
}
