/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * leave_sweep - bursts of null hypercalls, each ended by leaving: how the cost of a switch
 * depends on how many there are to each time out.  A series for each length of burst:
 *
 *	leave_user.CALLS	left by an IN that the Launcher answers
 *	leave_sched.CALLS	left by a HALT, in which another process has the CPU, makes
 *				SYSTEM_CALLS system calls by SYSENTER and ends the HALT
 *
 * The way out is one switch more, no clock is involved, and a failed system call ends the run
 * (launcher/testdev/neighbour.c).
 *
 * bench: leave_sweep; insns; a burst of null hypercalls and a return to user space, or a loss of the CPU, by its length; -; needs neighbour
 */
#include "bench.h"

#define SYSTEM_CALLS	3
#define REST_NS		2000000000u

static volatile uint32_t irqs;

static void on_irq(struct trap *trap)
{
	irqs++;
	lguest_data.irq_enabled = trap->eflags & LG_IF;
}

/* The Host's scheduler averages load over some hundred milliseconds, and while earlier load
 * decays, its own code takes a few instructions more. */
static void rest(void)
{
	irq_disable();
	hypercall1(LG_HC_SET_CLOCKEVENT, REST_NS);
	hypercall0(LG_HC_HALT);
}

static inline void burst(uint32_t calls)
{
	while (calls--)
		hypercall0(LG_HC_FLUSH_ASYNC);
}

static void measure(uint32_t calls)
{
	BENCH(bench_name("leave_user", calls, ""), burst(calls); in8(PORT_CONSOLE));
	irqs = 0;
	BENCH(bench_name("leave_sched", calls, ""), burst(calls); hypercall0(LG_HC_HALT));
	report(irqs == bench_count, "each HALT was ended once, %u of %u", irqs, bench_count);
}

int main(void)
{
	static const uint32_t lengths[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000 };

	guest_init();
	guest_gate(LG_IRQ_VECTOR + LG_IRQ_CLOCK, GATE_INTERRUPT, 0, on_irq);
	guest_gate(LG_IRQ_VECTOR + NEIGHBOUR_IRQ, GATE_INTERRUPT, 0, on_irq);
	guest_paging();
	lguest_data.blocked_interrupts = 0;
	irq_enable();
	rest();
	out8(PORT_NEIGHBOUR, SYSTEM_CALLS);
	for (uint32_t i = 0; i < ARRAY_SIZE(lengths); i++)
		measure(lengths[i]);
	out8(PORT_NEIGHBOUR, 0);
	return report_status();
}
