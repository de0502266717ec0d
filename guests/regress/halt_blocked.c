/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * halt_blocked - HALT with an irq raised that is blocked.
 *
 * HALT sleeps until an irq may be delivered.  The Host once looked at what was raised and
 * not at what was blocked: a halted Guest with a blocked irq waiting kept its CPU busy until
 * another came.  The number of times that the Launcher has slept shows the difference: a nap must
 * add to it, with a blocked irq waiting as without.  On a slow machine the clock may come before
 * the HALT, so there are longer and longer ones, and one of them must.
 *
 * test: halt_blocked; variants=classic,fast_reentry,stacked; expect=INERT
 */
#include "guest.h"

#define BLOCKED		7
#define NAP_NS		20000000u
#define NAPS		6

static volatile uint32_t ticks;
static uint32_t napped;

static void tick(struct trap *trap)
{
	(void)trap;
	ticks++;
	lguest_data.irq_enabled = LG_IF;
}

static uint32_t slept_over_naps(void)
{
	uint32_t before = in32(PORT_SLEPT), naps = 0;

	while (in32(PORT_SLEPT) == before && naps < NAPS) {
		irq_disable();
		hypercall1(LG_HC_SET_CLOCKEVENT, NAP_NS << naps++);
		hypercall0(LG_HC_HALT);
	}
	napped += naps;
	return in32(PORT_SLEPT) - before;
}

int main(void)
{
	uint32_t slept;

	guest_init();
	guest_paging();
	guest_gate(LG_IRQ_VECTOR + LG_IRQ_CLOCK, GATE_INTERRUPT, 0, tick);
	lguest_data.blocked_interrupts = 1u << BLOCKED;
	slept = slept_over_naps();
	report(slept, "nothing raised: slept %u times", slept);
	out8(PORT_IRQ, BLOCKED);
	slept = slept_over_naps();
	report(slept, "one raised and blocked: slept %u times", slept);
	report(ticks == napped, "%u naps, %u ticks", napped, ticks);
	return report_status();
}
