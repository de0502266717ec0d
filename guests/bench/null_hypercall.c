/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * null_hypercall - a round trip that asks for nothing: FLUSH_ASYNC with an empty ring,
 * under the Guest's own page tables, with interrupts on and none pending.
 *
 * The Host checks the ring and interrupts at each of them; afterwards this Guest shows that they
 * work: a call in the ring sets the clock, whose interrupt arrives.
 *
 * bench: null_hypercall; insns; a round trip that asks for nothing; ISCA'16 "Hypercall", kvm-unit-tests vmcall
 */
#include "bench.h"

#define PATIENCE	1000000u	/* round trips */

static volatile uint32_t clock_irqs;

static void clock_irq(struct trap *trap)
{
	clock_irqs++;
	lguest_data.irq_enabled = trap->eflags & LG_IF;
}

static inline void null_hypercall(void)
{
	asm volatile("movl %0, %%eax; int %1"
		     : : "i" (LG_HC_FLUSH_ASYNC), "i" (LG_HYPERCALL_VECTOR)
		     : "eax", "memory");
}

static void check_ring_and_irqs(void)
{
	report(!clock_irqs, "no clock ran while measuring");
	report(guest_async(LG_HC_SET_CLOCKEVENT, 1000, 0, 0, 0), "a call in the ring");
	for (uint32_t n = 0; n < PATIENCE && !clock_irqs; n++)
		null_hypercall();
	report(clock_irqs == 1, "set the clock, which came %u times", clock_irqs);
}

int main(void)
{
	guest_init();
	guest_gate(LG_IRQ_VECTOR + LG_IRQ_CLOCK, GATE_INTERRUPT, 0, clock_irq);
	guest_paging();
	lguest_data.blocked_interrupts = 0;
	irq_enable();
	BENCH("null_hypercall.noop", );
	BENCH("null_hypercall", null_hypercall());
	check_ring_and_irqs();
	return report_status();
}
