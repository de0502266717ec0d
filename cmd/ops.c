/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ops: what the operations of a world switch cost: measured in the lab machine, or read from a file
 * of costs, and printed as a table.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/lab.h"
#include "bench/op_costs_options.h"
#include "bench/data/op_costs.h"
#include "cmd.h"
#include "report/op_costs_table.h"
#include "report/run_tables.h"
#include "util/file.h"
#include "util/json.h"
#include "util/message.h"
#include "util/process.h"
#include "util/status.h"

struct options {
	struct op_costs_options costs;
	const char *profile, *path;
	struct format format;
};

static const struct argp_option argp_options[] = {
	{ "profile", 'p', "P", 0, "Profile of the lab machine (counted)", 0 },
	FORMAT_OPTION,
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->costs;
		return 0;
	case 'p':
		options->profile = argument;
		return 0;
	case 'f':
		options->format = format_named(argument);
		return 0;
	case ARGP_KEY_ARG:
		if (options->path)
			argp_error(state, "one file of costs at a time");
		options->path = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* NULL, after an error message, with the exit status in *status. */
static json_t *measure(const struct options *options, int *status)
{
	const struct job job = { .command = JOB_OPS, .samples = options->costs.samples };
	char *out = lab_ready() ? scratch_folder() : NULL, *log, *path, *description;
	json_t *record = NULL, *lab;

	*status = STATUS_REFUSED;
	if (!out)
		return NULL;
	log = text("%s/console.log", out);
	path = text("%s/" OP_COSTS_FILE, out);
	description = text("%s/lab.txt", out);
	message_progress("booting the lab machine (%s)", options->profile);
	*status = lab_run(&(struct lab){ .profile = options->profile, .out = out, .log = log,
					 .description = description }, &job);
	message_progress_end();
	if (*status == STATUS_GOOD)
		record = json_load_file(path, 0, NULL);
	if (*status == STATUS_GOOD && !record) {
		message_error("the lab machine left no costs: its disk for results may be full");
		*status = STATUS_INVALID;
	}
	lab = record ? lab_record(description) : NULL;
	if (lab)
		json_object_set_new(record, "lab", lab);
	remove_tree(out);
	free(out);
	free(log);
	free(path);
	free(description);
	return record;
}

static int print(const json_t *record, const struct format *format)
{
	char why[OP_COSTS_WHY];
	struct lg_table table;

	if (format->json) {
		json_dumpf(record, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
		putchar('\n');
	} else if (!op_costs_table(record, &table, why)) {
		message_error("not a file of costs: %s", why);
		return STATUS_USAGE;
	} else {
		lg_table_write(&table, format->table, stdout);
		lg_table_free(&table);
	}
	return fflush(stdout) ? STATUS_REFUSED : STATUS_GOOD;
}

static int cmd_ops(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ &op_costs_argp, 0, NULL, 0 }, { NULL, 0, NULL, 0 },
	};
	static const struct argp argp = {
		.options = argp_options, .parser = parse, .args_doc = "[COSTS]",
		.children = children,
		.doc = "What the operations cost that a world switch is made of, each by itself at "
		       "ring 0 and at ring 1: measured in the lab machine, or as in COSTS, a file "
		       "that an earlier one wrote."
		       "\vWith --native the file is written, on a machine with an i386 kernel. "
		       "'switchyard report --costs' makes a model of it.",
	};
	struct options options = {
		.costs = { .samples = OP_COSTS_SAMPLES }, .profile = "counted",
		.format = { .table = LG_TEXT },
	};
	int status = STATUS_GOOD;
	json_t *record;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	if (options.costs.native)
		return act_natively();
	catch_interrupts();
	record = options.path ? op_costs_load(options.path) : measure(&options, &status);
	if (!record)
		return interrupted ? STATUS_INTERRUPTED : options.path ? STATUS_USAGE : status;
	status = print(record, &options.format);
	if (status == STATUS_GOOD && options.costs.output &&
	    !json_write(record, options.costs.output))
		status = STATUS_REFUSED;
	json_decref(record);
	return status;
}

COMMAND(ops, "what the operations of a world switch cost", cmd_ops);
