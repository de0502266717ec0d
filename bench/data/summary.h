/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Summary statistics of a cell: warm-up samples are dropped, and the median of the empty loop is
 * subtracted.  A quantile is the smallest sample that at least that share of samples does not
 * exceed, so every quantile is a measured value.
 */
#ifndef BENCH_DATA_SUMMARY_H
#define BENCH_DATA_SUMMARY_H

#include "samples.h"

struct summary {
	size_t n;
	double overhead;		/* median of the no-op twin; 0 if it has none */
	bool overhead_known;
	double raw_median;
	double min, p25, median, p75, p95, p99, max, mean;	/* net of the overhead */
	double same;			/* share of samples equal to the median */
};

/* In ascending order. */
void sort_values(double *v, size_t n);

/* The smallest of v[0..n), which is sorted, that at least the share q of them does not exceed. */
double quantile(const double *v, size_t n, double q);

/*
 * Summarise the series of (bench, variant, twin) in one boot, or in all if boot is 0.  False if
 * nothing is left after the warm-up is dropped.
 */
bool summarise(struct summary *summary, const struct samples *samples, const char *bench,
	       const char *variant, const char *twin, unsigned int boot, unsigned int warmup);

/* The net samples themselves, in the long form, warm-up dropped. */
void write_net(const struct samples *samples, unsigned int warmup, FILE *stream);

/* True for the name of a no-op twin's series. */
bool is_noop(const char *bench);

/* The number behind the last point of PREFIX.NUMBER, or -1: a sweep's name ends so. */
long sweep_number(const char *bench);

#endif
