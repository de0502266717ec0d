/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The medians of a run, cell by cell, and what they come to beside one variant's. */
#ifndef REPORT_MEDIANS_H
#define REPORT_MEDIANS_H

#include <jansson.h>
#include <stdbool.h>

#include "util/words.h"

/* NaN if the results have no such cell. */
double median_of_cell(const json_t *results, const char *bench, const char *variant,
		      const char *twin);

/* The variant that others are held against: classic if it was run, else the first. */
const char *baseline_variant(const json_t *results);

/* Of the plain twins, in the order of first mention: benchmarks that are no points of a sweep. */
void list_benches(const json_t *results, struct words *benches);
void list_variants(const json_t *results, struct words *variants);

/* The variant of the smallest median; NULL if only one has the benchmark. */
const char *cheapest_variant(const json_t *results, const char *bench);

/*
 * The geometric mean over benchmarks of a variant's median to the baseline's; those of which one is
 * not above 0 are left out.  *n is how many are in it; NaN if none is.
 */
double mean_ratio(const json_t *results, const char *variant, size_t *n);

#endif
