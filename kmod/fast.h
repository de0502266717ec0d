/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fast.h - the part of fast re-entry that every exit passes (lever fast_reentry).
 */
#ifndef KMOD_FAST_H
#define KMOD_FAST_H

#include "lg.h"
#include "trace.h"
#include "work.h"

struct lg_host_saved;

bool lg_fast_other(struct lg_guest *g, u32 vector, u32 cr2, struct lg_host_saved *saved);

static __always_inline bool lg_fast_ring_empty(struct lg_guest *g)
{
	return g->data && READ_ONCE(g->data->ring_status[g->ring_next]) == LG_RING_FREE;
}

/* Hypercalls that ask for nothing but the exit itself. */
static __always_inline bool lg_fast_nothing(struct lg_guest *g, u32 vector)
{
	u32 number = g->regs->eax;

	return vector == LG_HYPERCALL_VECTOR &&
	       (number == LG_HC_FLUSH_ASYNC || number == LG_HC_SEND_INTERRUPTS) &&
	       lg_fast_ring_empty(g);
}

/*
 * IN or OUT of nobody's port by a Guest kernel with flat code, on the page whose mapping
 * lg_fast_other noted.  The instruction is read once, from where the shadow maps it.
 */
static __always_inline bool lg_fast_port(struct lg_guest *g, u32 vector)
{
	struct lg_regs *regs = g->regs;
	u32 at = regs->eip - g->insn_va, word, port;

	if (vector != 13 || (regs->error | (regs->cs ^ LG_GUEST_CS)) || at > PAGE_SIZE - 4)
		return false;
	word = READ_ONCE(*(u32 *)(g->insn_host + at));
	if ((word & LG_IO_OPCODE_MASK) != LG_IO_OPCODE)
		return false;
	port = word & LG_IO_DX ? regs->edx & 0xffff : word >> 8 & 0xff;
	if (test_bit(port, g->ports))
		return false;
	if (!(word & LG_IO_OUT))
		regs->eax |= word & LG_IO_WIDE ? ~0u : 0xff;
	regs->eip += word & LG_IO_DX ? 1 : 2;
	return true;
}

/* With the lever resident the Switcher has answered what needs nothing: of what comes here page
 * faults and TS are fast. */
static __always_inline bool lg_fast_after_answers(struct lg_guest *g, u32 vector)
{
	return vector == 14 || (vector == LG_HYPERCALL_VECTOR && g->regs->eax == LG_HC_TS);
}

/*
 * True if the exit is dealt with and the Guest goes straight back in.  The reasons to go
 * the long way are those that the run loop looks for; what comes up after the look
 * interrupts the Guest as soon as it runs.  Nothing handled here sets `changed`.
 */
static __always_inline bool lg_fast_exit(struct lg_guest *g, u32 vector, u32 cr2,
					 struct lg_host_saved *saved, u32 levers)
{
	if (levers & LG_LEVER_RESIDENT && !lg_fast_after_answers(g, vector))
		return false;
	if (unlikely(READ_ONCE(g->attention) || lg_has_pending_work()))
		return false;
	if (levers & LG_LEVER_RESIDENT)
		return lg_fast_other(g, vector, cr2, saved);
	if (likely(lg_fast_nothing(g, vector))) {
		lg_count(g, LG_CLASS_HYPERCALL);
		LG_EVENT_BY(direct_call, hypercall, g);
	} else if (lg_fast_port(g, vector)) {
		lg_count(g, LG_CLASS_IO_EMULATED);
	} else if (!lg_fast_other(g, vector, cr2, saved)) {
		return false;
	}
	return true;
}

#endif
