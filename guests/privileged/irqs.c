/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irqs - the virtual IF by instructions and by the macros of guests/linux/sensitive.S: what is
 * held back comes at sti, popf and iret; `sti; hlt` sleeps until an irq and not beyond one;
 * at the end of an iret an irq is delivered on the frame that is there.
 *
 * test: irqs; variants=all; twins=all; launch=--privileged; expect=INERT
 */
#include "privileged.h"

#define IRQ	5

/* The macros' text, with the Guest's own labels. */
asm(".macro lg_iret\n\t"
    "testb $2, 9(%esp)\n\t"
    "jne 7731f\n\t"
    "movl $0, %ss:0xffc00000\n\t"
    "jmp 7732f\n"
    "7731:\tmovl $0x200, %ss:0xffc00000\n\t"
    "cmpl $0, %ss:0xffc00014\n\t"
    "je 7732f\n\t"
    ".byte 0xfb\n"
    "7732:\t.byte 0xcf\n"
    ".endm\n");

static volatile uint32_t arrived, depth_esp;

static void irq(struct trap *trap)
{
	arrived++;
	depth_esp = (uint32_t)trap;
	/* The return to come is no macro. */
	shared->irq_enabled = trap->eflags & LG_IF;
}

static void raise_irq(void)
{
	out8(PORT_IRQ, IRQ);
}

static void held_back(void)
{
	arrived = 0;
	asm volatile("cli");
	raise_irq();
	report(!arrived && shared->irq_pending, "an irq is held back, and said to be");
	asm volatile("sti; nop");
	report(arrived == 1 && !shared->irq_pending, "until sti");
	report(!(shared->irq_enabled & LG_IF_FRESH), "whose sti is not fresh any more");
}

static void sleeps(void)
{
	arrived = 0;
	asm volatile("cli");
	raise_irq();
	asm volatile("sti; hlt");
	report(arrived == 1, "sti; hlt does not sleep over an irq that was held back");
}

/* The iret turns IF on, and what waits comes on the frame that it was about to leave. */
static void at_iret(void)
{
	uint32_t before, after;

	arrived = 0;
	asm volatile("cli");
	raise_irq();
	asm volatile("movl %%esp, %0\n\t"
		     "pushl $0x202; pushl %%cs; pushl $1f\n\t"
		     "lg_iret\n"
		     "1:\tmovl %%esp, %1" : "=m" (before), "=m" (after) : : "memory");
	report(arrived == 1 && before == after, "an irq at the end of iret: %u", arrived);
	report(depth_esp == before - offsetof(struct trap, esp),
	       "on the frame of that iret: %u below",
	       before - depth_esp);
	report(shared->irq_enabled & LG_IF, "and IF is on");
}

/* A fault of the iret is reported at the macro's first instruction, with IF off. */
static volatile uint32_t fault_eip, fault_flags;
extern char bad_iret[], behind_bad_iret[];

static void iret_faulted(struct trap *trap)
{
	fault_eip = trap->eip;
	fault_flags = trap->eflags;
	trap->eip = (uint32_t)behind_bad_iret;
}

static void bad_frame(void)
{
	guest_gate(13, GATE_INTERRUPT, 0, iret_faulted);
	asm volatile("pushl $0x202; pushl $0xfff9; pushl $behind_bad_iret\n"
		     ".globl bad_iret, behind_bad_iret\n"
		     "bad_iret:\n\t"
		     "lg_iret\n"
		     "behind_bad_iret:\n\t"
		     "addl $12, %%esp" : : : "memory", "cc");
	report(fault_eip == (uint32_t)bad_iret, "a fault of iret is reported at %x", fault_eip);
	report(!(fault_flags & LG_IF), "with IF off, as it was");
}

/* An iret to ring 0 goes to ring 1. */
static void to_ring_0(void)
{
	uint32_t cs;

	asm volatile("pushl $0x202; pushl %1; pushl $1f; iretl\n1:\tmovl %%cs, %0"
		     : "=r" (cs) : "i" (LG_GUEST_CS & ~3) : "memory");
	report((cs & 3) == 1, "iret to ring 0 goes to ring 1: %x", cs & 0xffff);
}

int main(void)
{
	privileged_begin();
	guest_gate(LG_IRQ_VECTOR + IRQ, GATE_INTERRUPT, 0, irq);
	to_ring_0();
	held_back();
	sleeps();
	at_iret();
	bad_frame();
	return report_status();
}
