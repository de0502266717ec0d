/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The medians of a run, see medians.h. */
#include <math.h>
#include <string.h>

#include "bench/data/summary.h"
#include "cells.h"
#include "medians.h"

double median_of_cell(const json_t *results, const char *bench, const char *variant,
		      const char *twin)
{
	const json_t *result = cells_find(results, bench, variant, twin);
	const json_t *median = json_object_get(json_object_get(result, "summary"), "median");

	return json_is_number(median) ? json_number_value(median) : NAN;
}

static bool is_plain(const json_t *result)
{
	const char *bench = cells_word(result, "bench");

	return !strcmp(cells_word(result, "twin"), "plain") && !is_noop(bench) &&
	       sweep_number(bench) < 0;
}

static void list(const json_t *results, const char *key, struct words *words)
{
	json_t *result;
	size_t i;

	json_array_foreach(results, i, result)
		if (is_plain(result) && !words_have(words, cells_word(result, key)))
			words_add(words, cells_word(result, key));
}

void list_benches(const json_t *results, struct words *benches)
{
	list(results, "bench", benches);
}

void list_variants(const json_t *results, struct words *variants)
{
	list(results, "variant", variants);
}

const char *baseline_variant(const json_t *results)
{
	const char *first = NULL;
	json_t *result;
	size_t i;

	json_array_foreach(results, i, result) {
		const char *variant = cells_word(result, "variant");

		if (!is_plain(result))
			continue;
		if (!strcmp(variant, "classic"))
			return variant;
		first = first ? first : variant;
	}
	return first;
}

const char *cheapest_variant(const json_t *results, const char *bench)
{
	const char *best = NULL;
	double least = INFINITY;
	size_t i, n = 0;
	json_t *result;

	json_array_foreach(results, i, result) {
		double median;

		if (!is_plain(result) || strcmp(cells_word(result, "bench"), bench))
			continue;
		median = median_of_cell(results, bench, cells_word(result, "variant"), "plain");
		n++;
		if (median < least) {
			least = median;
			best = cells_word(result, "variant");
		}
	}
	return n > 1 ? best : NULL;
}

double mean_ratio(const json_t *results, const char *variant, size_t *n)
{
	const char *baseline = baseline_variant(results);
	struct words benches = { NULL, 0 };
	double sum = 0;

	*n = 0;
	if (!baseline)
		return NAN;
	list_benches(results, &benches);
	for (size_t i = 0; i < benches.n; i++) {
		double of = median_of_cell(results, benches.word[i], baseline, "plain");
		double median = median_of_cell(results, benches.word[i], variant, "plain");

		if (!(of > 0) || !(median > 0))
			continue;
		sum += log(median / of);
		++*n;
	}
	words_free(&benches);
	return *n ? exp(sum / (double)*n) : NAN;
}
