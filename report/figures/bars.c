/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The geometry of bars of phases, see bars.h. */
#include <math.h>
#include <stdlib.h>

#include "bars.h"

/* A stack of phases in a panel. */
struct stack {
	enum lg_interval phase, sum;
	double miss_percent;		/* allowed error of a sum of medians */
};

static const struct stack trip = { LG_PHASE, LG_SUM, 0 };
static const struct stack handling = { LG_PHASE_IN_C, LG_SUM_IN_C, 5 };

/* The breakdown that a panel stacks. */
static const struct lg_phases *phases_of(const struct lg_phase_row *row, const struct stack *stack)
{
	return stack == &trip ? &row->class->breakdown : &row->class->c_breakdown;
}

static bool has_bar(const struct lg_phase_row *row)
{
	return !row->rare && row->class->breakdown.n;
}

/* The rows of a class are consecutive, and the sum follows its phases. */
static bool medians_close(const struct lg_phase_rows *rows, const struct stack *stack)
{
	double sum = 0;

	for (uint32_t i = 0; i < rows->n; i++) {
		const struct lg_phase_row *row = &rows->one[i];
		double median = (double)row->summary.p50;

		if (row->rare || !phases_of(row, stack)->n)
			continue;
		if (row->kind == stack->phase)
			sum += median;
		if (row->kind != stack->sum)
			continue;
		if (fabs(sum - median) > median / 100 * stack->miss_percent)
			return false;
		sum = 0;
	}
	return true;
}

static void stack_bars(const struct lg_phase_rows *rows, const struct stack *stack,
		       struct bar *bars)
{
	bool medians = medians_close(rows, stack);
	double top = 0;

	for (uint32_t i = 0; i < rows->n; i++) {
		const struct lg_phase_row *row = &rows->one[i];

		if (row->kind != stack->phase && row->kind != stack->sum)
			continue;
		bars[i].medians = medians;
		if (row->kind == stack->sum) {
			bars[i].to = top;
			top = 0;
		} else {
			bars[i].from = top;
			top += medians ? (double)row->summary.p50 : row->mean;
			bars[i].to = top;
		}
	}
}

struct bar *bars_make(const struct lg_phase_rows *rows)
{
	struct bar *bars = calloc(rows->n + 1, sizeof(*bars));
	const struct lg_row *class = NULL;
	int number = -1;

	if (!bars)
		abort();
	for (uint32_t i = 0; i < rows->n; i++) {
		const struct lg_phase_row *row = &rows->one[i];

		number += has_bar(row) && row->class != class;
		class = row->class;
		bars[i].number = has_bar(row) && row->kind != LG_IN_C ? number : -1;
	}
	stack_bars(rows, &trip, bars);
	stack_bars(rows, &handling, bars);
	return bars;
}
