/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nt_irq - the flag NT of whoever trapped, in the handler.
 *
 * On the way through a gate a CPU clears NT, or the handler's own iret would be a task
 * switch.  When the Host reflected a trap it left that to the filter of the next entry; but
 * an irq that is delivered at the same exit saves the flags of the handler that has not
 * begun, NT with them, and its iret puts NT back.  The handler's iret then failed because of a
 * program's flag.  Here irq 5 waits, NT is set, and a trap gate's handler looks at its flags;
 * between the store that lets the irq in and the trap no exit is needed.
 *
 * test: nt_irq; variants=all; twins=all; expect=INERT
 */
#include "guest.h"

#define IRQ		5
#define ROUNDS		50
#define NT		0x4000u

static volatile uint32_t irqs;
/* Named by the text of the handler. */
volatile uint32_t traps, with_nt;

static void irq_arrived(struct trap *trap)
{
	(void)trap;
	irqs++;
	lguest_data.irq_enabled = 0;
}

/* Entered with the flags under test, so not through trap_entries; it skips the error code and the
 * instruction. */
void look_at_flags(void);
asm(".globl look_at_flags\nlook_at_flags:\n\t"
    "pushfl\n\ttestl $0x4000, (%esp)\n\tjz 1f\n\tincl with_nt\n"
    "1:\tandl $~0x4000, (%esp)\n\tpopfl\n\tincl traps\n\t"
    "addl $4, %esp\n\tincl (%esp)\n\tandl $~0x4000, 8(%esp)\n\tiretl\n");

int main(void)
{
	uint32_t handler = (uint32_t)look_at_flags;

	guest_init();
	guest_paging();
	guest_gate(LG_IRQ_VECTOR + IRQ, GATE_INTERRUPT, 0, irq_arrived);
	hypercall3(LG_HC_LOAD_IDT_ENTRY, 13, LG_GUEST_CS << 16 | (handler & 0xffff),
		   (handler & 0xffff0000) | GATE_TRAP);
	lguest_data.blocked_interrupts = 0;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		irq_disable();
		out8(PORT_IRQ, IRQ);
		asm volatile("pushl %0; popfl; movl %2, %1; hlt; cld"
			     : : "i" (NT | 2), "m" (lguest_data.irq_enabled), "i" (LG_IF)
			     : "memory", "cc");
	}
	report(traps == ROUNDS, "%u traps, %u irqs with them", traps, irqs);
	report(irqs == ROUNDS, "each with its irq");
	report(!with_nt, "%u handlers found NT set", with_nt);
	return report_status();
}
