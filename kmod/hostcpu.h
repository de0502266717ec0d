/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hostcpu.h - what changes on the Host CPU for the time of one run, each beside its
 * undo.  All of it runs with interrupts off, on the CPU that will switch.
 */
#ifndef KMOD_HOSTCPU_H
#define KMOD_HOSTCPU_H

#include <linux/hw_breakpoint.h>
#include <asm/cpufeature.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/fpu/api.h>
#include <asm/msr.h>
#include <asm/special_insns.h>
#include <asm/tlbflush.h>
#include "check.h"
#include "lg.h"

/* What must be put back after the run and cannot be known otherwise. */
struct lg_host_saved {
	u16 gs;
	/* 0 in nearly every run: an LDT, watchpoints or a Guest's TS need care. */
	u32 odd;
};

/*
 * With SYSENTER_CS null, sysenter raises #GP.  Otherwise a Guest could enter the
 * Host's kernel on the Host's stack pointer under its own page tables.
 */
static __always_inline void host_sysenter_off(void)
{
	if (static_cpu_has(X86_FEATURE_SEP))
		__wrmsr(MSR_IA32_SYSENTER_CS, 0, 0);
}

static __always_inline void host_sysenter_on(void)
{
	/* ss1 of the Host's TSS is where the kernel keeps what it last wrote. */
	if (static_cpu_has(X86_FEATURE_SEP))
		__wrmsr(MSR_IA32_SYSENTER_CS,
			this_cpu_read(cpu_tss_rw.x86_tss.ss1), 0);
}

/*
 * What levers keep changed on this CPU for longer than a switch: the one place that records it
 * (rule 13).  The four functions below write it together with the register that it describes, and
 * all of it holds no longer than one task has the CPU: other tasks are other variants' Launchers,
 * KVM, or a system call that rewrites SYSENTER_CS.  So it is read anew from the registers whenever
 * a Launcher that goes by it gets the CPU (host_kept_read), and look_where_we_are of
 * levers.c clears sysenter_off where nobody would turn SYSENTER on again.
 */
static __always_inline void host_sysenter_keep_off(struct lg_host_kept *kept)
{
	host_sysenter_off();
	kept->sysenter_off = true;
}

static __always_inline void host_sysenter_give_back(struct lg_host_kept *kept)
{
	host_sysenter_on();
	kept->sysenter_off = false;
}

static __always_inline void host_pge_keep_on(struct lg_host_kept *kept)
{
	cr4_update_irqsoff(X86_CR4_PGE, 0);
	kept->pge_on = true;
}

static __always_inline void host_pge_give_back(struct lg_host_kept *kept)
{
	cr4_update_irqsoff(0, X86_CR4_PGE);
	kept->pge_on = false;
}

static inline bool host_sysenter_is_off(void)
{
	u32 low, high;

	if (!static_cpu_has(X86_FEATURE_SEP))
		return true;
	rdmsr(MSR_IA32_SYSENTER_CS, low, high);
	return !(low & 0xfffc);
}

/* Interrupts off, or preemption at least: the caller stays on this CPU. */
static inline void host_kept_read(struct lg_host_kept *kept)
{
	kept->sysenter_off = host_sysenter_is_off();
	kept->pge_on = cr4_read_shadow() & X86_CR4_PGE;
}

/* With the Host's LDT a Guest's selector would read its address through the
 * Guest's page tables, where a call gate could be waiting. */
static __always_inline u16 host_ldt(void)
{
	u16 ldt;

	asm volatile("sldt %0" : "=rm" (ldt));
	return ldt;
}

static __always_inline void host_ldt_load(u16 ldt)
{
	asm volatile("lldt %w0" : : "r" (ldt) : "memory");
}

/*
 * LDTR keeps what LLDT read, so the Host's own entry holds the Guest's descriptor for that long
 * alone.  The copy lies there only in the Guest's world, and nothing may load a selector of it
 * before that: GS is null from here on, so that whoever saves it and loads it again loads that.
 */
static inline void host_ldt_lend(u64 descriptor)
{
	u64 *entry = (u64 *)get_cpu_gdt_rw(smp_processor_id()) + GDT_ENTRY_LDT, own = *entry;

	loadsegment(gs, 0);
	*entry = descriptor;
	host_ldt_load(GDT_ENTRY_LDT * 8);
	*entry = own;
}

/* The Host's FPU is eager: TS is clear unless a Guest asked for it. */
static __always_inline void host_ts_on(void)
{
	native_write_cr0(read_cr0() | X86_CR0_TS);
}

static __always_inline void host_ts_off(void)
{
	asm volatile("clts");
}

/*
 * A Guest's kernel that was shown no XSAVE saves its programs' registers by FXSAVE, while
 * CPUID at ring 3 is the CPU's own: with CR4.OSXSAVE on, programs would use AVX, whose
 * registers nobody saves.
 */
static __always_inline void host_xsave_off(void)
{
	if (static_cpu_has(X86_FEATURE_XSAVE))
		asm volatile("movl %0, %%cr4" : : "r" (native_read_cr4() & ~X86_CR4_OSXSAVE));
}

static __always_inline void host_xsave_on(void)
{
	if (static_cpu_has(X86_FEATURE_XSAVE))
		asm volatile("movl %0, %%cr4" : : "r" (native_read_cr4() | X86_CR4_OSXSAVE));
}

/* The kinds of `odd`; the low half is the LDT's selector. */
#define HOST_ODD_DR7	0x10000u
#define HOST_ODD_TS	0x80000u
#define HOST_ODD_GUEST_LDT	0x100000u

/* The Host's LDT selector, the breakpoints of DR7 that are on, and the Guest's TS and LDT. */
static __always_inline u32 host_odd(u32 ts, u32 ldt)
{
	return host_ldt() | ts << 16 | ldt | (hw_breakpoint_active() ? HOST_ODD_DR7 : 0);
}

/* TS changes between two runs that share one host_prepare. */
static inline void host_ts_follow(struct lg_host_saved *saved, u32 ts)
{
	saved->odd &= ~HOST_ODD_TS;
	saved->odd |= ts << 16;
	if (ts)
		host_ts_on();
	else
		host_ts_off();
}

static noinline __maybe_unused void host_odd_off(const struct lg_guest *g, u32 odd)
{
	if (odd & HOST_ODD_TS)
		host_ts_on();
	/* A Host watchpoint would fire inside the Switcher. */
	if (odd & HOST_ODD_DR7)
		set_debugreg(0UL, 7);
	if (odd & HOST_ODD_GUEST_LDT)
		host_ldt_lend(g->ldt_descriptor);
	else if (odd & 0xffff)
		host_ldt_load(0);
}

static noinline __maybe_unused void host_odd_on(u32 odd)
{
	if (odd & (0xffff | HOST_ODD_GUEST_LDT))
		host_ldt_load(odd);
	if (odd & HOST_ODD_DR7)
		hw_breakpoint_restore();
	if (odd & HOST_ODD_TS)
		host_ts_off();
}

/* `ldt` is the Guest's, 0 where it can have none. */
static __always_inline struct lg_host_saved host_prepare(const struct lg_guest *g, u32 ldt)
{
	struct lg_host_saved saved;

	/* The kernel leaves the task's own %gs loaded, and it may be an LDT's. */
	savesegment(gs, saved.gs);
	saved.odd = host_odd(g->ts, ldt);
	if (unlikely(saved.odd))
		host_odd_off(g, saved.odd);
	return saved;
}

static __always_inline void host_restore(struct lg_host_saved saved)
{
	if (unlikely(saved.odd))
		host_odd_on(saved.odd);
	loadsegment(gs, saved.gs);
}

#endif
