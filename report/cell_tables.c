/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables that hold the cells of a run against each other, see cell_tables.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cell_tables.h"
#include "cells.h"
#include "medians.h"
#include "util/file.h"

/* A whole number as it is, another with one digit. */
static void set_median(struct lg_table *table, uint32_t column, double median)
{
	if (median == floor(median))
		lg_table_integer(table, column, "%lld", (long long)median);
	else
		lg_table_real(table, column, "%.1f", median);
}

enum { BT_BENCH, BT_BASE, BT_VARIANT, BT_MEDIAN, BT_LESS, BT_RATIO, BT_COLUMNS };

static const struct lg_column best_columns[] = {
	[BT_BENCH] = { "bench", "benchmark", true },
	[BT_BASE] = { "baseline", "baseline", false },
	[BT_VARIANT] = { "variant", "cheapest variant", true },
	[BT_MEDIAN] = { "median", "median", false },
	[BT_LESS] = { "difference", "difference", false },
	[BT_RATIO] = { "ratio", "ratio", false },
};

static void best_row(const json_t *results, const char *bench, const char *base,
		     struct lg_table *table)
{
	const char *best = cheapest_variant(results, bench);
	double of = median_of_cell(results, bench, base, "plain"), median;

	if (!best || isnan(of))
		return;
	median = median_of_cell(results, bench, best, "plain");
	lg_table_row(table);
	lg_table_set(table, BT_BENCH, "%s", bench);
	set_median(table, BT_BASE, of);
	lg_table_set(table, BT_VARIANT, "%s", median < of ? best : base);
	set_median(table, BT_MEDIAN, median);
	set_median(table, BT_LESS, median - of);
	if (of > 0)
		lg_table_real(table, BT_RATIO, "%.3f", median / of);
}

void best_table(const struct run_folder *run, struct lg_table *table)
{
	const json_t *results = cells_results(run);
	const char *base = baseline_variant(results);
	struct words benches = { NULL, 0 };

	lg_table_init(table, "best", best_columns, BT_COLUMNS);
	lg_table_title(table, "The cheapest variant of each benchmark, in %s; the baseline is %s",
		       run->unit, base ? base : "none");
	list_benches(results, &benches);
	for (size_t i = 0; base && i < benches.n; i++)
		best_row(results, benches.word[i], base, table);
	words_free(&benches);
}

enum { PT_BENCH, PT_VARIANT, PT_PLAIN, PT_PROBED, PT_MORE, PT_COLUMNS };

static const struct lg_column probes_columns[] = {
	[PT_BENCH] = { "bench", "benchmark", true },
	[PT_VARIANT] = { "variant", "variant", true },
	[PT_PLAIN] = { "plain", "plain", false },
	[PT_PROBED] = { "probed", "probed", false },
	[PT_MORE] = { "difference", "difference", false },
};

static void probes_rows(const json_t *results, struct lg_table *table)
{
	struct words benches = { NULL, 0 }, variants = { NULL, 0 };

	list_benches(results, &benches);
	list_variants(results, &variants);
	for (size_t b = 0; b < benches.n; b++)
		for (size_t v = 0; v < variants.n; v++) {
			const char *bench = benches.word[b], *variant = variants.word[v];
			double plain = median_of_cell(results, bench, variant, "plain");
			double probed = median_of_cell(results, bench, variant, "probed");

			if (isnan(plain) || isnan(probed))
				continue;
			lg_table_row(table);
			lg_table_set(table, PT_BENCH, "%s", bench);
			lg_table_set(table, PT_VARIANT, "%s", variant);
			set_median(table, PT_PLAIN, plain);
			set_median(table, PT_PROBED, probed);
			set_median(table, PT_MORE, probed - plain);
		}
	words_free(&benches);
	words_free(&variants);
}

void probes_table(const struct run_folder *run, struct lg_table *table)
{
	char *path = text("%s/controls/run.json", run->path);
	json_t *controls = exists(path) ? json_load_file(path, 0, NULL) : NULL;

	lg_table_init(table, "probes", probes_columns, PT_COLUMNS);
	lg_table_title(table, "What the probes of the Switcher add to one operation, in %s",
		       run->unit);
	probes_rows(cells_results(run), table);
	probes_rows(json_object_get(controls, "results"), table);
	json_decref(controls);
	free(path);
}
