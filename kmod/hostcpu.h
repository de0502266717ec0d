/* SPDX-License-Identifier: GPL-2.0 */
/*H:060
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

/* What must be put back after the run and cannot be known otherwise. */
struct lg_host_saved {
	u16 gs, ldt;
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

/* With a live LDT a Guest's selector would read the Host's LDT address through the
 * Guest's page tables, where a call gate could be waiting. */
static __always_inline u16 host_ldt_off(void)
{
	u16 ldt;

	asm volatile("sldt %0" : "=rm" (ldt));
	if (unlikely(ldt))
		asm volatile("lldt %w0" : : "r" (0));
	return ldt;
}

static __always_inline void host_ldt_on(u16 ldt)
{
	if (unlikely(ldt))
		asm volatile("lldt %w0" : : "r" (ldt));
}

/* A Host watchpoint would fire inside the Switcher. */
static __always_inline void host_dr7_off(void)
{
	if (unlikely(hw_breakpoint_active()))
		set_debugreg(0UL, 7);
}

static __always_inline void host_dr7_on(void)
{
	if (unlikely(hw_breakpoint_active()))
		hw_breakpoint_restore();
}

/* The Host's FPU is eager: TS is clear unless a Guest asked for it. */
static __always_inline void host_ts_on(u32 ts)
{
	if (unlikely(ts))
		native_write_cr0(read_cr0() | X86_CR0_TS);
}

static __always_inline void host_ts_off(u32 ts)
{
	if (unlikely(ts))
		asm volatile("clts");
}

/* The Guest runs on its owner's FPU registers; make them really loaded. */
static __always_inline void host_fpu_load(void)
{
	if (unlikely(test_thread_flag(TIF_NEED_FPU_LOAD)))
		switch_fpu_return();
}

static __always_inline struct lg_host_saved host_prepare(u32 ts)
{
	struct lg_host_saved saved;

	host_fpu_load();
	host_ts_on(ts);
	host_dr7_off();
	/* The kernel leaves the task's own %gs loaded, and it may be an LDT's. */
	savesegment(gs, saved.gs);
	saved.ldt = host_ldt_off();
	host_sysenter_off();
	return saved;
}

static __always_inline void host_restore(struct lg_host_saved saved, u32 ts)
{
	host_sysenter_on();
	host_ldt_on(saved.ldt);
	loadsegment(gs, saved.gs);
	host_dr7_on();
	host_ts_off(ts);
}

#endif
