/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * noirq_user - ring 3 at the address of the kernel's one unguarded iret.
 *
 * At noirq_iret the Host pushes no frame for an irq, since the kernel's is on the stack
 * already.  It once looked at EIP alone; a user who jumps there has no such frame and the
 * wrong stack, and the way back in met ring 3's stack segment at ring 1: any program could
 * end its kernel.  Here a program goes round through that iret while the clock ticks.
 *
 * test: noirq_user; variants=classic,fast_reentry; expect=INERT
 */
#include "guest.h"

#define TICKS	60

static volatile uint32_t ticks;

static void tick(struct trap *trap)
{
	if (++ticks < TICKS)
		hypercall1(LG_HC_SET_CLOCKEVENT, 300000);
	lguest_data.irq_enabled = trap->eflags & LG_IF;
}

static void go_round(void)
{
	while (ticks < TICKS)
		asm volatile("pushfl; pushl %%cs; pushl $1f; jmp guest_iret\n1:"
			     : : : "memory", "cc");
	user_exit();
}

int main(void)
{
	guest_init();
	guest_paging();
	guest_gate(LG_IRQ_VECTOR + LG_IRQ_CLOCK, GATE_INTERRUPT, 0, tick);
	lguest_data.blocked_interrupts = 0;
	lguest_data.irq_enabled = LG_IF;
	guest_user_ready(GATE_TRAP, NULL);
	hypercall1(LG_HC_SET_CLOCKEVENT, 300000);
	guest_user(go_round);
	report(ticks == TICKS, "%u ticks", ticks);
	return report_status();
}
