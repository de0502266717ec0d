/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics of a sampled comparison.  The unit is the boot: samples of one boot share its
 * layout, placement and drift, so only boots are independent, and an interval over pooled
 * samples would be far too narrow.
 *
 * The effect is the ratio of medians: of each boot the median of its samples, over boots
 * the geometric mean.  The bootstrap is that of hierarchical data (Davison and Hinkley,
 * "Bootstrap Methods", section 3.8): boots are drawn with replacement, and what lies
 * below a boot stays as it is, since to draw that again would count its noise twice.
 * Plain percentiles are far too short for few boots (84 % for four).  So each draw gets normal
 * noise that makes up for dividing by n instead of n - 1 (the smoothed bootstrap, section 3.4),
 * and the percentiles are moved outwards by Student's t.
 *
 * This and main.c are all that is linked with GSL, whose licence is GPL-3.0-or-later: so
 * is that of the program made of them, which is a process of its own for that reason.
 */
#ifndef ANALYSIS_STATS_COMPARE_H
#define ANALYSIS_STATS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

/* With fewer boots on a side there is no verdict. */
enum { STATS_LEAST_BOOTS = 6 };
#define STATS_LEVEL 0.95
/* With more comparisons Holm's correction decides. */
enum { STATS_HOLM_ABOVE = 10 };

struct side {
	const double *median;		/* of each boot, above zero */
	size_t boots;
};

struct settings {
	unsigned long seed, replicates;
	bool paired;			/* boot i of both sides is one boot */
};

enum verdict {
	VERDICT_NOTHING,		/* ~: no verdict is possible */
	VERDICT_EQUAL,			/* the interval lies within the margin */
	VERDICT_LESS, VERDICT_MORE,	/* it excludes 1 */
};

struct effect {
	bool known;			/* false: too few boots, or one not above zero */
	double ratio, low, high;	/* of b to a, with the interval */
	double p, p_holm;		/* two-sided; p_holm by stats_holm() */
};

/* The ratio of b to a. */
struct effect stats_compare(const struct side *a, const struct side *b,
			    const struct settings *settings);

/* Set p_holm of all that are known, as one family; answers how many those are. */
size_t stats_holm(struct effect *effect, size_t n);

/*
 * margin: the largest relative change that does not matter, 0.01 for one in a hundred;
 * below zero there is none, and nothing is ever called equal.  family: the answer of
 * stats_holm().
 */
enum verdict stats_verdict(const struct effect *effect, double margin, size_t family);
const char *stats_verdict_name(enum verdict verdict);

#endif
