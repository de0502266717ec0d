/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list: prints what there is to choose from; the agent has the same command. */
#include "bench/lists.h"
#include "cmd.h"

COMMAND(list, "benchmarks, workloads, variants, events and figures there are", list_command);
