/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A distribution of unsigned values in bounded memory, exact while its distinct values are few.
 *
 * Values are counted in a sparse table, so every quantile is an observed value
 * and exact. When a table may grow no further (its own limit, or the limit that
 * all tables of a pool share), values are rounded to fewer significant bits: then
 * a quantile is off by at most 2^-bits of itself, and the summary says so.
 * Count, smallest, largest and mean stay exact always.
 */
#ifndef ANALYSIS_STATS_HIST_H
#define ANALYSIS_STATS_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wide.h"

#define LG_BATCHES	64

struct lg_slot {
	uint64_t value, count;
};

/* Slots that the tables of one analysis hold together. */
struct lg_pool {
	size_t used, limit;
	bool failed;		/* memory ran out: the results are void */
};

struct lg_hist {
	struct lg_pool *pool;
	struct lg_slot *slots, *last;	/* last: of the value that came before */
	uint32_t log2_slots, used;
	unsigned int bits;		/* significant bits kept, 64 is exact */
	uint64_t n, min, max;
	struct lg_wide sum;
	/* Sums of equal batches of consecutive values, for the interval. */
	uint64_t batch_size, in_batch;
	double batch_sum;
	unsigned int n_batches;
	double batch[LG_BATCHES];
};

struct lg_summary {
	uint64_t n, min, p50, p95, p99, max;
	uint64_t mode, mode_n;
	double avg;
	double half;		/* half width of the mean's 95 % interval, < 0: too few values */
	double error;		/* relative error of the quantiles, 0: exact */
};

void lg_hist_init(struct lg_hist *hist, struct lg_pool *pool);
void lg_hist_free(struct lg_hist *hist);
void lg_hist_add(struct lg_hist *hist, uint64_t value);
/* The values in rising order, hist->used of them, to be freed; NULL if there are none. */
struct lg_slot *lg_hist_sorted(const struct lg_hist *hist);
/* The smallest value that at least a share of @p of all values does not exceed. */
uint64_t lg_quantile(const struct lg_slot *sorted, size_t n, uint64_t total, double p);
bool lg_hist_summary(const struct lg_hist *hist, struct lg_summary *out);

#endif
