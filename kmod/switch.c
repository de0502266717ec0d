// SPDX-License-Identifier: GPL-2.0
/*H:100
 * switch.c - one world switch: copy-in, the Host CPU made ready, the far call, and
 * the Host CPU put back.
 *
 * Copy-in brings this CPU's state page up to date with the Guest.  What was copied
 * before is remembered twice, by the CPU (which Guest it ran last) and by the Guest
 * (where it ran last).  If both agree only what `changed` names is copied; else
 * everything is.  What can differ at every switch (Host CR3, the Switcher's slot in
 * the running directory, the Guest's stack) is written at every switch.
 */
#include <linux/string.h>
#include "lg.h"
#include "check.h"
#include "hostcpu.h"
#include "trace.h"

static void copy_tls(struct lg_guest *g, struct lg_state *state)
{
	memcpy(&state->gdt[LG_TLS_ENTRY], &g->gdt[LG_TLS_ENTRY], LG_TLS_ENTRIES * 8);
}

/* All but the entries that no Guest value ever reaches (lg_gdt_entry_reserved). */
static void copy_gdt(struct lg_guest *g, struct lg_state *state)
{
	memcpy(&state->gdt[0], &g->gdt[0], 10 * 8);
	memcpy(&state->gdt[12], &g->gdt[12], 4 * 8);
	memcpy(&state->gdt[17], &g->gdt[17], 14 * 8);
}

static noinline void copy_changed(struct lg_guest *g, struct lg_state *state)
{
	if (g->changed & LG_CHANGED_IDT)
		memcpy(state->idt, g->idt, sizeof(state->idt));
	if (g->changed & LG_CHANGED_GDT)
		copy_gdt(g, state);
	else if (g->changed & LG_CHANGED_TLS)
		copy_tls(g, state);
	g->changed = 0;
}

static enum lg_copy_reason miss_reason(struct lg_guest *g, struct lg_cpu *cpu)
{
	if (!g->last_cpu)
		return LG_COPY_FIRST_RUN;
	if (g->last_cpu != cpu)
		return LG_COPY_OTHER_CPU;
	if (cpu->last_guest != g->id)
		return LG_COPY_OTHER_GUEST;
	return LG_COPY_BITS;
}

/* This CPU's pages hold another Guest's state, or an old state of ours; or something
 * has changed since. */
static noinline void copy_missed(struct lg_guest *g, struct lg_cpu *cpu)
{
	enum lg_copy_reason reason = miss_reason(g, cpu);

	if (reason != LG_COPY_BITS)
		g->changed = LG_CHANGED_ALL;
	cpu->last_guest = g->id;
	g->last_cpu = cpu;
	cpu->counters.copies[reason]++;
	g->counters.copies[reason]++;
	lg_event_copy_in(g, reason, g->changed);
	copy_changed(g, cpu->state);
}

static __always_inline void copy_in(struct lg_guest *g, struct lg_cpu *cpu)
{
	struct lg_state *state = cpu->state;

	if (unlikely(cpu->last_guest != g->id || g->last_cpu != cpu || g->changed))
		copy_missed(g, cpu);
	else
		lg_event_copy_in(g, LG_COPY_HIT, 0);
	state->host_cr3 = __native_read_cr3();
	g->dir[lg_switcher_slot] = cpu->pde;
	cpu->table[cpu->regs_index] = g->regs_pte;
	state->tss.esp1 = g->esp1;
	state->tss.ss1 = g->ss1;
}

/*
 * The far call.  The Switcher keeps %esp, %ebp and the fixed segments; flags lie
 * below its return and come back by popf, which also clears what the Guest left in
 * DF, NT and AC.
 */
static __always_inline void far_call(struct lg_guest *g, struct lg_cpu *cpu)
{
	u32 ecx = cpu->regs_va, ebx = g->cr3;
	const void *far = &g->far;

	asm volatile("pushfl\n\t"
		     "lcall *(%%esi)\n\t"
		     "popfl"
		     : "+b" (ebx), "+c" (ecx), "+S" (far)
		     :
		     : "eax", "edx", "edi", "memory", "cc");
}

/* Called with interrupts off.  Hits of copy-in are not counted: they are the switches
 * that were no miss. */
void lg_switch(struct lg_guest *g, struct lg_cpu *cpu)
{
	struct lg_regs *regs = g->regs;
	struct lg_host_saved saved;

	cpu->counters.switches++;
	g->counters.switches++;
	if (unlikely(g->levers & LG_LEVER_ALWAYS_COPY))
		g->changed = LG_CHANGED_ALL;
	copy_in(g, cpu);
	regs->exit = LG_NO_EXIT;
	regs->eflags = lg_check_flags(regs->eflags);
	saved = host_prepare(g->ts);
	lg_event_enter(g, cpu);
	far_call(g, cpu);
	host_restore(saved);
}
