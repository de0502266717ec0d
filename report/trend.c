/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds where cells changed; see trend.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surroundings.h"
#include "trend.h"
#include "util/file.h"
#include "util/message.h"
#include "util/status.h"

static void *zeroed(size_t n, size_t bytes)
{
	void *memory = calloc(n ? n : 1, bytes);

	if (!memory)
		abort();
	return memory;
}

/* ---- the runs ---- */

static const char *commit_of(const struct run_folder *folder)
{
	const char *commit = run_folder_text(folder, "tool.commit");

	return commit ? commit : "";
}

/* Has each run a commit of its own? */
static bool commits_tell(const struct trend *trend)
{
	for (size_t i = 0; i < trend->runs; i++) {
		if (!*commit_of(trend->run[i].folder))
			return false;
		for (size_t j = 0; j < i; j++)
			if (!strcmp(commit_of(trend->run[i].folder),
				    commit_of(trend->run[j].folder)))
				return false;
	}
	return true;
}

/* The last name of a path, without closing slashes. */
static char *last_name(const char *path)
{
	size_t n = strlen(path), at;

	while (n > 1 && path[n - 1] == '/')
		n--;
	for (at = n; at && path[at - 1] != '/'; at--)
		;
	return text("%.*s", (int)(n - at), path + at);
}

static int environment_of(const struct trend *trend, size_t run)
{
	for (size_t i = 0; i < run; i++) {
		json_t *lines = surroundings_differ(trend->run[i].folder, trend->run[run].folder);
		bool same = !json_array_size(lines);

		json_decref(lines);
		if (same)
			return (int)i;
	}
	return (int)run;
}

static void name_runs(struct trend *trend)
{
	enum { SHORT = 7 };
	bool commits = commits_tell(trend);

	for (size_t i = 0; i < trend->runs; i++) {
		struct trend_run *run = &trend->run[i];

		run->label = commits ? text("%.*s", SHORT, commit_of(run->folder)) :
				       last_name(run->path);
		run->environment = environment_of(trend, i);
	}
}

size_t trend_environments(const struct trend *trend)
{
	size_t n = 0;

	for (size_t i = 0; i < trend->runs; i++)
		n += trend->run[i].environment == (int)i;
	return n;
}

/* ---- the cells ---- */

static struct trend_cell *find_cell(struct trend *trend, const json_t *result)
{
	for (size_t i = 0; i < trend->cells; i++) {
		struct trend_cell *cell = &trend->cell[i];

		if (!strcmp(cell->bench, cells_word(result, "bench")) &&
		    !strcmp(cell->variant, cells_word(result, "variant")) &&
		    !strcmp(cell->twin, cells_word(result, "twin")))
			return cell;
	}
	return NULL;
}

static struct trend_cell *add_cell(struct trend *trend, const json_t *result)
{
	struct trend_cell *cell;

	trend->cell = reallocarray(trend->cell, trend->cells + 1, sizeof(*trend->cell));
	if (!trend->cell)
		abort();
	cell = &trend->cell[trend->cells++];
	*cell = (struct trend_cell){
		.bench = cells_word(result, "bench"), .variant = cells_word(result, "variant"),
		.twin = cells_word(result, "twin"), .first_change = -1,
		.point = zeroed(trend->runs, sizeof(*cell->point)),
	};
	for (size_t i = 0; i < trend->runs; i++)
		cell->point[i] = (struct trend_point){ .against = -1, .median = NAN,
						       .reference = NAN, .ratio = NAN };
	return cell;
}

/* In the order of the first run that has them. */
static void gather(struct trend *trend, const struct cells *cells)
{
	json_t *result;
	size_t i;

	for (size_t run = 0; run < trend->runs; run++)
		json_array_foreach(json_object_get(trend->run[run].folder->run, "results"), i,
				   result) {
			struct trend_cell *cell;

			if (!cells_wanted(cells, result))
				continue;
			cell = find_cell(trend, result);
			cell = cell ? cell : add_cell(trend, result);
			cell->point[run].result = result;
			cell->point[run].median = json_number_value(json_object_get(
				json_object_get(result, "summary"), "median"));
		}
}

/* The run at which the cell changed last, or its first, of those in the same environment. */
static int reference_of(const struct trend *trend, const struct trend_cell *cell, size_t run)
{
	int found = -1;

	for (size_t i = 0; i < run; i++)
		if (cell->point[i].result &&
		    trend->run[i].environment == trend->run[run].environment &&
		    (found < 0 || cell->point[i].changed))
			found = (int)i;
	return found;
}

static void take_verdict(struct trend_cell *cell, size_t run, const struct pair *pair)
{
	struct trend_point *point = &cell->point[run];

	point->median = pair->median_b;
	point->reference = pair->median_a;
	point->ratio = pair->known ? pair->ratio : NAN;
	point->exact = pair->exact;
	snprintf(point->verdict, sizeof(point->verdict), "%s", pair->verdict);
	point->changed = strcmp(pair->verdict, "equal") && strcmp(pair->verdict, "~");
	if (!point->changed)
		return;
	cell->changes++;
	if (cell->first_change < 0)
		cell->first_change = (int)run;
}

/* Compare a run with those before it, as `compare` does. */
static int compare_run(struct trend *trend, size_t run, const struct cells *cells)
{
	struct pairs pairs = { .n = 0 };
	int status = STATUS_GOOD;

	for (size_t i = 0; i < trend->cells; i++) {
		struct trend_point *point = &trend->cell[i].point[run];

		point->against = point->result ? reference_of(trend, &trend->cell[i], run) : -1;
		if (point->against >= 0)
			cells_add(cells, &pairs, trend->run[run].folder,
				  trend->cell[i].point[point->against].result, point->result);
	}
	if (pairs.n)
		status = pairs_compare(&pairs, cells->seed, cells->replicates);
	for (size_t i = 0, n = 0; status == STATUS_GOOD && i < trend->cells; i++)
		if (trend->cell[i].point[run].against >= 0)
			take_verdict(&trend->cell[i], run, &pairs.one[n++]);
	pairs_free(&pairs);
	return status;
}

int trend_make(struct trend *trend, const struct run_folder *runs, const char *const *paths,
	       size_t n, const struct cells *cells)
{
	int status = STATUS_GOOD;

	*trend = (struct trend){ .run = zeroed(n, sizeof(*trend->run)), .runs = n };
	for (size_t i = 0; i < n; i++)
		trend->run[i] = (struct trend_run){ .folder = &runs[i], .path = paths[i] };
	name_runs(trend);
	gather(trend, cells);
	for (size_t i = 1; status == STATUS_GOOD && i < n; i++)
		status = compare_run(trend, i, cells);
	return status;
}

void trend_free(struct trend *trend)
{
	for (size_t i = 0; i < trend->runs; i++)
		free(trend->run[i].label);
	for (size_t i = 0; i < trend->cells; i++)
		free(trend->cell[i].point);
	free(trend->run);
	free(trend->cell);
	memset(trend, 0, sizeof(*trend));
}

/* ---- the tables ---- */

enum { FEW_RUNS = 20, FIRST_RUN = 3, MOST_COLUMNS = FIRST_RUN + FEW_RUNS + 4 };

/* The run of a column: if there are too many runs, the first and the last ones. */
static size_t run_of(const struct trend *trend, size_t column)
{
	return trend->runs <= FEW_RUNS || !column ? column : trend->runs - FEW_RUNS + column;
}

static void set_median(struct lg_table *table, uint32_t column, double median)
{
	if (median == (double)(long long)median)
		lg_table_integer(table, column, "%lld", (long long)median);
	else if (!isnan(median))
		lg_table_real(table, column, "%.10g", median);
}

static void set_change(const struct trend *trend, const struct trend_cell *cell, uint32_t column,
		       struct lg_table *table)
{
	const struct trend_point *point;

	lg_table_count(table, column, cell->changes);
	if (cell->first_change < 0)
		return;
	point = &cell->point[cell->first_change];
	lg_table_set(table, column + 1, "%s", trend->run[cell->first_change].label);
	lg_table_set(table, column + 2, "%s", point->verdict);
	lg_table_set(table, column + 3, "%s", point->exact ? "exact" : "sampled");
}

static void note(const struct trend *trend, struct lg_table *table)
{
	size_t environments = trend_environments(trend);

	lg_table_note(table, "A run is compared with the one at which the cell changed last,"
		      " or the first, by the rule of 'switchyard compare'.");
	if (environments > 1)
		lg_table_note(table, "The runs were made in %zu environments; only runs of the "
			      "same one are compared.", environments);
	if (trend->runs > FEW_RUNS)
		lg_table_note(table, "%zu runs between the first and the last %d are not shown; "
			      "--out writes all.", trend->runs - FEW_RUNS, FEW_RUNS - 1);
}

static uint32_t make_columns(const struct trend *trend, size_t shown,
			     struct lg_column columns[MOST_COLUMNS])
{
	static char ids[FEW_RUNS][12];
	uint32_t n = 0;

	columns[n++] = (struct lg_column){ "bench", "benchmark", true };
	columns[n++] = (struct lg_column){ "variant", "variant", true };
	columns[n++] = (struct lg_column){ "twin", "twin", true };
	for (size_t i = 0; i < shown; i++) {
		snprintf(ids[i], sizeof(ids[i]), "run_%zu", (run_of(trend, i) + 1) % 1000000);
		columns[n++] = (struct lg_column){ ids[i], trend->run[run_of(trend, i)].label,
						   false };
	}
	columns[n++] = (struct lg_column){ "changes", "changes", false };
	columns[n++] = (struct lg_column){ "first_change", "first at", true };
	columns[n++] = (struct lg_column){ "verdict", "verdict", true };
	columns[n++] = (struct lg_column){ "how", "how", true };
	return n;
}

void trend_table(const struct trend *trend, struct lg_table *table)
{
	size_t shown = trend->runs < FEW_RUNS ? trend->runs : FEW_RUNS;
	const struct run_folder *last = trend->run[trend->runs - 1].folder;
	struct lg_column columns[MOST_COLUMNS];

	lg_table_init(table, "trend", columns, make_columns(trend, shown, columns));
	lg_table_title(table, "Medians over %zu runs, in %s (tier %s)", trend->runs, last->unit,
		       last->tier);
	for (size_t i = 0; i < trend->cells; i++) {
		const struct trend_cell *cell = &trend->cell[i];

		lg_table_row(table);
		lg_table_set(table, 0, "%s", cell->bench);
		lg_table_set(table, 1, "%s", cell->variant);
		lg_table_set(table, 2, "%s", cell->twin);
		for (size_t j = 0; j < shown; j++)
			set_median(table, (uint32_t)(FIRST_RUN + j),
				   cell->point[run_of(trend, j)].median);
		set_change(trend, cell, (uint32_t)(FIRST_RUN + shown), table);
	}
	note(trend, table);
	lg_table_constant(table, "unit", last->unit);
	lg_table_constant(table, "tier", last->tier);
}

void trend_runs_table(const struct trend *trend, struct lg_table *table)
{
	static const struct lg_column columns[] = {
		{ "run", "run", false }, { "label", "label", true }, { "folder", "folder", true },
		{ "commit", "commit", true }, { "date", "date", true },
		{ "environment", "environment", true },
	};

	lg_table_init(table, "runs", columns, sizeof(columns) / sizeof(columns[0]));
	lg_table_title(table, "The runs");
	for (size_t i = 0; i < trend->runs; i++) {
		const struct trend_run *run = &trend->run[i];
		const char *date = run_folder_text(run->folder, "env.date");

		lg_table_row(table);
		lg_table_count(table, 0, i + 1);
		lg_table_set(table, 1, "%s", run->label);
		lg_table_set(table, 2, "%s", run->path);
		lg_table_set(table, 3, "%s", commit_of(run->folder));
		lg_table_set(table, 4, "%s", date ? date : "");
		lg_table_set(table, 5, run->environment == 0 ? "first" : "of %s",
			     trend->run[run->environment].label);
	}
}

/* ---- the figure's data ---- */

enum { MOST_CURVES = 10 };

/* The divisor of a point: the cell's first median in the same environment; NAN if none. */
static double base_of(const struct trend *trend, const struct trend_cell *cell, size_t run)
{
	for (size_t i = 0; i <= run; i++)
		if (cell->point[i].result &&
		    trend->run[i].environment == trend->run[run].environment)
			return cell->point[i].median > 0 ? cell->point[i].median : NAN;
	return NAN;
}

/* A row: what is known of the point, and which curve of the figure it is on, -1 for none. */
static void write_point(const struct trend *trend, const struct trend_cell *cell, size_t run,
			int series, FILE *out)
{
	const struct trend_point *point = &cell->point[run];
	double relative = point->median / base_of(trend, cell, run);

	fprintf(out, "%d,%zu,%s,%d,%s,%s,%s,%.17g,", series, run + 1, trend->run[run].label,
		trend->run[run].environment + 1, cell->bench, cell->variant, cell->twin,
		point->median);
	if (!isnan(relative))
		fprintf(out, "%.10g", relative);
	fputc(',', out);
	if (point->against >= 0)
		fprintf(out, "%d", point->against + 1);
	fprintf(out, ",%s,%s,%d,%s,%s\n", point->verdict, point->against < 0 ? "" :
		point->exact ? "exact" : "sampled", point->changed, trend->run[run].folder->unit,
		trend->run[run].folder->tier);
}

static bool has_curve(const struct trend *trend, const struct trend_cell *cell)
{
	for (size_t i = 0; i < trend->runs; i++)
		if (cell->point[i].changed && !isnan(base_of(trend, cell, i)))
			return true;
	return false;
}

char *trend_write(const struct trend *trend, const char *path)
{
	struct whole_file file;
	size_t changed = 0, curves = 0;

	if (!whole_open(&file, path))
		return NULL;
	fputs("series,run,label,environment,bench,variant,twin,median,relative,against,verdict,"
	      "how,changed,unit,tier\n", file.stream);
	for (size_t i = 0; i < trend->cells; i++) {
		const struct trend_cell *cell = &trend->cell[i];
		bool shown = curves < MOST_CURVES && has_curve(trend, cell);

		changed += cell->changes > 0;
		for (size_t run = 0; run < trend->runs; run++)
			if (cell->point[run].result)
				write_point(trend, cell, run, shown ? (int)curves : -1,
					    file.stream);
		curves += shown;
	}
	if (!whole_commit(&file))
		return NULL;
	return text("%zu runs; %zu of %zu cells changed, %s%zu shown; each median as a ratio "
		    "to the first of its environment; a ring is a change", trend->runs, changed,
		    trend->cells, curves < changed ? "of which " : "", curves);
}
