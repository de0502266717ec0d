/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The schedule of a boot.  A cell is one benchmark with one variant and one twin.  Each block
 * runs every cell once, in a random order of its own drawn from the seed, so that no cell is
 * always first and drift affects all cells alike.
 */
#ifndef BENCH_SCHEDULE_H
#define BENCH_SCHEDULE_H

#include "bench/data/plan.h"

struct cell {
	const char *bench, *variant, *twin;	/* owned by the plan */
};

struct step {
	struct cell cell;
	unsigned int run;			/* the block, from 1 */
};

struct schedule {
	struct step *step;
	size_t n;
};

/* The order of one boot (from 1): a function of the plan alone. */
void schedule_of_boot(struct schedule *schedule, const struct plan *plan, unsigned int boot);
void schedule_free(struct schedule *schedule);

/* Where a boot places Switcher pages and stacks: a function of the plan alone. */
struct layout {
	uint32_t region;			/* seed of the Switcher's pages; 0: as built */
	uint32_t stack;				/* bytes that every Guest's stack is moved by */
};
struct layout layout_of_boot(const struct plan *plan, unsigned int boot);

#endif
