/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report: tables from a run's trace and samples, and its report.html.  Ends with 4 if the
 * recording is void: then it prints what is missing, and shows no table of the trace except that
 * of the loss check.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/table/trace_tables.h"
#include "cmd.h"
#include "report/cells.h"
#include "report/op_costs_table.h"
#include "report/origins.h"
#include "report/page.h"
#include "report/run_folder.h"
#include "report/run_tables.h"
#include "util/file.h"
#include "util/json.h"
#include "util/message.h"
#include "util/process.h"
#include "util/status.h"
#include "util/words.h"

struct options {
	struct format format;
	const char *output, *path, *table, *costs, *measured;
	bool html, ends;		/* ends: --to was given */
	struct lg_options analysis;
};

enum { OPTION_HTML = 256, OPTION_BY, OPTION_VARIANT, OPTION_TWIN, OPTION_EXIT, OPTION_WINDOW,
       OPTION_FROM,
       OPTION_TO, OPTION_COSTS, OPTION_MEASURED };

#define TABLES "best, bench, functions, controls, probes, model, pmu, linux, linux_exits, exits, " \
	"phases, histogram, copy_in, origins, check"

static const struct argp_option argp_options[] = {
	FORMAT_OPTION,
	{ "out", 'o', "FOLDER", 0, "Write one file for each table there", 0 },
	{ "table", 't', "NAME", 0, "Only this table: " TABLES, 0 },
	{ "html", OPTION_HTML, NULL, 0,
	  "Write report.html, csv/ and tables/ into the run's folder", 0 },
	{ "by", OPTION_BY, "LIST", 0,
	  "Rows of exits by: exit, number, hypercall, guest, cpu (exit)", 0 },
	{ "variant", OPTION_VARIANT, "NAME", 0, "Only this variant of the trace", 0 },
	{ "twin", OPTION_TWIN, "NAME", 0, "Only this twin of the trace", 0 },
	{ "exit", OPTION_EXIT, "NAME", 0, "Only this class of exits", 0 },
	{ "from", OPTION_FROM, "TIME", 0, "Only exits from TIME on, in ticks after the first event",
	  0 },
	{ "to", OPTION_TO, "TIME", 0, "Only exits before TIME", 0 },
	{ "costs", OPTION_COSTS, "FILE", 0,
	  "Add the table model: counted operations at the costs that `switchyard ops` measured",
	  0 },
	{ "measured", OPTION_MEASURED, "RUN", 0,
	  "Hold the model against this run, which has the unit of the costs", 0 },
	{ "window", OPTION_WINDOW, NULL, 0, "A snapshot: the trace has no marks", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static uint64_t parse_time(const char *argument, const char *option, struct argp_state *state)
{
	char *end;
	unsigned long long ticks = strtoull(argument, &end, 10);

	if (*argument < '0' || *argument > '9' || *end)
		argp_error(state, "%s: '%s' is not a number of ticks after the first event", option,
			   argument);
	return ticks;
}

/* Options that choose what of the trace is shown. */
static error_t parse_choice(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case OPTION_BY:
		if (!lg_by_parse(argument, &options->analysis.by))
			argp_error(state,
				   "--by takes a list of: exit, number, hypercall, guest, cpu");
		return 0;
	case OPTION_VARIANT:
		options->analysis.only_variant = argument;
		return 0;
	case OPTION_TWIN:
		options->analysis.only_twin = argument;
		return 0;
	case OPTION_EXIT:
		options->analysis.only_exit = argument;
		return 0;
	case OPTION_FROM:
		options->analysis.from = parse_time(argument, "--from", state);
		return 0;
	case OPTION_TO:
		options->analysis.to = parse_time(argument, "--to", state);
		options->ends = true;
		return 0;
	case OPTION_WINDOW:
		options->analysis.window_only = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'f':
		options->format = format_named(argument);
		return 0;
	case 'o':
		options->output = argument;
		return 0;
	case 't':
		options->table = argument;
		return 0;
	case OPTION_COSTS:
		options->costs = argument;
		return 0;
	case OPTION_MEASURED:
		options->measured = argument;
		return 0;
	case OPTION_HTML:
		options->html = true;
		return 0;
	case ARGP_KEY_ARG:
		if (options->path)
			argp_error(state, "one run or trace at a time");
		options->path = argument;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "name a run's folder or a trace's");
		return 0;
	case ARGP_KEY_END:
		if (options->ends && options->analysis.from >= options->analysis.to)
			argp_error(state, "an empty range of time: --from must be before --to");
		if (!options->costs && (options->measured ||
					(options->table && !strcmp(options->table, "model"))))
			argp_error(state, "a model needs --costs FILE, which "
				   "'switchyard ops -o FILE' writes");
		if (options->analysis.from && !options->ends)
			options->analysis.to = UINT64_MAX;
		return 0;
	default:
		return parse_choice(key, argument, state);
	}
}

static json_t *faults_json(const struct run_folder *run)
{
	struct lg_fault fault[256];
	json_t *list = json_array();
	size_t n = run->analysed ? lg_loss_faults(&run->tally.loss, fault, 256) : 0;

	for (size_t i = 0; i < n && i < 256; i++) {
		bool one_cpu = fault[i].cpu != LG_NO_CPU, one_type = fault[i].type != LG_NO_TYPE;

		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:I}",
			"fault", lg_fault_name(fault[i].kind),
			"cpu", one_cpu ? json_integer(fault[i].cpu) : json_null(),
			"event", one_type ? json_string(lg_loss_type_name(&run->tally.loss,
									 fault[i].type)) :
					    json_null(),
			"count", (json_int_t)fault[i].count));
	}
	return list;
}

static void write_json(const struct run_folder *run, const struct tables *tables, FILE *stream)
{
	json_t *record = json_pack("{s:s, s:o, s:s, s:s, s:s?, s:o, s:O, s:o}",
		"schema", "switchyard-report-1", "tool", tool_record(),
		"tier", run->tier, "unit", run->unit, "void", run->void_because,
		"faults", faults_json(run), "warnings", run->warnings,
		"tables", tables_json(tables));

	json_dumpf(record, stream, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
	fputc('\n', stream);
	json_decref(record);
}

static bool write_json_file(const struct run_folder *run, const struct tables *tables,
			    const char *folder)
{
	char *path = text("%s/report.json", folder);
	struct whole_file file;
	bool good = make_folders(folder) && whole_open(&file, path);

	if (good) {
		write_json(run, tables, file.stream);
		good = whole_commit(&file);
	}
	free(path);
	return good;
}

/* These tables are long, and shown only on request. */
static bool is_long(const struct lg_table *table)
{
	enum { MOST_ROWS = 80 };

	return !strcmp(table->id, "histogram") || !strcmp(table->id, "functions") ||
	       (!strcmp(table->id, "bench") && table->n_rows > MOST_ROWS);
}

static void print_tables(const struct tables *tables, enum lg_format format)
{
	bool first = true;

	for (size_t i = 0; i < tables->n; i++) {
		if (tables->n > 1 && is_long(&tables->table[i]))
			continue;
		if (!first)
			putchar('\n');
		first = false;
		lg_table_write(&tables->table[i], format, stdout);
	}
}

static int print(const struct options *options, const struct run_folder *run,
		 const struct tables *tables)
{
	bool good = true;

	if (options->output && options->format.json)
		good = write_json_file(run, tables, options->output);
	else if (options->output)
		good = tables_write(tables, options->output, options->format.table);
	else if (options->format.json)
		write_json(run, tables, stdout);
	else
		print_tables(tables, options->format.table);
	return good && !fflush(stdout) ? STATUS_GOOD : STATUS_REFUSED;
}

/* Is it the name of a table of any run? */
static bool is_table(const char *name)
{
	struct words all = { NULL, 0 };
	bool is;

	words_set(&all, TABLES);
	is = words_have(&all, name);
	words_free(&all);
	return is;
}

/* Leave only the requested table; CSV on stdout is one table, that of exits by default. */
static bool choose_table(struct tables *tables, const char *name)
{
	const char *names[MOST_TABLES];
	struct lg_table *table = tables_find(tables, name);
	struct lg_table kept;

	for (size_t i = 0; i < tables->n; i++)
		names[i] = tables->table[i].id;
	if (!table && is_table(name))
		message_error("the run holds nothing for the table '%s'", name);
	else if (!table)
		message_unknown("table", name, names, tables->n);
	if (!table)
		return false;
	kept = *table;
	*table = tables->table[0];
	tables->table[0] = kept;
	while (tables->n > 1)
		lg_table_free(&tables->table[--tables->n]);
	return true;
}

/* The page has the run's warnings at its head, and each table beside it its own. */
static int report_html(struct run_folder *run, struct tables *tables)
{
	char *csv, *tex, *path;
	bool good;

	if (!run->path) {
		message_error("--html needs a run's folder, with run.json or record.json in it");
		return STATUS_USAGE;
	}
	csv = text("%s/csv", run->path);
	tex = text("%s/tables", run->path);
	path = text("%s/report.html", run->path);
	good = html_write(run, tables, path);
	tables_warn(tables, run);
	good = good && (run->void_because || (tables_write(tables, csv, LG_CSV) &&
					      tables_write(tables, tex, LG_LATEX)));
	if (good)
		printf("%s\n", path);
	free(csv);
	free(tex);
	free(path);
	return good ? STATUS_GOOD : STATUS_REFUSED;
}

/* Print everything that is wrong with the run. */
static void print_faults(const struct run_folder *run)
{
	size_t n = run->unread ? 0 : run_folder_print_faults(run);

	if (run->status != STATUS_GOOD && !n)
		message_error("%s", run->why);
	else if (n)
		message_error("the recording is void");
	else if (run->void_because)
		message_error("the run is void: %s", run->void_because);
}

/* Have the costs and the measured run one unit? */
static bool same_unit(const json_t *costs, const struct run_folder *measured)
{
	const char *unit = json_string_value(json_object_get(costs, "unit"));

	if (unit && !strcmp(unit, measured->unit))
		return true;
	message_error("--measured: '%s' is in %s, and the costs are in %s", measured->path,
		      measured->unit, unit ? unit : "no known unit");
	return false;
}

static int show_tables(const struct options *options, struct run_folder *run,
		       const struct model *model)
{
	const char *table = options->table;
	struct tables tables;
	int status = STATUS_GOOD;

	tables_make(&tables, run, model);
	if (!table && options->format.table == LG_CSV && !options->output && !options->html)
		table = tables_find(&tables, "exits") ? "exits" : NULL;
	if (table && !choose_table(&tables, table))
		status = STATUS_USAGE;
	else if (options->html)
		status = report_html(run, &tables);
	else {
		tables_warn(&tables, run);
		status = print(options, run, &tables);
	}
	tables_free(&tables);
	return status;
}

/* The same with a model's files open. */
static int show(const struct options *options, struct run_folder *run)
{
	json_t *costs = options->costs ? op_costs_load(options->costs) : NULL;
	struct run_folder measured;
	int status = STATUS_USAGE;

	if (options->costs && !costs)
		return STATUS_USAGE;
	if (!options->measured) {
		status = show_tables(options, run, &(struct model){ .costs = costs });
	} else {
		status = run_folder_open(&measured, options->measured);
		if (status == STATUS_GOOD && measured.void_because) {
			message_error("--measured: '%s' is void: %s", options->measured,
				      measured.void_because);
			status = STATUS_INVALID;
		}
		if (status == STATUS_GOOD && !same_unit(costs, &measured))
			status = STATUS_USAGE;
		if (status == STATUS_GOOD)
			status = run_folder_shown(&measured, show_tables(options, run,
				&(struct model){ .costs = costs,
						 .measured = cells_results(&measured) }));
		run_folder_close(&measured);
	}
	json_decref(costs);
	return status;
}

/* Is a name in the trace, or was none requested?  If not, an error message suggests the nearest. */
static bool in_trace(const struct run_folder *run, const char *what, const char *name)
{
	const struct lg_intern *names = &run->tally.names;
	const char *near;

	for (uint16_t i = 0; name && i < names->n; i++)
		if (!strcmp(names->name[i], name))
			return true;
	if (!name)
		return true;
	near = nearest(name, (const char *const *)names->name, names->n);
	message_error("no %s '%s' is in the trace%s%s%s", what, name,
		      near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
	return false;
}

/* Print why the tables of exits would be empty. */
static int print_empty(const struct lg_options *chosen, const struct run_folder *run)
{
	if (!in_trace(run, "variant", chosen->only_variant) ||
	    !in_trace(run, "twin", chosen->only_twin) ||
	    !in_trace(run, "class of exits", chosen->only_exit))
		return STATUS_USAGE;
	if (chosen->only_variant || chosen->only_twin || chosen->only_exit || chosen->to) {
		message_error("no exit of that variant, twin, class and time is in the trace");
		return STATUS_USAGE;
	}
	message_error("the recording holds no exit: no Guest ran");
	return STATUS_INVALID;
}

static int report(const void *arg, struct run_folder *run)
{
	const struct options *options = arg;
	int status;

	origins_follow(run);
	run_folder_analyse(run, &options->analysis);
	print_faults(run);
	run_folder_print_warnings(run);
	if (run->status != STATUS_GOOD && run->status != STATUS_INVALID)
		return run->status;
	if (!run->analysed && !json_array_size(json_object_get(run->run, "results"))) {
		message_error("there is neither a trace nor a result in '%s'", options->path);
		return STATUS_USAGE;
	}
	if (run->status == STATUS_GOOD && run->analysed && !run->tally.n_rows)
		return print_empty(&options->analysis, run);
	status = show(options, run);
	return run_folder_shown(run, status);
}

static int cmd_report(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options, .parser = parse, .args_doc = "RUN|TRACE",
		.doc = "Tables from a run's trace and samples, and its report.html."
		       "\vEnds with 4, and says what is missing, when the recording is void.",
	};
	struct options options = { .format = { .table = LG_TEXT } };

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	catch_interrupts();
	return run_folder_visit(options.path, report, &options);
}

COMMAND(report, "tables from a run's trace and samples, and its report.html", cmd_report);
