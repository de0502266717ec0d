/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * single_step - TF across every kind of exit (A6, A7).
 *
 * The Guest may step itself: TF is on the whitelist.  Then every gate it passes must clear
 * it, or the Switcher would be stepped, at ring 0, with a debug trap at each instruction
 * through the Guest's own vector 1; and the bit that the CPU sets in DR6 must not be left for the
 * Host, whose next watchpoint would read it as its own.  The attacker keeps TF on over hypercalls,
 * IN, page faults, direct and reflected traps, a far return, sysenter, and over the unusual ones:
 * int3, bound, ud2, a LOCK prefix, 15 and 16 bytes of instruction.
 *
 * test: single_step; variants=all; expect=INERT; groups=killers
 */
#include "attack.h"

#define TF	0x100u

static volatile uint32_t steps, strays;
static uint8_t page[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

static void step(struct trap *trap)
{
	steps++;
	strays += trap->eip >= REGION_VA || (trap->cs & 3) == 0;
	lguest_data.irq_enabled = LG_IF;
	/* The end of an attempt takes its flags back itself. */
}

#define STEPPED(text, want)							\
	expect(ATTEMPT("pushfl; orl $0x100, (%%esp); popfl\n\t" text		\
		       "\n\tpushfl; andl $~0x100, (%%esp); popfl", 0, (uint32_t)page, 2, 0), \
	       want, text, 0)

static void over_exits(void)
{
	STEPPED("nop", RAN);
	STEPPED("int $0x1f", RAN);
	STEPPED("inb $0x80, %%al", RAN);
	STEPPED("inb " IMMEDIATE(PORT_CONSOLE) ", %%al", RAN);
	STEPPED("cli", RAN);
	STEPPED("movl (%%ebx), %%eax", RAN);
	STEPPED("lock orl $0, (%%ebx)", RAN);
	STEPPED("pushl %%cs; pushl $1f; lret; 1:", RAN);
	STEPPED("pushfl; pushl %%cs; pushl $1f; iretl; 1:", RAN);
	STEPPED("mov %%ss, %%eax; mov %%eax, %%ss; nop", RAN);
	STEPPED("1: loop 1b", RAN);
}

static void over_faults(void)
{
	STEPPED("int3", 3 << 16);
	STEPPED("movl $0x7fffffff, %%eax; incl %%eax; into", 4 << 16);
	STEPPED("pushl $1; pushl $0; movl $5, %%eax; bound %%eax, (%%esp)", 5 << 16);
	STEPPED("ud2", UD);
	STEPPED(".byte 0xf0; nop", UD);
	STEPPED("hlt", GP(0));
	STEPPED("sysenter", GP(0));
	STEPPED("int $0x21", GP(0x21 * 8 + 2));
	STEPPED("movl 0xff3ffff0, %%eax", PF(0));
	STEPPED(".fill 15, 1, 0x66; nop", GP(0));
	STEPPED(".byte 0x66; inb $0x80, %%al", RAN);
	STEPPED(".fill 14, 1, 0x66; inb $0x80, %%al", GP(0));
}

static void from_user(void)
{
	STEPPED("nop", RAN);
	STEPPED("int $0x1f", GP(0xfa));
	STEPPED("movl $1, %%eax; int $0x80", RAN);
	STEPPED("inb $0x80, %%al", GP(0));
	user_exit();
}

int main(void)
{
	attack_begin();
	guest_gate(1, GATE_INTERRUPT, 3, step);
	over_exits();
	over_faults();
	guest_user_ready(GATE_TRAP, NULL);
	guest_user(from_user);
	guest_user_ready(GATE_INTERRUPT, NULL);
	guest_user(from_user);
	expect(strays, 0, "steps in the Switcher", 0);
	report(steps > 50, "%u steps", steps);
	return attack_end("single_step");
}
