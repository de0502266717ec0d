/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guests_sweep - 1 to 8 (or `guests`) Guests that take turns on one CPU: a series
 * guests_on_cpu.GUESTS for each, of the time until every one of them has had its turn.  A turn is
 * an OUT that the
 * Launcher answers by yielding the CPU, so with more than one Guest each entry finds the
 * state of another Guest on the CPU's page.
 *
 * bench: guests_sweep; insns; a turn of each of so many Guests on one CPU; ISCA'16 "VM Switch"; needs companions
 */
#include "bench.h"

#define MOST_GUESTS	8

static void be_companion(void)
{
	for (;;)
		out8(PORT_TURN, 0);
}

int main(void)
{
	uint32_t most = guest_number("guests", MOST_GUESTS);

	guest_init();
	guest_paging();
	if (guest_number("companion", 0))
		be_companion();
	for (uint32_t guests = 1; guests <= most; guests++) {
		out8(PORT_COMPANIONS, guests - 1);
		BENCH(bench_name("guests_on_cpu", guests, ".noop"), );
		BENCH(bench_name("guests_on_cpu", guests, ""), out8(PORT_TURN, 0));
	}
	out8(PORT_COMPANIONS, 0);
	return 0;
}
