/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trend: medians over runs, and the first run at which each benchmark changed, as tables and as a
 * figure.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "report/cells.h"
#include "report/draw.h"
#include "report/run_tables.h"
#include "report/surroundings.h"
#include "report/trend.h"
#include "util/file.h"
#include "util/json.h"
#include "util/message.h"
#include "util/process.h"
#include "util/status.h"

struct options {
	const char *const *paths;
	size_t n;
	const char *output;
	struct cells cells;
	struct format format;
	bool strict;
};

enum { OPTION_STRICT = 256 };

static const struct argp_option argp_options[] = {
	{ "out", 'o', "FOLDER", 0, "Also write csv/trend.csv and draw figures/trend there", 0 },
	{ "strict", OPTION_STRICT, NULL, 0, "Refuse runs of different environments", 0 },
	FORMAT_OPTION,
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->cells;
		return 0;
	case 'o': options->output = argument; return 0;
	case OPTION_STRICT: options->strict = true; return 0;
	case 'f': options->format = format_named(argument); return 0;
	case ARGP_KEY_ARGS:
		options->paths = (const char *const *)state->argv + state->next;
		options->n = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_END:
		if (options->n < 2)
			argp_error(state, "name the folders of two runs or more, the oldest first");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- whether the runs may be compared ---- */

static int open_run(struct run_folder *run, const char *path)
{
	int status = run_folder_open(run, path);

	if (status != STATUS_GOOD)
		return status;
	if (!run->run) {
		message_error("'%s' holds no run.json", path);
		return STATUS_USAGE;
	}
	if (run->void_because) {
		message_error("'%s' is void: %s", path, run->void_because);
		return STATUS_INVALID;
	}
	return STATUS_GOOD;
}

static bool one_tier(const struct options *options, const struct run_folder *runs)
{
	for (size_t i = 1; i < options->n; i++)
		if (strcmp(runs[i].tier, runs[0].tier)) {
			message_error("tiers never mix: '%s' is %s, '%s' is %s", options->paths[0],
				      runs[0].tier, options->paths[i], runs[i].tier);
			return false;
		}
	return true;
}

static bool names_known(const struct options *options, const struct run_folder *runs)
{
	const struct run_folder **all = calloc(options->n, sizeof(*all));
	bool known;

	if (!all)
		abort();
	for (size_t i = 0; i < options->n; i++)
		all[i] = &runs[i];
	known = cells_known(&options->cells, all, options->n);
	free(all);
	return known;
}

static int open_all(const struct options *options, struct run_folder *runs)
{
	for (size_t i = 0; i < options->n; i++) {
		json_t *line;
		size_t j;
		int status = open_run(&runs[i], options->paths[i]);

		if (status != STATUS_GOOD)
			return status;
		json_array_foreach(runs[i].warnings, j, line)
			message_warning("'%s': %s", options->paths[i], json_string_value(line));
	}
	if (!one_tier(options, runs))
		return STATUS_INVALID;
	return names_known(options, runs) ? STATUS_GOOD : STATUS_USAGE;
}

/* Name each run that begins a series of its own, with the reason. */
static bool environments_good(const struct options *options, const struct trend *trend)
{
	if (trend_environments(trend) == 1)
		return true;
	for (size_t i = 1; i < trend->runs; i++) {
		if (trend->run[i].environment != (int)i)
			continue;
		message_warning("'%s' is not compared with '%s':", options->paths[i],
				options->paths[0]);
		warn_of_surroundings(trend->run[0].folder, trend->run[i].folder);
	}
	if (options->strict)
		message_error("--strict: the runs were made in different environments");
	return !options->strict;
}

/* ---- the output ---- */

static void print(const struct options *options, const struct trend *trend,
		  const struct run_folder *runs)
{
	struct tables tables = { .n = 2 };
	json_t *record;

	trend_runs_table(trend, &tables.table[0]);
	trend_table(trend, &tables.table[1]);
	for (size_t i = 0; i < options->n; i++)
		tables_warn(&tables, &runs[i]);
	if (options->format.json) {
		record = json_pack("{s:s, s:o, s:o}", "schema", "switchyard-trend-1", "tool",
				   tool_record(), "tables", tables_json(&tables));
		json_dumpf(record, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
		putchar('\n');
		json_decref(record);
	}
	for (size_t i = 0; !options->format.json && i < tables.n; i++) {
		if (i)
			putchar('\n');
		lg_table_write(&tables.table[i], options->format.table, stdout);
	}
	tables_free(&tables);
}

/* The mark and the date of the figure are those of the first run that has a mark, or the last. */
static int draw_trend(const struct options *options, const struct trend *trend,
		      const struct run_folder *runs)
{
	const struct run_folder *shown = &runs[options->n - 1];
	char *csv = text("%s/csv/trend.csv", options->output), *numbers = NULL, *caption = NULL;
	char *of_run = NULL;
	int status = STATUS_REFUSED;

	for (size_t i = options->n; i-- > 0;)
		if (*draw_mark(&runs[i]))
			shown = &runs[i];
	if (draw_folders(options->output) && (numbers = trend_write(trend, csv))) {
		of_run = text("%s; of run %s", numbers, trend->run[shown - runs].label);
		caption = run_folder_caption(shown, of_run);
		status = draw(&(struct drawing){
			.name = "trend", .csv = csv, .folder = options->output, .caption = caption,
			.mark = draw_mark(shown), .date = draw_date(shown),
		});
	}
	free(caption);
	free(of_run);
	free(numbers);
	free(csv);
	return status;
}

static int show(const struct options *options, const struct run_folder *runs)
{
	struct trend trend;
	int status = trend_make(&trend, runs, options->paths, options->n, &options->cells);

	if (status == STATUS_GOOD && !environments_good(options, &trend))
		status = STATUS_INVALID;
	if (status == STATUS_GOOD && !trend.cells) {
		message_error("the runs hold no benchmark of that choice");
		status = STATUS_USAGE;
	}
	if (status == STATUS_GOOD)
		print(options, &trend, runs);
	if (status == STATUS_GOOD && options->output)
		status = draw_trend(options, &trend, runs);
	trend_free(&trend);
	for (size_t i = 0; i < options->n; i++)
		status = run_folder_shown(&runs[i], status);
	return status;
}

static int cmd_trend(int argc, char **argv)
{
	static const struct argp_child children[] = { { &cells_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = argp_options, .parser = parse, .args_doc = "RUN...",
		.children = children,
		.doc = "Medians over runs, and the first run at which each benchmark changed."
		       "\vRuns stand in the order in which they are named. What a change is, is"
		       " the rule of `compare`; runs of another environment are marked, and"
		       " compared among themselves.",
	};
	struct options options = { .cells = CELLS_ALL };
	struct run_folder *runs;
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	catch_interrupts();
	runs = calloc(options.n, sizeof(*runs));
	if (!runs)
		abort();
	status = open_all(&options, runs);
	if (status == STATUS_GOOD)
		status = show(&options, runs);
	for (size_t i = 0; i < options.n; i++)
		run_folder_close(&runs[i]);
	free(runs);
	cells_free(&options.cells);
	return status;
}

COMMAND(trend, "medians over runs, and where each benchmark changed", cmd_trend);
