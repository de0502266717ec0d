/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sleeper - HALTs `naps` times (default 20) for a hundredth of a second each: a Guest
 * that is alive and mostly asleep, for tests that want many.
 *
 * test: sleeper; groups=demos; expect=INERT
 */
#include "guest.h"

static volatile uint32_t ticks;

static void clock_irq(struct trap *trap)
{
	ticks++;
	lguest_data.irq_enabled = trap->eflags & LG_IF;
}

int main(void)
{
	uint32_t naps = guest_number("naps", 20);

	guest_init();
	guest_gate(LG_IRQ_VECTOR + LG_IRQ_CLOCK, GATE_INTERRUPT, 0, clock_irq);
	lguest_data.blocked_interrupts = 0;
	while (ticks < naps) {
		irq_disable();
		hypercall1(LG_HC_SET_CLOCKEVENT, 10000000);
		hypercall0(LG_HC_HALT);
	}
	report(ticks == naps, "%u naps", ticks);
	return report_status();
}
