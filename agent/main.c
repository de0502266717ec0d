/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The agent's commands, and those it leaves to the workstation. */
#include "agent.h"
#include "bench/lists.h"
#include "bench/live_command.h"
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

COMMAND(check, "is this machine fit, and for which tier of numbers", agent_check);
COMMAND(list, "benchmarks, workloads, variants, events and figures there are", list_command);
COMMAND(bench, "run a plan of benchmarks and keep every sample", agent_bench);
COMMAND(compare, "one variant against others, or one run against another", on_the_workstation);
COMMAND(join, "boots of one plan, run apart, into one run", on_the_workstation);
COMMAND(job, "do what the workstation asks", agent_job);
COMMAND(linux, "a Linux Guest to talk to", agent_linux);
COMMAND(live, "exits a second, by variant and by class", live_command);
COMMAND(record, "trace a benchmark with LTTng or ftrace", agent_record);
COMMAND(report, "tables from a run's trace and samples, and its report.html", on_the_workstation);
COMMAND(medians, "the median of each cell of a table", on_the_workstation);
COMMAND(plot, "figures from a run", on_the_workstation);
COMMAND(trend, "medians over runs, and where each benchmark changed", on_the_workstation);

int main(int argc, char **argv)
{
	paths_of_agent();
	return command_main(argc, argv);
}
