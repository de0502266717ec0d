/* SPDX-License-Identifier: GPL-2.0 */
/*
 * verify.h - what must be true of a Host CPU at the instant of each entry, read from the
 * registers themselves (rule 13).
 *
 * Only a build with LG_VERIFY looks (`tests/run --verify`): what levers assume about a register is
 * wrong only when somebody else has just written it, so a Guest exploits it only by luck, but this
 * check always finds it.  A difference is a panic, which no test overlooks.
 */
#ifndef KMOD_VERIFY_H
#define KMOD_VERIFY_H

#include "hostcpu.h"
#include "lg.h"

#ifdef LG_VERIFY
#define LG_MUST(good)								\
do {										\
	if (!(good))								\
		panic("switchyard: at an entry of a Guest of %s: not " #good,	\
		      g->blob->name);						\
} while (0)

static inline unsigned long real_dr7(void)
{
	unsigned long dr7;

	asm volatile("mov %%dr7, %0" : "=r" (dr7));
	return dr7;
}

static inline void host_verify(struct lg_guest *g, struct lg_cpu *cpu)
{
	unsigned long cr0 = native_read_cr0(), cr4 = native_read_cr4();

	LG_MUST(irqs_disabled());
	LG_MUST(host_sysenter_is_off());
	LG_MUST(!(cr4 & X86_CR4_PGE));
	LG_MUST(!g->privileged || !(cr4 & X86_CR4_OSXSAVE));
	LG_MUST((cr0 & X86_CR0_TS) == g->ts);
	LG_MUST(cr0 & X86_CR0_WP);
	LG_MUST(!(real_dr7() & 0xff));
	LG_MUST(!host_ldt() == !g->ldt);
	LG_MUST(cpu->last_guest == g->id && g->last_cpu == cpu);
	LG_MUST(!g->changed);
	LG_MUST(!test_thread_flag(TIF_NEED_FPU_LOAD));
}
#else
static __always_inline void host_verify(struct lg_guest *g, struct lg_cpu *cpu)
{
}
#endif

#endif
