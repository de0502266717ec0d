/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order in which cells are run.  A cell is one benchmark with one variant
 * and one twin.  Each block of a boot runs every cell once, in an order drawn
 * anew from the seed, so that no cell is always first and drift falls on all.
 */
#ifndef BENCH_ORDER_H
#define BENCH_ORDER_H

#include "bench/data/plan.h"

struct cell {
	const char *bench, *variant, *twin;	/* owned by the plan */
};

struct step {
	struct cell cell;
	unsigned int run;			/* the block, from 1 */
};

struct order {
	struct step *step;
	size_t n;
};

/* The order of one boot (from 1): a function of the plan alone. */
void order_of_boot(struct order *order, const struct plan *plan, unsigned int boot);
void order_free(struct order *order);

/* Where a boot puts what its plan may put somewhere: a function of the plan alone. */
struct layout {
	uint32_t region;			/* seed of the Switcher's pages; 0: as built */
	uint32_t stack;				/* bytes that every Guest's stack is moved by */
};
struct layout layout_of_boot(const struct plan *plan, unsigned int boot);

#endif
