// SPDX-License-Identifier: GPL-2.0
/*
 * fast.c - exits that need no Host service (lever fast_reentry): handled with interrupts
 * off and the Host CPU still prepared for the Guest, which then goes straight back in.
 *
 * What is handled here must not sleep, must not need the Launcher, and must leave copy-in
 * nothing to do.  Whatever it does not know goes the long way.
 */
#include <linux/hrtimer.h>
#include "lg.h"
#include "fast.h"
#include "hostcpu.h"

/* TS is changed on the Host CPU at once, and what host_restore will undo with it. */
static void fast_ts(struct lg_guest *g, struct lg_host_saved *saved)
{
	lg_set_ts(g, g->regs->ebx);
	host_ts_follow(saved, g->ts);
}

static bool is_fast_call(struct lg_guest *g)
{
	u32 number = g->regs->eax;

	return number == LG_HC_TS || (number == LG_HC_SET_CLOCKEVENT && !g->regs->ebx &&
				      !hrtimer_active(&g->clock));
}

static bool fast_call(struct lg_guest *g, struct lg_host_saved *saved)
{
	if (!is_fast_call(g))
		return false;
	LG_EVENT_BY(direct_call, hypercall, g);
	if (g->regs->eax == LG_HC_TS)
		fast_ts(g, saved);
	return true;
}

/* Note the page for lg_fast_port, which knows flat code only. */
static void note_insn_page(struct lg_guest *g, u32 eip)
{
	const u8 *host = lg_insn_page(g, GVA(eip));

	if (!host || g->gdt[LG_GUEST_CS / 8] != LG_FLAT_GUEST_CODE)
		return;
	g->insn_va = eip & PAGE_MASK;
	g->insn_host = host;
}

static bool fast_io(struct lg_guest *g)
{
	u32 eip = g->regs->eip;

	if (g->regs->error || (g->regs->cs & 3) != 1 ||
	    lg_emulate(g, NULL) != LG_EMULATE_DONE)
		return false;
	note_insn_page(g, eip);
	return true;
}

/* A fill that needs no new page table and is not the Guest's own fault. */
static bool fast_fill(struct lg_guest *g, u32 cr2)
{
	gpa_t pa;

	return lg_has_table(g, GVA(cr2)) &&
	       lg_demand_fill(g, GVA(cr2), g->regs->error, &pa) == LG_FILL_DONE;
}

/* The exits that lg_fast_exit did not handle inline. */
bool lg_fast_other(struct lg_guest *g, u32 vector, u32 cr2, struct lg_host_saved *saved)
{
	enum lg_trap_class class;

	if (vector == LG_HYPERCALL_VECTOR && lg_fast_ring_empty(g) && fast_call(g, saved))
		class = LG_CLASS_HYPERCALL;
	else if (vector == 13 && fast_io(g))
		class = LG_CLASS_IO_EMULATED;
	else if (vector == 14 && fast_fill(g, cr2))
		class = LG_CLASS_DEMAND_FILL;
	else
		return false;
	lg_count(g, class);
	return true;
}
