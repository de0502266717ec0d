/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * real_irq - a real interrupt while in the Guest: by how much a loop that does nothing takes
 * longer.  The interrupt is that of the Guest's clock, whose irq it has blocked, so nothing is
 * delivered: what is timed is the exit, the Host's handler, and the enter.
 *
 * bench: real_irq; insns; a real interrupt while the Guest runs, with the Host's handler; kvm-unit-tests vmexit (external interrupt)
 */
#include "irqs.h"

#define DUE_NS		3000u
#define TURNS		10000u		/* far longer than that */

/* The loop, with a clock that is due in its middle, or cancelled. */
static inline uint32_t loop(uint32_t due_ns)
{
	uint32_t before, turns = TURNS;

	hypercall1(LG_HC_SET_CLOCKEVENT, due_ns);
	before = tsc_low();
	asm volatile("1:\tdecl %0\n\tjnz 1b" : "+r" (turns) : : "cc");
	return tsc_low() - before;
}

int main(void)
{
	irqs_ready(LG_IRQ_CLOCK);
	lguest_data.blocked_interrupts = 1u << LG_IRQ_CLOCK;
	BENCH_VALUE("real_irq.noop", loop(0));
	BENCH_VALUE("real_irq", loop(DUE_NS));
	report(!irq_count, "none was delivered");
	return report_status();
}
