/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * launcher - what the Launcher raises and injects arrives: an irq of each number, lowest
 * first, and traps with and without an error code.
 *
 * test: launcher; variants=all; twins=all; groups=contract; expect=INERT
 */
#include "guest.h"

static volatile uint32_t irqs_seen, order[LG_IRQS], last_vector, last_error;

static void irq(struct trap *trap)
{
	order[irqs_seen++ % LG_IRQS] = trap->vector - LG_IRQ_VECTOR;
	lguest_data.irq_enabled = trap->eflags & LG_IF;
}

static void trapped(struct trap *trap)
{
	last_vector = trap->vector;
	last_error = trap->error;
	lguest_data.irq_enabled = trap->eflags & LG_IF;
}

/* Raised from the highest down while disabled, delivered from the lowest up. */
static void check_irqs(void)
{
	bool good = true;

	irq_disable();
	for (uint32_t n = LG_IRQS; n--;)
		out8(PORT_IRQ, n);
	report(!irqs_seen, "none while disabled");
	irq_enable();
	while (irqs_seen < LG_IRQS && READ_ONCE(lguest_data.irq_pending))
		hypercall0(LG_HC_SEND_INTERRUPTS);
	for (uint32_t n = 0; n < LG_IRQS; n++)
		good &= order[n] == n;
	report(irqs_seen == LG_IRQS && good, "%u irqs, lowest first", irqs_seen);
	report(!READ_ONCE(lguest_data.irq_pending), "and none is pending");
}

int main(void)
{
	guest_init();
	guest_paging();
	lguest_data.blocked_interrupts = 0;
	for (uint32_t n = 0; n < LG_IRQS; n++)
		guest_gate(LG_IRQ_VECTOR + n, GATE_INTERRUPT, 0, irq);
	check_irqs();
	irq_enable();
	guest_gate(6, GATE_INTERRUPT, 0, trapped);
	guest_gate(13, GATE_INTERRUPT, 0, trapped);
	out8(PORT_TRAP, 6);
	report(last_vector == 6, "trap 6 injected");
	out32(PORT_TRAP, 0x1234 << 8 | 13);
	report(last_vector == 13 && last_error == 0x1234, "trap 13 with error %x", last_error);
	return report_status();
}
