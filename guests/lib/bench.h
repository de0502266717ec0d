/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench.h - measuring in a Guest: BENCH(series, operation) times the operation
 * BENCH_SAMPLES times between two readings of the TSC and hands the differences to the
 * Launcher.  Each benchmark also measures its no-op twin, series.noop, whose cost is
 * that of the readings and the loop; analysis subtracts it.
 *
 * Storage is written once before the run, so that no sample holds a page fault of the
 * measuring itself.
 */
#ifndef BENCH_H
#define BENCH_H

#include "guest.h"

#define BENCH_SAMPLES	2000

static uint32_t bench_values[BENCH_SAMPLES];
static struct samples_block bench_block;

static uint32_t bench_count;

static inline void bench_hand_over(const char *series)
{
	bench_block.magic = SAMPLES_MAGIC;
	bench_block.count = bench_count;
	bench_block.values_pa = (uint32_t)bench_values;
	memset(bench_block.series, 0, sizeof(bench_block.series));
	memcpy(bench_block.series, series, strlen(series));
	out32(PORT_SAMPLES, (uint32_t)&bench_block);
}

/* How many samples: `samples` of the command line, at most BENCH_SAMPLES. */
static inline void bench_prepare(void)
{
	bench_count = guest_number("samples", BENCH_SAMPLES);
	if (bench_count > BENCH_SAMPLES)
		bench_count = BENCH_SAMPLES;
	memset(bench_values, 0xff, sizeof(bench_values));
}

/* Take the samples and keep them; `before_each` is not timed. */
#define BENCH_TAKE(before_each, operation)					\
do {										\
	bench_prepare();							\
	for (uint32_t bench_i = 0; bench_i < bench_count; bench_i++) {		\
		uint32_t bench_before;						\
										\
		before_each;							\
		bench_before = tsc_low();					\
		operation;							\
		bench_values[bench_i] = tsc_low() - bench_before;		\
	}									\
} while (0)

/* The same, and hand them over. */
#define BENCH_EACH(series, before_each, operation)				\
do {										\
	BENCH_TAKE(before_each, operation);					\
	bench_hand_over(series);						\
} while (0)

#define BENCH(series, operation)	BENCH_EACH(series, , operation)

/* PREFIX.NUMBER and what follows, for a sweep; the text lasts until the next call. */
static inline const char *bench_name(const char *prefix, uint32_t number, const char *suffix)
{
	static char name[52];
	uint32_t n = strlen(prefix), digits = 1;

	memset(name, 0, sizeof(name));
	memcpy(name, prefix, n);
	name[n++] = '.';
	for (uint32_t rest = number; rest > 9; rest /= 10)
		digits++;
	for (uint32_t i = digits; i--; number /= 10)
		name[n + i] = '0' + number % 10;
	memcpy(name + n + digits, suffix, strlen(suffix));
	return name;
}

/* For an operation that reads the TSC itself and has the difference as its value. */
#define BENCH_VALUE(series, difference)						\
do {										\
	bench_prepare();							\
	for (uint32_t bench_i = 0; bench_i < bench_count; bench_i++)		\
		bench_values[bench_i] = (difference);				\
	bench_hand_over(series);						\
} while (0)

#endif
