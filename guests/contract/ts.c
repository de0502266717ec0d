/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ts - the FPU: registers survive any number of switches, TS makes the next FPU
 * instruction trap to the Guest and only then, and the Guest's FPU is its own.
 *
 * test: ts; variants=all; twins=all; groups=contract; expect=INERT
 */
#include "guest.h"

static volatile uint32_t traps;

static void no_fpu(struct trap *trap)
{
	(void)trap;
	traps++;
	hypercall1(LG_HC_TS, 0);
}

static void load(uint32_t value)
{
	asm volatile("fninit; fildl %0" : : "m" (value));
}

static uint32_t top_of_stack(void)
{
	uint32_t value;

	asm volatile("fistl %0" : "=m" (value));
	return value;
}

int main(void)
{
	guest_init();
	guest_paging();
	guest_gate(7, GATE_INTERRUPT, 0, no_fpu);
	load(12345);
	for (uint32_t i = 0; i < 1000; i++)
		hypercall0(LG_HC_FLUSH_ASYNC);
	print("the Launcher prints, and may use the FPU: %u\n", traps);
	report(top_of_stack() == 12345 && !traps, "the FPU survives switches");
	hypercall1(LG_HC_TS, 8);
	report(!traps, "TS alone traps nothing");
	report(top_of_stack() == 12345 && traps == 1, "an FPU instruction does: %u", traps);
	report(top_of_stack() == 12345 && traps == 1, "once");
	return report_status();
}
