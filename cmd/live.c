/* SPDX-License-Identifier: GPL-2.0-or-later */
/* live: exits a second on the kernel that it runs on; the agent has the same command. */
#include "bench/live_command.h"
#include "cmd.h"

COMMAND(live, "exits a second, by variant and by class", live_command);
