/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * storm - traps without end (C6, E8, R10).
 *
 * A Guest that does nothing but trap keeps its CPU in gates, in the Switcher or in the
 * Host's handlers; what it must not do is keep the CPU from the Host.  Each kind goes on
 * until its Launcher is killed, which must act at once, while the witnesses on the other
 * CPU go on: direct traps whose handler traps again, reflected ones, page faults, refused
 * instructions, hypercalls with the clock at a nanosecond, a ring that is always full.
 *
 * test: storm.direct; stop=1; args=kind=0; expect=INERT; groups=killers
 * test: storm.reflected; variants=classic,resident; stop=1; args=kind=1; expect=INERT; groups=killers
 * test: storm.page_faults; variants=classic,resident; stop=1; args=kind=2; expect=INERT; groups=killers
 * test: storm.refused; stop=1; args=kind=3; expect=INERT; groups=killers
 * test: storm.clock; variants=classic,fast_reentry,stacked,resident; stop=1; args=kind=4; expect=INERT; groups=killers
 * test: storm.ring; stop=1; args=kind=5; expect=INERT; groups=killers
 * test: storm.halt; stop=1; args=kind=6; expect=INERT; groups=killers
 * test: storm.nothing; variants=classic,resident; stop=1; args=kind=7; expect=INERT; groups=killers
 */
#include "attack.h"

/* The handler throws its frame away and does it again. */
void again(void);
asm(".globl again\nagain:\n\tmovl stack_again, %esp\n\tud2\n\t.globl stack_again\n"
    "\t.pushsection .bss\nstack_again: .space 4\n\t.popsection\n");
extern uint32_t stack_again;

static void gate(uint32_t vector, uint32_t type, void (*handler)(void))
{
	uint32_t to = (uint32_t)handler;

	hypercall3(LG_HC_LOAD_IDT_ENTRY, vector, to & 0xffff, (to & 0xffff0000) | type | 3 << 13);
}

static void nothing(struct trap *trap)
{
	(void)trap;
	lguest_data.irq_enabled = LG_IF;
}

static void clock_storm(void)
{
	guest_gate(LG_IRQ_VECTOR + LG_IRQ_CLOCK, GATE_INTERRUPT, 0, nothing);
	lguest_data.blocked_interrupts = 0;
	lguest_data.irq_enabled = LG_IF;
	for (uint32_t i = 0; ; i++)
		hypercall1(LG_HC_SET_CLOCKEVENT, i & 7 ? 1 : i & 8 ? 0 : ~0u);
}

static void ring_storm(void)
{
	for (;;) {
		while (guest_async(LG_HC_FLUSH_TLB, 1, 0, 0, 0))
			;
		hypercall0(LG_HC_FLUSH_ASYNC);
	}
}

static void storm(uint32_t kind)
{
	switch (kind) {
	case 0: gate(6, 0x8f00, again); asm volatile("ud2"); break;
	case 1: gate(6, 0x8e00, again); asm volatile("ud2"); break;
	case 2: for (;;) ATTEMPT("movl 0xff3ffff0, %%eax", 0, 0, 0, 0); break;
	case 3: for (;;) ATTEMPT("hlt", 0, 0, 0, 0); break;
	case 4: clock_storm(); break;
	case 5: ring_storm(); break;
	case 6: for (;;) hypercall0(LG_HC_HALT); break;
	case 7: for (;;) ; break;
	}
}

int main(void)
{
	asm volatile("movl %%esp, %0" : "=r" (stack_again));
	attack_begin();
	storm(guest_number("kind", 0));
	report(false, "the storm is over");
	return report_status();
}
