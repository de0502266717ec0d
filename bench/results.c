/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a run's folder; see results.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/data/summary.h"
#include "functions.h"
#include "results.h"
#include "schedule.h"
#include "util/file.h"
#include "util/json.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/sha256.h"
#include "util/words.h"

/* Whole numbers are written as such, which all but a few samples are. */
static json_t *number(double value)
{
	if (fabs(value) < 9e15 && value == floor(value))
		return json_integer((json_int_t)value);
	return json_real(value);
}

/* For each boot, the cells in the order in which they were run. */
static json_t *order_record(const struct plan *plan)
{
	json_t *record = json_array();

	for (unsigned int boot = 1; boot <= plan->boots; boot++) {
		json_t *steps = json_array();
		struct schedule schedule;

		schedule_of_boot(&schedule, plan, boot);
		for (size_t i = 0; i < schedule.n; i++) {
			const struct cell *cell = &schedule.step[i].cell;
			char *name = text("%s/%s/%s", cell->bench, cell->variant, cell->twin);

			json_array_append_new(steps, json_string(name));
			free(name);
		}
		json_array_append_new(record, steps);
		schedule_free(&schedule);
	}
	return record;
}

static json_t *plan_record(const struct plan *plan)
{
	json_t *record = plan_json(plan);

	json_object_set_new(record, "warmup_rule",
			    json_string("the first `warmup` samples of every run are dropped"));
	json_object_set_new(record, "order", order_record(plan));
	return record;
}

static json_t *summary_record(const struct summary *s)
{
	json_t *record = json_object();
	const struct { const char *name; double value; } members[] = {
		{ "raw_median", s->raw_median }, { "min", s->min }, { "p25", s->p25 },
		{ "median", s->median }, { "p75", s->p75 }, { "p95", s->p95 }, { "p99", s->p99 },
		{ "max", s->max }, { "mean", s->mean }, { "share_at_median", s->same },
	};

	json_object_set_new(record, "n", json_integer((json_int_t)s->n));
	json_object_set_new(record, "overhead",
			    s->overhead_known ? number(s->overhead) : json_null());
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		json_object_set_new(record, members[i].name, number(members[i].value));
	return record;
}

static bool series_is(const struct series *series, const struct cell *cell, const char *bench,
		      unsigned int boot)
{
	return series->boot == boot && !strcmp(series->bench, bench) &&
	       !strcmp(series->variant, cell->variant) && !strcmp(series->twin, cell->twin);
}

/* Every run of a cell in one boot, as arrays of raw samples. */
static json_t *runs_record(const struct samples *samples, const struct cell *cell,
			   const char *bench, unsigned int boot)
{
	json_t *runs = json_array();

	for (size_t i = 0; i < samples->n; i++) {
		const struct series *series = &samples->series[i];
		json_t *values;

		if (!series_is(series, cell, bench, boot))
			continue;
		values = json_array();
		for (size_t j = 0; j < series->n; j++)
			json_array_append_new(values, number(series->value[j]));
		json_array_append_new(runs, values);
	}
	return runs;
}

static json_t *boots_record(const struct run *run, const struct cell *cell)
{
	char *noop = text("%s.noop", cell->bench);
	json_t *boots = json_array();

	for (unsigned int boot = 1; boot <= run->plan->boots; boot++) {
		struct summary summary;
		json_t *record;

		if (!summarise(&summary, run->samples, cell->bench, cell->variant, cell->twin,
			       boot, run->plan->warmup))
			continue;
		record = json_pack("{s:i, s:o, s:o, s:o}", "id", (int)boot,
				   "summary", summary_record(&summary), "runs",
				   runs_record(run->samples, cell, cell->bench, boot), "noop",
				   runs_record(run->samples, cell, noop, boot));
		json_array_append_new(boots, record);
	}
	free(noop);
	return boots;
}

typedef void visit_cell(const struct run *run, const struct cell *cell,
			const struct summary *summary, void *to);

/* Every variant and twin of one benchmark, or of one series, that has samples. */
static void for_each_twin(const struct run *run, const char *bench, visit_cell *visit, void *to)
{
	const struct plan *plan = run->plan;

	for (size_t v = 0; v < plan->variants.n; v++)
		for (size_t t = 0; t < plan->twins.n; t++) {
			struct cell cell = { bench, plan->variants.word[v], plan->twins.word[t] };
			struct summary summary;

			if (summarise(&summary, run->samples, cell.bench, cell.variant, cell.twin,
				      0, plan->warmup))
				visit(run, &cell, &summary, to);
		}
}

/* Is the series the first of its name, and no benchmark of the plan? */
static bool is_new_name(const struct run *run, size_t number)
{
	const char *name = run->samples->series[number].bench;

	for (size_t i = 0; i < number; i++)
		if (!strcmp(run->samples->series[i].bench, name))
			return false;
	return !is_noop(name) && !words_have(&run->plan->benches, name);
}

/*
 * Every cell of the plan in the plan's own order, then the series of benchmarks that have
 * several.
 */
static void for_each_cell(const struct run *run, visit_cell *visit, void *to)
{
	for (size_t b = 0; b < run->plan->benches.n; b++)
		for_each_twin(run, run->plan->benches.word[b], visit, to);
	for (size_t i = 0; i < run->samples->n; i++)
		if (is_new_name(run, i))
			for_each_twin(run, run->samples->series[i].bench, visit, to);
}

static json_t *ops_of_cell(const struct run *run, const struct cell *cell)
{
	const struct ops_cell *found = ops_find(run->ops, cell->bench, cell->variant, cell->twin);

	return found ? ops_record(&found->net) : json_null();
}

static void add_result(const struct run *run, const struct cell *cell,
		       const struct summary *summary, void *results)
{
	json_array_append_new(results, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}",
		"bench", cell->bench, "variant", cell->variant, "twin", cell->twin,
		"unit", tier_unit(run->tier), "summary", summary_record(summary),
		"boots", boots_record(run, cell), "ops", ops_of_cell(run, cell),
		"exits", exits_record(run->exits, cell->bench, cell->variant, cell->twin)));
}

/*
 * Warnings that belong to the numbers: a loop overhead that was not measured, or differs from boot
 * to boot, or is larger than what it is subtracted from.  NULL: nothing.
 */
static char *warning_of_cell(const struct run *run, const struct cell *cell,
			     const struct summary *whole)
{
	const struct ops_cell *counts;
	struct summary boot;

	/* Of a sweep each point is a whole period. */
	if (!whole->overhead_known && sweep_number(cell->bench) < 0)
		return text("no no-op twin, so the loop's overhead is in the numbers");
	if (whole->min < 0)
		return text("the smallest sample is below the loop's overhead");
	for (unsigned int i = 1; i <= run->plan->boots; i++)
		if (summarise(&boot, run->samples, cell->bench, cell->variant, cell->twin, i,
			      run->plan->warmup) && boot.overhead != whole->overhead &&
		    run->tier == TIER_INSNS)
			return text("the loop's overhead differs between boots (%g, %g)",
				    whole->overhead, boot.overhead);
	counts = ops_find(run->ops, cell->bench, cell->variant, cell->twin);
	return counts && !ops_agree(run->ops, counts) ?
		text("the median sample's ops differ between runs or boots") : NULL;
}

/* {warning: [cell...]}, in the order in which they were met. */
static void warn_of_cell(const struct run *run, const struct cell *cell,
			 const struct summary *whole, void *cells_of)
{
	char *warning = warning_of_cell(run, cell, whole), *name;

	if (!warning)
		return;
	if (!json_object_get(cells_of, warning))
		json_object_set_new(cells_of, warning, json_array());
	name = text("%s %s %s", cell->bench, cell->variant, cell->twin);
	json_array_append_new(json_object_get(cells_of, warning), json_string(name));
	free(name);
	free(warning);
}

/* A line for each warning, however many cells have it. */
static void add_warnings(const struct run *run)
{
	json_t *cells_of = json_object(), *cells;
	const char *warning;

	for_each_cell(run, warn_of_cell, cells_of);
	json_object_foreach(cells_of, warning, cells) {
		size_t n = json_array_size(cells);
		char *more = n > 1 ? text(" and %zu more", n - 1) : text("%s", "");
		char *line = text("%s%s: %s", json_string_value(json_array_get(cells, 0)), more,
				  warning);

		json_array_append_new(run->warnings, json_string(line));
		free(line);
		free(more);
	}
	json_decref(cells_of);
}

static bool write_csv(const struct run *run, const char *folder, const char *name, bool net)
{
	char *path = text("%s/%s", folder, name);
	struct whole_file file;
	bool good = whole_open(&file, path);

	if (good) {
		if (net)
			write_net(run->samples, run->plan->warmup, file.stream);
		else
			samples_write(run->samples, file.stream);
		good = whole_commit(&file);
	}
	free(path);
	return good;
}

static bool write_ops(const struct run *run, const char *folder, const char *name,
		      void (*write)(const struct ops *ops, FILE *stream))
{
	char *path;
	struct whole_file file;
	bool good;

	if (!run->ops->n)
		return true;
	path = text("%s/%s", folder, name);
	good = whole_open(&file, path);
	if (good) {
		write(run->ops, file.stream);
		good = whole_commit(&file);
	}
	free(path);
	return good;
}

static bool write_exits(const struct run *run, const char *folder)
{
	char *path;
	struct whole_file file;
	bool good;

	if (!run->exits->n)
		return true;
	path = text("%s/" EXITS_FILE, folder);
	good = whole_open(&file, path);
	if (good) {
		exits_write(run->exits, file.stream);
		good = whole_commit(&file);
	}
	free(path);
	return good;
}

static bool write_pmu(const struct run *run, const char *folder)
{
	char *path;
	struct whole_file file;
	bool good;

	if (!run->pmu->n)
		return true;
	path = text("%s/" PMU_FILE, folder);
	good = whole_open(&file, path);
	if (good) {
		pmu_write(run->pmu, file.stream);
		good = whole_commit(&file);
	}
	free(path);
	return good;
}

/* {name: sha256} of the files beside run.json, so that a reader can check that they are
 * unchanged. */
static json_t *data_record(const char *folder)
{
	static const char *const names[] = {
		"samples.csv", "net.csv", "ops.csv", "functions.csv", EXITS_FILE, PMU_FILE,
	};
	json_t *record = json_object();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = text("%s/%s", folder, names[i]);
		char *digits = exists(path) ? sha256_of(path) : NULL;

		if (digits)
			json_object_set_new(record, names[i], json_string(digits));
		free(digits);
		free(path);
	}
	return record;
}

static bool write_run(const struct run *run, const char *folder)
{
	json_t *tool = run->tool ? json_incref(run->tool) : tool_record();
	json_t *results = json_array(), *record;
	char *path = text("%s/run.json", folder);
	bool good;

	for_each_cell(run, add_result, results);
	record = json_pack("{s:s, s:o, s:O, s:o, s:O?, s:s, s:s, s:b, s:s?, s:o, s:n, s:o, s:O}",
			   "schema", RUN_SCHEMA, "tool", tool, "env", run->environment,
			   "plan", plan_record(run->plan), "part", run->part,
			   "tier", tier_name(run->tier),
			   "unit", tier_unit(run->tier), "interrupted", (int)run->interrupted,
			   "void", run->void_because, "results", results, "loss", "data",
			   data_record(folder), "warnings",
			   run->warnings);
	good = json_write(record, path);
	json_decref(record);
	free(path);
	return good;
}

bool results_write(const struct run *run, const char *folder)
{
	char *environment = text("%s/env.json", folder);
	bool good;

	add_warnings(run);
	good = write_csv(run, folder, "samples.csv", false) &&
	       write_csv(run, folder, "net.csv", true) &&
	       write_ops(run, folder, "ops.csv", ops_write) &&
	       write_ops(run, folder, "functions.csv", functions_write) &&
	       write_exits(run, folder) && write_pmu(run, folder) &&
	       json_write(run->environment, environment) && write_run(run, folder);
	free(environment);
	return good;
}

static void print_cell(const struct run *run, const struct cell *cell,
		       const struct summary *s, void *stream)
{
	fprintf(stream, "%-20s %-13s %-7s %8zu %9g %9g %9g %9g %9g %8.2f%%\n", cell->bench,
		cell->variant, cell->twin, s->n, s->median, s->min, s->p99, s->max, s->overhead,
		100 * s->same);
	(void)run;
}

/* Print what was booted, since another profile may have been used instead. */
static void print_lab(const struct run *run, FILE *stream)
{
	const json_t *lab = json_object_get(run->environment, "lab");
	const char *profile = json_string_value(json_object_get(lab, "profile"));
	const char *why = json_string_value(json_object_get(lab, "why"));

	if (profile && why)
		fprintf(stream, "Lab machine: profile %s (%s)\n", profile, why);
}

/* The columns of the second table: similar ops share one, since a line has no room for all. */
static const struct {
	const char *head;
	enum lg_op op[7];
} op_columns[] = {
	{ "wrmsr", { LG_OP_WRMSR } },
	{ "cr", { LG_OP_WRITE_CR0, LG_OP_WRITE_CR3, LG_OP_WRITE_CR4, LG_OP_WRITE_CR,
		  LG_OP_READ_CR, LG_OP_CLTS } },
	{ "gdt+idt", { LG_OP_LGDT, LG_OP_LIDT } },
	{ "ltr+ldt", { LG_OP_LTR, LG_OP_LLDT, LG_OP_SLDT } },
	{ "int+iret", { LG_OP_INT, LG_OP_IRET } },
	{ "far", { LG_OP_FAR_CALL, LG_OP_FAR_JMP, LG_OP_FAR_RET } },
	{ "seg", { LG_OP_LOAD_SEG } },
	{ "invlpg", { LG_OP_INVLPG } },
	{ "moved", { LG_OP_MOVS_BYTES } },
};

static void print_counts(const struct run *run, const struct cell *cell,
			 const struct summary *summary, void *stream)
{
	const struct ops_cell *found = ops_find(run->ops, cell->bench, cell->variant, cell->twin);

	(void)summary;
	if (!found)
		return;
	fprintf(stream, "%-20s %-13s %-7s", cell->bench, cell->variant, cell->twin);
	for (int i = 0; i < LG_NR_WHERES; i++)
		fprintf(stream, " %8lld", (long long)found->net.count[i][OPS_INSNS]);
	for (size_t i = 0; i < sizeof(op_columns) / sizeof(op_columns[0]); i++) {
		long long sum = 0;

		for (size_t j = 0; j < 7 && op_columns[i].op[j]; j++)
			sum += ops_total(&found->net, OPS_FIRST + op_columns[i].op[j] - 1);
		fprintf(stream, " %*lld", (int)strlen(op_columns[i].head), sum);
	}
	fputc('\n', stream);
}

static void print_ops(const struct run *run, FILE *stream)
{
	if (!run->ops->n)
		return;
	fprintf(stream,
		"The same of the median sample, by the emulator: insns by part of the system, and "
		"ops\n%s%-20s %-13s %-7s",
		message_colour(COLOUR_STRONG), "bench", "variant", "twin");
	for (unsigned int i = 0; i < LG_NR_WHERES; i++)
		fprintf(stream, " %8s", ops_where(i));
	for (size_t i = 0; i < sizeof(op_columns) / sizeof(op_columns[0]); i++)
		fprintf(stream, " %s", op_columns[i].head);
	fprintf(stream, "%s\n", message_colour(COLOUR_NONE));
	for_each_cell(run, print_counts, stream);
}

char *results_folder(void)
{
	const char *root = project_dir() ? project_dir() : ".";
	time_t now = time(NULL);
	char stamp[32];

	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", localtime(&now));
	return text("%s/results/%s", root, stamp);
}

bool results_folder_is_free(const char *folder)
{
	char *run = text("%s/run.json", folder), *environment = text("%s/env.json", folder);
	bool used = exists(run) || exists(environment);

	if (used)
		message_error("'%s' holds a run already: name another folder", folder);
	free(run);
	free(environment);
	return !used;
}

void results_print(const struct run *run, FILE *stream)
{
	print_lab(run, stream);
	fprintf(stream,
		"Net of the loop's overhead, in %s (tier %s); boots planned %u, seed %llu"
		"%s%s%s%s\n",
		tier_unit(run->tier), tier_name(run->tier), run->plan->boots,
		(unsigned long long)run->plan->seed, run->part ? "; one of them alone" : "",
		run->interrupted ? "; interrupted" : "",
		run->void_because ? "; VOID: " : "", run->void_because ? run->void_because : "");
	fprintf(stream, "%s%-20s %-13s %-7s %8s %9s %9s %9s %9s %9s %9s%s\n",
		message_colour(COLOUR_STRONG), "bench", "variant", "twin", "n", "median", "min",
		"p99", "max", "overhead", "at median", message_colour(COLOUR_NONE));
	for_each_cell(run, print_cell, stream);
	print_ops(run, stream);
}
