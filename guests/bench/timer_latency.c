/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timer_latency - from SET_CLOCKEVENT of a clock that is due at once, up to the first
 * instructions of its handler: the Host's timer, its real interrupt, the virtual one.
 *
 * bench: timer_latency; insns; a clock that is due at once, up to its handler; ISCA'16 "Virtual IRQ completion" (nearest); waits
 */
#include "irqs.h"

#define PATIENCE	100000000u

static inline uint32_t due_at_once(void)
{
	uint32_t count = irq_count, before = tsc_low(), patience = PATIENCE;

	hypercall1(LG_HC_SET_CLOCKEVENT, 1);
	while (irq_count == count && patience--)
		;
	return irq_at - before;
}

int main(void)
{
	irqs_ready(LG_IRQ_CLOCK);
	BENCH_VALUE("timer_latency.noop", no_irq());
	irq_count = 0;
	BENCH_VALUE("timer_latency", due_at_once());
	report(irq_count == bench_count, "an interrupt for each");
	return report_status();
}
