/* SPDX-License-Identifier: GPL-2.0-or-later */
/*G:158
 * bursts - bursts of null hypercalls, each ended by a return to the Launcher, or by its
 * loss of the CPU: how the cost of a switch depends on how many there are to each of these.
 *
 *	burst=N		hypercalls in a burst that a return ends (default 100)
 *	bursts=N	(default 20)
 *	outs=N		no returns: so many losses of the CPU, from one to the last
 *	long=TICKS	a hypercall that takes longer is one (default 2000)
 *	within=TICKS	they count from when eight in a row have come so soon after each other
 *
 * Series: bursts.ticks of each burst, or of all together, and bursts.calls in it.  A
 * SET_CLOCKEVENT before the first burst and one after the last show in a trace where they
 * are.
 */
#include "bench.h"

#define PATIENCE	200000u		/* calls without being out */
#define HABIT		8u		/* times out */

static uint32_t is_long;

static inline bool one_call(void)
{
	uint32_t before = tsc_low();

	hypercall0(LG_HC_FLUSH_ASYNC);
	return tsc_low() - before > is_long;
}

/* So many losses of the CPU in a row, each within so many ticks of the one before; how many
 * calls that took, and 0 if they do not come. */
static uint32_t until_out(uint32_t outs, uint32_t within)
{
	uint32_t calls = 0, patience = PATIENCE, seen = 0, last = tsc_low();

	while (seen < outs && patience--) {
		calls++;
		if (!one_call())
			continue;
		seen = tsc_low() - last <= within ? seen + 1 : 0;
		last = tsc_low();
		patience = PATIENCE;
	}
	return seen < outs ? 0 : calls;
}

static void mark(void)
{
	hypercall1(LG_HC_SET_CLOCKEVENT, 0);
}

static void ended_by_returns(uint32_t calls)
{
	mark();
	for (uint32_t i = 0; i < bench_count; i++) {
		uint32_t before = tsc_low();

		for (uint32_t n = calls; n; n--)
			one_call();
		in8(PORT_CONSOLE);
		bench_values[i] = tsc_low() - before;
	}
	mark();
}

/* Whoever is to take the CPU from us begins at our word; the first times are not counted. */
static uint32_t ended_by_losses(uint32_t outs)
{
	uint32_t calls, before;

	print("waiting\n");
	report(until_out(HABIT, guest_number("within", ~0u)), "somebody takes the CPU");
	mark();
	before = tsc_low();
	calls = until_out(outs, ~0u);
	bench_values[0] = tsc_low() - before;
	mark();
	report(calls, "and goes on so");
	return calls;
}

int main(void)
{
	uint32_t burst = guest_number("burst", 100), outs = guest_number("outs", 0);

	is_long = guest_number("long", 2000);
	guest_init();
	guest_paging();
	bench_prepare();
	bench_count = outs ? 1 : guest_number("bursts", 20);
	if (bench_count > BENCH_SAMPLES)
		bench_count = BENCH_SAMPLES;
	if (outs)
		burst = ended_by_losses(outs);
	else
		ended_by_returns(burst);
	bench_hand_over("bursts.ticks");
	for (uint32_t i = 0; i < bench_count; i++)
		bench_values[i] = burst;
	bench_hand_over("bursts.calls");
	return report_status();
}
