// SPDX-License-Identifier: GPL-2.0
/*
 * traps.c - why a Guest came back, and what the Host does about it.
 *
 * Every exit is counted in exactly one class.  A trap that the Guest must see is
 * reflected: the frame that the CPU would have pushed is written on its ring-1 stack
 * and its registers are pointed at its handler.
 */
#include <linux/bitops.h>
#include "lg.h"
#include "check.h"
#include "shadow.h"
#include "trace.h"

/* The Guest's view of IF is its own; the real one is always on. */
static u32 flags_for_guest(struct lg_guest *g)
{
	u32 flags = g->regs->eflags & ~LG_FLAG_IF;

	if (!g->data || READ_ONCE(g->data->irq_enabled))
		flags |= LG_FLAG_IF;
	return flags;
}

struct frame {
	bool inner, has_error;
	u32 error, flags;
};

static __always_inline u32 frame_words(const struct frame *f)
{
	return 3 + f->has_error + (f->inner ? 2 : 0);
}

/* Lowest first, as a handler finds them. */
static __always_inline void write_frame(const struct lg_regs *regs, const struct frame *f, u32 *at)
{
	if (f->has_error)
		WRITE_ONCE(*at++, f->error);
	WRITE_ONCE(at[0], regs->eip);
	WRITE_ONCE(at[1], regs->cs);
	WRITE_ONCE(at[2], f->flags);
	if (!f->inner)
		return;
	WRITE_ONCE(at[3], regs->esp);
	WRITE_ONCE(at[4], regs->ss);
}

/* A frame that lies across the end of a page, or on one that the shadow does not have. */
static noinline bool write_frame_slowly(struct lg_guest *g, const struct frame *f, u32 low)
{
	u32 words[6];

	write_frame(g->regs, f, words);
	return lg_copy_va(g, GVA(low), words, frame_words(f) * 4, true);
}

/* Push the frame of where the Guest was, as the CPU would have. */
static bool push_frame(struct lg_guest *g, bool has_error, u32 error)
{
	struct lg_regs *regs = g->regs;
	struct frame f = { (regs->cs & 3) != 1, has_error, error, flags_for_guest(g) };
	u32 low = (f.inner ? g->esp1 : regs->esp) - frame_words(&f) * 4;
	u32 *host = NULL;

	if (likely(!(low & 3) && lg_in_one_page(low, frame_words(&f) * 4)))
		host = lg_map_shadowed(g, GVA(low), true);
	if (likely(host)) {
		write_frame(regs, &f, host);
		lg_unmap(host);
	} else if (!write_frame_slowly(g, &f, low)) {
		kill_guest(g, "no stack for a trap: esp %#x, eip %#x", low + frame_words(&f) * 4,
			   regs->eip);
		return false;
	}
	if (f.inner)
		regs->ss = g->ss1;
	regs->esp = low;
	return true;
}

static void jump_to_gate(struct lg_guest *g, u64 gate)
{
	u32 high = gate >> 32;

	g->regs->cs = LG_GUEST_CS;
	g->regs->eip = (high & 0xffff0000) | (gate & 0xffff);
	/* As the CPU does on the way through a gate. */
	g->regs->eflags &= ~(LG_FLAG_TF | LG_FLAG_NT);
	if (lg_check_gate(high) == LG_GATE_INTERRUPT && g->data)
		WRITE_ONCE(g->data->irq_enabled, 0);
}

/* Reflect a trap; false if the Guest has no handler for it. */
bool lg_reflect(struct lg_guest *g, u8 vector, bool has_error, u32 error)
{
	u64 gate = g->guest_idt[vector];

	if (lg_check_gate(gate >> 32) == LG_GATE_ABSENT)
		return false;
	if (push_frame(g, has_error, error))
		jump_to_gate(g, gate);
	return true;
}

static void reflect_or_kill(struct lg_guest *g, u8 vector, u32 error)
{
	if (lg_reflect(g, vector, lg_vector_has_error(vector), error))
		return;
	kill_guest(g, "unhandled trap %u at %#x (%#x)", vector, g->regs->eip,
		   vector == 14 ? g->cr2 : error);
}

/* The lowest irq that is raised and not blocked, or LG_IRQS. */
static u32 next_irq(struct lg_guest *g)
{
	u32 ready = READ_ONCE(g->irqs);

	if (g->data)
		ready &= ~READ_ONCE(g->data->blocked_interrupts);
	return ready ? __ffs(ready) : LG_IRQS;
}

/* Whether an irq that may be delivered is there: what ends HALT. */
bool lg_irq_ready(struct lg_guest *g)
{
	return next_irq(g) != LG_IRQS;
}

/* Only its kernel stands there; for its users it is an address like any other. */
static bool at_noirq_iret(struct lg_guest *g)
{
	return g->data && (g->regs->cs & 3) == 1 && g->regs->eip == g->noirq_iret;
}

static bool irq_held_back(struct lg_guest *g, u32 irq)
{
	if (!g->data)
		return false;
	if (test_and_clear_bit(LG_ATTENTION_HALTED, &g->attention)) {
		WRITE_ONCE(g->data->irq_enabled, LG_IF);
		return false;
	}
	if (READ_ONCE(g->data->irq_enabled))
		return false;
	LG_EVENT(irq, g, irq, LG_IRQ_HELD_DISABLED);
	WRITE_ONCE(g->data->irq_pending, LG_IF);
	return true;
}

/*
 * Deliver the next irq if the Guest takes irqs now; else leave word in irq_pending, so
 * that it calls when it does.  Called before each switch while an irq is raised, with
 * interrupts off.
 */
void lg_deliver_irq(struct lg_guest *g)
{
	u32 irq = next_irq(g);
	u64 gate;

	if (irq == LG_IRQS) {
		LG_EVENT(irq, g, __ffs(READ_ONCE(g->irqs) ?: 1), LG_IRQ_HELD_BLOCKED);
		return;
	}
	if (irq_held_back(g, irq))
		return;
	LG_EVENT(irq, g, irq, LG_IRQ_DELIVERED);
	gate = g->guest_idt[LG_IRQ_VECTOR + irq];
	if (lg_check_gate(gate >> 32) != LG_GATE_ABSENT) {
		lg_lower_irq(g, irq);
		lg_tell_time(g);
		/* At its one unguarded iret the Guest's frame is on the stack
		 * already: a second would overwrite what it needs. */
		if (at_noirq_iret(g))
			jump_to_gate(g, gate);
		else if (push_frame(g, false, 0))
			jump_to_gate(g, gate);
	}
	if (g->data && next_irq(g) == LG_IRQS)
		WRITE_ONCE(g->data->irq_pending, 0);
}

/* An access that the Launcher must carry out: it gets address and instruction. */
static bool ask_device(struct lg_guest *g, gpa_t pa, u32 va, u32 error,
		       struct lg_run *run)
{
	lg_count(g, LG_CLASS_DEVICE);
	run->reason = LG_RUN_DEVICE;
	memset(&run->device, 0, sizeof(run->device));
	run->device.pa = pa.a;
	run->device.va = va;
	run->device.write = !!(error & LG_PF_WRITE);
	run->device.insn_bytes = lg_fetch(g, run->device.insn, sizeof(run->device.insn));
	return true;
}

static bool page_fault(struct lg_guest *g, u32 cr2, struct lg_run *run)
{
	gpa_t pa;

	g->cr2 = cr2;
	switch (lg_demand_fill(g, GVA(cr2), g->regs->error, &pa)) {
	case LG_FILL_DONE:
		lg_count(g, LG_CLASS_DEMAND_FILL);
		return false;
	case LG_FILL_DEVICE:
		return ask_device(g, pa, cr2, g->regs->error, run);
	case LG_FILL_REFLECT:
		break;
	}
	if (lg_ended(g))
		return false;
	lg_count(g, LG_CLASS_PF_REFLECTED);
	if (g->data)
		WRITE_ONCE(g->data->cr2, cr2);
	reflect_or_kill(g, 14, g->regs->error);
	return false;
}

static bool general_protection(struct lg_guest *g, struct lg_run *run)
{
	enum lg_emulated emulated = LG_EMULATE_NOT;

	if (!g->regs->error && (g->regs->cs & 3) == 1)
		emulated = lg_emulate(g, run);
	if (emulated != LG_EMULATE_NOT) {
		lg_count(g, emulated == LG_EMULATE_LAUNCHER ? LG_CLASS_IO_LAUNCHER
							    : LG_CLASS_IO_EMULATED);
		return emulated == LG_EMULATE_LAUNCHER;
	}
	lg_count(g, LG_CLASS_GP_REFLECTED);
	reflect_or_kill(g, 13, g->regs->error);
	return false;
}

/* The Host's FPU is eager, so #NM comes from a TS that the Guest set, or from the
 * lever lazy_fpu, which sets TS itself and clears it on first use. */
static void device_not_available(struct lg_guest *g)
{
	/* With its registers loaded it is an `int $7`, which is the Guest's own. */
	if (!g->guest_ts && !g->fpu_loaded) {
		lg_count(g, LG_CLASS_NM_RESTORED);
		lg_fpu_load(g);
		return;
	}
	lg_count(g, LG_CLASS_NM_REFLECTED);
	reflect_or_kill(g, 7, 0);
}

static void other_trap(struct lg_guest *g, u8 vector)
{
	if (vector >= 32 && vector != g->syscall_vec) {
		lg_count(g, LG_CLASS_HOST_IRQ);
		return;
	}
	if (vector == 2 || vector == 18) {
		lg_count(g, LG_CLASS_NMI);
		return;
	}
	if (vector == 8) {
		kill_guest(g, "double fault at %#x", g->regs->eip);
		return;
	}
	lg_count(g, vector == g->syscall_vec ? LG_CLASS_SYSCALL : LG_CLASS_OTHER);
	reflect_or_kill(g, vector, g->regs->error);
}

/*
 * What an exit that is no hypercall asks for; true if the Launcher is needed, and *run then says
 * why.
 */
bool lg_handle_exit(struct lg_guest *g, u8 vector, u32 cr2, struct lg_run *run)
{
	/* A fault in the Switcher has killed it: there is nothing to handle. */
	if (lg_ended(g))
		return false;
	if (vector == 14)
		return page_fault(g, cr2, run);
	if (vector == 13)
		return general_protection(g, run);
	if (vector == 7)
		device_not_available(g);
	else
		other_trap(g, vector);
	return false;
}

/*M:
 * System calls through an interrupt gate, directly.  Linux since 4.6 wants interrupts off
 * on entry, which the Host does for a Guest (437 insns there and back, syscall_reflected), or the
 * Switcher (79, resident).  A trap gate to a stub in the Guest that clears irq_enabled itself would
 * cost little more than syscall_direct, 6.  In the way: an irq that arrives before the stub's first
 * instruction, which lg_deliver_irq would have to recognise by its EIP, as it does noirq_iret; a
 * privileged Guest, whose handler is looked at, has that (direct_syscall of tables.c).
 */

/*M:
 * The FPU's first use after a switch of tasks, in one exit.  It takes two: #NM is reflected, and
 * the handler asks for TS by a hypercall (1,060 insns, nm_ts).  A Guest that says so before could
 * have TS cleared when #NM is reflected: one way there and back less, 235 insns.  In the way: the
 * ABI has no word for it, and a Guest that does not know of it would lose the trap it relies on.
 */
