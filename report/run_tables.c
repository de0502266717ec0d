/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of a run, and their files; see run_tables.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/table/trace_tables.h"
#include "cell_tables.h"
#include "origins.h"
#include "phase_table.h"
#include "run_tables.h"
#include "pmu_table.h"
#include "workload_tables.h"
#include "util/file.h"
#include "util/message.h"
#include "util/status.h"

enum {
	BENCH, VARIANT, TWIN, N, BOOTS, MEDIAN, LOW, HIGH, MIN, P95, P99, MAX, MEAN, OVERHEAD,
	SAME,
};

static const struct lg_column columns[] = {
	[BENCH] = { "bench", "benchmark", true },
	[VARIANT] = { "variant", "variant", true },
	[TWIN] = { "twin", "twin", true },
	[N] = { "n", "n", false },
	[BOOTS] = { "boots", "boots", false },
	[MEDIAN] = { "median", "median", false },
	[LOW] = { "boot_median_low", "boots low", false },
	[HIGH] = { "boot_median_high", "boots high", false },
	[MIN] = { "min", "min", false },
	[P95] = { "p95", "p95", false },
	[P99] = { "p99", "p99", false },
	[MAX] = { "max", "max", false },
	[MEAN] = { "mean", "mean", false },
	[OVERHEAD] = { "overhead", "loop", false },
	[SAME] = { "share_at_median", "at median %", false },
};

static void set_text(struct lg_table *table, uint32_t column, const json_t *result,
		     const char *key)
{
	const char *value = json_string_value(json_object_get(result, key));

	if (value)
		lg_table_set(table, column, "%s", value);
}

/* A whole number as it is, another with one digit; nothing if there is none. */
static void set_number(struct lg_table *table, uint32_t column, const json_t *value)
{
	double number = json_number_value(value);

	if (json_is_integer(value) || (json_is_real(value) && number == (double)(long long)number))
		lg_table_integer(table, column, "%lld", (long long)number);
	else if (json_is_real(value))
		lg_table_real(table, column, "%.1f", number);
}

/* The lowest and highest of the boots' own medians: the variation between boots. */
static void set_boots(struct lg_table *table, const json_t *boots)
{
	const json_t *low = NULL, *high = NULL;
	json_t *boot;
	size_t i;

	lg_table_count(table, BOOTS, json_array_size(boots));
	json_array_foreach(boots, i, boot) {
		const json_t *median =
			json_object_get(json_object_get(boot, "summary"), "median");

		if (!low || json_number_value(median) < json_number_value(low))
			low = median;
		if (!high || json_number_value(median) > json_number_value(high))
			high = median;
	}
	set_number(table, LOW, low);
	set_number(table, HIGH, high);
}

static void add_result(struct lg_table *table, const json_t *result)
{
	static const struct {
		uint32_t column;
		const char *key;
	} numbers[] = {
		{ N, "n" }, { MEDIAN, "median" }, { MIN, "min" }, { P95, "p95" },
		{ P99, "p99" }, { MAX, "max" }, { MEAN, "mean" }, { OVERHEAD, "overhead" },
	};
	const json_t *summary = json_object_get(result, "summary");

	lg_table_row(table);
	set_text(table, BENCH, result, "bench");
	set_text(table, VARIANT, result, "variant");
	set_text(table, TWIN, result, "twin");
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		set_number(table, numbers[i].column, json_object_get(summary, numbers[i].key));
	set_boots(table, json_object_get(result, "boots"));
	lg_table_real(table, SAME, "%.2f", 100 * json_number_value(
			     json_object_get(summary, "share_at_median")));
}

void bench_table(const struct run_folder *run, struct lg_table *table)
{
	json_t *result;
	size_t i;

	lg_table_init(table, "bench", columns, sizeof(columns) / sizeof(columns[0]));
	lg_table_title(table, "Benchmarks: one operation, net of the loop, in %s", run->unit);
	json_array_foreach(json_object_get(run->run, "results"), i, result)
		add_result(table, result);
	lg_table_note(table, "Loop: median of the benchmark's no-op twin, subtracted from every"
		      " sample. Boots low, high: the lowest and highest of the boots' own "
		      "medians.");
}

enum { FN_BENCH, FN_VARIANT, FN_TWIN, FN_BOOT, FN_RUN, FN_WHERE, FN_NAME, FN_INSNS, FN_SHARE,
       FN_COLUMNS };

static const struct lg_column function_columns[] = {
	[FN_BENCH] = { "bench", "benchmark", true },
	[FN_VARIANT] = { "variant", "variant", true },
	[FN_TWIN] = { "twin", "twin", true },
	[FN_BOOT] = { "boot", NULL, false },
	[FN_RUN] = { "run", NULL, false },
	[FN_WHERE] = { "where", "where", true },
	[FN_NAME] = { "function", "function", true },
	[FN_INSNS] = { "insns", "insns", false },
	[FN_SHARE] = { "share", "share", false },
};

/* A number in a file of the run is an integer, or a share with the digits of functions.csv. */
static void set_word(struct lg_table *table, uint32_t column, const char *word)
{
	char *end, *end_of_real;
	long long number = strtoll(word, &end, 10);
	double real = strtod(word, &end_of_real);

	if (table->columns[column].text || end == word || *end_of_real)
		lg_table_set(table, column, "%s", word);
	else if (*end)
		lg_table_real(table, column, "%.6f", real);
	else
		lg_table_integer(table, column, "%lld", number);
}

/* A row from the first fields of a line of CSV, one for each column of the table. */
static void csv_row(struct lg_table *table, char *line)
{
	char *word;

	lg_table_row(table);
	for (uint32_t i = 0; i < table->n_columns && (word = strsep(&line, ",")); i++)
		set_word(table, i, word);
}

static bool is_first(const struct lg_table *table, uint32_t column)
{
	const struct lg_cell *cell = lg_table_cell(table, table->n_rows - 1, column);

	return cell->kind == LG_CELL_INTEGER && cell->integer == 1;
}

/* The first boot and run represent all; the others are for readers of the CSV. */
static void function_row(struct lg_table *table, char *line)
{
	csv_row(table, line);
	if (!is_first(table, FN_BOOT) || !is_first(table, FN_RUN))
		lg_table_quiet(table);
}

enum { CT_CONTROL, CT_BENCH, CT_TWIN, CT_BASE, CT_NEW, CT_VERDICT, CT_WHERE, CT_HELD, CT_COLUMNS };

static const struct lg_column control_columns[] = {
	[CT_CONTROL] = { "control", "control", true },
	[CT_BENCH] = { "bench", "benchmark", true },
	[CT_TWIN] = { "twin", "twin", true },
	[CT_BASE] = { "base", "classic", false },
	[CT_NEW] = { "new", "the copy", false },
	[CT_VERDICT] = { "verdict", "compare says", true },
	[CT_WHERE] = { "where", "where", true },
	[CT_HELD] = { "held", "held", true },
};

/* Rows of a file that a script wrote into the run, without the head; none if there is no file. */
static void rows_of(const struct run_folder *run, const char *name, struct lg_table *table,
		    void (*row)(struct lg_table *table, char *line))
{
	char *path = text("%s/%s", run->path, name), *line = NULL;
	FILE *file = fopen(path, "r");
	size_t room = 0, number = 0;

	while (file && getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (number++)
			row(table, line);
	}
	if (file)
		fclose(file);
	free(line);
	free(path);
}

/* controls.csv of the run: bench/experiments/controls. */
static void controls_table(const struct run_folder *run, struct lg_table *table)
{
	lg_table_init(table, "controls", control_columns, CT_COLUMNS);
	lg_table_title(table,
		       "Controls: a copy of classic, and one with a nop more, compared with "
		       "classic");
	rows_of(run, "controls.csv", table, csv_row);
	lg_table_note(table,
		      "Made by bench/experiments/controls RUN, and compared by switchyard compare "
		      "RUN/controls."
		      " A copy must be equal, and the nop found in each switch and nowhere else.");
}

/* functions.csv of the run (bench/functions.h); an empty table if there is none. */
static void functions_table(const struct run_folder *run, struct lg_table *table)
{
	lg_table_init(table, "functions", function_columns, FN_COLUMNS);
	lg_table_title(table,
		       "By function: insns of one operation, of the median sample, net of the "
		       "loop");
	rows_of(run, "functions.csv", table, function_row);
	lg_table_note(table,
		      "Counted from outside by the emulator's plugin; a block of straight-line"
		      " code counts for the function that it begins in.");
}

static struct lg_table *next(struct tables *tables)
{
	return &tables->table[tables->n++];
}

/* Drop the last table if it has no rows. */
static void keep_in(struct tables *tables, const char *unit, const char *tier)
{
	struct lg_table *table = &tables->table[tables->n - 1];

	if (!table->n_rows) {
		lg_table_free(table);
		tables->n--;
		return;
	}
	lg_table_constant(table, "unit", unit);
	lg_table_constant(table, "tier", tier);
}

static void keep_if_filled(struct tables *tables, const struct run_folder *run)
{
	keep_in(tables, run->unit, run->tier);
}

void tables_make(struct tables *tables, struct run_folder *run, const struct model *model)
{
	memset(tables, 0, sizeof(*tables));
	if (json_array_size(json_object_get(run->run, "results"))) {
		best_table(run, next(tables));
		keep_if_filled(tables, run);
		bench_table(run, next(tables));
		keep_if_filled(tables, run);
		functions_table(run, next(tables));
		keep_if_filled(tables, run);
		controls_table(run, next(tables));
		keep_if_filled(tables, run);
		probes_table(run, next(tables));
		keep_if_filled(tables, run);
		if (model->costs) {
			model_table(run, model, next(tables));
			keep_in(tables, json_string_value(json_object_get(model->costs, "unit")),
				"model");
		}
		pmu_table(run, next(tables));
		keep_in(tables, "events", run->tier);
		workloads_table(run, next(tables));
		keep_if_filled(tables, run);
		workload_exits_table(run, next(tables));
		keep_if_filled(tables, run);
	}
	if (!run->analysed)
		return;
	if (run->status == STATUS_GOOD) {
		lg_exits_table(&run->tally, run->unit, next(tables));
		keep_if_filled(tables, run);
		phase_table(&run->tally, run->unit, next(tables));
		keep_if_filled(tables, run);
		lg_histogram_table(&run->tally, run->unit, next(tables));
		keep_if_filled(tables, run);
		lg_copy_in_table(&run->tally, next(tables));
		keep_if_filled(tables, run);
		lg_stays_table(&run->tally, run->unit, next(tables));
		keep_if_filled(tables, run);
		origins_table(run, next(tables));
		keep_if_filled(tables, run);
	}
	lg_check_table(&run->tally, next(tables));
	keep_if_filled(tables, run);
}

void tables_warn(struct tables *tables, const struct run_folder *run)
{
	json_t *line;
	size_t i;

	for (size_t n = 0; n < tables->n; n++)
		json_array_foreach(run->warnings, i, line)
			if (json_string_value(line))
				lg_table_warn(&tables->table[n], json_string_value(line));
}

void tables_free(struct tables *tables)
{
	while (tables->n)
		lg_table_free(&tables->table[--tables->n]);
}

struct lg_table *tables_find(struct tables *tables, const char *id)
{
	for (size_t i = 0; i < tables->n; i++)
		if (!strcmp(tables->table[i].id, id))
			return &tables->table[i];
	return NULL;
}

/* JSON has the decimals that the format ("%.2f") gives: the others are rounding errors. */
static double rounded(const struct lg_cell *cell)
{
	const char *point = strchr(cell->format, '.');
	double scale = point ? pow(10, strtol(point + 1, NULL, 10)) : 1;

	return strchr(cell->format, 'f') ? rint(cell->real * scale) / scale : cell->real;
}

/* A count of 2^63 or more, which jansson's integers cannot hold, becomes the largest of them. */
static json_t *cell_json(const struct lg_table *table, uint32_t row, uint32_t column)
{
	const struct lg_cell *cell = lg_table_cell(table, row, column);

	switch (cell->kind) {
	case LG_CELL_TEXT:
		return json_string(cell->text);
	case LG_CELL_COUNT:
		return json_integer(cell->count < INT64_MAX ? (json_int_t)cell->count : INT64_MAX);
	case LG_CELL_INTEGER:
		return json_integer(cell->integer);
	case LG_CELL_REAL:
		return json_real(rounded(cell));
	default:
		return table->columns[column].text ? json_string("") : json_null();
	}
}

static json_t *table_json(const struct lg_table *table)
{
	json_t *rows = json_array();

	for (uint32_t row = 0; row < table->n_rows; row++) {
		json_t *record = json_object();

		for (uint32_t i = 0; i < table->n_columns; i++)
			json_object_set_new(record, table->columns[i].id,
					    cell_json(table, row, i));
		for (uint32_t i = 0; i < table->n_constants; i++)
			json_object_set_new(record, table->constant[i].id,
					    json_string(table->constant[i].value));
		json_array_append_new(rows, record);
	}
	return rows;
}

json_t *tables_json(const struct tables *tables)
{
	json_t *record = json_object();

	for (size_t i = 0; i < tables->n; i++)
		json_object_set_new(record, tables->table[i].id,
				    table_json(&tables->table[i]));
	return record;
}

struct format format_named(const char *name)
{
	enum { FORMATS = 4 };
	static const char *const names[FORMATS] = { "text", "json", "csv", "latex" };
	static const struct format formats[FORMATS] = {
		{ .table = LG_TEXT }, { .json = true }, { .table = LG_CSV }, { .table = LG_LATEX },
	};

	for (size_t i = 0; i < FORMATS; i++)
		if (!strcmp(name, names[i]))
			return formats[i];
	message_unknown("format", name, names, FORMATS);
	exit(STATUS_USAGE);
}

static bool write_one(const struct lg_table *table, const char *folder, enum lg_format format)
{
	char *path = text("%s/%s.%s", folder, table->id, format == LG_CSV ? "csv" :
			  format == LG_LATEX ? "tex" : "txt");
	struct whole_file file;
	bool good = whole_open(&file, path);

	if (good) {
		lg_table_write(table, format, file.stream);
		good = whole_commit(&file);
	}
	free(path);
	return good;
}

bool tables_write(const struct tables *tables, const char *folder, enum lg_format format)
{
	bool good = make_folders(folder);

	for (size_t i = 0; good && i < tables->n; i++)
		good = write_one(&tables->table[i], folder, format);
	return good;
}
