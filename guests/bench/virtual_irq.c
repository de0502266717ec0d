/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtual_irq - from the OUT by which the Launcher is asked to raise an interrupt, up to
 * the first instructions of its handler.
 *
 * bench: virtual_irq; insns; raising a virtual interrupt by the Launcher, up to its handler; ISCA'16 "Virtual IPI" (nearest); needs irq
 */
#include "irqs.h"

#define IRQ	5u

static inline uint32_t raised(void)
{
	uint32_t before = tsc_low();

	out8(PORT_IRQ, IRQ);
	return irq_at - before;
}

int main(void)
{
	irqs_ready(IRQ);
	BENCH_VALUE("virtual_irq.noop", no_irq());
	irq_count = 0;
	BENCH_VALUE("virtual_irq", raised());
	report(irq_count == bench_count, "an interrupt for each");
	return report_status();
}
