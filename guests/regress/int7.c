/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * int7 - `int $7` while the Guest's FPU registers are loaded.
 *
 * #NM is the one trap that the Host takes for itself: it means that the registers must be
 * loaded.  A Guest with a gate of DPL 1 raises it at will.  The Host once believed it,
 * loaded what was loaded, and so lost the Launcher's own FPU state: the next save went to
 * memory that the Guest's end had freed.  It must arrive at the Guest's handler instead,
 * with TS as it was.
 *
 * test: int7; variants=classic,lazy_fpu,fast_reentry; expect=INERT; groups=killers
 */
#include "guest.h"

static volatile uint32_t arrived;

static void note(struct trap *trap)
{
	(void)trap;
	arrived++;
}

int main(void)
{
	guest_init();
	guest_paging();
	guest_gate(7, GATE_INTERRUPT, 1, note);
	asm volatile("fninit");
	for (uint32_t i = 0; i < 100; i++)
		asm volatile("int $7");
	report(arrived == 100, "%u of 100 arrived", arrived);
	return report_status();
}
