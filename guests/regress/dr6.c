/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dr6 - a Guest that steps itself and leaves.
 *
 * Single step sets a bit of DR6, which stays until somebody clears it.  The Host did not,
 * so its next watchpoint found the Guest's bit and took itself for stepped, which is a
 * warning of the kernel's.  The fingerprint has DR6 (I2): this Guest steps a hundred
 * instructions, at ring 1 and with every one an exit, and must leave it as found.
 *
 * test: dr6; variants=classic,fast_reentry,cr3_only; expect=INERT
 */
#include "guest.h"

static volatile uint32_t steps;

static void step(struct trap *trap)
{
	(void)trap;
	steps++;
}

int main(void)
{
	guest_init();
	guest_paging();
	guest_gate(1, GATE_INTERRUPT, 0, step);
	asm volatile("movl $50, %%ecx; pushfl; orl $0x100, (%%esp); popfl\n"
		     "1:\tloop 1b; nop\n\t"
		     "pushfl; andl $~0x100, (%%esp); popfl" : : : "ecx", "memory", "cc");
	report(steps > 50, "%u steps", steps);
	return report_status();
}
