/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:249 Data of the figures, see figures.h. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "figures.h"
#include "run_tables.h"
#include "samples.h"
#include "summary.h"
#include "tables.h"

/* All samples of one cell, over runs and boots. */
struct group {
	const struct series *like;
	double *value;
	size_t n;
	unsigned int boots;
};

struct groups {
	struct group *group;
	size_t n, samples;
	unsigned int boots;
};

/* Net samples if the run has them, else raw ones. */
static bool read_samples(const struct rundir *run, struct samples *samples)
{
	char *net = text("%s/net.csv", run->path), *raw = text("%s/samples.csv", run->path);
	const char *path = exists(net) ? net : raw;
	FILE *file = fopen(path, "r");
	char why[SAMPLES_WHY] = "it is not there";
	bool good = file && samples_read(samples, file, why);

	if (!good)
		say_error("'%s' cannot be read: %s", path, why);
	if (file)
		fclose(file);
	free(net);
	free(raw);
	return good;
}

static bool same_cell(const struct series *a, const struct series *b)
{
	return !strcmp(a->bench, b->bench) && !strcmp(a->variant, b->variant) &&
	       !strcmp(a->twin, b->twin);
}

static struct group *group_of(struct groups *groups, const struct series *series)
{
	for (size_t i = 0; i < groups->n; i++)
		if (same_cell(groups->group[i].like, series))
			return &groups->group[i];
	groups->group = reallocarray(groups->group, groups->n + 1, sizeof(*groups->group));
	if (!groups->group)
		abort();
	groups->group[groups->n] = (struct group){ .like = series };
	return &groups->group[groups->n++];
}

static void add_series(struct groups *groups, const struct series *series)
{
	struct group *group = group_of(groups, series);

	group->value = reallocarray(group->value, group->n + series->n, sizeof(double));
	if (!group->value)
		abort();
	memcpy(group->value + group->n, series->value, series->n * sizeof(double));
	group->n += series->n;
	if (series->boot > group->boots)
		group->boots = series->boot;
	if (series->boot > groups->boots)
		groups->boots = series->boot;
	groups->samples += series->n;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* False, and says so, if there is nothing, or what is there is of another unit than the run. */
static bool gather(const struct rundir *run, const struct samples *samples, struct groups *groups)
{
	for (size_t i = 0; i < samples->n; i++) {
		const struct series *series = &samples->series[i];

		if (is_noop(series->bench) || !series->n)
			continue;
		if (strcmp(series->unit, run->unit)) {
			say_error("samples are in %s, but the run is in %s: tiers never mix",
				  series->unit, run->unit);
			return false;
		}
		add_series(groups, series);
	}
	for (size_t i = 0; i < groups->n; i++)
		qsort(groups->group[i].value, groups->group[i].n, sizeof(double), by_value);
	if (!groups->n)
		say_error("the run holds no sample to draw");
	return groups->n;
}

static void groups_free(struct groups *groups)
{
	for (size_t i = 0; i < groups->n; i++)
		free(groups->group[i].value);
	free(groups->group);
}

/* What tells the series apart: parts that all share are left out. */
static char *label(const struct groups *groups, const struct series *series)
{
	const struct series *first = groups->group[0].like;
	bool bench = false, variant = false;

	for (size_t i = 1; i < groups->n; i++) {
		bench |= strcmp(groups->group[i].like->bench, first->bench);
		variant |= strcmp(groups->group[i].like->variant, first->variant);
	}
	return text("%s%s%s%s%s", bench ? series->bench : "", bench ? " " : "",
		    variant || !bench ? series->variant : "", variant || !bench ? " " : "",
		    series->twin);
}

enum { MOST_LINES = 4000 };

static size_t distinct(const struct group *group)
{
	size_t n = 1;

	for (size_t i = 1; i < group->n; i++)
		n += group->value[i] != group->value[i - 1];
	return n;
}

/* The end of at least `least` values, and of those equal to the last of them. */
static size_t next_end(const struct group *group, size_t start, size_t least)
{
	size_t end = start + least;

	if (end > group->n)
		return group->n;
	while (end < group->n && group->value[end] == group->value[end - 1])
		end++;
	return end;
}

/*
 * One line for each distinct value, after one that opens the curve at zero.
 * Of very many distinct values a line stands for a small share of all samples.
 */
static void write_group(const struct rundir *run, const struct groups *groups, size_t number,
			FILE *out)
{
	const struct group *group = &groups->group[number];
	const struct series *like = group->like;
	size_t least = distinct(group) > MOST_LINES ? group->n / MOST_LINES + 1 : 1;
	char *name = label(groups, like);
	char *head = text("%zu,%s,%s,%s,%s,%s,%s,%u", number, name, like->bench, like->variant,
			  like->twin, run->unit, run->tier, group->boots);

	fprintf(out, "%s,%.10g,0,0,0\n", head, group->value[0]);
	for (size_t i = 0, end; i < group->n; i = end) {
		end = next_end(group, i, least);
		fprintf(out, "%s,%.10g,%zu,%.9f,%.9f\n", head, group->value[end - 1], end - i,
			(double)i / (double)group->n, (double)end / (double)group->n);
	}
	free(head);
	free(name);
}

static bool write_groups(const struct rundir *run, const struct groups *groups, const char *path)
{
	struct whole_file file;

	if (!whole_open(&file, path))
		return false;
	fputs("series,label,bench,variant,twin,unit,tier,boots,value,count,below,upto\n",
	      file.stream);
	for (size_t i = 0; i < groups->n; i++)
		write_group(run, groups, i, file.stream);
	return whole_commit(&file);
}

static char *make_cdf(struct rundir *run, const char *path)
{
	struct samples samples = { 0 };
	struct groups groups = { 0 };
	char *numbers = NULL;

	if (read_samples(run, &samples) && gather(run, &samples, &groups) &&
	    write_groups(run, &groups, path))
		numbers = text("n = %zu in %zu curve%s, %u boot%s", groups.samples, groups.n,
			       groups.n == 1 ? "" : "s", groups.boots,
			       groups.boots == 1 ? "" : "s");
	groups_free(&groups);
	samples_free(&samples);
	return numbers;
}

static bool write_sheet(const struct lg_sheet *sheet, const char *path)
{
	struct whole_file file;

	if (!whole_open(&file, path))
		return false;
	lg_sheet_write(sheet, LG_CSV, file.stream);
	return whole_commit(&file);
}

/* Has any switch stamps that are good? */
static bool any_ledger(const struct lg_tally *tally)
{
	for (uint32_t i = 0; i < tally->n_rows; i++)
		if (tally->rows[i]->ledger[LG_LEDGER_GOOD])
			return true;
	return false;
}

static uint32_t column_of(const struct lg_sheet *sheet, const char *id)
{
	uint32_t i = 0;

	while (i + 1 < sheet->n_columns && strcmp(sheet->columns[i].id, id))
		i++;
	return i;
}

/* What the bars are made of, from the rows of the table that have one. */
static char *describe_bars(const struct lg_sheet *sheet)
{
	uint32_t of = column_of(sheet, "bar_of"), kind = column_of(sheet, "kind");
	uint32_t samples = column_of(sheet, "samples");
	unsigned long long n = 0;
	bool medians = false;

	for (uint32_t row = 0; row < sheet->n_rows; row++) {
		const char *stat = lg_sheet_cell(sheet, row, of);

		if (!*stat || strcmp(lg_sheet_cell(sheet, row, kind), "sum"))
			continue;
		medians = !strcmp(stat, "median");
		n += strtoull(lg_sheet_cell(sheet, row, samples), NULL, 10);
	}
	return text("n = %llu switches, 1 recording, bars are %s", n, medians ?
		    "medians, which add up exactly" : "means with 95 % intervals");
}

static char *make_phases(struct rundir *run, const char *path)
{
	static const struct lg_options options = { 0 };
	struct lg_sheet sheet;
	char *numbers = NULL;

	if (!run->trace) {
		say_error("the run has no trace: make one with 'switchyard record -o RUN'");
		return NULL;
	}
	if (!run->analysed)
		rundir_analyse(run, &options);
	if (run->status != STATUS_GOOD) {
		say_error("%s", run->why);
		return NULL;
	}
	if (!any_ledger(&run->tally)) {
		say_error("the trace holds no stamps: record the probed twin");
		return NULL;
	}
	lg_table_phases(&run->tally, run->unit, &sheet);
	lg_sheet_constant(&sheet, "unit", run->unit);
	lg_sheet_constant(&sheet, "tier", run->tier);
	if (write_sheet(&sheet, path))
		numbers = describe_bars(&sheet);
	lg_sheet_free(&sheet);
	return numbers;
}

const struct figure figures[] = {
	{ "cdf", make_cdf },
	{ "phases", make_phases },
};
const size_t n_figures = sizeof(figures) / sizeof(figures[0]);
