/* SPDX-License-Identifier: GPL-2.0-or-later */
/*G:050
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

struct samples_block {
	uint32_t magic, count, values_pa;
	char series[52];
};
#define SAMPLES_MAGIC	0x4c504d53

static uint32_t bench_values[BENCH_SAMPLES];
static struct samples_block bench_block;

static inline void bench_hand_over(const char *series, uint32_t count)
{
	bench_block.magic = SAMPLES_MAGIC;
	bench_block.count = count;
	bench_block.values_pa = (uint32_t)bench_values;
	memset(bench_block.series, 0, sizeof(bench_block.series));
	memcpy(bench_block.series, series, strlen(series));
	out32(PORT_SAMPLES, (uint32_t)&bench_block);
}

#define BENCH(series, operation)						\
do {										\
	uint32_t bench_n = guest_number("samples", BENCH_SAMPLES);		\
										\
	if (bench_n > BENCH_SAMPLES)						\
		bench_n = BENCH_SAMPLES;					\
	memset(bench_values, 0xff, sizeof(bench_values));			\
	for (uint32_t bench_i = 0; bench_i < bench_n; bench_i++) {		\
		uint32_t bench_before = tsc_low();				\
		operation;							\
		bench_values[bench_i] = tsc_low() - bench_before;		\
	}									\
	bench_hand_over(series, bench_n);					\
} while (0)

#endif
