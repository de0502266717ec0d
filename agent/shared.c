/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that both programs have as they are. */
#include "agent.h"
#include "bench/lists.h"
#include "bench/live_command.h"

int agent_list(int argc, char **argv)
{
	return list_command(argc, argv);
}

int agent_live(int argc, char **argv)
{
	return live_command(argc, argv);
}
