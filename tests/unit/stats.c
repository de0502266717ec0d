/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sampled comparisons on synthetic data, where the truth is known: do intervals cover it
 * as often as they say, is nothing found where nothing is, is a known shift found; and
 * the same answers computed another way.
 *
 * The data come from a generator of our own, so that no fault of the library that is
 * tested can hide in them; seeds are fixed, so each trial is the same everywhere.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "analysis/stats/compare.h"

enum { TRIALS = 1000, MOST_BOOTS = 200 };

/* SplitMix64, and from it a number between 0 and 1, both ends excluded. */
static double uniform(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(uint64_t *state)
{
	double radius = sqrt(-2 * log(uniform(state)));

	return radius * cos(6.283185307179586 * uniform(state));
}

/* How boots scatter, in units of one standard deviation around 0. */
typedef double scatter(uint64_t *state);

static double skewed(uint64_t *state)
{
	return -log(uniform(state)) - 1;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct design {
	size_t boots[2];
	bool paired;			/* a boot moves both sides alike */
	scatter *scatter;
	double deviation;		/* of boots, relative */
	size_t samples;			/* of each boot; 0: the boot's median itself */
	double truth;			/* ratio of b to a */
};

/*
 * The median of one boot: of samples with a long tail to the right, as latencies have,
 * whose own median is the boot's.
 */
static double boot_median(const struct design *design, double level, uint64_t *state)
{
	double value[64];

	if (!design->samples)
		return level;
	for (size_t i = 0; i < design->samples; i++)
		value[i] = level * (1 + 0.02 * (-log(uniform(state)) - 0.6931471805599453));
	qsort(value, design->samples, sizeof(*value), ascending);
	return value[design->samples / 2];
}

struct data {
	double median[2][MOST_BOOTS];
	struct side side[2];
};

static void make_data(struct data *data, const struct design *design, uint64_t *state)
{
	double shared[MOST_BOOTS];

	for (size_t i = 0; i < MOST_BOOTS; i++)
		shared[i] = design->paired ? 0.2 * normal(state) : 0;
	for (int s = 0; s < 2; s++) {
		for (size_t i = 0; i < design->boots[s]; i++) {
			double level = 400 * exp(shared[i] + design->deviation *
						 design->scatter(state));

			if (s)
				level *= design->truth;
			data->median[s][i] = boot_median(design, level, state);
		}
		data->side[s] = (struct side){ data->median[s], design->boots[s] };
	}
}

struct outcome {
	unsigned int covered, less, more, equal;
};

static struct outcome try(const struct design *design, double margin)
{
	struct settings settings = { .replicates = 2000, .paired = design->paired };
	struct outcome outcome = { 0 };
	uint64_t state = 20;

	for (unsigned int trial = 0; trial < TRIALS; trial++) {
		struct data data;
		struct effect effect;
		enum verdict verdict;

		make_data(&data, design, &state);
		settings.seed = trial;
		effect = stats_compare(&data.side[0], &data.side[1], &settings);
		assert_true(effect.known);
		verdict = stats_verdict(&effect, margin, 1);
		outcome.covered += effect.low <= design->truth && design->truth <= effect.high;
		outcome.less += verdict == VERDICT_LESS;
		outcome.more += verdict == VERDICT_MORE;
		outcome.equal += verdict == VERDICT_EQUAL;
	}
	return outcome;
}

static const struct design designs[] = {
	{ { 6, 6 }, true, normal, 0.02, 0, 1.05 },
	{ { 8, 8 }, true, skewed, 0.02, 0, 0.93 },
	{ { 8, 8 }, false, normal, 0.02, 0, 1.10 },
	{ { 12, 8 }, false, normal, 0.03, 0, 1.00 },
	{ { 10, 10 }, true, normal, 0.01, 31, 1.02 },
	{ { 20, 20 }, false, skewed, 0.02, 15, 0.80 },
};
enum { DESIGNS = sizeof(designs) / sizeof(designs[0]) };

static void coverage(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < DESIGNS; i++) {
		unsigned int covered = try(&designs[i], -1).covered;

		print_message("design %zu: %u of %d intervals cover the truth\n", i, covered,
			      TRIALS);
		assert_in_range(covered, 930, 970);
	}
}

/*
 * Nothing there: at most one in twenty trials may find something, over all designs; of a
 * single one no more than chance makes of that in so many trials.
 */
static void a_against_a(void **unused)
{
	unsigned int all = 0;

	(void)unused;
	for (size_t i = 0; i < DESIGNS; i++) {
		struct design same = designs[i];
		struct outcome outcome;

		same.truth = 1;
		outcome = try(&same, 0.005);
		print_message("design %zu: %u of %d differ\n", i, outcome.less + outcome.more,
			      TRIALS);
		assert_in_range(outcome.less + outcome.more, 0, 64);
		all += outcome.less + outcome.more;
	}
	assert_in_range(all, 0, DESIGNS * TRIALS / 20);
}

static void known_shift(void **unused)
{
	struct design design = { { 10, 10 }, true, normal, 0.01, 31, 1.03 };
	struct outcome outcome = try(&design, 0.005);

	(void)unused;
	assert_in_range(outcome.more, 990, TRIALS);
	assert_int_equal(outcome.less, 0);
	assert_int_equal(outcome.equal, 0);
	design.truth = 1 / 1.03;
	assert_in_range(try(&design, 0.005).less, 990, TRIALS);
}

/* Equal is said where the margin is wide and boots agree, and never without a margin. */
static void equal_within_margin(void **unused)
{
	struct design design = { { 10, 10 }, true, normal, 0.005, 0, 1 };

	(void)unused;
	assert_in_range(try(&design, 0.02).equal, 990, TRIALS);
	assert_int_equal(try(&design, -1).equal, 0);
}

/* Many boots of normal scatter: the textbook's interval, without a bootstrap. */
static void against_the_textbook(void **unused)
{
	struct design design = { { 200, 200 }, false, normal, 0.05, 0, 1.07 };
	struct settings settings = { .seed = 3, .replicates = 50000 };
	double mean[2] = { 0 }, square[2] = { 0 }, centre, error;
	uint64_t state = 5;
	struct effect effect;
	struct data data;

	(void)unused;
	make_data(&data, &design, &state);
	for (int s = 0; s < 2; s++) {
		for (size_t i = 0; i < 200; i++)
			mean[s] += log(data.median[s][i]) / 200;
		for (size_t i = 0; i < 200; i++)
			square[s] += pow(log(data.median[s][i]) - mean[s], 2) / 199;
	}
	centre = mean[1] - mean[0];
	error = sqrt(square[0] / 200 + square[1] / 200);
	effect = stats_compare(&data.side[0], &data.side[1], &settings);
	assert_true(fabs(log(effect.ratio) - centre) < 1e-12);
	/* 1.9660: Student's t for 398 degrees of freedom, from a table. */
	assert_true(fabs(log(effect.low) - (centre - 1.9660 * error)) < 0.06 * error);
	assert_true(fabs(log(effect.high) - (centre + 1.9660 * error)) < 0.06 * error);
}

/* The share of all 2^12 ways to swap the sides of twelve boots that come as far out. */
static double permutation_p(const double *difference)
{
	double seen = 0;
	unsigned int far = 0;

	for (size_t i = 0; i < 12; i++)
		seen += difference[i];
	for (unsigned int way = 0; way < 1u << 12; way++) {
		double sum = 0;

		for (size_t i = 0; i < 12; i++)
			sum += way >> i & 1 ? -difference[i] : difference[i];
		far += fabs(sum) >= fabs(seen) - 1e-12;
	}
	return far / 4096.0;
}

static void against_permutations(void **unused)
{
	struct design design = { { 12, 12 }, true, normal, 0.01, 0, 1.006 };
	struct settings settings = { .replicates = 20000, .paired = true };
	uint64_t state = 9;

	(void)unused;
	for (unsigned int trial = 0; trial < 20; trial++) {
		double difference[12];
		struct effect effect;
		struct data data;

		make_data(&data, &design, &state);
		for (size_t i = 0; i < 12; i++)
			difference[i] = log(data.median[1][i] / data.median[0][i]);
		settings.seed = trial;
		effect = stats_compare(&data.side[0], &data.side[1], &settings);
		assert_true(fabs(effect.p - permutation_p(difference)) < 0.05);
		/* p and the interval must agree. */
		if (fabs(effect.p - 0.05) > 0.005)
			assert_int_equal(effect.p < 0.05, effect.low > 1 || effect.high < 1);
	}
}

/*
 * Holm's step-down is the closure of Bonferroni's test: a comparison's corrected p is the
 * largest, over all families that hold it, of the family's size times its smallest p.
 */
static double closed_p(const struct effect *effect, size_t n, size_t which)
{
	double largest = 0;

	for (unsigned int family = 1; family < 1u << n; family++) {
		double least = 1;
		unsigned int size = 0;

		if (!(family >> which & 1))
			continue;
		for (size_t i = 0; i < n; i++)
			if (family >> i & 1) {
				size++;
				least = fmin(least, effect[i].p);
			}
		largest = fmax(largest, fmin(1, size * least));
	}
	return largest;
}

static void holm_by_closure(void **unused)
{
	uint64_t state = 11;

	(void)unused;
	for (unsigned int trial = 0; trial < 50; trial++) {
		struct effect effect[7];

		for (size_t i = 0; i < 7; i++)
			effect[i] = (struct effect){ .known = i != 3, .p = pow(uniform(&state), 3),
						     .p_holm = -1 };
		assert_int_equal(stats_holm(effect, 7), 6);
		assert_true(effect[3].p_holm == -1);
		effect[3] = effect[6];
		for (size_t i = 0; i < 6; i++)
			assert_true(fabs(effect[i].p_holm - closed_p(effect, 6, i)) < 1e-12);
	}
}

/* With more than ten comparisons p = 0.02 alone is no longer enough. */
static void holm_decides(void **unused)
{
	struct effect effect = { true, 0.9, 0.85, 0.95, 0.02, 0.24 };

	(void)unused;
	assert_int_equal(stats_verdict(&effect, -1, 10), VERDICT_LESS);
	assert_int_equal(stats_verdict(&effect, -1, 11), VERDICT_NOTHING);
}

static void too_few_boots(void **unused)
{
	static const double few[] = { 100, 101, 99, 100, 98 }, zero[] = { 3, 0, 3, 3, 3, 3 };
	static const double same[] = { 7, 7, 7, 7, 7, 7 };
	struct side a = { few, 5 }, b = { few, 5 }, c = { zero, 6 }, d = { same, 6 };
	struct settings settings = { .replicates = 200 };
	struct effect effect;

	(void)unused;
	assert_false(stats_compare(&a, &b, &settings).known);
	assert_false(stats_compare(&c, &d, &settings).known);
	effect = stats_compare(&d, &d, &settings);
	assert_true(effect.known && effect.low == 1 && effect.high == 1 && effect.p == 1);
	assert_int_equal(stats_verdict(&effect, 0, 1), VERDICT_EQUAL);
	effect.known = false;
	assert_int_equal(stats_verdict(&effect, 1, 1), VERDICT_NOTHING);
}

/* Two sides that boots move alike differ significantly only if they are compared as a pair. */
static void pairs_matter(void **unused)
{
	struct design design = { { 10, 10 }, true, normal, 0.005, 0, 1.03 };
	struct settings settings = { .replicates = 2000, .seed = 1 };
	struct data data;
	uint64_t state = 2;

	(void)unused;
	make_data(&data, &design, &state);
	assert_true(stats_compare(&data.side[0], &data.side[1], &settings).low < 1);
	settings.paired = true;
	assert_true(stats_compare(&data.side[0], &data.side[1], &settings).low > 1.02);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(coverage),
		cmocka_unit_test(a_against_a),
		cmocka_unit_test(known_shift),
		cmocka_unit_test(equal_within_margin),
		cmocka_unit_test(against_the_textbook),
		cmocka_unit_test(against_permutations),
		cmocka_unit_test(holm_by_closure),
		cmocka_unit_test(holm_decides),
		cmocka_unit_test(too_few_boots),
		cmocka_unit_test(pairs_matter),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
