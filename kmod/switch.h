/* SPDX-License-Identifier: GPL-2.0 */
/*
 * switch.h - one world switch: copy-in, preparing the Host CPU, the far call, and restoring the
 * Host CPU.
 *
 * Copy-in brings this CPU's state page up to date with the Guest.  What was copied
 * before is remembered twice, by the CPU (which Guest it ran last) and by the Guest
 * (where it ran last).  If both agree only what `changed` names is copied; else
 * everything is.  What can differ at every switch (Host CR3, the Switcher's slot in
 * the running directory, the Guest's stack) is written at every switch.
 *
 * All of it is inlined into the run loop, once for each set of levers (run.c), so that
 * `levers` is a constant here and a variant costs nothing to select.
 */
#ifndef KMOD_SWITCH_H
#define KMOD_SWITCH_H

#include "check.h"
#include "fast.h"
#include "hostcpu.h"
#include "levers.h"
#include "lg.h"
#include "resident.h"
#include "trace.h"
#include "verify.h"

/* This CPU's pages hold another Guest's state, or an old one of ours; or something has
 * changed since. */
void lg_copy_missed(struct lg_guest *g, struct lg_cpu *cpu);
/* The Switcher's own fault: the words of its stub lie at exit_sp, in the Guest's page.
 * They are only printed and traced.  Returns the vector. */
u8 lg_switcher_fault(struct lg_guest *g, u32 exit_sp);

/* With the lever lazy_sysenter its preempt notifier looks, and only when the Launcher
 * gets the CPU. */
static __always_inline bool may_have_moved(struct lg_guest *g, struct lg_cpu *cpu,
					   u32 levers)
{
	return !(levers & LG_LEVER_LAZY_SYSENTER) &&
	       (cpu->last_guest != g->id || g->last_cpu != cpu);
}

static __always_inline struct lg_tss *tss_of(struct lg_cpu *cpu, u32 levers)
{
	return levers & LG_LEVER_ALIAS_TABLES ? cpu->tables[1].tss : &cpu->state->tss;
}

static __always_inline void copy_stack(struct lg_guest *g, struct lg_tss *tss)
{
	tss->esp1 = g->esp1;
	tss->ss1 = g->ss1;
}

static __always_inline void copy_in(struct lg_guest *g, struct lg_cpu *cpu, u32 levers)
{
	struct lg_tss *tss = tss_of(cpu, levers);

	if (unlikely(g->changed || may_have_moved(g, cpu, levers))) {
		if (levers & LG_LEVER_RESIDENT)
			resident_changed(g, cpu);
		lg_copy_missed(g, cpu);
	} else {
		LG_EVENT(copy_in, g, LG_COPY_HIT, 0);
	}
	cpu->state->host_cr3 = __native_read_cr3();
	g->dir[lg_switcher_slot] = cpu->pde;
	cpu->table[cpu->regs_index] = g->regs_pte;
	copy_stack(g, tss);
	if (levers & LG_LEVER_RESIDENT)
		resident_before(g, cpu);
}

/*
 * The far call.  The Switcher keeps %esp, %ebp and the fixed segments; flags lie
 * below its return and come back by popf, which also clears what the Guest left in
 * DF, NT and AC.
 */
static __always_inline void far_call(struct lg_guest *g, struct lg_cpu *cpu)
{
	asm volatile("movl %c[cr3](%%esi), %%ebx\n\t"
		     "movl %c[regs_va](%%edi), %%ecx\n\t"
		     "pushfl\n\t"
		     "lcall *%c[far](%%esi)\n\t"
		     "popfl"
		     : "+S" (g), "+D" (cpu)
		     : [cr3] "i" (offsetof(struct lg_guest, cr3)),
		       [far] "i" (offsetof(struct lg_guest, far)),
		       [regs_va] "i" (offsetof(struct lg_cpu, regs_va))
		     : "eax", "ebx", "ecx", "edx", "memory", "cc");
}

/*
 * Where the Switcher left the Guest's registers.  If it is not their usual place the
 * fault was the Switcher's own: a pop or the iret met a selector that the Guest has
 * made bad, and the CPU pushed its frame further down (TRICKS 7).
 */
static __always_inline bool fault_in_switcher(struct lg_cpu *cpu)
{
	return cpu->state->exit_sp != cpu->exit_sp;
}

static __always_inline void enter_event(struct lg_guest *g, u32 levers, bool again)
{
	if (levers & LG_PROBED && again)
		LG_SWITCH_EVENT(reenter_probed, rdtsc(), g);
	else if (levers & LG_PROBED)
		LG_SWITCH_EVENT(enter_probed, rdtsc(), g);
	else if (again)
		LG_SWITCH_EVENT(reenter, rdtsc(), g);
	else
		LG_SWITCH_EVENT(enter, rdtsc(), g);
}

static __always_inline void exit_event(struct lg_guest *g, u32 vector, u32 cr2, u32 levers)
{
	if (levers & LG_PROBED)
		LG_SWITCH_EVENT(exit_probed, rdtsc(), g, vector, cr2);
	else
		LG_SWITCH_EVENT(exit, rdtsc(), g, vector, cr2);
}

/* To the Guest and back; the vector that brought it back. */
static __always_inline u32 round_trip(struct lg_guest *g, struct lg_cpu *cpu, u32 *cr2,
				      u32 levers, bool again)
{
	struct lg_regs *regs = g->regs;
	u32 vector;

	regs->exit = LG_NO_EXIT;
	/* Read once: the page is the Guest's. */
	WRITE_ONCE(regs->eflags, lg_check_flags(READ_ONCE(regs->eflags)));
	enter_event(g, levers, again);
	host_verify(g, cpu);
	far_call(g, cpu);
	vector = LG_EXIT_VECTOR(regs->exit);
	/* A page fault in a Host handler would overwrite it. */
	if (vector == 14)
		*cr2 = native_read_cr2();
	if (unlikely(fault_in_switcher(cpu)))
		vector = lg_switcher_fault(g, cpu->state->exit_sp);
	exit_event(g, vector, *cr2, levers);
	lg_stamp(levers, LG_C_PROBE_RECORDED);
	return vector;
}

/* A privileged Guest's stack for traps may have become another (lg_tables_stack). */
static __always_inline bool fast_exit(struct lg_guest *g, struct lg_cpu *cpu, u32 vector, u32 cr2,
				      struct lg_host_saved *saved, u32 levers)
{
	if (!(levers & LG_PRIVILEGED))
		return lg_fast_exit(g, vector, cr2, saved, levers);
	if (unlikely(READ_ONCE(g->attention) || lg_has_pending_work()) ||
	    !lg_privileged_fast(g, vector, cr2))
		return false;
	copy_stack(g, tss_of(cpu, levers));
	return true;
}

/*
 * Between host_prepare and host_restore this CPU cannot take a system call: no sleeping,
 * and nothing that a Host handler does is disturbed.  With the lever fast_reentry the
 * Guest may go in and out several times; each time more is counted as a re-entry, and
 * hits of copy-in are not counted at all: stats.c works both out.
 */
static __always_inline u32 lg_switch(struct lg_guest *g, u32 *cr2, u32 levers)
{
	struct lg_cpu *cpu = this_cpu_ptr(&lg_cpus);
	struct lg_host_saved saved;
	u32 reentries = 0;
	u32 vector;

	cpu->counters.switches++;
	g->counters.switches++;
	levers_before(g, cpu, levers);
	lg_stamp(levers, LG_C_PROBE_LEVERS);
	copy_in(g, cpu, levers);
	lg_stamp(levers, LG_C_PROBE_COPIED);
	saved = host_prepare(g, levers & LG_PRIVILEGED ? g->ldt : 0);
	if (levers & LG_PRIVILEGED)
		host_xsave_off();
	vector = round_trip(g, cpu, cr2, levers, false);
	if (levers & LG_LEVER_FAST_REENTRY) {
		for (; fast_exit(g, cpu, vector, *cr2, &saved, levers); reentries++) {
			lg_stamp(levers, LG_C_PROBE_FAST);
			vector = round_trip(g, cpu, cr2, levers, true);
		}
		lg_stamp(levers, LG_C_PROBE_FAST);
		cpu->counters.copies[LG_COPY_REENTRY] += reentries;
		g->counters.copies[LG_COPY_REENTRY] += reentries;
	}
	if (levers & LG_PRIVILEGED)
		host_xsave_on();
	if (levers & LG_LEVER_RESIDENT)
		resident_after(g, cpu);
	host_restore(saved);
	levers_after(g, cpu, levers);
	lg_stamp(levers, LG_C_PROBE_LEVERS_BACK);
	return vector;
}

#endif
