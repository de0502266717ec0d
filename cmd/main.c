/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands. */
#include "bench/lists.h"
#include "cmd.h"
#include "util/command.h"
#include "util/message.h"
#include "util/status.h"

int unsupported_native(void)
{
	message_error("--native acts on an i386 kernel: use the i386 program, or leave --native out");
	return STATUS_REFUSED;
}

static const struct command commands[] = {
	{ "check", "is this machine fit, and for which tier of numbers", cmd_check },
	{ "list", "benchmarks, variants, events and figures there are", list_command },
	{ "bench", "run a plan of benchmarks and keep every sample", cmd_bench },
	{ "compare", "one variant against others, or one run against another", cmd_compare },
	{ "record", "trace a benchmark with LTTng", cmd_record },
	{ "report", "tables from a run's trace and samples, and its report.html", cmd_report },
	{ "plot", "figures from a run", cmd_plot },
	{ "medians", "the median of each series of a file of samples", cmd_medians },
};

int main(int argc, char **argv)
{
	return command_main(argc, argv, commands, sizeof(commands) / sizeof(commands[0]));
}
