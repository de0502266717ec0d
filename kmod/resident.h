/* SPDX-License-Identifier: GPL-2.0 */
/*
 * resident.h - exits that never leave (lever resident): what the Switcher needs to answer them by
 * itself, told to it in this CPU's state page, and what it has answered, counted at each exit.
 *
 * cpu->resident is the Guest of which this holds, and three pages of that Guest's memory lie in the
 * CPU's slots for as long: until another Guest is entered there, or this one after it has been
 * elsewhere, both of which copy-in sees (lg_resident_leave).  What a hypercall may have changed is
 * told again before the next entry (lg_resident_tell).
 *
 * The Switcher answers while nothing is asked of the run loop: `attention` is looked at here, with
 * interrupts off, and whoever raises an irq, a signal or a reschedule later interrupts the Guest
 * itself, as in every variant.  So nothing waits longer than one answer takes.
 */
#ifndef KMOD_RESIDENT_H
#define KMOD_RESIDENT_H

#include "lg.h"

#define LG_RESIDENT_NOBODY	0u	/* as cpu->resident */
#define LG_RESIDENT_UNTOLD	(~0u)	/* as g->told: no id of a Guest, and not NOBODY */

/* Once for each CPU: what is the same for all Guests.  Of the variants with the lever alias_tables,
 * which all that have this one have too, the TSS lies at `tss_va` where the Host's own does. */
void lg_resident_state_init(struct lg_state *state, u32 tss_va);
/*
 * The page that holds the beginning of lguest_data, for the Switcher's slot: supervisor's, so out
 * of reach of ring 3.  A Guest whose data lie across the end of a page there, or that speaks by
 * privileged instructions, goes without.
 */
void lg_resident_share(struct lg_guest *g, gpa_t data);
/* What the Switcher has been told of INIT, of claimed ports, or of the Guest's code segment, with
 * which it reads instructions, may be true no longer. */
void lg_resident_news(struct lg_guest *g);
/* With interrupts off, before an entry, after what a hypercall may have changed. */
void lg_resident_tell(struct lg_guest *g, struct lg_cpu *cpu);
/* Before another Guest is entered, or the same after others: with interrupts off. */
void lg_resident_leave(struct lg_cpu *cpu);
/*
 * An exit that the Host has handled: what the Switcher must know to answer the next of its kind.
 * If the Guest has been moved meanwhile, that is told to the CPU where it now is.
 */
void lg_resident_handled(struct lg_guest *g, u32 vector, u32 cr2);
void lg_count_stays(struct lg_guest *g, struct lg_cpu *cpu);

static __always_inline void resident_before(struct lg_guest *g, struct lg_cpu *cpu)
{
	if (unlikely(cpu->resident != g->told))
		lg_resident_tell(g, cpu);
}

static __always_inline void resident_after(struct lg_guest *g, struct lg_cpu *cpu)
{
	const struct lg_regs_page *page = container_of(g->regs, struct lg_regs_page, regs);

	if (READ_ONCE(page->stayed))
		lg_count_stays(g, cpu);
}

/* A hypercall is carried out: it may change stack, clock, ring or directory. */
static __always_inline void resident_called(struct lg_guest *g)
{
	g->told = LG_RESIDENT_UNTOLD;
}

/* Before copy-in, which forgets what has changed.  Where gates have, nothing is reflected until the
 * Host has handled a trap. */
static __always_inline void resident_changed(struct lg_guest *g, struct lg_cpu *cpu)
{
	if (g->changed & LG_CHANGED_IDT)
		cpu->state->data = 0;
}

/* What was asked of the run loop has been looked at; with interrupts off. */
static __always_inline void resident_attended(struct lg_guest *g)
{
	this_cpu_read(lg_cpus.state)->closed = READ_ONCE(g->attention);
}

/* Whether the Guest stands at its handler of page faults, by half of the address. */
static __always_inline bool may_be_reflected(struct lg_guest *g)
{
	return (u16)g->regs->eip == (u16)g->guest_idt[14];
}

/* A fault that was reflected: whether to tell the Switcher the Guest's tables, the first of which
 * is the directory.  Another page table is worth what that costs if the last fault was under it
 * too: a Guest that faults now here and now there would pay each time and never get an answer. */
static __always_inline bool tables_are_wanted(struct lg_guest *g, u32 cr2)
{
	u32 last = g->last_fault;

	g->last_fault = cr2;
	return !((last ^ cr2) >> 22) || !this_cpu_read(lg_cpus.state)->dir;
}

/* After an exit that the Host has handled.  Interrupts of the Host, nearly all of them above, are
 * nothing to remember. */
static __always_inline void resident_handled(struct lg_guest *g, u32 vector, u32 cr2)
{
	if (vector > LG_SYSCALL_VECTOR)
		return;
	if (vector == 14 ? may_be_reflected(g) && tables_are_wanted(g, cr2) :
			   !this_cpu_read(lg_cpus.state)->data)
		lg_resident_handled(g, vector, cr2);
}

#endif
