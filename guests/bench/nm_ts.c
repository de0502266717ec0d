/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nm_ts - the TS hypercall, the #NM that the next FPU instruction makes of it, reflected,
 * and the hypercall by which the handler clears it.
 *
 * bench: nm_ts; insns; TS, the #NM it causes, and clearing it; -
 */
#include "bench.h"

static void no_fpu(struct trap *trap)
{
	lguest_data.irq_enabled = trap->eflags & LG_IF;
	hypercall1(LG_HC_TS, 0);
}

static inline void use_fpu(void)
{
	hypercall1(LG_HC_TS, 8);
	asm volatile("fnop");
}

int main(void)
{
	guest_init();
	guest_paging();
	lguest_data.irq_enabled = LG_IF;
	guest_gate(7, GATE_INTERRUPT, 0, no_fpu);
	BENCH("nm_ts.noop", );
	BENCH("nm_ts", use_fpu());
	return 0;
}
