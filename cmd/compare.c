/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare: one variant against the others in one run, or one run against another.
 * With traces of probed twins on both sides it also says in which phase of the switch
 * the difference lies.
 */
#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/table/trace_tables.h"
#include "cmd.h"
#include "report/cells.h"
#include "report/comparison.h"
#include "report/run_folder.h"
#include "report/run_tables.h"
#include "report/surroundings.h"
#include "util/json.h"
#include "util/message.h"
#include "util/process.h"
#include "util/status.h"

struct options {
	const char *path[2];
	size_t paths;
	const char *baseline;
	struct cells cells;
	struct format format;
	double threshold;		/* relative */
	bool fail, strict;
};

enum { OPTION_FAIL = 256, OPTION_STRICT };

static const struct argp_option argp_options[] = {
	{ "baseline", 'b', "VARIANT", 0, "In one run: the variant that others are compared with",
	  0 },
	{ "threshold", 't', "PERCENT", 0, "What counts as a regression (any increase)", 0 },
	{ "fail", OPTION_FAIL, NULL, 0, "End with status 1 if there is a regression", 0 },
	{ "strict", OPTION_STRICT, NULL, 0,
	  "Refuse two runs of different environments or cells", 0 },
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
	case 'b': options->baseline = argument; return 0;
	case 't': options->threshold = cells_percent(argument, state); return 0;
	case OPTION_FAIL: options->fail = true; return 0;
	case OPTION_STRICT: options->strict = true; return 0;
	case 'f': options->format = format_named(argument); return 0;
	case ARGP_KEY_ARG:
		if (options->paths == 2)
			argp_error(state, "one run, or two");
		options->path[options->paths++] = argument;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "name a run's folder, or two");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- which cells are compared ---- */

static bool names_known(const struct options *options, const struct run_folder *first,
			const struct run_folder *last)
{
	const struct run_folder *const runs[] = { first, last };

	return cells_known(&options->cells, runs, 2) &&
	       (first != last || cells_name_known("variant", options->baseline, runs, 1));
}

/* Cells of the base that the other run does not have. */
static size_t left_out(const struct options *options, const struct run_folder *first,
		       const struct run_folder *last)
{
	size_t i, n = 0;
	json_t *a;

	json_array_foreach(cells_results(first), i, a)
		n += cells_wanted(&options->cells, a) &&
		     !cells_find(cells_results(last), cells_word(a, "bench"),
				 cells_word(a, "variant"), cells_word(a, "twin"));
	return n;
}

/* Each cell of the last run against its partner in the first, or against the baseline's. */
static size_t match(const struct options *options, const struct run_folder *first,
		    const struct run_folder *last, struct pairs *pairs)
{
	size_t i, alone = 0;
	json_t *b;

	json_array_foreach(cells_results(last), i, b) {
		const char *variant = first == last ? options->baseline :
				      cells_word(b, "variant");
		const json_t *a = cells_find(cells_results(first), cells_word(b, "bench"), variant,
					     cells_word(b, "twin"));

		if (!cells_wanted(&options->cells, b) || a == b)
			continue;
		if (a)
			cells_add(&options->cells, pairs, last, a, b);
		else
			alone++;
	}
	return alone;
}

/* ---- the table ---- */

enum { BENCH, VARIANT, TWIN, BASE, NEW, MORE, RATIO, LOW, HIGH, P, HOLM, BOOTS, VERDICT, WHERE, OPS,
       HOW };

static const struct lg_column columns[] = {
	[BENCH] = { "bench", "benchmark", true },
	[VARIANT] = { "variant", "variant", true },
	[TWIN] = { "twin", "twin", true },
	[BASE] = { "base", "base", false },
	[NEW] = { "new", "new", false },
	[MORE] = { "difference", "difference", false },
	[RATIO] = { "ratio", "ratio", false },
	[LOW] = { "ratio_low_95", "95 % from", false },
	[HIGH] = { "ratio_high_95", "to", false },
	[P] = { "p", "p", false },
	[HOLM] = { "p_holm", "Holm", false },
	[BOOTS] = { "boots", "boots", false },
	[VERDICT] = { "verdict", "verdict", true },
	[WHERE] = { "where", "where", true },
	[OPS] = { "ops", "ops", true },
	[HOW] = { "how", "how", true },
};

static void set_interval(struct lg_table *table, const struct pair *pair)
{
	if (pair->known)
		lg_table_real(table, RATIO, "%.4f", pair->ratio);
	if (!pair->known || isnan(pair->low))
		return;
	lg_table_real(table, LOW, "%.4f", pair->low);
	lg_table_real(table, HIGH, "%.4f", pair->high);
	lg_table_real(table, P, "%.2g", pair->p);
	lg_table_real(table, HOLM, "%.2g", pair->p_holm);
}

/* The count of `what` in all places, or in one. */
static json_int_t counted(const json_t *ops, const char *place, const char *what)
{
	json_int_t n = 0;
	const char *name;
	json_t *counts;

	json_object_foreach((json_t *)ops, name, counts)
		if (!place || !strcmp(place, name))
			n += json_integer_value(json_object_get(counts, what));
	return n;
}

/* Every name on either side: places, or what is counted in any of them. */
static json_t *names_in(const struct pair *pair, bool places)
{
	const json_t *sides[] = { json_object_get(pair->a, "ops"),
				  json_object_get(pair->b, "ops") };
	json_t *names = json_object(), *counts, *count;
	const char *place, *what;

	for (int i = 0; i < 2; i++)
		json_object_foreach((json_t *)sides[i], place, counts) {
			if (places)
				json_object_set_new(names, place, json_true());
			else
				json_object_foreach(counts, what, count)
					json_object_set_new(names, what, json_true());
		}
	return names;
}

/* "module -18, switcher +1": instructions by part of the system; or ops by name. */
static void set_ops(struct lg_table *table, uint32_t column, const struct pair *pair, bool places)
{
	const json_t *a = json_object_get(pair->a, "ops"), *b = json_object_get(pair->b, "ops");
	json_t *names = names_in(pair, places), *one;
	char line[256] = "";
	const char *name;
	size_t n = 0;

	json_object_foreach(names, name, one) {
		json_int_t more = places ? counted(b, name, "insns") - counted(a, name, "insns") :
				  counted(b, NULL, name) - counted(a, NULL, name);

		if (more && (places || strcmp(name, "insns")) && n < sizeof(line))
			n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%s %+lld",
					      n ? " " : "", name, (long long)more);
	}
	lg_table_set(table, column, "%s", line);
	json_decref(names);
}

/* Set a whole number as an integer; nothing if there is none. */
static void set_number(struct lg_table *table, uint32_t column, double number)
{
	bool sign = column == MORE;

	if (number == (double)(long long)number)
		lg_table_integer(table, column, sign ? "%+lld" : "%lld", (long long)number);
	else if (!isnan(number))
		lg_table_real(table, column, sign ? "%+.10g" : "%.10g", number);
}

static void add_row(struct lg_table *table, const struct pair *pair)
{
	size_t boots = json_array_size(json_object_get(pair->b, "boots"));

	lg_table_row(table);
	lg_table_set(table, BENCH, "%s", pair->name);
	lg_table_set(table, VARIANT, "%s", cells_word(pair->b, "variant"));
	lg_table_set(table, TWIN, "%s", cells_word(pair->b, "twin"));
	set_number(table, BASE, pair->median_a);
	set_number(table, NEW, pair->median_b);
	set_number(table, MORE, pair->median_b - pair->median_a);
	set_interval(table, pair);
	lg_table_count(table, BOOTS, boots);
	lg_table_set(table, VERDICT, "%s", pair->verdict);
	lg_table_set(table, HOW, "%s", pair->exact ? "exact" : "sampled");
	if (pair->exact) {
		set_ops(table, WHERE, pair, true);
		set_ops(table, OPS, pair, false);
	}
}

/* Have all pairs ops on both sides? */
static bool have_ops(const struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (!json_object_size(json_object_get(pairs->one[i].a, "ops")) ||
		    !json_object_size(json_object_get(pairs->one[i].b, "ops")))
			return false;
	return true;
}

/* A group is "VARIANT TWIN". */
static void add_mean(struct lg_table *table, const struct pair *mean)
{
	size_t n = strcspn(mean->group, " ");

	lg_table_row(table);
	lg_table_set(table, BENCH, "%s", mean->name);
	lg_table_set(table, VARIANT, "%.*s", (int)n, mean->group);
	lg_table_set(table, TWIN, "%s", mean->group + n + 1);
	set_interval(table, mean);
	lg_table_set(table, VERDICT, "%s", mean->exact ? "" : mean->verdict);
	lg_table_set(table, HOW, "%s", mean->exact ? "exact" : "sampled");
}

/* Note the rows that no geometric mean contains: a ratio needs two medians above 0. */
static void note_left_out(struct lg_table *table, const struct pairs *pairs)
{
	char *line = NULL;
	size_t bytes = 0;
	FILE *memory = open_memstream(&line, &bytes);

	for (size_t i = 0; memory && i < pairs->n; i++)
		if (!pairs->one[i].known)
			fprintf(memory, "%s %s (%s)", ftell(memory) ? "," : "",
				pairs->one[i].name, pairs->one[i].group);
	if (memory && fclose(memory) == 0 && bytes) {
		lg_table_note(table, "Not in the geometric mean, which needs medians above 0:%s.",
			      line);
		message_warning("not in the geometric mean, which needs medians above 0:%s", line);
	}
	free(line);
}

static void note(struct lg_table *table, const struct pairs *pairs, const char *unit)
{
	size_t sampled = 0;

	for (size_t i = 0; i < pairs->n; i++)
		sampled += !pairs->one[i].exact;
	if (sampled < pairs->n)
		lg_table_note(table, "Exact: each boot's median is the same number of %s, on both"
			      " sides.", unit);
	if (have_ops(pairs))
		lg_table_note(table,
			      "Where: instructions by part of the system, ops: costly operations,"
			      " both counted by the emulator.");
	else
		for (uint32_t i = WHERE; i <= OPS; i++)
			lg_table_hide(table, i);
	if (sampled)
		lg_table_note(table, "Sampled: geometric means over boots of the boots' medians;"
			      " 95 %% intervals by a bootstrap over boots, which are %s; ~: nothing"
			      " can be said (fewer than six boots, or an interval that holds 1)%s.",
			      pairs->paired ? "pairs" : "no pairs",
			      sampled > 10 ? "; a difference must stand after Holm's correction" :
			      "");
	else
		for (uint32_t i = LOW; i <= HOLM; i++)
			lg_table_hide(table, i);
}

static void make_table(struct lg_table *table, const struct options *options,
		       const struct pairs *pairs, const struct run_folder *last)
{
	lg_table_init(table, "compare", columns, sizeof(columns) / sizeof(columns[0]));
	if (options->paths == 1)
		lg_table_title(table, "%s against the others, in %s (tier %s)", options->baseline,
			       last->unit, last->tier);
	else
		lg_table_title(table, "%s (base) and %s (new), in %s (tier %s)", options->path[0],
			       options->path[1], last->unit, last->tier);
	for (size_t i = 0; i < pairs->n; i++)
		add_row(table, &pairs->one[i]);
	for (size_t i = 0; i < pairs->means; i++)
		add_mean(table, &pairs->mean[i]);
	note(table, pairs, last->unit);
	note_left_out(table, pairs);
	lg_table_constant(table, "unit", last->unit);
	lg_table_constant(table, "tier", last->tier);
}

/* ---- the output ---- */

static void print(const struct options *options, const struct tables *tables)
{
	json_t *record;

	if (options->format.json) {
		record = json_pack("{s:s, s:o, s:o}", "schema", "switchyard-compare-1", "tool",
				   tool_record(), "tables", tables_json(tables));
		json_dumpf(record, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
		putchar('\n');
		json_decref(record);
		return;
	}
	for (size_t i = 0; i < tables->n; i++) {
		if (i)
			putchar('\n');
		lg_table_write(&tables->table[i], options->format.table, stdout);
	}
}

/* ---- whether they may be compared ---- */

/* A trace with lost events makes its run void too. */
static int may_compare(struct run_folder *run, const char *path)
{
	static const struct lg_options all = { 0 };
	json_t *line;
	size_t i;

	if (!run->run && !run->trace) {
		message_error("'%s' holds neither run.json nor a trace", path);
		return STATUS_USAGE;
	}
	if (!run->void_because)
		run_folder_analyse(run, &all);
	if (run->void_because) {
		message_error("'%s' is void: %s", path, run->void_because);
		return STATUS_INVALID;
	}
	if (run->status != STATUS_GOOD) {
		message_error("'%s': %s", path, run->why);
		return run->status;
	}
	json_array_foreach(run->warnings, i, line)
		if (json_string_value(line))
			message_warning("'%s': %s", path, json_string_value(line));
	return STATUS_GOOD;
}

/* If nothing was compared, --fail must not answer that nothing got worse. */
static int nothing(const struct options *options, bool one_run)
{
	message_error("nothing was compared: no cell has a partner%s%s",
		      one_run ? "; the baseline is " : "", one_run ? options->baseline : "");
	return options->fail ? STATUS_INVALID : STATUS_USAGE;
}

static size_t undecided(const struct pairs *pairs)
{
	size_t n = 0;

	for (size_t i = 0; i < pairs->n; i++)
		n += !strcmp(pairs->one[i].verdict, "~");
	return n;
}

/* The status of --fail: a gate passes on what was compared and decided, and on nothing else. */
static int gate(const struct options *options, const struct pairs *pairs)
{
	size_t worse = 0;

	if (!pairs->n) {
		message_error("nothing was compared: no cell of the one run is in the other");
		return STATUS_INVALID;
	}
	for (size_t i = 0; i < pairs->n; i++)
		worse += pair_is_worse(&pairs->one[i], options->threshold);
	if (worse) {
		message_error("%zu regression%s beyond %g %%", worse, worse == 1 ? "" : "s",
			      100 * options->threshold);
		return STATUS_FAILED;
	}
	if (undecided(pairs) == pairs->n) {
		message_error("nothing was decided: measure six boots or more on each side");
		return STATUS_INVALID;
	}
	return STATUS_GOOD;
}

static int show(const struct options *options, struct run_folder *first, struct run_folder *last,
		struct pairs *pairs, size_t alone)
{
	struct tables tables = { .n = 0 };

	if (pairs->n) {
		int status = pairs_compare(pairs, options->cells.seed,
					   options->cells.replicates);

		if (status != STATUS_GOOD)
			return status;
		make_table(&tables.table[tables.n++], options, pairs, last);
	}
	if (phase_diff_table(first, last, &tables.table[tables.n]))
		tables.n++;
	if (!tables.n)
		return nothing(options, first == last);
	tables_warn(&tables, first);
	if (first != last)
		tables_warn(&tables, last);
	print(options, &tables);
	tables_free(&tables);
	if (alone)
		message_warning("%zu cell%s without a partner", alone, alone == 1 ? "" : "s");
	if (undecided(pairs))
		message_warning("%zu of %zu cells undecided", undecided(pairs), pairs->n);
	if (alone && options->strict) {
		message_error("--strict: not every cell of the one run is in the other");
		return STATUS_INVALID;
	}
	return options->fail ? gate(options, pairs) : STATUS_GOOD;
}

static int compare(const struct options *options, struct run_folder *first, struct run_folder *last)
{
	struct pairs pairs = { .paired = first == last };
	int status = may_compare(first, options->path[0]);
	size_t alone;

	if (status == STATUS_GOOD && first != last)
		status = may_compare(last, options->path[1]);
	if (status != STATUS_GOOD)
		return status;
	if (strcmp(first->tier, last->tier)) {
		message_error("tiers never mix: '%s' is %s, '%s' is %s", options->path[0],
			      first->tier,
			  options->path[1], last->tier);
		return STATUS_INVALID;
	}
	if (first != last && warn_of_surroundings(first, last) && options->strict) {
		message_error("--strict: the runs were made in different environments");
		return STATUS_INVALID;
	}
	if (!names_known(options, first, last))
		return STATUS_USAGE;
	alone = match(options, first, last, &pairs) + left_out(options, first, last);
	status = show(options, first, last, &pairs, alone);
	status = run_folder_shown(first, run_folder_shown(last, status));
	pairs_free(&pairs);
	return status;
}

static int cmd_compare(int argc, char **argv)
{
	static const struct argp_child children[] = { { &cells_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = argp_options, .parser = parse, .args_doc = "RUN\nBASE NEW",
		.children = children,
		.doc = "Compare variants of one run, or two runs cell by cell."
		       "\vUnder a counter of instructions the answer is exact; else it is a ratio"
		       " with a 95 % interval over boots.",
	};
	struct options options = {
		.baseline = "classic", .cells = CELLS_ALL,
	};
	struct run_folder run[2];
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	catch_interrupts();
	status = run_folder_open(&run[0], options.path[0]);
	if (status == STATUS_GOOD && options.paths == 1)
		status = compare(&options, &run[0], &run[0]);
	if (options.paths == 2 && status == STATUS_GOOD) {
		status = run_folder_open(&run[1], options.path[1]);
		if (status == STATUS_GOOD)
			status = compare(&options, &run[0], &run[1]);
		run_folder_close(&run[1]);
	}
	run_folder_close(&run[0]);
	cells_free(&options.cells);
	return status;
}

COMMAND(compare, "one variant against others, or one run against another", cmd_compare);
