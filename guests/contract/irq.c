/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq - virtual interrupts and the timer: HALT wakes with irqs enabled, the clock
 * arrives at vector 0x20, blocked and disabled irqs are held back and irq_pending says
 * so, and is cleared when none is left; at the one unguarded iret no second frame is
 * pushed.
 *
 * test: irq; variants=all; twins=all; groups=contract; expect=INERT
 */
#include "guest.h"

static volatile uint32_t ticks, tick_if;

static void clock_irq(struct trap *trap)
{
	ticks++;
	tick_if = lguest_data.irq_enabled;
	lguest_data.irq_enabled = trap->eflags & LG_IF;
}

/* Spin, for as long as a slow Host may need, until the ticks are `wanted`. */
static bool spin_until(uint32_t wanted)
{
	for (uint32_t i = 0; i < 200000000 && ticks < wanted; i++)
		asm volatile("pause");
	return ticks == wanted;
}

static void spin(void)
{
	for (uint32_t i = 0; i < 3000000; i++)
		asm volatile("pause");
}

static bool pending(void)
{
	return READ_ONCE(lguest_data.irq_pending);
}

static void check_halt(void)
{
	irq_disable();
	hypercall1(LG_HC_SET_CLOCKEVENT, 1000000);
	hypercall0(LG_HC_HALT);
	report(ticks == 1, "HALT came back after %u tick", ticks);
	report(!tick_if, "irqs were off in the handler");
	report(READ_ONCE(lguest_data.irq_enabled) == LG_IF, "and are on after");
}

static void check_spinning(void)
{
	uint32_t before;

	hypercall1(LG_HC_SET_CLOCKEVENT, 1000000);
	report(spin_until(2), "a tick interrupts a spinning Guest");
	hypercall1(LG_HC_SET_CLOCKEVENT, 5000000);
	hypercall1(LG_HC_SET_CLOCKEVENT, 0);
	/* On a slow Host the tick may have come before it was cancelled. */
	before = ticks;
	spin();
	report(ticks == before, "a cancelled clock is silent");
}

static void check_disabled(void)
{
	uint32_t before = ticks;

	irq_disable();
	hypercall1(LG_HC_SET_CLOCKEVENT, 1000);
	for (uint32_t i = 0; i < 100000000 && !pending(); i++)
		asm volatile("pause");
	report(pending() && ticks == before, "held back while disabled, and irq_pending says so");
	irq_enable();
	report(ticks == before + 1, "delivered when enabled");
	report(!pending(), "irq_pending is cleared when none is left");
}

static void check_blocked(void)
{
	uint32_t before = ticks;

	lguest_data.blocked_interrupts = 1;
	hypercall1(LG_HC_SET_CLOCKEVENT, 1000);
	spin();
	hypercall0(LG_HC_SEND_INTERRUPTS);
	report(ticks == before, "a blocked irq waits");
	lguest_data.blocked_interrupts = 0;
	hypercall0(LG_HC_SEND_INTERRUPTS);
	report(ticks == before + 1, "and comes when it is not");
}

/* Ticks so close that the next is often due before the handler is left. */
static void check_storm(void)
{
	uint32_t before = ticks;

	for (uint32_t i = 1; i <= 200; i++) {
		hypercall1(LG_HC_SET_CLOCKEVENT, 1);
		irq_disable();
		irq_enable();
		while (ticks < before + i)
			hypercall0(LG_HC_SEND_INTERRUPTS);
	}
	report(ticks == before + 200, "200 immediate ticks: %u", ticks - before);
}

int main(void)
{
	guest_init();
	guest_paging();
	guest_gate(LG_IRQ_VECTOR + LG_IRQ_CLOCK, GATE_INTERRUPT, 0, clock_irq);
	lguest_data.blocked_interrupts = 0;
	check_halt();
	check_spinning();
	check_disabled();
	check_blocked();
	check_storm();
	return report_status();
}
