/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * halt_wake - sleeping and waking: HALT until a clock is due, up to its handler.  The no-op
 * twin waits for the same clock awake, so the difference is what being asleep costs.
 *
 * bench: halt_wake; insns; HALT and being woken by the clock, beyond waiting for it awake; ISCA'16 "Virtual IPI" (to a halted CPU); idles
 */
#include "irqs.h"

#define DUE_NS		20000u
#define PATIENCE	100000000u

static inline uint32_t wait_awake(void)
{
	uint32_t count = irq_count, before = tsc_low(), patience = PATIENCE;

	hypercall1(LG_HC_SET_CLOCKEVENT, DUE_NS);
	while (irq_count == count && patience--)
		;
	return irq_at - before;
}

/* If the clock came before the HALT, the HALT would never end: irqs are off in between. */
static inline uint32_t wait_asleep(void)
{
	uint32_t before = tsc_low();

	irq_disable();
	hypercall1(LG_HC_SET_CLOCKEVENT, DUE_NS);
	hypercall0(LG_HC_HALT);
	return irq_at - before;
}

int main(void)
{
	irqs_ready(LG_IRQ_CLOCK);
	BENCH_VALUE("halt_wake.noop", wait_awake());
	irq_count = 0;
	BENCH_VALUE("halt_wake", wait_asleep());
	report(irq_count == bench_count, "an interrupt for each");
	return report_status();
}
