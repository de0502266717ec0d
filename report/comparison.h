/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares two sides cell by cell.  If the counter counts instructions and all boots of a side
 * agree, the result is exact: equal, or a number more or fewer.  Otherwise it is a ratio with an
 * interval over boots, computed by build/tools/switchyard-stats (analysis/stats).
 */
#ifndef REPORT_COMPARISON_H
#define REPORT_COMPARISON_H

#include "run_folder.h"
#include "analysis/table/table.h"

struct pair {
	const json_t *a, *b;		/* results of run.json: one cell each */
	char *name, *group;		/* the benchmark; the group of its geometric mean */
	bool exact;
	double median_a, median_b;	/* the geometric mean over boots, or their common value */
	double margin;			/* relative; below 0: none is stated */
	bool known;			/* the members below are valid */
	double ratio, low, high, p, p_holm;	/* low, high, p: NAN if exact */
	char verdict[32];
};

struct pairs {
	struct pair *one;
	size_t n;
	struct pair *mean;		/* geometric means, one per group */
	size_t means;
	bool paired;			/* boots of the same number are the same boot */
};

/* Add a pair; margin is in the tier's unit (0: none), or relative. */
void pairs_add(struct pairs *pairs, const json_t *a, const json_t *b, double margin,
	       bool relative, bool counted);
void pairs_free(struct pairs *pairs);

/* Compare all pairs.  Answers an exit status. */
int pairs_compare(struct pairs *pairs, unsigned long seed, unsigned long replicates);

/*
 * Certainly slower, by more than the share `threshold`?  A cell that cost nothing, or less than
 * the loop, has no ratio: it is worse, whatever the threshold, if its cost has risen.
 */
bool pair_is_worse(const struct pair *pair, double threshold);

/* The phases in which two traces differ, if both have been analysed; false if not. */
bool phase_diff_table(struct run_folder *first, struct run_folder *last, struct lg_table *table);

#endif
