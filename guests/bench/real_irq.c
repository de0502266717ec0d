/* SPDX-License-Identifier: GPL-2.0-or-later */
/*G:156
 * real_irq - a real interrupt while in the Guest: the hole that it leaves in a loop that
 * does nothing but read the TSC.  The interrupt is that of a clock of the Guest's which it
 * has blocked, so nothing is delivered: out, the Host's handler, and in again.
 *
 * bench: real_irq; insns; a real interrupt while the Guest runs, with the Host's handler; kvm-unit-tests vmexit (external interrupt)
 */
#include "irqs.h"

#define DUE_NS		3000u
#define HOLE		100u		/* ticks: many turns of the loop */
#define PATIENCE	10000000u

/* The first hole after the clock was set. */
static inline uint32_t hole(uint32_t least)
{
	uint32_t last, now, patience = PATIENCE;

	hypercall1(LG_HC_SET_CLOCKEVENT, least == HOLE ? DUE_NS : 0);
	now = tsc_low();
	do {
		last = now;
		now = tsc_low();
	} while (now - last < least && patience--);
	return now - last;
}

int main(void)
{
	irqs_ready(LG_IRQ_CLOCK);
	lguest_data.blocked_interrupts = 1u << LG_IRQ_CLOCK;
	BENCH_VALUE("real_irq.noop", hole(1));
	BENCH_VALUE("real_irq", hole(HOLE));
	report(!irq_count, "none was delivered");
	return report_status();
}
