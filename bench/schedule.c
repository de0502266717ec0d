/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seeded random blocks; see schedule.h. */
#include <stdlib.h>
#include <string.h>

#include "schedule.h"

/* SplitMix64: small, well mixed from any seed, and the same everywhere. */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* A number below n, all equally likely: draws from the incomplete top range are discarded. */
static uint64_t draw_below(uint64_t *state, uint64_t n)
{
	uint64_t uneven = UINT64_MAX - UINT64_MAX % n, x;

	do
		x = draw(state);
	while (x >= uneven);
	return x % n;
}

static void shuffle(struct step *step, size_t n, uint64_t *state)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = draw_below(state, i);
		struct step other = step[i - 1];

		step[i - 1] = step[j];
		step[j] = other;
	}
}

static struct cell nth_cell(const struct plan *plan, size_t n)
{
	size_t twin = n % plan->twins.n;
	size_t variant = n / plan->twins.n % plan->variants.n;
	size_t bench = n / plan->twins.n / plan->variants.n;
	const char *name = plan_is_linux(plan) ? PLAN_WORKLOADS : plan->benches.word[bench];

	return (struct cell){ name, plan->variants.word[variant],
			      plan->twins.word[twin] };
}

void schedule_of_boot(struct schedule *schedule, const struct plan *plan, unsigned int boot)
{
	size_t benches = plan_is_linux(plan) ? 1 : plan->benches.n;
	size_t cells = benches * plan->variants.n * plan->twins.n;
	uint64_t state = plan->seed ^ ((uint64_t)boot << 32);

	schedule->n = cells * plan->runs;
	schedule->step = calloc(schedule->n ? schedule->n : 1, sizeof(*schedule->step));
	if (!schedule->step)
		abort();
	for (unsigned int run = 0; run < plan->runs; run++) {
		struct step *block = schedule->step + run * cells;

		for (size_t i = 0; i < cells; i++)
			block[i] = (struct step){ nth_cell(plan, i), run + 1 };
		shuffle(block, cells, &state);
	}
}

void schedule_free(struct schedule *schedule)
{
	free(schedule->step);
	schedule->step = NULL;
	schedule->n = 0;
}

/* Drawn from a stream of its own: a plan's order is the same under every layout. */
struct layout layout_of_boot(const struct plan *plan, unsigned int boot)
{
	enum { STACK_STEP = 16, STACK_MOST = 4096 };
	uint64_t state = ~plan->seed ^ ((uint64_t)boot << 32);
	struct layout layout = { 0, 0 };

	if (!strcmp(plan->layout, "fixed"))
		return layout;
	layout.region = 1 + (uint32_t)draw_below(&state, INT32_MAX);
	layout.stack = (uint32_t)draw_below(&state, STACK_MOST / STACK_STEP) * STACK_STEP;
	return layout;
}
