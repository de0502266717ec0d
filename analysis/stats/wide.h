/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sum of 64-bit values that does not overflow, also where there is no type of 128 bits. */
#ifndef ANALYSIS_STATS_WIDE_H
#define ANALYSIS_STATS_WIDE_H

#include <stdint.h>

struct lg_wide {
	uint64_t low, high;
};

static inline void lg_wide_add(struct lg_wide *sum, uint64_t value)
{
	sum->low += value;
	sum->high += sum->low < value;
}

/* Exact below 2^64. */
static inline long double lg_wide_value(const struct lg_wide *sum)
{
	return 0x1p64L * sum->high + sum->low;
}

#endif
