/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ops: what the operations of a world switch cost on this CPU, by a module (bench/op_costs/). */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "bench/machine.h"
#include "bench/op_costs_options.h"
#include "bench/data/op_costs.h"
#include "tracepoints/session/modules.h"
#include "util/file.h"
#include "util/json.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/status.h"

#define MODULE		"lg_op_costs"
#define SAMPLES		"/sys/kernel/debug/lg_op_costs"

static int read_samples(struct op_costs *costs)
{
	char why[OP_COSTS_WHY];
	FILE *lines = fopen(SAMPLES, "r");
	int status = STATUS_GOOD;

	if (!lines) {
		message_error("cannot read '" SAMPLES "': %s%s", strerror(errno),
			      errno == ENOENT ?
			      ": mount debugfs, with 'mount -t debugfs none /sys/kernel/debug'" :
			      "");
		return STATUS_REFUSED;
	}
	if (!op_costs_sum_up(costs, lines, why)) {
		message_error("'" SAMPLES "': %s", why);
		status = STATUS_INVALID;
	}
	fclose(lines);
	return status;
}

/* The module measures while it is loaded, on the CPU that loads it. */
static int measure(struct op_costs *costs, unsigned int samples)
{
	char *path = text("%s/" MODULE ".ko", payload_dir());
	char *options = text("samples=%u", samples);
	int status = STATUS_REFUSED;

	if (geteuid() != 0)
		message_error("must be root, to load the module that measures");
	else if (module_unload(MODULE) && module_load_with(path, options))
		status = read_samples(costs);
	if (geteuid() == 0 && !module_unload(MODULE) && status == STATUS_GOOD)
		status = STATUS_FAILED;
	free(path);
	free(options);
	return status;
}

static json_t *record_of(const struct op_costs *costs, unsigned int samples)
{
	enum tier tier = machine_tier(NULL);

	return json_pack("{s:s, s:o, s:s, s:s, s:i, s:o, s:n, s:o}", "schema", OP_COSTS_SCHEMA,
			 "tool", tool_record(), "tier", tier_name(tier), "unit", tier_unit(tier),
			 "samples", (int)samples, "machine", machine_record(), "lab",
			 "costs", op_costs_json(costs));
}

int op_costs_run(unsigned int samples, const char *path)
{
	struct op_costs costs = { .n = 0 };
	int status = measure(&costs, samples);
	json_t *record;

	if (status == STATUS_GOOD) {
		record = record_of(&costs, samples);
		if (!json_write(record, path))
			status = STATUS_REFUSED;
		json_decref(record);
	}
	op_costs_free(&costs);
	return interrupted ? STATUS_INTERRUPTED : status;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	(void)argument;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

int agent_ops(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ &op_costs_argp, 0, NULL, 0 }, { NULL, 0, NULL, 0 },
	};
	static const struct argp argp = {
		.parser = parse, .children = children,
		.doc = "What the operations of a world switch cost on this CPU."
		       "\vWrites " OP_COSTS_FILE " if no file is named; 'switchyard ops FILE' on "
		       "the workstation prints it as a table.",
	};
	struct op_costs_options options = { .samples = OP_COSTS_SAMPLES };
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	catch_interrupts();
	if (!options.output)
		options.output = OP_COSTS_FILE;
	status = op_costs_run(options.samples, options.output);
	if (status == STATUS_GOOD)
		printf("%s\n", options.output);
	return status;
}
